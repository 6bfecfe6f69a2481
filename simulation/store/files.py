"""Files that are there whole or not at all, and CSV that a spreadsheet cannot misread."""

from __future__ import annotations

import csv
import hashlib
import os
import time
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any, Final

from simulation.errors import StoreError
from simulation.language import _, later, retold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CSV_ENCODING: Final = "utf-8-sig"
"""Spreadsheets take a file for UTF-8 only when it begins with a byte order mark."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_TEMPORARY: Final = ".partial"
_ABANDONED_S: Final = 3600.0
"""Nobody writes a single file for an hour."""
_REMEDY: Final = later("free some space, check the permissions, or name another directory")
_IN_THE_WAY: Final = later("a file is in the way; remove it, or name another directory")


@contextmanager
def errors_named(path: Path, doing: str) -> Iterator[None]:
    """Turn errors of the system into ones that name the file.

    Raises:
        StoreError: Whatever the system refused.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        in_the_way = isinstance(error, (FileExistsError, NotADirectoryError))
        remedy = _IN_THE_WAY if in_the_way else _REMEDY
        raise StoreError(
            _("{path} cannot be {doing}: {reason}; {remedy}").format(
                path=path, doing=_(doing), reason=retold(str(reason)), remedy=_(remedy)
            )
        ) from error


def make_directory(path: Path) -> None:
    """Make a directory and those above it.

    Raises:
        StoreError: The system refuses.
    """
    with errors_named(path, later("made a directory")):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path to write to; it takes the name when all is written, and else it vanishes.

    Raises:
        StoreError: The system refuses.
    """
    with errors_named(path, later("written")):
        handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_TEMPORARY)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o666 & ~_umask())  # mkstemp lets nobody else read
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def sweep(directory: Path) -> None:
    """Remove what processes that were killed have left half-written in a directory."""
    for path in directory.glob(f".*{_TEMPORARY}"):
        with suppress(OSError):  # it has just taken its name, or is somebody else's
            if time.time() - path.stat().st_mtime > _ABANDONED_S:
                path.unlink()


def checksum(path: Path) -> str:
    """SHA-256 of a file.

    Raises:
        StoreError: It cannot be read.
    """
    with errors_named(path, later("read")), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file.

    Raises:
        StoreError: The system refuses.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write a whole file in UTF-8, with the same bytes on every system.

    Raises:
        StoreError: The system refuses.
    """
    write_bytes(path, text.encode())


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file; None and NaN become empty cells.

    Raises:
        StoreError: The system refuses.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    write_bytes(path, text.getvalue().encode(CSV_ENCODING))


def cell(value: Any) -> Any:
    """A value as it stands in a CSV cell: a text never looks like a formula."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return None if value != value else value  # noqa: PLR0124 - only NaN differs from itself

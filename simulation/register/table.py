"""A CSV file or a workbook as rows of texts with their numbers. Files are read, never written."""

from __future__ import annotations

import csv
import unicodedata
import warnings
import zipfile
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simulation.errors import InputError
from simulation.language import _, later, retold, written
from simulation.register.words import column_of
from simulation.scenario.model import MAX_OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MAX_BYTES: Final = 64 * 2**20
MAX_UNPACKED: Final = 512 * 2**20
MAX_COLUMNS: Final = 500
_MARKS: Final = (",", ";", "\t")
_WORKBOOK: Final = b"PK\x03\x04"
_OTHERS: Final = {
    b"\xd0\xcf\x11\xe0": later("a workbook of the old kind (.xls)"),
    b"%PDF": later("a PDF document"),
    b"\xff\xfe": later("UTF-16 text"),
    b"\xfe\xff": later("UTF-16 text"),
}
_SAVE_AS: Final = later("save it as .xlsx, or as CSV with the encoding UTF-8")
_HEADER_WITHIN: Final = 20
"""A header stands in one of so many rows: exports have a title above it."""


class Row(NamedTuple):
    """A row: its number as a spreadsheet shows it, and its cells."""

    number: int
    cells: list[str]


def read_table(path: Path) -> tuple[Row, list[Row]]:
    """The header of a table, and the rows below it that hold something.

    Raises:
        InputError: The file cannot be read, or is no table.
    """
    content = _content(path)
    rows = _workbook(path, content) if content.startswith(_WORKBOOK) else _csv(path, content)
    filled: list[Row] = []
    for number, cells in enumerate(rows, start=1):
        if len(cells) > MAX_COLUMNS:
            raise InputError(
                _(
                    "{path}: row {number} has {cells} columns; at most {most} are "
                    "allowed: is this a register of dossiers?"
                ).format(
                    path=path,
                    number=number,
                    cells=written(f"{len(cells):,}"),
                    most=MAX_COLUMNS,
                )
            )
        if any(cells):
            composed = [unicodedata.normalize("NFC", cell) for cell in cells]
            filled.append(Row(number, composed))
        if len(filled) > MAX_OPEN + _HEADER_WITHIN:
            raise InputError(
                _("{path}: there are more than {most} rows; leave out what is resolved").format(
                    path=path, most=written(f"{MAX_OPEN:,}")
                )
            )
    if not filled:
        raise InputError(
            _("{path} is empty; the first row names the columns, such as {example}").format(
                path=path, example=_example()
            )
        )
    header = _header(filled)
    if header is None:
        found = ", ".join(cell for cell in filled[0].cells if cell)[:200]
        raise InputError(
            _(
                "{path}: no row names the columns of a register; the first row is: "
                "{found!r}. Name the columns in the first row, such as {example}"
            ).format(path=path, found=found, example=_example())
        )
    return filled[header], filled[header + 1 :]


def _example() -> str:
    return "id,channel,procedure,received,step,paused"


def _header(rows: list[Row]) -> int | None:
    """The row that names most columns, if it names two at least."""
    known = [len({column_of(c) for c in row.cells} - {None}) for row in rows[:_HEADER_WITHIN]]
    most = max(known)
    return known.index(most) if most > 1 else None


def _content(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise InputError(
                _("{path} is not an ordinary file; name a CSV file or a workbook").format(path=path)
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                _(
                    "{path} has {size} bytes; at most {most} are allowed: leave out "
                    "columns that are not needed and dossiers that are resolved"
                ).format(path=path, size=written(f"{size:,}"), most=written(f"{MAX_BYTES:,}"))
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            _("there is no file {path}; check the name and the directory").format(path=path)
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            _("{path} cannot be read: {reason}; check its name and rights").format(
                path=path, reason=retold(str(reason))
            )
        ) from None
    for beginning, kind in _OTHERS.items():
        if content.startswith(beginning):
            raise InputError(
                _("{path} is {kind}; {remedy}").format(path=path, kind=_(kind), remedy=_(_SAVE_AS))
            )
    return content


def _csv(path: Path, content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            _("{path}:{line}: byte {byte:#04x} is not UTF-8 text; {remedy}").format(
                path=path, line=line, byte=content[error.start], remedy=_(_SAVE_AS)
            )
        ) from None
    if "\0" in text:
        raise InputError(
            _("{path} is not a table but some other kind of file; {remedy}").format(
                path=path, remedy=_(_SAVE_AS)
            )
        )
    named = text.partition("\n")[0].strip()
    if named.lower().startswith("sep=") and len(named) == len("sep=;"):  # of a spreadsheet
        yield []
        rows = csv.reader(StringIO(text.partition("\n")[2]), delimiter=named[-1], strict=True)
    else:
        rows = csv.reader(StringIO(text), delimiter=_mark(text), strict=True)
    try:
        for row in rows:
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise InputError(
            _("{path}:{line}: the row cannot be read: {error}; check the quotes there").format(
                path=path, line=rows.line_num, error=error
            )
        ) from None


def _mark(text: str) -> str:
    """What separates the columns: the mark by which most of the first rows' names are known."""
    lines = text.splitlines()[:_HEADER_WITHIN]

    def known(mark: str) -> int:
        return max(
            (len({column_of(c.strip(' "')) for c in line.split(mark)} - {None}) for line in lines),
            default=0,
        )

    return max(_MARKS, key=known)


def _workbook(path: Path, content: bytes) -> list[list[str]]:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 - an extra: only a workbook needs it
    except ImportError:
        raise InputError(
            _(
                "{path} is a workbook; to read it, install openpyxl: pip install "
                "'motcua[excel]', or save it as CSV with the encoding UTF-8"
            ).format(path=path)
        ) from None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        rows = [] if size > MAX_UNPACKED else _first_sheet(load_workbook, content)
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parsers do
        raise InputError(
            _("{path} is no workbook that can be read ({problem}); {remedy}").format(
                path=path, problem=type(error).__name__, remedy=_(_SAVE_AS)
            )
        ) from None
    if size > MAX_UNPACKED:
        raise InputError(
            _(
                "{path} holds {size} bytes when it is unpacked; at most {most} are "
                "allowed: copy the register into a workbook of its own"
            ).format(path=path, size=written(f"{size:,}"), most=written(f"{MAX_UNPACKED:,}"))
        )
    return rows


def _first_sheet(load_workbook: Callable[..., Any], content: bytes) -> list[list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which nothing here needs
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheets = book.worksheets
        return list(_values(sheets[0].iter_rows(values_only=True))) if sheets else []


def _values(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[str]]:
    for row in islice(rows, MAX_OPEN + _HEADER_WITHIN + 1):
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _text(value: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

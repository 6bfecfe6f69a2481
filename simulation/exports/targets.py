"""Where an export goes: a file or a folder, whole or not at all, and nothing replaced unasked."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from simulation.errors import InputError, StoreError
from simulation.language import _
from simulation.store.files import errors_named, make_directory, replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[Path]:
    """A temporary path to write to, which takes the name at the end.

    Args:
        path: The file.
        force: Whether one that is there already may be replaced.

    Raises:
        InputError: It is there already, or a directory is.
        StoreError: The system refuses.
    """
    refuse_existing([path], force=force)
    if path.is_dir():
        raise InputError(
            _("{path} is a directory, and a file is to be written; name a file").format(path=path)
        )
    if not path.parent.is_dir():
        raise StoreError(
            _(
                "{path} cannot be written: there is no directory {parent}; make it, or name another"
            ).format(path=path, parent=path.parent)
        )
    with replacing(path) as temporary:
        yield temporary


@contextmanager
def new_files(folder: Path, names: Iterable[str], *, force: bool) -> Iterator[Path]:
    """A temporary folder for some files, which move to their own when all are written.

    Args:
        folder: Where they belong; it is made where it is missing, and what else is in it stays.
        names: The files that will be written.
        force: Whether those that are there already may be replaced.

    Raises:
        InputError: One of them is there already, or a file is in the way.
        StoreError: The system refuses.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(
            _("{path} is a file, and several files are to be written; name a folder").format(
                path=folder
            )
        )
    refuse_existing([folder / name for name in names], force=force)
    was_there = folder.is_dir()
    make_directory(folder)
    try:
        with errors_named(folder, "written"):
            temporary = Path(mkdtemp(dir=folder, prefix=".export."))
            try:
                yield temporary
                for path in sorted(temporary.iterdir()):
                    path.replace(folder / path.name)
            finally:
                rmtree(temporary, ignore_errors=True)
    except BaseException:
        if not was_there and not any(folder.iterdir()):
            folder.rmdir()
        raise


def refuse_existing(paths: Iterable[Path], *, force: bool) -> None:
    """Refuse to overwrite what is there already.

    Raises:
        InputError: One of the files is there, and not to be replaced; or a folder is.
    """
    for path in paths:
        if path.is_dir():
            raise InputError(
                _(
                    "{path} is a folder, and a file of that name is to be written; name another "
                    "place"
                ).format(path=path)
            )
        if path.is_file() and not force:
            raise InputError(
                _(
                    "{path} is there already; name another place with --output, or replace it with "
                    "--force"
                ).format(path=path)
            )

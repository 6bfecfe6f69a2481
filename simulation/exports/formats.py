"""The formats, and the one function that writes a stored result in one of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from simulation.errors import InputError, noted
from simulation.exports import (
    comma,
    conventions,
    events,
    kept,
    objects,
    ocel,
    xes,
)
from simulation.exports.conventions import CONVENTIONS
from simulation.exports.result import in_known_form, place_of, read_result
from simulation.exports.tables import TABLE_NAMES, tables_of
from simulation.exports.targets import new_file, new_files
from simulation.language import _
from simulation.store import open_existing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from simulation.exports.columns import Columns
    from simulation.exports.conventions import Convention
    from simulation.exports.result import Result

Format = Literal["csv", "xlsx", "json", "parquet", "xes", "ocel"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
RESULTS: Final = Path("results")
"""Where results are kept when nothing else is said."""
_SUFFIXES: Final[dict[Format, str]] = {"ocel": "ocel.json"}
_FOLDERS: Final = ("csv", "parquet")
"""Formats of which a result becomes several files: one for each table."""
_PACKAGES: Final[dict[Format, tuple[str, str]]] = {
    "xlsx": ("xlsxwriter", "motcua[excel]"),
    "parquet": ("pyarrow", "motcua[parquet]"),
}
_ENDS: Final[dict[Format, tuple[str, ...]]] = {
    "csv": (".csv",), "xlsx": (".xlsx",), "json": (".json",), "xes": (".xes", ".xml"),
    "ocel": (".json", ".jsonocel"),
}  # fmt: skip
"""How the names of files end, by format."""
_LOGS: Final = ("xes", "ocel")
"""Formats that are a log of events, so of a single replication with its dossiers."""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        paths: The files.
        notes: What the result does not hold, and how to come by it.
    """

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def export(
    result: str | Path,
    to: str,
    output: str | Path | None = None,
    *,
    force: bool = False,
    replication: int | None = None,
    convention: str | None = None,
    results: str | Path = RESULTS,
    on_begin: Callable[[int], None] | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> Exported:
    """Write a finished result in a format, without simulating again.

    Args:
        result: The folder of a run or study, or its id, or any part of that which no other has.
        to: The format: csv, xlsx, json, parquet, xes or ocel.
        output: The file, or for csv and parquet the folder, that is written; None: one beside the
            working directory's other files, named after the result.
        force: Whether files that are there already may be replaced.
        replication: Number of the replication whose dossiers and visits are wanted; None: all that
            were kept, and in a log of events or a workbook the first of them.
        convention: For csv: the visits alone, in the columns that pm4py, bupaR or Prosimos expect.
        results: The directory of results in which an id is looked for.
        on_begin: Is told about how many rows there will be.
        on_rows: Is told how many more have been written.

    Raises:
        InputError: An argument cannot be used, there is no such result, or it lacks what the format
            needs.
        StoreError: The result is damaged, or a file cannot be written.
    """
    wanted, tool = _format(to), _convention(to, convention)
    directory, name = place_of(result, Path(results))
    with open_existing(directory) as store:
        found = read_result(store, name)
        plan = _plan(found, wanted, replication, tool)
        target = _target(found, wanted, output, tool)
        if on_begin is not None:
            on_begin(plan.rows)
        with _opened(target, plan, force=force) as place:
            for rows in plan.write(place):
                if on_rows is not None:
                    on_rows(rows)
    paths = [target / file for file in plan.files] if plan.files else [target]
    return Exported(tuple(paths), tuple(plan.notes))


@dataclass(frozen=True)
class _Plan:
    """What will be written.

    Attributes:
        rows: About how many rows of tables.
        write: Writes to a file or into a folder; yields how many rows more were written.
        files: The files in that folder; none: it is a file itself.
        notes: What is not there.
    """

    rows: int
    write: Callable[[Path], Iterator[int]]
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _format(to: str) -> Format:
    """The format that is meant.

    Raises:
        InputError: There is none of that name, or a package for it is not installed.
    """
    for name in FORMATS:
        if name == to:
            package, extra = _PACKAGES.get(name, ("", ""))
            if package and find_spec(package) is None:
                raise InputError(
                    _(
                        "the format {name} needs a package that is not installed; "
                        "pip install '{extra}'"
                    ).format(name=name, extra=extra)
                )
            return name
    raise InputError(
        _("there is no format {name}; allowed: {formats}").format(
            name=repr(to), formats=", ".join(FORMATS)
        )
    )


def _convention(to: str, convention: str | None) -> Convention | None:
    """The convention that is meant.

    Raises:
        InputError: There is none of that name, or it does not go with the format.
    """
    for name in CONVENTIONS:
        if name == convention and to == "csv":
            return name
    if convention is None:
        return None
    raise InputError(
        _("--convention {name}: allowed are {names}, and they go with --to csv").format(
            name=convention, names=", ".join(CONVENTIONS)
        )
    )


def _target(result: Result, to: Format, output: str | Path | None, convention: str | None) -> Path:
    """The file or folder to write; a directory that is named in place of a file holds it.

    Raises:
        InputError: It has no name, or a file has one of another format.
    """
    stem = f"{result.entry.scenario}-{result.entry.run}"
    several = to in _FOLDERS and convention is None
    if convention is not None:
        stem += f"-{convention}"
    name = f"{stem}-{to}" if several else f"{stem}.{_SUFFIXES.get(to, to)}"
    if output is None:
        return Path(name)
    if not str(output).strip():
        raise InputError(_("--output names nothing; leave it out, or name a file or a folder"))
    path = Path(output)
    if several:
        return path
    target = path / name if path.is_dir() else path
    if target.suffix.lower() not in _ENDS[to]:
        raise InputError(
            _("--output {path}: let the name of the {format} file end with {ends}").format(
                path=output, format=to, ends=_(" or ").join(_ENDS[to])
            )
        )
    return target


@contextmanager
def _opened(target: Path, plan: _Plan, *, force: bool) -> Iterator[Path]:
    if plan.files:
        _refuse_mixture(target, plan.files)
        opened = new_files(target, plan.files, force=force)
    else:
        opened = new_file(target, force=force)
    with opened as place:
        yield place


def _refuse_mixture(folder: Path, files: tuple[str, ...]) -> None:
    """Refuse a folder with tables of another result, which would stay beside those of this one.

    Raises:
        InputError: There are some.
    """
    suffix = Path(files[0]).suffix
    others = sorted(
        path.name
        for path in folder.glob(f"*{suffix}")
        if path.stem in TABLE_NAMES and path.name not in files
    )
    if others:
        raise InputError(
            noted(
                _("{folder} holds tables that this result does not have: {files}").format(
                    folder=folder, files=", ".join(others)
                ),
                remedy=_("name another folder with --output, or remove them"),
            )
        )


def _plan(
    result: Result, to: Format, replication: int | None, convention: Convention | None
) -> _Plan:
    """What it takes to write a result in a format.

    Raises:
        InputError: It lacks what the format needs.
    """
    if to in _LOGS or convention is not None:
        return _log_plan(result, to, replication, convention)
    if to == "xlsx":
        return _workbook_plan(result, replication)
    tables = tables_of(result, replication)
    rows, notes = _rows(result, replication), _notes(result)
    if to == "json":
        return _Plan(rows, lambda path: objects.write(path, result, tables), (), notes)
    write = comma.write_frames if to == "csv" else _write_parquet()
    files = {f"{table.name}.{to}": table for table in tables}

    def each(folder: Path) -> Iterator[int]:
        for file, table in files.items():
            yield from write(folder / file, table.columns, table.frames())

    return _Plan(rows, each, tuple(files), notes)


def _write_parquet() -> Callable[[Path, Columns, Iterator[pd.DataFrame]], Iterator[int]]:
    from simulation.exports import parquet  # noqa: PLC0415 - it needs an extra

    return parquet.write_frames


def _log_plan(
    result: Result, to: Format, replication: int | None, convention: Convention | None
) -> _Plan:
    """What it takes to write the log of one replication."""
    number = events.choose_replication(result, replication)
    rows = kept.count(result, "visits", [number])
    is_one_of_several = len(result.kept) > 1 and replication is None
    notes = (_one_of_several(result, number),) if is_one_of_several else ()
    if convention is not None:
        return _Plan(
            rows, lambda path: conventions.write(path, result, number, convention), (), notes
        )
    write = {"xes": xes.write, "ocel": ocel.write}[to]
    return _Plan(rows, lambda path: write(path, result, number), (), notes)


def _workbook_plan(result: Result, replication: int | None) -> _Plan:
    from simulation.exports import workbook  # noqa: PLC0415 - it needs an extra

    numbers = result.chosen(replication)[:1] if result.kind == "run" else []
    rows = kept.count(result, "dossiers", numbers) if numbers else 0
    notes = list(_notes(result))
    if len(result.kept) > 1 and replication is None:
        notes.append(_one_of_several(result, numbers[0]))

    def write(path: Path) -> Iterator[int]:
        with in_known_form(str(result.entry.folder)):
            yield from workbook.write(path, result, *numbers)

    return _Plan(rows, write, (), tuple(notes))


def _one_of_several(result: Result, number: int) -> str:
    return _(
        "Of the {count} replications that were kept, this has number {number}; for another one: "
        "--replication K"
    ).format(count=len(result.kept), number=number)


def _notes(result: Result) -> tuple[str, ...]:
    """What the result does not hold although it could."""
    if result.kind != "run" or result.kept:
        return ()
    return (
        _(
            "Dossiers and visits were not kept, so they are not in it. To keep them:\n    {command}"
        ).format(command=result.command_that_keeps),
    )


def _rows(result: Result, replication: int | None) -> int:
    """About how many rows the long tables have."""
    if result.kind != "run":
        return 0
    numbers = result.chosen(replication)
    return sum(kept.count(result, name, numbers) for name in kept.TABLES)

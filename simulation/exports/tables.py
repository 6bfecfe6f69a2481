"""The tables that a result has, each in frames that fit into memory whatever its length."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulation.errors import InputError
from simulation.exports import kept
from simulation.exports.columns import KEPT_TABLES, RUN_TABLES
from simulation.exports.evidence import about, assumptions, load, names, published, sources
from simulation.exports.frames import empty, frame
from simulation.exports.studies import STUDIES
from simulation.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simulation.exports.columns import Columns
    from simulation.exports.result import Result
    from simulation.exports.studies import StudyTable

    Rows = Iterable[Sequence[Any]]

FRAME_ROWS: Final = 100_000
"""Rows in memory at a time."""


@dataclass(frozen=True)
class Table:
    """A table of a result.

    Attributes:
        name: Its name.
        columns: Its columns.
        make: Makes its frames.
        title: What a sheet with it is called, for the catalogue.
    """

    name: str
    columns: Columns
    make: Callable[[], Iterator[pd.DataFrame]]
    title: str = ""

    def frames(self) -> Iterator[pd.DataFrame]:
        """Its rows in order; one frame without any where there are none."""
        found = False
        for part in self.make():
            found = True
            yield part
        if not found:
            yield empty(self.columns)


def tables_of(result: Result, replication: int | None = None) -> list[Table]:
    """The tables of a result.

    Args:
        result: The result.
        replication: Number of the only replication whose dossiers and visits are wanted; None: all
            that were kept.

    Raises:
        InputError: It was not kept.
    """
    if result.kind != "run":
        return [
            _table(name, table.columns, result, table.rows, table.title)
            for name, table in _of_study(result).items()
        ]
    made = [
        Table(name, columns, lambda: _by_day(result))
        if name == "by_day"
        else _table(name, columns, result, _RUN[name])
        for name, columns in RUN_TABLES.items()
    ]
    numbers = result.chosen(replication)
    if numbers:
        made += [kept_table(result, name, numbers) for name in kept.TABLES]
    return made


def kept_table(result: Result, name: str, numbers: Sequence[int]) -> Table:
    """The dossiers or the visits of some replications."""
    columns = KEPT_TABLES[name]
    return Table(name, columns, lambda: kept.read(result, name, numbers, FRAME_ROWS))


def _of_study(result: Result) -> dict[str, StudyTable]:
    """The tables of a study.

    Raises:
        InputError: It is of a kind that this version of motcua does not know.
    """
    if result.kind not in STUDIES:
        raise InputError(
            _("{run} is a study ({kind}) that this version of motcua does not know").format(
                run=result.entry.run, kind=result.kind
            )
        )
    return STUDIES[result.kind]


def _table(
    name: str, columns: Columns, result: Result, make: Callable[[Result], Rows], title: str = ""
) -> Table:
    def frames() -> Iterator[pd.DataFrame]:
        rows = iter(make(result))
        while part := list(islice(rows, FRAME_ROWS)):
            yield frame(columns, part)

    return Table(name, columns, frames, title)


def _measures(result: Result) -> Iterator[Sequence[Any]]:
    """Every measure with its interval, in the order of the summary."""
    for section in _SECTIONS:
        for way, interval in _leaves(result.summary[section], ()):
            path = ".".join(way if section == "measures" else (section, *way))
            of = way[0] if len(way) > 1 else None
            name = ".".join(way[1:] or way)
            yield path, section, of, name, interval["mean"], interval["low"], interval["high"]


_SECTIONS: Final = (
    "measures", "by_channel", "by_field", "by_group", "by_procedure", "by_step", "teams", "desks",
    "events", "late_time",
)  # fmt: skip


def _leaves(below: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The intervals within objects within objects, with the way to each."""
    if set(below) == {"mean", "low", "high"}:
        yield path, below
        return
    for key, inner in below.items():
        yield from _leaves(inner, (*path, key))


def _replications(result: Result) -> Iterator[Sequence[Any]]:
    for number, row in result.rows():
        yield from ((number, path, value) for path, value in row.measures.items())


def _by_day(result: Result) -> Iterator[pd.DataFrame]:
    """The series of each replication; they are long, so their columns are made at once."""
    first, last = map(np.datetime64, result.period)
    days = np.arange(first, last + 1).astype("datetime64[s]")
    for number, row in result.rows():
        paths = pd.Index(list(row.series))
        yield pd.DataFrame(
            {
                "replication": pd.array([number], "Int64").repeat(len(paths) * len(days)),
                "day": np.tile(days, len(paths)),
                "path": pd.Categorical.from_codes(
                    np.repeat(np.arange(len(paths)), len(days)), categories=paths
                ),
                "value": pd.array(np.concatenate(list(row.series.values())), "Int64"),
            }
        )


def _form(result: Result) -> Iterator[Sequence[Any]]:
    for number, row in result.rows():
        yield from ((number, field, *counts) for field, counts in row.form.items())


_RUN: Final[dict[str, Callable[[Result], Rows]]] = {
    "about": about,
    "measures": _measures,
    "replications": _replications,
    "form": _form,
    "published": published,
    "load": load,
    "sources": sources,
    "assumptions": assumptions,
    "names": names,
}
"""What makes the rows of each table of a run, but for the series by day."""

TABLE_NAMES: Final = frozenset(
    (*RUN_TABLES, *KEPT_TABLES, *(name for tables in STUDIES.values() for name in tables))
)
"""Names of the tables that some result has."""

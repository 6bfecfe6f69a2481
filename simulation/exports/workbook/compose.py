"""Which sheets a workbook has, in what order."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from simulation.exports.workbook import (
    charts,
    days,
    listings,
    official,
    overview,
    parts,
)
from simulation.exports.workbook.book import Book
from simulation.exports.workbook.study import write_study
from simulation.language import _
from simulation.language import title as title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.exports.result import Result


def write(path: Path, result: Result, replication: int | None = None) -> Iterator[int]:
    """Write the workbook of a result; yields how many rows of dossiers more were written.

    Args:
        path: The file.
        result: The result.
        replication: The kept replication of which dossiers are listed; None: there is none.
    """
    with TemporaryDirectory(dir=path.parent, prefix=".export.") as scratch:
        book = Book(path, Path(scratch), title_of(result.summary["title"]), result.period[1])
        if result.kind == "run":
            yield from _run(book, result, replication)
        else:
            write_study(book, result)
        book.file.close()


def _run(book: Book, result: Result, replication: int | None) -> Iterator[int]:
    overview.overview_sheet(book, result)
    figures = charts.charts_sheet(book, _("The three main figures"))
    official.form_sheet(book, result)
    rates = parts.on_time_sheet(book, result)
    teams = parts.teams_sheet(book, result)
    by_day = days.read_days(result, replication)
    backlog = days.days_sheet(book, by_day)
    days.months_sheet(book, by_day)
    charts.on_time_chart(figures, rates)
    charts.backlog_chart(figures, backlog)
    charts.teams_chart(figures, teams)
    figures.close()
    listings.replications_sheet(book, result)
    listings.assumptions_sheet(book, result.summary)
    listings.sources_sheet(book, result.summary)
    if replication is not None:
        yield from listings.dossiers_sheet(book, result, replication)

"""The backlog by day and by month, and with kept dossiers what came and went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.exports import kept
from simulation.exports.workbook.book import Block, Column
from simulation.language import _, later

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from simulation.exports.result import Result
    from simulation.exports.workbook.book import Book

_FRAME_ROWS: Final = 50_000
_WEEKDAYS: Final = (
    later("Monday"), later("Tuesday"), later("Wednesday"), later("Thursday"), later("Friday"),
    later("Saturday"), later("Sunday"),
)  # fmt: skip
FLOWS: Final = ("received", "resolved", "late")


@dataclass(frozen=True)
class Days:
    """What there is of each day of the period.

    Attributes:
        days: The days. Shape of every array: (days,).
        mean, low, high: Open dossiers at the end of the day: mean, least and most of replications.
        flows: Dossiers received, resolved and resolved late on the day in the kept replication;
            empty where none was kept.
    """

    days: list[date]
    mean: NDArray[np.float64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    flows: dict[str, NDArray[np.int64]]


def read_days(result: Result, replication: int | None) -> Days:
    """Add up what a result knows of each day.

    Raises:
        StoreError: A replication or a kept file is damaged.
    """
    first, last = map(np.datetime64, result.period)
    days = np.arange(first, last + 1).astype("datetime64[D]").tolist()
    backlogs = np.array([row.series["backlog"] for _number, row in result.rows()])
    flows: dict[str, NDArray[np.int64]] = {}
    if replication is not None:
        flows = {name: np.zeros(len(days), np.int64) for name in FLOWS}
        for part in kept.read(result, "dossiers", [replication], _FRAME_ROWS):
            _add(flows, part, first)
    return Days(days, backlogs.mean(axis=0), backlogs.min(axis=0), backlogs.max(axis=0), flows)


def _add(flows: dict[str, NDArray[np.int64]], part: Any, first: np.datetime64) -> None:
    late = part["resolved_in_period"].to_numpy(bool) & (part["official_class"] == "late").to_numpy()
    for name, column, counted in (
        ("received", "accepted_at", ~part["carried_in"].to_numpy(bool)),
        ("resolved", "resolved_at", part["resolved_in_period"].to_numpy(bool)),
        ("late", "resolved_at", late),
    ):
        at = part[column].to_numpy("datetime64[D]")[counted]
        place = (at[~np.isnat(at)] - first).astype(np.int64)
        place = place[(place >= 0) & (place < len(flows[name]))]
        flows[name] += np.bincount(place, minlength=len(flows[name]))


def days_sheet(book: Book, days: Days) -> Block:
    """The sheet by day; returns where the days stand."""
    sheet = book.sheet(_("By day"))
    columns = [Column(_("Day"), "day", 13), Column(_("Weekday"), "text", 13), *_columns(days)]
    sheet.table(columns)
    first = sheet.row
    for place, day in enumerate(days.days):
        own = (days.mean[place], days.low[place], days.high[place])
        flows = (days.flows[name][place] for name in days.flows)
        sheet.values(columns, [day, _(_WEEKDAYS[day.weekday()]), *own, *flows])
    sheet.close()
    return Block(sheet.name, first, sheet.row - 1)


def months_sheet(book: Book, days: Days) -> None:
    """The sheet by month: the backlog of its last day, and what came and went in all of it."""
    sheet = book.sheet(_("By month"))
    columns = [Column(_("Month"), "text", 13), Column(_("Days"), "count", 9), *_columns(days)]
    sheet.table(columns)
    months: dict[tuple[int, int], list[int]] = {}
    for place, day in enumerate(days.days):
        months.setdefault((day.year, day.month), []).append(place)
    for (year, month), places in months.items():
        last = places[-1]
        flows = (days.flows[name][places].sum() for name in days.flows)
        own = (days.mean[last], days.low[last], days.high[last])
        sheet.values(columns, [f"{month:02d}/{year}", len(places), *own, *flows])
    sheet.close()


def _columns(days: Days) -> list[Column]:
    found = [
        Column(_("Open at the end, mean"), "decimal", 13),
        Column(_("Least of all replications"), "count", 13),
        Column(_("Most of all replications"), "count", 13),
    ]
    labels = (_("Received"), _("Resolved"), _("Resolved late"))
    return found + [Column(label, "count", 12) for label in labels if days.flows]

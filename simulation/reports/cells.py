"""What stands in rows that the terminal and the page both have, behind the name of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.experiments import is_fraction
from simulation.language import _, later, title, written
from simulation.wording.amounts import NOTHING, bounds, count, decimal, percent, points, share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Entry = Mapping[str, Any]
    Style = Callable[[float | None], str]

WORTH_SAYING: Final = 0.02
"""A smaller share of late dossiers' time is not worth a row or a sentence."""
BUSY: Final = 0.9
"""Whoever is busier has hardly an idle hour."""
IDLE: Final = 0.7
"""Whoever is less busy has time that nobody asks for."""
ELSEWHERE: Final = {
    "courier": later("with a courier, or before a session"),
    "external": later("with others outside the centre"),
    "applicant": later("with the applicant"),
    "held": later("held until the due date came near"),
    "before": later("before the simulation began"),
}
"""What the parts of late dossiers' time are called that were not spent at desks."""
PLACES: Final = {
    "queue": later("waiting for a team"),
    "off_shift": later("waiting for the next shift"),
    "work": later("at work"),
    **ELSEWHERE,
}
"""The same, and what time at desks is called whatever the desk."""
SIDES: Final = (("+1", "more"), ("-1", "less"))
"""What one more and one less person are called, on a screen and in a summary."""
_AT_DESKS: Final = {
    "late_time_queue": later("waiting: {desk}"),
    "late_time_off_shift": later("waiting for the next shift: {desk}"),
    "late_time_work": later("at work: {desk}"),
}
_SAYS: Final = {
    "exactly": "{number}",
    "nearly": later("nearly {number}"),
    "over": later("over {number}"),
    "derived": later("derived {number}"),
}


def of_part(measures: Entry) -> list[str]:
    """Received, resolved, late, open; official and strict on-time rate, with its interval."""
    counts = (measures[name]["mean"] for name in ("received", "resolved", "late", "open_at_end"))
    strict = measures["on_time_strict"]
    return [
        *map(count, counts),
        percent(measures["on_time_official"]["mean"]),
        percent(strict["mean"]),
        bounds(strict, percent),
    ]


def of_team(measures: Entry, load: Entry) -> list[str]:
    """People, load, how busy with its interval, overtime, visits each, people missing."""
    busy = measures["utilisation"]
    return [
        decimal(measures["people"]["mean"]),
        share(load["utilisation"]),
        share(busy["mean"]),
        bounds(busy, share),
        count(round(measures["overtime_h"]["mean"])),
        count(measures["done_per_person"]["mean"]),
        count(load["short"]) if load["short"] else "",
    ]


def of_counter(measures: Entry) -> list[str]:
    """Visits, served, mean and 90 % of waits, shares within 15 and 30 min, and who left."""
    mean = {name: interval["mean"] for name, interval in measures.items()}
    return [
        count(mean["visits"]),
        count(mean["counter_waits"]),
        decimal(mean["counter_wait_mean_min"]),
        decimal(mean["counter_wait_p90_min"]),
        share(mean["counter_wait_within_15_min"]),
        share(mean["counter_wait_within_30_min"]),
        count(mean["abandonments"]),
        count(mean["turned_away"]),
        count(mean["lost"]),
    ]


def of_published(entry: Entry) -> list[str]:
    """Published and simulated number, the interval of this, and the difference."""
    style = _style(entry)
    return [
        as_published(entry),
        style(entry["simulated"]),
        bounds(entry, style),
        _difference(entry, style),
    ]


def called(entry: Entry) -> str:
    """What a published number is of."""
    return title(entry["title"]) if entry["title"] else str(entry["name"])


def as_published(entry: Entry) -> str:
    """A published number, as exactly as it was published."""
    return _(_SAYS[entry["says"]]).format(number=_style(entry)(entry["published"]))


def late_time(summary: Entry) -> dict[str, Entry]:
    """Shares of late dossiers' time worth a row by what they are called, the largest first."""
    found = {
        _(words).format(desk=title(summary["titles"]["desks"][desk])): measures[name]
        for desk, measures in summary["desks"].items()
        for name, words in _AT_DESKS.items()
    } | {_(words): summary["late_time"][name] for name, words in ELSEWHERE.items()}
    worth = {words: one for words, one in found.items() if (one["mean"] or 0) >= WORTH_SAYING}
    return dict(sorted(worth.items(), key=lambda item: -item[1]["mean"]))


def _style(entry: Entry) -> Style:
    return percent if is_fraction(entry["name"]) else count


def _difference(entry: Entry, style: Style) -> str:
    """Simulated less published: in points for rates, relative for counts."""
    difference, published = entry["difference"], entry["published"]
    if difference is None:
        return NOTHING
    if style is percent:
        return _("{points} pt").format(points=points(difference))
    return written(f"{100 * difference / published:+.1f} %" if published else f"{difference:+,.1f}")

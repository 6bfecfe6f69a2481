"""Where it hurts: bottleneck teams, and what one more or one less person would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.reports.formats import NOTHING, bounds, share
from simulation.reports.layout import empty_table, print_section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    Summary = Mapping[str, Any]
    Titles = Mapping[str, Any]

ELSEWHERE: Final = {
    "courier": "with a courier, or before a session",
    "external": "with others outside the centre",
    "applicant": "with the applicant",
    "held": "held until the due date came near",
    "before": "before the simulation began",
}
"""What the parts of late dossiers' time are called that were not spent at desks."""
_PLACES: Final = {
    "queue": "waiting for a team",
    "off_shift": "waiting for the next shift",
    "work": "at work",
    **ELSEWHERE,
}
_WORTH_SAYING: Final = 0.02
_MOST: Final = 5
_BUSY: Final = 0.9
_IDLE: Final = 0.7
_LEAST_WIDTH: Final = 12
_MANY: Final = 100
"""From here on a difference is told without decimals."""


def print_bottlenecks(bottlenecks: Mapping[str, Any], titles: Titles, out: Console) -> None:
    """Print the teams that late dossiers waited for, and what that means.

    Args:
        bottlenecks: As they stand in a summary.
        titles: Titles as they stand in a summary.
        out: Where to print.
    """
    if not bottlenecks["teams"]:
        return
    late = bottlenecks["by"] == "late_time_queue"
    table = empty_table("Team", "Waited for", "95 %", "Off shift", "Busy", "95 %", "Load")
    for entry in _worth_a_row(bottlenecks["teams"], late=late):
        queue, busy = entry["late_time_queue"], entry["utilisation"]
        table.add_row(
            titles["teams"][entry["team"]]["en"],
            share(queue["mean"]),
            bounds(queue, share),
            share(entry["late_time_off_shift"]["mean"]),
            share(busy["mean"]),
            bounds(busy, share),
            share(entry["load"]),
        )
    heading = (
        "Bottleneck teams: share of late dossiers' legal time"
        if late
        else "No dossier was late: the busiest teams"
    )
    print_section(heading, table, out)
    first = bottlenecks["teams"][0]
    out.print(Text(_meaning(first, titles["teams"][first["team"]]["en"], late=late), "dim"))


def _worth_a_row(teams: list[Any], *, late: bool) -> list[Any]:
    """The first teams: those with a share that is worth saying, and always one."""
    if late:
        worth = [t for t in teams if (t["late_time_queue"]["mean"] or 0) >= _WORTH_SAYING]
        teams = worth or teams[:1]
    return teams[:_MOST]


def _meaning(first: Mapping[str, Any], title: str, *, late: bool) -> str:
    """What the first row tells a planner."""
    busy = first["utilisation"]["mean"] or 0.0
    if not late:
        return f"{title} would be the first to hold dossiers up: busy {share(busy)} of its time."
    lost = first["late_time_queue"]["mean"] or 0.0
    if lost < _WORTH_SAYING:
        return (
            f"Late dossiers lost hardly any time waiting for a team ({share(lost)} for {title}): "
            "more people would not help them; see above where their time went."
        )
    head = f"{share(lost)} of late dossiers' legal time was spent waiting for {title}"
    if busy >= _BUSY:
        return f"{head}, which has hardly an idle hour: it needs people, or less work."
    if busy <= _IDLE:
        return (
            f"{head}, which is idle {share(1 - busy)} of its time: dossiers come in peaks, or "
            "while it is short of people; when people are there matters more than how many."
        )
    return f"{head}, which is busy {share(busy)} of its time."


def print_options(systems: Mapping[str, Summary], titles: Titles, out: Console) -> None:
    """Print a line for each option: where the time of its late dossiers went, and its first team.

    Args:
        systems: What the summary of a comparison says of each, by what it is called.
        titles: Titles as they stand there.
        out: Where to print.
    """
    table = empty_table(
        "Option", "Late dossiers mostly", "Share", "First team", "Waited for", "Busy",
        texts=["Late dossiers mostly", "First team"],
    )  # fmt: skip
    for name, one in systems.items():
        part, most = max(one["late_time"].items(), key=lambda item: item[1]["mean"] or 0)
        first = one["bottlenecks"]["teams"][0]
        table.add_row(
            name,
            NOTHING if most["mean"] is None else _PLACES[part],
            share(most["mean"]),
            titles["teams"][first["team"]]["en"],
            share(first["late_time_queue"]["mean"]),
            share(first["utilisation"]["mean"]),
        )
    print_section("Where late dossiers lost their legal time", table, out)


def print_marginal(
    marginal: Mapping[str, Any], titles: Titles, out: Console, base: str = "the run"
) -> None:
    """Print what one more and one less person in each team would change.

    Args:
        marginal: As it stands in a summary.
        titles: Titles as they stand in a summary.
        out: Where to print.
        base: What they are differences to.
    """
    table = empty_table("Team", "People", "On time, pt", "Late", "Wait p90, min", "Cost")
    table.padding = (0, 0, 0, 0)  # one space between columns, so that all fit
    table.columns[0].min_width = _LEAST_WIDTH
    for team, entry in marginal["teams"].items():
        for sign, side in (("+1", "more"), ("-1", "less")):
            if entry[side] is not None:
                cells = [
                    _difference(entry[side].get(name), digits, factor)
                    for name, digits, factor in _COLUMNS
                ]
                table.add_row(titles["teams"][team]["en"], sign, *cells)
    print_section(f"One more and one less person: differences to {base}", table, out)
    out.print(Text(_how(marginal), "dim"))


_COLUMNS: Final = (
    ("on_time_strict", 2, 100),
    ("apologies", 1, 1),
    ("counter_wait_p90_min", 1, 1),
    ("cost", 0, 1),
)
"""Measure, decimals, factor."""


def _difference(found: Mapping[str, Any] | None, digits: int, factor: float) -> str:
    """A mean and its interval; in brackets where it is not separated from zero."""
    if found is None or found["mean"] is None:
        return NOTHING
    known = [abs(factor * found[end]) for end in ("mean", "low", "high") if found[end]]
    digits = 0 if max(known, default=0) >= _MANY else digits
    mean = f"{_plus_zero(factor * found['mean'], digits):+,.{digits}f}"
    if found["low"] is None or found["low"] == found["high"]:
        return mean
    low, high = (_plus_zero(factor * found[end], digits) for end in ("low", "high"))
    text = f"{mean} [{low:+,.{digits}f}, {high:+,.{digits}f}]"
    return text if found["separated"] else f"({text})"


def _plus_zero(value: float, digits: int) -> float:
    """The rounded value, without a minus before zero."""
    return round(value, digits) + 0.0


def _how(marginal: Mapping[str, Any]) -> str:
    one = marginal["replications"] == 1
    intervals = (
        "One replication gives no intervals."
        if one
        else f"95 % intervals that hold together over all {marginal['comparisons']} staffings "
        "(Bonferroni), from paired replications; (…): not separated from zero. A team of one has "
        "no -1."
    )
    return (
        f"{intervals} On time is the strict rate in points; late are dossiers resolved late, or "
        "open and overdue."
    )

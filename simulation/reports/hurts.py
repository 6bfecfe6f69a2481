"""Where it hurts: bottleneck teams, and what one more or one less person would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.language import _, title, written
from simulation.reports.applicants import warn_of_staffings
from simulation.reports.cells import BUSY, IDLE, PLACES, SIDES, WORTH_SAYING
from simulation.reports.layout import empty_table, print_section
from simulation.wording.amounts import NOTHING, bounds, enumerated, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    Summary = Mapping[str, Any]
    Titles = Mapping[str, Any]

_MOST: Final = 5
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
    table = empty_table(
        _("Team"), _("Waited for"), "95 %", _("Off shift"), _("Busy"), "95 %", _("Load")
    )
    for entry in _worth_a_row(bottlenecks["teams"], late=late):
        queue, busy = entry["late_time_queue"], entry["utilisation"]
        table.add_row(
            title(titles["teams"][entry["team"]]),
            share(queue["mean"]),
            bounds(queue, share),
            share(entry["late_time_off_shift"]["mean"]),
            share(busy["mean"]),
            bounds(busy, share),
            share(entry["load"]),
        )
    heading = (
        _("Bottleneck teams: share of late dossiers' legal time")
        if late
        else _("No dossier was late: the busiest teams")
    )
    print_section(heading, table, out)
    first = bottlenecks["teams"][0]
    out.print(Text(_meaning(first, title(titles["teams"][first["team"]]), late=late), "dim"))


def _worth_a_row(teams: list[Any], *, late: bool) -> list[Any]:
    """The first teams: those with a share that is worth saying, and always one."""
    if late:
        worth = [t for t in teams if (t["late_time_queue"]["mean"] or 0) >= WORTH_SAYING]
        teams = worth or teams[:1]
    return teams[:_MOST]


def _meaning(first: Mapping[str, Any], team: str, *, late: bool) -> str:
    """What the first row tells a planner."""
    busy = first["utilisation"]["mean"] or 0.0
    if not late:
        return _("{team} would be the first to hold dossiers up: busy {busy} of its time.").format(
            team=team, busy=share(busy)
        )
    lost = first["late_time_queue"]["mean"] or 0.0
    if lost < WORTH_SAYING:
        said = _(
            "Late dossiers lost hardly any time waiting for a team ({lost} for {team}): more "
            "people would not help them; see above where their time went."
        )
    elif busy >= BUSY:
        said = _(
            "{lost} of late dossiers' legal time was spent waiting for {team}, which has hardly an "
            "idle hour: it needs people, or less work."
        )
    elif busy <= IDLE:
        said = _(
            "{lost} of late dossiers' legal time was spent waiting for {team}, which is idle "
            "{idle} of its time: dossiers come in peaks, or while it is short of people; when "
            "people are there matters more than how many."
        )
    else:
        said = _(
            "{lost} of late dossiers' legal time was spent waiting for {team}, which is busy "
            "{busy} of its time."
        )
    return said.format(lost=share(lost), team=team, busy=share(busy), idle=share(1 - busy))


def print_options(systems: Mapping[str, Summary], titles: Titles, out: Console) -> None:
    """Print a line for each option: where the time of its late dossiers went, and its first team.

    Args:
        systems: What the summary of a comparison says of each, by what it is called.
        titles: Titles as they stand there.
        out: Where to print.
    """
    table = empty_table(
        _("Option"),
        _("Late dossiers mostly"),
        _("Share"),
        _("First team"),
        _("Waited for"),
        _("Busy"),
        texts=[_("Late dossiers mostly"), _("First team")],
    )
    for name, one in systems.items():
        part, most = max(one["late_time"].items(), key=lambda item: item[1]["mean"] or 0)
        first = one["bottlenecks"]["teams"][0]
        table.add_row(
            name,
            NOTHING if most["mean"] is None else _(PLACES[part]),
            share(most["mean"]),
            title(titles["teams"][first["team"]]),
            share(first["late_time_queue"]["mean"]),
            share(first["utilisation"]["mean"]),
        )
    print_section(_("Where late dossiers lost their legal time"), table, out)


def print_marginal(
    marginal: Mapping[str, Any],
    titles: Titles,
    submitted: float | None,
    out: Console,
    base: str | None = None,
) -> None:
    """Print what one more and one less person in each team would change.

    Args:
        marginal: As it stands in a summary.
        titles: Titles as they stand in a summary.
        submitted: How many dossiers come.
        out: Where to print.
        base: What they are differences to; the run by default.
    """
    table = empty_table(
        _("Team"), _("People"), _("On time, pt"), _("Late"), _("Wait p90, min"), _("Cost")
    )
    table.padding = (0, 0, 0, 0)  # one space between columns, so that all fit
    table.columns[0].min_width = _LEAST_WIDTH
    for team, entry in marginal["teams"].items():
        for sign, side in SIDES:
            if entry[side] is not None:
                cells = [
                    _difference(entry[side].get(name), digits, factor)
                    for name, digits, factor in _COLUMNS
                ]
                table.add_row(title(titles["teams"][team]), sign, *cells)
    heading = _("One more and one less person: differences to {base}")
    print_section(heading.format(base=_("the run") if base is None else base), table, out)
    out.print(Text(_how(marginal), "dim"))
    for line in warn_of_staffings(marginal, titles, submitted):
        out.print(line)


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
    mean = written(f"{_plus_zero(factor * found['mean'], digits):+,.{digits}f}")
    if found["low"] is None or found["low"] == found["high"]:
        return mean
    ends = (_plus_zero(factor * found[end], digits) for end in ("low", "high"))
    text = f"{mean} [{enumerated(written(f'{end:+,.{digits}f}') for end in ends)}]"
    return text if found["separated"] else f"({text})"


def _plus_zero(value: float, digits: int) -> float:
    """The rounded value, without a minus before zero."""
    return round(value, digits) + 0.0


def _how(marginal: Mapping[str, Any]) -> str:
    intervals = (
        _("One replication gives no intervals.")
        if marginal["replications"] == 1
        else _(
            "95 % intervals that hold together over all {number} staffings (Bonferroni), from "
            "paired replications; (…): not separated from zero. A team of one has no -1."
        ).format(number=marginal["comparisons"])
    )
    measures = _(
        "On time is the strict rate in points; late are dossiers resolved late, or open and "
        "overdue."
    )
    return f"{intervals} {measures}"

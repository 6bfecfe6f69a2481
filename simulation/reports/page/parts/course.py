"""How a period went: open dossiers day by day, arrivals and completions week by week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, day
from simulation.reports.page.contents import Figure, Section, Table
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.lines import Curve, over_time
from simulation.wording.amounts import bounds, count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.wording.names import Summary

    Week = Mapping[str, Any]

_WEEK: Final = 7
_FEW: Final = 3
"""Fewer points are no course."""


def course(summary: Summary) -> Section | None:
    """The backlog, and what comes in and goes out."""
    found = (_backlog(summary), _weeks(summary))
    figures = [figure for figure in found if figure is not None]
    return Section("course", _("How the period went"), figures) if figures else None


def _backlog(summary: Summary) -> Figure | None:
    """Open dossiers at the end of each day."""
    means = summary["backlog_by_day"]
    if len(means) < _FEW:
        return None
    first = date.fromisoformat(summary["period"]["first_day"])
    days = [first + timedelta(days=number) for number in range(len(means))]
    nobody = [None] * len(means)
    range_by_day = summary.get("profiles", {}).get(
        "backlog_by_day", {"low": nobody, "high": nobody}
    )
    intervals = [
        {"mean": mean, "low": low, "high": high}
        for mean, low, high in zip(means, range_by_day["low"], range_by_day["high"], strict=True)
    ]
    most = max(range(len(means)), key=lambda number: means[number])
    title = _("Open dossiers peak on {day} at {most}, and end the period at {last}").format(
        day=day(days[most].isoformat()), most=count(means[most]), last=count(means[-1])
    )
    about = _(
        "Dossiers received and not yet resolved at the end of each day: the mean over the "
        "replications, and its 95 % interval as a band."
    )
    shown = _month_ends(days)
    if len(shown) < len(days):
        about += " " + _("The table has the ends of the months; motcua export has every day.")
    svg = over_time(
        Name("backlog", title),
        days,
        [Curve("", intervals)],
        Scale(_("Open dossiers"), from_zero=True),
    )
    rows = [[day(days[k].isoformat()), count(means[k]), bounds(intervals[k], count)] for k in shown]
    return Figure("backlog", title, about, svg, Table((_("Day"), _("Open"), _("95 %")), rows))


def _month_ends(days: Sequence[date]) -> list[int]:
    """Numbers of the days that stand in a table: the last of each month, or all of a short time."""
    if len(days) <= 2 * _WEEK:
        return list(range(len(days)))
    last = len(days) - 1
    return [k for k in range(len(days)) if k == last or days[k].month != days[k + 1].month]


def _weeks(summary: Summary) -> Figure | None:
    """Dossiers received and resolved in each whole week."""
    profiles = summary.get("profiles")
    weeks = [week for week in profiles["weeks"] if week["days"] == _WEEK] if profiles else []
    if len(weeks) < _FEW:
        return None
    behind = sum(week["resolved"]["mean"] < week["received"]["mean"] for week in weeks)
    busiest = max(weeks, key=lambda week: week["received"]["mean"])
    title = _(
        "Most dossiers come in the week from {day}: {most}; in {behind} of {weeks} weeks more come "
        "than are resolved"
    ).format(
        day=day(busiest["first_day"]),
        most=count(round(busiest["received"]["mean"])),
        behind=count(behind),
        weeks=count(len(weeks)),
    )
    about = _(
        "Dossiers received and resolved in each whole week from Monday: means over the "
        "replications, and their 95 % intervals as bands. Weeks that the period cuts off are left "
        "out."
    )
    curves = [
        Curve(_("Received"), [week["received"] for week in weeks]),
        Curve(_("Resolved"), [week["resolved"] for week in weeks]),
    ]
    days = [date.fromisoformat(week["first_day"]) for week in weeks]
    scale = Scale(_("Dossiers a week"), from_zero=True)
    svg = over_time(Name("weeks", title), days, curves, scale)
    columns = (
        _("Week from"), _("Received"), _("95 %"), _("Resolved"), _("95 %"), _("Late"),
    )  # fmt: skip
    rows = [_row(week) for week in weeks]
    return Figure("weeks", title, about, svg, Table(columns, rows))


def _row(week: Week) -> list[str]:
    cells = [day(week["first_day"])]
    for name in ("received", "resolved"):
        cells += [count(week[name]["mean"]), bounds(week[name], count)]
    return [*cells, count(week["late"]["mean"])]

"""Who is busy, when, and which team limits the centre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, n_
from simulation.reports.cells import BUSY, IDLE, WORTH_SAYING, of_team
from simulation.reports.page.contents import Figure, Section, Table
from simulation.reports.page.figures.axes import percent_scale
from simulation.reports.page.figures.dates import weekday
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.heat import Block, blocks
from simulation.reports.page.figures.rows import Row, bars
from simulation.wording.amounts import count, share
from simulation.wording.names import named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.wording.names import Summary

_DAY: Final = 24
_MOST_TEAMS: Final = 12
"""So many heat maps fit on a sheet of paper."""
_SELDOM_H: Final = 0.25
"""An hour of the week in which a team is there for less, over the period, says nothing."""


def limits(summary: Summary) -> list[str]:
    """Sentences on what limits the centre: teams without enough time, and who is waited for."""
    short = [
        _short(summary, team, load) for team, load in summary["load"]["teams"].items()
        if load["short"]
    ]  # fmt: skip
    teams = summary["bottlenecks"]["teams"]
    return [*short, *([_first(summary, teams[0])] if teams else [])]


def _short(summary: Summary, team: str, load: Mapping[str, Any]) -> str:
    """A team with more work than time."""
    return n_(
        "{team} is short by {people} person: {offered} hours of work, {available} hours available.",
        "{team} is short by {people} people: {offered} hours of work, {available} hours available.",
        load["short"],
    ).format(
        team=named(summary, "teams", team),
        people=count(load["short"]),
        offered=count(round(load["offered_h"])),
        available=count(round(load["available_h"])),
    )


def _first(summary: Summary, first: Mapping[str, Any]) -> str:
    """What the team says that comes first among the bottlenecks."""
    team, busy = named(summary, "teams", first["team"]), first["utilisation"]["mean"] or 0.0
    if summary["bottlenecks"]["by"] != "late_time_queue":
        return _(
            "No dossier is late, so no team holds any up; {team} would be the first, busy {busy} "
            "of its time."
        ).format(team=team, busy=share(busy))
    lost = first["late_time_queue"]["mean"] or 0.0
    if lost < WORTH_SAYING:
        return _(
            "Late dossiers lose hardly any time waiting for a team, so more people would not help "
            "them; where their time goes stands below."
        )
    texts = {
        True: _(
            "Late dossiers spend {lost} of their legal time waiting for {team}, which has hardly "
            "an idle hour ({busy} busy): it needs people, or less work."
        ),
        False: _("Late dossiers spend {lost} of their legal time waiting for {team}, which is busy "
                 "{busy} of its time."),
        None: _(
            "Late dossiers spend {lost} of their legal time waiting for {team}, although it is "
            "idle {idle} of its time: when people are there matters more than how many."
        ),
    }  # fmt: skip
    kind = True if busy >= BUSY else None if busy <= IDLE else False
    return texts[kind].format(lost=share(lost), team=team, busy=share(busy), idle=share(1 - busy))


def people(summary: Summary) -> Section | None:
    """How busy the teams are over the period, and hour by hour of the week."""
    teams = {
        name: team for name, team in summary["teams"].items()
        if team["utilisation"]["mean"] is not None
    }  # fmt: skip
    if not teams:
        return None
    order = sorted(teams, key=lambda name: -teams[name]["utilisation"]["mean"])
    found = (_utilisation(summary, order), _hours(summary, order))
    figures = [figure for figure in found if figure is not None]
    return Section("people", _("Who is busy, and when"), figures)


def _utilisation(summary: Summary, order: Sequence[str]) -> Figure:
    """How busy each team is, the busiest first."""
    rows = []
    for name in order:
        busy = summary["teams"][name]["utilisation"]
        short = bool(summary["load"]["teams"][name]["short"])
        rows.append(Row(named(summary, "teams", name), busy, share(busy["mean"]), short))
    title = _("{team} is the busiest team: {busy} of its time at work").format(
        team=rows[0].name, busy=rows[0].value
    )
    about = _(
        "Share of the time on shift that each team is at work: means over the replications, with "
        "95 % intervals. A hatched team is offered more work than it has time for."
    )
    scale = percent_scale(_("At work, % of time on shift"), from_zero=True)
    svg = bars(Name("utilisation", title), rows, scale)
    columns = (
        _("Team"), _("People"), _("Load"), _("At work"), _("95 %"), _("Overtime, h"),
        _("Visits each"), _("Short by"),
    )  # fmt: skip
    table = Table(
        columns,
        [
            [
                named(summary, "teams", name),
                *of_team(summary["teams"][name], summary["load"]["teams"][name]),
            ]
            for name in order
        ],
    )
    return Figure("utilisation", title, about, svg, table)


def _hours(summary: Summary, order: Sequence[str]) -> Figure | None:
    """How busy the teams are in each hour of the week."""
    profiles = summary.get("profiles")
    if profiles is None:
        return None
    teams = {name: _there(profiles["teams"][name]) for name in order}
    shown = [name for name in order if any(value is not None for value in teams[name])]
    if not shown:
        return None
    shown = shown[:_MOST_TEAMS]
    places = [k for name in shown for k, value in enumerate(teams[name]) if value is not None]
    days = sorted({place // _DAY for place in places})
    hours = list(range(min(p % _DAY for p in places), max(p % _DAY for p in places) + 1))
    found = [
        Block(
            named(summary, "teams", name),
            [[teams[name][day * _DAY + hour] for hour in hours] for day in days],
        )
        for name in shown
    ]
    team, place = max(
        ((name, k) for name in shown for k, value in enumerate(teams[name]) if value is not None),
        key=lambda item: teams[item[0]][item[1]] or 0.0,
    )
    title = _("{team} is busiest on {weekday} from {begin} to {end}: {busy} at work").format(
        team=named(summary, "teams", team),
        weekday=_weekday(place // _DAY),
        begin=f"{place % _DAY}:00",
        end=f"{place % _DAY + 1}:00",
        busy=share(teams[team][place]),
    )
    about = _(
        "Share of the time on shift that a team is at work, by weekday and hour, all weeks of the "
        "period and all replications together; dark is busy, and without a square nobody is there."
    )
    if len(order) > len(shown):
        about += " " + _("The {number} busiest teams.").format(number=count(len(shown)))
    down, along = [weekday(day) for day in days], [str(hour) for hour in hours]
    svg = blocks(Name("hours", title), found, down, along, _("At work, % of time on shift"))
    return Figure("hours", title, about, svg, _hours_table(found, days, hours))


def _there(team: Mapping[str, Any]) -> list[float | None]:
    """Utilisation in the hours of the week in which the team is there more than by chance."""
    return [
        busy if present >= _SELDOM_H else None
        for busy, present in zip(team["utilisation"], team["present_h"], strict=True)
    ]


def _hours_table(found: Sequence[Block], days: Sequence[int], hours: Sequence[int]) -> Table:
    rows = [
        [
            f"{block.name}, {weekday(day)}",
            *("" if value is None else f"{100 * value:.0f}" for value in block.rows[number]),
        ]
        for block in found
        for number, day in enumerate(days)
    ]
    columns = [_("At work, %"), *(f"{hour}:00" for hour in hours)]
    return Table(columns, rows)


def _weekday(number: int) -> str:
    """The name of a weekday."""
    return (
        _("Mondays"), _("Tuesdays"), _("Wednesdays"), _("Thursdays"), _("Fridays"),
        _("Saturdays"), _("Sundays"),
    )[number]  # fmt: skip

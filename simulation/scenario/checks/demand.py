"""Channels, procedures and their volumes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from simulation.language import _, written
from simulation.scenario.dates import WEEKDAYS, format_instant, parse_span
from simulation.scenario.demand import MAX_DOSSIERS
from simulation.scenario.model import Backlog
from simulation.scenario.overrides import steps_of, walk
from simulation.scenario.steps import Work

if TYPE_CHECKING:
    from simulation.scenario.checks.collector import Collector
    from simulation.scenario.demand import Arrival, Channel
    from simulation.scenario.model import Scenario
    from simulation.scenario.tree import FieldPath


def check_demand(found: Collector) -> None:
    """Report what cannot be about what comes."""
    scenario = found.scenario
    found_before = len(found.problems)
    for name, procedure in scenario.procedures.items():
        path: FieldPath = ("procedures", name)
        found.exists((*path, "field"), procedure.field, scenario.fields, _("field"))
        found.exists((*path, "route"), procedure.route, scenario.routes, _("route"))
        _check_deadlines(found, name)
        _check_lifetime(found, name)
    for name, field in scenario.fields.items():
        if field.group is not None:
            found.exists(("fields", name, "group"), field.group, scenario.groups, _("group"))
    if scenario.mix:
        _check_shares(found, ("mix",), scenario.mix)
    for name in scenario.channels:
        _check_channel(found, name)
    if len(found.problems) == found_before:
        _check_size(found)
        _check_arrivals(found)


def demanded(scenario: Scenario, channel_id: str) -> set[str]:
    """The procedures of which dossiers come by a channel."""
    channel = scenario.channels[channel_id]
    own = {name for name, volume in channel.volumes.items() if volume > 0}
    mix = scenario.mix if channel.mix is None else channel.mix
    shared = {name for name, share in mix.items() if share > 0} if _rest(channel) > 0 else set()
    return own | shared | {arrival.procedure for arrival in _arrivals(channel)}


def _arrivals(channel: Channel) -> list[Arrival]:
    """Explicit arrivals; loading has turned files into lists."""
    return channel.arrivals if isinstance(channel.arrivals, list) else []


def _rest(channel: Channel) -> float:
    """What is left of a channel's volume for its mix."""
    own = sum(channel.volumes.values())
    return 0.0 if channel.volume is None else channel.volume - own


def _check_shares(found: Collector, path: FieldPath, mix: dict[str, float]) -> None:
    for name in mix:
        found.exists((*path, name), name, found.scenario.procedures, _("procedure"))
    found.adds_to_one(path, mix.values(), _("shares of the mix"))


def _check_channel(found: Collector, name: str) -> None:
    scenario, channel = found.scenario, found.scenario.channels[name]
    path: FieldPath = ("channels", name)
    if name == "default":
        found.report(path, _("no channel can be called 'default'"), "", _("rename it"))
    for procedure in channel.volumes:
        found.exists((*path, "volumes", procedure), procedure, scenario.procedures, _("procedure"))
    if channel.mix is not None:
        _check_shares(found, (*path, "mix"), channel.mix)
    _check_volume(found, path, channel)
    if channel.delivery is not None:
        found.exists((*path, "delivery"), channel.delivery, scenario.timetables, _("timetable"))
    for target in channel.results:
        found.exists((*path, "results", target), target, scenario.channels, _("channel"))
    if channel.results:
        found.adds_to_one((*path, "results"), channel.results.values(), _("shares of the results"))
    _check_hours(found, path, channel)
    for position, (begin, end) in enumerate(channel.outages):
        if not found.touches(begin.date(), end.date()):
            found.report(
                (*path, "outages", position),
                _("the outage from {begin} to {end} lies outside of the simulated time").format(
                    begin=format_instant(begin), end=format_instant(end)
                ),
                allowed=_("days from {first} to {last}").format(
                    first=found.simulated[0], last=found.simulated[1]
                ),
                remedy=_("correct the dates, or delete it"),
            )


def _check_volume(found: Collector, path: FieldPath, channel: Channel) -> None:
    own = sum(channel.volumes.values())
    if channel.volume is None:
        if channel.mix is not None:
            found.report(
                (*path, "mix"),
                _("the channel has a mix but no volume to divide"),
                remedy=_("add 'volume: …' to {field}").format(field=".".join(map(str, path))),
            )
        elif not channel.volumes and channel.arrivals is None:
            found.report(
                (*path, "volume"),
                _("nothing says how many dossiers come by this channel"),
                allowed=_("volume, volumes, or arrivals"),
                remedy=_("add 'volume: 0' if none come"),
            )
    elif own > channel.volume * (1 + 1e-9):
        found.report(
            (*path, "volumes"),
            _("the volumes of procedures add to {own}, more than the channel's {volume}").format(
                own=written(f"{own:,.10g}"), volume=written(f"{channel.volume:,.10g}")
            ),
            remedy=_("raise the channel's volume or lower these"),
        )
    elif own < channel.volume and not found.scenario.mix and channel.mix is None:
        found.report(
            (*path, "volume"),
            _("nothing says which procedures {volume} of its dossiers are").format(
                volume=written(f"{channel.volume - own:,.10g}")
            ),
            allowed=_("a mix of the channel or of the scenario"),
            remedy=_("add 'mix: {…}', or give volumes that add to the channel's volume"),
        )


def _check_hours(found: Collector, path: FieldPath, channel: Channel) -> None:
    """Every hour that has a weight must be one in which the channel can be open."""
    calendar = found.scenario.calendars.get(channel.calendar or "")
    spans = [span for day in WEEKDAYS for span in calendar.on_weekday(day)] if calendar else []
    spans += [span for hours in calendar.open.values() for span in hours] if calendar else []
    weights = {key: weight for key, weight in channel.profile.hour.items() if weight > 0}
    if channel.profile.hour and not weights:
        found.report(
            (*path, "profile", "hour"),
            _("all hours weigh zero"),
            "",
            _("give one a weight above zero"),
        )
    for key in weights if spans else ():
        begin, end = parse_span(key)
        if not any(begin < closes and opens < end for opens, closes in spans):
            found.report(
                (*path, "profile", "hour", key),
                _("the channel is never open in the hours {key}").format(key=key),
                allowed=_("hours of the calendar {calendar!r}").format(calendar=channel.calendar),
                remedy=_("delete these hours, or open the calendar"),
            )


def _check_deadlines(found: Collector, name: str) -> None:
    path: FieldPath = ("procedures", name, "deadline")
    deadlines = found.scenario.procedures[name].deadline
    for channel in deadlines:
        if channel != "default":
            found.exists((*path, channel), channel, found.scenario.channels, _("channel"))
    if "default" not in deadlines:
        found.report(
            (*path, "default"),
            _("a deadline by channel needs one for all other channels"),
            remedy=_("add 'default: …'"),
        )


def _check_lifetime(found: Collector, name: str) -> None:
    procedure = found.scenario.procedures[name]
    begins, ends = procedure.begins, procedure.ends
    path: FieldPath = ("procedures", name)
    if begins and ends and ends < begins:
        found.report(
            (*path, "ends"),
            _("it ends on {ends}, before it begins on {begins}").format(ends=ends, begins=begins),
            "",
            _("correct one"),
        )
    elif ends and ends < found.scenario.period.first_day:
        found.report(
            (*path, "ends"),
            _("it ends on {ends}, before the period").format(ends=ends),
            remedy=_("delete the procedure, or correct the date"),
        )
    elif begins and begins > found.simulated[1]:
        found.report(
            (*path, "begins"),
            _("it begins on {begins}, after the simulated time").format(begins=begins),
            remedy=_("delete the procedure, or correct the date"),
        )


def _check_size(found: Collector) -> None:
    scenario = found.scenario
    total = 0.0
    for channel in scenario.channels.values():
        volume = channel.volume
        own = sum(channel.volumes.values()) if volume is None else volume
        total += own * scenario.workload + len(_arrivals(channel))
    total += scenario.start.backlog if isinstance(scenario.start, Backlog) else 0
    period = (scenario.period.last_day - scenario.period.first_day).days + 1
    simulated = (found.simulated[1] - found.simulated[0]).days + 1
    total *= max(simulated / max(period, 1), 1)
    if total > MAX_DOSSIERS:
        found.report(
            ("workload",) if scenario.workload > 1 else ("channels",),
            _("{total} dossiers would come").format(total=written(f"{total:,.0f}")),
            allowed=_("at most {most}").format(most=written(f"{MAX_DOSSIERS:,}")),
            remedy=_("lower the volumes or the workload, or shorten the period"),
        )


def _check_arrivals(found: Collector) -> None:
    scenario = found.scenario
    first, last = found.simulated
    for name, channel in scenario.channels.items():
        works: dict[str, set[str]] = {}
        for position, arrival in enumerate(_arrivals(channel)):
            path: FieldPath = ("channels", name, "arrivals", position)
            if not first <= datetime.fromisoformat(arrival.at).date() <= last:
                found.report(
                    (*path, "at"),
                    _("{at} lies outside of the simulated time").format(at=arrival.at),
                    allowed=_("days from {first} to {last}").format(first=first, last=last),
                    remedy=_("correct the date, or delete the arrival"),
                )
            if not found.exists(
                (*path, "procedure"), arrival.procedure, scenario.procedures, _("procedure")
            ):
                continue
            if arrival.work and arrival.procedure not in works:
                steps = walk(steps_of(scenario, name, arrival.procedure))
                works[arrival.procedure] = {s.step for s in steps if isinstance(s, Work)}
            for step in arrival.work:
                known = works[arrival.procedure]
                found.exists((*path, "work", step), step, known, _("work step"))

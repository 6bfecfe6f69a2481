"""Period, calendars, timetables, the legal clock, and whatever has dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.language import _, later, written
from simulation.scenario.dates import WEEKDAYS, format_date_range
from simulation.scenario.model import Warm
from simulation.units import DAY_S, WORKING_DAY_S, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.scenario.calendars import Calendar
    from simulation.scenario.checks.collector import Collector
    from simulation.scenario.dates import Span
    from simulation.scenario.tree import FieldPath
    from simulation.scenario.values import Dated

MAX_DAYS: Final = 3_660
"""Longest period, warm-up or run-on: ten years."""
_LEGAL_DAY: Final = later("8 hours, as in '07:00-11:30, 13:30-17:00'")


def check_working_time(found: Collector) -> None:
    """Report what cannot be about time."""
    if _check_period(found):
        _check_factors(found)
    _check_uses_of_calendars(found)
    _check_timetables(found)
    _check_legal(found)


def _check_period(found: Collector) -> bool:
    """Whether the period can be simulated."""
    scenario, period = found.scenario, found.scenario.period
    days = (period.last_day - period.first_day).days + 1
    if days < 1:
        found.report(
            ("period", "last_day"),
            _("the period ends on {last_day}, before it begins on {first_day}").format(
                last_day=period.last_day, first_day=period.first_day
            ),
            remedy=_("exchange first_day and last_day, or correct one"),
        )
        return False
    warm = scenario.start.warm.seconds if isinstance(scenario.start, Warm) else 0
    for path, what, length in (
        (("period", "last_day"), _("period"), float(days)),
        (("run_on",), _("run-on"), scenario.run_on.seconds / DAY_S),
        (("start", "warm"), _("warm-up"), warm / WORKING_DAY_S),
    ):
        if length > MAX_DAYS:
            found.report(
                path,
                _("the {what} has {length} days").format(
                    what=what, length=written(f"{length:,.0f}")
                ),
                _("at most ten years"),
                _("shorten it"),
            )
            return False
    return True


def _dated_values(found: Collector) -> Iterator[tuple[FieldPath, Dated]]:
    scenario = found.scenario
    for name, channel in scenario.channels.items():
        yield ("channels", name, "weight"), channel.weight
    for name, procedure in scenario.procedures.items():
        yield ("procedures", name, "weight"), procedure.weight
    for name, team in scenario.teams.items():
        if team.absence:
            yield ("teams", name, "absence", "rate"), team.absence.rate


def _check_factors(found: Collector) -> None:
    """Factors of which none ever applies were meant for other days.

    One that misses is no problem: a base may hold those of several years.
    """
    for path, value in _dated_values(found):
        if value.during and not any(found.touches(*days) for days in value.during):
            first = next(iter(value.during))
            found.report(
                (*path, "during", format_date_range(first)),
                _("no day of these factors is simulated"),
                allowed=_("days from {first} to {last}").format(
                    first=found.simulated[0], last=found.simulated[1]
                ),
                remedy=_("correct the year, or delete the factors"),
            )


def _check_uses_of_calendars(found: Collector) -> None:
    scenario = found.scenario
    used: set[str] = set()
    uses: list[tuple[FieldPath, str | None]] = [
        *((("channels", name, "calendar"), c.calendar) for name, c in scenario.channels.items()),
        *(
            (("timetables", name, "calendar"), t.calendar)
            for name, t in scenario.timetables.items()
        ),
        *((("teams", name, "shift"), team.shift) for name, team in scenario.teams.items()),
        (("legal", "calendar"), scenario.legal.calendar),
    ]
    for path, name in uses:
        if name is not None and found.exists(path, name, scenario.calendars, _("calendar")):
            used.add(name)
    for name, calendar in scenario.calendars.items():
        if name in used and not calendar.ever_opens:
            found.report(
                ("calendars", name, "hours"),
                _("this calendar never opens, but is used"),
                allowed=_("hours on some weekday or date"),
                remedy=_("open it, or let nothing use it"),
            )


def _check_timetables(found: Collector) -> None:
    scenario = found.scenario
    for name, timetable in scenario.timetables.items():
        path: FieldPath = ("timetables", name)
        for position, time in enumerate(timetable.times):
            if time in timetable.times[:position]:
                found.report(
                    (*path, "times", position),
                    _("{time} stands here twice").format(time=format_clock(time)),
                    "",
                    _("keep one"),
                )
        calendar = scenario.calendars.get(timetable.calendar)
        if calendar is None or timetable.weekdays is None or not calendar.ever_opens:
            continue
        opens = [day for day in WEEKDAYS if calendar.on_weekday(day)]
        opens += [WEEKDAYS[day.weekday()] for day, hours in calendar.open.items() if hours]
        if not set(opens) & set(timetable.weekdays):
            found.report(
                (*path, "weekdays"),
                _("{calendar!r} is closed on these weekdays, so nothing ever departs").format(
                    calendar=timetable.calendar
                ),
                allowed=", ".join(day for day in WEEKDAYS if day in opens),
                remedy=_("choose weekdays on which it opens"),
            )


def _check_legal(found: Collector) -> None:
    """A working day counts eight legal hours, so every day of the legal calendar must have them."""
    legal = found.scenario.legal
    calendar = found.scenario.calendars.get(legal.calendar)
    if calendar is None:
        return
    path: FieldPath = ("calendars", legal.calendar)
    if calendar.hours == "always":
        found.report(
            (*path, "hours"),
            _("the legal calendar is always open"),
            allowed=_("weekdays with {hours}").format(hours=_(_LEGAL_DAY)),
            remedy=_("give deadlines a calendar of their own"),
        )
        return
    for below, hours in _days_of(calendar):
        length = sum(end - begin for begin, end in hours)
        if length not in (0, WORKING_DAY_S):
            found.report(
                (*path, *below),
                _("a day of the legal calendar has {length:g} hours").format(length=length / 3600),
                allowed=_(_LEGAL_DAY),
                remedy=_(
                    "deadlines count 8 hours a day; give longer opening hours another calendar"
                ),
            )
    spans = [span for _, hours in _days_of(calendar) for span in hours]
    if legal.cutoff != "closing" and spans:
        first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
        if not first < legal.cutoff <= last:
            found.report(
                ("legal", "cutoff"),
                _("the cutoff {cutoff} lies outside of the legal hours").format(
                    cutoff=format_clock(legal.cutoff)
                ),
                allowed=_("after {first}, until {last}, or 'closing'").format(
                    first=format_clock(first), last=format_clock(last)
                ),
                remedy=_("correct it"),
            )


def _days_of(calendar: Calendar) -> Iterator[tuple[FieldPath, tuple[Span, ...]]]:
    for key, hours in calendar.hours.items() if isinstance(calendar.hours, dict) else ():
        yield ("hours", key), hours
    for day, hours in calendar.open.items():
        yield ("open", str(day)), hours

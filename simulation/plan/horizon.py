"""The simulated time of a scenario: its horizon, calendars and timetables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.plan.arrays import Horizon
from simulation.plan.deadlines import rough_wd
from simulation.scenario.dates import WEEKDAYS, each_day
from simulation.scenario.model import Backlog, Register, Warm
from simulation.units import DAY_S, WORKING_DAY_S
from simulation.worktime import Calendar, from_spans, public_holidays, weekly_calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.scenario.calendars import Calendar as CalendarModel
    from simulation.scenario.calendars import Timetable
    from simulation.scenario.model import Scenario
    from simulation.scenario.values import Dated, Staff

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

REACH_DAYS: Final = 2 * 366
"""Calendars reach this far beyond the end, so that due dates of the last dossiers exist."""

_SOME_HOLIDAYS: Final = 21
"""Days that hold Tết, and what else may be closed on either side of it."""


@dataclass(frozen=True)
class Timeline:
    """The horizon with everything that turns dates into instants and back."""

    horizon: Horizon
    holidays: dict[date, str]

    @cached_property
    def months(self) -> Ints:
        """Month, from 0 to 11, of each day from the first to the reach."""
        first = np.datetime64(self.horizon.first_day, "D")
        days = first + np.arange(self.horizon.reach_s // DAY_S)
        return days.astype("datetime64[M]").astype(np.int64) % 12

    @cached_property
    def weekdays(self) -> Ints:
        """Weekday, from 0 (Monday) to 6, of each day from the first to the reach."""
        return (self.horizon.first_day.weekday() + np.arange(self.horizon.reach_s // DAY_S)) % 7

    def instant_s(self, at: datetime) -> int:
        """Seconds of a local instant."""
        delta = at - datetime.combine(self.horizon.first_day, time())
        return delta.days * DAY_S + delta.seconds

    def span(self, first: date | None, last: date | None) -> slice:
        """The days from one to another, both included, among all from the first to the reach."""
        begins = 0 if first is None else max(0, self._number(first))
        return slice(begins, None if last is None else max(0, self._number(last) + 1))

    def _number(self, day: date) -> int:
        return (day - self.horizon.first_day).days

    def by_day(self, number: Dated, until_s: int) -> Floats:
        """A dated number on each day from the first to ``until_s``."""
        found = np.full(until_s // DAY_S, number.value, np.float64)
        for (first, last), factor in number.during.items():
            found[self.span(first, last)] *= factor
        return found

    def people_by_day(self, staff: Staff, until_s: int) -> Ints:
        """People of a team on each day from the first to ``until_s``."""
        found = np.full(until_s // DAY_S, staff.at_start, np.int64)
        for since, people in sorted(staff.changes.items()):
            found[self.span(since, None)] = people
        return found

    def calendar(self, model: CalendarModel) -> Calendar:
        """Opening spans from the first day to the reach."""
        closed = set(self.holidays) if model.holidays == "vietnam" else set()
        for first, last in model.closed:
            closed.update(each_day(first, last))
        if model.hours == "always" and not closed and not model.open:
            return from_spans([0], [self.horizon.reach_s])
        return weekly_calendar(
            self.horizon.first_day,
            self.horizon.reach_s // DAY_S,
            {k: model.on_weekday(weekday) for k, weekday in enumerate(WEEKDAYS)},
            closed,
            model.open,
        )

    def departures(self, timetable: Timetable, calendar: Calendar) -> Ints:
        """Instants of a timetable, on the days on which its calendar opens at all."""
        opens = np.unique(calendar.begin_s // DAY_S)
        weekday = (opens + self.horizon.first_day.weekday()) % 7
        if timetable.weekdays is not None:
            opens = opens[np.isin(weekday, [WEEKDAYS.index(day) for day in timetable.weekdays])]
        return np.sort((opens[:, None] * DAY_S + np.array(timetable.times)[None, :]).ravel())


def timeline(scenario: Scenario) -> Timeline:
    """The timeline of a scenario; warm-up or backlog move its first day before the period."""
    if isinstance(scenario.start, Register):
        return _of_register(scenario, scenario.start)
    period = scenario.period
    first_day = period.first_day - timedelta(days=_lead_days(scenario))
    start = (period.first_day - first_day).days
    stop = (period.last_day - first_day).days + 1
    end = stop + round(scenario.run_on.seconds / DAY_S)
    reach = end + REACH_DAYS
    years = range(first_day.year, (first_day + timedelta(days=reach)).year + 1)
    horizon = Horizon(first_day, start * DAY_S, stop * DAY_S, end * DAY_S, reach * DAY_S)
    return Timeline(horizon, public_holidays(years))


def _of_register(scenario: Scenario, register: Register) -> Timeline:
    """It reaches back to the oldest dossier and to the first day of the volumes."""
    period = scenario.period
    received = (date.fromisoformat(each.received[:10]) for each in register.open)
    first_day = min(period.first_day, *received, register.as_of)

    def midnight_s(day: date) -> int:
        return (day - first_day).days * DAY_S

    one = timedelta(days=1)
    stop_s = midnight_s((register.until or period.last_day) + one)
    end_s = stop_s + round(scenario.run_on.seconds / DAY_S) * DAY_S
    whole_s = midnight_s(period.first_day), midnight_s(period.last_day + one)
    reach_s = max(end_s, whole_s[1]) + REACH_DAYS * DAY_S
    years = range(first_day.year, (first_day + timedelta(seconds=reach_s)).year + 1)
    horizon = Horizon(first_day, midnight_s(register.as_of), stop_s, end_s, reach_s, whole_s)
    return Timeline(horizon, public_holidays(years))


def _lead_days(scenario: Scenario) -> int:
    """Clock days simulated before the period."""
    start = scenario.start
    if isinstance(start, Warm):
        if not start.warm.working:
            return round(start.warm.seconds / DAY_S)
        return clock_days(start.warm.seconds / WORKING_DAY_S)
    if isinstance(start, Backlog):
        return _days_of_deadlines(scenario)
    return 0


def clock_days(working_days: float) -> int:
    """Clock days that surely hold so many working days, Tết included."""
    return round(working_days * 7 / 5) + _SOME_HOLIDAYS


def _days_of_deadlines(scenario: Scenario) -> int:
    """Clock days back to the acceptance of whatever may be in term when the period begins.

    Three days hold two working days of a week with five and Vietnam's holidays, however long the
    deadline.
    """
    procedures = scenario.procedures.values()
    longest = max(rough_wd(each) for one in procedures for each in one.deadline.values())
    return math.ceil(longest * 3 / 2) + _SOME_HOLIDAYS

"""Everybody's spans on one axis, so that a question about people is one question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulation.units import DAY_S
from simulation.worktime import Calendar, measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Shifts:
    """The attendance table as a single calendar: instant t of person p lies at p * stride_s + t.

    Attributes:
        calendar: The spans of all people, one person behind the other.
        stride_s: Longer than any instant that occurs.
        person: Whose span it is. Shape: (spans,).
        last: The last span that follows each without an absence of more than ``handover_after``
            between: interrupted work stays with its person until the end of that one. Shape:
            (spans,).
        team: Team of each person. Shape: (people,).
        efficiency: Permille by team and desk; 0 where a team does not serve a desk.
    """

    calendar: Calendar
    stride_s: int
    person: Ints
    last: Ints
    team: Ints
    efficiency: Ints

    @cached_property
    def begin_s(self) -> Ints:
        """Begin of each span as an instant. Shape: (spans,)."""
        return self.calendar.begin_s - self.person * self.stride_s

    @cached_property
    def end_s(self) -> Ints:
        """End of each span as an instant. Shape: (spans,)."""
        return self.calendar.end_s - self.person * self.stride_s

    def place(self, person: Ints, t_s: Ints | int) -> Ints:
        """Where an instant of a person lies on the common axis."""
        return person * self.stride_s + t_s

    def efficiency_of(self, person: Ints, desk: Ints) -> Ints:
        """Permille of a person at a desk; 0 where the person's team does not serve it."""
        desks = self.efficiency.shape[1]
        by_person = self.efficiency[self.team].ravel()
        return np.asarray(by_person[person * desks + desk])

    def measure(self, person: Ints, from_s: Ints, to_s: Ints) -> Ints:
        """Seconds on shift in [from, to)."""
        return measure(self.calendar, self.place(person, from_s), self.place(person, to_s))


def lay_out(service: ServicePlan, attendance: Attendance) -> Shifts:
    """Put everybody's spans on one axis."""
    horizon = service.horizon
    furthest_s = max(horizon.reach_s, horizon.end_s, int(attendance.end_s.max(initial=0)))
    stride_s = furthest_s + DAY_S
    person = np.repeat(np.arange(len(service.person_team)), np.diff(attendance.person_ptr))
    offset_s = person * stride_s
    efficiency = np.zeros((len(service.teams), len(service.names.desks)), np.int64)
    for number, team in enumerate(service.teams):
        efficiency[number, list(team.desks)] = team.efficiency_permille
    return Shifts(
        calendar=Calendar(attendance.begin_s + offset_s, attendance.end_s + offset_s),
        stride_s=stride_s,
        person=person,
        last=_last_before_absence(service, attendance, person),
        team=np.array(service.person_team, np.int64),
        efficiency=efficiency,
    )


def _last_before_absence(service: ServicePlan, attendance: Attendance, person: Ints) -> Ints:
    """For each span the first one, from itself on, that a long absence or nothing follows."""
    spans = len(person)
    off_s = measure(service.calendars[service.legal], attendance.end_s[:-1], attendance.begin_s[1:])
    parts = np.ones(spans, np.bool_)
    parts[:-1] = (person[:-1] != person[1:]) | (off_s > service.handover_after_s)
    found = np.where(parts, np.arange(spans), spans)
    return np.minimum.accumulate(found[::-1])[::-1]


def overlaps(first: Calendar, second: Calendar) -> tuple[Ints, Ints]:
    """All pairs of a span of the first calendar and one of the second that share some time.

    Returns:
        Numbers of the first's spans, rising, and of the second's.
    """
    low = np.searchsorted(second.end_s, first.begin_s, side="right")
    high = np.searchsorted(second.begin_s, first.end_s, side="left")
    count = np.maximum(high - low, 0)
    ours = np.repeat(np.arange(len(count)), count)
    theirs = np.arange(len(ours)) - np.repeat(np.cumsum(count) - count - low, count)
    return ours, theirs

"""Sampling who is there when: shifts, less absence and leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from simulation.dated import dated_uniforms
from simulation.streams import Streams
from simulation.tables import Attendance
from simulation.units import DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simulation.plan.arrays import ServicePlan, TeamPlan
    from simulation.worktime import Calendar

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def sample_attendance(service: ServicePlan, seed: int, replication: int) -> Attendance:
    """Sample the presence of everybody on all days that their team's arrays cover.

    A person is present during the spans of the shift that begin on a day on which the team has the
    person (staff > number) who is neither absent nor on leave. Only the days on which the shift has
    a span are working days: spells and leave are counted in them.

    Args:
        service: How the centre serves.
        seed: Seed of the study.
        replication: Number of the replication; it needs nothing of those before.
    """
    streams = Streams(seed, replication)
    first_day = service.horizon.first_day
    tables = [_team_spans(team, streams, first_day) for team in service.teams]
    counts = [np.empty(0, np.int64), *(counts for counts, _ in tables)]
    spans = np.hstack([np.empty((2, 0), np.int64), *(spans for _, spans in tables)])
    person_ptr = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    return Attendance(person_ptr=person_ptr, begin_s=spans[0], end_s=spans[1])


def _team_spans(team: TeamPlan, streams: Streams, first_day: date) -> tuple[Ints, Ints]:
    """Number of spans of each person, and begins and ends of all; shapes (people,), (2, spans)."""
    begin_s, end_s = _daily_spans(team.shift, len(team.staff))
    working, day_of_span = np.unique(begin_s // DAY_S, return_inverse=True)
    present = team.staff[working] > np.arange(team.people)[:, np.newaxis]
    present &= ~sample_absence(team, streams, first_day, working)
    present &= ~sample_leave(team, streams, first_day, working)
    person, span = np.nonzero(present[:, day_of_span])
    return _merge(team.people, person, begin_s[span], end_s[span])


def _daily_spans(shift: Calendar, days: int) -> tuple[Ints, Ints]:
    """Spans of a shift that begin in the first days.

    A span belongs to the day on which it begins, so a night shift is one thing. One that is longer
    than a day (around the clock) is cut at each midnight, so that every day still counts.
    """
    long = np.flatnonzero(shift.end_s - shift.begin_s > DAY_S)
    spans = zip(shift.begin_s[long] // DAY_S, -(-shift.end_s[long] // DAY_S), strict=True)
    midnights = [np.arange(first + 1, last) for first, last in spans]
    cuts_s = np.concatenate([np.empty(0, np.int64), *midnights]) * DAY_S
    begin_s = np.sort(np.concatenate((shift.begin_s, cuts_s)))
    end_s = np.sort(np.concatenate((shift.end_s, cuts_s)))
    held = (begin_s >= 0) & (begin_s < days * DAY_S)
    return begin_s[held], end_s[held]


def _merge(people: int, person: Ints, begin_s: Ints, end_s: Ints) -> tuple[Ints, Ints]:
    """Join the spans of a person that touch: cuts at midnight are nothing to an engine."""
    touches = (person[1:] == person[:-1]) & (begin_s[1:] == end_s[:-1])
    first = np.concatenate((np.ones(min(len(person), 1), np.bool_), ~touches))
    last = np.roll(first, -1)
    counts = np.bincount(person[first], minlength=people)
    return counts, np.stack((begin_s[first], end_s[last]))


def sample_absence(team: TeamPlan, streams: Streams, first_day: date, working: Ints) -> Bools:
    """Unplanned absence: for each person, a two-state Markov chain over the working days.

    On every day the probability of being absent is exactly that day's, p. Who was absent the
    working day before stays so with probability 1 - 1/L, which makes the mean spell L days, within
    two limits: never with less than p (days are then independent, and the mean spell is 1/(1-p)),
    and never with more than p allows when it has fallen since the day before.

    Args:
        team: The people; L is ``spell_days``.
        streams: The streams of the replication.
        first_day: Date of day 0.
        working: Days on which the shift has a span, rising. Shape: (days,).

    Returns:
        Shape (people, days).
    """
    if not team.absence.any():
        return np.zeros((team.people, len(working)), np.bool_)
    days = len(team.staff)
    u = dated_uniforms(
        streams, "absence", team.id, first_day=first_day, days=days, lines=team.people
    )
    u = u[:, working]
    stays, begins = _absence_chances(team.absence[working], team.spell_days)
    absent = u < begins
    # As nobody begins who would not stay, a day is like the last one on which both chances agree.
    agree = absent | (u >= stays)
    agree[:, :1] = True
    like = np.maximum.accumulate(np.where(agree, np.arange(len(working)), 0), axis=1)
    return np.take_along_axis(absent, like, axis=1)


def _absence_chances(rate: Floats, spell_days: float) -> tuple[Floats, Floats]:
    """P(absent | absent the working day before) and P(absent | present then), by day."""
    before = np.concatenate(([0.0], rate[:-1]))
    stays = np.maximum(1 - 1 / spell_days, rate)
    falls = rate < stays * before
    stays[falls] = rate[falls] / before[falls]
    begins = rate.copy()
    np.divide(rate - stays * before, 1 - before, out=begins, where=before < 1)
    return stays, begins


def sample_leave(team: TeamPlan, streams: Streams, first_day: date, working: Ints) -> Bools:
    """Planned leave: so many working days a calendar year, in blocks.

    The year is cut into as many equal strata as there are blocks, and each block lies at a uniform
    place among the working days of its stratum, so that blocks never overlap. (The last block is
    shorter where the days do not divide evenly.) A stratum that reaches beyond the days at hand has
    a block in proportion, rounded to whole days.

    Each person has a number for each date, and the block begins on that of its possible first days
    which has the least. So a day that is opened or closed moves only blocks that it belongs to.

    Args:
        team: The people.
        streams: The streams of the replication.
        first_day: Date of day 0.
        working: Days on which the shift has a span, rising. Shape: (days,).

    Returns:
        Shape (people, days).
    """
    days = len(team.staff)
    on_leave = np.zeros((team.people, len(working)), np.bool_)
    if not team.leave_days:
        return on_leave
    u = dated_uniforms(streams, "leave", team.id, first_day=first_day, days=days, lines=team.people)
    everybody = np.arange(team.people)[:, np.newaxis]
    for year in range(first_day.year, (first_day + timedelta(days=days)).year + 1):
        for begin, end, length in _blocks(team, year, first_day):
            held = max(0, min(end, days) - max(begin, 0)) / (end - begin)
            low, high = np.searchsorted(working, (begin, end)).tolist()
            taken = min(round(length * held), high - low)
            if not taken:
                continue
            possible = working[low : high - taken + 1]
            start = low + np.argmin(u[:, possible], axis=1, keepdims=True)
            on_leave[everybody, start + np.arange(taken)] = True
    return on_leave


def _blocks(team: TeamPlan, year: int, first_day: date) -> Iterator[tuple[int, int, int]]:
    """Strata of a calendar year as days [begin, end) from day 0, and the length of each's block."""
    new_year = (date(year, 1, 1) - first_day).days
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    blocks = -(-team.leave_days // team.leave_block_days)
    for block in range(blocks):
        left = team.leave_days - block * team.leave_block_days
        begin, end = block * length // blocks, (block + 1) * length // blocks
        yield new_year + begin, new_year + end, min(left, team.leave_block_days)

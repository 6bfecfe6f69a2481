"""The legal clock: when a dossier is due, and whether it was in time.

The clock starts when a dossier is accepted and stops when its result is ready. What happens in
between to the due instant is a supplement, which pauses the clock or starts it anew.

What an engine asks is answered twice, as in `worktime`: for arrays, and for one dossier by a scalar
twin named ``…_one``, which takes ``clock.plain`` in place of the clock and is written in plain
integers so that a compiler can take it as it stands.

A due instant is an int64 second. Deadlines in days and on the spot are compared by date, deadlines
in hours by the instant; ``FAR`` says that there is no deadline, or that it lies beyond the
calendar. Arguments are real instants, not ``NEVER``; callers mask.

Source: Decree 61/2018/NĐ-CP and Circular 01/2018/TT-VPCP, and the practice of the systems that
apply them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from simulation.semantics import DeadlineKind
from simulation.units import DAY_S, FAR, NEVER, WORKING_DAY_S
from simulation.worktime import (
    add,
    add_one,
    measure,
    measure_one,
    next_open,
    next_open_one,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.worktime import Calendar, Column, Instants, IntArray

    Bools: TypeAlias = NDArray[np.bool_]
    PlainClock: TypeAlias = tuple[Column, Column, Column, int]


class Class(IntEnum):
    """How a dossier stands to its deadline; NONE where the question does not arise."""

    NONE = -1
    EARLY = 0
    ON_TIME = 1
    LATE = 2
    IN_TERM = 3
    OVERDUE = 4


@dataclass(frozen=True, eq=False)
class LegalClock:
    """What the legal clock goes by.

    Attributes:
        calendar: The legal working time, eight hours a working day.
        cutoff_s: Second of the day up to which an acceptance still counts on its date; 86,400: up
            to the end of that date's legal hours.
    """

    calendar: Calendar
    cutoff_s: int

    @cached_property
    def plain(self) -> PlainClock:
        """The calendar's lists and the cutoff: the first argument of a scalar twin."""
        return (*self.calendar.lists, self.cutoff_s)


def clock_start(clock: LegalClock, accepted_s: Instants) -> IntArray:
    """The instant from which an acceptance counts.

    It is the acceptance itself on a date with legal hours up to the cutoff, else the next working
    day's opening; FAR where the calendar holds none.
    """
    cal, midnight_s = clock.calendar, _midnight(accepted_s)
    hours_s = measure(cal, midnight_s, midnight_s + DAY_S)
    closing_s = add(cal, midnight_s, hours_s)
    last_s = closing_s if clock.cutoff_s == DAY_S else midnight_s + clock.cutoff_s
    counts = (hours_s > 0) & (accepted_s <= last_s)
    return np.where(counts, accepted_s, _or_far(next_open(cal, midnight_s + DAY_S)))


def due(clock: LegalClock, kind: Instants, amount: Instants, accepted_s: Instants) -> IntArray:
    """The due instant of dossiers accepted at some instants.

    Working days and hours add legal time to the start of the clock. No working days at all mean by
    the last second of the date on which the clock starts: the same day, or the next working day
    after the cutoff. Calendar days keep the time of day of the start, and their date is moved
    forward off dates without legal hours. On the spot means by the last second of the acceptance
    date.

    Args:
        clock: The legal clock.
        kind: A `DeadlineKind` for each.
        amount: Legal seconds for working days and hours, days for calendar days.
        accepted_s: When they were accepted.

    Returns:
        Instants, or FAR where there is no deadline or the calendar ends before it.
    """
    start_s = clock_start(clock, accepted_s)
    counts = start_s != FAR
    from_s: IntArray = np.where(counts, start_s, 0)  # nothing can be added to FAR
    same_day = np.equal(kind, DeadlineKind.WORKING_DAYS) & np.equal(amount, 0)
    ends_s = np.where(same_day, _last_second(from_s), _or_far(add(clock.calendar, from_s, amount)))
    by_time = np.where(counts, ends_s, FAR)
    by_date = np.where(counts, _off_rest_days(clock.calendar, from_s + amount * DAY_S), FAR)
    return _by_kind(kind, by_time, by_date, _last_second(accepted_s))


def after_supplement(  # noqa: PLR0917  a deadline is three numbers, a pause three more
    clock: LegalClock,
    kind: Instants,
    amount: Instants,
    restarts: bool | Bools,  # noqa: FBT001  a column like the others
    due_s: Instants,
    from_s: Instants,
    to_s: Instants,
) -> IntArray:
    """The due instant after a supplement was waited for.

    A supplement asked for after expiry changes nothing: late stays late. Otherwise the deadline is
    counted anew from the end of the wait, or moved by as much as the wait took: legal seconds for
    working days and hours, dates for calendar days; on the spot, to the date it ended.

    Args:
        clock: The legal clock.
        kind: A `DeadlineKind` for each.
        amount: As for `due`.
        restarts: Whether a supplement starts the clock anew (else it pauses it).
        due_s: The due instants before it.
        from_s: When the supplement was asked for.
        to_s: When it came.
    """
    cal = clock.calendar
    anew_s = due(clock, kind, amount, to_s)
    old_s: IntArray = np.where(np.equal(due_s, FAR), 0, due_s)  # nothing can be added to FAR
    by_time = _or_far(add(cal, old_s, measure(cal, from_s, to_s)))
    by_date = _off_rest_days(cal, old_s + _midnight(to_s) - _midnight(from_s))
    moved_s = _by_kind(kind, by_time, by_date, _last_second(to_s))
    unchanged = np.equal(due_s, FAR) | expired(kind, due_s, from_s)
    return np.where(unchanged, due_s, np.where(restarts, anew_s, moved_s))


def extend(clock: LegalClock, kind: Instants, due_s: IntArray, paused_s: Instants) -> IntArray:
    """The due instant of dossiers that supplements had paused before anything is simulated.

    It moves by legal seconds for working days and hours; by a date for every eight hours begun for
    calendar days; on the spot, to the date that so much legal time reaches.

    Args:
        clock: The legal clock.
        kind: A `DeadlineKind` for each.
        due_s: The due instants without any pause.
        paused_s: Legal seconds of their pauses.
    """
    cal = clock.calendar
    old_s: IntArray = np.where(np.equal(due_s, FAR), 0, due_s)  # nothing can be added to FAR
    by_time = _or_far(add(cal, old_s, paused_s))
    dates_s = -(-np.asarray(paused_s) // WORKING_DAY_S) * DAY_S
    by_date = _off_rest_days(cal, old_s + dates_s)
    last_s = np.where(by_time == FAR, FAR, _last_second(np.where(by_time == FAR, 0, by_time)))
    moved_s = _by_kind(kind, by_time, by_date, last_s)
    return np.where(np.equal(due_s, FAR) | np.equal(paused_s, 0), due_s, moved_s)


def expired(kind: Instants, due_s: Instants, at_s: Instants) -> Bools:
    """Whether the deadline has passed at some instants: never where it is FAR."""
    by_instant = np.equal(kind, DeadlineKind.HOURS)
    return np.where(by_instant, np.greater(at_s, due_s), _midnight(at_s) > _midnight(due_s))


def classify(kind: Instants, due_s: Instants, resolved_s: Instants) -> IntArray:
    """The `Class` of resolved dossiers: early before the due date, late when expired."""
    early = _midnight(resolved_s) < _midnight(due_s)
    in_time = np.where(early & np.not_equal(due_s, FAR), Class.EARLY, Class.ON_TIME)
    return np.where(expired(kind, due_s, resolved_s), Class.LATE, in_time)


def classify_open(kind: Instants, due_s: Instants, at_s: Instants) -> IntArray:
    """The `Class` of dossiers that are open at an instant, such as the end of the period."""
    return np.where(expired(kind, due_s, at_s), Class.OVERDUE, Class.IN_TERM)


def _midnight(t_s: Instants) -> Instants:
    return t_s - t_s % DAY_S


def _last_second(t_s: Instants) -> Instants:
    return _midnight(t_s) + DAY_S - 1


def _or_far(t_s: IntArray) -> IntArray:
    return np.where(t_s == NEVER, FAR, t_s)


def _off_rest_days(cal: Calendar, t_s: Instants) -> IntArray:
    """The same time of day on the first date, from t's on, that has legal hours."""
    open_s = next_open(cal, _midnight(t_s))
    return np.where(open_s == NEVER, FAR, _midnight(open_s) + t_s % DAY_S)


def _by_kind(
    kind: Instants, by_time: Instants, by_date: Instants, on_the_spot: Instants
) -> IntArray:
    kinds = (DeadlineKind.NONE, DeadlineKind.CALENDAR_DAYS, DeadlineKind.ON_THE_SPOT)
    found = np.select([np.equal(kind, k) for k in kinds], [FAR, by_date, on_the_spot], by_time)
    return np.asarray(found, np.int64)


def clock_start_one(clock: PlainClock, accepted_s: int) -> int:
    """Scalar twin of `clock_start`."""
    begin_s, end_s, cum_s, cutoff_s = clock
    midnight_s = accepted_s - accepted_s % DAY_S
    hours_s = measure_one(begin_s, end_s, cum_s, midnight_s, midnight_s + DAY_S)
    if hours_s > 0:
        last_s = midnight_s + cutoff_s
        if cutoff_s == DAY_S:
            last_s = add_one(begin_s, end_s, cum_s, midnight_s, hours_s)
        if accepted_s <= last_s:
            return accepted_s
    return _or_far_one(next_open_one(begin_s, end_s, cum_s, midnight_s + DAY_S))


def due_one(clock: PlainClock, kind: int, amount: int, accepted_s: int) -> int:
    """Scalar twin of `due`."""
    if kind == DeadlineKind.NONE:
        return FAR
    if kind == DeadlineKind.ON_THE_SPOT:
        return accepted_s - accepted_s % DAY_S + DAY_S - 1
    start_s = clock_start_one(clock, accepted_s)
    if start_s == FAR:
        return FAR
    if kind == DeadlineKind.CALENDAR_DAYS:
        return _off_rest_days_one(clock, start_s + amount * DAY_S)
    if kind == DeadlineKind.WORKING_DAYS and amount == 0:
        return start_s - start_s % DAY_S + DAY_S - 1
    begin_s, end_s, cum_s, _ = clock
    return _or_far_one(add_one(begin_s, end_s, cum_s, start_s, amount))


def after_supplement_one(  # noqa: PLR0917  as its twin
    clock: PlainClock,
    kind: int,
    amount: int,
    restarts: bool,  # noqa: FBT001  as its twin
    due_s: int,
    from_s: int,
    to_s: int,
) -> int:
    """Scalar twin of `after_supplement`."""
    if due_s == FAR or expired_one(kind, due_s, from_s):
        return due_s
    if restarts:
        return due_one(clock, kind, amount, to_s)
    if kind == DeadlineKind.ON_THE_SPOT:
        return to_s - to_s % DAY_S + DAY_S - 1
    if kind == DeadlineKind.CALENDAR_DAYS:
        return _off_rest_days_one(clock, due_s + (to_s // DAY_S - from_s // DAY_S) * DAY_S)
    begin_s, end_s, cum_s, _ = clock
    paused_s = measure_one(begin_s, end_s, cum_s, from_s, to_s)
    return _or_far_one(add_one(begin_s, end_s, cum_s, due_s, paused_s))


def extend_one(clock: PlainClock, kind: int, due_s: int, paused_s: int) -> int:
    """Scalar twin of `extend`."""
    if due_s == FAR or paused_s == 0:
        return due_s
    if kind == DeadlineKind.CALENDAR_DAYS:
        return _off_rest_days_one(clock, due_s - (-paused_s // WORKING_DAY_S) * DAY_S)
    begin_s, end_s, cum_s, _ = clock
    moved_s = _or_far_one(add_one(begin_s, end_s, cum_s, due_s, paused_s))
    if kind == DeadlineKind.ON_THE_SPOT and moved_s != FAR:
        return moved_s - moved_s % DAY_S + DAY_S - 1
    return moved_s


def expired_one(kind: int, due_s: int, at_s: int) -> bool:
    """Scalar twin of `expired`."""
    if kind == DeadlineKind.HOURS:
        return at_s > due_s
    return at_s // DAY_S > due_s // DAY_S


def _or_far_one(t_s: int) -> int:
    return FAR if t_s == NEVER else t_s


def _off_rest_days_one(clock: PlainClock, t_s: int) -> int:
    begin_s, end_s, cum_s, _ = clock
    open_s = next_open_one(begin_s, end_s, cum_s, t_s - t_s % DAY_S)
    return FAR if open_s == NEVER else open_s - open_s % DAY_S + t_s % DAY_S

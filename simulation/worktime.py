"""Working time: opening spans, and how to add and to measure time within them.

Everything here follows from one function of a calendar, ``worked(t)``: the seconds for which it
was open before the instant ``t``. It rises by one a second while the calendar is open and stays
level while it is closed. Measuring is a difference of two of its values; adding and subtracting
invert it, and on a level stretch, where every instant has the same value, *adding* takes the first
(closing time, not the next opening) and *subtracting* the last (opening time, not the closing
before).

Each question is answered twice: for arrays by numpy, and for one instant by a scalar twin named
``…_one``. A twin is written in plain integers so that a compiler can take it as it stands, given
an implementation of `bisect`. In CPython it is two to three times faster on lists than on arrays:
``add_one(*calendar.lists, t_s, work_s)``.

All instants are int64 seconds on one clock, all lengths int64 seconds. A result of ``NEVER`` (-1)
says that the calendar holds no such instant. Instants may lie before second 0, but a calendar that
is open at second -1 cannot tell this one answer from ``NEVER``; and ``NEVER`` as an argument is an
instant like any other, so callers mask it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from simulation.units import DAY_S, NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import date

    from holidays import HolidayBase
    from numpy.typing import ArrayLike, NDArray

IntArray: TypeAlias = "NDArray[np.int64]"
Instants: TypeAlias = "IntArray | int"
Column: TypeAlias = "Sequence[int] | IntArray"
DayHours: TypeAlias = "Sequence[tuple[int, int]]"

_BEYOND = 2**62
"""Begin of an imaginary span after the last; differences to any real instant stay in int64."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """When something is open. Made by `from_spans` or `weekly_calendar`, which keep its promise.

    Attributes:
        begin_s: Openings, shape (n,), strictly ascending.
        end_s: Closings, shape (n,). A span is open at its begin and closed at its end, and closed
            time separates it from the next.
    """

    begin_s: IntArray
    end_s: IntArray

    @cached_property
    def cum_s(self) -> IntArray:
        """Working seconds before each span, and last those of all; shape (n + 1,)."""
        return np.concatenate(([0], np.cumsum(self.end_s - self.begin_s)))

    @cached_property
    def lists(self) -> tuple[list[int], list[int], list[int]]:
        """Begins, ends and cumulative seconds as lists: the first arguments of a scalar twin."""
        return self.begin_s.tolist(), self.end_s.tolist(), self.cum_s.tolist()


def from_spans(begin_s: ArrayLike, end_s: ArrayLike) -> Calendar:
    """Make a calendar of spans in any order, which may touch, overlap or be empty.

    Args:
        begin_s: Openings, shape (m,).
        end_s: Closings, shape (m,). A span that does not end after its begin holds no time.
    """
    begins, ends = np.asarray(begin_s, np.int64), np.asarray(end_s, np.int64)
    held = np.flatnonzero(ends > begins)
    in_order = held[np.argsort(begins[held], kind="stable")]
    begins, reached = begins[in_order], np.maximum.accumulate(ends[in_order])
    first = np.ones(len(begins), np.bool_)
    first[1:] = begins[1:] > reached[:-1]
    last = np.roll(first, -1)
    return Calendar(begins[first], reached[last])


def worked(cal: Calendar, t_s: Instants) -> IntArray:
    """Working seconds of the calendar before each instant."""
    over, begin_s = _spans_over(cal, t_s)
    return np.asarray(cal.cum_s[over] + np.maximum(t_s - begin_s, 0))


def measure(cal: Calendar, t0_s: Instants, t1_s: Instants) -> IntArray:
    """Working seconds in [t0, t1); where t1 is the earlier, minus those in [t1, t0)."""
    return np.asarray(worked(cal, t1_s) - worked(cal, t0_s))


def add(cal: Calendar, t_s: Instants, work_s: Instants) -> IntArray:
    """The earliest instant t' ≥ t with ``measure(t, t') == work_s``.

    Adding nothing gives t itself, also when the calendar is closed.

    Args:
        cal: The calendar to work in.
        t_s: Where to begin.
        work_s: Working seconds, not negative.

    Returns:
        Instants, or NEVER where the calendar ends before the work does.
    """
    target_s = worked(cal, t_s) + work_s
    span = np.searchsorted(cal.cum_s, target_s, side="left") - 1
    reached_s = target_s - cal.cum_s[span] + _begins(cal)[span]
    found_s = np.where(target_s <= cal.cum_s[-1], reached_s, NEVER)
    return np.where(np.equal(work_s, 0), t_s, found_s)


def subtract(cal: Calendar, t_s: Instants, work_s: Instants) -> IntArray:
    """The latest instant t' ≤ t with ``measure(t', t) == work_s``.

    Subtracting nothing gives t itself, also when the calendar is closed.

    Args:
        cal: The calendar to work in.
        t_s: Where to end.
        work_s: Working seconds, not negative.

    Returns:
        Instants, or NEVER where the calendar holds too little time before t.
    """
    target_s = worked(cal, t_s) - work_s
    span = np.searchsorted(cal.cum_s, target_s, side="right") - 1
    reached_s = target_s - cal.cum_s[span] + _begins(cal)[span]
    found_s = np.where(target_s >= 0, reached_s, NEVER)
    return np.where(np.equal(work_s, 0), t_s, found_s)


def next_open(cal: Calendar, t_s: Instants) -> IntArray:
    """The earliest instant t' ≥ t at which the calendar is open, or NEVER."""
    over, begin_s = _spans_over(cal, t_s)
    return np.where(over < len(cal.end_s), np.maximum(t_s, begin_s), NEVER)


def is_open(cal: Calendar, t_s: Instants) -> NDArray[np.bool_]:
    """Whether the calendar is open at each instant: at its opening, not at its closing."""
    _, begin_s = _spans_over(cal, t_s)
    return np.asarray(begin_s <= t_s)


def _spans_over(cal: Calendar, t_s: Instants) -> tuple[NDArray[np.intp], IntArray]:
    """How many spans have ended by each instant, and where the next one begins or began."""
    over = np.asarray(np.searchsorted(cal.end_s, t_s, side="right"))
    return over, _begins(cal)[over]


def _begins(cal: Calendar) -> IntArray:
    return np.append(cal.begin_s, _BEYOND)


def worked_one(begin_s: Column, end_s: Column, cum_s: Column, t_s: int) -> int:
    """Working seconds of the calendar before t."""
    over = bisect_right(end_s, t_s)
    if over == len(end_s) or t_s <= begin_s[over]:
        return cum_s[over]
    return cum_s[over] + t_s - begin_s[over]


def measure_one(begin_s: Column, end_s: Column, cum_s: Column, t0_s: int, t1_s: int) -> int:
    """Scalar twin of `measure`."""
    return worked_one(begin_s, end_s, cum_s, t1_s) - worked_one(begin_s, end_s, cum_s, t0_s)


def add_one(begin_s: Column, end_s: Column, cum_s: Column, t_s: int, work_s: int) -> int:
    """Scalar twin of `add`."""
    if work_s == 0:
        return t_s
    target_s = worked_one(begin_s, end_s, cum_s, t_s) + work_s
    if target_s > cum_s[-1]:
        return NEVER
    span = bisect_left(cum_s, target_s) - 1
    return target_s - cum_s[span] + begin_s[span]


def subtract_one(begin_s: Column, end_s: Column, cum_s: Column, t_s: int, work_s: int) -> int:
    """Scalar twin of `subtract`."""
    if work_s == 0:
        return t_s
    target_s = worked_one(begin_s, end_s, cum_s, t_s) - work_s
    if target_s < 0:
        return NEVER
    span = bisect_right(cum_s, target_s) - 1
    return target_s - cum_s[span] + begin_s[span]


def next_open_one(begin_s: Column, end_s: Column, _cum_s: Column, t_s: int) -> int:
    """Scalar twin of `next_open`."""
    over = bisect_right(end_s, t_s)
    if over == len(end_s):
        return NEVER
    return max(t_s, begin_s[over])


def weekly_calendar(
    first_day: date,
    days: int,
    hours: Mapping[int, DayHours],
    closed: Container[date],
    exceptions: Mapping[date, DayHours],
) -> Calendar:
    """Opening hours by weekday, with closed days and days of their own hours.

    Args:
        first_day: The day whose midnight is second 0.
        days: How many days the calendar reaches.
        hours: By weekday (0 is Monday), pairs of opening and closing in seconds since midnight;
            a weekday that is missing is closed. 86,400 is the end of the day, and a span that
            touches the next day's becomes one with it.
        closed: Days without hours, such as public holidays.
        exceptions: Hours that replace all else on their day, even where it is closed.
    """
    spans = []
    for number in range(days):
        day = first_day + timedelta(days=number)
        usual = () if day in closed else hours.get(day.weekday(), ())
        midnight_s = number * DAY_S
        spans += [(midnight_s + b, midnight_s + e) for b, e in exceptions.get(day, usual)]
    begin_s, end_s = np.array(spans, np.int64).reshape(-1, 2).T
    return from_spans(begin_s, end_s)


def public_holidays(years: Iterable[int]) -> dict[date, str]:
    """Vietnam's public holidays by date, with their Vietnamese names, from package ``holidays``.

    Tết, days off in lieu of a holiday on a weekend, and working days swapped with a Saturday are
    among them; the Saturdays worked instead are not, a scenario opens them by date.

    Sources: Labour Code 45/2019/QH14 art. 111, 112 (before 2021: 10/2012/QH13 art. 115), the yearly
    decisions on Tết and the National Day.
    """
    return dict(sorted(_vietnam()(years=years, language="vi").items()))


def _vietnam() -> Callable[..., HolidayBase]:
    """Vietnam's holidays alone: with their package those of all other countries would load."""
    import holidays  # noqa: PLC0415 - heavy, and only scenarios need it

    file = Path(holidays.__file__).with_name("countries") / "vietnam.py"
    spec = spec_from_file_location("holidays.countries.vietnam", file)
    if file.is_file() and spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        if found := getattr(module, "Vietnam", None):
            vietnam: type[HolidayBase] = found
            return vietnam
    return partial(holidays.country_holidays, "VN")  # another version of the package

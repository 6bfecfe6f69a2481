"""Working time against a second-by-second oracle, the laws it obeys, and the days announced."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import holidays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import worktime
from simulation.units import DAY_S, HOUR_S, NEVER, parse_clock
from tests import naive_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Spans: TypeAlias = list[tuple[int, int]]
Case: TypeAlias = tuple[Spans, list[int], list[int]]
"""Spans, instants, and as many lengths in seconds."""

many = settings(max_examples=100, deadline=None, derandomize=True)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A few short spans around second 0, and instants that prefer their boundaries."""
    length = st.integers(-3, 60)
    begins = draw(st.lists(st.integers(-60, 240), max_size=6))
    spans = [(begin, begin + draw(length)) for begin in begins]
    instants: st.SearchStrategy[int] = st.integers(-90, 330)
    if spans:
        boundary = st.sampled_from([instant for span in spans for instant in span])
        instants |= st.builds(int.__add__, boundary, st.integers(-1, 1))
    total_s = len({second for span in spans for second in range(*span)})
    works = st.integers(0, total_s + 5) | st.sampled_from([0, 1, total_s, total_s + 1])
    pairs = draw(st.lists(st.tuples(instants, works), min_size=1, max_size=8))
    return spans, [t for t, _ in pairs], [work for _, work in pairs]


def calendar_of(spans: Iterable[tuple[int, int]]) -> worktime.Calendar:
    """The calendar of (begin, end) pairs."""
    pairs = list(spans)
    return worktime.from_spans([begin for begin, _ in pairs], [end for _, end in pairs])


def spans_of(cal: worktime.Calendar) -> Spans:
    """The (begin, end) pairs of a calendar."""
    return list(zip(cal.begin_s.tolist(), cal.end_s.tolist(), strict=True))


def int_array(values: list[int]) -> worktime.IntArray:
    """The values as a column of the engine's integers."""
    return np.array(values, np.int64)


# Against the oracle


@many
@given(cases())
def test_calendar_is_open_at_exactly_the_seconds_of_its_spans(case: Case) -> None:
    """Sorting, merging and dropping empty spans neither opens nor closes a single second."""
    spans, _, _ = case
    seconds = np.arange(-90, 330)
    expected = [naive_time.is_open(spans, int(second)) for second in seconds]
    assert worktime.is_open(calendar_of(spans), seconds).tolist() == expected


@many
@given(cases())
def test_spans_of_a_calendar_ascend_with_closed_time_between(case: Case) -> None:
    """Boundaries ascend strictly: no span is empty, and no two overlap or touch."""
    cal = calendar_of(case[0])
    boundaries = np.column_stack([cal.begin_s, cal.end_s]).ravel()
    assert (np.diff(boundaries) > 0).all()


@many
@given(cases())
def test_add_equals_walking_forward_second_by_second(case: Case) -> None:
    """Adding finds the instant that a walk finds, or NEVER where the walk leaves the calendar."""
    spans, t_s, work_s = case
    expected = [naive_time.add(spans, t, work) for t, work in zip(t_s, work_s, strict=True)]
    found_s = worktime.add(calendar_of(spans), int_array(t_s), int_array(work_s))
    assert found_s.tolist() == expected


@many
@given(cases())
def test_subtract_equals_walking_back_second_by_second(case: Case) -> None:
    """Subtracting finds the instant that a walk back finds, or NEVER before the first opening."""
    spans, t_s, work_s = case
    expected = [naive_time.subtract(spans, t, work) for t, work in zip(t_s, work_s, strict=True)]
    found_s = worktime.subtract(calendar_of(spans), int_array(t_s), int_array(work_s))
    assert found_s.tolist() == expected


@many
@given(cases(), st.integers(-90, 330))
def test_measure_equals_counting_open_seconds(case: Case, t0_s: int) -> None:
    """Measuring counts the open seconds between, negative when the end comes first."""
    spans, t1_s, _ = case
    expected = [naive_time.measure(spans, t0_s, t1) - naive_time.measure(spans, t1, t0_s)
                for t1 in t1_s]  # fmt: skip
    assert worktime.measure(calendar_of(spans), t0_s, int_array(t1_s)).tolist() == expected


@many
@given(cases())
def test_next_open_equals_walking_to_the_first_open_second(case: Case) -> None:
    """The next open instant is t itself while open, else the next opening, else NEVER."""
    spans, t_s, _ = case
    expected = [naive_time.next_open(spans, t) for t in t_s]
    assert worktime.next_open(calendar_of(spans), int_array(t_s)).tolist() == expected


@many
@given(cases())
def test_scalar_twins_equal_the_vectorised_functions(case: Case) -> None:
    """Every twin answers as its function does, on lists and on arrays alike."""
    spans, t_s, work_s = case
    cal = calendar_of(spans)
    lists: tuple[worktime.Column, worktime.Column, worktime.Column] = cal.lists
    for columns in (lists, (cal.begin_s, cal.end_s, cal.cum_s)):
        for t, work in zip(t_s, work_s, strict=True):
            assert worktime.worked_one(*columns, t) == worktime.worked(cal, t)
            assert worktime.next_open_one(*columns, t) == worktime.next_open(cal, t)
            assert worktime.add_one(*columns, t, work) == worktime.add(cal, t, work)
            assert worktime.subtract_one(*columns, t, work) == worktime.subtract(cal, t, work)
            end = t + work
            assert worktime.measure_one(*columns, t, end) == worktime.measure(cal, t, end)
            assert worktime.measure_one(*columns, end, t) == worktime.measure(cal, end, t)


# Laws


@many
@given(cases())
def test_measuring_what_was_added_gives_it_back(case: Case) -> None:
    """Whatever add reaches lies exactly the added work away, and no second earlier does."""
    spans, t_s, work_s = case
    cal, t, work = calendar_of(spans), int_array(t_s), int_array(work_s)
    end_s = worktime.add(cal, t, work)
    reached = (end_s != NEVER) & (work > 0)
    t, work, end_s = t[reached], work[reached], end_s[reached]
    assert (worktime.measure(cal, t, end_s) == work).all()
    assert (worktime.measure(cal, t, end_s - 1) < work).all()


@many
@given(cases())
def test_measuring_what_was_subtracted_gives_it_back(case: Case) -> None:
    """Whatever subtract reaches lies exactly the work away, and no second later does."""
    spans, t_s, work_s = case
    cal, t, work = calendar_of(spans), int_array(t_s), int_array(work_s)
    begin_s = worktime.subtract(cal, t, work)
    reached = (begin_s != NEVER) & (work > 0)
    t, work, begin_s = t[reached], work[reached], begin_s[reached]
    assert (worktime.measure(cal, begin_s, t) == work).all()
    assert (worktime.measure(cal, begin_s + 1, t) < work).all()


# One office day, closed at noon: 7:00 to 11:30 and 13:30 to 17:00

OFFICE_DAY = [(parse_clock("07:00"), parse_clock("11:30")),
              (parse_clock("13:30"), parse_clock("17:00"))]  # fmt: skip
TWO_DAYS = [(begin + day_s, end + day_s) for day_s in (0, DAY_S) for begin, end in OFFICE_DAY]


def test_work_that_fills_the_day_ends_at_closing_time() -> None:
    """Eight hours from 7:00 end at 17:00, not when the office opens again."""
    cal = calendar_of(TWO_DAYS)
    assert worktime.add(cal, parse_clock("07:00"), 8 * HOUR_S) == parse_clock("17:00")
    next_7_00 = DAY_S + parse_clock("07:00")
    assert worktime.add(cal, parse_clock("07:00"), 8 * HOUR_S + 1) == next_7_00 + 1


def test_work_that_fills_the_day_began_at_opening_time() -> None:
    """Eight hours that end on the second day's closing began at 7:00, not at 17:00 before."""
    cal = calendar_of(TWO_DAYS)
    second_7_00, second_17_00 = (DAY_S + parse_clock(clock) for clock in ("07:00", "17:00"))
    assert worktime.subtract(cal, second_17_00, 8 * HOUR_S) == second_7_00
    assert worktime.subtract(cal, second_17_00, 8 * HOUR_S + 1) == parse_clock("17:00") - 1


@pytest.mark.parametrize("clock", ["00:00", "07:00", "12:00", "17:00", "23:59"])
def test_no_work_takes_no_time_even_while_closed(clock: str) -> None:
    """Adding or subtracting nothing stays at the instant, open or closed."""
    cal, t_s = calendar_of(OFFICE_DAY), parse_clock(clock)
    assert worktime.add(cal, t_s, 0) == t_s
    assert worktime.subtract(cal, t_s, 0) == t_s


def test_an_opening_is_open_and_a_closing_is_closed() -> None:
    """Spans are half-open: the next open instant from 11:30 is 13:30."""
    cal = calendar_of(OFFICE_DAY)
    assert worktime.is_open(cal, parse_clock("13:30"))
    assert not worktime.is_open(cal, parse_clock("11:30"))
    assert worktime.next_open(cal, parse_clock("11:30")) == parse_clock("13:30")


def test_nothing_is_guessed_beyond_the_last_closing_or_before_the_first_opening() -> None:
    """All the work there is reaches the ends of the calendar; one second more reaches NEVER."""
    cal = calendar_of(OFFICE_DAY)
    opening_s, closing_s = parse_clock("07:00"), parse_clock("17:00")
    assert worktime.add(cal, 0, 8 * HOUR_S) == closing_s
    assert worktime.add(cal, 0, 8 * HOUR_S + 1) == NEVER
    assert worktime.add(cal, closing_s, 1) == NEVER
    assert worktime.subtract(cal, DAY_S, 8 * HOUR_S) == opening_s
    assert worktime.subtract(cal, DAY_S, 8 * HOUR_S + 1) == NEVER
    assert worktime.subtract(cal, opening_s, 1) == NEVER
    assert worktime.next_open(cal, closing_s) == NEVER


def test_in_a_calendar_that_is_always_open_working_time_is_clock_time() -> None:
    """One long span turns add, subtract and measure into plus and minus."""
    cal = worktime.from_spans([0], [2**50])
    assert worktime.add(cal, 100, 2**40) == 100 + 2**40
    assert worktime.subtract(cal, 2**40, 100) == 2**40 - 100
    assert worktime.measure(cal, 100, 2**40) == 2**40 - 100


def test_a_calendar_without_spans_is_never_open() -> None:
    """An empty calendar answers NEVER and measures nothing, rather than failing."""
    cal = worktime.from_spans([], [])
    assert worktime.add(cal, 5, 1) == NEVER
    assert worktime.subtract(cal, 5, 1) == NEVER
    assert worktime.next_open(cal, 5) == NEVER
    assert worktime.measure(cal, 0, 5) == 0
    assert not worktime.is_open(cal, 5)


@pytest.mark.parametrize("function", [worktime.add, worktime.subtract, worktime.measure])
def test_arguments_broadcast_and_results_are_int64(
    function: Callable[..., worktime.IntArray],
) -> None:
    """A column of instants against a row of lengths gives a table, int64 for narrower input."""
    cal = calendar_of(TWO_DAYS)
    t_s = np.array([[0], [DAY_S], [2 * DAY_S]], np.int32)
    other_s = np.array([0, HOUR_S], np.int32)
    result = function(cal, t_s, other_s)
    assert result.dtype == np.int64
    assert result.tolist() == [[function(cal, int(t), int(x)) for x in other_s] for t in t_s[:, 0]]


def test_columns_of_a_calendar_are_int64_even_when_empty() -> None:
    """Begins, ends and cumulative seconds are int64 whatever they were made from."""
    for cal in (worktime.from_spans([], []), calendar_of(OFFICE_DAY)):
        for column in (cal.begin_s, cal.end_s, cal.cum_s, worktime.next_open(cal, int_array([]))):
            assert column.dtype == np.int64


# Calendars of days


def test_week_of_swapped_days_opens_on_working_days_and_the_saturday_worked_instead() -> None:
    """In the week of 29 April 2019 the office opened on Thursday, Friday and Saturday morning.

    That Monday was swapped with Saturday 4 May; Tuesday and Wednesday were public holidays.
    """
    saturday_4_may = [(parse_clock("07:00"), parse_clock("11:30"))]
    cal = worktime.weekly_calendar(
        first_day=date(2019, 4, 29),
        days=7,
        hours=dict.fromkeys(range(5), OFFICE_DAY),
        closed=worktime.public_holidays([2019]),
        exceptions={date(2019, 5, 4): saturday_4_may},
    )
    h = HOUR_S
    assert spans_of(cal) == [
        (79 * h, 83 * h + h // 2), (85 * h + h // 2, 89 * h),  # Thursday
        (103 * h, 107 * h + h // 2), (109 * h + h // 2, 113 * h),  # Friday
        (127 * h, 131 * h + h // 2),  # Saturday
    ]  # fmt: skip


def test_hours_that_touch_at_midnight_are_one_span() -> None:
    """A night shift written as two days' hours is one span, and every day all day is one."""
    night = [(0, 6 * HOUR_S), (22 * HOUR_S, DAY_S)]
    nights = worktime.weekly_calendar(date(2021, 3, 1), 2, dict.fromkeys(range(7), night), (), {})
    assert spans_of(nights) == [
        (0, 6 * HOUR_S), (22 * HOUR_S, 30 * HOUR_S), (46 * HOUR_S, 48 * HOUR_S)
    ]  # fmt: skip
    all_day = {weekday: [(0, DAY_S)] for weekday in range(7)}
    always = worktime.weekly_calendar(date(2021, 3, 1), 365, all_day, (), {})
    assert spans_of(always) == [(0, 365 * DAY_S)]


def test_exceptions_replace_the_hours_of_their_day_whatever_it_is() -> None:
    """An exception opens a closed day, shortens a usual one, and without hours closes it."""
    monday, tuesday, wednesday = (date(2021, 3, day) for day in (1, 2, 3))
    cal = worktime.weekly_calendar(
        monday,
        days=3,
        hours=dict.fromkeys(range(5), OFFICE_DAY),
        closed={monday},
        exceptions={monday: [(0, 60)], tuesday: [(60, 120)], wednesday: []},
    )
    assert spans_of(cal) == [(0, 60), (DAY_S + 60, DAY_S + 120)]


def test_working_days_of_2021_are_those_of_the_official_schedule() -> None:
    """2021 has 261 weekdays, eleven of them public holidays or in lieu: 250 days of eight hours."""
    cal = worktime.weekly_calendar(
        date(2021, 1, 1),
        days=365,
        hours=dict.fromkeys(range(5), OFFICE_DAY),
        closed=worktime.public_holidays([2021]),
        exceptions={},
    )
    assert worktime.measure(cal, 0, 365 * DAY_S) == 250 * 8 * HOUR_S


# Public holidays

ANNOUNCED: dict[int, dict[str, list[tuple[int, int]]]] = {
    # Tết as the Ministry of Labour, Invalids and Social Affairs announced after the Prime
    # Minister's approval of November 2019; the other days by Labour Code 10/2012/QH13 art. 115,
    # under which the National Day was a single day for the last time.
    2020: {
        "New Year": [(1, 1)],
        "Tết": [(1, 23), (1, 24), (1, 27), (1, 28), (1, 29)],
        "Hùng Kings": [(4, 2)],
        "30 April and 1 May": [(4, 30), (5, 1)],
        "National Day": [(9, 2)],
    },
    # Tết and the National Day by dispatch 9895/VPCP-KGVX of the Government Office, 2020; the
    # others, here and in the years that follow, by Labour Code 45/2019/QH14 art. 111 and 112.
    2021: {
        "New Year": [(1, 1)],
        "Tết": [(2, 10), (2, 11), (2, 12), (2, 15), (2, 16)],
        "Hùng Kings": [(4, 21)],
        "30 April and 1 May": [(4, 30), (5, 3)],
        "National Day": [(9, 2), (9, 3)],
    },
    # Dispatch 245/VPCP-KGVX of the Government Office, 2022.
    2022: {
        "New Year": [(1, 3)],
        "Tết": [(1, 31), (2, 1), (2, 2), (2, 3), (2, 4)],
        "Hùng Kings": [(4, 11)],
        "30 April and 1 May": [(5, 2), (5, 3)],
        "National Day": [(9, 1), (9, 2)],
    },
    # Dispatch 8056/VPCP-KGVX of the Government Office, 1 December 2022.
    2023: {
        "New Year": [(1, 2)],
        "Tết": [(1, 20), (1, 23), (1, 24), (1, 25), (1, 26)],
        "Hùng Kings, 30 April and 1 May": [(5, 1), (5, 2), (5, 3)],
        "National Day": [(9, 1), (9, 4)],
    },
}
"""Weekdays off in the public service, (month, day), in lieu of weekends included."""


@pytest.mark.parametrize("year", ANNOUNCED)
def test_weekdays_off_are_those_officially_announced(year: int) -> None:
    """The library's weekdays off are the announced ones, no day more and no day less."""
    announced = [date(year, *day) for days in ANNOUNCED[year].values() for day in days]
    weekdays_off = [day for day in worktime.public_holidays([year]) if day.weekday() < 5]
    assert weekdays_off == announced


def test_public_holidays_cover_all_years_asked_for_with_vietnamese_names() -> None:
    """Holidays of several years come in order of date, those on a weekend too, in Vietnamese."""
    found = worktime.public_holidays(range(2020, 2024))
    assert list(found) == sorted(found)
    assert {day.year for day in found} == {2020, 2021, 2022, 2023}
    assert found[date(2022, 1, 1)] == "Tết Dương lịch"
    assert date(2022, 1, 1) + timedelta(days=2) in found


@pytest.mark.parametrize("text", [None, "", "class Vietnam2: pass"])
def test_public_holidays_do_not_depend_on_how_their_package_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    """Vietnam's calendar, alone or where that is not possible, is what the package gives."""
    years = range(1990, 2041)
    whole = dict(holidays.country_holidays("VN", years=years, language="vi"))
    assert worktime.public_holidays(years) == whole
    monkeypatch.setattr(holidays, "__file__", str(tmp_path / "__init__.py"))
    if text is not None:
        (tmp_path / "countries").mkdir()
        (tmp_path / "countries" / "vietnam.py").write_text(text, encoding="utf-8")
    assert worktime.public_holidays(years) == whole

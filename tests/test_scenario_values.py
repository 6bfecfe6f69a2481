"""The short texts of the scenario language, read and written back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from simulation.scenario.values import (
    AnchorText,
    Clock,
    Dated,
    Hours,
    Instants,
    InstantText,
    Probability,
    Random,
    Share,
    Staff,
    StatutoryDeadline,
    Weight,
    format_date_range,
    format_span,
    parse_date_range,
    parse_instant,
    parse_span,
    parse_weekdays,
)
from simulation.units import Duration, format_clock, parse_clock, parse_duration


def _read(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("text", "seconds", "working"),
    [
        ("90 s", 90, False),
        ("15 min", 900, False),
        ("1.5 h", 5400, False),
        ("2 d", 172_800, False),
        ("4 wh", 14_400, True),
        ("3 wd", 86_400, True),
        ("  3wd ", 86_400, True),
        ("0.1 s", 0.1, False),
    ],
)
def test_durations_are_read_in_seconds(text: str, seconds: float, working: bool) -> None:  # noqa: FBT001 - a column of the table
    """A duration is a number with a unit; wh and wd count in working time."""
    assert parse_duration(text) == Duration(seconds, working)


@pytest.mark.parametrize(
    "text", ["15", "min", "-1 h", "1e3 s", "1 days", "1,5 h", "1 h 30 min", "", "٣ h", "nan s"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Nothing is guessed: no unit, a sign, a comma or two units are refused."""
    with pytest.raises(ValueError, match="is not a duration; write a number with a unit"):
        parse_duration(text)


@given(
    st.decimals(0, 10**9, places=6),
    st.sampled_from(["s", "min", "h", "d", "wh", "wd"]),
)
def test_a_duration_is_written_so_that_it_reads_the_same(number: object, unit: str) -> None:
    """Writing and reading a duration gives the same microseconds of the same kind."""
    duration = parse_duration(f"{number} {unit}")
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration(900), "15 min"),
        (Duration(5400), "90 min"),
        (Duration(86_400), "1 d"),
        (Duration(86_400, working=True), "3 wd"),
        (Duration(1_234_567 * 86_400), "1234567 d"),
        (Duration(360, working=True), "0.1 wh"),
    ],
)
def test_a_duration_is_written_in_its_largest_whole_unit(duration: Duration, text: str) -> None:
    """People read 90 min, not 5400 s and not 0.0625 d."""
    assert str(duration) == text


@given(st.integers(0, 1440))
def test_a_time_of_day_is_written_so_that_it_reads_the_same(minute: int) -> None:
    """Every minute of the day, midnight at its end included."""
    assert parse_clock(format_clock(minute * 60)) == minute * 60


@pytest.mark.parametrize("value", ["7h30", "24:01", "12:60", "730", 730, 7.5, None, True])
def test_what_is_no_time_of_day_is_refused(value: object) -> None:
    """A number is no time of day: 7:30 is not 450."""
    with pytest.raises(ValidationError, match="is not a time of day"):
        _read(Clock, value)


def test_hours_are_sorted_and_may_touch() -> None:
    """Hours of a day are half-open spans in order."""
    spans = ((7 * 3600, 11 * 3600), (11 * 3600, 17 * 3600))
    assert _read(Hours, "11:00-17:00, 07:00-11:00") == spans
    assert _read(Hours, ["11:00-17:00", "07:00-11:00"]) == spans
    assert _read(Hours, "closed") == ()


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_a_span_is_written_so_that_it_reads_the_same(one: int, other: int) -> None:
    """A span of the day reads back, and only begins before it ends."""
    span = (60 * min(one, other), 60 * (max(one, other) + 1))
    assert parse_span(format_span(span)) == span


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(0, 400))
def test_a_range_of_dates_is_written_so_that_it_reads_the_same(first: date, more: int) -> None:
    """Ranges include both days; one day is written alone."""
    last = min(date.fromordinal(first.toordinal() + more), date(2100, 12, 31))
    assert parse_date_range(format_date_range((first, last))) == (first, last)


@pytest.mark.parametrize("text", ["2021-2-3", "20210203", "2021-W05-3", "03/02/2021", "2021-02-30"])
def test_only_one_way_of_writing_dates_is_known(text: str) -> None:
    """Year, month and day with hyphens, and the day exists."""
    with pytest.raises(ValueError, match="date"):
        parse_date_range(text)


def test_weekdays_are_named_alone_or_from_to() -> None:
    """mon-fri is five days; a week does not run over its end."""
    assert parse_weekdays("sat") == ("sat",)
    assert parse_weekdays("mon-wed") == ("mon", "tue", "wed")
    for wrong in ("fri-mon", "monday", "mon-", "-fri", ""):
        with pytest.raises(ValueError, match="week"):
            parse_weekdays(wrong)


def test_instants_are_local_times_with_or_without_seconds() -> None:
    """One instant has one form, however it is written."""
    assert parse_instant("2021-03-01 8:15") == datetime(2021, 3, 1, 8, 15)
    assert _read(InstantText, "2021-03-01T08:15") == _read(InstantText, "2021-03-01 08:15:00")
    assert _read(Instants, "2021-03-01 24:00..2021-03-03 00:00:01") == (
        datetime(2021, 3, 2),
        datetime(2021, 3, 3, 0, 0, 1),
    )
    for wrong in ("2021-03-01", "2021-03-01 08:15+07:00", "2021-03-01 08:15Z", 5):
        with pytest.raises(ValidationError, match="is not an instant"):
            _read(InstantText, wrong)


def test_factors_of_ranges_that_overlap_multiply() -> None:
    """A dated number is its value times the factors of all ranges that hold the day."""
    number = _read(Dated, {"value": 2, "during": {"2021-02-17..2021-02-24": 3, "2021-02-20": 0.5}})
    days = (date(2021, 2, 16), date(2021, 2, 17), date(2021, 2, 20), date(2021, 2, 25))
    assert [number.on(day) for day in days] == [2, 6, 3, 2]


def test_a_weight_of_factors_alone_is_one_on_ordinary_days() -> None:
    """A weight may leave its value out; a rate may not."""
    factors = {"during": {"2021-02-17": 3}}
    assert _read(Weight, factors).value == 1
    with pytest.raises(ValidationError, match="value"):
        _read(Probability, factors)


def test_a_probability_stays_below_one_on_every_day() -> None:
    """Factors that overlap must not carry a probability above 1."""
    during = {"2021-02-01..2021-02-28": 1.5, "2021-02-10..2021-02-11": 2}
    assert _read(Probability, {"value": 0.33, "during": during}).value == 0.33
    with pytest.raises(ValidationError, match=r"1\.2 on 2021-02-10 is not a probability"):
        _read(Probability, {"value": 0.4, "during": during})


def test_staff_changes_from_a_date_on() -> None:
    """The number of people on a day is that of the latest change."""
    staff = _read(Staff, {"at_start": 2, "changes": {"2021-07-01": 4, "2021-03-01": 3}})
    days = (date(2021, 1, 1), date(2021, 3, 1), date(2021, 6, 30), date(2022, 1, 1))
    assert [staff.on(day) for day in days] == [2, 3, 3, 4]
    assert staff.most == 4


def test_a_random_length_knows_whether_it_counts_in_working_time() -> None:
    """All lengths of a family are of one kind; zero is of both."""
    mixture = {"mixture": [{"weight": 1, "of": "0 s"}, {"weight": 2, "of": {"gamma": {"mean": "2 wd", "cv": 1}}}]}  # fmt: skip  # noqa: E501
    assert _read(Random, mixture).working
    assert not _read(Random, "15 min").working
    assert _read(Random, "15 min").family == "constant"
    with pytest.raises(ValidationError, match="clock time and working time are mixed"):
        _read(Random, {"uniform": {"low": "1 h", "high": "1 wd"}})


@pytest.mark.parametrize("text", ["3 wd", "0.5 wd", "10 d", "4 h", "on the spot", "none"])
def test_a_deadline_is_written_so_that_it_reads_the_same(text: str) -> None:
    """Deadlines keep the form in which laws state them."""
    assert str(_read(StatutoryDeadline, text)) == text


@pytest.mark.parametrize(
    "text", ["now", "due", "due - 2 wd", "due + 1 wh", "due-2wd", "due - 0.5 wh"]
)
def test_an_anchor_is_written_so_that_it_reads_the_same(text: str) -> None:
    """An anchor is now, or the due date with an offset in working time."""
    anchor = _read(AnchorText, text)
    assert _read(AnchorText, str(anchor)) == anchor


@pytest.mark.parametrize("value", [True, "0.5", None, [0.5]])
def test_nothing_is_converted_to_a_number(value: object) -> None:
    """True is not 1, and a quoted number is a text."""

    class _Holder(Random):
        share: Share

    with pytest.raises(ValidationError, match="share"):
        _Holder.model_validate({"constant": "1 h", "share": value})

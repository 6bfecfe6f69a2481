"""The legal clock: dates counted by hand, its scalar twins, and a day-by-day oracle."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import legal
from simulation.legal import Class, LegalClock
from simulation.semantics import DeadlineKind
from simulation.units import DAY_S, FAR, HOUR_S, NEVER, WORKING_DAY_S, parse_clock
from simulation.worktime import Calendar, from_spans, weekly_calendar
from tests.naive_legal import Law, Seconds

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
NEXT = 7
"""``NEXT + TUE`` is the Tuesday of the second week."""

DAYS = 28
SESSIONS = [
    (parse_clock("07:00"), parse_clock("11:30")),
    (parse_clock("13:30"), parse_clock("17:00")),
]
HOLIDAY = date(2021, 1, 20)
SATURDAY_MORNING = date(2021, 1, 23)

WORKING_DAYS, CALENDAR_DAYS = DeadlineKind.WORKING_DAYS, DeadlineKind.CALENDAR_DAYS
HOURS, ON_THE_SPOT = DeadlineKind.HOURS, DeadlineKind.ON_THE_SPOT


def at(day: int, clock: str) -> int:
    """The instant of a time of day, on a day counted from Monday, 4 January 2021."""
    hour, minute, second = [*map(int, clock.split(":")), 0][:3]
    return day * DAY_S + hour * HOUR_S + minute * 60 + second


def office_hours() -> Calendar:
    """Four weeks of working days, but Wednesday of the third closed and its Saturday opened."""
    hours = dict.fromkeys(range(MON, SAT), SESSIONS)
    exceptions = {SATURDAY_MORNING: SESSIONS[:1]}
    return weekly_calendar(date(2021, 1, 4), DAYS, hours, {HOLIDAY}, exceptions)


CLOSING = LegalClock(office_hours(), cutoff_s=DAY_S)
THREE = LegalClock(office_hours(), cutoff_s=parse_clock("15:00"))


def start(clock: LegalClock, accepted_s: int) -> int:
    """When the clock starts, by the scalar twin."""
    return legal.clock_start_one(clock.plain, accepted_s)


def due(kind: DeadlineKind, amount: int, accepted_s: int, clock: LegalClock = CLOSING) -> int:
    """The due instant, by the scalar twin."""
    return legal.due_one(clock.plain, kind, amount, accepted_s)


def later(
    kind: DeadlineKind, amount: int, due_s: int, from_s: int, to_s: int, *, restarts: bool = False
) -> int:
    """The due instant after a supplement, by the scalar twin."""
    return legal.after_supplement_one(CLOSING.plain, kind, amount, restarts, due_s, from_s, to_s)


# When the clock starts


@pytest.mark.parametrize("clock", ["07:00", "12:00", "14:59:59", "15:00"])
def test_acceptance_up_to_the_cutoff_counts_at_once(clock: str) -> None:
    """Exactly at the cutoff is still in time, and so is the lunch break."""
    assert start(THREE, at(TUE, clock)) == at(TUE, clock)


def test_acceptance_after_the_cutoff_counts_from_the_next_opening() -> None:
    """A second after 15:00 on Friday means Monday at 7:00, though the office closes at 17:00."""
    assert start(THREE, at(TUE, "15:00:01")) == at(WED, "07:00")
    assert start(THREE, at(FRI, "15:00:01")) == at(NEXT + MON, "07:00")


def test_a_cutoff_at_closing_is_the_end_of_that_dates_legal_hours() -> None:
    """It is 17:00 on most days, and 11:30 on a Saturday of which only the morning is worked."""
    saturday = 2 * NEXT + SAT
    assert start(CLOSING, at(TUE, "17:00")) == at(TUE, "17:00")
    assert start(CLOSING, at(TUE, "17:00:01")) == at(WED, "07:00")
    assert start(CLOSING, at(saturday, "11:30")) == at(saturday, "11:30")
    assert start(CLOSING, at(saturday, "11:30:01")) == at(saturday + 2, "07:00")


def test_acceptance_on_a_rest_day_counts_from_the_next_working_day() -> None:
    """Sunday at noon, and a public holiday that falls on a Wednesday."""
    assert start(CLOSING, at(SUN, "12:00")) == at(NEXT + MON, "07:00")
    assert start(CLOSING, at(2 * NEXT + WED, "09:00")) == at(2 * NEXT + THU, "07:00")


def test_acceptance_before_opening_counts_at_once() -> None:
    """The date has legal hours, so the acceptance stands; its first legal second is at 7:00."""
    assert start(CLOSING, at(TUE, "06:00")) == at(TUE, "06:00")


def test_a_calendar_that_never_closes_counts_every_acceptance_at_once() -> None:
    """Its days are one span, which closes each date at midnight."""
    always = LegalClock(from_spans([0], [5 * DAY_S]), cutoff_s=DAY_S)
    assert start(always, at(TUE, "23:59:59")) == at(TUE, "23:59:59")
    assert start(always, at(WED, "00:00")) == at(WED, "00:00")


# When a dossier is due


def test_working_days_add_eight_legal_hours_each() -> None:
    """Three working days from Friday at 9:00 end on Wednesday at 9:00."""
    assert due(WORKING_DAYS, 3 * WORKING_DAY_S, at(FRI, "09:00")) == at(NEXT + WED, "09:00")


def test_working_days_leave_out_public_holidays() -> None:
    """One working day from the Tuesday before a free Wednesday ends on Thursday."""
    tuesday = 2 * NEXT + TUE
    assert due(WORKING_DAYS, WORKING_DAY_S, at(tuesday, "10:00")) == at(tuesday + 2, "10:00")


def test_a_working_day_from_the_lunch_break_ends_at_the_next_one() -> None:
    """Three and a half hours of the afternoon, four and a half of the next morning."""
    assert due(WORKING_DAYS, WORKING_DAY_S, at(TUE, "12:00")) == at(WED, "11:30")


def test_no_working_days_mean_the_same_day_or_after_the_cutoff_the_next() -> None:
    """The rule for secured transactions: same day, next day where received after 15:00."""
    assert due(WORKING_DAYS, 0, at(TUE, "08:00"), THREE) == at(TUE, "23:59:59")
    assert due(WORKING_DAYS, 0, at(TUE, "15:00"), THREE) == at(TUE, "23:59:59")
    assert due(WORKING_DAYS, 0, at(TUE, "15:00:01"), THREE) == at(WED, "23:59:59")
    assert due(WORKING_DAYS, 0, at(FRI, "15:00:01"), THREE) == at(NEXT + MON, "23:59:59")
    assert due(WORKING_DAYS, 0, at(DAYS - 3, "15:00:01"), THREE) == FAR


def test_no_working_days_and_a_supplement() -> None:
    """17 legal hours of pause are added to the end of the day; a restart is due the day it ends."""
    due_s = due(WORKING_DAYS, 0, at(TUE, "09:00"))
    pause = at(TUE, "10:00"), at(THU, "11:00")
    assert later(WORKING_DAYS, 0, due_s, *pause) == at(FRI, "08:00")
    assert later(WORKING_DAYS, 0, due_s, *pause, restarts=True) == at(THU, "23:59:59")


def test_hours_are_legal_hours() -> None:
    """Four hours from 16:00 end the next morning at 10:00."""
    assert due(HOURS, 4 * HOUR_S, at(TUE, "16:00")) == at(WED, "10:00")


def test_calendar_days_keep_the_time_of_day_and_are_moved_off_rest_days() -> None:
    """10 days from Monday are a Thursday, 12 a Saturday (so Monday), 16 a holiday (so Thursday)."""
    accepted_s = at(MON, "09:00")
    assert due(CALENDAR_DAYS, 10, accepted_s) == at(NEXT + THU, "09:00")
    assert due(CALENDAR_DAYS, 12, accepted_s) == at(2 * NEXT + MON, "09:00")
    assert due(CALENDAR_DAYS, 16, accepted_s) == at(2 * NEXT + THU, "09:00")


def test_calendar_days_after_closing_count_from_the_next_opening() -> None:
    """The clock of an acceptance on Tuesday evening starts on Wednesday at 7:00."""
    assert due(CALENDAR_DAYS, 2, at(TUE, "18:00")) == at(FRI, "07:00")


def test_on_the_spot_is_the_last_second_of_the_acceptance_date() -> None:
    """Also on a Sunday, and also after closing."""
    assert due(ON_THE_SPOT, 0, at(TUE, "16:59")) == at(TUE, "23:59:59")
    assert due(ON_THE_SPOT, 0, at(SUN, "20:00"), THREE) == at(SUN, "23:59:59")


def test_without_a_deadline_nothing_is_ever_due() -> None:
    """Nor does a supplement make it so."""
    assert due(DeadlineKind.NONE, 0, at(TUE, "09:00")) == FAR
    pause = at(TUE, "09:00"), at(WED, "09:00")
    assert later(DeadlineKind.NONE, 0, FAR, *pause) == FAR
    assert later(DeadlineKind.NONE, 0, FAR, *pause, restarts=True) == FAR


@pytest.mark.parametrize("kind", [WORKING_DAYS, HOURS, CALENDAR_DAYS])
def test_what_lies_beyond_the_calendar_is_never_due(kind: DeadlineKind) -> None:
    """Whether the deadline or already the start of the clock lies beyond it."""
    amount = 3 if kind == CALENDAR_DAYS else 3 * WORKING_DAY_S
    friday = DAYS - 3
    assert due(kind, amount, at(friday, "09:00")) == FAR
    assert due(kind, amount, at(friday, "18:00")) == FAR
    assert due(kind, amount, at(friday - 4, "09:00")) < FAR


# Supplements


def test_a_pause_adds_the_legal_time_it_took() -> None:
    """Tuesday 10:00 to Thursday 11:00 are 17 hours: due on Friday at 9 becomes Tuesday at 10."""
    pause = at(TUE, "10:00"), at(THU, "11:00")
    due_s = at(FRI, "09:00")
    assert later(WORKING_DAYS, WORKING_DAY_S, due_s, *pause) == at(NEXT + TUE, "10:00")
    assert later(HOURS, WORKING_DAY_S, due_s, *pause) == at(NEXT + TUE, "10:00")


def test_a_pause_outside_legal_hours_adds_nothing() -> None:
    """A supplement asked for on Friday evening and brought on Monday before opening."""
    pause = at(FRI, "17:00"), at(NEXT + MON, "07:00")
    assert later(WORKING_DAYS, 0, at(NEXT + WED, "09:00"), *pause) == at(NEXT + WED, "09:00")


def test_a_pause_moves_calendar_days_by_the_dates_that_passed() -> None:
    """Two dates pass; a due Thursday becomes a Saturday and so the Monday after."""
    pause = at(TUE, "16:00"), at(THU, "08:00")
    assert later(CALENDAR_DAYS, 10, at(NEXT + TUE, "09:00"), *pause) == at(NEXT + THU, "09:00")
    assert later(CALENDAR_DAYS, 10, at(NEXT + THU, "09:00"), *pause) == at(2 * NEXT + MON, "09:00")


def test_a_pause_moves_on_the_spot_to_the_date_on_which_it_ends() -> None:
    """The supplement is brought two days later: resolved on that date is on time."""
    due_s = due(ON_THE_SPOT, 0, at(TUE, "09:00"))
    pause = at(TUE, "10:00"), at(THU, "10:00")
    assert later(ON_THE_SPOT, 0, due_s, *pause) == at(THU, "23:59:59")


def test_a_restart_counts_the_whole_deadline_from_the_supplement() -> None:
    """As if the dossier were accepted when the supplement comes, the cutoff included."""
    due_s, from_s = at(FRI, "09:00"), at(TUE, "10:00")
    assert later(
        WORKING_DAYS, 3 * WORKING_DAY_S, due_s, from_s, at(THU, "11:00"), restarts=True
    ) == at(NEXT + TUE, "11:00")
    assert later(WORKING_DAYS, WORKING_DAY_S, due_s, from_s, at(THU, "19:00"), restarts=True) == at(
        FRI, "17:00"
    )


@pytest.mark.parametrize("restarts", [False, True])
def test_a_supplement_asked_for_after_expiry_changes_nothing(restarts: bool) -> None:  # noqa: FBT001
    """On the due date it still counts, for deadlines in days even after the due instant."""
    due_s = at(FRI, "09:00")
    monday, tuesday = at(NEXT + MON, "09:00"), at(NEXT + TUE, "09:00")
    for kind in (WORKING_DAYS, CALENDAR_DAYS):
        assert later(kind, 1, due_s, monday, tuesday, restarts=restarts) == due_s
        assert later(kind, 1, due_s, at(FRI, "16:00"), tuesday, restarts=restarts) > due_s
    assert later(HOURS, 1, due_s, due_s + 1, tuesday, restarts=restarts) == due_s
    assert later(HOURS, 1, due_s, due_s, tuesday, restarts=restarts) > due_s


# Classes


@pytest.mark.parametrize(
    ("kind", "resolved", "expected"),
    [
        (WORKING_DAYS, at(THU, "23:59:59"), Class.EARLY),
        (WORKING_DAYS, at(FRI, "00:00"), Class.ON_TIME),
        (WORKING_DAYS, at(FRI, "23:59:59"), Class.ON_TIME),
        (WORKING_DAYS, at(SAT, "00:00"), Class.LATE),
        (CALENDAR_DAYS, at(FRI, "16:00"), Class.ON_TIME),
        (HOURS, at(THU, "23:59:59"), Class.EARLY),
        (HOURS, at(FRI, "08:59:59"), Class.ON_TIME),
        (HOURS, at(FRI, "09:00"), Class.ON_TIME),
        (HOURS, at(FRI, "09:00:01"), Class.LATE),
    ],
)
def test_resolved_dossiers_are_early_on_time_or_late(
    kind: DeadlineKind, resolved: int, expected: Class
) -> None:
    """Due on Friday at 9:00: days are compared by date, hours by the instant on the due date."""
    assert legal.classify(kind, at(FRI, "09:00"), resolved) == expected


def test_a_dossier_without_a_due_instant_is_on_time_and_in_term() -> None:
    """The official form counts no deadline as on time."""
    assert legal.classify(DeadlineKind.NONE, FAR, at(SUN, "09:00")) == Class.ON_TIME
    assert legal.classify_open(DeadlineKind.NONE, FAR, at(SUN, "09:00")) == Class.IN_TERM


def test_a_dossier_resolved_on_the_spot_is_on_time_and_a_day_later_late() -> None:
    """It is never early: its due date is the date of acceptance."""
    due_s = due(ON_THE_SPOT, 0, at(TUE, "09:00"))
    assert legal.classify(ON_THE_SPOT, due_s, at(TUE, "09:20")) == Class.ON_TIME
    assert legal.classify(ON_THE_SPOT, due_s, at(WED, "00:00")) == Class.LATE


def test_an_open_dossier_is_overdue_once_its_deadline_has_passed() -> None:
    """Seen from the midnight after the period: a deadline in days lasts until its date is over."""
    due_s = at(FRI, "09:00")
    assert legal.classify_open(WORKING_DAYS, due_s, at(FRI, "00:00")) == Class.IN_TERM
    assert legal.classify_open(WORKING_DAYS, due_s, at(SAT, "00:00")) == Class.OVERDUE
    assert legal.classify_open(HOURS, at(SAT, "00:00"), at(SAT, "00:00")) == Class.IN_TERM
    assert legal.classify_open(HOURS, due_s, at(SAT, "00:00")) == Class.OVERDUE


# Against its twin and an oracle

near_midnight = st.builds(
    lambda day, offset: day * DAY_S + offset, st.integers(0, 5), st.integers(-70, 70)
)
instants = near_midnight | st.integers(-70, 5 * DAY_S + 70)
amounts = st.sampled_from([0, 1, 2, 3, 40, 60, 100, 150])
questions = st.tuples(
    st.sampled_from(list(DeadlineKind)), amounts, st.booleans(), instants, instants
)
"""Kind, amount, whether it restarts, and two instants."""


@st.composite
def clocks(draw: st.DrawFn) -> LegalClock:
    """Some dates with a few legal seconds around their midnights, and any cutoff."""
    spans = draw(
        st.lists(st.tuples(st.integers(0, 4), st.integers(-60, 60), st.integers(1, 60)), max_size=8)
    )
    begins = [max(0, day * DAY_S + offset) for day, offset, _ in spans]
    ends = [begin + length for begin, (_, _, length) in zip(begins, spans, strict=True)]
    cutoff_s = draw(st.sampled_from([DAY_S, 20, DAY_S - 20]))
    return LegalClock(from_spans(begins, ends), cutoff_s)


@given(clocks(), st.lists(questions, min_size=1, max_size=6))
@settings(max_examples=200)
def test_arrays_are_answered_as_single_dossiers_are(
    clock: LegalClock, asked: list[tuple[DeadlineKind, int, bool, int, int]]
) -> None:
    """Every vectorised function equals its scalar twin, element by element."""
    kind, amount, restarts, first_s, second_s = (
        np.array(column) for column in zip(*asked, strict=True)
    )
    from_s, to_s = np.minimum(first_s, second_s), np.maximum(first_s, second_s)
    plain = clock.plain
    due_s = legal.due(clock, kind, amount, from_s)
    after_s = legal.after_supplement(clock, kind, amount, restarts, due_s, from_s, to_s)
    expired = legal.expired(kind, due_s, to_s)
    starts_s = legal.clock_start(clock, from_s)
    for i, (k, a, r, *_) in enumerate(asked):
        f, t = int(from_s[i]), int(to_s[i])
        assert starts_s[i] == legal.clock_start_one(plain, f)
        assert due_s[i] == (d := legal.due_one(plain, k, a, f))
        assert after_s[i] == legal.after_supplement_one(plain, k, a, r, d, f, t)
        assert expired[i] == legal.expired_one(k, d, t)


@given(clocks(), questions)
@settings(max_examples=200)
def test_due_instants_are_those_of_the_day_by_day_oracle(
    clock: LegalClock, asked: tuple[DeadlineKind, int, bool, int, int]
) -> None:
    """Start of the clock, due instant and supplements agree with plain loops over dates."""
    kind, amount, restarts, first_s, second_s = asked
    from_s, to_s = sorted((max(0, first_s), max(0, second_s)))
    cal = clock.calendar
    spans = list(zip(cal.begin_s.tolist(), cal.end_s.tolist(), strict=True))
    law = Law(Seconds(spans), clock.cutoff_s)
    started_s = law.clock_start(from_s)
    due_s = law.due(kind, amount, from_s)
    assert start(clock, from_s) == (FAR if started_s == NEVER else started_s)
    assert due(kind, amount, from_s, clock) == due_s
    assert legal.expired_one(kind, due_s, to_s) == law.expired(kind, due_s, to_s)
    assert legal.after_supplement_one(
        clock.plain, kind, amount, restarts, due_s, from_s, to_s
    ) == law.after_supplement(kind, amount, due_s, (from_s, to_s), restarts=restarts)

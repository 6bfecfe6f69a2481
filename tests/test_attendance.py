"""Who is there when.

Statistical tests fix their seeds; each says how often it would fail on a right program if it were
given fresh ones.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.attendance import sample_attendance
from simulation.dated import dated_uniforms
from simulation.plan.arrays import (
    Cells,
    Horizon,
    Names,
    Rows,
    ServicePlan,
    TeamPlan,
)
from simulation.streams import Streams
from simulation.units import DAY_S, HOUR_S
from simulation.worktime import Calendar, from_spans, weekly_calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.tables import Attendance

SEED = 20210101
Z_1E4 = 3.891
"""A standard normal lies outside ±3.891 once in 10,000 times."""
NEW_YEAR = date(2021, 1, 1)
MORNING_AND_AFTERNOON = ((7 * HOUR_S, 11 * HOUR_S), (13 * HOUR_S, 17 * HOUR_S))


def office(days: int, first_day: date = NEW_YEAR) -> Calendar:
    """Two sessions a day, Monday to Friday."""
    hours = dict.fromkeys(range(5), MORNING_AND_AFTERNOON)
    return weekly_calendar(first_day, days, hours, closed=(), exceptions={})


def daily(days: int) -> Calendar:
    """One session every day of the week, so that day numbers are working days."""
    begin = np.arange(days) * DAY_S
    return from_spans(begin + 8 * HOUR_S, begin + 16 * HOUR_S)


def team(days: int, people: int = 1, **changes: Any) -> TeamPlan:
    """People who are always there."""
    plain = TeamPlan(
        id="reception",
        rank=0,
        desks=(0,),
        efficiency_permille=(1000,),
        shift=daily(days),
        staff=np.full(days, people),
        absence=np.zeros(days),
        spell_days=1.0,
        leave_days=0,
        leave_block_days=5,
        pay=0.0,
    )
    return replace(plain, **changes)


def service(*teams: TeamPlan, first_day: date = NEW_YEAR) -> ServicePlan:
    """A service plan of nothing but teams."""
    none, no = np.empty(0, np.int64), np.empty(0, np.bool_)
    end_s = max((len(team.staff) for team in teams), default=1) * DAY_S
    return ServicePlan(
        horizon=Horizon(first_day, 0, end_s, end_s, end_s),
        names=Names((), (), (), (), ("window",), tuple(team.id for team in teams)),
        cells=Cells(none, none, none, none, none, none, no, no),
        rows=Rows(
            none,
            none,
            none,
            none,
            none,
            none,
            no,
            none,
            none,
            none,
            none,
            no,
            none,
            none,
            none,
            none,
            (),
        ),
        calendars=(),
        legal=0,
        cutoff_s=DAY_S,
        timetables=(),
        halls=(),
        desks=(),
        teams=teams,
        handover_after_s=0,
    )


def spans(attendance: Attendance) -> list[list[tuple[int, int]]]:
    """Spans person by person."""
    pairs = list(zip(attendance.begin_s.tolist(), attendance.end_s.tolist(), strict=True))
    ptr = attendance.person_ptr.tolist()
    return [pairs[a:b] for a, b in pairwise(ptr)]


def sample(*teams: TeamPlan, first_day: date = NEW_YEAR) -> list[list[tuple[int, int]]]:
    """Sampled spans person by person."""
    return spans(sample_attendance(service(*teams, first_day=first_day), SEED, 0))


def there(one: TeamPlan, first_day: date = NEW_YEAR) -> NDArray[np.bool_]:
    """Whether each person is there on each day. Shape: (people, days)."""
    present = np.zeros((one.people, len(one.staff)), np.bool_)
    for person, own in enumerate(sample(one, first_day=first_day)):
        present[person, [begin // DAY_S for begin, _ in own]] = True
    return present


def spells(away: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Lengths of all runs of absent days that are seen from beginning to end."""
    lengths: list[int] = []
    for row in away:
        edges = np.diff(row.astype(np.int8))
        begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        ends = ends[ends > begins[0]] if begins.size else ends[:0]
        lengths += (ends - begins[: len(ends)]).tolist()
    return np.array(lengths)


# Shifts and staff


def test_people_without_absence_keep_their_shift() -> None:
    """Everybody has all spans of the shift, people being numbered team by team."""
    shift = office(30)
    found = sample(team(30, 2, shift=shift), team(30, 1, id="review"))
    expected = list(zip(shift.begin_s.tolist(), shift.end_s.tolist(), strict=True))
    assert found[:2] == [expected, expected]
    assert found[2] == [(d * DAY_S + 8 * HOUR_S, d * DAY_S + 16 * HOUR_S) for d in range(30)]


def test_no_team_and_no_people_are_possible() -> None:
    """The table of nobody has its one pointer."""
    nobody = sample_attendance(service(), SEED, 0)
    assert nobody.person_ptr.tolist() == [0]
    assert sample(team(10, 0, absence=np.full(10, 0.5), leave_days=12)) == []


def test_staff_changes_by_date() -> None:
    """Person k is there on the days on which the team has more than k people."""
    staff = np.repeat([2, 3, 0, 1], 5)
    present = there(team(20, staff=staff))
    np.testing.assert_array_equal(present, staff > np.arange(3)[:, np.newaxis])


def test_nobody_is_there_beyond_the_days_of_the_staff() -> None:
    """A shift may reach further than is known who works it."""
    assert sample(team(5, shift=daily(9))) == sample(team(5))


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    """Who is employed for one day works that day's night to its end."""
    night = from_spans([22 * HOUR_S, 46 * HOUR_S], [30 * HOUR_S, 54 * HOUR_S])
    assert sample(team(3, shift=night, staff=np.array([1, 0, 0]))) == [[(22 * HOUR_S, 30 * HOUR_S)]]


def test_a_shift_around_the_clock_counts_by_the_day_and_has_no_seams() -> None:
    """Neighbouring days are one span; a day without the person interrupts it."""
    always = from_spans([6 * HOUR_S], [10 * DAY_S])
    staff = np.array([1, 1, 1, 0, 1, 1, 1, 1, 1, 1])
    assert sample(team(10, shift=always, staff=staff)) == [
        [(6 * HOUR_S, 3 * DAY_S), (4 * DAY_S, 10 * DAY_S)]
    ]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    edges=st.lists(st.integers(0, 12 * DAY_S), max_size=20, unique=True),
    rate=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    spell=st.floats(1.0, 5.0),
    leave=st.integers(0, 40),
    people=st.integers(0, 3),
)
def test_spans_are_sorted_merged_and_within_the_shift(
    *, edges: list[int], rate: float, spell: float, leave: int, people: int
) -> None:
    """Whatever is sampled, a person has ascending, separate parts of the shift."""
    edges = sorted(edges)[: len(edges) // 2 * 2]
    shift = from_spans(edges[::2], edges[1::2])
    absence = np.full(12, rate)
    one = team(
        12,
        people,
        shift=shift,
        absence=absence,
        spell_days=spell,
        leave_days=leave,
        leave_block_days=3,
    )
    found = sample(one)
    assert len(found) == people
    for own in found:
        flat = [instant for span in own for instant in span]
        assert flat == sorted(set(flat))
        for begin, end in own:
            inside = (shift.begin_s <= begin) & (end <= shift.end_s)
            assert inside.sum() == 1


# Absence


@pytest.mark.parametrize(("rate", "spell"), [(0.05, 1.0), (0.1, 3.0), (0.4, 1.0), (0.3, 5.0)])
def test_absence_has_its_rate_and_its_spells(rate: float, spell: float) -> None:
    """Share of days and mean spell are those stated; false-alarm rate 2 in 10,000 each.

    Spells are geometric with mean m, the longer of the stated one and the 1/(1 - p) of independent
    days. The variance of the share is that of a two-state chain: independent days' times
    (1 + r)/(1 - r), r being its persistence, 1 - 1/(m (1 - p)).
    """
    people, days = 300, 400
    away = ~there(team(days, people, absence=np.full(days, rate), spell_days=spell))
    mean = max(spell, 1 / (1 - rate))
    persistence = 1 - 1 / (mean * (1 - rate))
    variance = rate * (1 - rate) * (1 + persistence) / (1 - persistence)
    assert abs(away.mean() - rate) < Z_1E4 * np.sqrt(variance / (people * days))
    seen = spells(away)
    # Long spells are cut by the window more often: a bias of about m/days, which is allowed for.
    tolerance = Z_1E4 * np.sqrt(mean * (mean - 1) / len(seen)) + mean * mean / days
    assert abs(seen.mean() - mean) < tolerance


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rate=st.lists(st.sampled_from([0.0, 0.05, 0.3, 0.8, 1.0]), min_size=1, max_size=30),
    spell=st.sampled_from([1.0, 1.5, 4.0]),
)
def test_absence_is_the_chain_followed_day_by_day(rate: list[float], spell: float) -> None:
    """On each day a person's number is held against the chance that the day before leaves."""
    days, people = len(rate), 20
    one = team(days, people, absence=np.array(rate), spell_days=spell)
    u = dated_uniforms(
        Streams(SEED), "absence", one.id, first_day=NEW_YEAR, days=days, lines=people
    )
    away, before = np.zeros((people, days), np.bool_), 0.0
    for day, now in enumerate(rate):
        stays = max(1 - 1 / spell, now)
        stays = now / before if now < stays * before else stays
        begins = (now - stays * before) / (1 - before) if before < 1 else now
        yesterday = away[:, day - 1] if day else np.zeros(people, np.bool_)
        away[:, day] = u[:, day] < np.where(yesterday, stays, begins)
        before = now
    assert np.array_equal(~there(one), away)


def test_absence_follows_its_rate_day_by_day() -> None:
    """A wave of sickness has its rate from its first day to its last, also with long spells.

    Binomial counts on each of 60 days; false-alarm rate 6 in 1,000.
    """
    people = 4000
    rate = np.repeat([0.02, 0.3, 0.02, 0.0, 1.0, 0.5], 10)
    away = ~there(team(60, people, absence=rate, spell_days=4.0))
    spread = np.sqrt(people * rate * (1 - rate))
    assert (np.abs(away.sum(axis=0) - people * rate) <= Z_1E4 * spread).all()


def test_more_absence_only_takes_people_away() -> None:
    """Who is absent at the lower rate is absent at the higher one, on the same days."""
    low, high = (
        ~there(team(200, 50, absence=np.full(200, rate), spell_days=3.0)) for rate in (0.05, 0.06)
    )
    assert (low <= high).all()
    assert low.sum() < high.sum()


def test_spells_count_in_working_days() -> None:
    """Friday and Monday are neighbours: weekends end no spell; false-alarm rate 1 in 10,000."""
    days, people = 364, 400
    absence = np.full(days, 0.1)
    one = team(days, people, shift=office(days), absence=absence, spell_days=4.0)
    working = [d for d in range(days) if (NEW_YEAR + timedelta(days=d)).weekday() < 5]
    away = ~there(one)[:, working]
    monday = np.array([(NEW_YEAR + timedelta(days=d)).weekday() == 0 for d in working[1:]])
    before, after = away[:, :-1][:, monday], away[:, 1:][:, monday]
    stayed, ill = int((before & after).sum()), int(before.sum())
    assert abs(stayed - 0.75 * ill) < Z_1E4 * np.sqrt(ill * 0.75 * 0.25)


def test_the_rate_of_absence_is_that_of_the_date() -> None:
    """Nobody comes in the third week, also where weekends are no working days."""
    absence = np.zeros(28)
    absence[14:21] = 1.0
    one = team(28, 5, shift=office(28, date(2021, 1, 4)), absence=absence, spell_days=3.0)
    present = there(one, first_day=date(2021, 1, 4)).reshape(5, 4, 7)
    assert (present[:, [0, 1, 3], :5]).all()
    assert not present[:, 2].any()


def test_absence_from_a_shift_around_the_clock_is_by_the_day() -> None:
    """Every person has the same days as with a shift by day, as spans without seams."""
    by_day = team(4, 200, absence=np.full(4, 0.5))
    around = replace(by_day, shift=from_spans([0], [4 * DAY_S]))
    found = np.zeros((200, 4), np.bool_)
    for person, own in enumerate(sample(around)):
        for begin, end in own:
            found[person, begin // DAY_S : end // DAY_S] = True
        assert all(end < begin for (_, end), (begin, _) in pairwise(own))
    np.testing.assert_array_equal(found, there(by_day))


def test_people_fall_ill_independently() -> None:
    """Numbers absent by day vary as binomial counts do; false-alarm rate about 1 in 10,000."""
    people, days, rate = 200, 2000, 0.1
    counts = (~there(team(days, people, absence=np.full(days, rate)))).sum(axis=0)
    variance = people * rate * (1 - rate)
    assert abs(counts.var() / variance - 1) < Z_1E4 * np.sqrt(2 / days)


# Leave


def test_leave_has_its_total_and_its_blocks() -> None:
    """Twelve days in blocks of five are two blocks of five and one of two, in every full year."""
    days = 365 + 365
    away = ~there(team(days, 40, leave_days=12, leave_block_days=5))
    for year in (away[:, :365], away[:, 365:]):
        assert (year.sum(axis=1) == 12).all()
        thirds = np.split(year, [365 // 3, 730 // 3], axis=1)
        assert [set(third.sum(axis=1).tolist()) for third in thirds] == [{5}, {5}, {2}]
        for third in thirds:
            starts = np.diff(third.astype(np.int8), axis=1, prepend=0) == 1
            assert (starts.sum(axis=1) == 1).all()
    places = {tuple(np.flatnonzero(person).tolist()) for person in away}
    assert len(places) == 40
    first, second = (away[:, begin : begin + 122].argmax(axis=1) for begin in (0, 121))
    assert (np.abs(first - second) > 1).mean() > 0.8


def test_a_block_of_leave_may_lie_at_either_end_of_its_stratum() -> None:
    """A block of 362 days in a year of 365 has four places."""
    away = ~there(team(365, 60, leave_days=362, leave_block_days=400))
    assert set(away.argmax(axis=1).tolist()) == {0, 1, 2, 3}


def test_leave_is_taken_on_working_days() -> None:
    """A block of five days spans a weekend, or is a week."""
    shift = office(365)
    away = 261 - there(team(365, 30, shift=shift, leave_days=12)).sum(axis=1)
    assert (away == 12).all()


def test_leave_is_spread_evenly() -> None:
    """The place of a block of one day is uniform in its stratum.

    Pearson's statistic over 10 equal parts of the year has mean and variance of its degrees of
    freedom, 9 and 18; outside 40 it lies about once in 100,000 times.
    """
    people = 5000
    away = ~there(team(360, people, leave_days=1, leave_block_days=1))[:, :360]
    counts = away.sum(axis=0).reshape(10, 36).sum(axis=1)
    expected = people * 36 / 365
    assert ((counts - expected) ** 2 / expected).sum() < 40


def test_part_of_a_year_has_part_of_the_leave() -> None:
    """Half a year has half of it; a stratum that is cut gives its share, in whole days."""
    first_half = ~there(team(181, 20, leave_days=20, leave_block_days=5))
    assert (first_half.sum(axis=1) == 10).all()
    october = date(2020, 10, 1)
    autumn = ~there(team(92, 20, leave_days=12, leave_block_days=12), first_day=october)
    assert (autumn.sum(axis=1) == 3).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    leave=st.integers(1, 30),
    length=st.integers(1, 10),
    day=st.integers(0, 364),
    wide=st.booleans(),
)
def test_a_day_opened_or_closed_changes_only_the_blocks_it_belongs_to(
    leave: int, length: int, day: int, *, wide: bool
) -> None:
    """Every block either stays or has the day in it, before or after; nobody has another total.

    A day of leave is one that the shift has and the person does not come.
    """
    begin = 0 if wide else 150
    opened = [d for d in range(begin, 365) if d % 7 < 5 or d == day]
    closed = [d for d in opened if d != day]
    strata = -(-leave // length)
    edges = [block * 365 // strata for block in range(strata + 1)]
    stratum = np.searchsorted(edges, np.arange(365), side="right") - 1
    before, after = (
        leave_days(team(365, 12, leave_days=leave, leave_block_days=length), working)
        for working in (closed, opened)
    )
    for old, new in zip(before, after, strict=True):
        for number in range(strata):
            there_old = {d for d in old if stratum[d] == number}
            there_new = {d for d in new if stratum[d] == number}
            full = len(there_old) == len([d for d in closed if stratum[d] == number])
            assert there_old == there_new or day in there_new or full
            if there_old != there_new and not full:
                span = range(min(there_old | there_new), max(there_old | there_new) + 1)
                assert day in span
                assert len(there_old) == len(there_new)


def leave_days(one: TeamPlan, working: list[int]) -> list[set[int]]:
    """Days of leave of each person, with a shift on some days."""
    begin_s = np.array(working) * DAY_S + 8 * HOUR_S
    present = there(replace(one, shift=from_spans(begin_s, begin_s + 8 * HOUR_S)))
    return [{d for d in working if not days[d]} for days in present]


def test_one_more_opened_day_leaves_nearly_everybodys_leave() -> None:
    """Of 40 people with 12 days of leave, a Saturday that is opened touches a few blocks."""
    weekdays = [d for d in range(365) if (NEW_YEAR + timedelta(days=d)).weekday() < 5]
    saturday = 163
    one = team(365, 40, leave_days=12, leave_block_days=4)
    before = leave_days(one, weekdays)
    after = leave_days(one, sorted([*weekdays, saturday]))
    moved = sum(old != new for old, new in zip(before, after, strict=True))
    assert 0 < moved < 10
    assert all(len(days) == 12 for days in after)


def test_leave_longer_than_the_year_takes_it_all() -> None:
    """Nobody is on leave for more days than there are."""
    assert not there(team(365, 3, leave_days=400, leave_block_days=100)).any()


# Streams


def teams(days: int, people: int, first_day: date = NEW_YEAR) -> TeamPlan:
    """A team with absence and leave."""
    return team(
        days,
        people,
        shift=office(days, first_day),
        absence=np.full(days, 0.1),
        spell_days=2.0,
        leave_days=12,
    )


def test_another_person_or_team_leaves_the_others_unchanged() -> None:
    """What is added is added, and the order of teams is only a numbering."""
    alone = sample(teams(400, 3))
    other = replace(teams(400, 2), id="review")
    assert sample(teams(400, 4))[:3] == alone
    assert sample(teams(400, 3), other)[:3] == alone
    assert sample(other, teams(400, 3))[2:] == alone
    assert sample(other) != alone[:2]


def test_a_longer_horizon_leaves_full_years_unchanged() -> None:
    """Absence and leave belong to dates, not to numbers of days.

    The spells of two first days fall together as soon as anybody would fall ill or well in both:
    after three months the odds against it are astronomical.
    """
    early, before = date(2020, 12, 1), 31
    bare = there(teams(365, 3))
    wide = there(teams(before + 365 + 100, 3, early), first_day=early)
    np.testing.assert_array_equal(bare[:, 90:], wide[:, before + 90 : before + 365])


@pytest.mark.parametrize("changes", [{"leave_days": 0}, {"absence": np.zeros(400)}])
def test_teams_have_their_own_absence_and_leave(changes: dict[str, Any]) -> None:
    """Two teams that are alike but for their name are away on different days."""
    one, other = (replace(teams(400, 3), id=name, **changes) for name in ("reception", "review"))
    assert not (there(one) == there(other)).all(axis=1).any()


def test_replications_differ_and_repeat() -> None:
    """A replication is what seed and number make it, and no other is like it."""
    plan = service(teams(365, 3))
    zero, one, again = (spans(sample_attendance(plan, SEED, k)) for k in (0, 1, 0))
    assert zero == again
    assert zero != one

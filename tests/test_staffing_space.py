"""What may be chosen, what it costs, and where the search begins."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulation.decisions.staffing import Request, make_space, parse_targets
from simulation.decisions.staffing.bound import lower_bounds
from simulation.decisions.staffing.search import Ladder, spread
from simulation.errors import InputError
from simulation.experiments import Model
from tests.running import office
from tests.staffing_offices import Counters

MORNINGS = 'calendars.mornings={hours: {mon-fri: "07:00-11:00"}}'
THREE = (
    "teams={a: {title: A, staff: 4, shift: office, desks: [reception, appraisal], pay: 3},"
    " b: {title: B, staff: 2, shift: office, desks: [appraisal], pay: 2},"
    " c: {title: C, staff: 1, shift: office, desks: [reception], pay: 5}}"
)


def test_all_teams_are_free_within_wide_bounds() -> None:
    """Without a word, every team may have from one person to twice what it has."""
    space = make_space(office(THREE), Request())

    assert [post.team for post in space.posts] == ["a", "b", "c"]
    assert [(post.low, post.high) for post in space.posts] == [(1, 8), (1, 4), (1, 3)]
    assert space.present == (4, 2, 1)
    assert space.model(space.present).digest == Model.of(office(THREE)).digest


def test_cost_is_pay_for_the_months_of_the_period() -> None:
    """A person costs the pay of a month times the months; reserves cost as much."""
    months = 5 / (365.25 / 12)
    space = make_space(office(THREE), Request(reserve=1))

    assert space.cost((1, 1, 1)) == pytest.approx(2 * (3 + 2 + 5) * months)
    assert space.unit is not None
    assert (space.unit.en, space.unit.vi) == ("VND", "đồng")


def test_without_pay_people_are_counted() -> None:
    """Where no team has a pay, each person costs one unit, and that is said."""
    space = make_space(office(), Request())

    assert space.cost((3,)) == 3
    assert space.unit is None
    assert any("costs one unit" in note for note in space.notes)


def test_existing_people_stay_and_are_paid() -> None:
    """They are a lower bound, and what is beyond them is to be paid."""
    space = make_space(office(), Request(existing={"officers": 2}))

    assert space.posts[0].low == 2
    assert space.to_pay((3,)) == 1
    assert space.one_less((2,)) == {}


def test_part_time_people_are_a_team_of_their_own() -> None:
    """They work their calendar, are paid by their hours, and stand at the desks of their team."""
    scenario = office(MORNINGS, "teams.officers.pay=8")
    space = make_space(scenario, Request(part_time={"officers": "mornings"}))
    varied = space.model((1, 3)).scenario
    team = varied.teams["officers-part-time"]

    assert [post.low for post in space.posts] == [1, 0]
    assert (team.staff.at_start, team.shift, team.desks) == (
        3,
        "mornings",
        scenario.teams["officers"].desks,
    )
    assert team.pay == pytest.approx(8 * 4 / 8)
    assert space.cost((1, 2)) == pytest.approx(space.cost((2, 0)))
    assert space.model((2, 0)).digest == Model.of(scenario).digest


def test_a_dated_team_stays_or_is_refused() -> None:
    """One number cannot be found for a staff that changes: it is kept and said, or refused."""
    scenario = office(THREE, "teams.a.staff={at_start: 4, changes: {2021-03-03: 5}}")
    space = make_space(scenario, Request())

    assert [post.team for post in space.posts] == ["b", "c"]
    assert any("changes by date" in note for note in space.notes)
    assert space.model((2, 1)).digest == Model.of(scenario).digest
    with pytest.raises(InputError, match="changes by date"):
        make_space(scenario, Request({"a": None}))


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request({"oficers": None}), "did you mean 'officers'?"),
        (Request({"officers": (3, 2)}), "the lower bound comes first"),
        (Request({"officers": (0, 2)}), "nobody would be left at the desk"),
        (Request({"officers": (1, 2)}, {"officers": 3}), "may have 2 people at most"),
        (Request(existing={"nobody": 3}), "there is no such team"),
        (Request(reserve=-1), "0 or more"),
        (Request(part_time={"officers": "office"}), "less than full time"),
        (Request(part_time={"officers": "morning"}), "there is no such calendar"),
    ],
)
def test_what_cannot_be_chosen_is_refused(request_: Request, message: str) -> None:
    """The message says what is wrong with the request."""
    with pytest.raises(InputError) as caught:
        make_space(office(), request_)
    assert message in str(caught.value)


def test_teams_that_share_a_desk_are_a_pool() -> None:
    """Directly or by a third: one may stand in for another."""
    assert make_space(office(THREE), Request()).pools == ((0, 1, 2),)
    assert make_space(office(THREE), Request({"b": None, "c": None})).pools == ((0,), (1,))


def test_one_person_more_takes_nobody_away() -> None:
    """People are spread in proportion, within bounds, and never fewer of them anywhere."""
    space = make_space(office(THREE), Request())
    counts = [spread(space, (0, 1, 2), people) for people in range(3, 16)]

    assert counts[0] == {0: 1, 1: 1, 2: 1}
    assert counts[4] == {0: 4, 1: 2, 2: 1}
    assert counts[-1] == {0: 8, 1: 4, 2: 3}
    for fewer, more in pairwise(counts):
        assert sum(more.values()) == sum(fewer.values()) + 1
        assert all(more[post] >= fewer[post] for post in more)


@pytest.mark.parametrize("fewest", range(1, 10))
@pytest.mark.parametrize("start", [0, 1, 5, 20])
def test_a_ladder_finds_the_fewest(fewest: int, start: int) -> None:
    """Wherever it starts, in a few steps."""
    ladder, steps = Ladder(0, 9, start), 0
    while (level := ladder.next()) is not None:
        ladder.told(level, passed=level >= fewest)
        steps += 1
    assert ladder.passes == fewest
    assert steps <= 6


def test_load_is_a_bound() -> None:
    """Twelve visits an hour of 20 minutes keep four clerks busy, so four or more are needed."""
    scenario = Counters(12, 20, "wait_p90<=10").scenario()
    bound = lower_bounds(make_space(scenario, Request()), parse_targets(["late<=0"], scenario))[0]

    assert (bound.load, bound.erlang, bound.people) == (4, None, 4)


@pytest.mark.parametrize("limit", [2, 5, 10, 30])
def test_erlang_is_a_bound(limit: int) -> None:
    """It lies above the load, and not above what steady state needs."""
    counters = Counters(12, 20, f"wait_p90<={limit}")
    scenario = counters.scenario()
    targets = parse_targets([counters.target], scenario)
    bound = lower_bounds(make_space(scenario, Request()), targets)[0]

    assert bound.erlang is not None
    assert 4 < bound.erlang <= counters.by_theory()

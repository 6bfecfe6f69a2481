"""Delays, departures, forks and the legal clock: journals worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulation.semantics import Clock, DeadlineKind, Outcome
from simulation.units import DAY_S, NEVER
from tests.offices import always, delay, departure, dossier, fork, office, team, visits, work

if TYPE_CHECKING:
    from simulation.engines import Engine
    from tests.offices import Step

DONE, NONE = Outcome.DONE, Outcome.NONE
OPEN = [(0, 20), (50, 100)]
AFTER_100 = (DeadlineKind.HOURS, 100)
"""A deadline of 100 seconds of legal time, which here is all time."""

accept = delay(10, clock=Clock.STARTS)
until_due = delay(0, from_due=True)


def ends(engine: Engine, *steps: Step, at: int = 0, **more: Any) -> list[int]:
    """When the steps of a single dossier end that enters at second 0, or ``at``."""
    names = ("due", "restarts", "accepted_s")
    of_dossier = {name: more.pop(name) for name in names if name in more}
    one = dossier(at, *steps, **of_dossier)
    return [row.ended_s for row in visits(engine, office(one, teams=[team(always)], **more))]


# Delays


def test_a_delay_of_clock_time_ends_so_many_seconds_later(engine: Engine) -> None:
    """It is started when it is ready, and nobody does it."""
    plan = office(dossier(5, delay(30), delay(7)), teams=[team(always)])
    assert visits(engine, plan) == [(-1, 5, 5, 35, DONE), (-1, 35, 35, 42, DONE)]


def test_visits_without_length_pass_at_once(engine: Engine) -> None:
    """So many of them as there may be, and the work behind them is taken at the same instant."""
    steps = [delay(0), delay(0), *fork(), departure(), work(10)]
    plan = office(dossier(5, *steps), teams=[team(always)], timetables=((5,),))
    assert visits(engine, plan) == [(-1, 5, 5, 5, DONE)] * 5 + [(0, 5, 5, 15, DONE)]


def test_a_delay_of_working_time_counts_while_its_calendar_is_open(engine: Engine) -> None:
    """Ten seconds from 10 end at closing, eleven a second after opening; from 30 on, from 50."""
    more = {"calendars": (always, OPEN)}
    assert ends(engine, delay(10, calendar=1), at=10, **more) == [20]
    assert ends(engine, delay(11, calendar=1), at=10, **more) == [51]
    assert ends(engine, delay(11, calendar=1), at=30, **more) == [61]


def test_no_working_time_passes_at_once_even_when_closed(engine: Engine) -> None:
    """Adding nothing stays where it is."""
    assert ends(engine, delay(0, calendar=1), at=30, calendars=(always, OPEN)) == [30]


def test_a_delay_beyond_its_calendar_never_ends(engine: Engine) -> None:
    """And what stands behind it never begins."""
    plan = office(
        dossier(60, delay(41, calendar=1), delay(0)),
        teams=[team(always)],
        calendars=(always, OPEN),
    )
    nothing = (-1, NEVER, NEVER, NEVER, NONE)
    assert visits(engine, plan) == [(-1, 60, 60, NEVER, NONE), nothing]


def test_a_delay_that_would_end_at_the_end_does_not(engine: Engine) -> None:
    """A second earlier it does."""
    assert ends(engine, delay(50), at=49, end_s=100) == [99]
    assert ends(engine, delay(50), at=50, end_s=100) == [NEVER]


# Delays anchored on the due date


def test_a_delay_can_wait_for_the_due_instant(engine: Engine) -> None:
    """Accepted at 10 with 100 seconds, due at 110; then another 5 seconds."""
    assert ends(engine, accept, until_due, due=AFTER_100) == [10, 110]
    assert ends(engine, accept, delay(5, from_due=True), due=AFTER_100) == [10, 115]


@pytest.mark.parametrize(("offset_s", "expected"), [(-20, 95), (20, 135)])
def test_the_anchor_may_stand_before_or_after_the_due_instant(
    engine: Engine, offset_s: int, expected: int
) -> None:
    """Due at 110, moved by 20 seconds, plus a length of 5."""
    step = delay(5, from_due=True, offset_s=offset_s)
    assert ends(engine, accept, step, due=AFTER_100) == [10, expected]


def test_the_anchor_is_moved_by_legal_working_time(engine: Engine) -> None:
    """Fifteen legal seconds before the due instant 55 are 10: five after opening, ten before."""
    step = delay(0, from_due=True, offset_s=-15)
    found = ends(
        engine, delay(1, clock=Clock.STARTS), step, due=(DeadlineKind.HOURS, 24), calendars=(OPEN,)
    )
    assert found == [1, 10]


def test_an_anchor_that_has_passed_does_not_delay(engine: Engine) -> None:
    """Ready at 10 + 95 while the anchor was at 90: only the length of 5 counts."""
    step = delay(5, from_due=True, offset_s=-20)
    assert ends(engine, accept, delay(95), step, due=AFTER_100) == [10, 105, 110]


def test_without_a_due_instant_the_anchor_is_now(engine: Engine) -> None:
    """There is no deadline, or the dossier has not been accepted yet."""
    step = delay(5, from_due=True, offset_s=20)
    assert ends(engine, accept, step) == [10, 15]
    assert ends(engine, delay(10), step, due=AFTER_100) == [10, 15]


@pytest.mark.parametrize("offset_s", [-1000, 20 * DAY_S])
def test_an_anchor_beyond_the_calendar_is_now(engine: Engine, offset_s: int) -> None:
    """Whether it would lie before the calendar's beginning or after its end."""
    step = delay(5, from_due=True, offset_s=offset_s)
    assert ends(engine, accept, step, due=AFTER_100) == [10, 15]


def test_the_length_of_an_anchored_delay_may_be_working_time(engine: Engine) -> None:
    """Due at 15, and eleven seconds of calendar 1 from there end at 56."""
    step = delay(11, from_due=True, calendar=1)
    due = (DeadlineKind.HOURS, 5)
    assert ends(engine, accept, step, due=due, calendars=(always, OPEN)) == [10, 56]


def test_a_carried_in_dossier_is_due_from_when_it_was_accepted(engine: Engine) -> None:
    """Accepted at 5 and entering at 40: due at 105."""
    assert ends(engine, until_due, at=40, due=AFTER_100, accepted_s=5) == [105]


# Supplements


def test_a_pause_moves_the_due_instant_by_its_length(engine: Engine) -> None:
    """Due at 110, paused from 30 to 65: due at 145."""
    steps = [accept, delay(20), delay(35, clock=Clock.PAUSES), until_due]
    assert ends(engine, *steps, due=AFTER_100) == [10, 30, 65, 145]


def test_a_supplement_may_restart_the_clock_instead(engine: Engine) -> None:
    """All 100 seconds from 65 on."""
    steps = [accept, delay(20), delay(35, clock=Clock.PAUSES), until_due]
    assert ends(engine, *steps, due=AFTER_100, restarts=True) == [10, 30, 65, 165]


@pytest.mark.parametrize("restarts", [False, True])
def test_a_supplement_after_expiry_leaves_the_due_instant(
    engine: Engine,
    restarts: bool,  # noqa: FBT001
) -> None:
    """Due at 110, asked for at 111: what waits until 50 seconds after that ends at 160."""
    steps = [accept, delay(101), delay(9, clock=Clock.PAUSES)]
    after_due = delay(0, from_due=True, offset_s=50)
    found = ends(engine, *steps, after_due, due=AFTER_100, restarts=restarts)
    assert found == [10, 111, 120, 160]


def test_a_pause_before_acceptance_is_only_a_delay(engine: Engine) -> None:
    """The clock has not started; it does at 45 and runs until 145."""
    steps = [delay(35, clock=Clock.PAUSES), accept, until_due]
    assert ends(engine, *steps, due=AFTER_100) == [35, 45, 145]


def test_two_pauses_add_up(engine: Engine) -> None:
    """Due at 110, paused for 20 and for 30 seconds: due at 160."""
    pauses = [delay(20, clock=Clock.PAUSES), delay(30, clock=Clock.PAUSES)]
    assert ends(engine, accept, *pauses, until_due, due=AFTER_100) == [10, 30, 60, 160]


def test_work_and_departures_can_start_the_clock_too(engine: Engine) -> None:
    """The clock starts when they end: at 15, due at 115, and at 40, due at 140."""
    by_work = work(15, clock=Clock.STARTS)
    assert ends(engine, by_work, until_due, due=AFTER_100) == [15, 115]
    by_courier = departure(clock=Clock.STARTS)
    found = ends(engine, by_courier, until_due, due=AFTER_100, timetables=((40,),))
    assert found == [40, 140]


def test_that_the_clock_stops_is_nothing_to_an_engine(engine: Engine) -> None:
    """The due instant stays, and the applicant may collect on it."""
    assert ends(engine, accept, delay(7, clock=Clock.STOPS), until_due, due=AFTER_100)[-1] == 110


# Departures


@pytest.mark.parametrize(("ready_s", "expected"), [(19, 20), (20, 20), (21, 50), (51, NEVER)])
def test_a_departure_is_the_next_of_its_timetable(
    engine: Engine, ready_s: int, expected: int
) -> None:
    """What is ready at the very instant goes along; after the last nothing goes."""
    timetables = {"timetables": ((0, 1, 2), (20, 50))}
    assert ends(engine, departure(1), at=ready_s, **timetables) == [expected]


def test_what_is_done_at_the_very_instant_of_a_departure_goes_along(engine: Engine) -> None:
    """Work that ends at 20, and then the courier at 20."""
    assert ends(engine, work(20), departure(), timetables=((20, 50),)) == [20, 20]


# Forks


def test_branches_run_side_by_side_and_the_join_waits_for_the_last(engine: Engine) -> None:
    """The first branch takes 10 + 5 seconds, the second 30; the trunk goes on at 30."""
    steps = fork([work(10), delay(5)], [delay(30)])
    plan = office(dossier(3, *steps, delay(1)), teams=[team(always)])
    assert visits(engine, plan) == [
        (-1, 3, 3, 3, DONE),
        (0, 3, 3, 13, DONE),
        (-1, 13, 13, 18, DONE),
        (-1, 3, 3, 33, DONE),
        (-1, 33, 33, 33, DONE),
        (-1, 33, 33, 34, DONE),
    ]


def test_branches_queue_like_any_visits(engine: Engine) -> None:
    """Both branches join the same desk at 3 and are served in the order of visits."""
    plan = office(dossier(3, *fork([work(10)], [work(5)])), teams=[team(always)])
    assert [row.ended_s for row in visits(engine, plan)] == [3, 13, 18, 18]


def test_a_fork_with_nothing_to_do_passes_at_once(engine: Engine) -> None:
    """So may one of its branches only."""
    assert ends(engine, *fork(), delay(5)) == [0, 0, 5]
    assert ends(engine, *fork([], [delay(7)]), delay(5)) == [0, 7, 7, 12]


def test_a_fork_never_joins_while_a_branch_has_not_ended(engine: Engine) -> None:
    """The second branch waits for a courier who does not come."""
    steps = fork([delay(5)], [departure()])
    assert ends(engine, *steps, timetables=((),)) == [0, 5, NEVER, NEVER]


def test_forks_may_follow_one_another(engine: Engine) -> None:
    """Each with its own branches 1 and 2."""
    steps = [*fork([delay(5)], [delay(6)]), *fork([delay(1)], [delay(2)])]
    assert ends(engine, *steps) == [0, 5, 6, 6, 6, 7, 8, 8]


def test_the_clock_may_start_in_a_branch(engine: Engine) -> None:
    """Accepted at 10 in one branch; the trunk waits for the due instant."""
    steps = fork([accept], [delay(30)])
    assert ends(engine, *steps, until_due, due=AFTER_100)[-1] == 110

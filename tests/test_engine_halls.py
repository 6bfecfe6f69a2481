"""Applicants in person: tickets, patience, closing, the waiting room, and coming back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulation.semantics import Clock, Closing, DeadlineKind, Discipline, Outcome
from simulation.units import DAY_S, NEVER
from tests.offices import (
    DAYS,
    Step,
    always,
    delay,
    desk,
    dossier,
    hall,
    in_person,
    office,
    team,
    visits,
    with_attempts,
    work,
)

if TYPE_CHECKING:
    from simulation.engines import Engine
    from tests.offices import Happened

_, DONE, ABANDONED, CLOSED, FULL, NO_TICKET = Outcome
NOTHING = (-1, NEVER, NEVER, NEVER, Outcome.NONE)
TWO_SESSIONS = [(0, 20), (50, 70), (DAY_S, DAY_S + 20), (DAY_S + 50, DAY_S + 70)]


def comes(*attempts: tuple[int, int], work_s: int = 10, **row: Any) -> Step:
    """Ten seconds of work in person, with attempts of (patience, seconds until coming back)."""
    return with_attempts(in_person(work_s, **row), *attempts)


def at_one_counter(engine: Engine, *dossiers: tuple[int, Step], **rules: Any) -> list[Happened]:
    """What happens to dossiers, submitted at instants, at a counter with one person."""
    sessions, shift = rules.pop("sessions", always), rules.pop("shift", always)
    plan = office(
        *(dossier(at, step) for at, step in dossiers),
        teams=[team(shift)],
        halls=(hall(calendar=1, **rules),),
        calendars=(always, sessions),
    )
    return visits(engine, plan)


# Patience


def test_whoever_is_served_needs_no_further_attempt(engine: Engine) -> None:
    """The spare rows stay empty, and the dossier goes on to the visit behind them."""
    step = comes((100, 1), (100, 1), (100, 1))
    plan = office(dossier(5, step, delay(7)), teams=[team(always)])
    assert visits(engine, plan) == [
        (0, 5, 5, 15, DONE),
        NOTHING,
        NOTHING,
        (-1, 15, 15, 22, DONE),
    ]


def test_an_applicant_leaves_when_patience_ends(engine: Engine) -> None:
    """At 5 + 4, not served by anybody; the counter is busy until 10."""
    found = at_one_counter(engine, (0, work(10)), (5, comes((4, 1))))
    assert found[1] == (-1, 5, NEVER, 9, ABANDONED)


def test_whoever_is_called_when_patience_ends_is_served(engine: Engine) -> None:
    """The counter becomes free at the very instant: dispatch comes before leaving."""
    found = at_one_counter(engine, (0, work(10)), (5, comes((5, 1))))
    assert found[1] == (0, 5, 10, 20, DONE)


def test_without_any_patience_one_is_served_at_once_or_leaves(engine: Engine) -> None:
    """The first finds the counter free, the second does not."""
    found = at_one_counter(engine, (5, comes((0, 1))), (6, comes((0, 1))))
    assert found == [(0, 5, 5, 15, DONE), (-1, 6, NEVER, 6, ABANDONED)]


def test_patience_is_over_once_service_has_begun(engine: Engine) -> None:
    """Nobody leaves the counter."""
    assert at_one_counter(engine, (5, comes((3, 1)))) == [(0, 5, 5, 15, DONE)]


# Coming back


def test_whoever_has_left_comes_back(engine: Engine) -> None:
    """Leaves at 9, is back 30 seconds later, and is served then."""
    found = at_one_counter(engine, (0, work(10)), (5, comes((4, 30), (4, 1))))
    assert found[1:] == [(-1, 5, NEVER, 9, ABANDONED), (0, 39, 39, 49, DONE)]


def test_after_the_last_attempt_the_dossier_is_lost(engine: Engine) -> None:
    """Nothing of it happens any more, not even the delay behind."""
    plan = office(
        dossier(0, work(100)), dossier(5, comes((4, 6), (4, 1)), delay(7)), teams=[team(always)]
    )
    assert visits(engine, plan)[1:] == [
        (-1, 5, NEVER, 9, ABANDONED),
        (-1, 15, NEVER, 19, ABANDONED),
        NOTHING,
    ]


@pytest.mark.parametrize(("return_s", "expected"), [(5, 50), (41, 50), (45, 54), (200, DAY_S)])
def test_one_comes_back_when_the_hall_is_open(engine: Engine, return_s: int, expected: int) -> None:
    """After leaving at 9: at the next opening if the hall is closed by then."""
    first, second = (0, work(10)), (5, comes((4, return_s), (4, 1)))
    sessions = [(0, 12), *TWO_SESSIONS[1:]]
    found = at_one_counter(engine, first, second, sessions=sessions)
    assert found[2].ready_s == expected


@pytest.mark.parametrize(("return_s", "expected"), [(10, 19), (11, 50), (12, 51), (31, DAY_S)])
def test_the_time_until_coming_back_may_be_opening_time(
    engine: Engine, return_s: int, expected: int
) -> None:
    """After leaving at 9, eleven seconds remain of the session: they end with it."""
    first, second = (0, work(10)), (5, comes((4, return_s), (4, 1)))
    found = at_one_counter(engine, first, second, sessions=TWO_SESSIONS, return_working=True)
    assert found[2].ready_s == expected


@pytest.mark.parametrize("return_working", [False, True])
def test_if_the_hall_never_opens_again_the_dossier_is_lost(
    engine: Engine,
    return_working: bool,  # noqa: FBT001
) -> None:
    """There is an attempt left, but no time for it."""
    first, second = (0, work(10)), (5, comes((4, 100), (4, 1)))
    rules = {"sessions": [(0, 20)], "return_working": return_working}
    assert at_one_counter(engine, first, second, **rules)[2] == NOTHING


def test_leaving_the_step_that_starts_the_clock_starts_no_clock(engine: Engine) -> None:
    """Dossier 1 leaves reception at 9, and is accepted there at 52: due 100 s later, at 152.

    It is back at 39, when the desk is busy until 40, and queues as if accepted at 39: due at 139.
    Had leaving at 9 started its clock, it would be due at 109 and be served at 40. But dossier 2,
    which joins at 38 as if accepted then, is due at 118 and goes first.
    """
    due = (DeadlineKind.HOURS, 100)
    reception = comes((4, 30), (100, 1), clock=Clock.STARTS)
    until_due = delay(0, from_due=True)
    plan = office(
        dossier(0, work(40)),
        dossier(5, reception, until_due, due=due),
        dossier(6, work(5, desk=1), work(2), due=(DeadlineKind.HOURS, 80)),
        teams=[team(always), team([(33, DAY_S)], desks=(1,))],
        desks=(desk(Discipline.EARLIEST_DUE), desk()),
    )
    assert visits(engine, plan) == [
        (0, 0, 0, 40, DONE),
        (-1, 5, NEVER, 9, ABANDONED),
        (0, 39, 42, 52, DONE),
        (-1, 52, 52, 152, DONE),
        (1, 6, 33, 38, DONE),
        (0, 38, 40, 42, DONE),
    ]


# Closing


def test_at_the_end_of_a_session_those_who_wait_leave(engine: Engine) -> None:
    """Whoever is being served stays; the others come back for the next session."""
    rules = {"sessions": TWO_SESSIONS, "closing": Closing.SESSION}
    found = at_one_counter(engine, (15, comes((100, 1))), (16, comes((100, 30), (100, 1))), **rules)
    assert found == [(0, 15, 15, 25, DONE), (-1, 16, NEVER, 20, CLOSED), (0, 50, 50, 60, DONE)]


def test_whoever_is_called_when_the_session_ends_is_served(engine: Engine) -> None:
    """The counter becomes free at 20 sharp, and its person is still there."""
    rules = {"sessions": TWO_SESSIONS, "closing": Closing.SESSION}
    found = at_one_counter(engine, (10, comes((100, 1))), (16, comes((100, 1))), **rules)
    assert found[1] == (0, 16, 20, 30, DONE)


def test_nobody_is_called_when_the_shift_ends_with_the_session(engine: Engine) -> None:
    """The counter becomes free at 20 sharp, but its person goes."""
    rules = {"sessions": TWO_SESSIONS, "shift": TWO_SESSIONS, "closing": Closing.SESSION}
    found = at_one_counter(engine, (10, comes((100, 1))), (16, comes((100, 1))), **rules)
    assert found[1] == (-1, 16, NEVER, 20, CLOSED)


def test_closing_by_day_lets_people_wait_between_sessions(engine: Engine) -> None:
    """The counter is busy until 80: at 20 nobody leaves, at 70 everybody."""
    rules = {"sessions": TWO_SESSIONS, "closing": Closing.DAY}
    found = at_one_counter(engine, (0, work(80)), (16, comes((100, 1))), **rules)
    assert found[1] == (-1, 16, NEVER, 70, CLOSED)


def test_a_session_over_midnight_closes_the_day_on_which_it_began(engine: Engine) -> None:
    """The last session to begin on the first day ends ten seconds into the second."""
    sessions = [(0, 20), (DAY_S - 20, DAY_S + 10), (DAY_S + 30, DAY_S + 40)]
    rules = {"sessions": sessions, "closing": Closing.DAY}
    waits = (16, comes((2 * DAY_S, 1)))
    found = at_one_counter(engine, (0, work(2 * DAY_S, interruptible=False)), waits, **rules)
    assert found[1].ended_s == DAY_S + 10


def test_without_closing_people_wait_through_the_night(engine: Engine) -> None:
    """They are served when the counter is free."""
    found = at_one_counter(
        engine, (0, work(DAY_S)), (16, comes((2 * DAY_S, 1))), sessions=TWO_SESSIONS
    )
    assert found[1].started_s == DAY_S


def test_patience_that_ends_at_closing_counts_as_patience(engine: Engine) -> None:
    """The reasons to leave have an order: patience, closing, waiting room."""
    rules = {"sessions": TWO_SESSIONS, "closing": Closing.SESSION}
    found = at_one_counter(engine, (0, work(30)), (16, comes((4, 1))), **rules)
    assert found[1] == (-1, 16, NEVER, 20, ABANDONED)


# Joining


@pytest.mark.parametrize(
    ("ready_s", "joins_s"),
    [(0, 0), (19, 19), (20, 50), (21, 50), (49, 50), (50, 50), (70, DAY_S), (DAY_S - 1, DAY_S)],
)
def test_an_applicant_joins_when_the_hall_is_open(
    engine: Engine, ready_s: int, joins_s: int
) -> None:
    """Whoever comes at its closing or later waits outside, which is no wait, until it opens."""
    found = at_one_counter(engine, (ready_s, comes((100, 1))), sessions=TWO_SESSIONS)
    assert found == [(0, joins_s, joins_s, joins_s + 10, DONE)]


def test_an_applicant_who_is_passed_on_joins_when_the_hall_is_open(engine: Engine) -> None:
    """The delay ends at 25, the counter after it opens at 50; the next after it is still open."""
    steps = delay(25), in_person(4), in_person(5)
    plan = office(
        dossier(0, *steps),
        teams=[team(always)],
        halls=(hall(calendar=1),),
        calendars=(always, TWO_SESSIONS),
    )
    assert visits(engine, plan)[1:] == [(0, 50, 50, 54, DONE), (0, 54, 54, 59, DONE)]


def test_service_that_ends_at_closing_passes_the_applicant_on_to_the_next_session(
    engine: Engine,
) -> None:
    """From one counter to another at 20 sharp: the second is for the afternoon."""
    plan = office(
        dossier(10, in_person(10), in_person(5)),
        teams=[team(always)],
        halls=(hall(calendar=1),),
        calendars=(always, TWO_SESSIONS),
    )
    assert visits(engine, plan) == [(0, 10, 10, 20, DONE), (0, 50, 50, 55, DONE)]


def test_patience_begins_when_the_hall_opens(engine: Engine) -> None:
    """Five seconds from 50 on, not from 30."""
    busy = (0, work(80, interruptible=False))
    found = at_one_counter(engine, busy, (30, comes((5, 1))), sessions=TWO_SESSIONS)
    assert found[1] == (-1, 50, NEVER, 55, ABANDONED)


def test_those_who_wait_for_the_opening_come_in_by_number(engine: Engine) -> None:
    """The applicant of dossier 1 was at the door first, but dossier 0 gets the only ticket."""
    step = comes((100, 1))
    plan = office(
        dossier(21, delay(20), step),
        dossier(30, step),
        dossier(50, step),
        teams=[team(always)],
        halls=(hall(calendar=1, tickets=1),),
        calendars=(always, TWO_SESSIONS),
    )
    outcomes = [row.outcome for row in visits(engine, plan)]
    assert outcomes == [DONE, DONE, NO_TICKET, NO_TICKET]


def test_a_hall_that_never_opens_again_is_joined_by_nobody(engine: Engine) -> None:
    """At its last closing or later the first attempt never joins, nor does what stands behind."""
    plan = office(
        dossier(20, comes((100, 1), (100, 1)), delay(7)),
        teams=[team(always)],
        halls=(hall(calendar=1),),
        calendars=(always, [(0, 20)]),
    )
    assert visits(engine, plan) == [NOTHING, NOTHING, NOTHING]


def test_a_hall_that_opens_after_the_end_is_joined_by_nobody(engine: Engine) -> None:
    """The engine stops before."""
    found = at_one_counter(engine, (5, comes((100, 1))), sessions=[(DAYS * DAY_S, 4 * DAY_S)])
    assert found == [NOTHING]


# The waiting room


def test_those_who_do_not_fit_into_the_waiting_room_leave_latest_first(engine: Engine) -> None:
    """Three come at 5; one has waited since 4; two may wait."""
    step = comes((100, 1))
    found = at_one_counter(
        engine, (0, work(10)), (4, step), (5, step), (5, step), (5, step), waiting_room=2
    )
    assert [row.outcome for row in found[1:]] == [DONE, DONE, FULL, FULL]
    assert [row.ended_s for row in found[3:]] == [5, 5]


def test_whoever_is_called_at_once_needs_no_room(engine: Engine) -> None:
    """With no place to wait, one of two who come together is served."""
    step = comes((100, 1))
    found = at_one_counter(engine, (5, step), (5, step), waiting_room=0)
    assert [row.outcome for row in found] == [DONE, FULL]


def test_room_that_becomes_free_at_the_same_instant_is_room(engine: Engine) -> None:
    """At 10 the counter takes the first, so the one who comes at 10 may wait."""
    step = comes((100, 1))
    found = at_one_counter(engine, (0, work(10)), (5, step), (10, step), waiting_room=1)
    assert [row.outcome for row in found[1:]] == [DONE, DONE]


def test_all_desks_of_a_hall_share_its_waiting_room(engine: Engine) -> None:
    """One may wait: for desk 0 or for desk 1. Another hall has its own."""
    plan = office(
        dossier(0, work(10)),
        dossier(0, work(10, desk=1)),
        dossier(1, in_person(5, desk=1)),
        dossier(2, in_person(5, desk=0)),
        dossier(3, in_person(5, desk=0, hall=1)),
        teams=[team(always), team(always, desks=(1,))],
        halls=(hall(waiting_room=1), hall(waiting_room=1)),
    )
    assert [row.outcome for row in visits(engine, plan)[2:]] == [DONE, FULL, DONE]


def test_patience_makes_room(engine: Engine) -> None:
    """At 9 one leaves of impatience, so the one who comes at 9 stays: patience goes first."""
    found = at_one_counter(
        engine, (0, work(10)), (5, comes((4, 1))), (9, comes((100, 1))), waiting_room=1
    )
    assert [row.outcome for row in found[1:]] == [ABANDONED, DONE]


# Tickets


def test_without_a_ticket_one_leaves_at_once(engine: Engine) -> None:
    """Two tickets, three applicants: the third is not even seen."""
    step = comes((100, 1))
    found = at_one_counter(engine, (1, step), (2, step), (3, step), tickets=2)
    assert found[2] == (-1, 3, NEVER, 3, NO_TICKET)
    assert [row.outcome for row in found[:2]] == [DONE, DONE]


def test_the_last_ticket_goes_by_number_and_not_by_who_happens_to_come_first(
    engine: Engine,
) -> None:
    """All come at 5: dossier 0 by detours of no length, dossier 1 by a delay, dossier 2 at once."""
    step = comes((100, 1))
    plan = office(
        dossier(3, delay(2), delay(0), delay(0), step),
        dossier(4, delay(1), step),
        dossier(5, step),
        teams=[team(always)],
        halls=(hall(tickets=1),),
    )
    outcomes = [row.outcome for row in visits(engine, plan)]
    assert [outcomes[3], outcomes[5], outcomes[6]] == [DONE, NO_TICKET, NO_TICKET]


def test_whoever_comes_back_goes_by_number_too(engine: Engine) -> None:
    """Dossier 1 is back at 5 for the second ticket; dossier 2 comes at 5 for the first time."""
    first, back, new = (0, work(30)), (0, comes((1, 4), (100, 1))), (5, comes((100, 1)))
    found = at_one_counter(engine, first, back, new, tickets=2)
    assert [row.outcome for row in found[1:]] == [ABANDONED, DONE, NO_TICKET]


def test_tickets_are_counted_by_session(engine: Engine) -> None:
    """One each; whoever comes between two sessions takes that of the next."""
    step = comes((100, 1), work_s=1)
    arrivals = [(10, step), (19, step), (30, step), (50, step), (60, step), (DAY_S, step)]
    found = at_one_counter(engine, *arrivals, sessions=TWO_SESSIONS, tickets=1)
    assert [row.outcome for row in found] == [DONE, NO_TICKET, DONE, NO_TICKET, NO_TICKET, DONE]


def test_tickets_may_be_counted_by_day(engine: Engine) -> None:
    """Two a day, whichever session."""
    step = comes((DAY_S, 1), work_s=1)
    arrivals = [(10, step), (60, step), (65, step), (DAY_S, step)]
    rules = {"sessions": TWO_SESSIONS, "tickets": 2, "tickets_per_day": True}
    found = at_one_counter(engine, *arrivals, **rules)
    assert [row.outcome for row in found] == [DONE, DONE, NO_TICKET, DONE]


def test_midnight_starts_a_new_count_within_a_session(engine: Engine) -> None:
    """One a day, and a session over midnight: by day it has one for each date, by session one."""
    step = comes((DAY_S, 1), work_s=1)
    arrivals = [(DAY_S - 2, step), (DAY_S - 1, step), (DAY_S, step)]
    for per_day, last in ((True, DONE), (False, NO_TICKET)):
        rules = {"sessions": [(DAY_S - 20, DAY_S + 20)], "tickets_per_day": per_day}
        found = at_one_counter(engine, *arrivals, tickets=1, **rules)
        assert [row.outcome for row in found] == [DONE, NO_TICKET, last]


def test_coming_back_takes_another_ticket(engine: Engine) -> None:
    """Two tickets: dossier 1 uses both, and dossier 2 gets none."""
    found = at_one_counter(
        engine, (0, work(30)), (5, comes((4, 6), (100, 1))), (20, comes((100, 1))), tickets=2
    )
    assert [row.outcome for row in found[1:]] == [ABANDONED, DONE, NO_TICKET]


def test_without_a_ticket_one_may_come_back_too(engine: Engine) -> None:
    """In the next session there are new ones."""
    found = at_one_counter(
        engine,
        (5, comes((100, 1))),
        (6, comes((100, 45), (100, 1))),
        sessions=TWO_SESSIONS,
        tickets=1,
    )
    assert found[1:] == [(-1, 6, NEVER, 6, NO_TICKET), (0, 51, 51, 61, DONE)]


def test_tickets_of_zero_turn_everybody_away(engine: Engine) -> None:
    """A hall can be shut that way."""
    assert at_one_counter(engine, (5, comes((100, 1))), tickets=0)[0].outcome == NO_TICKET

"""The ledger: one row per dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from simulation.ledger import make_ledger
from simulation.legal import Class
from simulation.semantics import Clock, DeadlineKind, Ends
from simulation.units import DAY_S, FAR, HOUR_S, NEVER
from tests.naive_ledger import NaiveLedger
from tests.offices import (
    always,
    delay,
    dossier,
    hall,
    in_person,
    office,
    team,
    with_attempts,
    work,
)
from tests.records import record_of
from tests.small_offices import offices

if TYPE_CHECKING:
    from simulation.engines import Engine
    from simulation.ledger import Ledger
    from tests.offices import Step
    from tests.small_offices import Office

HOURS = (DeadlineKind.HOURS, HOUR_S)


def ledger_of(engine: Engine, *steps: Step, as_of_s: int | None = None, **of: Any) -> Ledger:
    """The ledger of an office with one dossier that does some steps from second 0 on."""
    submitted_s = of.get("accepted_s", NEVER) + 1
    place = office(dossier(submitted_s, *steps, **of), teams=[team(always)], start_s=submitted_s)
    return make_ledger(record_of(engine, place), as_of_s)


@settings(max_examples=120)
@given(offices())
def test_every_column_is_that_of_the_naive_ledger(engine: Engine, small: Office) -> None:
    """At both ends, and when something happens, whatever small office is drawn."""
    record = record_of(engine, small)
    horizon = record.service.horizon
    happened_s = sorted({*record.journal.ready_s.tolist(), *record.journal.ended_s.tolist()})
    instants = {horizon.start_s, *happened_s[len(happened_s) // 2 :][:1], horizon.end_s}
    for as_of_s in sorted(instants - {NEVER}):
        ledger = make_ledger(record, as_of_s)
        for name, column in NaiveLedger(record, as_of_s).columns().items():
            assert getattr(ledger, name).tolist() == column, (name, as_of_s)


def test_a_dossier_is_received_resolved_and_returned(engine: Engine) -> None:
    """Acceptance at 60, the result at 160, handed over at 190; due an hour after acceptance."""
    ledger = ledger_of(
        engine,
        work(60, clock=Clock.STARTS),
        work(100, clock=Clock.STOPS),
        delay(30),
        due=HOURS,
    )
    assert ledger.accepted_s.tolist() == [60]
    assert ledger.due_s.tolist() == [60 + HOUR_S]
    assert ledger.resolved_s.tolist() == [160]
    assert ledger.returned_s.tolist() == [190]
    assert ledger.outcome.tolist() == [Ends.RESOLVED]
    assert ledger.klass.tolist() == [Class.ON_TIME]


def test_what_comes_later_is_not_known(engine: Engine) -> None:
    """An instant before, the same dossier is open, and before that it has not been received."""
    steps = work(60, clock=Clock.STARTS), work(100, clock=Clock.STOPS)
    at_resolution = ledger_of(engine, *steps, as_of_s=160, due=HOURS)
    assert at_resolution.resolved_s.tolist() == [NEVER]
    assert at_resolution.klass.tolist() == [Class.IN_TERM]
    assert at_resolution.outcome.tolist() == [Ends.NO]
    at_acceptance = ledger_of(engine, *steps, as_of_s=60, due=HOURS)
    assert at_acceptance.due_s.tolist() == [NEVER]
    assert at_acceptance.klass.tolist() == [Class.NONE]


def test_where_nothing_stops_the_clock_the_last_visit_does(engine: Engine) -> None:
    """A route without a stop is resolved when it ends."""
    ledger = ledger_of(engine, work(60, clock=Clock.STARTS), delay(30))
    assert ledger.resolved_s.tolist() == ledger.returned_s.tolist() == [90]


def test_a_refused_dossier_is_so_from_its_resolution_on(engine: Engine) -> None:
    """The decision stops the clock at 160; that the applicant hears of it later changes nothing."""
    steps = (
        work(60, clock=Clock.STARTS),
        work(100, clock=Clock.STOPS),
        delay(DAY_S, ends=Ends.REFUSED),
    )
    ledger = ledger_of(engine, *steps, as_of_s=200)
    assert ledger.outcome.tolist() == [Ends.REFUSED]
    assert ledger.dropped.tolist() == [True]
    assert ledger.returned_s.tolist() == [NEVER]


def test_a_dossier_refused_at_reception_was_never_received(engine: Engine) -> None:
    """It has an outcome and an end, but neither due instant nor class."""
    ledger = ledger_of(engine, work(60, ends=Ends.REFUSED))
    assert ledger.resolved_s.tolist() == [60]
    assert ledger.received.tolist() == [False]
    assert ledger.klass.tolist() == [Class.NONE]


@pytest.mark.parametrize(
    ("restarts", "due_s", "counted_s"),
    [(False, 60 + HOUR_S + 1000, 60), (True, 1060 + HOUR_S, 1060)],
)
def test_a_supplement_moves_the_due_instant(
    engine: Engine, *, restarts: bool, due_s: int, counted_s: int
) -> None:
    """It adds what it took, or counts anew from its end: a switch. Its time is kept apart."""
    ledger = ledger_of(
        engine,
        work(60, clock=Clock.STARTS),
        delay(1000, clock=Clock.PAUSES),
        work(100, clock=Clock.STOPS),
        due=HOURS,
        restarts=restarts,
    )
    assert ledger.due_s.tolist() == [due_s]
    assert ledger.counted_s.tolist() == [counted_s]
    assert ledger.paused_s.tolist() == [1000]


@pytest.mark.parametrize(
    ("before_s", "klass"), [(HOUR_S, Class.IN_TERM), (HOUR_S + 1, Class.OVERDUE)]
)
def test_who_is_paused_in_term_stays_in_term(engine: Engine, before_s: int, klass: Class) -> None:
    """A pause that begins at the due instant holds it; one that begins a second later does not."""
    ledger = ledger_of(
        engine,
        work(60, clock=Clock.STARTS),
        work(before_s),
        delay(9 * DAY_S, clock=Clock.PAUSES),
        due=HOURS,
        as_of_s=2 * DAY_S,
    )
    assert ledger.paused.tolist() == [True]
    assert ledger.klass.tolist() == [klass]


def test_what_is_carried_in_keeps_its_acceptance(engine: Engine) -> None:
    """Its due instant counts from an acceptance before the period, and it is open at its start."""
    ledger = ledger_of(engine, work(60, clock=Clock.STOPS), accepted_s=40, due=HOURS)
    assert ledger.accepted_s.tolist() == [40]
    assert ledger.due_s.tolist() == [40 + HOUR_S]
    assert ledger.carried_in.tolist() == [True]
    assert ledger.received_since(0).tolist() == [False]


def test_warm_up_carries_in_what_it_leaves_open(engine: Engine) -> None:
    """Accepted at 60 before the period begins at 100, one is resolved at 90 and one at 160."""
    place = office(
        dossier(0, work(60, clock=Clock.STARTS), delay(30, clock=Clock.STOPS)),
        dossier(0, work(60, clock=Clock.STARTS), delay(100, clock=Clock.STOPS)),
        teams=[team(always, always)],
        start_s=100,
    )
    assert make_ledger(record_of(engine, place)).carried_in.tolist() == [False, True]


def test_a_dossier_without_deadline_is_on_time(engine: Engine) -> None:
    """It is due never, so it is neither early nor late."""
    ledger = ledger_of(engine, work(60, clock=Clock.STARTS), delay(30))
    assert ledger.due_s.tolist() == [FAR]
    assert ledger.klass.tolist() == [Class.ON_TIME]


def test_refused_and_withdrawn_dossiers_are_officially_on_time(engine: Engine) -> None:
    """However late they are by the clock, as in the deployed systems."""
    ledger = ledger_of(
        engine, work(60, clock=Clock.STARTS), delay(2 * HOUR_S, ends=Ends.WITHDRAWN), due=HOURS
    )
    assert ledger.klass.tolist() == [Class.LATE]
    assert ledger.official.tolist() == [Class.ON_TIME]
    assert ledger.late_since(0).tolist() == [False]


def test_who_leaves_the_last_attempt_is_lost(engine: Engine) -> None:
    """Nobody serves; after 50 s and again after coming back the applicant gives up for good."""
    attempts = with_attempts(in_person(60), (50, 100), (50, 1))
    place = office(dossier(0, attempts), teams=[])
    record = record_of(engine, place)
    assert make_ledger(record).lost_s.tolist() == [200]
    assert make_ledger(record, 120).lost_s.tolist() == [NEVER]


def test_who_cannot_come_back_is_lost_at_once(engine: Engine) -> None:
    """There is an attempt left, but the hall never opens again."""
    attempts = with_attempts(in_person(60), (50, 100), (50, 1))
    place = office(
        dossier(0, attempts), teams=[], calendars=(always, [(0, 80)]), halls=(hall(calendar=1),)
    )
    assert make_ledger(record_of(engine, place)).lost_s.tolist() == [50]


def test_who_gives_up_before_the_result_is_ready_has_withdrawn(engine: Engine) -> None:
    """Received at 60, never served at the next counter: resolved when the last attempt is left."""
    place = office(
        dossier(
            0,
            delay(60, clock=Clock.STARTS),
            with_attempts(in_person(60, clock=Clock.STOPS), (50, 100), (50, 1)),
            due=HOURS,
        ),
        teams=[],
    )
    record = record_of(engine, place)
    ledger = make_ledger(record)
    assert ledger.lost_s.tolist() == ledger.resolved_s.tolist() == [260]
    assert ledger.outcome.tolist() == [Ends.WITHDRAWN]
    assert (ledger.open.tolist(), ledger.dropped.tolist()) == ([False], [True])
    assert ledger.returned_s.tolist() == [NEVER]
    between_attempts = make_ledger(record, 260)
    assert between_attempts.open.tolist() == [True]
    assert between_attempts.outcome.tolist() == [Ends.NO]


def test_who_never_fetches_a_result_has_it_all_the_same(engine: Engine) -> None:
    """Given up at the collection, after the clock has stopped: resolved, and not returned."""
    place = office(
        dossier(
            0,
            delay(60, clock=Clock.STARTS),
            delay(40, clock=Clock.STOPS),
            with_attempts(in_person(60), (50, 1)),
            due=HOURS,
        ),
        teams=[],
    )
    ledger = make_ledger(record_of(engine, place))
    assert (ledger.resolved_s.tolist(), ledger.lost_s.tolist()) == ([100], [150])
    assert ledger.outcome.tolist() == [Ends.RESOLVED]
    assert ledger.returned_s.tolist() == [NEVER]


def test_who_gives_up_before_reception_is_only_lost(engine: Engine) -> None:
    """Never received, so nothing was withdrawn and nothing is open."""
    step = with_attempts(in_person(60, clock=Clock.STARTS), (50, 1))
    ledger = make_ledger(record_of(engine, office(dossier(0, step, delay(30)), teams=[])))
    assert ledger.lost_s.tolist() == [50]
    assert ledger.resolved_s.tolist() == [NEVER]
    assert ledger.outcome.tolist() == [Ends.NO]


def test_attempts_without_a_gap_are_one_trip(engine: Engine) -> None:
    """Two counters one after the other are one trip; after a delay it takes another."""
    place = office(
        dossier(0, in_person(60), in_person(60), delay(30), in_person(60)), teams=[team(always)]
    )
    record = record_of(engine, place)
    assert make_ledger(record).visits_in_person.tolist() == [2]
    assert make_ledger(record, 120).visits_in_person.tolist() == [1]
    assert record.joined.ready_s[record.trips].tolist() == [0, 150]


def test_each_attempt_after_leaving_is_a_trip(engine: Engine) -> None:
    """Who comes back has made the way twice."""
    place = office(dossier(0, with_attempts(in_person(60), (50, 100), (50, 1))), teams=[])
    assert make_ledger(record_of(engine, place)).visits_in_person.tolist() == [2]

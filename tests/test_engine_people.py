"""Shifts, overtime, interruption and handover: journals worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.semantics import Discipline, Outcome
from simulation.units import NEVER
from tests.offices import (
    Piece,
    always,
    desk,
    dossier,
    hall,
    in_person,
    office,
    pieces,
    team,
    visits,
    with_attempts,
    work,
)

if TYPE_CHECKING:
    from simulation.engines import Engine

DONE, NONE = Outcome.DONE, Outcome.NONE
UNINTERRUPTIBLE = {"interruptible": False}
TWO_SPANS = [(0, 20), (50, 100)]


# Uninterruptible work


def test_uninterruptible_work_runs_through_the_end_of_a_shift(engine: Engine) -> None:
    """It is overtime: 8 seconds of it, after which the next visit waits for the next span."""
    works = [dossier(18, work(10, **UNINTERRUPTIBLE)), dossier(19, work(5, **UNINTERRUPTIBLE))]
    assert visits(engine, office(*works, teams=[team(TWO_SPANS)])) == [
        (0, 18, 18, 28, DONE),
        (0, 19, 50, 55, DONE),
    ]


def test_uninterruptible_work_is_never_handed_over(engine: Engine) -> None:
    """Though no span follows, and a colleague has nothing to do."""
    plan = office(
        dossier(18, work(10, **UNINTERRUPTIBLE)),
        teams=[team([(0, 20)]), team(always, rank=1)],
        handover_after_s=0,
    )
    assert visits(engine, plan) == [(0, 18, 18, 28, DONE)]
    assert pieces(engine, plan) == []


def test_overtime_that_reaches_into_the_next_span_goes_on(engine: Engine) -> None:
    """The person is idle from its completion, after a colleague who came at 50."""
    works = [dossier(19, work(41, **UNINTERRUPTIBLE)), dossier(60, work(5)), dossier(61, work(5))]
    people = team(TWO_SPANS, [(50, 100)])
    assert visits(engine, office(*works, teams=[people])) == [
        (0, 19, 19, 60, DONE),
        (1, 60, 60, 65, DONE),
        (0, 61, 61, 66, DONE),
    ]


def test_overtime_that_ends_when_the_next_span_begins_frees_the_person_then(engine: Engine) -> None:
    """Both people are idle since 50, so the lower number is asked first."""
    works = [dossier(19, work(31, **UNINTERRUPTIBLE)), dossier(50, work(5))]
    people = team(TWO_SPANS, [(50, 100)])
    assert visits(engine, office(*works, teams=[people])) == [
        (0, 19, 19, 50, DONE),
        (0, 50, 50, 55, DONE),
    ]


def test_nothing_is_taken_at_the_end_of_a_shift(engine: Engine) -> None:
    """A span is half-open: what comes at its last instant waits for the next."""
    assert visits(engine, office(dossier(20, work(5)), teams=[team(TWO_SPANS)])) == [
        (0, 20, 50, 55, DONE)
    ]


def test_something_is_taken_at_the_start_of_a_shift(engine: Engine) -> None:
    """Whether it comes at that instant or has waited for it."""
    works = [dossier(30, work(5)), dossier(50, work(5))]
    assert visits(engine, office(*works, teams=[team(TWO_SPANS, TWO_SPANS)])) == [
        (0, 30, 50, 55, DONE),
        (1, 50, 50, 55, DONE),
    ]


# Interruptible work


def test_work_completed_at_the_end_of_a_shift_is_in_time(engine: Engine) -> None:
    """It is done, and whoever did it takes nothing more."""
    works = [dossier(10, work(10)), dossier(11, work(5))]
    assert visits(engine, office(*works, teams=[team(TWO_SPANS)])) == [
        (0, 10, 10, 20, DONE),
        (0, 11, 50, 55, DONE),
    ]


def test_interrupted_work_is_resumed_by_the_same_person(engine: Engine) -> None:
    """At the next span's start and before anything else, for the seconds that remain."""
    works = [dossier(12, work(10, priority=1)), dossier(30, work(5, priority=0))]
    by_priority = (desk(Discipline.PRIORITY),)
    plan = office(*works, teams=[team(TWO_SPANS)], desks=by_priority)
    assert visits(engine, plan) == [(0, 12, 12, 52, DONE), (0, 30, 52, 57, DONE)]


def test_a_colleague_does_not_take_what_somebody_keeps(engine: Engine) -> None:
    """Person 1 is there all the time, and idle."""
    plan = office(dossier(12, work(10)), teams=[team(TWO_SPANS, desks=(0,)), team(always, rank=1)])
    assert visits(engine, plan) == [(0, 12, 12, 52, DONE)]
    assert pieces(engine, plan) == []


def test_work_may_be_interrupted_more_than_once(engine: Engine) -> None:
    """Twelve seconds need three spans of five."""
    spans = [(0, 5), (10, 15), (20, 25), (30, 35)]
    plan = office(dossier(0, work(12)), dossier(0, work(1)), teams=[team(spans)])
    assert visits(engine, plan) == [(0, 0, 0, 22, DONE), (0, 0, 22, 23, DONE)]


def test_a_rest_of_legal_time_up_to_the_limit_keeps_the_work(engine: Engine) -> None:
    """Of the 30 seconds off shift 10 are legal working time: exactly as many are still kept."""
    legal = [(0, 20), (25, 35)]
    plan = office(
        dossier(12, work(10)),
        teams=[team(TWO_SPANS), team(always, rank=1)],
        calendars=(legal,),
        handover_after_s=10,
    )
    assert visits(engine, plan) == [(0, 12, 12, 52, DONE)]


def test_a_longer_rest_hands_the_work_over_at_the_end_of_the_shift(engine: Engine) -> None:
    """One legal second more, and the colleague does the remaining 2 seconds at once."""
    legal = [(0, 20), (25, 36)]
    plan = office(
        dossier(12, work(10)),
        teams=[team(TWO_SPANS), team(always, rank=1)],
        calendars=(legal,),
        handover_after_s=10,
    )
    assert visits(engine, plan) == [(1, 12, 12, 22, DONE)]
    assert pieces(engine, plan) == [(0, 0, 12, 20), (0, 1, 20, 22)]


def test_work_is_handed_over_when_no_span_follows(engine: Engine) -> None:
    """However long one may keep it; nobody has it until another shift begins."""
    plan = office(dossier(12, work(10)), teams=[team([(0, 20)], [(60, 80)])])
    assert visits(engine, plan) == [(1, 12, 12, 62, DONE)]
    assert pieces(engine, plan) == [(0, 0, 12, 20), (0, 1, 60, 62)]


def test_whoever_hands_over_may_take_the_work_again(engine: Engine) -> None:
    """There is nobody else; it is a new piece."""
    plan = office(dossier(12, work(10)), teams=[team(TWO_SPANS)], handover_after_s=0)
    assert visits(engine, plan) == [(0, 12, 12, 52, DONE)]
    assert pieces(engine, plan) == [(0, 0, 12, 20), (0, 0, 50, 52)]


def test_handed_over_work_keeps_its_place_in_the_queue(engine: Engine) -> None:
    """It joined at 12 and goes before what joined at 13, though it is back only at 20."""
    works = [dossier(12, work(10)), dossier(13, work(5))]
    plan = office(*works, teams=[team(TWO_SPANS)], handover_after_s=0)
    assert visits(engine, plan) == [(0, 12, 12, 52, DONE), (0, 13, 52, 57, DONE)]


def test_by_actual_content_handed_over_work_still_keeps_its_key(engine: Engine) -> None:
    """Two seconds remain, but the key is the ten it joined with."""
    works = [dossier(12, work(10)), dossier(13, work(5))]
    by_actual = (desk(Discipline.SHORTEST_WORK, by_actual=True),)
    plan = office(*works, teams=[team(TWO_SPANS)], handover_after_s=0, desks=by_actual)
    assert [row.ended_s for row in visits(engine, plan)] == [57, 55]


def test_what_is_done_counts_by_efficiency_rounded_down(engine: Engine) -> None:
    """At 700 permille, 8 seconds do floor(5.6) = 5 of 10; at 300 the other 5 take ceil(16.7)."""
    teams = [
        team([(0, 20)], efficiency=(700,)),
        team(always, efficiency=(300,), rank=1),
    ]
    plan = office(dossier(12, work(10)), teams=teams)
    assert visits(engine, plan) == [(1, 12, 12, 37, DONE)]
    assert pieces(engine, plan) == [(0, 0, 12, 20), (0, 1, 20, 37)]


def test_at_least_a_second_of_work_is_handed_over(engine: Engine) -> None:
    """At 999 permille 1,000 seconds of work take 1,002; after 1,001 of them 999 are done."""
    teams = [team([(0, 1001)], efficiency=(999,)), team(always, rank=1)]
    plan = office(dossier(0, work(1000)), teams=teams)
    assert pieces(engine, plan) == [(0, 0, 0, 1001), (0, 1, 1001, 1001 + 1)]


def test_time_kept_overnight_counts_as_worked_at_a_later_handover(engine: Engine) -> None:
    """Five seconds in the first span and five in the second; no third follows, so 2 remain."""
    spans = [(0, 5), (10, 15)]
    plan = office(dossier(0, work(12)), teams=[team(spans), team([(40, 60)])])
    assert visits(engine, plan) == [(1, 0, 0, 42, DONE)]
    assert pieces(engine, plan) == [(0, 0, 0, 15), (0, 1, 40, 42)]


def test_pieces_are_in_order_of_their_beginning(engine: Engine) -> None:
    """Two visits, taken at 0 and 1, pass through the hands of four people; then by visit."""
    people = team([(0, 10)], [(0, 10)], [(20, 30)], [(20, 60)])
    plan = office(dossier(0, work(25)), dossier(1, work(11)), teams=[people])
    assert visits(engine, plan) == [(3, 0, 0, 35, DONE), (3, 1, 1, 22, DONE)]
    assert pieces(engine, plan) == [
        Piece(visit=0, person=0, started_s=0, ended_s=10),
        Piece(visit=1, person=1, started_s=1, ended_s=10),
        Piece(visit=0, person=2, started_s=20, ended_s=30),
        Piece(visit=1, person=3, started_s=20, ended_s=22),
        Piece(visit=0, person=3, started_s=30, ended_s=35),
    ]


def test_an_applicant_whose_service_was_interrupted_stays(engine: Engine) -> None:
    """Handed over at 20, they wait until 60, though patience was 5 and the hall holds nobody."""
    step = with_attempts(in_person(10, interruptible=True), (5, 1), (5, 1))
    plan = office(
        dossier(12, step), teams=[team([(0, 20)], [(60, 80)])], halls=(hall(waiting_room=0),)
    )
    assert visits(engine, plan)[0] == (1, 12, 12, 62, DONE)


# The end


def test_nothing_happens_at_the_end_or_later(engine: Engine) -> None:
    """A visit that would end at that instant has not ended; a dossier then is not there."""
    works = [dossier(90, work(10)), dossier(91, work(5)), dossier(100, work(5))]
    assert visits(engine, office(*works, teams=[team(always)], end_s=100)) == [
        (0, 90, 90, NEVER, NONE),
        (-1, 91, NEVER, NEVER, NONE),
        (-1, NEVER, NEVER, NEVER, NONE),
    ]


def test_work_kept_at_the_end_belongs_to_its_person(engine: Engine) -> None:
    """It is neither done nor handed over."""
    plan = office(dossier(12, work(10)), teams=[team([(0, 20), (200, 300)])], end_s=100)
    assert visits(engine, plan) == [(0, 12, 12, NEVER, NONE)]
    assert pieces(engine, plan) == []


def test_work_handed_over_at_the_end_shows_its_last_person(engine: Engine) -> None:
    """Whoever handed it over, until somebody takes it; a piece that has begun has no end."""
    waiting = office(dossier(12, work(10)), teams=[team([(0, 20)])], end_s=100)
    assert visits(engine, waiting) == [(0, 12, 12, NEVER, NONE)]
    assert pieces(engine, waiting) == [(0, 0, 12, 20)]
    taken = office(dossier(12, work(10)), teams=[team([(0, 20)], [(60, 80)])], end_s=61)
    assert visits(engine, taken) == [(1, 12, 12, NEVER, NONE)]
    assert pieces(engine, taken) == [(0, 0, 12, 20), (0, 1, 60, NEVER)]


def test_an_office_without_dossiers_or_people_does_nothing(engine: Engine) -> None:
    """Tables without rows are as good as any."""
    assert visits(engine, office(dossier(5), teams=[team([])])) == []

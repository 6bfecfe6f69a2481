"""Whom a desk serves next, and who serves: journals worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.semantics import Clock, DeadlineKind, Discipline, Outcome
from simulation.units import HOUR_S, NEVER
from tests.offices import (
    Submitted,
    always,
    delay,
    desk,
    dossier,
    fork,
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
    from tests.small_offices import Office

DONE = Outcome.DONE
BUSY_UNTIL = 10
"""Until here the only person is at the dossier that came first; then there is a choice."""


def starts(
    engine: Engine, *waiting: Submitted, by: Discipline, by_actual: bool = False
) -> list[int]:
    """When some dossiers of 10 seconds' work each start that have to wait at second 10."""
    first = dossier(0, work(BUSY_UNTIL))
    desks = (desk(by, by_actual=by_actual),)
    found = visits(engine, office(first, *waiting, teams=[team(always)], desks=desks))
    return [row.started_s for row in found[1:]]


# Disciplines


def test_first_come_serves_in_the_order_of_joining(engine: Engine) -> None:
    """Not in the order in which the dossiers were submitted: the first comes by a detour."""
    waiting = [dossier(1, delay(5), work(10)), dossier(2, work(10))]
    detour, early, late = starts(engine, *waiting, by=Discipline.FIRST_COME)
    assert (detour, early, late) == (1, 20, 10)


def test_last_come_serves_the_latest_first(engine: Engine) -> None:
    """A dossier that joins while others wait goes before them."""
    waiting = [dossier(1, work(10)), dossier(2, work(10)), dossier(15, work(10))]
    assert starts(engine, *waiting, by=Discipline.LAST_COME) == [30, 10, 20]


def test_earliest_due_serves_accepted_dossiers_by_their_due_instants(engine: Engine) -> None:
    """Accepted at once with 3, 1 and 2 hours of legal time; without a deadline comes last."""
    hours = [0, 3, 1, 2]
    kinds = [DeadlineKind.NONE] + [DeadlineKind.HOURS] * 3
    waiting = [
        dossier(1, delay(0, clock=Clock.STARTS), work(10), due=(kind, hour * HOUR_S))
        for kind, hour in zip(kinds, hours, strict=True)
    ]
    assert starts(engine, *waiting, by=Discipline.EARLIEST_DUE)[1::2] == [40, 30, 10, 20]


def test_before_acceptance_the_earliest_due_counts_from_joining(engine: Engine) -> None:
    """Accepted at 1 it would be due at 3,601, the other, accepted at 5, at 3,595."""
    waiting = [
        dossier(1, work(10), due=(DeadlineKind.HOURS, HOUR_S)),
        dossier(5, work(10), due=(DeadlineKind.HOURS, HOUR_S - 10)),
    ]
    assert starts(engine, *waiting, by=Discipline.EARLIEST_DUE) == [20, 10]


def test_a_carried_in_dossier_is_due_from_its_acceptance(engine: Engine) -> None:
    """It was accepted at second 0 and enters at 6, after one that is due later."""
    two_hours = (DeadlineKind.HOURS, 2 * HOUR_S)
    waiting = [
        dossier(5, work(10), due=two_hours),
        dossier(6, work(10), due=two_hours, accepted_s=0),
    ]
    assert starts(engine, *waiting, by=Discipline.EARLIEST_DUE) == [20, 10]


def test_a_key_does_not_change_after_joining(engine: Engine) -> None:
    """The first dossier would be due at 1 + 3,600; that it is accepted at 6 comes too late."""
    an_hour = (DeadlineKind.HOURS, HOUR_S)
    branches = fork([work(10)], [delay(5, clock=Clock.STARTS)])
    waiting = [dossier(1, *branches, due=an_hour), dossier(3, work(10), due=an_hour)]
    found = starts(engine, *waiting, by=Discipline.EARLIEST_DUE)
    assert [found[1], found[-1]] == [10, 20]


def test_shortest_work_goes_by_the_mean_of_the_step(engine: Engine) -> None:
    """Of the first the mean is shorter, though its own work is longer."""
    waiting = [dossier(1, work(30, mean_s=9)), dossier(1, work(5, mean_s=8))]
    assert starts(engine, *waiting, by=Discipline.SHORTEST_WORK) == [15, 10]


def test_shortest_work_can_go_by_the_actual_content(engine: Engine) -> None:
    """The means are then without meaning."""
    waiting = [dossier(1, work(30, mean_s=8)), dossier(1, work(5, mean_s=9))]
    assert starts(engine, *waiting, by=Discipline.SHORTEST_WORK, by_actual=True) == [15, 10]


def test_priority_serves_the_lowest_class_first(engine: Engine) -> None:
    """Within a class, in the order of joining."""
    classes = [2, 1, 2, 1]
    waiting = [dossier(1 + k, work(10, priority=p)) for k, p in enumerate(classes)]
    assert starts(engine, *waiting, by=Discipline.PRIORITY) == [30, 10, 40, 20]


def test_ties_go_by_the_time_of_joining_and_then_by_dossier(engine: Engine) -> None:
    """With one class for all, two that join at the same instant are served as numbered."""
    waiting = [
        dossier(1, delay(4), work(10)),
        dossier(2, delay(3), work(10)),
        dossier(4, work(10)),
    ]
    found = starts(engine, *waiting, by=Discipline.PRIORITY)
    assert [found[1], found[3], found[4]] == [20, 30, 10]


def test_what_joins_at_the_instant_at_which_somebody_becomes_idle_has_its_chance(
    engine: Engine,
) -> None:
    """The most urgent class comes at second 10 sharp and is taken before one that waits."""
    waiting = [dossier(1, work(10, priority=1)), dossier(10, work(10, priority=0))]
    assert starts(engine, *waiting, by=Discipline.PRIORITY) == [20, 10]


def test_an_applicant_who_has_left_is_not_served(engine: Engine) -> None:
    """The one who waited first is gone after 3 seconds; the next is served."""
    waiting = [
        dossier(1, with_attempts(in_person(10), (3, 1))),
        dossier(2, in_person(10)),
    ]
    found = starts(engine, *waiting, by=Discipline.FIRST_COME)
    assert found == [NEVER, 10]


# People


def served_by(engine: Engine, office: Office) -> list[tuple[int, int]]:
    """Who takes each visit, and when."""
    return [(row.person, row.started_s) for row in visits(engine, office)]


def test_those_who_start_together_are_asked_by_number(engine: Engine) -> None:
    """Both have been idle since their span began."""
    both = office(dossier(5, work(10)), dossier(5, work(10)), teams=[team(always, always)])
    assert served_by(engine, both) == [(0, 5), (1, 5)]


def test_who_has_been_idle_longest_is_asked_first(engine: Engine) -> None:
    """Person 0 is done at 30 and person 1 at 20, so person 1 takes what comes at 40."""
    works = [(0, 30), (0, 20), (40, 1)]
    both = office(*(dossier(at, work(w)) for at, w in works), teams=[team(always, always)])
    assert served_by(engine, both)[-1] == (1, 40)


def test_a_night_does_not_count_as_idle(engine: Engine) -> None:
    """Person 1 was done before person 0, but both are idle since the new span begins."""
    spans = [(0, 50), (100, 200)]
    works = [(0, 30), (0, 20), (150, 1)]
    both = office(*(dossier(at, work(w)) for at, w in works), teams=[team(spans, spans)])
    assert served_by(engine, both)[-1] == (0, 150)


def test_nobody_serves_off_shift_or_at_a_desk_of_others(engine: Engine) -> None:
    """The span begins at 20, and desk 1 has nobody who is there."""
    found = served_by(
        engine,
        office(
            dossier(5, work(10)),
            dossier(5, work(10, desk=1)),
            teams=[team([(20, 40)]), team([], desks=(1,))],
        ),
    )
    assert found == [(0, 20), (-1, NEVER)]


def test_a_desk_that_nobody_serves_keeps_what_joins(engine: Engine) -> None:
    """The visit is ready and that is all."""
    left = office(dossier(5, work(10, desk=1)), teams=[team(always)], desks=(desk(), desk()))
    assert visits(engine, left) == [(-1, 5, NEVER, NEVER, Outcome.NONE)]


def test_a_floater_looks_at_the_desks_in_order_of_preference(engine: Engine) -> None:
    """Desk 1 is preferred, so what joined later there is done first."""
    found = served_by(
        engine,
        office(
            dossier(0, work(10)),
            dossier(1, work(10)),
            dossier(2, work(10, desk=1)),
            teams=[team(always, desks=(1, 0))],
        ),
    )
    assert found == [(0, 0), (0, 20), (0, 10)]


def test_first_preferences_of_all_teams_go_before_second_ones(engine: Engine) -> None:
    """The floaters rank first, but desk 0 is their second preference, and its own team takes it."""
    found = served_by(
        engine,
        office(
            dossier(5, work(10)),
            teams=[team(always, desks=(1, 0), rank=0), team(always, desks=(0,), rank=1)],
        ),
    )
    assert found == [(1, 5)]


def test_a_second_preference_is_served_when_the_desks_own_people_are_busy(engine: Engine) -> None:
    """The second dossier goes to the floater, who has nothing to do at desk 1."""
    found = served_by(
        engine,
        office(
            dossier(5, work(10)),
            dossier(6, work(10)),
            teams=[team(always, desks=(1, 0)), team(always, desks=(0,), rank=1)],
        ),
    )
    assert found == [(1, 5), (0, 6)]


def test_within_a_level_the_lower_rank_is_asked_first(engine: Engine) -> None:
    """Whoever has been idle longer: ranks come before idle times."""
    late = [(4, 100)]
    found = served_by(
        engine, office(dossier(5, work(10)), teams=[team(always, rank=1), team(late, rank=0)])
    )
    assert found == [(1, 5)]


def test_equal_ranks_are_asked_by_number_of_the_team(engine: Engine) -> None:
    """The numbers of teams follow their names, so nothing depends on a scenario's order."""
    late = [(4, 100)]
    assert served_by(engine, office(dossier(5, work(10)), teams=[team(late), team(always)])) == [
        (0, 5)
    ]


def test_efficiency_is_that_of_the_team_at_the_desk(engine: Engine) -> None:
    """At 800 permille 10 seconds of work take 12.5, so 13; at 2,000, 5; at 333, 30.03, so 31."""
    works = [dossier(0, work(10)), dossier(50, work(10, desk=1)), dossier(99, work(10, desk=2))]
    one = team(always, desks=(0, 1, 2), efficiency=(800, 2000, 333))
    found = visits(engine, office(*works, teams=[one]))
    assert [row.ended_s - row.started_s for row in found] == [13, 5, 31]


def test_a_visit_goes_on_to_the_next_step_at_once(engine: Engine) -> None:
    """The second desk's visit joins when the first is done, and its person is free to take it."""
    found = visits(
        engine,
        office(
            dossier(0, work(10), work(5, desk=1)),
            dossier(0, work(10), work(5, desk=1)),
            teams=[team(always), team(always, desks=(1,))],
        ),
    )
    assert found == [
        (0, 0, 0, 10, DONE),
        (1, 10, 10, 15, DONE),
        (0, 0, 10, 20, DONE),
        (1, 20, 20, 25, DONE),
    ]


def test_who_is_done_may_take_the_next_step_too(engine: Engine) -> None:
    """Completion, the next visit's joining and its being taken are one instant."""
    one = team(always, desks=(0, 1))
    found = visits(engine, office(dossier(0, work(10), work(5, desk=1)), teams=[one]))
    assert found == [(0, 0, 0, 10, DONE), (0, 10, 10, 15, DONE)]


def test_one_queue_holds_visits_with_and_without_applicants(engine: Engine) -> None:
    """They share the desk in the order in which they joined."""
    found = visits(
        engine,
        office(
            dossier(0, work(10)),
            dossier(1, in_person(10)),
            dossier(2, work(10)),
            teams=[team(always)],
            halls=(hall(),),
        ),
    )
    assert [row.started_s for row in found] == [0, 10, 20]

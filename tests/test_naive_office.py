"""The second-by-second office: right where a hand can tell, and every engine equal to it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from simulation.journal import assert_same
from simulation.plan.arrays import DeskPlan, HallPlan
from simulation.semantics import Clock, Closing, DeadlineKind, Discipline, Kind, Outcome
from simulation.units import DAY_S, FAR, NEVER
from tests import naive_time
from tests.agreement import EVERYTHING, what_happened
from tests.naive import NaiveOffice, naive_office
from tests.naive_legal import Law, Seconds
from tests.small_offices import Cell, Dossier, Office, Row, Team, Visit, office_numbered, offices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulation.engines import Engine
    from simulation.tables import Journal

VisitRow: TypeAlias = tuple[int, int, int, int, Outcome]

DONE, NONE = Outcome.DONE, Outcome.NONE
ALL_DAY = [(0, 100)]
RANDOM_OFFICES = 800


def visits_of(office: Office) -> list[VisitRow]:
    """What the naive office writes down: (person, ready_s, started_s, ended_s, outcome)."""
    journal = naive_office(*office.tables())
    columns = (journal.person, journal.ready_s, journal.started_s, journal.ended_s)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(*row, Outcome(outcome)) for row, outcome in zip(rows, journal.outcome, strict=True)]


def pieces_of(office: Office) -> list[tuple[int, int, int, int]]:
    """What it writes down of handovers: (visit, person, started_s, ended_s)."""
    pieces = naive_office(*office.tables()).pieces
    columns = (pieces.visit, pieces.person, pieces.started_s, pieces.ended_s)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def one_desk(
    works: Iterable[int],
    *people: list[tuple[int, int]],
    row: Row = Row(desk=0),  # noqa: B008  frozen
    handover_after_s: int = FAR,
    hall: HallPlan | None = None,
) -> Office:
    """Dossiers that come at second 0 for one visit at the only desk."""
    return Office(
        end_s=100,
        cells=(Cell((row,)),),
        dossiers=tuple(Dossier((Visit(0, work_s),)) for work_s in works),
        teams=(Team(people),),
        calendars=(ALL_DAY,),
        handover_after_s=handover_after_s,
        halls=() if hall is None else (hall,),
    )


# By hand


def test_one_person_serves_in_order_of_arrival_without_a_pause() -> None:
    """The next visit starts at the very second at which the one before ends."""
    assert visits_of(one_desk([3, 2], ALL_DAY)) == [(0, 0, 0, 3, DONE), (0, 0, 3, 5, DONE)]


def test_of_two_people_idle_equally_long_the_lower_number_takes_the_first() -> None:
    """Then the one who has been idle longest: person 1 is free at 2, person 0 at 3."""
    assert visits_of(one_desk([3, 2, 9, 9], ALL_DAY, ALL_DAY)) == [
        (0, 0, 0, 3, DONE),
        (1, 0, 0, 2, DONE),
        (1, 0, 2, 11, DONE),
        (0, 0, 3, 12, DONE),
    ]


def test_uninterruptible_work_runs_over_the_end_of_the_span() -> None:
    """The visit of 15 s ends in overtime, and the next waits for the next span."""
    office = one_desk([15, 1], [(0, 10), (20, 40)])
    assert visits_of(office) == [(0, 0, 0, 15, DONE), (0, 0, 20, 21, DONE)]


def test_interrupted_work_is_kept_for_the_next_span() -> None:
    """Of 15 s, 10 are done before the break from 10 to 20, and 5 after it."""
    office = one_desk([15, 1], [(0, 10), (20, 40)], row=Row(desk=0, interruptible=True))
    assert visits_of(office) == [(0, 0, 0, 25, DONE), (0, 0, 25, 26, DONE)]
    assert pieces_of(office) == []


def test_completion_at_the_end_of_the_span_is_in_time() -> None:
    """Work of 10 s in a span of 10 s is neither interrupted nor handed over."""
    office = one_desk([10], [(0, 10)], row=Row(desk=0, interruptible=True), handover_after_s=0)
    assert visits_of(office) == [(0, 0, 0, 10, DONE)]


def test_work_handed_over_goes_on_at_another_speed() -> None:
    """Of a content of 30, one does 10 in 10 s; the other, twice as fast, the rest in 10 s more."""
    office = Office(
        end_s=100,
        cells=(Cell((Row(desk=0, interruptible=True),)),),
        dossiers=(Dossier((Visit(0, 30),)),),
        teams=(
            Team(([(0, 10), (50, 60)],)),
            Team(([(5, 40)],), efficiency_permille=(2000,)),
        ),
        calendars=(ALL_DAY,),
        handover_after_s=39,  # one less than the legal seconds off, from 10 to 50
    )
    assert visits_of(office) == [(1, 0, 0, 20, DONE)]
    assert pieces_of(office) == [(0, 0, 0, 10), (0, 1, 10, 20)]


def test_work_handed_over_that_nobody_takes_stays_with_the_name_of_the_last() -> None:
    """The visit has its person and start, one closed piece, and no end."""
    office = one_desk([30], [(0, 10)], row=Row(desk=0, interruptible=True))
    assert visits_of(office) == [(0, 0, 0, NEVER, NONE)]
    assert pieces_of(office) == [(0, 0, 0, 10)]


def test_who_comes_up_at_closing_is_served_and_who_does_not_leaves() -> None:
    """At 10 the first visit ends, the second is taken, the session ends, and the third leaves."""
    hall = HallPlan(0, Closing.SESSION, -1, -1, tickets_per_day=False, return_working=False)
    office = one_desk([10, 9, 9], ALL_DAY, row=Row(desk=0, hall=0), hall=hall)
    office = Office(**{**vars(office), "calendars": ([(0, 10), (90, 120)],)})
    assert visits_of(office) == [
        (0, 0, 0, 10, DONE),
        (0, 0, 10, 19, DONE),
        (-1, 0, NEVER, 10, Outcome.CLOSED),
    ]


def test_a_waiting_room_of_one_keeps_the_earliest() -> None:
    """One is at the desk, one may wait, and of those who came together the last two leave."""
    hall = HallPlan(0, Closing.NONE, 1, -1, tickets_per_day=False, return_working=False)
    office = one_desk([10, 10, 10, 10], ALL_DAY, row=Row(desk=0, hall=0), hall=hall)
    assert [row[3:] for row in visits_of(office)] == [
        (10, DONE),
        (20, DONE),
        (0, Outcome.FULL),
        (0, Outcome.FULL),
    ]


def test_who_gets_no_ticket_comes_back_until_a_session_has_one() -> None:
    """The second applicant is refused at 0 and at 1, and is let in by the session from 20."""
    hall = HallPlan(0, Closing.NONE, -1, 1, tickets_per_day=False, return_working=False)
    attempts = tuple(Visit(0, 4, k, return_s=back) for k, back in enumerate([1, 11, 1]))
    office = Office(
        end_s=100,
        cells=(Cell((Row(desk=0, hall=0),)),),
        dossiers=(Dossier((Visit(0, 4),)), Dossier(attempts)),
        teams=(Team((ALL_DAY,)),),
        calendars=([(0, 10), (20, 30)],),
        halls=(hall,),
    )
    assert visits_of(office) == [
        (0, 0, 0, 4, DONE),
        (-1, 0, NEVER, 0, Outcome.NO_TICKET),
        (-1, 1, NEVER, 1, Outcome.NO_TICKET),
        (0, 20, 20, 24, DONE),
    ]


def test_the_join_waits_for_the_last_branch() -> None:
    """Beside work of 5 s, a delay and a departure end at 8: the JOIN and what is behind it too."""
    route = (
        Row(Kind.FORK),
        Row(desk=0, branch=1),
        Row(Kind.DELAY, branch=2),
        Row(Kind.DEPARTURE, timetable=0, branch=2),
        Row(Kind.JOIN),
        Row(Kind.DELAY),
    )
    office = Office(
        end_s=100,
        cells=(Cell(route),),
        dossiers=(Dossier(tuple(map(Visit, range(6), [0, 5, 6, 0, 0, 0]))),),
        teams=(Team((ALL_DAY,)),),
        timetables=((5, 8, 11),),
    )
    assert visits_of(office) == [
        (-1, 0, 0, 0, DONE),
        (0, 0, 0, 5, DONE),
        (-1, 0, 0, 6, DONE),
        (-1, 6, 6, 8, DONE),
        (-1, 8, 8, 8, DONE),
        (-1, 8, 8, 8, DONE),
    ]


@pytest.mark.parametrize(
    ("restarts", "until_s"),
    [
        pytest.param(False, DAY_S + 15, id="pause adds the 3 legal seconds from 6 to 9"),
        pytest.param(True, DAY_S + 17, id="restart counts 20 from 9: 1 today, 19 tomorrow"),
    ],
)
def test_a_supplement_moves_the_delay_anchored_on_the_due_instant(
    *, restarts: bool, until_s: int
) -> None:
    """Accepted at 4, due after 20 legal seconds at DAY+14; two legal seconds before it we go on."""
    route = (
        Row(desk=0, clock=Clock.STARTS),
        Row(Kind.DELAY),
        Row(Kind.DELAY, clock=Clock.PAUSES),
        Row(Kind.DELAY, from_due=True, offset_s=-2),
    )
    office = Office(
        end_s=DAY_S + 100,
        cells=(Cell(route, 0, 0, DeadlineKind.WORKING_DAYS, 20, restarts=restarts),),
        dossiers=(Dossier((Visit(0, 4), Visit(1, 2), Visit(2, 3), Visit(3))),),
        teams=(Team((ALL_DAY,)),),
        calendars=([(0, 10), (DAY_S, DAY_S + 50)],),
    )
    assert [row[3] for row in visits_of(office)] == [4, 6, 9, until_s]


@pytest.mark.parametrize(
    ("discipline", "order"),
    [
        (Discipline.FIRST_COME, [0, 1, 2, 3]),
        (Discipline.LAST_COME, [0, 3, 2, 1]),
        (Discipline.SHORTEST_WORK, [0, 3, 2, 1]),
        (Discipline.PRIORITY, [0, 3, 1, 2]),
        (Discipline.EARLIEST_DUE, [0, 2, 3, 1]),
    ],
)
def test_each_discipline_has_its_order(discipline: Discipline, order: list[int]) -> None:
    """Three dossiers come at 1, 2 and 3 while the desk is busy; each kind has its own marks."""
    rows = [Row(desk=0, priority=p, mean_s=m) for p, m in [(0, 0), (1, 9), (1, 8), (0, 7)]]
    office = Office(
        end_s=100,
        cells=tuple(
            Cell((row,), 0, number, DeadlineKind.HOURS, amount)
            for number, (row, amount) in enumerate(zip(rows, [0, 90, 10, 20], strict=True))
        ),
        dossiers=tuple(Dossier((Visit(0, 10),), number, number) for number in range(4)),
        teams=(Team((ALL_DAY,)),),
        calendars=(ALL_DAY,),
        desks=(DeskPlan(discipline, by_actual=False),),
    )
    started = [row[2] for row in visits_of(office)]
    assert sorted(range(4), key=started.__getitem__) == order


# The oracle's own footing

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4)


@given(spans, st.integers(0, 70), st.integers(0, 70))
def test_a_list_of_open_seconds_answers_like_a_walk(
    drawn: list[tuple[int, int]], t: int, work: int
) -> None:
    """`Seconds` adds, subtracts, measures and looks for the next opening as `naive_time` does."""
    calendar = Seconds(drawn)
    assert calendar.measure(t, work) == naive_time.measure(drawn, t, work)
    assert calendar.add(t, work) == naive_time.add(drawn, t, work)
    assert calendar.subtract(t, work) == naive_time.subtract(drawn, t, work)
    assert calendar.next_open(t) == naive_time.next_open(drawn, t)


@pytest.mark.parametrize(
    ("accepted_s", "cutoff_s", "start_s"),
    [
        (20, DAY_S, 20),
        (21, DAY_S, DAY_S + 10),
        (15, 15, 15),
        (16, 15, DAY_S + 10),
        (5, 15, 5),
        (DAY_S + 21, DAY_S, 3 * DAY_S + 10),
        (2 * DAY_S + 12, DAY_S, 3 * DAY_S + 10),
        (3 * DAY_S + 21, DAY_S, NEVER),
    ],
)
def test_the_clock_starts_at_once_or_on_the_next_working_day(
    accepted_s: int, cutoff_s: int, start_s: int
) -> None:
    """The cutoff itself still counts; with hours from 10 to 20 on days 0, 1 and 3."""
    legal = Seconds([(day * DAY_S + 10, day * DAY_S + 20) for day in [0, 1, 3]])
    assert Law(legal, cutoff_s).clock_start(accepted_s) == start_s


@settings(max_examples=25)
@given(offices(days=0))
def test_quiet_seconds_are_quiet(office: Office) -> None:
    """Looking for something to do at every second finds nothing more."""
    tables = office.tables()
    everything = naive_office(*tables, every_second=True)
    assert_same(everything, naive_office(*tables), tables[1])


# Every engine


@pytest.fixture(scope="module")
def worked() -> list[tuple[Office, NaiveOffice, Journal]]:
    """Many offices at random, worked second by second."""
    made = [office_numbered(number) for number in range(RANDOM_OFFICES)]
    naive = [NaiveOffice(*office.tables()) for office in made]
    for office in naive:
        office.run()
    return [(a, b, b.journal()) for a, b in zip(made, naive, strict=True)]


def test_small_offices_hold_everything(worked: list[tuple[Office, NaiveOffice, Journal]]) -> None:
    """Each thing that can happen in an office happens in at least five of the random ones."""
    happened: Counter[str] = Counter()
    for office, naive, _ in worked:
        happened.update(what_happened(office, naive))
    assert {thing: happened[thing] for thing in EVERYTHING if happened[thing] < 5} == {}


def test_engines_equal_the_naive_office(
    engine: Engine, worked: list[tuple[Office, NaiveOffice, Journal]]
) -> None:
    """On the offices that hold everything, integer for integer."""
    for number, (office, _, journal) in enumerate(worked):
        tables = office.tables()
        try:
            assert_same(engine(*tables), journal, tables[1])
        except AssertionError as error:
            error.add_note(f"in office_numbered({number})")
            raise


@settings(max_examples=300)
@given(office=offices())
def test_engines_equal_the_naive_office_on_any(engine: Engine, office: Office) -> None:
    """On whatever office Hypothesis thinks of, which it would make as small as it can."""
    note(repr(office))
    tables = office.tables()
    assert_same(engine(*tables), naive_office(*tables), tables[1])

"""The parts of the reference engine's office: its papers, events, people, desks and dates.

They hold state and know the small rules that need nothing else; `reference` puts them to work.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from heapq import heappop
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import simpy
from simpy.events import NORMAL, EventPriority

from simulation.legal import LegalClock, after_supplement_one, due_one
from simulation.semantics import Outcome
from simulation.tables import Attendance, Demand, Journal, Pieces
from simulation.units import FAR, NEVER
from simulation.worktime import add_one, measure_one, subtract_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from simulation.plan.arrays import Ints, ServicePlan, TeamPlan


class Row(NamedTuple):
    """What a visit is: one entry of the plan's `Rows`."""

    kind: int
    desk: int
    hall: int
    interruptible: bool
    priority: int
    mean_s: int
    clock: int
    from_due: bool
    offset_s: int
    calendar: int
    timetable: int
    branch: int


class Deadline(NamedTuple):
    """How dossiers of a cell are due: one entry of the plan's `Cells`."""

    deadline_kind: int
    deadline_amount: int
    restarts: bool


def entries(table: object, fields: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The entries of a table of columns, as tuples of some of its fields."""
    return zip(*(getattr(table, name).tolist() for name in fields), strict=True)


class Papers:
    """What each dossier and each visit asks for, and what is written down of it: the journal.

    Columns are memoryviews of the arrays of `Demand` and `Journal`: Python reads and writes single
    numbers faster through these than in an array, and they hold no objects, which lists would do.
    """

    def __init__(self, plan: ServicePlan, demand: Demand) -> None:
        self.deadlines = [Deadline(*entry) for entry in entries(plan.cells, Deadline._fields)]
        self.cell = view(demand.cell)
        self.submitted_s = view(demand.submitted_s)
        self.accepted_s = view(demand.accepted_s.copy())
        self.due_s = view(np.full(demand.dossiers, FAR, np.int64))
        self.visit_ptr = view(demand.visit_ptr)

        self.rows = [Row(*entry) for entry in entries(plan.rows, Row._fields)]
        self.row = view(demand.row)
        self.attempt = view(demand.attempt)
        self.work_s = view(demand.work_s)
        self.patience_s = view(demand.patience_s)
        self.return_s = view(demand.return_s)

        self._journal = Journal(
            person=np.full(demand.visits, -1, np.int32),
            ready_s=np.full(demand.visits, NEVER, np.int64),
            started_s=np.full(demand.visits, NEVER, np.int64),
            ended_s=np.full(demand.visits, NEVER, np.int64),
            outcome=np.full(demand.visits, Outcome.NONE, np.int8),
            pieces=pieces_of([]),
        )
        self.person = view(self._journal.person)
        self.ready_s = view(self._journal.ready_s)
        self.started_s = view(self._journal.started_s)
        self.ended_s = view(self._journal.ended_s)
        self.outcome = view(self._journal.outcome)
        self.pieces: list[tuple[int, int, int, int]] = []

    def row_of(self, v: int) -> Row:
        """What a visit is."""
        return self.rows[self.row[v]]

    def deadline_of(self, d: int) -> Deadline:
        """How a dossier is due."""
        return self.deadlines[self.cell[d]]

    def journal(self, unfinished: list[tuple[int, int, int, int]]) -> Journal:
        """The journal, with the pieces that people are at."""
        return replace(self._journal, pieces=pieces_of(sorted(self.pieces + unfinished)))


def view(column: NDArray[np.signedinteger]) -> memoryview[int]:
    """A column as a sequence of plain integers."""
    return np.ascontiguousarray(column).data


def pieces_of(pieces: list[tuple[int, int, int, int]]) -> Pieces:
    """The table of some pieces, which are (taken_s, visit, person, ended_s)."""
    taken_s, visit, person, ended_s = np.array(pieces, np.int64).reshape(-1, 4).T.copy()
    return Pieces(visit, person.astype(np.int32), taken_s, ended_s)


class Moment(simpy.Event):
    """An event some seconds from now, in a given phase of its instant; it may call an action."""

    def __init__(
        self,
        env: simpy.Environment,
        phase: int,
        after_s: int = 0,
        action: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        if action is not None:
            self.callbacks.append(lambda _: action())
        env.schedule(self, EventPriority(NORMAL + phase), after_s)


class Visit(simpy.Event):
    """A visit to a desk. The event is its end; its value is the outcome.

    SimPy calls an event *triggered* as soon as it is certain when it will happen: a visit is, once
    its applicant leaves, or once somebody is at it who will not be interrupted before its end.

    Attributes:
        d, v, row: Numbers of dossier and visit, and what it is.
        key: Its place in the queue.
        work_s: Content that remains, as long as nobody has it.
        person, efficiency: Who has it, and how fast they are.
        taken_s, resumed_s: Since when they have it, and since when they are at it.
        needs_s, left_s: Seconds they need for it in all, and from ``resumed_s`` on.
        handed_over: Somebody has passed it on unfinished.
    """

    def __init__(self, env: simpy.Environment, d: int, v: int, row: Row, work_s: int) -> None:
        super().__init__(env)
        self.d, self.v, self.row, self.work_s = d, v, row, work_s
        self.key = (0, 0, 0)
        self.person: Person
        self.efficiency = self.taken_s = self.resumed_s = self.needs_s = self.left_s = 0
        self.handed_over = False

    def ends(self, outcome: Outcome, after_s: int = 0) -> None:
        """It is certain now that it ends, in so many seconds."""
        self._ok, self._value = True, outcome
        self.env.schedule(self, delay=after_s)

    def piece(self, ended_s: int) -> tuple[int, int, int, int]:
        """The part of it done by the person who has it."""
        return self.taken_s, self.v, self.person.number, ended_s


@dataclass(eq=False, slots=True)
class Person:
    """Somebody: the span of attendance they are (or were last) in, and the visit they have.

    ``idle_since_s`` is NEVER while they are busy or off shift.
    """

    number: int
    team: Team
    span: int
    until_s: int = NEVER
    idle_since_s: int = NEVER
    visit: Visit | None = None


@dataclass(eq=False, slots=True)
class Team:
    """Idle people by (idle since, number), and the team's turns in a dispatch."""

    idle: list[tuple[int, int, Person]] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)

    def somebody_idle(self) -> bool:
        """Whether somebody heads the list; forgets those whose shift has ended meanwhile."""
        while self.idle and self.idle[0][0] != self.idle[0][2].idle_since_s:
            heappop(self.idle)
        return bool(self.idle)


@dataclass(eq=False, slots=True)
class Desk:
    """Waiting visits by their keys, and the turns of the teams that serve the desk."""

    discipline: int
    by_actual: bool
    queue: list[tuple[int, int, int, Visit]] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)

    def something_waits(self) -> bool:
        """Whether a visit heads the queue; forgets those whose applicant has left meanwhile."""
        while self.queue and self.queue[0][3].triggered:
            heappop(self.queue)
        return bool(self.queue)


def order_of_turns(teams: Sequence[TeamPlan]) -> list[tuple[int, int]]:
    """Turns of a dispatch as (team, level of preference), by (level, rank, team)."""
    turns = [(t, level) for t, team in enumerate(teams) for level in range(len(team.desks))]
    return sorted(turns, key=lambda turn: (turn[1], teams[turn[0]].rank, turn[0]))


def by_instant(at_s: Ints, attendance: Attendance) -> Iterator[tuple[int, list[int]]]:
    """Instants at which spans begin (or end), in order, with the people whose spans these are."""
    people = np.repeat(np.arange(len(attendance.person_ptr) - 1), np.diff(attendance.person_ptr))
    in_order = np.argsort(at_s, kind="stable")
    instants_s, first = np.unique(at_s[in_order], return_index=True)
    groups = np.split(people[in_order], first[1:])
    for instant_s, group in zip(instants_s.tolist(), groups, strict=False):
        yield instant_s, group.tolist()


class Dates:
    """What the calendars and timetables of a plan say."""

    def __init__(self, plan: ServicePlan) -> None:
        self._calendars = [calendar.lists for calendar in plan.calendars]
        self._legal = self._calendars[plan.legal]
        self._clock = LegalClock(plan.calendars[plan.legal], plan.cutoff_s).plain
        self._timetables = [timetable.tolist() for timetable in plan.timetables]

    def due(self, deadline: Deadline, accepted_s: int) -> int:
        """When a dossier accepted at some instant is due."""
        kind, amount, _ = deadline
        return due_one(self._clock, kind, amount, accepted_s)

    def due_after_pause(self, deadline: Deadline, due_s: int, from_s: int, to_s: int) -> int:
        """When a dossier is due after a pause."""
        return after_supplement_one(self._clock, *deadline, due_s, from_s, to_s)

    def legal_s(self, from_s: int, to_s: int) -> int:
        """Legal working seconds between two instants."""
        return measure_one(*self._legal, from_s, to_s)

    def end_of_delay(self, row: Row, ready_s: int, length_s: int, due_s: int) -> int:
        """When a delay ends, or NEVER."""
        anchor_s = ready_s
        if row.from_due and due_s != FAR:
            move = add_one if row.offset_s >= 0 else subtract_one
            moved_s = move(*self._legal, due_s, abs(row.offset_s))
            anchor_s = max(ready_s, moved_s)  # NEVER is before any instant
        if row.calendar < 0:
            return anchor_s + length_s
        return add_one(*self._calendars[row.calendar], anchor_s, length_s)

    def next_departure(self, timetable: int, ready_s: int) -> int:
        """The first departure at or after an instant, or NEVER."""
        departures_s = self._timetables[timetable]
        k = bisect_left(departures_s, ready_s)
        return departures_s[k] if k < len(departures_s) else NEVER

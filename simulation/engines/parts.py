"""The parts of the reference engine's office: events, people, teams and desks.

They hold state and know the small rules that need nothing else; `reference` puts them to work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from heapq import heappop
from typing import TYPE_CHECKING

import numpy as np
import simpy
from simpy.events import NORMAL, EventPriority

from simulation.semantics import Outcome, queue_key
from simulation.units import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simulation.engines.papers import Row
    from simulation.plan.arrays import Ints, ServicePlan, TeamPlan
    from simulation.tables import Attendance


class Phase(IntEnum):
    """Order of what happens at one instant: the phases of `simulation.semantics`, lower first."""

    ABSORB = 0
    ARRIVE = 1
    END_OF_ATTENDANCE = 2
    START_OF_ATTENDANCE = 3
    DISPATCH = 4
    PATIENCE_ENDS = 5
    SESSION_ENDS = 6
    ROOM_IS_FULL = 7


class Moment(simpy.Event):
    """An event some seconds from now, in a given phase of its instant; it may call an action."""

    def __init__(
        self,
        env: simpy.Environment,
        phase: Phase,
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

    def place_of(self, visit: Visit, now_s: int, due_s: int) -> tuple[int, int, int]:
        """The key of a visit that joins now."""
        work_s = visit.work_s if self.by_actual else visit.row.mean_s
        first = queue_key(self.discipline, now_s, due_s, work_s, visit.row.priority)
        return first, now_s, visit.v

    def something_waits(self) -> bool:
        """Whether a visit heads the queue; forgets those whose applicant has left meanwhile."""
        while self.queue and self.queue[0][3].triggered:
            heappop(self.queue)
        return bool(self.queue)


def turns_of(
    plans: Sequence[TeamPlan], teams: Sequence[Team], desks: Sequence[Desk]
) -> list[tuple[Team, Desk, int]]:
    """The turns of a dispatch, by (level of preference, rank, team): whose, where, how fast."""
    order = [
        (level, plan.rank, number)
        for number, plan in enumerate(plans)
        for level in range(len(plan.desks))
    ]
    turns = []
    for turn, (level, _, number) in enumerate(sorted(order)):
        team, desk = teams[number], desks[plans[number].desks[level]]
        turns.append((team, desk, plans[number].efficiency_permille[level]))
        team.turns.append(turn)
        desk.turns.append(turn)
    return turns


def people_of(plan: ServicePlan, attendance: Attendance, teams: Sequence[Team]) -> list[Person]:
    """Everybody, before their first span."""
    first_span = attendance.person_ptr.tolist()
    return [
        Person(number, teams[team], first_span[number] - 1)
        for number, team in enumerate(plan.person_team)
    ]


def by_instant(at_s: Ints, attendance: Attendance) -> Iterator[tuple[int, list[int]]]:
    """Instants at which spans begin (or end), in order, with the people whose spans these are."""
    people = np.repeat(np.arange(len(attendance.person_ptr) - 1), np.diff(attendance.person_ptr))
    in_order = np.argsort(at_s, kind="stable")
    instants_s, first = np.unique(at_s[in_order], return_index=True)
    groups = np.split(people[in_order], first[1:])
    for instant_s, group in zip(instants_s.tolist(), groups, strict=False):
        yield instant_s, group.tolist()

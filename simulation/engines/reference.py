"""The reference engine: the office as SimPy processes, written to be read.

SimPy in one paragraph. An *environment* keeps events, sorted by (instant, priority, order of
scheduling), and lets them happen one after the other. A *process* is a generator: it runs until it
yields an event, and goes on when that event happens, with the event's value. A process is an event
too: its end. ``env.timeout(n)`` is an event n seconds from now. An event may have *callbacks*,
functions that are called when it happens. That is all of SimPy that is used here.

The model in one paragraph. A dossier is a process that does its visits one after the other. A visit
to a desk is an event (`Visit`): it waits in the desk's queue, and it happens when somebody has done
the work, or when the applicant leaves (`Hall`). People are set to work by `Office.dispatch`, which
is called once at every instant at which somebody became idle or something began to wait.

The outcome must not depend on the order in which SimPy takes the events of one instant. Therefore
an instant has phases (`semantics`), and here these are event priorities (`Phase`). SimPy's own
events have the priority ``NORMAL``: they are the first phase, which lasts as long as its events
cause others at the same instant. Whatever belongs into a later phase waits for a `Moment`.

Throughout, ``d`` is the number of a dossier and ``v`` the number of a visit.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import simpy

from simulation.engines.hall import Hall
from simulation.engines.papers import Clocks, Dates, Papers
from simulation.engines.parts import (
    Desk,
    Moment,
    Phase,
    Team,
    Visit,
    by_instant,
    people_of,
    turns_of,
)
from simulation.semantics import Discipline, Kind, Outcome, done_work_s, duration_s
from simulation.units import FAR, NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simulation.engines.parts import Person
    from simulation.plan.arrays import Ints, ServicePlan
    from simulation.tables import Attendance, Demand, Journal

    Process: TypeAlias = Generator[simpy.Event, Any, None]
    Passage: TypeAlias = Generator[simpy.Event, Any, int]


def run(service: ServicePlan, demand: Demand, attendance: Attendance) -> Journal:
    """Let the office work until the end of the horizon, as docs/semantics.md says."""
    office = Office(service, demand, attendance)
    office.work_until(service.horizon.end_s)
    return office.journal()


class Office:
    """People, desks and halls, and the dossiers on their way through them."""

    def __init__(self, plan: ServicePlan, demand: Demand, attendance: Attendance) -> None:
        self.env = simpy.Environment()
        self.plan, self.attendance = plan, attendance
        self.papers = Papers(plan, demand)
        self.clocks, self.dates = Clocks(plan, demand), Dates(plan)
        self.halls = [
            Hall(self.env, hall, plan.calendars[hall.calendar], self.join_queue)
            for hall in plan.halls
        ]
        self.desks = [Desk(desk.discipline, desk.by_actual) for desk in plan.desks]
        self.teams = [Team() for _ in plan.teams]
        self.people = people_of(plan, attendance, self.teams)
        # In each turn of a dispatch one team looks at one desk, working with some efficiency.
        self.turns = turns_of(plan.teams, self.teams, self.desks)
        self.turns_to_take: set[int] = set()

    def work_until(self, end_s: int) -> None:
        """Start what goes on of itself, and let things happen before an instant."""
        begins_s, ends_s = self.attendance.begin_s, self.attendance.end_s
        self.env.process(self.arrivals())
        self.env.process(self.shifts(ends_s, Phase.END_OF_ATTENDANCE, self.shift_ends))
        self.env.process(self.shifts(begins_s, Phase.START_OF_ATTENDANCE, self.shift_begins))
        self.env.run(until=end_s)

    def journal(self) -> Journal:
        """What has happened so far."""
        at_work = [person.visit for person in self.people if person.visit is not None]
        return self.papers.journal([visit.piece(NEVER) for visit in at_work if visit.handed_over])

    @property
    def now_s(self) -> int:
        """The instant it is."""
        return cast("int", self.env.now)

    def at(self, instant_s: int) -> simpy.Event:
        """An event of the first phase; at NEVER it does not happen."""
        return self.env.event() if instant_s == NEVER else self.env.timeout(instant_s - self.now_s)

    # Dossiers

    def arrivals(self) -> Process:
        """Every dossier enters when it is submitted."""
        papers = self.papers
        for d, submitted_s in enumerate(papers.submitted_s):
            if submitted_s > self.now_s:
                yield self.at(submitted_s)
            self.env.process(self.way(d, papers.visit_ptr[d], papers.visit_ptr[d + 1]))

    def way(self, d: int, v: int, behind: int) -> Process:
        """A whole dossier, or a branch of it: the visits from v up to the one behind them."""
        while v < behind:
            row = self.papers.row_of(v)
            if row.kind == Kind.FORK:
                v = yield from self.fork(d, v)
            elif row.hall >= 0:
                v = yield from self.in_person(d, v, behind)
            else:
                yield from self.visit(d, v)
                v += 1

    def visit(self, d: int, v: int) -> Process:
        """A visit without an applicant; a fork or a join passes at once."""
        papers, row, ready_s = self.papers, self.papers.row_of(v), self.now_s
        papers.ready_s[v] = ready_s
        if row.kind == Kind.WORK:
            visit = Visit(self.env, d, v, row, papers.work_s[v])
            self.join_queue(visit)
            yield visit
            self.release(visit)
        else:
            papers.started_s[v] = ready_s
        if row.kind == Kind.DELAY:
            due_s, length_s = self.clocks.due_s[d], papers.work_s[v]
            yield self.at(self.dates.end_of_delay(row, ready_s, length_s, due_s))
        elif row.kind == Kind.DEPARTURE:
            yield self.at(self.dates.next_departure(row.timetable, ready_s))
        self.done(d, v)

    def fork(self, d: int, v: int) -> Passage:
        """A fork, and its branches side by side; returns the visit behind them, the join."""
        yield from self.visit(d, v)
        v += 1
        branches = []
        while (end := self.papers.end_of_branch(v)) > v:
            branches.append(self.env.process(self.way(d, v, end)))
            v = end
        yield self.env.all_of(branches)
        return v

    def in_person(self, d: int, v: int, behind: int) -> Passage:
        """An applicant's attempts, until served or lost; returns the visit to go on with."""
        papers, row = self.papers, self.papers.row_of(v)
        hall = self.halls[row.hall]
        comes_s = hall.opens_s(self.now_s)
        while True:
            if comes_s != self.now_s:
                yield self.at(comes_s)
            papers.ready_s[v] = comes_s
            visit = Visit(self.env, d, v, row, papers.work_s[v])
            hall.come(visit, papers.patience_s[v])
            outcome = yield visit
            if outcome == Outcome.DONE:
                break
            papers.ended_s[v], papers.outcome[v] = self.now_s, outcome
            v += 1
            if v == behind or papers.attempt[v] == 0:
                return behind  # lost
            comes_s = hall.back_s(papers.return_s[v - 1])
        self.release(visit)
        self.done(d, v)
        v += 1
        while v < behind and papers.attempt[v] > 0:
            v += 1
        return v

    def done(self, d: int, v: int) -> None:
        """A visit is done, and the legal clock takes notice."""
        papers, now_s = self.papers, self.now_s
        papers.ended_s[v], papers.outcome[v] = now_s, Outcome.DONE
        flags = papers.row_of(v).clock
        if flags:  # of few visits
            self.clocks.turn(d, flags, papers.ready_s[v], now_s)

    # Desks

    def join_queue(self, visit: Visit) -> None:
        """A visit joins the queue of its desk, with a key that it keeps."""
        desk, due_s = self.desks[visit.row.desk], FAR
        if desk.discipline == Discipline.EARLIEST_DUE:
            due_s = self.clocks.due_if_accepted_s(visit.d, self.now_s)
        visit.key = desk.place_of(visit, self.now_s, due_s)
        self.wait(visit)

    def wait(self, visit: Visit) -> None:
        """A visit waits at its desk, in its place."""
        desk = self.desks[visit.row.desk]
        heappush(desk.queue, (*visit.key, visit))
        self.call_dispatch(desk.turns)

    def call_dispatch(self, turns: list[int]) -> None:
        """Somebody is idle, or something waits, that was not before: take these turns."""
        if not self.turns_to_take:
            Moment(self.env, Phase.DISPATCH, 0, self.dispatch)
        self.turns_to_take.update(turns)

    def dispatch(self) -> None:
        """Idle people take what waits. Turns in which nothing is new would find nothing."""
        for turn in sorted(self.turns_to_take):
            team, desk, efficiency = self.turns[turn]
            while team.somebody_idle() and desk.something_waits():
                person, visit = heappop(team.idle)[-1], heappop(desk.queue)[-1]
                self.take(person, visit, efficiency)
        self.turns_to_take.clear()

    # People

    def take(self, person: Person, visit: Visit, efficiency: int) -> None:
        """Somebody takes a visit, or what others have left of it."""
        papers, v = self.papers, visit.v
        if papers.started_s[v] == NEVER:
            papers.started_s[v] = self.now_s
            if visit.row.hall >= 0:
                self.halls[visit.row.hall].started(visit)
        papers.person[v] = person.number
        person.visit, person.idle_since_s = visit, NEVER
        visit.person, visit.efficiency, visit.taken_s = person, efficiency, self.now_s
        visit.needs_s = visit.left_s = duration_s(visit.work_s, efficiency)
        self.go_on(visit)

    def go_on(self, visit: Visit) -> None:
        """Somebody works on a visit: to its end, or as far as the shift allows."""
        visit.resumed_s = self.now_s
        ended_s = self.now_s + visit.left_s
        if not visit.row.interruptible or ended_s <= visit.person.until_s:
            visit.ends(Outcome.DONE, visit.left_s)

    def release(self, visit: Visit) -> None:
        """A visit is done: whoever did it is idle, unless the shift is over."""
        person = self.put_down(visit)
        if self.now_s < person.until_s:
            self.idle(person)

    def hand_over(self, visit: Visit) -> None:
        """Somebody goes in the middle of a visit: what is left of its content waits for others."""
        visit.handed_over = True
        self.put_down(visit)
        worked_s = visit.needs_s - visit.left_s
        visit.work_s -= done_work_s(worked_s, visit.efficiency)  # not all, as left_s is positive
        self.wait(visit)

    def put_down(self, visit: Visit) -> Person:
        """The person who has a visit has it no longer."""
        if visit.handed_over:
            self.papers.pieces.append(visit.piece(self.now_s))
        visit.person.visit = None
        return visit.person

    def idle(self, person: Person) -> None:
        """Somebody on shift has nothing to do from now on."""
        person.idle_since_s = self.now_s
        heappush(person.team.idle, (self.now_s, person.number, person))
        self.call_dispatch(person.team.turns)

    # Shifts

    def shifts(self, at_s: Ints, phase: Phase, change: Callable[[Person], None]) -> Process:
        """All spans of attendance begin (or end), each at its instant, in one phase of it."""
        for instant_s, numbers in by_instant(at_s, self.attendance):
            yield Moment(self.env, phase, instant_s - self.now_s)
            for number in numbers:
                change(self.people[number])

    def shift_begins(self, person: Person) -> None:
        """Somebody comes, and goes on with what was interrupted, if anything."""
        person.span += 1
        person.until_s = int(self.attendance.end_s[person.span])
        if person.visit is None:
            self.idle(person)
        elif not person.visit.triggered:
            self.go_on(person.visit)

    def shift_ends(self, person: Person) -> None:
        """Somebody goes; work that can be interrupted is, and is kept or handed over."""
        person.idle_since_s = NEVER
        visit, following = person.visit, person.span + 1
        if visit is None or visit.triggered:
            return
        visit.left_s -= self.now_s - visit.resumed_s
        if following < self.attendance.person_ptr[person.number + 1]:
            back_s = int(self.attendance.begin_s[following])
            if self.dates.legal_s(self.now_s, back_s) <= self.plan.handover_after_s:
                return
        self.hand_over(visit)

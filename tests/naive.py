"""A small office second by second, without an event list: what docs/semantics.md says, as loops.

Nothing here is fast or clever. At each second the three phases look through everybody and
everything, and what can be derived (who is on shift, who is idle, which tickets are taken) is
derived on the spot instead of being kept up to date. Work is a counter that falls by one in each
second in which somebody is at it.

Nights are long. After a second in which nobody has worked, no counter can come to zero before the
next instant that stands somewhere in the state: a span's boundary, an arrival, the end of a delay,
of patience, of an absence from the hall. Only such a stretch is left out; ``every_second=True``
puts it back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.semantics import (
    Clock,
    Closing,
    Kind,
    Outcome,
    done_work_s,
    duration_s,
    queue_key,
)
from simulation.tables import Attendance, Demand, Journal, Pieces
from simulation.units import DAY_S, FAR, NEVER
from tests.naive_legal import Law, Seconds, date_of

if TYPE_CHECKING:
    from simulation.plan.arrays import ServicePlan
    from simulation.worktime import Calendar

Key = tuple[int, int, int, int]


class State(Enum):
    """Where a visit stands."""

    FUTURE = "not joined yet"
    DELAYED = "waits for an instant"
    WAITING = "waits at its desk"
    TAKEN = "somebody is at it, or keeps it until the next span"
    OVER = "done or left"


@dataclass(eq=False)
class Visit:
    """One row of the journal, its template row, and how it stands.

    ``work_s`` is what remains of the content; ``comes_s`` when an applicant who is not there yet
    will come to the open hall; ``ends_s`` when a delay or departure will end.
    """

    number: int
    dossier: Dossier
    attempt: int
    work_s: int
    patience_s: int
    return_s: int
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
    state: State = State.FUTURE
    key: Key = (0, 0, 0, 0)
    comes_s: int = NEVER
    ends_s: int = NEVER
    handed_over: bool = False
    person: int = -1
    ready_s: int = NEVER
    started_s: int = NEVER
    ended_s: int = NEVER
    outcome: int = Outcome.NONE


@dataclass(eq=False)
class Dossier:
    """A dossier, its deadline and its visits."""

    number: int
    submitted_s: int
    accepted_s: int
    paused_s: int
    deadline_kind: int
    deadline_amount: int
    restarts: bool
    due_s: int = FAR
    visits: list[Visit] = field(default_factory=list)


@dataclass(eq=False)
class Person:
    """Somebody, and the counters of the visit in hand."""

    number: int
    team: int
    spans: list[tuple[int, int]]
    visit: Visit | None = None
    efficiency: int = 0
    left_s: int = 0
    worked_s: int = 0
    free_since_s: int = NEVER

    def span_at(self, t: int) -> tuple[int, int] | None:
        """The span that holds the second t."""
        return next((span for span in self.spans if span[0] <= t < span[1]), None)

    def idle(self, t: int) -> bool:
        """On shift with nothing to do."""
        return self.span_at(t) is not None and self.visit is None

    def idle_since(self, t: int) -> int:
        """The later of the span's start and the last completion or handover."""
        span = self.span_at(t)
        assert span is not None
        return max(span[0], self.free_since_s)

    def at_work(self, t: int) -> bool:
        """Whether the second that starts at t is spent on the visit in hand."""
        if self.visit is None:
            return False
        return not self.visit.interruptible or self.span_at(t) is not None


@dataclass(eq=False)
class Piece:
    """Somebody's part of a visit."""

    visit: Visit
    person: Person
    started_s: int
    ended_s: int = NEVER


def naive_office(
    service: ServicePlan, demand: Demand, attendance: Attendance, *, every_second: bool = False
) -> Journal:
    """What an engine must return.

    Args:
        service: How the centre serves.
        demand: What comes.
        attendance: Who is there.
        every_second: Go through the stretches in which nobody works, too.
    """
    office = NaiveOffice(service, demand, attendance)
    office.run(every_second=every_second)
    return office.journal()


class NaiveOffice:
    """The office. ``seen`` counts what happened in it, so that a test can ask for everything."""

    def __init__(self, service: ServicePlan, demand: Demand, attendance: Attendance) -> None:
        self.service = service
        self.calendars = [Seconds(spans_of(calendar)) for calendar in service.calendars]
        self.legal = self.calendars[service.legal]
        self.law = Law(self.legal, service.cutoff_s)
        self.dossiers = [dossier_of(service, demand, i) for i in range(demand.dossiers)]
        self.visits = [visit for dossier in self.dossiers for visit in dossier.visits]
        self.people = people_of(service, attendance)
        # By hall, the opening spans of its calendar.
        self.sessions = [spans_of(service.calendars[hall.calendar]) for hall in service.halls]
        self.pieces: list[Piece] = []
        self.in_the_door: list[Visit] = []
        self.seen: Counter[str] = Counter()
        self.named = {dossier.submitted_s for dossier in self.dossiers}
        self.named |= {t for person in self.people for span in person.spans for t in span}
        self.named |= {t for spans in self.sessions for span in spans for t in span}
        for dossier in self.dossiers:
            if dossier.accepted_s != NEVER:
                due_s = self.due_if_accepted(dossier, dossier.accepted_s)
                dossier.due_s = self.law.extend(dossier.deadline_kind, due_s, dossier.paused_s)

    def run(self, *, every_second: bool = False) -> None:
        """Second after second."""
        t = 0
        while t < self.service.horizon.end_s:
            self.absorb(t)
            self.dispatch(t)
            self.leave(t)
            at_work = [person for person in self.people if person.at_work(t)]
            for person in at_work:
                person.left_s -= 1
                person.worked_s += 1
            t += 1
            if not at_work and not every_second:
                t = min((named for named in self.named if named >= t), default=FAR)

    # Phase 1

    def absorb(self, t: int) -> None:
        """Everything that happens at t of itself."""
        for person in self.people:
            if person.visit is not None and person.left_s == 0:
                self.complete(person, person.visit, t)
        for visit in self.visits:
            if visit.state is State.DELAYED and visit.ends_s == t:
                self.end(visit, t)
        for dossier in self.dossiers:
            if dossier.submitted_s == t and dossier.visits:
                self.pass_to(dossier.visits[0], t)
        self.in_the_door += [visit for visit in self.visits if visit.comes_s == t]
        for visit in sorted(self.in_the_door, key=lambda visit: visit.number):
            self.come_in(visit, t)
        self.in_the_door = []
        for person in self.people:
            if person.visit is not None and any(end == t for _, end in person.spans):
                self.stop(person, person.visit, t)
        # Starts of attendance change nothing that is not derived: `at_work` resumes what was
        # suspended, and `idle` finds those who have nothing to do.

    def complete(self, person: Person, visit: Visit, t: int) -> None:
        """The counter of somebody's visit has come to zero."""
        self.piece_of(visit).ended_s = t
        person.visit = None
        person.free_since_s = t
        if not visit.interruptible:
            self.note_overtime(person, visit, t)
        self.end(visit, t)

    def end(self, visit: Visit, t: int) -> None:
        """A visit is done: the legal clock hears of it, and the dossier goes on."""
        visit.state = State.OVER
        visit.ended_s = t
        visit.outcome = Outcome.DONE
        self.turn_clock(visit, t)
        if visit.kind == Kind.FORK:
            self.spread(visit, t)
        elif visit.branch > 0:
            self.go_on_in_branch(visit, t)
        else:
            behind = visit.dossier.visits[self.place(visit) + 1 :]
            following = [other for other in behind if other.attempt == 0]
            if following:
                self.pass_to(following[0], t)

    def pass_to(self, visit: Visit, t: int) -> None:
        """The dossier comes to a visit; an applicant waits outside until the hall is open."""
        if visit.hall < 0:
            self.join(visit, t)
            return
        sessions = self.sessions[visit.hall]
        self.note_arrival(sessions, t)
        if any(begin <= t < end for begin, end in sessions):
            self.in_the_door.append(visit)
        else:
            visit.comes_s = min((begin for begin, _ in sessions if begin > t), default=NEVER)
            self.named.add(visit.comes_s)

    def join(self, visit: Visit, t: int) -> None:
        """A visit joins; what has no length ends at once."""
        visit.ready_s = t
        if visit.kind == Kind.WORK:
            visit.state = State.WAITING
            visit.key = self.key_of(visit, t)
            return
        visit.started_s = t
        visit.state = State.DELAYED
        visit.ends_s = t
        if visit.kind == Kind.DELAY:
            visit.ends_s = self.delay_end(visit, t)
        if visit.kind == Kind.DEPARTURE:
            timetable = self.service.timetables[visit.timetable].tolist()
            visit.ends_s = min((go for go in timetable if go >= t), default=NEVER)
        self.named.add(visit.ends_s)
        if visit.ends_s == t:
            self.end(visit, t)

    def delay_end(self, visit: Visit, t: int) -> int:
        """When a delay that is ready at t ends; NEVER beyond its calendar."""
        begin = max(t, self.anchor(visit, t))
        if visit.calendar < 0:
            return begin + visit.work_s
        return self.calendars[visit.calendar].add(begin, visit.work_s)

    def anchor(self, visit: Visit, t: int) -> int:
        """The due instant moved by the offset, or t where there is no such instant."""
        due_s = visit.dossier.due_s
        if not visit.from_due or due_s == FAR:
            return t
        move = self.legal.add if visit.offset_s >= 0 else self.legal.subtract
        moved_s = move(due_s, abs(visit.offset_s))
        self.seen["anchor moved" if visit.offset_s else "anchor due"] += moved_s > t
        self.seen["anchor beyond the calendar"] += moved_s == NEVER
        return t if moved_s == NEVER else moved_s

    def key_of(self, visit: Visit, t: int) -> Key:
        """The place in the queue of a visit that joins at t."""
        desk = self.service.desks[visit.desk]
        dossier = visit.dossier
        accepted = dossier.accepted_s != NEVER
        due_s = dossier.due_s if accepted else self.due_if_accepted(dossier, t)
        work_s = visit.work_s if desk.by_actual else visit.mean_s
        first = queue_key(desk.discipline, t, due_s, work_s, visit.priority)
        return first, t, dossier.number, visit.number

    def spread(self, fork: Visit, t: int) -> None:
        """The first visit of each branch joins, or the JOIN where there is none."""
        inner, join = self.inside(fork)
        before = [fork, *inner]
        for last, visit in zip(before, inner, strict=False):
            if visit.branch != last.branch:
                self.join(visit, t)
        if not inner:
            self.seen["empty fork"] += 1
            self.join(join, t)

    def go_on_in_branch(self, visit: Visit, t: int) -> None:
        """The next visit of the branch joins, or the JOIN when all branches have ended."""
        behind = visit.dossier.visits[self.place(visit) + 1]
        if behind.branch == visit.branch:
            self.join(behind, t)
            return
        place = self.place(visit)
        fork = [v for v in visit.dossier.visits[:place] if v.kind == Kind.FORK][-1]
        inner, join = self.inside(fork)
        if all(other.state is State.OVER for other in inner):
            self.join(join, t)

    def inside(self, fork: Visit) -> tuple[list[Visit], Visit]:
        """The visits of a fork's branches, and its JOIN."""
        behind = fork.dossier.visits[self.place(fork) + 1 :]
        kinds = [visit.kind for visit in behind]
        size = kinds.index(Kind.JOIN)
        return behind[:size], behind[size]

    def turn_clock(self, visit: Visit, t: int) -> None:
        """What the end of a visit does to acceptance and the due instant."""
        dossier = visit.dossier
        if visit.clock & Clock.PAUSES and dossier.accepted_s != NEVER:
            before_s = dossier.due_s
            dossier.due_s = self.law.after_supplement(
                dossier.deadline_kind,
                dossier.deadline_amount,
                before_s,
                (visit.ready_s, t),
                restarts=dossier.restarts,
            )
            way = "restart" if dossier.restarts else "pause"
            late = self.law.expired(dossier.deadline_kind, before_s, visit.ready_s)
            self.seen["supplement after expiry"] += late
            self.seen[f"{way} {dossier.deadline_kind}"] += dossier.due_s != before_s
        if visit.clock & Clock.STARTS:
            dossier.accepted_s = t
            dossier.due_s = self.due_if_accepted(dossier, t)
            self.seen["accepted after the cutoff"] += self.law.clock_start(t) > t
            self.seen[f"due never {dossier.deadline_kind}"] += dossier.due_s == FAR

    def due_if_accepted(self, dossier: Dossier, t: int) -> int:
        """When a dossier accepted at t is due."""
        return self.law.due(dossier.deadline_kind, dossier.deadline_amount, t)

    def come_in(self, visit: Visit, t: int) -> None:
        """An applicant comes into the hall and takes a ticket, if there is one."""
        hall = self.service.halls[visit.hall]
        if hall.tickets >= 0 and self.tickets_taken(visit.hall, t) >= hall.tickets:
            visit.ready_s = t
            self.leave_unserved(visit, Outcome.NO_TICKET, t)
            return
        self.join(visit, t)
        self.named.add(t + visit.patience_s)

    def tickets_taken(self, hall: int, t: int) -> int:
        """Tickets taken in this hall since the count last started anew."""
        since_s = max(begin for begin, _ in self.sessions[hall] if begin <= t)
        if self.service.halls[hall].tickets_per_day:
            since_s = date_of(t) * DAY_S
        return sum(
            visit.hall == hall and visit.ready_s >= since_s and visit.outcome != Outcome.NO_TICKET
            for visit in self.visits
        )

    def stop(self, person: Person, visit: Visit, t: int) -> None:
        """Somebody's span ends with work in hand: it goes on, is kept, or is handed over."""
        if not visit.interruptible:
            return
        next_s = min((begin for begin, _ in person.spans if begin > t), default=NEVER)
        if next_s != NEVER and self.legal.measure(t, next_s) <= self.service.handover_after_s:
            self.seen["kept until the next span"] += 1
            return
        self.piece_of(visit).ended_s = t
        done_s = done_work_s(person.worked_s, person.efficiency)
        visit.work_s = max(1, visit.work_s - done_s)
        visit.state = State.WAITING
        visit.handed_over = True
        person.visit = None
        person.free_since_s = t
        self.seen["handed over"] += 1

    # Phase 2

    def dispatch(self, t: int) -> None:
        """Idle people take waiting visits."""
        teams = self.service.teams
        asked = sorted(range(len(teams)), key=lambda team: (teams[team].rank, team))
        for level in range(max((len(team.desks) for team in teams), default=0)):
            for team in asked:
                if level < len(teams[team].desks):
                    self.dispatch_team(team, level, t)

    def dispatch_team(self, team: int, level: int, t: int) -> None:
        """The idle people of one team look at the desk they have at one level."""
        plan = self.service.teams[team]
        idle = [person for person in self.people if person.team == team and person.idle(t)]
        for person in sorted(idle, key=lambda person: (person.idle_since(t), person.number)):
            waiting = [
                visit
                for visit in self.visits
                if visit.state is State.WAITING and visit.desk == plan.desks[level]
            ]
            if waiting:
                first = min(waiting, key=lambda visit: visit.key)
                self.take(person, first, plan.efficiency_permille[level], t)
                self.note_choice(first, waiting, level)

    def take(self, person: Person, visit: Visit, efficiency: int, t: int) -> None:
        """Somebody begins to work on a visit, or on what a colleague left of it."""
        visit.state = State.TAKEN
        visit.person = person.number
        if visit.started_s == NEVER:
            visit.started_s = t
        person.visit = visit
        person.efficiency = efficiency
        person.left_s = duration_s(visit.work_s, efficiency)
        person.worked_s = 0
        self.pieces.append(Piece(visit, person, t))

    def piece_of(self, visit: Visit) -> Piece:
        """The piece of a visit that somebody is at."""
        return [piece for piece in self.pieces if piece.visit is visit][-1]

    # Phase 3

    def leave(self, t: int) -> None:
        """Applicants who have not been started leave."""
        for number, hall in enumerate(self.service.halls):
            for visit in self.applicants(number):
                if t >= visit.ready_s + visit.patience_s:
                    self.leave_unserved(visit, Outcome.ABANDONED, t)
            if self.closes(number, t):
                for visit in self.applicants(number):
                    self.leave_unserved(visit, Outcome.CLOSED, t)
            while 0 <= hall.waiting_room < len(self.applicants(number)):
                latest = max(self.applicants(number), key=lambda v: (v.ready_s, v.number))
                self.leave_unserved(latest, Outcome.FULL, t)

    def applicants(self, hall: int) -> list[Visit]:
        """Those who wait in a hall and have not been started."""
        return [
            visit
            for visit in self.visits
            if visit.hall == hall and visit.state is State.WAITING and visit.started_s == NEVER
        ]

    def closes(self, hall: int, t: int) -> bool:
        """Whether those who wait in a hall have to leave at t."""
        closing = self.service.halls[hall].closing
        sessions = self.sessions[hall]
        for begin, end in sessions:
            if end == t and t < self.service.horizon.reach_s:
                ends_of_day = [e for b, e in sessions if date_of(b) == date_of(begin)]
                last = end == max(ends_of_day)
                return closing == Closing.SESSION or (closing == Closing.DAY and last)
        return False

    def leave_unserved(self, visit: Visit, outcome: Outcome, t: int) -> None:
        """An applicant goes, to come back at the next attempt if there is one."""
        visit.state = State.OVER
        visit.ended_s = t
        visit.outcome = outcome
        behind = visit.dossier.visits[self.place(visit) + 1 :]
        if not behind or behind[0].attempt == 0:
            self.seen["lost"] += 1
            return
        hall = self.service.halls[visit.hall]
        calendar = self.calendars[hall.calendar]
        back_s = t + visit.return_s
        if hall.return_working:
            back_s = calendar.add(t, visit.return_s)
        if back_s != NEVER:
            back_s = calendar.next_open(back_s)
        self.seen["no way back"] += back_s == NEVER
        behind[0].comes_s = back_s
        self.named.add(back_s)

    # The record

    def place(self, visit: Visit) -> int:
        """Where a visit stands in its dossier."""
        return visit.number - visit.dossier.visits[0].number

    def note_arrival(self, sessions: list[tuple[int, int]], t: int) -> None:
        """Count those who are ready just when a session begins or ends, or without one."""
        self.seen["ready at the opening"] += any(begin == t for begin, _ in sessions)
        self.seen["ready at the closing"] += any(end == t for _, end in sessions)
        self.seen["ready before an opening"] += any(begin > t for begin, _ in sessions) and not any(
            begin <= t <= end for begin, end in sessions
        )
        self.seen["ready after the last closing"] += all(end < t for _, end in sessions)

    def note_overtime(self, person: Person, visit: Visit, t: int) -> None:
        """Count completions that were not on shift throughout."""
        started_s = self.piece_of(visit).started_s
        _, end = next(span for span in person.spans if span[0] <= started_s < span[1])
        self.seen["overtime"] += t > end
        self.seen["overtime into the next span"] += t > end and person.span_at(t - 1) is not None
        self.seen["done at the very end"] += t == end

    def note_choice(self, first: Visit, waiting: list[Visit], level: int) -> None:
        """Count choices among several visits, by discipline."""
        discipline = self.service.desks[first.desk].discipline
        keys = [visit.key[0] for visit in waiting]
        self.seen[f"choice {discipline}"] += len(set(keys)) > 1
        self.seen[f"tie {discipline}"] += keys.count(min(keys)) > 1
        self.seen["second preference"] += level > 0

    def journal(self) -> Journal:
        """The visits as columns."""
        whole = [piece for piece in self.pieces if piece.visit.handed_over]
        whole.sort(key=lambda piece: (piece.started_s, piece.visit.number))
        return Journal(
            person=column([visit.person for visit in self.visits], np.int32),
            ready_s=column([visit.ready_s for visit in self.visits], np.int64),
            started_s=column([visit.started_s for visit in self.visits], np.int64),
            ended_s=column([visit.ended_s for visit in self.visits], np.int64),
            outcome=column([visit.outcome for visit in self.visits], np.int8),
            pieces=Pieces(
                visit=column([piece.visit.number for piece in whole], np.int64),
                person=column([piece.person.number for piece in whole], np.int32),
                started_s=column([piece.started_s for piece in whole], np.int64),
                ended_s=column([piece.ended_s for piece in whole], np.int64),
            ),
        )


def dossier_of(service: ServicePlan, demand: Demand, number: int) -> Dossier:
    """One dossier with its visits, as plain integers."""
    cells, rows = service.cells, service.rows
    cell = demand.cell[number]
    dossier = Dossier(
        number=number,
        submitted_s=int(demand.submitted_s[number]),
        accepted_s=int(demand.accepted_s[number]),
        paused_s=int(demand.paused_s[number]),
        deadline_kind=int(cells.deadline_kind[cell]),
        deadline_amount=int(cells.deadline_amount[cell]),
        restarts=bool(cells.restarts[cell]),
    )
    for visit in range(demand.visit_ptr[number], demand.visit_ptr[number + 1]):
        row = demand.row[visit]
        dossier.visits.append(
            Visit(
                number=visit,
                dossier=dossier,
                attempt=int(demand.attempt[visit]),
                work_s=int(demand.work_s[visit]),
                patience_s=int(demand.patience_s[visit]),
                return_s=int(demand.return_s[visit]),
                kind=int(rows.kind[row]),
                desk=int(rows.desk[row]),
                hall=int(rows.hall[row]),
                interruptible=bool(rows.interruptible[row]),
                priority=int(rows.priority[row]),
                mean_s=int(rows.mean_s[row]),
                clock=int(rows.clock[row]),
                from_due=bool(rows.from_due[row]),
                offset_s=int(rows.offset_s[row]),
                calendar=int(rows.calendar[row]),
                timetable=int(rows.timetable[row]),
                branch=int(rows.branch[row]),
            )
        )
    return dossier


def people_of(service: ServicePlan, attendance: Attendance) -> list[Person]:
    """Everybody, with their spans."""
    people = []
    for number, team in enumerate(service.person_team):
        own = slice(attendance.person_ptr[number], attendance.person_ptr[number + 1])
        begins, ends = attendance.begin_s[own].tolist(), attendance.end_s[own].tolist()
        people.append(Person(number, team, list(zip(begins, ends, strict=True))))
    return people


def spans_of(calendar: Calendar) -> list[tuple[int, int]]:
    """The (begin, end) pairs of a calendar."""
    return list(zip(calendar.begin_s.tolist(), calendar.end_s.tolist(), strict=True))


def column(values: list[int], dtype: Any) -> Any:
    """Integers as a column of a table."""
    return np.array(values, dtype)

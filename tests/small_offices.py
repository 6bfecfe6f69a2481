"""Small offices in which everything happens: written by hand, or drawn by Hypothesis.

The legal clock counts dates, so a day must have 86,400 seconds; but a second-by-second office can
only afford a few minutes of life. Therefore everything in an office made at random happens around
midnight: its "day" ends a minute after twelve and begins a minute before, and the long quiet
between costs nothing. Times are multiples of five seconds more often
than not, so that many things happen at the same instant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from simulation.plan.arrays import (
    Cells,
    DeskPlan,
    HallPlan,
    Horizon,
    Names,
    Rows,
    ServicePlan,
    TeamPlan,
)
from simulation.semantics import Clock, Closing, DeadlineKind, Discipline, Ends, Kind
from simulation.tables import Attendance, Demand, Segment
from simulation.units import DAY_S, FAR, NEVER
from simulation.worktime import Calendar, from_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
Spans = list[tuple[int, int]]
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """A template row of a cell; the fields are those of `Rows`."""

    kind: Kind = Kind.WORK
    desk: int = -1
    hall: int = -1
    interruptible: bool = False
    priority: int = 0
    mean_s: int = 0
    clock: Clock = Clock.NOTHING
    ends: Ends = Ends.NO
    from_due: bool = False
    offset_s: int = 0
    calendar: int = -1
    timetable: int = -1
    branch: int = 0


@dataclass(frozen=True)
class Cell:
    """A cell and its rows; the fields are those of `Cells`."""

    rows: tuple[Row, ...]
    channel: int = 0
    procedure: int = 0
    deadline_kind: DeadlineKind = DeadlineKind.NONE
    deadline_amount: int = 0
    restarts: bool = False


@dataclass(frozen=True)
class Visit:
    """A visit of a dossier: the number of its row *in its cell*, and what is sampled."""

    row: int
    work_s: int = 0
    attempt: int = 0
    patience_s: int = FAR
    return_s: int = 1


@dataclass(frozen=True)
class Dossier:
    """A dossier and its visits."""

    visits: tuple[Visit, ...]
    submitted_s: int = 0
    cell: int = 0
    accepted_s: int = NEVER
    paused_s: int = 0


@dataclass(frozen=True)
class Team:
    """A team: the spans of each of its people, and what it serves."""

    people: tuple[Spans, ...]
    desks: tuple[int, ...] = (0,)
    efficiency_permille: tuple[int, ...] = (1000,)
    rank: int = 0


@dataclass(frozen=True)
class Office:
    """An office in words. `tables` turns it into the input of an engine.

    ``calendars`` are lists of spans; ``legal`` is the number of the legal one. The period ends at
    ``stop_s``, by default when the engine stops. Dossiers of a cell that come at the same instant
    are numbered as they stand.
    """

    end_s: int
    cells: tuple[Cell, ...]
    dossiers: tuple[Dossier, ...]
    teams: tuple[Team, ...]
    start_s: int = 0
    stop_s: int | None = None
    calendars: tuple[Spans, ...] = ([],)
    legal: int = 0
    cutoff_s: int = DAY_S
    timetables: tuple[tuple[int, ...], ...] = ()
    halls: tuple[HallPlan, ...] = ()
    desks: tuple[DeskPlan, ...] = (DeskPlan(Discipline.FIRST_COME, by_actual=False),)
    handover_after_s: int = 0

    def tables(self) -> tuple[ServicePlan, Demand, Attendance]:
        """The input of an engine."""
        return self._service(), self._demand(), self._attendance()

    def _service(self) -> ServicePlan:
        reach_s = max([self.end_s, *(end for spans in self.calendars for _, end in spans)])
        stop_s = self.end_s if self.stop_s is None else self.stop_s
        horizon = Horizon(date(2021, 1, 4), self.start_s, stop_s, self.end_s, reach_s)
        calendars = tuple(calendar_of(spans) for spans in self.calendars)
        halls = self.halls or (no_hall(),)
        return ServicePlan(
            horizon=horizon,
            names=Names(
                channels=numbered("channel", len(halls)),
                procedures=numbered("procedure", 1 + max(c.procedure for c in self.cells)),
                fields=("field",),
                groups=(),
                desks=numbered("desk", len(self.desks)),
                teams=numbered("team", len(self.teams)),
            ),
            cells=self._cells(),
            rows=self._rows(),
            calendars=calendars,
            legal=self.legal,
            cutoff_s=self.cutoff_s,
            timetables=tuple(ints(timetable) for timetable in self.timetables),
            halls=halls,
            desks=self.desks,
            teams=tuple(self._team(number) for number in range(len(self.teams))),
            handover_after_s=self.handover_after_s,
        )

    def _cells(self) -> Cells:
        cells = self.cells
        return Cells(
            channel=ints(cell.channel for cell in cells),
            procedure=ints(cell.procedure for cell in cells),
            field=ints(0 for _ in cells),
            group=ints(-1 for _ in cells),
            deadline_kind=ints(cell.deadline_kind for cell in cells),
            deadline_amount=ints(cell.deadline_amount for cell in cells),
            restarts=np.array([cell.restarts for cell in cells], np.bool_),
            online=np.zeros(len(cells), np.bool_),
        )

    def _rows(self) -> Rows:
        rows = [row for cell in self.cells for row in cell.rows]
        numbers = [number for cell in self.cells for number in range(len(cell.rows))]
        return Rows(
            cell=ints(number for number, cell in enumerate(self.cells) for _ in cell.rows),
            step=ints(numbers),
            occurrence=ints(0 for _ in rows),
            kind=ints(row.kind for row in rows),
            desk=ints(row.desk for row in rows),
            hall=ints(row.hall for row in rows),
            interruptible=np.array([row.interruptible for row in rows], np.bool_),
            priority=ints(row.priority for row in rows),
            mean_s=ints(row.mean_s for row in rows),
            clock=ints(row.clock for row in rows),
            ends=ints(row.ends for row in rows),
            from_due=np.array([row.from_due for row in rows], np.bool_),
            offset_s=ints(row.offset_s for row in rows),
            calendar=ints(row.calendar for row in rows),
            timetable=ints(row.timetable for row in rows),
            branch=ints(row.branch for row in rows),
            steps=numbered("step", max(numbers, default=-1) + 1),
        )

    def _team(self, number: int) -> TeamPlan:
        team = self.teams[number]
        days = -(-self.end_s // DAY_S)
        return TeamPlan(
            id=numbered("team", len(self.teams))[number],
            rank=team.rank,
            desks=team.desks,
            efficiency_permille=team.efficiency_permille,
            shift=calendar_of([span for spans in team.people for span in spans]),
            staff=np.full(days, len(team.people), np.int64),
            absence=np.zeros(days),
            spell_days=1.0,
            leave_days=0,
            leave_block_days=1,
            pay=0.0,
        )

    def _demand(self) -> Demand:
        order = sorted(range(len(self.dossiers)), key=self._place)
        dossiers = [self.dossiers[number] for number in order]
        visits = [visit for dossier in dossiers for visit in dossier.visits]
        first_row = np.cumsum([0, *(len(cell.rows) for cell in self.cells)])
        return Demand(
            cell=np.array([dossier.cell for dossier in dossiers], np.int32),
            segment=np.array([self._segment(dossier) for dossier in dossiers], np.int8),
            draw=ints(self._draw(number) for number in order),
            submitted_s=ints(dossier.submitted_s for dossier in dossiers),
            accepted_s=ints(dossier.accepted_s for dossier in dossiers),
            paused_s=ints(dossier.paused_s for dossier in dossiers),
            visit_ptr=ints(np.cumsum([0, *(len(dossier.visits) for dossier in dossiers)])),
            row=np.array(
                [first_row[d.cell] + visit.row for d in dossiers for visit in d.visits], np.int32
            ),
            attempt=np.array([visit.attempt for visit in visits], np.int16),
            work_s=ints(visit.work_s for visit in visits),
            patience_s=ints(visit.patience_s for visit in visits),
            return_s=ints(visit.return_s for visit in visits),
        )

    def _place(self, number: int) -> tuple[int, ...]:
        """What dossiers are numbered by."""
        dossier = self.dossiers[number]
        cell, segment = self.cells[dossier.cell], self._segment(dossier)
        return dossier.submitted_s, cell.channel, cell.procedure, segment, self._draw(number)

    def _segment(self, dossier: Dossier) -> Segment:
        """The part of the demand that a dossier belongs to."""
        if dossier.accepted_s != NEVER:
            return Segment.BACKLOG
        if dossier.submitted_s < self.start_s:
            return Segment.WARM
        after = self.stop_s is not None and dossier.submitted_s >= self.stop_s
        return Segment.RUN_ON if after else Segment.PERIOD

    def _draw(self, number: int) -> int:
        """The number of a dossier within its cell and segment."""
        cell, segment = self.dossiers[number].cell, self._segment(self.dossiers[number])
        before = self.dossiers[:number]
        return sum(one.cell == cell and self._segment(one) == segment for one in before)

    def _attendance(self) -> Attendance:
        shifts = [calendar_of(spans) for team in self.teams for spans in team.people]
        return Attendance(
            person_ptr=ints(np.cumsum([0, *(len(shift.begin_s) for shift in shifts)])),
            begin_s=ints(begin for shift in shifts for begin in shift.begin_s),
            end_s=ints(end for shift in shifts for end in shift.end_s),
        )


def no_hall() -> HallPlan:
    """A hall in which nothing is limited; its calendar is the first."""
    return HallPlan(0, Closing.NONE, -1, -1, tickets_per_day=False, return_working=False)


def calendar_of(spans: Spans) -> Calendar:
    """The calendar of (begin, end) pairs."""
    return from_spans([begin for begin, _ in spans], [end for _, end in spans])


def numbered(name: str, count: int) -> tuple[str, ...]:
    """Ids in order."""
    return tuple(f"{name}-{number}" for number in range(count))


def ints(values: Iterable[Any]) -> Any:
    """A column of int64."""
    return np.array(list(values), np.int64)


# At random

OFFSETS = tuple(range(-60, 61, 5))
MIDNIGHTS_BEYOND = 3
"""Most calendars reach so many days beyond the last: some deadlines need them."""

Segments = list[list[Row]]
"""A route: single rows, and forks with all that stands between them and their join."""


def office_of(rng: Random, days: int | None = None) -> Office:
    """Any office of one to eight dossiers and one to four people.

    Args:
        rng: Hypothesis's, which finds the smallest office that breaks a law, or Python's, which is
            fast and does not favour the small and the repetitive.
        days: The engine stops within two minutes of this midnight; by default 1 to 4.
    """
    return _Maker(rng, rng.randint(1, 4) if days is None else days).office()


def office_numbered(seed: int) -> Office:
    """The office that a seed makes."""
    return office_of(Random(seed))  # noqa: S311  nothing is kept secret


def offices(days: int | None = None) -> st.SearchStrategy[Office]:
    """`office_of` as a strategy that shrinks."""
    return st.randoms(use_true_random=False).map(lambda rng: office_of(rng, days))


class _Maker:
    """Makes one office. What stands first in a choice is what Hypothesis shrinks to."""

    def __init__(self, rng: Random, days: int) -> None:
        self.rng = rng
        self.days = days
        # What the office is about: a bit of everything, deadlines, applicants, or long work.
        self.about = self.any_of(["all", "all", "law", "hall", "desk"])
        # Few offsets, so that shifts, sessions, arrivals and departures coincide.
        self.offsets = [self.any_of([-60, -30, -10]), self.any_of([60, 40, 20])]
        self.offsets += [self.any_of(OFFSETS) for _ in range(rng.randint(0, 3))]
        self.desks = tuple(self.desk() for _ in range(rng.randint(1, 3)))
        self.halls = rng.randint(1, 2)
        self.calendars = rng.randint(1, 3)
        self.timetables = rng.randint(1, 2)

    def any_of(self, values: Sequence[T]) -> T:
        """One of the values."""
        return values[self.rng.randint(0, len(values) - 1)]

    def chance(self, tenths: int) -> bool:
        """True in so many cases of ten."""
        return self.rng.randint(0, 9) >= 10 - tenths

    def offset(self) -> int:
        """Seconds from some midnight."""
        if self.chance(2):
            return self.rng.randint(OFFSETS[0], OFFSETS[-1])
        return self.any_of(self.offsets)

    def instant(self) -> int:
        """Near a midnight, rather an early one."""
        return max(0, DAY_S * self.any_of([0, 0, 1, 1, 1, 2, 3]) + self.offset())

    def office(self) -> Office:
        """All of it."""
        routes = [self.route() for _ in range(self.rng.randint(1, 3))]
        start = self.rng.randint(0, self.days // 2)
        start_s, stops_s = DAY_S * start, [DAY_S * day for day in range(start + 1, self.days + 1)]
        sizes = [[1], [2], [1, 1], [2, 1], [2, 1, 1], [0, 2]]
        return Office(
            end_s=DAY_S * self.days + self.any_of([120, 120, 60, 30, 1]),
            start_s=start_s,
            stop_s=self.any_of([None, *stops_s]),
            cells=tuple(self.cell(number, route) for number, route in enumerate(routes)),
            dossiers=tuple(self.dossiers(routes, start_s)),
            teams=tuple(self.team(people) for people in self.any_of(sizes)),
            calendars=tuple(self.daily() for _ in range(self.calendars)),
            legal=self.rng.randint(0, self.calendars - 1),
            cutoff_s=self.any_of([DAY_S, self.offset() % DAY_S]),
            timetables=tuple(self.timetable() for _ in range(self.timetables)),
            halls=tuple(self.hall() for _ in range(self.halls)),
            desks=self.desks,
            handover_after_s=self.any_of([0, 10, 30, 60, FAR]),
        )

    def daily(self) -> Spans:
        """One long or two shorter spans around every midnight, but none on a few dates."""
        bounds = self.offsets[:2]
        if self.about == "law" or self.chance(5):
            bounds = sorted(self.offset() for _ in range(4))
        days = range(-1, self.days + self.any_of([MIDNIGHTS_BEYOND, MIDNIGHTS_BEYOND, 0]))
        rests = 2 if self.about == "law" else 1
        closed = {day for day in days if day < 0 or self.chance(rests)}
        spans: Spans = []
        for day in days:
            for begin, end in zip(bounds[::2], bounds[1::2], strict=True):
                midnight = DAY_S * (day + 1)
                if day not in closed:
                    spans.append((midnight + begin, midnight + min(0, end)))
                if day + 1 not in closed:
                    spans.append((midnight + max(0, begin), midnight + end))
        return [(begin, end) for begin, end in spans if begin < end]

    def timetable(self) -> tuple[int, ...]:
        """Departures, sometimes none."""
        return tuple(sorted({self.instant() for _ in range(self.any_of([0, 3, 4, 5, 6]))}))

    def hall(self) -> HallPlan:
        """The rules of a hall."""
        limits = [-1, -1, -1, 0, 1, 1, 2, 3]
        return HallPlan(
            calendar=self.rng.randint(0, self.calendars - 1),
            closing=self.any_of(tuple(Closing)),
            waiting_room=self.any_of(limits),
            tickets=self.any_of(limits),
            tickets_per_day=self.chance(5),
            return_working=self.chance(5),
        )

    def desk(self) -> DeskPlan:
        """A desk with any discipline."""
        return DeskPlan(int(self.any_of(tuple(Discipline))), by_actual=self.chance(5))

    def team(self, people: int) -> Team:
        """A team, which mostly serves all desks in some order."""
        shift = self.daily()
        desks = list(range(len(self.desks)))
        self.rng.shuffle(desks)
        if self.chance(2):
            desks = desks[: self.rng.randint(1, len(desks))]
        return Team(
            people=tuple(self.person(shift) for _ in range(people)),
            desks=tuple(desks),
            efficiency_permille=tuple(
                self.any_of([1000, 1000, 2000, 500, 700, 1300, 333]) for _ in desks
            ),
            rank=self.rng.randint(0, 2),
        )

    def person(self, shift: Spans) -> Spans:
        """Somebody's spans: the team's shift with some of it missed, or other spans altogether."""
        if self.chance(2):
            return self.daily()
        return [span for span in shift if not self.chance(1)]

    def cell(self, number: int, route: Segments) -> Cell:
        """A cell with a route."""
        kind = self.any_of([*list(DeadlineKind)[1:], *DeadlineKind, DeadlineKind.CALENDAR_DAYS])
        amounts = [0, 5, 10, 10, 20, 30, 60, 100, 900]
        if kind == DeadlineKind.CALENDAR_DAYS:
            amounts = [0, 0, 1, 2]
        if kind == DeadlineKind.HOURS:
            amounts = [0, 5, 10, 20, 60]
        return Cell(
            rows=tuple(row for segment in route for row in segment),
            channel=number % self.halls,
            procedure=number // self.halls,
            deadline_kind=kind,
            deadline_amount=self.any_of(amounts),
            restarts=self.chance(5),
        )

    def route(self) -> Segments:
        """One to five segments, at most one of them a fork; one row may end the dossier."""
        make = self.any_of([self.row, self.work] if self.about == "all" else [self.work])
        route = [[make()] for _ in range(self.rng.randint(1, 2 if self.about == "hall" else 4))]
        if self.about == "law" or (self.about == "all" and self.chance(4)):
            route = self.supplement() + route[2:]
        if self.chance(4):
            route.insert(self.rng.randint(0, len(route)), self.fork())
        number = self.rng.randint(0, 3 * len(route))
        if number < len(route) and len(route[number]) == 1:
            ends = self.any_of([Ends.RESOLVED, Ends.REFUSED, Ends.WITHDRAWN])
            route[number] = [replace(route[number][0], ends=ends)]
        return route

    def supplement(self) -> Segments:
        """Acceptance, after a while a supplement, then what has become of the due date."""
        accept = Row(kind=Kind.DELAY)
        if self.about == "all":
            accept = self.any_of([self.work, self.departure])()
        calendar = self.any_of([-1, -1, -1, *range(self.calendars)])
        pause = Row(kind=Kind.DELAY, clock=Clock.PAUSES, calendar=calendar)
        until = Row(kind=Kind.DELAY, from_due=True, offset_s=self.any_of([0, 0, -10, 10]))
        return [[replace(accept, clock=Clock.STARTS)], [Row(kind=Kind.DELAY)], [pause], [until]]

    def fork(self) -> list[Row]:
        """A fork with up to three branches of up to two steps."""
        inner = [
            self.row(branch)
            for branch in range(1, self.rng.randint(1, 3) + 1)
            for _ in range(self.rng.randint(0, 2))
        ]
        if any(row.from_due or self.by_due(row) for row in inner):
            # If one branch set the due instant when another asks for it, their order would matter.
            inner = [replace(row, clock=Clock.NOTHING) for row in inner]
        return [Row(kind=Kind.FORK), *inner, Row(kind=Kind.JOIN)]

    def by_due(self, row: Row) -> bool:
        """Whether a row queues by due date."""
        return row.desk >= 0 and self.desks[row.desk].discipline == Discipline.EARLIEST_DUE

    def row(self, branch: int = 0) -> Row:
        """A row of any kind but fork and join."""
        makers = [self.work, self.work, self.work, self.work, self.delay, self.delay]
        row = self.any_of([*makers, self.departure])()
        if branch:
            # Only on the trunk may an applicant be present, or a supplement be asked for.
            return replace(row, branch=branch, hall=-1, clock=row.clock & ~Clock.PAUSES)
        return row

    def work(self) -> Row:
        """Work at a desk, more often than not with the applicant present."""
        in_person = self.chance({"hall": 10, "desk": 0}.get(self.about, 6))
        return Row(
            kind=Kind.WORK,
            desk=self.rng.randint(0, len(self.desks) - 1),
            hall=self.rng.randint(0, self.halls - 1) if in_person else -1,
            interruptible=self.chance(3 if in_person else 8),
            priority=self.rng.randint(0, 2),
            mean_s=self.any_of([5, 10, 20]),
            clock=self.any_of([Clock.NOTHING, Clock.STARTS, Clock.STOPS]),
        )

    def delay(self) -> Row:
        """A delay, half of them anchored on the due date, most others pauses."""
        calendar = self.any_of([-1, -1, *range(self.calendars)])
        if self.chance(5):
            flags = [Clock.NOTHING, Clock.STARTS, Clock.PAUSES, Clock.PAUSES, Clock.PAUSES,
                     Clock.PAUSES | Clock.STARTS, Clock.PAUSES | Clock.STOPS]  # fmt: skip
            return Row(kind=Kind.DELAY, clock=self.any_of(flags), calendar=calendar)
        offset_s = self.any_of([0, -5, -10, -30, -500, 10, 40, 500])
        return Row(kind=Kind.DELAY, from_due=True, offset_s=offset_s, calendar=calendar)

    def departure(self) -> Row:
        """A departure."""
        clock = self.any_of([Clock.NOTHING, Clock.STARTS])
        number = self.rng.randint(0, self.timetables - 1)
        return Row(kind=Kind.DEPARTURE, timetable=number, clock=clock)

    def dossiers(self, routes: list[Segments], start_s: int) -> list[Dossier]:
        """Dossiers that come in crowds, and now and then one carried in."""
        crowds = [self.instant() for _ in range(self.rng.randint(1, 3))]
        if not self.chance(1):  # or they may come too late
            crowds = [crowd % (self.days * DAY_S or 60) for crowd in crowds]
        made = []
        for _ in range(self.any_of([1, 2, 3, 4, 5, 6, 7, 8] if self.about == "all" else [7, 8])):
            cell = self.rng.randint(0, len(routes) - 1)
            submitted_s, accepted_s = self.any_of(crowds), NEVER
            if self.chance(2):
                submitted_s, accepted_s = start_s, min(self.instant(), start_s)
            paused_s = max(accepted_s, 0) % 3 * (accepted_s % 7000)
            made.append(
                Dossier(self.itinerary(routes[cell]), submitted_s, cell, accepted_s, paused_s)
            )
        return made

    def itinerary(self, route: Segments) -> tuple[Visit, ...]:
        """Most of the rows of a route, in order."""
        visits: list[Visit] = []
        number = 0
        for segment in route:
            wanted = not self.chance(1)
            for row in segment:
                if wanted and (row.branch == 0 or not self.chance(2)):
                    visits += self.visits(number, row)
                number += 1
            if wanted and segment[0].ends != Ends.NO:
                break
        return tuple(visits)

    def visits(self, number: int, row: Row) -> list[Visit]:
        """The visits of a row: one, or with the applicant present one and up to two spare ones."""
        if row.kind == Kind.DELAY:
            short, long = [0, 0, 0, 5, 5, 10, 10, 20, 30], [60, 90, DAY_S]
            pause = bool(row.clock & Clock.PAUSES)
            return [Visit(number, self.any_of(short[2::2] + 2 * long if pause else short + long))]
        if row.kind != Kind.WORK:
            return [Visit(number)]
        work_s = self.rng.randint(1, 40) if self.chance(4) else self.any_of([5, 10, 15, 20, 60])
        work_s += 40 * (self.about == "desk")
        if row.hall < 0:
            return [Visit(number, work_s)]
        attempts = range(1 + self.rng.randint(0, 2))
        return [Visit(number, work_s, k, self.patience(), self.come_back()) for k in attempts]

    def patience(self) -> int:
        """How long an applicant waits."""
        return self.any_of([FAR, FAR, FAR, 0, 5, 10, 20, self.rng.randint(0, 60)])

    def come_back(self) -> int:
        """After how long an applicant comes back."""
        return self.any_of([1, 5, 10, 20, DAY_S - 20, DAY_S, self.rng.randint(1, 60)])

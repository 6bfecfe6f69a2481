"""The office laid out in memory: what the kernel reads and writes, as tables of integers.

Small tables are arrays of records, so that what is used together lies together. Visits are columns:
those of demand are read where they are, and those of the journal are written in their final form.
"""

from __future__ import annotations

from functools import partial
from mmap import ACCESS_COPY, mmap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulation.engines.compiled.jit import compiled
from simulation.engines.compiled.lists import BITS, NO_STAMP, places_for
from simulation.errors import InputError
from simulation.language import _, written
from simulation.semantics import Clock, Closing, Discipline, Outcome
from simulation.units import DAY_S, NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from simulation.plan.arrays import HallPlan, ServicePlan
    from simulation.tables import Attendance, Demand
    from simulation.worktime import Calendar

    Column = NDArray[Any]
    Ints = NDArray[np.int64]
    Table = Any  # an array of records, with int64 fields


FOLLOWS, SPARE, OPENS = 0, 1, 2


class Rules(NamedTuple):
    """What does not change.

    Attributes:
        rows: Fields of `Rows`; ``clock`` is 0 where nobody asks for due instants.
        cells: Fields of `Cells`.
        calendars: ``first`` and ``behind`` number of their spans; ``cum``: first in ``cum_s``.
        begin_s, end_s, cum_s: Spans of all calendars.
        legal_begin_s, legal_end_s, legal_cum_s: Those of the legal calendar.
        departures_s: Of all timetables.
    """

    end_of_run_s: int
    cutoff_s: int
    handover_after_s: int
    rows: Table
    cells: Table
    calendars: Table
    begin_s: Ints
    end_s: Ints
    cum_s: Ints
    legal_begin_s: Ints
    legal_end_s: Ints
    legal_cum_s: Ints
    departures_s: Ints


class Papers(NamedTuple):
    """Dossiers and visits: columns of `Demand` and `Journal`, and what is kept beside them.

    In ``outcome`` the kernel writes who leaves unserved, and at the end that all else that has
    ended is done.

    Attributes:
        due_s: Due instant of a dossier; NEVER before it is accepted.
        branches: How many branches of a dossier's fork have not ended.
        dossier: Whose visit it is.
        place: FOLLOWS, SPARE (it is a spare attempt) or OPENS (it is the first of its dossier, or
            behind the last of all).
        left_s: Work content that remains of a visit that was handed over.
    """

    submitted_s: Ints
    accepted_s: Ints
    paused_s: Ints
    visit_ptr: Ints
    cell: NDArray[np.int32]
    due_s: Ints
    branches: NDArray[np.int32]
    dossier: NDArray[np.int32]
    place: NDArray[np.int8]
    row: NDArray[np.int32]
    work_s: Ints
    left_s: Ints
    patience_s: Ints
    return_s: Ints
    person: NDArray[np.int32]
    ready_s: Ints
    started_s: Ints
    ended_s: Ints
    outcome: NDArray[np.int8]


class Staff(NamedTuple):
    """People and teams.

    Attributes:
        people: ``team``; ``span``: the one they are in, or the next; ``behind``: their last span;
            ``visit`` they have (-1: none), its ``key``, when ``taken_s``, at which ``efficiency``;
            ``continues``: others have left it to them;
            ``worked_s``: how long they will have worked at it when they hand it over (NEVER: they
            will complete it).
        begin_s, end_s: Spans of attendance.
        begins_s, comer: Begins of spans in order of time, and who comes.
        teams: ``idle``: where its heap begins.
        idle: Heaps of stamps: since when somebody is idle, and who. Some have gone meanwhile.
    """

    people: Table
    begin_s: Ints
    end_s: Ints
    begins_s: Ints
    comer: Ints
    teams: Table
    idle: Ints


class Desks(NamedTuple):
    """Desks and their queues.

    Attributes:
        desks: Fields of `DeskPlan`; ``queue``: where its queue begins; ``in_person``: applicants
            may wait here.
        keys, stamps: The queues. Some applicants have left meanwhile.
    """

    desks: Table
    keys: Ints
    stamps: Ints


class Turns(NamedTuple):
    """In each turn of a dispatch one team looks at one desk.

    Attributes:
        turns: ``team``, ``desk`` and ``efficiency``, in order.
        teams, desks: ``first`` and ``behind`` in the columns of the same names.
        of_team, of_desk: Numbers of turns.
        called: A list of the turns to take at this instant, by number.
    """

    turns: Table
    teams: Table
    of_team: Ints
    desks: Table
    of_desk: Ints
    called: Ints


class Halls(NamedTuple):
    """Halls and who waits in them.

    Attributes:
        halls: Fields of `HallPlan`; ``counted``: session or day whose tickets are counted;
            ``drawn``: how many were; ``waiting``: applicants who have not been started;
            ``guests``: where its list begins.
        guests: Lists of visits that began to wait, as they came. Some have ended meanwhile.
        closings_s, closing: When halls close, in order of time, and which.
    """

    halls: Table
    guests: Ints
    closings_s: Ints
    closing: Ints


class Agenda(NamedTuple):
    """What is to come, and what happens at this instant.

    Attributes:
        next: One record, how far we are: the next ``dossier`` to enter, the next in `Staff`'s
            ``begins_s``, in `Halls`' ``closings_s``, and in ``pieces``.
        timetables: ``next`` and ``behind`` in `Rules`' ``departures_s``; ``parting``: where its
            list begins.
        parting: Lists of visits that wait for the next departure: all for the same one.
        completions: Tournament of stamps: when each person completes or hands over what they have.
        timers: Heap of stamps of visits: when a delay or patience ends or an applicant comes;
            and of timetables, numbered behind the visits: when those who wait depart.
        ended, joining: Lists of visits that have ended, and that are about to join.
        door: Heap of visits whose applicants are about to come in. ``inside``: List of those who
            then have.
        impatient: List of visits whose patience has ended.
        pieces: Records of `Pieces`.
    """

    next: Table
    timetables: Table
    parting: Ints
    completions: Ints
    timers: Ints
    ended: Ints
    joining: Ints
    door: Ints
    inside: Ints
    impatient: Ints
    pieces: Table


class Office(NamedTuple):
    """Everything."""

    rules: Rules
    papers: Papers
    staff: Staff
    desks: Desks
    turns: Turns
    halls: Halls
    agenda: Agenda


def lay_out(service: ServicePlan, demand: Demand, attendance: Attendance) -> Office:
    """The office before anything has happened.

    Raises:
        InputError: There are more visits, or a longer time, than a stamp can hold.
    """
    if demand.visits + len(service.timetables) >= 1 << BITS or service.horizon.end_s >= 1 << (
        BITS + 1
    ):
        raise InputError(
            _(
                "{visits} visits in {days} days are too many: the compiled engine holds "
                "{most} visits and 136 years; simulate a part"
            ).format(
                visits=written(f"{demand.visits:,}"),
                days=written(f"{service.horizon.end_s // DAY_S:,}"),
                most=written(f"{(1 << BITS) - 1:,}"),
            )
        )
    papers, visits_of_row = _papers(demand, len(service.rows.kind))
    return Office(
        rules=_rules(service),
        papers=papers,
        staff=_staff(service, attendance),
        desks=_desks(service, visits_of_row),
        turns=_turns(service),
        halls=_halls(service, visits_of_row),
        agenda=_agenda(service, visits_of_row, len(attendance.begin_s)),
    )


def _rules(service: ServicePlan) -> Rules:
    rows = _records(
        service.rows,
        "kind desk hall interruptible priority mean_s clock from_due offset_s calendar timetable "
        "branch",
    )
    rows["clock"] &= Clock.STARTS | Clock.PAUSES if _asks_for_due(service) else Clock.NOTHING
    calendars = service.calendars
    ptr = _pointers([len(calendar.begin_s) for calendar in calendars])
    legal = calendars[service.legal]
    return Rules(
        end_of_run_s=service.horizon.end_s,
        cutoff_s=service.cutoff_s,
        handover_after_s=service.handover_after_s,
        rows=rows,
        cells=_records(service.cells, "deadline_kind deadline_amount restarts"),
        calendars=_table(first=ptr[:-1], behind=ptr[1:], cum=ptr[:-1] + np.arange(len(ptr) - 1)),
        begin_s=_joined(calendar.begin_s for calendar in calendars),
        end_s=_joined(calendar.end_s for calendar in calendars),
        cum_s=_joined(calendar.cum_s for calendar in calendars),
        legal_begin_s=_constant(legal.begin_s, np.int64),
        legal_end_s=_constant(legal.end_s, np.int64),
        legal_cum_s=_constant(legal.cum_s, np.int64),
        departures_s=_joined(service.timetables),
    )


def _asks_for_due(service: ServicePlan) -> bool:
    """Whether due instants show in a journal: in the order of a queue, or as an anchor."""
    by_due = any(desk.discipline == Discipline.EARLIEST_DUE for desk in service.desks)
    return by_due or bool(service.rows.from_due.any())


def _papers(demand: Demand, rows: int) -> tuple[Papers, Ints]:
    """The papers, and how many visits there are of each row."""
    dossiers, visits = demand.dossiers, demand.visits
    dossier, place = np.empty(visits, np.int32), np.empty(visits + 1, np.int8)
    visits_of_row = np.zeros(rows, np.int64)
    visit_ptr = _constant(demand.visit_ptr, np.int64)
    row = _constant(demand.row, np.int32)
    attempt = _constant(demand.attempt, np.int16)
    bind(visit_ptr, row, attempt, dossier, place, visits_of_row)
    papers = Papers(
        submitted_s=_constant(demand.submitted_s, np.int64),
        accepted_s=_constant(demand.accepted_s, np.int64),
        paused_s=_constant(demand.paused_s, np.int64),
        visit_ptr=visit_ptr,
        cell=_constant(demand.cell, np.int32),
        due_s=np.full(dossiers, NEVER, np.int64),
        branches=np.zeros(dossiers, np.int32),
        dossier=dossier,
        place=place,
        row=row,
        work_s=_constant(demand.work_s, np.int64),
        left_s=_room(visits),
        patience_s=_constant(demand.patience_s, np.int64),
        return_s=_constant(demand.return_s, np.int64),
        person=np.full(visits, -1, np.int32),
        ready_s=np.full(visits, NEVER, np.int64),
        started_s=np.full(visits, NEVER, np.int64),
        ended_s=np.full(visits, NEVER, np.int64),
        outcome=np.full(visits, Outcome.NONE, np.int8),
    )
    return papers, visits_of_row


@partial(compiled, announced=False)
def bind(  # noqa: PLR0917  three columns to read and three to write
    visit_ptr: Ints, row: Column, attempt: Column, dossier: Column, place: Column,
    visits_of_row: Ints,
) -> None:  # fmt: skip
    """Write down whose each visit is and which place it has; count the visits of each row."""
    for d in range(len(visit_ptr) - 1):
        for v in range(visit_ptr[d], visit_ptr[d + 1]):
            dossier[v] = d
            place[v] = SPARE if attempt[v] > 0 else FOLLOWS
            visits_of_row[row[v]] += 1
        place[visit_ptr[d]] = OPENS
    place[len(row)] = OPENS


def _staff(service: ServicePlan, attendance: Attendance) -> Staff:
    team = np.array(service.person_team, np.int64)
    first, behind = attendance.person_ptr[:-1], attendance.person_ptr[1:]
    person = np.repeat(np.arange(len(team)), behind - first)
    order = np.argsort(attendance.begin_s, kind="stable")
    # In each span one stamp of a person can be left behind.
    idle, heaps = _lists(np.bincount(team[person], minlength=len(service.teams)))
    return Staff(
        people=_table(
            team=team, span=first, behind=behind,
            visit=-1, key=0, taken_s=NEVER, efficiency=0, continues=0, worked_s=NEVER,
        ),
        begin_s=_constant(attendance.begin_s, np.int64),
        end_s=_constant(attendance.end_s, np.int64),
        begins_s=attendance.begin_s[order],
        comer=person[order],
        teams=_table(idle=idle),
        idle=heaps,
    )  # fmt: skip


def _desks(service: ServicePlan, visits_of_row: Ints) -> Desks:
    desk = service.rows.desk
    queue, stamps = _lists(_visits_at(desk, visits_of_row, len(service.desks)))
    return Desks(
        desks=_table(
            discipline=[plan.discipline for plan in service.desks],
            by_actual=[plan.by_actual for plan in service.desks],
            queue=queue,
            in_person=np.isin(np.arange(len(service.desks)), desk[service.rows.hall >= 0]),
        ),
        keys=_room(len(stamps)),
        stamps=stamps,
    )


def _turns(service: ServicePlan) -> Turns:
    turns = [
        (level, plan.rank, team, desk, efficiency)
        for team, plan in enumerate(service.teams)
        for level, (desk, efficiency) in enumerate(
            zip(plan.desks, plan.efficiency_permille, strict=True)
        )
    ]
    _, _, team, desk, efficiency = np.array(sorted(turns), np.int64).reshape(-1, 5).T
    teams, of_team = _grouped(team, len(service.teams))
    desks, of_desk = _grouped(desk, len(service.desks))
    return Turns(
        turns=_table(team=team, desk=desk, efficiency=efficiency),
        teams=teams,
        of_team=of_team,
        desks=desks,
        of_desk=of_desk,
        called=_list(len(turns)),
    )


def _halls(service: ServicePlan, visits_of_row: Ints) -> Halls:
    first, guests = _lists(_visits_at(service.rows.hall, visits_of_row, len(service.halls)))
    closings = [_closings_s(hall, service.calendars[hall.calendar]) for hall in service.halls]
    closings_s = _joined(closings)
    closing = np.repeat(np.arange(len(closings)), [len(some_s) for some_s in closings])
    order = np.argsort(closings_s, kind="stable")
    names = ["calendar", "waiting_room", "tickets", "tickets_per_day", "return_working"]
    plans = {name: [getattr(hall, name) for hall in service.halls] for name in names}
    return Halls(
        halls=_table(**plans, counted=NEVER, drawn=0, waiting=0, guests=first),
        guests=guests,
        closings_s=closings_s[order],
        closing=closing[order],
    )


def _closings_s(hall: HallPlan, calendar: Calendar) -> Ints:
    """When those who still wait have to leave a hall."""
    day = calendar.begin_s // DAY_S
    closes = np.full(len(day), hall.closing != Closing.NONE)
    if hall.closing == Closing.DAY:
        closes[:-1] = day[:-1] != day[1:]
    closings_s: Ints = calendar.end_s[closes]
    return closings_s


def _agenda(service: ServicePlan, visits_of_row: Ints, spans: int) -> Agenda:
    timetables, visits = len(service.timetables), int(visits_of_row.sum())
    ptr = _pointers([len(timetable) for timetable in service.timetables])
    first, parting = _lists(_visits_at(service.rows.timetable, visits_of_row, timetables))
    piece = _record(["visit", "person", "started_s", "ended_s"])
    return Agenda(
        next=_table(dossier=[0], begin=0, closing=0, piece=0),
        timetables=_table(next=ptr[:-1], behind=ptr[1:], parting=first),
        parting=parting,
        completions=np.full(places_for(len(service.person_team)), NO_STAMP, np.int64),
        timers=_list(visits + timetables),
        ended=_list(visits),
        joining=_list(visits),
        door=_list(visits),
        inside=_list(visits),
        impatient=_list(visits),
        # At the end of a span there is one handover at most. It adds the piece that ends there,
        # and if the visit goes on, makes a piece of its last part.
        pieces=_room(2 * spans * (piece.itemsize // 8)).view(piece),
    )


def _visits_at(place: Ints, visits_of_row: Ints, places: int) -> Ints:
    """How many visits there are at each place, which is a column of `Rows`, -1 for none."""
    visits = np.zeros(places, np.int64)
    np.add.at(visits, place[place >= 0], visits_of_row[place >= 0])
    return visits


def _constant(column: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """A column that the kernel only reads, of one type to numba wherever it comes from."""
    view = np.require(column, dtype, ["C", "A"]).view()
    view.flags.writeable = False
    return view


def _joined(columns: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *columns])


def _pointers(counts: Sequence[int] | Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))


def _record(names: Iterable[str]) -> np.dtype[Any]:
    return np.dtype((np.record, [(name, np.int64) for name in names]))


def _table(**columns: Any) -> Table:
    """Records of such columns; a single number is a column of that number."""
    shape = np.broadcast_shapes(*(np.shape(column) for column in columns.values()))
    table = np.empty(shape, _record(columns))
    for name, column in columns.items():
        table[name] = column
    return table


def _records(source: object, names: str) -> Table:
    """Some columns of a table as records."""
    return _table(**{name: getattr(source, name) for name in names.split()})


def _room(most: int | np.int64) -> Ints:
    """Room for so many numbers, of which few will be used; they are 0.

    It is mapped by hand because numpy asks for huge pages, of which one number takes two megabytes.
    """
    return np.frombuffer(mmap(-1, max(8 * int(most), 8), access=ACCESS_COPY), np.int64)[:most]


def _list(most: int) -> Ints:
    """An empty list for so many entries, as `lists` has it."""
    return _room(most + 1)


def _lists(most: Ints) -> tuple[Ints, Ints]:
    """Where each of several lists begins in one array, and the array."""
    ptr = _pointers(most + 1)
    return ptr[:-1], _room(ptr[-1])


def _grouped(group: Ints, groups: int) -> tuple[Table, Ints]:
    """First and behind of each group in the second column, which holds the numbers in it."""
    ptr = _pointers(np.bincount(group, minlength=groups))
    return _table(first=ptr[:-1], behind=ptr[1:]), np.argsort(group, kind="stable")

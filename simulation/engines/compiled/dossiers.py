"""How a dossier passes from visit to visit, and what that does to its due instant.

Throughout the kernel ``d`` is the number of a dossier, ``v`` of a visit, ``p`` of a person, and
``t`` the instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.engines.compiled.jit import inlined
from simulation.engines.compiled.lists import append, insert, push, stamp, take_last
from simulation.engines.compiled.office import FOLLOWS, SPARE
from simulation.engines.compiled.prefetch import prefetch
from simulation.engines.compiled.queues import enqueue
from simulation.legal import after_supplement_one, due_one, extend_one
from simulation.semantics import Clock, Discipline, Kind, queue_key
from simulation.units import FAR, NEVER
from simulation.worktime import add_one, next_open_one, subtract_one

if TYPE_CHECKING:
    from simulation.engines.compiled.office import Office

# numba does not know flags.
STARTS: Final = int(Clock.STARTS)
PAUSES: Final = int(Clock.PAUSES)


@inlined
def row_of(office: Office, v: int) -> Any:
    """The template row of a visit."""
    return office.rules.rows[office.papers.row[v]]


@inlined
def expect_end(office: Office, v: int) -> None:
    """A visit will be the next to end: have fetched what it takes to go on to the one after it."""
    papers = office.papers
    prefetch(papers.row, v)
    prefetch(papers.place, v + 1)
    prefetch(papers.work_s, v + 1)
    prefetch(papers.ready_s, v + 1)
    prefetch(papers.started_s, v + 1)
    prefetch(papers.ended_s, v + 1)


@inlined
def pass_on(office: Office, t: int) -> None:
    """Visits that have ended lead to others, as long as anything happens at this instant."""
    ended, joining = office.agenda.ended, office.agenda.joining
    while ended[0] > 0 or joining[0] > 0:
        while ended[0] > 0:
            go_on(office, take_last(ended), t)
        if joining[0] > 0:
            join(office, take_last(joining), t)


@inlined
def go_on(office: Office, v: int, t: int) -> None:
    """The legal clock takes notice that a visit has ended, and the dossier goes on."""
    row = row_of(office, v)
    if row.clock != 0:
        turn_clock(office, v, row.clock, t)
    if row.kind == Kind.FORK:
        spread(office, v)
    elif row.branch > 0:
        go_on_in_branch(office, v, row.branch)
    else:
        go_on_along_trunk(office, v, t)


@inlined
def go_on_along_trunk(office: Office, v: int, t: int) -> None:
    """To the next visit behind the spare attempts of this one."""
    place = office.papers.place
    v += 1
    while place[v] == SPARE:
        v += 1
    if place[v] == FOLLOWS:
        come_to(office, v, t)


@inlined
def come_to(office: Office, v: int, t: int) -> None:
    """A dossier comes to a visit at t. Applicants wait outside until the hall is open."""
    if row_of(office, v).hall < 0:
        append(office.agenda.joining, v)
    else:
        come_at(office, v, opens_s(office, hall_of(office, v).calendar, t), t)


@inlined
def come_at(office: Office, v: int, comes_s: int, t: int) -> None:
    """An applicant comes then, or NEVER. Those who come now wait at the door for one another."""
    if comes_s == t:
        push(office.agenda.door, v)
    elif t < comes_s < office.rules.end_of_run_s:
        push(office.agenda.timers, stamp(comes_s, v))


@inlined
def hall_of(office: Office, v: int) -> Any:
    """The hall in which an applicant waits for a visit."""
    return office.halls.halls[row_of(office, v).hall]


@inlined
def opens_s(office: Office, number: int, from_s: int) -> int:
    """The first instant from one on at which a calendar is open, or NEVER."""
    begin_s, end_s, cum_s = calendar_of(office, number)
    return next_open_one(begin_s, end_s, cum_s, from_s)


@inlined
def calendar_of(office: Office, number: int) -> Any:
    """The spans of a calendar, as `worktime` asks for them."""
    rules, calendar = office.rules, office.rules.calendars[number]
    first, behind, cum = calendar.first, calendar.behind, calendar.cum
    cum_s = rules.cum_s[cum : cum + behind - first + 1]
    return rules.begin_s[first:behind], rules.end_s[first:behind], cum_s


@inlined
def spread(office: Office, v: int) -> None:
    """The first visit of each branch of a fork joins, or the join where there is none."""
    papers, joining, branches, last = office.papers, office.agenda.joining, 0, 0
    v += 1
    while row_of(office, v).kind != Kind.JOIN:
        branch = row_of(office, v).branch
        if branch != last:
            append(joining, v)
            branches, last = branches + 1, branch
        v += 1
    papers.branches[papers.dossier[v]] = branches
    if branches == 0:
        append(joining, v)


@inlined
def go_on_in_branch(office: Office, v: int, branch: int) -> None:
    """To the next visit of the branch, or to the join when all branches have ended."""
    papers, joining, d = office.papers, office.agenda.joining, office.papers.dossier[v]
    v += 1
    if row_of(office, v).branch == branch:
        append(joining, v)
    else:
        papers.branches[d] -= 1
        if papers.branches[d] == 0:
            while row_of(office, v).kind != Kind.JOIN:
                v += 1
            append(joining, v)


@inlined
def join(office: Office, v: int, t: int) -> None:
    """A visit joins, no applicant being present. What has no length ends at once."""
    if row_of(office, v).kind == Kind.WORK:
        join_queue(office, v, t)
        return
    papers = office.papers
    papers.ready_s[v] = papers.started_s[v] = t
    ended_s = end_of_visit(office, v, t)
    if t <= ended_s < office.rules.end_of_run_s:
        papers.ended_s[v] = ended_s
        if ended_s == t:
            append(office.agenda.ended, v)
        elif row_of(office, v).kind == Kind.DEPARTURE:
            wait_for_departure(office, v, ended_s)
        else:
            push(office.agenda.timers, stamp(ended_s, v))


@inlined
def end_of_visit(office: Office, v: int, t: int) -> int:
    """When a visit that joins at t and is no work ends, or NEVER."""
    row = row_of(office, v)
    if row.kind == Kind.DELAY:
        return end_of_delay(office, v, t)
    if row.kind == Kind.DEPARTURE:
        return next_departure(office, row.timetable, t)
    return t


@inlined
def end_of_delay(office: Office, v: int, t: int) -> int:
    """When a delay ends, or NEVER."""
    papers, row = office.papers, row_of(office, v)
    from_s, length_s = t, int(papers.work_s[v])
    if row.from_due:
        due_s = papers.due_s[papers.dossier[v]]
        from_s = max(t, anchor_s(office, due_s, row.offset_s))
    if row.calendar < 0:
        return from_s + length_s
    begin_s, end_s, cum_s = calendar_of(office, row.calendar)
    return add_one(begin_s, end_s, cum_s, from_s, length_s)


@inlined
def anchor_s(office: Office, due_s: int, offset_s: int) -> int:
    """The due instant moved by legal working time; NEVER if it does not exist."""
    rules = office.rules
    begin_s, end_s, cum_s = rules.legal_begin_s, rules.legal_end_s, rules.legal_cum_s
    if due_s in (NEVER, FAR):
        return NEVER
    if offset_s >= 0:
        return add_one(begin_s, end_s, cum_s, due_s, offset_s)
    return subtract_one(begin_s, end_s, cum_s, due_s, -offset_s)


@inlined
def next_departure(office: Office, timetable: int, t: int) -> int:
    """The first departure at or after t, or NEVER. As time does not go back, nor does ``next``."""
    table, departures_s = office.agenda.timetables[timetable], office.rules.departures_s
    while table.next < table.behind and departures_s[table.next] < t:
        table.next += 1
    return int(departures_s[table.next]) if table.next < table.behind else NEVER


@inlined
def wait_for_departure(office: Office, v: int, departure_s: int) -> None:
    """A visit waits for the next departure with all others that do; one timer is enough for all."""
    agenda, timetable = office.agenda, row_of(office, v).timetable
    parting = agenda.parting[agenda.timetables[timetable].parting :]
    if parting[0] == 0:
        push(agenda.timers, stamp(departure_s, len(office.papers.row) + timetable))
    append(parting, v)


@inlined
def depart(office: Office, timetable: int) -> None:
    """All who waited for a departure have gone."""
    agenda = office.agenda
    parting = agenda.parting[agenda.timetables[timetable].parting :]
    while parting[0] > 0:
        append(agenda.ended, take_last(parting))


@inlined
def turn_clock(office: Office, v: int, flags: int, t: int) -> None:
    """What the end of a visit does to the due instant."""
    papers, d = office.papers, office.papers.dossier[v]
    if flags & STARTS:
        papers.due_s[d] = due_if_accepted(office, d, t)
    elif papers.due_s[d] != NEVER:
        papers.due_s[d] = due_after_pause(office, d, papers.ready_s[v], t)


@inlined
def due_if_accepted(office: Office, d: int, t: int) -> int:
    """When a dossier accepted at t is due."""
    cell = office.rules.cells[office.papers.cell[d]]
    return due_one(law(office), cell.deadline_kind, cell.deadline_amount, t)


@inlined
def due_as_carried_in(office: Office, d: int) -> int:
    """When a dossier is due that enters accepted, and perhaps paused for a time before."""
    papers = office.papers
    due_s = due_if_accepted(office, d, papers.accepted_s[d])
    kind = office.rules.cells[papers.cell[d]].deadline_kind
    return extend_one(law(office), kind, due_s, papers.paused_s[d])


@inlined
def due_after_pause(office: Office, d: int, from_s: int, to_s: int) -> int:
    """When a dossier is due after a pause."""
    cell, due_s = office.rules.cells[office.papers.cell[d]], office.papers.due_s[d]
    kind, amount, restarts = cell.deadline_kind, cell.deadline_amount, cell.restarts
    return after_supplement_one(law(office), kind, amount, restarts, due_s, from_s, to_s)


@inlined
def law(office: Office) -> Any:
    """The legal clock in the form of `legal.LegalClock.plain`."""
    rules = office.rules
    return rules.legal_begin_s, rules.legal_end_s, rules.legal_cum_s, rules.cutoff_s


@inlined
def join_queue(office: Office, v: int, t: int) -> None:
    """A visit joins the queue of its desk, with a key that it keeps."""
    papers, row, due_s = office.papers, row_of(office, v), FAR
    desk = office.desks.desks[row.desk]
    if desk.discipline == Discipline.EARLIEST_DUE:
        due_s = papers.due_s[papers.dossier[v]]
        if due_s == NEVER:
            due_s = due_if_accepted(office, papers.dossier[v], t)
    work_s = papers.work_s[v] if desk.by_actual else row.mean_s
    papers.ready_s[v] = t
    wait(office, v, queue_key(desk.discipline, t, due_s, work_s, row.priority))


@inlined
def wait(office: Office, v: int, key: int) -> None:
    """A visit waits at its desk, in its place; teams that have somebody idle look at it."""
    desks, turns, staff, number = office.desks, office.turns, office.staff, row_of(office, v).desk
    queue, desk = desks.desks[number].queue, turns.desks[number]
    enqueue(desks.keys[queue:], desks.stamps[queue:], key, stamp(office.papers.ready_s[v], v))
    for i in range(desk.first, desk.behind):
        team = turns.turns[turns.of_desk[i]].team
        if staff.idle[staff.teams[team].idle] > 0:
            call(office, turns.of_desk[i])


@inlined
def call(office: Office, turn: int) -> None:
    """Let a turn be taken in the dispatch of this instant."""
    called = office.turns.called
    for i in range(1, called[0] + 1):
        if called[i] == turn:
            return
    insert(called, turn)

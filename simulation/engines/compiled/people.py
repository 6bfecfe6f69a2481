"""How people take visits, complete them, and hand them over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.engines.compiled.dossiers import call, row_of, wait
from simulation.engines.compiled.jit import inlined
from simulation.engines.compiled.lists import append, number_of, play, pop, push, stamp, time_of
from simulation.engines.compiled.prefetch import prefetch
from simulation.engines.compiled.queues import dequeue
from simulation.semantics import Outcome, done_work_s, duration_s
from simulation.units import NEVER
from simulation.worktime import measure_one

if TYPE_CHECKING:
    from simulation.engines.compiled.lists import Ints
    from simulation.engines.compiled.office import Office

NONE: Final = int(Outcome.NONE)


@inlined
def dispatch(office: Office, t: int) -> None:
    """Idle people take what waits. Turns in which nothing is new would find nothing."""
    turns, staff, desks = office.turns, office.staff, office.desks
    for i in range(1, turns.called[0] + 1):
        turn = turns.turns[turns.called[i]]
        desk, idle = desks.desks[turn.desk], staff.idle[staff.teams[turn.team].idle :]
        keys, stamps = desks.keys[desk.queue :], desks.stamps[desk.queue :]
        while somebody_idle(office, idle, t) and something_waits(office, desk, keys, stamps):
            p, v = number_of(pop(idle)), number_of(stamps[1])
            person = staff.people[p]
            person.visit, person.key, person.efficiency = v, keys[1], turn.efficiency
            dequeue(keys, stamps)
            if stamps[0] > 0:
                expect_start(office, number_of(stamps[1]))
            take(office, p, t)
    turns.called[0] = 0


@inlined
def somebody_idle(office: Office, idle: Ints, t: int) -> bool:
    """Whether somebody heads a team's heap; forgets those whose shift has ended meanwhile."""
    staff = office.staff
    while idle[0] > 0:
        span = staff.people[number_of(idle[1])].span
        if staff.begin_s[span] <= time_of(idle[1]) and t < staff.end_s[span]:
            return True
        pop(idle)
    return False


@inlined
def something_waits(office: Office, desk: Any, keys: Ints, stamps: Ints) -> bool:
    """Whether a visit heads a queue; forgets those whose applicant has left meanwhile."""
    while desk.in_person and stamps[0] > 0:
        if office.papers.outcome[number_of(stamps[1])] == NONE:
            return True
        dequeue(keys, stamps)
    return bool(stamps[0] > 0)


@inlined
def expect_start(office: Office, v: int) -> None:
    """A visit will be the next at its desk to be taken: have fetched what that takes."""
    papers = office.papers
    prefetch(papers.row, v)
    prefetch(papers.work_s, v)
    prefetch(papers.started_s, v)
    prefetch(papers.ended_s, v)
    prefetch(papers.person, v)
    prefetch(papers.outcome, v)


@inlined
def take(office: Office, p: int, t: int) -> None:
    """Somebody begins with a visit, or with what others have left of it.

    When they will complete it or hand it over is certain now: nobody interrupts them but their
    own shift.
    """
    papers, person = office.papers, office.staff.people[p]
    v = person.visit
    row, work_s = row_of(office, v), papers.work_s[v]
    person.taken_s, person.worked_s = t, NEVER
    person.continues = papers.started_s[v] != NEVER
    if person.continues:
        work_s = papers.left_s[v]
    else:
        papers.started_s[v] = t
        if row.hall >= 0:
            office.halls.halls[row.hall].waiting -= 1
    papers.person[v] = p
    until_s = t + duration_s(work_s, person.efficiency)
    if row.interruptible and until_s > office.staff.end_s[person.span]:
        until_s = work_in_spans(office, person, until_s - t)
    if until_s < office.rules.end_of_run_s:
        play(office.agenda.completions, p, stamp(until_s, p))
        if person.worked_s == NEVER:
            papers.ended_s[v] = until_s


@inlined
def work_in_spans(office: Office, person: Any, needs_s: int) -> int:
    """When somebody who stops at the end of each span completes a visit, or hands it over."""
    staff, t, left_s, span = office.staff, person.taken_s, needs_s, person.span
    while t + left_s > staff.end_s[span]:
        left_s -= staff.end_s[span] - t
        if span + 1 == person.behind or too_long(
            office, staff.end_s[span], staff.begin_s[span + 1]
        ):
            person.worked_s = needs_s - left_s
            return int(staff.end_s[span])
        span += 1
        t = staff.begin_s[span]
    return int(t + left_s)


@inlined
def too_long(office: Office, from_s: int, to_s: int) -> bool:
    """Whether what somebody has in hand is handed over because they are off between two spans."""
    rules = office.rules
    begin_s, end_s, cum_s = rules.legal_begin_s, rules.legal_end_s, rules.legal_cum_s
    return measure_one(begin_s, end_s, cum_s, from_s, to_s) > rules.handover_after_s


@inlined
def put_down(office: Office, p: int, t: int) -> None:
    """Somebody completes a visit, or hands it over because the shift has ended."""
    papers, person = office.papers, office.staff.people[p]
    v = person.visit
    if person.continues or person.worked_s != NEVER:
        write_piece(office, p, t)
    person.visit = -1
    if person.worked_s == NEVER:
        append(office.agenda.ended, v)
        if on_shift(office, person, t):
            be_idle(office, p, t)
    else:
        work_s = papers.left_s[v] if person.continues else papers.work_s[v]
        done_s = done_work_s(person.worked_s, person.efficiency)
        papers.left_s[v] = work_s - done_s  # never nothing, or it would have been completed
        wait(office, v, person.key)


@inlined
def on_shift(office: Office, person: Any, t: int) -> bool:
    """Whether a span that began before t goes on. One that begins at t does so in `come`."""
    staff = office.staff
    while person.span < person.behind and staff.end_s[person.span] <= t:
        person.span += 1
    return bool(person.span < person.behind and staff.begin_s[person.span] < t)


@inlined
def be_idle(office: Office, p: int, t: int) -> None:
    """Somebody on shift has nothing to do from now on, and looks at desks where something waits."""
    staff, desks, turns, number = (
        office.staff,
        office.desks,
        office.turns,
        office.staff.people[p].team,
    )
    push(staff.idle[staff.teams[number].idle :], stamp(t, p))
    team = turns.teams[number]
    for i in range(team.first, team.behind):
        desk = turns.turns[turns.of_team[i]].desk
        if desks.stamps[desks.desks[desk].queue] > 0:
            call(office, turns.of_team[i])


@inlined
def come(office: Office, t: int) -> None:
    """Spans of attendance begin: whoever comes and has nothing to go on with is idle."""
    progress, staff = office.agenda.next[0], office.staff
    while progress.begin < len(staff.begins_s) and staff.begins_s[progress.begin] == t:
        p = staff.comer[progress.begin]
        person = staff.people[p]
        if person.visit < 0:
            while staff.end_s[person.span] <= t:
                person.span += 1
            be_idle(office, p, t)
        progress.begin += 1


@inlined
def write_piece(office: Office, p: int, ended_s: int) -> None:
    """Write down somebody's part of a visit that was handed over."""
    progress, person = office.agenda.next[0], office.staff.people[p]
    piece = office.agenda.pieces[progress.piece]
    piece.visit, piece.person = person.visit, p
    piece.started_s, piece.ended_s = person.taken_s, ended_s
    progress.piece += 1


@inlined
def write_open_pieces(office: Office) -> None:
    """At the end: the parts of those who are still at it."""
    people = office.staff.people
    for p in range(len(people)):
        if people[p].visit >= 0 and people[p].continues:
            write_piece(office, p, NEVER)

"""The kernel: from instant to instant, and at each through the three phases of `semantics`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.engines.compiled.dossiers import (
    come_to,
    depart,
    due_as_carried_in,
    expect_end,
    pass_on,
    row_of,
)
from simulation.engines.compiled.halls import (
    begin_to_wait,
    close_halls,
    come_in,
    leave_full_rooms,
    leave_impatient,
)
from simulation.engines.compiled.jit import compiled, inlined
from simulation.engines.compiled.lists import (
    NO_STAMP,
    append,
    first_time,
    number_of,
    play,
    pop,
    push,
    time_of,
)
from simulation.engines.compiled.people import come, dispatch, put_down, write_open_pieces
from simulation.semantics import Kind, Outcome
from simulation.units import NEVER

if TYPE_CHECKING:
    from simulation.engines.compiled.office import Office, Papers

NONE: Final = int(Outcome.NONE)
DONE: Final = int(Outcome.DONE)


@compiled
def work(office: Office) -> None:
    """Let the office work until the end of the run."""
    t = next_instant(office)
    while t < office.rules.end_of_run_s:
        absorb(office, t)
        dispatch(office, t)
        leave_halls(office, t)
        t = next_instant(office)
    write_open_pieces(office)
    write_outcomes(office.papers)


@inlined
def write_outcomes(papers: Papers) -> None:
    """What has ended, and not because somebody left unserved, is done."""
    for v in range(len(papers.row)):
        if papers.ended_s[v] != NEVER and papers.outcome[v] == NONE:
            papers.outcome[v] = DONE


@inlined
def next_instant(office: Office) -> int:
    """The next instant at which anything happens.

    Ends of spans are not among them: what they change is known when somebody takes a visit, and
    noticed when somebody is looked for who is idle.
    """
    progress, papers, staff, halls = (
        office.agenda.next[0],
        office.papers,
        office.staff,
        office.halls,
    )
    t = min(time_of(office.agenda.completions[1]), first_time(office.agenda.timers))
    if progress.dossier < len(papers.submitted_s):
        t = min(t, papers.submitted_s[progress.dossier])
    if progress.begin < len(staff.begins_s):
        t = min(t, staff.begins_s[progress.begin])
    if progress.closing < len(halls.closings_s):
        t = min(t, halls.closings_s[progress.closing])
    return t


@inlined
def absorb(office: Office, t: int) -> None:
    """Phase 1: everything that happens at t of itself."""
    completions = office.agenda.completions
    while time_of(completions[1]) == t:
        p = number_of(completions[1])
        play(completions, p, NO_STAMP)
        if completions[1] != NO_STAMP:
            expect_end(office, office.staff.people[number_of(completions[1])].visit)
        put_down(office, p, t)
    end_timers(office, t)
    enter(office, t)
    pass_on(office, t)
    come_in(office, t)
    come(office, t)


@inlined
def end_timers(office: Office, t: int) -> None:
    """Delays end, couriers depart, applicants come, and patience ends."""
    agenda = office.agenda
    while first_time(agenda.timers) == t:
        v = number_of(pop(agenda.timers))
        expect_end(office, number_of(agenda.timers[1]))
        if v >= len(office.papers.row):
            depart(office, v - len(office.papers.row))
        elif row_of(office, v).kind != Kind.WORK:
            append(agenda.ended, v)
        elif office.papers.ready_s[v] == NEVER:
            push(agenda.door, v)
        else:
            append(agenda.impatient, v)


@inlined
def enter(office: Office, t: int) -> None:
    """Dossiers enter; those carried in have been accepted before."""
    progress, papers = office.agenda.next[0], office.papers
    while progress.dossier < len(papers.submitted_s) and papers.submitted_s[progress.dossier] == t:
        d = progress.dossier
        if papers.accepted_s[d] != NEVER:
            papers.due_s[d] = due_as_carried_in(office, d)
        if papers.visit_ptr[d] < papers.visit_ptr[d + 1]:
            expect_end(office, papers.visit_ptr[d + 1])  # the first of who enters next, and more
            come_to(office, papers.visit_ptr[d], t)
        progress.dossier += 1


@inlined
def leave_halls(office: Office, t: int) -> None:
    """Phase 3: applicants leave, out of patience, at closing, or because a room is full."""
    leave_impatient(office, t)
    begin_to_wait(office, t)
    close_halls(office, t)
    leave_full_rooms(office, t)

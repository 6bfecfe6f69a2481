"""Applicants in person: how they come in, leave unserved, and come back."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

from simulation.engines.compiled.dossiers import (
    calendar_of,
    come_at,
    hall_of,
    join_queue,
    opens_s,
)
from simulation.engines.compiled.jit import inlined
from simulation.engines.compiled.lists import append, pop, push, stamp, take_last
from simulation.engines.compiled.office import SPARE
from simulation.semantics import Outcome
from simulation.units import DAY_S, NEVER
from simulation.worktime import add_one

if TYPE_CHECKING:
    from simulation.engines.compiled.office import Office

# numba cannot store members of an enumeration.
NONE: Final = int(Outcome.NONE)
ABANDONED: Final = int(Outcome.ABANDONED)
CLOSED: Final = int(Outcome.CLOSED)
FULL: Final = int(Outcome.FULL)
NO_TICKET: Final = int(Outcome.NO_TICKET)


@inlined
def come_in(office: Office, t: int) -> None:
    """Those at the door come in, by number, if there is a ticket for them."""
    door, papers = office.agenda.door, office.papers
    while door[0] > 0:
        v = pop(door)
        append(office.agenda.inside, v)
        hall = hall_of(office, v)
        if hall.tickets < 0 or draw_ticket(office, hall, t):
            hall.waiting += 1
            join_queue(office, v, t)
        else:
            papers.ready_s[v] = t
            papers.outcome[v] = NO_TICKET
            end_unserved(office, v, t)


@inlined
def draw_ticket(office: Office, hall: Any, t: int) -> bool:
    """Draw a ticket of this session or day, if there is one left."""
    count = t // DAY_S
    if not hall.tickets_per_day:
        calendar = office.rules.calendars[hall.calendar]
        count = bisect_right(office.rules.begin_s[calendar.first : calendar.behind], t)
    if count != hall.counted:
        hall.counted, hall.drawn = count, 0
    if hall.drawn == hall.tickets:
        return False
    hall.drawn += 1
    return True


@inlined
def waits(office: Office, v: int) -> bool:
    """Whether an applicant who has come in waits and has not been started."""
    return bool(office.papers.started_s[v] == NEVER and office.papers.outcome[v] == NONE)


@inlined
def leave_impatient(office: Office, t: int) -> None:
    """Those whose patience has ended leave."""
    impatient = office.agenda.impatient
    for i in range(1, impatient[0] + 1):
        if waits(office, impatient[i]):
            office.papers.outcome[impatient[i]] = ABANDONED
            leave(office, impatient[i], t)
    impatient[0] = 0


@inlined
def begin_to_wait(office: Office, t: int) -> None:
    """Those who came in at t and were not taken begin to wait, or have no patience."""
    inside, papers = office.agenda.inside, office.papers
    for i in range(1, inside[0] + 1):
        v = inside[i]
        if waits(office, v):
            if papers.patience_s[v] == 0:
                papers.outcome[v] = ABANDONED
                leave(office, v, t)
            else:
                append(office.halls.guests[hall_of(office, v).guests :], v)
                if papers.patience_s[v] < office.rules.end_of_run_s - t:
                    push(office.agenda.timers, stamp(t + papers.patience_s[v], v))


@inlined
def close_halls(office: Office, t: int) -> None:
    """All who wait leave the halls that close."""
    progress, halls, papers = office.agenda.next[0], office.halls, office.papers
    while progress.closing < len(halls.closings_s) and halls.closings_s[progress.closing] == t:
        guests = halls.guests[halls.halls[halls.closing[progress.closing]].guests :]
        for i in range(1, guests[0] + 1):
            if waits(office, guests[i]):
                papers.outcome[guests[i]] = CLOSED
                leave(office, guests[i], t)
        guests[0] = 0
        progress.closing += 1


@inlined
def leave_full_rooms(office: Office, t: int) -> None:
    """The latest leave the rooms into which more have come than they hold.

    There was room for all before, so they are of those who have just begun to wait.
    """
    inside = office.agenda.inside
    for i in range(1, inside[0] + 1):
        hall = hall_of(office, inside[i])
        guests = office.halls.guests[hall.guests :]
        while 0 <= hall.waiting_room < hall.waiting:
            v = take_last(guests)
            office.papers.outcome[v] = FULL
            leave(office, v, t)
    inside[0] = 0


@inlined
def leave(office: Office, v: int, t: int) -> None:
    """An applicant who waits leaves."""
    hall_of(office, v).waiting -= 1
    end_unserved(office, v, t)


@inlined
def end_unserved(office: Office, v: int, t: int) -> None:
    """An attempt ends; the next, if there is one, begins when the hall is open again."""
    papers = office.papers
    papers.ended_s[v] = t
    if papers.place[v + 1] == SPARE:
        come_at(office, v + 1, back_s(office, hall_of(office, v), t, papers.return_s[v]), t)


@inlined
def back_s(office: Office, hall: Any, t: int, after_s: int) -> int:
    """When somebody who leaves at t comes back, or NEVER."""
    earliest_s = t + after_s
    if hall.return_working:
        begin_s, end_s, cum_s = calendar_of(office, hall.calendar)
        earliest_s = add_one(begin_s, end_s, cum_s, t, after_s)
    return NEVER if earliest_s == NEVER else opens_s(office, hall.calendar, earliest_s)

"""Whether the applicants of a journal waited, left and got tickets by the rules of their halls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.groups import number_within
from simulation.requirements import require
from simulation.semantics import Closing, Outcome
from simulation.units import DAY_S, NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal.record import Joined, Record
    from simulation.plan.arrays import HallPlan

    Ints = NDArray[np.int64]

_LATER: Final = 2**62
"""After everything."""


def check_halls(record: Record) -> None:
    """Requirements J12 to J15.

    Raises:
        AuditError: One is violated.
    """
    joined = record.joined
    left = joined.outcome > Outcome.DONE
    unserved = (joined.hall >= 0) & ~joined.started
    require("J12", ~left | unserved, visit=joined.visit, outcome=joined.outcome)
    for number, hall in enumerate(record.service.halls):
        at = np.flatnonzero(joined.hall == number)
        if len(at):
            _check_tickets(record, hall, at)
            waits = at[joined.outcome[at] != Outcome.NO_TICKET]
            _check_patience(record, hall, waits)
            _check_room(record, hall, waits)


def _check_patience(record: Record, hall: HallPlan, at: Ints) -> None:
    """J13, for those of a hall who got in."""
    joined = record.joined
    ready_s, outcome = joined.ready_s[at], joined.outcome[at]
    patience_s = np.minimum(record.demand.patience_s[joined.visit[at]], _LATER - ready_s)
    tired_s, closes_s = ready_s + patience_s, _next_closing_s(record, hall, ready_s)
    limit_s = np.minimum(tired_s, closes_s)
    limit_s[limit_s >= record.service.horizon.end_s] = _LATER
    waited_until_s = np.where(joined.started[at], joined.started_s[at], joined.ended_s[at])
    waited_until_s[waited_until_s == NEVER] = _LATER
    cause = np.where(tired_s <= closes_s, Outcome.ABANDONED, Outcome.CLOSED)
    leaves = (outcome == Outcome.ABANDONED) | (outcome == Outcome.CLOSED)
    # At the limit patience comes first, then closing, and only then a waiting room that is full.
    in_time = waited_until_s <= limit_s - (outcome == Outcome.FULL)
    right = in_time & (~leaves | ((waited_until_s == limit_s) & (outcome == cause)))
    require(
        "J13",
        right,
        visit=joined.visit[at],
        ready_s=ready_s,
        ended_s=joined.ended_s[at],
        outcome=outcome,
        leaves_by_s=limit_s,
    )


def _next_closing_s(record: Record, hall: HallPlan, ready_s: Ints) -> Ints:
    """The first instant from each on at which those who wait have to leave."""
    calendar = record.service.calendars[hall.calendar]
    closings_s = calendar.end_s
    if hall.closing == Closing.NONE:
        closings_s = closings_s[:0]
    elif hall.closing == Closing.DAY:
        day = calendar.begin_s // DAY_S
        closings_s = closings_s[np.append(day[1:] != day[:-1], True)[: len(day)]]
    closings_s = closings_s[closings_s < record.service.horizon.reach_s]
    return np.append(closings_s, _LATER)[np.searchsorted(closings_s, ready_s, side="left")]


def _check_room(record: Record, hall: HallPlan, at: Ints) -> None:
    """J14, for those of a hall who got in."""
    joined = record.joined
    full = joined.outcome[at] == Outcome.FULL
    if hall.waiting_room < 0:
        require("J14", ~full, visit=joined.visit[at])
        return
    ready_s, visit = joined.ready_s[at], joined.visit[at]
    gone_s = np.where(joined.started[at], joined.started_s[at], joined.ended_s[at])
    gone_s[gone_s == NEVER] = _LATER
    # At the end of the instant of each arrival, when alone the number can be too large.
    came = np.searchsorted(np.sort(ready_s), ready_s, side="right")
    waiting = came - np.searchsorted(np.sort(gone_s), ready_s, side="right")
    require("J14", waiting <= hall.waiting_room, visit=visit, waiting=waiting)
    # Room there was at the instant before, so it is some of those who come now who do not fit.
    turned = full & (gone_s == ready_s) & (waiting == hall.waiting_room)
    require("J14", turned | ~full, visit=visit, waiting=waiting, ready_s=ready_s)
    stays = np.flatnonzero(gone_s > ready_s)
    last_s, last = ready_s[stays], visit[stays]  # visits rise, so the last at an instant is latest
    order = np.lexsort((last, last_s))
    place = np.searchsorted(last_s[order], ready_s[full], side="right") - 1
    latest = np.append(last[order], NEVER)[place]
    same = np.append(last_s[order], NEVER)[place] == ready_s[full]
    require("J14", ~same | (latest < visit[full]), visit=visit[full], stays=latest)


def _check_tickets(record: Record, hall: HallPlan, at: Ints) -> None:
    """J15, for all who came into a hall."""
    joined = record.joined
    visit, ready_s = joined.visit[at], joined.ready_s[at]
    refused = joined.outcome[at] == Outcome.NO_TICKET
    if hall.tickets < 0:
        require("J15", ~refused, visit=visit)
        return
    at_once = ~refused | (joined.ended_s[at] == ready_s)
    require("J15", at_once, visit=visit, ready_s=ready_s)
    begins_s = record.service.calendars[hall.calendar].begin_s
    count = np.searchsorted(begins_s, ready_s, side="right")
    if hall.tickets_per_day:
        count = ready_s // DAY_S
    order = np.lexsort((visit, ready_s))  # counts rise with time
    count, refused = count[order], refused[order]
    place = number_within(count)
    require("J15", refused == (place >= hall.tickets), visit=visit[order], place=place)


def waits(joined: Joined) -> tuple[Ints, Ints]:
    """Visits that wait at a desk for their first start, and when they cease to; 2**62: never.

    Returns:
        Which of the visits that have joined, and the instants.
    """
    at = np.flatnonzero((joined.desk >= 0) & (joined.outcome != Outcome.NO_TICKET))
    until_s = np.where(joined.started[at], joined.started_s[at], joined.ended_s[at])
    return at, np.where(until_s == NEVER, _LATER, until_s)

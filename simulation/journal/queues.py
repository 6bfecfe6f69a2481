"""Whether the queues of a journal were served: in order, and by everybody who was free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.groups import stable_order
from simulation.journal.halls import waits
from simulation.journal.shifts import overlaps
from simulation.requirements import require
from simulation.semantics import Discipline
from simulation.units import FAR, NEVER
from simulation.worktime import Calendar, from_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal.record import Record

    Ints = NDArray[np.int64]


def check_queues(record: Record) -> None:
    """Requirements J16 and J17.

    Raises:
        AuditError: One is violated.
    """
    joined, stride_s = record.joined, record.shifts.stride_s
    at, until_s = waits(joined)
    until_s = np.minimum(until_s, stride_s - 1)
    desk = joined.desk[at]
    order = stable_order(desk * stride_s + joined.ready_s[at])
    at, until_s, desk = at[order], until_s[order], desk[order]
    _check_first_come(record, at, until_s, desk)
    _check_nobody_idle(record, at, until_s, desk)


def _check_first_come(record: Record, at: Ints, until_s: Ints, desk: Ints) -> None:
    """J16, for visits by (desk, ready_s, visit)."""
    joined, stride_s = record.joined, record.shifts.stride_s
    by_time = np.array([d.discipline == Discipline.FIRST_COME for d in record.service.desks])
    if not len(at) or not by_time.any():
        return
    never_s = stride_s - 1
    started = joined.started[at]
    start_s = desk * stride_s + np.where(started, joined.started_s[at], never_s)
    # The first start among those behind; desks rise, so another desk's is later than all of ours.
    behind_s = np.append(np.minimum.accumulate(start_s[::-1])[::-1][1:], (desk[-1] + 1) * stride_s)
    behind_s = np.minimum(behind_s - desk * stride_s, never_s)
    # Who leaves does so after the dispatch of that instant, so nobody behind starts even then.
    in_turn = (until_s <= behind_s) & (started | (until_s < behind_s) | (until_s == never_s))
    require(
        "J16",
        in_turn | ~by_time[desk],
        visit=joined.visit[at],
        desk=desk,
        waits_until_s=until_s,
        next_start_s=behind_s,
    )


def _check_nobody_idle(record: Record, at: Ints, until_s: Ints, desk: Ints) -> None:
    """J17, for visits by (desk, ready_s, visit); those handed over wait again."""
    service, shifts, end_s = record.service, record.shifts, record.service.horizon.end_s
    ready_s, until_s = record.joined.ready_s[at], np.minimum(until_s, end_s)
    pieces = record.journal.pieces
    if len(pieces.visit):
        visit, again_s, taken_s = waits_again(record)
        desk = np.append(desk, service.rows.desk[record.demand.row[visit]])
        ready_s, until_s = np.append(ready_s, again_s), np.append(until_s, taken_s)
    # All desks on one axis, like people's shifts.
    begin_s = desk * shifts.stride_s
    waiting = from_spans(begin_s + ready_s, begin_s + until_s)
    waits_from_s = np.append(waiting.begin_s, FAR)
    person, idle_s, busy_s = _idle(record)
    of_team = np.searchsorted(shifts.team[person], np.arange(len(service.teams) + 1))
    for team, number in np.argwhere(shifts.efficiency > 0).tolist():
        idle = slice(of_team[team], of_team[team + 1])  # people are numbered team by team
        offset_s = number * shifts.stride_s
        # The first time when somebody waits that is not over when a person becomes idle.
        following = np.searchsorted(waiting.end_s, offset_s + idle_s[idle], side="right")
        require(
            "J17",
            waits_from_s[following] >= offset_s + busy_s[idle],
            desk=number,
            person=person[idle],
            idle_from_s=idle_s[idle],
            idle_until_s=busy_s[idle],
        )


def waits_again(record: Record) -> tuple[Ints, Ints, Ints]:
    """Visits that were handed over, when, and when somebody took them again."""
    pieces, end_s = record.journal.pieces, record.service.horizon.end_s
    order = np.argsort(pieces.visit, kind="stable")
    visit, started_s = pieces.visit[order], pieces.started_s[order]
    more = np.append(visit[1:] == visit[:-1], False)
    taken_s = np.where(more, np.roll(started_s, -1), end_s)
    ended_s = pieces.ended_s[order]
    done = ~more & ((ended_s == NEVER) | (ended_s == record.journal.ended_s[visit]))
    return visit[~done], ended_s[~done], taken_s[~done]


def _idle(record: Record) -> tuple[Ints, Ints, Ints]:
    """Who was idle, from when to when; times are cut where spans end."""
    shifts, stints, end_s = record.shifts, record.stints, record.service.horizon.end_s
    # Free are the times before a person's first stint, between stints, and after the last one.
    people = np.arange(len(shifts.team))
    first = np.searchsorted(stints.person, people, side="left")
    behind_last = np.searchsorted(stints.person, people, side="right")
    ended_s = shifts.place(stints.person, stints.until_s(end_s))
    started_s = shifts.place(stints.person, stints.started_s)
    from_s = np.insert(ended_s, first, shifts.place(people, 0))
    to_s = np.insert(started_s, behind_last, shifts.place(people, end_s))
    free = np.flatnonzero(to_s > from_s)
    span, between = overlaps(shifts.calendar, Calendar(from_s[free], to_s[free]))
    person = shifts.person[span]
    begin_s = np.maximum(from_s[free[between]], shifts.calendar.begin_s[span])
    until_s = np.minimum(to_s[free[between]], shifts.calendar.end_s[span])
    return person, begin_s - shifts.place(person, 0), until_s - shifts.place(person, 0)

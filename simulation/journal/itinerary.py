"""When each visit should have joined, and how long what is not work should have taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.requirements import require
from simulation.semantics import Kind, Outcome
from simulation.units import FAR, NEVER
from simulation.worktime import add, next_open, subtract

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal.record import Record

    Ints = NDArray[np.int64]


def check_itinerary(record: Record) -> None:
    """Requirements J4 to J7.

    Raises:
        AuditError: One is violated.
    """
    ready_s, expected_s = record.journal.ready_s, _expected_joins(record)
    visit = np.arange(len(ready_s))
    require("J4", ready_s == expected_s, visit=visit, ready_s=ready_s, expected_s=expected_s)

    joined, rows = record.joined, record.service.rows
    for code, kind, ends_s in (
        ("J5", Kind.DELAY, _delay_ends),
        ("J6", Kind.DEPARTURE, _departure_ends),
        ("J7", Kind.FORK, _same_instant),
        ("J7", Kind.JOIN, _same_instant),
    ):
        if not (rows.kind == kind).any():
            continue
        at = np.flatnonzero(joined.kind == kind)
        expected_s = _happened(record, ends_s(record, at))
        require(
            code,
            (joined.ended_s[at] == expected_s) & (joined.started_s[at] == joined.ready_s[at]),
            visit=joined.visit[at],
            ready_s=joined.ready_s[at],
            started_s=joined.started_s[at],
            ended_s=joined.ended_s[at],
            expected_s=expected_s,
        )


def anchors_s(record: Record, at: Ints) -> Ints:
    """The instants that delays are anchored on: the due one moved, or where none is, joining.

    Args:
        record: The journal.
        at: Which of the visits that have joined.
    """
    joined, rows, horizon = record.joined, record.service.rows, record.service.horizon
    anchor_s = joined.ready_s[at].copy()
    anchored = np.flatnonzero(rows.from_due[joined.row[at]])
    visit, due_s = record.clock.anchor_due_s
    due_s = due_s[np.searchsorted(visit, joined.visit[at[anchored]])]
    dated = due_s != FAR
    anchored, due_s = anchored[dated], due_s[dated]
    offset_s = rows.offset_s[joined.row[at[anchored]]]
    legal = record.service.calendars[record.service.legal]
    # Offsets are cut to the calendar's length, beyond which there is no such instant anyway.
    later_s = add(legal, due_s, np.clip(offset_s, 0, horizon.reach_s + 1))
    earlier_s = subtract(legal, due_s, np.clip(-offset_s, 0, horizon.reach_s + 1))
    moved_s = np.where(offset_s >= 0, later_s, earlier_s)
    anchor_s[anchored] = np.where(moved_s == NEVER, anchor_s[anchored], moved_s)
    return anchor_s


def way_back_s(record: Record, visit: Ints) -> Ints:
    """When applicants who left some visits would come back; NEVER where the calendar ends before.

    Args:
        record: The journal.
        visit: Numbers of visits that were left, in any order.
    """
    demand, service = record.demand, record.service
    left_s, away_s = record.journal.ended_s[visit], demand.return_s[visit]
    hall_number = service.rows.hall[demand.row[visit]]
    back_s = left_s + away_s
    for number, hall in enumerate(service.halls):
        if hall.return_working:
            who = np.flatnonzero(hall_number == number)
            back_s[who] = add(service.calendars[hall.calendar], left_s[who], away_s[who])
    return _in_open_halls(record, visit, back_s)


def _expected_joins(record: Record) -> Ints:
    """When each visit should have joined, by when the visits before it ended."""
    demand, journal, rows = record.demand, record.journal, record.service.rows
    # A *stop* is a visit with its spare attempts; it is done when one of the attempts is.
    head = np.flatnonzero(demand.attempt == 0)
    stop = np.cumsum(demand.attempt == 0) - 1
    done = np.flatnonzero(journal.outcome == Outcome.DONE)
    done_s = np.full(len(head), NEVER, np.int64)
    done_s[stop[done]] = journal.ended_s[done]

    before_s = np.full(len(head), NEVER, np.int64)
    before_s[1:] = done_s[:-1]
    has_visits = np.flatnonzero(np.diff(demand.visit_ptr) > 0)
    before_s[stop[demand.visit_ptr[has_visits]]] = demand.submitted_s[has_visits]
    if (rows.kind == Kind.FORK).any():
        kind, branch = rows.kind[demand.row[head]], rows.branch[demand.row[head]]
        _pass_through_forks(before_s, done_s, kind, branch)

    expected_s = np.full(demand.visits, NEVER, np.int64)
    expected_s[head] = _in_open_halls(record, head, before_s)
    left = np.flatnonzero(journal.outcome > Outcome.DONE)
    again = left[np.append(demand.attempt, 0)[left + 1] > 0]
    expected_s[again + 1] = way_back_s(record, again)
    return _happened(record, expected_s)


def _in_open_halls(record: Record, visit: Ints, comes_s: Ints) -> Ints:
    """When visits join that would at some instants, if halls did not have to be open for it."""
    service = record.service
    hall_number = service.rows.hall[record.demand.row[visit]]
    joins_s = comes_s.copy()
    for number, hall in enumerate(service.halls):
        who = np.flatnonzero((hall_number == number) & (comes_s != NEVER))
        joins_s[who] = next_open(service.calendars[hall.calendar], comes_s[who])
    return joins_s


def _pass_through_forks(before_s: Ints, done_s: Ints, kind: Ints, branch: Ints) -> None:
    """Correct in place what joins within a fork and behind its branches."""
    fork, join = np.flatnonzero(kind == Kind.FORK), np.flatnonzero(kind == Kind.JOIN)
    opens = np.flatnonzero(branch > 0)
    opens = opens[branch[opens] != branch[opens - 1]]
    before_s[opens] = done_s[fork[np.searchsorted(fork, opens) - 1]]
    if not len(fork):
        return
    # Of each fork and its branches; reduceat also gives what lies between the forks.
    bounds = np.stack((fork, join), axis=1).ravel()
    latest_s = np.maximum.reduceat(done_s, bounds)[::2]
    earliest_s = np.minimum.reduceat(done_s, bounds)[::2]
    before_s[join] = np.where(earliest_s == NEVER, NEVER, latest_s)


def _delay_ends(record: Record, at: Ints) -> Ints:
    """When delays should have ended."""
    joined, service = record.joined, record.service
    begin_s = np.maximum(joined.ready_s[at], anchors_s(record, at))
    length_s = record.demand.work_s[joined.visit[at]]
    number = service.rows.calendar[joined.row[at]]
    ended_s = begin_s + length_s
    for calendar in np.unique(number[number >= 0]).tolist():
        those = np.flatnonzero(number == calendar)
        ended_s[those] = add(service.calendars[calendar], begin_s[those], length_s[those])
    return ended_s


def _departure_ends(record: Record, at: Ints) -> Ints:
    """When departures should have taken place."""
    joined, service = record.joined, record.service
    number = service.rows.timetable[joined.row[at]]
    ended_s = np.full(len(at), NEVER, np.int64)
    for timetable, leaves_s in enumerate(service.timetables):
        those = np.flatnonzero(number == timetable)
        following = np.searchsorted(leaves_s, joined.ready_s[at[those]], side="left")
        ended_s[those] = np.append(leaves_s, NEVER)[following]
    return ended_s


def _same_instant(record: Record, at: Ints) -> Ints:
    return record.joined.ready_s[at]


def _happened(record: Record, instant_s: Ints) -> Ints:
    """Instants, but NEVER for those that the engine did not live to see."""
    return np.where(instant_s < record.service.horizon.end_s, instant_s, NEVER)

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
    require(
        "J4",
        ready_s == expected_s,
        visit=range(len(ready_s)),
        ready_s=ready_s,
        expected_s=expected_s,
    )

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
        ready_s, started_s, ended_s = joined.ready_s[at], joined.started_s[at], joined.ended_s[at]
        require(
            code,
            (ended_s == expected_s) & (started_s == ready_s),
            visit=joined.visit[at],
            ready_s=ready_s,
            started_s=started_s,
            ended_s=ended_s,
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
    offset_s = np.clip(offset_s, -horizon.reach_s - 1, horizon.reach_s + 1)
    moved_s = due_s.copy()
    later, earlier = np.flatnonzero(offset_s > 0), np.flatnonzero(offset_s < 0)
    moved_s[later] = add(legal, due_s[later], offset_s[later])
    moved_s[earlier] = subtract(legal, due_s[earlier], -offset_s[earlier])
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
    # A visit with its spare attempts, which stand behind its head, is done when one of them is.
    head = np.flatnonzero(demand.attempt == 0)
    done_s = np.where(journal.outcome[head] == Outcome.DONE, journal.ended_s[head], NEVER)
    spare = np.flatnonzero((demand.attempt > 0) & (journal.outcome == Outcome.DONE))
    done_s[np.searchsorted(head, spare) - 1] = journal.ended_s[spare]

    before_s = np.full(len(head), NEVER, np.int64)
    before_s[1:] = done_s[:-1]
    has_visits = np.flatnonzero(demand.visit_ptr[1:] > demand.visit_ptr[:-1])
    is_first = np.zeros(demand.visits, np.bool_)
    is_first[demand.visit_ptr[has_visits]] = True
    before_s[is_first[head]] = demand.submitted_s[has_visits]
    if (rows.kind == Kind.FORK).any():
        kind, branch = rows.kind[demand.row[head]], rows.branch[demand.row[head]]
        _pass_through_forks(before_s, done_s, kind, branch)

    expected_s = np.full(demand.visits, NEVER, np.int64)
    expected_s[head] = _in_open_halls(record, head, before_s)
    left = np.flatnonzero(journal.outcome > Outcome.DONE)
    again = left[record.next_attempt[left] > 0]
    expected_s[again + 1] = way_back_s(record, again)
    return _happened(record, expected_s)


def _in_open_halls(record: Record, visit: Ints, comes_s: Ints) -> Ints:
    """When visits join that would at some instants, if halls did not have to be open for it."""
    service, row = record.service, record.demand.row[visit]
    joins_s = comes_s.copy()
    applicants = np.flatnonzero((service.rows.hall >= 0)[row] & (comes_s != NEVER))
    hall_number = service.rows.hall[row[applicants]]
    for number, hall in enumerate(service.halls):
        who = applicants[hall_number == number]
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
    for calendar, hours in enumerate(service.calendars):
        those = np.flatnonzero(number == calendar)
        ended_s[those] = add(hours, begin_s[those], length_s[those])
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

"""Whether the people of a journal did what people do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.groups import rounds
from simulation.requirements import require, require_columns
from simulation.semantics import Kind
from simulation.units import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal.record import Record

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def check_who(record: Record) -> None:
    """Requirement J8; the other questions about people make sense only after it.

    Raises:
        AuditError: It is violated.
    """
    joined, people = record.joined, len(record.service.person_team)
    at_work = (joined.kind == Kind.WORK) & joined.started
    known = (joined.person >= -1) & (joined.person < people)
    right = known & ((joined.person >= 0) == at_work)
    served = np.flatnonzero(at_work & right)
    person, desk = joined.person[served], joined.desk[served]
    right[served] = record.shifts.efficiency_of(person, desk) > 0
    require("J8", right, visit=joined.visit, desk=joined.desk, person=joined.person)


def check_pieces(record: Record) -> None:
    """Requirements P1 to P3, and J8 and P4 for pieces.

    Raises:
        AuditError: One is violated.
    """
    pieces, journal, rows = record.journal.pieces, record.journal, record.service.rows
    size = len(pieces.visit)
    dtypes = {"visit": "int64", "person": "int32", "started_s": "int64", "ended_s": "int64"}
    require_columns("P1", vars(pieces), dtypes, size)
    if not size:
        return
    visit, person = pieces.visit, pieces.person.astype(np.int64)
    known = (visit >= 0) & (visit < record.demand.visits)
    require("P1", known, piece=range(size), visit=visit)
    row = record.demand.row[visit]
    fits = rows.interruptible[row] & (journal.person[visit] >= 0)
    require("P1", fits, piece=range(size), visit=visit)
    rises = pieces.started_s[1:] > pieces.started_s[:-1]
    rises |= (pieces.started_s[1:] == pieces.started_s[:-1]) & (visit[1:] > visit[:-1])
    require("P1", rises, piece=range(1, size), visit=visit[1:])
    known = (person >= 0) & (person < len(record.service.person_team))
    require("J8", known, piece=range(size), person=person)
    serves = record.shifts.efficiency_of(person, rows.desk[row]) > 0
    require("J8", serves, piece=range(size), visit=visit, person=person)

    order = np.argsort(visit, kind="stable")
    visit, person = visit[order], person[order]
    started_s, ended_s = pieces.started_s[order], pieces.ended_s[order]
    first = np.append(True, visit[1:] != visit[:-1])
    last = np.roll(first, -1)
    require("P2", started_s[first] == journal.started_s[visit[first]], visit=visit[first])
    done_s = journal.ended_s[visit]
    at_end = (person == journal.person[visit]) & ((done_s == NEVER) | (done_s == ended_s))
    require("P2", at_end[last], visit=visit[last], ended_s=ended_s[last], person=person[last])
    follows = (ended_s[:-1] != NEVER) & (started_s[1:] >= ended_s[:-1])
    require("P3", follows | first[1:], visit=visit[1:], started_s=started_s[1:])
    handed_over = ~(first & last) | ((ended_s != NEVER) & (done_s == NEVER))
    require("P4", handed_over, visit=visit, ended_s=ended_s)


def check_work(record: Record) -> None:
    """Requirements J9 to J11, and P4.

    Raises:
        AuditError: One is violated.
    """
    stints, shifts = record.stints, record.shifts
    if not len(stints.visit):
        return
    visit, person, started_s, ended_s = (
        stints.visit,
        stints.person,
        stints.started_s,
        stints.ended_s,
    )
    span = stints.span
    on_shift = (shifts.person[span] == person) & (shifts.begin_s[span] <= started_s)
    on_shift &= started_s < shifts.end_s[span]
    require("J9", on_shift, visit=visit, person=person, started_s=started_s)

    expected_s, done = _expected_ends(record)
    require(
        "J10",
        ended_s == expected_s,
        visit=visit,
        person=person,
        started_s=started_s,
        ended_s=ended_s,
        expected_s=expected_s,
    )
    finished = (record.journal.ended_s[visit] == ended_s) & (ended_s != NEVER)
    require("P4", finished == done, visit=visit, person=person, ended_s=ended_s)

    apart = (person[1:] != person[:-1]) | (
        (ended_s[:-1] != NEVER) & (started_s[1:] >= ended_s[:-1])
    )
    require("J11", apart, person=person[1:], visit=visit[1:], visit_before=visit[:-1])


def _expected_ends(record: Record) -> tuple[Ints, Bools]:
    """When each stint should have ended, and whether its visit should have been done then."""
    stints, pieces = record.stints, record.journal.pieces
    ended_s = np.empty(len(stints.visit), np.int64)
    done = np.empty(len(stints.visit), np.bool_)
    content_s = record.demand.work_s[stints.visit]
    _expect(record, slice(None), content_s, ended_s, done)
    # The content of a piece is what the pieces before it left, so they go again, in rounds.
    in_pieces = np.zeros(record.demand.visits, np.bool_)
    in_pieces[pieces.visit] = True
    piece = np.flatnonzero(in_pieces[stints.visit])
    piece = piece[np.lexsort((stints.started_s[piece], stints.visit[piece]))]
    visit, number = np.unique(stints.visit[piece], return_inverse=True)
    left_s = record.demand.work_s[visit]
    for nth in rounds(number):
        those, whose = piece[nth], number[nth]
        content_s[those] = left_s[whose]
        done_s = _expect(record, those, content_s, ended_s, done)
        left_s[whose] = np.maximum(left_s[whose] - done_s, 1)
    return ended_s, done


def _expect(
    record: Record, those: Ints | slice, content_s: Ints, ended_s: Ints, done: Bools
) -> Ints:
    """Fill in the expected end of some stints, and say which content each has done by then."""
    stints, shifts = record.stints, record.shifts
    person, started_s, span = stints.person[those], stints.started_s[those], stints.span[those]
    efficiency = shifts.efficiency_of(person, stints.desk[those])
    takes_s = -(-content_s[those] * 1000 // efficiency)
    # On the axis of working seconds of all people: where the stint begins, and where it must stop.
    cum_s = shifts.calendar.cum_s
    begin_s = cum_s[span] + started_s - shifts.begin_s[span]
    last = shifts.last[span]
    left_s = cum_s[last + 1] - begin_s
    completes = ~stints.interruptible[those] | (takes_s <= left_s)
    until_s = np.where(completes, started_s + takes_s, shifts.end_s[last])
    rests = stints.interruptible[those] & completes & (until_s > shifts.end_s[span])
    spread = np.flatnonzero(rests)
    target_s = begin_s[spread] + takes_s[spread]
    final = np.searchsorted(cum_s, target_s, side="left") - 1
    until_s[spread] = target_s - cum_s[final] + shifts.begin_s[final]

    happened = until_s < record.service.horizon.end_s
    ended_s[those] = np.where(happened, until_s, NEVER)
    done[those] = happened & completes
    done_s: Ints = np.minimum(takes_s, left_s) * efficiency // 1000
    return done_s

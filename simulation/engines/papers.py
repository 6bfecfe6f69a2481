"""The papers of the reference engine's office: what visits ask for, what the law says, and when.

`Papers` are the tables, read and written number by number; `Clocks` know when each dossier is due,
`Dates` what calendars and timetables say.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulation.legal import LegalClock, after_supplement_one, due_one, extend_one
from simulation.semantics import Clock, Outcome
from simulation.tables import Demand, Journal, Pieces
from simulation.units import FAR, NEVER
from simulation.worktime import add_one, measure_one, subtract_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simulation.plan.arrays import ServicePlan


class Row(NamedTuple):
    """What a visit is: one entry of the plan's `Rows`."""

    kind: int
    desk: int
    hall: int
    interruptible: bool
    priority: int
    mean_s: int
    clock: int
    from_due: bool
    offset_s: int
    calendar: int
    timetable: int
    branch: int


class Deadline(NamedTuple):
    """How dossiers of a cell are due: one entry of the plan's `Cells`."""

    deadline_kind: int
    deadline_amount: int
    restarts: bool


def entries(table: object, fields: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The entries of a table of columns, as tuples of some of its fields."""
    return zip(*(getattr(table, name).tolist() for name in fields), strict=True)


class Papers:
    """What each dossier and each visit asks for, and what is written down of it: the journal.

    Columns are memoryviews of the arrays of `Demand` and `Journal`: Python reads and writes single
    numbers faster through these than in an array, and they hold no objects, which lists would do.
    """

    def __init__(self, plan: ServicePlan, demand: Demand) -> None:
        self.submitted_s = view(demand.submitted_s)
        self.visit_ptr = view(demand.visit_ptr)

        self.rows = [Row(*entry) for entry in entries(plan.rows, Row._fields)]
        self.row = view(demand.row)
        self.attempt = view(demand.attempt)
        self.work_s = view(demand.work_s)
        self.patience_s = view(demand.patience_s)
        self.return_s = view(demand.return_s)

        self._journal = Journal(
            person=np.full(demand.visits, -1, np.int32),
            ready_s=np.full(demand.visits, NEVER, np.int64),
            started_s=np.full(demand.visits, NEVER, np.int64),
            ended_s=np.full(demand.visits, NEVER, np.int64),
            outcome=np.full(demand.visits, Outcome.NONE, np.int8),
            pieces=pieces_of([]),
        )
        self.person = view(self._journal.person)
        self.ready_s = view(self._journal.ready_s)
        self.started_s = view(self._journal.started_s)
        self.ended_s = view(self._journal.ended_s)
        self.outcome = view(self._journal.outcome)
        self.pieces: list[tuple[int, int, int, int]] = []

    def row_of(self, v: int) -> Row:
        """What a visit is."""
        return self.rows[self.row[v]]

    def end_of_branch(self, v: int) -> int:
        """The visit behind the branch that begins with a visit; itself if that is in no branch."""
        branch = self.row_of(v).branch
        while branch > 0 and self.row_of(v).branch == branch:
            v += 1
        return v

    def journal(self, unfinished: list[tuple[int, int, int, int]]) -> Journal:
        """The journal, with the pieces that people are at."""
        return replace(self._journal, pieces=pieces_of(sorted(self.pieces + unfinished)))


def view(column: NDArray[np.signedinteger]) -> memoryview[int]:
    """A column as a sequence of plain integers."""
    return np.ascontiguousarray(column).data


def pieces_of(pieces: list[tuple[int, int, int, int]]) -> Pieces:
    """The table of some pieces, which are (taken_s, visit, person, ended_s)."""
    taken_s, visit, person, ended_s = np.array(pieces, np.int64).reshape(-1, 4).T.copy()
    return Pieces(visit, person.astype(np.int32), taken_s, ended_s)


class Clocks:
    """The legal clock of every dossier. Those carried in have been accepted before.

    Attributes:
        due_s: When each is due; FAR: it has not been accepted, or has no deadline.
    """

    def __init__(self, plan: ServicePlan, demand: Demand) -> None:
        self._law = LegalClock(plan.calendars[plan.legal], plan.cutoff_s).plain
        self._deadlines = [Deadline(*entry) for entry in entries(plan.cells, Deadline._fields)]
        self._cell = view(demand.cell)
        self._accepted_s = view(demand.accepted_s.copy())
        self.due_s = view(np.full(demand.dossiers, FAR, np.int64))
        for d in np.flatnonzero(demand.accepted_s != NEVER).tolist():
            due_s = self._due_s(d, self._accepted_s[d])
            kind = self._deadlines[self._cell[d]].deadline_kind
            self.due_s[d] = extend_one(self._law, kind, due_s, int(demand.paused_s[d]))

    def due_if_accepted_s(self, d: int, now_s: int) -> int:
        """When a dossier is due, or would be if it were accepted now."""
        return self._due_s(d, now_s) if self._accepted_s[d] == NEVER else self.due_s[d]

    def turn(self, d: int, flags: int, ready_s: int, ended_s: int) -> None:
        """A visit has ended with which a clock starts, or that its applicant needed."""
        if flags & Clock.STARTS:
            self._accepted_s[d] = ended_s
            self.due_s[d] = self._due_s(d, ended_s)
        elif flags & Clock.PAUSES and self._accepted_s[d] != NEVER:
            deadline, due_s = self._deadlines[self._cell[d]], self.due_s[d]
            self.due_s[d] = after_supplement_one(self._law, *deadline, due_s, ready_s, ended_s)

    def _due_s(self, d: int, accepted_s: int) -> int:
        kind, amount, _ = self._deadlines[self._cell[d]]
        return due_one(self._law, kind, amount, accepted_s)


class Dates:
    """What the calendars and timetables of a plan say."""

    def __init__(self, plan: ServicePlan) -> None:
        self._calendars = [calendar.lists for calendar in plan.calendars]
        self._legal = self._calendars[plan.legal]
        self._timetables = [timetable.tolist() for timetable in plan.timetables]

    def legal_s(self, from_s: int, to_s: int) -> int:
        """Legal working seconds between two instants."""
        return measure_one(*self._legal, from_s, to_s)

    def end_of_delay(self, row: Row, ready_s: int, length_s: int, due_s: int) -> int:
        """When a delay ends, or NEVER."""
        anchor_s = ready_s
        if row.from_due and due_s != FAR:
            move = add_one if row.offset_s >= 0 else subtract_one
            moved_s = move(*self._legal, due_s, abs(row.offset_s))
            anchor_s = max(ready_s, moved_s)  # NEVER is before any instant
        if row.calendar < 0:
            return anchor_s + length_s
        return add_one(*self._calendars[row.calendar], anchor_s, length_s)

    def next_departure(self, timetable: int, ready_s: int) -> int:
        """The first departure at or after an instant, or NEVER."""
        departures_s = self._timetables[timetable]
        k = bisect_left(departures_s, ready_s)
        return departures_s[k] if k < len(departures_s) else NEVER

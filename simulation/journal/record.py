"""A journal together with all that it refers to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulation.journal.clock import ClockHistory, replay
from simulation.journal.shifts import Shifts, lay_out
from simulation.journal.stints import Stints, find_stints
from simulation.semantics import Clock
from simulation.units import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance, Demand, Journal

    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Record:
    """What came, who was there, what happened, and by which rules.

    `simulation.journal.check` makes one of tables that agree with each other; whoever makes one
    without has promised that they do. What several questions need is derived here once.
    """

    service: ServicePlan
    demand: Demand
    attendance: Attendance
    journal: Journal

    @cached_property
    def dossier(self) -> Ints:
        """The dossier of each visit. Shape: (visits,)."""
        demand = self.demand
        return np.repeat(np.arange(demand.dossiers), np.diff(demand.visit_ptr))

    @cached_property
    def turning(self) -> Ints:
        """Visits that start, stop or pause a clock, if they are ever done; rising."""
        turns = self.service.rows.clock != Clock.NOTHING
        return np.flatnonzero(turns[self.demand.row])

    @cached_property
    def next_attempt(self) -> NDArray[np.int16]:
        """The attempt that stands behind each visit; 0 also behind the last. Shape: (visits,)."""
        return np.append(self.demand.attempt[1:], np.int16(0))[: self.demand.visits]

    @cached_property
    def joined(self) -> Joined:
        """The visits that have joined."""
        return _find_joined(self)

    @cached_property
    def trips(self) -> Ints:
        """Attempts with which an applicant's trip to the centre begins, of those that have joined.

        An attempt that joins at the very end of the one before belongs to the same trip.
        """
        return _find_trips(self.joined)

    @cached_property
    def shifts(self) -> Shifts:
        """Everybody's spans."""
        return lay_out(self.service, self.attendance)

    @cached_property
    def stints(self) -> Stints:
        """Who served which visit from when to when."""
        return find_stints(self)

    @cached_property
    def clock(self) -> ClockHistory:
        """What became of every dossier's due instant."""
        return replay(self)


@dataclass(frozen=True, eq=False)
class Joined:
    """The visits that have joined, in order; columns of journal, demand and template row.

    Spare attempts that were not needed are the larger part of a journal, so most questions are
    asked of these. Shape of each: (visits that have joined,).
    """

    visit: Ints
    dossier: Ints
    row: Ints
    kind: NDArray[np.int8]
    desk: Ints
    hall: NDArray[np.int16]
    person: Ints
    ready_s: Ints
    started_s: Ints
    ended_s: Ints
    outcome: NDArray[np.int8]

    @cached_property
    def started(self) -> NDArray[np.bool_]:
        """Whether it has been started."""
        return np.not_equal(self.started_s, NEVER)

    @cached_property
    def ended(self) -> NDArray[np.bool_]:
        """Whether it is done, or its applicant left."""
        return np.not_equal(self.ended_s, NEVER)


def _find_joined(record: Record) -> Joined:
    journal, rows = record.journal, record.service.rows
    visit = np.flatnonzero(journal.ready_s != NEVER)
    row = record.demand.row[visit].astype(np.int64)
    return Joined(
        visit=visit,
        dossier=record.dossier[visit],
        row=row,
        kind=rows.kind.astype(np.int8)[row],
        desk=rows.desk[row],
        hall=rows.hall.astype(np.int16)[row],
        person=journal.person[visit].astype(np.int64),
        ready_s=journal.ready_s[visit],
        started_s=journal.started_s[visit],
        ended_s=journal.ended_s[visit],
        outcome=journal.outcome[visit],
    )


def _find_trips(joined: Joined) -> Ints:
    present = np.flatnonzero(joined.hall >= 0)
    dossier, ready_s, ended_s = (
        column[present] for column in (joined.dossier, joined.ready_s, joined.ended_s)
    )
    begins = np.ones(len(present), np.bool_)
    begins[1:] = (dossier[1:] != dossier[:-1]) | (ready_s[1:] != ended_s[:-1])
    return present[begins]

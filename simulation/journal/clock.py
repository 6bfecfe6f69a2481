"""The legal clock of every dossier, replayed from a journal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulation.groups import rounds
from simulation.legal import LegalClock, after_supplement, due, expired, extend
from simulation.semantics import Clock, Outcome
from simulation.units import FAR, NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal.record import Record
    from simulation.plan.arrays import Cells, ServicePlan
    from simulation.tables import Demand

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ClockHistory:
    """Every turn of a legal clock, and every time a delay asked for a due instant.

    Entries stand by (dossier, at_s, visit). Shape of each column: (entries,).

    Attributes:
        dossier: Which dossier's clock.
        visit: The visit that turned it or asked.
        at_s: When that visit ended; for one that asked, when it joined.
        starts: It started the clock.
        asks: It only asked, and its clock stood as before.
        due_s: The due instant from then on; FAR: none.
        counted_s: The instant from which it was last counted anew: acceptance or a restart.
        first_due_s: Due instant of each dossier before any entry; FAR where it had not been
            accepted. Shape: (dossiers,).
    """

    dossier: Ints
    visit: Ints
    at_s: Ints
    starts: Bools
    asks: Bools
    due_s: Ints
    counted_s: Ints
    first_due_s: Ints

    @cached_property
    def anchor_due_s(self) -> tuple[Ints, Ints]:
        """The visits that asked, rising, and the due instant each was told."""
        order = np.flatnonzero(self.asks)
        order = order[np.argsort(self.visit[order], kind="stable")]
        return self.visit[order], self.due_s[order]


@dataclass(eq=False)
class _Clocks:
    """The clocks of all dossiers at the same number of turns. Shape of each column: (dossiers,)."""

    law: LegalClock
    cells: Cells
    cell: Ints
    accepted_s: Ints
    due_s: Ints
    counted_s: Ints

    def start(self, dossier: Ints, at_s: Ints) -> None:
        """Some dossiers are accepted."""
        cell = self.cell[dossier]
        self.due_s[dossier] = due(
            self.law, self.cells.deadline_kind[cell], self.cells.deadline_amount[cell], at_s
        )
        self.accepted_s[dossier] = self.counted_s[dossier] = at_s

    def extend(self, dossier: Ints, paused_s: Ints) -> None:
        """Some dossiers have been paused before."""
        kind = self.cells.deadline_kind[self.cell[dossier]]
        self.due_s[dossier] = extend(self.law, kind, self.due_s[dossier], paused_s)

    def supplement(self, dossier: Ints, from_s: Ints, to_s: Ints) -> None:
        """Some dossiers were waiting for their applicants."""
        running = self.accepted_s[dossier] != NEVER
        dossier, from_s, to_s = dossier[running], from_s[running], to_s[running]
        cell, due_s = self.cell[dossier], self.due_s[dossier]
        kind, restarts = self.cells.deadline_kind[cell], self.cells.restarts[cell]
        amount = self.cells.deadline_amount[cell]
        self.due_s[dossier] = after_supplement(
            self.law, kind, amount, restarts, due_s, from_s, to_s
        )
        anew = restarts & ~expired(kind, due_s, from_s)
        self.counted_s[dossier[anew]] = to_s[anew]


def replay(record: Record) -> ClockHistory:
    """Turn every clock as the journal says.

    The n-th entries of all dossiers are one step, so there are as many steps as the dossier with
    most entries has.
    """
    joined, rows = record.joined, record.service.rows
    done = joined.outcome == Outcome.DONE  # who left unserved turned no clock
    may_turn = (rows.clock & (Clock.STARTS | Clock.PAUSES)) != 0
    turns = np.flatnonzero(may_turn[joined.row] & done)
    asks = np.flatnonzero(rows.from_due[joined.row])
    # By visit; a clock asked when it is turned is asked before.
    entries = np.sort(np.concatenate((2 * asks, 2 * turns + 1)))
    at, is_turn = entries >> 1, (entries & 1) != 0
    at_s = np.where(is_turn, joined.ended_s[at], joined.ready_s[at])
    # What stands in this order already, as nearly all does, this sort only looks at.
    order = np.argsort(_key(record, joined.dossier[at], at_s), kind="stable")
    at, at_s, is_turn = at[order], at_s[order], is_turn[order]
    dossier, flags = joined.dossier[at], rows.clock[joined.row[at]]
    starts = is_turn & ((flags & Clock.STARTS) != 0)
    pauses = is_turn & ((flags & Clock.PAUSES) != 0)

    clocks = _clocks(record.service, record.demand)
    first_due_s = clocks.due_s.copy()
    due_s, counted_s = np.empty_like(at_s), np.empty_like(at_s)
    for step in rounds(dossier):
        paused, started, whose = step[pauses[step]], step[starts[step]], dossier[step]
        clocks.supplement(dossier[paused], joined.ready_s[at[paused]], at_s[paused])
        clocks.start(dossier[started], at_s[started])
        due_s[step], counted_s[step] = clocks.due_s[whose], clocks.counted_s[whose]
    return ClockHistory(
        dossier, joined.visit[at], at_s, starts, ~is_turn, due_s, counted_s, first_due_s
    )


def _clocks(service: ServicePlan, demand: Demand) -> _Clocks:
    clocks = _Clocks(
        law=LegalClock(service.calendars[service.legal], service.cutoff_s),
        cells=service.cells,
        cell=demand.cell.astype(np.int64),
        accepted_s=np.full(demand.dossiers, NEVER, np.int64),
        due_s=np.full(demand.dossiers, FAR, np.int64),
        counted_s=np.full(demand.dossiers, NEVER, np.int64),
    )
    carried = np.flatnonzero(demand.accepted_s != NEVER)
    clocks.start(carried, demand.accepted_s[carried])
    clocks.extend(carried, demand.paused_s[carried])
    return clocks


def _key(record: Record, dossier: Ints, at_s: Ints) -> Ints:
    """Sorts by (dossier, at_s)."""
    return dossier * record.service.horizon.end_s + at_s

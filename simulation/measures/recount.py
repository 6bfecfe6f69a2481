"""What a journal alone says of its dossiers: the audits hold the ledger against it.

It asks the questions of the ledger another way. The ledger goes by the visit that joined last, and
counts days to the deadline by `simulation.legal`; here a dossier is done when none of its visits is
undone, and its class follows from dates. Where the two disagree one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.journal.itinerary import way_back_s
from simulation.legal import Class
from simulation.semantics import Clock, DeadlineKind, Ends, Outcome
from simulation.units import DAY_S, FAR, NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Recount:
    """The dossiers of a journal by an instant. Shape of each column: (dossiers,).

    Attributes:
        as_of_s: The instant; what comes at or after it is not known.
        entered_s: When it was submitted; NEVER also for the backlog, which had been before.
        received_s, resolved_s: Between these it is open; NEVER where it has not been received.
        gone_s: When it left without having been received: done, or given up.
        official: The `Class` by the official form.
    """

    as_of_s: int
    entered_s: Ints
    received_s: Ints
    resolved_s: Ints
    gone_s: Ints
    official: NDArray[np.int8]

    def in_reception(self, instant_s: int) -> int:
        """Dossiers that had come before an instant and were neither received nor gone by then."""
        ours = self.entered_s != NEVER
        came = np.count_nonzero(ours & (self.entered_s < instant_s))
        for went_s in (self.received_s, self.gone_s):
            came -= np.count_nonzero(ours & (went_s != NEVER) & (went_s < instant_s))
        return int(came)


def recount(record: Record, as_of_s: int) -> Recount:
    """Count a journal's dossiers without its ledger."""
    demand = record.demand
    by_then = _Journal(record, as_of_s)
    backlog = (demand.accepted_s != NEVER) & (demand.accepted_s < as_of_s)
    received_s = np.where(backlog, demand.accepted_s, by_then.earliest_s(by_then.starts))
    received = received_s != NEVER
    stops = by_then.stops_behind_start()
    stopped_s = by_then.earliest_s(stops)
    # Of branches of a fork the one that stops the clock may end before the one that starts it.
    stopped_s = np.where(stopped_s == NEVER, NEVER, np.maximum(stopped_s, received_s))
    has_stop = np.zeros(demand.dossiers, np.bool_)
    has_stop[record.dossier[stops]] = True
    finished_s, gave_up_s = by_then.finished_s(), by_then.gave_up_s()
    ready_s = np.where(has_stop & received, stopped_s, finished_s)
    withdrawn = (ready_s == NEVER) & (gave_up_s != NEVER)
    ended_s = np.where(withdrawn, gave_up_s, ready_s)
    resolved_s = np.where(received, ended_s, NEVER)
    came = (demand.accepted_s == NEVER) & (demand.submitted_s < as_of_s)
    return Recount(
        as_of_s=as_of_s,
        entered_s=np.where(came, demand.submitted_s, NEVER),
        received_s=received_s,
        resolved_s=resolved_s,
        gone_s=np.where(received, NEVER, ended_s),
        official=by_then.official(received, resolved_s, withdrawn),
    )


class _Journal:
    """Questions to a journal of which only what came before an instant is known."""

    def __init__(self, record: Record, as_of_s: int) -> None:
        self.record = record
        self.as_of_s = as_of_s
        rows, demand = record.service.rows, record.demand
        marked = record.turning
        flags = rows.clock.astype(np.int8)[demand.row[marked]]
        self.starts = marked[(flags & np.int8(Clock.STARTS)) != 0]
        self.stops = marked[(flags & np.int8(Clock.STOPS)) != 0]
        self.pauses = marked[(flags & np.int8(Clock.PAUSES)) != 0]

    def earliest_s(self, visit: Ints) -> Ints:
        """When the first of some visits of each dossier was done. Visits rise."""
        journal = self.record.journal
        ended_s = journal.ended_s[visit]
        done = (journal.outcome[visit] == Outcome.DONE) & (ended_s < self.as_of_s)
        return self._of_dossiers(np.minimum, visit[done], ended_s[done])

    def stops_behind_start(self) -> Ints:
        """Visits that stop a clock, unless they stand before the one that starts it."""
        demand = self.record.demand
        start = self._of_dossiers(np.minimum, self.starts, self.starts)
        start[start == NEVER] = demand.visits
        start[demand.accepted_s != NEVER] = 0
        behind: Bools = self.stops >= start[self.record.dossier[self.stops]]
        return np.asarray(self.stops[behind])

    def finished_s(self) -> Ints:
        """When the last of a dossier's visits was done, if none is undone."""
        demand, journal = self.record.demand, self.record.journal
        heads = np.flatnonzero((demand.attempt == 0) & (journal.outcome != Outcome.DONE))
        undone = heads[self._done_attempts(heads) == NEVER]
        finished = np.ones(demand.dossiers, np.bool_)
        finished[self.record.dossier[undone]] = False
        finished_s = np.where(finished, demand.submitted_s, NEVER)
        some = np.flatnonzero(finished & (demand.visit_ptr[1:] > demand.visit_ptr[:-1]))
        last = demand.visit_ptr[some + 1] - 1
        finished_s[some] = journal.ended_s[self._done_attempts(last - demand.attempt[last])]
        return np.where(finished_s < self.as_of_s, finished_s, NEVER)

    def _done_attempts(self, heads: Ints) -> Ints:
        """The attempts that were done of visits of which the first are given; NEVER: none was."""
        outcome, done = self.record.journal.outcome, heads.copy()
        failed = np.flatnonzero(outcome[heads] != Outcome.DONE)
        while len(failed):
            spare = self.record.next_attempt[done[failed]] > 0
            done[failed[~spare]] = NEVER
            failed = failed[spare]
            done[failed] += 1
            failed = failed[outcome[done[failed]] != Outcome.DONE]
        return done

    def gave_up_s(self) -> Ints:
        """When the applicant left and would not or could not come back."""
        journal = self.record.journal
        left = np.flatnonzero((journal.outcome > Outcome.DONE) & (journal.ended_s < self.as_of_s))
        spare = self.record.next_attempt[left] > 0
        spare[spare] = way_back_s(self.record, left[spare]) != NEVER
        gave_up_s = np.full(self.record.demand.dossiers, NEVER)
        gave_up_s[self.record.dossier[left[~spare]]] = journal.ended_s[left[~spare]]
        return gave_up_s

    def official(self, received: Bools, resolved_s: Ints, withdrawn: Bools) -> NDArray[np.int8]:
        """Classes by comparing days, or seconds where the deadline is in hours."""
        record, dossier = self.record, np.flatnonzero(received)
        over = resolved_s[dossier] != NEVER
        asked_s = self._paused_since()[dossier]
        at_s = np.where(asked_s == NEVER, self.as_of_s, asked_s)
        at_s = np.where(over, resolved_s[dossier], at_s)
        due_s = self._due_s(np.where(resolved_s == NEVER, self.as_of_s - 1, resolved_s))[dossier]
        kind = record.service.cells.deadline_kind[record.demand.cell[dossier]]
        days = at_s // DAY_S - due_s // DAY_S
        late = np.where(kind == DeadlineKind.HOURS, at_s > due_s, days > 0)
        ends = np.where(late, Class.LATE, np.where(days < 0, Class.EARLY, Class.ON_TIME))
        ends[(due_s == FAR) & ~late] = Class.ON_TIME
        ends[(self._dropped() | withdrawn)[dossier]] = Class.ON_TIME
        lasts = np.where(late, Class.OVERDUE, Class.IN_TERM)
        official = np.full(len(received), Class.NONE, np.int8)
        official[dossier] = np.where(over, ends, lasts)
        return official

    def _dropped(self) -> Bools:
        """Whether a dossier's itinerary ends with a refusal or a withdrawal."""
        rows, demand = self.record.service.rows, self.record.demand
        drops = (rows.ends == Ends.REFUSED) | (rows.ends == Ends.WITHDRAWN)
        some = np.flatnonzero(demand.visit_ptr[1:] > demand.visit_ptr[:-1])
        dropped = np.zeros(demand.dossiers, np.bool_)
        dropped[some] = drops[demand.row[demand.visit_ptr[some + 1] - 1]]
        return dropped

    def _paused_since(self) -> Ints:
        """When the pause in which a dossier is began."""
        journal = self.record.journal
        pauses = self.pauses
        ready_s, ended_s = journal.ready_s[pauses], journal.ended_s[pauses]
        lasts = (ready_s != NEVER) & (ready_s < self.as_of_s)
        lasts &= (ended_s == NEVER) | (ended_s >= self.as_of_s)
        since_s = np.full(self.record.demand.dossiers, NEVER)
        since_s[self.record.dossier[pauses[lasts]]] = ready_s[lasts]
        return since_s

    def _due_s(self, until_s: Ints) -> Ints:
        """Due instants by the last entry of each clock's history."""
        clock = self.record.clock
        due_s = clock.first_due_s.copy()
        entries = np.flatnonzero(clock.at_s <= until_s[clock.dossier])
        due_s[clock.dossier[entries]] = clock.due_s[entries]
        return due_s

    def _of_dossiers(self, reduce: np.ufunc, visit: Ints, values: Ints) -> Ints:
        """One value a dossier, of some of its visits, which rise; NEVER where it has none."""
        found = np.full(self.record.demand.dossiers, NEVER)
        if len(visit):
            dossier = self.record.dossier[visit]
            first = np.append(0, np.flatnonzero(dossier[1:] != dossier[:-1]) + 1)
            found[dossier[first]] = reduce.reduceat(values, first)
        return found

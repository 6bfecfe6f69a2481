"""A replication cut at an instant: the register that an office would have then, and what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.ledger import make_ledger
from simulation.legal import Class, LegalClock, due
from simulation.semantics import DeadlineKind, Outcome
from simulation.units import DAY_S, FAR, NEVER, WORKING_DAY_S
from simulation.worktime import measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Dossiers that are there at an instant, not resolved. Shape of each column: (dossiers,).

    Attributes:
        at_s: The instant.
        dossier, cell: Numbers in `Demand`.
        received_s: From when the deadline counts; of who is not received, when it was submitted.
        received: Whether it has been received.
        paused_days: Days by which supplements have moved its due date, up to the instant.
        step: Names of the steps in which they stand.
    """

    at_s: int
    dossier: Ints
    cell: Ints
    received_s: Ints
    received: Bools
    paused_days: Floats
    step: tuple[str, ...]


def snapshot(record: Record, at_s: int) -> Snapshot:
    """Who is there at an instant, and where.

    Raises:
        AuditError: The ledger of the instant violates a requirement of docs/data-model.md.
    """
    ledger = make_ledger(record, at_s)
    here = (ledger.submitted_s != NEVER) & ~ledger.resolved & (ledger.lost_s == NEVER)
    dossier = np.flatnonzero(here)
    visit = _standing(record, at_s)[dossier]
    rows, demand = record.service.rows, record.demand
    received = ledger.received[dossier]
    counted_s = np.where(received, ledger.counted_s[dossier], demand.submitted_s[dossier])
    return Snapshot(
        at_s=at_s,
        dossier=dossier,
        cell=demand.cell[dossier].astype(np.int64),
        received_s=counted_s,
        received=received,
        paused_days=_paused_days(record, ledger, dossier, visit),
        step=tuple(rows.steps[number] for number in rows.step[demand.row[visit]].tolist()),
    )


def _standing(record: Record, at_s: int) -> Ints:
    """For each dossier the first of its visits that has joined and is not over, or comes next."""
    demand, joined = record.demand, record.joined
    came = joined.ready_s < at_s
    over = joined.ended & (joined.ended_s < at_s)
    visit = demand.visit_ptr[:-1].copy()
    gone = np.flatnonzero(came & over)  # of these the last of each dossier stays
    done = joined.outcome[gone] == Outcome.DONE
    behind = np.where(done, joined.visit[gone] + 1, joined.visit[gone])
    visit[joined.dossier[gone]] = _past_spares(record, behind)
    there = np.flatnonzero(came & ~over)[::-1]
    visit[joined.dossier[there]] = joined.visit[there]
    last = np.maximum(demand.visit_ptr[1:] - 1, 0)
    return np.minimum(visit, last)


def _past_spares(record: Record, visit: Ints) -> Ints:
    """The visits that come next where spare attempts are not needed any more."""
    attempt = np.append(record.demand.attempt, np.int16(0))
    before = np.maximum(visit - 1, 0)
    # Who left unserved stands at the attempt that was left; only what is done is passed over.
    moves = record.journal.outcome[before] == Outcome.DONE
    found = visit.copy()
    while (spare := moves & (attempt[found] > 0)).any():
        found[spare] += 1
    return found


def _paused_days(record: Record, ledger: Ledger, dossier: Ints, visit: Ints) -> Floats:
    service = record.service
    law = LegalClock(service.calendars[service.legal], service.cutoff_s)
    cell = record.demand.cell[dossier]
    kind, amount = service.cells.deadline_kind[cell], service.cells.deadline_amount[cell]
    counted_s = np.maximum(ledger.counted_s[dossier], 0)
    first_s, now_s = due(law, kind, amount, counted_s), ledger.due_s[dossier]
    has_due = (now_s != NEVER) & (now_s != FAR) & (first_s != FAR)
    days = _between(law, kind, np.where(has_due, first_s, 0), np.where(has_due, now_s, 0))
    lasts = ledger.paused[dossier] & (ledger.klass[dossier] == Class.IN_TERM)
    lasts &= has_due & ~service.cells.restarts[cell]
    asked_s = np.where(lasts, record.journal.ready_s[visit], ledger.as_of_s)
    since_s = np.maximum(asked_s, counted_s)
    return days + _between(law, kind, since_s, np.full_like(since_s, ledger.as_of_s))


def _between(law: LegalClock, kind: Ints, from_s: Ints, to_s: Ints) -> Floats:
    """Days between instants, as a deadline counts them."""
    legal = measure(law.calendar, from_s, np.maximum(from_s, to_s)) / WORKING_DAY_S
    dates = (to_s // DAY_S - from_s // DAY_S).astype(np.float64)
    found: Floats = np.where(kind == DeadlineKind.CALENDAR_DAYS, dates, legal)
    return found


@dataclass(frozen=True, eq=False)
class Aftermath:
    """What came after a cut.

    Attributes:
        resolved_s: When each dossier of the snapshot was resolved; NEVER: not by ``end_s``.
        late: Whether each was late or overdue by then.
        form: Columns 3 to 13 of the official form from the cut to the stop, all fields together.
    """

    resolved_s: Ints
    late: Bools
    form: tuple[int, ...]


def aftermath(record: Record, cut: Snapshot, stop_s: int, end_s: int) -> Aftermath:
    """What came of a snapshot's dossiers, and of those behind them.

    Raises:
        AuditError: A ledger violates a requirement of docs/data-model.md.
    """
    ledger = make_ledger(record, end_s)
    late = np.isin(ledger.official, (Class.LATE, Class.OVERDUE))
    return Aftermath(
        resolved_s=ledger.resolved_s[cut.dossier],
        late=late[cut.dossier],
        form=_form(record, make_ledger(record, stop_s), cut),
    )


def _form(record: Record, ledger: Ledger, cut: Snapshot) -> tuple[int, ...]:
    """The form of the time behind a cut."""
    online = record.service.cells.online[record.demand.cell]
    arrived = ledger.received.copy()
    arrived[cut.dossier[cut.received]] = False
    arrived &= ledger.accepted_s >= cut.at_s
    resolved, klass = ledger.resolved_since(cut.at_s), ledger.official
    carried = int(np.count_nonzero(cut.received))
    new = [int(np.count_nonzero(arrived & where)) for where in (online, ~online)]
    over = [
        int(np.count_nonzero(resolved & (klass == each)))
        for each in (Class.EARLY, Class.ON_TIME, Class.LATE)
    ]
    still = [int(np.count_nonzero(klass == each)) for each in (Class.IN_TERM, Class.OVERDUE)]
    return (sum(new) + carried, *new, carried, sum(over), *over, sum(still), *still)


@dataclass(frozen=True, eq=False)
class History:
    """What an office can know at a cut of the dossiers that it has resolved.

    Attributes:
        cell: Cells of those.
        cycle_s: Legal working time from receipt to resolution.
        late: Whether each was late.
    """

    cell: Ints
    cycle_s: Ints
    late: Bools


def history(record: Record, at_s: int) -> History:
    """The dossiers that were received and resolved before an instant.

    Raises:
        AuditError: The ledger of the instant violates a requirement of docs/data-model.md.
    """
    ledger = make_ledger(record, at_s)
    over = np.flatnonzero(ledger.received & ledger.resolved)
    legal = record.service.calendars[record.service.legal]
    return History(
        cell=record.demand.cell[over].astype(np.int64),
        cycle_s=measure(legal, ledger.accepted_s[over], ledger.resolved_s[over]),
        late=ledger.official[over] == Class.LATE,
    )

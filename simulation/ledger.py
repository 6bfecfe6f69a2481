"""The ledger: one row per dossier, as it stands at an instant. docs/data-model.md explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.journal.itinerary import way_back_s
from simulation.legal import Class, classify, classify_open
from simulation.requirements import require, require_columns
from simulation.semantics import Clock, Ends, Outcome
from simulation.units import FAR, NEVER
from simulation.worktime import measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_DTYPES: Final = {
    "submitted_s": "int64", "accepted_s": "int64", "due_s": "int64", "counted_s": "int64",
    "resolved_s": "int64", "returned_s": "int64", "lost_s": "int64", "outcome": "int8",
    "klass": "int8", "paused": "bool", "paused_s": "int64", "visits_in_person": "int64",
    "carried_in": "bool",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ledger:
    """What has become of each dossier by an instant; what comes at or after it is not known.

    Shape of each column: (dossiers,). NEVER stands for what has not happened.

    Attributes:
        as_of_s: The instant.
        submitted_s: When it entered (carried in: the start of the period).
        accepted_s: When it was received: the legal clock started.
        due_s: When it was due in the end, supplements considered; FAR: it has no deadline; NEVER:
            it has not been received.
        counted_s: From when its deadline was last counted: acceptance, or the last restart.
        resolved_s: When its clock stopped or, where no visit stops the clock, when its last visit
            was done. Also set where it ended without having been received.
        returned_s: When its last visit was done: the result is handed over. (One without visits
            is done when it enters.)
        lost_s: When its applicant gave up for good.
        outcome: An `Ends`; NO: not resolved.
        klass: A `Class`; NONE: not received.
        paused: It is in a supplement pause.
        paused_s: Legal working seconds of its supplement pauses between acceptance and resolution.
        visits_in_person: Trips that its applicant has made to the centre.
        carried_in: It was open when the period began: received before, by a backlog or in a
            warm-up, and not resolved before.
    """

    as_of_s: int
    submitted_s: Ints
    accepted_s: Ints
    due_s: Ints
    counted_s: Ints
    resolved_s: Ints
    returned_s: Ints
    lost_s: Ints
    outcome: NDArray[np.int8]
    klass: NDArray[np.int8]
    paused: Bools
    paused_s: Ints
    visits_in_person: Ints
    carried_in: Bools

    @property
    def received(self) -> Bools:
        """Whether it has been received; only such dossiers enter the official form."""
        return np.not_equal(self.accepted_s, NEVER)

    @property
    def resolved(self) -> Bools:
        """Resolved, whether or not it had been received."""
        return np.not_equal(self.resolved_s, NEVER)

    @property
    def open(self) -> Bools:
        """Received and not resolved."""
        return np.asarray(self.received & ~self.resolved)

    @property
    def dropped(self) -> Bools:
        """Refused or withdrawn."""
        return np.asarray(np.isin(self.outcome, (Ends.REFUSED, Ends.WITHDRAWN)))

    @property
    def official(self) -> NDArray[np.int8]:
        """The `Class` by the official form, which counts what is dropped as on time."""
        drops = self.dropped & self.received
        return np.where(drops, Class.ON_TIME, self.klass).astype(np.int8)

    def received_since(self, instant_s: int) -> Bools:
        """Dossiers that were received at an instant or later, and not carried in."""
        return np.asarray((self.accepted_s >= instant_s) & ~self.carried_in)

    def late_since(self, instant_s: int) -> Bools:
        """Dossiers resolved late at an instant or later, or open and overdue."""
        is_late = self.resolved_since(instant_s) & (self.official == Class.LATE)
        return np.asarray(is_late | (self.official == Class.OVERDUE))

    def resolved_since(self, instant_s: int) -> Bools:
        """Received dossiers that were resolved at an instant or later."""
        return np.asarray(self.received & (self.resolved_s >= instant_s))


def make_ledger(record: Record, as_of_s: int | None = None) -> Ledger:
    """Draw up the ledger.

    Args:
        record: What happened.
        as_of_s: The instant, at most the engine's end; by default the end of the period.

    Raises:
        AuditError: The ledger violates a requirement of docs/data-model.md.
    """
    horizon, demand = record.service.horizon, record.demand
    at_s = horizon.stop_s if as_of_s is None else as_of_s
    accepted_s = _accepted(record, at_s)
    returned_s = _returned(record, at_s)
    resolved_s = _resolved(record, at_s, accepted_s, returned_s)
    due_s, counted_s = _due(record, at_s, accepted_s, resolved_s)
    asked_s, paused_s = _pauses(record, at_s, accepted_s, resolved_s)
    begun = np.flatnonzero(record.joined.ready_s[trips(record)] < at_s)
    ledger = Ledger(
        as_of_s=at_s,
        submitted_s=np.where(demand.submitted_s < at_s, demand.submitted_s, NEVER),
        accepted_s=accepted_s,
        due_s=due_s,
        counted_s=counted_s,
        resolved_s=resolved_s,
        returned_s=returned_s,
        lost_s=_lost(record, at_s),
        outcome=_outcome(record, resolved_s),
        klass=_class(record, at_s, accepted_s, due_s, resolved_s, asked_s),
        paused=asked_s != NEVER,
        paused_s=paused_s,
        visits_in_person=np.bincount(
            record.joined.dossier[trips(record)[begun]], minlength=demand.dossiers
        ),
        carried_in=_carried_in(record, accepted_s, resolved_s),
    )
    check_ledger(record, ledger)
    return ledger


def trips(record: Record) -> Ints:
    """Attempts with which an applicant's trip to the centre begins, of those that have joined.

    An attempt that joins at the very end of the one before belongs to the same trip.
    """
    joined = record.joined
    present = np.flatnonzero(joined.hall >= 0)
    before, after = present[:-1], present[1:]
    stays = (joined.dossier[after] == joined.dossier[before]) & (
        joined.ready_s[after] == joined.ended_s[before]
    )
    begins = np.ones(len(present), np.bool_)
    begins[1:] = ~stays
    return np.asarray(present[begins])


def _accepted(record: Record, at_s: int) -> Ints:
    clock, before_s = record.clock, record.demand.accepted_s
    accepted_s = np.full(record.demand.dossiers, NEVER, np.int64)
    starts = np.flatnonzero(clock.starts & (clock.at_s < at_s))[::-1]
    accepted_s[clock.dossier[starts]] = clock.at_s[starts]  # the first, which comes last here
    return np.where((before_s != NEVER) & (before_s < at_s), before_s, accepted_s)


def _returned(record: Record, at_s: int) -> Ints:
    joined, demand = record.joined, record.demand
    nothing_to_do = (np.diff(demand.visit_ptr) == 0) & (demand.submitted_s < at_s)
    returned_s = np.where(nothing_to_do, demand.submitted_s, NEVER)
    ends = (joined.row == _last_row(record)[joined.dossier]) & (joined.outcome == Outcome.DONE)
    ends = np.flatnonzero(ends & (joined.ended_s < at_s))
    returned_s[joined.dossier[ends]] = joined.ended_s[ends]
    return returned_s


def _resolved(record: Record, at_s: int, accepted_s: Ints, returned_s: Ints) -> Ints:
    demand, journal = record.demand, record.journal
    flags = record.service.rows.clock[demand.row]
    starts = np.flatnonzero((flags & Clock.STARTS) != 0)[::-1]
    start_row = np.full(demand.dossiers, len(record.service.rows.clock))
    start_row[record.dossier[starts]] = demand.row[starts]
    start_row[demand.accepted_s != NEVER] = 0
    # A stop that stands before the start of the clock stops nothing.
    stops = np.flatnonzero((flags & Clock.STOPS) != 0)
    stops = stops[demand.row[stops] >= start_row[record.dossier[stops]]]
    has_stop = accepted_s != NEVER
    has_stop[has_stop] = np.bincount(record.dossier[stops], minlength=demand.dossiers)[has_stop] > 0
    done = (journal.outcome[stops] == Outcome.DONE) & (journal.ended_s[stops] < at_s)
    stopped_s = np.full(demand.dossiers, FAR, np.int64)
    np.minimum.at(stopped_s, record.dossier[stops[done]], journal.ended_s[stops[done]])
    # Of two branches of a fork the one that stops the clock may end before the one that starts it.
    stopped_s = np.where(stopped_s == FAR, NEVER, np.maximum(stopped_s, accepted_s))
    return np.where(has_stop, stopped_s, returned_s)


def _due(record: Record, at_s: int, accepted_s: Ints, resolved_s: Ints) -> tuple[Ints, Ints]:
    """Due instants, and from when they count, after the last turn of each clock."""
    clock = record.clock
    until_s = np.where(resolved_s == NEVER, at_s - 1, resolved_s)
    turns = np.flatnonzero(~clock.asks & (clock.at_s < at_s))
    turns = turns[clock.at_s[turns] <= until_s[clock.dossier[turns]]]
    due_s, counted_s = clock.first_due_s.copy(), record.demand.accepted_s.copy()
    due_s[clock.dossier[turns]] = clock.due_s[turns]  # the last of each dossier stays
    counted_s[clock.dossier[turns]] = clock.counted_s[turns]
    received = accepted_s != NEVER
    return np.where(received, due_s, NEVER), np.where(received, counted_s, NEVER)


def _pauses(record: Record, at_s: int, accepted_s: Ints, resolved_s: Ints) -> tuple[Ints, Ints]:
    """Since when a dossier is paused, or NEVER, and its paused legal seconds."""
    joined, dossiers = record.joined, record.demand.dossiers
    pauses = (record.service.rows.clock[joined.row] & Clock.PAUSES) != 0
    pauses = np.flatnonzero(pauses & (joined.ready_s < at_s))
    pauses = pauses[accepted_s[joined.dossier[pauses]] != NEVER]
    whose, ended_s = joined.dossier[pauses], joined.ended_s[pauses]
    stop_s = np.where(resolved_s == NEVER, at_s, resolved_s)[whose]
    from_s = np.maximum(joined.ready_s[pauses], accepted_s[whose])
    to_s = np.where(ended_s == NEVER, stop_s, np.minimum(ended_s, stop_s))
    legal = record.service.calendars[record.service.legal]
    length_s = measure(legal, from_s, np.maximum(from_s, to_s))
    paused_s = np.zeros(dossiers, np.int64)
    np.add.at(paused_s, whose, length_s)
    lasts = (resolved_s[whose] == NEVER) & ((ended_s == NEVER) | (ended_s >= at_s))
    asked_s = np.full(dossiers, NEVER, np.int64)
    asked_s[whose[lasts]] = joined.ready_s[pauses[lasts]]
    return asked_s, paused_s


def _lost(record: Record, at_s: int) -> Ints:
    demand, joined = record.demand, record.joined
    left = np.flatnonzero((joined.outcome > Outcome.DONE) & (joined.ended_s < at_s))
    visit = joined.visit[left]
    for_good = np.append(demand.attempt, 0)[visit + 1] == 0
    for_good |= way_back_s(record, visit) == NEVER
    lost_s = np.full(demand.dossiers, NEVER, np.int64)
    lost_s[joined.dossier[left[for_good]]] = joined.ended_s[left[for_good]]
    return lost_s


def _carried_in(record: Record, accepted_s: Ints, resolved_s: Ints) -> Bools:
    start_s, backlog = record.service.horizon.start_s, record.demand.accepted_s != NEVER
    before = (accepted_s != NEVER) & ((accepted_s < start_s) | backlog)
    return np.asarray(before & ((resolved_s == NEVER) | (resolved_s >= start_s)))


def _outcome(record: Record, resolved_s: Ints) -> NDArray[np.int8]:
    """A dossier that will be refused is so from its resolution on, before it is told."""
    ends = np.append(record.service.rows.ends, Ends.NO)[_last_row(record)]
    ends = np.where(ends == Ends.NO, Ends.RESOLVED, ends)
    return np.where(resolved_s == NEVER, Ends.NO, ends).astype(np.int8)


def _class(  # noqa: PLR0917  five columns of the same dossiers
    record: Record, at_s: int, accepted_s: Ints, due_s: Ints, resolved_s: Ints, asked_s: Ints
) -> NDArray[np.int8]:
    kind = record.service.cells.deadline_kind[record.demand.cell]
    # A pause that began in term keeps the dossier in term: its due instant is still to come.
    open_s = np.where(asked_s == NEVER, at_s, asked_s)
    klass = np.where(
        resolved_s == NEVER,
        classify_open(kind, due_s, open_s),
        classify(kind, due_s, resolved_s),
    )
    return np.where(accepted_s == NEVER, Class.NONE, klass).astype(np.int8)


def _last_row(record: Record) -> Ints:
    """The template row of each dossier's last visit; one behind all rows where it has none."""
    visit_ptr, none = record.demand.visit_ptr, len(record.service.rows.ends)
    rows = np.append(record.demand.row, none).astype(np.int64)
    return np.where(np.diff(visit_ptr) > 0, rows[visit_ptr[1:] - 1], none)


def check_ledger(record: Record, ledger: Ledger) -> None:
    """Requirements L1 to L6 of docs/data-model.md.

    Raises:
        AuditError: One is violated.
    """
    dossier = np.arange(record.demand.dossiers)
    columns = {name: column for name, column in vars(ledger).items() if name in _DTYPES}
    require_columns("L1", columns, _DTYPES, len(dossier))
    instants = ("submitted_s", "accepted_s", "resolved_s", "returned_s", "lost_s")
    for name in instants:
        require("L2", columns[name] < ledger.as_of_s, column=name, dossier=dossier)
    accepted_s, resolved_s, returned_s = ledger.accepted_s, ledger.resolved_s, ledger.returned_s
    is_resolved = ledger.resolved
    in_order = ~is_resolved | (resolved_s >= accepted_s)
    in_order &= (returned_s == NEVER) | (is_resolved & (returned_s >= resolved_s))
    require(
        "L3",
        in_order,
        dossier=dossier,
        accepted_s=accepted_s,
        resolved_s=resolved_s,
        returned_s=returned_s,
    )
    klass, outcome = ledger.klass, ledger.outcome
    judged = np.isin(klass, (Class.EARLY, Class.ON_TIME, Class.LATE))
    agrees = ((outcome != Ends.NO) == is_resolved) & (ledger.received == (klass != Class.NONE))
    agrees &= ~ledger.received | (judged == is_resolved)
    require("L4", agrees, dossier=dossier, outcome=outcome, klass=klass, resolved_s=resolved_s)
    apart = ((ledger.lost_s == NEVER) | (returned_s == NEVER)) & (~ledger.paused | ledger.open)
    require("L5", apart, dossier=dossier, lost_s=ledger.lost_s, returned_s=returned_s)
    legal = record.service.calendars[record.service.legal]
    until_s = np.where(is_resolved, resolved_s, ledger.as_of_s)
    most_s = np.where(ledger.received, measure(legal, accepted_s, until_s), 0)
    within = (ledger.paused_s >= 0) & (ledger.paused_s <= most_s)
    require("L6", within, dossier=dossier, paused_s=ledger.paused_s, at_most_s=most_s)

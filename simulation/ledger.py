"""The ledger: one row per dossier, as it stands at an instant. docs/data-model.md explains it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
    from simulation.tables import Demand
    from simulation.worktime import Calendar

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
            was done; or when its applicant gave up for good before that, having been received.
            Also set where it ended without having been received.
        returned_s: When its last visit was done: the result is handed over. (One without visits
            is done when it enters.)
        lost_s: When its applicant gave up for good: before reception nothing comes of the dossier;
            later it is withdrawn; and once the result is ready, it is only never fetched.
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

    @cached_property
    def received(self) -> Bools:
        """Whether it has been received; only such dossiers enter the official form."""
        return np.not_equal(self.accepted_s, NEVER)

    @cached_property
    def resolved(self) -> Bools:
        """Resolved, whether or not it had been received."""
        return np.not_equal(self.resolved_s, NEVER)

    @cached_property
    def open(self) -> Bools:
        """Received and not resolved."""
        return np.asarray(self.received & ~self.resolved)

    @cached_property
    def dropped(self) -> Bools:
        """Refused or withdrawn."""
        outcome = self.outcome
        return np.asarray((outcome == Ends.REFUSED) | (outcome == Ends.WITHDRAWN))

    @cached_property
    def official(self) -> NDArray[np.int8]:
        """The `Class` by the official form, which counts what is dropped as on time."""
        drops = self.dropped & self.received
        return np.where(drops, np.int8(Class.ON_TIME), self.klass)

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
    at_s = record.service.horizon.stop_s if as_of_s is None else as_of_s
    last, turns = _last_joined(record), _turns(record)
    accepted_s = _accepted(record, at_s)
    returned_s, lost_s = _returned(record, at_s, last), _lost(record, at_s, last)
    ready_s = _ready(record, turns, at_s, accepted_s, returned_s)
    gives_up = (accepted_s != NEVER) & (ready_s == NEVER) & (lost_s != NEVER)
    resolved_s = np.where(gives_up, lost_s, ready_s)
    due_s, counted_s = _due(record, at_s, accepted_s, resolved_s)
    asked_s, paused_s = _pauses(record, turns, at_s, accepted_s, resolved_s)
    submitted_s = record.demand.submitted_s
    ledger = Ledger(
        as_of_s=at_s,
        submitted_s=np.where(submitted_s < at_s, submitted_s, NEVER),
        accepted_s=accepted_s,
        due_s=due_s,
        counted_s=counted_s,
        resolved_s=resolved_s,
        returned_s=returned_s,
        lost_s=lost_s,
        outcome=_outcome(record, resolved_s, gives_up),
        klass=_class(record, at_s, accepted_s, due_s, resolved_s, asked_s),
        paused=asked_s != NEVER,
        paused_s=paused_s,
        visits_in_person=_trips_before(record, at_s),
        carried_in=_carried_in(record, accepted_s, resolved_s),
    )
    check_ledger(record, ledger)
    return ledger


def _trips_before(record: Record, at_s: int) -> Ints:
    """Trips of each dossier's applicant that began before an instant."""
    begins = record.trips
    begins = begins[record.joined.ready_s[begins] < at_s]
    return np.bincount(record.joined.dossier[begins], minlength=record.demand.dossiers)


def _last_joined(record: Record) -> Ints:
    """The last visit of each dossier that has joined: its place among those; -1: none has.

    Who gives up does so on the trunk, and nothing joins after it or after the dossier's last visit.
    """
    count = np.bincount(record.joined.dossier, minlength=record.demand.dossiers)
    return np.where(count > 0, np.cumsum(count) - 1, -1)


@dataclass(frozen=True, eq=False)
class _Turns:
    """The visits that start, stop or pause a clock, if they are ever done; numbers rise."""

    visit: Ints
    dossier: Ints
    flags: NDArray[np.int8]

    def that(self, flag: Clock) -> tuple[Ints, Ints]:
        """Visits that do something, and their dossiers."""
        do = np.flatnonzero((self.flags & np.int8(flag)) != 0)
        return self.visit[do], self.dossier[do]


def _turns(record: Record) -> _Turns:
    visit, clock = record.turning, record.service.rows.clock.astype(np.int8)
    return _Turns(visit, record.dossier[visit], clock[record.demand.row[visit]])


def _accepted(record: Record, at_s: int) -> Ints:
    clock, before_s = record.clock, record.demand.accepted_s
    accepted_s = np.full(record.demand.dossiers, NEVER, np.int64)
    starts = np.flatnonzero(clock.starts & (clock.at_s < at_s))[::-1]
    accepted_s[clock.dossier[starts]] = clock.at_s[starts]  # the first, which comes last here
    return np.where((before_s != NEVER) & (before_s < at_s), before_s, accepted_s)


def _returned(record: Record, at_s: int, last: Ints) -> Ints:
    joined, demand = record.joined, record.demand
    nothing_to_do = (np.diff(demand.visit_ptr) == 0) & (demand.submitted_s < at_s)
    returned_s = np.where(nothing_to_do, demand.submitted_s, NEVER)
    dossier = np.flatnonzero(last >= 0)
    at = last[dossier]
    ends = joined.row[at] == demand.row[demand.visit_ptr[dossier + 1] - 1]
    ends &= (joined.outcome[at] == Outcome.DONE) & (joined.ended_s[at] < at_s)
    returned_s[dossier[ends]] = joined.ended_s[at[ends]]
    return returned_s


def _lost(record: Record, at_s: int, last: Ints) -> Ints:
    demand, joined = record.demand, record.joined
    at = last[last >= 0]
    at = at[(joined.outcome[at] > Outcome.DONE) & (joined.ended_s[at] < at_s)]
    visit = joined.visit[at]
    for_good = record.next_attempt[visit] == 0
    for_good |= way_back_s(record, visit) == NEVER
    lost_s = np.full(demand.dossiers, NEVER, np.int64)
    lost_s[joined.dossier[at[for_good]]] = joined.ended_s[at[for_good]]
    return lost_s


def _ready(record: Record, turns: _Turns, at_s: int, accepted_s: Ints, returned_s: Ints) -> Ints:
    """When results were ready; what no visit stops the clock of is ready when it is returned."""
    demand, journal = record.demand, record.journal
    first_start = np.full(demand.dossiers, demand.visits)
    visit, dossier = turns.that(Clock.STARTS)
    first_start[dossier[::-1]] = visit[::-1]
    first_start[demand.accepted_s != NEVER] = 0
    visit, dossier = turns.that(Clock.STOPS)
    # A stop that stands before the start of the clock stops nothing.
    ended_s = journal.ended_s[visit]
    stops = (visit >= first_start[dossier]) & (journal.outcome[visit] == Outcome.DONE)
    stopped = np.flatnonzero(stops & (ended_s < at_s))
    stopped_s = np.full(demand.dossiers, FAR, np.int64)
    np.minimum.at(stopped_s, dossier[stopped], ended_s[stopped])
    # Of two branches of a fork the one that stops the clock may end before the one that starts it.
    stops_it = (accepted_s != NEVER) & (stopped_s != FAR)
    return np.where(stops_it, np.maximum(stopped_s, accepted_s), returned_s)


def _due(record: Record, at_s: int, accepted_s: Ints, resolved_s: Ints) -> tuple[Ints, Ints]:
    """Due instants, and from when they count, after the last turn of each clock."""
    clock = record.clock
    until_s = np.where(resolved_s == NEVER, at_s - 1, resolved_s)
    turns = np.flatnonzero(~clock.asks & (clock.at_s <= until_s[clock.dossier]))
    due_s, counted_s = clock.first_due_s.copy(), record.demand.accepted_s.copy()
    due_s[clock.dossier[turns]] = clock.due_s[turns]  # the last of each dossier stays
    counted_s[clock.dossier[turns]] = clock.counted_s[turns]
    received = accepted_s != NEVER
    return np.where(received, due_s, NEVER), np.where(received, counted_s, NEVER)


def _pauses(
    record: Record, turns: _Turns, at_s: int, accepted_s: Ints, resolved_s: Ints
) -> tuple[Ints, Ints]:
    """Since when a dossier is paused, or NEVER, and its paused legal seconds."""
    demand, journal, accepted_of = record.demand, record.journal, accepted_s
    pauses, whose = turns.that(Clock.PAUSES)
    ready_s = journal.ready_s[pauses]
    counts = (ready_s != NEVER) & (ready_s < at_s) & (accepted_s[whose] != NEVER)
    pauses, ready_s, whose = pauses[counts], ready_s[counts], whose[counts]
    ended_s, accepted_s, resolved_s = journal.ended_s[pauses], accepted_s[whose], resolved_s[whose]
    stop_s = np.where(resolved_s == NEVER, at_s, resolved_s)
    from_s = np.maximum(ready_s, accepted_s)
    to_s = np.where(ended_s == NEVER, stop_s, np.minimum(ended_s, stop_s))
    legal = record.service.calendars[record.service.legal]
    length_s = measure(legal, from_s, np.maximum(from_s, to_s))
    paused_s = _paused_before(demand, legal, accepted_of, at_s)
    np.add.at(paused_s, whose, length_s)
    lasts = (resolved_s == NEVER) & ((ended_s == NEVER) | (ended_s >= at_s))
    asked_s = np.full(demand.dossiers, NEVER, np.int64)
    asked_s[whose[lasts]] = ready_s[lasts]
    return asked_s, paused_s


def _paused_before(demand: Demand, legal: Calendar, accepted_s: Ints, at_s: int) -> Ints:
    """Legal seconds that dossiers were paused between acceptance and their entry, by an instant.

    Calendar days of a pause may be more than the legal time that they held; and a dossier that is
    accepted anew after its entry leaves its pauses behind.
    """
    paused_s = np.zeros(demand.dossiers, np.int64)
    carried = np.flatnonzero((demand.paused_s != 0) & (accepted_s != NEVER))
    from_s, to_s = accepted_s[carried], np.minimum(demand.submitted_s[carried], at_s)
    before_s = measure(legal, from_s, np.maximum(from_s, to_s))
    paused_s[carried] = np.minimum(demand.paused_s[carried], before_s)
    return paused_s


def _carried_in(record: Record, accepted_s: Ints, resolved_s: Ints) -> Bools:
    start_s, backlog = record.service.horizon.start_s, record.demand.accepted_s != NEVER
    before = (accepted_s != NEVER) & ((accepted_s < start_s) | backlog)
    return np.asarray(before & ((resolved_s == NEVER) | (resolved_s >= start_s)))


def _outcome(record: Record, resolved_s: Ints, gives_up: Bools) -> NDArray[np.int8]:
    """A dossier that will be refused is so from its resolution on, before it is told."""
    visit_ptr, rows = record.demand.visit_ptr, record.service.rows
    ends = np.full(record.demand.dossiers, Ends.RESOLVED, np.int8)
    some = np.flatnonzero(visit_ptr[1:] > visit_ptr[:-1])
    last_ends = rows.ends.astype(np.int8)[record.demand.row[visit_ptr[some + 1] - 1]]
    ends[some] = np.where(last_ends == Ends.NO, Ends.RESOLVED, last_ends)
    ends[gives_up] = Ends.WITHDRAWN
    ends[resolved_s == NEVER] = Ends.NO
    return ends


def _class(  # noqa: PLR0917  five columns of the same dossiers
    record: Record, at_s: int, accepted_s: Ints, due_s: Ints, resolved_s: Ints, asked_s: Ints
) -> NDArray[np.int8]:
    kind = record.service.cells.deadline_kind[record.demand.cell]
    klass = np.full(record.demand.dossiers, Class.NONE, np.int8)
    over = np.flatnonzero((accepted_s != NEVER) & (resolved_s != NEVER))
    klass[over] = classify(kind[over], due_s[over], resolved_s[over])
    lasts = np.flatnonzero((accepted_s != NEVER) & (resolved_s == NEVER))
    # A pause that began in term keeps the dossier in term: its due instant is still to come.
    open_s = np.where(asked_s[lasts] == NEVER, at_s, asked_s[lasts])
    klass[lasts] = classify_open(kind[lasts], due_s[lasts], open_s)
    return klass


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
    pauses = np.flatnonzero(ledger.received & (ledger.paused_s != 0))
    until_s = np.where(is_resolved[pauses], resolved_s[pauses], ledger.as_of_s)
    most_s = np.zeros(len(dossier), np.int64)
    most_s[pauses] = measure(legal, accepted_s[pauses], until_s)
    within = (ledger.paused_s >= 0) & (ledger.paused_s <= most_s)
    require("L6", within, dossier=dossier, paused_s=ledger.paused_s, at_most_s=most_s)

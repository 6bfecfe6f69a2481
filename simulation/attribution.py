"""Where the legal time of late dossiers went.

The time of a late dossier runs from the start of its clock, or the last restart, to its resolution
or, where it is open, to the end of the period. Each second of legal working time in between goes
to one part: waiting at a desk while somebody who serves it is on shift (*queue*), waiting or lying
there while nobody is (*off shift*), *work* at a desk, the *courier*, *external* delays, the
*applicant*, and being *held* until an instant relative to the due date. Who cannot join a queue
because the hall is closed waits for the desk off shift. Of the branches of a fork only the one that
joined last counts: the others did not hold it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.journal.itinerary import anchors_s
from simulation.journal.shifts import overlaps
from simulation.requirements import require
from simulation.semantics import Clock, Kind, Outcome
from simulation.units import NEVER, WORKING_DAY_S
from simulation.worktime import Calendar, from_spans, measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

AT_DESKS: Final = ("queue", "off_shift", "work")
ELSEWHERE: Final = ("courier", "external", "applicant", "held", "before")
"""``before`` is the time of a carried-in dossier before the simulation begins."""

_NONE: Final = np.empty(0, np.int64)

_QUEUE, _OFF_SHIFT, _WORK = range(len(AT_DESKS))
_COURIER, _EXTERNAL, _APPLICANT, _HELD, _BEFORE = range(len(ELSEWHERE))


@dataclass(frozen=True, eq=False)
class Attribution:
    """Legal seconds of each late dossier by where they went.

    Attributes:
        dossier: The late dossiers. Shape: (late,).
        field: Field of each. Shape: (late,).
        at_desks_s: Shape: (late, 3, desks), the second by `AT_DESKS`.
        elsewhere_s: Shape: (late, 5), the second by `ELSEWHERE`.
        own: Desks that serve no other field. Shape: (fields, desks).
        fields, desks: Their ids.
    """

    dossier: Ints
    field: Ints
    at_desks_s: Ints
    elsewhere_s: Ints
    own: Bools
    fields: tuple[str, ...]
    desks: tuple[str, ...]

    @property
    def total_s(self) -> Ints:
        """All legal seconds of each late dossier."""
        return np.asarray(self.at_desks_s.sum(axis=(1, 2)) + self.elsewhere_s.sum(axis=1))

    def shares(self, of: Bools | None = None) -> dict[str, float | None]:
        """Shares of the time of some late dossiers (by default all), by kind of place."""
        chosen = slice(None) if of is None else of
        total_s = int(self.total_s[chosen].sum())
        at_desks_s = self.at_desks_s[chosen].sum(axis=(0, 2)).tolist()
        elsewhere_s = self.elsewhere_s[chosen].sum(axis=0).tolist()
        return {
            name: part_s / total_s if total_s else None
            for name, part_s in zip(
                (*AT_DESKS, *ELSEWHERE), (*at_desks_s, *elsewhere_s), strict=True
            )
        }

    def by_desk(self) -> dict[str, float | None]:
        """Shares of all late time spent at each desk, as ``<kind>.<desk>``."""
        total_s = int(self.total_s.sum())
        spent_s = self.at_desks_s.sum(axis=0)
        return {
            f"{kind}.{desk}": int(spent_s[k, d]) / total_s if total_s else None
            for k, kind in enumerate(AT_DESKS)
            for d, desk in enumerate(self.desks)
        }

    def at_own_desks(self, field: str) -> float | None:
        """Share of a field's late time spent at desks that serve no other field."""
        number = self.fields.index(field)
        of = self.field == number
        total_s = int(self.total_s[of].sum())
        own_s = int(self.at_desks_s[of][:, :, self.own[number]].sum())
        return own_s / total_s if total_s else None

    def as_measures(self) -> dict[str, float | None]:
        """All shares by path, for the centre and by field; the same paths in every run."""
        values: dict[str, float | None] = {"late_time_wd": int(self.total_s.sum()) / WORKING_DAY_S}
        values |= {f"late_time.{name}": share for name, share in self.shares().items()}
        values |= {f"late_time.{name}": share for name, share in self.by_desk().items()}
        for number, name in enumerate(self.fields):
            head = f"by_field.{name}.late_time"
            shares = self.shares(self.field == number)
            values |= {f"{head}.{part}": share for part, share in shares.items()}
            values[f"{head}_at_own_desks"] = self.at_own_desks(name)
        return values


def attribute(record: Record, ledger: Ledger) -> Attribution:
    """Split the legal time of the late dossiers of the period.

    Args:
        record: What happened.
        ledger: The ledger as of the end of the period.

    Raises:
        AuditError: The parts of a dossier do not add up to its time.
    """
    service = record.service
    late = np.flatnonzero(ledger.late_since(service.horizon.start_s))
    split, path = _Split(record, ledger, late), _critical_path(record, ledger, late)
    split.before_the_period()
    split.at_desks(path)
    split.away_from_desks(path)
    found = Attribution(
        dossier=late,
        field=service.cells.field[record.demand.cell[late]],
        at_desks_s=split.at_desks_s,
        elsewhere_s=split.elsewhere_s,
        own=_own_desks(record),
        fields=service.names.fields,
        desks=service.names.desks,
    )
    whole_s = measure(split.legal, split.from_s, split.to_s)
    require("M8", found.total_s == whole_s, dossier=late, parts_s=found.total_s, whole_s=whole_s)
    return found


@dataclass(frozen=True, eq=False)
class _Path:
    """The visits that held late dossiers up, in order. Shape of each column: (visits,).

    Attributes:
        at: Which of the visits that have joined.
        who: Number of the late dossier.
        ended_s: When the visit ended, cut to the ledger's instant.
        next_s: When the next visit of the dossier joined; the ledger's instant where none has.
    """

    at: Ints
    who: Ints
    ended_s: Ints
    next_s: Ints


def _critical_path(record: Record, ledger: Ledger, late: Ints) -> _Path:
    """The visits of late dossiers without the branches of forks that others waited for."""
    joined, stop_s = record.joined, ledger.as_of_s
    low, high = (np.searchsorted(joined.dossier, late, side) for side in ("left", "right"))
    count = high - low
    at = np.arange(count.sum()) + np.repeat(low - np.cumsum(count) + count, count)
    who = np.repeat(np.arange(len(late)), count)
    at, who = at[joined.ready_s[at] < stop_s], who[joined.ready_s[at] < stop_s]
    counts = _joined_last(record, at, stop_s)
    at, who = at[counts], who[counts]
    ended_s = np.where(joined.ended[at], np.minimum(joined.ended_s[at], stop_s), stop_s)
    next_s = np.full(len(at), stop_s)
    same = np.flatnonzero(who[1:] == who[:-1])
    next_s[same] = joined.ready_s[at[same + 1]]
    return _Path(at, who, ended_s, next_s)


def _joined_last(record: Record, at: Ints, stop_s: int) -> Bools:
    """Whether a visit is on the trunk, or in the branch of its fork that ended last.

    A branch that has not ended comes after all that have; of equals the first counts.
    """
    joined, rows = record.joined, record.service.rows
    branch = rows.branch[joined.row[at]]
    on_trunk: Bools = branch == 0
    inner = np.flatnonzero(~on_trunk)
    if not len(inner):
        return on_trunk
    fork = np.maximum.accumulate(np.where(joined.kind[at] == Kind.FORK, np.arange(len(at)), 0))
    changes = np.flatnonzero((np.diff(fork[inner]) != 0) | (np.diff(branch[inner]) != 0))
    last = inner[np.append(changes, len(inner) - 1)]  # the last visit of each branch
    following = record.demand.row[joined.visit[at[last]] + 1]
    ended = joined.ended[at[last]] & (joined.ended_s[at[last]] < stop_s)
    ended &= rows.branch[following] != branch[last]
    ended_s = np.where(ended, joined.ended_s[at[last]], stop_s)
    order = np.lexsort((-branch[last], ended_s, fork[last]))
    latest = order[np.append(np.diff(fork[last][order]) != 0, True)]  # of each fork
    chosen = np.zeros(len(at), np.int64)
    chosen[fork[last[latest]]] = branch[last[latest]]
    held_up: Bools = on_trunk | (branch == chosen[fork])
    return held_up


class _Split:
    """Legal seconds of late dossiers, added up part by part.

    Args of the constructor:
        record: What happened.
        ledger: The ledger.
        late: The late dossiers.
    """

    def __init__(self, record: Record, ledger: Ledger, late: Ints) -> None:
        service, stop_s = record.service, ledger.as_of_s
        self.record = record
        self.legal = service.calendars[service.legal]
        self.from_s = ledger.counted_s[late]
        self.to_s = np.where(ledger.resolved[late], ledger.resolved_s[late], stop_s)
        self.late = late
        self.entered_s = record.demand.submitted_s[late]
        self.at_desks_s = np.zeros((len(late), len(AT_DESKS), len(service.names.desks)), np.int64)
        self.elsewhere_s = np.zeros((len(late), len(ELSEWHERE)), np.int64)
        self._shifts: dict[int, Calendar] = {}

    def before_the_period(self) -> None:
        """What a carried-in dossier went through before is not known."""
        everybody = np.arange(len(self.from_s))
        self._add_elsewhere(_BEFORE, everybody, self.from_s, self.entered_s)

    def at_desks(self, path: _Path) -> None:
        """Waiting for desks, and being worked on."""
        self._closed_halls(path)
        joined, pieces = self.record.joined, self.record.journal.pieces
        work = np.flatnonzero(joined.desk[path.at] >= 0)
        at, who, ended_s = path.at[work], path.who[work], path.ended_s[work]
        desk, ready_s = joined.desk[at], joined.ready_s[at]
        begun_s = np.where(joined.started[at], joined.started_s[at], ended_s)
        self._add_waits(who, desk, ready_s, begun_s)

        in_pieces = np.isin(joined.visit[at], pieces.visit)
        whole = np.flatnonzero(joined.started[at] & ~in_pieces)
        person, rests = joined.person[at], self.record.service.rows.interruptible[joined.row[at]]
        self._add_work(
            who[whole], desk[whole], person[whole], rests[whole], begun_s[whole], ended_s[whole]
        )
        self._pieces(at[in_pieces], who[in_pieces], ended_s[in_pieces])

    def _pieces(self, at: Ints, who: Ints, until_s: Ints) -> None:
        """The pieces of visits that were handed over, and the waits behind them."""
        joined, pieces = self.record.joined, self.record.journal.pieces
        order = np.argsort(pieces.visit, kind="stable")
        order = order[np.isin(pieces.visit[order], joined.visit[at])]
        visit, started_s = pieces.visit[order], pieces.started_s[order]
        number = np.searchsorted(joined.visit[at], visit)
        who, until_s, desk = who[number], until_s[number], joined.desk[at[number]]
        left_s = pieces.ended_s[order]
        left_s = np.where(left_s == NEVER, until_s, np.minimum(left_s, until_s))
        rests = np.ones(len(visit), np.bool_)
        self._add_work(who, desk, pieces.person[order].astype(np.int64), rests, started_s, left_s)
        taken_s = until_s.copy()
        more = np.flatnonzero(visit[1:] == visit[:-1])
        taken_s[more] = started_s[more + 1]
        self._add_waits(who, desk, left_s, taken_s)

    def _closed_halls(self, path: _Path) -> None:
        """Times between a dossier's visits, and before the first, in which a hall was closed."""
        joined, demand = self.record.joined, self.record.demand
        first_s = np.append(self.record.journal.ready_s, NEVER)[demand.visit_ptr[self.late]]
        first_s[first_s == NEVER] = self.to_s[first_s == NEVER]
        done = np.flatnonzero(joined.outcome[path.at] == Outcome.DONE)
        head = np.append(np.flatnonzero(demand.attempt == 0), demand.visits)
        following = head[np.searchsorted(head, joined.visit[path.at[done]], side="right")]
        who = np.append(np.arange(len(self.late)), path.who[done])
        visit = np.append(demand.visit_ptr[self.late], following)
        begin_s, end_s = self._within(
            who,
            np.append(self.entered_s, path.ended_s[done]),
            np.append(first_s, path.next_s[done]),
        )
        closed = np.flatnonzero(end_s > begin_s)
        desk = self.record.service.rows.desk[demand.row[visit[closed]]]
        legal_s = measure(self.legal, begin_s[closed], end_s[closed])
        self._add_at_desks(_OFF_SHIFT, who[closed], desk, legal_s)

    def away_from_desks(self, path: _Path) -> None:
        """Couriers, delays, and applicants who have left and come back, or have not."""
        joined, rows = self.record.joined, self.record.service.rows
        at, who, ready_s, ended_s = path.at, path.who, joined.ready_s[path.at], path.ended_s
        kind, pauses = joined.kind[at], (rows.clock[joined.row[at]] & Clock.PAUSES) != 0
        courier = kind == Kind.DEPARTURE
        self._add_elsewhere(_COURIER, who[courier], ready_s[courier], ended_s[courier])
        applicant = (kind == Kind.DELAY) & pauses
        self._add_elsewhere(_APPLICANT, who[applicant], ready_s[applicant], ended_s[applicant])
        left = joined.outcome[at] > Outcome.DONE
        self._add_elsewhere(_APPLICANT, who[left], ended_s[left], path.next_s[left])

        delay = np.flatnonzero((kind == Kind.DELAY) & ~pauses)
        anchor_s = anchors_s(self.record, at[delay])
        free_s = np.clip(anchor_s, ready_s[delay], ended_s[delay])
        self._add_elsewhere(_HELD, who[delay], ready_s[delay], free_s)
        self._add_elsewhere(_EXTERNAL, who[delay], free_s, ended_s[delay])

    def _add_elsewhere(self, part: int, who: Ints, from_s: Ints, to_s: Ints) -> None:
        begin_s, end_s = self._within(who, from_s, to_s)
        np.add.at(self.elsewhere_s[:, part], who, measure(self.legal, begin_s, end_s))

    def _add_waits(self, who: Ints, desk: Ints, from_s: Ints, to_s: Ints) -> None:
        """Waiting: in the queue while somebody of the desk's teams is on shift."""
        begin_s, end_s = self._within(who, from_s, to_s)
        legal_s = measure(self.legal, begin_s, end_s)
        manned_s = np.zeros(len(who), np.int64)
        for number in np.unique(desk).tolist():
            here = np.flatnonzero(desk == number)
            manned_s[here] = measure(self._manned(number), begin_s[here], end_s[here])
        self._add_at_desks(_QUEUE, who, desk, manned_s)
        self._add_at_desks(_OFF_SHIFT, who, desk, legal_s - manned_s)

    def _add_work(  # noqa: PLR0917  six columns of the same stints
        self, who: Ints, desk: Ints, person: Ints, rests: Bools, from_s: Ints, to_s: Ints
    ) -> None:
        """Service: work that can be interrupted rests while its person is off shift."""
        begin_s, end_s = self._within(who, from_s, to_s)
        legal_s = measure(self.legal, begin_s, end_s)
        worked_s = legal_s.copy()
        if rests.any():
            shifts = self.record.shifts
            place, on_duty = shifts.place(person[rests], 0), self._on_duty(person[rests])
            worked_s[rests] = measure(on_duty, place + begin_s[rests], place + end_s[rests])
        self._add_at_desks(_WORK, who, desk, worked_s)
        self._add_at_desks(_OFF_SHIFT, who, desk, legal_s - worked_s)

    def _add_at_desks(self, part: int, who: Ints, desk: Ints, spent_s: Ints) -> None:
        late, _, desks = self.at_desks_s.shape
        total_s = np.bincount(who * desks + desk, spent_s, minlength=late * desks)
        self.at_desks_s[:, part] += total_s.astype(np.int64).reshape(late, desks)

    def _within(self, who: Ints, from_s: Ints, to_s: Ints) -> tuple[Ints, Ints]:
        """Times cut to those in which the deadline of their dossiers counts."""
        begin_s = np.maximum(from_s, self.from_s[who])
        return begin_s, np.maximum(begin_s, np.minimum(to_s, self.to_s[who]))

    def _manned(self, desk: int) -> Calendar:
        """Legal time in which somebody who serves a desk is on shift."""
        teams = np.flatnonzero(self.record.shifts.efficiency[:, desk] > 0).tolist()
        shifts = [Calendar(_NONE, _NONE), *map(self._shift_of, teams)]
        begin_s = np.concatenate([shift.begin_s for shift in shifts])
        end_s = np.concatenate([shift.end_s for shift in shifts])
        return _both(self.legal, from_spans(begin_s, end_s))

    def _shift_of(self, team: int) -> Calendar:
        """When anybody of a team is on shift."""
        if team not in self._shifts:
            shifts = self.record.shifts
            ours = np.flatnonzero((shifts.team == team)[shifts.person])
            self._shifts[team] = from_spans(shifts.begin_s[ours], shifts.end_s[ours])
        return self._shifts[team]

    def _on_duty(self, person: Ints) -> Calendar:
        """Legal time in which some people are on shift, one person behind the other."""
        shifts = self.record.shifts
        offset_s = shifts.place(np.flatnonzero(np.bincount(person)), 0)[:, np.newaxis]
        begin_s, end_s = self.legal.begin_s + offset_s, self.legal.end_s + offset_s
        return _both(Calendar(begin_s.ravel(), end_s.ravel()), shifts.calendar)


def _both(first: Calendar, second: Calendar) -> Calendar:
    """The time in which both calendars are open."""
    ours, theirs = overlaps(first, second)
    begin_s = np.maximum(first.begin_s[ours], second.begin_s[theirs])
    return Calendar(begin_s, np.minimum(first.end_s[ours], second.end_s[theirs]))


def _own_desks(record: Record) -> Bools:
    """Desks that serve one field only. Shape: (fields, desks)."""
    rows, names = record.service.rows, record.service.names
    work = np.flatnonzero(rows.desk >= 0)
    serves = np.zeros((len(names.fields), len(names.desks)), np.bool_)
    serves[record.service.cells.field[rows.cell[work]], rows.desk[work]] = True
    return np.asarray(serves & (serves.sum(axis=0) == 1))

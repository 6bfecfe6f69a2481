"""Stints: one person's time with one visit, from taking it to its end or to its handover.

Most visits have one stint, which the journal itself holds; a visit that was handed over has one
for each of its pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.groups import stable_order
from simulation.units import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal.record import Record
    from simulation.journal.shifts import Shifts
    from simulation.worktime import Calendar

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Stints:
    """Stints by (person, started_s). Shape of each column: (stints,).

    Attributes:
        person: Who serves.
        visit: Number of the visit.
        desk: Its desk.
        interruptible: Whether it rests while the person is off shift.
        started_s: When it was taken.
        ended_s: When it was done or handed over; NEVER while the person is at it.
        span: The span of `Shifts` that ends after the start: the one it began in, if it began on
            shift.
    """

    person: Ints
    visit: Ints
    desk: Ints
    interruptible: Bools
    started_s: Ints
    ended_s: Ints
    span: Ints

    def until_s(self, instant_s: int) -> Ints:
        """When each ended, or an instant where it had not ended by then."""
        return np.where(self.ended_s == NEVER, instant_s, np.minimum(self.ended_s, instant_s))

    def served(self, shifts: Shifts, from_s: int, to_s: int) -> tuple[Ints, Ints]:
        """Seconds of each stint within [from, to): those on shift, and those of overtime.

        Interruptible work rests off shift; what is not interruptible goes on, as overtime.
        """
        begin_s = np.clip(self.started_s, from_s, to_s)
        end_s = np.maximum(np.clip(self.until_s(to_s), from_s, to_s), begin_s)
        on_shift_s = end_s - begin_s
        overtime_s = np.zeros_like(on_shift_s)
        # Nearly all end within the span they begin in; only the others need be looked up.
        leaves = np.flatnonzero(end_s > shifts.end_s[self.span]) if len(self.span) else self.span
        off_shift_s = on_shift_s[leaves]
        on_shift_s[leaves] = shifts.measure(self.person[leaves], begin_s[leaves], end_s[leaves])
        off_shift_s -= on_shift_s[leaves]
        overtime_s[leaves] = np.where(self.interruptible[leaves], 0, off_shift_s)
        return on_shift_s, overtime_s


def find_stints(record: Record) -> Stints:
    """The stints of a journal and its pieces."""
    pieces, joined = record.journal.pieces, record.joined
    rows = record.service.rows
    is_whole = joined.person >= 0
    is_whole[np.searchsorted(joined.visit, pieces.visit)] = False
    whole = np.flatnonzero(is_whole)
    person = np.concatenate((joined.person[whole], pieces.person.astype(np.int64)))
    visit = np.concatenate((joined.visit[whole], pieces.visit))
    started_s = np.concatenate((joined.started_s[whole], pieces.started_s))
    ended_s = np.concatenate((joined.ended_s[whole], pieces.ended_s))
    place_s = record.shifts.place(person, started_s)
    order = stable_order(place_s)
    visit = visit[order]
    row = record.demand.row[visit]
    return Stints(
        person=person[order],
        visit=visit,
        desk=rows.desk[row],
        interruptible=rows.interruptible[row],
        started_s=started_s[order],
        ended_s=ended_s[order],
        span=_span_of(record.shifts.calendar, place_s[order]),
    )


def _span_of(calendar: Calendar, place_s: Ints) -> Ints:
    """The first span that ends later; the last of all where none does."""
    span = np.searchsorted(calendar.end_s, place_s, side="right")
    return np.minimum(span, len(calendar.end_s) - 1)

"""What is counted of dossiers and of visits in person, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.legal import Class
from simulation.semantics import DeadlineKind, Ends, Outcome
from simulation.units import DAY_S, NEVER, WORKING_DAY_S
from simulation.worktime import measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger
    from simulation.measures.scopes import Scopes

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

MEANS: Final = {
    "cycle_mean_wd": ("cycle_s", "resolved", WORKING_DAY_S),
    "cycle_net_wd": ("cycle_net_s", "resolved", WORKING_DAY_S),
}
"""A sum, the count to divide it by, and what one unit of the mean is."""


def count_dossiers(record: Record, ledger: Ledger) -> dict[str, Ints]:
    """Numbers of dossiers within the period, by name. Shape of each: (cells,)."""
    start_s = record.service.horizon.start_s
    resolved, klass = ledger.resolved_since(start_s), ledger.official
    due = strictly_due(ledger, start_s)
    kind = record.service.cells.deadline_kind[record.demand.cell]
    enters = (ledger.submitted_s >= start_s) & (record.demand.accepted_s == NEVER)
    never = ~ledger.received
    masks = {
        "submitted": enters,
        "received": ledger.received_since(start_s),
        "carried_in": ledger.carried_in,
        "lost": never & (ledger.lost_s >= start_s),
        "ended_unreceived": never & (ledger.resolved_s >= start_s),
        "in_reception_at_end": _in_reception(ledger),
        "resolved": resolved,
        "early": resolved & (klass == Class.EARLY),
        "on_due_date": resolved & (klass == Class.ON_TIME),
        "late": resolved & (klass == Class.LATE),
        "refused": resolved & (ledger.outcome == Ends.REFUSED),
        "withdrawn": resolved & (ledger.outcome == Ends.WITHDRAWN),
        "on_the_spot": resolved & (kind == DeadlineKind.ON_THE_SPOT),
        "returned": ledger.received & (ledger.returned_s >= start_s),
        "open_at_end": ledger.open,
        "in_term_open": klass == Class.IN_TERM,
        "overdue_open": klass == Class.OVERDUE,
        "paused_at_end": ledger.paused,
        "strict_due": due,
        "strict_on_time": due & ((ledger.klass == Class.EARLY) | (ledger.klass == Class.ON_TIME)),
    }
    counts = {name: _by_cell(record, np.flatnonzero(mask)) for name, mask in masks.items()}
    counts["on_time"] = counts["early"] + counts["on_due_date"]
    counts["apologies"] = counts["late"] + counts["overdue_open"]
    return counts


def _in_reception(ledger: Ledger) -> Bools:
    """Submitted, and neither received nor gone."""
    gone = (ledger.lost_s != NEVER) | ledger.resolved
    return np.asarray((ledger.submitted_s != NEVER) & ~ledger.received & ~gone)


def strictly_due(ledger: Ledger, start_s: int) -> Bools:
    """The cohort of the strict on-time rate.

    These are the dossiers whose final due instant lies in the period. Left out is who was refused
    or has withdrawn, and who is in a supplement pause at the end, unless it began after expiry:
    their due instant may still move.
    """
    due = (ledger.due_s >= start_s) & (ledger.due_s < ledger.as_of_s)
    moves = ledger.paused & (ledger.klass == Class.IN_TERM)
    return np.asarray(due & ~ledger.dropped & ~moves)


def sum_cycles(record: Record, ledger: Ledger) -> dict[str, Ints]:
    """Legal working seconds from receipt to resolution in the period. Shape of each: (cells,)."""
    legal = record.service.calendars[record.service.legal]
    at = np.flatnonzero(ledger.resolved_since(record.service.horizon.start_s))
    cycle_s = measure(legal, ledger.accepted_s[at], ledger.resolved_s[at])
    net_s = cycle_s - ledger.paused_s[at]
    return {
        "cycle_s": _by_cell(record, at, cycle_s),
        "cycle_net_s": _by_cell(record, at, net_s),
    }


def count_visits(record: Record, ledger: Ledger) -> dict[str, Ints]:
    """Trips to the centre, and attempts left unserved, within the period. Shape: (cells,)."""
    joined, start_s, stop_s = record.joined, record.service.horizon.start_s, ledger.as_of_s
    begins = record.trips
    ready_s = joined.ready_s[begins]
    begins = begins[(ready_s >= start_s) & (ready_s < stop_s)]
    left = np.flatnonzero(joined.outcome > Outcome.DONE)
    left = left[(joined.ended_s[left] >= start_s) & (joined.ended_s[left] < stop_s)]
    abandons = joined.outcome[left] == Outcome.ABANDONED
    return {
        "visits": _by_cell(record, joined.dossier[begins]),
        "abandonments": _by_cell(record, joined.dossier[left[abandons]]),
        "turned_away": _by_cell(record, joined.dossier[left[~abandons]]),
    }


def open_by_day(record: Record, ledger: Ledger) -> Ints:
    """Open dossiers at the end of each day of the period. Shape: (cells, days)."""
    start_s, cells = record.service.horizon.start_s, len(record.service.cells.channel)
    days = -(-(ledger.as_of_s - start_s) // DAY_S)
    change = np.zeros(cells * days, np.int64)
    for instant_s, sign in ((ledger.accepted_s, 1), (ledger.resolved_s, -1)):
        at = np.flatnonzero(ledger.received & (instant_s != NEVER))
        day = np.maximum((instant_s[at] - start_s) // DAY_S, 0)
        place = record.demand.cell[at] * days + day
        change += sign * np.bincount(place, minlength=cells * days)
    return np.cumsum(change.reshape(cells, days), axis=1)


def backlog_by_day(by_cell: Ints, parts: Scopes) -> dict[str, Ints]:
    """Open dossiers at the end of each day of the period, by path. Shape of each: (days,).

    Args:
        by_cell: The same by cell.
        parts: How cells make parts.
    """
    backlog = np.zeros((len(parts.prefixes) + 1, by_cell.shape[1]), np.int64)
    np.add.at(backlog, parts.part, by_cell)  # part -1 is the last one
    return {f"{prefix}backlog": backlog[k] for k, prefix in enumerate(parts.prefixes)}


def _by_cell(record: Record, dossier: Ints, weight: Ints | None = None) -> Ints:
    """Number of some dossiers, or the sum of their weights, by cell."""
    cells = len(record.service.cells.channel)
    total = np.bincount(record.demand.cell[dossier], weight, minlength=cells)
    return total.astype(np.int64)  # sums of seconds stay far below 2**53, so they are exact

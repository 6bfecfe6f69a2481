"""How long dossiers take, beside the deadline that they were promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.measures.grouped import quantiles
from simulation.semantics import DeadlineKind
from simulation.units import HOUR_S, WORKING_DAY_S
from simulation.worktime import measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger
    from simulation.plan.arrays import ServicePlan

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

SHARES: Final = (0.5, 0.9, 0.95, 0.99)
"""Quantiles of the time that dossiers take."""
_UNITS: Final = {
    DeadlineKind.WORKING_DAYS: (WORKING_DAY_S, "wd", 1.0),
    DeadlineKind.HOURS: (HOUR_S, "h", HOUR_S / WORKING_DAY_S),
    DeadlineKind.CALENDAR_DAYS: (1, "d", 5 / 7),
}
"""One unit of the amount, what it is called, and how many working days it is, roughly."""


@dataclass(frozen=True)
class Promise:
    """A deadline of a procedure, and the channels that it holds for.

    Attributes:
        procedure: Id of the procedure.
        channels: Ids of the channels; None where the procedure has the same deadline everywhere.
        deadline: As a scenario writes it: ``15 wd``, ``30 d``, ``4 h``; None where there is none,
            or nothing to wait for.
        deadline_wd: In working days; calendar days are 5/7 each.
    """

    procedure: str
    channels: tuple[str, ...] | None
    deadline: str | None
    deadline_wd: float | None


def promises(service: ServicePlan) -> list[Promise]:
    """What is promised to whom, by procedure."""
    cells, names = service.cells, service.names
    part = _part(service)
    found = []
    for number in range(int(part.max(initial=-1)) + 1):
        members = np.flatnonzero(part == number)
        first = members[0]
        procedure = cells.procedure[first]
        shared = len(np.unique(part[cells.procedure == procedure])) == 1
        channels = tuple(names.channels[channel] for channel in cells.channel[members])
        found.append(
            Promise(
                names.procedures[procedure],
                None if shared else channels,
                *_written(int(cells.deadline_kind[first]), int(cells.deadline_amount[first])),
            )
        )
    return found


def _part(service: ServicePlan) -> Ints:
    """The number of each cell's promise. Shape: (cells,)."""
    cells = service.cells
    what = np.stack((cells.procedure, cells.deadline_kind, cells.deadline_amount), axis=1)
    return np.unique(what, axis=0, return_inverse=True)[1].reshape(-1)


def _written(kind: int, amount: int) -> tuple[str | None, float | None]:
    """A deadline as text, and in working days."""
    if kind not in _UNITS:
        return None, None
    unit, name, working_days = _UNITS[DeadlineKind(kind)]
    return f"{amount / unit:g} {name}", amount / unit * working_days


def used_terms(record: Record, ledger: Ledger) -> tuple[Ints, Floats]:
    """How much of their deadline dossiers used up that were resolved in the period.

    That is legal working time from acceptance, or from the last restart of the clock, to
    resolution, without supplement pauses. Who was refused or has withdrawn is left out.

    Returns:
        The number of dossiers of each promise, shape (promises,); and the quantiles `SHARES` of
        what they used in working days, shape (promises, shares), NaN where there are none.
    """
    service, part = record.service, _part(record.service)
    counts = ledger.resolved_since(service.horizon.start_s) & ~ledger.dropped
    at = np.flatnonzero(counts)
    cell = record.demand.cell[at]
    used_s = measure(service.calendars[service.legal], ledger.counted_s[at], ledger.resolved_s[at])
    used_s -= np.where(service.cells.restarts[cell], 0, ledger.paused_s[at])
    number = int(part.max(initial=-1)) + 1
    found = quantiles(part[cell], used_s, number, SHARES)
    return np.bincount(part[cell], minlength=number), found / WORKING_DAY_S

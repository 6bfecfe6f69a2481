"""How long applicants waited at the counter, and dossiers at the desks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.journal.halls import waits
from simulation.journal.queues import waits_again
from simulation.measures.values import ratio
from simulation.units import MINUTE_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.measures.scopes import Scopes
    from simulation.measures.values import Number

    Ints = NDArray[np.int64]

TARGETS_MIN: Final = (15, 30)
"""Waits that centres aim at."""


class CounterWaits:
    """Waits of the attempts that joined and were started in the period, the shortest first.

    An attempt has a wait of its own, whichever attempt it is: what a ticket machine would print.
    Attempts left unserved have none.
    """

    def __init__(self, record: Record) -> None:
        joined, horizon = record.joined, record.service.horizon
        at = np.flatnonzero((joined.hall >= 0) & joined.started)
        ready_s, started_s = joined.ready_s[at], joined.started_s[at]
        within = (ready_s >= horizon.start_s) & (started_s < horizon.stop_s)
        wait_s = (started_s - ready_s)[within]
        order = np.argsort(wait_s, kind="stable")
        self.wait_s = wait_s[order]
        self.cell = record.demand.cell[joined.dossier[at[within][order]]]

    def measure(self, parts: Scopes) -> dict[str, Number]:
        """Number, mean, median, 90 % quantile and share within the targets of each part."""
        part = parts.part[self.cell].astype(np.int16)
        order = np.argsort(part, kind="stable")  # within a part the shortest stays first
        bounds = np.searchsorted(part[order], np.arange(len(parts.prefixes) + 1))
        values: dict[str, Number] = {}
        for prefix, low, high in zip(parts.prefixes, bounds[:-1], bounds[1:], strict=True):
            values |= _describe(prefix, self.wait_s[order[low:high]])
        return values


def _describe(prefix: str, wait_s: Ints) -> dict[str, Number]:
    """The numbers of one part; its waits are sorted."""
    count = len(wait_s)
    name = f"{prefix}counter_wait"
    values: dict[str, Number] = {
        f"{name}s": count,
        f"{name}_mean_min": ratio(float(wait_s.sum()), count * MINUTE_S),
        f"{name}_p50_min": _quantile_min(wait_s, 0.5),
        f"{name}_p90_min": _quantile_min(wait_s, 0.9),
    }
    for target in TARGETS_MIN:
        within = int(np.searchsorted(wait_s, target * MINUTE_S, side="right"))
        values[f"{name}s_within_{target}_min"] = within
        values[f"{name}_within_{target}_min"] = ratio(within, count)
    return values


def _quantile_min(sorted_s: Ints, share: float) -> float | None:
    """A quantile, interpolated linearly between order statistics (Hyndman and Fan's type 7)."""
    if not len(sorted_s):
        return None
    place = share * (len(sorted_s) - 1)
    low = int(place)
    above = sorted_s[min(low + 1, len(sorted_s) - 1)] - sorted_s[low]
    return float(sorted_s[low] + (place - low) * above) / MINUTE_S


class DeskQueues:
    """Times that visits spent waiting at desks, cut to the period.

    Attributes:
        desk, from_s, to_s: One entry for each time; visits that were handed over wait again.
        first: How many entries are first waits.
    """

    def __init__(self, record: Record) -> None:
        joined, horizon = record.joined, record.service.horizon
        at, until_s = waits(joined)
        visit, again_s, taken_s = waits_again(record)
        row = record.demand.row[visit]
        self.first = len(at)
        self.joined = at
        self.desk = np.append(joined.desk[at], record.service.rows.desk[row])
        from_s = np.append(joined.ready_s[at], again_s)
        self.from_s = np.clip(from_s, horizon.start_s, horizon.stop_s)
        self.to_s = np.clip(np.append(until_s, taken_s), self.from_s, horizon.stop_s)

    def total_s(self, desks: int) -> Ints:
        """Seconds waited at each desk."""
        waited_s = np.bincount(self.desk, self.to_s - self.from_s, minlength=desks)
        return waited_s.astype(np.int64)


def measure_desks(record: Record, queues: DeskQueues) -> dict[str, Number]:
    """Mean queue, and the waits of the visits that joined and were started in the period."""
    joined, horizon, names = record.joined, record.service.horizon, record.service.names.desks
    at = queues.joined
    within = joined.started[at] & (joined.ready_s[at] >= horizon.start_s)
    at = at[within & (joined.started_s[at] < horizon.stop_s)]
    desk, wait_s = joined.desk[at], joined.started_s[at] - joined.ready_s[at]
    count = np.bincount(desk, minlength=len(names)).tolist()
    sum_s = np.bincount(desk, wait_s, minlength=len(names)).tolist()
    total_s = queues.total_s(len(names)).tolist()
    values: dict[str, Number] = {}
    for number, name in enumerate(names):
        values[f"desks.{name}.waits"] = count[number]
        values[f"desks.{name}.wait_mean_min"] = ratio(sum_s[number], count[number] * MINUTE_S)
        period_s = horizon.stop_s - horizon.start_s
        values[f"desks.{name}.queue_mean"] = ratio(total_s[number], period_s)
    return values

"""How long applicants waited at the counter, and dossiers at the desks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.journal.queues import waits_again
from simulation.measures.values import ratio
from simulation.units import MINUTE_S, NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.measures.scopes import Scopes
    from simulation.measures.values import Number

    Ints = NDArray[np.int64]

TARGETS_MIN: Final = (15, 30)
"""Waits that centres aim at."""


class CounterWaits:
    """Waits of the attempts that joined and were served in the period, the shortest first.

    The population is every attempt that ended in being served, whichever attempt of its visit it
    was; the wait is that attempt's, from taking the ticket to the call: what a ticket machine would
    print. The time between attempts is nobody's wait, and attempts left unserved have none.
    """

    def __init__(self, record: Record) -> None:
        joined, at = record.joined, served_in_period(record)
        wait_s = joined.started_s[at] - joined.ready_s[at]
        order = np.argsort(wait_s)  # of equal waits either may be first
        self.wait_s = wait_s[order]
        self.cell = record.demand.cell[joined.dossier[at[order]]]

    def measure(self, parts: Scopes) -> dict[str, Number]:
        """Number, mean, median, 90 % quantile and share within the targets of each part."""
        part = parts.part[self.cell].astype(np.int16)
        order = np.argsort(part, kind="stable")  # within a part the shortest stays first
        bounds = np.searchsorted(part[order], np.arange(len(parts.prefixes) + 1))
        wait_s = self.wait_s[order]
        values: dict[str, Number] = {}
        for prefix, low, high in zip(parts.prefixes, bounds[:-1], bounds[1:], strict=True):
            values |= _describe(prefix, wait_s[low:high])
        return values


def served_in_period(record: Record) -> Ints:
    """Attempts of applicants that joined and were started in the period, of those that joined."""
    joined, horizon = record.joined, record.service.horizon
    at = np.flatnonzero(joined.hall >= 0)
    ready_s, started_s = joined.ready_s[at], joined.started_s[at]
    # Who was not started has NEVER, which is before every start of a period.
    within = (ready_s >= horizon.start_s) & (started_s >= ready_s)
    within &= started_s < horizon.stop_s
    return at[within]


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


def measure_desks(record: Record) -> dict[str, Number]:
    """Mean queue, and the waits of the visits that joined and were started in the period.

    The queue is the time that visits spent waiting within the period, over its length; visits that
    were handed over wait again.
    """
    joined, horizon, names = record.joined, record.service.horizon, record.service.names.desks
    at = np.flatnonzero(joined.desk >= 0)
    desk, ready_s, started_s = joined.desk[at], joined.ready_s[at], joined.started_s[at]
    until_s = _waits_until(record, at, started_s)
    within = (ready_s >= horizon.start_s) & (started_s >= ready_s)
    within &= started_s < horizon.stop_s
    count = np.bincount(desk[within], minlength=len(names)).tolist()
    sum_s = np.bincount(desk[within], (until_s - ready_s)[within], minlength=len(names)).tolist()
    total_s = _waited_s(record, desk, ready_s, until_s)
    visit, again_s, taken_s = waits_again(record)
    total_s += _waited_s(
        record, record.service.rows.desk[record.demand.row[visit]], again_s, taken_s
    )
    period_s = horizon.stop_s - horizon.start_s
    values: dict[str, Number] = {}
    for number, name in enumerate(names):
        values[f"desks.{name}.waits"] = count[number]
        values[f"desks.{name}.wait_mean_min"] = ratio(sum_s[number], count[number] * MINUTE_S)
        values[f"desks.{name}.queue_mean"] = ratio(int(total_s[number]), period_s)
    return values


def _waits_until(record: Record, at: Ints, started_s: Ints) -> Ints:
    """Until when visits wait to be started: they are, or their applicants leave, or the end."""
    until_s = started_s.copy()
    unserved = np.flatnonzero(started_s == NEVER)
    left_s = record.joined.ended_s[at[unserved]]
    until_s[unserved] = np.where(left_s == NEVER, record.service.horizon.end_s, left_s)
    return until_s


def _waited_s(record: Record, desk: Ints, from_s: Ints, to_s: Ints) -> Ints:
    """Seconds waited at each desk within the period."""
    horizon, desks = record.service.horizon, len(record.service.names.desks)
    begin_s = np.maximum(from_s, horizon.start_s)
    length_s = np.maximum(np.minimum(to_s, horizon.stop_s) - begin_s, 0)
    return np.bincount(desk, length_s, minlength=desks).astype(np.int64)

"""The shape of a period: by week, by hour, by length of wait. What figures are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.legal import Class
from simulation.measures.grouped import quantiles
from simulation.measures.hours import presence_by_hour
from simulation.measures.promises import used_terms
from simulation.measures.waits import served_in_period
from simulation.units import DAY_S, HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

WAIT_CLASSES_MIN: Final = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120)
"""Longest wait of each class; in the first nobody waited, and a last one has all longer waits."""
WEEK_S: Final = 7 * DAY_S
_HOURS: Final = 24


def profile(record: Record, ledger: Ledger) -> dict[str, Any]:
    """The shape of the period, in a form that JSON holds.

    Args:
        record: What happened.
        ledger: The ledger as of the end of the period.

    Returns:
        ``weeks``: by week, from Monday, dossiers ``received``, ``resolved`` and resolved ``late``.
        ``counter``: waits of those served, by ``classes`` and by the hour of the day at which they
        came (``served``, ``mean_min``, ``p90_min``). ``teams``: by id seconds ``present_s`` and
        ``on_shift_s`` at work in each hour of the week. ``terms``: how many of each promise were
        resolved (``number``), and quantiles of the working days they used up (``used_wd``).
    """
    number, used_wd = used_terms(record, ledger)
    return {
        "weeks": _by_week(record, ledger),
        "counter": _counter_waits(record),
        "teams": _teams(record),
        "terms": {"number": number.tolist(), "used_wd": _plain(used_wd)},
    }


def _by_week(record: Record, ledger: Ledger) -> dict[str, list[int]]:
    start_s = record.service.horizon.start_s
    monday_s = start_s - record.service.horizon.instant(start_s).weekday() * DAY_S
    weeks = -(-(ledger.as_of_s - monday_s) // WEEK_S)
    resolved = ledger.resolved_since(start_s)

    def count(mask: Bools, instant_s: Ints) -> list[int]:
        week = (instant_s[mask] - monday_s) // WEEK_S
        counts: list[int] = np.bincount(week, minlength=weeks).tolist()
        return counts

    return {
        "received": count(ledger.received_since(start_s), ledger.accepted_s),
        "resolved": count(resolved, ledger.resolved_s),
        "late": count(resolved & (ledger.official == Class.LATE), ledger.resolved_s),
    }


def _counter_waits(record: Record) -> dict[str, Any]:
    at = served_in_period(record)
    ready_s, started_s = record.joined.ready_s[at], record.joined.started_s[at]
    wait_s = started_s - ready_s
    longest_s = np.multiply(WAIT_CLASSES_MIN, MINUTE_S)
    classes = np.bincount(np.searchsorted(longest_s, wait_s), minlength=len(longest_s) + 1)
    hour = ready_s % DAY_S // HOUR_S
    served = np.bincount(hour, minlength=_HOURS)
    total_s = np.bincount(hour, wait_s, minlength=_HOURS)
    mean_s = np.divide(total_s, served, out=np.full(_HOURS, np.nan), where=served > 0)
    return {
        "classes": classes.tolist(),
        "served": served.tolist(),
        "mean_min": _plain(mean_s / MINUTE_S),
        "p90_min": _plain(quantiles(hour, wait_s, _HOURS, [0.9])[:, 0] / MINUTE_S),
    }


def _teams(record: Record) -> dict[str, dict[str, list[int]]]:
    present_s, on_shift_s = presence_by_hour(record)
    return {
        team.id: {"present_s": present_s[k].tolist(), "on_shift_s": on_shift_s[k].tolist()}
        for k, team in enumerate(record.service.teams)
    }


def _plain(numbers: Floats) -> list[Any]:
    """Lists in which None stands for what was not counted."""
    found = numbers.astype(object)
    found[np.isnan(numbers)] = None
    plain: list[Any] = found.tolist()
    return plain

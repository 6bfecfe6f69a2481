"""One run → one row of measures, and the audits that it has to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.measures.audit import audit
from simulation.measures.dossiers import (
    MEANS,
    backlog_by_day,
    count_dossiers,
    count_visits,
    open_by_day,
    sum_cycles,
)
from simulation.measures.people import count_steps, measure_teams
from simulation.measures.profiles import WAIT_CLASSES_MIN, profile
from simulation.measures.promises import SHARES, Promise, promises
from simulation.measures.scopes import scopes
from simulation.measures.values import FRACTIONS, RATES, Measures, ratio
from simulation.measures.waits import CounterWaits, measure_desks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger
    from simulation.measures.scopes import Scopes
    from simulation.measures.values import Number
    from simulation.scenario.evidence import EventShare

__all__ = [
    "FRACTIONS",
    "RATES",
    "SHARES",
    "WAIT_CLASSES_MIN",
    "Measures",
    "Promise",
    "audit",
    "measure",
    "profile",
    "promises",
]


def measure(
    record: Record, ledger: Ledger, events: Mapping[str, EventShare] | None = None
) -> Measures:
    """Measure the period. `audit` says whether the result can be believed.

    Args:
        record: What happened.
        ledger: The ledger as of the end of the period.
        events: What happens on a share of dossiers, by id (the scenario's ``events``).
    """
    by_cell = count_dossiers(record, ledger) | count_visits(record, ledger)
    sums = sum_cycles(record, ledger)
    waits, backlog = CounterWaits(record), open_by_day(record, ledger)
    values: dict[str, Number] = {}
    series: dict[str, NDArray[np.int64]] = {}
    for parts in scopes(record.service):
        values |= _of_parts(parts, by_cell, sums) | waits.measure(parts)
        series |= backlog_by_day(backlog, parts)
    values |= measure_teams(record, int(by_cell["resolved"].sum()))
    values |= measure_desks(record)
    values |= count_steps(record)
    for name, event in (events or {}).items():
        values[f"events.{name}"] = event.share * int(by_cell[event.per].sum())
    return Measures(values, series)


def _of_parts(
    parts: Scopes, by_cell: dict[str, NDArray[np.int64]], sums: dict[str, NDArray[np.int64]]
) -> dict[str, Number]:
    """Counts of dossiers and visits, and the rates and means made of them."""
    counts = {name: parts.add_up(count) for name, count in by_cell.items()}
    totals = {name: parts.add_up(total) for name, total in sums.items()}
    values: dict[str, Number] = {}
    for k, prefix in enumerate(parts.prefixes):
        values |= {f"{prefix}{name}": count[k] for name, count in counts.items()}
        for name, (successes, trials) in RATES.items():
            if successes in counts:
                values[f"{prefix}{name}"] = ratio(counts[successes][k], counts[trials][k])
        for name, (total, count, unit_s) in MEANS.items():
            values[f"{prefix}{name}"] = ratio(totals[total][k], counts[count][k] * unit_s)
    return values

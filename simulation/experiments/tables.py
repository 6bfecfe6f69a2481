"""The dossiers and visits of one replication, with names in the place of numbers.

Instants stay seconds since midnight of the horizon's first day; what has not happened is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulation.legal import Class
from simulation.semantics import Ends, Kind, Outcome
from simulation.tables import Segment
from simulation.units import FAR, NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import IntEnum

    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger

    Ints = NDArray[np.integer[Any]]


def kept_tables(replication: int, record: Record, ledger: Ledger) -> dict[str, pd.DataFrame]:
    """The tables by name: ``dossiers`` and ``visits``; docs/data-model.md describes the columns."""
    return {
        "dossiers": _dossiers(replication, record, ledger),
        "visits": _visits(replication, record),
    }


def _dossiers(replication: int, record: Record, ledger: Ledger) -> pd.DataFrame:
    demand, names, cells = record.demand, record.service.names, record.service.cells
    return pd.DataFrame(
        {
            "replication": replication,
            "dossier": np.arange(demand.dossiers),
            "channel": _named(cells.channel[demand.cell], names.channels),
            "procedure": _named(cells.procedure[demand.cell], names.procedures),
            "field": _named(cells.field[demand.cell], names.fields),
            "segment": _coded(demand.segment, Segment),
            "draw": demand.draw,
            "carried_in": ledger.carried_in,
            "submitted_s": _instants(demand.submitted_s),
            "accepted_s": _instants(ledger.accepted_s),
            "due_s": _instants(np.where(ledger.due_s == FAR, NEVER, ledger.due_s)),
            "resolved_s": _instants(ledger.resolved_s),
            "returned_s": _instants(ledger.returned_s),
            "lost_s": _instants(ledger.lost_s),
            "outcome": _coded(ledger.outcome, Ends),
            "class": _coded(ledger.klass, Class),
            "paused_s": ledger.paused_s,
            "visits_in_person": ledger.visits_in_person,
        }
    )


def _visits(replication: int, record: Record) -> pd.DataFrame:
    joined, names, rows = record.joined, record.service.names, record.service.rows
    teams = np.array(record.service.person_team, np.int64)
    team = np.where(joined.person < 0, -1, teams[joined.person]) if len(teams) else joined.person
    return pd.DataFrame(
        {
            "replication": replication,
            "visit": joined.visit,
            "dossier": joined.dossier,
            "step": _named(rows.step[joined.row], rows.steps),
            "occurrence": rows.occurrence[joined.row],
            "attempt": record.demand.attempt[joined.visit],
            "kind": _coded(joined.kind, Kind),
            "desk": _named(joined.desk, names.desks),
            "team": _named(team, names.teams),
            "person": _instants(joined.person),
            "work_s": record.demand.work_s[joined.visit],
            "ready_s": _instants(joined.ready_s),
            "started_s": _instants(joined.started_s),
            "ended_s": _instants(joined.ended_s),
            "outcome": _coded(joined.outcome, Outcome),
        }
    )


def _named(numbers: Ints, names: Sequence[str]) -> pd.Categorical[str]:
    """Numbers as names; -1 is missing."""
    return pd.Categorical.from_codes(numbers, categories=pd.Index(names))


def _coded(numbers: Ints, codes: type[IntEnum]) -> pd.Categorical[str]:
    """Codes as words; the ones that mean nothing are missing."""
    meant = [code for code in codes if code.name not in {"NONE", "NO"}]
    places = np.full(len(numbers), -1)
    for place, code in enumerate(meant):
        places[numbers == code] = place
    words = [code.name.lower().replace("_", "-") for code in meant]
    return pd.Categorical.from_codes(places, categories=pd.Index(words))


def _instants(numbers: Ints) -> pd.arrays.IntegerArray:
    """Integers of which NEVER is missing."""
    return pd.arrays.IntegerArray(numbers.astype(np.int64), numbers == NEVER)

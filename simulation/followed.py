"""What became of the dossiers of a register, each known by its key.

The measures are of the period; a dossier that is open when it begins may be resolved after its end.
So its end is read from the ledger as of the last simulated instant.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.ledger import make_ledger
from simulation.legal import Class
from simulation.tables import Segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulation.journal import Record

    Ints = NDArray[np.int64]

_COLUMNS: Final = ("cell", "draw", "accepted_s", "due_s", "resolved_s", "klass")
_FAST: Final = 1
"""Compression level: the same dossiers stand there in every replication."""


@dataclass(frozen=True, eq=False)
class Followed:
    """The dossiers of a register, by (cell, draw). Shape of each column: (dossiers,).

    Attributes:
        cell, draw: As in `Demand`.
        accepted_s, due_s, resolved_s: As in `Ledger`, as of the last simulated instant.
        klass: A `Class` by the official form: what is refused or withdrawn is on time.
    """

    cell: Ints
    draw: Ints
    accepted_s: Ints
    due_s: Ints
    resolved_s: Ints
    klass: Ints

    def packed(self) -> dict[str, Any]:
        """In a form that JSON holds; empty where nothing was followed."""
        if not len(self.draw):
            return {}
        table = np.stack([getattr(self, name) for name in _COLUMNS]).astype("<i8")
        text = base64.b64encode(zlib.compress(table.tobytes(), _FAST)).decode("ascii")
        return {"dossiers": len(self.draw), "columns": list(_COLUMNS), "table": text}


def follow_up(record: Record) -> Followed:
    """What became of the dossiers of the register, by the end of the simulated time.

    Raises:
        AuditError: The ledger violates a requirement of docs/data-model.md.
    """
    demand = record.demand
    ours = np.flatnonzero(demand.segment == Segment.REGISTER)
    if not len(ours):
        nothing = np.empty(0, np.int64)
        return Followed(*(nothing for _ in _COLUMNS))
    ours = ours[np.lexsort((demand.draw[ours], demand.cell[ours]))]
    ledger = make_ledger(record, record.service.horizon.end_s)
    return Followed(
        cell=demand.cell[ours].astype(np.int64),
        draw=demand.draw[ours],
        accepted_s=ledger.accepted_s[ours],
        due_s=ledger.due_s[ours],
        resolved_s=ledger.resolved_s[ours],
        klass=ledger.official[ours].astype(np.int64),
    )


def unpacked(packed: Mapping[str, Any]) -> Followed:
    """The inverse of `Followed.packed`."""
    if not packed:
        return Followed(*(np.empty(0, np.int64) for _ in _COLUMNS))
    table = np.frombuffer(zlib.decompress(base64.b64decode(packed["table"])), "<i8")
    columns = table.astype(np.int64).reshape(len(_COLUMNS), -1)
    return Followed(**dict(zip(packed["columns"], columns, strict=True)))


def is_late(followed: Followed) -> NDArray[np.bool_]:
    """Whether each dossier was resolved late, or is open and overdue."""
    return np.isin(followed.klass, (Class.LATE, Class.OVERDUE))

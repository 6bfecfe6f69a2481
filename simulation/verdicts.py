"""Which dossiers were on time, by keys that mean the same dossier in another option.

Two options meet the same dossiers, but number them apart where one has more of them. What stays is
the key (channel, procedure, segment, draw). Draws are kept as compressed differences: nearly all
are 1, so a year of a province takes a few kilobytes.
"""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from simulation.groups import stable_order
from simulation.legal import Class
from simulation.measures.dossiers import strictly_due
from simulation.tables import Segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger

    Ints = NDArray[np.int64]
    Verdicts = Mapping[str, Any]

LATE: Final = "late"
ON_TIME: Final = "on_time"
_FAST: Final = 1
"""Compression level: higher ones save little of so little."""


class Changes(NamedTuple):
    """Dossiers that have another verdict in an option; both cohorts are those of the strict rate.

    Attributes:
        late_to_on_time: Late in the base, on time in the option.
        on_time_to_late: The other way round.
    """

    late_to_on_time: int
    on_time_to_late: int


def give_verdicts(record: Record, ledger: Ledger) -> dict[str, Any]:
    """The dossiers of the strict on-time rate, late and on time, in a form that JSON holds.

    Returns:
        For each verdict the ``cells`` (channel, procedure, segment, number of dossiers), and their
        ``draws``, rising within a cell, as differences: base64 of zlib of little-endian int64.
    """
    due = strictly_due(ledger, record.service.horizon.start_s)
    on_time = (ledger.klass == Class.EARLY) | (ledger.klass == Class.ON_TIME)
    return {
        LATE: _listed(record, np.flatnonzero(due & ~on_time)),
        ON_TIME: _listed(record, np.flatnonzero(due & on_time)),
    }


def _listed(record: Record, dossier: Ints) -> dict[str, Any]:
    demand, cells, names = record.demand, record.service.cells, record.service.names
    block = demand.cell[dossier].astype(np.int64) * len(Segment) + demand.segment[dossier]
    draw = demand.draw[dossier[stable_order(block)]]
    sizes, stop = np.bincount(block), 0
    steps, found = np.empty_like(draw), []
    for number in np.flatnonzero(sizes).tolist():
        size = int(sizes[number])
        start, stop = stop, stop + size
        steps[start:stop] = np.diff(np.sort(draw[start:stop]), prepend=0)
        cell, segment = divmod(number, len(Segment))
        channel, procedure = names.channels[cells.channel[cell]], cells.procedure[cell]
        found.append([channel, names.procedures[procedure], Segment(segment).name.lower(), size])
    packed = zlib.compress(steps.astype("<i8").tobytes(), _FAST)
    return {"cells": found, "draws": base64.b64encode(packed).decode("ascii")}


def count_changes(base: Verdicts, option: Verdicts) -> Changes:
    """How many dossiers changed sides. A dossier that only one of the two has is not counted."""
    return Changes(
        late_to_on_time=_in_both(base[LATE], option[ON_TIME]),
        on_time_to_late=_in_both(base[ON_TIME], option[LATE]),
    )


def _in_both(first: Verdicts, second: Verdicts) -> int:
    ours, theirs = _by_cell(first), _by_cell(second)
    return sum(
        len(np.intersect1d(draws, theirs[cell], assume_unique=True))
        for cell, draws in ours.items()
        if cell in theirs
    )


def _by_cell(listed: Verdicts) -> dict[tuple[str, str, str], Ints]:
    """Draws of each cell and segment, rising."""
    steps = np.frombuffer(zlib.decompress(base64.b64decode(listed["draws"])), "<i8")
    bounds = np.cumsum([size for *_, size in listed["cells"]])[:-1].astype(np.int64)
    parts = np.split(steps, bounds) if listed["cells"] else []
    return {
        (channel, procedure, segment): np.cumsum(part)
        for (channel, procedure, segment, _), part in zip(listed["cells"], parts, strict=True)
    }

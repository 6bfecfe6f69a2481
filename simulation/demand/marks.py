"""The uniform numbers that belong to the dossiers of one cell and segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.plan.arrays import CellPlan
    from simulation.streams import Streams
    from simulation.tables import Segment

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Marks:
    """Streams named ``cell/<channel>/<procedure>/<segment>/…``, of which each draw has one element.

    Attributes:
        streams: The streams of the replication.
        cell: The cell, whose name heads the stream names.
        segment: Its name comes next, so that the warm-up shares no luck with the period.
    """

    streams: Streams
    cell: CellPlan
    segment: Segment

    def first(self, n: int, *name: str | int) -> Floats:
        """The first ``n`` numbers of a stream: those of draws 0 … n - 1."""
        return self.streams.uniforms("cell", *self.cell.name, self.segment.name.lower(), *name, n=n)

    def of(self, draw: Ints, *name: str | int) -> Floats:
        """The numbers of some draws."""
        return self.first(int(draw.max(initial=-1)) + 1, *name)[draw]

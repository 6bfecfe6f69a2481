"""The uniform numbers that belong to the dossiers of one cell and segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.streams import stream_name
from simulation.tables import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from simulation.plan.arrays import CellPlan
    from simulation.streams import Streams

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Marks:
    """Streams named ``cell/<channel>/<procedure>/<segment>/…``, of which each draw has its number.

    Draws are counted, and have the element of their number. Those of explicit arrivals and of a
    register are keys that say which dossier it is, and have the number that the stream gives to
    their key.

    Attributes:
        streams: The streams of the replication.
        cell: The cell, whose name heads the stream names.
        segment: Its name comes next, so that the warm-up shares no luck with the period.
    """

    streams: Streams
    cell: CellPlan
    segment: Segment

    def expect(self, names: Iterable[tuple[str | int, ...]]) -> None:
        """Prepare for all streams that are likely to be asked for, which is faster than each."""
        head = ("cell", *self.cell.name, self.segment.name.lower())
        self.streams.expect(stream_name(*head, *name) for name in names)

    def first(self, n: int, *name: str | int) -> Floats:
        """The first ``n`` numbers of a stream: those of draws 0 … n - 1."""
        return self.streams.uniforms("cell", *self.cell.name, self.segment.name.lower(), *name, n=n)

    def of(self, draw: Ints, *name: str | int) -> Floats:
        """The numbers of some draws, which rise."""
        if self.segment in {Segment.EXPLICIT, Segment.REGISTER}:
            return keyed(self.first(_BYTES * _VALUES, *name), draw)
        u = self.first(int(draw[-1]) + 1 if len(draw) else 0, *name)
        return u if len(u) == len(draw) else u[draw]  # they rise, so as many are the same


_BYTES: Final = 8
_VALUES: Final = 256


def keyed(u: Floats, key: Ints) -> Floats:
    """A uniform number for each key, which depends on nothing but the key and ``u``.

    Simple tabulation hashing: each byte of the key chooses from a table of its own, and what is
    chosen is added modulo 1. The numbers of any three keys are independent; the bits of the keys
    are mixed before, so that keys in rows and columns are no exception with four.

    Args:
        u: The tables, 8 × 256 uniform numbers.
        key: Whole numbers, any.

    Sources: Pătraşcu and Thorup, "The power of simple tabulation hashing", Journal of the ACM 59,
    2012; the mixing is that of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom
    number generators", OOPSLA 2014.
    """
    bits = key.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    total = np.zeros(len(key))
    for byte, table in enumerate(u.reshape(_BYTES, _VALUES)):
        total += table[(bits >> np.uint64(8 * byte)) & np.uint64(_VALUES - 1)]
    return np.asarray(total % 1.0)

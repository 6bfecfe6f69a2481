"""The parts of a centre for which the same things are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simulation.plan.arrays import ServicePlan

    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Scopes:
    """A way to divide the cells.

    Attributes:
        prefixes: Head of the paths of each part, such as ``by_channel.post.``.
        part: The part that each cell belongs to; -1: none. Shape: (cells,).
        whole: Every cell belongs to one part.
    """

    prefixes: tuple[str, ...]
    part: Ints
    whole: bool = True

    def add_up(self, by_cell: Ints) -> list[int]:
        """Sums of a count by cell; one a part."""
        total = np.zeros(len(self.prefixes) + 1, np.int64)
        np.add.at(total, self.part, by_cell)  # part -1 is the last one
        return [int(count) for count in total[:-1]]


def scopes(service: ServicePlan) -> Iterator[Scopes]:
    """The centre as a whole, then by channel, field, group and procedure."""
    cells, names = service.cells, service.names
    yield Scopes(("",), np.zeros(len(cells.channel), np.int64))
    for kind, ids, part in (
        ("channel", names.channels, cells.channel),
        ("field", names.fields, cells.field),
        ("group", names.groups, cells.group),
        ("procedure", names.procedures, cells.procedure),
    ):
        yield Scopes(tuple(f"by_{kind}.{name}." for name in ids), part, whole=kind != "group")

"""The tables of studies, from their summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simulation.exports.result import Result

    Rows = Iterable[Sequence[Any]]

STUDIES: Final[dict[str, dict[str, Callable[[Result], Rows]]]] = {}
"""What makes the rows of each table, by kind of study and name of the table."""

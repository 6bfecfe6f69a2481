"""Comparing journals, with a message that shows where they part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from simulation.tables import Journal

JOURNAL = ("person", "ready_s", "started_s", "ended_s", "outcome")
PIECES = ("visit", "person", "started_s", "ended_s")
NEIGHBOURS = 3
"""Rows shown before and after the first difference."""


def assert_same_journal(found: Journal, expected: Journal) -> None:
    """Two journals and their pieces are equal, integer for integer.

    Raises:
        AssertionError: They are not. The message shows the first row that differs, with the rows
            around it.
    """
    assert_same_table("visit", found, expected, JOURNAL)
    assert_same_table("piece", found.pieces, expected.pieces, PIECES)


def assert_same_table(row: str, found: Any, expected: Any, names: tuple[str, ...]) -> None:
    """Two tables have equal columns of these names; ``row`` says what a row is."""
    ours = [getattr(found, name) for name in names]
    theirs = [getattr(expected, name) for name in names]
    rows = min(len(column) for column in ours + theirs)
    unequal = np.any([a[:rows] != b[:rows] for a, b in zip(ours, theirs, strict=True)], axis=0)
    first = int(np.argmax(unequal)) if unequal.any() else rows
    if any(len(column) > first for column in ours + theirs):
        shown = range(max(0, first - NEIGHBOURS), first + NEIGHBOURS + 1)
        lines = [f"{row} {first} is the first to differ: found | expected ({', '.join(names)})"]
        lines += [f"{number:>6}  {line(ours, number)} | {line(theirs, number)}" for number in shown]
        raise AssertionError("\n".join(lines))


def line(columns: list[Any], row: int) -> str:
    """One row of a table, blank where the table has ended."""
    return " ".join(f"{column[row] if row < len(column) else '':>9}" for column in columns)

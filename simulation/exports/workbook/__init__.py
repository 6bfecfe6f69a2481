"""A result as a workbook that a planner can open, read and print."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulation.exports.result import Result


def write(path: Path, result: Result, replication: int | None) -> Iterator[int]:
    raise NotImplementedError
    yield 0

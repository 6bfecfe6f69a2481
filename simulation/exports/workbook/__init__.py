"""A result as a workbook that a planner can open, read and print.

`book` knows the library and how cells look; every other module knows some sheets.
"""

from __future__ import annotations

from simulation.exports.workbook.compose import write

__all__ = ["write"]

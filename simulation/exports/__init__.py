"""Stored results in the formats of other programs: CSV, workbook, JSON, Parquet, XES and OCEL.

`formats` has the one function that writes them, `columns` says what each column is.
"""

from __future__ import annotations

from simulation.exports.conventions import CONVENTIONS
from simulation.exports.formats import FORMATS, Exported, export

__all__ = ["CONVENTIONS", "FORMATS", "Exported", "export"]

"""Uniform numbers by date: the same date has the same luck, wherever the horizon begins."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.streams import Streams

_LONGEST_YEAR: Final = 366


def dated_uniforms(
    streams: Streams, *name: str, first_day: date, days: int, lines: int = 1
) -> NDArray[np.float64]:
    """One uniform number for each line (a person, say) and date.

    There is one stream per calendar year, and line i has its elements 366 i, 366 i + 1, … So a
    longer horizon and further lines leave the other numbers as they were. Counting days from a
    fixed epoch would do as well, but draws all numbers since that epoch.

    Args:
        streams: The streams of the replication.
        name: Name parts of the stream, before the year.
        first_day: Date of the first column.
        days: Number of columns.
        lines: Number of lines.

    Returns:
        Shape (lines, days).
    """
    years = range(first_day.year, (first_day + timedelta(days=days)).year + 1)
    whole = np.hstack([
        streams.uniforms(*name, year, n=lines * _LONGEST_YEAR)
        .reshape(lines, _LONGEST_YEAR)[:, : _LONGEST_YEAR - 1 + isleap(year)]
        for year in years
    ])  # fmt: skip
    before = (first_day - date(first_day.year, 1, 1)).days
    return whole[:, before : before + days]

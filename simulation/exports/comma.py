"""Tables as CSV that a spreadsheet shows as it is meant.

UTF-8 with a byte order mark, commas, lines that end as RFC 4180 has them, texts that never look
like a formula, instants in ISO 8601 with their offset, and empty cells for what is missing.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulation.exports.frames import plain
from simulation.exports.moments import written
from simulation.store.files import CSV_ENCODING, cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulation.exports.columns import Columns, Type

_BUFFER: Final = 2**20


def write_frames(path: Path, columns: Columns, frames: Iterator[pd.DataFrame]) -> Iterator[int]:
    """Write frames as one file; yields the rows of each when it is written.

    The standard library's writer is given plain values: that is faster than pandas' `to_csv`, and
    writes the same.
    """
    with path.open("w", _BUFFER, encoding=CSV_ENCODING, newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(column.name for column in columns)
        for frame in frames:
            cells = (_cells(column.type, frame[column.name]) for column in columns)
            writer.writerows(zip(*cells, strict=True))
            yield len(frame)


def _cells(kind: Type, values: pd.Series[Any]) -> list[Any]:
    """A column as it stands in the file; None becomes an empty cell."""
    if kind == "instant":
        return written(values.to_numpy("datetime64[s]"))
    if kind == "day":
        texts = np.datetime_as_string(values.to_numpy("datetime64[D]")).tolist()
        return [None if text == "NaT" else text for text in texts]
    if kind != "text":
        return plain(values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return plain(values.cat.rename_categories([cell(text) for text in values.cat.categories]))
    return [cell(text) for text in plain(values)]

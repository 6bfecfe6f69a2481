"""Tables as CSV that a spreadsheet shows as it is meant.

UTF-8 with a byte order mark, commas, lines that end as RFC 4180 has them, texts that never look
like a formula, instants in ISO 8601 with their offset, and empty cells for what is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulation.exports.moments import written
from simulation.store.files import CSV_ENCODING, cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulation.exports.columns import Columns


def write_frames(path: Path, columns: Columns, frames: Iterator[pd.DataFrame]) -> Iterator[int]:
    """Write frames as one file; yields the rows of each when it is written."""
    with path.open("w", encoding=CSV_ENCODING, newline="") as file:
        for number, frame in enumerate(frames):
            texts(columns, frame).to_csv(
                file, header=number == 0, index=False, lineterminator="\r\n"
            )
            yield len(frame)


def texts(columns: Columns, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose cells stand in CSV as they are."""
    shown = {column.name: _SHOWN[column.type](frame[column.name]) for column in columns}
    return pd.DataFrame(shown)


def _text(values: pd.Series[Any]) -> Any:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.rename_categories([cell(text) for text in values.cat.categories])
    return [cell(value) for value in values]


def _instant(values: pd.Series[Any]) -> Any:
    return written(values.to_numpy("datetime64[s]"))


def _day(values: pd.Series[Any]) -> Any:
    days = values.to_numpy("datetime64[D]")
    return pd.Categorical(np.datetime_as_string(days))


def _same(values: pd.Series[Any]) -> Any:
    return values


_SHOWN = {
    "text": _text, "integer": _same, "number": _same, "boolean": _same, "day": _day,
    "instant": _instant,
}  # fmt: skip

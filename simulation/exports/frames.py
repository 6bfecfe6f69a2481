"""Rows as data frames whose columns have the types that `columns` declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulation.exports.columns import Column, Columns, Type

DTYPES: Final[dict[Type, Any]] = {
    "text": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "day": "datetime64[s]",
    "instant": "datetime64[s]",
}
"""What a column of each type is in memory; texts that repeat may be categories instead."""


def frame(columns: Columns, rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Rows of plain values as a frame; None is missing."""
    by_column = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame(
        {
            column.name: typed(column, values)
            for column, values in zip(columns, by_column, strict=True)
        }
    )


def typed(column: Column, values: Sequence[Any]) -> pd.Series[Any]:
    """Plain values as a series of the column's type."""
    if column.type in {"day", "instant"}:
        found: pd.Series[Any] = pd.Series(np.array(values, "datetime64[s]"))
    else:
        found = pd.Series(list(values), dtype=DTYPES[column.type])
    return found


def empty(columns: Columns) -> pd.DataFrame:
    """A frame without rows."""
    return frame(columns, ())


def plain(values: pd.Series[Any]) -> list[Any]:
    """A series as plain Python values, None where one is missing."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        words = np.array([*values.cat.categories, None], object)
        return list(words[values.cat.codes.to_numpy()])  # -1, missing, is the last
    missing = values.isna().to_numpy()
    if values.dtype.kind in "iub" and not missing.any():
        return list(values.to_numpy(bool if values.dtype.kind == "b" else np.int64).tolist())
    found = values.astype(object).to_numpy(copy=True)
    found[missing] = None
    return list(found)

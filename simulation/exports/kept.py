"""Dossiers and visits that a run has kept, in frames with the columns of the export."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulation.exports.columns import KEPT_TABLES
from simulation.exports.moments import instants
from simulation.exports.stored import count_rows, read_parts
from simulation.store import as_written
from simulation.store.files import errors_named
from simulation.units import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from simulation.exports.columns import Column
    from simulation.exports.result import Result
    from simulation.exports.stored import Part

TABLES: Final = ("dossiers", "visits")
_DROPPED: Final = ("refused", "withdrawn")
_ON_TIME: Final = "on-time"
_DERIVED: Final = {"official_class", "resolved_in_period", "waited_s"}
"""Columns that are not stored: they follow from the others."""


def read(result: Result, table: str, numbers: Sequence[int], rows: int) -> Iterator[pd.DataFrame]:
    """A table of some replications, in frames of at most so many rows.

    Raises:
        InputError: It was kept as Parquet, and what reads that is not installed.
        StoreError: A file is missing, altered or damaged.
    """
    stored = [column for column in KEPT_TABLES[table] if column.name not in _DERIVED]
    types = {stored_name(column): column.type for column in stored}
    for number in numbers:
        path = as_written(result.store, result.kept[number][table])
        with errors_named(path, "read"), closing(read_parts(path, types, rows)) as parts:
            for part in parts:
                yield _exported(part, table, result)


def count(result: Result, table: str, numbers: Sequence[int]) -> int:
    """About how many rows that will be, for who waits for them."""
    return sum(count_rows(result.kept[number][table]) for number in numbers)


def stored_name(column: Column) -> str:
    """What a column is called in the store, where instants are seconds."""
    return column.name.removesuffix("_at") + "_s" if column.type == "instant" else column.name


def _exported(part: Part, table: str, result: Result) -> pd.DataFrame:
    """A part with instants in the place of seconds, and what follows from them."""
    found: dict[str, Any] = {}
    for column in KEPT_TABLES[table]:
        if column.name in _DERIVED:
            found[column.name] = _FOLLOWS[column.name](found, result)
            continue
        values = part[stored_name(column)]
        if column.type == "instant":
            values = instants(result.first_day, _seconds(values), NEVER)
        found[column.name] = values
    return pd.DataFrame(found, copy=False)


def _seconds(values: Any) -> NDArray[np.int64]:
    """Whole numbers, NEVER where one is missing."""
    if isinstance(values, np.ndarray):
        return values
    return np.asarray(values.to_numpy("int64", na_value=NEVER))


def _is(values: pd.Categorical[Any], *words: str) -> NDArray[np.bool_]:
    """Where a column holds one of some words."""
    places = [place for place, word in enumerate(values.categories) if word in words]
    return np.isin(values.codes, places)


def _official_class(found: dict[str, Any], _result: Result) -> pd.Categorical[Any]:
    """The class by the form, which counts as on time what is refused or withdrawn."""
    own: pd.Categorical[Any] = found["class"]
    words = [*own.categories, *({_ON_TIME} - set(own.categories))]
    drops = _is(found["outcome"], *_DROPPED) & (own.codes >= 0)
    codes = np.where(drops, words.index(_ON_TIME), own.codes)
    return pd.Categorical.from_codes(codes, categories=pd.Index(words))


def _resolved_in_period(found: dict[str, Any], result: Result) -> NDArray[np.bool_]:
    start = np.datetime64(result.period[0], "s")  # what has not happened is after nothing
    return np.asarray(~np.isnat(found["accepted_at"]) & (found["resolved_at"] >= start))


def _waited_s(found: dict[str, Any], _result: Result) -> pd.arrays.IntegerArray:
    waited = found["started_at"] - found["ready_at"]
    missing = np.isnat(waited) | ~_is(found["kind"], "work")
    return pd.arrays.IntegerArray(np.where(missing, 0, waited.astype(np.int64)), missing)


_FOLLOWS: Final = {
    "official_class": _official_class,
    "resolved_in_period": _resolved_in_period,
    "waited_s": _waited_s,
}

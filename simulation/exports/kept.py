"""Dossiers and visits that a run has kept, read again in parts."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulation.errors import InputError
from simulation.exports.columns import KEPT_TABLES
from simulation.exports.moments import instants
from simulation.language import _
from simulation.store import as_written
from simulation.store.files import CSV_ENCODING, errors_named
from simulation.units import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from simulation.exports.columns import Column
    from simulation.exports.result import Result

TABLES: Final = ("dossiers", "visits")
_DROPPED: Final = ("refused", "withdrawn")
_ON_TIME: Final = "on-time"
_STORED: Final = {"text": "category", "integer": "Int64", "boolean": "bool", "instant": "Int64"}
"""As what a stored column is read, by the type of the exported one."""
_DERIVED: Final = {"official_class", "resolved_in_period", "waited_s"}
"""Columns that are not stored: they follow from the others."""


def read(result: Result, table: str, numbers: Sequence[int], rows: int) -> Iterator[pd.DataFrame]:
    """A table of some replications, in frames of at most so many rows.

    Raises:
        InputError: It was kept as Parquet, and what reads that is not installed.
        StoreError: A file is missing, altered or damaged.
    """
    for number in numbers:
        path = as_written(result.store, result.kept[number][table])
        with errors_named(path, "read"):
            for part in _parts(path, table, rows):
                yield _exported(part, table, result)


def count(result: Result, table: str, numbers: Sequence[int]) -> int:
    """About how many rows that will be, for who waits for them."""
    return sum(_count(result.kept[number][table]) for number in numbers)


_CSV_ROW_BYTES: Final = 100
"""About what a row of dossiers or visits takes as CSV."""


def _count(path: Path) -> int:
    if not path.is_file():
        return 0
    if path.suffix != ".parquet" or find_spec("pyarrow") is None:
        return path.stat().st_size // _CSV_ROW_BYTES
    from pyarrow import parquet  # noqa: PLC0415 - only where there is such a file

    return int(parquet.read_metadata(path).num_rows)


def stored_name(column: Column) -> str:
    """What a column is called in the store, where instants are seconds."""
    return column.name.removesuffix("_at") + "_s" if column.type == "instant" else column.name


def _parts(path: Path, table: str, rows: int) -> Iterator[pd.DataFrame]:
    stored = [column for column in KEPT_TABLES[table] if column.name not in _DERIVED]
    names = [stored_name(column) for column in stored]
    if path.suffix == ".csv":
        types = {stored_name(column): _STORED[column.type] for column in stored}
        yield from pd.read_csv(
            path, usecols=names, dtype=types, encoding=CSV_ENCODING, chunksize=rows,
            keep_default_na=False, na_values=[""],
        )  # fmt: skip
        return
    if find_spec("pyarrow") is None:
        raise InputError(
            _(
                "{path} is Parquet, which needs a package that is not installed; install "
                "'motcua[parquet]'"
            ).format(path=path)
        )
    from pyarrow import parquet  # noqa: PLC0415 - only where there is such a file

    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=rows, columns=names):
            yield batch.to_pandas(types_mapper=None)


def _exported(part: pd.DataFrame, table: str, result: Result) -> pd.DataFrame:
    """A part with instants in the place of seconds, and what follows from them."""
    found: dict[str, Any] = {}
    for column in KEPT_TABLES[table]:
        if column.name in _DERIVED:
            found[column.name] = _FOLLOWS[column.name](found, result)
            continue
        values = part[stored_name(column)]
        if column.type == "instant":
            found[column.name] = instants(result.first_day, _whole(values), NEVER)
        elif column.type == "boolean":
            found[column.name] = values.to_numpy(bool)
        else:
            found[column.name] = values.array
    return pd.DataFrame(found)


def _whole(values: pd.Series[Any]) -> NDArray[np.int64]:
    if values.dtype == "float64":  # Parquet of integers of which some are missing
        values = values.astype("Int64")
    return values.to_numpy("int64", na_value=NEVER)


def _official_class(found: dict[str, Any], _result: Result) -> pd.Categorical[Any]:
    """The class by the form, which counts as on time what is refused or withdrawn."""
    own: pd.Categorical[Any] = pd.Categorical(found["class"])
    words = [*own.categories, *({_ON_TIME} - set(own.categories))]
    drops = np.isin(np.asarray(found["outcome"], dtype=object), _DROPPED) & (own.codes >= 0)
    codes = np.where(drops, words.index(_ON_TIME), own.codes)
    return pd.Categorical.from_codes(codes, categories=pd.Index(words))


def _resolved_in_period(found: dict[str, Any], result: Result) -> NDArray[np.bool_]:
    start = np.datetime64(result.period[0], "s")  # what has not happened is after nothing
    return np.asarray(~np.isnat(found["accepted_at"]) & (found["resolved_at"] >= start))


def _waited_s(found: dict[str, Any], _result: Result) -> pd.arrays.IntegerArray:
    waited = (found["started_at"] - found["ready_at"]).astype("timedelta64[s]")
    missing = np.isnat(waited) | (np.asarray(found["kind"]) != "work")
    return pd.arrays.IntegerArray(np.where(missing, 0, waited.astype(np.int64)), missing)


_FOLLOWS: Final = {
    "official_class": _official_class,
    "resolved_in_period": _resolved_in_period,
    "waited_s": _waited_s,
}

"""The files of kept dossiers and visits, read in parts: columns by name, as arrays."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulation.errors import InputError
from simulation.language import _
from simulation.store.files import CSV_ENCODING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from simulation.exports.columns import Type

    Part = dict[str, Any]

_TYPES: Final = {"text": "category", "integer": "Int64", "boolean": "bool", "instant": "Int64"}
"""As what a stored column is read from CSV, by the type of the exported one."""
_CSV_ROW_BYTES: Final = 100
"""About what a row of dossiers or visits takes as CSV."""


def read_parts(path: Path, columns: Mapping[str, Type], rows: int) -> Generator[Part, None, None]:
    """The columns of a file, in parts of at most so many rows.

    Texts are categoricals, truths and whole numbers are arrays of numpy, or masked ones where some
    may be missing.

    Args:
        path: The file: CSV or Parquet.
        columns: What each stored column becomes; instants are stored as seconds.
        rows: Rows at a time.

    Raises:
        InputError: It is Parquet, and what reads that is not installed.
    """
    if path.suffix == ".csv":
        types = {name: _TYPES[kind] for name, kind in columns.items()}
        with pd.read_csv(
            path, usecols=list(columns), dtype=types, encoding=CSV_ENCODING, chunksize=rows,
            keep_default_na=False, na_values=[""],
        ) as frames:  # fmt: skip
            for frame in frames:
                yield {name: frame[name].array for name in columns}
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
        # One thread: on all cores it takes longer in all, and somebody else may be at work.
        for batch in file.iter_batches(rows, columns=list(columns), use_threads=False):
            yield {name: _array(batch.column(name), kind) for name, kind in columns.items()}


def _array(values: Any, kind: Type) -> Any:
    """An Arrow array in the same types; what pandas would make of it takes longer."""
    if kind == "text":
        codes = values.indices.fill_null(-1).to_numpy()
        return pd.Categorical.from_codes(codes, categories=pd.Index(values.dictionary.to_pandas()))
    if kind == "boolean":
        return values.to_numpy(zero_copy_only=False)
    if not values.null_count:
        return values.to_numpy().astype(np.int64, copy=False)
    numbers = values.fill_null(0).to_numpy().astype(np.int64, copy=False)
    return pd.arrays.IntegerArray(numbers, values.is_null().to_numpy(zero_copy_only=False))


def count_rows(path: Path) -> int:
    """About how many rows a file has, for who waits for them."""
    if not path.is_file():
        return 0
    if path.suffix != ".parquet" or find_spec("pyarrow") is None:
        return path.stat().st_size // _CSV_ROW_BYTES
    from pyarrow import parquet  # noqa: PLC0415 - only where there is such a file

    return int(parquet.read_metadata(path).num_rows)

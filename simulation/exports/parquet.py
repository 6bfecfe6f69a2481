"""Tables as Parquet, one file each, with types that need no guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from simulation.exports.moments import OFFSET_S, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulation.exports.columns import Column, Columns


def write_frames(path: Path, columns: Columns, frames: Iterator[pd.DataFrame]) -> Iterator[int]:
    """Write frames as one file; yields the rows of each when it is written."""
    schema = _schema(columns)
    texts = [column.name for column in columns if column.type == "text"]
    numbers = [c.name for c in columns if c.type in {"integer", "instant", "day"}]
    encoding = dict.fromkeys(numbers, "DELTA_BINARY_PACKED")  # half the size, and sooner written
    with parquet.ParquetWriter(
        path, schema, use_dictionary=texts, column_encoding=encoding
    ) as writer:
        for frame in frames:
            arrays = [_array(frame[column.name], column, schema) for column in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield len(frame)


def _schema(columns: Columns) -> Any:
    types = {
        "text": pa.dictionary(pa.int32(), pa.string()),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "day": pa.date32(),
        "instant": pa.timestamp("ms", ZONE),
    }
    fields = [
        pa.field(
            column.name, types[column.type], nullable=bool(column.missing),
            metadata={"unit": column.unit, "meaning": column.meaning, "missing": column.missing},
        )
        for column in columns
    ]  # fmt: skip
    return pa.schema(fields)


def _array(values: pd.Series[Any], column: Column, schema: Any) -> Any:
    kind = schema.field(column.name).type
    if column.type == "instant":
        utc = values.to_numpy("datetime64[s]") - OFFSET_S
        return pa.array(utc.astype("datetime64[ms]")).cast(kind)
    if column.type == "day":
        return pa.array(values.to_numpy("datetime64[D]"))
    if column.type != "text":
        return pa.array(values.array, kind, from_pandas=True)
    if not isinstance(values.dtype, pd.CategoricalDtype):
        return pa.array(values, pa.string(), from_pandas=True).dictionary_encode()
    own = values.array
    codes = pa.array(own.codes.astype("int32"), mask=own.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array([*own.categories], pa.string()))

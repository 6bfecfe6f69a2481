"""Tables as Parquet, one file each, with types that need no guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.exports.moments import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from simulation.exports.columns import Columns


def write_frames(path: Path, columns: Columns, frames: Iterator[pd.DataFrame]) -> Iterator[int]:
    """Write frames as one file; yields the rows of each when it is written."""
    import pyarrow as pa  # noqa: PLC0415 - only who wants Parquet needs it
    from pyarrow import parquet  # noqa: PLC0415

    schema = _schema(columns)
    with parquet.ParquetWriter(path, schema) as writer:
        for frame in frames:
            arrays = [_array(frame[column.name], schema.field(column.name)) for column in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield len(frame)


def _schema(columns: Columns) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - as above

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


def _array(values: pd.Series[Any], field: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - as above

    if pa.types.is_timestamp(field.type):
        # Local time has to become the instant: it is written in seconds since 1970 in UTC.
        local = pa.array(values.to_numpy("datetime64[s]"))
        return pa.compute.assume_timezone(local, ZONE).cast(field.type)
    if pa.types.is_date(field.type):
        return pa.array(values.to_numpy("datetime64[D]"))
    if pa.types.is_dictionary(field.type):
        return _texts(values, field.type)
    return pa.array(values, field.type, from_pandas=True)


def _texts(values: pd.Series[Any], kind: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - as above

    if values.dtype == "category":
        codes = pa.array(values.cat.codes, pa.int32(), mask=(values.cat.codes < 0).to_numpy())
        words = pa.array(values.cat.categories.astype("str"), pa.string())
        return pa.DictionaryArray.from_arrays(codes, words)
    return pa.array(values, pa.string(), from_pandas=True).dictionary_encode().cast(kind)

"""A result as one JSON object: its summary, its manifest, and its tables as lists of objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.exports.frames import plain
from simulation.exports.moments import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from simulation.exports.columns import Columns
    from simulation.exports.result import Result
    from simulation.exports.tables import Table


def write(path: Path, result: Result, tables: Sequence[Table]) -> Iterator[int]:
    """Write the object; yields the rows of each part of a table when it is written."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"motcua": ' + _text({"result": result.entry.run, "kind": result.kind}))
        file.write(',\n"summary": ' + _text(result.summary))
        file.write(',\n"manifest": ' + _text(result.manifest))
        file.write(',\n"tables": {')
        for number, table in enumerate(tables):
            file.write(("," if number else "") + f"\n{_text(table.name)}: [")
            between = "\n"
            for frame in table.frames():
                for row in records(table.columns, frame):
                    file.write(between + _text(row))
                    between = ",\n"
                yield len(frame)
            file.write("]")
        file.write("}}\n")


def records(columns: Columns, frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of a frame as plain objects; None where something is missing."""
    names = [column.name for column in columns]
    values = [_plain(column.type, frame[column.name]) for column in columns]
    return (dict(zip(names, row, strict=True)) for row in zip(*values, strict=True))


def _plain(kind: str, values: pd.Series[Any]) -> Sequence[Any]:
    if kind == "instant":
        return written(values.to_numpy("datetime64[s]"))
    if kind == "day":
        days: list[Any] = np.datetime_as_string(values.to_numpy("datetime64[D]")).tolist()
        return [None if day == "NaT" else day for day in days]
    return plain(values)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)

"""One measured export, in a process of its own: ``python -m benchmarks.exporter TO WHO RUN FILE``.

WHO is ``motcua``, which exports a stored run, or ``bare``: the library alone, or a loop, writing
the very same cells. The bare one has all cells in memory before it is timed, in the types in which
it writes them fastest; we read ours from the store, and that is timed. Imports are not.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xlsxwriter
from pyarrow import parquet

from simulation.exports import events, export, tables
from simulation.exports import parquet as our_parquet
from simulation.exports.columns import KEPT_TABLES
from simulation.exports.frames import plain
from simulation.exports.moments import written
from simulation.exports.result import read_result
from simulation.exports.workbook import book, charts, days, listings, official, overview, parts
from simulation.store import open_existing
from simulation.store.files import CSV_ENCODING

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.exports.columns import Columns
    from simulation.exports.result import Result

MIB: Final = 2**20
FORMATS: Final = ("csv", "parquet", "xlsx", "xes")
_LOADED: Final = (book, charts, days, listings, official, overview, parts, tables, events)
"""Modules that an export loads when it needs them: here, before it is timed."""


def measured(to: str, who: str, run: Path, path: Path) -> dict[str, float]:
    """What an export takes.

    Args:
        to: The format.
        who: ``motcua`` or ``bare``.
        run: The folder of the run.
        path: Where to write.
    """
    if who == "motcua":
        work: Callable[[], Any] = partial(export, run, to, path, force=True)
    else:
        with open_existing(run.parent.parent) as store:
            work = _BARE[to](read_result(store, run.name), path)
    gc.collect()
    began_s = time.process_time()
    work()
    ended_s = time.process_time()
    files = [path] if path.is_file() else list(path.iterdir())
    return {
        "export_s": ended_s - began_s,
        "peak_mib": peak_mib(),
        "size_mib": sum(file.stat().st_size for file in files) / MIB,
    }


def whole_tables(result: Result) -> list[tuple[str, Columns, pd.DataFrame]]:
    """All tables of the run, each as one frame."""
    return [
        (table.name, table.columns, pd.concat(table.frames(), ignore_index=True))
        for table in tables.tables_of(result)
    ]


def bare_csv(result: Result, path: Path) -> Callable[[], Any]:
    """Pandas' writer, given instants and days as the texts that stand in the file."""
    shown = {name: _with_texts(columns, f) for name, columns, f in whole_tables(result)}
    path.mkdir(exist_ok=True)

    def write() -> None:
        for name, frame in shown.items():
            frame.to_csv(
                path / f"{name}.csv", index=False, encoding=CSV_ENCODING, lineterminator="\r\n"
            )

    return write


def _with_texts(columns: Columns, frame: pd.DataFrame) -> pd.DataFrame:
    shown = {}
    for column in columns:
        values = frame[column.name]
        if column.type == "instant":
            shown[column.name] = pd.Series(written(values.to_numpy("datetime64[s]")))
        else:
            shown[column.name] = values.astype("str") if column.type == "day" else values
    return pd.DataFrame(shown)


def bare_parquet(result: Result, path: Path) -> Callable[[], Any]:
    """Arrow's writer, given the tables in its own types."""
    path.mkdir(exist_ok=True)
    arrow = {}
    for name, columns, frame in whole_tables(result):  # to Arrow by way of a file of ours
        for _rows in our_parquet.write_frames(path / name, columns, iter([frame])):
            pass
        arrow[name] = parquet.read_table(path / name)
    for name in arrow:
        (path / name).unlink()

    def write() -> None:
        for name, table in arrow.items():
            parquet.write_table(table, path / f"{name}.parquet")

    return write


def bare_xlsx(result: Result, path: Path) -> Callable[[], Any]:
    """XlsxWriter in constant memory, a call for each cell of the dossiers, as plain values."""
    (dossiers,) = (frame for name, _, frame in whole_tables(result) if name == "dossiers")
    frame = listings.frame_in_words(dossiers, result)
    columns = [_plain(frame[column.name]) for column in KEPT_TABLES["dossiers"]]

    def write() -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        file = xlsxwriter.Workbook(str(path), options)
        day = file.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        sheet = file.add_worksheet()
        for row, values in enumerate(zip(*columns, strict=True)):
            for place, value in enumerate(values):
                if value is not None:
                    sheet.write(row, place, value, day if isinstance(value, float) else None)
        file.close()

    return write


def _plain(values: pd.Series[Any]) -> list[Any]:
    if values.dtype.kind != "M":
        return plain(values)
    instants = values.to_numpy("datetime64[s]")
    numbers = book.serial(instants).tolist()
    return [None if off else n for n, off in zip(numbers, np.isnat(instants), strict=True)]


def bare_xes(result: Result, path: Path) -> Callable[[], Any]:
    """A loop that writes line after line of the same log, from texts, numbers and datetimes."""
    number = next(iter(result.kept))
    export(result.entry.folder, "xes", path, force=True, replication=number)
    head, foot, traces = _lines(path)

    def write() -> None:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(head)
            for trace, own in traces:
                file.write(f"<trace>\n{trace}\n")
                for step, how, kind, person, team, desk, visit, at, since, left in own:
                    file.write(
                        f'<event><string key="concept:name" value="{step}"/>'
                        f'<string key="lifecycle:transition" value="{how}"/>'
                        f'<string key="kind" value="{kind}"/>'
                    )
                    if team is not None:
                        file.write(
                            f'<string key="org:resource" value="{team} {person}"/>'
                            f'<string key="org:group" value="{team}"/>'
                        )
                    if desk is not None:
                        file.write(f'<string key="org:role" value="{desk}"/>')
                    if left is not None:
                        file.write(f'<string key="outcome" value="{left}"/>')
                    file.write(
                        f'<string key="concept:instance" value="{visit}"/>'
                        f'<date key="time:timestamp" value="{at.isoformat()}"/>'
                    )
                    if since is not None:
                        file.write(f'<date key="ready_at" value="{since.isoformat()}"/>')
                    file.write("</event>\n")
                file.write("</trace>\n")
            file.write(foot)

    return write


_KEYS: Final = (
    "concept:name", "lifecycle:transition", "kind", "org:resource", "org:group", "org:role",
    "concept:instance", "time:timestamp", "ready_at", "outcome",
)  # fmt: skip


def _value(key: str, text: str | None) -> Any:
    """A value of an event as the simulation has it: an instant, a number or a name."""
    if text is None:
        return None
    if key in {"time:timestamp", "ready_at"}:
        return datetime.fromisoformat(text)
    if key == "org:resource":
        return int(text.rpartition(" ")[2])
    return int(text) if key == "concept:instance" else sys.intern(text)


def _lines(path: Path) -> tuple[str, str, list[tuple[str, list[tuple[Any, ...]]]]]:
    """Head and foot of a log, and of each trace its attributes and the values of its events."""
    head: list[str] = []
    traces: list[tuple[str, list[tuple[Any, ...]]]] = []
    is_name = False
    with path.open(encoding="utf-8") as file:
        for line in file:
            if is_name:
                traces.append((line.rstrip("\n"), []))
            elif line.startswith("<event>"):
                said = dict(part.split('" value="') for part in line.split('key="')[1:])
                values = {key: text.split('"')[0] for key, text in said.items()}
                traces[-1][1].append(tuple(_value(key, values.get(key)) for key in _KEYS))
            elif not traces and line != "<trace>\n":
                head.append(line)
            is_name = line == "<trace>\n"
    return "".join(head), "</log>\n", traces


_BARE: Final[dict[str, Callable[[Result, Path], Callable[[], Any]]]] = {
    "csv": bare_csv, "parquet": bare_parquet, "xlsx": bare_xlsx, "xes": bare_xes,
}  # fmt: skip


def peak_mib() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))))

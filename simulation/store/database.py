"""The SQLite file: one row of measures for each finished replication, and the runs made of them.

A row is found by what it is the result of: digest of the resolved model, seed, number of the
replication and version of the model. It carries a checksum, and a row whose checksum does not fit
is as good as missing. Write-ahead logging lets several processes use one file; each waits for the
others.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from simulation.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PATIENCE_S: Final = 60.0
_FORMAT: Final = 1
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS replications (
    model TEXT NOT NULL,             -- SHA-256 of the resolved model
    seed TEXT NOT NULL,              -- decimal: it may exceed what SQLite holds as an integer
    replication INTEGER NOT NULL,
    model_version INTEGER NOT NULL,
    measures TEXT NOT NULL,          -- JSON object: number (or null) by path
    series TEXT NOT NULL,            -- JSON object: number on each day of the period, by path
    form TEXT NOT NULL,              -- JSON object: columns 3 to 13 of form II.06a by field
    checksum TEXT NOT NULL,          -- SHA-256 of the key and the three before
    engine TEXT NOT NULL,
    elapsed_s REAL NOT NULL,
    PRIMARY KEY (model, seed, replication, model_version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    run TEXT PRIMARY KEY,
    scenario TEXT NOT NULL,
    folder TEXT NOT NULL,            -- relative to the directory of this file
    model TEXT NOT NULL,
    seed TEXT NOT NULL,
    replications TEXT NOT NULL,      -- JSON list of their numbers
    model_version INTEGER NOT NULL,
    engine TEXT NOT NULL,
    written_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY,           -- relative to the directory of this file
    checksum TEXT NOT NULL           -- SHA-256
) WITHOUT ROWID;
"""

_log = logging.getLogger(__name__)


class Key(NamedTuple):
    """What a row of measures is the result of."""

    model: str
    seed: str
    replication: int
    model_version: int


class Row(NamedTuple):
    """A finished replication as it is stored."""

    measures: dict[str, float | None]
    series: dict[str, list[int]]
    form: dict[str, list[int]]
    engine: str
    elapsed_s: float


class Run(NamedTuple):
    """A run as it is stored; the columns are described in the table."""

    run: str
    scenario: str
    folder: str
    model: str
    seed: str
    replications: str
    model_version: int
    engine: str
    written_at: str


class Database:
    """The file, open. Use it in a ``with`` statement.

    Args:
        path: The file; it is made where it is missing.

    Raises:
        StoreError: It cannot be opened, or is no database of ours.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._errors():
            self._connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def find(self, key: Key) -> Row | None:
        """The row of a key, or None where there is none that can be trusted.

        Raises:
            StoreError: The file cannot be read.
        """
        with self._errors():
            found = self._connection.execute(
                "SELECT measures, series, form, checksum, engine, elapsed_s FROM replications "
                "WHERE model = ? AND seed = ? AND replication = ? AND model_version = ?",
                key,
            ).fetchone()
        if found is None:
            return None
        *texts, checksum, engine, elapsed_s = found
        if checksum != _checksum(key, *texts):
            _log.warning(
                "%s: replication %d has been altered or damaged; it is computed again",
                self._path,
                key.replication,
            )
            return None
        measures, series, form = map(json.loads, texts)
        return Row(measures, series, form, engine, elapsed_s)

    def add(self, key: Key, row: Row) -> None:
        """Keep a finished replication, in the place of an earlier one with the same key.

        Raises:
            StoreError: The file cannot be written.
        """
        texts = [json.dumps(part, allow_nan=False) for part in row[:3]]
        values = (*key, *texts, _checksum(key, *texts), row.engine, row.elapsed_s)
        with self._errors():
            self._connection.execute(
                "INSERT OR REPLACE INTO replications VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values
            )

    def add_run(self, run: Run) -> None:
        """Note a run, in the place of an earlier one with the same id.

        Raises:
            StoreError: The file cannot be written.
        """
        with self._errors():
            self._connection.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", run
            )

    def add_file(self, path: str, checksum: str) -> None:
        """Note what a file that is kept holds.

        Raises:
            StoreError: The database cannot be written.
        """
        with self._errors():
            self._connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (path, checksum))

    def file_checksum(self, path: str) -> str | None:
        """Checksum of a file that is kept, as it was noted.

        Raises:
            StoreError: The database cannot be read.
        """
        with self._errors():
            found = self._connection.execute(
                "SELECT checksum FROM files WHERE path = ?", (path,)
            ).fetchone()
        return None if found is None else str(found[0])

    def _prepare(self) -> None:
        """Set up a connection, and the tables of a new file."""
        run = self._connection.execute
        _patiently(lambda: run("PRAGMA journal_mode = WAL"))
        run("PRAGMA synchronous = NORMAL")  # a killed process loses nothing; a power cut, a row
        found = run("PRAGMA user_version").fetchone()[0]
        if found not in {0, _FORMAT}:
            raise StoreError(
                f"{self._path} has format {found} and this version of motcua reads {_FORMAT}; "
                "name another directory with --out, or use the version that wrote it"
            )
        if not found:
            _patiently(
                lambda: self._connection.executescript(
                    f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_FORMAT}; COMMIT;"
                )
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{self._path} cannot be used: {error}; check the permissions and the free space, "
                "or name another directory with --out"
            ) from error
        except (sqlite3.DatabaseError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise StoreError(
                f"{self._path} is damaged: {error}; move it away and run again: what it held is "
                "computed anew"
            ) from error


def _patiently(action: Callable[[], Any]) -> None:
    """Do what another process may prevent for a moment.

    SQLite answers at once, without waiting, where waiting could be for ever.
    """
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            action()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _checksum(key: Key, *texts: str) -> str:
    return hashlib.sha256("\n".join([*map(str, key), *texts]).encode()).hexdigest()

"""The SQLite file: one row of measures for each finished replication, and the runs made of them.

A row is found by what it is the result of: digest of the resolved model, seed, number of the
replication and version of the model. It carries a checksum, and a row whose checksum does not fit
is as good as missing. Write-ahead logging lets several processes use one file; each waits for the
others. A file that turns out to be damaged is set aside under another name, and a new one begun. A
file where nothing may be written, as in an archive, can be read.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeVar

from simulation.errors import StoreError
from simulation.language import _, retold
from simulation.store.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PATIENCE_S: Final = 60.0
_FORMAT: Final = 4
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS replications (
    model TEXT NOT NULL,             -- SHA-256 of the resolved model
    seed TEXT NOT NULL,              -- decimal: it may exceed what SQLite holds as an integer
    replication INTEGER NOT NULL,
    model_version INTEGER NOT NULL,
    measures TEXT NOT NULL,          -- JSON object: number (or null) by path
    series TEXT NOT NULL,            -- JSON object: number on each day of the period, by path
    form TEXT NOT NULL,              -- JSON object: columns 3 to 13 of form II.06a by field
    checksum TEXT NOT NULL,          -- SHA-256 of the key and all parts
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
    written_at TEXT NOT NULL         -- empty: begun, and not yet finished
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY,           -- relative to the directory of this file
    checksum TEXT NOT NULL           -- SHA-256
) WITHOUT ROWID;
"""
_SINCE_FORMAT_2: Final = """
ALTER TABLE runs ADD COLUMN title TEXT NOT NULL DEFAULT '{}'; -- JSON object, by language
ALTER TABLE runs ADD COLUMN on_time REAL;                     -- mean official on-time rate
"""
_SINCE_FORMAT_3: Final = """
ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'run'; -- or that of a study
ALTER TABLE runs ADD COLUMN others TEXT NOT NULL DEFAULT '{}'; -- JSON object of other models
ALTER TABLE replications ADD COLUMN verdicts TEXT NOT NULL DEFAULT ''; -- JSON object, or unknown
ALTER TABLE replications ADD COLUMN followed TEXT NOT NULL DEFAULT '{}'; -- JSON object
"""
_PROFILES: Final = """
ALTER TABLE replications ADD COLUMN profiles TEXT NOT NULL DEFAULT '{}'; -- JSON object, or unknown
"""
_SINCE_FORMAT_4: Final = _PROFILES + ";".join(view.statement for view in VIEWS)
_DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_WRITE_PROTECTED: Final = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}

_STATEMENTS: Final = (_TABLES, _SINCE_FORMAT_2, _SINCE_FORMAT_3, _SINCE_FORMAT_4)
"""What brings a file from each format to the next."""
_PARTS: Final = "measures, series, form, verdicts, followed, profiles"
"""Columns that hold what a replication came to."""
_UNKNOWN: Final = "{}"
"""Profiles that were not asked for, or that nobody knew of before format 4."""

T = TypeVar("T")

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
    verdicts: dict[str, Any]
    followed: dict[str, Any]
    engine: str
    elapsed_s: float
    profiles: dict[str, Any]


class Run(NamedTuple):
    """A run as it is stored; the columns are described in the tables."""

    run: str
    scenario: str
    folder: str
    model: str
    seed: str
    replications: str
    model_version: int
    engine: str
    written_at: str = ""
    title: str = "{}"
    on_time: float | None = None
    kind: str = "run"
    others: str = "{}"  # numbers of replications by digest, where a study has several models


class Database:
    """The file, open. Use it in a ``with`` statement.

    Args:
        path: The file; it is made where it is missing.

    Raises:
        StoreError: It cannot be used, now or later; every method may raise this.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inode = 0
        self._connection: sqlite3.Connection | None = None
        self._do(lambda _: None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def find(self, key: Key) -> Row | None:
        """The row of a key, or None where there is none that can be trusted."""
        found = self._read(
            f"SELECT {_PARTS}, checksum, engine, elapsed_s FROM replications "  # noqa: S608 - our own names
            "WHERE model = ? AND seed = ? AND replication = ? AND model_version = ? "
            "AND verdicts != ''",  # what an earlier version of motcua wrote has none
            key,
        )
        if not found:
            return None
        *texts, checksum, engine, elapsed_s = found[0]
        if checksum != _checksum(key, *texts):
            _log.warning(
                _("%s: replication %d has been altered or damaged; it is computed again"),
                self._path,
                key.replication,
            )
            return None
        parts = dict(zip(_PARTS.split(", "), map(json.loads, texts), strict=True))
        return Row(**parts, engine=str(engine), elapsed_s=float(elapsed_s))

    def add(self, key: Key, row: Row) -> None:
        """Keep a finished replication, in the place of an earlier one with the same key."""
        parts = (getattr(row, name) for name in _PARTS.split(", "))
        texts = [json.dumps(part, allow_nan=False) for part in parts]
        values = (*key, *texts, _checksum(key, *texts), row.engine, row.elapsed_s)
        marks = ", ".join("?" * len(values))
        columns = f"{', '.join(Key._fields)}, {_PARTS}, checksum, engine, elapsed_s"
        self._write(f"INSERT OR REPLACE INTO replications ({columns}) VALUES ({marks})", values)  # noqa: S608 - our own names and question marks

    def begin_run(self, run: Run) -> None:
        """Note a run that has been asked for, unless it is known."""
        self._write(f"INSERT OR IGNORE INTO {_RUNS}", run)

    def add_run(self, run: Run) -> None:
        """Note a run, in the place of an earlier one with the same id."""
        self._write(f"INSERT OR REPLACE INTO {_RUNS}", run)

    def runs(self) -> list[Run]:
        """All runs, by scenario."""
        columns = ", ".join(Run._fields)
        rows = self._read(f"SELECT {columns} FROM runs ORDER BY scenario, run")  # noqa: S608 - our own names
        return [Run(*row) for row in rows]

    def replications(self, model: str, seed: str, model_version: int) -> set[int]:
        """Numbers of the replications that are stored of a model."""
        found = self._read(
            "SELECT replication FROM replications "
            "WHERE model = ? AND seed = ? AND model_version = ?",
            (model, seed, model_version),
        )
        return {number for (number,) in found}

    def remove(self, run: str, keys: Sequence[Key], files: Sequence[str]) -> None:
        """Forget a run, replications and checksums of files; all of them or none."""

        def forget(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute("DELETE FROM runs WHERE run = ?", (run,))
                connection.executemany("DELETE FROM files WHERE path = ?", [(f,) for f in files])
                connection.executemany(
                    "DELETE FROM replications WHERE model = ? AND seed = ? AND replication = ? "
                    "AND model_version = ?",
                    keys,
                )
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            with suppress(sqlite3.OperationalError):  # another process uses the file, or it is full
                connection.execute("VACUUM")

        self._do(forget)

    def add_file(self, path: str, checksum: str) -> None:
        """Note what a file that is kept holds."""
        self._write("INSERT OR REPLACE INTO files VALUES (?, ?)", (path, checksum))

    def file_checksum(self, path: str) -> str | None:
        """Checksum of a file that is kept, as it was noted."""
        found = self._read("SELECT checksum FROM files WHERE path = ?", (path,))
        return str(found[0][0]) if found else None

    def files(self, folder: str) -> list[str]:
        """The files in a folder whose checksums were noted."""
        found = self._read("SELECT path FROM files WHERE substr(path, 1, ?) = ?",
                           (len(folder) + 1, f"{folder}/"))  # fmt: skip
        return [path for (path,) in found]

    def _read(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._do(lambda connection: connection.execute(query, values).fetchall())

    def _write(self, statement: str, values: Sequence[Any]) -> None:
        self._do(lambda connection: connection.execute(statement, values))

    def _do(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Use the file; if it turns out to be damaged, use a new one in its place."""
        try:
            try:
                return action(self._opened())
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGE:
                    raise
                self._set_aside(error)
                return action(self._opened())
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                _(
                    "{path} cannot be used: {error}; check the permissions and the free "
                    "space, or name another directory"
                ).format(path=self._path, error=retold(str(error)))
            ) from error

    def _opened(self) -> sqlite3.Connection:
        """The connection; it is made, and a new file given its tables, when it is first needed."""
        if self._connection is None:
            connection = sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)
            try:
                self._prepare(connection)
            except BaseException as error:
                connection.close()
                code = getattr(error, "sqlite_errorcode", 0) & 0xFF
                if code not in _WRITE_PROTECTED or not self._is_at_rest():
                    raise
                connection = self._opened_for_reading()
            self._connection = connection
        return self._connection

    def _is_at_rest(self) -> bool:
        """Whether the file holds all that was written: nobody is at work on it, or was killed."""
        return self._path.is_file() and not Path(f"{self._path}-wal").exists()

    def _opened_for_reading(self) -> sqlite3.Connection:
        """A connection to a file where nothing may be written, not even write-ahead logs."""
        name = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(name, uri=True, isolation_level=None)
        connection.text_factory = _text
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Set up a connection, and the tables of a new file."""
        run = connection.execute
        connection.text_factory = _text
        self._inode = self._path.stat().st_ino
        _patiently(lambda: run("PRAGMA journal_mode = WAL"))
        run("PRAGMA synchronous = NORMAL")  # a killed process loses nothing; a power cut, a row

        def found() -> int:
            return int(run("PRAGMA user_version").fetchone()[0])

        if found() > _FORMAT:
            raise StoreError(
                _(
                    "{path} has format {found} and this version of motcua reads {format}; "
                    "name another directory with --out, or use the version that wrote it"
                ).format(path=self._path, found=found(), format=_FORMAT)
            )
        if found() < _FORMAT:
            _patiently(lambda: run("BEGIN IMMEDIATE"))
            if found() < _FORMAT:  # and no other process was faster
                for statement in ";".join(_STATEMENTS[found() :]).split(";"):
                    run(statement)
                run(f"PRAGMA user_version = {_FORMAT}")
            run("COMMIT")

    def _set_aside(self, error: sqlite3.Error) -> None:
        """Give a damaged file another name, unless another process has done so already."""
        self.close()
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino != self._inode:
                return
            aside = _free_name(self._path)
            for suffix in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    Path(f"{self._path}{suffix}").rename(f"{aside}{suffix}")
            _log.warning(
                _("%s is damaged (%s); it is set aside as %s, and what it held is computed again"),
                self._path,
                error,
                aside.name,
            )


_RUNS: Final = f"runs ({', '.join(Run._fields)}) VALUES ({', '.join('?' * len(Run._fields))})"


def _text(stored: bytes) -> str:
    return stored.decode(errors="replace")


def _free_name(path: Path) -> Path:
    """A name beside a file that is not taken."""
    number = 1
    while (found := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return found


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
    """Checksum of a row; profiles that are unknown are left out, as they were before format 4."""
    *first, profiles = texts
    texts = texts if profiles != _UNKNOWN else tuple(first)
    return hashlib.sha256("\n".join(map(str, (*key, *texts))).encode()).hexdigest()

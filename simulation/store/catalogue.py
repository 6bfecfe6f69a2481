"""What a directory of results holds: finding a run again, reading it, removing it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulation.__about__ import MODEL_VERSION
from simulation.errors import InputError, StoreError
from simulation.language import _, later
from simulation.store.database import Key
from simulation.store.files import checksum, errors_named, sweep
from simulation.store.runs import DATABASE, FILES, MANIFEST, SUMMARY, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulation.store.database import Row, Run

_AGAIN: Final = later("run the same again: what is known is not computed twice")


@dataclass(frozen=True)
class Entry:
    """A run in a store.

    Attributes:
        run: Its name.
        kind: ``run``, or what kind of study it is.
        scenario: Name of the scenario.
        title: Title of the scenario by language; empty where it was not noted.
        seed: Seed of the study.
        replications: Numbers of the replications, rising.
        done: How many of them are stored.
        engine: The engine that computed it, or until then the one that was asked for.
        model_version: Version of the model that it was computed with.
        written_at: When it was finished (ISO 8601, UTC), or None.
        on_time: Mean official on-time rate, or None.
        folder: Where its files are.
    """

    run: str
    kind: str
    scenario: str
    title: dict[str, str]
    seed: int
    replications: list[int]
    done: int
    engine: str
    model_version: int
    written_at: str | None
    on_time: float | None
    folder: Path

    @property
    def is_current(self) -> bool:
        """Whether it is of this version of the model, so that it can go on."""
        return self.model_version == MODEL_VERSION

    def as_dict(self) -> dict[str, Any]:
        """The entry as `motcua results list --json` prints it."""
        return {
            "run": self.run,
            "kind": self.kind,
            "scenario": self.scenario,
            "title": self.title,
            "seed": self.seed,
            "replications": len(self.replications),
            "replications_done": self.done,
            "engine": self.engine,
            "model_version": self.model_version,
            "is_current": self.is_current,
            "written_at": self.written_at,
            "on_time_official": self.on_time,
            "folder": self.folder.as_posix(),
        }


def open_existing(directory: Path) -> Store:
    """The store in a directory, which is not made where it is missing.

    Raises:
        InputError: There is none.
        StoreError: It cannot be read.
    """
    with errors_named(directory, later("read")):
        is_there = (directory / DATABASE).is_file()
    if not is_there:
        raise InputError(
            _(
                "there are no results in {directory}; name their directory with --out, or "
                "make some with: motcua run SCENARIO"
            ).format(directory=directory)
        )
    return Store(directory)


def entries(store: Store) -> list[Entry]:
    """All runs, those that were not finished among them, by scenario.

    Raises:
        StoreError: The database cannot be read.
    """
    return [_entry(store, run) for run in store.database.runs()]


def _entry(store: Store, run: Run) -> Entry:
    numbers: list[int] = json.loads(run.replications)
    stored = store.database.replications(run.model, run.seed, run.model_version)
    return Entry(
        run=run.run,
        kind=run.kind,
        scenario=run.scenario,
        title=json.loads(run.title),
        seed=int(run.seed),
        replications=numbers,
        done=len(stored.intersection(numbers)),
        engine=run.engine,
        model_version=run.model_version,
        written_at=run.written_at or None,
        on_time=run.on_time,
        folder=store.directory / run.folder,
    )


def choose(store: Store, name: str) -> Entry:
    """The one run that is called so, or else of that scenario, or whose name has this as a part.

    Raises:
        InputError: There is none, or several.
    """
    known = entries(store)
    named = [(f"{entry.scenario}/{entry.run}", entry) for entry in known]
    found = [entry for whole, entry in named if name in {entry.run, whole, str(entry.folder)}]
    found = found or [entry for entry in known if name == entry.scenario]
    found = found or [entry for whole, entry in named if name in whole]
    if len(found) == 1:
        return found[0]
    listed = "".join(f"\n    {entry.scenario}/{entry.run}" for entry in found or known)
    message = (
        _("several runs are called {name!r} in {directory}; there are:{listed}")
        if found
        else _("no run is called {name!r} in {directory}; there are:{listed}")
    )
    raise InputError(message.format(name=name, directory=store.directory, listed=listed))


def read_summary(store: Store, entry: Entry) -> dict[str, Any]:
    """The summary of a finished run.

    Raises:
        InputError: The run was not finished.
        StoreError: The file is missing, or not as it was written.
    """
    return _read_object(store, entry, SUMMARY)


def read_manifest(store: Store, entry: Entry) -> dict[str, Any]:
    """What is needed to repeat a finished run; raises the same as `read_summary`."""
    return _read_object(store, entry, MANIFEST)


def _read_object(store: Store, entry: Entry, name: str) -> dict[str, Any]:
    """The one object in a JSON file of a run."""
    if entry.written_at is None:
        message = (
            _(
                "{run} was not finished: {done} of {replications} replications are stored; to go "
                "on, {again}"
            )
            if entry.kind == "run"
            else _("{run} was not finished: to go on, {again}")
        )
        raise InputError(
            message.format(
                run=entry.run,
                done=entry.done,
                replications=len(entry.replications),
                again=_(_AGAIN),
            )
        )
    path = as_written(store, entry.folder / name)
    with errors_named(path, later("read")):
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def as_written(store: Store, path: Path) -> Path:
    """A file of a run, once it is known to hold what was written.

    Raises:
        StoreError: It is missing, altered or damaged.
    """
    if not path.is_file() or checksum(path) != store.database.file_checksum(_noted(store, path)):
        raise StoreError(
            _("{path} is missing, altered or damaged; {again}").format(path=path, again=_(_AGAIN))
        )
    return path


def read_replications(store: Store, entry: Entry) -> Iterator[tuple[int, Row]]:
    """What each replication of a finished run came to, with its number.

    Raises:
        StoreError: One of them is missing, or not as it was written.
    """
    (run,) = (run for run in store.database.runs() if run.run == entry.run)
    for number in entry.replications:
        row = store.database.find(Key(run.model, run.seed, number, run.model_version))
        if row is None:
            raise StoreError(
                _("replication {number} of {run} is missing or damaged; {again}").format(
                    number=number, run=entry.run, again=_(_AGAIN)
                )
            )
        yield number, row


def remove(store: Store, entry: Entry) -> list[Path]:
    """Remove a run: its files, and the replications that no other run has.

    Returns:
        What somebody else has put into its folder; it stays there.

    Raises:
        StoreError: The system refuses.
    """
    (run,) = (run for run in store.database.runs() if run.run == entry.run)
    if not entry.folder.resolve().is_relative_to(store.directory.resolve()):
        raise StoreError(
            _("{directory}: {folder} is not a folder of results").format(
                directory=store.directory / DATABASE, folder=entry.folder
            )
        )
    noted = store.database.files(run.folder)
    paths = {store.directory / name for name in noted} | {entry.folder / name for name in FILES}
    for path in paths:
        if path.parent == entry.folder:  # whatever the database says, nothing else is removed
            with errors_named(path, later("removed")):
                path.unlink(missing_ok=True)
    sweep(entry.folder)
    left = sorted(entry.folder.iterdir()) if entry.folder.is_dir() else []
    if entry.folder.is_dir() and not left:
        with errors_named(entry.folder, later("removed")):
            entry.folder.rmdir()
        with suppress(OSError):  # it holds other runs of the scenario
            entry.folder.parent.rmdir()
    store.database.remove(run.run, _only_here(store, run), noted)
    return left


def _only_here(store: Store, run: Run) -> list[Key]:
    """Keys of the replications of a run that are in no other."""
    others = (other for other in store.database.runs() if other.run != run.run)
    return sorted(_keys(run).difference(*map(_keys, others)))


def _keys(run: Run) -> set[Key]:
    """Keys of all replications that a run or a study has."""
    numbers = {**json.loads(run.others), run.model: json.loads(run.replications)}
    return {
        Key(model, run.seed, number, run.model_version)
        for model, replications in numbers.items()
        for number in replications
    }


def _noted(store: Store, path: Path) -> str:
    return path.relative_to(store.directory).as_posix()

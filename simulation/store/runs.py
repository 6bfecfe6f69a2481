"""The directory of results: `motcua.sqlite`, and for each run a folder of files."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final, Self

from simulation.__about__ import MODEL_VERSION, __version__
from simulation.experiments.cases import TOTAL_ID, Outcome, computed_by
from simulation.experiments.summary import FORM_COLUMNS, to_json
from simulation.form import TOTAL
from simulation.plan.horizon import timeline
from simulation.scenario.canonical import to_plain
from simulation.store.database import Database, Key, Row, Run
from simulation.store.files import checksum, make_directory, sweep, write_csv, write_text
from simulation.store.kept import Keep, KeptTables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from simulation.experiments.cases import Case, Model
    from simulation.experiments.replication import RunResult
    from simulation.experiments.study import Study

    Table = tuple[Sequence[str], Iterable[Sequence[Any]]]

DATABASE: Final = "motcua.sqlite"
SUMMARY: Final = "summary.json"
MANIFEST: Final = "manifest.json"
FILES: Final = (SUMMARY, "replications.csv", "form-06a.csv", MANIFEST)
"""What the folder of a finished run holds, beside kept tables; a study has some of them."""
_PACKAGES: Final = (
    "holidays",
    "llvmlite",
    "numba",
    "numpy",
    "pandas",
    "pydantic",
    "ruamel.yaml",
    "scipy",
    "simpy",
)
_SHORT: Final = 12


def run_id(
    model: Model, seed: int, replications: Sequence[int], staffings: Collection[str] = ()
) -> str:
    """Name of a run: equal exactly for runs of the same thing.

    Args:
        model: What was simulated.
        seed: Seed of the study.
        replications: Numbers of the replications, rising.
        staffings: Digests of the staffings that it was compared with.
    """
    count = len(replications)
    if list(replications) == list(range(count)):
        which = f"r{count}"
    elif count == 1:
        which = f"only{replications[0]}"
    else:
        which = f"r{count}of{_short(','.join(map(str, replications)))}"
    name = f"seed{seed}-{which}-{_short(f'{model.digest}/{MODEL_VERSION}')}"
    return f"{name}-marginal-{_short(','.join(sorted(staffings)))}" if staffings else name


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_SHORT]


class Store:
    """A directory of results, open. Use it in a ``with`` statement.

    Args:
        directory: Where; it is made where it is missing.

    Raises:
        StoreError: It cannot be written, or what stands there cannot be read.
    """

    def __init__(self, directory: Path) -> None:
        make_directory(directory)
        self.directory = directory
        self.database = Database(directory / DATABASE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def folder(
        self, model: Model, seed: int, replications: Sequence[int], staffings: Collection[str] = ()
    ) -> Path:
        """The folder of a run; its arguments are those of `run_id`."""
        name = model.scenario.scenario
        return self.directory / name / run_id(model, seed, replications, staffings)

    def results(
        self, folder: Path, keep: Keep | None = None, *, trusted: bool = True
    ) -> StoredResults:
        """What is known already, and where new outcomes go.

        Args:
            folder: The folder of the run.
            keep: The tables that it keeps there.
            trusted: Whether what is there already may be used.

        Raises:
            InputError: A package that is needed to keep tables is not installed.
        """
        kept = None
        if keep is not None:
            kept = KeptTables(self.database, self.directory, folder, keep)
        return StoredResults(self.database, kept, trusted)

    def begin(
        self, model: Model, seed: int, replications: Sequence[int], engine: str,
        staffings: Collection[str] = (),
    ) -> None:  # fmt: skip
        """Note a run that has been asked for: it can be found although it is never finished.

        Raises:
            StoreError: It cannot be noted.
        """
        self.database.begin_run(self._noted(model, seed, replications, engine, staffings))

    def _noted(
        self, model: Model, seed: int, replications: Sequence[int], engine: str,
        staffings: Collection[str] = (),
    ) -> Run:  # fmt: skip
        folder = self.folder(model, seed, replications, staffings)
        return Run(
            run=folder.name,
            scenario=model.scenario.scenario,
            folder=folder.relative_to(self.directory).as_posix(),
            model=model.digest,
            seed=str(seed),
            replications=json.dumps(list(replications)),
            model_version=MODEL_VERSION,
            engine=engine,
            title=json.dumps(model.scenario.title.model_dump(), ensure_ascii=False),
            others=json.dumps({digest: list(replications) for digest in sorted(staffings)}),
        )

    def write(
        self, result: RunResult, command: Sequence[str] = (), staffings: Collection[str] = ()
    ) -> Path:
        """Write the files of a run and note it; returns its folder.

        Args:
            result: The run.
            command: How it was asked for.
            staffings: Digests of the staffings that it was compared with.

        Raises:
            StoreError: A file cannot be written.
        """
        replications = list(result.outcomes)
        folder = self.folder(result.model, result.seed, replications, staffings)
        make_directory(folder)
        sweep(folder)
        write_text(folder / SUMMARY, to_json(result.summary))
        write_csv(folder / "replications.csv", *_replications(result))
        write_csv(folder / "form-06a.csv", *_form(result))
        manifest = _manifest(result.model, result.seed, result.outcomes, command)
        write_text(folder / MANIFEST, to_json(manifest))
        run = self._noted(result.model, result.seed, replications, result.computed_by, staffings)
        on_time = result.measured["on_time_official"].mean
        self._finish(run._replace(on_time=on_time), FILES)
        return folder

    def study_folder(self, kind: str, model: Model, seed: int, request: Mapping[str, Any]) -> Path:
        """The folder of a study.

        Args:
            kind: What it is, such as ``comparison``.
            model: What is studied.
            seed: Seed of the study.
            request: Everything else that was asked for and can change what comes out.
        """
        asked = json.dumps(
            [kind, model.digest, MODEL_VERSION, request], sort_keys=True, allow_nan=False
        )
        return self.directory / model.scenario.scenario / f"{kind}-seed{seed}-{_short(asked)}"

    def begin_study(self, kind: str, model: Model, study: Study, folder: Path) -> None:
        """Note a study that has been asked for: it can be found although it is never finished.

        Raises:
            StoreError: It cannot be noted.
        """
        self.database.begin_run(self._study_noted(kind, model, study, folder))

    def write_study(
        self, summary: Mapping[str, Any], model: Model, study: Study, folder: Path,
        command: Sequence[str] = (), *, tables: Mapping[str, Table] | None = None,
    ) -> None:  # fmt: skip
        """Write the files of a study and note it.

        Args:
            summary: The object that its command prints with ``--json``; it names its ``kind``.
            model: What was studied.
            study: The cases that were run for it.
            folder: Where, by `study_folder`.
            command: How it was asked for.
            tables: Header and rows of CSV files that go with it, by name.

        Raises:
            StoreError: A file cannot be written.
        """
        make_directory(folder)
        sweep(folder)
        found = dict(tables or {})
        for name, (header, rows) in found.items():
            write_csv(folder / name, header, rows)
        outcomes = study.outcomes_of(model)
        write_text(folder / SUMMARY, to_json(summary))
        write_text(folder / MANIFEST, to_json(_manifest(model, study.seed, outcomes, command)))
        self._finish(
            self._study_noted(summary["kind"], model, study, folder), (SUMMARY, MANIFEST, *found)
        )

    def _study_noted(self, kind: str, model: Model, study: Study, folder: Path) -> Run:
        numbers = study.numbers()
        own = numbers.pop(model.digest, [])
        run = self._noted(model, study.seed, own, study.engine)
        return run._replace(
            run=folder.name,
            folder=folder.relative_to(self.directory).as_posix(),
            kind=kind,
            others=json.dumps(numbers),
        )

    def _finish(self, run: Run, files: Sequence[str]) -> None:
        """Note that a run or a study is whole, and what its files hold."""
        for name in files:
            path = f"{run.folder}/{name}"
            self.database.add_file(path, checksum(self.directory / path))
        self.database.add_run(run._replace(written_at=_now()))


@dataclass(frozen=True)
class StoredResults:
    """Outcomes in a store, for whoever runs cases.

    Attributes:
        database: The rows.
        kept: The tables that go with them, where they are wanted.
        trusted: Whether what is there already may be used.
    """

    database: Database
    kept: KeptTables | None = None
    trusted: bool = True

    def find(self, case: Case) -> Outcome | None:
        """The outcome of a case, if all that is wanted of it is there."""
        row = self.database.find(_key(case)) if self.trusted else None
        if row is None or (self.kept is not None and not self.kept.whole(case.replication)):
            return None
        return Outcome(*row)

    def add(self, case: Case, outcome: Outcome) -> None:
        """Keep an outcome, its tables first: a row says that all of it is there."""
        if self.kept is not None and outcome.tables is not None:
            self.kept.write(case.replication, outcome.tables)
        row = Row(*(getattr(outcome, name) for name in Row._fields))
        self.database.add(_key(case), row)


def _key(case: Case) -> Key:
    return Key(case.model.digest, str(case.seed), case.replication, MODEL_VERSION)


def _replications(result: RunResult) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of replications.csv."""
    paths = list(next(iter(result.outcomes.values())).measures)
    rows = [
        [number, *(outcome.measures[path] for path in paths)]
        for number, outcome in result.outcomes.items()
    ]
    return ["replication", *paths], rows


def _form(result: RunResult) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of form-06a.csv."""
    fields = result.scenario.fields
    titles = {name: (field.title.vi, field.title.en) for name, field in fields.items()}
    titles[TOTAL_ID] = (TOTAL.vietnamese, TOTAL.english)
    rows = [
        [number, field, *titles[field], *counts]
        for number, outcome in result.outcomes.items()
        for field, counts in outcome.form.items()
    ]
    return ["replication", "field", "title_vi", "title_en", *FORM_COLUMNS], rows


def _manifest(
    model: Model, seed: int, outcomes: Mapping[int, Outcome], command: Sequence[str]
) -> dict[str, Any]:
    """All that is needed to repeat a run, and how long it took."""
    time = timeline(model.scenario)
    return {
        "motcua": __version__,
        "model_version": MODEL_VERSION,
        "model": model.digest,
        "command": list(command),
        "seed": seed,
        "replications": list(outcomes),
        "engine": computed_by(outcomes.values()),
        "elapsed_s": {number: round(outcome.elapsed_s, 3) for number, outcome in outcomes.items()},
        "written_at": _now(),
        "versions": {
            "python": platform.python_version(),
            "platform": sys.platform,
            "machine": platform.machine(),
            **dict(_installed()),
        },
        "second_0": time.horizon.first_day.isoformat(),
        "holidays": {day.isoformat(): name for day, name in sorted(time.holidays.items())},
        "scenario": to_plain(model.scenario),
    }


def _installed() -> Iterator[tuple[str, str]]:
    """Versions of the packages that can move a number; not all need be there."""
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            yield package, version(package)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

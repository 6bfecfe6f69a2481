"""Where a command's work is done, and where what comes of it is kept."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from simulation.cli.progress import interruptible, progress, same_command
from simulation.cli.speech import notice
from simulation.errors import InputError, OutOfMemoryError
from simulation.language import _, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Executor

    from simulation.experiments import Foresight, Model, Study
    from simulation.store import Store
    from simulation.store.runs import Table

_WORTH_PROCESSES_S: Final = 2.0
"""Less work than this is done before other processes have started."""
_LEAST_S: Final = 0.01
"""What a replication of next to nothing takes."""
_CHUNK_S: Final = 0.25
"""Work that goes out together: long beside sending it, short beside losing it."""


@dataclass(frozen=True)
class Place:
    """The options that all commands which simulate have in common.

    Attributes:
        seed: Seed of the study.
        engine: Name of the engine, or None for the fastest.
        workers: Processes, or None for all cores.
        cluster: Address of a Dask cluster, or None for this machine.
        out: Where results are kept.
        force: Whether to compute again what is known.
    """

    seed: int
    engine: str | None
    workers: int | None
    cluster: str | None
    out: Path
    force: bool

    def __post_init__(self) -> None:
        """Refuse what contradicts itself before anything is begun.

        Raises:
            InputError: It would be done here and elsewhere.
        """
        if self.cluster is not None and self.workers is not None:
            raise InputError(_("--workers says how many there are here, and --cluster has its own"))


@dataclass(frozen=True)
class Desk:
    """A study that is going on, and where it will be kept.

    Attributes:
        study: What runs the cases.
        folder: Where its files will be.
    """

    study: Study
    folder: Path
    _model: Model
    _store: Store

    def keep(self, summary: Mapping[str, Any], tables: Mapping[str, Table] | None = None) -> None:
        """Write the study down. Its summary names its ``kind``.

        Args:
            summary: What its command prints with ``--json``.
            tables: CSV files that stand beside it: header and rows by name.

        Raises:
            StoreError: A file cannot be written.
        """
        self._store.write_study(
            summary, self._model, self.study, self.folder, sys.argv[1:], tables=tables or {}
        )


def how_to_go_on(done: int, total: int | None = None) -> str:
    """What is said after Ctrl-C; the arguments are those of `kept`."""
    so_far = _("interrupted{so_far}. To go on:").format(so_far=kept(done, total))
    return f"{so_far}\n    {same_command(sys.argv)}"


def kept(done: int, total: int | None = None) -> str:
    """How far it got, and that this is not lost.

    Args:
        done: Replications that are finished.
        total: Of how many, where that is known.
    """
    if total:
        after = _(" after {done} of {total} replications; what was finished is kept")
    elif done:
        after = _(" after {done} replications; what was finished is kept")
    else:
        after = _("; what was finished is kept")
    return after.format(done=done, total=total)


@contextmanager
def memory_named(one: Foresight, workers: int | None, so_far: Callable[[], str]) -> Iterator[None]:
    """Say of memory that has run out how much is needed, and that what was done is kept.

    Args:
        one: What one replication takes.
        workers: How many processes were asked for.
        so_far: Says what was done, as `kept` does.
    """
    from simulation.execution import WorkersDiedError

    try:
        yield
    except WorkersDiedError as error:
        message = _("stopped{so_far}: {error}").format(so_far=so_far(), error=error)
        raise WorkersDiedError(message) from error
    except MemoryError as error:
        message = _(
            "there is not enough memory{so_far}. One replication has about {dossiers} dossiers and "
            "needs about {memory} GiB; {remedy}"
        )
        remedy = (
            _("shorten the period, or lower the workload")
            if workers == 1
            else _("try --workers 1, or shorten the period, or lower the workload")
        )
        raise OutOfMemoryError(
            message.format(
                so_far=so_far(),
                dossiers=written(f"{one.dossiers:,.0f}"),
                memory=written(f"{one.memory_bytes / 2**30:,.1f}"),
                remedy=remedy,
            )
        ) from error


@contextmanager
def open_study(
    place: Place, kind: str, model: Model, request: Mapping[str, Any], *, cases: int
) -> Iterator[Desk]:
    """Everything that a command needs to study a model and to keep what comes of it.

    Ctrl-C ends it at once, with a word on how to go on; replications that were finished are kept,
    and are not computed again.

    Args:
        place: Where to work.
        kind: What kind of study it is, such as ``comparison``.
        model: What is studied.
        request: What was asked for, beside model and seed: all that can change the result.
        cases: About how many cases there will be.

    Raises:
        InputError: There is no such engine, or the cluster cannot be used.
        StoreError: The results cannot be kept.
    """
    from simulation.engines import check_engine, default_engine
    from simulation.experiments import Study, foresee
    from simulation.store import Store

    engine = default_engine() if place.engine is None else place.engine
    check_engine(engine)  # refuses an unknown one before anything is written, as does the plan
    one = foresee(model.plan, engine)
    finished: list[Model] = []
    with (
        interruptible(lambda: how_to_go_on(len(finished))) as stop_if_interrupted,
        Store(place.out) as store,
    ):
        folder = store.study_folder(kind, model, place.seed, request)
        with (
            executor_for(place, engine, one, cases) as executor,
            progress() as bar,
            memory_named(one, place.workers, lambda: kept(len(finished))),
        ):

            def on_done(model: Model) -> None:
                bar.advance()
                finished.append(model)
                stop_if_interrupted()

            study = Study(
                place.seed,
                engine=engine,
                executor=executor,
                results=store.results(folder, trusted=not place.force),
                on_ask=bar.ask,
                on_done=on_done,
            )
            store.begin_study(kind, model, study, folder)
            yield Desk(study, folder, model, store)


@contextmanager
def executor_for(
    place: Place, engine: str, one: Foresight, cases: int, *, tables: bool = False
) -> Iterator[Executor | None]:
    """Where to work: on a cluster, or on all cores if that pays. Says before what it will take.

    Args:
        place: What was asked for.
        engine: Name of the engine.
        one: What one replication takes.
        cases: How many there are.
        tables: Whether outcomes are large.
    """
    from simulation.execution import available_cores, open_cluster, open_executor
    from simulation.experiments import warnings

    seconds = one.seconds + _LEAST_S
    chunk = 1 if tables else max(int(_CHUNK_S / seconds), 1)
    if place.cluster is not None and cases:
        with open_cluster(place.cluster, chunk=chunk) as executor:
            yield executor
        return
    workers = place.workers
    if workers is None:
        workers = available_cores() if seconds * cases > _WORTH_PROCESSES_S else 1
    workers = min(workers, max(cases, 1))
    for warning in warnings(one, cases, workers):
        notice(warning)
    # A thread, because Ctrl-C reaches this one while the kernel is at work in the other. Several
    # would share the interpreter's lock for what is not compiled; processes share nothing.
    kind: Literal["threads", "processes"] = (
        "threads" if workers == 1 and engine == "compiled" else "processes"
    )
    with open_executor(workers, _preload(engine, tables=tables), kind=kind, chunk=chunk) as local:
        yield local


def start_early(place: Place, *, tables: bool) -> None:
    """Begin to start processes that are asked for: it takes as long as to read a scenario."""
    if place.cluster is None and (place.workers or 1) > 1:
        from simulation import execution

        execution.start_early(_preload(place.engine, tables=tables))


def _preload(engine: str | None, *, tables: bool) -> list[str]:
    """What worker processes need, and would otherwise load or compile each for itself."""
    modules = ["simulation.experiments", "scipy.special", "holidays.countries.vietnam"]
    if tables:
        modules += ["simulation.experiments.tables"]
    return modules if engine == "simpy" else [*modules, "simulation.engines.ready"]

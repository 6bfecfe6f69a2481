"""The command that simulates."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from simulation.cli.parameters import RESULTS, Out, ScenarioName, Settings
from simulation.cli.progress import interruptible, progress, same_command
from simulation.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from simulation.experiments import Case, Foresight

_WORTH_PROCESSES_S: Final = 2.0
"""Less work than this is done before other processes have started."""
_LEAST_S: Final = 0.01
"""What a replication of next to nothing takes."""
_CHUNK_S: Final = 0.25
"""Work that goes out together: long beside sending it, short beside losing it."""


def run(
    scenario: ScenarioName,
    replications: Annotated[
        int | None,
        typer.Option(
            min=1, max=100_000, help="How many, with independent luck: 20, or 4 with simpy."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")] = 1,
    replication: Annotated[
        int | None, typer.Option(min=0, help="Run only this one, numbered from 0.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="compiled or simpy; the fastest there is by default.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; all cores by default.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on a Dask cluster, e.g. tcp://10.0.0.1:8786."),
    ] = None,
    settings: Settings = None,
    out: Out = RESULTS,
    force: Annotated[bool, typer.Option("--force", help="Compute again what is known.")] = False,
    keep: Annotated[
        Literal["journal", "parquet"] | None,
        typer.Option(help="Keep dossiers and visits too, as CSV or as Parquet."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Simulate a scenario and show how it does, published beside simulated."""
    if replications is not None and replication is not None:
        raise InputError("--replications says how many there are, and --replication is only one")
    if cluster is not None and workers is not None:
        raise InputError("--workers says how many there are here, and --cluster has its own")
    done: set[int] = set()
    numbers: list[int] = []

    def interrupted() -> str:
        kept = f" after {len(done)} of {len(numbers)} replications" if numbers else ""
        return (
            f"interrupted{kept}; what was finished is kept. To go on:\n    {same_command(sys.argv)}"
        )

    with interruptible(interrupted) as stop_if_interrupted:
        if cluster is None and (workers or 1) > 1:
            from simulation.execution import start_early

            start_early(_preload(engine))  # it takes as long as to import and to read all below
        from simulation.engines import default_engine, get_engine
        from simulation.experiments import (
            Case,
            Model,
            Outcome,
            default_replications,
            foresee,
            replicate,
        )
        from simulation.scenario import load_scenario
        from simulation.store import Store

        engine = engine or default_engine()
        get_engine(engine)  # refuses an unknown one before anything is written
        replications = replications or default_replications(engine)
        numbers += range(replications) if replication is None else [replication]
        model = Model.of(load_scenario(scenario, settings or ()))
        cases = [Case(model, seed, number) for number in numbers]
        with Store(out) as store:
            store.begin(model, seed, numbers, engine)
            folder = store.folder(model, seed, numbers)
            results = store.results(folder, keep, trusted=not force)
            unknown = {case.replication for case in cases if results.find(case) is None}
            done.update(set(numbers) - unknown)
            known = len(done)
            one = foresee(model.plan, engine)
            with (
                _executor(
                    cluster, workers, engine, one, len(unknown), keep is not None
                ) as executor,
                progress(len(numbers), known) as advance,
            ):

                def on_done(case: Case, _: Outcome) -> None:
                    if case.replication in unknown:
                        advance()
                    done.add(case.replication)
                    stop_if_interrupted()

                result = replicate(
                    model.scenario,
                    numbers,
                    seed,
                    engine=engine,
                    executor=executor,
                    results=results,
                    tables=keep is not None,
                    on_done=on_done,
                )
            store.write(result, sys.argv[1:])
    if as_json:
        from simulation.experiments import to_json

        typer.echo(to_json(result.summary), nl=False)
    else:
        from simulation.reports.terminal import console, print_run

        print_run(result.summary, folder, known, console())


@contextmanager
def _executor(
    cluster: str | None, workers: int | None, engine: str, one: Foresight, cases: int, tables: bool
) -> Iterator[Executor | None]:
    """Where to work: on a cluster, or on all cores if that pays. Says before what it will take."""
    from simulation.execution import available_cores, open_cluster, open_executor
    from simulation.experiments import warnings

    seconds = one.seconds + _LEAST_S
    chunk = 1 if tables else max(int(_CHUNK_S / seconds), 1)
    if cluster is not None and cases:
        with open_cluster(cluster, chunk=chunk) as executor:
            yield executor
        return
    if workers is None:
        workers = available_cores() if seconds * cases > _WORTH_PROCESSES_S else 1
    workers = min(workers, max(cases, 1))
    for warning in warnings(one, cases, workers):
        typer.echo(f"motcua: {warning}", err=True)
    # A thread, because Ctrl-C reaches this one while the kernel is at work in the other. Several
    # would share the interpreter's lock for what is not compiled; processes share nothing.
    kind: Literal["threads", "processes"] = (
        "threads" if workers == 1 and engine == "compiled" else "processes"
    )
    with open_executor(workers, _preload(engine), kind=kind, chunk=chunk) as local:
        yield local


def _preload(engine: str | None) -> list[str]:
    """What worker processes need, and would otherwise load or compile each for itself."""
    always = ["simulation.experiments", "scipy.special", "holidays.countries.vietnam"]
    return always if engine == "simpy" else [*always, "simulation.engines.ready"]

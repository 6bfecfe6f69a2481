"""The command that simulates."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from simulation.cli.marginal import announce, asked_teams, staffings_of, with_marginal
from simulation.cli.parameters import (
    RESULTS,
    AsJson,
    ClusterAddress,
    EngineName,
    Force,
    Out,
    ScenarioName,
    Seed,
    Settings,
    WorkerCount,
    placing,
)
from simulation.cli.progress import interruptible, progress
from simulation.cli.work import (
    Place,
    executor_for,
    how_to_go_on,
    kept,
    memory_named,
    start_early,
)
from simulation.errors import InputError
from simulation.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulation.experiments import RunResult


def run(
    scenario: ScenarioName,
    replications: Annotated[
        int | None,
        typer.Option(
            min=1, max=100_000, help="How many, with independent luck: 20, or 4 with simpy."
        ),
    ] = None,
    seed: Seed = 1,
    replication: Annotated[
        int | None, typer.Option(min=0, help="Run only this one, numbered from 0.")
    ] = None,
    engine: EngineName = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    settings: Settings = None,
    out: Out = RESULTS,
    force: Force = False,
    keep: Annotated[
        Literal["journal", "parquet"] | None,
        typer.Option(help="Keep dossiers and visits too, as CSV or as Parquet."),
    ] = None,
    marginal: Annotated[
        bool,
        typer.Option("--marginal", help="What one more and one less person would change, by team."),
    ] = False,
    team: Annotated[
        list[str] | None,
        typer.Option("--team", metavar="NAME", help="For --marginal: only this team, and others."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate a scenario and show how it does, published beside simulated."""
    if replications is not None and replication is not None:
        raise InputError(_("--replications says how many there are, and --replication is only one"))
    place = Place(seed, engine, workers, cluster, out, force)
    result, folder, before = _simulate(
        scenario,
        settings or (),
        place,
        replications,
        replication,
        keep,
        asked_teams(marginal, team),
    )
    if as_json:
        from simulation.experiments import to_json

        typer.echo(to_json(result.summary), nl=False)
    else:
        from simulation.reports.terminal import console, print_run

        print_run(result.summary, folder, before, console())


def _simulate(
    scenario: str,
    settings: Sequence[str],
    place: Place,
    replications: int | None,
    replication: int | None,
    keep: Literal["journal", "parquet"] | None,
    teams: Sequence[str] | None,
) -> tuple[RunResult, Path, int]:
    """Run and keep it; returns the result, its folder, and how many replications were known."""
    done: list[str] = []
    asked: list[int] = []

    with interruptible(lambda: how_to_go_on(len(done), sum(asked))) as stop_if_interrupted:
        start_early(place, tables=keep is not None)
        from simulation.engines import check_engine, default_engine
        from simulation.experiments import (
            Case,
            Model,
            Outcome,
            default_replications,
            foresee,
            known,
            replicate,
        )
        from simulation.scenario import load_scenario
        from simulation.store import Store

        engine = default_engine() if place.engine is None else place.engine
        check_engine(engine)  # refuses an unknown one before anything is written
        replications = replications or default_replications(engine)
        numbers = [*range(replications)] if replication is None else [replication]
        model = Model.of(load_scenario(scenario, settings))
        with placing(scenario, settings):
            one = foresee(model.plan, engine)  # before anything is written
        cases = [Case(model, place.seed, number) for number in numbers]
        staffings = staffings_of(model.scenario, teams)
        others = () if staffings is None else staffings.digests
        asked += [len(numbers), len(numbers) * len(others)]
        with Store(place.out) as store:
            store.begin(model, place.seed, numbers, engine, others)
            folder = store.folder(model, place.seed, numbers, others)
            results = store.results(folder, keep, trusted=not place.force)
            unknown = {
                case.replication for case in cases if known(case, results, profiles=True) is None
            }
            before = len(numbers) - len(unknown)
            done += [model.digest] * before
            if staffings is not None:
                announce(staffings, len(numbers), one)
            with (
                executor_for(
                    place, engine, one, len(unknown) + asked[1], tables=keep is not None
                ) as executor,
                progress(len(numbers), before) as bar,
                memory_named(one, place.workers, lambda: kept(len(done), sum(asked))),
            ):

                def on_done(case: Case, _outcome: Outcome) -> None:
                    if case.replication in unknown:
                        count(case.model)
                    stop_if_interrupted()

                def count(model: Model) -> None:
                    bar.advance()
                    done.append(model.digest)
                    stop_if_interrupted()

                result = replicate(
                    model.scenario,
                    numbers,
                    place.seed,
                    engine=engine,
                    executor=executor,
                    results=results,
                    tables=keep is not None,
                    on_done=on_done,
                )
                if staffings is not None:
                    result = with_marginal(
                        result,
                        staffings,
                        executor=executor,
                        results=store.results(folder, trusted=not place.force),
                        bar=bar,
                        on_done=count,
                    )
            store.write(result, sys.argv[1:], others)
    return result, folder, before

"""The command that varies one or two fields and finds where the centre breaks."""

from __future__ import annotations

from typing import Annotated

import typer

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
)
from simulation.cli.work import Place, open_study


def sweep(
    scenario: ScenarioName,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH=LOW:HIGH[:STEP]",
            help="What to vary, e.g. workload=0.8:1.6:0.1; twice for two fields.",
        ),
    ] = None,
    measure: Annotated[
        str, typer.Option(help="What has to keep the target, e.g. wait_p90.")
    ] = "on_time_strict",
    target: Annotated[
        float | None,
        typer.Option(help="Where it breaks; the scenario's on-time target, or 0.95, by default."),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many at each point.")
    ] = 10,
    refine: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=20,
            help="How often the gap where it breaks is halved: 3, or 0 with two fields.",
        ),
    ] = None,
    by_field: Annotated[
        bool, typer.Option("--by-field", help="Halve the gaps where fields break, too.")
    ] = False,
    seed: Seed = 1,
    engine: EngineName = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    settings: Settings = None,
    out: Out = RESULTS,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Vary one or two fields over a range, and find where the on-time rate falls under its target.

    Every point meets the very same dossiers; a higher workload only adds some.
    """
    place = Place(seed, engine, workers, cluster, out, force)
    from simulation.decisions.sweeps import read_sweep, run_sweep
    from simulation.experiments import Model, to_json
    from simulation.reports.studies import print_study
    from simulation.reports.terminal import console
    from simulation.scenario import load_scenario

    base = load_scenario(scenario, settings or ())
    request = read_sweep(
        base,
        vary or (),
        measure=measure,
        target=target,
        replications=replications,
        refine=refine,
        by_field=by_field,
    )
    asked = {**request.as_dict(), "replications": replications}
    with open_study(place, "sweep", Model.of(base), asked, cases=request.cases) as desk:
        result = run_sweep(base, request, desk.study)
        desk.keep(result.summary)
    if as_json:
        typer.echo(to_json(result.summary), nl=False)
    else:
        print_study(result.summary, desk.folder, console())

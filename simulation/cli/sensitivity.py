"""The command that finds out which assumption matters."""

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


def sensitivity(
    scenario: ScenarioName,
    measure: Annotated[
        str, typer.Option(help="What is moved, e.g. wait_p90 or by_field.land.on_time_strict.")
    ] = "on_time_strict",
    trajectories: Annotated[int, typer.Option(min=2, max=1000, help="Walks of the screening.")] = 6,
    replications: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many at each point.")
    ] = 4,
    leaders: Annotated[
        int, typer.Option(min=2, max=20, help="Assumptions that get Sobol' indices, at most.")
    ] = 3,
    samples: Annotated[
        int, typer.Option(min=0, max=65_536, help="Of the indices, a power of two; 0 for none.")
    ] = 32,
    seed: Seed = 1,
    engine: EngineName = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    settings: Settings = None,
    out: Out = RESULTS,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Find out which labelled assumption moves the on-time rate most: that one is to be measured.

    All that say what else is plausible are screened; the leaders get shares of the variance.
    """
    place = Place(seed, engine, workers, cluster, out, force)
    from simulation.decisions.sensitivities import read_sensitivity, run_sensitivity
    from simulation.experiments import Model, to_json
    from simulation.reports.studies import print_study
    from simulation.reports.terminal import console
    from simulation.scenario import load_scenario

    base = load_scenario(scenario, settings or ())
    request = read_sensitivity(
        base,
        measure=measure,
        trajectories=trajectories,
        replications=replications,
        leaders=leaders,
        samples=samples,
    )
    asked = {**request.as_dict(), "replications": replications, "varied": request.varied}
    with open_study(place, "sensitivity", Model.of(base), asked, cases=request.cases) as desk:
        result = run_sensitivity(base, request, desk.study)
        desk.keep(result.summary)
    if as_json:
        typer.echo(to_json(result.summary), nl=False)
    else:
        print_study(result.summary, desk.folder, console())

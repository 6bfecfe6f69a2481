"""The command that looks for the shortest deadlines."""

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
from simulation.cli.speech import notice
from simulation.cli.work import Place, open_study
from simulation.language import _, written


def deadlines(
    scenario: ScenarioName,
    promise: Annotated[
        float, typer.Option(metavar="RATE", help="The share that must be resolved in time.")
    ] = 0.99,
    procedure: Annotated[
        list[str] | None,
        typer.Option("--procedure", metavar="NAME", help="Only this procedure, and others named."),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many confirm each deadline.")
    ] = 20,
    seed: Seed = 1,
    engine: EngineName = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    settings: Settings = None,
    out: Out = RESULTS,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Find the shortest deadline that each procedure could promise."""
    place = Place(seed, engine, workers, cluster, out, force)
    from simulation.decisions.deadlines import KIND, check_promise, foresee_cases, lines_of
    from simulation.decisions.deadlines import deadlines as find
    from simulation.experiments import Model
    from simulation.scenario import load_scenario

    check_promise(promise)
    base = Model.of(load_scenario(scenario, settings or ()))
    lines = lines_of(base.scenario, procedure or None)
    cases = foresee_cases(base, lines, replications)
    notice(
        _("about {cases} replications, more where a first guess is off").format(
            cases=written(f"{cases:,}")
        )
    )
    request = {
        "promise": promise,
        "procedures": None if not procedure else list(dict.fromkeys(procedure)),
        "replications": replications,
    }
    with open_study(place, KIND, base, request, cases=cases) as desk:
        result = find(
            base.scenario,
            desk.study,
            promise=promise,
            procedures=procedure or None,
            replications=replications,
        )
        desk.keep(result.summary)
    if as_json:
        from simulation.experiments import to_json

        typer.echo(to_json(result.summary), nl=False)
    else:
        from simulation.reports.studies import print_study
        from simulation.reports.terminal import console

        print_study(result.summary, desk.folder, console())

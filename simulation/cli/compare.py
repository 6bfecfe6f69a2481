"""The command that compares options."""

from __future__ import annotations

from typing import Annotated, Literal

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
from simulation.errors import InputError
from simulation.language import _


def compare(
    scenario: ScenarioName,
    options: Annotated[
        str | None,
        typer.Argument(
            metavar="OPTIONS",
            help="An options file; by default the one in options/ beside the scenario.",
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Compare only this one; may be given several times."),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=2, max=100_000, help="How many of each option: 20.")
    ] = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WIDTH",
            help="Go on until every difference is known so well: 0.05pp, late=5.",
        ),
    ] = None,
    max_replications: Annotated[
        int, typer.Option(min=2, max=100_000, help="With --precision or --best, at most so many.")
    ] = 200,
    best: Annotated[
        Literal["cost", "on-time"] | None,
        typer.Option(help="Find the cheapest that keeps the target, or the one most on time."),
    ] = None,
    indifference: Annotated[
        str, typer.Option(metavar="POINTS", help="With --best: a difference worth finding.")
    ] = "0.05pp",
    target: Annotated[
        float | None,
        typer.Option(help="With --best cost: on-time rate to keep; the scenario's by default."),
    ] = None,
    marginal: Annotated[
        bool,
        typer.Option(
            "--marginal",
            help="What one more and one less person in each team would change, in every option.",
        ),
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
    """Compare options with a scenario as it is, on the very same dossiers."""
    place = Place(seed, engine, workers, cluster, out, force)
    if replications is not None and precision:
        raise InputError(_("--precision finds out how many --replications it takes; leave one out"))
    if target is not None and best != "cost":
        raise InputError(_("--target is for --best cost; leave it out, or add that"))
    from simulation.decisions.compare import REPLICATIONS, Question, answer
    from simulation.decisions.contrast import NUMBERS, SHARES
    from simulation.decisions.precision import read_points, read_precision
    from simulation.experiments import Model, to_json
    from simulation.reports.studies import print_study
    from simulation.reports.terminal import console
    from simulation.scenario import load_options, options_of

    wanted = read_precision(precision or (), SHARES, NUMBERS)
    zone = read_points(indifference, "--indifference")
    found = load_options(options or options_of(scenario), settings or (), scenario=scenario)
    question = Question(
        found, tuple(option or ()), replications or REPLICATIONS, wanted, max_replications, best,
        zone, target, marginal,
    )  # fmt: skip
    base = Model.of(found.base)
    request, cases = question.request(), question.cases()
    with open_study(place, "comparison", base, request, cases=cases) as desk:
        result = answer(question, desk.study)
        desk.keep(result.summary)
    if as_json:
        typer.echo(to_json(result.summary), nl=False)
    else:
        print_study(result.summary, desk.folder, console())

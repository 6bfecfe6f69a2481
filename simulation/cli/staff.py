"""The command that finds the smallest staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
from simulation.errors import InputError, noted
from simulation.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.decisions.staffing import Request


def staff(
    scenario: ScenarioName,
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="TARGET", help='What is promised, e.g. "on_time>=0.99"; repeatable.'),
    ] = None,
    by_field: Annotated[
        bool, typer.Option("--by-field", help="On-time targets hold for every field too.")
    ] = False,
    team: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=LOW:HIGH]", help="Only these teams may change; repeatable."),
    ] = None,
    existing: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=N", help="People who stay and are paid anyway; repeatable."),
    ] = None,
    reserve: Annotated[int, typer.Option(min=0, help="People added to each team in reserve.")] = 0,
    part_time: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=CALENDAR", help="The team may have part-time people on this calendar."
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=2, max=16, help="Replications that the search begins with.")
    ] = 4,
    cap: Annotated[
        int, typer.Option(min=2, max=1000, help="Most replications of a staffing in the test.")
    ] = 200,
    budget: Annotated[
        int, typer.Option(min=30, help="Most replications of all staffings together.")
    ] = 2000,
    exact: Annotated[
        bool,
        typer.Option(
            "--exact",
            help="Say of who fails clearly by how much, though that takes thousands of "
            "replications beyond cap and budget.",
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
    """Find the smallest staff that keeps what is promised, with a certificate."""
    place = Place(seed, engine, workers, cluster, out, force)
    request = _request(team or (), existing or (), reserve, part_time or ())

    from simulation.decisions.staffing import make_space, parse_targets
    from simulation.decisions.staffing import staff as find_staff
    from simulation.experiments import Model, to_json
    from simulation.reports.studies import print_study
    from simulation.reports.terminal import console
    from simulation.scenario import load_scenario

    base = Model.of(load_scenario(scenario, settings or ()))
    targets = [str(found) for found in parse_targets(target or (), base.scenario)]
    make_space(base.scenario, request)  # refuses what cannot be chosen before anything is written
    asked = {
        **request.as_dict(),
        "targets": targets,
        "by_field": by_field,
        "replications": replications,
        "cap": cap,
        "budget": budget,
        "exact": exact,
    }
    with open_study(place, "staffing", base, asked, cases=budget) as desk:
        result = find_staff(
            base.scenario,
            targets,
            request=request,
            by_field=by_field,
            replications=replications,
            cap=cap,
            budget=budget,
            exact=exact,
            study=desk.study,
        )
        desk.keep(result.summary)
    if as_json:
        typer.echo(to_json(result.summary), nl=False)
    else:
        print_study(result.summary, desk.folder, console())


def _request(
    teams: Sequence[str], existing: Sequence[str], reserve: int, part_time: Sequence[str]
) -> Request:
    """What was asked for.

    Raises:
        InputError: A text is not written as it must be, or a team stands there twice.
    """
    from simulation.decisions.staffing import Request

    bounds: dict[str, tuple[int, int] | None] = {}
    for text in teams:
        name, _sep, numbers = text.partition("=")
        _refuse_twice("--team", name, bounds)
        bounds[name] = _bounds(text, numbers) if "=" in text else None
    people: dict[str, int] = {}
    for text in existing:
        name, _sep, number = text.partition("=")
        _refuse_twice("--existing", name, people)
        if not number.isdecimal():
            raise InputError(
                noted(
                    _("--existing {text!r}").format(text=text),
                    allowed=_("a team and people, as reception=3"),
                )
            )
        people[name] = int(number)
    calendars: dict[str, str] = {}
    for text in part_time:
        name, _sep, calendar = text.partition("=")
        _refuse_twice("--part-time", name, calendars)
        if not calendar:
            raise InputError(
                noted(
                    _("--part-time {text!r}").format(text=text),
                    allowed=_("a team and a calendar, as reception=mornings"),
                )
            )
        calendars[name] = calendar
    return Request(bounds, people, reserve, calendars)


def _bounds(text: str, numbers: str) -> tuple[int, int]:
    low, _sep, high = numbers.partition(":")
    if not (low.isdecimal() and high.isdecimal()):
        raise InputError(
            noted(
                _("--team {text!r}").format(text=text),
                allowed=_("a team, or a team and bounds, as reception=4:9"),
            )
        )
    return int(low), int(high)


def _refuse_twice(option: str, name: str, known: object) -> None:
    if isinstance(known, dict) and name in known:
        raise InputError(
            noted(
                _("{option} {name}: this team stands there twice").format(option=option, name=name),
                remedy=_("once"),
            )
        )

"""The command that simulates forward from the dossiers that are open today."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.register import OpenRegister
    from simulation.scenario import Scenario

_DAY = ["%Y-%m-%d", "%d/%m/%Y"]


def forecast(
    scenario: ScenarioName,
    register: Annotated[
        Path | None,
        typer.Option("--open", metavar="FILE", help="The open dossiers: CSV, or a workbook."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, metavar="DATE", help="They are open when this day begins."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, metavar="DATE", help="Last day; that of the period by default."),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=1, max=9_999, help="Futures: 200, or 19 of each cut of a back-test."),
    ] = None,
    apologise_above: Annotated[
        float, typer.Option(help="Notices are due above this probability of being late.")
    ] = 0.5,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Go on with the good rows of the register.")
    ] = False,
    backtest: Annotated[
        bool,
        typer.Option("--backtest", help="Cut simulated truths, forecast, compare with what came."),
    ] = False,
    cuts: Annotated[
        int | None, typer.Option(min=1, max=9_999, help="Cuts of a back-test; 200 by default.")
    ] = None,
    example: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the register of a simulated office as of --as-of, and end."
        ),
    ] = None,
    seed: Seed = 1,
    engine: EngineName = None,
    workers: WorkerCount = None,
    cluster: ClusterAddress = None,
    settings: Settings = None,
    out: Out = RESULTS,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Forecast the dossiers that are open today: who will be late, and what the form will say."""
    day = None if as_of is None else as_of.date()
    _check(register, day, example, backtest=backtest, cuts=cuts, until=until)
    place = Place(seed, engine, workers, cluster, out, force)

    from simulation.scenario import load_scenario

    loaded = load_scenario(scenario, settings or ())
    if example is not None:
        _write_example(loaded, example, day, place, as_json=as_json)
    elif backtest:
        _backtest(loaded, cuts, replications, place, as_json=as_json)
    else:
        from simulation.register import read_register

        assert register is not None  # noqa: S101 - checked above, together with the day
        assert day is not None  # noqa: S101 - as above
        found = read_register(register, loaded, day, skip_bad=skip_bad)
        last = None if until is None else until.date()
        _forecast(loaded, found, last, replications, apologise_above, place, as_json=as_json)


def _check(
    register: Path | None,
    day: date | None,
    example: Path | None,
    *,
    backtest: bool,
    cuts: int | None,
    until: datetime | None,
) -> None:
    """Refuse options that do not go together.

    Raises:
        InputError: They do not.
    """
    if sum((register is not None, backtest, example is not None)) != 1:
        raise InputError(
            _(
                "name the open dossiers with --open FILE --as-of DATE, or test forecasts "
                "with --backtest, or write an example register with --example FILE --as-of "
                "DATE; one of the three"
            )
        )
    if backtest and (day is not None or until is not None):
        raise InputError(_("--backtest chooses its own days; leave out --as-of and --until"))
    if not backtest and day is None:
        raise InputError(_("--as-of DATE is missing: the day at whose beginning dossiers are open"))
    if not backtest and cuts is not None:
        raise InputError(_("--cuts is for --backtest; leave it out, or add --backtest"))


def _forecast(
    loaded: Scenario,
    register: OpenRegister,
    until: date | None,
    replications: int | None,
    apologise_above: float,
    place: Place,
    *,
    as_json: bool,
) -> None:
    from simulation.decisions.forecast import (
        FORECAST_HEADER,
        FORM_HEADER,
        REPLICATIONS,
        at_day,
        check_request,
        forecast,
    )
    from simulation.experiments import Model

    number = replications or REPLICATIONS
    check_request(number, apologise_above)
    model = Model.of(at_day(loaded, register, until))
    request = {
        "replications": number,
        "apologise_above": apologise_above,
        "wrong": [list(each) for each in register.wrong],
    }
    with open_study(place, "forecast", model, request, cases=number) as desk:
        result = forecast(
            loaded,
            register,
            until=until,
            replications=number,
            apologise_above=apologise_above,
            study=desk.study,
        )
        tables = {
            "forecast.csv": (FORECAST_HEADER, result.rows()),
            "form-06a.csv": (FORM_HEADER, result.form_rows()),
        }
        desk.keep(result.summary, tables)
    _show(result.summary, desk.folder, as_json=as_json)


def _backtest(
    loaded: Scenario, cuts: int | None, replications: int | None, place: Place, *, as_json: bool
) -> None:
    from simulation.decisions.forecast import CUTS, FUTURES, backtest, truth_of

    number, futures = cuts or CUTS, replications or FUTURES
    model = truth_of(loaded)
    request = {"cuts": number, "futures": futures}
    with open_study(place, "backtest", model, request, cases=number * futures) as desk:
        result = backtest(loaded, cuts=number, futures=futures, study=desk.study)
        desk.keep(result.summary)
    _show(result.summary, desk.folder, as_json=as_json)


def _write_example(
    loaded: Scenario, file: Path, day: date | None, place: Place, *, as_json: bool
) -> None:
    from simulation.decisions.forecast import cut_at, truth_of
    from simulation.engines import default_engine
    from simulation.experiments import to_json
    from simulation.register import REGISTER_HEADER
    from simulation.store.files import write_csv

    assert day is not None  # noqa: S101 - checked before
    if file.exists():
        raise InputError(_("{file} is there already; name a new file").format(file=file))
    register = cut_at(
        truth_of(loaded),
        day,
        seed=place.seed,
        replication=0,
        engine=place.engine or default_engine(),
    )
    write_csv(file, REGISTER_HEADER, register.rows())
    if as_json:
        about = {"kind": "register", "file": str(file), "as_of": day.isoformat(),
                 "dossiers": len(register.dossiers)}  # fmt: skip
        typer.echo(to_json(about), nl=False)
        return
    typer.echo(
        _("{file}: {dossiers} dossiers, open when {day} begins; all simulated").format(
            file=file, dossiers=len(register.dossiers), day=day
        )
    )


def _show(summary: Mapping[str, Any], folder: Path, *, as_json: bool) -> None:
    if as_json:
        from simulation.experiments import to_json

        typer.echo(to_json(summary), nl=False)
    else:
        from simulation.reports.studies import print_study
        from simulation.reports.terminal import console

        print_study(summary, folder, console())

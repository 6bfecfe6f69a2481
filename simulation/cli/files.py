"""The commands about scenario files: list, copy, validate, and what stands behind them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.parameters import ScenarioName, Settings, directory, placing
from simulation.errors import InputError, ScenarioError
from simulation.language import _, later, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulation.scenario import Scenario


def scenarios() -> None:
    """List the bundled scenarios."""
    from simulation.reports.terminal import console, print_scenarios
    from simulation.scenario import list_bundled, load_scenario

    print_scenarios([load_scenario(name) for name in list_bundled()], console())


def init(
    into: Annotated[
        Path, typer.Argument(parser=directory, metavar="DIR", help="Where to copy them.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Copy the bundled scenarios for editing, with the schema that editors use."""
    from simulation.bundled import bundled_scenarios_dir
    from simulation.store.files import errors_named, make_directory, write_bytes

    source = bundled_scenarios_dir()
    files = {
        path.relative_to(source): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file()
    }
    files[Path("schema.json")] = _schema_text().encode()
    with errors_named(into, later("read")):
        taken = [into / name for name in files if (into / name).exists()]
    if taken and not force:
        raise InputError(
            _(
                "{taken} is there already; name another directory, or replace what is there "
                "with --force"
            ).format(taken=taken[0])
        )
    written: list[Path] = []
    try:
        for name, content in files.items():
            make_directory((into / name).parent)
            write_bytes(into / name, content)
            written.append(into / name)
    except BaseException:  # all or nothing, so that the same command can be given again
        for path in set(written) - set(taken):
            path.unlink()
        raise
    typer.echo(
        _("{files} files in {into}; try: motcua check {example}").format(
            files=len(files), into=into, example=_example(into, files)
        )
    )


def _example(directory: Path, files: Iterable[Path]) -> Path:
    template = Path("my-office.yaml")
    return directory / (template if template in files else "base.yaml")


def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario, base or options file.")],
    settings: Settings = None,
) -> None:
    """Validate a file, and print each team's work against its hours."""
    from simulation.scenario import apply_settings, build, check_base, read_tree

    tree = read_tree(file)
    if tree.child("options") or tree.child("options_for"):
        _check_options(file, settings or ())
        return
    tree = apply_settings(tree, settings or ())
    if tree.child("scenario") is None:
        check_base(file)
        typer.echo(
            _("{file}: nothing in it is wrong; it is a base, to be extended by scenarios").format(
                file=file
            )
        )
        return
    scenario = build(tree)
    from simulation.experiments import titles
    from simulation.reports.terminal import console, print_load

    with placing(file, settings or ()):
        table = _load_table(scenario)
    typer.echo(_("{file}: nothing in it is wrong").format(file=file) + "\n")
    print_load(table, titles(scenario), console())


def _check_options(file: str, settings: Sequence[str]) -> None:
    """Validate an options file, and print for each option which teams it leaves short."""
    from simulation.experiments import titles
    from simulation.reports.terminal import console, print_load
    from simulation.scenario import load_options

    found = load_options(file, settings)
    base_title = _("{title} (without options)").format(title=title(found.base.title.model_dump()))
    option_titles = [
        f"{name}: {title(option.title.model_dump())}" for name, option in found.options.items()
    ]
    scenarios = {"options_for": found.base} | {
        f"options.{name}": scenario for name, scenario in found.scenarios.items()
    }
    with placing(file, ()):
        tables = [_load_table_of(field, scenario) for field, scenario in scenarios.items()]
    typer.echo(
        _("{file}: nothing in it is wrong; it has options for {scenario}").format(
            file=file, scenario=found.base.scenario
        )
    )
    for heading, scenario, table in zip(
        [base_title, *option_titles], scenarios.values(), tables, strict=True
    ):
        typer.echo(f"\n{heading}\n")
        print_load(_tightest(table), titles(scenario), console())


def _load_table_of(field: str, scenario: Scenario) -> dict[str, Any]:
    """The load table of a scenario that a field of an options file says; its problems are there."""
    try:
        return _load_table(scenario)
    except ScenarioError as error:
        problems = (
            replace(problem, field=field, message=f"{problem.field}: {problem.message}")
            for problem in error.problems
        )
        raise ScenarioError(*problems) from None


def _load_table(scenario: Scenario) -> dict[str, Any]:
    from simulation.experiments import describe_load
    from simulation.load import load
    from simulation.plan.resolve import resolve

    return describe_load(load(resolve(scenario)))


def _tightest(table: dict[str, Any]) -> dict[str, Any]:
    """A load table of the teams that are short, or else of the one with the highest load."""
    teams = table["teams"]
    highest = max(teams, key=lambda name: teams[name]["utilisation"] or 0, default=None)
    short = {name: team for name, team in teams.items() if team["short"]}
    return {**table, "teams": short or {name: teams[name] for name in teams if name == highest}}


def schema() -> None:
    """Print the JSON Schema of scenario files."""
    typer.echo(_schema_text(), nl=False)


def _schema_text() -> str:
    from simulation.scenario.schema import scenario_schema

    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2) + "\n"


def sources(scenario: ScenarioName, settings: Settings = None) -> None:
    """Print where a scenario's numbers come from, and what it assumes."""
    from simulation.experiments import describe_evidence
    from simulation.reports.terminal import console, print_evidence
    from simulation.scenario import load_scenario

    print_evidence(describe_evidence(load_scenario(scenario, settings or ())), console())

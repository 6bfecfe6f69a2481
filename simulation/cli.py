"""The command line: it parses, calls and shows.

Heavy packages are imported by the command that needs them, so that ``motcua --help`` starts at
once.
"""

from __future__ import annotations

import json
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from simulation.__about__ import __version__
from simulation.errors import InputError, MotcuaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType

    from simulation.experiments import Model, RunResult
    from simulation.scenario import Scenario
    from simulation.store import StoredResults

app = typer.Typer(
    name="motcua",
    help="Simulate a Vietnamese one-stop public service centre.",
    rich_markup_mode=None,  # rich would double the time that --help takes
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
)

INTERRUPTED: Final = 130
"""Exit code of what Ctrl-C has ended, as shells have it."""

_WORTH_PROCESSES_S: Final = 2.0
"""Less work than this is done before other processes have started."""

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A bundled scenario, or a file.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change any field, e.g. teams.reception.staff=12."
    ),
]


def main() -> None:
    """Run the command line; errors of motcua become a message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what is piped may not know Vietnamese
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    try:
        app()
    except MotcuaError as error:
        typer.echo(f"motcua: {error}", err=True)
        sys.exit(error.exit_code)
    except MemoryError:
        typer.echo("motcua: there is not enough memory; try --workers 1", err=True)
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"motcua {__version__}")
        raise typer.Exit


@app.callback()
def motcua(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Simulate a Vietnamese one-stop public service centre."""


@app.command()
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
    settings: Settings = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where results are kept.")] = Path(
        "results"
    ),
    force: Annotated[bool, typer.Option("--force", help="Compute again what is known.")] = False,
    keep: Annotated[
        Literal["journal", "parquet"] | None,
        typer.Option(help="Keep dossiers and visits too, as CSV or as Parquet."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Simulate a scenario and show how it does, published beside simulated."""
    from simulation.engines import default_engine, get_engine
    from simulation.experiments import Case, Model, default_replications
    from simulation.scenario import load_scenario
    from simulation.store import Store

    engine = engine or default_engine()
    get_engine(engine)  # refuses an unknown one before anything is written
    replications = replications or default_replications(engine)
    numbers = list(range(replications)) if replication is None else [replication]
    model = Model.of(load_scenario(scenario, settings or ()))
    with Store(out) as store:
        folder = store.folder(model, seed, numbers)
        results = store.results(folder, keep, trusted=not force)
        unknown = [n for n in numbers if results.find(Case(model, seed, n)) is None]
        result = _replicate(
            model, seed, numbers, unknown, engine, workers, results, keep is not None
        )
        store.write(result, sys.argv[1:])
    if as_json:
        from simulation.experiments import to_json

        typer.echo(to_json(result.summary), nl=False)
    else:
        from simulation.reports.terminal import console, print_run

        print_run(result.summary, folder, len(numbers) - len(unknown), console())


def _replicate(
    model: Model,
    seed: int,
    numbers: list[int],
    unknown: list[int],
    engine: str,
    workers: int | None,
    results: StoredResults,
    tables: bool,
) -> RunResult:
    """Replicate on all cores if that pays, with a bar and with what has to be said before."""
    from simulation.engines import get_engine
    from simulation.execution import available_cores, open_executor
    from simulation.experiments import foresee, replicate, warnings

    preload = ["simulation.experiments", get_engine(engine).__module__]
    one = foresee(model.plan, engine)
    if workers is None:
        workers = available_cores() if one.seconds * len(unknown) > _WORTH_PROCESSES_S else 1
    workers = min(workers, max(len(unknown), 1))
    for warning in warnings(one, len(unknown), workers):
        typer.echo(f"motcua: {warning}", err=True)
    try:
        with (
            _interruptible() as stop_if_interrupted,
            _progress(len(numbers)) as advance,
            open_executor(workers, preload) as executor,
        ):

            def on_done(*_: object) -> None:
                advance()
                stop_if_interrupted()

            return replicate(
                model.scenario,
                numbers,
                seed,
                engine=engine,
                executor=executor,
                results=results,
                tables=tables,
                on_done=on_done,
            )
    except KeyboardInterrupt:
        typer.echo(
            "motcua: interrupted; what was finished is kept, and the same command goes on from "
            "there",
            err=True,
        )
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def _interruptible() -> Iterator[Callable[[], None]]:
    """Remember Ctrl-C: its exception is lost where Python cannot raise, as in a finalizer."""
    seen: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    def stop_if_interrupted() -> None:
        if seen:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield stop_if_interrupted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on stderr with what to call for each replication done; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("replications"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


@app.command()
def scenarios() -> None:
    """List the bundled scenarios."""
    from simulation.reports.terminal import console, print_scenarios
    from simulation.scenario import list_bundled, load_scenario

    print_scenarios([load_scenario(name) for name in list_bundled()], console())


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to copy them.")],
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Copy the bundled scenarios for editing, with the schema that editors use."""
    from simulation.bundled import bundled_scenarios_dir
    from simulation.store.files import make_directory, write_bytes

    source = bundled_scenarios_dir()
    files = {
        path.relative_to(source): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file()
    }
    files[Path("schema.json")] = _schema_text().encode()
    if not force:
        for name in files:
            if (directory / name).exists():
                raise InputError(
                    f"{directory / name} is there already; name another directory, or replace what "
                    "is there with --force"
                )
    for name, content in files.items():
        make_directory((directory / name).parent)
        write_bytes(directory / name, content)
    typer.echo(f"{len(files)} files in {directory}; try: motcua check {_example(directory, files)}")


def _example(directory: Path, files: Iterable[Path]) -> Path:
    template = Path("my-office.yaml")
    return directory / (template if template in files else "base.yaml")


@app.command()
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
        typer.echo(f"{file}: nothing in it is wrong; it is a base, to be extended by scenarios")
        return
    scenario = build(tree)
    from simulation.experiments import titles
    from simulation.reports.terminal import console, print_load

    typer.echo(f"{file}: nothing in it is wrong\n")
    print_load(_load_table(scenario), titles(scenario), console())


def _check_options(file: str, settings: Sequence[str]) -> None:
    """Validate an options file, and print for each option which teams it leaves short."""
    from simulation.experiments import titles
    from simulation.reports.terminal import console, print_load
    from simulation.scenario import load_options

    found = load_options(file, settings)
    typer.echo(f"{file}: nothing in it is wrong; it has options for {found.base.scenario}")
    base_title = f"{found.base.title.en} (without options)"
    option_titles = [f"{name}: {option.title.en}" for name, option in found.options.items()]
    scenarios = [found.base, *found.scenarios.values()]
    for title, scenario in zip([base_title, *option_titles], scenarios, strict=True):
        typer.echo(f"\n{title}\n")
        print_load(_tightest(_load_table(scenario)), titles(scenario), console())


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


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files."""
    typer.echo(_schema_text(), nl=False)


def _schema_text() -> str:
    from simulation.scenario.schema import scenario_schema

    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2) + "\n"


@app.command()
def sources(scenario: ScenarioName, settings: Settings = None) -> None:
    """Print where a scenario's numbers come from, and what it assumes."""
    from simulation.experiments import describe_evidence
    from simulation.reports.terminal import console, print_evidence
    from simulation.scenario import load_scenario

    print_evidence(describe_evidence(load_scenario(scenario, settings or ())), console())

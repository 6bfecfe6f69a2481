"""Parameters that several commands have."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.errors import ScenarioError
from simulation.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def directory(text: str | Path) -> Path:
    """A directory as it is named; nothing, such as an unset variable leaves, names none."""
    if not str(text).strip():
        raise typer.BadParameter(_("it names no directory; write . if this one is meant"))
    return Path(text)


@contextmanager
def placing(scenario: str, settings: Sequence[str]) -> Iterator[None]:
    """Say of what is found wrong only in the plan, where it was written."""
    try:
        yield
    except ScenarioError as error:
        from simulation.scenario import placed, read_tree

        tree = read_tree(scenario, settings)
        raise ScenarioError(*(placed(tree, problem) for problem in error.problems)) from None


ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A bundled scenario, or a file.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change any field, e.g. teams.reception.staff=12."
    ),
]
Out = Annotated[
    Path,
    typer.Option("--out", parser=directory, metavar="DIR", help="Where results are kept."),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")]
EngineName = Annotated[
    str | None, typer.Option(help="compiled or simpy; the fastest there is by default.")
]
WorkerCount = Annotated[int | None, typer.Option(min=1, help="Processes; all cores by default.")]
ClusterAddress = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on a Dask cluster, e.g. tcp://10.0.0.1:8786."),
]
Force = Annotated[bool, typer.Option("--force", help="Compute again what is known.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
RESULTS = Path("results")
"""Where results are kept when nothing else is said."""

"""Parameters that several commands have."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def directory(text: str | Path) -> Path:
    """A directory as it is named; nothing, such as an unset variable leaves, names none."""
    if not str(text).strip():
        raise typer.BadParameter("it names no directory; write . if this one is meant")
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
RESULTS = Path("results")
"""Where results are kept when nothing else is said."""

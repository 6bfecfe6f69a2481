"""Results in a store, for the tests of what is exported."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

from simulation.cli import app
from simulation.experiments import Model, replicate
from simulation.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulation.experiments import RunResult
    from simulation.scenario import Scenario
    from simulation.store.kept import Keep


def stored_run(
    directory: Path, scenario: Scenario, keep: Keep | None = None, replications: int = 2
) -> tuple[RunResult, Path]:
    """Run a scenario into a store; returns the result and its folder."""
    model, numbers = Model.of(scenario), range(replications)
    with Store(directory) as store:
        folder = store.folder(model, 1, numbers)
        result = replicate(
            scenario, numbers, 1, results=store.results(folder, keep), tables=keep is not None
        )
        command: Sequence[Any] = ["run", scenario.scenario, "--replications", str(replications)]
        store.write(result, command)
    return result, folder


def stored_study(directory: Path, *arguments: object) -> None:
    """Let a command make a study and keep it in a store."""
    with redirect_stdout(StringIO()):
        app([*map(str, arguments), "--out", str(directory)], standalone_mode=False)

"""Results in a store, for the tests of what is exported."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

import pytest

from simulation.cli import app, main
from simulation.experiments import Model, replicate
from simulation.store import Store
from tests.running import MINIMAL, ROOT, VALID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulation.experiments import RunResult
    from simulation.scenario import Scenario
    from simulation.store.kept import Keep


OPTIONS: Final = VALID.parent / "valid-options" / "comparison.yaml"
FORECAST: Final = VALID / "forecast.yaml"
REGISTER: Final = ROOT / "docs" / "examples" / "open-dossiers.csv"
DECIDE: Final = (
    "assumptions.decide={text: Unknown., paths: [routes.standard.decide.work], low: 10 min, "
    "high: 90 min}"
)
COMMANDS: Final[dict[str, tuple[object, ...]]] = {
    "run": ("run", MINIMAL, "--set", "workload=15", "--set", "period.last_day=2021-04-02",
            "--replications", 3, "--marginal"),
    "comparison": ("compare", MINIMAL, OPTIONS, "--set", "workload=6", "--replications", 3),
    "sweep": ("sweep", MINIMAL, "--vary", "workload=2:10:4", "--replications", 2,
              "--refine", 1),
    "sensitivity": ("sensitivity", MINIMAL, "--set", "workload=4", "--set", DECIDE, "--set",
                    "assumptions.other={text: Unknown.}", "--trajectories", 2, "--samples", 8,
                    "--replications", 2),
    "staffing": ("staff", MINIMAL, "--set", "workload=4", "--target",
                 "on_time>=0.6", "--cap", 8),
    "deadlines": ("deadlines", MINIMAL, "--replications", 6),
    "forecast": ("forecast", FORECAST, "--open", REGISTER, "--as-of", "2021-04-15",
                 "--replications", 10),
    "backtest": ("forecast", FORECAST, "--backtest", "--cuts", 2, "--replications", 9),
}  # fmt: skip
"""A small result of each kind."""


def called(*arguments: object) -> None:
    """Call motcua, and let nobody hear what it says."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()):
        patch.setattr(sys, "argv", ["motcua", *map(str, arguments)])
        assert main() == 0


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

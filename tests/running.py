"""Small offices, and motcua as a user calls it, for the tests of whatever is above the engine."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.cli import main
from simulation.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from simulation.scenario import Scenario

ROOT = Path(__file__).parent.parent
VALID = Path(__file__).parent / "cases" / "valid"
MINIMAL = VALID / "minimal.yaml"
EVERY_STEP = VALID / "every-step.yaml"


def office(*settings: str, case: Path = MINIMAL) -> Scenario:
    """A small office: one counter, two people, 60 dossiers in a week; and changes to it."""
    return load_scenario(case, settings)


@dataclass(frozen=True)
class Called:
    """What a call of motcua left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Caller:
    """Calls motcua inside the test's own process."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: object) -> Called:
        """Call it with these arguments."""
        self.capsys.readouterr()
        self.monkeypatch.setattr(sys, "argv", ["motcua", *map(str, arguments)])
        return Called(main(), *self.capsys.readouterr())


def start(
    *arguments: object, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Motcua in a process (and a process group) of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "simulation", *map(str, arguments)],
        cwd=cwd,
        env={"PATH": "", "PYTHONPATH": str(ROOT), **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> Called:
    """Wait for a process and close its pipes."""
    out, err = process.communicate(timeout=300)
    return Called(process.returncode, out, err)

"""Runs in processes of their own, one after the other, the contestants taking turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).parent.parent

Run: TypeAlias = dict[str, float]
"""What one run took, by name."""


@dataclass(frozen=True)
class Job:
    """What to run.

    Attributes:
        model: ``motcua``; ``plain``, the plain model of a scenario; ``c``, the loop in C; or a
            module of this package with a function ``simulate(dossiers, seed)`` that returns times
            in the system, in minutes.
        engine: For ``motcua``: which.
        scenario: For all but the last: of which scenario.
        settings: Changes to the scenario.
        dossiers: How many; a scenario's staff is scaled alike. 0: as the scenario says.
        seed: Its seed.
    """

    model: str
    engine: str = ""
    scenario: str = ""
    settings: tuple[str, ...] = ()
    dossiers: int = 0
    seed: int = 1


def alternate(jobs: Mapping[str, Job], rounds: int) -> dict[str, list[Run]]:
    """Run jobs by turns, each round with a seed of its own and in the reverse order of the last.

    Returns:
        For each job, what it took in each round.
    """
    runs: dict[str, list[Run]] = {name: [] for name in jobs}
    for turn in range(rounds):
        for name in list(jobs)[:: 1 if turn % 2 == 0 else -1]:
            say(f"round {turn + 1} of {rounds}: {name}")
            runs[name].append(run_job(replace(jobs[name], seed=turn + 1)))
    return runs


def run_job(job: Job) -> Run:
    """Run a job in a new process."""
    command = [sys.executable, "-m", f"{__package__}.contestant", json.dumps(asdict(job))]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True
    )
    run: Run = json.loads(answer.stdout)
    return run


def elapsed_s(
    commands: Mapping[str, Sequence[str]], rounds: int, uncounted: int = 1
) -> dict[str, list[Run]]:
    """Elapsed time of commands that take turns, after some rounds that are not counted."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(1 - uncounted, rounds + 1):
        for name, command in commands.items():
            say(f"round {turn} of {rounds}: {name}")
            began_s = time.perf_counter()
            subprocess.run(
                command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, check=True
            )
            if turn > 0:
                runs[name].append({"elapsed_s": time.perf_counter() - began_s})
    return runs


def environment() -> dict[str, str]:
    """The environment, in which Python may keep what it has compiled."""
    return {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def middle(runs: Sequence[Run], *names: str) -> float:
    """Median over the runs of a number, or of the sum of some."""
    return median(sum(run[name] for name in names) for run in runs)


def ratio(
    above: Sequence[Run], below: Sequence[Run], names: Sequence[str], below_names: Sequence[str]
) -> dict[str, float]:
    """Ratio of two medians; ``low`` and ``high`` are the extremes of the ratios round by round."""
    each = [
        middle([a], *names) / middle([b], *below_names) for a, b in zip(above, below, strict=True)
    ]
    return {
        "ratio": middle(above, *names) / middle(below, *below_names),
        "low": min(each),
        "high": max(each),
    }


def say(text: str) -> None:
    """Say what is going on, to somebody who watches."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)

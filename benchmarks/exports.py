"""Exports of a provincial year against the bare libraries that write the same cells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from benchmarks.exporter import FORMATS
from benchmarks.figures import named
from benchmarks.rounds import ROOT, Run, environment, ratio, say

if TYPE_CHECKING:
    from benchmarks.figures import Findings

OURS, BARE = "motcua", "bare"
BARE_NAMES: Final = {
    "csv": "pandas", "parquet": "pyarrow", "xlsx": "XlsxWriter", "xes": "a loop",
}  # fmt: skip
"""What writes the same cells, by format."""


def exports(scenario: str, engine: str, dossiers_share: float, rounds: int) -> Findings:
    """One stored year in every format, in alternating rounds.

    Args:
        scenario: Which centre.
        engine: What simulates it, once.
        dossiers_share: Of its dossiers; 1: all of them.
        rounds: Exports of each contestant.
    """
    runs: dict[str, list[Run]] = {}
    with TemporaryDirectory() as scratch:
        run = _stored(scenario, engine, dossiers_share, Path(scratch))
        jobs = [(to, who) for to in FORMATS for who in (OURS, BARE)]
        for turn in range(rounds):
            for to, who in jobs[:: 1 if turn % 2 == 0 else -1]:
                say(f"round {turn + 1} of {rounds}: {to}, {who}")
                path = Path(scratch) / f"{to}-{who}"
                runs.setdefault(f"{to}, {who}", []).append(_measured(to, who, run, path))
    figures = {}
    for to in FORMATS:
        own, bare = runs[f"{to}, {OURS}"], runs[f"{to}, {BARE}"]
        found = ratio(own, bare, ("export_s",), ("export_s",))
        peak = max(run["peak_mib"] for run in own)
        figures[to] = {**named("to_bare", found), "peak_mib": peak}
    return {"runs": {name: runs[name] for name in sorted(runs)}, "figures": figures}


def _stored(scenario: str, engine: str, share: float, scratch: Path) -> Path:
    """Simulate one replication and keep its dossiers and visits; returns the folder."""
    command = [
        sys.executable, "-m", "simulation", "run", scenario, "--replications", "1",
        "--keep", "parquet", "--engine", engine, "--out", str(scratch / "results"),
        *(("--set", f"workload={share}") if share < 1 else ()),
    ]  # fmt: skip
    say("one replication is simulated")
    subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, check=True)
    (folder,) = (scratch / "results").glob("*/*/")
    return folder


def _measured(to: str, who: str, run: Path, path: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.exporter", to, who, str(run), str(path)]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True
    )
    found: Run = json.loads(answer.stdout)
    return found

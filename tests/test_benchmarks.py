"""The benchmarks run, and the page they write is there. How fast anything is, no test says."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.page import page
from benchmarks.suite import BENCHMARKS, PLAIN, verdicts
from simulation.engines import ENGINES

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def quick() -> dict[str, Any]:
    """What ``python -m benchmarks --quick --json`` prints."""
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json"]
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    results: dict[str, Any] = json.loads(answer.stdout)
    return results


def test_every_benchmark_yields_finite_figures(quick: dict[str, Any]) -> None:
    """Each benchmark finds a finite figure for each engine, and no ratio is zero or negative."""
    findings = quick["benchmarks"]
    assert findings.keys() == BENCHMARKS.keys()
    for name, found in findings.items():
        subjects = {"motcua --help"} if name == "start" else set(ENGINES)
        assert found["figures"].keys() == subjects
        for figures in found["figures"].values():
            assert figures
            assert all(map(math.isfinite, figures.values()))
            assert all(v > 0 for figure, v in figures.items() if "exponent" not in figure)


def test_contestants_do_the_same_work(quick: dict[str, Any]) -> None:
    """The same number of dossiers comes to all contestants; journals agree between engines."""
    for name in ("centre", "network"):
        runs = quick["benchmarks"][name]["runs"]
        assert len({run["dossiers"] for own in runs.values() for run in own}) == 1
        ours = [own for contestant, own in runs.items() if contestant in ENGINES]
        assert len({(run["visits"], run["services"]) for own in ours for run in own}) == 1


def test_the_plain_model_goes_the_same_ways(quick: dict[str, Any]) -> None:
    """The plain model of the centre begins as many visits as ours, give or take a quarter."""
    runs = quick["benchmarks"]["centre"]["runs"]
    plain, ours = runs[PLAIN][0], runs["simpy"][0]
    assert plain["visits"] == pytest.approx(ours["visits"], rel=0.25)
    assert plain["services"] == pytest.approx(ours["services"], rel=0.25)


def test_a_full_run_is_judged_by_the_targets(quick: dict[str, Any]) -> None:
    """A figure beyond its limit is a target missed, and the page says so."""
    findings = quick["benchmarks"]
    findings["centre"]["figures"]["simpy"] |= {"to_plain": 3.9, "peak_mib": 1025.0}
    targets = verdicts(findings)
    met = {target["figure"]: target["met"] for target in targets if target["subject"] == "simpy"}
    assert met["to_plain"]
    assert not met["peak_mib"]
    assert "**not met**" in page(quick | {"targets": targets})


def test_the_page_names_the_command_of_every_figure() -> None:
    """docs/benchmarks.md has a section for each benchmark, with the command beside its tables."""
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Machine and versions",
        "## Targets",
        "## The centre",
        "## Growth",
        "## The network",
        "## Start",
    ]
    for name in BENCHMARKS:
        assert f"python -m benchmarks --only {name}" in text

"""The benchmarks run, contestants agree, and the page they write is there.

How fast anything is, no test says.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import nation, network_c, studies
from benchmarks.contestant import scenario_of
from benchmarks.exporter import FORMATS
from benchmarks.network import expected_cycle_min
from benchmarks.page import page, refreshed
from benchmarks.rounds import Job
from benchmarks.suite import (
    BENCHMARKS,
    FIRST_REPLICATION,
    FULL,
    HELP,
    NETWORK,
    ON_REQUEST,
    PEERS,
    PLAIN,
    RUN,
    C,
    Disagreement,
    check_agreement,
    network,
)
from benchmarks.verdicts import verdicts
from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.engines import ENGINES, get_engine
from simulation.execution import available_cores
from simulation.experiments import Model

ROOT = Path(__file__).parent.parent


QUICK = ("centre", "network")
"""Those that run in every test; the others would take as many processes again, and more."""
PARTS = ("provinces", "dossiers_a_year", "dossiers", "slots", *RUN, "elapsed_s", "peak_mib")
NATION = {"runs": {}, "figures": {"compiled": dict.fromkeys(PARTS, 7.0)}}
"""What a run of all provinces finds, made up."""


def printed(*options: str) -> dict[str, Any]:
    """What ``python -m benchmarks --quick --json`` prints."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    results: dict[str, Any] = json.loads(answer.stdout)
    return results


@pytest.fixture(scope="module")
def quick() -> dict[str, Any]:
    """What some of the benchmarks find."""
    return printed(*(word for name in QUICK for word in ("--only", name)))


def test_benchmarks_yield_finite_figures(quick: dict[str, Any]) -> None:
    """A benchmark finds finite figures for its subjects, and no ratio is zero or negative."""
    assert quick["benchmarks"].keys() == set(QUICK)
    check_figures(quick["benchmarks"])


@pytest.mark.long
def test_every_benchmark_yields_finite_figures() -> None:
    """So does every one that there is."""
    findings = printed()["benchmarks"]
    assert findings.keys() == BENCHMARKS.keys()
    check_figures(findings)


def check_figures(findings: dict[str, Any]) -> None:
    """The figures of benchmarks are there, finite, and ratios positive."""
    subjects = {name: set(ENGINES) for name in BENCHMARKS}
    subjects |= {"start": {HELP, FIRST_REPLICATION}, "nation": {"compiled"}}
    subjects["exports"] = set(FORMATS)
    subjects["workers"] = {"compiled"} if available_cores() > 1 else set()
    subjects["planning"] = {question.name for question in studies.QUICK.questions}
    for name, found in findings.items():
        assert found["figures"].keys() == subjects[name]
        for figures in found["figures"].values():
            assert figures
            assert all(map(math.isfinite, figures.values()))
            assert all(v > 0 for figure, v in figures.items() if "to_" in figure or "as_" in figure)


def test_contestants_do_the_same_work(quick: dict[str, Any]) -> None:
    """The same number of dossiers comes to all contestants; journals agree between engines."""
    for name in ("centre", "network"):
        runs = quick["benchmarks"][name]["runs"]
        assert len({run["dossiers"] for own in runs.values() for run in own}) == 1
        ours = [own for contestant, own in runs.items() if contestant in ENGINES]
        alike = ("visits", "services", "times_crc32")
        assert len({tuple(run[what] for what in alike) for own in ours for run in own}) == 1


def test_the_plain_model_goes_the_same_ways(quick: dict[str, Any]) -> None:
    """The plain model of the centre begins as many visits as ours, give or take a quarter."""
    runs = quick["benchmarks"]["centre"]["runs"]
    plain, ours = runs[PLAIN][0], runs["simpy"][0]
    assert plain["visits"] == pytest.approx(ours["visits"], rel=0.25)
    assert plain["services"] == pytest.approx(ours["services"], rel=0.25)


@pytest.mark.parametrize("package", PEERS.values())
def test_simulators_have_the_network_of_the_theory(package: str) -> None:
    """Each lets all dossiers through, in the time on average that queueing theory says.

    With 1,000 dossiers hardly anybody waits: the mean of so many sums of four exponential times
    has a standard deviation of 1.9 min. The band of 9 min is missed once in 400,000 seeds.
    """
    pytest.importorskip(package)
    cycle_min = import_module(f"benchmarks.network_{package}").simulate(1_000, seed=7)
    assert len(cycle_min) == 1_000
    assert fmean(cycle_min) == pytest.approx(expected_cycle_min(1_000), abs=9)


@pytest.mark.parametrize("dossiers", [50, 4_000, 130_000])
def test_the_loop_in_c_keeps_the_journal_of_the_engine(dossiers: int) -> None:
    """Times of all visits are those of the engine, with nearly idle stations and with full ones."""
    if network_c.compiler() is None:
        pytest.skip("there is no C compiler")
    settings = (f"channels.arrivals.volume={dossiers}",)
    plan = Model.of(scenario_of(Job("c", scenario=NETWORK, settings=settings))).plan
    demand = sample_demand(plan.demand, 3, 0)
    attendance = sample_attendance(plan.service, 3, 0)
    journal = get_engine("compiled")(plan.service, demand, attendance)
    ours = journal.ready_s, journal.started_s, journal.ended_s
    for of_c, own in zip(network_c.prepare(plan.service, demand)(), ours, strict=True):
        np.testing.assert_array_equal(of_c, own)


def test_without_a_compiler_the_page_says_that_c_did_not_run(
    monkeypatch: pytest.MonkeyPatch, quick: dict[str, Any]
) -> None:
    """Who is absent is missing from the table, and a sentence gives the reason."""
    taken = quick["benchmarks"]["network"]["runs"]
    monkeypatch.setattr("benchmarks.suite.compiler", lambda: None)
    monkeypatch.setattr("benchmarks.suite.find_spec", lambda package: package == "simpy")
    monkeypatch.setattr("benchmarks.suite.alternate", lambda jobs, _: {n: taken[n] for n in jobs})
    found = network(FULL.__class__(**{**vars(FULL), "network": 1_000}), ["simpy"])
    assert found["runs"].keys() == {PLAIN, "simpy"}
    text = page(quick | {"benchmarks": {"network": found}})
    assert f"**{C}** did not run: there is no C compiler" in text
    assert "**Ciw** did not run: Ciw is not installed" in text


def test_another_network_is_noticed() -> None:
    """Another mean time in the system, or other times for the same dossiers, is no result."""
    run = {"cycle_min": expected_cycle_min(), "times_crc32": 1.0}
    check_agreement({C: [run], "compiled": [run], PLAIN: [run]}, {C, "compiled"}, 111_333)
    with pytest.raises(Disagreement, match="not the same times"):
        check_agreement({C: [run], "compiled": [run | {"times_crc32": 2.0}]}, {C, "compiled"}, 9)
    with pytest.raises(Disagreement, match="Ciw: 95"):
        check_agreement({"Ciw": [run | {"cycle_min": 95.0}]}, {C}, 111_333)


def test_provinces_are_bounded_and_add_up_to_the_nation() -> None:
    """63 provinces of at most 1.2 million dossiers, falling evenly, have 30 million together."""
    assert len(nation.PROVINCES) == 63
    assert nation.PROVINCES[0] == max(nation.PROVINCES) == 1_200_000
    assert sum(nation.PROVINCES) == pytest.approx(30_000_000, abs=63)
    shares = np.divide(nation.PROVINCES[1:], nation.PROVINCES[:-1])
    assert np.ptp(shares) < 1e-4


def test_a_part_of_the_nation_reaches_from_the_largest_to_the_smallest() -> None:
    """``--provinces`` takes the largest, the smallest and what lies evenly between them."""
    provinces = tuple(range(63, 0, -1))
    assert command.spread_over(provinces, 3) == (63, 32, 1)
    assert command.spread_over(provinces, 1) == (63,)


def test_a_full_run_is_judged_by_the_targets(quick: dict[str, Any]) -> None:
    """A figure beyond its limit is a target missed, and the page says so."""
    findings = quick["benchmarks"]
    centre = {"figures": {"simpy": {"to_plain": 3.9, "peak_mib": 1025.0}}}
    targets = verdicts({"centre": centre})
    assert {target["figure"]: target["met"] for target in targets} == {
        "to_plain": True,
        "peak_mib": False,
    }
    assert "**not met**" in page(quick | {"targets": targets})
    judged = {(t["benchmark"], t["subject"]) for t in verdicts(findings)}
    assert ("network", "compiled") in judged


def test_what_runs_on_request_stays_on_the_page(quick: dict[str, Any]) -> None:
    """The nation is written where it stands, and another run leaves it there."""
    assert "nation" in ON_REQUEST
    without = page(quick)
    assert "Measured on" not in without
    nation_alone = quick | {"benchmarks": {"nation": NATION}, "date": "2030-01-01"}
    measured = refreshed(without, nation_alone)
    assert "Measured on 2030-01-01" in measured
    assert page(quick, measured) == measured


@pytest.mark.parametrize(
    ("arguments", "complete"),
    [
        ([], True),
        (["--rounds", "1"], True),
        (["--only", "nation"], True),
        (["--only", "exports"], True),
        (["--only", "network"], False),
        (["--only", "nation", "--provinces", "2"], False),
        (["--quick"], False),
        (["--engine", "simpy"], False),
    ],
)
def test_only_a_complete_run_is_written_down(arguments: list[str], *, complete: bool) -> None:
    """docs/benchmarks.md changes when everything ran, or in full what runs only on request."""
    assert command.is_complete(command.parser().parse_args(arguments)) == complete


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
        "## Two workers",
        "## Start",
        "## A planner's questions",
        "## Exports",
        "## A national year",
    ]
    for name in BENCHMARKS:
        assert f"python -m benchmarks --only {name}" in text

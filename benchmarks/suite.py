"""The benchmarks: who runs against whom, and the figures that come of it."""

from __future__ import annotations

import compileall
import math
import sys
from dataclasses import dataclass
from statistics import linear_regression
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from benchmarks.rounds import ROOT, Job, Run, alternate, elapsed_s, middle, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Figures: TypeAlias = dict[str, dict[str, float]]
    Findings: TypeAlias = dict[str, Any]

CENTRE: Final = "thanh-hoa-2021"
NETWORK: Final = "benchmarks/network.yaml"
PLAIN: Final = "plain SimPy"
PEERS: Final = {PLAIN: "network"}
"""Models of the network by other means: module of this package, by the name in the tables."""
RUN: Final = ("sampling_s", "engine_s", "measuring_s")
"""What a whole run of ours consists of."""
FIRST_RUN: Final = ("first_sampling_s", "engine_s", "measuring_s")
"""The same where it is the only one of its process."""


@dataclass(frozen=True)
class Scale:
    """How much is run.

    Attributes:
        rounds: Runs of each contestant; for growth half as many, for starts three times as many.
        centre: Dossiers of the centre; 0: as the scenario says.
        sizes: Dossiers, for growth.
        network: Dossiers of the network.
    """

    rounds: int
    centre: int
    sizes: tuple[int, ...]
    network: int


FULL: Final = Scale(3, 0, (10_000, 30_000, 100_000, 300_000), 111_333)
QUICK: Final = Scale(1, 500, (300, 1_200), 1_000)


def centre(scale: Scale, engines: Sequence[str]) -> Findings:
    """One replication of a provincial centre, against a plain SimPy model of it."""
    jobs = {PLAIN: Job("plain", scenario=CENTRE, dossiers=scale.centre)}
    for engine in engines:
        jobs[engine] = Job("motcua", engine, CENTRE, dossiers=scale.centre)
    runs = alternate(jobs, scale.rounds)
    figures = {}
    for engine in engines:
        own = runs[engine]
        figures[engine] = {
            **compared(own, runs[PLAIN], ("engine_s",)),
            "share_outside_engine": 1 - middle(own, "engine_s") / middle(own, *FIRST_RUN),
            "run_to_engine": middle(own, *RUN) / middle(own, "engine_s"),
            "peak_mib": max(run["peak_mib"] for run in own),
        }
    return {"runs": runs, "figures": figures}


def growth(scale: Scale, engines: Sequence[str]) -> Findings:
    """The same centre with more dossiers and as many more people."""
    jobs = {
        f"{engine}, {size:,} a year": Job("motcua", engine, CENTRE, dossiers=size)
        for engine in engines
        for size in scale.sizes
    }
    runs = alternate(jobs, max(1, scale.rounds // 2))
    figures = {}
    for engine in engines:
        own = [runs[name] for name, job in jobs.items() if job.engine == engine]
        figures[engine] = {
            "exponent_engine": exponent(own, "engine_s"),
            "exponent_run": exponent(own, *RUN),
            "exponent_run_at_last": exponent(own[-2:], *RUN),
        }
    return {"runs": runs, "figures": figures}


def network(scale: Scale, engines: Sequence[str]) -> Findings:
    """A plain network of eleven stations, against other simulators."""
    volume = f"channels.arrivals.volume={scale.network}"
    jobs = {name: Job(module, dossiers=scale.network) for name, module in PEERS.items()}
    for engine in engines:
        jobs[engine] = Job("motcua", engine, NETWORK, (volume,))
    runs = alternate(jobs, scale.rounds)
    figures = {}
    for engine in engines:
        figures[engine] = {
            figure if peer == PLAIN else f"{figure} ({peer})": value
            for peer in PEERS
            for figure, value in compared(
                runs[engine], runs[peer], ("sampling_s", "engine_s")
            ).items()
        }
    return {"runs": runs, "figures": figures}


def start(scale: Scale, _engines: Sequence[str]) -> Findings:
    """How soon the command answers, against the import of pandas alone."""
    compileall.compile_dir(str(ROOT / "simulation"), quiet=1)
    commands = {
        "motcua --help": ["-c", "from simulation.cli import main; main()", "--help"],
        "import pandas": ["-c", "import pandas"],
    }
    runs = elapsed_s(
        {name: [sys.executable, *command] for name, command in commands.items()}, 3 * scale.rounds
    )
    names = ("elapsed_s",)
    found = ratio(runs["motcua --help"], runs["import pandas"], names, names)
    return {
        "runs": runs,
        "figures": {"motcua --help": {f"to_pandas{tail(key)}": v for key, v in found.items()}},
    }


BENCHMARKS: Final[Mapping[str, Callable[[Scale, Sequence[str]], Findings]]] = {
    "centre": centre,
    "growth": growth,
    "network": network,
    "start": start,
}


def compared(own: Sequence[Run], plain: Sequence[Run], names: Sequence[str]) -> dict[str, float]:
    """Our time in units of another model's, and the reverse, with the extremes of the rounds."""
    slower = ratio(own, plain, names, ("engine_s",))
    faster = ratio(plain, own, ("engine_s",), names)
    return {
        **{f"to_plain{tail(key)}": value for key, value in slower.items()},
        **{f"times_as_fast{tail(key)}": value for key, value in faster.items()},
    }


def tail(key: str) -> str:
    """How the name of a figure goes on that is a ratio or an extreme of it."""
    return "" if key == "ratio" else f"_{key}"


def exponent(sizes: Sequence[Sequence[Run]], *names: str) -> float:
    """Slope of the logarithm of a time over that of the number of dossiers, by least squares."""
    dossiers = [math.log(middle(runs, "dossiers")) for runs in sizes]
    return linear_regression(dossiers, [math.log(middle(runs, *names)) for runs in sizes]).slope


@dataclass(frozen=True)
class Target:
    """What a figure should be.

    Attributes:
        benchmark, subject, figure: Where it stands in the findings.
        text: What it says.
        limit: Its bound; ``at_most``: which one.
    """

    benchmark: str
    subject: str
    figure: str
    text: str
    limit: float
    at_most: bool = True

    def met_by(self, value: float) -> bool:
        """Whether a value keeps to it."""
        return value <= self.limit if self.at_most else value >= self.limit


TARGETS: Final = (
    Target("centre", "simpy", "to_plain", "engine, in units of the plain SimPy model", 4),
    Target(
        "centre", "simpy", "share_outside_engine", "share of a single run outside the engine", 0.15
    ),
    Target("centre", "simpy", "peak_mib", "peak memory of a run, MiB", 1024),
    Target("growth", "simpy", "exponent_run", "growth exponent of a run", 1.1),
    Target(
        "centre",
        "compiled",
        "times_as_fast",
        "engine, times as fast as plain SimPy",
        40,
        at_most=False,
    ),
    Target("centre", "compiled", "run_to_engine", "whole run, in units of the engine", 3.5),
    Target("growth", "compiled", "exponent_run", "growth exponent of a run", 1.1),
    Target(
        "network",
        "compiled",
        "times_as_fast",
        "run, times as fast as plain SimPy",
        40,
        at_most=False,
    ),
    Target("start", "motcua --help", "to_pandas", "start, in units of `import pandas`", 0.6),
)


def verdicts(findings: Mapping[str, Findings]) -> list[dict[str, Any]]:
    """Each target of which the figure has been measured, with its value."""
    found = []
    for target in TARGETS:
        figures: Figures = findings.get(target.benchmark, {}).get("figures", {})
        if target.subject in figures:
            value = figures[target.subject][target.figure]
            found.append({**vars(target), "value": value, "met": target.met_by(value)})
    return found

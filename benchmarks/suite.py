"""The benchmarks: who runs against whom, and the figures that come of it."""

from __future__ import annotations

import compileall
import math
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from benchmarks import exports, nation, studies
from benchmarks.figures import compared, exponent, memory, named
from benchmarks.network import DOSSIERS, expected_cycle_min
from benchmarks.network_c import COMPILERS, compiler
from benchmarks.rounds import ROOT, Job, Run, alternate, elapsed_s, middle, ratio
from simulation.execution import available_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.figures import Findings

CENTRE: Final = "thanh-hoa-2021"
NETWORK: Final = "benchmarks/network.yaml"
PLAIN: Final = "plain SimPy"
PEERS: Final = {PLAIN: "simpy", "Ciw": "ciw", "salabim": "salabim"}
"""Simulators that have the network too: their packages, by the name in the tables."""
C: Final = "C"
"""The event loop of ``network.c``."""
TOLERANCE: Final = 0.03
"""So near the mean time in the system has to be to queueing theory, for the full workload.

Over seeds it has a standard deviation of 0.65 %: one run in 200,000 is refused without reason.
"""
HELP: Final = "motcua --help"
FIRST_REPLICATION: Final = "motcua run, until its first replication begins"
FAST: Final = "compiled"
"""The engine for what would take the other one too long."""
MEASURED: Final = ("sampling_s", "engine_s", "measuring_s")
"""What the numbers of a run need."""
RUN: Final = ("sampling_s", "engine_s", "checking_s", "measuring_s")
"""What a whole run of ours consists of."""
FIRST_RUN: Final = ("tables_s", *RUN)
"""The same where it is the only one of its process."""


class Disagreement(Exception):  # noqa: N818 - it is a finding
    """Contestants that should do the same do not."""


@dataclass(frozen=True)
class Scale:
    """How much is run.

    Attributes:
        rounds: Runs of each contestant; for growth half as many, for starts three times as many.
        centre: Dossiers of the centre; 0: as the scenario says.
        sizes: Dossiers, for growth. large: More of them, for the fast engine only.
        network: Dossiers of the network.
        replications: Of the centre, for workers: some, and more.
        provinces: Dossiers of each, for the nation.
        inquiry: What planners ask.
    """

    rounds: int
    centre: int
    sizes: tuple[int, ...]
    large: tuple[int, ...]
    network: int
    replications: tuple[int, int]
    provinces: tuple[int, ...]
    inquiry: studies.Inquiry


FULL: Final = Scale(
    rounds=3,
    centre=0,
    sizes=(10_000, 30_000, 100_000, 300_000),
    large=(1_000_000, 3_000_000),
    network=DOSSIERS,
    replications=(20, 40),
    provinces=nation.PROVINCES,
    inquiry=studies.FULL,
)
QUICK: Final = Scale(
    rounds=1,
    centre=500,
    sizes=(300, 1_200),
    large=(),
    network=1_000,
    replications=(2, 8),
    provinces=(400, 300),
    inquiry=studies.QUICK,
)


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
            "measured_to_engine": middle(own, *MEASURED) / middle(own, "engine_s"),
            "run_to_engine": middle(own, *RUN) / middle(own, "engine_s"),
            "peak_mib": max(run["peak_mib"] for run in own),
        }
    return {"runs": runs, "figures": figures}


def growth(scale: Scale, engines: Sequence[str]) -> Findings:
    """The same centre with more dossiers and as many more people."""
    jobs = {
        f"{engine}, {size:,} a year": Job("motcua", engine, CENTRE, dossiers=size)
        for engine in engines
        for size in scale.sizes + (scale.large if engine == FAST else ())
    }
    runs = alternate(jobs, max(1, scale.rounds // 2))
    figures = {}
    for engine in engines:
        own = [runs[name] for name, job in jobs.items() if job.engine == engine]
        figures[engine] = {
            "exponent_engine": exponent(own, "engine_s"),
            "exponent_run": exponent(own, *RUN),
            "exponent_run_at_last": exponent(own[-2:], *RUN),
            **memory(own),
        }
    return {"runs": runs, "figures": figures}


def network(scale: Scale, engines: Sequence[str]) -> Findings:
    """A plain network of eleven stations, against other simulators and a loop in C.

    Raises:
        Disagreement: They do not simulate the same network.
    """
    settings = (f"channels.arrivals.volume={scale.network}",)
    peers = [peer for peer, package in PEERS.items() if find_spec(package)]
    absent = {peer: f"{peer} is not installed" for peer in PEERS if peer not in peers}
    jobs = {peer: Job(f"network_{PEERS[peer]}", dossiers=scale.network) for peer in peers}
    if compiler():
        jobs[C] = Job("c", FAST if FAST in engines else "", NETWORK, settings)
    else:
        absent[C] = f"there is no C compiler (none of {', '.join(COMPILERS)})"
    for engine in engines:
        jobs[engine] = Job("motcua", engine, NETWORK, settings)
    runs = alternate(jobs, scale.rounds)
    check_agreement(runs, {C, *engines}, scale.network)
    figures = {}
    for engine in engines:
        own = runs[engine]
        figures[engine] = {
            figure if peer == PLAIN else f"{figure} ({peer})": value
            for peer in peers
            for figure, value in compared(own, runs[peer], ("sampling_s", "engine_s")).items()
        }
        if C in runs:
            beside = (runs[C], "beside_s") if engine == FAST else (own, "engine_s")
            found = ratio(beside[0], runs[C], (beside[1],), ("engine_s",))
            figures[engine] |= named("to_c", found)
    return {"runs": runs, "figures": figures, "absent": absent}


def check_agreement(runs: Mapping[str, Sequence[Run]], same: set[str], dossiers: int) -> None:
    """See whether all simulated the same network.

    Args:
        runs: What they took, by contestant, in each round.
        same: Contestants that are given the same dossiers, and so have to agree to the second.
        dossiers: How many there are.

    Raises:
        Disagreement: They do not, or a mean time in the system is too far from queueing theory.
    """
    alike = [own for name, own in runs.items() if name in same]
    for each in zip(*alike, strict=True):
        if len({run["times_crc32"] for run in each}) != 1:
            raise Disagreement(f"{', '.join(sorted(same & runs.keys()))}: not the same times")
    expected, most = expected_cycle_min(dossiers), TOLERANCE * math.sqrt(DOSSIERS / dossiers)
    for name, own in runs.items():
        for run in own:
            if not abs(run["cycle_min"] / expected - 1) <= most:
                raise Disagreement(
                    f"{name}: {run['cycle_min']:.4g} min in the system on average, and queueing "
                    f"theory says {expected:.4g}"
                )


def workers(scale: Scale, engines: Sequence[str]) -> Findings:
    """Replications of the centre by the command line, by two workers against one."""
    if FAST not in engines or available_cores() < 2:  # noqa: PLR2004 - two workers
        why = f"it needs two cores and the engine `{FAST}`"
        return {"runs": {}, "figures": {}, "absent": {"two workers": why}}
    some, more = scale.replications
    of = {of_workers(w, number): (w, number) for number in (some, more) for w in (1, 2)}
    volume = f"workload={scale.centre / DOSSIERS}"
    with tempfile.TemporaryDirectory() as directory:
        command = [
            sys.executable, "-m", "simulation", "run", CENTRE, "--engine", FAST, "--force",
            "--out", directory, *(("--set", volume) if scale.centre else ()),
        ]  # fmt: skip
        jobs = {
            name: [*command, "--workers", str(w), "--replications", str(number)]
            for name, (w, number) in of.items()
        }
        runs = elapsed_s(jobs, scale.rounds)
    one, two, more_one, more_two = runs.values()
    elapsed = ("elapsed_s",)
    fewer = ratio(one, two, elapsed, elapsed)
    more_of_them = ratio(more_one, more_two, elapsed, elapsed)
    further_s = [
        middle(longer, "elapsed_s") - middle(shorter, "elapsed_s")
        for longer, shorter in ((more_one, one), (more_two, two))
    ]
    figures = {
        **named("two_workers_to_one", fewer),
        **named("two_workers_to_one_more", more_of_them),
        "two_workers_running": further_s[0] / further_s[1],
    }
    return {
        "runs": runs,
        "figures": {FAST: figures},
        "absent": {},
        "replications": {name: number for name, (_, number) in of.items()},
    }


def of_workers(workers: int, replications: int) -> str:
    """Name of the command with so many workers and replications."""
    return f"{workers} worker{'s' if workers > 1 else ''}, {replications} replications"


def start(scale: Scale, _engines: Sequence[str]) -> Findings:
    """How soon the command answers, and begins to simulate, beside the import of pandas."""
    compileall.compile_dir(str(ROOT / "simulation"), quiet=1)
    motcua = "from simulation.cli import program; program()"
    ends_there = "from simulation.experiments import cases; cases._sample = lambda _: os._exit(0)"
    with tempfile.TemporaryDirectory() as directory:
        commands = {
            HELP: ["-c", motcua, "--help"],
            FIRST_REPLICATION: ["-c", f"import os; {ends_there}; {motcua}", "run", CENTRE,
                                "--replications", "1", "--workers", "1", "--out", directory],
            "import pandas": ["-c", "import pandas"],
        }  # fmt: skip
        runs = elapsed_s(
            {name: [sys.executable, *command] for name, command in commands.items()},
            3 * scale.rounds,
        )
    names = ("elapsed_s",)
    figures = {
        name: named("to_pandas", ratio(runs[name], runs["import pandas"], names, names))
        for name in (HELP, FIRST_REPLICATION)
    }
    figures[FIRST_REPLICATION]["elapsed_s"] = middle(runs[FIRST_REPLICATION], "elapsed_s")
    return {"runs": runs, "figures": figures}


def country(scale: Scale, engines: Sequence[str]) -> Findings:
    """A year of all provinces, one after the other."""
    if FAST not in engines:
        return {"runs": {}, "figures": {}}
    return nation.year(CENTRE, scale.provinces, FAST)


def planning(scale: Scale, engines: Sequence[str]) -> Findings:
    """What a planner's questions cost, in units of a plain run."""
    if FAST not in engines:
        return {"runs": {}, "figures": {}}
    return studies.ask(scale.inquiry, max(1, scale.rounds // 2), FAST)


def exported(scale: Scale, engines: Sequence[str]) -> Findings:
    """A stored year in the formats of other programs, against what writes the same cells bare."""
    if FAST not in engines:
        return {"runs": {}, "figures": {}}
    share = scale.centre / DOSSIERS if scale.centre else 1.0
    return exports.exports(CENTRE, FAST, share, scale.rounds)


BENCHMARKS: Final[Mapping[str, Callable[[Scale, Sequence[str]], Findings]]] = {
    "centre": centre,
    "growth": growth,
    "network": network,
    "workers": workers,
    "start": start,
    "planning": planning,
    "exports": exported,
    "nation": country,
}
ON_REQUEST: Final = frozenset({"exports", "nation", "planning"})
"""Those that take so long that they run only when they are named."""

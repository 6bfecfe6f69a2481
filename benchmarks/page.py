"""The findings as a page of Markdown."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

from benchmarks.network import expected_cycle_min
from benchmarks.rounds import Run, middle
from benchmarks.suite import BENCHMARKS, PEERS, PLAIN, RUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.suite import Findings

COMMAND: Final = "python -m benchmarks"
COUNTS: Final = ("dossiers", "visits", "services")
PACKAGES: Final = ("simpy", "numpy", "scipy", "pandas", "numba")
TEMPLATE: Final = Path(__file__).with_name("page.md")


def environment() -> dict[str, str]:
    """What the figures depend on besides the code; nothing by which a machine can be told."""
    found = {
        "Processor": f"{processor()}, {os.cpu_count()} cores",
        "System": f"{platform.system()}, {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def processor() -> str:
    """The name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def page(results: Mapping[str, Any]) -> str:
    """The page."""
    findings: Mapping[str, Findings] = results["benchmarks"]
    tables = {"centre": centre, "growth": growth, "network": network, "start": start}
    parts = {
        name: table(findings[name]) if name in findings else "Not measured in this run."
        for name, table in tables.items()
    }
    commands = {f"{name}_command": command_for(results, name) for name in BENCHMARKS}
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        parts,
        **commands,
        command=" ".join([COMMAND, *results["options"]]),
        machine=tabulate(("what", "which"), results["environment"].items(), texts=2),
        targets=targets(results),
        expected=number(expected_cycle_min()),
    )


def command_for(results: Mapping[str, Any], name: str) -> str:
    """The command that runs one benchmark like this."""
    return " ".join([COMMAND, f"--only {name}", *results["options"]])


def targets(results: Mapping[str, Any]) -> str:
    """What was aimed at and what was found."""
    if not results["targets"]:
        return "Nothing is judged by a quick run: its workload only shows that everything works."
    return tabulate(
        ("what", "of", "target", "found", "verdict", "measured by"),
        [
            (
                verdict["text"],
                verdict["subject"],
                f"{'≤' if verdict['at_most'] else '≥'} {number(verdict['limit'])}",
                number(verdict["value"]),
                "met" if verdict["met"] else "**not met**",
                f"`{command_for(results, verdict['benchmark'])}`",
            )
            for verdict in results["targets"]
        ],
        texts=6,
    )


def centre(found: Findings) -> str:
    """The plain model and the engines, and what else there is in a run of ours."""
    runs, figures = found["runs"], found["figures"]
    ours = [name for name in runs if name in figures]
    first = tabulate(
        ("", "dossiers", "visits", "services", "engine, s", "engine / plain", "plain / engine",
         "peak, MiB"),
        [
            (
                name,
                *(f"{middle(runs[name], what):,.0f}" for what in COUNTS),
                number(middle(runs[name], "engine_s")),
                spread(figures[name], "to_plain") if name in figures else "1",
                spread(figures[name], "times_as_fast") if name in figures else "1",
                f"{max(run['peak_mib'] for run in runs[name]):,.0f}",
            )
            for name in runs
        ],
    )  # fmt: skip
    second = tabulate(
        ("whole run", "first sampling, s", "sampling, s", "engine, s", "checking and measuring, s",
         "in all, s", "outside the engine", "run / engine"),
        [
            (
                name,
                *(number(middle(runs[name], part)) for part in ("first_sampling_s", *RUN)),
                number(middle(runs[name], *RUN)),
                f"{figures[name]['share_outside_engine']:.1%}",
                number(figures[name]["run_to_engine"]),
            )
            for name in ours
        ],
    )  # fmt: skip
    return f"{first}\n\n{second}"


def growth(found: Findings) -> str:
    """Time and memory by number of dossiers, and the exponents."""
    runs: Mapping[str, Sequence[Run]] = found["runs"]
    sizes = tabulate(
        ("", "dossiers", "rows of visits", "engine, s", "whole run, s", "engine, µs / dossier",
         "peak, MiB", "peak, bytes / row"),
        [
            (
                name,
                f"{middle(own, 'dossiers'):,.0f}",
                f"{middle(own, 'slots'):,.0f}",
                number(middle(own, "engine_s")),
                number(middle(own, *RUN)),
                number(1e6 * middle(own, "engine_s") / middle(own, "dossiers")),
                f"{middle(own, 'peak_mib'):,.0f}",
                f"{2**20 * middle(own, 'peak_mib') / middle(own, 'slots'):,.0f}",
            )
            for name, own in runs.items()
        ],
    )  # fmt: skip
    exponents = tabulate(
        (
            "time grows as dossiers to the power of",
            "engine",
            "whole run",
            "whole run, between the two largest",
        ),
        [
            (engine, *(number(value) for value in own.values()))
            for engine, own in found["figures"].items()
        ],
    )
    return f"{sizes}\n\n{exponents}"


def network(found: Findings) -> str:
    """Other simulators and the engines."""
    runs, figures = found["runs"], found["figures"]
    peers = [peer for peer in PEERS if peer in runs]
    return tabulate(
        ("", "dossiers", "mean time in system, min", "engine, s", "sampling and engine, s",
         "whole run, s", *(f"times as fast as {peer}" for peer in peers)),
        [
            (
                name,
                f"{middle(own, 'dossiers'):,.0f}",
                number(middle(own, "cycle_min")),
                *(
                    (
                        number(middle(own, "engine_s")),
                        number(middle(own, "sampling_s", "engine_s")),
                        number(middle(own, *RUN)),
                        *(spread(figures[name], "times_as_fast", peer) for peer in peers),
                    )
                    if name in figures
                    else (
                        "",
                        number(middle(own, "engine_s")),
                        "",
                        *("1" if peer == name else "" for peer in peers),
                    )
                ),
            )
            for name, own in runs.items()
        ],
    )  # fmt: skip


def start(found: Findings) -> str:
    """The two commands."""
    figures = found["figures"]
    return tabulate(
        ("", "elapsed, s", "ratio"),
        [
            (
                f"`{name}`",
                number(middle(own, "elapsed_s")),
                spread(figures[name], "to_pandas") if name in figures else "1",
            )
            for name, own in found["runs"].items()
        ],
    )


def spread(figures: Mapping[str, float], name: str, peer: str = PLAIN) -> str:
    """A ratio and its extremes."""
    of = "" if peer == PLAIN else f" ({peer})"
    value, low, high = (number(figures[f"{name}{end}{of}"]) for end in ("", "_low", "_high"))
    return f"{value} ({low} – {high})"


def number(value: float) -> str:
    """A number with three significant digits, and no fewer than it has before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004 - more than three digits


def tabulate(heads: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """A table of Markdown; its first columns are texts, the others numbers."""
    rule = ["---"] * texts + ["---:"] * (len(heads) - texts)
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rule, *rows))

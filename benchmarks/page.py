"""The findings as a page of Markdown."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

from benchmarks.exports import BARE, BARE_NAMES, OURS
from benchmarks.figures import MIB
from benchmarks.nation import PROVINCES
from benchmarks.network import expected_cycle_min
from benchmarks.network_c import compiler
from benchmarks.rounds import Run, middle
from benchmarks.suite import BENCHMARKS, ON_REQUEST, PEERS, PLAIN, RUN, TOLERANCE, C

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.figures import Findings

COMMAND: Final = "python -m benchmarks"
NOT_MEASURED: Final = "Not measured in this run."
COUNTS: Final = ("dossiers", "visits", "services")
PACKAGES: Final = (
    "simpy",
    "ciw",
    "salabim",
    "numpy",
    "scipy",
    "pandas",
    "numba",
    "pyarrow",
    "xlsxwriter",
)
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
    found["C compiler"] = compiler_version()
    return found


def compiler_version() -> str:
    """What the C compiler says of itself."""
    found = compiler()
    if found is None:
        return "none"
    answer = subprocess.run([found, "--version"], stdout=subprocess.PIPE, check=True, text=True)
    return answer.stdout.partition("\n")[0]


def processor() -> str:
    """The name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def page(results: Mapping[str, Any], before: str = "") -> str:
    """The page.

    Args:
        results: What ``python -m benchmarks`` has found.
        before: The page so far; what runs only on request is taken from there if it did not run.
    """
    findings: Mapping[str, Findings] = results["benchmarks"]
    parts = {
        name: on_request(name, results, before)
        if name in ON_REQUEST
        else table(findings[name])
        if name in findings
        else NOT_MEASURED
        for name, table in TABLES.items()
    }
    commands = {f"{name}_command": command_for(results, name) for name in BENCHMARKS}
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        parts,
        **commands,
        command=" ".join([COMMAND, *results["options"]]),
        machine=tabulate(("what", "which"), results["environment"].items(), texts=2),
        targets=targets(results),
        expected=number(expected_cycle_min()),
        tolerance=f"{TOLERANCE:.0%}",
        provinces=f"{len(PROVINCES)}",
        largest=f"{max(PROVINCES):,}",
        smallest=f"{min(PROVINCES):,}",
        nation_total=f"{sum(PROVINCES) / 1e6:,.0f} million",
    )


def refreshed(before: str, results: Mapping[str, Any]) -> str:
    """The page so far, with what has been measured of what runs only on request."""
    for name in sorted(ON_REQUEST & results["benchmarks"].keys()):
        text = on_request(name, results)
        begin, end = re.split(marked(name, ".*"), before, flags=re.DOTALL)
        before = begin + text + end
    return before


def on_request(name: str, results: Mapping[str, Any], before: str = "") -> str:
    """The part of the page for what runs only on request: as measured now, or as it stands."""
    if name not in results["benchmarks"]:
        kept = re.search(marked(name, "(.*)"), before, re.DOTALL)
        return marked(name, NOT_MEASURED) if kept is None else kept[0]
    machine = "; ".join(f"{what}: {which}" for what, which in results["environment"].items())
    said = f"Measured on {results['date']} by `{command_for(results, name)}`. {machine}."
    judged = {**results, "targets": [v for v in results["targets"] if v["benchmark"] == name]}
    parts = [said, TABLES[name](results["benchmarks"][name]), targets(judged)]
    return marked(name, "\n\n".join(parts))


def marked(name: str, text: str) -> str:
    """A part of the page between marks, by which it is found again."""
    return f"<!-- {name} -->\n{text}\n<!-- end of {name} -->"


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
        ("whole run", "tables, s", "sampling, s", "engine, s", "checking, s", "measuring, s",
         "in all, s", "outside the engine", "without checking / engine", "in all / engine"),
        [
            (
                name,
                *(number(middle(runs[name], part)) for part in ("tables_s", *RUN)),
                number(middle(runs[name], *RUN)),
                f"{figures[name]['share_outside_engine']:.1%}",
                number(figures[name]["measured_to_engine"]),
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
                f"{MIB * middle(own, 'peak_mib') / middle(own, 'slots'):,.0f}",
            )
            for name, own in runs.items()
        ],
    )  # fmt: skip
    exponents = tabulate(
        ("time grows as dossiers to the power of", "engine", "whole run",
         "whole run, between the two largest"),
        [
            (engine, *(number(own[f"exponent_{of}"]) for of in ("engine", "run", "run_at_last")))
            for engine, own in found["figures"].items()
        ],
    )  # fmt: skip
    memory = tabulate(
        ("peak memory grows by", "bytes / row", "from, MB", "at most beyond 300 MB, bytes / row"),
        [
            (
                engine,
                number(own["bytes_a_visit"]),
                number(own["fixed_mb"]),
                number(own["bytes_a_visit_beyond_300_mb"]),
            )
            for engine, own in found["figures"].items()
        ],
    )
    return f"{sizes}\n\n{exponents}\n\n{memory}"


def network(found: Findings) -> str:
    """Other simulators, the loop in C and the engines."""
    runs, figures = found["runs"], found["figures"]
    peers = [peer for peer in PEERS if peer in runs]
    times = tabulate(
        ("", "dossiers", "mean time in system, min", "engine, s", "sampling and engine, s",
         "whole run, s", "dossiers / s"),
        [
            (
                name,
                f"{middle(own, 'dossiers'):,.0f}",
                number(middle(own, "cycle_min")),
                *network_times(own, alone=name == C, ours=name in figures),
            )
            for name, own in runs.items()
        ],
    )  # fmt: skip
    ratios = tabulate(
        ("", *(f"times as fast as {peer}" for peer in peers), *([f"engine / {C}"] * (C in runs))),
        [
            (
                engine,
                *(spread(own, "times_as_fast", peer) for peer in peers),
                *([spread(own, "to_c")] if C in runs else []),
            )
            for engine, own in figures.items()
        ],
    )
    return f"{times}\n\n{ratios}{absent(found)}"


def network_times(own: Sequence[Run], *, alone: bool, ours: bool) -> tuple[str, ...]:
    """Times of a contestant, ``alone`` without sampling, by what they include; and its rate."""
    engine_s = middle(own, "engine_s")
    with_sampling_s = middle(own, "sampling_s", "engine_s") if ours else engine_s
    return (
        number(engine_s) if alone or ours else "",
        "" if alone else number(with_sampling_s),
        number(middle(own, *RUN)) if ours else "",
        f"{middle(own, 'dossiers') / with_sampling_s:,.0f}",
    )


def absent(found: Findings) -> str:
    """Who did not take part, and why."""
    return "".join(f"\n\n**{name}** did not run: {why}." for name, why in found["absent"].items())


def workers(found: Findings) -> str:
    """One worker and two."""
    if not found["runs"]:
        return absent(found).strip()
    figures = next(iter(found["figures"].values()))
    names = ("two_workers_to_one", "two_workers_to_one_more")
    ratios = [text for name in names for text in ("1", spread(figures, name))]
    table = tabulate(
        ("", "elapsed, s", "replications / s", "ratio"),
        [
            (
                name,
                number(middle(own, "elapsed_s")),
                number(found["replications"][name] / middle(own, "elapsed_s")),
                shown,
            )
            for (name, own), shown in zip(found["runs"].items(), ratios, strict=True)
        ],
    )
    return (
        f"{table}\n\nThe ratio is that of the whole command, its start included. What the further "
        "replications take alone, the difference between more of them and fewer, two workers do "
        f"{number(figures['two_workers_running'])} times as fast as one."
    )


def nation(found: Findings) -> str:
    """The sum over all provinces, and the largest need of memory."""
    return tabulate(
        ("", "provinces", "dossiers a year", "dossiers", "rows of visits", "sampling, s",
         "engine, s", "checking, s", "measuring, s", "elapsed, s", "peak, MiB"),
        [
            (
                engine,
                *(
                    f"{own[what]:,.0f}"
                    for what in ("provinces", "dossiers_a_year", "dossiers", "slots")
                ),
                *(number(own[what]) for what in (*RUN, "elapsed_s")),
                f"{own['peak_mib']:,.0f}",
            )
            for engine, own in found["figures"].items()
        ],
    )  # fmt: skip


def start(found: Findings) -> str:
    """The commands."""
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


def planning(found: Findings) -> str:
    """Each question and the plain run of its scenario."""
    return tabulate(
        ("", "scenario", "elapsed, s", "in plain runs"),
        [
            (
                name,
                f"`{found['scenarios'][name]}`",
                number(middle(own, "elapsed_s")),
                spread(found["figures"][name], "to_run") if name in found["figures"] else "1",
            )
            for name, own in found["runs"].items()
        ],
        texts=2,
    )


def exports(found: Findings) -> str:
    """Each format beside the bare library, and the memory that it takes."""
    runs, figures = found["runs"], found["figures"]
    return tabulate(
        ("", "beside", "export, s", "bare, s", "export / bare", "size, MiB", "peak, MiB"),
        [
            (
                to,
                BARE_NAMES[to],
                number(middle(runs[f"{to}, {OURS}"], "export_s")),
                number(middle(runs[f"{to}, {BARE}"], "export_s")),
                spread(own, "to_bare"),
                number(middle(runs[f"{to}, {OURS}"], "size_mib")),
                f"{own['peak_mib']:,.0f}",
            )
            for to, own in figures.items()
        ],
        texts=2,
    )


TABLES: Final = {
    "centre": centre,
    "growth": growth,
    "network": network,
    "workers": workers,
    "start": start,
    "planning": planning,
    "exports": exports,
    "nation": nation,
}


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

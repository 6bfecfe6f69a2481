"""What was aimed at, and whether it was reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from benchmarks import studies
from benchmarks.suite import FIRST_REPLICATION, HELP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.figures import Figures, Findings


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


def at_most(benchmark: str, subject: str, figure: str, limit: float, text: str) -> Target:
    """A target with an upper bound."""
    return Target(benchmark, subject, figure, text, limit)


def at_least(benchmark: str, subject: str, figure: str, limit: float, text: str) -> Target:
    """A target with a lower bound."""
    return Target(benchmark, subject, figure, text, limit, at_most=False)


TARGETS: Final = (
    at_most("centre", "simpy", "to_plain", 4, "engine, in units of the plain SimPy model"),
    at_most(
        "centre", "simpy", "share_outside_engine", 0.15, "share of a single run outside the engine"
    ),
    at_most("centre", "simpy", "peak_mib", 1024, "peak memory of a run, MiB"),
    at_most("growth", "simpy", "exponent_run", 1.1, "growth exponent of a run"),
    at_least("centre", "compiled", "times_as_fast", 40, "engine, times as fast as plain SimPy"),
    at_most(
        "centre",
        "compiled",
        "measured_to_engine",
        3.5,
        "sampling, engine and measures, in units of the engine",
    ),
    *(
        at_least("network", "compiled", figure, limit, f"with sampling, times as fast as {by}")
        for figure, limit, by in (
            ("times_as_fast", 40, "plain SimPy"),
            ("times_as_fast (Ciw)", 150, "Ciw"),
            ("times_as_fast (salabim)", 350, "salabim"),
        )
    ),
    at_most("network", "compiled", "to_c", 2.5, "engine, in units of the C event loop"),
    at_most("growth", "compiled", "exponent_run", 1.1, "growth exponent of a run"),
    at_most(
        "growth",
        "compiled",
        "bytes_a_visit_beyond_300_mb",
        250,
        "peak memory beyond 300 MB, bytes a visit",
    ),
    at_least(
        "workers",
        "compiled",
        "two_workers_to_one",
        1.7,
        "throughput of two workers, in units of one",
    ),
    at_most("exports", "csv", "to_bare", 1.5, "CSV, in units of pandas writing the same cells"),
    at_most("exports", "parquet", "to_bare", 1.5, "Parquet, in units of pyarrow writing the same"),
    at_most("exports", "xlsx", "to_bare", 1.5, "workbook, in units of XlsxWriter writing the same"),
    at_most("exports", "xes", "to_bare", 2, "XES, in units of a loop writing the same text"),
    at_most("nation", "compiled", "peak_mib", 3072, "peak memory of the largest province, MiB"),
    at_most("planning", studies.STAFF, "to_run", 200, "smallest staff, in units of a run of 10"),
    at_most("start", HELP, "to_pandas", 0.6, "start, in units of `import pandas`"),
    at_most(
        "start",
        FIRST_REPLICATION,
        "elapsed_s",
        1.5,
        "a second process, until its first replication begins, s",
    ),
)


def verdicts(findings: Mapping[str, Findings]) -> list[dict[str, Any]]:
    """Each target of which the figure has been measured, with its value."""
    found = []
    for target in TARGETS:
        figures: Figures = findings.get(target.benchmark, {}).get("figures", {})
        value = figures.get(target.subject, {}).get(target.figure)
        if value is not None:
            found.append({**vars(target), "value": value, "met": target.met_by(value)})
    return found

"""The command ``python -m benchmarks``; ``--help`` lists what it takes."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.page import environment, page
from benchmarks.rounds import ROOT
from benchmarks.suite import BENCHMARKS, FULL, QUICK, verdicts
from simulation.engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> None:
    """Run what is asked for, print it, and write the page if it is complete."""
    asked = parser().parse_args(arguments)
    names, engines = asked.only or list(BENCHMARKS), asked.engine or sorted(ENGINES)
    scale = QUICK if asked.quick else replace(FULL, rounds=asked.rounds)
    findings = {name: BENCHMARKS[name](scale, engines) for name in names}
    results: dict[str, Any] = {
        "options": options(asked),
        "environment": environment(),
        "benchmarks": findings,
        "targets": [] if asked.quick else verdicts(findings),
    }
    text = page(results)
    print(json.dumps(results, indent=2) if asked.json else text)
    docs = asked.docs
    if docs is None and not (asked.quick or asked.only or asked.engine):
        docs = ROOT / "docs" / "benchmarks.md"
    if docs is not None:
        docs.write_text(text, encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    found = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Compare speed and memory side by side; a full run writes docs/benchmarks.md.",
    )
    found.add_argument("--json", action="store_true", help="print everything as one JSON object")
    found.add_argument(
        "--only", action="append", choices=BENCHMARKS, metavar="NAME",
        help=f"run this one: {', '.join(BENCHMARKS)} (may be repeated)",
    )  # fmt: skip
    found.add_argument(
        "--engine", action="append", choices=sorted(ENGINES), metavar="NAME",
        help=f"of the engines, only this one: {', '.join(sorted(ENGINES))} (may be repeated)",
    )  # fmt: skip
    size = found.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a tiny workload, to see that it runs")
    size.add_argument(
        "--rounds", type=int, default=FULL.rounds, metavar="N",
        help=f"runs of each contestant; {FULL.rounds} where left out",
    )  # fmt: skip
    found.add_argument("--docs", type=Path, metavar="FILE", help="write the page there")
    return found


def options(asked: argparse.Namespace) -> list[str]:
    """The options that the figures depend on."""
    found = [f"--engine {name}" for name in asked.engine or []]
    found += ["--quick"] if asked.quick else []
    found += [f"--rounds {asked.rounds}"] if asked.rounds != FULL.rounds else []
    return found


if __name__ == "__main__":
    main(sys.argv[1:])

"""The command ``python -m benchmarks``; ``--help`` lists what it takes."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.page import environment, page, refreshed
from benchmarks.rounds import ROOT
from benchmarks.suite import BENCHMARKS, FULL, ON_REQUEST, QUICK, Scale
from benchmarks.verdicts import verdicts
from simulation.engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE: Final = ROOT / "docs" / "benchmarks.md"


def main(arguments: Sequence[str]) -> None:
    """Run what is asked for, print it, and write the page if it is complete."""
    asked = parser().parse_args(arguments)
    findings = {name: BENCHMARKS[name](scale(asked), engines(asked)) for name in names(asked)}
    results: dict[str, Any] = {
        "options": options(asked),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "environment": environment(),
        "benchmarks": findings,
        "targets": [] if asked.quick else verdicts(findings),
    }
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    text = page(results, before)
    print(json.dumps(results, indent=2) if asked.json else text)
    if asked.docs is not None:
        asked.docs.write_text(text, encoding="utf-8")
    elif is_complete(asked):
        PAGE.write_text(text if asked.only is None else refreshed(before, results), "utf-8")


def names(asked: argparse.Namespace) -> list[str]:
    """The benchmarks that are asked for."""
    if asked.only:
        return list(asked.only)
    return [name for name in BENCHMARKS if asked.quick or name not in ON_REQUEST]


def engines(asked: argparse.Namespace) -> list[str]:
    """The engines that are asked for."""
    return asked.engine or sorted(ENGINES)


def scale(asked: argparse.Namespace) -> Scale:
    """How much is asked for."""
    if asked.quick:
        return QUICK
    found = replace(FULL, rounds=asked.rounds)
    if asked.provinces:
        found = replace(found, provinces=spread_over(found.provinces, asked.provinces))
    return found


def spread_over(provinces: Sequence[int], number: int) -> tuple[int, ...]:
    """So many of the provinces: the largest, the smallest, and what lies evenly between them."""
    last = len(provinces) - 1
    return tuple(provinces[n * last // max(number - 1, 1)] for n in range(number))


def is_complete(asked: argparse.Namespace) -> bool:
    """Whether the page may be written: all is asked for, or in full what runs only on request."""
    part = asked.quick or asked.engine or asked.provinces
    return not part and set(asked.only or ON_REQUEST) <= ON_REQUEST


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    found = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Compare speed and memory side by side; a full run writes docs/benchmarks.md.",
    )
    found.add_argument("--json", action="store_true", help="print everything as one JSON object")
    found.add_argument(
        "--only", action="append", choices=BENCHMARKS, metavar="NAME",
        help=f"run this one: {', '.join(BENCHMARKS)} (may be repeated); without it all run but "
        + ", ".join(ON_REQUEST),
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
    found.add_argument(
        "--provinces", type=int, metavar="N",
        help="of the nation, only so many, from the largest to the smallest",
    )  # fmt: skip
    found.add_argument("--docs", type=Path, metavar="FILE", help="write the page there")
    return found


def options(asked: argparse.Namespace) -> list[str]:
    """The options that the figures depend on."""
    found = [f"--engine {name}" for name in asked.engine or []]
    found += ["--quick"] if asked.quick else []
    found += [f"--provinces {asked.provinces}"] if asked.provinces else []
    found += [f"--rounds {asked.rounds}"] if asked.rounds != FULL.rounds else []
    return found


if __name__ == "__main__":
    main(sys.argv[1:])

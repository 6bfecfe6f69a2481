"""What every bundled option does to every bundled centre and office.

``python -m benchmarks.options`` compares them all and writes docs/options.md. Outcomes are kept
like those of ``motcua compare``, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

from benchmarks.calibration import table
from benchmarks.rounds import ROOT
from simulation.bundled import bundled_scenarios_dir
from simulation.decisions.compare import Question, answer
from simulation.engines import get_engine
from simulation.execution import available_cores, open_executor
from simulation.experiments import Study
from simulation.reports.comparison import change, changed, times
from simulation.scenario import load_options
from simulation.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.scenario import OptionsFile

SEED: Final = 1
TEMPLATE: Final = Path(__file__).with_name("options.md")
PAGE: Final = ROOT / "docs" / "options.md"
NAMES: Final = sorted(path.stem for path in (bundled_scenarios_dir() / "options").glob("*.yaml"))
COLUMNS: Final = {
    "on_time_official": ("official, points", 100, 2),
    "late": ("late", 1, 0),
    "counter_wait_p90_min": ("wait p90, min", 1, 1),
    "cycle_mean_wd": ("cycle, wd", 1, 2),
    "overtime_h": ("overtime, h", 1, 0),
    "cost": ("cost", 1, 0),
}
"""Measure: heading, factor and decimals."""
STRICT: Final = "on_time_strict"


def section(options: OptionsFile, replications: int, study: Study) -> str:
    """The comparison of one file, as a section of the page."""
    summary = answer(Question(options, replications=replications), study).summary
    head = ["option", "what it is", "strictly on time", "change, points"]
    head += [heading for heading, *_ in COLUMNS.values()]
    head += ["late → on time / back", "variance ratio"]
    rows = [base_row(summary["base"]["measures"])]
    rows += [option_row(name, one) for name, one in summary["options"].items()]
    return (
        f"## {summary['title']['en']}\n\n"
        f"`motcua compare {summary['scenario']} --replications {replications}`\n\n"
        f"{table(head, rows)}\n"
    )


def base_row(measures: Mapping[str, Any]) -> list[str]:
    """The scenario as it is, in numbers."""
    means = {name: measures[name]["mean"] for name in (STRICT, *COLUMNS)}
    return [
        "—",
        "as it is",
        number(means[STRICT], 100, 2),
        "",
        *(number(means[name], factor, digits) for name, (_, factor, digits) in COLUMNS.items()),
        "",
        "",
    ]


def option_row(name: str, option: Mapping[str, Any]) -> list[str]:
    """What an option changes."""
    differences, ratio = option["differences"], option["variance_ratio"][STRICT]
    return [
        f"`{name}`",
        option["title"]["en"],
        number(option["measures"][STRICT]["mean"], 100, 2),
        change(differences[STRICT], 100, 2, width=True),
        *(change(differences[measure], *how) for measure, (_, *how) in COLUMNS.items()),
        changed(option),
        times(ratio),
    ]


def number(value: float | None, factor: int, digits: int) -> str:
    """A number; rates in percent."""
    return "–" if value is None else f"{factor * value:,.{digits}f}"


def command(replications: int, only: Sequence[str]) -> str:
    """What writes this page."""
    parts = ["python -m benchmarks.options", f"--replications {replications}"]
    return " ".join([*parts, *(f"--only {name}" for name in only)])


def missing(names: Sequence[str]) -> str:
    """A line that says what is not on the page."""
    absent = [f"`{name}`" for name in NAMES if name not in names]
    return f"- Not compared in this run: {', '.join(absent)}.\n" if absent else ""


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    found = argparse.ArgumentParser(
        prog="python -m benchmarks.options",
        description="Compare all bundled options, and write docs/options.md.",
    )
    found.add_argument("--replications", type=int, default=20)
    found.add_argument("--only", action="append", choices=NAMES, help="some of the files")
    found.add_argument("--engine", default="compiled")
    found.add_argument("--workers", type=int, default=available_cores())
    found.add_argument("--out", type=Path, default=ROOT / "results", help="where outcomes are kept")
    found.add_argument(
        "--docs", type=Path, default=PAGE, metavar="FILE", help="write the page there"
    )
    return found


def main(arguments: Sequence[str]) -> None:
    """Compare everything and write the page."""
    asked = parser().parse_args(arguments)
    preload = ["simulation.experiments", get_engine(asked.engine).__module__]
    sections = []
    with Store(asked.out) as store, open_executor(asked.workers, preload) as executor:
        for name in asked.only or NAMES:
            options = load_options(name)
            results = store.results(asked.out)
            study = Study(SEED, engine=asked.engine, executor=executor, results=results)
            sections.append(section(options, asked.replications, study))
            print(sections[-1], flush=True)
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        command=command(asked.replications, asked.only or ()),
        missing=missing(asked.only or NAMES),
        replications=asked.replications,
        seed=SEED,
        engine=asked.engine,
        sections="\n".join(sections),
    )
    asked.docs.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

"""What a planner's questions cost, in units of one plain run of the same centre."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.figures import named
from benchmarks.rounds import ROOT, elapsed_s, environment, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Findings


@dataclass(frozen=True)
class Question:
    """A command beside the plain run of its scenario.

    Attributes:
        name: What the tables call it.
        command: Its words, without the scenario.
        scenario: Name of the scenario.
        told: Whether it is told how many replications to take, as the plain run is. The others
            find out themselves how many they need.
    """

    name: str
    command: tuple[str, ...]
    scenario: str
    told: bool = False

    def call(self, replications: int, engine: str, out: str) -> list[str]:
        """The command line, which finds nothing known in a directory of its own."""
        name, *words = self.command
        told = ["--replications", str(replications)] if self.told else []
        return [
            sys.executable, "-m", "simulation", name, self.scenario, *words, *told,
            "--engine", engine, "--out", out, "--force",
        ]  # fmt: skip


@dataclass(frozen=True)
class Inquiry:
    """What is asked, and how much.

    Attributes:
        questions: The questions.
        replications: Of the plain runs, and of the questions that are told a number.
        register: Scenario and day of a forecast, for which a register is made first.
    """

    questions: tuple[Question, ...]
    replications: int
    register: tuple[str, str] | None = None


SMALLER: Final = "lai-chau-2020"
LARGER: Final = "thanh-hoa-2021"
STAFF: Final = "smallest staff, all teams"
_SWEEP: Final = ("sweep", "--vary", "workload=0.8:1.2:0.1")
_STAFFS: Final = "teams.officers-land.staff=10:12"
_PRECISELY: Final = (
    "compare", "--precision", "0.01pp",
    "--option", "parallel", "--option", "saturday", "--option", "e-payment",
)  # fmt: skip
_PROMISE: Final = ("staff", "--target", "on_time>=0.99")
FULL: Final = Inquiry(
    (
        Question("one person more and less", ("run", "--marginal"), SMALLER, told=True),
        Question("options compared", ("compare",), SMALLER, told=True),
        Question("and the best found", ("compare", "--best", "on-time"), SMALLER, told=True),
        Question("three options until 0.01 points", _PRECISELY, SMALLER),
        Question("sweep of 5 workloads", _SWEEP, SMALLER, told=True),
        Question("sweep of two fields, 5 by 3", (*_SWEEP, "--vary", _STAFFS), SMALLER, told=True),
        Question("sensitivity", ("sensitivity",), SMALLER),
        Question("shortest deadlines", ("deadlines",), SMALLER, told=True),
        Question("smallest staff", _PROMISE, SMALLER),
        Question("back-test of 20 forecasts", ("forecast", "--backtest", "--cuts", "20"), SMALLER),
        Question(STAFF, _PROMISE, LARGER),
    ),
    replications=10,
    register=(SMALLER, "2020-09-01"),
)
_MINIMAL: Final = "tests/cases/valid/minimal.yaml"
QUICK: Final = Inquiry(
    (
        Question("sweep", ("sweep", "--vary", "workload=1:2:1"), _MINIMAL, told=True),
        Question("shortest deadlines", ("deadlines",), _MINIMAL, told=True),
    ),
    replications=2,
)


def ask(inquiry: Inquiry, rounds: int, engine: str) -> Findings:
    """Each question by turns with a plain run of its scenario, whole commands with their start."""
    with tempfile.TemporaryDirectory() as directory:
        asked = [*inquiry.questions, *_forecast(inquiry, directory)]
        scenarios = dict.fromkeys(question.scenario for question in asked)
        plain = {
            name: Question(f"plain run, {name}", ("run",), name, told=True) for name in scenarios
        }
        calls = {
            question.name: question.call(inquiry.replications, engine, f"{directory}/{number}")
            for number, question in enumerate([*plain.values(), *asked])
        }
        _call(calls[plain[asked[0].scenario].name])  # compiles what has not been compiled
        runs = elapsed_s(calls, rounds, uncounted=0)
    own = ("elapsed_s",)
    figures = {
        question.name: named(
            "to_run", ratio(runs[question.name], runs[plain[question.scenario].name], own, own)
        )
        for question in asked
    }
    scenarios = {question.name: question.scenario for question in (*plain.values(), *asked)}
    return {"runs": runs, "figures": figures, "scenarios": scenarios}


def _forecast(inquiry: Inquiry, directory: str) -> list[Question]:
    """The question about a register, which is written first."""
    if inquiry.register is None:
        return []
    scenario, day = inquiry.register
    file = f"{directory}/open.csv"
    example = Question("", ("forecast", "--as-of", day, "--example", file), scenario)
    _call([*example.call(0, "compiled", directory)])
    return [Question("forecast", ("forecast", "--as-of", day, "--open", file), scenario)]


def _call(command: Sequence[str]) -> None:
    subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, check=True)

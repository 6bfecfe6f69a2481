"""The answer of a result in one sentence, and what has to be said beside it.

The first page of a report and the first sheet of a workbook say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.language import _, later
from simulation.wording.answers import (
    backtest,
    comparison,
    deadlines,
    forecast,
    run,
    sensitivity,
    staffing,
    sweep,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.wording.names import Summary


@dataclass(frozen=True)
class Answer:
    """What a result says first.

    Attributes:
        text: The answer, one sentence.
        further: Sentences that belong to it.
    """

    text: str
    further: Sequence[str] = ()


_KINDS: Final = {
    "run": run,
    "comparison": comparison,
    "sweep": sweep,
    "sensitivity": sensitivity,
    "staffing": staffing,
    "deadlines": deadlines,
    "forecast": forecast,
    "backtest": backtest,
}


def answer_of(kind: str, summary: Summary) -> Answer:
    """The answer of a result.

    Args:
        kind: ``run``, or what kind of study it is.
        summary: Its summary.
    """
    module = _KINDS[kind]
    return Answer(module.answer(summary), module.further(summary))


def kind_name(kind: str) -> str:
    """What a kind of result is called."""
    return _(_NAMES[kind])


_NAMES: Final = {
    "run": later("How the centre does"),
    "comparison": later("Options compared"),
    "sweep": later("Where it breaks"),
    "sensitivity": later("Which assumptions matter"),
    "staffing": later("The smallest staff"),
    "deadlines": later("The shortest deadlines"),
    "forecast": later("Forecast of open dossiers"),
    "backtest": later("Back-test of forecasts"),
}

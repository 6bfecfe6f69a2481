"""The answer of a comparison: which option is most on time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.language import _, n_, title
from simulation.wording.amounts import count, percent
from simulation.wording.names import STRICT, change

if TYPE_CHECKING:
    from simulation.wording.names import Summary

BASE: Final = "base"
"""What stands for the scenario as it is among the options."""


def answer(summary: Summary) -> str:
    """The option that is most on time, by as much as is sure."""
    better = _gains(summary)
    options = len(summary["options"])
    if not better:
        return n_(
            "The option does not make more dossiers on time, as far as these replications tell.",
            "None of {number} options makes more dossiers on time, as far as these replications "
            "tell.",
            options,
        ).format(number=count(options))
    best = summary["options"][better[0]]
    return _(
        "Most on time is “{option}”: {rate}, which is {change} percentage points against how it is."
    ).format(
        option=option_name(summary, better[0]),
        rate=percent(best["measures"][STRICT]["mean"]),
        change=change(best["differences"][STRICT], rate=True, digits=2),
    )


def further(summary: Summary) -> list[str]:
    """How many options are better than how it is."""
    better = len(_gains(summary))
    return [
        n_(
            "{better} of {options} options raises the strict on-time rate by more than luck.",
            "{better} of {options} options raise the strict on-time rate by more than luck.",
            better,
        ).format(better=count(better), options=count(len(summary["options"])))
    ]


def _gains(summary: Summary) -> list[str]:
    """The options that are separated from the base for the better, the best first."""
    found = {name: one["differences"][STRICT] for name, one in summary["options"].items()}
    better = [name for name, one in found.items() if one["separated"] and one["mean"] > 0]
    return sorted(better, key=lambda name: -found[name]["mean"])


def option_name(summary: Summary, name: str) -> str:
    """What an option is called."""
    if name == BASE:
        return _("as it is")
    return title(summary["options"][name]["title"])

"""The answer of a back-test: how often ranges held what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.language import _
from simulation.wording.amounts import count, percent

if TYPE_CHECKING:
    from simulation.wording.names import Summary


def answer(summary: Summary) -> str:
    """How often ranges held what came."""
    found = summary["counts"]["late_of_open"]["coverage_randomised"]
    return _(
        "Ranges that should hold 90 % of what comes held {held} of the numbers of late dossiers."
    ).format(held=percent(found["mean"]))


def further(summary: Summary) -> list[str]:
    """How much it was tried on."""
    text = _(
        "{cuts} simulated truths, each cut on a day, with {open} open dossiers in all and "
        "{futures} futures of each."
    )
    return [
        text.format(
            cuts=count(len(summary["cuts"])),
            open=count(sum(cut["open"] for cut in summary["cuts"])),
            futures=count(summary["futures"]),
        )
    ]

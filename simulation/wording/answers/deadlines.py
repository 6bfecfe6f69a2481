"""The answer of shortest deadlines: how many could be shorter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.language import _, n_, written
from simulation.wording.amounts import count

if TYPE_CHECKING:
    from simulation.wording.names import Entry, Summary


def answer(summary: Summary) -> str:
    """How many deadlines could be shorter."""
    shorter = sum(entry["saving"] > 0 for entry in found_in(summary))
    return n_(
        "{shorter} of {all} deadlines could be shorter and still be met by {promise} of the "
        "dossiers.",
        "{shorter} of {all} deadlines could be shorter and still be met by {promise} of the "
        "dossiers.",
        shorter,
    ).format(
        shorter=count(shorter),
        all=count(len(summary["deadlines"])),
        promise=promise(summary),
    )


def further(summary: Summary) -> list[str]:
    """Whether they hold together."""
    found = found_in(summary)
    if not found:
        return []
    held = [entry["together"] for entry in found if entry["together"]]
    if held and all(entry["holds"] for entry in held):
        return [_("All of them hold together, when all deadlines are changed at once.")]
    return [_("Not all of them hold when all deadlines are changed at once: see “together”.")]


def found_in(summary: Summary) -> list[Entry]:
    """The procedures of which a shortest deadline was found."""
    return [entry for entry in summary["deadlines"] if entry["status"] == "found"]


def promise(summary: Summary) -> str:
    """The share of dossiers that is promised to be on time."""
    return written(f"{100 * summary['promise']:.4g} %")

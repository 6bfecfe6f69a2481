"""The answer of a staffing search: how many people do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.experiments import is_fraction
from simulation.language import _, n_, written
from simulation.wording.amounts import count, decimal
from simulation.wording.names import written_target

if TYPE_CHECKING:
    from simulation.wording.names import Entry, Summary


def answer(summary: Summary) -> str:
    """How many people keep the targets, beside how many work now."""
    chosen, now = summary["chosen"], summary["present"]
    texts = {
        True: n_(
            "{people} person keeps every target, where {now} work now.",
            "{people} people keep every target, where {now} work now.",
            chosen["people"],
        ),
        False: n_(
            "No staff was found that keeps every target; the best has {people} person, where {now} "
            "work now.",
            "No staff was found that keeps every target; the best has {people} people, where {now} "
            "work now.",
            chosen["people"],
        ),
    }
    return texts[bool(summary["feasible"])].format(
        people=count(chosen["people"]), now=count(now["people"])
    )


def further(summary: Summary) -> list[str]:
    """Reserves, and the targets that are missed."""
    chosen, texts = summary["chosen"], []
    if chosen["reserves"]:
        texts.append(_("{number} more are in reserve.").format(number=count(chosen["reserves"])))
    return [*texts, *(_lack(summary, missing) for missing in summary["missing"])]


def _lack(summary: Summary, missing: Entry) -> str:
    target = written_target(summary, missing["target"])
    if missing["short_by"] is None:
        return _("{target}: nothing was counted.").format(target=target)
    if is_fraction(missing["target"].partition("=")[0].rstrip("<>")):
        lack = written(f"{100 * missing['short_by']:.2f}")
        return _("{target} is missed by {lack} percentage points.").format(target=target, lack=lack)
    return _("{target} is missed by {lack}.").format(
        target=target, lack=decimal(missing["short_by"])
    )

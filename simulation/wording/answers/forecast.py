"""The answer of a forecast: how many dossiers need a notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.language import _, day, n_
from simulation.wording.amounts import count, share

if TYPE_CHECKING:
    from simulation.wording.names import Summary


def answer(summary: Summary) -> str:
    """How many of the open dossiers need a notice."""
    noticed = [entry for entry in summary["open"] if entry["notice"] is not None]
    dossiers = summary["register"]["dossiers"]
    if not noticed:
        return _(
            "None of the {dossiers} dossiers open on {day} needs an apology notice."
        ).format(dossiers=count(dossiers), day=day(summary["as_of"]))  # fmt: skip
    return n_(
        "{number} of the {dossiers} dossiers open on {day} needs an apology notice.",
        "{number} of the {dossiers} dossiers open on {day} need an apology notice.",
        len(noticed),
    ).format(number=count(len(noticed)), dossiers=count(dossiers), day=day(summary["as_of"]))


def further(summary: Summary) -> list[str]:
    """When a notice is due, and for how many it is too late."""
    passed = sum(bool(e["notice"]["passed"]) for e in summary["open"] if e["notice"] is not None)
    texts = [
        _("A notice is due where the probability of being late is above {limit}.").format(
            limit=share(summary["apologise_above"])
        )
    ]
    if passed:
        texts.append(
            n_(
                "For {number} of them the day of the notice has passed.",
                "For {number} of them the day of the notice has passed.",
                passed,
            ).format(number=count(passed))
        )
    return texts

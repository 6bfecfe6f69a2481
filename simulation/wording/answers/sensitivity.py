"""The answer of a sensitivity analysis: what to measure first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.experiments import is_fraction
from simulation.language import _
from simulation.wording.names import measure_name, size_style

if TYPE_CHECKING:
    from simulation.wording.names import Summary


def answer(summary: Summary) -> str:
    """What a planner should go and measure."""
    if summary["replications"] == 1:
        return _("One replication does not tell effects from luck.")
    found = [name for name, each in summary["assumptions"].items() if each["separated"]]
    if not found:
        return _("No assumption has an effect that is separated from luck.")
    first = summary["assumptions"][found[0]]
    effect = size_style(summary["measure"])(first["mu_star"]["mean"])
    texts = {
        (True, False): _(
            "Measure “{name}” first: moving it by two thirds of its range moves the rate by "
            "{effect} percentage points."
        ),
        (False, False): _(
            "Measure “{name}” first: moving it by two thirds of its range moves the result by "
            "{effect}."
        ),
        (True, True): _(
            "Find out about “{name}” first: if it is otherwise, the rate moves by {effect} "
            "percentage points."
        ),
        (False, True): _(
            "Find out about “{name}” first: if it is otherwise, the result moves by {effect}."
        ),
    }
    text = texts[is_fraction(summary["measure"]), bool(first.get("otherwise"))]
    return text.format(name=found[0], effect=effect)


def further(summary: Summary) -> list[str]:
    """What was asked about."""
    return [_("What is moved: {measure}.").format(measure=measure_name(summary["measure"]))]

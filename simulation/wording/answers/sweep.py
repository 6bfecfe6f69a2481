"""The answer of a sweep: where the centre breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.language import _
from simulation.wording.amounts import NOTHING, amount, count, short, with_unit
from simulation.wording.names import measure_name, style_of

if TYPE_CHECKING:
    from simulation.wording.names import Entry, Summary


def answer(summary: Summary) -> str:
    """Where the centre breaks, in one sentence."""
    if len(summary["factors"]) > 1:
        return grid_answer(summary)
    factor, found = summary["factors"][0], summary["breaking_points"][0]["centre"]
    names = {
        "measure": measure_name(summary["measure"]),
        "target": target_of(summary),
        "factor": factor["path"],
        "low": with_unit(factor["values"][0], factor),
        "high": with_unit(factor["values"][-1], factor),
    }
    if found["state"] == "crosses":
        span = span_of(found)
        return _("The target of {target} is kept until {factor} is {value}{span}.").format(
            **names, value=value_at(found["value"], factor), span=f" ({span})" if span else ""
        )
    texts = {
        "holds": _("The target of {target} is kept over the whole range of {factor}, from {low} "
                   "to {high}."),
        "fails": _("The target of {target} is missed over the whole range of {factor}, from {low} "
                   "to {high}."),
        "uncounted": _("In the range of {factor}, nothing was counted that could keep a target."),
    }  # fmt: skip
    return texts[found["state"]].format(**names)


def grid_answer(summary: Summary) -> str:
    """At how many points of two factors the target is kept."""
    means = [point["measures"][summary["measure"]]["mean"] for point in summary["points"]]
    kept = sum(mean is not None and not misses(mean, summary) for mean in means)
    return _("The target of {target} is kept at {kept} of {all} points.").format(
        target=target_of(summary), kept=count(kept), all=count(len(means))
    )


def further(summary: Summary) -> list[str]:
    """What the target is of."""
    return [_("What has to keep it: {measure}.").format(measure=measure_name(summary["measure"]))]


def misses(mean: float, summary: Summary) -> bool:
    """Whether a mean is on the wrong side of the target."""
    over: bool = mean > summary["target"]
    under: bool = mean < summary["target"]
    return under if summary["higher_is_better"] else over


def target_of(summary: Summary) -> str:
    """The target as people write it."""
    return style_of(summary["measure"])(summary["target"])


def value_at(value: float | None, factor: Entry) -> str:
    """A value of a field that was varied, in few digits, and its unit."""
    if value is None:
        return NOTHING
    return amount(f"{value:.4g} {factor['unit']}") if factor["unit"] else short(value)


def span_of(found: Entry) -> str:
    """The interval of a breaking point."""
    low, high = found["low"], found["high"]
    if low is None and high is None:
        return ""
    if high is None:
        return f"≥ {short(low)}"
    return f"≤ {short(high)}" if low is None else f"{short(low)} – {short(high)}"

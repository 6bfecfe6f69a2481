"""The answer of a run: the on-time rate beside its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.experiments import verdict
from simulation.language import _
from simulation.wording.amounts import bounds, percent
from simulation.wording.names import OFFICIAL, STRICT, with_band

if TYPE_CHECKING:
    from simulation.wording.names import Summary


def answer(summary: Summary) -> str:
    """The on-time rate, its interval, and how it stands to the target."""
    rate, target = summary["measures"][OFFICIAL], summary["target"]
    if rate["mean"] is None:
        return _("No dossier was resolved in the period.")
    texts = {
        "good": _("{rate} of the resolved dossiers are on time: the target of {target} is kept."),
        "bad": _("{rate} of the resolved dossiers are on time: the target of {target} is missed."),
        "open": _(
            "{rate} of the resolved dossiers are on time: whether that keeps the target of "
            "{target} is not sure yet."
        ),
        "": _("{rate} of the resolved dossiers are on time."),
    }
    return texts[verdict(rate, target)].format(
        rate=percent(rate["mean"]), target="" if target is None else percent(target)
    )


def further(summary: Summary) -> list[str]:
    """The interval of the answer, and the strict rate beside it."""
    official, strict = (summary["measures"][path] for path in (OFFICIAL, STRICT))
    if strict["mean"] is None:
        return [_("No dossier was due in the period.")]
    band = bounds(official, percent)
    text = (
        _(
            "By the official form, with a 95 % interval of {bounds}. Of the dossiers due in the "
            "period, those still open counting as late, {strict} are."
        )
        if band
        else _(
            "By the official form. Of the dossiers due in the period, those still open counting as "
            "late, {strict} are."
        )
    )
    return [text.format(bounds=band, strict=with_band(strict, percent))]

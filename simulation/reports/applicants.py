"""Applicants who are driven away: who is never received is never late, so on-time rates flatter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.decisions.aims import MORE_LOST
from simulation.language import _, title
from simulation.reports.cells import SIDES
from simulation.wording.amounts import count, enumerated, said, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Summary = Mapping[str, Any]


def warn_of_options(summary: Summary) -> list[str]:
    """A warning of the options of a comparison that make many more applicants leave for good."""
    now = _part_lost(summary["base"]["measures"])
    options = summary["options"]
    return _warning({name: _part_lost(one["measures"]) - now for name, one in options.items()})


def warn_of_staffings(marginal: Summary, titles: Summary, submitted: float | None) -> list[str]:
    """The same of one more and one less person.

    Args:
        marginal: As it stands in a summary.
        titles: Titles as they stand in a summary.
        submitted: How many dossiers come.
    """
    found = {
        f"{title(titles['teams'][team])} {sign}": entry[side]["lost"]["mean"] or 0
        for team, entry in marginal["teams"].items()
        for sign, side in SIDES
        if entry[side] is not None and "lost" in entry[side]
    }
    return _warning({name: lost / (submitted or 1) for name, lost in found.items()})


def _warning(parts: Mapping[str, float]) -> list[str]:
    named = [f"{name} {share(part)}" for name, part in parts.items() if part > MORE_LOST]
    if not named:
        return []
    text = _(
        "! Drives applicants away: {names}. So many more of those who come leave for good, and "
        "who is never received is never late: the on-time rate flatters."
    )
    return [text.format(names=enumerated(named))]


def warn_of_points(points: Sequence[Summary], factors: Sequence[Summary]) -> list[str]:
    """A warning of the points of a sweep at which many applicants leave for good, if there are any.

    Args:
        points: The points, as they stand in the summary.
        factors: What was varied.
    """
    parts = [_part_lost(point["measures"]) for point in points]
    much = sum(part > MORE_LOST for part in parts)
    if not much:
        return []
    worst = parts.index(max(parts))
    places = zip(factors, points[worst]["values"], strict=True)
    text = _(
        "! At {much} of {all} points more than {limit} of those who come leave for good, most at "
        "{place}: {share}. Who is never received is never late: the on-time rate flatters there."
    )
    place = enumerated(f"{one['path']} = {said(value)}" for one, value in places)
    return [
        text.format(
            much=count(much), all=count(len(points)), limit=share(MORE_LOST), place=place,
            share=share(parts[worst]),
        )
    ]  # fmt: skip


def _part_lost(measures: Mapping[str, Mapping[str, Any]]) -> float:
    return (measures["lost"]["mean"] or 0) / (measures["submitted"]["mean"] or 1)

"""Applicants who are driven away: who is never received is never late, so on-time rates flatter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, title
from simulation.reports.formats import count, enumerated, said, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Differences = Mapping[str, Mapping[str, Any]]
    Summary = Mapping[str, Any]

MUCH: Final = 0.01
"""A part of those who come that is worth a warning."""


def warn_of(found: Mapping[str, Differences], submitted: float | None) -> list[str]:
    """A warning of all that make many more applicants leave for good than do now, if any does.

    Args:
        found: Differences by measure, by what makes them.
        submitted: How many come now.
    """
    parts = {name: (one["lost"]["mean"] or 0) / (submitted or 1) for name, one in found.items()}
    named = [f"{name} {share(part)}" for name, part in parts.items() if part > MUCH]
    if not named:
        return []
    text = _(
        "! Drives applicants away: {names}. So many more of those who come leave for good than do "
        "now, and who is never received is never late: the on-time rate flatters."
    )
    return [text.format(names=enumerated(named))]


def warn_of_staffings(marginal: Summary, titles: Summary, submitted: float | None) -> list[str]:
    """The same of one more and one less person.

    Args:
        marginal: As it stands in a summary.
        titles: Titles as they stand in a summary.
        submitted: How many come now.
    """
    found = {
        f"{title(titles['teams'][team])} {sign}": entry[side]
        for team, entry in marginal["teams"].items()
        for sign, side in (("+1", "more"), ("−1", "less"))
        if entry[side] is not None and "lost" in entry[side]
    }
    return warn_of(found, submitted)


def warn_of_points(points: Sequence[Summary], factors: Sequence[Summary]) -> list[str]:
    """A warning of the points of a sweep at which many applicants leave for good, if there are any.

    Args:
        points: The points, as they stand in the summary.
        factors: What was varied.
    """
    parts = [_part_lost(point["measures"]) for point in points]
    much = sum(part > MUCH for part in parts)
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
            much=count(much), all=count(len(points)), limit=share(MUCH), place=place,
            share=share(parts[worst]),
        )
    ]  # fmt: skip


def _part_lost(measures: Mapping[str, Mapping[str, Any]]) -> float:
    return (measures["lost"]["mean"] or 0) / (measures["submitted"]["mean"] or 1)

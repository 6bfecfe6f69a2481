"""How the certificate of a staffing is read: by which target somebody fails, and how well known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    Summary = Mapping[str, Any]


def missed(one: Mapping[str, Any], summary: Summary) -> str:
    """Of the targets that a staffing misses the one that is known best; or else its first.

    Args:
        one: A staffing with one person less, as the summary has it.
        summary: That of the search.

    Returns:
        The measure; empty where nothing was measured.
    """
    readings: Mapping[str, Any] = one["measures"]
    enough = _half_widths(summary)
    paths = [path for path, reading in readings.items() if not reading["holds"]]
    known = [path for path in paths if readings[path]["half_width"] is not None]
    if known:
        paths = sorted(known, key=lambda path: readings[path]["half_width"] / enough[path])
    return next(iter(paths or readings), "")


def about_clear(summary: Summary) -> str | None:
    """What it means that somebody fails clearly, where that was not measured more exactly."""
    enough = _half_widths(summary)
    for one in summary["certificate"]["less"]:
        path = missed(one, summary)
        if one["verdict"] == "fails clearly":
            half_width = one["measures"][path]["half_width"]
            if half_width is None or half_width > enough[path]:
                return _(
                    "Fails clearly: on the wrong side whatever the half-width, so no more "
                    "replications were spent on it; with --exact they are."
                )
    return None


def _half_widths(summary: Summary) -> dict[str, float]:
    """The half-width that is small enough, by measure."""
    return {target["measure"]: target["half_width"] for target in summary["targets"]}

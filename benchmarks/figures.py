"""From what runs took to the figures that mean something."""

from __future__ import annotations

import math
from statistics import linear_regression
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from benchmarks.rounds import Run, middle, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    Figures: TypeAlias = dict[str, dict[str, float]]
    Findings: TypeAlias = dict[str, Any]

MB: Final = 10**6
MIB: Final = 2**20
FIXED_MB: Final = 300
"""Memory that a run may need whatever its size."""


def compared(own: Sequence[Run], plain: Sequence[Run], names: Sequence[str]) -> dict[str, float]:
    """Our time in units of another model's, and the reverse, with the extremes of the rounds."""
    slower = ratio(own, plain, names, ("engine_s",))
    faster = ratio(plain, own, ("engine_s",), names)
    return named("to_plain", slower) | named("times_as_fast", faster)


def named(figure: str, found: dict[str, float]) -> dict[str, float]:
    """A ratio and its extremes under the name of a figure."""
    return {figure if key == "ratio" else f"{figure}_{key}": v for key, v in found.items()}


def exponent(sizes: Sequence[Sequence[Run]], *names: str) -> float:
    """Slope of the logarithm of a time over that of the number of dossiers, by least squares."""
    dossiers = [math.log(middle(runs, "dossiers")) for runs in sizes]
    return linear_regression(dossiers, [math.log(middle(runs, *names)) for runs in sizes]).slope


def memory(sizes: Sequence[Sequence[Run]]) -> dict[str, float]:
    """How peak memory grows with the visits: by least squares, and at worst beyond a fixed part."""
    visits = [middle(runs, "slots") for runs in sizes]
    peaks = [MIB * middle(runs, "peak_mib") for runs in sizes]
    fit = linear_regression(visits, peaks)
    beyond = [(peak - FIXED_MB * MB) / n for peak, n in zip(peaks, visits, strict=True)]
    return {
        "bytes_a_visit": fit.slope,
        "fixed_mb": fit.intercept / MB,
        f"bytes_a_visit_beyond_{FIXED_MB}_mb": max(beyond),
    }

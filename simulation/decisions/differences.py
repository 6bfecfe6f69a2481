"""Paired differences of several options to one base, with intervals that hold for all at once.

Where k options are compared, each interval has the level 1 - 0.05/k (Bonferroni), so that all k
of a measure hold together in at least 95 of 100 comparisons, however the options depend on each
other. On common random numbers they do: they share the base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.inference import Difference, paired_difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Values = Sequence[float | None]

CONFIDENCE: Final = 0.95
_ROUNDING: Final = 1e-12
"""Sums of the same numbers in another order differ by so much of their size."""


def level_of_each(options: int) -> float:
    """The level of one interval where so many are to hold together with 95 %."""
    return 1 - (1 - CONFIDENCE) / max(options, 1)


def difference(option: Values, base: Values, level: float) -> Difference:
    """The mean difference with its interval; what differs by rounding only does not differ.

    Args:
        option: One number per replication, None where nothing was counted.
        base: The same of the base.
        level: Level of the interval.
    """
    ours, theirs = _floats(option), _floats(base)
    scale = np.maximum(np.abs(ours), np.abs(theirs))
    ours = np.where(np.abs(ours - theirs) <= _ROUNDING * scale, theirs, ours)
    return paired_difference(ours, theirs, level)


def variance_ratio(option: Values, base: Values) -> float | None:
    """How many times more replications independent runs would need for an interval as narrow.

    That is (Var(option) + Var(base)) / Var(option - base); None where the difference has no
    variance, or there are fewer than two pairs.
    """
    ours, theirs = _floats(option), _floats(base)
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    if both.sum() < 2:  # noqa: PLR2004 - a variance needs two values
        return None
    ours, theirs = ours[both], theirs[both]
    apart, together = ours.var(ddof=1) + theirs.var(ddof=1), (ours - theirs).var(ddof=1)
    scale = max(float(np.abs(ours).max()), float(np.abs(theirs).max()))
    return float(apart / together) if together > (_ROUNDING * scale) ** 2 else None


def _floats(values: Values) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)  # None becomes NaN

"""What some futures say of one more: predictions, and where what came stands among them."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.units import DAY_S, FAR

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

LEVEL: Final = 0.9
"""Of intervals that predict one future."""


def quantile(values: Ints, p: float) -> int:
    """The order statistic below which one more value of the same kind falls with probability p.

    The k-th smallest of n has k / (n + 1) of the distribution below it on average; so k is that of
    p, rounded outwards from the median.
    """
    n = len(values)
    place = p * (n + 1)
    k = math.floor(place + 1e-9) if p < 0.5 else math.ceil(place - 1e-9)  # noqa: PLR2004 - the median
    return int(np.sort(values)[min(max(k, 1), n) - 1])


def predicted(values: Ints) -> dict[str, float | int]:
    """Mean, and the interval in which one more value falls with probability 0.9 at least."""
    tail = (1 - LEVEL) / 2
    return {
        "mean": float(values.mean()),
        "low": quantile(values, tail),
        "high": quantile(values, 1 - tail),
    }


def date_of(first_day: date, at_s: int) -> str | None:
    """The date of an instant; None: it lies beyond what was simulated."""
    return None if at_s == FAR else (first_day + timedelta(days=at_s // DAY_S)).isoformat()


def randomised_rank(values: Ints, truth: int | Ints, u: float | Floats) -> Floats:
    """Where a truth stands among predictions, uniform in [0, 1) if it is one more of them.

    Values that are equal to it (counts often are) are passed by a share u of them and of itself: so
    the rank is exactly uniform, whatever the ties.

    Args:
        values: The predictions. Shape: (replications, …).
        truth: Shape: (…).
        u: A uniform number for each truth.

    Source: the randomised probability integral transform, as in A. E. Brockwell, "Universal
    residuals: a multivariate transformation", Statistics & Probability Letters 77 (2007).
    """
    below = (values < truth).sum(axis=0)
    equal = (values == truth).sum(axis=0)
    found: Any = (below + u * (equal + 1)) / (len(values) + 1)
    return np.asarray(found, np.float64)


def within(rank: Floats) -> NDArray[np.bool_]:
    """Whether ranks lie in the middle 90 %."""
    tail = (1 - LEVEL) / 2
    return (tail <= rank) & (rank < 1 - tail)

"""Quantiles of many groups at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


def quantiles(group: Ints, value: Ints, groups: int, shares: Sequence[float]) -> Floats:
    """Quantiles of each group, interpolated linearly (Hyndman and Fan's type 7).

    Args:
        group: Which group each value belongs to. Shape: (values,).
        value: Not negative. Shape: (values,).
        groups: How many groups there are.
        shares: Which quantiles, each between 0 and 1.

    Returns:
        Shape (groups, shares); NaN in groups without values.
    """
    ordered = value[np.lexsort((value, group))]
    size = np.bincount(group, minlength=groups)
    first = np.cumsum(size) - size
    found = np.full((groups, len(shares)), np.nan)
    some = np.flatnonzero(size)
    place = np.multiply.outer(size[some] - 1, shares)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, size[some, None] - 1)
    low = ordered[first[some, None] + below]
    found[some] = low + (place - below) * (ordered[first[some, None] + above] - low)
    return found

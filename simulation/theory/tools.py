"""What several formulas need."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import scipy  # scipy.special loads on first use

if TYPE_CHECKING:
    from collections.abc import Callable


def two_phase_tail(first: float, second: float, time: float) -> float:
    """Probability that two exponential times of these rates together exceed a time.

    Written with (exp(x) - 1)/x, so that equal rates are no special case.
    """
    slow, fast = sorted((first, second))
    ratio = float(scipy.special.exprel((slow - fast) * time))
    return math.exp(-slow * time) * (1 + slow * time * ratio)


def quantile(tail: Callable[[float], float], level: float) -> float:
    """The least time at which a continuous decreasing tail is at most 1 - level."""
    if not 0 <= level < 1:
        raise ValueError(f"a quantile has a level from 0 to below 1, not {level}")
    if tail(0.0) <= 1 - level:
        return 0.0
    low, high = 0.0, 1.0
    while tail(high) > 1 - level:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if tail(middle) > 1 - level else (low, middle)
    return high


def check_load(load: float, servers: int) -> None:
    """Refuse a load that so many servers cannot carry."""
    if not 0 < load < servers:
        raise ValueError(f"no steady state: a load of {load:g} needs more than {servers} server(s)")

"""Intervals: what a handful of replications says about the mean they share.

Replications are independent, what happens inside one of them is not. So every interval here is
built across replications; only where they all agree on 0 or on 1, and have no spread to build one
from, is the pooled count used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import scipy  # scipy.special loads on first use
from numpy.typing import NDArray

Values: TypeAlias = Sequence[float | None] | NDArray[np.floating]
"""One number per replication; None or NaN where the replication counted nothing."""

Counts: TypeAlias = Sequence[int] | NDArray[np.integer]
"""One count per replication."""


@dataclass(frozen=True)
class Interval:
    """A mean and its confidence interval.

    Attributes:
        mean: The estimate; None where nothing was counted.
        low: Lower bound; None where the data give none.
        high: Upper bound; None exactly where ``low`` is.
    """

    mean: float | None
    low: float | None
    high: float | None

    @property
    def half_width(self) -> float | None:
        """Half the length; None where there are no bounds."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2

    def __contains__(self, value: float) -> bool:
        """Whether a value lies between the bounds; never where there are none."""
        return self.low is not None and self.high is not None and self.low <= value <= self.high

    def as_dict(self) -> dict[str, float | bool | None]:
        """The form in which results are written."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Difference(Interval):
    """A mean difference to a base and its confidence interval."""

    @property
    def separated(self) -> bool | None:
        """Whether the interval leaves out zero; None where there are no bounds."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0

    def as_dict(self) -> dict[str, float | bool | None]:
        """The form in which results are written."""
        return {**super().as_dict(), "separated": self.separated}


NOTHING_COUNTED = Interval(None, None, None)


def student(values: Values, level: float = 0.95) -> Interval:
    """Student's interval of the mean across replications.

    Replications without a value are left out. With none left all three numbers are None; with a
    single one there is a mean but no bounds, since one value says nothing about the spread.

    Args:
        values: Shape (replications,).
        level: Confidence level, between 0 and 1.

    Raises:
        ValueError: A value is infinite, or the level is not between 0 and 1.

    Source: Student, "The probable error of a mean", Biometrika 6 (1908).
    """
    _check_level(level)
    array = _as_array(values)
    counted = array[~np.isnan(array)]
    if counted.size == 0:
        return NOTHING_COUNTED
    mean = float(counted.mean())
    if counted.size == 1:
        return Interval(mean, None, None)
    quantile = scipy.special.stdtrit(counted.size - 1, (1 + level) / 2)
    half_width = float(quantile * counted.std(ddof=1) / np.sqrt(counted.size))
    return Interval(mean, mean - half_width, mean + half_width)


def rate(successes: Counts, trials: Counts, level: float = 0.95) -> Interval:
    """Interval of a rate that each replication measures as successes out of trials.

    Student's interval over the rates of the replications, each counting the same, cut to [0, 1].
    Where all rates are 0, or all are 1, it would have no width: then Clopper and Pearson's on the
    pooled count. Replications without trials are left out; without any trial all is None.

    Args:
        successes: Shape (replications,).
        trials: Shape (replications,).
        level: Confidence level, between 0 and 1.

    Raises:
        ValueError: The shapes differ, a count is not within 0 ≤ successes ≤ trials, or the level
            is not between 0 and 1.
    """
    hits, tries = np.asarray(successes), np.asarray(trials)
    if hits.shape != tries.shape:
        raise ValueError(f"{hits.size} counts of successes for {tries.size} counts of trials")
    if not np.all((hits >= 0) & (hits <= tries)):
        raise ValueError("successes must lie between 0 and the trials of their replication")
    pooled_hits, pooled_tries = int(hits.sum()), int(tries.sum())
    if pooled_hits in {0, pooled_tries}:
        return clopper_pearson(pooled_hits, pooled_tries, level)
    tried = tries > 0
    interval = student(hits[tried] / tries[tried], level)
    if interval.low is None or interval.high is None:
        return interval
    return Interval(interval.mean, max(interval.low, 0.0), min(interval.high, 1.0))


def clopper_pearson(successes: int, trials: int, level: float = 0.95) -> Interval:
    """Exact (conservative) interval of a binomial proportion; all None without trials.

    Raises:
        ValueError: Not 0 ≤ successes ≤ trials, or the level is not between 0 and 1.

    Source: Clopper and Pearson, Biometrika 26 (1934), by quantiles of the beta distribution.
    """
    _check_level(level)
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if trials == 0:
        return NOTHING_COUNTED
    failures, tail = trials - successes, (1 - level) / 2
    inverse = scipy.special.betaincinv
    low = float(inverse(successes, failures + 1, tail)) if successes else 0.0
    high = float(inverse(successes + 1, failures, 1 - tail)) if failures else 1.0
    return Interval(successes / trials, low, high)


def paired_difference(option: Values, base: Values, level: float = 0.95) -> Difference:
    """Student's interval of the mean of option - base, replication by replication.

    Both must have seen the same random numbers; then what they share cancels and the interval is
    narrower than the two separate ones suggest. A pair of which one is missing is left out.

    Args:
        option: Shape (replications,).
        base: Shape (replications,), in the same order.
        level: Confidence level, between 0 and 1.

    Raises:
        ValueError: The shapes differ, or as for `student`.
    """
    ours, theirs = _as_array(option), _as_array(base)
    if ours.shape != theirs.shape:
        raise ValueError(f"{ours.size} values cannot be paired with {theirs.size}")
    interval = student(ours - theirs, level)
    return Difference(interval.mean, interval.low, interval.high)


def _as_array(values: Values) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if np.isinf(array).any():
        raise ValueError("an infinite value has no place in a mean")
    return array


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level}")

"""Families of distributions: quantile, mean and variance; nothing here knows a generator.

A value is the quantile of a uniform number that somebody else drew (inversion), so one uniform
makes one value and option B sees the same luck as option A. Numbers carry no unit: seconds, counts
and factors are all the same here.

The gamma and beta quantiles have no closed form. They are read from interpolated tables
(`quantile_tables`), which is some twenty times faster than the exact functions.
"""

# ruff: noqa: PLC0415 - scipy.special is imported where it is used: most commands never need it

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.language import _
from simulation.quantile_tables import log_gamma_quantile, logit_beta_quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Floats: TypeAlias = NDArray[np.float64]

LEAST_CV: Final = 1e-3
"""A smaller coefficient of variation is taken as 0, which is a constant."""
MOST_CV: Final = 10.0
"""A larger coefficient of variation is refused."""
MOST_POISSON_MEAN: Final = 1e8
"""A larger mean of a Poisson count is refused."""
MOST_SECONDS: Final = 2**53
"""Above it a float no longer holds every whole second."""


class Distribution(Protocol):
    """What every family offers."""

    @property
    def mean(self) -> float:
        """Expected value."""

    @property
    def variance(self) -> float:
        """Variance, finite in every family."""

    def quantile(self, u: Floats) -> Floats:
        """Value at each ``u``.

        Args:
            u: Uniform numbers in [0, 1), any shape of one axis or more; not checked (hot path).

        Returns:
            A new array of the same shape. It rises with ``u`` in every family but `Mixture`.
        """


def _check_ordered(**bounds: float) -> None:
    values = list(bounds.values())
    if not (all(map(math.isfinite, values)) and values == sorted(values)):
        raise InputError(
            _("these must be finite and in ascending order: {numbers}").format(
                numbers=_listed(bounds)
            )
        )


def _check_sizes(**sizes: float) -> None:
    if not all(0 <= size < math.inf for size in sizes.values()):
        raise InputError(
            _("these must be finite and not negative: {numbers}").format(numbers=_listed(sizes))
        )


def _check_weights(weights: tuple[float, ...]) -> None:
    if not (all(weight >= 0 for weight in weights) and 0 < math.fsum(weights) < math.inf):
        raise InputError(
            _("weights must be finite, not negative and not all zero: {weights!r}").format(
                weights=weights
            )
        )


def _listed(parameters: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in parameters.items())


@dataclass(frozen=True)
class Constant:
    """Always the same value.

    Raises:
        InputError: The value is not finite. (Every family refuses its parameters in this way.)
    """

    value: float

    def __post_init__(self) -> None:
        """Check the parameter."""
        _check_ordered(value=self.value)

    @property
    def mean(self) -> float:
        """The value."""
        return self.value

    @property
    def variance(self) -> float:
        """Nothing varies."""
        return 0.0

    def quantile(self, u: Floats) -> Floats:
        """The value, once for each ``u``."""
        return np.full_like(u, self.value)


@dataclass(frozen=True)
class Exponential:
    """Memoryless; the coefficient of variation is 1."""

    mean: float

    def __post_init__(self) -> None:
        """Check the parameter."""
        _check_sizes(mean=self.mean)

    @property
    def variance(self) -> float:
        """Square of the mean."""
        return self.mean**2

    def quantile(self, u: Floats) -> Floats:
        """Logarithm of the survival probability, scaled."""
        return -self.mean * np.log1p(-u)


@dataclass(frozen=True)
class Uniform:
    """Any value between two bounds, all equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check_ordered(low=self.low, high=self.high)

    @property
    def mean(self) -> float:
        """Middle of the interval."""
        return (self.low + self.high) / 2

    @property
    def variance(self) -> float:
        """A twelfth of the squared width."""
        return (self.high - self.low) ** 2 / 12

    def quantile(self, u: Floats) -> Floats:
        """A straight line."""
        return self.low + (self.high - self.low) * u


@dataclass(frozen=True)
class Triangular:
    """Two bounds and the most likely value; the density is a triangle."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check_ordered(low=self.low, mode=self.mode, high=self.high)

    @property
    def mean(self) -> float:
        """Average of the three parameters."""
        return (self.low + self.mode + self.high) / 3

    @property
    def variance(self) -> float:
        """Law, Simulation Modeling and Analysis, written with differences for precision."""
        width, rise = self.high - self.low, self.mode - self.low
        return (width**2 - width * rise + rise**2) / 18

    def quantile(self, u: Floats) -> Floats:
        """A square root on either side of the mode."""
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        return np.where(
            u * width < rise,
            self.low + np.sqrt(u * width * rise),
            self.high - np.sqrt((1 - u) * width * fall),
        )


@dataclass(frozen=True)
class _MeanAndCv(ABC):
    """A family scaled by its mean; ``cv`` is standard deviation / mean, 0 makes a constant."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check_sizes(mean=self.mean, cv=self.cv)
        if self.cv > MOST_CV:
            raise InputError(
                _("a coefficient of variation is at most {most:g}: {cv!r}").format(
                    most=MOST_CV, cv=self.cv
                )
            )

    @property
    def variance(self) -> float:
        """What the two parameters say."""
        return (self.mean * self.cv) ** 2 if self.cv >= LEAST_CV else 0.0

    def quantile(self, u: Floats) -> Floats:
        """The mean times the quantile at mean 1."""
        if self.cv < LEAST_CV:
            return np.full_like(u, self.mean)
        return self.mean * self._unit_quantile(u)

    @abstractmethod
    def _unit_quantile(self, u: Floats) -> Floats: ...


class Lognormal(_MeanAndCv):
    """The logarithm is normal: many small factors multiplied."""

    def _unit_quantile(self, u: Floats) -> Floats:
        from scipy.special import ndtri

        log_variance = math.log1p(self.cv**2)
        return np.exp(ndtri(u) * math.sqrt(log_variance) - log_variance / 2)


class Weibull(_MeanAndCv):
    """A power of an exponential; the hazard rises where cv < 1 and falls where cv > 1."""

    def _unit_quantile(self, u: Floats) -> Floats:
        power = _weibull_power(self.cv)
        return (-np.log1p(-u)) ** power * math.exp(-math.lgamma(1 + power))


@lru_cache(maxsize=256)
def _weibull_power(cv: float) -> float:
    """Reciprocal x of the Weibull shape: the root of Γ(1+2x) / Γ(1+x)² = 1 + cv².

    The logarithm of the left side is convex, is log 2 at x = 1 and has slope 1 there, which bounds
    the root.
    """
    target = math.log1p(cv**2)
    low, high = 0.0, 1 + target
    while low < (middle := (low + high) / 2) < high:
        if math.lgamma(1 + 2 * middle) - 2 * math.lgamma(1 + middle) < target:
            low = middle
        else:
            high = middle
    return high


class Gamma(_MeanAndCv):
    """The shape is 1 / cv²; cv = 1 is the exponential."""

    def _unit_quantile(self, u: Floats) -> Floats:
        return np.exp(log_gamma_quantile(u, self.cv**-2))


def erlang(mean: float, k: int) -> Gamma:
    """Sum of ``k`` exponential phases, all with the same mean; ``mean`` is that of the sum."""
    if k < 1:
        raise InputError(_("an Erlang distribution has at least one phase: k = {k!r}").format(k=k))
    return Gamma(mean, 1 / math.sqrt(k))


@dataclass(frozen=True)
class Pert:
    """The beta distribution of planners: two bounds and the most likely value.

    The mean weighs the mode four times, as in the original definition: Malcolm, Roseboom, Clark and
    Fazar (1959), Operations Research 7(5).
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check_ordered(low=self.low, mode=self.mode, high=self.high)

    @property
    def mean(self) -> float:
        """Weighted average of the three parameters."""
        return (self.low + 4 * self.mode + self.high) / 6

    @property
    def variance(self) -> float:
        """That of a beta whose two shapes add to 6."""
        return (self.mean - self.low) * (self.high - self.mean) / 7

    def quantile(self, u: Floats) -> Floats:
        """A beta quantile stretched from ``low`` to ``high``."""
        if self.low == self.high:
            return np.full_like(u, self.low)
        from scipy.special import expit

        width = self.high - self.low
        rise = (self.mode - self.low) / width
        return self.low + width * expit(logit_beta_quantile(u, 1 + 4 * rise, 5 - 4 * rise))


@dataclass(frozen=True)
class Empirical:
    """Given values with given weights, equal where left out; their order means nothing."""

    values: tuple[float, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Check the parameters."""
        if not (self.values and all(map(math.isfinite, self.values))):
            raise InputError(_("an empirical distribution needs values, all of them finite"))
        if self.weights is not None:
            _check_weights(self.weights)
            if len(self.weights) != len(self.values):
                raise InputError(
                    _("{weights} weights for {values} values").format(
                        weights=len(self.weights), values=len(self.values)
                    )
                )

    @property
    def mean(self) -> float:
        """Weighted average."""
        return float(np.average(self.values, weights=self.weights))

    @property
    def variance(self) -> float:
        """Weighted average of the squared deviations (a population, not a sample)."""
        return float(np.average((np.array(self.values) - self.mean) ** 2, weights=self.weights))

    def quantile(self, u: Floats) -> Floats:
        """The first value, from below, whose cumulative share exceeds ``u``."""
        values, shares = self._steps
        return values[np.searchsorted(shares, u, side="right")]

    @cached_property
    def _steps(self) -> tuple[Floats, Floats]:
        """Values in ascending order, and their cumulative shares."""
        values = np.array(self.values, dtype=np.float64)
        order = np.argsort(values, kind="stable")
        weights = np.ones(values.size) if self.weights is None else np.array(self.weights)
        return values[order], _cumulative_shares(weights[order])


@dataclass(frozen=True)
class Mixture:
    """One of several distributions, chosen by weight: pairs (weight, distribution).

    One uniform serves both choices: ``u`` first selects the component, then its position inside
    that component's share is a fresh uniform for the component's quantile. The result has the right
    distribution but does **not** rise with ``u``, and the order of the components matters: the same
    ``u`` means something else when they are permuted.
    """

    components: tuple[tuple[float, Distribution], ...]

    def __post_init__(self) -> None:
        """Check the weights."""
        _check_weights(self._weights)

    @property
    def mean(self) -> float:
        """Weighted average of the means."""
        return self._average(part.mean for _weight, part in self.components)

    @property
    def variance(self) -> float:
        """Variance within the components plus variance between their means."""
        centre = self.mean
        within = self._average(part.variance for _weight, part in self.components)
        return within + self._average(
            (part.mean - centre) ** 2 for _weight, part in self.components
        )

    def quantile(self, u: Floats) -> Floats:
        """A valid transform of one uniform, though not a rising one."""
        result = np.empty_like(u)
        low = 0.0
        for high, (_weight, part) in zip(self._shares, self.components, strict=True):
            mine = np.nonzero((low <= u) & (u < high))
            if mine[0].size:
                inside = (u[mine] - low) / (high - low)
                result[mine] = part.quantile(np.minimum(inside, _BELOW_ONE))
            low = high
        return result

    @cached_property
    def _shares(self) -> Floats:
        return _cumulative_shares(np.array(self._weights))

    @property
    def _weights(self) -> tuple[float, ...]:
        return tuple(weight for weight, _part in self.components)

    def _average(self, values: Iterable[float]) -> float:
        return float(np.average(list(values), weights=self._weights))


_BELOW_ONE: Final = float(np.nextafter(1.0, 0.0))


def _cumulative_shares(weights: Floats) -> Floats:
    """The last is exactly 1, so that every u in [0, 1) finds its place."""
    total = np.cumsum(weights)
    return np.asarray(total / total[-1], dtype=np.float64)


FAMILIES: Final[Mapping[str, Callable[..., Distribution]]] = {
    "constant": Constant,
    "exponential": Exponential,
    "uniform": Uniform,
    "triangular": Triangular,
    "pert": Pert,
    "lognormal": Lognormal,
    "gamma": Gamma,
    "weibull": Weibull,
    "erlang": erlang,
    "empirical": Empirical,
    "mixture": Mixture,
}
"""The families by the names and parameters that scenarios use."""


def to_seconds(values: Floats, minimum: int) -> NDArray[np.int64]:
    """Round to whole seconds (halves to even), at least ``minimum``.

    Args:
        values: Lengths in seconds, any shape.
        minimum: 1 where something must last, otherwise 0.

    Raises:
        InputError: A value is not a number, infinite or above `MOST_SECONDS`.
    """
    if values.size and not (values.max() <= MOST_SECONDS and values.min() >= -MOST_SECONDS):
        bad = values[~(np.abs(values) <= MOST_SECONDS)]
        raise InputError(
            _("{number} of {all} lengths are no number of seconds: {bad}").format(
                number=bad.size, all=values.size, bad=bad[0]
            )
        )
    seconds = np.rint(values).astype(np.int64)
    return np.maximum(seconds, minimum, out=seconds)


def poisson_quantile(u: float, mean: float) -> int:
    """Smallest k with P(N ≤ k) ≥ u, for a Poisson count N.

    It rises with ``u`` and with ``mean``: more volume only adds.

    Args:
        u: A uniform number in [0, 1).
        mean: Expected count, at most `MOST_POISSON_MEAN`.

    Raises:
        InputError: An argument is out of range.
    """
    if not (0 <= u < 1 and 0 <= mean <= MOST_POISSON_MEAN):
        raise InputError(
            _(
                "a Poisson count needs 0 ≤ u < 1 and 0 ≤ mean ≤ {most:g}: u = "
                "{u!r}, mean = {mean!r}"
            ).format(most=MOST_POISSON_MEAN, u=u, mean=mean)
        )
    from scipy.special import pdtrik

    # The real root needs no correction by `pdtr`, which for means of millions is itself too coarse.
    return math.ceil(pdtrik(u, mean))

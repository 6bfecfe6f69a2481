"""Distributions: every family has the mean, the variance and the shape that it states."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from simulation.distributions import (
    FAMILIES,
    LEAST_CV,
    MOST_POISSON_MEAN,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Floats,
    Gamma,
    Lognormal,
    Mixture,
    Pert,
    Triangular,
    Uniform,
    Weibull,
    erlang,
    poisson_quantile,
    to_seconds,
)
from simulation.errors import InputError
from simulation.streams import uniforms

if TYPE_CHECKING:
    from collections.abc import Callable

modest = settings(max_examples=60, deadline=None, derandomize=True)

CASES: dict[str, tuple[Distribution, float, float]] = {
    # distribution, lower and upper bound of its support
    "constant": (Constant(7.5), 7.5, 7.5),
    "exponential": (Exponential(900.0), 0, np.inf),
    "uniform": (Uniform(-2.0, 5.0), -2, 5),
    "triangular": (Triangular(1.0, 2.0, 9.0), 1, 9),
    "triangular, mode low": (Triangular(1.0, 1.0, 9.0), 1, 9),
    "triangular, mode high": (Triangular(1.0, 9.0, 9.0), 1, 9),
    "pert": (Pert(300.0, 600.0, 2400.0), 300, 2400),
    "pert, mode low": (Pert(-1.0, -1.0, 5.0), -1, 5),
    "pert, mode high": (Pert(0.0, 5.0, 5.0), 0, 5),
    "lognormal": (Lognormal(900.0, 0.7), 0, np.inf),
    "lognormal, narrow": (Lognormal(900.0, 0.05), 0, np.inf),
    "lognormal, wide": (Lognormal(900.0, 3.0), 0, np.inf),
    "gamma": (Gamma(900.0, 0.5), 0, np.inf),
    "gamma, least spread": (Gamma(900.0, LEAST_CV), 0, np.inf),
    "gamma, narrow": (Gamma(900.0, 0.05), 0, np.inf),
    "gamma, wide": (Gamma(900.0, 3.0), 0, np.inf),
    "gamma, widest": (Gamma(900.0, 10.0), 0, np.inf),
    "weibull": (Weibull(900.0, 0.7), 0, np.inf),
    "weibull, least spread": (Weibull(900.0, LEAST_CV), 0, np.inf),
    "weibull, wide": (Weibull(900.0, 3.0), 0, np.inf),
    "erlang": (erlang(900.0, 3), 0, np.inf),
    "empirical": (Empirical((5.0, 1.0, 2.0), (0.5, 0.3, 0.2)), 1, 5),
    "empirical, equal weights": (Empirical((1.0, 2.0, 2.0, 9.0)), 1, 9),
    "mixture": (Mixture(((0.9, Exponential(60.0)), (0.1, Gamma(900.0, 0.5)))), 0, np.inf),
    "mixture, nested": (
        Mixture(((2, Constant(-3.0)), (0, Constant(99.0)), (3, Mixture(((1, Uniform(1, 2)),))))),
        -3,
        2,
    ),
}
HEAVY = {"lognormal, wide", "gamma, wide", "gamma, widest", "weibull, wide"}
each_case = pytest.mark.parametrize(
    ("family", "low", "high"), CASES.values(), ids=[name.replace(", ", "-") for name in CASES]
)


def quadrature(family: Distribution, nodes: int = 400_000) -> tuple[float, float]:
    """Mean and variance as integrals of the quantile over u, by midpoints.

    The midpoints are even on the logit of u, so that they reach far into both tails, and each
    weighs what the logistic density says.
    """
    width = 72 / nodes
    x = -36 + width * (np.arange(nodes) + 0.5)
    weight = special.expit(x) * special.expit(-x) * width
    value = family.quantile(special.expit(x))
    mean = float(weight @ value)
    return mean, float(weight @ (value - mean) ** 2)


def both_tails(n: int = 20_001) -> Floats:
    """Uniforms from 1e-9 to 1 - 1e-9, dense at both ends and off the nodes of the tables."""
    edge = float(special.logit(1e-9))
    return np.asarray(special.expit(np.linspace(edge, -edge, n)), dtype=np.float64)


def test_every_family_is_measured() -> None:
    """A family cannot be added without a case here."""
    assert {name.split(",")[0] for name in CASES} == set(FAMILIES)


@each_case
def test_stated_moments_are_the_integrals_of_the_quantile(
    family: Distribution, low: float, high: float
) -> None:
    """Mean and variance are what the quantile integrates to."""
    mean, variance = quadrature(family)
    assert low <= family.mean <= high
    spread = family.variance**0.5
    assert mean == pytest.approx(family.mean, abs=1e-4 * spread + 1e-12 * abs(family.mean))
    assert variance == pytest.approx(family.variance, rel=5e-4, abs=1e-12)


@pytest.mark.parametrize("name", [name for name in CASES if name not in HEAVY])
def test_stated_moments_are_those_of_samples(name: str) -> None:
    """Mean and variance of 200,000 draws agree with the stated ones.

    Both are normal to a good approximation (the heavy tails are left to the quadrature); 42 values
    against ±4.9 standard errors raise a false alarm with probability 4e-5.
    """
    n = 200_000
    family = CASES[name][0]
    deviation = family.quantile(uniforms(2021, 0, name, n)) - family.mean
    error = np.sqrt(family.variance / n)
    assert abs(deviation.mean()) <= 4.9 * error + 1e-12
    square = deviation**2
    assert abs(square.mean() - family.variance) <= 4.9 * square.std() / np.sqrt(n) + 1e-12


@each_case
def test_values_stay_in_the_support(family: Distribution, low: float, high: float) -> None:
    """From u = 0 to the last float below 1 every value is finite and within its bounds."""
    ends = [0.0, 5e-324, 1e-300, 2.0**-53, np.nextafter(1.0, 0.0)]
    value = family.quantile(np.concatenate([ends, both_tails()]))
    assert np.isfinite(value).all()
    assert value.min() >= low - 1e-12
    assert value.max() <= high + 1e-12


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("mixture")])
def test_quantiles_rise(name: str) -> None:
    """More luck never makes a smaller value, but for the last digits."""
    family = CASES[name][0]
    value = family.quantile(np.concatenate([[0.0, 1e-300], both_tails(), [1 - 2.0**-53]]))
    assert (np.diff(value) >= -1e-13 * np.abs(value[1:])).all()


@each_case
def test_one_value_does_not_depend_on_the_others(
    family: Distribution, low: float, high: float
) -> None:
    """Element k is the same in any company and any shape: more volume only adds values."""
    del low, high
    u = uniforms(1, 0, "company", 1_001)
    value = family.quantile(u)
    assert value.tolist() == family.quantile(np.append(u, u[::-1]))[: u.size].tolist()
    assert value[3:11].tolist() == family.quantile(u[3:11]).tolist()
    assert value[:1000].tolist() == family.quantile(u[:1000].reshape(10, 100)).ravel().tolist()
    assert family.quantile(u[:0]).shape == (0,)


@pytest.mark.parametrize(
    ("family", "oracle"),
    [
        (Exponential(900.0), stats.expon(scale=900)),
        (Uniform(-2.0, 5.0), stats.uniform(-2, 7)),
        (Triangular(1.0, 2.0, 9.0), stats.triang(1 / 8, 1, 8)),
        (Pert(300.0, 600.0, 2400.0), stats.beta(1 + 4 / 7, 5 - 4 / 7, 300, 2100)),
        (Lognormal(1.0, 1.0), stats.lognorm(np.log(2) ** 0.5, scale=0.5**0.5)),
        (Weibull(2.0, 5**0.5), stats.weibull_min(0.5)),  # Γ(3) = 2, Γ(5)/Γ(3)² - 1 = 5
        (Gamma(900.0, 0.5), stats.gamma(4, scale=225)),
        (erlang(900.0, 3), stats.gamma(3, scale=300)),
    ],
    ids=lambda value: type(value).__name__,  # scipy's repr holds an address
)
def test_shapes_are_those_of_scipy(family: Distribution, oracle: Any) -> None:
    """Not only the moments but the whole quantile is that of the named family."""
    u = np.linspace(0.0005, 0.9995, 1000)
    np.testing.assert_allclose(family.quantile(u), oracle.ppf(u), rtol=2e-5)


def exact_gamma(u: Floats, cv: float) -> Floats:
    """Quantile of the gamma with mean 1, by the exact functions."""
    shape = cv**-2
    lower, upper = special.gammaincinv(shape, u), special.gammainccinv(shape, 1 - u)
    return np.where(u < 0.5, lower, upper) / shape


@pytest.mark.parametrize("cv", [LEAST_CV, 0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0])
def test_gamma_table_is_accurate(cv: float) -> None:
    """The relative error is at most 1e-4 from u = 1e-9 to 1 - 1e-9 for cv up to 3."""
    u = both_tails(99_991)
    np.testing.assert_allclose(Gamma(1.0, cv).quantile(u), exact_gamma(u, cv), rtol=1e-4)


@pytest.mark.parametrize("cv", [5.0, 10.0])
def test_gamma_table_is_accurate_for_extreme_spread(cv: float) -> None:
    """Beyond cv = 3 the relative error is at most 1e-3, down to where floats end."""
    u = both_tails(99_991)
    value, exact = Gamma(1.0, cv).quantile(u), exact_gamma(u, cv)
    np.testing.assert_allclose(value, exact, rtol=1e-3, atol=1e-280)


@pytest.mark.parametrize("mode", [0.0, 0.01, 0.3, 0.5, 0.9, 1.0])
def test_beta_table_is_accurate(mode: float) -> None:
    """The relative error of the distance from either bound is at most 1e-5."""
    u = both_tails(99_991)
    value = Pert(0.0, mode, 1.0).quantile(u)
    a, b = 1 + 4 * mode, 5 - 4 * mode
    left, right = special.betaincinv(a, b, u), special.betaincinv(b, a, 1 - u)
    np.testing.assert_allclose(value, np.where(u < 0.5, left, 1 - right), rtol=1e-5)
    low, high = value < 0.5, value > 0.5
    np.testing.assert_allclose(value[low], left[low], rtol=1e-5)
    np.testing.assert_allclose(1 - value[high], right[high], rtol=1e-5, atol=1e-15)


@pytest.mark.parametrize("cv", [0.05, 1.0, 3.0])
def test_extreme_tails_are_exact(cv: float) -> None:
    """Beyond the table's ends the exact functions answer, and u = 0 gives the lower bound."""
    u = np.array([0.0, 1e-300, 1e-18, 1e-16, 1 - 2.0**-53])
    np.testing.assert_allclose(Gamma(1.0, cv).quantile(u), exact_gamma(u, cv), rtol=1e-11)
    bounds = Pert(10.0, 20.0, 30.0).quantile(np.array([0.0, 1 - 2.0**-53]))
    assert bounds[0] == 10
    assert 29.9 < bounds[1] < 30


@pytest.mark.parametrize("family", [Lognormal, Gamma, Weibull])
@pytest.mark.parametrize("cv", [0.0, LEAST_CV / 2])
def test_no_spread_makes_a_constant(
    family: Callable[[float, float], Distribution], cv: float
) -> None:
    """A coefficient of variation of zero, or next to it, behaves as a constant."""
    u = both_tails(101)
    assert family(900.0, cv).quantile(u).tolist() == Constant(900.0).quantile(u).tolist()
    assert family(900.0, cv).variance == 0


@pytest.mark.parametrize(
    "family",
    [
        Exponential(0.0),
        Lognormal(0.0, 1.0),
        Gamma(0.0, 1.0),
        Weibull(0.0, 1.0),
        Uniform(0.0, 0.0),
        Triangular(0.0, 0.0, 0.0),
        Pert(0.0, 0.0, 0.0),
        Empirical((0.0,)),
        Mixture(((1.0, Constant(0.0)),)),
    ],
    ids=repr,
)
def test_families_of_no_width_are_constant(family: Distribution) -> None:
    """Parameters that leave no room for chance are valid, and give zero here."""
    u = np.array([0.0, 1e-300, 0.3, 1 - 2.0**-53])
    assert family.quantile(u).tolist() == [0.0] * 4
    assert (family.mean, family.variance) == (0, 0)


means = st.floats(1e-3, 1e7)


@modest
@given(family=st.sampled_from([Lognormal, Gamma, Weibull]), mean=means, cv=st.floats(LEAST_CV, 3.0))
def test_mean_and_cv_are_met_everywhere(
    family: Callable[[float, float], Distribution], mean: float, cv: float
) -> None:
    """Whatever mean and coefficient of variation are asked for, the quantile has them."""
    found, variance = quadrature(family(mean, cv), nodes=40_000)
    assert found == pytest.approx(mean, rel=1e-4 * cv)
    assert variance == pytest.approx((mean * cv) ** 2, rel=1e-3)


@modest
@given(
    family=st.sampled_from([Triangular, Pert]),
    bounds=st.lists(st.integers(-(10**6), 10**6), min_size=3, max_size=3).map(sorted),
)
def test_interval_families_keep_bounds_order_and_moments(
    family: Callable[[float, float, float], Distribution], bounds: list[float]
) -> None:
    """Any three ordered numbers make a rising quantile between the outer two with their moments."""
    made = family(*bounds)
    low, high = bounds[0], bounds[2]
    slack = 1e-12 * max(abs(low), abs(high))
    value = made.quantile(both_tails(2001))
    assert value.min() >= low - slack
    assert value.max() <= high + slack
    assert np.diff(value).min() >= -slack
    mean, variance = quadrature(made, nodes=40_000)
    assert mean == pytest.approx(made.mean, abs=1e-4 * (high - low) + slack)
    assert variance == pytest.approx(made.variance, rel=1e-3, abs=slack**2)


@modest
@given(
    st.lists(st.tuples(st.floats(-100, 100), st.integers(0, 9)), min_size=1, max_size=20).filter(
        lambda pairs: any(weight for _, weight in pairs)
    ),
    st.randoms(use_true_random=False),
)
def test_empirical_values_have_their_shares(pairs: list[tuple[float, int]], luck: Any) -> None:
    """Every value takes exactly its share of the unit interval, in any order of the list.

    Values without weight are never drawn, not even at the two ends.
    """
    total = sum(weight for _, weight in pairs)
    u = (np.arange(10 * total) + 0.5) / (10 * total)
    u[[0, -1]] = 0, np.nextafter(1.0, 0.0)
    expected = sorted(value for value, weight in pairs for _ in range(10 * weight))
    luck.shuffle(pairs)
    values, weights = zip(*pairs, strict=True)
    assert Empirical(values, weights).quantile(u).tolist() == expected


def test_mixture_has_the_weighted_distribution() -> None:
    """The share of values below any x is the weighted average of the components' shares.

    It is counted over a million even midpoints, so the only error is that of the grid.
    """
    components = ((0.25, Exponential(1.0)), (0.6, Uniform(0.0, 3.0)), (0.15, Constant(2.0)))
    n = 1_000_000
    value = Mixture(components).quantile((np.arange(n) + 0.5) / n)
    for x in (0.1, 0.5, 1.0, 1.999, 2.0, 2.5, 3.0, 5.0):
        share = 0.25 * (1 - np.exp(-x)) + 0.6 * min(x / 3, 1) + 0.15 * (x >= 2)
        assert (value <= x).mean() == pytest.approx(share, abs=5e-6)


def test_mixture_repeats_its_component_in_its_share() -> None:
    """Inside a component's share of the unit interval its whole quantile is passed through."""
    one, other = Exponential(5.0), Gamma(7.0, 0.5)
    v = (np.arange(1000) + 0.5) / 1000
    value = Mixture(((1, one), (3, other))).quantile(np.concatenate([v / 4, 0.25 + v * 0.75]))
    np.testing.assert_allclose(value[:1000], one.quantile(v), rtol=1e-10)
    np.testing.assert_allclose(value[1000:], other.quantile(v), rtol=1e-10)


@pytest.mark.parametrize("k", range(20))
def test_mixture_stays_finite_at_the_edges_of_shares(k: int) -> None:
    """A uniform just below or at the edge of a share is still below 1 inside its component.

    For some of these weights, rounding alone would make it 1.
    """
    weights = uniforms(1, k, "weights", 3) + np.array([0.0, 2.0, 0.0])
    edges = np.cumsum(weights)[:-1] / np.cumsum(weights)[-1]
    u = np.concatenate([edges, np.nextafter(edges, 0), np.nextafter(edges, 1)])
    components = tuple((float(weight), Exponential(1.0)) for weight in weights)
    value = Mixture(components).quantile(u)
    assert value.min() >= 0
    assert value.max() < 40


def test_one_erlang_phase_is_exponential() -> None:
    """Erlang with one phase and gamma with cv 1 are the exponential, within the table's error."""
    u = both_tails()
    np.testing.assert_allclose(
        erlang(60.0, 1).quantile(u), Exponential(60.0).quantile(u), rtol=1e-5
    )


IMPOSSIBLE: list[tuple[str, tuple[Any, ...]]] = [
    ("constant", (np.inf,)),
    ("exponential", (-1.0,)),
    ("exponential", (np.nan,)),
    ("uniform", (2.0, 1.0)),
    ("uniform", (0.0, np.inf)),
    ("triangular", (0.0, 3.0, 2.0)),
    ("pert", (1.0, 0.0, 2.0)),
    ("pert", (np.nan, 1.0, 2.0)),
    ("lognormal", (-1.0, 1.0)),
    ("lognormal", (np.inf, 1.0)),
    ("gamma", (1.0, -0.1)),
    ("gamma", (1.0, 10.1)),
    ("weibull", (1.0, np.nan)),
    ("erlang", (1.0, 0)),
    ("empirical", ((),)),
    ("empirical", ((1.0, np.nan),)),
    ("empirical", ((1.0, 2.0), (1.0,))),
    ("empirical", ((1.0, 2.0), (0.0, 0.0))),
    ("empirical", ((1.0, 2.0), (2.0, -1.0))),
    ("mixture", ((),)),
    ("mixture", (((np.inf, Constant(1.0)),),)),
]


@pytest.mark.parametrize(("name", "parameters"), IMPOSSIBLE, ids=repr)
def test_impossible_parameters_are_refused(name: str, parameters: tuple[Any, ...]) -> None:
    """Parameters that no distribution has are refused when it is made, not when it is sampled."""
    with pytest.raises(InputError):
        FAMILIES[name](*parameters)


def test_seconds_are_rounded_and_last() -> None:
    """Whole seconds are the nearest ones, and never fewer than the minimum."""
    lengths = np.array([0.0, 0.4, 0.6, 1.4, 2.5, 3.5, 86_400.49, 2.0**53])
    assert to_seconds(lengths, 0).tolist() == [0, 0, 1, 1, 2, 4, 86_400, 2**53]
    assert to_seconds(lengths, 1).tolist() == [1, 1, 1, 1, 2, 4, 86_400, 2**53]
    assert to_seconds(lengths, 0).dtype == np.int64


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300, -1e300])
def test_endless_seconds_are_refused(bad: float) -> None:
    """What is no number of seconds is refused instead of wrapped around, and shown."""
    with pytest.raises(InputError, match=r"1 of 3 lengths .*(nan|inf|e\+300)"):
        to_seconds(np.array([1.0, bad, 2.0]), 0)


@modest
@given(u=st.floats(0, 1, exclude_max=True), mean=st.floats(0, 30))
def test_poisson_quantile_agrees_with_the_sum(u: float, mean: float) -> None:
    """It is the first k at which the added probabilities reach u, but for the last digits."""
    k, term = 0, np.exp(-mean)
    total = term
    slack = 1e-12
    while total < u - slack:
        k += 1
        term *= mean / k
        total += term
    least = k
    while total < u + slack and term > 0:
        k += 1
        term *= mean / k
        total += term
    assert least <= poisson_quantile(u, mean) <= k


@pytest.mark.parametrize("u", [1e-9, 0.025, 0.5, 0.975, 1 - 1e-9])
@pytest.mark.parametrize("mean", [1e4, 111_333.0, 1e6, MOST_POISSON_MEAN])
def test_large_poisson_counts_agree_with_their_expansion(mean: float, u: float) -> None:
    """Large counts follow the expansion of Cornish and Fisher (1938), to one at most."""
    z, root = special.ndtri(u), mean**0.5
    expansion = mean + z * root + (z**2 - 1) / 6 + (z - z**3) / (72 * root)
    assert abs(poisson_quantile(u, mean) - expansion) <= 1


@modest
@given(
    u=st.lists(st.floats(0, 1, exclude_max=True), min_size=2, max_size=5).map(sorted),
    mean=st.lists(st.floats(0, 1e6), min_size=2, max_size=5).map(sorted),
)
def test_poisson_quantile_rises(u: list[float], mean: list[float]) -> None:
    """More luck or more expected volume never means fewer."""
    for low, high in pairwise(u):
        assert poisson_quantile(low, mean[0]) <= poisson_quantile(high, mean[0])
    for low, high in pairwise(mean):
        assert poisson_quantile(u[0], low) <= poisson_quantile(u[0], high)


def test_poisson_counts_have_mean_and_variance() -> None:
    """A count from one uniform has equal mean and variance, here over 10,000 even midpoints."""
    counts = [poisson_quantile((k + 0.5) / 10_000, 40.0) for k in range(10_000)]
    assert np.mean(counts) == pytest.approx(40, rel=1e-3)
    assert np.var(counts) == pytest.approx(40, rel=1e-2)


def test_poisson_of_nothing_is_nothing() -> None:
    """Without volume nobody comes; with the least luck nobody comes either."""
    assert poisson_quantile(1 - 2.0**-53, 0.0) == 0
    assert poisson_quantile(0.0, 1e6) == 0


@pytest.mark.parametrize(
    ("u", "mean"), [(-0.1, 1.0), (1.0, 1.0), (np.nan, 1.0), (0.5, -1.0), (0.5, np.nan), (0.5, 2e8)]
)
def test_impossible_poisson_arguments_are_refused(u: float, mean: float) -> None:
    """What has no quantile is refused instead of searched for without end."""
    with pytest.raises(InputError, match="Poisson"):
        poisson_quantile(u, mean)


def test_scipy_is_imported_where_it_is_used() -> None:
    """Importing the families imports no scipy, and using them no scipy.stats."""
    program = (
        "import sys, numpy as np, simulation.distributions as d;"
        "assert not any(m.startswith('scipy') for m in sys.modules);"
        "d.Gamma(1.0, 0.5).quantile(np.array([0.5])); d.poisson_quantile(0.5, 9.0);"
        "assert 'scipy.stats' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

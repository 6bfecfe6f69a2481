"""Where a curve falls under its target, on curves of which it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.decisions.breaking import find_breaking_point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

AT = np.linspace(0.8, 1.6, 9)
TRUTH = 1.23
"""Between two points, so that it has to be interpolated."""


def expected(at: Floats) -> Floats:
    """On-time rates that fall ever faster; a straight line from 1.2 to 1.3, and 0.95 at TRUTH."""
    knots = [0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]
    rates = [0.999, 0.998, 0.996, 0.985, 0.965, 0.915, 0.80, 0.62, 0.42]
    return np.asarray(np.interp(at, knots, rates))


def paired_curves(luck: np.random.Generator, replications: int) -> Floats:
    """Curves of replications: each is better or worse as a whole, steeper or flatter, and noisy."""
    shift = luck.normal(0, 0.01, (replications, 1))
    tilt = luck.normal(0, 0.05, (replications, 1)) * (AT - 1.2)
    return expected(AT) + shift + tilt + luck.normal(0, 0.003, (replications, len(AT)))


def test_it_is_interpolated_between_two_points() -> None:
    """Curves without noise cross where the straight line does, and their bounds are that place."""
    found = find_breaking_point(AT, np.tile(expected(AT), (4, 1)), 0.95)

    assert found.state == "crosses"
    assert found.value == pytest.approx(TRUTH)
    assert [found.low, found.high] == pytest.approx([TRUTH, TRUTH])
    assert [found.last_holding, found.first_failing] == pytest.approx([1.2, 1.3])
    assert (found.holds, found.crossed, found.several) == ("below", 4, False)


@pytest.mark.parametrize("replications", [3, 10])
def test_the_interval_covers_the_truth_in_95_of_100(replications: int) -> None:
    """Over 2000 seeds, the interval holds the true breaking point in 95 ± 2 %.

    With a coverage of exactly 95 % the count leaves this band in fewer than one case of 10,000
    (four standard errors are 1.95 points). Seeds are fixed.
    """
    hits = 0
    for seed in range(2000):
        curves = paired_curves(np.random.default_rng(seed), replications)
        found = find_breaking_point(AT, curves, 0.95)
        low, high = found.low or -np.inf, found.high or np.inf
        hits += low <= TRUTH <= high

    assert 0.93 <= hits / 2000 <= 0.97


def test_paired_curves_give_narrower_bounds_than_independent_points() -> None:
    """The spread of differences between points does not widen an interval, that of levels does."""
    luck = np.random.default_rng(1)
    steady = expected(AT) + luck.normal(0, 0.001, (8, 1))
    shaky = expected(AT) + luck.normal(0, 0.02, (8, 1))
    widths = []
    for curves in (steady, shaky):
        found = find_breaking_point(AT, curves, 0.95)
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)

    assert widths[0] < widths[1] / 5


def test_a_range_without_crossing_is_said_with_a_bound() -> None:
    """Where the target is kept everywhere it breaks beyond; where nowhere, before."""
    luck = np.random.default_rng(2)
    curves = paired_curves(luck, 10)
    holds = find_breaking_point(AT[:4], curves[:, :4], 0.9)
    fails = find_breaking_point(AT[6:], curves[:, 6:], 0.95)

    assert (holds.state, holds.value, holds.high) == ("holds", None, None)
    assert holds.low == pytest.approx(1.1)
    assert holds.first_failing is None
    assert (fails.state, fails.value, fails.low) == ("fails", None, None)
    assert fails.high == pytest.approx(1.4)
    assert fails.last_holding is None


def test_a_bound_is_open_where_the_range_ends_too_early() -> None:
    """If the last point may still keep the target, there is no upper bound."""
    luck = np.random.default_rng(3)
    curves = expected(AT) + luck.normal(0, 0.025, (6, 1))
    found = find_breaking_point(AT[:6], curves[:, :6], 0.93)

    assert found.state == "crosses"
    assert found.high is None
    assert found.low is not None
    assert 0 < found.crossed < 6


def test_more_staff_breaks_in_the_other_direction() -> None:
    """A rising curve keeps its target above the breaking point; the point itself is the same."""
    curves = paired_curves(np.random.default_rng(4), 10)
    falling = find_breaking_point(AT, curves, 0.95)
    rising = find_breaking_point((-AT[::-1]).tolist(), curves[:, ::-1], 0.95)

    assert rising.holds == "above"
    assert falling.value == pytest.approx(-(rising.value or 0))
    assert [falling.low, falling.high] == pytest.approx([-(rising.high or 0), -(rising.low or 0)])


def test_waits_break_when_they_exceed_their_target() -> None:
    """Of a measure that should be low, the target is the most that it may be."""
    waits = 20 - 20 * paired_curves(np.random.default_rng(5), 10)
    found = find_breaking_point(AT, waits, 1.0, higher_is_better=False)

    assert found.holds == "below"
    assert found.value == pytest.approx(TRUTH, abs=0.03)


def test_a_curve_that_comes_back_has_one_breaking_point() -> None:
    """Where the mean crosses several times the falling fit decides, and it is said."""
    found = find_breaking_point([1, 2, 3, 4, 5], np.array([[1.0, 0.94, 0.96, 0.93, 0.5]] * 3), 0.95)

    assert found.several
    assert found.state == "crosses"
    assert found.value == pytest.approx(3.0, abs=1)


def test_what_is_not_counted_has_no_breaking_point() -> None:
    """Replications without the measure are left out; without any there is nothing to say."""
    curves = paired_curves(np.random.default_rng(6), 5)
    holed = curves.copy()
    holed[0, 3] = np.nan

    assert find_breaking_point(AT, holed, 0.95) == find_breaking_point(AT, curves[1:], 0.95)
    assert find_breaking_point(AT, curves * np.nan, 0.95).state == "uncounted"


def test_one_replication_has_no_bounds() -> None:
    """A single curve crosses somewhere, and says nothing about luck."""
    found = find_breaking_point(AT, paired_curves(np.random.default_rng(7), 1), 0.95)

    assert found.value is not None
    assert (found.low, found.high) == (None, None)

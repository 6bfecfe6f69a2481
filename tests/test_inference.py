"""Intervals: published values, measured and enumerated coverage, and what is left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from simulation.inference import (
    Difference,
    Interval,
    clopper_pearson,
    paired_difference,
    rate,
    student,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOTHING = Interval(None, None, None)


def test_student_gives_the_textbook_interval() -> None:
    """Five values around 12 with standard deviation sqrt(2.5): t(0.975, 4) is 2.776."""
    found = student([10, 11, 12, 13, 14])
    assert found.mean == 12
    assert found.half_width == pytest.approx(2.776445 * math.sqrt(2.5 / 5), rel=1e-6)


def test_student_follows_the_level() -> None:
    """At 90 % the quantile for two values is t(0.95, 1) = 6.314."""
    found = student([0, 2], level=0.9)
    assert found.high == pytest.approx(1 + 6.313752, rel=1e-6)


def test_student_leaves_out_what_counted_nothing() -> None:
    """None and NaN count neither as 0 nor as a replication."""
    assert student([3, None, 5, math.nan]) == student([3, 5])


def test_student_without_spread_has_no_bounds() -> None:
    """One value gives a mean alone, and no value gives nothing."""
    assert student([7, None]) == Interval(7, None, None)
    assert student([None, math.nan]) == NOTHING
    assert student([]) == NOTHING


def test_student_covers_the_mean_as_often_as_it_says() -> None:
    """Of 4,000 intervals from 4 normal values each, 95 % contain the mean.

    A correct interval falls outside the band, 4.9 standard errors, once in a million seeds; the
    normal quantile in place of Student's would cover 85 %.
    """
    trials, expected = 4_000, 0.95
    samples = np.random.default_rng(1908).normal(loc=10, scale=3, size=(trials, 4))
    covered = sum(10 in student(sample) for sample in samples)
    band = 4.9 * math.sqrt(expected * (1 - expected) / trials)
    assert covered / trials == pytest.approx(expected, abs=band)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 10, 0, 0.3085), (10, 10, 0.6915, 1), (3, 10, 0.0667, 0.6525), (3, 20, 0.0321, 0.3789)],
)
def test_clopper_pearson_gives_the_published_bounds(
    successes: int, trials: int, low: float, high: float
) -> None:
    """The exact 95 % bounds of the tables, to their four decimals."""
    found = clopper_pearson(successes, trials)
    assert found.mean == successes / trials
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("trials", [1, 7, 30])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_clopper_pearson_never_covers_less_than_it_says(trials: int, level: float) -> None:
    """Enumerated over every count, the coverage of any proportion is at least the level."""
    counts = np.arange(trials + 1)
    intervals = [clopper_pearson(int(count), trials, level) for count in counts]
    low = np.array([interval.low for interval in intervals], dtype=float)
    high = np.array([interval.high for interval in intervals], dtype=float)
    ways = scipy.special.comb(trials, counts)
    for proportion in np.linspace(0.001, 0.999, 499):
        chances = ways * proportion**counts * (1 - proportion) ** (trials - counts)
        covering = (low <= proportion) & (proportion <= high)
        assert chances[covering].sum() >= level - 1e-12


def test_rate_is_the_mean_of_the_replications_rates() -> None:
    """Each replication counts the same, however many trials it has."""
    assert rate([50, 510], [100, 1000]) == student([0.5, 0.51])


def test_rate_leaves_out_replications_without_trials() -> None:
    """No trials is no rate, not a rate of 0."""
    assert rate([50, 0, 51], [100, 0, 100]) == student([0.5, 0.51])
    assert rate([0, 0], [0, 0]) == NOTHING
    assert rate([], []) == NOTHING


def test_rate_is_cut_to_what_a_share_can_be() -> None:
    """Student's bounds beyond 0 and 1 are cut there, the mean stays."""
    wide = student([0.1, 0.9])
    assert (wide.low, wide.high) == pytest.approx((0.5 - 0.4 * 12.7062, 0.5 + 0.4 * 12.7062))
    assert rate([1, 9], [10, 10]) == Interval(0.5, 0.0, 1.0)


def test_rate_of_one_replication_has_no_bounds() -> None:
    """Inside one replication trials depend on each other, so their number gives no bounds."""
    assert rate([4], [10]) == Interval(0.4, None, None)


@pytest.mark.parametrize(
    ("successes", "pooled"),
    [([0, 0, 0], clopper_pearson(0, 60)), ([10, 20, 30], clopper_pearson(60, 60))],
    ids=["none", "all"],
)
def test_rate_without_spread_pools_the_counts(successes: list[int], pooled: Interval) -> None:
    """Where all replications are 0 or all are 1 the interval is exact and still has a width."""
    found = rate(successes, [10, 20, 30])
    assert found == pooled
    assert found.half_width is not None
    assert found.half_width > 0.01


counted_replications = st.lists(
    st.integers(0, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=6
)


@given(counted_replications)
def test_rate_and_its_bounds_are_shares(replications: list[tuple[int, int]]) -> None:
    """Bounds lie within [0, 1] on either side of the mean, and are there or not together."""
    found = rate([s for s, _ in replications], [n for _, n in replications])
    if found.low is None or found.high is None:
        assert found.low is found.high is None
    else:
        assert found.mean is not None
        assert 0 <= found.low <= found.mean + 1e-12
        assert found.mean - 1e-12 <= found.high <= 1


def difference(interval: Interval) -> Difference:
    """The same bounds, as those of a difference."""
    return Difference(interval.mean, interval.low, interval.high)


@pytest.mark.parametrize(
    ("low", "high", "separated"),
    [
        (1.0, 2.0, True),
        (-2.0, -1.0, True),
        (-1.0, 1.0, False),
        (0.0, 1.0, False),
        (None, None, None),
    ],
)
def test_separated_means_that_zero_is_left_out(
    low: float | None,
    high: float | None,
    separated: bool | None,  # noqa: FBT001 - a parameter of the test
) -> None:
    """A difference is separated when its interval does not hold zero, its bounds included."""
    found = Difference(0.5, low, high)

    assert found.separated is separated
    assert found.as_dict() == {"mean": 0.5, "low": low, "high": high, "separated": separated}


def test_paired_difference_cancels_what_both_share() -> None:
    """An option that takes 2 or 3 off every replication has an interval around -2.5 alone."""
    base = [100.0, 250.0, 30.0, 75.0]
    found = paired_difference([98.0, 247.0, 28.0, 72.0], base)
    assert found == difference(student([-2, -3, -2, -3]))
    assert found.high is not None
    assert found.high < 0


def test_paired_difference_leaves_out_broken_pairs() -> None:
    """A replication that counted something on one side only compares nothing."""
    assert paired_difference([5, None, 9, 4], [1, 2, math.nan, 2]) == difference(student([4, 2]))


def test_interval_is_written_by_name() -> None:
    """An interval is reported as mean, low and high, with None for what the data do not give."""
    assert Interval(0.5, 0.25, 0.75).as_dict() == {"mean": 0.5, "low": 0.25, "high": 0.75}
    assert NOTHING.as_dict() == {"mean": None, "low": None, "high": None}
    assert Interval(0.5, 0.25, 0.75).half_width == 0.25
    assert NOTHING.half_width is None


def test_interval_holds_what_lies_between_its_bounds() -> None:
    """The bounds belong to an interval; one without bounds holds nothing."""
    assert 0.25 in Interval(0.5, 0.25, 0.75)
    assert 0.76 not in Interval(0.5, 0.25, 0.75)
    assert 7 not in Interval(7, None, None)


def test_numbers_are_plain_python() -> None:
    """Results go into JSON, which knows no numpy types."""
    for interval in (student(np.array([1.0, 2.0])), rate(np.array([1, 2]), np.array([3, 3]))):
        assert all(type(number) is float for number in interval.as_dict().values())


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "infinite value": (lambda: student([1, math.inf]), "infinite"),
    "infinite pair": (lambda: paired_difference([math.inf, 1], [math.inf, 2]), "infinite"),
    "level in per cent": (lambda: student([1, 2], level=95), "between 0 and 1"),
    "level of the exact interval": (lambda: clopper_pearson(1, 2, level=1), "between 0 and 1"),
    "more successes than trials": (lambda: rate([3, 1], [2, 5]), "between 0 and the trials"),
    "negative count": (lambda: rate([-1], [5]), "between 0 and the trials"),
    "impossible count": (lambda: clopper_pearson(3, 2), "3 successes in 2 trials"),
    "unequal counts": (lambda: rate([1, 2], [3]), "2 counts of successes"),
    "unequal pairs": (lambda: paired_difference([1, 2], [3]), "cannot be paired"),
}


@pytest.mark.parametrize(("estimate", "complaint"), REFUSED.values(), ids=REFUSED)
def test_nonsense_is_refused(estimate: Callable[[], object], complaint: str) -> None:
    """Values that no set of replications can have raise ValueError."""
    with pytest.raises(ValueError, match=complaint):
        estimate()

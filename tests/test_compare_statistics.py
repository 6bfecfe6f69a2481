"""Differences of several options, and the rule that finds out how many replications they take."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy

from simulation.decisions.contrast import NUMBERS, SHARES
from simulation.decisions.differences import difference, level_of_each, variance_ratio
from simulation.decisions.precision import FIRST, next_total, read_points, read_precision
from simulation.errors import InputError
from simulation.inference import Difference, student

IN_A_MILLION = 1e-6


def test_intervals_hold_for_all_options_at_once() -> None:
    """Of 2,000 comparisons of five options that share their base, 95 % have all five right.

    Bonferroni promises at least that; a method that holds in exactly 95 % would fail here once in a
    million seeds. Five intervals of 95 % each hold together in about 82 %, and do fail.
    """
    luck, trials = np.random.default_rng(1961), 2_000
    truth = np.array([0.0, 1, 2, 3, -4])
    held = {level_of_each(5): 0, level_of_each(1): 0}
    for _ in range(trials):
        base = luck.normal(size=10)
        options = base + truth[:, None] + luck.normal(size=(5, 10))
        for level in held:
            found = [difference(own.tolist(), base.tolist(), level) for own in options]
            held[level] += all(mean in one for mean, one in zip(truth, found, strict=True))
    least = scipy.stats.binom.ppf(IN_A_MILLION, trials, 0.95)
    assert held[level_of_each(5)] >= least > held[level_of_each(1)]


def test_levels() -> None:
    """One option has the plain level; of 22 each has 1 - 0.05/22."""
    assert level_of_each(1) == pytest.approx(0.95)
    assert level_of_each(22) == pytest.approx(1 - 0.05 / 22)
    assert level_of_each(0) == pytest.approx(0.95)


def test_rounding_is_no_difference() -> None:
    """The same numbers added up in another order differ in no option."""
    base, option = [0.1 + 0.2 + 0.3] * 3, [0.3 + 0.2 + 0.1] * 3
    assert base != option
    assert difference(option, base, 0.95) == Difference(0, 0, 0)
    assert variance_ratio(option, base) is None
    assert difference([130.0] * 3, [100.0] * 3, 0.95).separated


def test_what_is_counted_in_one_only_is_left_out() -> None:
    """A replication without a number in base or option has no difference."""
    assert difference([3, None, 5], [1, 2, None], 0.95) == Difference(2, None, None)
    assert difference([None], [None], 0.95) == Difference(None, None, None)
    assert variance_ratio([1.0, None], [2.0, 1.0]) is None


def test_variance_ratio_is_what_pairing_gains() -> None:
    """By hand: variances 4 and 1, and the difference, which is half of the first, has 1."""
    assert variance_ratio([0, 2, 4], [0, 1, 2]) == pytest.approx((4 + 1) / 1)


def _taken(luck: np.random.Generator, wanted: float, most: int = 5_000) -> tuple[int, bool]:
    """How many normal numbers the rule takes, and whether their interval is right."""
    values, taken = luck.normal(size=most), FIRST
    while True:
        found = student(values[:taken])
        more = next_total(taken, {"a": [found.half_width]}, {"a": wanted}, most)
        if more == taken:
            assert found.half_width is not None
            assert found.half_width <= wanted
            return taken, 0 in found
        taken = more


@pytest.mark.parametrize("wanted", [0.5, 0.2])
def test_a_precise_interval_holds_nearly_as_often_as_it_says(wanted: float) -> None:
    """The rule costs at most three points of the 95 %, and not many observations too many.

    1,500 runs; one that holds in exactly 92 % would fail once in a million seeds.
    """
    luck, trials = np.random.default_rng(1965), 1_500
    found = [_taken(luck, wanted) for _ in range(trials)]
    least = scipy.stats.binom.ppf(IN_A_MILLION, trials, 0.92)
    assert sum(held for _, held in found) >= least
    ideal = (1.96 / wanted) ** 2
    assert ideal < np.mean([taken for taken, _ in found]) < 1.6 * ideal


def test_the_rule_looks_seldom_and_stops_at_the_cap() -> None:
    """Enough is enough; else at least five more, at most twice as many, never beyond the cap."""
    wanted = {"a": 1.0, "b": 2.0}
    assert next_total(10, {"a": [1.0, 0.5], "b": [2.0]}, wanted, 200) == 10
    assert next_total(10, {"a": [1.01], "b": [2.0]}, wanted, 200) == 15
    assert next_total(100, {"a": [1.01], "b": [2.0]}, wanted, 200) == 125
    assert next_total(10, {"a": [0.1], "b": [9.0]}, wanted, 200) == 20
    assert next_total(150, {"a": [9.0], "b": [2.0]}, wanted, 200) == 200
    assert next_total(200, {"a": [9.0], "b": [2.0]}, wanted, 200) == 200
    assert next_total(10, {"a": [None], "b": [0.0]}, wanted, 200) == 10


def test_precision_is_read() -> None:
    """Rates take points, other measures their unit; without a name it is the strict rate."""
    read = read_precision(
        ["0.05pp", "on_time_official = 1 pp", "counter_wait_p90_min=0.5"], SHARES, NUMBERS
    )
    assert read == {
        "on_time_strict": pytest.approx(0.0005),
        "on_time_official": pytest.approx(0.01),
        "counter_wait_p90_min": 0.5,
    }
    assert read_precision([], SHARES, NUMBERS) == {}
    assert read_points(" 0.05 pp ", "--indifference") == pytest.approx(0.0005)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.05", "in percentage points\n.*such as 0.05pp"),
        ("on_time_strict=5", "in percentage points"),
        ("late=5pp", "in the unit of the measure\n.*such as late=0.5"),
        ("counter_wait_p9_min=1", "did you mean 'counter_wait_p90_min'"),
        ("late=", "is given in"),
        ("", "is given in"),
        ("late=few", "'few' is no number of more than 0"),
        ("late=0", "is no number of more than 0"),
        ("late=nan", "is no number of more than 0"),
        ("late=-1", "is no number of more than 0"),
        ("100pp", "more than 0 and less than 100"),
    ],
)
def test_a_wrong_precision_is_refused(text: str, message: str) -> None:
    """The message says what was found and how to write it."""
    with pytest.raises(InputError, match=f"(?s)--precision {text}.*{message}"):
        read_precision([text], SHARES, NUMBERS)


def test_a_precision_is_asked_for_once() -> None:
    """Two half-widths of one measure contradict each other."""
    with pytest.raises(InputError, match="says twice how precise on_time_strict"):
        read_precision(["0.1pp", "on_time_strict=0.2pp"], SHARES, NUMBERS)


@pytest.mark.parametrize("text", ["0.05", "pp", "-1pp", "infpp"])
def test_wrong_points_are_refused(text: str) -> None:
    """Points are positive and say that they are points."""
    with pytest.raises(InputError, match="--indifference"):
        read_points(text, "--indifference")


def test_infinite_widths_of_numbers_are_refused() -> None:
    """Infinity is no precision."""
    with pytest.raises(InputError, match="no number"):
        read_precision([f"late={math.inf}"], SHARES, NUMBERS)

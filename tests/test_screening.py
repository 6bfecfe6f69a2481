"""Designs and indices on functions whose effects are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.decisions.screening import STEP, effects, indices, sample, walk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NAMES = ("a", "b", "c", "d")


def test_a_trajectory_moves_each_input_once() -> None:
    """Along a walk every input moves once by two thirds of its range, and stays within it."""
    design = walk(NAMES, 50, seed=1)
    moves = np.diff(design.points, axis=1)

    assert design.points.min() >= 0
    assert design.points.max() <= 1
    assert np.allclose(np.sort(np.abs(moves), axis=2)[:, :, -1], STEP)
    assert np.allclose(np.abs(moves).sum(axis=1), STEP)
    assert len({tuple(order) for order in design.moved}) > 10


def test_an_input_beside_others_keeps_its_luck() -> None:
    """Another assumption changes neither start nor direction of those that were there."""
    few, more = walk(NAMES[:3], 20, seed=1), walk(NAMES, 20, seed=1)

    assert np.array_equal(few.points[:, 0], more.points[:, 0, :3])


def test_effects_of_a_linear_function_are_its_slopes() -> None:
    """Every effect is the slope times the step, with its sign, and has no spread."""
    slopes = np.array([3.0, -1.0, 0.5, 0.0])
    design = walk(NAMES, 6, seed=2)
    shared = np.array([0.0, 5.0, -2.0])  # luck that moves all points alike cancels
    outputs = (design.points @ slopes)[:, :, None] + shared
    found = effects(design, outputs)

    assert [each.mu.mean for each in found] == pytest.approx((slopes * STEP).tolist())
    assert [each.mu_star.mean for each in found] == pytest.approx(np.abs(slopes * STEP).tolist())
    assert all(each.sigma == pytest.approx(0, abs=1e-9) for each in found)
    assert [each.separated for each in found][:3] == [True, True, True]


def test_an_effect_that_depends_on_others_has_a_spread() -> None:
    """Of a product neither factor has a constant effect."""
    design = walk(NAMES, 40, seed=3)
    outputs = (design.points[:, :, 0] * design.points[:, :, 1])[:, :, None] * np.ones(2)
    first, second, third, _ = effects(design, outputs)

    assert min(first.sigma, second.sigma) > 0.1
    assert third.mu_star.mean == third.sigma == 0


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_noise_is_rarely_taken_for_an_effect(shared: float) -> None:
    """An input without effect is separated in at most 5 %, however luck goes along the walks.

    With 5 % exactly, 2000 seeds give more than 6.5 % in one case of 1000. Seeds are fixed.
    """
    design = walk(NAMES, 6, seed=4)
    alarms = 0
    for seed in range(500):
        luck = np.random.default_rng(seed)
        # What an input does in a replication: the same along all walks, or to each its own.
        everywhere = luck.normal(size=(1, 4, 4))
        own = luck.normal(size=(6, 4, 4))
        slopes = shared * everywhere + np.sqrt(1 - shared**2) * own
        outputs = np.einsum("tpk,tkr->tpr", design.points, slopes)
        alarms += sum(bool(each.separated) for each in effects(design, outputs))

    assert alarms / 2000 <= 0.065


def ishigami(points: Floats) -> Floats:
    """The test function of sensitivity analysis, on levels between 0 and 1."""
    x = (2 * points - 1) * np.pi
    return np.asarray(
        np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    )


def test_indices_of_the_ishigami_function() -> None:
    """Shares are those of theory: 31, 44 and 0 % alone, 56, 44 and 24 % with others.

    Ishigami and Homma (1990); with 4096 samples of a Sobol' sequence errors are far below 2 points.
    """
    design = sample(3, 4096, seed=1)
    found = indices(design, ishigami(design.points), seed=1)

    assert [each.first.mean for each in found] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert [each.total.mean for each in found] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def bounds_that_hold(seeds: int) -> int:
    """Of how many seeds the bounds hold the true shares: the fewest of four indices."""
    truth = (0.3139, 0.4424, 0.5576, 0.4424)
    hits = np.zeros(4)
    for seed in range(seeds):
        design = sample(3, 256, seed)
        one, two, _ = indices(design, ishigami(design.points), seed)
        bounds = (one.first, two.first, one.total, two.total)
        hits += [share in each for share, each in zip(truth, bounds, strict=True)]
    return int(hits.min())


def test_bounds_of_indices_hold_the_truth() -> None:
    """Of 8 seeds with 256 samples, at least 5 bounds of each index hold the true share.

    Of bounds that hold in 95 %, fewer than 5 of 8 would in about one case of 2,500 for each index.
    """
    assert bounds_that_hold(8) >= 5


@pytest.mark.long
def test_bounds_of_indices_hold_the_truth_in_many() -> None:
    """Of 60 seeds at least 50 do: fewer would in about one case of 4,000 for each index."""
    assert bounds_that_hold(60) >= 50


def test_the_same_everywhere_has_no_shares() -> None:
    """Without variance there is nothing to divide up."""
    design = sample(2, 8, seed=1)

    with pytest.raises(ValueError, match="the same everywhere"):
        indices(design, np.ones(32), seed=1)

"""Which inputs of a function move it: designs and indices, of numbers alone.

Inputs are levels between 0 and 1. Screening walks through them one step at a time; indices divide
up the variance of the output.

Sources: Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics
33 (1991), 161-174; Campolongo, Cariboni and Saltelli, "An effective screening design for
sensitivity analysis of large models", Environmental Modelling & Software 22 (2007), 1509-1518;
Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola, "Variance based sensitivity analysis of
model output", Computer Physics Communications 181 (2010), 259-270.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy  # scipy.stats loads on first use

from simulation.inference import Difference, Interval, paired_difference, student
from simulation.streams import generators, stream_name, uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEVELS: Final = 4
STEP: Final = LEVELS / (2 * (LEVELS - 1))
"""Morris's step: with an even number of levels, each is then equally likely on both sides."""
RESAMPLES: Final = 1000


@dataclass(frozen=True, eq=False)
class Trajectories:
    """Walks through the space of the inputs, each step along another one.

    Attributes:
        points: Shape (trajectories, inputs + 1, inputs).
        moved: Which input each step moves. Shape (trajectories, inputs).
    """

    points: Floats
    moved: Ints


def walk(names: Sequence[str], count: int, seed: int) -> Trajectories:
    """Random trajectories of Morris's design.

    The luck of an input hangs on its name, so another input beside it changes nothing of it.

    Args:
        names: Names of the inputs.
        count: How many trajectories.
        seed: Seed of the design.
    """

    def luck(what: str) -> Floats:
        streams = [stream_name("sensitivity", what, name) for name in names]
        return np.array([uniforms(seed, 0, stream, count) for stream in streams]).T

    start = np.floor(luck("level") * LEVELS) / (LEVELS - 1)
    moved = np.argsort(luck("order"), axis=1)
    points = np.repeat(start[:, None, :], len(names) + 1, axis=1)
    for k, order in enumerate(moved):
        for j, which in enumerate(order):
            step = STEP if start[k, which] < 1 / 2 else -STEP
            points[k, j + 1 :, which] = start[k, which] + step
    return Trajectories(np.clip(points, 0.0, 1.0), moved)


@dataclass(frozen=True)
class Effect:
    """What moving an input up by Morris's step, two thirds of its range, does to the output.

    Morris divides by the step. As it is the same for all, effects are left as what they are here:
    differences that can be seen.

    Attributes:
        mu_star: Mean size of its elementary effects over the trajectories, and its interval.
        mu: Their mean with its sign, and its interval over the replications.
        sigma: Standard deviation of the effects over the trajectories: large where the input acts
            with others, or not in a straight line.
        noise: Mean standard error of an elementary effect, from the spread over replications; None
            with one replication.
        separated: Whether ``mu_star`` is more than luck would make of no effect; None with one
            replication.
    """

    mu_star: Interval
    mu: Difference
    sigma: float
    noise: float | None
    separated: bool | None

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a summary."""
        return {
            "mu_star": self.mu_star.as_dict(),
            "mu": self.mu.as_dict(),
            "sigma": self.sigma,
            "noise": self.noise,
            "separated": self.separated,
        }


def effects(design: Trajectories, outputs: Floats, level: float = 0.95) -> list[Effect]:
    """The effect of each input.

    An input without effect is called separated in at most one case of 20 (at level 0.95): its
    ``mu_star`` is compared with its noise times Student's quantile. That is exact where luck
    is the same along all trajectories, and cautious where it averages out.

    Args:
        design: The trajectories.
        outputs: Output at each point. Shape (trajectories, inputs + 1, replications).
        level: Confidence level.
    """
    inputs = design.moved.shape[1]
    trajectories, steps = np.arange(len(design.moved))[:, None], np.arange(inputs)[None, :]
    moves = np.diff(design.points, axis=1)[trajectories, steps, design.moved]
    found = np.diff(outputs, axis=1) * np.sign(moves)[:, :, None]
    by_input = np.empty((inputs, len(design.moved), outputs.shape[2]))
    by_input[design.moved, trajectories] = found
    return [_effect(each, level) for each in by_input]


def _effect(found: Floats, level: float) -> Effect:
    """The effect of an input. Shape of its elementary effects: (trajectories, replications)."""
    count = found.shape[1]
    mean = found.mean(axis=1)
    mu_star = student(np.abs(mean), level)
    by_replication = found.mean(axis=0)
    noise = None if count == 1 else float((found.std(axis=1, ddof=1) / np.sqrt(count)).mean())
    separated = None
    if noise is not None and mu_star.mean is not None:
        quantile = float(scipy.special.stdtrit(count - 1, (1 + level) / 2))
        separated = mu_star.mean > quantile * noise
    return Effect(
        mu_star=Interval(mu_star.mean, _not_below_zero(mu_star.low), mu_star.high),
        mu=paired_difference(by_replication, np.zeros(count), level),
        sigma=float(mean.std(ddof=1)) if len(mean) > 1 else 0.0,
        noise=noise,
        separated=separated,
    )


def _not_below_zero(bound: float | None) -> float | None:
    return None if bound is None else max(bound, 0.0)


@dataclass(frozen=True, eq=False)
class Samples:
    """Points at which Sobol' indices are estimated.

    Attributes:
        count: Number of samples, a power of two.
        points: Those of A, of B, and of A with each column of B. Shape (count x (inputs + 2),
            inputs).
    """

    count: int
    points: Floats


def sample(inputs: int, count: int, seed: int) -> Samples:
    """Points of Saltelli's design, from a scrambled sequence of Sobol'.

    Args:
        inputs: Number of inputs.
        count: Number of samples, a power of two.
        seed: Seed of the design.
    """
    (luck,) = generators(seed, 0, (stream_name("sensitivity", "samples"),))
    scrambling = int(luck.integers(2**63))  # the library spawns generators, which ours cannot
    both = scipy.stats.qmc.Sobol(2 * inputs, scramble=True, rng=scrambling).random(count)
    first, second = both[:, :inputs], both[:, inputs:]
    mixed = []
    for k in range(inputs):
        points = first.copy()
        points[:, k] = second[:, k]
        mixed.append(points)
    return Samples(count, np.concatenate([first, second, *mixed]))


@dataclass(frozen=True)
class Index:
    """Shares of the variance of the output.

    Attributes:
        first: What an input explains alone.
        total: What would be left if all others were known: alone and with others.
    """

    first: Interval
    total: Interval

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a summary."""
        return {"first": self.first.as_dict(), "total": self.total.as_dict()}


def indices(design: Samples, outputs: Floats, seed: int, level: float = 0.95) -> list[Index]:
    """Sobol' indices of each input, with intervals by resampling whole samples.

    Estimates are those of `scipy.stats.sobol_indices`; bounds are quantiles of 1000 resamples
    (Efron's percentile interval). All are cut to 0 and 1, between which shares lie.

    Args:
        design: The points.
        outputs: Output at each. Shape (points,).
        seed: Seed of the resampling.
        level: Confidence level.

    Raises:
        ValueError: The output is the same everywhere, so there is no variance to divide up.
    """
    table = outputs.reshape(-1, design.count)
    if not np.ptp(table[:2]):
        raise ValueError("the output is the same everywhere")
    estimate = _saltelli(table)
    stream = stream_name("sensitivity", "resamples")
    luck = uniforms(seed, 0, stream, RESAMPLES * design.count).reshape(RESAMPLES, -1)
    chosen = np.floor(luck * design.count).astype(np.int64)
    again = np.array([_saltelli(table[:, rows]) for rows in chosen if np.ptp(table[:2, rows])])
    tail = (1 - level) / 2
    bounds = np.quantile(again, (tail, 1 - tail), axis=0)
    first, total = np.clip(np.stack([estimate, *bounds], axis=-1), 0.0, 1.0)
    return [
        Index(Interval(*map(float, alone)), Interval(*map(float, with_others)))
        for alone, with_others in zip(first, total, strict=True)
    ]


def _saltelli(table: Floats) -> Floats:
    """First and total indices. Shape: (2, inputs)."""
    first, second, mixed = table[0], table[1], table[2:]
    found = scipy.stats.sobol_indices(
        func={
            "f_A": first[None, :].copy(),
            "f_B": second[None, :].copy(),
            "f_AB": mixed[:, None, :].copy(),
        },
        n=table.shape[1],
    )
    return np.stack([found.first_order.ravel(), found.total_order.ravel()])

"""Ranking and selection on paired observations: which system is best, and which keep a target.

Both questions take more observations only of the systems that are still in question, and may look
at the data as they come. Nothing here knows what a system is. The observations of a system are
taken as independent normal numbers; those of different systems may depend on each other in any way,
so they may share their random numbers, and gain by it.

Half of the error is spent on a screening after the first observations, as B. L. Nelson, J. Swann,
D. Goldsman and W. Song do, "Simple procedures for selecting the best simulated system when the
number of alternatives is large", Operations Research 49 (2001): it drops at once what is far behind
but varies much. Half is spent on S.-H. Kim and B. L. Nelson, "A fully sequential procedure for
indifference-zone selection in simulation", ACM TOMACS 11 (2001), with their recommended c = 1;
for a target D. Batur and S.-H. Kim, "Finding feasible systems in the presence of constraints on
multiple performance measures", ACM TOMACS 20 (2010), do the same. That one need not look after
every observation say C. Jennison, I. M. Johnstone and B. W. Turnbull, "Asymptotically optimal
procedures for sequential adaptive selection of the best of several normal means", Statistical
Decision Theory and Related Topics III (1982).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import scipy  # scipy.special loads on first use

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

Draw: TypeAlias = "Callable[[Sequence[str], int], NDArray[np.float64]]"
"""The first so many observations of some systems. Shape of what it returns: (systems, number)."""

LEAST_FIRST: Final = 10
"""Fewer first observations say too little about a variance that all that follows depends on."""


@dataclass(frozen=True)
class Plan:
    """How a selection goes.

    Attributes:
        first: Observations of every system before any is dropped; they give the variances.
        most: Observations of a system after which the procedure gives up.
        step: Observations between two looks.
        indifference: A difference that is worth finding.
        error: Probability of a wrong answer where the truth differs by at least that much.
    """

    first: int
    most: int
    indifference: float
    step: int = 5
    error: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what the procedures are not made for."""
        if not 1 < self.first <= self.most:
            raise ValueError(f"not 1 < {self.first} first ≤ {self.most} observations at most")
        if self.step < 1 or self.indifference <= 0 or not 0 < self.error < 1 / 2:
            raise ValueError(f"{self} has no steps, no indifference zone or no error")

    def looks(self) -> range | list[int]:
        """The numbers of observations at which decisions are taken."""
        return [*range(self.first, self.most, self.step), self.most]


@dataclass(frozen=True)
class Drop:
    """Why a system is no longer in question.

    Attributes:
        system: Its name.
        by: The system that beat it.
        after: Observations of each of the two.
    """

    system: str
    by: str
    after: int


@dataclass(frozen=True)
class Best:
    """What the search for the best system found.

    Attributes:
        chosen: The system with the highest mean of those that are left.
        left: All that are left. Several where the procedure gave up, or where they are all alike.
        dropped: The others, in the order in which they went.
        taken: Observations of those that are left.
        decided: Whether the guarantee holds: the procedure did not give up.
    """

    chosen: str
    left: tuple[str, ...]
    dropped: tuple[Drop, ...]
    taken: int
    decided: bool


def select_best(draw: Draw, systems: Sequence[str], plan: Plan) -> Best:
    """The system with the highest mean: a screening, then the procedure KN.

    With a probability of at least 1 - ``error`` it is the best one, if the best is better than
    every other by at least the indifference zone. Of systems closer to the best any may be chosen.

    Args:
        draw: Where observations come from.
        systems: Their names, no two alike; where means are equal the first is chosen.
        plan: How to go about it.
    """
    first = dict(zip(systems, draw(systems, plan.first), strict=True))
    test = _Test(plan, plan.indifference, plan.error / max(len(systems) - 1, 1))
    left, dropped = list(systems), list[Drop]()
    for taken in plan.looks():
        sums = dict(zip(left, draw(left, taken).sum(axis=1).tolist(), strict=True))
        bound = {
            (one, other): test.bound(_variance(first[one] - first[other]), taken)
            for one in left
            for other in left
        }
        for one, own in sums.items():
            beaten = [other for other in sums if own - sums[other] < -bound[one, other]]
            if beaten:
                dropped.append(Drop(one, max(beaten, key=sums.__getitem__), taken))
                left.remove(one)
        decided = not any(bound[one, other] for one in left for other in left if one != other)
        if decided:
            break
    return Best(max(left, key=sums.__getitem__), tuple(left), tuple(dropped), taken, decided)


@dataclass(frozen=True)
class Cheapest:
    """What the search for the cheapest system that keeps the target found.

    Attributes:
        chosen: The cheapest system found to keep it; None where none was.
        keeps: Those that were found to keep it, with the observations that took.
        misses: Those that were found to miss it, with the observations that took.
        dearer: Those that went undecided because a cheaper one (or one as cheap) keeps it.
        undecided: Those on which the procedure gave up, cheaper than the chosen one.
    """

    chosen: str | None
    keeps: Mapping[str, int]
    misses: Mapping[str, int]
    dearer: Mapping[str, int]
    undecided: Mapping[str, int]

    @property
    def decided(self) -> bool:
        """Whether the guarantee holds: the procedure gave up on none that matters."""
        return not self.undecided


def select_cheapest(draw: Draw, costs: Mapping[str, float], target: float, plan: Plan) -> Cheapest:
    """The cheapest system whose mean is at least a target.

    With a probability of at least 1 - ``error`` both hold: the chosen one keeps the target, and
    none that exceeds it by the indifference zone or more is cheaper. (A system that exceeds it by
    less may be missed.) Costs are known numbers. Of systems as cheap as each other the first that
    is found to keep the target is chosen, at the same look the one with the highest mean.

    Args:
        draw: Where observations come from.
        costs: What each system costs.
        target: What a mean has to reach.
        plan: How to go about it.
    """
    half = plan.indifference / 2
    variance = dict(zip(costs, map(_variance, draw(list(costs), plan.first)), strict=True))
    test = _Test(plan, half, plan.error / len(costs), shift=half)
    keeps, misses, dearer = dict[str, int](), dict[str, int](), dict[str, int]()
    left, chosen = list(costs), None
    for taken in plan.looks():
        excess = dict(zip(left, (draw(left, taken) - target - half).sum(axis=1), strict=True))
        for one in left:
            bound = test.bound(variance[one], taken)
            if excess[one] > bound or excess[one] == bound == 0:
                keeps[one] = taken
            elif excess[one] < -bound:
                misses[one] = taken
        found = sorted((one for one in left if one in keeps), key=lambda one: -excess[one])
        chosen = min(
            [*([] if chosen is None else [chosen]), *found], key=costs.__getitem__, default=None
        )
        left = [one for one in left if one not in keeps and one not in misses]
        if chosen is not None:
            dearer |= {one: taken for one in left if costs[one] >= costs[chosen]}
            left = [one for one in left if one not in dearer]
        if not left:
            break
    return Cheapest(chosen, keeps, misses, dearer, dict.fromkeys(left, plan.most))


class _Test:
    """How far a sum of differences may be from zero while nothing is decided.

    Half of the error is for a test after the first observations, which settles what is clear, and
    half for a triangle in time, which settles the rest.

    Args:
        plan: How to go about it.
        drift: The mean difference that has to be found.
        error: Probability of a wrong decision on this pair, or this system.
        shift: What the first test may add to a mean.
    """

    def __init__(self, plan: Plan, drift: float, error: float, shift: float = 0.0) -> None:
        freedom = plan.first - 1
        self._first = plan.first
        self._drift = drift
        self._shift = shift
        self._quantile = float(scipy.special.stdtrit(freedom, 1 - error / 2))
        eta = (
            math.expm1(-2 / freedom * math.log(error)) / 2
        )  # from ½(1 + 2η)^(-freedom/2) = error/2
        self._height = 2 * eta * freedom

    def bound(self, variance: float, taken: int) -> float:
        """The bound after so many observations.

        Args:
            variance: Of one difference, from the first observations.
            taken: How many there are.
        """
        triangle = (self._height * variance / self._drift - self._drift * taken) / 2
        if taken == self._first:
            clear = self._quantile * math.sqrt(variance * taken) - self._shift * taken
            triangle = min(triangle, clear)
        return max(triangle, 0.0)


def _variance(values: NDArray[np.float64]) -> float:
    """Variance of a sample, exactly 0 where all values are alike but for rounding."""
    found = float(values.var(ddof=1))
    return 0.0 if found <= (1e-12 * float(np.abs(values).max())) ** 2 else found

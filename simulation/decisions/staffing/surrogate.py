"""The cheapest staffing that nothing known speaks against.

What a pool of teams loses of a target when it has so many people, and all others have plenty, is
measured. Losses of several pools are taken to add up, which is exact where a dossier meets one pool
only. Choosing levels so that the sum stays within what may be lost, at the smallest cost, is a
knapsack with several choices. A staffing that was simulated and failed rules out all that have no
more people anywhere: more people are taken not to harm. HiGHS solves that exactly.

Source: Hooker and Ottosson, "Logic-based Benders decomposition", Mathematical Programming 96
(2003), for cuts from what was found out of a candidate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulation.decisions.staffing.space import Space, Staffing

    Floats = NDArray[np.float64]

_CHEAPER: Final = 1e-4
"""What is cheaper is so by this part of the smallest price at least; solvers round."""
_TIE: Final = 1e-3
"""Of equally cheap staffings, the one that loses least: its loss weighs so little."""


@dataclass
class Curve:
    """What a pool loses of each target by its number of people.

    Attributes:
        low: The fewest people that may do.
        loss: Of each target, at `low` people and more; falling. Shape: (levels, targets).
    """

    low: int
    loss: Floats

    def raised(self, at: int, loss: Floats) -> None:
        """Take it that so many people lose at least this much, and somewhat more of them less."""
        for level in range(len(self.loss)):
            more = self.low + level - at
            self.loss[level] = np.maximum(self.loss[level], loss / 4.0 ** max(more, 0))


@dataclass
class Surrogate:
    """What is known, as a problem of integer programming.

    Attributes:
        space: The posts and what they cost.
        curves: One for each pool.
        allowed: What may be lost of each target. Shape: (targets,).
        failed: Staffings that were simulated and failed.
    """

    space: Space
    curves: list[Curve]
    allowed: Floats
    failed: list[Staffing] = field(default_factory=list)

    def cheapest(self, below: float | None = None, slack: float = 0.0) -> Staffing | None:
        """The cheapest staffing that nothing speaks against; None where there is none.

        Args:
            below: It has to cost less than this.
            slack: By this part more may be lost than is allowed, as losses may add up to less.
        """
        problem = _Problem(self.space, self.curves)
        for number in range(len(self.allowed)):
            problem.limit_loss(number, float(self.allowed[number]) * (1 + slack))
        for staffing in self.failed:
            problem.exclude(staffing)
        if below is not None:
            problem.limit_cost(below)
        return problem.solve(self.allowed)


class _Problem:
    """Unknowns are zeros and ones: post i has n people or more, pool g has n people or more."""

    def __init__(self, space: Space, curves: Sequence[Curve]) -> None:
        self.space = space
        self.curves = curves
        posts = [(n, k) for n, p in enumerate(space.posts) for k in range(p.low + 1, p.high + 1)]
        levels = [(g, k) for g, c in enumerate(curves) for k in range(1, len(c.loss))]
        self.of_post = {key: place for place, key in enumerate(posts)}
        self.of_pool = {key: place for place, key in enumerate(levels, len(posts))}
        self.size = len(posts) + len(levels)
        self.rows: list[tuple[Floats, float, float]] = []
        for (number, k), place in [*self.of_post.items(), *self.of_pool.items()]:
            of = self.of_post if place < len(posts) else self.of_pool
            if (number, k - 1) in of:
                self._add({of[number, k - 1]: 1.0, place: -1.0}, low=0.0)
        for number, curve in enumerate(curves):
            self._tie(number, curve)
        self.price = min(post.cost for post in space.posts)

    def _add(self, terms: dict[int, float], low: float = -np.inf, high: float = np.inf) -> None:
        row = np.zeros(self.size)
        for place, weight in terms.items():
            row[place] += weight
        self.rows.append((row, low, high))

    def _tie(self, number: int, curve: Curve) -> None:
        """A pool has as many people as its posts; part-time ones count in proportion.

        Curves are of full-time people. Where there are part-time ones, somewhat less than a whole
        person more may do, which only a simulation tells: so one of them is taken to be enough.
        """
        terms: dict[int, float] = {}
        there = 0.0
        weights = {post: weight_of(self.space, post) for post in self.space.pools[number]}
        for post, weight in weights.items():
            there += weight * self.space.posts[post].low
            terms |= {place: weight for (n, _), place in self.of_post.items() if n == post}
        terms |= {place: -1.0 for (g, _), place in self.of_pool.items() if g == number}
        unknown = 1 - min(weights.values())
        self._add(terms, low=curve.low - unknown - there)

    def limit_loss(self, target: int, allowed: float) -> None:
        """No more of a target may be lost than this."""
        least = sum(float(curve.loss[0, target]) for curve in self.curves)
        terms = {
            place: float(self.curves[g].loss[k, target] - self.curves[g].loss[k - 1, target])
            for (g, k), place in self.of_pool.items()
        }
        scale = max(allowed, 1e-6)  # solvers take what is below 1e-6 for nothing
        scaled = {place: loss / scale for place, loss in terms.items()}
        self._add(scaled, high=(allowed - least) / scale + 1e-9)

    def exclude(self, failed: Staffing) -> None:
        """Some post has more people than here."""
        places = [self.of_post.get((n, count + 1)) for n, count in enumerate(failed)]
        self._add({place: 1.0 for place in places if place is not None}, low=1.0)

    def limit_cost(self, below: float) -> None:
        """The cost is less than this."""
        lowest = self.space.cost(tuple(post.low for post in self.space.posts))
        terms = {place: cost / self.price for place, cost in self._costs().items()}
        self._add(terms, high=(below - lowest) / self.price - _CHEAPER)

    def _costs(self) -> dict[int, float]:
        posts, space = self.space.posts, self.space
        return {
            place: posts[n].cost * (1 + (space.reserves(posts[n], k) if k == 1 else 0))
            for (n, k), place in self.of_post.items()
        }

    def solve(self, allowed: Floats) -> Staffing | None:
        """The solution; None where there is none."""
        goal = np.zeros(self.size)
        for place, cost in self._costs().items():
            goal[place] = cost / self.price
        weight = _TIE / np.maximum(allowed, 1e-6) / max(len(self.curves), 1)
        for (g, k), place in self.of_pool.items():
            saved = self.curves[g].loss[k - 1] - self.curves[g].loss[k]
            goal[place] -= min(float((saved * weight).sum()), _TIE)
        people = [post.low for post in self.space.posts]
        low, high = (np.array([row[end] for row in self.rows]) for end in (1, 2))
        if not self.size:  # no post may have more people than the fewest
            return tuple(people) if (low <= 0).all() and (high >= 0).all() else None
        table = np.array([row for row, _, _ in self.rows]).reshape(-1, self.size)
        found = milp(
            goal,
            constraints=LinearConstraint(table, low, high) if self.rows else (),
            bounds=Bounds(0, 1),
            integrality=np.ones(self.size, np.int64),
        )
        if found.x is None:
            return None
        chosen = found.x > 0.5  # noqa: PLR2004 - halfway between no and yes
        for (number, _), place in self.of_post.items():
            people[number] += bool(chosen[place])
        return tuple(people)


def weight_of(space: Space, number: int) -> float:
    """What one person of a post counts in its pool: part-time people by their hours."""
    post = space.posts[number]
    if post.whole is None:
        return 1.0
    whole = next(p for p in space.posts if p.team == post.whole)
    return post.hours / whole.hours

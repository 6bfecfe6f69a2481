"""The search: the cheapest staffing whose means keep all targets, on the same few replications."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.decisions.staffing.blame import blame
from simulation.decisions.staffing.space import changed
from simulation.decisions.staffing.surrogate import Curve, Surrogate, weight_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.decisions.staffing.bound import PoolBound
    from simulation.decisions.staffing.space import Space, Staffing
    from simulation.decisions.staffing.trials import Trials

    Measures = Mapping[str, float | None]
    Gaps = tuple[float, ...]

MOST: Final = 16
"""Replications of the search at most: where few leave it open, four times as many decide."""
_NEGLIGIBLE: Final = 0.05
"""A pool that loses less than this part of what may be lost needs nobody more."""
_STEPS: Final = 4
"""So many levels above the fewest people of a pool are measured at most."""
_ATTEMPTS: Final = 40
_POLISHES: Final = 20
_SLACK: Final = 0.5


@dataclass
class Ladder:
    """Looks for the fewest people of one pool that do where all others have plenty.

    Attributes:
        fails: The most people known not to do.
        passes: The fewest known to do.
        start: Where to look first.
    """

    fails: int
    passes: int
    start: int
    _step: int = 1
    _answers: list[bool] = field(default_factory=list)

    def next(self) -> int | None:
        """How many people to try next; None: it is known."""
        if self.passes - self.fails <= 1:
            return None
        if not self._answers:
            level = self.start
        elif len(set(self._answers)) > 1:
            level = (self.passes + self.fails) // 2
        else:  # in one direction, ever faster, until it turns
            level = self.passes - self._step if self._answers[0] else self.fails + self._step
            self._step *= 2
        return min(max(level, self.fails + 1), self.passes - 1)

    def told(self, level: int, *, passed: bool) -> None:
        """Note whether so many people do."""
        self._answers.append(passed)
        if passed:
            self.passes = level
        else:
            self.fails = level


@dataclass
class Search:
    """One search with given margins; what was simulated before is known.

    Attributes:
        trials: What simulates.
        bounds: Analytic bound by pool.
        margins: By how much the means have to keep each target.
        most: Replications of a staffing at most.
    """

    trials: Trials
    bounds: Sequence[PoolBound]
    margins: Gaps
    most: int = MOST
    _gaps: dict[Staffing, Gaps] = field(default_factory=dict)

    @property
    def space(self) -> Space:
        """The staffings there are."""
        return self.trials.space

    def gaps(self, staffing: Staffing) -> Gaps:
        """How far the means are on the right side, margins deducted; asks for more if unclear."""
        if staffing not in self._gaps:
            count = max(self.trials.few, self._counted(staffing))
            while True:
                rows = self.trials.run([staffing], range(count))[0]
                gaps = self._deducted(self.trials.gaps(rows))
                if count >= self.most or not self.trials.unclear(rows, gaps):
                    break
                count = min(2 * count, self.most)
            self._gaps[staffing] = gaps
        return self._gaps[staffing]

    def _counted(self, staffing: Staffing) -> int:
        """How many of the first replications of a staffing are known."""
        return len(self.trials.known(staffing, range(self.most)))

    def _deducted(self, gaps: Gaps) -> Gaps:
        return tuple(gap - margin for gap, margin in zip(gaps, self.margins, strict=True))

    def passes(self, staffing: Staffing) -> bool:
        """Whether a staffing keeps the targets.

        It is not simulated where it has nowhere more people than one that fails.
        """
        return not self._ruled_out(staffing) and min(self.gaps(staffing)) >= 0

    def _ruled_out(self, staffing: Staffing) -> bool:
        return any(
            all(ours <= theirs for ours, theirs in zip(staffing, failed, strict=True))
            for failed in self._failed()
        )

    def _failed(self) -> list[Staffing]:
        return [staffing for staffing, gaps in self._gaps.items() if min(gaps) < 0]

    def run(self) -> Staffing | None:
        """The staffing that is found; None where everybody there may be is not enough."""
        if not self.passes(self.space.top):
            return None
        surrogate = self._surrogate()
        found = self._descended(self._first(surrogate))
        return self._descended(self._polished(found, surrogate))

    def best(self) -> Staffing | None:
        """The cheapest of all that were simulated so far whose means keep the targets."""
        known = {one: self.trials.known(one, range(self.most)) for one in self.trials.staffings}
        passed = [
            staffing
            for staffing, rows in known.items()
            if rows
            and self.space.admits(staffing)
            and min(self._deducted(self.trials.gaps(rows))) >= 0
        ]
        return min(passed, key=self.space.cost, default=None)

    # What each pool needs and loses, where all others have plenty

    def _surrogate(self) -> Surrogate:
        top = self._few_gaps([self.space.top])[0]
        allowed = np.maximum(np.array(top), 0.0)
        fewest = self._climb()
        levels = {g: self._level(g) for g in range(len(self.space.pools))}
        curves = [
            Curve(fewest[g], np.zeros((max(levels[g] - fewest[g], 0) + 1, len(allowed))))
            for g in levels
        ]
        open_pools = list(range(len(curves)))
        for step in range(_STEPS):
            open_pools = [g for g in open_pools if step < len(curves[g].loss)]
            asked = [self._generous(g, fewest[g] + step) for g in open_pools]
            for g, gaps in zip(open_pools, self._few_gaps(asked), strict=True):
                curves[g].loss[step] = np.clip(allowed - np.array(gaps), 0.0, None)
            open_pools = [
                g for g in open_pools if (curves[g].loss[step] > _NEGLIGIBLE * allowed).any()
            ]
        for curve in curves:
            curve.loss[:] = np.maximum.accumulate(curve.loss[::-1])[::-1]
        return Surrogate(self.space, curves, allowed)

    def _level(self, pool: int) -> int:
        """The most full-time people of a pool."""
        posts = [self.space.posts[n] for n in self.space.pools[pool]]
        return sum(post.high for post in posts if post.whole is None)

    def _climb(self) -> list[int]:
        """The fewest full-time people of each pool; all pools go on at the same time."""
        ladders = []
        for number, pool in enumerate(self.space.pools):
            low = sum(self.space.posts[n].low for n in pool if self.space.posts[n].whole is None)
            ladders.append(Ladder(low - 1, self._level(number), self.bounds[number].people))
        while True:
            levels = {g: ladder.next() for g, ladder in enumerate(ladders)}
            wanted = {g: level for g, level in levels.items() if level is not None}
            if not wanted:
                return [ladder.passes for ladder in ladders]
            asked = [self._generous(g, level) for g, level in wanted.items()]
            for (g, level), gaps in zip(wanted.items(), self._few_gaps(asked), strict=True):
                ladders[g].told(level, passed=min(gaps) >= 0)

    def _few_gaps(self, staffings: Sequence[Staffing]) -> list[Gaps]:
        """As `gaps` of several at once, from the few first replications alone."""
        found = self.trials.run(staffings, range(self.trials.few)) if staffings else []
        return [self._deducted(self.trials.gaps(rows)) for rows in found]

    def _generous(self, pool: int, people: int) -> Staffing:
        """Everybody there may be, but in one pool so many full-time people and no others."""
        staffing = list(self.space.top)
        for number, count in spread(self.space, self.space.pools[pool], people).items():
            staffing[number] = count
        return tuple(staffing)

    # From there to a staffing that passes

    def _first(self, surrogate: Surrogate) -> Staffing:
        """A staffing that passes: the cheapest by all that is learnt on the way."""
        learnt = Surrogate(
            self.space,
            [Curve(curve.low, curve.loss.copy()) for curve in surrogate.curves],
            surrogate.allowed,
        )
        for _ in range(_ATTEMPTS):
            learnt.failed = self._failed()
            candidate = learnt.cheapest()
            if candidate is None:
                break
            if self.passes(candidate):
                return candidate
            self._learn(learnt, candidate)
        return self.space.top

    def _learn(self, learnt: Surrogate, failed: Staffing) -> None:
        """Put what a staffing lost to the pools where late dossiers lost their time."""
        rows = self.trials.known(failed, range(self.most))
        gaps = self.gaps(failed)
        for k, target in enumerate(self.trials.targets):
            if gaps[k] >= 0:
                continue
            lost = learnt.allowed[k] - (gaps[k] if math.isfinite(gaps[k]) else -learnt.allowed[k])
            for g, share in blame(self.space, target, rows).items():
                there = sum(weight_of(self.space, n) * failed[n] for n in self.space.pools[g])
                loss = np.zeros(len(gaps))
                loss[k] = lost * share
                learnt.curves[g].raised(int(there), loss)

    def _descended(self, staffing: Staffing) -> Staffing:
        """One person less at a time, the dearest and then the least busy first, while it passes."""
        while True:
            for number in self._by_saving(staffing):
                less = changed(staffing, number, -1)
                if self.passes(less):
                    staffing = less
                    break
            else:
                return staffing

    def _by_saving(self, staffing: Staffing) -> list[int]:
        rows = self.trials.known(staffing, range(self.most))

        def busy(number: int) -> float:
            path = f"teams.{self.space.posts[number].team}.utilisation"
            return sum(row.get(path) or 0.0 for row in rows)

        posts = self.space.posts
        return sorted(self.space.one_less(staffing), key=lambda n: (-posts[n].cost, busy(n), n))

    def _polished(self, staffing: Staffing, surrogate: Surrogate) -> Staffing:
        """Cheaper staffings that the losses do not rule out, until none is left or it is enough."""
        for _ in range(_POLISHES):
            surrogate.failed = self._failed()
            candidate = surrogate.cheapest(below=self.space.cost(staffing), slack=_SLACK)
            if candidate is None:
                break
            if self.passes(candidate):
                staffing = candidate
        return staffing


def spread(space: Space, pool: Sequence[int], people: int) -> dict[int, int]:
    """So many full-time people over the posts of a pool, in proportion to those there now.

    One by one, each to the post that has fewest for its size (Webster's method); so one person more
    in all takes nobody away anywhere.
    """
    counts = {number: space.posts[number].low for number in pool}
    full_time = [number for number in pool if space.posts[number].whole is None]
    for _ in range(people - sum(counts[number] for number in full_time)):
        with_room = [n for n in full_time if counts[n] < space.posts[n].high]
        size = {n: max(space.posts[n].present, 1) / (2 * counts[n] + 1) for n in with_room}
        counts[max(with_room, key=lambda n: (size[n], -n))] += 1
    return counts

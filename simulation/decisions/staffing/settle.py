"""From a staffing that the search found to one that carries a certificate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from simulation.decisions.staffing.blame import blame
from simulation.decisions.staffing.certificate import Certificate, Examined, Examiner
from simulation.decisions.staffing.search import MOST, Search
from simulation.decisions.staffing.space import changed
from simulation.decisions.staffing.trials import OutOfBudget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulation.decisions.staffing.bound import PoolBound
    from simulation.decisions.staffing.space import Staffing
    from simulation.decisions.staffing.trials import Trials

_ROUNDS: Final = 60
_SEARCHES: Final = 3
"""So often it is searched again with larger margins; then people are added one by one."""


class Settling:
    """Examines what was found, searches again where that fails, moves down where less passes.

    Args:
        trials: What simulates.
        bounds: Analytic bound by pool.
        cap: Replications of a staffing in a round at most.
    """

    def __init__(self, trials: Trials, bounds: Sequence[PoolBound], cap: int) -> None:
        self.trials = trials
        self.bounds = bounds
        self.examiner = Examiner(trials, cap)
        self.margins = (0.0,) * len(trials.targets)
        self.searches = 0
        self.moves = 0

    def settle(self, staffing: Staffing) -> Certificate:
        """The certificate of a staffing as cheap as what was found, or cheaper, or repaired."""
        best: Certificate | None = None
        for _ in range(_ROUNDS):
            self.examiner.fresh()
            chosen = self.examiner.examine([staffing])[staffing]
            if chosen.passes:
                self.moves += best is not None
                best = Certificate(chosen)
                self._examine_less(best, self._may_pass)
            elif best is not None:
                _note(best, chosen)
            else:
                repaired = None if self.examiner.exhausted else self._repaired(chosen)
                if repaired is None:
                    return Certificate(chosen)
                staffing = repaired
                continue
            if not best.passing:
                self._examine_less(best, lambda _: True)
            if not best.passing or self.examiner.exhausted:
                return best
            staffing = self._cheapest(best)
        return best or Certificate(chosen)

    def _examine_less(self, best: Certificate, which: Callable[[Staffing], bool]) -> None:
        """Examine those with one person less that are not examined yet, or some of them.

        First come those that may pass: the others are of no account where one of them does, and
        are examined when all have failed, be it in a round of their own.
        """
        less = self.trials.space.one_less(best.chosen.staffing)
        new = {n: one for n, one in less.items() if n not in best.less and which(one)}
        found = self.examiner.examine(new.values())
        best.less |= {number: found[one] for number, one in new.items()}

    def _may_pass(self, staffing: Staffing) -> bool:
        """Whether the search leaves it open that a staffing passes."""
        rows = self.trials.known(staffing, range(MOST))
        if not rows:
            return True
        gaps = self.trials.gaps(rows)
        precisions = [target.precision for target in self.trials.targets]
        near = [gap > -precision for gap, precision in zip(gaps, precisions, strict=True)]
        return all(near) or self.trials.unclear(rows, gaps)

    def _cheapest(self, best: Certificate) -> Staffing:
        """Of those that pass with one person less, the one that saves most."""
        posts = self.trials.space.posts
        number = max(best.passing, key=lambda n: (posts[n].cost, -n))
        return best.less[number].staffing

    def _repaired(self, failed: Examined) -> Staffing | None:
        """Another staffing in place of one that failed; None where there is nobody to add."""
        if self.searches < _SEARCHES and all(r.bound is not None for r in failed.readings):
            self.searches += 1
            self._raise_margins(failed)
            self.examiner.keep_a_look()
            try:
                found = Search(self.trials, self.bounds, self.margins).run()
            except OutOfBudget:
                found = None
            if found is not None:
                return found
        return self._with_one_more(failed)

    def _raise_margins(self, failed: Examined) -> None:
        """Ask of the means of the search what this staffing lacked."""
        gaps = self.trials.gaps(self.trials.known(failed.staffing, range(MOST)))
        lacking = [
            gap - reading.target.slack(reading.bound)
            if not reading.holds and reading.bound is not None and math.isfinite(gap)
            else 0.0
            for gap, reading in zip(gaps, failed.readings, strict=True)
        ]
        self.margins = tuple(map(max, self.margins, lacking))

    def _with_one_more(self, failed: Examined) -> Staffing | None:
        """One person more in the pool where most is lost for its price."""
        space = self.trials.space
        rows = self.trials.known(failed.staffing, failed.numbers)
        worth = dict.fromkeys(range(len(space.pools)), 0.0)
        for reading in failed.readings:
            if not reading.holds:
                for pool, share in blame(space, reading.target, rows).items():
                    worth[pool] += share
        options = [
            (worth[pool] / space.posts[n].cost, -n)
            for pool, numbers in enumerate(space.pools)
            for n in numbers
            if failed.staffing[n] < space.posts[n].high
        ]
        return changed(failed.staffing, -max(options)[1], 1) if options else None


def _note(best: Certificate, failed: Examined) -> None:
    """What passed in one round and failed in the next, examined afresh, counts as failed."""
    for number, one in best.less.items():
        if one.staffing == failed.staffing:
            best.less[number] = failed

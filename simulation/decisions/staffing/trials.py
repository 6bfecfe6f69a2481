"""Staffings that are simulated: which, in which replications, and what came of it."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.decisions.staffing.targets import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulation.decisions.staffing.space import Space, Staffing
    from simulation.decisions.staffing.targets import Reading, Target
    from simulation.experiments import Study

    Measures = Mapping[str, float | None]
    Gaps = tuple[float, ...]

UNCLEAR: Final = 2.0
"""A mean within so many standard errors of its target may lie on either side."""


class OutOfBudget(Exception):  # noqa: N818 - no error: the search ends with what it has
    """More replications would be needed than there may be."""


class Trials:
    """What has been simulated, within a budget of replications.

    Args:
        space: The staffings there are.
        study: Where they are simulated; all of them meet the same dossiers.
        targets: What is asked of them.
        few: Replications that the search begins with.
        budget: Replications there may be, all staffings together.

    Attributes:
        kept: So many replications of the budget are kept for later.
        refused: More was asked for than the budget allows.
    """

    def __init__(
        self, space: Space, study: Study, targets: Sequence[Target], few: int, budget: int
    ) -> None:
        self.space = space
        self.study = study
        self.targets = tuple(targets)
        self.few = few
        self.budget = budget
        self.kept = 0
        self.refused = False
        self._rows: dict[Staffing, dict[int, Measures]] = defaultdict(dict)

    @property
    def computed(self) -> int:
        """Replications so far, all staffings together."""
        return sum(map(len, self._rows.values()))

    @property
    def staffings(self) -> list[Staffing]:
        """The staffings so far, in the order in which they came up."""
        return list(self._rows)

    def run(self, staffings: Sequence[Staffing], numbers: Iterable[int]) -> list[list[Measures]]:
        """Measures of some staffings in some replications.

        Raises:
            OutOfBudget: That would be too many.
        """
        wanted = list(numbers)
        missing = {
            (staffing, number)
            for staffing in staffings
            for number in wanted
            if number not in self._rows.get(staffing, {})
        }
        if self.computed + len(missing) > self.budget - self.kept:
            self.refused = True
            raise OutOfBudget
        models = [self.space.model(staffing) for staffing in staffings]
        found = self.study.run(models, wanted)
        for staffing, outcomes in zip(staffings, found, strict=True):
            known = self._rows[staffing]
            known |= {n: outcome.measures for n, outcome in zip(wanted, outcomes, strict=True)}
        return [[outcome.measures for outcome in outcomes] for outcomes in found]

    def run_beyond(self, staffing: Staffing, numbers: Iterable[int]) -> list[Measures]:
        """Run replications of a staffing whatever the budget.

        There may be thousands, so nothing is kept of them but the measures that the targets read.
        """
        paths = dict.fromkeys(path for target in self.targets for path in target.paths)
        wanted = list(numbers)
        (outcomes,) = self.study.run([self.space.model(staffing)], wanted, only=paths)
        self._rows[staffing] |= {n: o.measures for n, o in zip(wanted, outcomes, strict=True)}
        return [outcome.measures for outcome in outcomes]

    def known(self, staffing: Staffing, numbers: Iterable[int]) -> list[Measures]:
        """What is known of a staffing in some replications."""
        rows = self._rows.get(staffing, {})
        return [rows[number] for number in numbers if number in rows]

    def numbers(self, staffing: Staffing) -> list[int]:
        """Numbers of the replications of a staffing so far, rising."""
        return sorted(self._rows.get(staffing, {}))

    def read(
        self, staffing: Staffing, numbers: Iterable[int], looks: int = 1
    ) -> tuple[Reading, ...]:
        """What some replications say of the targets; they are run if they were not."""
        return read(self.targets, self.run([staffing], numbers)[0], looks)

    def gaps(self, rows: Sequence[Measures]) -> Gaps:
        """How far the means are on the right side of each target."""
        return tuple(_gap(target, rows) for target in self.targets)

    def unclear(self, rows: Sequence[Measures], gaps: Gaps) -> bool:
        """Whether chance may have decided: a gap is less than its noise, and none is far off."""
        noise = [_noise(target, rows) for target in self.targets]
        if any(gap < -UNCLEAR * error for gap, error in zip(gaps, noise, strict=True)):
            return False
        return any(abs(gap) < UNCLEAR * error for gap, error in zip(gaps, noise, strict=True))


def _gap(target: Target, rows: Sequence[Measures]) -> float:
    mean = target.interval(rows, 0.95).mean
    return -math.inf if mean is None else target.slack(mean)


def _noise(target: Target, rows: Sequence[Measures]) -> float:
    values = [value for row in rows if (value := row[target.path]) is not None]
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0

"""What more money buys: the staffings that no other beats both in cost and on time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.decisions.staffing.targets import Target
from simulation.decisions.staffing.trials import OutOfBudget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulation.decisions.staffing.space import Staffing
    from simulation.decisions.staffing.trials import Trials
    from simulation.inference import Interval

ON_TIME: Final = Target("on_time_strict", 1.0, at_least=True)
REPLICATIONS: Final = 10
"""The points of the front are measured in so many, the same for all, if the budget allows."""


@dataclass(frozen=True)
class Point:
    """A staffing on the front.

    Attributes:
        staffing: The staffing.
        cost: What it costs.
        interval: Mean and 95 % interval of the on-time rate.
        replications: In how many replications.
    """

    staffing: Staffing
    cost: float
    interval: Interval
    replications: int


def front(trials: Trials, guard: Target | None) -> list[Point]:
    """The front among all that was simulated and does not miss the guard, the cheapest first.

    All points are compared in the same replications, the first of the search.
    """
    found = _front(trials, guard, trials.staffings, trials.few)
    more = max(REPLICATIONS, trials.few)
    staffings = [point.staffing for point in found]
    try:
        trials.run(staffings, range(more))
    except OutOfBudget:
        return found
    return _front(trials, guard, staffings, more)


def _front(
    trials: Trials, guard: Target | None, staffings: Iterable[Staffing], count: int
) -> list[Point]:
    points = []
    for staffing in staffings:
        rows = trials.known(staffing, range(count))
        if len(rows) == count and (guard is None or guard.kept(rows)):
            interval = ON_TIME.interval(rows, 0.95)
            points.append(Point(staffing, trials.space.cost(staffing), interval, count))
    found: list[Point] = []
    for point in sorted(points, key=lambda p: (p.cost, -(p.interval.mean or 0.0), p.staffing)):
        mean = point.interval.mean
        if mean is not None and (not found or mean > (found[-1].interval.mean or 0.0)):
            found.append(point)
    return found

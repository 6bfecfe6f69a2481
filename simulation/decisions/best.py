"""The best of some options: highest on-time rate, or lowest cost among those that keep a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np

from simulation.decisions.contrast import STRICT
from simulation.decisions.differences import CONFIDENCE
from simulation.decisions.precision import FIRST
from simulation.decisions.selection import Plan, select_best, select_cheapest
from simulation.errors import InputError
from simulation.language import _, english, later

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulation.decisions.contrast import System
    from simulation.experiments import Study

_KN: Final = later("screening (Nelson et al. 2001), then KN (Kim and Nelson 2001)")
_FEASIBLE: Final = later("screening, then the feasibility check of Batur and Kim (2010)")


class Wish(Protocol):
    """What has to be known of the question."""

    @property
    def replications(self) -> int:
        """Replications of every system."""

    @property
    def precision(self) -> Mapping[str, float]:
        """Where it is not empty, the number of replications depends on the data."""

    @property
    def max_replications(self) -> int:
        """At most so many of each."""

    @property
    def indifference(self) -> float:
        """A difference that is worth finding."""

    @property
    def wanted_rate(self) -> float | None:
        """The target."""


def find_best(
    by: Literal["cost", "on-time"], systems: Sequence[System], wish: Wish, study: Study
) -> dict[str, Any]:
    """The best system, and how sure that is, as it stands in the summary.

    Args:
        by: What counts.
        systems: The base and the options.
        wish: How far to go.
        study: Where to run.

    Raises:
        InputError: A replication has no strict on-time rate.
        AuditError: A result contradicts itself.
    """
    plan = Plan(
        first=FIRST if wish.precision else wish.replications,
        most=wish.max_replications,
        indifference=wish.indifference,
        error=1 - CONFIDENCE,
    )
    rates = _Rates({one.name: one for one in systems}, study)
    common = {
        "by": by,
        "confidence": CONFIDENCE,
        "indifference": plan.indifference,
        "first_stage": plan.first,
        "max_replications": plan.most,
    }
    if by == "on-time":
        return common | _highest(rates, systems, plan)
    assert wish.wanted_rate is not None  # noqa: S101 - the question has been checked
    return common | _cheapest(rates, systems, plan, wish.wanted_rate)


class _Rates:
    """Strict on-time rates of systems by replication."""

    def __init__(self, systems: Mapping[str, System], study: Study) -> None:
        self.systems = systems
        self.study = study

    def __call__(self, names: Sequence[str], number: int) -> NDArray[np.float64]:
        """Those of the first replications. Shape: (names, number)."""
        models = [self.systems[name].model for name in names]
        found = self.study.run(models, range(number))
        rates = [[outcome.measures[STRICT] for outcome in own] for own in found]
        if any(rate is None for own in rates for rate in own):
            raise InputError(
                _(
                    "--best: in a replication no dossier is due, so there is no on-time rate "
                    "to compare"
                )
            )
        return np.array(rates, dtype=np.float64)


def _highest(rates: _Rates, systems: Sequence[System], plan: Plan) -> dict[str, Any]:
    distinct = {one.model.digest: one.name for one in reversed(systems)}  # the first of equals
    names = [one.name for one in systems if distinct[one.model.digest] == one.name]
    found = select_best(rates, names, plan)
    return {
        "procedure": _KN,
        "chosen": found.chosen,
        "decided": found.decided,
        "guarantee": _of_highest(found.chosen, plan, decided=found.decided),
        "left": list(found.left),
        "replications": found.taken,
        "dropped": [
            {"option": drop.system, "by": drop.by, "after": drop.after} for drop in found.dropped
        ],
    }


@english()
def _of_highest(chosen: str, plan: Plan, *, decided: bool) -> str:
    if not decided:
        return _(
            "After {most} replications it is not decided which of those left is best, so nothing "
            "is guaranteed: allow more with --max-replications, or a wider --indifference."
        ).format(most=plan.most)
    points = _("{number:g} percentage points").format(number=100 * plan.indifference)
    return _(
        "With a probability of at least 95 % {chosen} has the highest strict on-time rate, if the "
        "best is better than every other by at least {points}; options closer to the best than "
        "that may be chosen in its place."
    ).format(chosen=chosen, points=points)


def _cheapest(
    rates: _Rates, systems: Sequence[System], plan: Plan, target: float
) -> dict[str, Any]:
    """Costs do not depend on luck: they are pay by the month, and what options cost themselves."""
    costs = {}
    for one in systems:
        [outcomes] = rates.study.run([one.model], range(1))
        costs[one.name] = one.rows(outcomes)[0]["cost"] or 0.0
    found = select_cheapest(rates, costs, target, plan)
    mean = rates([one.name for one in systems], plan.first).mean(axis=1)
    return {
        "procedure": _FEASIBLE,
        "target": target,
        "chosen": found.chosen,
        "decided": found.decided,
        "guarantee": _of_cheapest(found.chosen, target, plan, decided=found.decided),
        "nearest": systems[int(mean.argmax())].name,
        "costs": costs,
        "keeps": dict(found.keeps),
        "misses": dict(found.misses),
        "dearer": dict(found.dearer),
        "undecided": dict(found.undecided),
    }


@english()
def _of_cheapest(chosen: str | None, target: float, plan: Plan, *, decided: bool) -> str:
    goal = f"{100 * target:g} %"
    points = _("{number:g} percentage points").format(number=100 * plan.indifference)
    if not decided and chosen:
        return _(
            "With a probability of at least 95 % {chosen} keeps {goal}; but after {most} "
            "replications it is not decided of cheaper ones whether they do: allow more with "
            "--max-replications, or a wider --indifference."
        ).format(chosen=chosen, goal=goal, most=plan.most)
    if not decided:
        return _(
            "After {most} replications it is not decided of some whether they do: allow more with "
            "--max-replications, or a wider --indifference."
        ).format(most=plan.most)
    if chosen is None:
        return _(
            "With a probability of at least 95 % none of them exceeds a strict on-time "
            "rate of {goal} by {points} or more."
        ).format(goal=goal, points=points)
    return _(
        "With a probability of at least 95 % {chosen} has a strict on-time rate of "
        "{goal} or more, and nothing cheaper exceeds {goal} by {points} or more."
    ).format(chosen=chosen, goal=goal, points=points)

"""Who is short: the pools where late dossiers lost their time, or where applicants wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.scenario.overrides import walk
from simulation.scenario.steps import Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.decisions.staffing.space import Space
    from simulation.decisions.staffing.targets import Target
    from simulation.scenario import Scenario

    Measures = Mapping[str, float | None]


_OF_APPLICANTS: Final = ("lost", "abandonments", "turned_away")


def blame(space: Space, target: Target, rows: Sequence[Measures]) -> dict[int, float]:
    """Share of each pool in what a target misses; empty where nobody is to blame.

    For on-time rates it is the time that late dossiers lost waiting at the desks of the pool; for
    waits and the rest the queue there, for a team's own measures the team.

    Args:
        space: The pools are its.
        target: What is missed.
        rows: Measures of each replication.
    """
    weights = {g: _weight(space, pool, target, rows) for g, pool in enumerate(space.pools)}
    total = sum(weights.values())
    return {g: weight / total for g, weight in weights.items() if weight > 0} if total else {}


def _weight(space: Space, pool: Sequence[int], target: Target, rows: Sequence[Measures]) -> float:
    head, _, rest = target.path.partition(".")
    if head == "teams":
        return float(any(space.posts[n].team == rest.partition(".")[0] for n in pool))
    desks = {desk for number in pool for desk in space.posts[number].desks}
    names, measure = ["queue_mean"], target.path.rpartition(".")[2]
    if measure in {"on_time_official", "on_time_strict", "late"}:
        names = ["late_time_queue", "late_time_off_shift"]
    elif "counter_wait" in target.path or measure in _OF_APPLICANTS:
        desks &= desks_in_person(space.scenario)
    paths = [f"desks.{desk}.{name}" for desk in sorted(desks) for name in names]
    return sum(row[path] or 0.0 for row in rows for path in paths)


def desks_in_person(scenario: Scenario) -> set[str]:
    """Desks at which the applicant is present."""
    return {
        step.desk
        for route in scenario.routes.values()
        for step in walk(route)
        if isinstance(step, Work) and step.applicant
    }

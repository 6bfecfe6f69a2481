"""The question as a whole: from targets to a staffing with its certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.decisions.staffing.bound import lower_bounds
from simulation.decisions.staffing.certificate import BLOCK, Certificate, Examined
from simulation.decisions.staffing.front import front
from simulation.decisions.staffing.request import Request, make_space
from simulation.decisions.staffing.result import StaffPlan
from simulation.decisions.staffing.search import Search
from simulation.decisions.staffing.settle import Settling
from simulation.decisions.staffing.targets import by_field as asked_by_field
from simulation.decisions.staffing.targets import hold_applicants, parse_targets
from simulation.decisions.staffing.trials import OutOfBudget, Trials
from simulation.errors import InputError, noted
from simulation.experiments import Study
from simulation.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.decisions.staffing.bound import PoolBound
    from simulation.decisions.staffing.space import Space, Staffing
    from simulation.decisions.staffing.targets import Target
    from simulation.scenario import Scenario

    Measures = Mapping[str, float | None]

REPLICATIONS: Final = 4
"""Replications that the search begins with."""
CAP: Final = 200
"""Replications of a staffing in the certificate at most."""
BUDGET: Final = 2000
"""Replications of all staffings together at most, but for one of the fewest people."""


def staff(
    scenario: Scenario,
    targets: Sequence[str],
    *,
    request: Request | None = None,
    by_field: bool = False,
    replications: int = REPLICATIONS,
    cap: int = CAP,
    budget: int = BUDGET,
    exact: bool = False,
    study: Study | None = None,
) -> StaffPlan:
    """Find the cheapest staff that keeps targets.

    Args:
        scenario: The centre as it is.
        targets: What is promised, such as ``on_time>=0.99`` and ``wait_p90<=15 min``.
        request: Which teams may change, within which bounds; None: all, within wide ones.
        by_field: Whether targets of the on-time rate hold for every field too.
        replications: Replications that the search begins with.
        cap: Replications of a staffing in the certificate at most.
        budget: Replications of all staffings together at most.
        exact: Whether those who fail clearly with one person less are simulated too until the
            half-width is small enough, whatever the cap and the budget.
        study: Where cases are run; None: here, with seed 1.

    Raises:
        InputError: A target or the request cannot be used.
    """
    _check_numbers(replications, cap, budget)
    study, request = study or Study(), request or Request()
    wanted = parse_targets(targets, scenario)
    space = make_space(scenario, request)
    present = _measures(space, study, space.present, replications)
    if by_field:
        wanted = asked_by_field(wanted, present)
    _refuse_uncounted(wanted, present)
    guard = _guard(space, study, wanted, present)
    if guard is not None:
        wanted = (*wanted, guard)
    trials = Trials(space, study, wanted, replications, budget)
    trials.run([space.present], range(replications))
    bounds = lower_bounds(space, wanted)
    certificate, settling, reachable = _found(trials, bounds, cap)
    if exact:
        settling.examiner.examine_exactly(certificate)
    return StaffPlan(
        trials=trials,
        request=request,
        by_field=by_field,
        guard=guard,
        cap=cap,
        exact=exact,
        bounds=bounds,
        certificate=certificate,
        reachable=reachable,
        searches=settling.searches,
        moves=settling.moves,
        exhausted=settling.examiner.exhausted or trials.refused,
        front=tuple(front(trials, guard)),
    )


def _check_numbers(replications: int, cap: int, budget: int) -> None:
    for name, value, low, high in (
        ("replications", replications, 2, 16),
        ("cap", cap, 2, BLOCK),
        ("budget", budget, 30, 1_000_000),
    ):
        if not low <= value <= high:
            raise InputError(
                noted(
                    _("--{name} {value}").format(name=name, value=value),
                    allowed=_("{low} to {high}").format(low=low, high=high),
                )
            )


def _measures(
    space: Space, study: Study, staffing: Staffing, replications: int
) -> Sequence[Measures]:
    """Measures of a staffing before there is anything to ask of it."""
    (outcomes,) = study.run([space.model(staffing)], range(replications))
    return [outcome.measures for outcome in outcomes]


def _guard(
    space: Space, study: Study, wanted: Sequence[Target], present: Sequence[Measures]
) -> Target | None:
    """That applicants are not driven away, where too few people would do so and nobody asked."""
    if any(target.path.rpartition(".")[2] == "lost" for target in wanted):
        return None
    fewest = _measures(space, study, tuple(post.low for post in space.posts), 1)
    return hold_applicants(present) if any(row["lost"] for row in fewest) else None


def _refuse_uncounted(targets: Sequence[Target], rows: Sequence[Measures]) -> None:
    for target in targets:
        if all(row[target.path] is None for row in rows):
            raise InputError(
                noted(
                    _(
                        "target {target}: nothing is counted there, as no dossiers or visits "
                        "come to it"
                    ).format(target=target),
                    remedy=_("leave it out"),
                )
            )


def _found(
    trials: Trials, bounds: Sequence[PoolBound], cap: int
) -> tuple[Certificate, Settling, bool]:
    """The certificate, how it came about, and whether the targets can be reached at all."""
    settling = Settling(trials, bounds, cap)
    search = Search(trials, bounds, settling.margins)
    first = _searched(search)
    if first is None:
        first = _best_reachable(trials, bounds)
        settling.examiner.fresh()
        chosen: Examined = settling.examiner.examine([first])[first]
        if not chosen.passes:
            return Certificate(chosen), settling, False
    certificate = settling.settle(first)
    return certificate, settling, certificate.chosen.passes


def _searched(search: Search) -> Staffing | None:
    """What a search finds; the best so far where the budget ends it."""
    try:
        return search.run()
    except OutOfBudget:
        return search.best()


def _best_reachable(trials: Trials, bounds: Sequence[PoolBound]) -> Staffing:
    """The cheapest staffing that comes as near to the targets as everybody there may be."""
    top, wanted = trials.space.top, trials.targets
    rows = trials.known(top, range(trials.few))
    if not rows:
        return top
    gaps = trials.gaps(rows)
    means = [target.interval(rows, 0.95).mean for target in wanted]
    trials.targets = tuple(
        target if gap >= 0 or mean is None else target.loosened(mean)
        for target, gap, mean in zip(wanted, gaps, means, strict=True)
    )
    try:
        return _searched(Search(trials, bounds, (0.0,) * len(wanted))) or top
    finally:
        trials.targets = wanted

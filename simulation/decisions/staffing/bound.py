"""Where the search begins: the people that the load, and Erlang's formula, ask for at least.

Both are bounds of an idealised centre: no work is put off beyond the period, and nobody works after
the end of a shift. So they say where to look, and the search goes below them where that passes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.expected import daily_arrivals, offered_work_s, row_probabilities
from simulation.experiments import Model
from simulation.load import attendance_s
from simulation.semantics import Kind
from simulation.theory import MMc
from simulation.units import DAY_S, HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.decisions.staffing.space import Space
    from simulation.decisions.staffing.targets import Target
    from simulation.plan.resolve import Plan

_QUANTILES: Final = {"counter_wait_p50_min": 0.5, "counter_wait_p90_min": 0.9}
_WITHIN: Final = {"counter_wait_within_15_min": 15, "counter_wait_within_30_min": 30}
_CONSTANT_SERVICE: Final = 2.0
"""Service of constant length halves the waits of exponential service (Allen and Cunneen), and is
the best there is."""
_MOST: Final = 10_000


@dataclass(frozen=True)
class PoolBound:
    """Full-time people that a pool needs at least, in an idealised centre.

    Attributes:
        load: So that there is time for all of its work.
        erlang: So that applicants wait no longer than they may; None where no target asks.
    """

    load: int
    erlang: int | None

    @property
    def people(self) -> int:
        """The larger one."""
        return max(self.load, self.erlang or 0)


def lower_bounds(space: Space, targets: Sequence[Target]) -> tuple[PoolBound, ...]:
    """The bound of each pool of a space."""
    plan = Model.of(space.scenario).plan
    desks = plan.service.names.desks
    work_h = dict(zip(desks, (offered_work_s(plan.demand, plan.service) / HOUR_S), strict=True))
    visits = _visits_in_person(plan)
    of_pool = [{d for n in pool for d in space.posts[n].desks} for pool in space.pools]
    in_person = [number for number, names in enumerate(of_pool) if names & visits.keys()]
    bounds = []
    for number, (pool, names) in enumerate(zip(space.pools, of_pool, strict=True)):
        hours = max(space.posts[n].hours for n in pool)
        work = sum(work_h[desk] for desk in names) - _others_h(plan, space, names)
        erlang = None
        if in_person == [number] and not _others_h(plan, space, names):
            erlang = _erlang(targets, [visits[d] for d in sorted(names & visits.keys())], hours)
        load = max(math.ceil(work / hours - 1e-9), 0) if hours else 0
        bounds.append(PoolBound(load, erlang))
    return tuple(bounds)


def _others_h(plan: Plan, space: Space, desks: set[str]) -> float:
    """Hours of the teams that stay as they are and serve one of some desks."""
    chosen = {post.team for post in space.posts}
    names = plan.service.names.desks
    return sum(
        attendance_s(team, plan.service.horizon) / HOUR_S
        for team in plan.service.teams
        if team.id not in chosen and desks & {names[desk] for desk in team.desks}
    )


def _visits_in_person(plan: Plan) -> dict[str, tuple[float, float]]:
    """Expected visits of applicants in the period, and the hours they take, by desk."""
    service, horizon = plan.service, plan.service.horizon
    period = slice(horizon.start_s // DAY_S, horizon.stop_s // DAY_S)
    found: dict[str, tuple[float, float]] = {}
    for cell in plan.demand.cells:
        days = daily_arrivals(cell, horizon)
        days[: period.start], days[period.stop :] = 0.0, 0.0
        for row, probability in zip(cell.rows, row_probabilities(cell), strict=True):
            in_person = row.kind == Kind.WORK and service.rows.hall[row.row] >= 0
            if in_person and row.content is not None:
                desk = service.names.desks[service.rows.desk[row.row]]
                visits, hours = found.get(desk, (0.0, 0.0))
                more = float((days * probability).sum())
                found[desk] = visits + more, hours + more * row.content.mean / HOUR_S
    return {desk: pair for desk, pair in found.items() if pair[0] > 0}


def _erlang(
    targets: Sequence[Target], visits: Sequence[tuple[float, float]], hours: float
) -> int | None:
    """People so that waits keep their targets, were arrivals spread evenly over the hours."""
    count, work_h = (sum(column) for column in zip(*visits, strict=True))
    people = [
        _fewest(count / hours, work_h / count, level, minutes * MINUTE_S / HOUR_S)
        for level, minutes in _asked(targets)
    ]
    return max(people, default=None)


def _asked(targets: Sequence[Target]) -> list[tuple[float, float]]:
    """(share, minutes): so many of the applicants may wait no longer."""
    quantiles = [(_QUANTILES[t.path], t.value) for t in targets if t.path in _QUANTILES]
    return quantiles + [(t.value, float(_WITHIN[t.path])) for t in targets if t.path in _WITHIN]


def _fewest(arrivals_an_hour: float, service_h: float, level: float, wait_h: float) -> int:
    for people in range(math.floor(arrivals_an_hour * service_h) + 1, _MOST):
        if level >= 1:
            return people
        station = MMc(arrivals_an_hour, service_h, people)
        if station.wait_quantile(level) <= _CONSTANT_SERVICE * wait_h:
            return people
    return _MOST

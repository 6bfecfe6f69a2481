"""From the plan of a scenario to what the plain model consists of.

Each row of a procedure's unrolled route becomes one step: a request and a timeout, or a timeout. So
the plain model follows the scenario, with as many people at each desk. What is left out saves it
time: shifts of single teams, overtime and handover, absence and leave, profiles of arrivals,
closing hours and tickets, people who help out at a second desk, queues other than first come, the
legal calendar and the policies of its clock, and a table of all that happened. A few families of
distributions become constants.
"""

from __future__ import annotations

import random
from functools import partial
from math import inf, log, log1p, sqrt
from typing import TYPE_CHECKING

import simpy

from benchmarks.idiomatic import Arrivals, Choice, Step
from simulation import distributions
from simulation.semantics import Clock, DeadlineKind, Ends, Kind
from simulation.units import DAY_S, WORKING_DAY_S
from simulation.worktime import measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.idiomatic import Draw
    from simulation.distributions import Distribution
    from simulation.plan.arrays import CellPlan, Guard, SampledRow, ServicePlan
    from simulation.plan.resolve import Plan


def arrivals_of(env: simpy.Environment, plan: Plan, dossiers: Sequence[int]) -> Iterator[Arrivals]:
    """What comes in a scenario, with a given number of dossiers in each cell."""
    clock, desks = OfficeClock(plan.service), make_desks(env, plan.service)
    for cell, number in zip(plan.demand.cells, dossiers, strict=True):
        if number:
            route = Route(cell, plan.service, desks, clock).steps()
            yield Arrivals(number, clock.horizon / number, route)


class OfficeClock:
    """A clock that runs only during legal working time.

    Attributes:
        horizon: How far it runs. speed: Its seconds per second of clock time.
    """

    def __init__(self, service: ServicePlan) -> None:
        end_s = service.horizon.end_s
        self.service = service
        self.horizon = float(measure(service.calendars[service.legal], 0, end_s))
        self.speed = self.horizon / end_s

    def headway(self, timetable: int) -> float:
        """Mean time between two departures of a timetable."""
        departures_s = self.service.timetables[timetable]
        number = int((departures_s < self.service.horizon.end_s).sum())
        return self.horizon / max(number, 1)

    def deadline(self, cell: int) -> float:
        """How long the legal clock runs for dossiers of a cell; ``inf`` where it does not."""
        cells = self.service.cells
        amount = float(cells.deadline_amount[cell])
        kind = DeadlineKind(int(cells.deadline_kind[cell]))
        if kind is DeadlineKind.CALENDAR_DAYS:
            return amount * DAY_S * self.speed
        if kind is DeadlineKind.ON_THE_SPOT:
            return float(WORKING_DAY_S)
        return inf if kind is DeadlineKind.NONE else amount


def make_desks(env: simpy.Environment, service: ServicePlan) -> dict[int, simpy.Resource]:
    """One resource a desk, with as many people as have it as their first; on average over time.

    A desk that is nobody's first shares the resource of the first team that comes to serve it.
    """
    days = service.horizon.end_s // DAY_S
    people = [0.0] * len(service.desks)
    for team in service.teams:
        people[team.desks[0]] += float(team.staff[:days].mean())
    own = {
        desk: simpy.Resource(env, max(1, round(number)))
        for desk, number in enumerate(people)
        if number
    }
    helpers = {
        desk: own[team.desks[0]]
        for team in sorted(service.teams, key=lambda team: team.rank, reverse=True)
        for desk in team.desks
        if team.desks[0] in own
    }
    return helpers | own


class Route:
    """What the dossiers of a cell have to do."""

    def __init__(
        self,
        cell: CellPlan,
        service: ServicePlan,
        desks: dict[int, simpy.Resource],
        clock: OfficeClock,
    ) -> None:
        self.cell, self.service, self.desks, self.clock = cell, service, desks, clock
        self.choices = make_choices(cell.guards)

    def steps(self) -> list[Step]:
        """The steps in order; a fork is one step, and has the branches within it."""
        route: list[Step] = []
        branches: dict[int, list[Step]] = {}
        for row in self.cell.rows:
            branch = int(self.service.rows.branch[row.row])
            if row.kind == Kind.FORK:
                branches = {}
            elif branch:
                branches.setdefault(branch, []).append(self.step(row))
            elif row.kind == Kind.JOIN:
                route.append(self.step(row, tuple(map(tuple, branches.values()))))
            else:
                route.append(self.step(row))
        return route

    def step(self, row: SampledRow, branches: tuple[tuple[Step, ...], ...] = ()) -> Step:
        """One step."""
        rows, clock, n = self.service.rows, self.clock, row.row
        in_clock_time = row.kind == Kind.DELAY and rows.calendar[n] < 0
        departs = row.kind == Kind.DEPARTURE
        starts = bool(rows.clock[n] & Clock.STARTS)
        return Step(
            choice=self.choices[row.guard],
            desk=self.desks.get(int(rows.desk[n])),
            draw=drawing(row.content, clock.speed if in_clock_time else 1.0),
            patience=None if row.patience is None else drawing(row.patience, clock.speed),
            come_back=None if row.come_back is None else drawing(row.come_back, clock.speed),
            returns=row.attempts,
            headway=clock.headway(int(rows.timetable[n])) if departs else 0.0,
            from_due=bool(rows.from_due[n]),
            offset=float(rows.offset_s[n]),
            deadline=clock.deadline(self.cell.cell) if starts else 0.0,
            branches=branches,
            last=rows.ends[n] != Ends.NO,
        )


def make_choices(guards: Iterable[Guard]) -> dict[int, Choice | None]:
    """The choices of a cell; probabilities that change by date are taken at their mean."""
    choices: dict[int, Choice | None] = {-1: None}
    for number, guard in enumerate(guards):
        bounds = float(guard.low.mean()), float(guard.high.mean())
        choices[number] = Choice(choices[guard.parent], guard.stream, *bounds)
    return choices


def drawing(distribution: Distribution | None, factor: float = 1.0) -> Draw:
    """A function of Python's `random` that draws from a distribution, times a factor."""
    scale = 0.0 if distribution is None else distribution.mean * factor
    match distribution:
        case distributions.Exponential() if scale:
            return partial(random.expovariate, 1 / scale)
        case distributions.Lognormal(cv=cv) if scale and cv:
            variance = log1p(cv**2)
            return partial(random.lognormvariate, log(scale) - variance / 2, sqrt(variance))
        case distributions.Gamma(cv=cv) if scale and cv:
            return partial(random.gammavariate, cv**-2, scale * cv**2)
        case distributions.Uniform(low=low, high=high):
            return partial(random.uniform, low * factor, high * factor)
        case distributions.Triangular(low=low, mode=mode, high=high):
            return partial(random.triangular, low * factor, high * factor, mode * factor)
        case _:  # as quick as can be
            return lambda: scale

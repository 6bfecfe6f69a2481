"""Work offered against hours available, team by team, before anything is simulated.

The rule follows the dispatch of the engine. Preference level by level, the teams that have a desk
at this level take its work, those of lowest rank first, in proportion to the time they have left.
What is left when all have taken is more than there is time for; it is put to the teams that have
the desk first in their order. Overtime is not counted as available.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.expected import offered_work_s
from simulation.units import DAY_S, HOUR_S
from simulation.worktime import worked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.plan.arrays import Horizon, ServicePlan, TeamPlan
    from simulation.plan.resolve import Plan

    Floats = NDArray[np.float64]

_NEGLIGIBLE_S: Final = 1.0
"""Less work than this in a whole period is a rounding error."""


@dataclass(frozen=True)
class TeamLoad:
    """One team's load in the period.

    Attributes:
        team: Its id.
        people: Mean number of people over the team's working days.
        available_h: Hours of attendance, absence and leave deducted.
        offered_h: Hours that the work put to the team would take.
        short: People to add, so that no work is left; 0 where the team can do its work.
    """

    team: str
    people: float
    available_h: float
    offered_h: float
    short: int

    @property
    def utilisation(self) -> float | None:
        """Offered per available hour; None where there is none available."""
        return self.offered_h / self.available_h if self.available_h > 0 else None


@dataclass(frozen=True)
class Load:
    """The load table.

    Attributes:
        teams: One entry a team, by id.
        last_choice: Desks that no team has first: they wait until other desks are empty.
        divided: For each desk the teams that serve it, with the share of its work put to each.
    """

    teams: tuple[TeamLoad, ...]
    last_choice: tuple[str, ...]
    divided: dict[str, dict[str, float]]

    @property
    def short(self) -> tuple[TeamLoad, ...]:
        """The teams that cannot do the work put to them."""
        return tuple(team for team in self.teams if team.short)


def load(plan: Plan) -> Load:
    """The load table of a plan."""
    service = plan.service
    work_s = offered_work_s(plan.demand, service)
    available_s = np.array([attendance_s(team, service.horizon) for team in service.teams])
    person_s = np.array([attendance_s(team, service.horizon, staff=1) for team in service.teams])
    found = _allocate(service, work_s, available_s)
    short = _missing_people(service, work_s, available_s, person_s)
    return Load(
        teams=tuple(
            TeamLoad(
                team=team.id,
                people=float(available_s[t] / person_s[t]) if person_s[t] else 0.0,
                available_h=float(available_s[t] / HOUR_S),
                offered_h=float(found.offered_s[t] / HOUR_S),
                short=short[t],
            )
            for t, team in enumerate(service.teams)
        ),
        last_choice=_last_choice(service, work_s),
        divided=_divided(service, found.work_s),
    )


def attendance_s(team: TeamPlan, horizon: Horizon, staff: int | None = None) -> float:
    """Expected seconds of attendance of a team in the period, absence and leave deducted.

    Args:
        team: The team.
        horizon: Its period counts.
        staff: People, in place of the team's own number.
    """
    midnights_s = np.arange(0, horizon.stop_s + 1, DAY_S)
    shift_s = np.diff(worked(team.shift, midnights_s))
    people = team.staff[: len(shift_s)] if staff is None else staff
    present = (1 - team.absence[: len(shift_s)]) * (1 - _leave_share(team, horizon))
    return float((shift_s * people * present)[horizon.start_s // DAY_S :].sum())


def _leave_share(team: TeamPlan, horizon: Horizon) -> Floats:
    """Share of the team's working days on which a person is on leave, day by day.

    A calendar year of which the horizon holds a part has its leave in proportion.
    """
    first_day, days = horizon.first_day, horizon.stop_s // DAY_S
    opens = np.unique(team.shift.begin_s // DAY_S)
    share = np.zeros(days)
    for year in range(first_day.year, (first_day + timedelta(days)).year + 1):
        begin = (date(year, 1, 1) - first_day).days
        end = (date(year + 1, 1, 1) - first_day).days
        held = (min(end, len(team.staff)) - max(begin, 0)) / (end - begin)
        working = int(np.count_nonzero((begin <= opens) & (opens < end)))
        if working:
            share[max(begin, 0) : end] = min(team.leave_days * held / working, 1.0)
    return share


@dataclass(frozen=True)
class _Allocation:
    """Who does what.

    Attributes:
        offered_s: Time that the work put to each team takes. Shape: (teams,).
        left_s: The part of it for which there is no time. Shape: (teams,).
        work_s: The work itself, by desk. Shape: (teams, desks).
    """

    offered_s: Floats
    left_s: Floats
    work_s: Floats


def _allocate(service: ServicePlan, work_s: Floats, available_s: Floats) -> _Allocation:
    """Put the work of the desks to the teams, by the rule that stands at the top."""
    waiting_s, free_s = work_s.copy(), available_s.copy()
    put_s = np.zeros((len(service.teams), len(work_s)))
    for level in range(max((len(team.desks) for team in service.teams), default=0)):
        for desk, _, teams in _takers(service, level):
            speed = np.array([service.teams[t].efficiency_permille[level] / 1000 for t in teams])
            could_s = free_s[teams] * speed
            if could_s.sum() > 0:
                takes_s = could_s * min(waiting_s[desk] / could_s.sum(), 1.0)
                waiting_s[desk] -= takes_s.sum()
                put_s[teams, desk] += takes_s
                free_s[teams] -= takes_s / speed
    left_s = np.zeros(len(service.teams))
    for desk in np.flatnonzero(waiting_s > _NEGLIGIBLE_S).tolist():
        level, teams = _first_to_serve(service, desk)
        speed = np.array([service.teams[t].efficiency_permille[level] / 1000 for t in teams])
        weight = available_s[teams] if available_s[teams].sum() > 0 else np.ones(len(teams))
        takes_s = waiting_s[desk] * (weight / weight.sum())
        put_s[teams, desk] += takes_s
        left_s[teams] += takes_s / speed
    return _Allocation(available_s - free_s + left_s, left_s, put_s)


def _divided(service: ServicePlan, put_s: Floats) -> dict[str, dict[str, float]]:
    """Shares of each desk's work by team; a desk without work is whose turn it is first."""
    shares: dict[str, dict[str, float]] = {}
    for desk, name in enumerate(service.names.desks):
        serving = [t for t, team in enumerate(service.teams) if desk in team.desks]
        part = put_s[:, desk]
        if serving and not part.sum() > 0:
            part = np.zeros(len(service.teams))
            part[_first_to_serve(service, desk)[1]] = 1
        shares[name] = {service.teams[t].id: float(part[t] / part.sum()) for t in serving}
    return shares


def _takers(service: ServicePlan, level: int) -> list[tuple[int, int, list[int]]]:
    """(desk, rank, teams) that meet at a preference level, in order of rank."""
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, team in enumerate(service.teams):
        if level < len(team.desks):
            groups[team.rank, team.desks[level]].append(number)
    return [(desk, rank, groups[rank, desk]) for rank, desk in sorted(groups)]


def _first_to_serve(service: ServicePlan, desk: int) -> tuple[int, list[int]]:
    """The level at which a desk is first served, and the teams of lowest rank at it."""
    places = [
        (team.desks.index(desk), team.rank, number)
        for number, team in enumerate(service.teams)
        if desk in team.desks
    ]
    level, rank, _ = min(places)
    return level, [number for at, of, number in places if (at, of) == (level, rank)]


def _missing_people(
    service: ServicePlan, work_s: Floats, available_s: Floats, person_s: Floats
) -> list[int]:
    """People to add to each team until no work is left.

    Where several teams share what is left, the one that misses most gets people first, and the
    others only for what is left then.
    """
    missing = [0] * len(service.teams)
    while True:
        added_s = available_s + np.array(missing) * person_s
        left_s = _allocate(service, work_s, added_s).left_s
        people = np.where(person_s > 0, left_s / np.maximum(person_s, 1), 0.0)
        if not (people > 0).any():
            return missing
        team = int(people.argmax())
        missing[team] += math.ceil(people[team])


def _last_choice(service: ServicePlan, work_s: Floats) -> tuple[str, ...]:
    """Desks with work that no team has first."""
    first = {team.desks[0] for team in service.teams}
    desks = enumerate(service.names.desks)
    return tuple(name for desk, name in desks if desk not in first and work_s[desk] > 0)

"""From what was asked for to the staffings there are: bounds, prices, part-time people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from simulation.decisions.staffing.space import Post, Space
from simulation.errors import InputError, noted
from simulation.experiments import Model
from simulation.language import _, english, written
from simulation.load import attendance_s, load
from simulation.measures.people import DAYS_PER_MONTH
from simulation.scenario import vary
from simulation.scenario.words import did_you_mean, listed
from simulation.units import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.plan.arrays import ServicePlan
    from simulation.scenario import Scenario

PART_TIME: Final = "part-time"
"""End of the id of a team of part-time people, behind the id of their team."""
_AT_LEAST_UP_TO: Final = 3
"""The upper bound is never lower than this, where none is given."""
_ROOM: Final = 1.5
"""And never lower than the people that so many times the work would keep busy."""


@dataclass(frozen=True)
class Request:
    """What was asked for, beside the targets.

    Attributes:
        teams: Bounds by team that may change, None where none are given; empty: all teams.
        existing: People by team who stay in any case, and are paid already.
        reserve: People to add to each team that has any, neither simulated nor at work.
        part_time: Calendar by team that may have part-time people too.
    """

    teams: Mapping[str, tuple[int, int] | None] = field(default_factory=dict)
    existing: Mapping[str, int] = field(default_factory=dict)
    reserve: int = 0
    part_time: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The form in which results are written."""
        return {
            "teams": {name: list(b) if b else None for name, b in sorted(self.teams.items())},
            "existing": dict(sorted(self.existing.items())),
            "reserve": self.reserve,
            "part_time": dict(sorted(self.part_time.items())),
        }


def make_space(scenario: Scenario, request: Request) -> Space:
    """The staffings that a request allows.

    Raises:
        InputError: The request names what there is not, or contradicts itself.
    """
    _check_names(scenario, request)
    dated = [name for name, team in sorted(scenario.teams.items()) if team.staff.changes]
    names = sorted(request.teams) or [name for name in sorted(scenario.teams) if name not in dated]
    _refuse_dated(dated, names, request)
    with english():
        notes = [
            _("The staff of {name} changes by date, so it stays as it is.").format(name=name)
            for name in ([] if request.teams else dated)
        ]
    prices = _Prices(scenario, names)
    maker = _Maker(scenario, request, prices)
    posts = []
    for name in names:
        posts.append(maker.post(name))
        if name in request.part_time:
            posts.append(maker.part_time(posts[-1]))
    if not posts:
        raise InputError(_("no team is left whose staff could be chosen"))
    _refuse_empty_desks(scenario, posts)
    return Space(scenario, tuple(posts), request.reserve, prices.unit, (*notes, *prices.notes))


def _check_names(scenario: Scenario, request: Request) -> None:
    if request.reserve < 0:
        raise InputError(
            _("--reserve {reserve}: it is a number of people, 0 or more").format(
                reserve=request.reserve
            )
        )
    for option in ("teams", "existing", "part_time"):
        word = {"teams": "team", "part_time": "part-time"}.get(option, option)
        for name in getattr(request, option):
            if name not in scenario.teams:
                raise InputError(
                    noted(
                        _("--{word} {name}: there is no such team{near}").format(
                            word=word, name=name, near=did_you_mean(name, scenario.teams)
                        ),
                        allowed=listed(sorted(scenario.teams)),
                    )
                )
            if request.teams and name not in request.teams:
                raise InputError(
                    noted(
                        _("--{word} {name}: this team is not among those that may change").format(
                            word=word, name=name
                        ),
                        remedy=_("add --team {name}").format(name=name),
                    )
                )
    for name, calendar in request.part_time.items():
        if calendar not in scenario.calendars:
            raise InputError(
                noted(
                    _("--part-time {name}={calendar}: there is no such calendar{near}").format(
                        name=name,
                        calendar=calendar,
                        near=did_you_mean(calendar, scenario.calendars),
                    ),
                    allowed=listed(sorted(scenario.calendars)),
                    remedy=_(
                        "add one, e.g. --set "
                        "'calendars.mornings={hours: {mon-fri: \"07:00-11:30\"}}'"
                    ),
                )
            )


def _refuse_dated(dated: Sequence[str], names: Sequence[str], request: Request) -> None:
    for name in dated:
        if name in names or name in request.existing or name in request.part_time:
            raise InputError(
                noted(
                    _(
                        "--team {name}: its staff changes by date, and one number is to be found"
                    ).format(name=name),
                    remedy=_(
                        "give it one number with --set teams.{name}.staff=N, or leave it as it is"
                    ).format(name=name),
                )
            )


class _Prices:
    """What people cost over the period."""

    def __init__(self, scenario: Scenario, names: Sequence[str]) -> None:
        days = (scenario.period.last_day - scenario.period.first_day).days + 1
        self.months = days / DAYS_PER_MONTH
        self.teams = scenario.teams
        self.without = [name for name in names if not scenario.teams[name].pay]
        self.unit = None if len(self.without) == len(names) else scenario.currency

    def pay(self, name: str) -> float:
        """Pay of a person and month."""
        return float(self.teams[name].pay) or 1.0

    def cost(self, pay: float) -> float:
        """Cost of a person over the period."""
        return pay if self.unit is None else pay * self.months

    @property
    @english()
    def notes(self) -> list[str]:
        """Which prices nobody gave."""
        if self.unit is None:
            return [_("No team has a pay, so each full-time person costs one unit.")]
        return [
            _(
                "{name} has no pay; a person counts as 1 a month, in the currency of the others."
            ).format(name=name)
            for name in self.without
        ]


class _Maker:
    """Makes posts of teams."""

    def __init__(self, scenario: Scenario, request: Request, prices: _Prices) -> None:
        plan = Model.of(scenario).plan
        self.scenario = scenario
        self.request = request
        self.prices = prices
        self.service = plan.service
        self.offered_h = {team.team: team.offered_h for team in load(plan).teams}

    def post(self, name: str) -> Post:
        """The full-time people of a team."""
        hours, team = _hours(self.service, name), self.scenario.teams[name]
        existing, bounds = self.request.existing.get(name, 0), self.request.teams.get(name)
        low, high = bounds or (1, self._most(name, hours))
        if not 0 <= low <= high:
            raise InputError(
                _(
                    "--team {name}={low}:{high}: the lower bound comes first, and is 0 or more"
                ).format(name=name, low=low, high=high)
            )
        if existing > high:
            raise InputError(
                noted(
                    _(
                        "--existing {name}={existing}: the team may have {high} people at most"
                    ).format(name=name, existing=existing, high=high),
                    remedy=_("allow more with --team {name}={low}:{existing}").format(
                        name=name, low=low, existing=existing
                    ),
                )
            )
        return Post(
            team=name,
            low=max(low, existing),
            high=high,
            given=bounds is not None,
            present=team.staff.at_start,
            paid=existing,
            cost=self.prices.cost(self.prices.pay(name)),
            hours=hours,
            desks=tuple(team.desks),
        )

    def _most(self, name: str, hours: float) -> int:
        """An upper bound where none is given."""
        needed = _ROOM * self.offered_h[name] / hours if hours else 0.0
        present = self.scenario.teams[name].staff.at_start
        existing = self.request.existing.get(name, 0)
        return max(2 * present, round(needed) + 2, existing, _AT_LEAST_UP_TO)

    def part_time(self, whole: Post) -> Post:
        """Part-time people of a team, paid in proportion to their hours."""
        shift, team = self.request.part_time[whole.team], f"{whole.team}-{PART_TIME}"
        if team in self.scenario.teams:
            raise InputError(
                _("--part-time {team}: there is a team {name!r} already").format(
                    team=whole.team, name=team
                )
            )
        path = f"teams.{whole.team}.shift"
        varied = vary(self.scenario, {path: shift}, origin="--part-time")
        hours = _hours(Model.of(varied).plan.service, whole.team)
        if not 0 < hours < whole.hours:
            raise InputError(
                noted(
                    _(
                        "--part-time {team}={shift}: that calendar has {hours} hours in the "
                        "period, and a full-time person {full}"
                    ).format(
                        team=whole.team,
                        shift=shift,
                        hours=written(f"{hours:,.0f}"),
                        full=written(f"{whole.hours:,.0f}"),
                    ),
                    allowed=_("less than full time, and not nothing"),
                )
            )
        share = hours / whole.hours
        return Post(
            team=team,
            low=0,
            high=2 * whole.high,
            given=False,
            present=0,
            paid=0,
            cost=whole.cost * share,
            hours=hours,
            desks=whole.desks,
            whole=whole.team,
            shift=shift,
            pay=self.prices.pay(whole.team) * share,
        )


def _hours(service: ServicePlan, name: str) -> float:
    """Hours of attendance of one person of a team in the period."""
    team = next(team for team in service.teams if team.id == name)
    return attendance_s(team, service.horizon, staff=1) / HOUR_S


def _refuse_empty_desks(scenario: Scenario, posts: Sequence[Post]) -> None:
    """A team may be left without people only where others serve all of its desks."""
    empty = {post.team for post in posts if not post.low}
    for post in posts:
        for desk in () if post.low or post.whole else post.desks:
            others = {name for name, team in scenario.teams.items() if desk in team.desks}
            if others <= empty:
                raise InputError(
                    noted(
                        _(
                            "--team {team}=0:{high}: nobody would be left at the desk {desk!r}"
                        ).format(team=post.team, high=post.high, desk=desk),
                        remedy=_("begin with 1 in one of {names}").format(
                            names=listed(sorted(others))
                        ),
                    )
                )

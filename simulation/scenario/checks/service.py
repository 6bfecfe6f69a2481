"""Desks and teams: everything is served, and everybody is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.language import _
from simulation.scenario.checks.variants import deliveries
from simulation.scenario.overrides import inside, walk
from simulation.scenario.steps import Work
from simulation.scenario.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.scenario.checks.collector import Collector
    from simulation.scenario.checks.variants import Variant
    from simulation.scenario.service import Team
    from simulation.scenario.steps import Step
    from simulation.scenario.tree import FieldPath


def check_service(found: Collector) -> None:
    """Report what cannot be about desks and teams."""
    for name, team in found.scenario.teams.items():
        path: FieldPath = ("teams", name)
        found.all_exist((*path, "desks"), team.desks, found.scenario.desks, _("desk"))
        for desk in team.efficiency:
            if desk not in team.desks:
                found.report(
                    (*path, "efficiency", desk),
                    _("the team does not serve the desk {desk!r}").format(desk=desk),
                    allowed=listed(team.desks),
                    remedy=_("add it to 'desks', or delete it here"),
                )
    if found.variants:
        _check_desks_are_served(found)
        _check_desks_are_visited(found)
        _check_teams_are_needed(found)


def _check_desks_are_served(found: Collector) -> None:
    scenario = found.scenario
    for variant in found.variants:
        for step in _done(found, variant) if variant.has_demand else ():
            teams = {name: t for name, t in scenario.teams.items() if step.desk in t.desks}
            if teams and any(_ever_there(found, team) for team in teams.values()):
                continue
            path = variant.places.of(step.step, "desk")
            if not teams:
                found.report(
                    path,
                    _(
                        "nobody serves the desk {desk!r}, so dossiers would wait there for ever"
                    ).format(desk=step.desk),
                    remedy=_("add {desk!r} to the desks of a team").format(desk=step.desk),
                )
            else:
                found.report(
                    ("teams", next(iter(teams)), "staff"),
                    _("the desk {desk!r} has nobody on any day of the period").format(
                        desk=step.desk
                    ),
                    remedy=_("give people to {names}").format(names=listed(teams)),
                )


def _ever_there(found: Collector, team: Team) -> bool:
    period = found.scenario.period
    days = [period.first_day, *(day for day in team.staff.changes if day <= period.last_day)]
    return any(team.staff.on(day) > 0 for day in days if day >= period.first_day)


def _done(found: Collector, variant: Variant) -> Iterator[Work]:
    """The work steps that a variant's dossiers can come to."""
    delivered = set(deliveries(found.scenario, variant.channel))

    def reached(steps: list[Step]) -> Iterator[Work]:
        for step in steps:
            if (step.channels and variant.channel not in step.channels) or (
                step.returned_by and not delivered & set(step.returned_by)
            ):
                continue
            if isinstance(step, Work):
                yield step
            for inner in inside(step):
                yield from reached(inner)

    return reached(variant.steps)


def _visited(found: Collector) -> set[str]:
    """Desks of all routes, taken or not: a base may offer more than a scenario uses."""
    raw = [step for steps in found.scenario.routes.values() for step in walk(steps)]
    taken = [step for variant in found.variants for step in walk(variant.steps)]
    return {step.desk for step in raw + taken if isinstance(step, Work)}


def _check_desks_are_visited(found: Collector) -> None:
    visited = _visited(found)
    for name in found.scenario.desks:
        if name not in visited:
            found.report(
                ("desks", name),
                _("no step of any route leads to this desk"),
                remedy=_("delete it (null, where a base brings it in), or add a work step"),
            )


def _check_teams_are_needed(found: Collector) -> None:
    """A team is needed if a route that some procedure takes visits one of its desks."""
    visited = {
        step.desk
        for variant in found.variants
        for step in walk(variant.steps)
        if isinstance(step, Work)
    }
    for name, team in found.scenario.teams.items():
        if not visited & set(team.desks):
            found.report(
                ("teams", name, "desks"),
                _("nobody needs this team: no procedure's route visits {names}").format(
                    names=listed(team.desks)
                ),
                remedy=_("delete the team (null, where a base brings it in), or name other desks"),
            )

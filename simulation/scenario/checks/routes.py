"""Routes: their steps one by one, the changes to them, and the legal clock along every way."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from simulation.errors import ScenarioError
from simulation.language import _, written
from simulation.scenario.checks.legal_clock import check_clock
from simulation.scenario.checks.variants import Places, variants
from simulation.scenario.overrides import change, inside, plain, walk
from simulation.scenario.problems import problems_of
from simulation.scenario.steps import (
    STEP,
    Branch,
    Delay,
    Departure,
    Fork,
    Pause,
    Repeat,
    Until,
    Work,
)
from simulation.scenario.vocabulary import fields
from simulation.scenario.words import did_you_mean, listed, show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulation.scenario.checks.collector import Collector
    from simulation.scenario.demand import Overrides
    from simulation.scenario.steps import Step
    from simulation.scenario.tree import FieldPath

MAX_ROWS: Final = 1_000
"""Longest route when all repetitions are written out."""


def check_routes(found: Collector) -> None:
    """Report what cannot be about routes; if nothing, leave their variants with the collector."""
    before = len(found.problems)
    scenario = found.scenario
    for route, steps in scenario.routes.items():
        places = Places(found.tree, route)
        _check_names(found, route, steps, places)
        _StepChecks(found, places).check(steps)
        if _rows(steps) > MAX_ROWS:
            found.report(
                ("routes", route),
                _("its repetitions make {rows} steps").format(rows=written(f"{_rows(steps):,}")),
                allowed=_("at most {most}").format(most=written(f"{MAX_ROWS:,}")),
                remedy=_("lower at_most of some repeat"),
            )
    _check_all_overrides(found)
    if len(found.problems) > before or not _procedures_are_sound(found):
        return
    ways = variants(scenario, found.tree)
    for way in ways:
        if way.steps != scenario.routes[way.route]:
            _StepChecks(found, way.places).check(way.steps)
        if way.has_demand:
            check_clock(found, way)
    if len(found.problems) == before:
        found.variants = ways


def _procedures_are_sound(found: Collector) -> bool:
    scenario = found.scenario
    return all(
        procedure.route in scenario.routes
        and procedure.field in scenario.fields
        and "default" in procedure.deadline
        for procedure in scenario.procedures.values()
    )


def _check_names(found: Collector, route: str, steps: list[Step], places: Places) -> None:
    names = [step.step for step in walk(steps)]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        found.report(
            places.of(name, "step"),
            _("two steps of the route {route!r} are called {name!r}").format(
                route=route, name=name
            ),
            allowed=_("a name once a route, also inside fork, branch and repeat"),
            remedy=_("rename one of them"),
        )


def _rows(steps: Iterable[Step]) -> int:
    """Steps of a route with all repetitions written out."""
    total = 0
    for step in steps:
        if isinstance(step, Repeat):
            total += step.at_most * _rows(step.repeat)
        elif isinstance(step, Branch):
            total += sum(_rows(alternative.steps) for alternative in step.branch)
        elif isinstance(step, Fork):
            total += 2 + sum(_rows(list(branch)) for branch in step.fork.values())
        else:
            total += 1
    return total


class _StepChecks:
    """Checks steps one by one; ``places`` says where their fields were written."""

    def __init__(self, found: Collector, places: Places) -> None:
        self.found = found
        self.places = places

    def check(self, steps: list[Step], *, in_fork: bool = False) -> None:
        for step in steps:
            self._check(step)
            if in_fork:
                self._check_in_fork(step)
        for step, following in pairwise(steps):
            if getattr(step, "ends", None) and not (step.channels or step.returned_by):
                self.found.report(
                    self.places.of(following.step),
                    _("this step is never reached: the dossier ends with {step!r}").format(
                        step=step.step
                    ),
                    remedy=_("delete it, or 'ends' of {step!r}").format(step=step.step),
                )

    def _check(self, step: Step) -> None:
        channels = self.found.scenario.channels
        for key in ("channels", "returned_by"):
            names = getattr(step, key) or ()
            self.found.all_exist(self.places.of(step.step, key), names, channels, _("channel"))
        if isinstance(step, Work):
            self._check_work(step)
        elif isinstance(step, (Delay, Pause)):
            self._check_delay(step)
        elif isinstance(step, Until):
            self._check_until(step)
        elif isinstance(step, Departure):
            timetables = self.found.scenario.timetables
            path = self.places.of(step.step, "departure")
            self.found.exists(path, step.departure, timetables, _("timetable"))
        elif isinstance(step, Branch):
            self._check_probabilities(step)
        for inner in inside(step):
            self.check(inner, in_fork=isinstance(step, Fork))

    def _check_work(self, step: Work) -> None:
        scenario = self.found.scenario
        self.found.exists(self.places.of(step.step, "desk"), step.desk, scenario.desks, _("desk"))
        if isinstance(step.applicant, str):
            path = self.places.of(step.step, "applicant")
            self.found.exists(path, step.applicant, scenario.channels, _("channel"))

    def _check_until(self, step: Until) -> None:
        if step.until.of == "now":
            self.found.report(
                self.places.of(step.step, "until"),
                _("'until: now' waits for nothing"),
                allowed=_("'due' or 'due - 2 wd'"),
                remedy=_("delete the step, or wait for the due date"),
            )

    def _check_delay(self, step: Delay | Pause) -> None:
        length, key = (step.delay, "delay") if isinstance(step, Delay) else (step.pause, "pause")
        if step.calendar is None:
            return
        path = self.places.of(step.step, "calendar")
        self.found.exists(path, step.calendar, self.found.scenario.calendars, _("calendar"))
        if not length.working and any(part.seconds for part in length.lengths()):
            self.found.report(
                path,
                _("a calendar means nothing to a {key} in clock time").format(key=key),
                allowed=_("a calendar with working time (wh, wd)"),
                remedy=_("write the {key} in wh or wd, or delete 'calendar'").format(key=key),
            )

    def _check_in_fork(self, step: Step) -> None:
        for key in ("applicant", "clock", "ends"):
            value = getattr(step, key, None)
            if value:
                self.found.report(
                    self.places.of(step.step, key),
                    _("{key!r} does not fit inside a fork").format(key=key),
                    allowed=_("work without an applicant, delay and departure"),
                    remedy=_("move it to a step before or after the fork"),
                )

    def _check_probabilities(self, step: Branch) -> None:
        chances = [alternative.probability for alternative in step.branch]
        days = sorted({day for chance in chances for day in chance.turning_days})
        for day in (None, *days):
            total = sum(chance.value if day is None else chance.on(day) for chance in chances)
            if total > 1 + 1e-6:
                when = "" if day is None else _(" on {day}").format(day=day)
                self.found.report(
                    self.places.of(step.step, "branch"),
                    _("the probabilities of its alternatives add to {total:.9g}{when}").format(
                        total=total, when=when
                    ),
                    allowed=_("at most 1; with the rest none of them is taken"),
                    remedy=_("lower one of them"),
                )
                return


def _check_all_overrides(found: Collector) -> None:
    scenario = found.scenario
    everywhere = list(scenario.routes)
    for name, channel in scenario.channels.items():
        _check_overrides(found, ("channels", name, "steps"), channel.steps, everywhere)
    for name, field in scenario.fields.items():
        _check_overrides(found, ("fields", name, "steps"), field.steps, everywhere)
    for name, procedure in scenario.procedures.items():
        path = ("procedures", name, "steps")
        _check_overrides(found, path, procedure.steps, [procedure.route])


def _check_overrides(
    found: Collector, path: FieldPath, overrides: Overrides, routes: list[str]
) -> None:
    """Each change must name a step of one of the routes, and fit it."""
    known = [route for route in dict.fromkeys(routes) if route in found.scenario.routes]
    steps = [step for route in known for step in walk(found.scenario.routes[route])]
    names = list(dict.fromkeys(step.step for step in steps))
    where = _("the route {known!r}").format(known=known[0]) if len(known) == 1 else _("any route")
    for name, changes in overrides.items() if known else ():
        same = [step for step in steps if step.step == name]
        if not same:
            found.report(
                (*path, name),
                _("no step of {where} is called {name}{near}").format(
                    where=where, name=show(name), near=did_you_mean(name, names)
                ),
                allowed=listed(names),
                remedy=_("name a step of the route"),
            )
        for step in same:
            for key, value in changes.items():
                _check_override(found, (*path, name, key), step, value)


def _check_override(found: Collector, path: FieldPath, step: Step, value: object) -> None:
    key = str(path[-1])
    known = [name for name in fields(type(step)) if name != "step"]
    if "." not in key and key not in known:
        found.report(
            path,
            _("the step {step!r} has no {key}{near}").format(
                step=step.step, key=show(key), near=did_you_mean(key, known)
            ),
            allowed=listed(known),
            remedy=_("correct it or delete it"),
        )
        return
    try:
        STEP.validate_python(change(plain(step), key, value))
    except ScenarioError as error:
        for problem in error.problems:
            found.report(path, problem.message, problem.allowed, problem.remedy)
    except ValidationError as error:
        found.problems += problems_of(error, found.tree, path[:-1])

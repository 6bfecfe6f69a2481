"""The legal clock along every way through a route: started once, before anything asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.language import _
from simulation.scenario.checks.variants import deliveries
from simulation.scenario.steps import Branch, Delay, Fork, Repeat, Until

if TYPE_CHECKING:
    from simulation.scenario.checks.collector import Collector
    from simulation.scenario.checks.variants import Variant
    from simulation.scenario.steps import Step

States = frozenset[str]
_WAITING: Final = "waiting"
_RUNNING: Final = "running"
_STOPPED: Final = "stopped"
_SURE: Final = 1 - 1e-9


def check_clock(found: Collector, variant: Variant) -> None:
    """Report ways on which the clock starts twice, too late or never, or stops too early."""
    for delivery in deliveries(found.scenario, variant.channel):
        walk = _Walk(found, variant, delivery)
        if _WAITING in walk.along(variant.steps, frozenset({_WAITING})) and variant.timed:
            found.report_once(
                ("routes", variant.route),
                _("a dossier can pass through without ever being received"),
                _instance(variant),
                allowed=_("one step with 'clock: starts' on every way of a route with a deadline"),
                remedy=_("add 'clock: starts' to the step that accepts the dossier"),
            )


def _instance(variant: Variant) -> str:
    return _("channel {channel!r}, procedure {procedure!r}").format(
        channel=variant.channel, procedure=variant.procedure
    )


class _Walk:
    """Follows the states in which the clock can be, as a set, from step to step."""

    def __init__(self, found: Collector, variant: Variant, delivery: str) -> None:
        self.found = found
        self.variant = variant
        self.delivery = delivery

    def along(self, steps: list[Step], states: States) -> States:
        for step in steps:
            states = self._after(step, states)
        return states

    def _after(self, step: Step, states: States) -> States:
        skipped = (step.channels and self.variant.channel not in step.channels) or (
            step.returned_by and self.delivery not in step.returned_by
        )
        if skipped or not states:
            return states
        if isinstance(step, Branch):
            return self._after_branch(step, states)
        if isinstance(step, Repeat):
            return self._after_repeat(step, states)
        if isinstance(step, Fork):
            for branch in step.fork.values():
                self.along(list(branch), states)
            return states
        if (isinstance(step, Until) or (isinstance(step, Delay) and step.from_.of == "due")) and (
            _WAITING in states
        ):
            key = "until" if isinstance(step, Until) else "from"
            self._report(
                step, key, _("it waits for the due date before the legal clock has started")
            )
        return frozenset() if step.ends else self._after_flag(step, step.clock, states)

    def _after_flag(self, step: Step, clock: str | None, states: States) -> States:
        if clock == "starts":
            if states - {_WAITING}:
                self._report(step, "clock", _("the legal clock starts, but it has started before"))
            return frozenset({_RUNNING})
        if clock == "stops":
            if _WAITING in states:
                self._report(step, "clock", _("the legal clock stops, but it may not have started"))
            if _STOPPED in states:
                self._report(step, "clock", _("the legal clock stops, but it has stopped before"))
            return frozenset({_STOPPED})
        return states

    def _after_branch(self, step: Branch, states: States) -> States:
        result: set[str] = set()
        for alternative in step.branch:
            if alternative.probability.value > 0:
                result |= self.along(alternative.steps, states)
        if sum(alternative.probability.value for alternative in step.branch) < _SURE:
            result |= states
        return frozenset(result)

    def _after_repeat(self, step: Repeat, states: States) -> States:
        if step.probability.value == 0:
            return states
        once = self.along(step.repeat, states)
        again = self.along(step.repeat, once) if step.at_most > 1 and once != states else once
        never = states if step.probability.value < _SURE else frozenset()
        return once | again | never

    def _report(self, step: Step, key: str, message: str) -> None:
        self.found.report_once(
            self.variant.places.of(step.step, key),
            message,
            _instance(self.variant),
            allowed=_("'clock: starts' once on every way, and what needs the clock behind it"),
            remedy=_("move the flag or the step, or limit steps to channels"),
        )

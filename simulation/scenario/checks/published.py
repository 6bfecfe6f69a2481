"""Whether a published number is the number of something that is measured.

The names are those of docs/data-model.md. They are listed here because a wrong one is to be found
when a scenario is read, not after it was simulated; a test holds the list against what a run has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.language import _, later
from simulation.scenario.overrides import walk
from simulation.scenario.steps import Branch, Repeat
from simulation.scenario.words import did_you_mean, listed, show

if TYPE_CHECKING:
    from collections.abc import Collection

    from simulation.scenario.checks.collector import Collector
    from simulation.scenario.model import Scenario
    from simulation.scenario.tree import FieldPath

_LATE_TIME: Final = (
    "queue", "off_shift", "work", "courier", "external", "applicant", "held", "before",
)  # fmt: skip
_OF_PARTS: Final = (
    "submitted", "received", "carried_in", "resolved", "early", "on_due_date", "late", "on_time",
    "on_time_official", "strict_due", "strict_on_time", "on_time_strict", "refused", "withdrawn",
    "on_the_spot", "returned", "lost", "ended_unreceived", "in_reception_at_end", "open_at_end",
    "in_term_open", "overdue_open", "paused_at_end", "apologies", "cycle_mean_wd", "cycle_net_wd",
    "visits", "abandonments", "turned_away", "counter_waits", "counter_wait_mean_min",
    "counter_wait_p50_min", "counter_wait_p90_min", "counter_waits_within_15_min",
    "counter_wait_within_15_min", "counter_waits_within_30_min", "counter_wait_within_30_min",
)  # fmt: skip
_OF_CENTRE: Final = (
    *_OF_PARTS, "utilisation", "overtime_h", "people", "dossiers_per_person", "cost",
    "late_time_wd",
)  # fmt: skip
_BELOW: Final = {
    "by_field": (
        *_OF_PARTS, "late_time_at_own_desks", *(f"late_time.{part}" for part in _LATE_TIME),
    ),
    "by_step": ("done",),
    "teams": (
        "utilisation", "busy_h", "present_h", "overtime_h", "people", "done", "done_per_person",
        "cost",
    ),
    "desks": (
        "waits", "wait_mean_min", "queue_mean", "late_time_queue", "late_time_off_shift",
        "late_time_work",
    ),
    "events": ("",),
}  # fmt: skip
_WHAT: Final = {
    "by_channel": later("channel"),
    "by_field": later("field"),
    "by_group": later("group"),
    "by_procedure": later("procedure"),
    "by_step": later("step"),
    "teams": later("team"),
    "desks": later("desk"),
    "events": later("event"),
}


def check_measure(found: Collector, path: FieldPath, measure: str) -> None:
    """Report a published number of something that no run measures.

    What a run of the scenario happens not to count, such as a step that nobody does, is measured
    all the same.
    """
    known = measured(found.scenario)
    if measure in known:
        return
    head, _dot, below = measure.partition(".")
    part = below.partition(".")[0]
    ids = _ids(found.scenario).get(head)
    if ids is not None and part and not found.exists(path, part, ids, _(_WHAT[head])):
        return
    around = f"{head}.{part}." if ids is not None and part else f"{head}."
    near = sorted(name for name in known if name.startswith(around))
    near = near or [*_OF_CENTRE, "by_channel.<id>.received", "teams.<id>.utilisation"]
    found.report(
        path,
        _("there is no measure {measure}{near}").format(
            measure=show(measure), near=did_you_mean(measure, near)
        ),
        allowed=listed(near),
        remedy=_("correct it; docs/data-model.md says what is measured"),
    )


def measured(scenario: Scenario) -> set[str]:
    """Paths of all that a run of a scenario measures."""
    found = {*_OF_CENTRE, *(f"late_time.{part}" for part in _LATE_TIME)}
    for head, ids in _ids(scenario).items():
        names = _BELOW.get(head, _OF_PARTS)
        found.update(f"{head}.{part}{name and '.'}{name}" for part in ids for name in names)
    return found


def _ids(scenario: Scenario) -> dict[str, Collection[str]]:
    """What has measures of its own, by the head of their paths."""
    return {
        "by_channel": scenario.channels,
        "by_field": scenario.fields,
        "by_group": scenario.groups,
        "by_procedure": scenario.procedures,
        "by_step": _steps(scenario),
        "teams": scenario.teams,
        "desks": scenario.desks,
        "events": scenario.events,
    }


def _steps(scenario: Scenario) -> set[str]:
    """Names of the steps that dossiers do; those that choose among others are not done."""
    found = {
        step.step
        for route in scenario.routes.values()
        for step in walk(route)
        if not isinstance(step, (Branch, Repeat))
    }
    if any(channel.delivery is not None for channel in scenario.channels.values()):
        found.add("delivery")  # what comes by the timetable of its channel begins with it
    return found

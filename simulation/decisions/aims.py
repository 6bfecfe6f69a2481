"""What a planner aims at: a measure, and the value from which it is good enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.errors import InputError, noted
from simulation.language import _
from simulation.scenario.words import did_you_mean, listed, show

if TYPE_CHECKING:
    from collections.abc import Collection

    from simulation.scenario import Scenario

SHORT: Final = {"on_time": "on_time_strict", "wait_p90": "counter_wait_p90_min"}
"""Names that abbreviate others."""
MORE_LOST: Final = 0.01
"""Of those who come so many more than today may leave for good, where nobody says otherwise."""
HIGHER_IS_BETTER: Final = (
    "on_time_strict", "on_time_official", "counter_wait_within_15_min",
    "counter_wait_within_30_min",
)  # fmt: skip
LOWER_IS_BETTER: Final = (
    "counter_wait_mean_min", "counter_wait_p50_min", "counter_wait_p90_min", "cycle_mean_wd",
    "cycle_net_wd", "open_at_end", "overdue_open", "late", "abandonments", "turned_away", "lost",
)  # fmt: skip
USUAL_TARGET: Final = 0.95
"""On-time rate aimed at where neither the request nor the scenario says one."""


@dataclass(frozen=True)
class Aim:
    """A measure and its target.

    Attributes:
        measure: Name of the measure.
        target: The value that it has to keep.
        higher_is_better: Whether it has to be at least the target, or else at most.
        said_by: Who said the target: ``request``, ``scenario``, or ``default``.
    """

    measure: str
    target: float
    higher_is_better: bool
    said_by: str


def full_name(measure: str, known: Collection[str]) -> str:
    """A measure's name where an abbreviation may stand.

    Args:
        measure: The name or its abbreviation.
        known: Names that may stand there.

    Raises:
        InputError: It is none of these.
    """
    name = SHORT.get(measure, measure)
    if name not in known:
        near = did_you_mean(measure, [*known, *SHORT])
        raise InputError(
            noted(
                _("--measure: there is no measure {measure} to aim at{near}").format(
                    measure=show(measure), near=near
                ),
                allowed=listed([*SHORT, *known]),
            )
        )
    return name


def aim_of(scenario: Scenario, measure: str, target: float | None) -> Aim:
    """What is aimed at.

    Args:
        scenario: Says the target of on-time rates where the request does not.
        measure: Name of a measure, or its abbreviation.
        target: The target asked for, or None.

    Raises:
        InputError: The measure is unknown, or the target missing or not one that it can have.
    """
    name = full_name(measure, (*HIGHER_IS_BETTER, *LOWER_IS_BETTER))
    higher = name in HIGHER_IS_BETTER
    if target is None:
        return _usual_aim(scenario, name, higher_is_better=higher)
    if not (0 < target <= 1 if higher else 0 <= target < float("inf")):
        allowed = _("more than 0 and at most 1: 0.95 is 95 %") if higher else _("0 or more")
        raise InputError(
            noted(
                _("--target: {target:g} cannot be a target of {name}").format(
                    target=target, name=name
                ),
                allowed=allowed,
            )
        )
    return Aim(name, target, higher, "request")


def _usual_aim(scenario: Scenario, name: str, *, higher_is_better: bool) -> Aim:
    if not name.startswith("on_time"):
        raise InputError(
            noted(
                _("--target is missing: nothing says what {name} has to be").format(name=name),
                remedy=_("name it, such as --target 15"),
            )
        )
    if scenario.target is None:
        return Aim(name, USUAL_TARGET, higher_is_better, "default")
    return Aim(name, scenario.target, higher_is_better, "scenario")

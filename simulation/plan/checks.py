"""What of a scenario cannot be sampled. To see it takes calendars with their public holidays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.errors import Problem
from simulation.language import _, written
from simulation.scenario.problems import raise_sorted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.plan.arrays import CellPlan, DemandPlan
    from simulation.scenario.model import Scenario


def check_demand_plan(scenario: Scenario, plan: DemandPlan) -> None:
    """Refuse a volume that can never come, and a backlog that belongs nowhere.

    Raises:
        ScenarioError: There is one; a problem names the field, but no file.
    """
    raise_sorted([*_never_come(scenario, plan), *_nowhere(plan)])


def _never_come(scenario: Scenario, plan: DemandPlan) -> Iterator[Problem]:
    for name, channel in scenario.channels.items():
        cells = [cell for cell in plan.cells if cell.name[0] == name and cell.volume > 0]
        never = [cell for cell in cells if not _may_come(cell, plan)]
        if never and len(never) == len(cells):
            volume = sum(cell.volume for cell in cells)
            message = _("a volume of {volume} has no time in the period at which it may come")
            yield _never_comes(
                f"channels.{name}.volume", message.format(volume=written(f"{volume:,.6g}"))
            )
            continue
        for cell in never:
            procedure = cell.name[1]
            own = f"volumes.{procedure}" if procedure in channel.volumes else "volume"
            message = _(
                "a volume of {volume} of {procedure!r} has no time in the period at which it may "
                "come"
            ).format(volume=written(f"{cell.volume:,.6g}"), procedure=procedure)
            yield _never_comes(f"channels.{name}.{own}", message)


def _may_come(cell: CellPlan, plan: DemandPlan) -> bool:
    """Whether arrivals of a cell have an intensity somewhere in the period."""
    begins_s = cell.rate.edges_s[:-1]
    in_period = (plan.horizon.start_s <= begins_s) & (begins_s < plan.horizon.stop_s)
    return bool((cell.rate.weight[in_period] > 0).any())


def _never_comes(field: str, message: str) -> Problem:
    return Problem(
        message,
        field=field,
        allowed=_("an hour of the period at which the channel is open and nothing weighs 0"),
        remedy=_("correct the hours, weights and dates that leave none, or set the volume to 0"),
    )


def _nowhere(plan: DemandPlan) -> Iterator[Problem]:
    backlog = plan.backlog
    if backlog is not None and backlog.number and not any(backlog.weight):
        yield Problem(
            _("a backlog of {number} belongs to no procedure").format(
                number=written(f"{backlog.number:,}")
            ),
            field="start.backlog",
            allowed=_(
                "a procedure that has a share of the volume, begins before the period, takes "
                "time after it is accepted, and can then be in term"
            ),
            remedy=_("give one a share or a longer deadline, or start without a backlog"),
        )

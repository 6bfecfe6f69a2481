"""Resolving a scenario into its two plans. Nothing here is random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.plan.context import Context
from simulation.plan.demand import demand_plan
from simulation.plan.service import service_plan

if TYPE_CHECKING:
    from simulation.plan.arrays import DemandPlan, ServicePlan
    from simulation.scenario.model import Scenario


@dataclass(frozen=True)
class Plan:
    """Both plans of a scenario."""

    demand: DemandPlan
    service: ServicePlan


def resolve(scenario: Scenario) -> Plan:
    """Resolve a scenario that has been validated.

    Raises:
        ScenarioError: Something in it cannot be sampled; a problem names its field, but no file.
    """
    context = Context(scenario)
    return Plan(demand_plan(context), service_plan(context))

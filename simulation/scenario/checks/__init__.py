"""Whether a scenario whose fields are right one by one makes sense as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.scenario.checks.collector import Collector
from simulation.scenario.checks.demand import check_demand
from simulation.scenario.checks.evidence import check_evidence
from simulation.scenario.checks.register import check_register
from simulation.scenario.checks.routes import check_routes
from simulation.scenario.checks.service import check_service
from simulation.scenario.checks.working_time import check_working_time

if TYPE_CHECKING:
    from simulation.errors import Problem
    from simulation.scenario.model import Scenario
    from simulation.scenario.tree import Node


def findings(scenario: Scenario, tree: Node) -> list[Problem]:
    """Everything that does not fit together, each at the field where it was written.

    Args:
        scenario: A scenario whose models are valid.
        tree: What it was made of.
    """
    collector = Collector(scenario, tree)
    for check in (
        check_working_time,
        check_demand,
        check_register,
        check_routes,
        check_service,
        check_evidence,
    ):
        check(collector)
    return collector.problems

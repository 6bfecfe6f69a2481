"""A validated scenario with other values in some of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import later
from simulation.scenario.canonical import to_plain
from simulation.scenario.load import build
from simulation.scenario.settings import SETTING, apply_changes
from simulation.scenario.tree import Node, Origin
from simulation.scenario.vocabulary import tree_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.scenario.model import Scenario

_RESOLVED: Final = Node(None, Origin(later("the scenario, resolved")))


def vary(scenario: Scenario, changes: Mapping[str, Any], origin: str = SETTING) -> Scenario:
    """A scenario with changes, validated again.

    Args:
        scenario: It stays as it is.
        changes: Value by path, as after ``--set``: ``{"teams.reception.staff": 12}``.
        origin: Where the changes were written, for messages.

    Raises:
        ScenarioError: A path is unknown, or what comes of the changes is not valid.
    """
    if not changes:
        return scenario
    tree = tree_of(to_plain(scenario), _RESOLVED)
    return build(apply_changes(tree, changes, Origin(origin)))

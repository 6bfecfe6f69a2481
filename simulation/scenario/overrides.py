"""Changes to named steps of a route by channel, field and procedure.

A key is a field of the step (its whole value is replaced), or a path below the step, such as
``branch.0.probability``. Where several change the same field of a step, the procedure wins over its
field, and the field over the channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.scenario.settings import set_at
from simulation.scenario.steps import KINDS, STEP, Alternative, Branch, Fork, Repeat, Step
from simulation.scenario.tree import Node, Origin
from simulation.scenario.vocabulary import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulation.scenario.demand import Overrides
    from simulation.scenario.model import Scenario

_NOWHERE: Final = Node(None, Origin("steps"))


def steps_of(scenario: Scenario, channel_id: str, procedure_id: str) -> list[Step]:
    """The route of a procedure's dossiers that come by a channel, with all changes applied.

    Steps that are limited to other channels are still in it.

    Args:
        scenario: A validated scenario.
        channel_id: Channel by which they come.
        procedure_id: Procedure.
    """
    procedure = scenario.procedures[procedure_id]
    layers = (
        scenario.channels[channel_id].steps,
        scenario.fields[procedure.field].steps,
        procedure.steps,
    )
    return changed(scenario.routes[procedure.route], combined(layers))


def combined(layers: Iterable[Overrides]) -> Overrides:
    """One set of changes; later layers win, field by field."""
    result: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for name, changes in layer.items():
            result[name] = {**result.get(name, {}), **changes}
    return result


def changed(route: list[Step], changes: Overrides) -> list[Step]:
    """A route with changes to its steps, at any depth.

    Raises:
        pydantic.ValidationError: A change does not fit its step.
        ScenarioError: A path below a step leads nowhere.
    """
    if not changes:
        return list(route)
    return [
        STEP.validate_python(_with_changes(plain(step), changes))
        if any(inner.step in changes for inner in walk([step]))
        else step
        for step in route
    ]


def walk(steps: Iterable[Step]) -> Iterator[Step]:
    """All steps in the order of the route, those inside others included."""
    for step in steps:
        yield step
        for inner in inside(step):
            yield from walk(inner)


def inside(step: Step) -> list[list[Step]]:
    """The lists of steps that a step is made of."""
    if isinstance(step, Fork):
        return [list(branch) for branch in step.fork.values()]
    if isinstance(step, Branch):
        return [alternative.steps for alternative in step.branch]
    return [step.repeat] if isinstance(step, Repeat) else []


def plain(step: Step) -> dict[str, Any]:
    """A step as it would be written."""
    return step.model_dump(mode="json", exclude_none=True)


def change(step: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """A step, as written, with one change.

    Raises:
        ScenarioError: The key is a path that leads nowhere.
    """
    if "." not in key:
        return {**step, key: value}
    node = set_at(tree_of(step, _NOWHERE), key, tree_of(value, _NOWHERE), Step)
    result: dict[str, Any] = node.plain()
    return result


def _with_changes(value: Any, changes: Mapping[str, Mapping[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_with_changes(item, changes) for item in value]
    if not isinstance(value, dict):
        return value
    if any(kind in value for kind in KINDS) and "step" in value:
        for key, change_to in changes.get(value["step"], {}).items():
            value = change(value, key, change_to)
    return {key: _with_changes(item, changes) for key, item in value.items()}


__all__ = ["Alternative", "change", "changed", "combined", "inside", "plain", "steps_of", "walk"]

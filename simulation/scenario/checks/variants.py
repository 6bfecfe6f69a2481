"""The routes as dossiers take them: with the changes of channel, field and procedure applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.scenario.checks.demand import demanded
from simulation.scenario.overrides import changed, combined, walk
from simulation.scenario.tree import paths_of_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.scenario.demand import Overrides
    from simulation.scenario.model import Scenario
    from simulation.scenario.steps import Step
    from simulation.scenario.tree import FieldPath, Node


class Places:
    """Where the steps of a route, and the changes to them, were written.

    Args:
        tree: The tree of the scenario.
        route: Id of the route.
        layers: Changes to its steps, with the path at which they stand; later ones win.
    """

    def __init__(
        self, tree: Node, route: str, layers: tuple[tuple[FieldPath, Overrides], ...] = ()
    ) -> None:
        above: FieldPath = ("routes", route)
        routes = tree.child("routes")
        steps = routes.child(route) if routes else None
        self.steps = (
            {name: (*above, *path) for path, name in paths_of_steps(steps)} if steps else {}
        )
        self.above = above
        self.layers = layers

    def of(self, step: str, *below: str | int) -> FieldPath:
        """The path of a field of a step: in the last change to it, or else in the route."""
        for path, overrides in reversed(self.layers):
            for key in overrides.get(step, {}) if below else ():
                if key.split(".")[0] == below[0]:
                    return (*path, step, key, *(below[1:] if key == below[0] else ()))
        return (*self.steps.get(step, self.above), *below)


@dataclass(frozen=True)
class Variant:
    """One way in which a route is taken, with a channel and a procedure that take it so.

    Attributes:
        has_demand: Dossiers come by this channel for a procedure that takes it so.
        timed: The procedure has a deadline.
    """

    channel: str
    procedure: str
    route: str
    steps: list[Step]
    has_demand: bool
    timed: bool
    places: Places


def variants(scenario: Scenario, tree: Node) -> list[Variant]:
    """Every way in which a dossier can take a route, each once."""
    names = {route: {step.step for step in walk(steps)} for route, steps in scenario.routes.items()}
    found: dict[str, Variant] = {}
    for channel in scenario.channels:
        wanted = demanded(scenario, channel)
        for name, procedure in scenario.procedures.items():
            layers = tuple(
                (
                    path,
                    {
                        step: change
                        for step, change in layer.items()
                        if step in names[procedure.route]
                    },
                )
                for path, layer in layers_of(scenario, channel, name)
            )
            deadline = procedure.deadline.get(channel) or procedure.deadline["default"]
            key = (procedure.route, channel, deadline.kind == "none", name in wanted)
            changes = combined(layer for _, layer in layers)
            variant = f"{key} {changes}"
            if variant not in found:
                found[variant] = Variant(
                    channel,
                    name,
                    procedure.route,
                    changed(scenario.routes[procedure.route], changes),
                    name in wanted,
                    deadline.kind != "none",
                    Places(tree, procedure.route, layers),
                )
    return list(found.values())


def layers_of(
    scenario: Scenario, channel_id: str, procedure_id: str
) -> Iterator[tuple[FieldPath, Overrides]]:
    """The changes that apply to a cell, with the path at which they stand; later ones win."""
    procedure = scenario.procedures[procedure_id]
    yield ("channels", channel_id, "steps"), scenario.channels[channel_id].steps
    yield ("fields", procedure.field, "steps"), scenario.fields[procedure.field].steps
    yield ("procedures", procedure_id, "steps"), procedure.steps


def deliveries(scenario: Scenario, channel_id: str) -> list[str]:
    """The channels by which results of dossiers of a channel are delivered."""
    results = scenario.channels[channel_id].results
    return [name for name, share in results.items() if share > 0] or [channel_id]

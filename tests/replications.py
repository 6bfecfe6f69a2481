"""Whole replications of scenarios, and the names by which their dossiers are matched."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.journal import Record
from simulation.ledger import Ledger, make_ledger
from simulation.plan.resolve import Plan, resolve
from simulation.scenario import apply_changes, build, read_tree
from simulation.scenario.tree import Node, Origin
from simulation.scenario.vocabulary import tree_of
from simulation.tables import Segment
from tests.strategies import VALID_CASES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.engines import Engine
    from simulation.plan.arrays import ServicePlan
    from simulation.scenario import Scenario
    from simulation.tables import Attendance, Demand, Journal

FILES: Final = Path(__file__).parent / "cases" / "properties"


@cache
def tree(name: str) -> Node:
    """A scenario as it was read."""
    return read_tree(FILES / f"{name}.yaml")


def scenario(name: str, changes: dict[str, Any] | None = None) -> Scenario:
    """A scenario with other values at some paths."""
    return build(apply_changes(tree(name), changes or {}))


def model_of(data: Any) -> Scenario:
    """The scenario of some plain values."""
    origin = Origin(str(VALID_CASES / "x.yaml"), 1, str(VALID_CASES))
    return build(tree_of(data, Node(None, origin)))


@dataclass(frozen=True)
class Run:
    """A replication, with everything that led to it."""

    plan: Plan
    demand: Demand
    attendance: Attendance
    engine: Engine

    @cached_property
    def journal(self) -> Journal:
        """What happens; asked for only where it matters."""
        return self.engine(self.plan.service, self.demand, self.attendance)

    @cached_property
    def record(self) -> Record:
        """All of it together."""
        return Record(self.plan.service, self.demand, self.attendance, self.journal)

    @cached_property
    def ledger(self) -> Ledger:
        """What has become of the dossiers by the end of the run-on."""
        return make_ledger(self.record, self.plan.service.horizon.end_s)

    def at(self, *steps: str) -> NDArray[np.bool_]:
        """Which visits are at one of some steps. Shape: (visits,)."""
        rows = self.plan.service.rows
        numbers = [rows.steps.index(step) for step in steps if step in rows.steps]
        return np.asarray(np.isin(rows.step[self.demand.row], numbers))

    def by(self, team: str) -> NDArray[np.bool_]:
        """Which visits are in the hands of a team. Shape: (visits,)."""
        service = self.plan.service
        teams = np.array([*service.person_team, -1])
        return np.asarray(teams[self.journal.person] == service.names.teams.index(team))

    def presence(self, team: str) -> list[set[int]]:
        """The hours at which each person of a team is there at some time."""
        people, ptr = self.plan.service.person_team, self.attendance.person_ptr
        bounds_s = self.attendance.begin_s.tolist(), self.attendance.end_s.tolist()
        spans = list(zip(*bounds_s, strict=True))
        number = self.plan.service.names.teams.index(team)
        return [
            {
                hour
                for begin_s, end_s in spans[ptr[p] : ptr[p + 1]]
                for hour in range(begin_s // 3600, -(-end_s // 3600))
            }
            for p in range(len(people))
            if people[p] == number
        ]


def run(model: Scenario, engine: Engine, seed: int = 0) -> Run:
    """Replication 0 of a scenario."""
    plan = resolve(model)
    demand = sample_demand(plan.demand, seed, 0)
    attendance = sample_attendance(plan.service, seed, 0)
    return Run(plan, demand, attendance, engine)


def sample(model: Scenario, seed: int = 0) -> Run:
    """A replication of which only the luck is asked for."""
    return run(model, _nobody, seed)


def _nobody(service: ServicePlan, demand: Demand, attendance: Attendance) -> Journal:
    raise AssertionError(service, demand, attendance)


def columns(table: Demand | Attendance) -> dict[str, bytes]:
    """A table, byte for byte."""
    return {field.name: getattr(table, field.name).tobytes() for field in fields(table)}


Key = tuple[str, str, str, int]
"""Channel, procedure, segment and draw: what a dossier is called in all options."""


def keys(found: Run) -> list[Key]:
    """The names of the dossiers."""
    demand, names, cells = found.demand, found.plan.service.names, found.plan.service.cells
    return [
        (
            names.channels[cells.channel[cell]],
            names.procedures[cells.procedure[cell]],
            Segment(segment).name,
            int(draw),
        )
        for cell, segment, draw in zip(demand.cell, demand.segment, demand.draw, strict=True)
    ]


def by_key(found: Run, of_dossier: tuple[str, ...], of_visit: tuple[Any, ...]) -> dict[Key, Any]:
    """What some columns say of each dossier and of its visits.

    Args:
        found: The run.
        of_dossier: Columns of the demand by dossier.
        of_visit: Columns by visit.
    """
    demand, rows = found.demand, found.plan.service.rows
    visits = [
        (rows.steps[rows.step[row]], int(rows.occurrence[row]), *values)
        for row, *values in zip(demand.row, *of_visit, strict=True)
    ]
    result = {}
    for d, key in enumerate(keys(found)):
        itinerary = visits[demand.visit_ptr[d] : demand.visit_ptr[d + 1]]
        result[key] = [getattr(demand, name)[d] for name in of_dossier], itinerary
    assert len(result) == demand.dossiers
    return result


def fates(found: Run) -> dict[Key, Any]:
    """All that was drawn of each dossier."""
    demand = found.demand
    drawn = demand.attempt, demand.work_s, demand.patience_s, demand.return_s
    return by_key(found, ("submitted_s", "accepted_s"), drawn)


def marks(found: Run) -> dict[Key, Any]:
    """The same without when it comes."""
    return {key: itinerary for key, (_, itinerary) in fates(found).items()}


def instants(found: Run) -> dict[Key, int]:
    """When each dossier comes."""
    return dict(zip(keys(found), found.demand.submitted_s.tolist(), strict=True))


def histories(found: Run) -> dict[Key, Any]:
    """All that happened to each dossier, and not at whose hands."""
    journal = found.journal
    happened = journal.ready_s, journal.started_s, journal.ended_s, journal.outcome
    return by_key(found, (), happened)

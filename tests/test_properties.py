"""What holds of every scenario, from its text to its journal."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.engines import get_engine
from simulation.journal import check, digest
from simulation.plan.resolve import Plan, resolve
from simulation.scenario import apply_changes, build, read_tree
from simulation.scenario.tree import Node, Origin
from simulation.scenario.vocabulary import tree_of
from simulation.semantics import Outcome
from simulation.tables import Segment
from simulation.units import FAR, NEVER
from tests.queueing import ENGINE
from tests.strategies import VALID_CASES, cases, valid_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.scenario import Scenario
    from simulation.tables import Attendance, Demand, Journal

FILES: Final = Path(__file__).parent / "cases" / "properties"
SEEDS: Final = range(4)


@cache
def tree(name: str) -> Node:
    """A scenario as it was read."""
    return read_tree(FILES / f"{name}.yaml")


def scenario(name: str, changes: dict[str, Any] | None = None) -> Scenario:
    """A scenario with other values at some paths."""
    return build(apply_changes(tree(name), changes or {}))


@dataclass(frozen=True)
class Run:
    """A replication, with everything that led to it."""

    plan: Plan
    demand: Demand
    attendance: Attendance
    journal: Journal


def run(model: Scenario, seed: int = 0) -> Run:
    """Replication 0 of a scenario."""
    plan = resolve(model)
    demand = sample_demand(plan.demand, seed, 0)
    attendance = sample_attendance(plan.service, seed, 0)
    journal = get_engine(ENGINE)(plan.service, demand, attendance)
    return Run(plan, demand, attendance, journal)


def columns(table: Demand | Attendance) -> dict[str, bytes]:
    """A table, byte for byte."""
    return {field.name: getattr(table, field.name).tobytes() for field in fields(table)}


Key = tuple[str, str, str, int]


def by_key(found: Run, of_dossier: tuple[str, ...], of_visit: tuple[Any, ...]) -> dict[Key, Any]:
    """What some columns say of each dossier and of its visits, by the name it has in all options.

    Args:
        found: The run.
        of_dossier: Columns of the demand by dossier.
        of_visit: Columns by visit.
    """
    demand, names, cells = found.demand, found.plan.service.names, found.plan.service.cells
    rows = found.plan.service.rows
    visits = [
        (rows.steps[rows.step[row]], int(rows.occurrence[row]), *values)
        for row, *values in zip(demand.row, *of_visit, strict=True)
    ]
    result = {}
    for d, cell in enumerate(demand.cell):
        channel = names.channels[cells.channel[cell]]
        procedure = names.procedures[cells.procedure[cell]]
        key = (channel, procedure, Segment(demand.segment[d]).name, int(demand.draw[d]))
        itinerary = visits[demand.visit_ptr[d] : demand.visit_ptr[d + 1]]
        result[key] = [getattr(demand, name)[d] for name in of_dossier], itinerary
    assert len(result) == demand.dossiers
    return result


def fates(found: Run) -> dict[Key, Any]:
    """All that was drawn of each dossier."""
    demand = found.demand
    drawn = demand.attempt, demand.work_s, demand.patience_s, demand.return_s
    return by_key(found, ("submitted_s", "accepted_s"), drawn)


def histories(found: Run) -> dict[Key, Any]:
    """All that happened to each dossier, and not at whose hands."""
    journal = found.journal
    happened = journal.ready_s, journal.started_s, journal.ended_s, journal.outcome
    return by_key(found, (), happened)


# People

DESK: Final = st.fixed_dictionaries(
    {
        "channels.counter.volumes.permit": st.integers(20, 150),
        "channels.counter.batch": st.sampled_from([1, 4]),
        "routes.work.serve.interruptible": st.booleans(),
        "routes.work.serve.work": st.sampled_from(
            ["25 min", {"exponential": "20 min"}, {"lognormal": {"mean": "40 min", "cv": 2}}]
        ),
        "teams.clerks.efficiency": st.sampled_from([{}, {"desk": 0.7}, {"desk": 1.3}]),
        "calendars.office.hours": st.sampled_from(
            [
                {"mon-fri": "07:00-11:30, 13:30-17:00"},
                {"mon": "07:00-15:00", "wed-sat": "08:00-16:00"},
            ]
        ),
    }
)


@settings(max_examples=80)
@given(desk=DESK, staff=st.integers(1, 4), more=st.integers(1, 3), seed=st.integers(0, 99))
def test_more_staff_lengthens_nobodys_wait(
    desk: dict[str, Any], staff: int, more: int, seed: int
) -> None:
    """At a single desk, first come, first served, with one shift and efficiency."""
    few = run(scenario("single-desk", desk | {"teams.clerks.staff": staff}), seed)
    many = run(scenario("single-desk", desk | {"teams.clerks.staff": staff + more}), seed)
    started_few, started_many = (
        np.where(found.journal.started_s == NEVER, FAR, found.journal.started_s)
        for found in (few, many)
    )
    assert (few.journal.ready_s == many.journal.ready_s).all()
    assert (started_many <= started_few).all()


def test_more_staff_does_shorten_waits() -> None:
    """The desk of the test above is one at which people wait."""
    waits = [
        int((found.journal.started_s - found.journal.ready_s)[found.journal.started_s > 0].sum())
        for found in (run(scenario("single-desk", {"teams.clerks.staff": n})) for n in (1, 2, 6))
    ]
    assert waits[0] > waits[1] > waits[2]


# Conservation

OVERLOAD: Final = {"teams.officers.staff": 1, "teams.clerks.staff": 1}


@pytest.mark.parametrize("changes", [{}, OVERLOAD], ids=["as it is", "overload"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_dossier_is_ever_nowhere(changes: dict[str, Any], seed: int) -> None:
    """From its submission on it is at a visit or about to come back, until it is done or lost.

    Everything else that is required of a journal holds as well.
    """
    found = run(scenario("office", changes), seed)
    check(found.plan.service, found.demand, found.attendance, found.journal)
    gone = {"done": 0, "lost": 0, "open": 0}
    for d in range(found.demand.dossiers):
        reached_s = int(found.demand.submitted_s[d])
        for begin_s, end_s in sorted(whereabouts(found, d)):
            assert begin_s <= reached_s, f"dossier {d} is nowhere from {reached_s} to {begin_s}"
            reached_s = max(reached_s, end_s)
        gone["open" if reached_s == FAR else how_it_ended(found, d)] += 1
    assert all(gone.values()), f"the office shows too little: {gone}"


def whereabouts(found: Run, d: int) -> Iterator[tuple[int, int]]:
    """The spans in which a dossier is at a visit, or its applicant about to come back."""
    demand, journal = found.demand, found.journal
    for v in range(demand.visit_ptr[d], demand.visit_ptr[d + 1]):
        if journal.ready_s[v] == NEVER:
            continue
        ended_s = until(journal.ended_s[v])
        yield int(journal.ready_s[v]), ended_s
        if journal.outcome[v] > Outcome.DONE and has_spare_attempt(demand, d, v):
            yield ended_s, until(journal.ready_s[v + 1])


def until(instant_s: Any) -> int:
    """An instant; FAR if it has not come."""
    return FAR if instant_s == NEVER else int(instant_s)


def has_spare_attempt(demand: Demand, d: int, v: int) -> bool:
    """Whether a visit is followed by another attempt at the same."""
    return bool(v + 1 < demand.visit_ptr[d + 1] and demand.attempt[v + 1] > 0)


def how_it_ended(found: Run, d: int) -> str:
    """Whether a dossier is done with all its steps, or lost after the last attempt at one."""
    demand, outcome = found.demand, found.journal.outcome
    visits = range(demand.visit_ptr[d], demand.visit_ptr[d + 1])
    last = [v for v in visits if outcome[v] != Outcome.NONE][-1]
    if outcome[last] != Outcome.DONE:
        assert not has_spare_attempt(demand, d, last), f"dossier {d} does not come back"
        return "lost"
    assert not (demand.attempt[last + 1 : visits.stop] == 0).any(), f"dossier {d} does not go on"
    return "done"


# Luck


@pytest.mark.parametrize("case", cases())
def test_same_seed_same_journal(case: str) -> None:
    """Scenario, seed and replication determine everything."""
    first, second = (run(model_of(valid_data(case)), seed=1) for _ in range(2))
    assert columns(first.demand) == columns(second.demand)
    assert columns(first.attendance) == columns(second.attendance)
    assert digest(first.journal) == digest(second.journal)


def test_other_seed_other_luck() -> None:
    """With another seed other dossiers come and other people are absent."""
    one, other = (run(scenario("office"), seed) for seed in (1, 2))
    assert columns(one.demand) != columns(other.demand)
    assert columns(one.attendance) != columns(other.attendance)


def model_of(data: Any) -> Scenario:
    """The scenario of some plain values."""
    return build(
        tree_of(data, Node(None, Origin(str(VALID_CASES / "x.yaml"), 1, str(VALID_CASES))))
    )


def unrelated(name: str) -> dict[str, Any]:
    """A procedure with a route, a desk and people of its own, as changes to the office."""
    return {
        f"procedures.{name}": {"title": name, "field": "works", "deadline": "2 wd", "route": name},
        f"routes.{name}": [
            {"step": "receive", "desk": name, "work": {"exponential": "30 min"}, "clock": "starts"},
            {"step": "extra", "desk": name, "work": "10 min"},
        ],
        f"desks.{name}": {"title": name},
        f"teams.{name}": {"title": name, "staff": 2, "shift": "office", "desks": [name]},
        f"channels.online.volumes.{name}": 40,
        "channels.online.volume": 100,
    }


@pytest.mark.parametrize("name", ["a-first-one", "one-between", "z-last-one"])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_unrelated_procedure_changes_nobody_elses_luck(name: str, seed: int) -> None:
    """What is drawn of the other dossiers, and so what happens to them, stays as it was."""
    without = run(scenario("office"), seed)
    with_it = run(scenario("office", unrelated(name)), seed)
    for look in (fates, histories):
        before, after = look(without), look(with_it)
        added = after.keys() - before.keys()
        assert added
        assert all(procedure == name for _, procedure, _, _ in added)
        assert {key: after[key] for key in before} == before


@pytest.mark.parametrize("spread", ["poisson", "fixed"])
@pytest.mark.parametrize("seed", SEEDS)
def test_more_workload_only_adds_dossiers(spread: str, seed: int) -> None:
    """Ten percent more: every dossier of before comes when it came and asks for what it did.

    Every cell of the office has ten dossiers or more. Of a fixed number, shared among cells by
    largest remainder, a smaller cell may lose one to a larger cell.
    """
    same: dict[str, Any] = {f"channels.{name}.spread": spread for name in ("counter", "online")}
    before, after = (
        fates(run(scenario("office", same | {"workload": workload}), seed)) for workload in (1, 1.1)
    )
    assert len(before) < len(after) < 1.2 * len(before)
    assert {key: after[key] for key in before} == before


@pytest.mark.parametrize("case", [*cases(), "office"])
def test_order_of_independent_things_means_nothing(case: str) -> None:
    """Shuffled mappings, and lists that are sets, lead to the same journal."""
    data = tree("office").plain() if case == "office" else valid_data(case)
    in_order = run(model_of(data))
    for seed in SEEDS:
        found = run(model_of(shuffled(data, random.Random(seed))))  # noqa: S311 - no secrets
        assert columns(found.demand) == columns(in_order.demand)
        assert digest(found.journal) == digest(in_order.journal)


SETS: Final = {"arrivals", "channels", "closed", "outages", "returned_by", "times", "weekdays"}
"""Lists whose order says nothing; that of steps, alternatives and preferred desks does."""


def shuffled(value: Any, luck: random.Random, key: str = "") -> Any:
    """The same in another order."""
    if isinstance(value, dict):
        keys = luck.sample(list(value), len(value))
        return {k: shuffled(value[k], luck, k) for k in keys}
    if isinstance(value, list):
        items = luck.sample(value, len(value)) if key in SETS else value
        return [shuffled(item, luck) for item in items]
    return value


OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "staff": {"teams.officers.staff": 9, "teams.clerks.staff": 1},
    "absence": {"teams.clerks.absence.rate": 0.4, "teams.officers.leave": {"days": 50}},
    "shift": {"teams.officers.shift": "signing"},
    "floaters": {"teams.leader.desks": ["signature", "appraisal", "reception"]},
    "efficiency and rank": {"teams.officers.efficiency": {"appraisal": 2}, "teams.clerks.rank": 5},
    "discipline": {
        "desks.reception.discipline": "shortest-work",
        "desks.signature.discipline": "last-come",
    },
    "priority": {"procedures.licence.priority": 3, "channels.counter.priority": 1},
    "deadline": {"procedures.permit.deadline": "20 d", "procedures.licence.deadline": "none"},
    "legal clock": {"legal.supplement": "restart", "legal.cutoff": "closing"},
    "timetables": {"timetables.courier.times": ["09:00"], "timetables.post-in.times": ["08:00"]},
    "hall": {"channels.counter.hall.tickets.number": 3, "channels.counter.hall.closing": "day"},
    "waiting room": {"channels.counter.hall.waiting_room": 1},
    "handover": {"handover_after": "0 wd"},
    "another desk": {"fields.works.steps": {"appraise": {"desk": "signature"}}},
    "interruption": {"routes.long.appraise.interruptible": False},
}


@pytest.mark.parametrize("option", OPTIONS)
def test_options_of_service_leave_demand_alone(option: str) -> None:
    """Options are compared on the very same dossiers, byte for byte; only what happens differs."""
    base, changed = run(scenario("office")), run(scenario("office", OPTIONS[option]))
    assert columns(changed.demand) == columns(base.demand)
    assert digest(changed.journal) != digest(base.journal)

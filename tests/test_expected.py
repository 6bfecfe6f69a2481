"""What demand comes to on average: exact where it can be worked out, and the mean of samples."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.demand import sample_demand
from simulation.expected import (
    daily_arrivals,
    expected_dossiers,
    expected_visits,
    offered_work_s,
    row_probabilities,
)
from simulation.plan.arrays import CellPlan, Guard
from simulation.plan.resolve import Plan, resolve
from simulation.tables import Segment
from simulation.units import DAY_S, HOUR_S
from tests.demand_plans import cell_plan, chance, demand_plan, horizon, in_person, row
from tests.running import EVERY_STEP, VALID, office

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

STREAMS = 3
PARTS = 4
"""Bounds of generated guards are multiples of 1/4, so a mark is one of four parts."""


def naive_probabilities(cell: CellPlan) -> list[float]:
    """Each row's probability, by looking at every combination of parts in which marks can be."""
    done = np.zeros(len(cell.rows))
    combinations = list(product(range(PARTS), repeat=STREAMS))
    for combination in combinations:
        marks: dict[tuple[str, ...], float] = {
            (f"s{k}",): (part + 0.5) / PARTS for k, part in enumerate(combination)
        }
        holds: list[bool] = []
        for guard in cell.guards:
            outer = guard.parent < 0 or holds[guard.parent]
            holds.append(outer and guard.low[0] <= marks[guard.stream] < guard.high[0])
        for number, this in enumerate(cell.rows):
            if this.guard < 0 or holds[this.guard]:
                done[number] += 1
                if this.ends:
                    break
    return list(done / len(combinations))


@st.composite
def routes(draw: st.DrawFn) -> CellPlan:
    """Routes of guarded rows, of which some end the dossier."""
    guards: list[Guard] = []
    for number in range(draw(st.integers(0, 6))):
        bounds = st.integers(0, PARTS)
        low, high = sorted((draw(bounds), draw(bounds)))
        parent = draw(st.integers(-1, number - 1))
        stream = f"s{draw(st.integers(0, STREAMS - 1))}"
        guards.append(chance(stream, low=low / PARTS, high=high / PARTS, parent=parent))
    rows = [
        row(f"step-{k}", k, guard=draw(st.integers(-1, len(guards) - 1)), ends=draw(st.booleans()))
        for k in range(draw(st.integers(1, 6)))
    ]
    return cell_plan(1, guards=tuple(guards), rows=tuple(rows))


@given(routes())
@settings(max_examples=200)
def test_row_probabilities_are_exact(cell: CellPlan) -> None:
    """A row's probability is right however guards nest, share marks and end dossiers."""
    found = [float(probability[0]) for probability in row_probabilities(cell)]

    assert found == pytest.approx(naive_probabilities(cell))


def test_probabilities_by_day() -> None:
    """A probability that changes by date is told apart by the day of submission."""
    guard = Guard(-1, ("s0",), np.zeros(3), np.array([0.1, 0.5, 0.1]))
    cell = cell_plan(3, guards=(guard,), rows=(row("seldom", guard=0, ends=True), row("other", 1)))

    seldom, other = row_probabilities(cell)

    assert seldom == pytest.approx([0.1, 0.5, 0.1])
    assert other == pytest.approx([0.9, 0.5, 0.9])


def test_daily_arrivals_move_behind_an_outage() -> None:
    """What an outage postpones counts on the day of its end; the volume is that of the period."""
    outage = np.array([[DAY_S, 2 * DAY_S + 8 * HOUR_S]])
    cell = cell_plan(4, volume=36, outages_s=outage)

    arrivals = daily_arrivals(cell, horizon(3, warm=1))

    assert arrivals == pytest.approx([12, 0, 24, 12])


def test_number_of_dossiers() -> None:
    """The warm-up, the run-on, the explicit and the carried-in dossiers are in the number."""
    scenario = office("start={warm: 5 d}", "run_on=2 d", "channels.counter.spread=fixed")
    plan = resolve(scenario).demand
    expected = expected_dossiers(plan)
    sampled = [sample_demand(plan, 1, k).dossiers for k in range(3)]

    assert expected == pytest.approx(np.mean(sampled), abs=2)
    assert expected > 60


def test_number_of_visits() -> None:
    """Visits are counted with the spare attempts of applicants, as they are in memory."""
    hor = horizon(2)
    plan = demand_plan(hor, cell_plan(2, volume=500, rows=(in_person("a", 0), row("b", 1))))

    assert expected_visits(plan) == pytest.approx(sample_demand(plan, 1, 0).visits)


def sampled_work_s(plan: Plan, replications: int) -> NDArray[np.float64]:
    """Work that samples bring to each desk. Shape: (replications, desks)."""
    rows = plan.service.rows
    work_s = np.zeros((replications, len(plan.service.names.desks)))
    for k in range(replications):
        demand = sample_demand(plan.demand, 1, k)
        segment = np.repeat(demand.segment, np.diff(demand.visit_ptr))
        at_s = np.repeat(demand.submitted_s, np.diff(demand.visit_ptr))
        horizon = plan.demand.horizon
        counted = (demand.attempt == 0) & (at_s >= horizon.start_s) & (segment != Segment.WARM)
        counted &= (at_s < horizon.stop_s) & (rows.desk[demand.row] >= 0)
        desk = rows.desk[demand.row[counted]]
        np.add.at(work_s[k], desk, demand.work_s[counted])
    return work_s


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        (EVERY_STEP, ()),
        (EVERY_STEP, ("start={warm: 3 d}",)),
        (VALID / "dated.yaml", ()),
        (VALID / "overrides.yaml", ()),
        (VALID / "arrivals-listed.yaml", ()),
        (VALID / "arrivals-file.yaml", ()),
    ],
    ids=lambda value: getattr(value, "stem", None),
)
def test_offered_work_is_the_mean_of_samples(case: Path, changes: tuple[str, ...]) -> None:
    """The work offered to each desk is what samples bring on average.

    Four standard errors: a false alarm once in 16,000 desks; the seed is fixed.
    """
    plan = resolve(office(*changes, case=case))
    work_s = sampled_work_s(plan, 150)
    error = work_s.std(axis=0, ddof=1) / np.sqrt(len(work_s))

    difference = work_s.mean(axis=0) - offered_work_s(plan.demand, plan.service)

    assert np.all(np.abs(difference) <= 4 * error + 1e-6 * work_s.mean(axis=0) + 1)


def test_carried_in_dossiers_bring_work() -> None:
    """A dossier carried in still asks for about what stands behind its place in the route."""
    without = resolve(office())
    carried = resolve(office("start={backlog: 40}"))
    desks = list(carried.service.names.desks)
    more_s = offered_work_s(carried.demand, carried.service) - offered_work_s(
        without.demand, without.service
    )

    assert more_s[desks.index("reception")] == pytest.approx(0)
    assert more_s[desks.index("appraisal")] == pytest.approx(40 * 20 * 60)

"""Both engines write the same journal of every bundled scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.engines.compiled import run as compiled
from simulation.engines.reference import run as reference
from simulation.experiments import Model
from simulation.journal import assert_same
from simulation.scenario import list_bundled, load_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence


def compare_engines(name: str, seeds: Sequence[int], *settings: str) -> int:
    """Hold the journals of some seeds against each other; how many visits the smallest had."""
    plan, visits = Model.of(load_scenario(name, settings)).plan, []
    for seed in seeds:
        demand = sample_demand(plan.demand, seed, 0)
        attendance = sample_attendance(plan.service, seed, 0)
        first, second = (e(plan.service, demand, attendance) for e in (compiled, reference))
        assert_same(first, second, demand)
        visits.append(demand.visits)
    return min(visits)


@pytest.mark.parametrize("name", list_bundled())
def test_engines_agree_on_bundled_scenarios(name: str) -> None:
    """Integer for integer, with one dossier in fifty and everybody at work."""
    assert compare_engines(name, [1, 2, 3], "workload=0.02") > 100


@pytest.mark.parametrize("name", list_bundled())
def test_engines_agree_where_work_piles_up(name: str) -> None:
    """As above, with queues: one person in each team, whatever its work."""
    teams = load_scenario(name).teams
    alone = [f"teams.{team}.staff=1" for team in teams]
    assert compare_engines(name, [4], "workload=0.05", *alone) > 100


@pytest.mark.long
@pytest.mark.parametrize("name", list_bundled())
def test_engines_agree_on_whole_bundled_scenarios(name: str) -> None:
    """As they are, with all their dossiers."""
    assert compare_engines(name, [1, 2]) > 1000

"""Both engines write the same journal of every bundled scenario."""

from __future__ import annotations

import pytest

from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.engines.compiled import run as compiled
from simulation.engines.reference import run as reference
from simulation.experiments import Model
from simulation.journal import assert_same
from simulation.scenario import list_bundled, load_scenario


def compare_engines(name: str, seed: int, *settings: str) -> int:
    """Hold the journals of one replication against each other; how many visits it had."""
    plan = Model.of(load_scenario(name, settings)).plan
    demand = sample_demand(plan.demand, seed, 0)
    attendance = sample_attendance(plan.service, seed, 0)
    first, second = (e(plan.service, demand, attendance) for e in (compiled, reference))
    assert_same(first, second, demand)
    return demand.visits


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", list_bundled())
def test_engines_agree_on_bundled_scenarios(name: str, seed: int) -> None:
    """Integer for integer, with one dossier in fifty and everybody at work."""
    assert compare_engines(name, seed, "workload=0.02") > 100


@pytest.mark.parametrize("name", list_bundled())
def test_engines_agree_where_work_piles_up(name: str) -> None:
    """As above, with queues: one person in each team, whatever its work."""
    teams = load_scenario(name).teams
    alone = [f"teams.{team}.staff=1" for team in teams]
    assert compare_engines(name, 4, "workload=0.05", *alone) > 100


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", list_bundled())
def test_engines_agree_on_whole_bundled_scenarios(name: str, seed: int) -> None:
    """As they are, with all their dossiers."""
    assert compare_engines(name, seed) > 1000

"""A resolved scenario with other values in some of its fields."""

from __future__ import annotations

import pytest

from simulation.errors import ScenarioError
from simulation.scenario import list_bundled, load_scenario, scenario_digest, vary
from tests.running import EVERY_STEP, office


@pytest.mark.parametrize("name", list_bundled())
def test_changing_what_is_resolved_is_setting_it(name: str) -> None:
    """A change of the resolved scenario is the same as one on the command line."""
    team = next(iter(load_scenario(name).teams))
    changes = {"workload": 1.5, f"teams.{team}.staff": 7}
    settings = [f"{path}={value}" for path, value in changes.items()]

    assert scenario_digest(vary(load_scenario(name), changes)) == scenario_digest(
        load_scenario(name, settings)
    )


def test_no_change_is_the_same_scenario() -> None:
    """Without changes nothing is built again."""
    scenario = office(case=EVERY_STEP)

    assert vary(scenario, {}) is scenario


def test_what_is_wrong_is_said_of_the_change() -> None:
    """An unknown path names the nearest known one, and where it was written."""
    with pytest.raises(ScenarioError, match=r"--vary: teams.*oficers.*officers"):
        vary(office(), {"teams.oficers.staff": 2}, "--vary")

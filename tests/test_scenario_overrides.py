"""Changes to named steps by channel, field and procedure."""

from __future__ import annotations

import pytest

from simulation.scenario import Scenario, load_scenario, steps_of
from simulation.scenario.overrides import walk
from simulation.scenario.steps import Branch, Repeat, Step, Work
from tests.strategies import VALID_CASES


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The case with overrides at every level."""
    return load_scenario(VALID_CASES / "overrides.yaml")


def _step(scenario: Scenario, name: str, procedure: str) -> Step:
    return {step.step: step for step in walk(steps_of(scenario, "counter", procedure))}[name]


def test_the_procedure_wins_over_its_field_and_the_field_over_the_channel(
    scenario: Scenario,
) -> None:
    """Channel and procedure say work, the field says work and desk; each key is decided alone."""
    decide = _step(scenario, "decide", "permit")
    assert isinstance(decide, Work)
    assert decide.work.family == "lognormal"
    assert decide.desk == "experts"
    decide = _step(scenario, "decide", "transfer")
    assert isinstance(decide, Work)
    assert decide.work.lengths()[0].seconds == 300
    assert decide.desk == "appraisal"


def test_a_path_below_a_step_changes_a_part_of_it(scenario: Scenario) -> None:
    """`branch.0.probability` changes one alternative and `work.exponential` one parameter."""
    outcomes = [_step(scenario, "outcome", name) for name in ("permit", "transfer")]
    assert [step.branch[0].probability.value for step in outcomes if isinstance(step, Branch)] == [
        0.1,
        0.3,
    ]
    look = _step(scenario, "look", "transfer")
    assert isinstance(look, Work)
    assert look.work.lengths()[0].seconds == 120


def test_steps_inside_others_are_changed(scenario: Scenario) -> None:
    """A change of a step inside a repeat leaves the repeat's own change in place."""
    check = _step(scenario, "check", "transfer")
    assert isinstance(check, Repeat)
    assert check.probability.value == 0.5


def test_a_route_without_changes_stays_as_it_is() -> None:
    """Steps are the scenario's own where nothing changes them."""
    scenario = load_scenario(VALID_CASES / "every-step.yaml")
    assert steps_of(scenario, "post", "permit") == scenario.routes["standard"]


def test_changes_leave_the_route_as_it_was(scenario: Scenario) -> None:
    """Two procedures on one route do not see each other's changes."""
    before = scenario.routes["standard"][3]
    steps_of(scenario, "counter", "permit")
    assert isinstance(before, Work)
    assert before.work.lengths()[0].seconds == 1200

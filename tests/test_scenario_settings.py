"""Changing fields by their path."""

from __future__ import annotations

from typing import Any

import pytest

from simulation.errors import ScenarioError
from simulation.scenario import (
    Scenario,
    apply_changes,
    apply_settings,
    build,
    load_scenario,
    read_tree,
    steps_of,
)
from simulation.scenario.overrides import walk
from simulation.scenario.steps import Repeat, Work
from simulation.scenario.tree import Origin
from tests.strategies import VALID_CASES


def _set(*settings: str, case: str = "minimal.yaml") -> Scenario:
    return load_scenario(VALID_CASES / case, settings)


def _refused(*settings: str, case: str = "minimal.yaml") -> str:
    with pytest.raises(ScenarioError) as caught:
        _set(*settings, case=case)
    return str(caught.value)


def _at(scenario: Scenario, path: str) -> Any:
    value: Any = scenario
    for part in path.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("workload=1.34", "workload", 1.34),
        ("teams.officers.staff=12", "teams.officers.staff.at_start", 12),
        ("channels.counter.volume = 60000", "channels.counter.volume", 60_000),
        ("teams.officers.rank=3", "teams.officers.rank", 3),
        ("channels.counter.hall.waiting_room=7", "channels.counter.hall.waiting_room", 7),
        ("channels.counter.hall.come_back.at_most=1", "channels.counter.hall.come_back.at_most", 1),
        ("teams.officers.absence.rate=0.1", "teams.officers.absence.rate.value", 0.1),
        ("channels.counter.outages=[]", "channels.counter.outages", []),
        ("title={en: One, vi: Một}", "title.vi", "Một"),
        ("title.vi=Một", "title.en", "One counter"),
        ("legal.supplement=restart", "legal.supplement", "restart"),
        ("start={backlog: 5}", "start.backlog", 5),
        ("start.backlog=5", "start.backlog", 5),
    ],
)  # fmt: skip
def test_a_field_is_set_by_its_path(setting: str, path: str, value: object) -> None:
    """Any field can be set, whether the file has it or leaves it to its default."""
    assert _at(_set(setting), path) == value


def test_a_short_form_opens_to_its_parts() -> None:
    """Below `staff: 2`, `weight: 1` and `deadline: 3 wd` there are paths, too."""
    scenario = _set(
        "teams.officers.staff.changes.2021-03-03=4",
        "channels.counter.weight.during.2021-03-01..2021-03-02=2",
        'channels.counter.weight.during."2021-03-04..2021-03-05"=3',
        "procedures.permit.deadline.counter=2 wd",
        "routes.standard.decide.work.constant=30 min",
    )
    assert scenario.teams["officers"].staff.most == 4
    assert sorted(scenario.channels["counter"].weight.during.values()) == [2, 3]
    assert {key: str(value) for key, value in scenario.procedures["permit"].deadline.items()} == {
        "default": "3 wd",
        "counter": "2 wd",
    }


def test_steps_go_by_number_or_by_name_at_any_depth() -> None:
    """Numbers count from 0; a name is found inside fork, branch and repeat."""
    scenario = _set(
        "routes.standard.1.work=11 min",
        "routes.standard.receive-post.work=12 min",
        "routes.standard.advise.work=13 min",
        "routes.standard.refuse.work=14 min",
        "routes.standard.incomplete.probability=0.9",
        "routes.standard.outcome.branch.0.probability=0.07",
        case="every-step.yaml",
    )
    steps = {step.step: step for step in walk(scenario.routes["standard"])}
    minutes = {
        name: step.work.lengths()[0].seconds / 60
        for name, step in steps.items()
        if isinstance(step, Work)
    }
    assert [minutes[name] for name in ("receive", "receive-post", "advise", "refuse")] == [
        11, 12, 13, 14,
    ]  # fmt: skip
    incomplete = steps["incomplete"]
    assert isinstance(incomplete, Repeat)
    assert incomplete.probability.value == 0.9


def test_one_family_replaces_another() -> None:
    """Setting another family does not leave two behind."""
    scenario = _set("routes.standard.decide.work.exponential=30 min")
    step = steps_of(scenario, "counter", "permit")[1]
    assert isinstance(step, Work)
    assert step.work.family == "exponential"


def test_null_takes_a_field_back_to_its_default() -> None:
    """What is set to null is as if the file had never said it."""
    assert _set("workload=null", case="backlog.yaml").workload == 1
    assert "required key 'legal' is missing" in _refused("legal=null")


def test_settings_apply_in_order() -> None:
    """The last of several settings of a field holds."""
    assert _set("workload=2", "workload=3").workload == 3
    scenario = _set(
        "channels.fax={title: Fax, volume: 5}", "channels.fax.volume=6", "channels.fax.batch=2"
    )
    assert scenario.channels["fax"].volume == 6


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("wokload=1", "the scenario has no 'wokload'; did you mean 'workload'?"),
        ("teams.oficers.staff=1", "teams has no 'oficers'; did you mean 'officers'?"),
        ("teams.oficers=1", "teams has no 'oficers'; did you mean 'officers'?"),
        ("teams.officers.staf=1", "teams.officers has no 'staf'; did you mean 'staff'?"),
        ("teams.officers.hall.patience=1", "teams.officers has no 'hall'"),
        ("routes.standard.decde.work=1 h", "routes.standard has no item 'decde'; did you mean"),
        ("routes.standard.7.work=1 h", "routes.standard has 2 items, so none is number 7"),
        ("routes.standard.decide.wrk=1 h", "routes.standard.decide has no 'wrk'; did you mean"),
        ("workload.value=1", "workload is the single value"),
        ("scenario.x=1", "scenario is the single value 'minimal'"),
        ("teams..staff=1", "this is not a path"),
        ("teams.officers.=1", "this is not a path"),
        ("teams.officers.staff", "'teams.officers.staff' is not a setting"),
        ("=3", "'=3' is not a setting"),
        ("workload=", "a value is missing"),
        ("workload=[1", "this is not YAML"),
        ("workload=&a 1", "the anchor &a stands here"),
        ("workload=07", "the number 07 begins with a zero"),
    ],
)  # fmt: skip
def test_a_setting_that_leads_nowhere_is_refused(setting: str, says: str) -> None:
    """The message names the setting's path, what is known there and the nearest."""
    case = "backlog.yaml" if setting.startswith("workload.") else "minimal.yaml"
    message = _refused(setting, case=case)
    assert says in message
    assert message.startswith("--set: ")


def test_a_wrong_value_is_said_of_the_setting() -> None:
    """A value that was set is said to come from the setting, not from the file."""
    message = _refused("teams.officers.staff=-3", "procedures.permit.route=other")
    assert message.startswith("--set: teams.officers.staff: -3 is out of range")
    message = _refused("mix.other=0.5")
    assert "--set: mix.other: there is no procedure 'other'" in message


def test_changes_come_as_a_mapping_with_their_origin() -> None:
    """An option is a named set of paths and values, and knows where it was written."""
    tree = read_tree(VALID_CASES / "minimal.yaml")
    changed = apply_changes(tree, {"teams.officers.staff": 5, "legal.cutoff": "15:00"})
    assert build(changed).teams["officers"].staff.most == 5
    assert build(tree).teams["officers"].staff.most == 2
    broken = apply_changes(tree, {"teams.officers.staff": -5}, Origin("options.yaml", 7))
    with pytest.raises(ScenarioError, match=r"^options\.yaml:7: teams\.officers\.staff"):
        build(broken)


def test_settings_leave_the_tree_they_start_from_as_it_was() -> None:
    """Options are compared side by side, so none may leave traces in another."""
    tree = read_tree(VALID_CASES / "minimal.yaml")
    before = tree.plain()
    apply_settings(tree, ["teams.officers.staff=9", "routes.standard.0.work=1 h"])
    assert tree.plain() == before

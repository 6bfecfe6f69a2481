"""Saving a resolved scenario, and knowing it again by its digest."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from simulation.errors import ScenarioError
from simulation.scenario import Scenario, build, load_scenario, scenario_digest, to_yaml
from simulation.scenario.tree import Node, Origin
from simulation.scenario.vocabulary import tree_of
from tests.strategies import VALID_CASES, Mutation, cases, mutations, valid_data, without_twice

if TYPE_CHECKING:
    from pathlib import Path


def _digest(case: str, *changes: str) -> str:
    return scenario_digest(load_scenario(VALID_CASES / case, changes))


def _build(data: Any) -> Scenario:
    return build(tree_of(data, Node(None, Origin("x.yaml", 1))))


@pytest.mark.parametrize("case", cases())
def test_a_saved_scenario_loads_as_the_same(case: str, tmp_path: Path) -> None:
    """The resolved scenario needs neither its bases nor its files of arrivals."""
    scenario = load_scenario(VALID_CASES / case)
    path = tmp_path / "saved.yaml"
    path.write_text(to_yaml(scenario), encoding="utf-8")
    assert load_scenario(path) == scenario
    assert scenario_digest(load_scenario(path)) == scenario_digest(scenario)


@given(mutation=mutations(most=1))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_a_changed_scenario_is_saved_and_loads_as_the_same(
    mutation: Mutation, tmp_path: Path
) -> None:
    """Saving holds whatever texts and numbers a valid scenario has."""
    try:
        scenario = _build(without_twice(mutation.data))
    except ScenarioError:
        return
    path = tmp_path / "saved.yaml"
    path.write_text(to_yaml(scenario), encoding="utf-8")
    assert load_scenario(path) == scenario


@pytest.mark.parametrize("case", cases())
def test_the_order_of_keys_means_nothing(case: str) -> None:
    """A file whose mappings are shuffled at every level has the same digest."""
    shuffle = random.Random(1)  # noqa: S311 - not for secrets

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            shuffle.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    data = valid_data(case)
    data = {key: value for key, value in data.items() if "arrivals" not in json.dumps(value)}
    if "channels" in data:
        assert scenario_digest(_build(shuffled(data))) == _digest(case)


def test_words_do_not_change_the_digest() -> None:
    """Nothing is computed with titles, sources, published numbers, assumptions or the currency."""
    changes = (
        "title=Another",
        "currency=euro",
        "teams.officers.title={en: People, vi: Người}",
        "channels.counter.title=Desk",
        "procedures.permit.title=x",
        "fields.building.title=x",
        "desks.reception.title=x",
        "events.rating.title=x",
        "groups.departments=x",
        "sources.report.title=x",
        "published=[]",
        "assumptions={}",
    )
    for change in changes:
        assert _digest("evidence.yaml", change) == _digest("evidence.yaml"), change


@pytest.mark.parametrize(
    "change",
    [
        "workload=1.001",
        "teams.officers.staff=3",
        "routes.standard.decide.work=20.1 min",
        "channels.counter.volume=61",
        "events.rating.share=0.5",
        "legal.cutoff='15:00'",
        "fields.building.group=null",
        "period.last_day=2021-03-06",
        "scenario=another",
    ],
)
def test_a_number_changes_the_digest(change: str) -> None:
    """Whatever can change a result, or where it is kept, changes the digest."""
    assert _digest("evidence.yaml", change) != _digest("evidence.yaml")


@pytest.mark.parametrize(
    "change",
    [
        "workload=1",
        "workload=1.0",
        "run_on=0 d",
        "handover_after=16 wh",
        "routes.standard.decide.work={constant: 1200 s}",
        "teams.officers.staff={at_start: 2}",
        "calendars.office.hours={mon-fri: ['13:30-17:00', '7:00-11:30']}",
        "channels.counter.hall.come_back={after: 24 h}",
        "channels.counter.outages=[]",
    ],
)
def test_another_way_of_writing_does_not_change_the_digest(change: str) -> None:
    """Defaults written out, other units and long forms say the same."""
    assert _digest("minimal.yaml", change) == _digest("minimal.yaml")


def test_ids_that_are_called_like_sections_count() -> None:
    """A channel called `title` or `sources` is a channel."""
    more = "channels.{}={{title: x, volume: 5}}"
    digests = {_digest("minimal.yaml", more.format(name)) for name in ("title", "sources", "fax")}
    assert len(digests | {_digest("minimal.yaml")}) == 4


def test_the_order_of_sets_means_nothing_and_that_of_preferences_does() -> None:
    """Times of a timetable are a set; the desks of a team are in order of preference."""
    times = "timetables.courier.times={}"
    assert _digest("every-step.yaml", times.format("['16:30', '11:00']")) == _digest(
        "every-step.yaml"
    )
    desks = "teams.officers.desks=[appraisal, reception]"
    assert _digest("every-step.yaml", desks) != _digest("every-step.yaml")


def test_the_order_of_explicit_arrivals_means_nothing() -> None:
    """Neither that of the list nor that of the work that an arrival brings."""
    early = "{at: 2021-03-01 07:00, procedure: permit}"
    some = "{at: 2021-03-01 07:00, procedure: permit, work: {receive: 9 min, decide: 1 h}}"
    turned = "{at: 2021-03-01 07:00, procedure: permit, work: {decide: 1 h, receive: 9 min}}"
    late = "{at: 2021-03-01 07:00, procedure: permit, work: {receive: 5 min}}"
    digests = [
        _digest("arrivals-listed.yaml", f"channels.counter.arrivals=[{', '.join(arrivals)}]")
        for arrivals in ((early, some, late), (late, turned, early), (early, turned, late))
    ]
    assert len(set(digests)) == 1
    fewer = f"channels.counter.arrivals=[{early}, {late}]"
    assert _digest("arrivals-listed.yaml", fewer) not in digests


@pytest.mark.parametrize("route", ["arrivals", "closed", "times"])
def test_steps_are_an_order_whatever_their_route_is_called(route: str) -> None:
    """A route may bear the name of a key whose list is a set."""
    receive = "{step: receive, desk: reception, work: 9 min, clock: starts}"
    decide = "{step: decide, desk: appraisal, work: 9 min}"
    check = "{step: check, desk: appraisal, work: 9 min}"
    one, other = (
        _digest(
            "minimal.yaml",
            f"routes.{route}=[{receive}, {steps}]",
            f"procedures.permit.route={route}",
            "routes.standard=null",
        )
        for steps in (f"{decide}, {check}", f"{check}, {decide}")
    )
    assert one != other

"""Sensitivity: which labelled assumption moves a measure, and which one does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation import sensitivity
from simulation.decisions.assumptions import Range, uncertain, varied
from simulation.errors import InputError, ScenarioError
from simulation.experiments import Model, Study, to_json
from simulation.scenario import list_bundled, load_scenario, scenario_digest
from tests.running import MINIMAL, Caller, office

if TYPE_CHECKING:
    from simulation.scenario import Scenario

DECIDE = (
    "assumptions.decide={text: Unknown., paths: [routes.standard.decide.work], low: 10 min, "
    "high: 90 min}"
)
PAY = "assumptions.pay={text: Unknown., paths: [teams.officers.pay], low: 5, high: 15}"
ABSENCE = (
    "assumptions.absence={text: Unknown., paths: [teams.*.absence], varies: [teams.*.absence.rate],"
    " low: 0.01, high: 0.02}"
)
VOLUME = "assumptions.volume={text: Unknown., paths: [channels.counter.volume], low: 50, high: 70}"
BUSY = ("workload=4", "teams.officers.pay=9", "teams.officers.absence={rate: 0.015}")


def assumed(*settings: str) -> Scenario:
    """A busy office of which three things are not known."""
    return office(*BUSY, DECIDE, PAY, ABSENCE, *settings)


@pytest.fixture
def motcua(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Caller:
    """The command line, called in an empty directory."""
    monkeypatch.chdir(tmp_path_factory.mktemp("sensitivity"))
    return Caller(capsys, monkeypatch)


def test_the_assumption_that_must_dominate_does() -> None:
    """How long a decision takes decides who is late; pay decides nothing, and is not separated."""
    found = sensitivity(assumed(), trajectories=4, replications=3, samples=0)
    effects = found.effects

    assert next(iter(effects)) == "decide"
    assert effects["decide"].separated
    assert (effects["decide"].mu.high or 0) < 0
    assert (effects["decide"].mu_star.mean or 0) > 5 * (effects["absence"].mu_star.mean or 0)
    assert effects["pay"].mu_star.mean == effects["pay"].noise == 0
    assert effects["pay"].separated is False
    assert found.indices == {}


def test_pay_dominates_where_cost_is_asked() -> None:
    """Another measure has other leaders: cost is a matter of pay."""
    found = sensitivity(assumed(), measure="cost", trajectories=3, replications=2, samples=0)

    assert next(iter(found.effects)) == "pay"
    assert found.effects["pay"].mu.mean == pytest.approx(found.effects["pay"].mu_star.mean)


def test_leaders_share_the_variance() -> None:
    """What is separated gets Sobol' indices, with bounds around them; what is not gets none."""
    found = sensitivity(
        assumed(VOLUME),
        trajectories=3,
        replications=5,
        samples=8,
    )

    assert found.effects["pay"].separated is False
    assert set(found.indices) == {"decide", "volume"}
    for index in found.indices.values():
        for part in (index.first, index.total):
            assert part.low is not None
            assert part.high is not None
            assert 0 <= part.low <= part.high <= 1


def test_equal_requests_give_equal_bytes() -> None:
    """A summary depends on seed and request alone, and another seed has other walks."""

    def text(seed: int) -> str:
        study = Study(seed)
        found = sensitivity(assumed(), trajectories=2, replications=2, samples=8, study=study)
        return to_json(found.summary)

    assert text(1) == text(1)
    assert text(1) != text(2)


def test_one_replication_separates_nothing() -> None:
    """Without a second replication there is no noise to compare with."""
    found = sensitivity(assumed(), trajectories=2, replications=1, samples=0)

    assert {each.separated for each in found.effects.values()} == {None}
    assert {each.noise for each in found.effects.values()} == {None}


@pytest.mark.parametrize("name", list_bundled())
def test_bundled_assumptions_say_what_they_vary(name: str) -> None:
    """Every bundled assumption that says what else is plausible can be varied.

    What is there lies within its bounds, or is not what it would be otherwise.

    One is left out: of a share of a channel's volume no single field is the value.
    """
    scenario = load_scenario(name)
    found, reasons = uncertain(scenario)
    said = {
        key for key, each in scenario.assumptions.items() if each.low is not None or each.otherwise
    }

    assert {each.name for each in found} == said - {"network-share"}
    assert set(reasons) == scenario.assumptions.keys() - {each.name for each in found}
    for each in found:
        if isinstance(each, Range):
            assert each.bounds[0] <= each.present <= each.bounds[1]
        else:
            assert scenario_digest(varied(scenario, {each: 1.0})) != scenario_digest(scenario)


def test_an_assumption_at_its_present_value_changes_nothing() -> None:
    """The level at which the reference is what it is now gives the scenario itself."""
    scenario = load_scenario("lai-chau-2020")
    found, _ = uncertain(scenario)
    levels = {
        each: (each.present - each.bounds[0]) / (each.bounds[1] - each.bounds[0])
        if isinstance(each, Range)
        else 0.0
        for each in found
    }

    assert scenario_digest(varied(scenario, levels)) == scenario_digest(scenario)


def test_what_is_otherwise_is_tried_both_ways() -> None:
    """Whether the second post is filled decides who is late; a move fills or empties it."""
    post = "assumptions.post={text: Unknown., otherwise: {teams.officers.staff: 1}}"
    found = sensitivity(office("workload=4", post), trajectories=3, replications=3, samples=0)
    (effect,) = found.summary["assumptions"].values()
    ways = [office("workload=4"), office("workload=4", "teams.officers.staff=1")]
    outcomes = Study().run([Model.of(way) for way in ways], range(3))
    filled, vacant = (np.mean([o.measures["on_time_strict"] for o in each]) for each in outcomes)

    assert effect["mu"]["mean"] == pytest.approx(vacant - filled)
    assert effect["separated"]
    assert (effect["low"], effect["present"]) == (None, 2)
    assert effect["otherwise"] == {"teams.officers.staff": 1}


def test_what_is_otherwise_may_have_no_value_now() -> None:
    """A field that nobody has written is changed all the same, and shown as it is."""
    target = "assumptions.goal={text: Unknown., otherwise: {target: 0.9}}"
    found, _ = uncertain(office(target))

    assert found[0].changes(1.0) == {"target": 0.9}
    assert found[0].as_dict()["present"] is None


def test_what_is_otherwise_may_stand_in_many_places() -> None:
    """A star stands for any one key, and each field gets the value."""
    found, _ = uncertain(load_scenario("lai-chau-2020"))
    totals = next(each for each in found if each.name == "fixed-totals")
    paths = [f"channels.{name}.spread" for name in ("counter", "online", "post")]

    assert totals.changes(0.4) == {}
    assert totals.changes(0.5) == dict.fromkeys(paths, "poisson")


def test_other_fields_change_in_proportion() -> None:
    """The first field takes the value, and what was thrice as long stays thrice as long."""
    found, _ = uncertain(load_scenario("lai-chau-2020"))
    appraisal = next(each for each in found if each.name == "appraisal-times")
    changes = appraisal.changes(0.0)

    assert changes["routes.standard.appraise.work"]["lognormal"]["mean"] == "20 min"
    assert changes["procedures.building-permit.steps.appraise.work"]["lognormal"]["mean"] == "1 h"


@pytest.mark.parametrize(
    ("assumption", "reason"),
    [
        ("{text: T., paths: [workload]}", "neither low and high nor"),
        ("{text: T., paths: [workload, teams], low: 1, high: 2}", "does not say by `varies`"),
        ("{text: T., paths: [teams.officers], low: 1, high: 2}", "is not one number or length"),
        ("{text: T., paths: [workload], low: 1 wd, high: 2 wd}", "cannot be a value of workload"),
        ("{text: T., paths: [workload], low: 2, high: 1}", "is not below its high"),
        ("{text: T., paths: [workload], low: 0, high: 1}", "at its ends the scenario is not valid"),
        ("{text: T., varies: [desks.*.discipline], low: 1, high: 2}", "no number or length at"),
        ("{text: T., paths: [target], low: 0.5, high: 0.9}", "no number or length at target"),
        ("{text: T., paths: [teams.officers.pay], low: 1, high: 9}", "the assumption pay varies"),
        ("{text: T., varies: [teams.officers.rank, workload], low: 1, high: 2}", "is 0 now"),
        ("{text: T., otherwise: {workload: -1}}", "at its ends the scenario is not valid"),
        ("{text: T., otherwise: {teams.*.leave.days: 9}}", "there is no field at teams."),
        ("{text: T., otherwise: {teams.officers: {staff: 9}}}", "the assumption absence varies"),
    ],
)  # fmt: skip
def test_why_an_assumption_is_not_varied(assumption: str, reason: str) -> None:
    """What cannot be varied is listed with its reason, and the others go on."""
    found = sensitivity(
        assumed(f"assumptions.this={assumption}"), trajectories=2, replications=1, samples=0
    ).summary

    assert reason in found["not_varied"]["this"]
    assert set(found["assumptions"]) == {"absence", "decide", "pay"}


@pytest.mark.parametrize(
    ("assumption", "message"),
    [
        ("{text: T., varies: [teams.*.stuff], low: 1, high: 2}", "did you mean 'staff'"),
        ("{text: T., varies: [teams.nobody.staff], low: 1, high: 2}", "leads nowhere"),
        ("{text: T., varies: [workload]}", "it varies between no bounds"),
        ("{text: T., otherwise: {teams.nobody.staff: 2}}", "leads nowhere"),
        ("{text: T., otherwise: {workload: 2}, low: 1, high: 2}", "it has bounds as well"),
    ],
)
def test_a_wrong_assumption_is_a_wrong_scenario(assumption: str, message: str) -> None:
    """What ``varies`` names must be there, and must have bounds."""
    with pytest.raises(ScenarioError, match=message):
        office(f"assumptions.this={assumption}")


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"measure": "on_tim"}, "there is no measure 'on_tim'"),
        ({"measure": "by_field.lamd.late"}, "there is no measure 'by_field.lamd.late'"),
        ({"samples": 12}, "is not a power of two"),
        ({"samples": 4}, "is not a power of two from 8"),
        ({"trajectories": 1}, "--trajectories: 1 is too few"),
        ({"leaders": 1}, "--leaders: 1 is too few"),
        ({"replications": 0}, "--replications: 0 is too few"),
        ({"measure": "counter_wait_mean_min"}, "is not counted in every replication"),
    ],
)
def test_what_cannot_be_asked_is_said(request_: dict[str, object], message: str) -> None:
    """Requests that make no sense are one message."""
    scenario = assumed("routes.standard.receive.applicant=false")
    with pytest.raises(InputError, match=message):
        sensitivity(scenario, **request_)  # type: ignore[arg-type]  # wrong ones among them


def test_a_scenario_without_assumptions_is_refused() -> None:
    """There is nothing to vary."""
    with pytest.raises(InputError, match="no assumption that can be varied"):
        sensitivity(office())


def test_the_command_prints_and_keeps_what_python_returns(motcua: Caller) -> None:
    """--json is the summary of the same analysis, which is listed and shown again."""
    settings = [part for text in (*BUSY, DECIDE, PAY, ABSENCE) for part in ("--set", text)]
    arguments = (
        "sensitivity", MINIMAL, *settings, "--trajectories", 2, "--samples", 0,
        "--replications", 2,
    )  # fmt: skip
    ended, shown = motcua(*arguments, "--json"), motcua(*arguments)
    entry = json.loads(motcua("results", "list", "--json").out)["results"][0]
    again = motcua("results", "show", entry["run"])
    expected = sensitivity(assumed(), trajectories=2, samples=0, replications=2).summary

    assert json.loads(ended.out) == expected
    assert entry["kind"] == "sensitivity"
    assert shown.out.split("Results:")[0] in again.out
    assert "To be measured first: decide." in shown.out
    assert "not separated" in next(
        line for line in shown.out.splitlines() if line.startswith("pay ")
    )

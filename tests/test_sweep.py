"""Sweeps: curves over a range of one or two fields, and where they break."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulation import sweep
from simulation.errors import InputError
from simulation.execution import open_executor
from simulation.experiments import Study, to_json
from simulation.scenario import load_scenario
from simulation.theory import MMc
from tests.running import MINIMAL, Caller, office

if TYPE_CHECKING:
    from simulation.decisions.sweeps import Sweep
    from simulation.scenario import Scenario

ROUTE = "[{step: in, delay: 0 s, clock: starts}, {step: decide, work: 30 min, desk: appraisal}]"
CONSTANT = (
    "channels.counter.volume=0",
    "procedures.permit.deadline=2 wd",
    f"routes.standard={ROUTE}",
    "desks.reception=null",
    "teams.officers.desks=[appraisal]",
)


def known_capacity(*settings: str) -> Scenario:
    """A hundred dossiers on Monday at seven, due on Tuesday; a person decides sixteen a day.

    With k people min(1, 0.32 k) of them are on time.
    """
    arrivals = ", ".join(["{at: 2021-03-01 07:00, procedure: permit}"] * 100)
    return office(*CONSTANT, f"channels.counter.arrivals=[{arrivals}]", *settings)


@pytest.fixture
def motcua(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Caller:
    """The command line, called in an empty directory."""
    monkeypatch.chdir(tmp_path_factory.mktemp("sweep"))
    return Caller(capsys, monkeypatch)


def test_the_breaking_point_of_a_known_office() -> None:
    """Where one and two and three people are enough for known shares, it lies between them."""
    found = sweep(known_capacity(), ["teams.officers.staff=1:4"], replications=2)
    rates = [point["measures"]["on_time_strict"]["mean"] for point in found.summary["points"]]
    breaks = found.breaking_point()

    assert rates == pytest.approx([0.32, 0.64, 0.96, 1.0])
    assert breaks.value == pytest.approx(2 + (0.95 - 0.64) / 0.32)
    assert (breaks.holds, breaks.last_holding, breaks.first_failing) == ("above", 3, 2)
    assert [breaks.low, breaks.high] == pytest.approx([breaks.value, breaks.value])


def test_the_breaking_point_of_a_queue_of_the_textbooks() -> None:
    """The workload at which the mean wait of M/M/10 exceeds 40 minutes is that of Erlang's formula.

    It lies in the 99.9 % interval: a right program is refused by one seed in a thousand. The grid
    is refined to 0.0125, within which the curve is all but straight.
    """
    scenario = load_scenario("tests/cases/queueing/Q02.yaml")
    found = sweep(
        scenario,
        ["workload=0.9:1.15:0.05"],
        measure="counter_wait_mean_min",
        target=40,
        replications=8,
        refine=2,
    )
    breaks = found.breaking_point(level=0.999)
    low, high = 0.9, 1.2
    for _ in range(50):
        middle = (low + high) / 2
        wait = MMc(arrival_rate=middle / 1000, mean_service=8000, servers=10).mean_wait
        low, high = (middle, high) if wait < 40 * 60 else (low, middle)

    assert breaks.state == "crosses"
    assert breaks.low is not None
    assert breaks.high is not None
    assert breaks.low <= low <= breaks.high
    assert breaks.high - breaks.low < 0.15


def test_points_are_runs_on_the_same_luck() -> None:
    """A point is the scenario with that value, and more workload only adds dossiers."""
    study = Study(seed=3)
    found = sweep(office(), ["workload=1:2"], replications=2, refine=0, study=study)
    alone = Study(seed=3)
    summary = sweep(
        office("workload=2"), ["teams.officers.staff=2,3"], replications=2, refine=0, study=alone
    ).summary

    assert found.summary["points"][1]["measures"] == summary["points"][0]["measures"]
    assert study.computed == 4


def test_equal_requests_give_equal_bytes() -> None:
    """The summary does not depend on where the cases were run."""

    def text(study: Study) -> str:
        request = {"replications": 2, "refine": 1}
        return to_json(sweep(office(), ["workload=3:7:2"], study=study, **request).summary)  # type: ignore[arg-type]  # the mapping holds integers

    with open_executor(2, kind="threads") as executor:
        assert text(Study(executor=executor)) == text(Study())


def test_the_gap_is_halved_where_it_breaks() -> None:
    """Each halving adds one point, between those at which the target was kept and missed."""
    coarse = sweep(office(), ["workload=2:8:3"], replications=2, refine=0)
    fine = sweep(office(), ["workload=2:8:3"], replications=2, refine=3)
    added = [point["values"][0] for point in fine.summary["points"] if not point["asked_for"]]
    before, after = coarse.breaking_point(), fine.breaking_point()

    assert len(added) == 3
    assert before.last_holding is not None
    assert before.first_failing is not None
    assert all(before.last_holding < value < before.first_failing for value in added)
    assert abs((after.first_failing or 0) - (after.last_holding or 0)) == pytest.approx(3 / 8)


def test_gaps_of_fields_are_halved_on_request() -> None:
    """A field that breaks elsewhere than the centre gets points of its own.

    The 40 deeds are due first, and two people decide all of them and 56 of the 60 permits in time:
    enough for the centre, and not for the permits.
    """
    first, last = (
        [f"{{at: 2021-03-01 07:00, procedure: {name}}}"] * count
        for name, count in (("permit", 60), ("deed", 40))
    )
    scenario = known_capacity(
        f"channels.counter.arrivals=[{', '.join(first + last)}]",
        "fields.land={title: Land}",
        "procedures.permit.deadline=3 wd",
        "procedures.deed={title: Deed, field: land, deadline: 2 wd, route: standard}",
    )
    vary = ["teams.officers.staff=1,2,6"]
    coarse = sweep(scenario, vary, replications=2)
    fine = sweep(scenario, vary, replications=2, by_field=True)

    def gap(found: Sweep, field: str) -> float:
        breaks = found.breaking_point(field)
        return (breaks.last_holding or 0) - (breaks.first_failing or 0)

    assert fine.summary["refine_by_field"]
    assert set(coarse.outcomes) < set(fine.outcomes)
    assert gap(coarse, "building") == 4
    assert gap(fine, "building") == 1


def test_gaps_of_fields_need_halvings() -> None:
    """Where nothing is halved, as with two fields, asking for those of fields is refused."""
    vary = ["teams.officers.staff=1:2", "workload=1:2"]
    with pytest.raises(InputError, match="none are halved"):
        sweep(known_capacity(), vary, replications=1, by_field=True)


def test_people_are_not_halved() -> None:
    """Between whole values only whole values are tried, until there is none between."""
    found = sweep(known_capacity(), ["teams.officers.staff=1:9:4"], replications=1, refine=9)

    assert [point["values"][0] for point in found.summary["points"]] == [1, 2, 3, 5, 9]


def test_two_factors_have_a_breaking_point_each_row() -> None:
    """For each value of the second field there is a breaking point of the first."""
    found = sweep(
        known_capacity(),
        ["teams.officers.staff=1:4", "routes.standard.decide.work=15,30 min"],
        replications=1,
    )
    rows = found.summary["breaking_points"]

    assert len(found.summary["points"]) == 8
    assert [row["at"] for row in rows] == [15, 30]
    assert rows[0]["centre"]["value"] == pytest.approx(1 + (0.95 - 0.64) / 0.36)
    assert rows[1]["centre"]["value"] == pytest.approx(2 + (0.95 - 0.64) / 0.32)


def test_lengths_are_varied_with_their_unit() -> None:
    """A deadline in working days is a factor like any other."""
    found = sweep(known_capacity(), ["procedures.permit.deadline=0:3 wd"], replications=1, refine=0)
    rates = [point["measures"]["on_time_strict"]["mean"] for point in found.summary["points"]]

    assert found.summary["factors"][0]["unit"] == "wd"
    assert rates == pytest.approx([0.32, 0.32, 0.64, 0.96])


def test_the_target_is_that_of_the_scenario() -> None:
    """Without --target it is the scenario's, and without that 95 %, and the summary says which."""
    said = [
        sweep(scenario, ["workload=1:2"], replications=1, refine=0, target=target).summary
        for scenario, target in (
            (office(), None), (office("target=0.9"), None), (office("target=0.9"), 0.8),
        )
    ]  # fmt: skip

    assert [(each["target"], each["target_said_by"]) for each in said] == [
        (0.95, "default"),
        (0.9, "scenario"),
        (0.8, "request"),
    ]


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ([], "given 0 times; a sweep varies one or two fields"),
        (["workload=1:2"] * 3, "given 3 times"),
        (["workload"], "is not a path and its values"),
        (["=1:2"], "is not a path and its values"),
        (["workload="], "has no values that can be read"),
        (["workload=1"], "has a single value"),
        (["workload=1:1"], "has a single value"),
        (["workload=2:1"], "goes from 2 down to 1"),
        (["workload=0.8:1.6"], "has no step\n    allowed: a step behind a colon"),
        (["workload=0.8:1.6:0"], "has the step 0"),
        (["workload=0.8:1.6:-0.1"], "has the step -0.1"),
        (["workload=1:2:3:4"], "has 4 numbers between colons"),
        (["workload=1:2,3"], "has '2,3' where a number belongs"),
        (["workload=1,2,1"], "names a value twice"),
        (["workload=1:9:0.001"], "at most 400"),
        (["workload=1:40", "teams.officers.staff=1:40"], "makes 1600 points; 400 are the most"),
        (["workload=1:2", " workload =1:2"], "varies workload twice"),
        (["teams.officers.staff=1:2", "teams.officers.staff.at_start=1:2"], "varies teams.off"),
        (["workload=0:2"], "--vary: workload: 0.0 is out of range"),
        (["teams.officers.staff=1.5:2.5:1"], "--vary: teams.officers.staff"),
        (["teams.oficers.staff=1:2"], "did you mean 'officers'"),
        (["title=1:2"], "1 is not a text"),
        (["desks.reception.discipline=1:2"], "--vary: desks.reception.discipline"),
        (["procedures.permit.deadline=1:2"], "is not a deadline"),
        (["teams.officers.pay=1:2 wd"], "--vary: teams.officers.pay"),
    ],
)
def test_what_cannot_be_varied_is_said(vary: list[str], message: str) -> None:
    """Every mistake in --vary is one message that says what is allowed."""
    with pytest.raises(InputError) as error:
        sweep(office(), vary)

    assert message in str(error.value)
    assert "--vary" in str(error.value)


@pytest.mark.parametrize(
    ("settings", "vary", "message"),
    [
        (["published=[{measure: received, value: 1, source: a}]", "sources={a: {title: A}}"],
         "published.0.value=1:2", "nothing that is simulated depends on published.0.value"),
        (["teams.officers.staff={at_start: 2, changes: {2021-03-03: 3}}"],
         "teams.officers.staff=1:2", "such as teams.officers.staff.at_start"),
        (["routes.standard.decide.work={lognormal: {mean: 20 min, cv: 1}}"],
         "routes.standard.decide.work=10:20 min", "such as routes.standard.decide.work.lognormal"),
    ],
)  # fmt: skip
def test_a_field_that_is_more_than_a_number_is_said(
    settings: list[str], vary: str, message: str
) -> None:
    """What a single number would wipe out, or what moves nothing, is not varied."""
    with pytest.raises(InputError, match=message):
        sweep(office(*settings), [vary])


@pytest.mark.parametrize(
    ("measure", "target", "message"),
    [
        ("on_tim", None, "did you mean 'on_time'"),
        ("received", None, "there is no measure 'received' to aim at"),
        ("wait_p90", None, "nothing says what counter_wait_p90_min has to be"),
        ("on_time", 95.0, "95 cannot be a target of on_time_strict"),
        ("on_time", 0.0, "0 cannot be a target"),
        ("wait_p90", -1.0, "-1 cannot be a target"),
    ],
)
def test_what_cannot_be_aimed_at_is_said(measure: str, target: float | None, message: str) -> None:
    """Measures and targets that make no sense are refused before anything is simulated."""
    with pytest.raises(InputError, match=message):
        sweep(office(), ["workload=1:2"], measure=measure, target=target)


def test_the_command_prints_and_keeps_what_python_returns(motcua: Caller) -> None:
    """--json is the summary of the same sweep, which is listed and shown again."""
    arguments = ("sweep", MINIMAL, "--vary", "workload=3:6", "--replications", 2)
    ended = motcua(*arguments, "--json")
    shown = motcua(*arguments)
    entry = json.loads(motcua("results", "list", "--json").out)["results"][0]
    again = motcua("results", "show", entry["run"])

    assert json.loads(ended.out) == sweep(office(), ["workload=3:6"], replications=2).summary
    assert entry["kind"] == "sweep"
    assert shown.code == again.code == 0
    assert shown.out.split("Results:")[0] in again.out
    assert "Where workload breaks it: on time, strict under 95.00 %" in shown.out
    assert "In the scenario workload is 1." in shown.out


def test_a_heat_map_is_read_without_colour(motcua: Caller) -> None:
    """Two factors print every mean, and a mark where the target is missed."""
    ended = motcua(
        "sweep", MINIMAL, "--vary", "workload=2:8:3", "--vary", "teams.officers.staff=1:2",
        "--replications", 1,
    )  # fmt: skip
    rows = [line for line in ended.out.splitlines() if line.startswith(("2 ", "5 ", "8 "))]
    summary = sweep(
        office(), ["workload=2:8:3", "teams.officers.staff=1:2"], replications=1
    ).summary

    assert "workload ↓  teams.officers.staff →" in ended.out
    for point in summary["points"]:
        mean = point["measures"]["on_time_strict"]["mean"]
        row = next(line for line in rows if line.startswith(f"{point['values'][0]:g} "))
        assert f"{100 * mean:.2f}{' !' if mean < 0.95 else ''}" in row


def test_mistakes_end_with_their_code(motcua: Caller) -> None:
    """A wrong --vary is exit code 2 and no traceback."""
    ended = motcua("sweep", MINIMAL, "--vary", "workload=2:1")

    assert (ended.code, ended.out) == (2, "")
    assert "goes from 2 down to 1" in ended.err

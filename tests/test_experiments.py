"""Replications and what they say together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pytest

from simulation import experiments
from simulation.errors import InputError, ScenarioError
from simulation.execution import open_executor
from simulation.experiments import (
    Case,
    Model,
    Outcome,
    foresee,
    is_fraction,
    replicate,
    run_case,
    run_cases,
    to_json,
    warnings,
)
from simulation.experiments import size as size_module
from simulation.experiments.summary import FORM_COLUMNS, intervals
from simulation.inference import clopper_pearson, student
from simulation.plan.resolve import resolve
from simulation.scenario import load_scenario
from simulation.scenario.checks.published import measured
from tests.running import EVERY_STEP, MINIMAL, ROOT, VALID, office

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulation.scenario import Scenario

REQUIRED = {
    "submitted", "received", "carried_in", "resolved", "lost", "visits", "open_at_end", "early",
    "on_due_date", "late", "on_time_official", "on_time_strict", "counter_wait_p90_min",
    "cycle_mean_wd",
}  # fmt: skip
"""Names that every summary has for the centre and for each of its parts."""


class Known(dict[int, Outcome]):
    """Results in memory, by number of the replication."""

    def find(self, case: Case) -> Outcome | None:
        """What is known of a case."""
        return self.get(case.replication)

    def add(self, case: Case, outcome: Outcome) -> None:
        """Keep an outcome."""
        self[case.replication] = outcome


def same(first: Outcome, second: Outcome) -> bool:
    """Whether two outcomes are equal in all but the time they took."""
    return replace(first, elapsed_s=0) == replace(second, elapsed_s=0)


def test_each_replication_is_reproducible_alone() -> None:
    """Replication 2 on its own is what it is among others."""
    together, alone = replicate(office(), 3), replicate(office(), [2])

    assert same(together.outcomes[2], alone.outcomes[2])
    assert not same(together.outcomes[2], together.outcomes[1])


def test_seed_decides() -> None:
    """The same seed gives the same result and another seed another one."""
    assert replicate(office(), 2, 5).measured == replicate(office(), 2, 5).measured
    assert replicate(office(), 2, 5).measured != replicate(office(), 2, 6).measured


def test_processes_give_the_same_bytes() -> None:
    """Replications in processes make the very summary that they make in place."""
    scenario = office(case=EVERY_STEP)
    with open_executor(2, ["simulation.experiments"]) as executor:
        apart = replicate(scenario, 5, executor=executor)

    assert to_json(apart.summary) == to_json(replicate(scenario, 5).summary)


def test_known_outcomes_are_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for four after two computes two."""
    known = Known()
    replicate(office(), 2, results=known)
    computed = []

    def counted(case: Case, engine: str, **wanted: bool) -> Outcome:
        computed.append(case.replication)
        return run_case(case, engine, **wanted)

    monkeypatch.setattr("simulation.experiments.cases.run_case", counted)
    result = replicate(office(), 4, results=known)

    assert computed == [2, 3]
    assert list(result.outcomes) == [0, 1, 2, 3]
    assert list(known) == [0, 1, 2, 3]


def test_outcomes_are_told_as_they_come() -> None:
    """Whoever wants to know hears of every replication, known or new."""
    known, told = Known(), list[int]()
    replicate(office(), [1], results=known)
    replicate(
        office(), 3, results=known, on_done=lambda case, _outcome: told.append(case.replication)
    )

    assert sorted(told) == [0, 1, 2]


def test_failure_stops_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit that fails ends the study; what was finished before has been handed on."""
    model = Model.of(office())

    def failing(case: Case, engine: str, **wanted: bool) -> Outcome:
        if case.replication == 1:
            raise InputError("no")
        return run_case(case, engine, **wanted)

    monkeypatch.setattr("simulation.experiments.cases.run_case", failing)
    outcomes = run_cases([Case(model, 1, k) for k in range(3)], "simpy")

    assert next(outcomes)[0].replication == 0
    with pytest.raises(InputError):
        next(outcomes)


@pytest.mark.parametrize("replications", [0, -1, [], [-1], [2**40]])
def test_senseless_replications(replications: int | Sequence[int]) -> None:
    """A number of replications that makes no sense is refused."""
    with pytest.raises(InputError, match="replication"):
        replicate(office(), replications)


def test_unknown_engine() -> None:
    """An engine that does not exist is refused with the names of those that do."""
    with pytest.raises(InputError, match="simpy"):
        replicate(office(), 1, engine="simply")


def test_summary_has_a_schema() -> None:
    """Every valid scenario gives a summary that the published schema accepts."""
    schema = json.loads((ROOT / "docs" / "summary.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for path in sorted(VALID.glob("*.yaml")):
        summary = json.loads(to_json(replicate(office(case=path), 2).summary))

        assert [error.message for error in validator.iter_errors(summary)] == [], path.name


def test_summary_has_the_names() -> None:
    """Centre, channels, fields, groups and procedures have the measures that users rely on."""
    summary = replicate(office(case=VALID / "evidence.yaml"), 2).summary
    parts = [summary["measures"]]
    for key in ("by_channel", "by_field", "by_group", "by_procedure"):
        assert summary[key]
        parts += summary[key].values()

    assert all(part.keys() >= REQUIRED for part in parts)
    assert {"mean", "low", "high"} == set(summary["teams"]["officers"]["utilisation"])
    assert summary["replications"] == 2
    assert summary["scenario"] == "evidence"


def test_summary_adds_up() -> None:
    """Parts of the summary that say the same thing agree."""
    result = replicate(office(case=EVERY_STEP), 3)
    summary, total = result.summary, dict(zip(FORM_COLUMNS, result.form["TOTAL"], strict=True))

    assert total["c7_resolved"] == pytest.approx(result["resolved"].mean)
    assert total["c11_open"] == pytest.approx(result["open_at_end"].mean)
    assert summary["backlog_by_day"][-1] == pytest.approx(result["open_at_end"].mean)
    assert result["by_channel.post.received"].mean == pytest.approx(
        summary["by_channel"]["post"]["received"]["mean"]
    )


def test_intervals_of_counts_and_rates() -> None:
    """Counts have Student's interval, rates that are all 1 Clopper and Pearson's."""
    rows = [
        {"late": late, "on_time": 10, "resolved": 10, "on_time_official": 1.0} for late in (5, 6, 8)
    ]
    found = intervals(rows)

    assert found["late"] == student([5, 6, 8])
    assert found["on_time_official"] == clopper_pearson(30, 30)


def test_bounds_stay_where_measures_can_be() -> None:
    """No bound is negative, and none of a fraction is above 1."""
    found = intervals([{"late": 0, "utilisation": 1.0}, {"late": 1, "utilisation": 0.5}])

    assert found["late"].low == 0
    assert found["utilisation"].low == 0
    assert found["utilisation"].high == 1


def test_rates_of_parts_use_their_own_counts() -> None:
    """The interval of a part's rate comes from the counts that stand beside it."""
    part = {"on_time": 0, "resolved": 4, "on_time_official": 0.0}
    whole = {"on_time": 9, "resolved": 10, "on_time_official": 0.9}
    row = whole | {f"by_field.land.{name}": value for name, value in part.items()}

    assert intervals([row])["by_field.land.on_time_official"] == clopper_pearson(0, 4)


def test_nothing_counted() -> None:
    """A measure that no replication could count is null throughout."""
    found = intervals([{"cycle_mean_wd": None}, {"cycle_mean_wd": None}])["cycle_mean_wd"]

    assert found.as_dict() == {"mean": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("path", "within"),
    [
        ("on_time_strict", True),
        ("by_channel.post.counter_wait_within_15_min", True),
        ("teams.officers.utilisation", True),
        ("late_time.queue", True),
        ("by_field.land.late_time.work", True),
        ("by_field.land.late_time_at_own_desks", True),
        ("desks.reception.late_time_queue", True),
        ("late_time_wd", False),
        ("late", False),
    ],
)
def test_fractions_are_known(path: str, within: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Which measures lie within 0 and 1 is known by their path."""
    assert is_fraction(path) is within


def test_published_beside_simulated() -> None:
    """A published number stands beside its measure, with the difference and where it lies."""
    result = replicate(office(case=VALID / "evidence.yaml"), 3)
    entry = result.summary["published"][0]

    assert entry["name"] == "received"
    assert entry["simulated"] == result["received"].mean
    assert entry["difference"] == pytest.approx(entry["simulated"] - entry["published"])
    assert entry["role"] == "input"
    assert entry["source"] in result.summary["sources"]


@pytest.mark.parametrize(
    ("off", "inside"), [(-1.01, False), (-0.99, True), (0.99, True), (1.01, False)]
)
def test_published_inside_or_outside(off: float, inside: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A published number is inside from one end of the interval to the other, and not beyond."""
    found = replicate(published("counter_wait_mean_min"), 3)["counter_wait_mean_min"]
    assert found.mean is not None
    assert found.half_width
    beside = published("counter_wait_mean_min", found.mean + off * found.half_width)

    assert replicate(beside, 3).summary["published"][0]["inside"] is inside


def test_one_replication_is_never_inside() -> None:
    """Without an interval nothing can be said to lie in it."""
    entry = replicate(office(case=VALID / "evidence.yaml"), 1).summary["published"][0]

    assert entry["simulated"] is not None
    assert entry["inside"] is None


def published(measure: str, value: float = 1) -> Scenario:
    """The small office with a published number of some measure."""
    return office(
        "sources={r: {title: R}}", f"published=[{{measure: {measure}, value: {value}, source: r}}]"
    )


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ("recieved", "there is no measure 'recieved'; did you mean 'received'?"),
        ("measures.received", "there is no measure 'measures.received'"),
        ("by_channel.counter", "there is no measure 'by_channel.counter'"),
        ("by_channel.counter.recieved", "did you mean 'by_channel.counter.received'?"),
        ("by_channel.counter.utilisation", "no measure 'by_channel.counter.utilisation'"),
        ("by_channel.countr.received", "there is no channel 'countr'; did you mean 'counter'?"),
        ("by_field.building.late_time.quue", "did you mean 'by_field.building.late_time.queue'?"),
        ("by_step.decide", "did you mean 'by_step.decide.done'?"),
        ("by_step.decides.done", "there is no step 'decides'; did you mean 'decide'?"),
        ("desks.reception.utilisation", "there is no measure 'desks.reception.utilisation'"),
        ("teams.officers.utilization", "did you mean 'teams.officers.utilisation'?"),
        ("late_time.quue", "did you mean 'late_time.queue'?"),
        ("events.ratings", "there is no event 'ratings'"),
        ("by_month.jan.received", "there is no measure 'by_month.jan.received'"),
    ],
)
def test_published_measure_that_does_not_exist(measure: str, message: str) -> None:
    """It is refused when the scenario is read, with its field and the nearest known one."""
    with pytest.raises(ScenarioError) as caught:
        published(measure)
    (problem,) = caught.value.problems
    assert problem.field == "published.0.measure"
    assert message in problem.message
    assert problem.allowed


def test_published_measure_that_nobody_counted() -> None:
    """What exists and was not counted is null, and so is all that follows from it."""
    (entry,) = replicate(published("by_field.building.late_time.courier"), 2).summary["published"]

    assert (entry["published"], entry["simulated"], entry["difference"]) == (1, None, None)
    assert entry["inside"] is None


def test_all_that_is_measured_can_be_published() -> None:
    """The names that scenarios know are those of a run; only steps may be more than are done."""
    for path in sorted(VALID.glob("*.yaml")):
        scenario = office(case=path)
        known, found = measured(scenario), set(replicate(scenario, 1).measured)

        assert found <= known, path.name
        assert {name.partition(".")[0] for name in known - found} <= {"by_step"}, path.name


def test_tables_on_request() -> None:
    """Dossiers and visits come back when they are asked for, and agree with the measures."""
    result = replicate(office(case=EVERY_STEP), 1, tables=True)
    tables = result.outcomes[0].tables
    assert tables is not None
    dossiers, visits = tables["dossiers"], tables["visits"]

    assert dossiers["accepted_s"].notna().sum() == result["received"].mean
    assert (dossiers["class"] == "late").sum() == result["late"].mean
    assert set(visits["dossier"]) <= set(dossiers["dossier"])
    assert visits.loc[visits["team"].notna(), "kind"].eq("work").all()
    assert visits["started_s"].isna().sum() == (visits["outcome"] != "done").sum() - np.sum(
        visits["started_s"].notna() & visits["outcome"].isna()
    )
    assert replicate(office(), 1).outcomes[0].tables is None


@pytest.mark.parametrize("case", [MINIMAL, EVERY_STEP])
def test_running_on_changes_nothing_in_the_period(case: Path) -> None:
    """Measures, form and backlog of the period are the same, whatever comes after it."""
    stops, runs_on = (replicate(office(f"run_on={days} d", case=case), 2) for days in (0, 9))

    assert runs_on.model != stops.model
    for number, outcome in stops.outcomes.items():
        assert runs_on.outcomes[number].measures == outcome.measures
        assert runs_on.outcomes[number].series == outcome.series
        assert runs_on.outcomes[number].form == outcome.form


def test_titles_do_not_make_another_model() -> None:
    """Two scenarios that differ in titles and sources are one model; in staff, two."""
    assert Model.of(office("title=Another")) == Model.of(office())
    assert Model.of(office("teams.officers.staff=3")) != Model.of(office())


def test_long_runs_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes hours, or more memory than there is, is said; a small run says nothing."""
    small, large = (
        foresee(resolve(office(f"workload={factor}")), "simpy") for factor in (1, 500_000)
    )
    monkeypatch.setattr(size_module, "_memory", lambda: 2**30)

    assert warnings(small, 4, 2) == []
    assert warnings(small, 0, 1) == []
    hours, memory = warnings(large, 4, 2)
    assert "4 replications" in hours
    assert "hours" in hours
    assert "GiB" in memory
    assert warnings(large, 4, 1)[0] > hours


@pytest.mark.parametrize(
    ("name", "a_year", "peak_mib"),
    [
        ("compiled", 10_000, 296),
        ("compiled", 100_000, 498),
        ("compiled", 1_000_000, 2519),
        ("simpy", 10_000, 185),
        ("simpy", 300_000, 868),
    ],
)
def test_memory_is_foreseen(name: str, a_year: int, peak_mib: float) -> None:
    """The estimate is near the peak memory that docs/benchmarks.md has for so many dossiers."""
    demand = resolve(load_scenario("thanh-hoa-2021")).demand
    workload = a_year / sum(cell.volume for cell in demand.cells)
    plan = resolve(load_scenario("thanh-hoa-2021", [f"workload={workload}"]))
    assert foresee(plan, name).memory_bytes / 2**20 == pytest.approx(peak_mib, rel=0.15)


def test_public_names() -> None:
    """All names that the room promises are there."""
    assert all(hasattr(experiments, name) for name in experiments.__all__)

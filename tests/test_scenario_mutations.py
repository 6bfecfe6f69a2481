"""Whatever is done to a valid scenario, it gives a valid run or a clear error."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, given, settings

from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.engines import get_engine
from simulation.errors import InputError, ScenarioError
from simulation.expected import expected_visits
from simulation.experiments.cases import Case, Model, Outcome, run_case
from simulation.journal import assert_same
from simulation.load import load
from simulation.scenario import Scenario, build, load_scenario
from simulation.scenario.tree import Node, Origin
from simulation.scenario.vocabulary import tree_of
from tests.strategies import Mutation, mutated_texts, mutations, variations, without_twice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE: Final = "mutated.yaml"
MUTATIONS: Final = 2000
MOST_VISITS: Final = 3000
"""Larger runs are scaled down by their workload, so that two thousand can be made."""
FEW_VISITS: Final = 150
"""Runs no larger than that are made with both engines."""


def _check(load: Callable[[], Scenario]) -> Scenario | None:
    """It loads, or says file and field or line of everything that is wrong, in plain words."""
    try:
        return load()
    except ScenarioError as error:
        found = error
    assert found.problems
    for problem in found.problems:
        assert problem.file is not None
        of_the_whole_file = problem.message.endswith(("file is empty", "more problems"))
        assert problem.field or problem.line or of_the_whole_file
        assert problem.message
    text = str(found)
    text.encode()
    assert "pydantic" not in text
    assert "Traceback" not in text
    assert "<work>" not in text or "'<work>'" in text  # names of alternatives stay inside
    return None


def test_a_changed_scenario_runs_or_is_refused_with_its_place() -> None:
    """Any change to the values of a scenario ends in a valid run or in a clear error.

    Half of the changes are rubbish, and half are such that the scenario may well stay valid.
    """
    ends: Counter[str] = Counter()

    @given(mutation=mutations() | variations())
    @settings(max_examples=MUTATIONS, suppress_health_check=[HealthCheck.too_slow])
    def try_one(mutation: Mutation) -> None:
        ends[_end(mutation)] += 1

    try_one()
    assert ends.total() >= MUTATIONS
    assert ends["ran"] >= MUTATIONS / 5
    assert ends["refused"] >= MUTATIONS / 5
    assert ends["has no place"] == 0
    assert ends["cannot be sampled"] <= MUTATIONS / 100, "most of what is wrong is said on loading"


def _end(mutation: Mutation) -> str:
    """What becomes of a changed scenario: ``refused``, ``cannot be sampled`` or ``ran``.

    Or ``has no place``, where the plan does not say where the mistake is.
    """
    data = without_twice(mutation.data)
    if not isinstance(data, dict):
        data = {"scenario": data}
    scenario = _check(lambda: build(tree_of(data, Node(None, Origin(FILE, 1)))))
    if scenario is None:
        return "refused"
    try:
        model = _small(Model.of(scenario))
    except ScenarioError as error:
        is_placed = all(problem.field and problem.remedy for problem in error.problems)
        return "cannot be sampled" if is_placed else "has no place"
    load(model.plan)
    try:
        outcome = run_case(Case(model, seed=1, replication=0), "compiled")
    except InputError as error:
        why = str(error)
    else:
        _check_outcome(outcome)
        if expected_visits(model.plan.demand) <= FEW_VISITS:
            _check_that_engines_agree(model)
        return "ran"
    assert why.count("\n") == 0
    return "cannot be sampled"


def _small(model: Model) -> Model:
    """The model, with less work where it would take long."""
    visits = expected_visits(model.plan.demand)
    if visits <= MOST_VISITS:
        return model
    workload = model.scenario.workload * MOST_VISITS / visits
    return Model.of(model.scenario.model_copy(update={"workload": workload}))


def _check_outcome(outcome: Outcome) -> None:
    """Numbers, all finite; the audits of the run have looked at what they say."""
    measures = outcome.measures
    assert all(value is None or math.isfinite(value) for value in measures.values())
    assert all(value is None or value >= 0 for value in measures.values())
    assert measures["submitted"] is not None
    assert outcome.series["backlog"][-1] == measures["open_at_end"]


def _check_that_engines_agree(model: Model) -> None:
    """They return the same journal, whatever has become of the office."""
    plan = model.plan
    demand = sample_demand(plan.demand, 1, 0)
    attendance = sample_attendance(plan.service, 1, 0)
    reference, compiled = (
        get_engine(name)(plan.service, demand, attendance) for name in ("simpy", "compiled")
    )
    assert_same(reference, compiled, demand)


@given(mutation=mutations())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_file_loads_or_is_refused_with_its_place(
    mutation: Mutation, tmp_path: Path
) -> None:
    """The same holds for the changes written to a file, duplicate keys among them."""
    path = tmp_path / FILE
    path.write_text(mutation.text(), encoding="utf-8")
    _check(lambda: load_scenario(path, bundled=tmp_path))


@given(text=mutated_texts())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_text_loads_or_is_refused_with_its_place(text: str, tmp_path: Path) -> None:
    """The same holds for changes to the text, which mostly make it something else than YAML."""
    path = tmp_path / FILE
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    _check(lambda: load_scenario(path, bundled=tmp_path))

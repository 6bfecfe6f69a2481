"""Whatever is done to a valid scenario, loading gives a scenario or a clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

from simulation.errors import ScenarioError
from simulation.scenario import Scenario, build, load_scenario
from simulation.scenario.tree import Node, Origin
from simulation.scenario.vocabulary import tree_of
from tests.strategies import Mutation, mutated_texts, mutations, without_twice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "mutated.yaml"


def _check(load: Callable[[], Scenario]) -> None:
    """It loads, or says file and field or line of everything that is wrong, in plain words."""
    try:
        found: Scenario | ScenarioError = load()
    except ScenarioError as error:
        found = error
    if isinstance(found, Scenario):
        return
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


@given(mutation=mutations())
@settings(max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
def test_a_changed_tree_loads_or_is_refused_with_its_place(mutation: Mutation) -> None:
    """Any change to the values of a scenario ends in a scenario or in a located error."""
    data = without_twice(mutation.data)
    if not isinstance(data, dict):
        data = {"scenario": data}
    _check(lambda: build(tree_of(data, Node(None, Origin(FILE, 1)))))


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

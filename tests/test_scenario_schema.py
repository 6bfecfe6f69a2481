"""The JSON Schema with which editors help to write scenarios."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulation.bundled import bundled_scenarios_dir
from simulation.scenario import load_scenario
from simulation.scenario.schema import scenario_schema
from simulation.scenario.tree import Origin
from simulation.scenario.yaml_file import parse_yaml, read_yaml
from tests.strategies import VALID_CASES, cases

PAGE = Path(__file__).parents[1] / "docs" / "scenario-language.md"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
FILES = [*(VALID_CASES / case for case in cases()), *sorted(bundled_scenarios_dir().glob("*.yaml"))]


@pytest.fixture(scope="module")
def validator() -> Any:
    """A validator of the schema."""
    return jsonschema.Draft202012Validator(scenario_schema())


def test_the_schema_is_a_schema() -> None:
    """It is valid under the draft that it names."""
    jsonschema.Draft202012Validator.check_schema(scenario_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_valid_file_fits_the_schema(path: Any, validator: Any) -> None:
    """Editors do not warn about what is right, in bases and short files over them."""
    assert [error.message for error in validator.iter_errors(read_yaml(path, "x").plain())] == []


@pytest.mark.parametrize(
    "data",
    [
        {"wokload": 1},
        {"workload": "1"},
        {"teams": {"reception": {"staf": 3}}},
        {"teams": {"reception": {"staff": "three"}}},
        {"teams": {"Front_Desk": {"staff": 3}}},
        {"procedures": {"permit": {"deadline": "3 days"}}},
        {"routes": {"standard": [{"step": "receive", "work": "5 min"}]}},
        {"routes": {"standard": [{"step": "receive", "work": "5 minutes", "desk": "a"}]}},
        {"channels": {"counter": {"hall": {"patience": {"normal": {"mean": "1 h"}}}}}},
        {"calendars": {"office": {"hours": {"monday": "07:00-11:30"}}}},
        {"desks": {"reception": {"discipline": "earliest_due"}}},
    ],
)
def test_what_is_wrong_by_itself_does_not_fit_the_schema(data: Any, validator: Any) -> None:
    """Editors underline unknown keys, wrong types and wrong units."""
    assert not validator.is_valid(data)


def test_a_base_may_leave_out_and_remove(validator: Any) -> None:
    """No key is required of a file that may be a base, and null removes."""
    assert validator.is_valid({})
    assert validator.is_valid({"extends": "base", "teams": {"a": None, "b": {"staff": None}}})


def test_keys_are_explained(validator: Any) -> None:
    """What the models say of a key is what an editor shows."""
    properties = validator.schema["$defs"]["Team"]["properties"]
    assert properties["desks"]["description"] == "Desks they serve, in order of preference."
    assert "extends" in validator.schema["properties"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_of_the_documentation_fit_the_schema(example: str, validator: Any) -> None:
    """What the page on the language shows can be written so."""
    node = parse_yaml(example, Origin("scenario-language.md", 1))
    assert node is not None
    assert [error.message for error in validator.iter_errors(node.plain())] == []


def test_the_first_example_of_the_documentation_is_a_scenario(tmp_path: Path) -> None:
    """The smallest scenario of the page loads as it is."""
    path = tmp_path / "minimal.yaml"
    path.write_text(EXAMPLES[0], encoding="utf-8")
    assert load_scenario(path).scenario == "minimal"

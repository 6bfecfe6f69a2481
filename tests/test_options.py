"""Options files: named changes to a scenario, validated with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulation.errors import ScenarioError
from simulation.scenario import load_options, load_scenario, options_of
from simulation.scenario.steps import Work
from tests.strategies import VALID_CASES

if TYPE_CHECKING:
    from simulation.errors import Problem
    from simulation.scenario import OptionsFile
    from tests.running import Caller

CASES = VALID_CASES.parent / "valid-options"
STAFFING = CASES / "staffing.yaml"
OFFICE = CASES / "offices" / "minimal.yaml"
INVALID = sorted((VALID_CASES.parent / "invalid-options").glob("*.yaml"))
EXPECT = "# expect: "
PAGE = Path(__file__).parents[1] / "docs" / "scenario-language.md"


@pytest.fixture(scope="module")
def staffing() -> OptionsFile:
    """The valid case."""
    return load_options(STAFFING)


def _written(directory: Path, text: str) -> Path:
    path = directory / "options.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_options_are_read_as_they_are_written(staffing: OptionsFile) -> None:
    """Title, cost, source and changes of every option, in the order of the file."""
    assert list(staffing.options) == ["one-more", "rush", "quick-decision", "second-team"]
    option = staffing.options["one-more"]
    assert (option.title.en, option.title.vi) == ("One more person", "Thêm một người")
    assert option.cost == 30_000_000
    assert option.source == "Report of the office, page 3"
    assert option.changes == {"teams.officers.staff": 3}
    assert staffing.options["rush"].cost is None


def test_every_option_changes_the_scenario_and_no_other_option(staffing: OptionsFile) -> None:
    """Options start from the same scenario: none sees what another changes."""
    assert staffing.base == load_scenario(OFFICE)
    scenarios = staffing.scenarios
    assert list(scenarios) == list(staffing.options)
    staff = {name: one.teams["officers"].staff.most for name, one in scenarios.items()}
    assert staff == {"one-more": 3, "rush": 2, "quick-decision": 2, "second-team": 2}
    assert {name: one.workload for name, one in scenarios.items() if one.workload != 1} == {
        "rush": 9
    }
    assert list(scenarios["rush"].channels["counter"].weight.during.values()) == [2]
    decide = scenarios["quick-decision"].routes["standard"][1]
    assert isinstance(decide, Work)
    assert decide.work.lengths()[0].seconds == 600
    assert set(scenarios["second-team"].teams) == {"officers", "deciders"}


def test_an_option_is_the_same_as_its_settings(staffing: OptionsFile) -> None:
    """What an option changes could be changed from the command line as well."""
    assert staffing.scenarios["one-more"] == load_scenario(OFFICE, ["teams.officers.staff=3"])


def test_settings_come_before_options() -> None:
    """A setting changes the base and every option, but not what an option itself says."""
    found = load_options(STAFFING, ["workload=2"])
    assert found.base.workload == 2
    assert [one.workload for one in found.scenarios.values()] == [2, 9, 2, 2]


def test_null_takes_a_field_back_to_its_default(tmp_path: Path) -> None:
    """An option can remove what the scenario says."""
    path = _written(
        tmp_path, "options_for: backlog\noptions: {a: {title: A, changes: {workload: null}}}\n"
    )
    found = load_options(path, ["workload=3"], bundled=VALID_CASES)
    assert (found.base.workload, found.scenarios["a"].workload) == (3, 1)


def test_the_scenario_goes_by_bundled_name_or_by_file_beside(tmp_path: Path) -> None:
    """A file beside the options wins over a bundled scenario of the same name."""
    path = _written(
        tmp_path, "options_for: minimal\noptions: {a: {title: A, changes: {workload: 2}}}\n"
    )
    assert load_options(path, bundled=VALID_CASES).base.title.en == "One counter"
    own = OFFICE.read_text(encoding="utf-8").replace("title: One counter", "title: Mine")
    (tmp_path / "minimal.yaml").write_text(own, encoding="utf-8")
    assert load_options(path, bundled=VALID_CASES).base.title.en == "Mine"


def test_another_scenario_can_take_the_place_of_the_one_named() -> None:
    """The same options are tried on a scenario that the file does not name."""
    found = load_options(STAFFING, scenario=VALID_CASES / "hall.yaml")
    assert found.base == load_scenario(VALID_CASES / "hall.yaml")
    assert found.scenarios["one-more"].teams["officers"].staff.most == 3


def test_bundled_options_go_by_name(tmp_path: Path) -> None:
    """They stand in a directory of their own, and a copy of it finds the copied scenario."""
    (tmp_path / "options").mkdir()
    (tmp_path / "minimal.yaml").write_bytes(OFFICE.read_bytes())
    text = "options_for: minimal\noptions: {a: {title: A, changes: {workload: 2}}}\n"
    path = tmp_path / "options" / "minimal.yaml"  # named like its scenario, which it is not
    path.write_text(text, encoding="utf-8")
    assert load_options("minimal", bundled=tmp_path).scenarios["a"].workload == 2
    own = OFFICE.read_text(encoding="utf-8").replace("title: One counter", "title: Mine")
    (tmp_path / "minimal.yaml").write_text(own, encoding="utf-8")
    assert load_options(path, bundled=VALID_CASES).base.title.en == "Mine"


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_case_is_refused_as_it_says(path: Path) -> None:
    """Every file in cases/invalid-options states in its first comments all that is wrong."""
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix(EXPECT) for line in lines if line.startswith(EXPECT)]
    with pytest.raises(ScenarioError) as caught:
        load_options(path, bundled=VALID_CASES)
    problems = caught.value.problems
    assert [_as_expected(problem, path) for problem in problems] == expected
    assert all(problem.allowed or problem.remedy for problem in problems)


def _as_expected(problem: Problem, path: Path) -> str:
    """``[other file] line 12: options.more-staff.costs: unknown key …``."""
    assert problem.file is not None
    other = "" if problem.file == str(path) else str(Path(problem.file).relative_to(path.parent))
    line = "" if problem.line is None else f"line {problem.line}"
    place = " ".join(part for part in (other, line) if part)
    message = problem.message.replace(f"{path.parent}/", "")
    return ": ".join(part for part in (place, problem.field, message) if part)


@pytest.mark.parametrize("name", ["x" * 5000, "a\\0b", "/etc/hosts", "nowhere/office.yaml"])
def test_a_scenario_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    """Whatever stands as the scenario's name, the message says where."""
    path = _written(
        tmp_path, f'options_for: "{name}"\noptions: {{a: {{title: A, changes: {{workload: 2}}}}}}\n'
    )
    with pytest.raises(ScenarioError, match=r"options\.yaml:1: options_for: "):
        load_options(path, bundled=VALID_CASES)


def test_check_prints_what_each_option_leaves_short(motcua: Caller) -> None:
    """Title by title, the teams that are short, or the one with the highest load."""
    ended = motcua("check", STAFFING)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(
        f"{STAFFING}: nothing in it is wrong; it has options for minimal\n"
        "\nOne counter (without options)\n"
    )
    parts = re.split(r"\n(?=(?:one-more|rush|quick-decision|second-team): )", ended.out)
    short = [part.partition(":")[0] for part in parts if "short by" in part]
    assert short == ["rush"]
    assert sum("Every team has time" in part for part in parts) == 4
    deciders = parts[-1]
    assert "Deciders" in deciders
    assert "Officers" not in deciders  # half as loaded


def test_check_applies_settings_to_options(motcua: Caller) -> None:
    """With three times the work two people are short, and an option that helps is not."""
    ended = motcua("check", STAFFING, "--set", "workload=3")
    assert ended.code == 0
    assert ended.out.count("short by") == 2  # without options, and in the rush


@pytest.mark.parametrize("path", INVALID[:4], ids=lambda path: path.stem)
def test_check_refuses_wrong_options(motcua: Caller, path: Path) -> None:
    """Wrong options end with exit code 2 and the place on stderr, like wrong scenarios."""
    ended = motcua("check", path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"motcua: {path}:")
    assert "options.more-staff" in ended.err.replace("More_Staff", "more-staff")


def test_the_example_of_the_documentation_is_an_options_file(tmp_path: Path) -> None:
    """The options on the page fit the smallest scenario that stands there."""
    page = PAGE.read_text(encoding="utf-8")
    scenario = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0]
    (options,) = re.findall(r"```yaml options\n(.*?)```", page, re.DOTALL)
    (tmp_path / "minimal.yaml").write_text(scenario, encoding="utf-8")
    found = load_options(_written(tmp_path, options))
    assert found.base.scenario == "minimal"
    assert all(one != found.base for one in found.scenarios.values())


def test_the_options_of_a_scenario_lie_beside_it(tmp_path: Path) -> None:
    """In `options/`, named like the scenario; bundled ones are found by name, as they are."""
    (tmp_path / "office.yaml").write_bytes(OFFICE.read_bytes())
    with pytest.raises(ScenarioError, match=r"has no options file: there is no .*office\.yaml"):
        options_of(tmp_path / "office.yaml")
    (tmp_path / "options").mkdir()
    beside = tmp_path / "options" / "office.yml"
    beside.write_text("", encoding="utf-8")
    assert options_of(tmp_path / "office.yaml") == str(beside)
    assert options_of("office", bundled=tmp_path) == str(beside)
    with pytest.raises(ScenarioError, match=r"there is no bundled scenario 'ofice'"):
        options_of("ofice", bundled=tmp_path)
    (tmp_path / "other.yaml").write_bytes(OFFICE.read_bytes())
    with pytest.raises(ScenarioError) as caught:
        options_of("other", bundled=tmp_path)
    assert caught.value.problems[0].allowed.startswith("office (those there are)")

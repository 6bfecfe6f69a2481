"""``extends``: what a file inherits, what it may read, and where errors are said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulation.errors import ScenarioError
from simulation.scenario import load_scenario, read_tree
from simulation.scenario.merge import merge, without_nulls
from simulation.scenario.tree import Node, Origin
from simulation.scenario.vocabulary import tree_of
from tests.strategies import VALID_CASES

if TYPE_CHECKING:
    from pathlib import Path


def _merged(base: Any, over: Any) -> Any:
    nowhere = Node(None, Origin("x"))
    return without_nulls(merge(tree_of(base, nowhere), tree_of(over, nowhere))).plain()


def test_mappings_merge_and_lists_are_replaced() -> None:
    """A file names only what it changes; a list stands as a whole."""
    base = {"workload": 1, "teams": {"a": {"staff": 1, "desks": ["x", "y"]}}}
    over = {"teams": {"a": {"desks": ["z"]}, "b": {"staff": 2}}}
    assert _merged(base, over) == {
        "workload": 1,
        "teams": {"a": {"staff": 1, "desks": ["z"]}, "b": {"staff": 2}},
    }


def test_null_removes_a_key_of_the_base() -> None:
    """Null is as if the key had never been written, at any depth, there or not."""
    base = {"workload": 1, "teams": {"a": {"staff": 1}, "b": {"staff": 2}}}
    over = {"workload": None, "teams": {"a": None, "c": None}, "mix": None}
    assert _merged(base, over) == {"teams": {"b": {"staff": 2}}}


@pytest.mark.parametrize(
    ("base", "over", "together"),
    [
        (
            {"teams": {"a": {"staff": 2}}},
            {"teams": {"a": {"staff": {"changes": {"2021-07-01": 3}}}}},
            {"teams": {"a": {"staff": {"at_start": 2, "changes": {"2021-07-01": 3}}}}},
        ),
        (
            {"procedures": {"a": {"deadline": "3 wd"}}},
            {"procedures": {"a": {"deadline": {"online": "2 wd"}}}},
            {"procedures": {"a": {"deadline": {"default": "3 wd", "online": "2 wd"}}}},
        ),
        (
            {"procedures": {"a": {"title": "Land", "weight": 2}}},
            {"procedures": {"a": {"title": {"vi": "Đất"}, "weight": {"during": {}}}}},
            {"procedures": {"a": {"title": {"en": "Land", "vi": "Đất"}, "weight": {"value": 2, "during": {}}}}},  # noqa: E501
        ),
        (
            {"teams": {"a": {"staff": {"at_start": 2, "changes": {"2021-07-01": 3}}}}},
            {"teams": {"a": {"staff": 5}}},
            {"teams": {"a": {"staff": 5}}},
        ),
    ],
)  # fmt: skip
def test_a_short_form_meets_a_mapping_as_what_it_stands_for(
    base: Any, over: Any, together: Any
) -> None:
    """A base may write 12 where a file over it writes changes by date, and the reverse."""
    assert _merged(base, over) == together


def test_one_family_replaces_another() -> None:
    """Of keys that exclude one another the base's goes; parameters of the same family merge."""

    def patience(value: Any) -> dict[str, Any]:
        return {"channels": {"a": {"hall": {"patience": value}}}}

    gamma = {"gamma": {"mean": "1 h", "cv": 1}}
    assert _merged(patience(gamma), patience({"exponential": "2 h"})) == patience(
        {"exponential": "2 h"}
    )
    assert _merged(patience(gamma), patience({"gamma": {"cv": 2}})) == patience(
        {"gamma": {"mean": "1 h", "cv": 2}}
    )
    assert _merged(patience("1 h"), patience(gamma)) == patience(gamma)
    assert _merged({"start": {"warm": "5 wd"}}, {"start": {"backlog": 3}}) == {
        "start": {"backlog": 3}
    }


def test_ids_that_look_like_families_do_not_exclude_one_another() -> None:
    """Only where a distribution stands is `gamma` a family; a team may be called so."""
    assert _merged({"teams": {"gamma": {}}}, {"teams": {"pert": {}}}) == {
        "teams": {"gamma": {}, "pert": {}}
    }


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A directory with a base, a scenario over it and a sub-directory."""
    minimal = (VALID_CASES / "minimal.yaml").read_text(encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "base.yaml").write_text(minimal, encoding="utf-8")
    (tmp_path / "office.yaml").write_text("extends: base.yaml\n", encoding="utf-8")
    return tmp_path


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _refused(path: Path, *, bundled: Path | None = None) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, bundled=bundled or VALID_CASES)
    return str(caught.value)


def test_a_word_in_the_place_of_keys_is_refused_in_an_override_too(office: Path) -> None:
    """Where a step is changed, what has keys of its own is known only behind its kind."""
    steps = "{decide: {work: {lognormal: true}}}"
    top = _write(
        office / "top.yaml", f"extends: base.yaml\nprocedures: {{permit: {{steps: {steps}}}}}\n"
    )
    assert "top.yaml:2: procedures.permit.steps.decide.work.lognormal" in _refused(top)


def test_a_base_is_found_relative_to_the_file_that_names_it(office: Path) -> None:
    """From a sub-directory, `../base.yaml` is beside the scenario that began it all."""
    _write(office / "sub" / "middle.yaml", "extends: ../base.yaml\nworkload: 2\n")
    top = _write(office / "top.yaml", "extends: sub/middle.yaml\ntarget: 0.9\n")
    scenario = load_scenario(top)
    assert (scenario.workload, scenario.target, scenario.scenario) == (2, 0.9, "minimal")


def test_a_name_is_a_file_beside_or_a_bundled_scenario(office: Path) -> None:
    """An edited copy of a base beside the scenario comes before the bundled one."""
    _write(
        office / "base.yaml", (office / "base.yaml").read_text(encoding="utf-8") + "workload: 3\n"
    )
    assert (
        load_scenario(_write(office / "a.yaml", "extends: base"), bundled=VALID_CASES).workload == 3
    )
    far = _write(office / "sub" / "b.yaml", "extends: minimal")
    assert load_scenario(far, bundled=VALID_CASES).workload == 1
    far = _write(office / "sub" / "c.yaml", "extends: minimal.yaml")
    assert load_scenario(far, bundled=VALID_CASES).workload == 1


def test_a_base_outside_of_the_directory_is_not_read(office: Path) -> None:
    """A scenario from somebody else cannot read other files of its user."""
    inner = _write(office / "sub" / "inner.yaml", "extends: ../base.yaml\n")
    assert "lies outside the directory of the scenario" in _refused(inner)
    absolute = _write(office / "sub" / "absolute.yaml", f"extends: {office / 'base.yaml'}\n")
    assert "lies outside the directory of the scenario" in _refused(absolute)


def test_a_symbolic_link_does_not_lead_outside(office: Path) -> None:
    """Links are followed before the directory is compared."""
    (office / "sub" / "link.yaml").symlink_to(office / "base.yaml")
    inner = _write(office / "sub" / "inner.yaml", "extends: link.yaml\n")
    assert "lies outside the directory of the scenario" in _refused(inner)


def test_a_loop_of_symbolic_links_is_refused(office: Path) -> None:
    """A link to itself is no file."""
    (office / "loop.yaml").symlink_to(office / "loop.yaml")
    assert _refused(office / "loop.yaml")
    assert _refused(_write(office / "a.yaml", "extends: loop.yaml\n"))


def test_a_circle_is_named(office: Path) -> None:
    """The message of a circle lists the files on it, whatever names lead around."""
    _write(office / "a.yaml", "extends: sub/b.yaml\n")
    _write(office / "sub" / "b.yaml", "extends: ../a.yaml\n")
    assert "circle: a.yaml → sub/b.yaml → a.yaml" in _refused(office / "a.yaml")


def test_an_inherited_mistake_is_said_of_the_base(office: Path) -> None:
    """File and line are those where the wrong value was written."""
    base = office / "base.yaml"
    text = base.read_text(encoding="utf-8").replace("staff: 2", "staff: -2")
    base.write_text(text, encoding="utf-8")
    line = 1 + text[: text.index("staff: -2")].count("\n")
    assert _refused(office / "office.yaml").startswith(f"{base}:{line}: teams.officers.staff: -2")


def test_a_file_is_called_as_the_user_called_it(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative names stay relative, those of bases too."""
    monkeypatch.chdir(office)
    _write(office / "base.yaml", "teams: 3\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("office.yaml")
    assert {problem.file for problem in caught.value.problems} == {"office.yaml", "base.yaml"}


def test_an_overridden_mistake_does_no_harm(office: Path) -> None:
    """Only what a scenario resolves to is validated."""
    base = office / "base.yaml"
    text = base.read_text(encoding="utf-8").replace("staff: 2", "staff: -2")
    base.write_text(text, encoding="utf-8")
    over = _write(office / "office.yaml", "extends: base.yaml\nteams: {officers: {staff: 4}}\n")
    assert load_scenario(over).teams["officers"].staff.most == 4


def test_arrivals_are_read_beside_the_file_that_names_them(office: Path) -> None:
    """A base in a sub-directory names its CSV file relative to itself."""
    _write(office / "sub" / "list.csv", "at,procedure\n2021-03-01 08:00,permit\n")
    _write(
        office / "sub" / "middle.yaml",
        "extends: ../base.yaml\nchannels: {counter: {arrivals: {file: list.csv}}}\n",
    )
    scenario = load_scenario(_write(office / "top.yaml", "extends: sub/middle.yaml\n"))
    arrivals = scenario.channels["counter"].arrivals
    assert isinstance(arrivals, list)
    assert [arrival.at for arrival in arrivals] == ["2021-03-01 08:00:00"]


def test_the_tree_of_a_scenario_can_be_read_without_validating(office: Path) -> None:
    """An option is applied to the tree; what it repairs may be broken before."""
    broken = _write(office / "broken.yaml", "extends: base.yaml\nteams: {officers: {staff: -1}}\n")
    teams = read_tree(broken).plain()["teams"]
    assert teams["officers"]["staff"] == -1

"""The cases: small valid scenarios, and one file for every kind of mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.errors import Problem, ScenarioError
from simulation.scenario import check_base, list_bundled, load_scenario, resolve_name
from simulation.scenario.steps import KINDS
from simulation.scenario.text_file import MAX_BYTES
from tests.strategies import VALID_CASES, cases

INVALID_CASES = VALID_CASES.parent / "invalid"
EXPECT = "# expect: "
ADVICE = "# what to do: "
"""Stands only in files of which the advice is what they are about."""


def _refusal(path: Path | str, bundled: Path | None = None) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, bundled=bundled)
    return caught.value


@pytest.mark.parametrize("case", cases())
def test_a_valid_case_loads(case: str) -> None:
    """Every file in cases/valid is a scenario named like its file."""
    scenario = load_scenario(VALID_CASES / case)
    assert scenario.scenario == Path(case).stem


def test_the_valid_cases_hold_the_whole_vocabulary() -> None:
    """Every step kind, discipline, distribution family and optional key is in some valid case."""
    text = "\n".join((VALID_CASES / case).read_text(encoding="utf-8") for case in cases())
    disciplines = ("last-come", "earliest-due", "shortest-work", "discipline: priority")
    families = (
        "constant", "exponential", "uniform", "triangular", "pert", "lognormal", "gamma",
        "weibull", "erlang", "empirical", "mixture",
    )  # fmt: skip
    rules = (
        "patience", "waiting_room", "tickets", "closing: day", "closing: none", "come_back",
        "backlog", "warm", "run_on", "handover_after", "arrivals", "file:", "during", "outages",
        "changes", "batch", "delivery", "overdispersion", "spread: fixed", "results", "returned_by",
        "efficiency", "absence", "leave", "rank", "pay", "begins", "ends", "supplement: restart",
        "cutoff", "hours: always", "open:", "closed:", "weekdays", "events", "published",
        "assumptions", "groups", "workload", "shortest_by: actual", "interruptible", "priority",
        "on the spot", "deadline: none", "form_column: online", "volumes", "profile",
    )  # fmt: skip
    wanted = [f"{kind}:" for kind in KINDS] + [*disciplines, *families, *rules]
    assert [word for word in wanted if word not in text] == []


@pytest.mark.parametrize("path", sorted(INVALID_CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_invalid_case_is_refused_as_it_says(path: Path) -> None:
    """Every file in cases/invalid states in its first comments all that is wrong with it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    expected, advice = (
        [line.removeprefix(mark) for line in lines if line.startswith(mark)]
        for mark in (EXPECT, ADVICE)
    )
    error = _refusal(path)
    found = [_as_expected(problem, path) for problem in error.problems]
    assert found == expected
    assert not advice or [problem.remedy for problem in error.problems] == advice
    assert all(problem.allowed or problem.remedy for problem in error.problems)


def _as_expected(problem: Problem, path: Path) -> str:
    """``[other file] line 12: teams.reception.staf: unknown key …``."""
    assert problem.file is not None
    other = "" if problem.file == str(path) else str(Path(problem.file).relative_to(path.parent))
    line = "" if problem.line is None else f"line {problem.line}"
    place = " ".join(part for part in (other, line) if part)
    return ": ".join(part for part in (place, problem.field, problem.message) if part)


def test_there_is_a_case_for_many_kinds_of_mistake() -> None:
    """At least 150 invalid files, so that a message that changes is seen."""
    assert len(list(INVALID_CASES.glob("*.yaml"))) >= 150


def test_an_error_reads_as_place_message_allowed_remedy() -> None:
    """The text of an error is what the command line prints."""
    path = INVALID_CASES / "unknown-key-team.yaml"
    assert str(_refusal(path)) == (
        f"{path}:4: teams.reception.staf: unknown key 'staf'; did you mean 'staff'?\n"
        "    allowed: title, staff, shift, desks, efficiency, absence, leave, rank, pay\n"
        "    what to do: correct it or delete it"
    )


def test_no_more_than_twenty_problems_are_listed(tmp_path: Path) -> None:
    """Twenty problems are enough at once: of 24 unknown and 9 missing keys 13 are only counted."""
    path = tmp_path / "many.yaml"
    path.write_text("\n".join(f"key-{k}: 1" for k in range(24)), encoding="utf-8")
    error = _refusal(path)
    assert len(error.problems) == 21
    assert error.problems[-1].message == "and 13 more problems"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"---\n", "the file is empty"),
        ("title: Thanh Hoá\n".encode("cp1258"), "the file is not UTF-8 text: byte 0xe1"),
        ("title: Office\n".encode("utf-16"), "the file is UTF-16 text, not UTF-8 text"),
        (b"PK\x03\x04\x14\x00", "the file is a workbook or an archive"),
        (b"title: a\0b\n", "the character '\\x00' must not stand in YAML"),
        (b"# " + b"x" * MAX_BYTES, "the file has 1,000,002 bytes"),
    ],
)
def test_a_file_that_is_no_text_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    """Empty, oversized and wrongly encoded files are refused in plain words."""
    path = tmp_path / "office.yaml"
    path.write_bytes(content)
    error = _refusal(path)
    assert [problem.file for problem in error.problems] == [str(path)]
    assert error.problems[0].message.startswith(says)


def test_a_wrong_byte_is_located(tmp_path: Path) -> None:
    """An encoding error names the line of the byte."""
    path = tmp_path / "office.yaml"
    path.write_bytes(b"scenario: office\ntitle: Ho\xe1\n")
    assert _refusal(path).problems[0].line == 2


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    """Editors on Windows write a byte order mark; it means nothing."""
    text = (VALID_CASES / "minimal.yaml").read_bytes()
    path = tmp_path / "minimal.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + text)
    assert load_scenario(path) == load_scenario(VALID_CASES / "minimal.yaml")


def test_line_ends_of_any_kind_are_tolerated(tmp_path: Path) -> None:
    """A file with CRLF line ends is the same scenario, and its lines are counted the same."""
    text = (VALID_CASES / "minimal.yaml").read_bytes()
    path = tmp_path / "minimal.yaml"
    path.write_bytes(text.replace(b"\n", b"\r\n"))
    assert load_scenario(path) == load_scenario(VALID_CASES / "minimal.yaml")
    path.write_bytes(b"a: 1\r\nb: [\r\n")
    assert _refusal(path).problems[0].line in (2, 3)


def test_a_directory_is_refused(tmp_path: Path) -> None:
    """A directory is no scenario, whatever it is called."""
    directory = tmp_path / "office.yaml"
    directory.mkdir()
    assert _refusal(directory).problems[0].message == "this is a directory"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The message of a missing file names it."""
    problem = _refusal(tmp_path / "missing.yaml").problems[0]
    assert problem.message == "there is no such file"
    assert problem.file == str(tmp_path / "missing.yaml")


@pytest.mark.parametrize("name", ["a\0b.yaml", f"{'x' * 5000}.yaml"])
def test_a_name_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    """A name that the system does not take is a missing file like others."""
    assert _refusal(tmp_path / name).problems[0].message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    """Reading from a pipe would wait for ever."""
    pipe = tmp_path / "office.yaml"
    os.mkfifo(pipe)
    assert _refusal(pipe).problems[0].message == "this is not an ordinary file"


def test_an_unknown_bundled_name_is_refused_with_the_nearest() -> None:
    """A bare name means a bundled scenario."""
    problem = _refusal("minmal", VALID_CASES).problems[0]
    assert problem.message == "there is no bundled scenario 'minmal'; did you mean 'minimal'?"


def test_a_bundled_name_is_found() -> None:
    """Bundled scenarios go by name, files by path."""
    assert load_scenario("minimal", bundled=VALID_CASES).scenario == "minimal"
    assert resolve_name("minimal", bundled=VALID_CASES) == VALID_CASES / "minimal.yaml"
    assert resolve_name("./minimal.yaml", bundled=VALID_CASES) == Path("minimal.yaml")


def test_only_files_with_a_scenario_are_listed(tmp_path: Path) -> None:
    """A base is bundled, but it cannot be run."""
    (tmp_path / "base.yaml").write_text("workload: 1\n", encoding="utf-8")
    (tmp_path / "office.yaml").write_text("extends: base\nscenario: office\n", encoding="utf-8")
    assert list_bundled(bundled=tmp_path) == ["office"]


def test_the_bundled_scenarios_load() -> None:
    """Whatever comes with motcua is valid."""
    assert [load_scenario(name).scenario for name in list_bundled()] == list_bundled()


def test_a_base_is_checked_for_what_stands_in_it(tmp_path: Path) -> None:
    """An incomplete file may lack anything, but what it has must be right."""
    base = tmp_path / "base.yaml"
    base.write_text("teams:\n  reception: {staff: 3}\n", encoding="utf-8")
    check_base(base)
    base.write_text("teams:\n  reception: {staf: 3}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="did you mean 'staff'"):
        check_base(base)


def test_loading_needs_no_numerical_library() -> None:
    """A scenario is checked without numpy, pandas, scipy or an engine."""
    program = (
        "import sys; from simulation.scenario import load_scenario; "
        f"load_scenario({str(VALID_CASES / 'every-step.yaml')!r}); "
        "print([name for name in ('numpy', 'pandas', 'scipy', 'simpy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

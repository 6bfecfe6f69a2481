"""The README: its examples run as they stand."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from simulation.scenario import load_scenario
from tests.readme import LEFT_OUT, README, blocks, difference, shown_output

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Caller


def test_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The example in Python is at most five lines and prints an on-time rate with its interval."""
    (example,) = blocks("python")
    assert len(example.strip().splitlines()) <= 5
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own text
    printed = capsys.readouterr().out
    found = re.fullmatch(r"\{'mean': (\S+), 'low': (\S+), 'high': (\S+)\}\n", printed)
    assert found is not None, printed
    mean, low, high = map(float, found.groups())
    assert 0 <= low <= mean <= high <= 1


COMMANDS = re.findall(
    r"(?:`|^|/)motcua ([^`\n]+)", README.read_text(encoding="utf-8"), re.MULTILINE
)
"""Every motcua command that README names, in blocks and within lines, without its first word."""


def test_all_commands_are_named(motcua: Caller) -> None:
    """README names the commands that there are, and no others."""
    listed = motcua("--help").out.partition("Commands:")[2]
    there_are = {line.split()[0] for line in listed.splitlines() if re.match(r"  \w", line)}
    assert "run" in there_are
    assert {command.split()[0] for command in COMMANDS} == there_are


def test_all_options_exist(motcua: Caller) -> None:
    """Every option that README names, of pip, pytest and dask apart, is one of a command named."""
    text = README.read_text(encoding="utf-8")
    text = re.sub(r"<!-- (\S+-command) -->.*?<!-- /\1 -->", "", text, flags=re.DOTALL)
    text = re.sub(r"^dask .*$", "", text, flags=re.MULTILINE)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))
    commands = {command.split()[0] for command in COMMANDS}
    calls = [["--help"], *([command, "--help"] for command in sorted(commands))]
    shown = "".join(motcua(*call).out for call in calls)
    assert {"--set", "--out", "--keep", "--json", "--cluster"} <= named
    assert {option for option in named if not re.search(rf"{option}\b", shown)} == set()


@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if "-20" in command], ids=lambda text: text[:60]
)
def test_named_scenarios_and_settings_exist(command: str) -> None:
    """What README runs is a bundled scenario, and what it sets is a field of it."""
    words = shlex.split(command)
    settings = [value for key, value in pairwise(words) if key == "--set"]
    assert words[0] == "run"
    assert load_scenario(words[1], settings).scenario == words[1]


def test_links_lead_somewhere() -> None:
    """Every file that README links to is there."""
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))
    assert len(links) > 5
    assert [link for link in links if not (README.parent / link).exists()] == []


SHOWN = "title\n\nTable\na  1\nb  2\n…\nOther\nc  3\n"
PRINTED = "title\n\nTable   \na  1\nb  2\nd  4\nOther\ne  5\n\nOther  \nc  3\nthe end\n"


def test_output_as_it_is_shown() -> None:
    """What is left out may be anything, spaces at the ends of lines do not count."""
    assert difference(SHOWN, PRINTED) == ""


@pytest.mark.parametrize(
    ("wrong", "shown", "printed"),
    [
        (PRINTED.replace("b  2", "b  3"), "b  2", "b  3"),
        (PRINTED.replace("a  1", "a 1"), "a  1", "a 1"),
        (PRINTED.replace("c  3\n", ""), "c  3", "e  5"),
        (PRINTED.replace("title", "a warning\ntitle"), "title", "a warning"),
        ("title\n\nTable\na  1\n", "b  2", "(the end)"),
        ("", "title", "(the end)"),
        ("\n".join(reversed(PRINTED.splitlines())), "title", "the end"),
    ],
)
def test_output_that_differs_is_told(wrong: str, shown: str, printed: str) -> None:
    """The first line that differs is shown beside what is printed in its place."""
    assert difference(SHOWN, wrong) == f"README shows: {shown}\nprinted is:   {printed}"


def test_comparison_as_ci_calls_it(tmp_path: Path) -> None:
    """The comparison of a file ends well where it has README's lines, and else says what to do."""
    first, last = shown_output().split(f"{LEFT_OUT}\n")
    file = tmp_path / "printed.txt"
    codes = []
    for end in (last, last.replace("yes", "no")):
        file.write_text(f"{first}\nwhat is left out\n{end}Results: here\n", encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, "-m", "tests.readme", file],
            cwd=README.parent, capture_output=True, text=True, check=False,
        )  # fmt: skip
        codes.append(ended.returncode)

    assert codes == [0, 1]
    assert "README shows: " in ended.stderr
    assert f"copy it from {file} into README.md" in ended.stderr

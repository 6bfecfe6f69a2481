"""The recipes of docs/how-to.md: their commands run, one after the other, as they stand there.

So that it does not take minutes, they are asked for few replications of few dossiers, and searches
for little.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.running import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HOW_TO: Final = (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8")
SMALL: Final = "--set workload=0.1"
FEW: Final = {
    "run": f"--replications 2 {SMALL}",
    "compare": f"--replications 2 {SMALL}",
    "sweep": "--replications 2 --workers 2",
    "staff": f"--replications 2 --cap 4 --budget 30 {SMALL}",
    "forecast": "--replications 2",
}
"""Options behind a command, of which the last one counts."""


def recipes() -> list[str]:
    """All blocks of commands."""
    return re.findall(r"```sh\n(.*?)```", HOW_TO, re.DOTALL)


def ideas() -> str:
    """The options file that a recipe shows."""
    found = re.search(r"```yaml\n(options_for.*?)```", HOW_TO, re.DOTALL)
    assert found is not None
    return found[1]


def few(line: str) -> str:
    """A command that asks for little, called in this environment."""
    words = shlex.split(line)
    if words[0] == "python3":
        return line.replace("python3", shlex.quote(sys.executable), 1)
    more = "" if "--example" in words else FEW.get(words[1], "")
    if "--precision" in words:
        words[words.index("--precision") + 1] = "5pp"
        more = SMALL
    return f"{shlex.quote(sys.executable)} -m simulation {shlex.join(words[1:])} {more}"


def kept_run(directory: Path) -> tuple[str, str]:
    """The name of a run of two replications that is there, and its folder."""
    (first, *_others) = sorted((directory / "results" / "lai-chau-2020").glob("seed1-r2*"))
    return f"lai-chau-2020/{first.name}", str(first.relative_to(directory))


def test_recipes_run_as_they_stand(tmp_path: Path) -> None:
    """In one directory, from the first to the last."""
    (tmp_path / "ideas.yaml").write_text(ideas(), encoding="utf-8")
    lines = [line for block in recipes() for line in block.splitlines()]
    assert len(lines) > 15
    for line in lines:
        command = few(line)
        if "RESULT" in line or "FOLDER" in line:
            run, folder = kept_run(tmp_path)
            command = command.replace("RESULT", run).replace("FOLDER", folder)
        ended = subprocess.run(
            ["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, f"{line}\n{ended.stderr}"
        assert ended.stdout or ">" in line, line
    again = json.loads((tmp_path / "again.yaml").read_text(encoding="utf-8"))
    assert again["scenario"] == "lai-chau-2020"
    assert list(tmp_path.glob("*.html"))
    assert list(tmp_path.glob("*.xlsx"))


@pytest.mark.long
@pytest.mark.parametrize("line", [line for block in recipes() for line in block.splitlines()
                                  if " staff " in line or "--precision" in line])  # fmt: skip
def test_the_costly_recipes_run_in_full(line: str, tmp_path: Path) -> None:
    """Those that a search or a precision makes long, as they stand."""
    words = [sys.executable, "-m", "simulation", *shlex.split(line)[1:], "--out", str(tmp_path)]
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode == 0

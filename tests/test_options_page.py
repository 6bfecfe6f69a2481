"""The page that shows what every bundled option does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.options import NAMES, PAGE, main, section
from simulation.experiments import Study
from simulation.scenario import load_options
from tests.running import VALID

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FILE = VALID.parent / "valid-options" / "comparison.yaml"


def test_a_section_shows_every_option() -> None:
    """The base in numbers, and below it a row of differences for each option."""
    text = section(load_options(FILE, ["workload=6"]), 4, Study())
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]

    assert text.startswith("## One counter\n\n`motcua compare minimal --replications 4`")
    assert [row[0].strip("|` ") for row in rows[2:]] == [
        "—", "nothing", "one-more", "again", "rush", "by-post",
    ]  # fmt: skip
    assert len({len(row) for row in rows}) == 1
    assert rows[4][3].startswith("+")
    assert rows[3][3] == "0.00 ±0.00"
    assert rows[5][9] == "+10"


def test_the_page_names_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written says how to write it again."""
    monkeypatch.setattr("benchmarks.options.load_options", lambda _: load_options(FILE))
    page = tmp_path / "options.md"
    main(["--only", NAMES[0], "--replications", "2", "--workers", "1", "--out", str(tmp_path),
          "--docs", str(page)])  # fmt: skip
    text = page.read_text(encoding="utf-8")

    assert f"`python -m benchmarks.options --replications 2 --only {NAMES[0]}`" in text
    assert "| `one-more` | One more person |" in text


def test_the_page_has_every_bundled_file() -> None:
    """Every scenario with options has its table there, or is said to be left out."""
    text = PAGE.read_text(encoding="utf-8")
    (absent,) = re.findall("Not compared in this run: (.*)", text) or [""]
    for name in NAMES:
        assert (f"`motcua compare {name} --replications" in text) != (f"`{name}`" in absent), name

"""Workbooks of studies: the answer first, what it stands on last, and words in between."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from simulation import export
from simulation.errors import StoreError
from simulation.exports.result import read_result
from simulation.language import use
from simulation.store import entries, open_existing
from simulation.wording.answers import answer_of
from tests.catalogues import english_in
from tests.exported import COMMANDS, called

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

STUDIES: Final = [kind for kind in COMMANDS if kind != "run"]
SHEETS: Final = {
    "comparison": ["Figures", "Options compared", "Measures by option", "Differences"],
    "sweep": ["Figures", "Curves", "Points", "Breaking points"],
    "sensitivity": ["Figures", "Effects"],
    "staffing": ["Figures", "What money buys", "Staff", "Targets", "With one person less"],
    "deadlines": ["Deadlines"],
    "forecast": ["Open dossiers", "Form II.06a"],
    "backtest": ["Cuts", "Coverage", "Probabilities"],
}
"""Sheets between the summary and what it stands on."""
CHART: Final = {
    "comparison": "Options compared", "sweep": "Curves", "sensitivity": "Effects",
    "staffing": "What money buys",
}  # fmt: skip
"""The sheet that the main figure is of."""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a small study of each kind."""
    directory = tmp_path_factory.mktemp("studies")
    for kind in STUDIES:
        called(*COMMANDS[kind], "--out", directory, "--workers", 1)
    return directory


def summary_of(shelf: Path, kind: str) -> tuple[str, dict[str, object]]:
    """The id and the summary of the study of a kind."""
    with open_existing(shelf) as store:
        (entry,) = (one for one in entries(store) if one.kind == kind)
        return entry.run, read_result(store, entry.run).summary


@cache
def book_of(shelf: Path, kind: str, language: str = "en") -> tuple[Path, list[Worksheet]]:
    """Its workbook in a language, and the sheets of it."""
    run, _summary = summary_of(shelf, kind)
    path = shelf / f"{kind}-{language}.xlsx"
    use("vi" if language == "vi" else "en")
    try:
        export(run, "xlsx", path, results=shelf)
    finally:
        use("en")
    return path, openpyxl.load_workbook(path).worksheets


def texts_of(sheets: list[Worksheet]) -> str:
    """All texts of some sheets, one to a line."""
    return "\n".join(
        str(value)
        for sheet in sheets
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if isinstance(value, str)
    )


@pytest.mark.parametrize("kind", STUDIES)
def test_the_first_sheet_says_the_answer(shelf: Path, kind: str) -> None:
    """In the words of the page; what the study stands on is at the end."""
    _path, sheets = book_of(shelf, kind)
    answer = answer_of(kind, summary_of(shelf, kind)[1])
    said = texts_of(sheets[:1])

    assert [sheet.title for sheet in sheets] == [
        "Summary", *SHEETS[kind], "Assumptions", "Sources",
    ]  # fmt: skip
    assert all(text in said for text in (answer.text, *answer.further))
    assert "motcua" in said  # the command that makes it again
    assert all(sheet.print_area for sheet in sheets)


def _bounds(area: str) -> tuple[int, int, int, int]:
    """First and last row, first and last column of an area of a sheet."""
    left, top, right, bottom = range_boundaries(area)
    return top, bottom, left, right


@pytest.mark.parametrize("kind", CHART)
def test_the_main_figure_is_of_its_sheet(shelf: Path, kind: str) -> None:
    """One chart, which follows the cells of the sheet with what it shows."""
    path, worksheets = book_of(shelf, kind)
    with ZipFile(path) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
        texts = [archive.read(name).decode() for name in charts]

    assert len(texts) == 1
    areas = re.findall(r"<c:f>'?([^'<]+)'?!([^<]+)</c:f>", texts[0])
    sheets = {sheet.title: sheet for sheet in worksheets}
    assert {name for name, _ in areas} <= {CHART[kind], "Figures"}
    shown = [
        [cell for row in sheets[name].iter_rows(*_bounds(area), values_only=True) for cell in row]
        for name, area in areas
    ]
    assert all(value is not None for values in shown for value in values)
    assert len({len(values) for values in shown}) == 1
    assert any(all(isinstance(v, int | float) for v in values) for values in shown)


@pytest.mark.parametrize("kind", STUDIES)
def test_in_vietnamese_codes_are_words_and_no_message_is_english(shelf: Path, kind: str) -> None:
    """What cells say is said in the language that is spoken."""
    text = texts_of(book_of(shelf, kind, "vi")[1])
    cells = set(text.split("\n"))

    assert not english_in(text, "simulation/exports/", "simulation/wording/")
    assert not cells & {
        "crosses", "holds", "fails", "fails clearly", "passes", "not examined", "found", "too-few",
        "not-sure",
        "on_time_strict", "counter_wait_p90_min", "late_of_open", "c3_received", "wd",
    }  # fmt: skip


def test_two_fields_make_a_grid(tmp_path: Path) -> None:
    """The mean at each point stands where its two values meet, and so do both bounds."""
    results = tmp_path / "results"
    called("sweep", *COMMANDS["sweep"][1:2], "--vary", "workload=2:10:4", "--vary",
           "teams.officers.staff=1:2", "--replications", 2, "--out", results)  # fmt: skip
    _path, sheets = book_of(results, "sweep")
    _run, summary = summary_of(results, "sweep")
    grid = next(sheet for sheet in sheets if sheet.title == "Grid")
    rows = [list(row) for row in grid.iter_rows(values_only=True)]
    points: Any = summary["points"]
    found = {tuple(p["values"]): p["measures"]["on_time_strict"] for p in points}

    assert "Figures" not in [sheet.title for sheet in sheets]
    assert rows[1][1:] == ["1", "2"]
    for place, end in ((2, "mean"), (8, "low"), (14, "high")):
        for row in rows[place : place + 3]:
            assert row[1:] == pytest.approx([found[row[0], people][end] for people in (1, 2)])


def test_a_result_in_an_older_form_is_refused_in_words(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its summary lacks what a sheet shows, the message says so, and there is no file."""

    def lacks(*_: object) -> None:
        raise KeyError("not in this summary")

    monkeypatch.setattr("simulation.exports.workbook.study.head", lacks)
    with pytest.raises(StoreError, match="does not know; simulate it again"):
        export("sweep", "xlsx", tmp_path / "book.xlsx", results=shelf)
    assert list(tmp_path.iterdir()) == []

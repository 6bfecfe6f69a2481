"""The workbook: laid out as the form is, with totals that agree, and the same bytes every time."""

from __future__ import annotations

import csv
import shutil
import subprocess
import tracemalloc
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest

from simulation import export, language
from simulation.experiments.cases import TOTAL_ID
from simulation.exports import kept, workbook
from simulation.exports.result import read_result
from simulation.form import COLUMNS, IDENTITIES
from simulation.store import open_existing
from simulation.wording.answers import answer_of
from tests.exported import stored_run, stored_study
from tests.running import EVERY_STEP, MINIMAL, VALID, office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from simulation.experiments import RunResult

FORMULA: Final = '=HYPERLINK("http://x")'
BLOCK: Final = 100
"""Dossiers that are read at a time, where it is about memory."""
HEAD_ROWS: Final = 7
"""Rows above the head of the form."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Path]:
    """A run whose title, and a field's, look like formulas."""
    directory = tmp_path_factory.mktemp("results")
    settings = (f"title={FORMULA}", 'fields.building.title="@Xây dựng"')
    return stored_run(directory, office(*settings, case=EVERY_STEP), "journal")


@pytest.fixture(scope="module")
def book(run: tuple[RunResult, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its workbook, in English."""
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    export(run[1], "xlsx", path)
    return path


@pytest.fixture
def vietnamese() -> Iterator[None]:
    """Vietnamese is spoken."""
    before = language.current()
    language.use("vi")
    yield
    language.use(before)


def sheets(path: Path, *, values: bool = True) -> list[Worksheet]:
    """The sheets of a workbook, with the values of formulas, or with the formulas."""
    found: list[Worksheet] = openpyxl.load_workbook(path, data_only=values).worksheets
    return found


def form_of(path: Path, *, values: bool = True) -> Worksheet:
    """The sheet with the form: the third."""
    return sheets(path, values=values)[2]


def test_sheets(book: Path) -> None:
    """Every sheet that was asked for is there, frozen and printed as wide as its page."""
    found = sheets(book)
    assert [sheet.title for sheet in found] == [
        "Summary", "Figures", "Form II.06a", "On time", "Teams", "By day", "By month",
        "Replications", "Assumptions", "Sources", "Dossiers",
    ]  # fmt: skip
    for sheet in found:
        assert sheet.print_area, sheet.title
        assert sheet.page_setup.paperSize == 9  # A4
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.column_dimensions["A"].width > 4
        if sheet.title not in {"Summary", "Figures"}:
            assert sheet.freeze_panes, sheet.title
            assert sheet.print_title_rows, sheet.title


def test_the_form_is_laid_out_as_the_form_is(book: Path) -> None:
    """Groups over titles, merged, and the numbers of the columns under them."""
    sheet = form_of(book)
    top = HEAD_ROWS + 1
    merged = {str(area) for area in sheet.merged_cells.ranges}
    titles = [sheet.cell(top + len(c.headings), place).value for place, c in enumerate(COLUMNS, 1)]

    assert titles == [column.title.english for column in COLUMNS]
    assert {f"C{top}:F{top}", f"D{top + 1}:E{top + 1}", f"G{top}:J{top}", f"K{top}:M{top}",
            f"A{top}:A{top + 2}", f"C{top + 1}:C{top + 2}"} <= merged  # fmt: skip
    numbers = [sheet.cell(top + 3, place).value for place in range(1, 14)]
    assert numbers == [
        "(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)", "(8)", "(9)",
        "(10)", "(11)=(12)+(13)", "(12)", "(13)",
    ]  # fmt: skip
    assert sheet.cell(1, 1).value == "Form II.06a/VPCP/KSTT"
    assert "01/03/2021" in sheet.cell(5, 1).value


def test_totals_are_formulas_that_agree(run: tuple[RunResult, Path], book: Path) -> None:
    """Every total is a formula, its value is the simulated one, and it comes out when computed."""
    result, _folder = run
    shown, formulas = form_of(book), form_of(book, values=False)
    first = HEAD_ROWS + 5
    rows = {first: "building", first + 1: TOTAL_ID}
    means = result.summary["form_06a"]["rows"]
    for row, field in rows.items():
        for number in range(3, 14):
            cell, value = formulas.cell(row, number), shown.cell(row, number).value
            assert value == means[field][number - 3]
            parts = dict(IDENTITIES[:3]).get(number)
            if field == TOTAL_ID:
                letter = cell.column_letter
                assert cell.value == f"=SUM({letter}{first}:{letter}{row - 1})"
                assert value == sum(shown.cell(r, number).value for r in range(first, row))
            elif parts:
                letters = [formulas.cell(row, part).coordinate for part in parts]
                assert cell.value == "=" + "+".join(letters)
                assert value == sum(shown.cell(row, part).value for part in parts)
            else:
                assert cell.data_type == "n"


def test_text_stays_text(book: Path) -> None:
    """A title that looks like a formula is a text in every sheet, and no other cell is one."""
    assert sheets(book, values=False)[0].cell(1, 1).data_type == "s"
    assert sheets(book)[0].cell(1, 1).value == FORMULA
    assert form_of(book).cell(HEAD_ROWS + 5, 2).value == "@Xây dựng"
    for sheet in sheets(book, values=False):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            assert cell.value.startswith(("=SUM(", "=AVERAGE(", "=")), sheet.title
            assert "HYPERLINK" not in cell.value
    with ZipFile(book) as archive:
        assert b"<hyperlink" not in b"".join(map(archive.read, archive.namelist()))


def test_the_same_bytes(run: tuple[RunResult, Path], book: Path, tmp_path: Path) -> None:
    """The same result makes the same workbook."""
    export(run[1], "xlsx", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def test_figures(book: Path) -> None:
    """There are three charts, and what they show stands on the sheets that they name."""
    with ZipFile(book) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
        texts = [archive.read(name).decode() for name in charts]
    assert len(charts) == 3
    for text, sheet in zip(texts, ("On time", "By day", "Teams"), strict=True):
        assert f"{sheet}'!" in text or f"{sheet}!" in text


def test_dossiers_are_those_that_were_kept(
    run: tuple[RunResult, Path], book: Path, tmp_path: Path
) -> None:
    """The sheet lists the dossiers of the first kept replication, in words and with real dates."""
    export(run[1], "csv", tmp_path, replication=0)
    expected = pd.read_csv(tmp_path / "dossiers.csv", parse_dates=["submitted_at", "due_at"])
    found = list(sheets(book)[-1].iter_rows(min_row=2, values_only=True))

    assert len(found) == len(expected)
    for row, known in zip(found, expected.itertuples(), strict=True):
        own: Any = known
        assert row[1] == own.dossier
        assert row[3] == "Permit"
        assert pd.Timestamp(row[8]).round("s") == own.submitted_at.tz_localize(None)
        assert (row[10] is None) == pd.isna(own.due_at)
        assert row[17] == ("yes" if own.resolved_in_period else "no")


def test_days_and_months(run: tuple[RunResult, Path], book: Path) -> None:
    """Days have the mean backlog and what came and went; a month adds them up."""
    result, _folder = run
    days, months = sheets(book)[5], sheets(book)[6]
    rows = list(days.iter_rows(min_row=2, values_only=True))
    month = [cell.value for cell in months[2]]
    measures = result.outcomes[0].measures

    assert [row[2] for row in rows] == result.summary["backlog_by_day"]
    assert sum(row[5] for row in rows) == month[5] == measures["received"]
    assert sum(row[6] for row in rows) == month[6] == measures["resolved"]
    assert month[:2] == ["03/2021", len(rows)]
    assert month[2] == result.summary["backlog_by_day"][-1]


@pytest.mark.usefixtures("vietnamese")
def test_in_vietnamese(tmp_path: Path) -> None:
    """The form bears its own words and scenarios theirs, when Vietnamese is spoken."""
    _result, folder = stored_run(tmp_path / "results", office(case=VALID / "evidence.yaml"))
    export(folder, "xlsx", tmp_path / "book.xlsx")
    sheet = form_of(tmp_path / "book.xlsx")
    assert sheet.cell(3, 1).value.startswith("TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT")
    assert sheet.cell(HEAD_ROWS + 1, 7).value == "Số lượng hồ sơ đã giải quyết"
    assert sheet.cell(HEAD_ROWS + 2, 8).value == "Trước hạn"


def test_options_compared(tmp_path: Path) -> None:
    """A comparison has a sheet with the scenario as it is and each option below it."""
    options = VALID.parent / "valid-options" / "comparison.yaml"
    stored_study(tmp_path / "results", "compare", MINIMAL, options, "--replications", 2,
                 "--workers", 1)  # fmt: skip
    export("comparison", "xlsx", tmp_path / "book.xlsx", results=tmp_path / "results")
    sheet = sheets(tmp_path / "book.xlsx")[2]
    rows = list(islice(sheet.iter_rows(min_row=2, values_only=True), 6))

    assert sheet.title == "Options compared"
    assert [row[0] for row in rows][:3] == ["As it is", "As it is, in other words",
                                            "One more person"]  # fmt: skip
    assert rows[0][4] is None
    assert rows[2][1] - rows[0][1] == pytest.approx(rows[2][4])


def many_dossiers(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Let a run have so many dossiers, by repeating those that it has."""
    real = kept.read

    def repeated(*arguments: Any) -> Iterator[pd.DataFrame]:
        (part,) = real(*arguments)
        block = pd.concat([part] * (BLOCK // len(part) + 1), ignore_index=True)[:BLOCK]
        for _ in range(rows // BLOCK):
            yield block.copy()  # as a store does: pandas remembers every column taken from a frame

    monkeypatch.setattr("simulation.exports.kept.read", repeated)


def peak_bytes(folder: Path, path: Path) -> int:
    """The most memory that Python holds while the workbook is written."""
    with open_existing(folder.parent.parent) as store:
        result = read_result(store, folder.name)
        tracemalloc.start()
        for _rows in workbook.write(path, result, 0):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


@pytest.mark.parametrize(
    ("fewer", "rows"),
    [(3 * BLOCK, 1_000), pytest.param(50_000, 200_000, marks=pytest.mark.long)],
)
def test_memory_does_not_grow_with_dossiers(
    run: tuple[RunResult, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fewer: int,
    rows: int,
) -> None:
    """More dossiers take no more memory, within a fifth.

    What waits for Python's collection of garbage is in it; 300 dossiers leave little of that, so
    very many are not held against them.
    """
    with monkeypatch.context() as patch:
        many_dossiers(patch, fewer)
        few = peak_bytes(run[1], tmp_path / "few.xlsx")
    many_dossiers(monkeypatch, rows)
    assert peak_bytes(run[1], tmp_path / "many.xlsx") < 1.2 * few


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it(run: tuple[RunResult, Path], book: Path, tmp_path: Path) -> None:
    """It makes a PDF of it without a word, and computes the totals that we have written."""
    result, _folder = run
    office_suite = shutil.which("soffice") or ""
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    third = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,3"
    for kind in ("pdf", third):
        ended = subprocess.run(
            [office_suite, profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, book],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "rror" not in ended.stdout + ended.stderr
    assert (tmp_path / "book.pdf").read_bytes().startswith(b"%PDF")
    (path,) = tmp_path.glob("book-*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        total = list(csv.reader(file))[HEAD_ROWS + 5]
    assert [float(text) for text in total[2:]] == result.summary["form_06a"]["rows"][TOTAL_ID]


def test_dossiers_for_which_a_sheet_has_no_room_are_counted(
    run: tuple[RunResult, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last row that a sheet can have says how many are not in it, and what has all."""
    whole, short = tmp_path / "whole.xlsx", tmp_path / "short.xlsx"
    export(run[1], "xlsx", whole)
    monkeypatch.setattr("simulation.exports.workbook.listings.MOST_ROWS", 4)
    monkeypatch.setattr("simulation.exports.workbook.listings._FRAME_ROWS", 3)
    export(run[1], "xlsx", short)
    before, after = (openpyxl.load_workbook(path)["Dossiers"] for path in (whole, short))

    assert [row[0].value for row in after.rows][:4] == [row[0].value for row in before.rows][:4]
    assert after.max_row == 5
    left_out = before.max_row - 4
    assert str(after["A5"].value).startswith(f"{left_out} dossiers more have no room in a sheet")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (0.5, ": the target of 50.00 % is kept."),
        (0.9, ": whether that keeps the target of 90.00 % is not sure yet."),
        (0.99, ": the target of 99.00 % is missed."),
    ],
)
def test_the_target_is_judged_by_the_interval(target: float, said: str) -> None:
    """Where the interval holds the target, nothing is sure."""
    rate = {"mean": 0.91, "low": 0.85, "high": 0.97}
    measures = {"on_time_official": rate, "on_time_strict": rate}
    assert answer_of("run", {"measures": measures, "target": target}).text.endswith(said)

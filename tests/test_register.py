"""A register of open dossiers: what is read, what is refused with which words, what stays."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from simulation.errors import InputError
from simulation.register import REGISTER_HEADER, OpenRegister, read_register, table
from simulation.store.files import write_csv
from tests.running import VALID, office

if TYPE_CHECKING:
    from pathlib import Path

OFFICE = office(case=VALID / "forecast.yaml")
AS_OF = date(2021, 4, 15)
HEADER = "id,channel,procedure,received,step,paused\n"
GOOD = "A1,counter,permit,2021-04-01,examine,0\n"


def read(directory: Path, content: str | bytes, name: str = "open.csv", **how: Any) -> OpenRegister:
    """Read a file with this content."""
    path = directory / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_register(path, OFFICE, AS_OF, **how)


def test_every_column_is_read(tmp_path: Path) -> None:
    """Ids, days, hours, steps and pauses arrive as they stand there."""
    found = read(tmp_path, HEADER + GOOD + "B,online,transfer,2021-04-06 09:30,tax,2.5\n").dossiers

    assert [each.id for each in found] == ["A1", "B"]
    assert (found[0].received, found[0].step, found[0].paused) == ("2021-04-01", "examine", 0)
    assert (found[1].channel, found[1].received) == ("online", "2021-04-06 09:30:00")
    assert (found[1].step, found[1].paused) == ("tax", 2.5)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_vietnamese_tables_are_read(tmp_path: Path, mark: str, bom: bytes) -> None:
    """Headers, titles and dates of Vietnam mean the same, with any separator and with a BOM."""
    rows = [
        ["Mã hồ sơ", "KÊNH", "thủ tục", "Ngày tiếp nhận", "Bước", "Số ngày tạm dừng", "Ghi chú"],
        ["HS-1", "Trực tiếp", "Giấy phép xây dựng", "01/04/2021", "", "", "x"],
        ["HS-2", "trực  tuyến", "chuyen nhuong dat", "6/4/2021 9:30", "Tax", "1", ""],
    ]
    text = "\r\n".join(mark.join(row) for row in rows)
    found = read(tmp_path, bom + text.encode())

    first, second = found.dossiers
    assert (first.channel, first.procedure, first.step) == ("counter", "permit", None)
    assert (second.channel, second.procedure, second.step) == ("online", "transfer", "tax")
    assert [first.received, second.received] == ["2021-04-01", "2021-04-06 09:30:00"]
    assert found.ignored == ("Ghi chú",)


def test_a_workbook_is_read_below_its_title(tmp_path: Path) -> None:
    """Cells are dates and numbers there, and the header stands below a title."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Sổ theo dõi hồ sơ"])
    book.active.append([])
    book.active.append(["Mã hồ sơ", "Kênh", "Thủ tục", "Ngày tiếp nhận", "Bước"])
    book.active.append([101, "counter", "permit", datetime(2021, 4, 1), "examine"])
    book.active.append(["B", "counter", "permit", datetime(2021, 4, 1, 8, 15), None])
    book.active.append(["C", "counter", "permit", datetime(2021, 4, 20), None])
    path = tmp_path / "open.xlsx"
    book.save(path)
    found = read_register(path, OFFICE, AS_OF, skip_bad=True)

    assert [(d.id, d.received) for d in found.dossiers] == [
        ("101", "2021-04-01"),
        ("B", "2021-04-01 08:15:00"),
    ]
    assert [(wrong.row, wrong.column) for wrong in found.wrong] == [(6, "received")]


WRONG = {
    ",counter,permit,2021-04-01,,": ("id", "missing"),
    "A1,counter,permit,2021-04-01,,": ("id", "stands in row 2 already"),
    "B1,,permit,2021-04-01,,": ("channel", "missing"),
    "B2,conter,permit,2021-04-01,,": ("channel", "did you mean 'counter'"),
    "B3,counter,permits,2021-04-01,,": ("procedure", "did you mean 'permit'"),
    "B4,counter,,2021-04-01,,": ("procedure", "missing"),
    "B5,counter,permit,,,": ("received", "missing"),
    "B6,counter,permit,soon,,": ("received", "is not a date"),
    "B7,counter,permit,31/02/2021,,": ("received", "does not exist"),
    "B8,counter,permit,2021-04-15,,": ("received", "not before 2021-04-15"),
    "B9,counter,permit,2001-04-15,,": ("received", "more than 10 years ago"),
    "B10,counter,permit,2021-04-01,exmine,": ("step", "did you mean 'examine'"),
    "B11,counter,permit,2021-04-01,tax,": ("step", "stands in no step 'tax'"),
    "B12,counter,permit,2021-04-01,collect,": ("step", "stands in no step 'collect'"),
    "B13,counter,permit,2021-04-01,,some": ("paused", "not a number of days"),
    "B14,counter,permit,2021-04-01,,-1": ("paused", "not a number of days"),
    "B15,counter,permit,2021-04-01,,15": ("paused", "more than have passed"),
    "B16,counter,permit,2021-04-01,,1,7": ("(all)", "7 values for 6 columns"),
}


def test_all_wrong_rows_are_listed(tmp_path: Path) -> None:
    """One error names every row, column and reason; a row may be wrong in several columns."""
    lines = [*WRONG, "Z,nowhere,permit,never,,"]
    with pytest.raises(InputError) as caught:
        read(tmp_path, HEADER + GOOD + "\n".join(lines))
    message = str(caught.value)

    for row, (column, reason) in enumerate(WRONG.values(), start=3):
        (line,) = (text for text in message.splitlines() if text.startswith(f"    row {row}, "))
        assert f"column {column!r}" in line
        assert reason in line
    assert message.count(f"    row {len(WRONG) + 3}, ") == 2
    assert "19 of 20 rows" in message
    assert "--skip-bad" in message


def test_good_rows_go_on_only_if_asked(tmp_path: Path) -> None:
    """With skip_bad the good ones are there, and what is wrong is still told."""
    found = read(tmp_path, HEADER + GOOD + "\n".join(WRONG), skip_bad=True)

    assert [each.id for each in found.dossiers] == ["A1"]
    assert [wrong.column for wrong in found.wrong] == [column for column, _ in WRONG.values()]


NO_TABLES = {
    "nothing": (b"", "is empty"),
    "blank lines": (b"\n\n\n", "is empty"),
    "no header": (b"1,2,3\n4,5,6\n", "no row names the columns"),
    "only a header": (HEADER.encode(), "no rows below the header"),
    "no procedure": (b"id,channel,received\nA,counter,2021-04-01\n", "no column 'procedure'"),
    "a typing error": (b"id,channel,procedur,received\nA,b,c,d\n", "is it 'procedur'"),
    "twice": (b"id,channel,procedure,received,TTHC\n", "both mean 'procedure'"),
    "another encoding": (b"id,channel,procedure,received\n\xd0\xe2t,\xff", "not UTF-8"),
    "UTF-16": ("id,channel".encode("utf-16"), "UTF-16 text"),
    "an old workbook": (b"\xd0\xcf\x11\xe0....", ".xls"),
    "a PDF": (b"%PDF-1.7", "PDF document"),
    "zeros": (b"id,channel\0\0", "some other kind of file"),
    "an open quote": (b'id,channel,procedure,received\n"A,b', "check the quotes"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    """The message says what the file is, and what to do."""
    content, reason = NO_TABLES[name]
    with pytest.raises(InputError, match=reason):
        read(tmp_path, content)


def test_a_zip_archive_is_no_workbook(tmp_path: Path) -> None:
    """What only begins like a workbook is refused without a traceback."""
    pytest.importorskip("openpyxl")
    with pytest.raises(InputError, match="no workbook that can be read"):
        read(tmp_path, b"PK\x03\x04 and nothing of the kind", "open.xlsx")


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    """A missing file and a directory are named."""
    with pytest.raises(InputError, match="there is no file"):
        read_register(tmp_path / "none.csv", OFFICE, AS_OF)
    with pytest.raises(InputError, match="not an ordinary file"):
        read_register(tmp_path, OFFICE, AS_OF)


def test_sizes_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many bytes, rows or columns are refused before they are taken apart."""
    monkeypatch.setattr(table, "MAX_COLUMNS", 10)
    with pytest.raises(InputError, match="12 columns"):
        read(tmp_path, HEADER + GOOD.strip() + "," * 6 + "\n")
    monkeypatch.setattr(table, "MAX_OPEN", 5)
    with pytest.raises(InputError, match="more than 5 rows"):
        read(tmp_path, HEADER + GOOD * 40)
    monkeypatch.setattr(table, "MAX_BYTES", 50)
    with pytest.raises(InputError, match="bytes; at most 50"):
        read(tmp_path, HEADER + GOOD)


def test_an_import_never_changes_the_file(tmp_path: Path) -> None:
    """Bytes and time of change are as before, of good files and of bad ones."""
    path = tmp_path / "open.csv"
    for content in (HEADER + GOOD, HEADER + "x\n"):
        path.write_text(content, encoding="utf-8")
        before = hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns
        with suppress(InputError):
            read_register(path, OFFICE, AS_OF)
        assert (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns) == before


def test_a_register_that_is_written_is_read_again(tmp_path: Path) -> None:
    """The file that an example is written to is one that can be read."""
    first = read(tmp_path, HEADER + GOOD + "B,online,transfer,2021-04-06 09:30,,2.5\n")
    write_csv(tmp_path / "again.csv", REGISTER_HEADER, first.rows())

    assert read_register(tmp_path / "again.csv", OFFICE, AS_OF) == first

"""The official form II.06a by field, laid out as the form is.

Each cell is a count or, of several replications, a mean; a total is a formula, which has the
simulated total as its value until a spreadsheet computes it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from simulation.exports.workbook.book import SERIF, lines_of
from simulation.form import COLUMNS, IDENTITIES, TITLE, TOTAL, UNIT
from simulation.language import _, current, n_
from simulation.language import title as title_of
from simulation.wording.names import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.exports.result import Result
    from simulation.exports.workbook.book import Book, Sheet
    from simulation.form import Title

_WIDTHS: Final = (5.0, 34.0) + (10.5,) * 11
_PARTS: Final = dict(IDENTITIES[:3])
"""Columns that are the sum of others, and of which; the fourth identity computes none."""
_TIERS: Final = 3
_FIRST_COUNT: Final = 3
_BORDER: Final = {"font_name": SERIF, "font_size": 11, "border": 1}
_HEAD: Final = {**_BORDER, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True}


def form_sheet(book: Book, result: Result) -> None:
    """The sheet with the form: the means of all replications, or the counts of the only one."""
    sheet = book.sheet(_("Form II.06a"), landscape=True)
    for number, width in enumerate(_WIDTHS):
        sheet.worksheet.set_column(number, number, width)
    _title(sheet, result)
    first = sheet.row
    _head(sheet)
    sheet.freeze(2)
    sheet.worksheet.repeat_rows(first, sheet.row - 1)
    _body(sheet, result)
    sheet.columns = len(COLUMNS)
    sheet.close()


def _title(sheet: Sheet, result: Result) -> None:
    last = len(COLUMNS) - 1
    font = {"font_name": SERIF, "font_size": 11}
    left = _("Form II.06a/VPCP/KSTT")
    note = _("Issued with Circular 01/2020/TT-VPCP")
    sheet.line(left, **font, bold=True)
    sheet.line(note, **font, italic=True)
    _across(sheet, last, _shown(TITLE).upper(), bold=True, font_size=13, height=36.0)
    _across(sheet, last, title_of(result.summary["title"]), bold=True, font_size=12)
    _across(sheet, last, _period(result), italic=True, font_size=11)
    replications = result.summary["replications"]
    simulated = n_(
        "Simulated, not counted: one replication",
        "Simulated, not counted: means of {count} replications",
        replications,
    ).format(count=replications)
    _across(sheet, last, simulated, italic=True, font_size=11)
    style = sheet.book.style(font_name=SERIF, font_size=11, italic=True, align="right")
    sheet.worksheet.write_string(sheet.row, last, _shown(UNIT), style)
    sheet.row += 1


def _period(result: Result) -> str:
    """The days that are counted, as the form writes them in either language."""
    first, last = result.period
    return _("From {first} to {last}").format(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def _across(sheet: Sheet, last: int, text: str, *, height: float = 0.0, **font: Any) -> None:
    """A line in the middle of the whole form."""
    style = sheet.book.style(
        font_name=SERIF, align="center", valign="vcenter", text_wrap=True, **font
    )
    sheet.worksheet.merge_range(sheet.row, 0, sheet.row, last, "", style)
    sheet.worksheet.write_string(sheet.row, 0, text, style)
    if height:
        sheet.worksheet.set_row(sheet.row, height)
    sheet.row += 1


def _head(sheet: Sheet) -> None:
    """Groups above titles, cells merged, and below them the numbers of the columns."""
    style, row = sheet.book.style(**_HEAD), sheet.row
    for tier in range(_TIERS - 1):
        _groups(sheet, row + tier, tier, style)
    for place, column in enumerate(COLUMNS):
        top = row + len(column.headings)
        _merged(sheet, (top, place, row + _TIERS - 1, place), _shown(column.title), style)
    for tier, height in enumerate((22.0, 22.0, 48.0)):
        sheet.worksheet.set_row(row + tier, height)
    sheet.row = row + _TIERS
    numbers = sheet.book.style(**_BORDER, italic=True, align="center", font_color="#404040")
    small = {**_BORDER, "italic": True, "align": "center", "font_size": 8}
    for place, column in enumerate(COLUMNS):
        parts = _PARTS.get(column.number)
        text = f"({column.number})"
        if parts:
            text += "=" + "+".join(f"({part})" for part in parts)
        sheet.worksheet.write_string(
            sheet.row, place, text, sheet.book.style(**small, text_wrap=True) if parts else numbers
        )
    sheet.worksheet.set_row(sheet.row, 26.0)
    sheet.row += 1


def _groups(sheet: Sheet, row: int, tier: int, style: Any) -> None:
    """The headings of one tier, each over the columns that it is a heading of."""
    start = 0
    while start < len(COLUMNS):
        headings = COLUMNS[start].headings[: tier + 1]
        stop = start + 1
        if len(headings) > tier:
            while stop < len(COLUMNS) and COLUMNS[stop].headings[: tier + 1] == headings:
                stop += 1
            _merged(sheet, (row, start, row, stop - 1), _shown(headings[tier]), style)
        start = stop


def _merged(sheet: Sheet, area: tuple[int, int, int, int], text: str, style: Any) -> None:
    if area[:2] != area[2:]:
        sheet.worksheet.merge_range(*area, "", style)
    sheet.worksheet.write_string(*area[:2], text, style)


def _body(sheet: Sheet, result: Result) -> None:
    rows = result.summary["form_06a"]["rows"]
    total_key = next(reversed(rows))  # the total stands last
    fields = [key for key in rows if key != total_key]
    top = sheet.row
    whole = all(value == round(value) for counts in rows.values() for value in counts)
    font = {"num_format": "#,##0" if whole else "#,##0.0"}
    for number, key in enumerate(fields, start=1):
        _row(sheet, (str(number), named(result.summary, "fields", key)), rows[key], None, **font)
    _row(sheet, ("", _shown(TOTAL)), rows[total_key], top, **font, bold=True)


def _row(
    sheet: Sheet, names: tuple[str, str], counts: Sequence[float], top: int | None, **font: Any
) -> None:
    """A field, or with the row of the first field, the total of all of them."""
    book, row = sheet.book, sheet.row
    for place, text in enumerate(names):
        align = "center" if place == 0 else "left"
        style = book.style(**_BORDER, **font, align=align, text_wrap=True)
        sheet.worksheet.write_string(row, place, text, style)
    style = book.style(**_BORDER, **font)
    for number, value in enumerate(counts, start=_FIRST_COUNT):
        place = number - 1
        if top is not None:
            area = f"{xl_rowcol_to_cell(top, place)}:{xl_rowcol_to_cell(row - 1, place)}"
            sheet.worksheet.write_formula(row, place, f"=SUM({area})", style, value)
        elif number in _PARTS:
            parts = "+".join(xl_rowcol_to_cell(row, part - 1) for part in _PARTS[number])
            sheet.worksheet.write_formula(row, place, f"={parts}", style, value)
        else:
            sheet.worksheet.write_number(row, place, value, style)
    sheet.worksheet.set_row(row, 16.0 * lines_of(names[1], _WIDTHS[1]))
    sheet.row += 1


def _shown(words: Title) -> str:
    return words.vietnamese if current() == "vi" else words.english

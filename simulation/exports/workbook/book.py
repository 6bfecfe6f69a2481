"""A workbook under construction: sheets that are written from top to bottom, and their styles.

Texts are always texts, whatever they begin with, and the same result makes the same bytes: the file
bears the last day of the period as its date, never the day on which it was written.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Kind = Literal["text", "count", "decimal", "number", "plain", "percent", "day", "instant"]
"""What a cell holds, and so how it looks: a *number* as exactly as it fits, a *plain* one as is."""

SANS: Final = "Arial"
"""A font that every office has, with all Vietnamese letters."""
SERIF: Final = "Times New Roman"
"""The font of official forms (Decree 30/2020/NĐ-CP on clerical work)."""
_NUMBERS: Final[dict[Kind, str]] = {
    "count": "#,##0",
    "decimal": "#,##0.0",
    "number": "[>=100]#,##0.0;[<=-100]-#,##0.0;0.0000",
    "plain": "General",
    "percent": "0.00%",
    "day": "dd/mm/yyyy",
    "instant": "dd/mm/yyyy hh:mm:ss",
}
_FIRST_DAY: Final = np.datetime64("1899-12-30", "s")
"""Day 0 of dates in workbooks."""
_DAY_S: Final = 86_400
_SIZE: Final = 10
_LINE: Final = 13.0
"""Points that a line takes at that size of the font."""
_BOLD: Final = 0.75
"""How much of a line is left in bold, and where words break."""
HEAD: Final = {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True,
               "valign": "vcenter", "border": 1, "border_color": "#8EA0B8"}  # fmt: skip
_CELL: Final = {"border": 1, "border_color": "#C8D0DA", "valign": "top"}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: what stands above it, what it holds, and how wide it is."""

    title: str
    kind: Kind = "text"
    width: float = 14.0


@dataclass(frozen=True)
class Block:
    """Where rows of a kind stand on a sheet, for the figures.

    Attributes:
        sheet: Its name.
        first: The first row, from 0.
        last: The last one.
        columns: Places of the columns, by name, where they are asked for.
    """

    sheet: str
    first: int
    last: int
    columns: Mapping[str, int] = field(default_factory=dict)


class Book:
    """A workbook. Use it in a ``with`` statement.

    Args:
        path: The file.
        scratch: A directory for what does not fit into memory.
        title: Title of the document.
        of: The day that it bears.
    """

    def __init__(self, path: Path, scratch: Path, title: str, of: date) -> None:
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(scratch),
        }
        self.file = xlsxwriter.Workbook(str(path), options)
        self.file.set_properties(
            {"title": title, "author": "motcua", "created": datetime(of.year, of.month, of.day)}
        )
        self._title = title
        self._styles: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A format with some properties; the font is `SANS` unless they say another."""
        wanted = {"font_name": SANS, "font_size": _SIZE, **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self._styles:
            self._styles[key] = self.file.add_format(wanted)
        return self._styles[key]

    def cell(self, kind: Kind, **properties: Any) -> Any:
        """The format of a cell of a table."""
        number = {"num_format": _NUMBERS[kind]} if kind in _NUMBERS else {}
        wrap = {"text_wrap": True, "align": "left", "indent": 1} if kind == "text" else {}
        return self.style(**_CELL, **number, **wrap, **properties)

    def sheet(self, name: str, *, landscape: bool = False, long: bool = False) -> Sheet:
        """A new sheet that prints on A4, as wide as one page.

        Args:
            name: Its name, of at most 31 characters.
            landscape: Whether its pages lie on their side.
            long: Whether it has so many rows that they do not stay in memory; its cells have to be
                written row by row.
        """
        self.file.constant_memory = long  # each sheet takes over what holds when it is added
        worksheet = self.file.add_worksheet(name)
        self.file.constant_memory = False
        worksheet.set_paper(9)
        worksheet.fit_to_pages(2 if long else 1, 0)
        worksheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        worksheet.set_header(f"&L&8{self._title.replace('&', '&&')}")
        worksheet.set_footer("&L&8&A&R&8&P / &N")
        worksheet.hide_gridlines(2)
        if landscape:
            worksheet.set_landscape()
        return Sheet(self, worksheet, name)


@dataclass
class Sheet:
    """A sheet, and the row that is written next.

    Attributes:
        book: The workbook.
        worksheet: The sheet of the library.
        name: Its name.
        row: The next row, from 0.
        columns: How many columns are used so far.
    """

    book: Book
    worksheet: Any
    name: str
    row: int = 0
    columns: int = field(default=1)

    def heading(self, text: str, *, size: int = 14) -> None:
        """A line in bold."""
        style = self.book.style(bold=True, font_size=size, font_color="#1F3A5F")
        self.worksheet.write_string(self.row, 0, text, style)
        self.row += 1

    def line(self, text: str, **properties: Any) -> None:
        """A line of text, which may run over the cells beside it."""
        self.worksheet.write_string(self.row, 0, text, self.book.style(**properties))
        self.row += 1

    def paragraph(self, text: str, columns: int, width: float, **properties: Any) -> None:
        """A text over several columns, which are so wide together, broken into lines."""
        style = self.book.style(text_wrap=True, valign="top", **properties)
        self.worksheet.merge_range(self.row, 0, self.row, columns - 1, "", style)
        self.worksheet.write_string(self.row, 0, text, style)
        per_line = width * _SIZE / properties.get("font_size", _SIZE)
        height = _LINE * properties.get("font_size", _SIZE) / _SIZE
        self.worksheet.set_row(self.row, height * lines_of(text, per_line) + 4)
        self.row += 1

    def skip(self) -> None:
        """An empty line."""
        self.row += 1

    def widths(self, columns: Sequence[Column]) -> None:
        """Make the columns as wide as a table wants them."""
        for number, column in enumerate(columns):
            self.worksheet.set_column(number, number, column.width)

    def header(self, columns: Sequence[Column]) -> None:
        """The head of a table, as high as its longest title needs."""
        for number, column in enumerate(columns):
            align = {"align": "left", "indent": 1} if column.kind == "text" else {"align": "center"}
            style = self.book.style(**HEAD, **align)
            self.worksheet.write_string(self.row, number, column.title, style)
        lines = max(lines_of(column.title, _BOLD * column.width) for column in columns)
        self.worksheet.set_row(self.row, (_LINE + 1) * lines + 8)
        self.columns = max(self.columns, len(columns))
        self.row += 1

    def table(self, columns: Sequence[Column], keep: int = 1) -> None:
        """The head of the only table of the sheet, which stays in view with some columns."""
        self.widths(columns)
        self.header(columns)
        self.freeze(keep)

    def values(
        self,
        columns: Sequence[Column],
        values: Sequence[Any],
        kinds: Sequence[Kind] | None = None,
        **properties: Any,
    ) -> None:
        """A row of a table; None is an empty cell.

        Args:
            columns: The columns of the table.
            values: What stands in them.
            kinds: How the cells look; None: as their columns do.
            properties: Of all cells of the row.
        """
        lines = 1
        for number, (column, value) in enumerate(zip(columns, values, strict=True)):
            self.put(number, kinds[number] if kinds else column.kind, value, **properties)
            if isinstance(value, str):
                lines = max(lines, lines_of(value, column.width))
        self.end_row(lines)

    def end_row(self, lines: int = 1) -> None:
        """Go to the next row, and make this one as high as its texts need."""
        if lines > 1:
            self.worksheet.set_row(self.row, _LINE * lines + 2)
        self.row += 1

    def put(self, number: int, kind: Kind, value: Any, **properties: Any) -> None:
        """A cell of the row that is being written."""
        style = self.book.cell(kind, **properties)
        if value is None:
            self.worksheet.write_blank(self.row, number, None, style)
        elif isinstance(value, str):
            self.worksheet.write_string(self.row, number, value, style)
        else:
            self.worksheet.write_number(self.row, number, _number(value), style)

    def freeze(self, columns: int = 0) -> None:
        """Keep what is above the next row, and some columns, in view; print it on every page."""
        self.worksheet.freeze_panes(self.row, columns)
        self.worksheet.repeat_rows(self.row - 1)

    def close(self) -> None:
        """Say what is printed: all that was written."""
        if self.row and self.columns:
            self.worksheet.print_area(0, 0, self.row - 1, self.columns - 1)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column so many letters wide, about."""
    return sum(max(1, math.ceil(0.85 * len(line) / width)) for line in text.split("\n"))


def _number(value: Any) -> float:
    if isinstance(value, date):
        value = np.datetime64(value, "s")
    if isinstance(value, np.datetime64):
        return float(serial(np.array([value], "datetime64[s]"))[0])
    return float(value)


def serial(instants: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Instants as the numbers that workbooks have for them: days since the end of 1899."""
    return (instants - _FIRST_DAY).astype("timedelta64[s]").astype(np.int64) / _DAY_S

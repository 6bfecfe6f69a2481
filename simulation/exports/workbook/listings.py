"""Sheets that list: replications, sources, assumptions, dossiers, and the tables of studies."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from simulation.experiments import is_fraction
from simulation.exports import kept
from simulation.exports.columns import KEPT_TABLES, OF_FIELD, OF_MEASURE
from simulation.exports.frames import plain
from simulation.exports.workbook.book import Block, Column, serial
from simulation.exports.workbook.overview import MEASURES
from simulation.exports.workbook.words import in_words
from simulation.language import _, current, n_, title
from simulation.wording.amounts import count, otherwise_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulation.exports.columns import Column as Declared
    from simulation.exports.columns import Columns, Type
    from simulation.exports.result import Result
    from simulation.exports.tables import Table
    from simulation.exports.workbook.book import Book, Kind, Sheet

_OF_MEASURES: Final = {"points", "option_measures", "differences"}
"""Tables with a row for each measure, of which many may not have been counted."""
_FRAME_ROWS: Final = 20_000
MOST_ROWS: Final = 1_048_575
"""Rows of a sheet below its head."""
_KINDS: Final[dict[Type, Kind]] = {
    "text": "text", "integer": "count", "number": "decimal", "boolean": "text", "day": "day",
    "instant": "instant",
}  # fmt: skip
_UNITS: Final[dict[str, Kind]] = {
    "fraction": "percent", "dossiers": "decimal", "minutes": "decimal", "that of pay": "decimal",
    **dict.fromkeys(OF_FIELD, "plain"),
}  # fmt: skip
_UNSPOKEN: Final = {"en": "_vi", "vi": "_en"}
"""How columns end of which the text is in the other language, by the one that is spoken."""
_WIDTHS: Final = {
    "measure": 28.0, "target": 28.0, "text_en": 70.0, "text_vi": 70.0, "value": 60.0,
    "fields": 44.0,
}  # fmt: skip
"""Widths of columns of which the texts are long, by name."""
_BY_TYPE: Final[dict[Type, float]] = {
    "text": 18, "integer": 11, "number": 12, "boolean": 11, "day": 12, "instant": 19,
}  # fmt: skip


def replications_sheet(book: Book, result: Result) -> None:
    """The sheet with the main measures of every replication, and their means as formulas."""
    sheet = book.sheet(_("Replications"), landscape=True)
    columns = [Column(_("Replication"), "count", 12)]
    columns += [Column(_(label), kind, 12) for _name, kind, label, _note in MEASURES]
    sheet.table(columns)
    first = sheet.row
    names = [name for name, *_rest in MEASURES]
    found: list[list[float | None]] = []
    for number, row in result.rows():
        found.append([row.measures[name] for name in names])
        sheet.values(columns, [number, *found[-1]])
    sheet.put(0, "text", _("Mean"), bold=True)
    for place, values in enumerate(zip(*found, strict=True), start=1):
        known = [value for value in values if value is not None]
        style = book.cell(columns[place].kind, bold=True, top=2)
        if not known:
            sheet.worksheet.write_blank(sheet.row, place, None, style)
            continue
        area = ":".join(xl_rowcol_to_cell(row, place) for row in (first, sheet.row - 1))
        sheet.worksheet.write_formula(sheet.row, place, f"=AVERAGE({area})", style, fmean(known))
    sheet.row += 1
    sheet.close()


def assumptions_sheet(book: Book, scenario: Mapping[str, Any]) -> None:
    """The sheet with what no source says.

    Args:
        book: The workbook.
        scenario: A summary of a run, or a scenario in plain values.
    """
    sheet = book.sheet(_("Assumptions"), landscape=True)
    columns = [
        Column(_("Assumption"), "text", 24), Column(_("What is assumed, and why"), "text", 70),
        Column(_("Stands behind"), "text", 44), Column(_("Least"), "text", 12),
        Column(_("Most"), "text", 12), Column(_("Or otherwise"), "text", 44),
    ]  # fmt: skip
    sheet.table(columns)
    for key, entry in scenario.get("assumptions", {}).items():
        bounds = (None if entry.get(end) is None else str(entry[end]) for end in ("low", "high"))
        paths, otherwise = "\n".join(entry.get("paths", ())), otherwise_of(entry)
        sheet.values(columns, [key, title(entry["text"]), paths, *bounds, otherwise])
    sheet.close()


def sources_sheet(book: Book, scenario: Mapping[str, Any]) -> None:
    """The sheet with the publications that the scenario draws on.

    Args:
        book: The workbook.
        scenario: A summary of a run, or a scenario in plain values.
    """
    sheet = book.sheet(_("Sources"), landscape=True)
    columns = [
        Column(_("Source"), "text", 24), Column(_("Publication"), "text", 80),
        Column(_("Published on"), "text", 14), Column(_("Address"), "text", 44),
    ]  # fmt: skip
    sheet.table(columns)
    for key, entry in scenario.get("sources", {}).items():
        published = entry.get("published")
        on = None if published is None else str(published)
        sheet.values(columns, [key, entry["title"], on, entry.get("url")])
    sheet.close()


def table_sheet(book: Book, result: Result, table: Table) -> Block:
    """A table as people read it, in their language; of measures those that were counted."""
    sheet = book.sheet(_(table.title), landscape=True)
    spoken = tuple(
        column for column in table.columns if not column.name.endswith(_UNSPOKEN[current()])
    )
    columns = _columns(spoken)
    sheet.table(columns)
    first = sheet.row
    for frame in table.frames():
        counted = frame[frame["mean"].notna()] if table.name in _OF_MEASURES else frame
        lists = [_shown(result, column, counted[column.name]) for column in spoken]
        measures = counted.get("measure", [result.summary.get("measure", "")] * len(counted))
        for measure, *row in zip(measures, *lists, strict=True):
            sheet.values(columns, row, [_kind_in(measure, column) for column in spoken])
    sheet.close()
    places = {column.name: place for place, column in enumerate(spoken)}
    return Block(sheet.name, first, sheet.row - 1, places)


def _shown(result: Result, column: Declared, values: pd.Series[Any]) -> list[Any]:
    """A column with titles in the place of ids, and words in the place of codes and truths."""
    cells = plain(values)
    if column.type not in {"text", "boolean"}:
        return cells
    return [None if cell is None else in_words(result.summary, column.name, cell) for cell in cells]


def _columns(declared: Columns) -> list[Column]:
    """Columns of a sheet for those of a table."""
    return [Column(_heading(column), _kind(column), _width(column)) for column in declared]


def _width(column: Declared) -> float:
    width = float(_BY_TYPE[column.type])
    return _WIDTHS.get(column.name, width) if column.type == "text" else width


def _heading(column: Declared) -> str:
    return _(column.heading) if column.heading else column.name


def _kind_in(measure: str, column: Declared) -> Kind:
    """How a cell looks in a row that is about a measure."""
    return kind_of(measure) if column.unit == OF_MEASURE and measure else _kind(column)


def kind_of(measure: str) -> Kind:
    """How the numbers of a measure look."""
    return "percent" if is_fraction(measure) else "decimal"


def _kind(column: Declared) -> Kind:
    """How a column looks: what has a unit of many sizes is shown as exactly as it fits."""
    if column.type != "number":
        return _KINDS[column.type]
    return _UNITS.get(column.unit, "number")


def dossiers_sheet(book: Book, result: Result, replication: int) -> Iterator[int]:
    """The sheet with the dossiers of a replication, row by row; yields how many were written."""
    sheet = book.sheet(_("Dossiers"), landscape=True, long=True)
    declared = KEPT_TABLES["dossiers"]
    columns = _columns(declared)
    sheet.table(columns, keep=2)
    styles = [book.style(**({} if c.kind != "instant" else _INSTANT)) for c in columns]
    worksheet = sheet.worksheet
    writers = [_writer(worksheet, column.type) for column in declared]
    sheet.worksheet.repeat_columns(0, 1)
    left_out = 0
    for part in kept.read(result, "dossiers", [replication], _FRAME_ROWS):
        frame = frame_in_words(part, result)
        lists = [_cells(column.type, frame[column.name]) for column in declared]
        row = sheet.row
        for values in zip(*lists, strict=True):
            if row >= MOST_ROWS:
                break
            for place, value in enumerate(values):
                if value is not None:
                    writers[place](row, place, value, styles[place])
            row += 1
        left_out += sheet.row + len(frame) - row
        sheet.row = row
        yield len(frame)
    if left_out:
        _say_left_out(sheet, left_out)
    worksheet.autofilter(0, 0, max(sheet.row - 1, 0), len(columns) - 1)
    sheet.close()


def _say_left_out(sheet: Sheet, dossiers: int) -> None:
    """In the last row there can be: how many dossiers found no row, and where they are."""
    text = n_(
        "{number} dossier more has no room in a sheet; motcua export --to csv has all",
        "{number} dossiers more have no room in a sheet; motcua export --to csv has all",
        dossiers,
    ).format(number=count(dossiers))
    sheet.worksheet.write_string(MOST_ROWS, 0, text)


def frame_in_words(part: pd.DataFrame, result: Result) -> pd.DataFrame:
    """Titles in the place of ids, and words in the place of codes."""
    found = {}
    for name in part:
        values = part[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            words = [in_words(result.summary, str(name), key) for key in values.cat.categories]
            values = pd.Series(np.array([*words, None], object)[values.cat.codes])
        elif values.dtype == "bool":
            values = pd.Series(np.where(values, _("yes"), _("no")))
        found[name] = values
    return pd.DataFrame(found)


_INSTANT: Final = {"num_format": "dd/mm/yyyy hh:mm:ss"}


def _writer(worksheet: Any, kind: Type) -> Callable[..., Any]:
    """What writes a cell: which of the library's it is, is known before."""
    is_text = kind in {"text", "boolean"}
    found: Callable[..., Any] = worksheet.write_string if is_text else worksheet.write_number
    return found


def _cells(kind: Type, values: pd.Series[Any]) -> Sequence[Any]:
    if kind != "instant":
        return plain(values)
    instants = values.to_numpy("datetime64[s]")
    numbers: list[Any] = serial(instants).tolist()
    return [None if missing else n for n, missing in zip(numbers, np.isnat(instants), strict=True)]

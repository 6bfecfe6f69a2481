"""The workbook of a study: its answer, its main figure, its tables, and what it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.exports.evidence import about
from simulation.exports.tables import tables_of
from simulation.exports.workbook import charts, listings
from simulation.exports.workbook.book import Column
from simulation.exports.workbook.curves import curves_sheet, grid_sheet
from simulation.exports.workbook.front import front_sheet
from simulation.exports.workbook.options import options_sheet
from simulation.exports.workbook.overview import head
from simulation.language import _, later
from simulation.wording.amounts import share
from simulation.wording.names import STRICT, style_of

if TYPE_CHECKING:
    from simulation.exports.result import Result
    from simulation.exports.workbook.book import Block, Book

_CHARTS: Final = {
    "comparison": charts.options_chart,
    "sweep": charts.curve_chart,
    "sensitivity": charts.effects_chart,
    "staffing": charts.front_chart,
}
"""The main figure of a kind of study, if it has one."""
_INSTEAD: Final = {"about", "names", "options", "front"}
"""Tables that make no sheet of their own: others say the same, as people read it."""
_ABOUT: Final = {
    "run": later("Study"), "scenario": later("Scenario"),
    "model_version": later("Version of the model"), "seed": later("Seed"),
    "replications": later("Replications"), "engine": later("Engine"),
    "confidence": later("Confidence"), "target": later("Target"), "motcua": later("motcua"),
    "command": later("Command"),
}  # fmt: skip
"""What the first sheet says of how the study was made, and what stands before it."""


def write_study(book: Book, result: Result) -> None:
    """All sheets of a study."""
    _summary_sheet(book, result)
    chart = None if _is_grid(result) else _CHARTS.get(result.kind)
    figures = None if chart is None else charts.charts_sheet(book, _("The main figure"))
    shown = _own_sheet(book, result)
    for table in tables_of(result):
        if table.name not in _INSTEAD:
            block = listings.table_sheet(book, result, table)
            shown = shown or block
    if chart is not None and figures is not None and shown is not None:
        chart(figures, shown, result.summary)
        figures.close()
    scenario = result.manifest["scenario"]
    listings.assumptions_sheet(book, scenario)
    listings.sources_sheet(book, scenario)


def _is_grid(result: Result) -> bool:
    """Whether two fields were varied: a sheet is coloured then, and nothing is drawn."""
    return len(result.summary.get("factors", ())) > 1


def _own_sheet(book: Book, result: Result) -> Block | None:
    """What a kind of study shows in a way of its own; where it stands."""
    if result.kind == "comparison":
        return options_sheet(book, result)
    if result.kind == "staffing":
        return front_sheet(book, result)
    if result.kind == "sweep":
        if _is_grid(result):
            grid_sheet(book, result)
        return curves_sheet(book, result)
    return None


def _said(result: Result, key: str, value: Any) -> str:
    """A confidence or a target as people write it, anything else as it is."""
    if key == "confidence":
        return share(float(value))
    if key == "target":
        return style_of(result.summary.get("measure", STRICT))(float(value))
    return str(value)


def _summary_sheet(book: Book, result: Result) -> None:
    """The first sheet: the answer, and how the study was made."""
    sheet = book.sheet(_("Summary"))
    columns = [Column(_("What"), "text", 24), Column(_("Value"), "text", 90)]
    sheet.widths(columns)
    head(sheet, result, columns)
    sheet.header(columns)
    known = dict(about(result))
    for key, label in _ABOUT.items():
        if known.get(key) is not None:
            sheet.values(columns, [_(label), _said(result, key, known[key])])
    sheet.close()

"""The points of a sweep, one row each; of two fields the mean at each point as a grid, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.exports.workbook.book import Block, Column
from simulation.exports.workbook.listings import kind_of
from simulation.language import _, written
from simulation.wording.codes import UNITS
from simulation.wording.names import measure_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.exports.result import Result
    from simulation.exports.workbook.book import Book, Sheet

_COLOURS = {"worst": "#F4B183", "middle": "#FFE699", "best": "#A9D18E"}


def curves_sheet(book: Book, result: Result) -> Block:
    """The sheet with what the whole centre came to at each point.

    The measure in question comes first, with its interval; of the others the means stand here, and
    their intervals with those of the fields on the sheet of all points.
    """
    summary = result.summary
    sheet = book.sheet(_("Curves"), landscape=True)
    names = list(dict.fromkeys([summary["measure"], *summary["points"][0]["measures"]]))
    columns = [Column(_path(factor), "plain", 14) for factor in summary["factors"]]
    for name in names:
        columns.append(Column(measure_name(name), kind_of(name), 13))
        if name == summary["measure"]:
            columns += [Column(_("Low, 95 %"), kind_of(name), 10),
                        Column(_("High, 95 %"), kind_of(name), 10)]  # fmt: skip
    columns.append(Column(_("Asked for"), "text", 10))
    sheet.table(columns, keep=len(summary["factors"]))
    first = sheet.row
    for point in summary["points"]:
        in_question, *others = (point["measures"][name] for name in names)
        sheet.values(columns, [
            *point["values"], in_question["mean"], in_question["low"], in_question["high"],
            *(other["mean"] for other in others), _("yes") if point["asked_for"] else _("no"),
        ])  # fmt: skip
    sheet.close()
    return Block(sheet.name, first, sheet.row - 1)


def grid_sheet(book: Book, result: Result) -> None:
    """The sheet with the mean at each point of two fields, and the bounds of its interval."""
    summary = result.summary
    down, across = summary["factors"]
    sheet = book.sheet(_("Grid"), landscape=True)
    kind = kind_of(summary["measure"])
    columns = [Column(f"{_path(down)} ↓   {_path(across)} →", "plain", 30)]
    columns += [Column(written(f"{value:g}"), kind, 11) for value in across["values"]]
    sheet.widths(columns)
    for end, heading in (("mean", _("Mean")), ("low", _("Low, 95 %")), ("high", _("High, 95 %"))):
        sheet.heading(f"{measure_name(summary['measure'])}: {heading}", size=12)
        _grid(sheet, columns, summary, end)
        sheet.skip()
    sheet.close()


def _grid(sheet: Sheet, columns: Sequence[Column], summary: dict[str, Any], end: str) -> None:
    """One number of the measure at each point."""
    found = {
        tuple(point["values"]): point["measures"][summary["measure"]][end]
        for point in summary["points"]
    }
    down, across = summary["factors"]
    sheet.header(columns)
    first = sheet.row
    for value in down["values"]:
        sheet.values(columns, [value, *(found[(value, other)] for other in across["values"])])
    low, high = ("worst", "best") if summary["higher_is_better"] else ("best", "worst")
    sheet.worksheet.conditional_format(
        first, 1, sheet.row - 1, len(columns) - 1,
        {"type": "3_color_scale", "min_color": _COLOURS[low], "mid_color": _COLOURS["middle"],
         "max_color": _COLOURS[high]},
    )  # fmt: skip


def _path(factor: dict[str, Any]) -> str:
    unit = factor["unit"]
    return f"{factor['path']}, {_(UNITS[unit])}" if unit else str(factor["path"])

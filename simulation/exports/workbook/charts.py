"""Main figures of runs and studies, as charts of the spreadsheet, which follow its cells.

Their colours differ in lightness too, so they can be told apart in grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlsxwriter.utility import xl_range_abs

from simulation.experiments import is_fraction
from simulation.exports.workbook.book import SANS
from simulation.language import _
from simulation.wording.amounts import unit_of_cost
from simulation.wording.names import measure_name, style_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.exports.workbook.book import Block, Book, Sheet


_DARK, _LIGHT = "#1F4E79", "#F0A830"
_FONT: Final = {"name": SANS, "size": 9}
_WIDTH_PX: Final = 680
_ROW_PX: Final = 20
_MOST_PARTS: Final = 25
_BESIDE: Final = 12
"""Columns from here on lie beside the figures."""
_MANY_DAYS: Final = 90
"""From here on months are marked, not days."""


def charts_sheet(book: Book, heading: str) -> Sheet:
    """The sheet for the figures; they are put on it when what they show has been written."""
    sheet = book.sheet(_("Figures"))
    sheet.worksheet.set_column(0, 0, 96)
    sheet.columns = 2  # what is printed reaches beyond the figures
    sheet.heading(heading)
    return sheet


def on_time_chart(sheet: Sheet, blocks: dict[str, Block]) -> None:
    """On-time rates by field, or by channel where there is only one field."""
    fields = blocks.get("by_field")
    several = fields is not None and fields.last > fields.first
    block = fields if several else blocks.get("by_channel", fields)
    if block is None:
        return
    title = _("On-time rate by field") if several else _("On-time rate by channel")
    series = ((_("Official form"), 2), (_("Strict"), 5))
    _bars(sheet, block, title, series, names=1, shown="0.00%", along={
        "name": _("share of dossiers"), "max": 1,
    })  # fmt: skip


def backlog_chart(sheet: Sheet, block: Block) -> None:
    """Open dossiers by day, mean and range of the replications."""
    chart = sheet.book.file.add_chart({"type": "line"})
    _mean_within(chart, block, (_("Mean"), _("Least"), _("Most")), 2)
    months = {"num_format": "mm/yyyy", "major_unit": 1, "major_unit_type": "months"}
    is_long = block.last - block.first > _MANY_DAYS
    dates = months if is_long else {"num_format": "dd/mm/yy"}
    chart.set_x_axis({**_axis(""), "date_axis": True, **dates})
    chart.set_y_axis(_axis(_("dossiers"), num_format="#,##0", min=0))
    _place(sheet, chart, _("Open dossiers at the end of each day"), 300)


def teams_chart(sheet: Sheet, block: Block | None) -> None:
    """How busy each team was, beside what the inputs suggest."""
    if block is None:
        return
    series = ((_("Simulated utilisation"), 2), (_("Load by the inputs"), 5))
    _bars(sheet, block, _("How busy the teams are"), series, names=0, shown="0%", along={
        "name": _("share of attendance"),
    })  # fmt: skip


def options_chart(sheet: Sheet, block: Block, summary: Mapping[str, Any]) -> None:
    """What the options change about the strict on-time rate, with intervals, in their order."""
    found = [one["differences"]["on_time_strict"] for one in summary["options"].values()]
    chart = _with_intervals(sheet, block, _("Difference to as it is"), 4, found)
    chart.set_x_axis(_axis(_("change of the share of dossiers on time"), num_format="0.0%"))
    _place(sheet, chart, _("What the options change: on time, strict"), _height(block))


def effects_chart(sheet: Sheet, block: Block, summary: Mapping[str, Any]) -> None:
    """How much each assumption moves the measure, with intervals."""
    found = [entry["mu_star"] for entry in summary["assumptions"].values()]
    measure, column = summary["measure"], block.columns["mean"]
    chart = _with_intervals(sheet, block, _("Mean size of the effect (μ*)"), column, found)
    chart.set_x_axis(_axis(measure_name(measure), min=0, num_format=_format(measure)))
    _place(sheet, chart, _("How much each assumption moves it"), _height(block))


def _with_intervals(
    sheet: Sheet,
    block: Block,
    name: str,
    column: int,
    found: Sequence[Mapping[str, float | None]],
) -> Any:
    """Bars of the numbers in a column, which are means, with the intervals of these."""
    chart = sheet.book.file.add_chart({"type": "bar"})
    chart.add_series({
        "name": name,
        "categories": [block.sheet, block.first, 0, block.last, 0],
        "values": [block.sheet, block.first, column, block.last, column],
        "fill": {"color": _DARK},
        "gap": 60,
        "x_error_bars": _error_bars(sheet, found),
    })  # fmt: skip
    chart.set_y_axis({**_axis(""), "reverse": True, "crossing": "max", "label_position": "low"})
    return chart


def curve_chart(sheet: Sheet, block: Block, summary: Mapping[str, Any]) -> None:
    """The measure over the field that was varied, with its interval and its target."""
    (factor,), measure = summary["factors"], summary["measure"]
    chart = sheet.book.file.add_chart({"type": "scatter", "subtype": "straight"})
    _mean_within(chart, block, (_("Mean"), _("Low, 95 %"), _("High, 95 %")), 1)
    chart.set_x_axis(_axis(factor["path"], min=min(factor["values"]), max=max(factor["values"])))
    most = {"max": 1} if is_fraction(measure) else {}
    chart.set_y_axis(_axis(measure_name(measure), num_format=_format(measure), **most))
    target = _("target {target}").format(target=style_of(measure)(summary["target"]))
    _place(sheet, chart, f"{measure_name(measure)} ({target})", 380)


def front_chart(sheet: Sheet, block: Block, summary: Mapping[str, Any]) -> None:
    """Strict on-time rate over cost of what no other simulated staffing beats."""
    chart = sheet.book.file.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    chart.add_series({
        "name": _("On time, strict"),
        "categories": [block.sheet, block.first, 0, block.last, 0],
        "values": [block.sheet, block.first, 1, block.last, 1],
        "line": {"color": _DARK, "width": 1.5},
        "marker": {"type": "circle", "size": 7, "fill": {"color": _DARK}},
        "y_error_bars": _error_bars(sheet, [point["on_time_strict"] for point in summary["front"]]),
    })  # fmt: skip
    chart.set_x_axis(_axis(_("Cost, {unit}").format(unit=unit_of_cost(summary)),
                           num_format="#,##0"))  # fmt: skip
    chart.set_y_axis(_axis(_("share of dossiers"), num_format="0.0%", max=1))
    _place(sheet, chart, _("What money buys"), 380)


def _mean_within(chart: Any, block: Block, names: Sequence[str], column: int) -> None:
    """A line of means, from this column, and thin ones of what lies below and above beside it."""
    lines = (
        {"color": _DARK, "width": 2.0},
        {"color": _LIGHT, "width": 1.0},
        {"color": _LIGHT, "width": 1.0, "dash_type": "dash"},
    )
    for place, (name, line) in enumerate(zip(names, lines, strict=True), start=column):
        chart.add_series({
            "name": name,
            "categories": [block.sheet, block.first, 0, block.last, 0],
            "values": [block.sheet, block.first, place, block.last, place],
            "line": line,
        })  # fmt: skip


def _error_bars(sheet: Sheet, found: Sequence[Mapping[str, float | None]]) -> dict[str, Any]:
    """The intervals of some means, as far as they have any.

    Their lengths stand beside the figure, where they are not printed: LibreOffice draws no others.
    """
    places = {}
    ends = (("plus_values", "high", 1, _("upwards")), ("minus_values", "low", -1, _("downwards")))
    grey = sheet.book.style(font_color="#8C8C8C", font_size=8)
    for column, (key, end, sign, heading) in enumerate(ends, start=_BESIDE):
        sheet.worksheet.write_string(0, column, heading, grey)
        for row, one in enumerate(found, start=1):
            mean, bound = one["mean"], one[end]
            length = 0.0 if mean is None or bound is None else sign * (bound - mean)
            sheet.worksheet.write_number(row, column, length, grey)
        places[key] = f"='{sheet.name}'!{xl_range_abs(1, column, len(found), column)}"
    return {"type": "custom", **places}


def _height(block: Block) -> int:
    """As high as bars for all rows are, in pixels."""
    return 150 + 34 * (block.last - block.first + 1)


def _format(measure: str) -> str:
    return "0.0%" if is_fraction(measure) else "#,##0.##"


def _bars(
    sheet: Sheet,
    block: Block,
    title: str,
    series: Sequence[tuple[str, int]],
    *,
    names: int,
    shown: str,
    along: dict[str, Any],
) -> None:
    """Bars of shares beside each other, for as many rows of a block as can be read.

    Args:
        sheet: Where the chart stands.
        block: Where its numbers are.
        title: What the chart is called.
        series: What the numbers of a column are called, and its number.
        names: Number of the column with the names of the rows.
        shown: How the numbers on the bars are written.
        along: The axis of the numbers: its name, and its end where it has one.
    """
    chart = sheet.book.file.add_chart({"type": "bar"})
    last = min(block.last, block.first + _MOST_PARTS - 1)
    for (name, column), colour in zip(series, (_DARK, _LIGHT), strict=True):
        chart.add_series({
            "name": name,
            "categories": [block.sheet, block.first, names, last, names],
            "values": [block.sheet, block.first, column, last, column],
            "fill": {"color": colour},
            "data_labels": _labels(shown, colour),
            "gap": 60,
        })  # fmt: skip
    end = {key: value for key, value in along.items() if key != "name"}
    chart.set_x_axis(_axis(along["name"], num_format="0%", min=0, **end))
    chart.set_y_axis({**_axis(""), "reverse": True, "crossing": "max"})
    _place(sheet, chart, title, 150 + 34 * (last - block.first + 1))


def _labels(number: str, colour: str) -> dict[str, Any]:
    """Numbers within the ends of bars, light on dark and dark on light."""
    font = {**_FONT, "size": 8, "color": "#FFFFFF" if colour == _DARK else "#000000"}
    return {"value": True, "num_format": number, "font": font, "position": "inside_end"}


def _axis(name: str, **more: Any) -> dict[str, Any]:
    found = {"num_font": _FONT, "name_font": {**_FONT, "bold": False}, **more}
    return {**found, "name": name} if name else found


def _place(sheet: Sheet, chart: Any, title: str, height: int) -> None:
    """Put a chart below what is on the sheet already."""
    chart.set_title({"name": title, "name_font": {"name": SANS, "size": 12, "bold": True}})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_size({"width": _WIDTH_PX, "height": height})
    sheet.worksheet.insert_chart(sheet.row, 0, chart, {"description": title, "x_offset": 4})
    sheet.row += height // _ROW_PX + 2

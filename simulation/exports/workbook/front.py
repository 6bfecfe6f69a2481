"""What money buys: the staffings that no other simulated one beats, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.exports.workbook.book import Block, Column
from simulation.language import _
from simulation.wording.amounts import unit_of_cost
from simulation.wording.names import named

if TYPE_CHECKING:
    from simulation.exports.result import Result
    from simulation.exports.workbook.book import Book


def front_sheet(book: Book, result: Result) -> Block:
    """The sheet with cost and strict on-time rate of each staffing, and the people of its teams."""
    summary = result.summary
    sheet = book.sheet(_("What money buys"), landscape=True)
    teams = list(summary["teams"])
    columns = [
        Column(_("Cost, {unit}").format(unit=unit_of_cost(summary)), "decimal", 14),
        Column(_("On time, strict"), "percent", 11), Column(_("Low, 95 %"), "percent", 10),
        Column(_("High, 95 %"), "percent", 10), Column(_("People"), "count", 9),
        Column(_("Chosen"), "text", 9),
        *(Column(named(summary, "teams", team), "count", 14) for team in teams),
    ]  # fmt: skip
    sheet.table(columns, keep=2)
    first = sheet.row
    for point in summary["front"]:
        rate, chosen = point["on_time_strict"], _("yes") if point["chosen"] else _("no")
        sheet.values(columns, [
            point["cost"], rate["mean"], rate["low"], rate["high"], point["people"], chosen,
            *(point["teams"].get(team) for team in teams),
        ])  # fmt: skip
    sheet.close()
    return Block(sheet.name, first, sheet.row - 1)

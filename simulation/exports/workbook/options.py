"""The options of a comparison side by side, each with what it changes on the very same dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.exports.workbook.book import Block, Column
from simulation.exports.workbook.overview import width_of
from simulation.language import _
from simulation.language import title as title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.exports.result import Result
    from simulation.exports.workbook.book import Book


def options_sheet(book: Book, result: Result) -> Block:
    """The sheet with the options compared, the scenario as it is first; where the options stand."""
    sheet = book.sheet(_("Options compared"), landscape=True)
    columns = _columns()
    sheet.table(columns)
    first, summary = sheet.row + 1, result.summary
    sheet.values(
        columns, [_("As it is"), *_strict(summary["base"]), *[None] * 4, *_others(summary["base"]),
                  None, None, None], bold=True,
    )  # fmt: skip
    for option in summary["options"].values():
        change, strict = option["differences"], option["differences"]["on_time_strict"]
        sheet.values(columns, [
            title_of(option["title"]), *_strict(option), *_difference(strict), *_others(option),
            _mean(change["cost"]), option["late_to_on_time"]["mean"],
            option["on_time_to_late"]["mean"],
        ])  # fmt: skip
    last, together = sheet.row - 1, summary["simultaneous"]["options"]
    note = _(
        "Intervals of differences hold for all {count} options at once, with 95 % confidence. "
        "Not separated means that the interval holds zero, not that there is no difference."
    ).format(count=together)
    sheet.paragraph(note, len(columns), width_of(columns), font_size=9, font_color="#404040")
    sheet.close()
    return Block(sheet.name, first, last)


def _columns() -> list[Column]:
    return [
        Column(_("Option"), "text", 44),
        Column(_("On time, strict"), "percent", 11),
        Column(_("Low, 95 %"), "percent", 10),
        Column(_("High, 95 %"), "percent", 10),
        Column(_("Difference to as it is"), "percent", 11),
        Column(_("Low, 95 %"), "percent", 10),
        Column(_("High, 95 %"), "percent", 10),
        Column(_("Separated"), "text", 11),
        Column(_("On time, official"), "percent", 11),
        Column(_("Late"), "decimal", 10),
        Column(_("Open and overdue"), "decimal", 10),
        Column(_("Wait at the counter, 90 %, min"), "decimal", 11),
        Column(_("Cost"), "decimal", 11),
        Column(_("Cost, difference"), "decimal", 11),
        Column(_("Late to on time"), "decimal", 10),
        Column(_("On time to late"), "decimal", 10),
    ]


def _strict(system: Mapping[str, Any]) -> list[float | None]:
    found = system["measures"]["on_time_strict"]
    return [found["mean"], found["low"], found["high"]]


def _difference(found: Mapping[str, Any] | None) -> list[Any]:
    if found is None:
        return [None] * 4
    words = {True: _("yes"), False: _("no"), None: None}
    return [found["mean"], found["low"], found["high"], words[found["separated"]]]


def _others(system: Mapping[str, Any]) -> list[float | None]:
    names = ("on_time_official", "late", "overdue_open", "counter_wait_p90_min", "cost")
    return [system["measures"][name]["mean"] for name in names]


def _mean(found: Mapping[str, Any] | None) -> float | None:
    return None if found is None else found["mean"]

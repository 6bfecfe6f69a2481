"""On-time rates by field, channel, procedure and group, and how busy the teams are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.exports.workbook.book import Block, Column
from simulation.language import _
from simulation.wording.names import named

if TYPE_CHECKING:
    from simulation.exports.result import Result
    from simulation.exports.workbook.book import Book


_SECTIONS: Final = (
    ("by_field", "fields"), ("by_channel", "channels"), ("by_group", "groups"),
    ("by_procedure", "procedures"),
)  # fmt: skip
_COUNTS: Final = ("received", "resolved", "late", "open_at_end", "overdue_open")


def on_time_sheet(book: Book, result: Result) -> dict[str, Block]:
    """The sheet with on-time rates; returns where each kind of part stands, by section."""
    sheet = book.sheet(_("On time"), landscape=True)
    columns = [
        Column(_("By"), "text", 12), Column(_("Name"), "text", 38),
        Column(_("On time, official"), "percent", 11), Column(_("Low, 95 %"), "percent", 10),
        Column(_("High, 95 %"), "percent", 10), Column(_("On time, strict"), "percent", 11),
        Column(_("Low, 95 %"), "percent", 10), Column(_("High, 95 %"), "percent", 10),
        Column(_("Received"), "decimal", 11), Column(_("Resolved"), "decimal", 11),
        Column(_("Late"), "decimal", 9), Column(_("Open at the end"), "decimal", 10),
        Column(_("Open and overdue"), "decimal", 10), Column(_("Cycle time, wd"), "decimal", 9),
    ]  # fmt: skip
    sheet.table(columns, keep=2)
    head = sheet.row - 1
    labels = {
        "by_field": _("Field"), "by_channel": _("Channel"), "by_group": _("Group"),
        "by_procedure": _("Procedure"),
    }  # fmt: skip
    blocks = {}
    for section, titles in _SECTIONS:
        entries = result.summary[section]
        if section == "by_group" and len(entries) < 2:  # noqa: PLR2004 - it is the centre again
            continue
        first = last = sheet.row
        for key, entry in sorted(entries.items(), key=lambda item: _is_empty(item[1])):
            last = last if _is_empty(entry) else sheet.row
            called = named(result.summary, titles, key)
            sheet.values(columns, [labels[section], called, *_rates(entry)])
        if entries:
            blocks[section] = Block(sheet.name, first, last)
    sheet.worksheet.autofilter(head, 0, max(sheet.row - 1, head), len(columns) - 1)
    sheet.close()
    return blocks


def _is_empty(entry: dict[str, Any]) -> bool:
    """Whether no dossier of a part was resolved: it stands last, and in no figure."""
    return entry["on_time_official"]["mean"] is None


def _rates(entry: dict[str, Any]) -> list[Any]:
    rates = [
        entry[name][end]
        for name in ("on_time_official", "on_time_strict")
        for end in ("mean", "low", "high")
    ]
    return [*rates, *(entry[name]["mean"] for name in _COUNTS), entry["cycle_mean_wd"]["mean"]]


def teams_sheet(book: Book, result: Result) -> Block | None:
    """The sheet with the teams; returns where they stand."""
    sheet = book.sheet(_("Teams"), landscape=True)
    columns = [
        Column(_("Team"), "text", 38), Column(_("People"), "decimal", 9),
        Column(_("Utilisation"), "percent", 12), Column(_("Low, 95 %"), "percent", 11),
        Column(_("High, 95 %"), "percent", 11), Column(_("Load by the inputs"), "percent", 12),
        Column(_("Work offered, h"), "decimal", 12), Column(_("Available, h"), "decimal", 12),
        Column(_("People missing"), "count", 10), Column(_("Overtime, h"), "decimal", 11),
        Column(_("Visits done"), "decimal", 11), Column(_("Cost"), "count", 13),
    ]  # fmt: skip
    sheet.table(columns)
    first = sheet.row
    load = result.summary["load"]["teams"]
    for team, entry in result.summary["teams"].items():
        inputs, busy = load[team], entry["utilisation"]
        sheet.values(columns, [
            named(result.summary, "teams", team), entry["people"]["mean"],
            busy["mean"], busy["low"], busy["high"], inputs["utilisation"],
            inputs["offered_h"], inputs["available_h"], inputs["short"],
            entry["overtime_h"]["mean"], entry["done"]["mean"], entry["cost"]["mean"],
        ])  # fmt: skip
    sheet.close()
    return Block(sheet.name, first, sheet.row - 1) if sheet.row > first else None

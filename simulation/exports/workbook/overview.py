"""The first sheet: the answer, the measures of the whole centre, and what the run is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.exports.evidence import about
from simulation.exports.workbook.book import Column, lines_of
from simulation.language import _, later
from simulation.language import title as title_of
from simulation.wording.answers import answer_of, kind_name
from simulation.wording.names import named, period_of, replications_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.exports.result import Result
    from simulation.exports.workbook.book import Book, Kind, Sheet

MEASURES: Final[tuple[tuple[str, Kind, str, str], ...]] = (
    ("on_time_official", "percent", later("On time, official form"),
     later("of the dossiers resolved; refused and withdrawn ones count as on time")),
    ("on_time_strict", "percent", later("On time, strict"),
     later("of those due in the period; what is still open counts as late")),
    ("received", "count", later("Received"), later("dossiers accepted in the period")),
    ("resolved", "count", later("Resolved"), later("dossiers")),
    ("late", "decimal", later("Late"), later("dossiers resolved after their due date")),
    ("open_at_end", "decimal", later("Open at the end"), later("received and not resolved")),
    ("overdue_open", "decimal", later("Open and overdue"), later("of these")),
    ("cycle_mean_wd", "decimal", later("Cycle time"),
     later("working days from received to resolved, on average")),
    ("counter_wait_mean_min", "decimal", later("Wait at the counter"),
     later("minutes, on average")),
    ("counter_wait_p90_min", "decimal", later("Wait at the counter, 90 %"),
     later("minutes; 90 % wait no longer")),
    ("utilisation", "percent", later("Utilisation"), later("of all people together, on shift")),
    ("overtime_h", "decimal", later("Overtime"), later("hours")),
    ("people", "decimal", later("People"), later("employed on average")),
    ("cost", "count", later("Cost"), later("over the period, in the unit of the scenario")),
)  # fmt: skip
"""Measures of the whole centre that a planner asks for: kind, what it is called, what it counts."""


_NOTE_WIDTH: Final = 60.0


def overview_sheet(book: Book, result: Result) -> None:
    """The first sheet of a run."""
    sheet = book.sheet(_("Summary"))
    columns = _columns()
    sheet.widths(columns)
    head(sheet, result, columns)
    sheet.header(columns)
    sheet.worksheet.repeat_rows(sheet.row - 1)  # there are several tables: nothing stays in view
    for name, kind, label, note in MEASURES:
        found = result.summary["measures"][name]
        _interval(sheet, kind, _(label), found, _(note))
    _published(sheet, result)
    _bottlenecks(sheet, result)
    _notes(sheet, result, columns)
    sheet.close()


def head(sheet: Sheet, result: Result, columns: Sequence[Column]) -> None:
    """What was simulated, how, and the answer."""
    summary, width = result.summary, width_of(columns)
    sheet.heading(title_of(summary["title"]), size=16)
    how = _("seed {seed} · engine {engine}").format(seed=summary["seed"], engine=summary["engine"])
    kind = kind_name(result.kind)
    sheet.line(
        f"{kind} · {period_of(summary)} · {replications_of(summary)} · {how}", font_color="#404040"
    )
    sheet.skip()
    answer = answer_of(result.kind, summary)
    sheet.paragraph(answer.text, len(columns), width, font_size=12, bold=True)
    for text in answer.further:
        sheet.paragraph(text, len(columns), width)
    sheet.skip()


def _columns() -> list[Column]:
    return [
        Column(_("Measure"), "text", 34),
        Column(_("Mean"), "decimal", 13),
        Column(_("Low, 95 %"), "decimal", 13),
        Column(_("High, 95 %"), "decimal", 13),
        Column(_("What it is"), "text", _NOTE_WIDTH),
    ]


def width_of(columns: Sequence[Column]) -> float:
    """How wide some columns are together."""
    return sum(column.width for column in columns)


def _interval(sheet: Sheet, kind: Kind, label: str, found: dict[str, Any], note: str) -> None:
    whole = found["mean"] is not None and kind == "decimal" and abs(found["mean"]) >= _MANY
    shown: Kind = "count" if whole else kind
    sheet.put(0, "text", label)
    for number, end in enumerate(("mean", "low", "high"), start=1):
        sheet.put(number, shown, found[end], **({"bold": True} if end == "mean" else {}))
    sheet.put(4, "text", note, font_color="#404040")
    sheet.end_row(lines_of(note, _NOTE_WIDTH))


_MANY: Final = 1000
"""From here on a decimal says nothing."""


def _published(sheet: Sheet, result: Result) -> None:
    entries = result.summary["published"]
    if not entries:
        return
    sheet.skip()
    sheet.heading(_("Published beside simulated"), size=12)
    sheet.header([
        Column(_("Measure")), Column(_("Published"), "count"), Column(_("Simulated"), "count"),
        Column(_("Difference"), "count"), Column(_("Role and source")),
    ])  # fmt: skip
    roles = {"input": _("input"), "output": _("output")}
    for entry in entries:
        name = entry["name"].rpartition(".")[2]
        rate = name.startswith("on_time") and name in _RATES
        kind: Kind = "percent" if rate else "count"
        label = title_of(entry["title"]) if entry["title"] else entry["name"]
        sheet.put(0, "text", label)
        sheet.put(1, kind, entry["published"])
        sheet.put(2, kind, entry["simulated"])
        sheet.put(3, kind, entry["difference"])
        sheet.put(4, "text", f"{roles[entry['role']]} · {entry['source']}", font_color="#404040")
        sheet.end_row(lines_of(label, 34))


_RATES: Final = {"on_time_official", "on_time_strict"}


def _bottlenecks(sheet: Sheet, result: Result) -> None:
    """The teams that late dossiers waited for, the worst first."""
    found = result.summary["bottlenecks"]["teams"][:5]
    if not found:
        return
    sheet.skip()
    by_late = result.summary["bottlenecks"]["by"] == "late_time_queue"
    sheet.heading(
        _("Teams that late dossiers waited for")
        if by_late
        else _("The busiest teams: no dossier was late"),
        size=12,
    )
    sheet.header([
        Column(_("Team")), Column(_("Share of late time in its queues"), "percent"),
        Column(_("Utilisation"), "percent"), Column(_("Load by the inputs"), "percent"),
    ])  # fmt: skip
    for entry in found:
        late = entry["late_time_queue"]
        sheet.put(0, "text", named(result.summary, "teams", entry["team"]))
        sheet.put(1, "percent", None if late is None else late["mean"])
        sheet.put(2, "percent", entry["utilisation"]["mean"])
        sheet.put(3, "percent", entry["load"])
        sheet.end_row(lines_of(named(result.summary, "teams", entry["team"]), 34))


def _notes(sheet: Sheet, result: Result, columns: list[Column]) -> None:
    sheet.skip()
    small = {"font_size": 9, "font_color": "#404040"}
    sheet.paragraph(
        _(
            "An interval says how well this many replications know the mean of the model, not how "
            "well the model knows the office. What no source says is an assumption; the last "
            "sheets list them."
        ),
        len(columns), width_of(columns), **small,
    )  # fmt: skip
    for text in (
        _("Run {run}, version {version} of the model, motcua {motcua}").format(
            run=result.entry.run, version=result.summary["model_version"],
            motcua=result.manifest["motcua"],
        ),
        _("Command: {command}").format(command=dict(about(result))["command"]),
    ):  # fmt: skip
        sheet.line(text, **small)
    sheet.columns = max(sheet.columns, len(columns))

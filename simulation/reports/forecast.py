"""Forecasts and back-tests as tables on the terminal, from their summaries alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.language import _, day, retold, title, written
from simulation.reports.terminal import empty_table
from simulation.wording.amounts import NOTHING, bounds, count, day_of_year, decimal, percent, share
from simulation.wording.codes import COUNTS
from simulation.wording.names import FORM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from rich.table import Table

    Summary = Mapping[str, Any]

_MOST_SHOWN: Final = 30
_TOTAL: Final = "TOTAL"


def print_forecast(summary: Summary, out: Console) -> None:
    """Print a forecast: who needs a notice, who else may be late, and what the form will say.

    Args:
        summary: Its summary.
        out: Where to print.
    """
    register = summary["register"]
    _print_head(summary, out)
    out.print(
        _(
            "{dossiers} open dossiers as {as_of} begins; forecast to {until} by "
            "{replications} simulated futures."
        ).format(
            dossiers=written(f"{register['dossiers']:,}"),
            as_of=day(summary["as_of"]),
            until=day(summary["until"]),
            replications=written(f"{summary['replications']:,}"),
        )
    )
    _print_cautions(register, out)
    out.print()
    out.print(_of_open(summary))
    noticed = [entry for entry in summary["open"] if entry["notice"] is not None]
    _print_dossiers(
        _("Apology notices: probability of being late above {probability}").format(
            probability=share(summary["apologise_above"])
        ),
        _("Nobody needs an apology notice."),
        noticed,
        out,
    )
    others = [e for e in summary["open"] if e["notice"] is None and e["late"]["mean"] > 0]
    if others:
        others.sort(key=lambda entry: -entry["late"]["mean"])
        _print_dossiers(_("Others that may be late"), "", others, out)
    _heading(
        _("Official form II.06a from {as_of} to {until}").format(
            as_of=day(summary["as_of"]), until=day(summary["until"])
        ),
        out,
    )
    out.print(_total(summary))
    out.print()
    out.print(_form(summary))
    out.print(
        Text(
            _(
                "The 95 % interval of a probability tells how exactly these futures measure "
                "it, not whether the scenario is right."
            ),
            style="dim",
        )
    )


def _print_head(summary: Summary, out: Console) -> None:
    out.print(Text(title(summary["title"]), style="bold"))
    line = _("Seed {seed} · engine {engine}")
    out.print(line.format(seed=summary["seed"], engine=summary["engine"]))


def _print_cautions(register: Mapping[str, Any], out: Console) -> None:
    if register["step_assumed"]:
        out.print(
            _(
                "Assumed: the step of {number} dossiers is not given; where they stand "
                "is drawn by expected duration."
            ).format(number=written(f"{register['step_assumed']:,}"))
        )
    if register["not_received"]:
        out.print(
            _("{number} stand before acceptance: they have no due date yet.").format(
                number=written(f"{register['not_received']:,}")
            )
        )
    if register["ignored_columns"]:
        out.print(
            _("Columns that were not needed: {names}.").format(
                names=", ".join(register["ignored_columns"])
            )
        )
    if register["left_out"]:
        rows = {entry["row"] for entry in register["left_out"]}
        out.print(
            _("Left out: {rows} rows of the register.").format(rows=written(f"{len(rows):,}"))
        )
        for entry in register["left_out"]:
            line = _("row {row}, column {column!r}: {reason}").format(
                row=entry["row"], column=entry["column"], reason=retold(entry["reason"])
            )
            out.print(f"    {line}")


def _of_open(summary: Summary) -> Table:
    table = empty_table(_("Of the open dossiers"), _("Mean"), _("90 % of futures"))
    for label, name in (
        (_("Late"), "late_of_open"),
        (_("Resolved by {until}").format(until=day(summary["until"])), "resolved_of_open"),
    ):
        table.add_row(label, count(summary[name]["mean"]), _range(summary[name]))
    return table


def _range(predicted: Mapping[str, Any]) -> str:
    low, high = predicted["low"], predicted["high"]
    return count(low) if low == high else f"{count(low)} – {count(high)}"


def _print_dossiers(
    heading: str, if_none: str, entries: list[Mapping[str, Any]], out: Console
) -> None:
    _heading(heading, out)
    if not entries:
        out.print(if_none)
        return
    has_notice = entries[0]["notice"] is not None
    columns = (
        _("Dossier"),
        _("Step"),
        _("Due"),
        _("Late"),
        "95 %",
        _("Resolved"),
        _("80 % of futures"),
    )
    table = empty_table(
        *columns, *([_("Notice by"), ""] if has_notice else []), texts=[_("Step"), ""]
    )
    for entry in entries[:_MOST_SHOWN]:
        cells = [
            entry["id"],
            entry["step"] or NOTHING,
            day(entry["due"]) if entry["due"] else NOTHING,
            share(entry["late"]["mean"]),
            bounds(entry["late"], share),
            day(entry["resolved"]["median"]) if entry["resolved"]["median"] else _("later"),
            f"{_short(entry['resolved']['p10'])} – {_short(entry['resolved']['p90'])}",
        ]
        if has_notice:
            notice = entry["notice"]
            cells += [day(notice["by"]), _("passed") if notice["passed"] else ""]
        table.add_row(*cells)
    out.print(table)
    if len(entries) > _MOST_SHOWN:
        out.print(
            _("and {number} more, all in forecast.csv").format(
                number=written(f"{len(entries) - _MOST_SHOWN:,}")
            )
        )


def _short(date: str | None) -> str:
    """Month and day."""
    return _("later") if date is None else day_of_year(date)


def _total(summary: Summary) -> Table:
    rows = summary["form_06a"]["rows"]
    table = empty_table(_("All fields together"), _("Mean"), _("90 % of futures"))
    for column, predicted in zip(summary["form_06a"]["columns"], rows[_TOTAL], strict=True):
        table.add_row(_numbered(column), count(predicted["mean"]), _range(predicted))
    return table


def _form(summary: Summary) -> Table:
    """The form as it is printed: a field a row, means alone."""
    columns = [_number(name) for name in summary["form_06a"]["columns"]]
    table = empty_table(_("Field"), *columns)
    for name, row in summary["form_06a"]["rows"].items():
        table.add_row(_field(name, summary), *(count(each["mean"]) for each in row))
    return table


def _field(name: str, summary: Summary) -> str:
    titles = summary["titles"]["fields"]
    return title(titles[name]) if name in titles else _("Total")


def _heading(text: str, out: Console) -> None:
    out.print()
    out.print(Text(text, style="bold"))


def print_backtest(summary: Summary, out: Console) -> None:
    """Print how often forecasts held what came, and how wide they were.

    Args:
        summary: The summary of a back-test.
        out: Where to print.
    """
    _print_head(summary, out)
    total = sum(cut["open"] for cut in summary["cuts"])
    out.print(
        _(
            "{cuts} simulated truths, each cut on a day; {total} open dossiers; {futures} "
            "futures of each cut."
        ).format(
            cuts=written(f"{len(summary['cuts']):,}"),
            total=written(f"{total:,}"),
            futures=written(f"{summary['futures']:,}"),
        )
    )
    _heading(_("Counts: how often the 90 % interval held what came"), out)
    out.print(_counts(summary))
    out.print(
        Text(
            _(
                "Counts have ties, so their closed intervals hold more than 90 %. With ties "
                "broken at random, a right forecast holds 90 % exactly."
            ),
            style="dim",
        )
    )
    _heading(_("Dates of resolution of single dossiers: 90 % intervals"), out)
    out.print(_dates(summary))
    _heading(_("Probabilities of being late"), out)
    out.print(_probabilities(summary))
    scores = summary["probabilities"]
    out.print(
        _("Brier score {brier}; of one probability for all, {naive}.").format(
            brier=written(f"{scores['brier']:.4f}"),
            naive=written(f"{scores['brier_of_the_mean']:.4f}"),
        )
    )


def _number(column: str) -> str:
    """The number of a column of the official form, which its name begins with."""
    return column.removeprefix("c").partition("_")[0]


def _numbered(column: str) -> str:
    """What a column is called, behind its number."""
    return f"{_number(column)} {_(FORM_COLUMNS[column])}"


def _counts(summary: Summary) -> Table:
    table = empty_table(_("Count"), _("Ties at random"), "95 %", _("Closed"), _("Mean width"))
    entries = {
        _(COUNTS[name]) if name in COUNTS else _numbered(name): entry
        for name, entry in summary["counts"].items()
    }
    entries[_("Naive: late, of the open")] = summary["naive_late_of_open"]
    for label, entry in entries.items():
        covered = entry["coverage_randomised"]
        table.add_row(
            label,
            percent(covered["mean"]),
            bounds(covered, percent),
            percent(entry["coverage"]),
            decimal(entry["mean_width"]),
        )
    return table


def _dates(summary: Summary) -> Table:
    table = empty_table(
        _("Forecast"),
        _("Dossiers"),
        _("Ties at random"),
        _("Closed"),
        _("By cut, 95 %"),
        _("Mean width in days"),
    )
    for label, name in ((_("From the register"), "resolved"), (_("Naive"), "naive_resolved")):
        entry = summary[name]
        table.add_row(
            label,
            count(entry["dossiers"]),
            percent(entry.get("coverage_randomised")),
            percent(entry["coverage"]),
            bounds(entry["coverage_by_cut"], percent),
            decimal(entry["mean_width_days"]),
        )
    return table


def _probabilities(summary: Summary) -> Table:
    table = empty_table(_("Forecast between"), _("Dossiers"), _("Forecast"), _("Came late"))
    for entry in summary["probabilities"]["bins"]:
        table.add_row(
            _("{low} and {high}").format(low=share(entry["from"]), high=share(entry["to"])),
            count(entry["dossiers"]),
            percent(entry["predicted"]),
            percent(entry["came"]),
        )
    return table

"""Forecasts and back-tests as tables on the terminal, from their summaries alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.reports.formats import NOTHING, bounds, count, decimal, percent, share
from simulation.reports.terminal import empty_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from rich.table import Table

    Summary = Mapping[str, Any]

_MOST_SHOWN: Final = 30
_TOTAL: Final = "TOTAL"
_COLUMNS: Final = {
    "c3_received": "3 Received",
    "c4_online": "4 Online",
    "c5_direct_and_post": "5 Direct, post",
    "c6_carried_in": "6 Carried in",
    "c7_resolved": "7 Resolved",
    "c8_early": "8 Early",
    "c9_on_time": "9 On time",
    "c10_late": "10 Late",
    "c11_open": "11 Open",
    "c12_in_term": "12 In term",
    "c13_overdue": "13 Overdue",
}
"""What the columns of the form are called where there is little room."""


def print_forecast(summary: Summary, out: Console) -> None:
    """Print a forecast: who needs a notice, who else may be late, and what the form will say.

    Args:
        summary: Its summary.
        out: Where to print.
    """
    register = summary["register"]
    _print_head(summary, out)
    out.print(
        f"{register['dossiers']:,} open dossiers as {summary['as_of']} begins; forecast to "
        f"{summary['until']} by {summary['replications']:,} simulated futures."
    )
    _print_cautions(register, out)
    out.print()
    out.print(_of_open(summary))
    noticed = [entry for entry in summary["open"] if entry["notice"] is not None]
    _print_dossiers(
        f"Apology notices: probability of being late above {share(summary['apologise_above'])}",
        "Nobody needs an apology notice.",
        noticed,
        out,
    )
    others = [e for e in summary["open"] if e["notice"] is None and e["late"]["mean"] > 0]
    if others:
        others.sort(key=lambda entry: -entry["late"]["mean"])
        _print_dossiers("Others that may be late", "", others, out)
    _title(f"Official form II.06a from {summary['as_of']} to {summary['until']}", out)
    out.print(_total(summary))
    out.print()
    out.print(_form(summary))
    out.print(
        Text(
            "The 95 % interval of a probability tells how exactly these futures measure it, not "
            "whether the scenario is right.",
            style="dim",
        )
    )


def _print_head(summary: Summary, out: Console) -> None:
    out.print(Text(summary["title"]["en"], style="bold"))
    out.print(f"Seed {summary['seed']} · engine {summary['engine']}")


def _print_cautions(register: Mapping[str, Any], out: Console) -> None:
    if register["step_assumed"]:
        out.print(
            f"Assumed: the step of {register['step_assumed']:,} dossiers is not given; where they "
            "stand is drawn by expected duration."
        )
    if register["not_received"]:
        out.print(
            f"{register['not_received']:,} stand before acceptance: they have no due date yet."
        )
    if register["ignored_columns"]:
        out.print(f"Columns that were not needed: {', '.join(register['ignored_columns'])}.")
    if register["left_out"]:
        rows = {entry["row"] for entry in register["left_out"]}
        out.print(f"Left out: {len(rows):,} rows of the register.")
        for entry in register["left_out"]:
            out.print(f"    row {entry['row']}, column {entry['column']!r}: {entry['reason']}")


def _of_open(summary: Summary) -> Table:
    table = empty_table("Of the open dossiers", "Mean", "90 % of futures")
    for label, name in (
        ("Late", "late_of_open"),
        (f"Resolved by {summary['until']}", "resolved_of_open"),
    ):
        table.add_row(label, count(summary[name]["mean"]), _range(summary[name]))
    return table


def _range(predicted: Mapping[str, Any]) -> str:
    low, high = predicted["low"], predicted["high"]
    return count(low) if low == high else f"{count(low)} – {count(high)}"


def _print_dossiers(
    title: str, if_none: str, entries: list[Mapping[str, Any]], out: Console
) -> None:
    _title(title, out)
    if not entries:
        out.print(if_none)
        return
    has_notice = entries[0]["notice"] is not None
    columns = "Dossier", "Step", "Due", "Late", "95 %", "Resolved", "80 % of futures"
    table = empty_table(*columns, *(["Notice by", ""] if has_notice else []), texts=["Step", ""])
    for entry in entries[:_MOST_SHOWN]:
        cells = [
            entry["id"],
            entry["step"] or NOTHING,
            entry["due"] or NOTHING,
            share(entry["late"]["mean"]),
            bounds(entry["late"], share),
            entry["resolved"]["median"] or "later",
            f"{_short(entry['resolved']['p10'])} – {_short(entry['resolved']['p90'])}",
        ]
        if has_notice:
            notice = entry["notice"]
            cells += [notice["by"], "passed" if notice["passed"] else ""]
        table.add_row(*cells)
    out.print(table)
    if len(entries) > _MOST_SHOWN:
        out.print(f"and {len(entries) - _MOST_SHOWN:,} more, all in forecast.csv")


def _short(day: str | None) -> str:
    """Month and day."""
    return "later" if day is None else day[len("2021-") :]


def _total(summary: Summary) -> Table:
    rows = summary["form_06a"]["rows"]
    table = empty_table("All fields together", "Mean", "90 % of futures")
    for column, predicted in zip(summary["form_06a"]["columns"], rows[_TOTAL], strict=True):
        table.add_row(_COLUMNS[column], count(predicted["mean"]), _range(predicted))
    return table


def _form(summary: Summary) -> Table:
    """The form as it is printed: a field a row, means alone."""
    columns = [_COLUMNS[name].partition(" ")[0] for name in summary["form_06a"]["columns"]]
    table = empty_table("Field", *columns)
    for name, row in summary["form_06a"]["rows"].items():
        table.add_row(_field(name, summary), *(count(each["mean"]) for each in row))
    return table


def _field(name: str, summary: Summary) -> str:
    titles = summary["titles"]["fields"]
    return titles[name]["en"] if name in titles else "Total"


def _title(title: str, out: Console) -> None:
    out.print()
    out.print(Text(title, style="bold"))


def print_backtest(summary: Summary, out: Console) -> None:
    """Print how often forecasts held what came, and how wide they were.

    Args:
        summary: The summary of a back-test.
        out: Where to print.
    """
    _print_head(summary, out)
    total = sum(cut["open"] for cut in summary["cuts"])
    out.print(
        f"{len(summary['cuts']):,} simulated truths, each cut on a day; {total:,} open dossiers; "
        f"{summary['futures']:,} futures of each cut."
    )
    _title("Counts: how often the 90 % interval held what came", out)
    out.print(_counts(summary))
    out.print(
        Text(
            "Counts have ties, so their closed intervals hold more than 90 %. With ties broken at "
            "random, a right forecast holds 90 % exactly.",
            style="dim",
        )
    )
    _title("Dates of resolution of single dossiers: 90 % intervals", out)
    out.print(_dates(summary))
    _title("Probabilities of being late", out)
    out.print(_probabilities(summary))
    scores = summary["probabilities"]
    out.print(
        f"Brier score {scores['brier']:.4f}; of one probability for all, "
        f"{scores['brier_of_the_mean']:.4f}."
    )


def _counts(summary: Summary) -> Table:
    table = empty_table("Count", "Ties at random", "95 %", "Closed", "Mean width")
    labels = {"late_of_open": "Late, of the open", "resolved_of_open": "Resolved, of the open"}
    entries = {labels.get(k, _COLUMNS.get(k, k)): v for k, v in summary["counts"].items()}
    entries["Naive: late, of the open"] = summary["naive_late_of_open"]
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
    table = empty_table("Forecast", "Dossiers", "Held", "By cut, 95 %", "Mean width in days")
    for label, name in (("From the register", "resolved"), ("Naive", "naive_resolved")):
        entry = summary[name]
        table.add_row(
            label,
            count(entry["dossiers"]),
            percent(entry["coverage"]),
            bounds(entry["coverage_by_cut"], percent),
            decimal(entry["mean_width_days"]),
        )
    return table


def _probabilities(summary: Summary) -> Table:
    table = empty_table("Forecast between", "Dossiers", "Forecast", "Came late")
    for entry in summary["probabilities"]["bins"]:
        table.add_row(
            f"{share(entry['from'])} and {share(entry['to'])}",
            count(entry["dossiers"]),
            percent(entry["predicted"]),
            percent(entry["came"]),
        )
    return table

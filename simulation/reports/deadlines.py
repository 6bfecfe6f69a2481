"""The shortest deadlines, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.reports.formats import NOTHING, bounds, percent
from simulation.reports.layout import empty_table, print_section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    Summary = Mapping[str, Any]
    Entry = Mapping[str, Any]

_WHY: Final = {
    "on-the-spot": "done on the spot: nothing is shorter",
    "no-deadline": "no statutory deadline",
    "no-dossiers": "no dossiers fell due",
    "not-sure": "not sure even at three times as long; more --replications may tell",
    "out-of-reach": "not reached even at three times as long",
}


def print_deadlines(summary: Summary, out: Console) -> None:
    """Print the deadlines that could be promised.

    Args:
        summary: The summary of the study.
        out: Where to print.
    """
    period, runs = summary["period"], summary["replications"]
    out.print(Text(summary["title"]["en"], style="bold"))
    out.print(
        f"{period['first_day']} to {period['last_day']} · confirmed in {runs} "
        f"replication{'s' * (runs > 1)} · seed {summary['seed']} · engine {summary['engine']}"
    )
    _print_found(summary, out)
    _print_others(summary, out)
    _print_together(summary, out)
    out.print()
    out.print(Text(_how(summary), "dim"))


def _print_found(summary: Summary, out: Console) -> None:
    table = empty_table(
        "Procedure", "Today", "Shortest", "Saves", "On time", "95 % each", "One less", "Together",
        texts=["Procedure"],
    )  # fmt: skip
    for entry in summary["deadlines"]:
        if entry["status"] == "found":
            one_less = entry["on_time_one_less"]
            together = entry["together"]
            table.add_row(
                _title(entry, summary),
                entry["statutory"],
                entry["shortest"],
                f"{entry['saving']:g} {entry['unit']}",
                percent(entry["on_time"]["mean"]),
                bounds(entry["on_time"], percent),
                NOTHING if one_less is None else percent(one_less["mean"]),
                together["deadline"] + ("" if together["holds"] else " !"),
            )
    if table.row_count:
        promise = _promise(summary)
        print_section(f"Shortest deadline that {promise} of dossiers would meet", table, out)


def _print_others(summary: Summary, out: Console) -> None:
    table = empty_table("No shortest one", "Today", "On time today", "Why",
                        texts=["No shortest one", "Why"])  # fmt: skip
    for entry in summary["deadlines"]:
        if entry["status"] != "found":
            table.add_row(
                _title(entry, summary),
                entry["statutory"],
                percent(entry["on_time_statutory"]["mean"]),
                _why(entry),
            )
    if table.row_count:
        print_section("Procedures without one", table, out)


def _print_together(summary: Summary, out: Console) -> None:
    held = [entry["together"] for entry in summary["deadlines"] if entry["together"]]
    if held and not all(entry["holds"] for entry in held):
        out.print(Text("! does not hold when all the deadlines are shortened at once", "yellow"))


def _title(entry: Entry, summary: Summary) -> str:
    title = str(summary["titles"]["procedures"][entry["procedure"]]["en"])
    if entry["channels"] is None:
        return title
    channels = [summary["titles"]["channels"][name]["en"] for name in entry["channels"]]
    return f"{title} ({', '.join(channels)})"


def _why(entry: Entry) -> str:
    if entry["status"] == "too-few":
        return (
            f"too few dossiers ({entry['due']:,} due) to be sure: about --replications "
            f"{entry['replications_needed']:,}"
        )
    return _WHY[entry["status"]]


def _promise(summary: Summary) -> str:
    return f"{100 * summary['promise']:.4g} %"


def _how(summary: Summary) -> str:
    alone = (
        "Shortest: with this deadline alone changed; files held until the due date comes near are "
        "taken to wait for nothing else. "
        if summary["works_to_deadlines"]
        else "This office does not work to deadlines: another one changes only verdicts. "
    )
    return (
        f"{alone}On time is the strict rate with that deadline; each bound holds with 95 % "
        "confidence, and the lower one keeps the promise. One less: with a deadline a unit shorter "
        "the promise is not kept, or not surely. Together: what holds when all are changed at once."
    )

"""The shortest deadlines, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.language import _, later, n_, title
from simulation.reports.layout import empty_table, print_section
from simulation.wording.amounts import NOTHING, amount, bounds, count, how, percent
from simulation.wording.answers.deadlines import promise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    Summary = Mapping[str, Any]
    Entry = Mapping[str, Any]

_WHY: Final = {
    "on-the-spot": later("done on the spot: nothing is shorter"),
    "no-deadline": later("no statutory deadline"),
    "no-dossiers": later("no dossiers fell due"),
    "not-sure": later("not sure even at three times as long; more --replications may tell"),
    "out-of-reach": later("not reached even at three times as long"),
}


def print_deadlines(summary: Summary, out: Console) -> None:
    """Print the deadlines that could be promised.

    Args:
        summary: The summary of the study.
        out: Where to print.
    """
    runs = summary["replications"]
    out.print(Text(title(summary["title"]), style="bold"))
    line = n_(
        "{first} to {last} · confirmed in {runs} replication · seed {seed} · engine {engine}",
        "{first} to {last} · confirmed in {runs} replications · seed {seed} · engine {engine}",
        runs,
    )
    out.print(line.format(**how(summary), runs=count(runs)))
    _print_found(summary, out)
    _print_others(summary, out)
    _print_together(summary, out)
    out.print()
    out.print(Text(_how(summary), "dim"))


def _print_found(summary: Summary, out: Console) -> None:
    table = empty_table(
        _("Procedure"),
        _("Today"),
        _("Shortest"),
        _("Saves"),
        _("On time"),
        _("95 % each"),
        _("One less"),
        _("Together"),
        texts=[_("Procedure")],
    )
    for entry in summary["deadlines"]:
        if entry["status"] == "found":
            one_less = entry["on_time_one_less"]
            together = entry["together"]
            table.add_row(
                _title(entry, summary),
                amount(entry["statutory"]),
                amount(entry["shortest"]),
                amount(f"{entry['saving']:g} {entry['unit']}"),
                percent(entry["on_time"]["mean"]),
                bounds(entry["on_time"], percent),
                NOTHING if one_less is None else percent(one_less["mean"]),
                amount(together["deadline"]) + ("" if together["holds"] else " !"),
            )
    if table.row_count:
        heading = _("Shortest deadline that {promise} of dossiers would meet")
        print_section(
            heading.format(promise=promise(summary)),
            table,
            out,
        )


def _print_others(summary: Summary, out: Console) -> None:
    table = empty_table(
        _("No shortest one"),
        _("Today"),
        _("On time today"),
        _("Why"),
        texts=[_("No shortest one"), _("Why")],
    )
    for entry in summary["deadlines"]:
        if entry["status"] != "found":
            table.add_row(
                _title(entry, summary),
                amount(entry["statutory"]),
                percent(entry["on_time_statutory"]["mean"]),
                _why(entry),
            )
    if table.row_count:
        print_section(_("Procedures without one"), table, out)


def _print_together(summary: Summary, out: Console) -> None:
    held = [entry["together"] for entry in summary["deadlines"] if entry["together"]]
    if held and not all(entry["holds"] for entry in held):
        out.print(Text(_("! does not hold when all the deadlines are shortened at once"), "yellow"))


def _title(entry: Entry, summary: Summary) -> str:
    procedure = title(summary["titles"]["procedures"][entry["procedure"]])
    if entry["channels"] is None:
        return procedure
    channels = [title(summary["titles"]["channels"][name]) for name in entry["channels"]]
    return f"{procedure} ({', '.join(channels)})"


def _why(entry: Entry) -> str:
    if entry["status"] == "too-few":
        return _("too few dossiers ({due} due) to be sure: about --replications {needed}").format(
            due=count(entry["due"]), needed=count(entry["replications_needed"])
        )
    return _(_WHY[entry["status"]])


def _how(summary: Summary) -> str:
    alone = (
        _(
            "Shortest: with this deadline alone changed; files held until the due date comes near "
            "are taken to wait for nothing else."
        )
        if summary["works_to_deadlines"]
        else _("This office does not work to deadlines: another one changes only verdicts.")
    )
    columns = _(
        "On time is the strict rate with that deadline; each bound holds with 95 % confidence, and "
        "the lower one keeps the promise. One less: with a deadline a unit shorter the promise is "
        "not kept, or not surely. Together: what holds when all are changed at once."
    )
    return f"{alone} {columns}"

"""The smallest staff as tables on the terminal, from its summary alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.experiments import is_fraction
from simulation.reports.formats import bounds, count, decimal, percent
from simulation.reports.terminal import empty_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console
    from rich.table import Table

    Summary = Mapping[str, Any]

_EXPLAINED: Final = """\
1-minimal: on replications that had no part in choosing it, this staff keeps every target with 95 %
confidence, and with one person less in any team it fails the same test. A staff with more people in
one team and fewer in others may still be cheaper: that is searched for, and not ruled out."""


def print_staffing(summary: Summary, out: Console) -> None:
    """Print what was found, why it can be trusted, and what else money buys.

    Args:
        summary: The summary of a staffing study.
        out: Where to print.
    """
    period = summary["period"]
    out.print(Text(summary["title"]["en"], style="bold"))
    out.print(
        f"{period['first_day']} to {period['last_day']} · seed {summary['seed']} · "
        f"engine {summary['engine']}"
    )
    out.print()
    _print_headline(summary, out)
    for title, table in (
        ("Targets, on fresh replications", _targets(summary)),
        ("Staff by team", _teams(summary)),
        ("With one person less", _less(summary)),
        ("Cost against on-time rate: what no other simulated staff beats", _front(summary)),
    ):
        if table.row_count:
            out.print()
            out.print(Text(title, style="bold"))
            out.print(table)
    _print_guarantee(summary, out)
    _print_notes(summary, out)


def _print_headline(summary: Summary, out: Console) -> None:
    chosen, unit = summary["chosen"], summary["unit"]
    reserves = f" and {chosen['reserves']} in reserve" if chosen["reserves"] else ""
    people = f"{chosen['people']} people{reserves}, cost {count(chosen['cost'])} {unit}"
    if summary["feasible"]:
        out.print(Text(f"The targets are kept by {people}.", style="bold green"))
    else:
        out.print(Text("No staff that was found keeps all targets.", style="bold red"))
        out.print(f"The best that can be reached: {people}.")
        for missing in summary["missing"]:
            out.print(Text(f"! {_lack(missing)}", style="bold red"))
        at_bound = [name for name, team in summary["teams"].items() if team["at_bound"]]
        if at_bound:
            out.print(f"Teams at their upper bound: {', '.join(at_bound)}.")
    if chosen["to_pay"] != chosen["cost"]:
        out.print(f"Beyond people who are paid anyway: {count(chosen['to_pay'])} {unit}.")
    present = summary["present"]
    out.print(f"Now: {present['people']} people, cost {count(present['cost'])} {unit}.")


def _lack(missing: Mapping[str, Any]) -> str:
    if missing["short_by"] is None:
        return f"{missing['target']}: nothing was counted"
    style = _style(missing["target"].partition("=")[0].rstrip("<>"))
    if style is percent:
        return f"{missing['target']} is missed by {100 * missing['short_by']:.2f} points"
    return f"{missing['target']} is missed by {missing['short_by']:,.1f}"


def _style(path: str) -> Callable[[float | None], str]:
    return percent if is_fraction(path) else decimal


def _targets(summary: Summary) -> Table:
    table = empty_table("Target", "Mean", "95 %", "Bound", "Holds", "Now")
    for target in summary["targets"]:
        path, style = target["measure"], _style(target["measure"])
        reading = summary["chosen"]["measures"].get(path)
        if reading is not None:
            table.add_row(
                target["target"],
                style(reading["mean"]),
                bounds(reading, style),
                style(reading["bound"]),
                "yes" if reading["holds"] else "no",
                style(summary["present"]["measures"][path]["mean"]),
            )
    return table


def _teams(summary: Summary) -> Table:
    reserved = any(team["reserve"] for team in summary["teams"].values())
    columns = [
        "Team",
        "Now",
        "People",
        *(["Reserve"] if reserved else []),
        "Bounds",
        "Load",
        "Cost",
    ]
    table = empty_table(*columns)
    needed = {name: pool for pool in summary["pools"] for name in pool["teams"]}
    for name, team in summary["teams"].items():
        pool = needed[name]
        alone = len(pool["teams"]) == 1
        table.add_row(
            summary["titles"]["teams"][name]["en"],
            str(team["present"]),
            str(team["people"]),
            *([str(team["reserve"])] if reserved else []),
            f"{team['low']} – {team['high']}",
            str(max(pool["load"], pool["erlang"] or 0)) if alone else "",
            count(team["cost"]),
        )
    return table


def _less(summary: Summary) -> Table:
    """Each staffing with one person less, by the target that it misses most."""
    table = empty_table("Team", "People", "Replications", "Target", "Mean", "Half-width", "Verdict",
                        texts=["Target", "Verdict"])  # fmt: skip
    table.columns[3].overflow = "fold"
    for one in summary["certificate"]["less"]:
        path = _missed(one)
        reading = one["measures"].get(path, {"mean": None, "half_width": None})
        style = _style(path)
        capped = ", not exactly" if one["cap_reached"] and one["verdict"] == "fails" else ""
        table.add_row(
            summary["titles"]["teams"][one["team"]]["en"],
            str(one["people"]),
            str(one["replications"]),
            path,
            style(reading["mean"]),
            style(reading["half_width"]),
            one["verdict"] + capped,
        )
    return table


def _missed(one: Mapping[str, Any]) -> str:
    """The target that is missed, with the smallest half-width; or else the first."""
    missed = [path for path, reading in one["measures"].items() if not reading["holds"]]
    return next(iter(missed or one["measures"]), "")


def _front(summary: Summary) -> Table:
    table = empty_table("People", "Cost", "On time, strict", "95 %", "")
    for point in summary["front"]:
        rate = point["on_time_strict"]
        table.add_row(
            str(point["people"]),
            count(point["cost"]),
            percent(rate["mean"]),
            bounds(rate, percent),
            "the staff above" if point["chosen"] else "",
        )
    return table


def _print_guarantee(summary: Summary, out: Console) -> None:
    out.print()
    less = summary["certificate"]["less"]
    if summary["guarantee"]:
        out.print(_EXPLAINED, soft_wrap=True)
    elif summary["feasible"]:
        titles = summary["titles"]["teams"]
        open_ones = [titles[one["team"]]["en"] for one in less if not one["settled"]]
        out.print(
            "The targets are kept, but that nobody can be spared is not certain: "
            f"{'; '.join(open_ones) or 'nothing was examined'}. A larger --cap or --budget "
            "decides it.",
            soft_wrap=True,
        )
    if any(one["verdict"] == "fails clearly" for one in less):
        out.print(
            "Fails clearly: on the wrong side whatever the half-width, so no more replications "
            "were spent on it.",
            soft_wrap=True,
        )


def _print_notes(summary: Summary, out: Console) -> None:
    for pool in summary["pools"]:
        if len(pool["teams"]) > 1:
            names = [summary["titles"]["teams"][name]["en"] for name in pool["teams"]]
            out.print(
                f"Stand in for each other: {'; '.join(names)}. Load asks for "
                f"{max(pool['load'], pool['erlang'] or 0)} people, and they are {pool['people']}.",
                soft_wrap=True,
            )
    each, search = summary["confidence_each"], summary["search"]
    together = len(summary["targets"])
    if together > 1:
        out.print(
            f"{together} targets hold together with 95 % confidence: each bound is one of "
            f"{100 * each:.4g} % (Bonferroni).",
            soft_wrap=True,
        )
    for note in summary["notes"]:
        out.print(Text(note), soft_wrap=True)
    out.print(f"Simulated: {search['staffings']} staffings, {search['replications']} replications.")

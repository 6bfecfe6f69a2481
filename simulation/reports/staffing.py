"""The smallest staff as tables on the terminal, from its summary alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.experiments import is_fraction
from simulation.language import _, later, retold, title, written
from simulation.reports.certificate import about_clear, missed
from simulation.reports.terminal import empty_table
from simulation.wording.amounts import bounds, count, decimal, how, percent, unit_of_cost
from simulation.wording.codes import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console
    from rich.table import Table

    Summary = Mapping[str, Any]

_EXPLAINED: Final = later(
    "1-minimal: on replications that had no part in choosing it, this staff keeps every target "
    "with 95 % confidence, and with one person less in any team it fails the same test. A staff "
    "with more people in one team and fewer in others may still be cheaper: that is searched for, "
    "and not ruled out."
)


def print_staffing(summary: Summary, out: Console) -> None:
    """Print what was found, why it can be trusted, and what else money buys.

    Args:
        summary: The summary of a staffing study.
        out: Where to print.
    """
    out.print(Text(title(summary["title"]), style="bold"))
    line = _("{first} to {last} · seed {seed} · engine {engine}")
    out.print(line.format(**how(summary)))
    out.print()
    _print_headline(summary, out)
    for heading, table in (
        (_("Targets, on fresh replications"), _targets(summary)),
        (_("Staff by team"), _teams(summary)),
        (_("With one person less"), _less(summary)),
        (_("Cost against on-time rate: what no other simulated staff beats"), _front(summary)),
    ):
        if table.row_count:
            out.print()
            out.print(Text(heading, style="bold"))
            out.print(table)
    _print_guarantee(summary, out)
    _print_notes(summary, out)


def _print_headline(summary: Summary, out: Console) -> None:
    chosen, unit = summary["chosen"], unit_of_cost(summary)
    staff = (
        _("{people} people and {reserves} in reserve, cost {cost} {unit}")
        if chosen["reserves"]
        else _("{people} people, cost {cost} {unit}")
    ).format(
        people=chosen["people"],
        reserves=chosen["reserves"],
        cost=count(chosen["cost"]),
        unit=unit,
    )
    if summary["feasible"]:
        kept = _("The targets are kept by {staff}.").format(staff=staff)
        out.print(Text(kept, style="bold green"))
    else:
        out.print(Text(_("No staff that was found keeps all targets."), style="bold red"))
        out.print(_("The best that can be reached: {staff}.").format(staff=staff))
        for missing in summary["missing"]:
            out.print(Text(f"! {_lack(missing)}", style="bold red"))
        at_bound = [name for name, team in summary["teams"].items() if team["at_bound"]]
        if at_bound:
            line = _("Teams at their upper bound: {names}.")
            out.print(line.format(names=", ".join(at_bound)))
    if chosen["to_pay"] != chosen["cost"]:
        line = _("Beyond people who are paid anyway: {cost} {unit}.")
        out.print(line.format(cost=count(chosen["to_pay"]), unit=unit))
    present = summary["present"]
    line = _("Now: {people} people, cost {cost} {unit}.")
    out.print(line.format(people=present["people"], cost=count(present["cost"]), unit=unit))


def _lack(missing: Mapping[str, Any]) -> str:
    target, short_by = missing["target"], missing["short_by"]
    if short_by is None:
        return _("{target}: nothing was counted").format(target=target)
    if _style(target.partition("=")[0].rstrip("<>")) is percent:
        return _("{target} is missed by {points} points").format(
            target=target, points=written(f"{100 * short_by:.2f}")
        )
    return _("{target} is missed by {number}").format(target=target, number=decimal(short_by))


def _style(path: str) -> Callable[[float | None], str]:
    return percent if is_fraction(path) else decimal


def _targets(summary: Summary) -> Table:
    table = empty_table(_("Target"), _("Mean"), "95 %", _("Bound"), _("Holds"), _("Now"))
    for target in summary["targets"]:
        path, style = target["measure"], _style(target["measure"])
        reading = summary["chosen"]["measures"].get(path)
        if reading is not None:
            table.add_row(
                target["target"],
                style(reading["mean"]),
                bounds(reading, style),
                style(reading["bound"]),
                _("yes") if reading["holds"] else _("no"),
                style(summary["present"]["measures"][path]["mean"]),
            )
    return table


def _teams(summary: Summary) -> Table:
    reserved = any(team["reserve"] for team in summary["teams"].values())
    columns = [
        _("Team"),
        _("Now"),
        _("People"),
        *([_("Reserve")] if reserved else []),
        _("Bounds"),
        _("Load"),
        _("Cost"),
    ]
    table = empty_table(*columns)
    needed = {name: pool for pool in summary["pools"] for name in pool["teams"]}
    for name, team in summary["teams"].items():
        pool = needed[name]
        alone = len(pool["teams"]) == 1
        table.add_row(
            title(summary["titles"]["teams"][name]),
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
    table = empty_table(
        _("Team"),
        _("People"),
        _("Replications"),
        _("Target"),
        _("Mean"),
        _("Half-width"),
        _("Verdict"),
        texts=[_("Target"), _("Verdict")],
    )
    table.columns[3].overflow = "fold"
    for one in summary["certificate"]["less"]:
        path = missed(one, summary)
        reading = one["measures"].get(path, {"mean": None, "half_width": None})
        style = _style(path)
        verdict = _(VERDICTS[one["verdict"]])
        if one["cap_reached"] and one["verdict"] == "fails":
            verdict = _("{verdict}, not exactly").format(verdict=verdict)
        table.add_row(
            title(summary["titles"]["teams"][one["team"]]),
            str(one["people"]),
            str(one["replications"]),
            path,
            style(reading["mean"]),
            style(reading["half_width"]),
            verdict,
        )
    return table


def _front(summary: Summary) -> Table:
    table = empty_table(_("People"), _("Cost"), _("On time, strict"), "95 %", "")
    for point in summary["front"]:
        rate = point["on_time_strict"]
        table.add_row(
            str(point["people"]),
            count(point["cost"]),
            percent(rate["mean"]),
            bounds(rate, percent),
            _("the staff above") if point["chosen"] else "",
        )
    return table


def _print_guarantee(summary: Summary, out: Console) -> None:
    out.print()
    less = summary["certificate"]["less"]
    if summary["guarantee"]:
        out.print(_(_EXPLAINED))
    elif summary["feasible"]:
        teams = summary["titles"]["teams"]
        open_ones = [title(teams[one["team"]]) for one in less if not one["settled"]]
        out.print(
            _(
                "The targets are kept, but that nobody can be spared is not certain: {teams}. A "
                "larger --cap or --budget decides it."
            ).format(teams="; ".join(open_ones) or _("nothing was examined")),
            soft_wrap=True,
        )
    clear = about_clear(summary)
    if clear is not None:
        out.print(clear, soft_wrap=True)


def _print_notes(summary: Summary, out: Console) -> None:
    for pool in summary["pools"]:
        if len(pool["teams"]) > 1:
            names = [title(summary["titles"]["teams"][name]) for name in pool["teams"]]
            out.print(
                _(
                    "Stand in for each other: {teams}. Load asks for {needed} people, and they are "
                    "{people}."
                ).format(
                    teams="; ".join(names),
                    needed=max(pool["load"], pool["erlang"] or 0),
                    people=pool["people"],
                ),
                soft_wrap=True,
            )
    each, search = summary["confidence_each"], summary["search"]
    together = len(summary["targets"])
    if together > 1:
        out.print(
            _(
                "{number} targets hold together with 95 % confidence: each bound is one of {each} "
                "(Bonferroni)."
            ).format(number=together, each=written(f"{100 * each:.4g} %")),
            soft_wrap=True,
        )
    for note in summary["notes"]:
        out.print(Text(retold(note)), soft_wrap=True)
    line = _("Simulated: {staffings} staffings, {replications} replications.")
    out.print(line.format(staffings=search["staffings"], replications=search["replications"]))

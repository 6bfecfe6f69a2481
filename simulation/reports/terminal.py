"""A run as tables on the terminal, from its summary alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from simulation.language import _, later, n_, title
from simulation.reports.cells import (
    as_published,
    called,
    late_time,
    of_counter,
    of_part,
    of_published,
    of_team,
)
from simulation.reports.hurts import print_bottlenecks, print_marginal
from simulation.reports.layout import empty_table, print_section
from simulation.wording.amounts import bounds, count, decimal, how, percent, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import TextIO

    from rich.table import Table

    from simulation.scenario import Scenario

    Summary = Mapping[str, Any]

__all__ = [
    "WIDTH",
    "console",
    "empty_table",
    "print_evidence",
    "print_load",
    "print_run",
    "print_scenarios",
]

WIDTH: Final = 100
"""Columns where there is no terminal to ask."""
_ROLES: Final = {"input": later("input"), "output": later("output")}


def console(file: TextIO | None = None) -> Console:
    """Where tables go: as wide as the terminal, and without one 100 columns and no colour."""
    stream = sys.stdout if file is None else file
    width = None if stream.isatty() else WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False, markup=False)


def print_run(summary: Summary, folder: Path, known: int, out: Console) -> None:
    """Print everything that a planner wants to know of a run.

    Args:
        summary: The summary object.
        folder: Where its files are.
        known: Number of replications that were known before.
        out: Where to print.
    """
    _print_headline(summary, out)
    _print_short(summary["load"], summary["titles"], out)
    _print_last_choice(summary["load"], summary["titles"], out)
    for heading, table in (
        (
            _("On time by field: official and strict"),
            _by(summary, "by_field", "fields", _("Field")),
        ),
        (_("By group"), _by(summary, "by_group", "groups", _("Group"))),
        (_("By channel"), _by(summary, "by_channel", "channels", _("Channel"))),
        (_("Waits at the counter, in minutes"), _counters(summary)),
        (
            _("Teams: load that the inputs suggest, and share of attendance at work"),
            _teams(summary),
        ),
        (_("Where the legal time of late dossiers went"), _late_time(summary)),
    ):
        if table.row_count > (heading == _("By group")):  # one group is the whole centre again
            print_section(heading, table, out)
    print_bottlenecks(summary["bottlenecks"], summary["titles"], out)
    if "marginal" in summary:
        submitted = summary["measures"]["submitted"]["mean"]
        print_marginal(summary["marginal"], summary["titles"], submitted, out)
    for heading, table in (
        (_("Published beside simulated"), _published(summary)),
        (_("Assumed shares, so neither right nor wrong"), _events(summary)),
    ):
        if table.row_count:
            print_section(heading, table, out)
    _print_notes(summary, out)
    if known:
        out.print(
            _("Known from before: {known} of {replications} replications.").format(
                known=known, replications=summary["replications"]
            )
        )
    out.print(_("Results: {folder}").format(folder=folder), soft_wrap=True)


def print_heading(summary: Summary, out: Console) -> None:
    """Print what was simulated, and how."""
    runs = summary["replications"]
    out.print(Text(title(summary["title"]), style="bold"))
    line = n_(
        "{first} to {last} · {runs} replication · seed {seed} · engine {engine}",
        "{first} to {last} · {runs} replications · seed {seed} · engine {engine}",
        runs,
    )
    out.print(line.format(**how(summary), runs=count(runs)))


def _print_headline(summary: Summary, out: Console) -> None:
    print_heading(summary, out)
    out.print()
    table = empty_table(
        _("Of the whole centre"), _("Mean"), "95 %", _("What it is"), texts=[_("What it is")]
    )
    for label, name, style, note in (
        (_("On time, official form"), "on_time_official", percent, _("of the dossiers resolved")),
        (
            _("On time, strict"),
            "on_time_strict",
            percent,
            _("of those due; still open counts as late"),
        ),
        (_("Received"), "received", count, _("accepted in the period")),
        (_("Resolved"), "resolved", count, ""),
        (_("Late"), "late", count, _("resolved after the due date")),
        (_("Open at the end"), "open_at_end", count, _("received and not resolved")),
        (_("  of these overdue"), "overdue_open", count, ""),
        (_("Cycle time"), "cycle_mean_wd", decimal, _("working days from received to resolved")),
        (_("Counter wait"), "counter_wait_p90_min", decimal, _("minutes, 90 % wait no longer")),
    ):
        interval = summary["measures"][name]
        table.add_row(label, style(interval["mean"]), bounds(interval, style), Text(note, "dim"))
    if summary["target"] is not None:
        table.add_row(_("Target"), percent(summary["target"]), "", Text(_("on time"), "dim"))
    out.print(table)


def _print_notes(summary: Summary, out: Console) -> None:
    out.print()
    if summary["replications"] == 1:
        out.print(_("One replication gives no intervals: ask for more with --replications."))
    elif summary["published"]:
        out.print(_("Inside: whether the published number lies in the 95 % interval of the mean."))
    if "marginal" not in summary:
        out.print(_("What one more and one less person in each team would change: --marginal"))
    if summary["sources"] or summary["assumptions"]:
        out.print(
            _(
                "Sources ({sources}) and assumptions ({assumptions}): motcua sources SCENARIO"
            ).format(sources=len(summary["sources"]), assumptions=len(summary["assumptions"]))
        )


def _print_short(load: Mapping[str, Any], titles: Mapping[str, Any], out: Console) -> None:
    """Say which teams have more work than time."""
    for team, entry in load["teams"].items():
        if entry["short"]:
            line = n_(
                "! {team}: {work} hours of work, {available} hours available; short by {short} "
                "person",
                "! {team}: {work} hours of work, {available} hours available; short by {short} "
                "people",
                entry["short"],
            ).format(
                team=title(titles["teams"][team]),
                work=count(round(entry["offered_h"])),
                available=count(round(entry["available_h"])),
                short=entry["short"],
            )
            out.print(Text(line, style="bold red"))


def _print_last_choice(load: Mapping[str, Any], titles: Mapping[str, Any], out: Console) -> None:
    desks = [title(titles["desks"][desk]) for desk in load["last_choice"]]
    if desks:
        out.print(
            Text(
                _("! No team's first desk, so served last: {desks}").format(desks="; ".join(desks)),
                "yellow",
            )
        )


def _by(summary: Summary, key: str, section: str, heading: str) -> Table:
    """Dossiers and on-time rates of the parts of a centre."""
    table = empty_table(
        heading,
        _("Received"),
        _("Resolved"),
        _("Late"),
        _("Open"),
        _("Official"),
        _("Strict"),
        "95 %",
    )
    for name, measures in summary[key].items():
        if not any(measures[m]["mean"] for m in ("submitted", "received", "carried_in")):
            continue
        table.add_row(title(summary["titles"][section][name]), *of_part(measures))
    return table


def _loads(load: Mapping[str, Any], titles: Mapping[str, Any]) -> Table:
    """Work offered against hours available by team, the most loaded first."""
    table = empty_table(
        _("Team"), _("People"), _("Work h"), _("Available h"), _("Load"), _("Short by")
    )
    for name, entry in _by_load(load):
        table.add_row(
            title(titles["teams"][name]),
            decimal(entry["people"]),
            count(round(entry["offered_h"])),
            count(round(entry["available_h"])),
            share(entry["utilisation"]),
            str(entry["short"] or ""),
        )
    return table


def _by_load(load: Mapping[str, Any]) -> list[tuple[str, Any]]:
    def key(item: tuple[str, Any]) -> float:
        utilisation = item[1]["utilisation"]
        return float("-inf") if utilisation is None else -utilisation

    return sorted(load["teams"].items(), key=key)


def _teams(summary: Summary) -> Table:
    """How busy the teams were, the most loaded first."""
    table = empty_table(
        _("Team"),
        _("People"),
        _("Load"),
        _("Busy"),
        "95 %",
        _("Overtime h"),
        _("Visits each"),
        _("Short by"),
    )
    for name, load in _by_load(summary["load"]):
        called_team = title(summary["titles"]["teams"][name])
        table.add_row(called_team, *of_team(summary["teams"][name], load))
    return table


def _counters(summary: Summary) -> Table:
    """Waits of applicants in person, by channel."""
    table = empty_table(
        _("Channel"),
        _("Visits"),
        _("Served"),
        _("Mean"),
        "90 %",
        _("≤ 15 min"),
        _("≤ 30 min"),
        _("Gave up"),
        _("Sent away"),
        _("Lost"),
    )
    for name, measures in summary["by_channel"].items():
        if measures["visits"]["mean"]:
            table.add_row(title(summary["titles"]["channels"][name]), *of_counter(measures))
    return table


def _late_time(summary: Summary) -> Table:
    """The largest shares of the time of late dossiers, those at desks by desk."""
    table = empty_table(_("Where"), _("Share"), "95 %")
    for words, interval in late_time(summary).items():
        table.add_row(words, share(interval["mean"]), bounds(interval, share))
    return table


def _published(summary: Summary) -> Table:
    """Published numbers beside simulated ones; `motcua sources` says who published them."""
    columns = (
        _("Measure"),
        _("Published"),
        _("Simulated"),
        "95 %",
        _("Difference"),
        _("Inside"),
        _("Role"),
    )
    table = empty_table(*columns, texts=[_("Role")])
    for entry in summary["published"]:
        inside = {True: _("yes"), False: _("no"), None: ""}[entry["inside"]]
        table.add_row(called(entry), *of_published(entry), inside, _(_ROLES[entry["role"]]))
    return table


def _events(summary: Summary) -> Table:
    """What happens on an assumed share of dossiers."""
    table = empty_table(_("What"), _("Number"), "95 %")
    for name, interval in summary["events"].items():
        what = title(summary["titles"]["events"][name])
        table.add_row(what, count(interval["mean"]), bounds(interval, count))
    return table


def print_load(load: Mapping[str, Any], titles: Mapping[str, Any], out: Console) -> None:
    """Print the load table, and which team is short and by how many people.

    Args:
        load: The load table as it stands in a summary.
        titles: Titles as they stand in a summary.
        out: Where to print.
    """
    out.print(_loads(load, titles))
    out.print()
    _print_short(load, titles, out)
    if not any(team["short"] for team in load["teams"].values()):
        out.print(_("Every team has time for the work that is put to it."))
    _print_last_choice(load, titles, out)


def print_evidence(summary: Mapping[str, Any], out: Console) -> None:
    """Print where the published numbers come from, and what is assumed.

    Args:
        summary: A summary, or its ``sources``, ``published`` and ``assumptions``.
        out: Where to print.
    """
    for name, source in summary["sources"].items():
        out.print(Text(f"[{name}] {source['title']}", style="bold"))
        details = [source[key] for key in ("published", "url") if source.get(key)]
        if details:
            out.print(Padding(", ".join(details), (0, 0, 0, 4), expand=False))
        for entry in summary["published"]:
            if entry["source"] == name:
                line = f"{called(entry)}: {as_published(entry)} ({_(_ROLES[entry['role']])})"
                out.print(Padding(line, (0, 0, 0, 4), expand=False))
    if summary["assumptions"]:
        out.print()
        out.print(Text(_("Assumptions: no source says"), style="bold"))
    for name, assumption in summary["assumptions"].items():
        out.print(f"[{name}] {title(assumption['text'])}")
        if assumption["paths"]:
            out.print(
                Padding(Text(", ".join(assumption["paths"]), "dim"), (0, 0, 0, 4), expand=False)
            )


def print_scenarios(scenarios: Sequence[Scenario], out: Console) -> None:
    """Print what scenarios there are."""
    table = empty_table(_("Scenario"), _("Title"), texts=[_("Title")])
    for scenario in scenarios:
        table.add_row(scenario.scenario, title(scenario.title.model_dump()))
    out.print(table)

"""Where late dossiers lost their time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _
from simulation.reports.page.contents import Figure, Section, Table
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.rows import Row, bars
from simulation.reports.page.words import PLAIN, band, named, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.reports.page.words import Summary

_MOST: Final = 12


def lateness(summary: Summary) -> Section | None:
    """Shares of late dossiers' legal time by where it went, the largest first."""
    shares = {
        name: interval for name, interval in _shares(summary).items()
        if (interval["mean"] or 0.0) >= PLAIN
    }  # fmt: skip
    if not shares:
        return None
    order = sorted(shares, key=lambda name: -shares[name]["mean"])[:_MOST]
    rows = [Row(name, shares[name], share(shares[name]["mean"])) for name in order]
    title = _("{lost} of late dossiers' legal time goes to one place: {place}").format(
        lost=rows[0].value, place=rows[0].name
    )
    about = _(
        "Legal time of late dossiers from receipt to resolution, or to the end of the period, by "
        "where it went; means over the replications, with 95 % intervals. Shares below 2 % are "
        "left out."
    )
    scale = Scale(_("Share of late dossiers' legal time, %"), 100.0, 0.0, 1.0, from_zero=True)
    svg = bars(Name("late-time", title), rows, scale)
    table = Table(
        (_("Where"), _("Share"), _("95 %")),
        [[row.name, row.value, band(row.interval, share)] for row in rows],
    )
    blocks: list[Figure | Table] = [Figure("late-time", title, about, svg, table)]
    teams = _teams(summary)
    return Section("lateness", _("Where late dossiers lose their time"),
                   [*blocks, *([teams] if teams else [])])  # fmt: skip


def _shares(summary: Summary) -> dict[str, Mapping[str, Any]]:
    """Shares by what they are called; those at desks by desk."""
    found: dict[str, Mapping[str, Any]] = {}
    for desk, measures in summary["desks"].items():
        title = named(summary, "desks", desk)
        found |= {
            _("waiting: {desk}").format(desk=title): measures["late_time_queue"],
            _("waiting for the next shift: {desk}").format(desk=title): measures[
                "late_time_off_shift"
            ],
            _("at work: {desk}").format(desk=title): measures["late_time_work"],
        }
    return found | {words: summary["late_time"][name] for name, words in elsewhere().items()}


def elsewhere() -> dict[str, str]:
    """What the parts of late dossiers' time are called that were not spent at desks."""
    return {
        "courier": _("with a courier, or before a session"),
        "external": _("with others outside the centre"),
        "applicant": _("with the applicant"),
        "held": _("held until the due date came near"),
        "before": _("before the simulation began"),
    }


def places() -> dict[str, str]:
    """The same, and what time at desks is called whatever the desk."""
    return {
        "queue": _("waiting for a team"),
        "off_shift": _("waiting for the next shift"),
        "work": _("at work"),
        **elsewhere(),
    }


def _teams(summary: Summary) -> Table | None:
    """The teams that late dossiers waited for."""
    if summary["bottlenecks"]["by"] != "late_time_queue":
        return None
    worth = [
        entry for entry in summary["bottlenecks"]["teams"]
        if (entry["late_time_queue"]["mean"] or 0.0) >= PLAIN
    ]  # fmt: skip
    if not worth:
        return None
    rows = [
        [
            named(summary, "teams", entry["team"]),
            share(entry["late_time_queue"]["mean"]),
            band(entry["late_time_queue"], share),
            share(entry["late_time_off_shift"]["mean"]),
            share(entry["utilisation"]["mean"]),
            share(entry["load"]),
        ]
        for entry in worth
    ]
    columns = (
        _("Team"), _("Waited for"), _("95 %"), _("Off shift"), _("At work"), _("Load"),
    )  # fmt: skip
    return Table(columns, rows, caption=_("Teams that late dossiers wait for"))

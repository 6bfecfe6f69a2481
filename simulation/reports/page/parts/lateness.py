"""Where late dossiers lost their time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.language import _
from simulation.reports.cells import WORTH_SAYING, late_time
from simulation.reports.page.contents import Figure, Section, Table
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.rows import Row, bars
from simulation.wording.amounts import bounds, share
from simulation.wording.names import named

if TYPE_CHECKING:
    from simulation.wording.names import Summary

_MOST: Final = 12


def lateness(summary: Summary) -> Section | None:
    """Shares of late dossiers' legal time by where it went, the largest first."""
    shares = late_time(summary)
    if not shares:
        return None
    order = list(shares)[:_MOST]
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
        [[row.name, row.value, bounds(row.interval, share)] for row in rows],
    )
    blocks: list[Figure | Table] = [Figure("late-time", title, about, svg, table)]
    teams = _teams(summary)
    return Section("lateness", _("Where late dossiers lose their time"),
                   [*blocks, *([teams] if teams else [])])  # fmt: skip


def _teams(summary: Summary) -> Table | None:
    """The teams that late dossiers waited for."""
    if summary["bottlenecks"]["by"] != "late_time_queue":
        return None
    worth = [
        entry for entry in summary["bottlenecks"]["teams"]
        if (entry["late_time_queue"]["mean"] or 0.0) >= WORTH_SAYING
    ]  # fmt: skip
    if not worth:
        return None
    rows = [
        [
            named(summary, "teams", entry["team"]),
            share(entry["late_time_queue"]["mean"]),
            bounds(entry["late_time_queue"], share),
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

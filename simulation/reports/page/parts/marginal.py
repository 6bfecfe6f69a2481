"""What one more and one less person would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _
from simulation.reports.applicants import warn_of_staffings
from simulation.reports.cells import SIDES
from simulation.reports.page.contents import Figure, Section, Table, note_if
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.rows import Line, Row, dots
from simulation.wording.amounts import NOTHING, decimal
from simulation.wording.names import change, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.wording.names import Summary

    Marginal = Mapping[str, Any]

_RATE: Final = "on_time_strict"
_MEASURES: Final = ((_RATE, True, 2), ("apologies", False, 1), ("counter_wait_p90_min", False, 1),
                    ("cost", False, 0))  # fmt: skip


def marginal(summary: Summary) -> Section | None:
    """Differences to the run with one person more, and with one less, team by team."""
    found = summary.get("marginal")
    if found is None or not found["teams"]:
        return None
    rows = []
    for team, entry in found["teams"].items():
        for sign, side in SIDES:
            if entry[side] is not None and entry[side][_RATE]["mean"] is not None:
                rate = entry[side][_RATE]
                name = f"{named(summary, 'teams', team)} {sign}"
                rows.append(
                    Row(name, rate, change(rate, rate=True, digits=2), not rate["separated"])
                )
    if not rows:
        return None
    best = max(rows, key=lambda row: row.interval["mean"] or 0.0)
    if best.stands_out or (best.interval["mean"] or 0.0) <= 0.0:
        title = _(
            "One person more or less in any one team changes the on-time rate by no more than luck"
        )
    else:
        title = _("One person more is worth most here: {team}, {change} points").format(
            team=best.name, change=best.value
        )
    about = _(
        "Change of the strict on-time rate in percentage points when a team has one person more "
        "or less: paired differences with intervals that hold for all teams at once. Diamonds are "
        "not separated from no change."
    )
    svg = dots(Name("marginal", title), rows, Scale(_("Change, percentage points"), 100.0),
               Line(0.0, _("no change")))  # fmt: skip
    figure = Figure("marginal", title, about, svg, _table(summary, found))
    submitted = summary["measures"]["submitted"]["mean"]
    blocks = [figure, *note_if(warn_of_staffings(found, summary["titles"], submitted))]
    return Section("one-more", _("One person more, one person less"), blocks)


def _table(summary: Summary, found: Marginal) -> Table:
    columns = (
        _("Team"), _("People"), _("On time, pt"), _("Late or overdue"), _("Wait p90, min"),
        _("Cost"),
    )  # fmt: skip
    rows = []
    for team, entry in found["teams"].items():
        for sign, side in SIDES:
            if entry[side] is not None:
                rows.append(
                    [
                        f"{named(summary, 'teams', team)} {sign}",
                        decimal(entry["people"]),
                        *(_cell(entry[side].get(name), rate=rate, digits=digits)
                          for name, rate, digits in _MEASURES),
                    ]
                )  # fmt: skip
    return Table(columns, rows)


def _cell(found: Mapping[str, Any] | None, *, rate: bool, digits: int) -> str:
    return NOTHING if found is None else change(found, rate=rate, digits=digits)

"""The page of a run: how a centre does as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.experiments import verdict
from simulation.language import _
from simulation.reports.page.contents import Fact, Note, Section, Table
from simulation.reports.page.kinds.base import Body, present
from simulation.reports.page.parts.counter import counter
from simulation.reports.page.parts.course import course
from simulation.reports.page.parts.lateness import lateness
from simulation.reports.page.parts.marginal import marginal
from simulation.reports.page.parts.people import limits, people
from simulation.reports.page.parts.published import about_published, published_table
from simulation.reports.page.parts.punctuality import (
    punctuality,
    rate_figure,
)
from simulation.reports.page.parts.terms import terms
from simulation.wording.amounts import bounds, count, decimal
from simulation.wording.names import OFFICIAL, named

if TYPE_CHECKING:
    from simulation.reports.page.subject import Subject
    from simulation.wording.names import Summary

_FACTS: Final = (
    ("received", count), ("resolved", count), ("late", count), ("open_at_end", count),
    ("overdue_open", count), ("cycle_mean_wd", decimal), ("counter_wait_p90_min", decimal),
)  # fmt: skip


def body(subject: Subject) -> Body:
    """The page of a run."""
    summary = subject.summary
    rate, target = summary["measures"][OFFICIAL], summary["target"]
    sections = (
        punctuality(summary),
        course(summary),
        counter(summary),
        people(summary),
        lateness(summary),
        terms(summary),
        marginal(summary),
        _events(summary),
    )
    return Body(
        verdict=verdict(rate, target),
        facts=_facts(summary),
        first=_first(summary),
        sections=present(sections),
    )


def _facts(summary: Summary) -> list[Fact]:
    """The numbers of a first glance; those that were not counted are left out."""
    names = {
        "received": _("received"),
        "resolved": _("resolved"),
        "late": _("resolved late"),
        "open_at_end": _("open at the end"),
        "overdue_open": _("of these overdue"),
        "cycle_mean_wd": _("working days to resolve"),
        "counter_wait_p90_min": _("minutes: 90 % wait no longer"),
    }
    found = [(path, style, summary["measures"][path]) for path, style in _FACTS]
    return [
        Fact(names[path], style(interval["mean"]), bounds(interval, style))
        for path, style, interval in found
        if interval["mean"] is not None
    ]


def _first(summary: Summary) -> list[Section]:
    """What else stands on the first sheet."""
    blocks: list[Section] = [Section("rate", _("On time"), [rate_figure(summary)])]
    found = limits(summary)
    if found:
        blocks.append(Section("limits", _("What limits the centre"), [Note(found)]))
    table = published_table(summary)
    if table is not None:
        note = Note([about_published()], mild=True)
        section = Section("published", table.caption, [Table(table.columns, table.rows,
                          table.texts), note])  # fmt: skip
        blocks.append(section)
    return blocks


def _events(summary: Summary) -> Section | None:
    """What happens on an assumed share of dossiers."""
    rows = [
        [named(summary, "events", name), count(interval["mean"]), bounds(interval, count)]
        for name, interval in summary["events"].items()
    ]
    if not rows:
        return None
    note = Note(
        [_("Shares that the scenario assumes, so these numbers are neither right nor wrong.")],
        mild=True,
    )
    table = Table((_("What"), _("Number"), _("95 %")), rows)
    return Section("events", _("What else happens"), [table, note])

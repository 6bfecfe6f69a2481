"""The page of shortest deadlines: what each procedure could promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.language import _
from simulation.reports.page.contents import Figure, Note, Section, Table
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.rows import Line, Row, bars
from simulation.reports.page.kinds.base import Body, present
from simulation.reports.page.parts.terms import term_name
from simulation.wording.amounts import NOTHING, amount, bounds, count, percent
from simulation.wording.answers.deadlines import found_in, promise
from simulation.wording.codes import STATUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.reports.page.subject import Subject
    from simulation.wording.names import Summary

    Entry = Mapping[str, Any]


def body(subject: Subject) -> Body:
    """The page of shortest deadlines."""
    summary = subject.summary
    found = found_in(summary)
    first = [_shortest(summary, found)] if found else []
    return Body(
        first=first,
        sections=present((_others(summary),)),
    )


def _shortest(summary: Summary, found: list[Entry]) -> Section:
    """The shortest deadlines as shares of today's."""
    found = sorted(found, key=_ratio)
    rows = [
        Row(
            term_name(summary, entry),
            {"mean": _ratio(entry), "low": None, "high": None},
            _("{shortest} instead of {today}").format(
                shortest=amount(entry["shortest"]), today=amount(entry["statutory"])
            ),
            _ratio(entry) > 1.0,
        )
        for entry in found
    ]
    heading = _("{procedure} has most room: {value}").format(
        procedure=rows[0].name, value=rows[0].value
    )
    about = _(
        "The shortest deadline that {promise} of the dossiers would meet, with 95 % confidence, as "
        "a share of today's. Hatched: today's is too short for the promise."
    ).format(promise=promise(summary))
    svg = bars(
        Name("shortest", heading),
        rows,
        Scale(_("Share of today's deadline, %"), 100.0, from_zero=True),
        Line(1.0, _("today")),
    )
    columns = (
        _("Procedure"), _("Today"), _("Shortest"), _("On time"), _("95 % each"), _("One less"),
        _("Together"),
    )  # fmt: skip
    table = Table(columns, [_row(summary, entry) for entry in found])
    figure = Figure("shortest", heading, about, svg, table)
    return Section("deadlines", _("What could be promised"), [figure, Note([_how(summary)],
                                                                          mild=True)])  # fmt: skip


def _ratio(entry: Entry) -> float:
    """The shortest deadline over today's; both have the same unit."""
    shortest, today = (float(entry[key].split()[0]) for key in ("shortest", "statutory"))
    return shortest / today if today else 1.0


def _row(summary: Summary, entry: Entry) -> list[str]:
    less, together = entry["on_time_one_less"], entry["together"]
    held = "" if together["holds"] else " !"
    return [
        term_name(summary, entry),
        amount(entry["statutory"]),
        amount(entry["shortest"]),
        percent(entry["on_time"]["mean"]),
        bounds(entry["on_time"], percent),
        NOTHING if less is None else percent(less["mean"]),
        f"{amount(together['deadline'])}{held}",
    ]


def _how(summary: Summary) -> str:
    reacts = (
        _("This office works to its deadlines, so each was tried by simulating it alone.")
        if summary["works_to_deadlines"]
        else _("This office does not work to deadlines: another one changes only verdicts.")
    )
    said = _(
        "On time is the strict rate with that deadline. One less: with a deadline a unit shorter "
        "the promise is not kept, or not surely. Together: what holds when all are changed at once."
    )
    return f"{reacts} {said}"


def _others(summary: Summary) -> Section | None:
    """Procedures for which no shortest deadline was found, and why."""
    rows = [
        [
            term_name(summary, entry),
            amount(entry["statutory"]),
            percent(entry["on_time_statutory"]["mean"]),
            _why(entry),
        ]
        for entry in summary["deadlines"]
        if entry["status"] != "found"
    ]
    if not rows:
        return None
    columns = (_("Procedure"), _("Today"), _("On time today"), _("Why"))
    return Section("others", _("Without a shortest deadline"), [Table(columns, rows,
                                                                     frozenset({3}))])  # fmt: skip


def _why(entry: Entry) -> str:
    if entry["status"] == "too-few":
        return _(
            "too few dossiers ({due}) to be sure: about {number} replications would do"
        ).format(due=count(entry["due"]), number=count(entry["replications_needed"]))
    return _(STATUS[entry["status"]])

"""The page of a staffing search: the smallest staff that keeps what is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.language import _, retold, written
from simulation.reports.certificate import about_clear, missed
from simulation.reports.page.contents import Fact, Figure, Note, Section, Table
from simulation.reports.page.figures.axes import Scale, percent_scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.front import Point, front
from simulation.reports.page.kinds.base import Body, present
from simulation.wording.amounts import NOTHING, bounds, count, percent, unit_of_cost
from simulation.wording.codes import VERDICTS
from simulation.wording.names import named, style_of, written_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.reports.page.subject import Subject
    from simulation.wording.names import Summary

    Found = Mapping[str, Any]


def body(subject: Subject) -> Body:
    """The page of a staffing search."""
    summary = subject.summary
    chosen, now = summary["chosen"], summary["present"]
    unit = unit_of_cost(summary)
    facts = [
        Fact(_("people, now"), count(now["people"])),
        Fact(_("people, found"), count(chosen["people"])),
        Fact(_("cost, now"), count(now["cost"]), unit),
        Fact(_("cost, found"), count(chosen["cost"]), unit),
    ]
    first = [
        Section("teams", _("Staff by team"), [_teams(summary)]),
        Section("targets", _("What is kept"), [_targets(summary), Note([_guarantee(summary)])]),
    ]
    return Body(
        verdict="good" if summary["feasible"] else "bad",
        facts=facts,
        first=present(first),
        sections=present((_front(summary), _less(summary), _notes(summary))),
    )


def _teams(summary: Summary) -> Table:
    columns = (
        _("Team"), _("People now"), _("People found"), _("Change"), _("Reserve"),
        _("Searched from – to"), _("Cost"),
    )  # fmt: skip
    rows = [
        [
            named(summary, "teams", name),
            count(team["present"]),
            count(team["people"]),
            written(f"{team['people'] - team['present']:+,}").replace("+0", "0"),
            count(team["reserve"]) if team["reserve"] else "",
            f"{count(team['low'])} – {count(team['high'])}",
            count(team["cost"]),
        ]
        for name, team in summary["teams"].items()
    ]
    return Table(columns, rows)


def _targets(summary: Summary) -> Table:
    columns = (
        _("Target"), _("Mean"), _("95 %"), _("Bound"), _("Kept"), _("Mean now"),
    )  # fmt: skip
    rows = []
    for target in summary["targets"]:
        path = target["measure"]
        reading, style = summary["chosen"]["measures"].get(path), style_of(path)
        if reading is not None:
            rows.append(
                [
                    written_target(summary, target["target"]),
                    style(reading["mean"]),
                    bounds(reading, style),
                    style(reading["bound"]),
                    _("yes") if reading["holds"] else _("no"),
                    style(summary["present"]["measures"][path]["mean"]),
                ]
            )
    return Table(columns, rows, frozenset({4}))


def _guarantee(summary: Summary) -> str:
    """What is certain of the staff that was found."""
    if summary["guarantee"]:
        return _(
            "On replications that had no part in choosing it, this staff keeps every target with "
            "95 % confidence, and with one person less in any team it fails the same test. A staff "
            "with more people in one team and fewer in others may still be cheaper: that is "
            "searched for, and not ruled out."
        )
    if summary["feasible"]:
        return _(
            "The targets are kept with 95 % confidence on replications that had no part in "
            "choosing this staff; that nobody can be spared is not certain."
        )
    return _("More people than the bounds allow, or other measures, are needed.")


def _front(summary: Summary) -> Section | None:
    """What money buys: the staffings that no other one beats."""
    found = summary["front"]
    if not found:
        return None
    points = [
        Point(
            one["cost"],
            one["on_time_strict"],
            count(one["people"]),
            bool(one["chosen"]),
        )
        for one in found
    ]
    low, high = found[0], found[-1]
    heading = _(
        "From {low} to {high} in cost, the on-time rate goes from {first} to {last}"
    ).format(
        low=count(low["cost"]),
        high=count(high["cost"]),
        first=percent(low["on_time_strict"]["mean"]),
        last=percent(high["on_time_strict"]["mean"]),
    )
    about = _(
        "Staffings that no other simulated one beats in both cost and strict on-time rate, with "
        "95 % intervals; the number is how many people. The diamond is the staff found."
    )
    across = Scale(_("Cost, {unit}").format(unit=unit_of_cost(summary)))
    svg = front(Name("front", heading), points, across, percent_scale(_("On time, strict, %")))
    columns = (_("People"), _("Cost"), _("On time, strict"), _("95 %"), _("Found"))
    rows = [
        [
            count(one["people"]),
            count(one["cost"]),
            percent(one["on_time_strict"]["mean"]),
            bounds(one["on_time_strict"], percent),
            _("yes") if one["chosen"] else "",
        ]
        for one in found
    ]
    return Section("front", _("What else money buys"),
                   [Figure("front", heading, about, svg, Table(columns, rows))])  # fmt: skip


def _less(summary: Summary) -> Section | None:
    """Whether anybody can be spared."""
    targets = {target["measure"]: target["target"] for target in summary["targets"]}
    rows = []
    for one in summary["certificate"]["less"]:
        path = missed(one, summary)
        reading, style = one["measures"].get(path, {"mean": None}), style_of(path)
        rows.append(
            [
                named(summary, "teams", one["team"]),
                count(one["people"]),
                _(VERDICTS[one["verdict"]]),
                written_target(summary, targets[path]) if path else NOTHING,
                style(reading["mean"]),
                bounds(reading, style) if path else NOTHING,
                count(one["replications"]),
            ]
        )
    if not rows:
        return None
    columns = (
        _("Team"), _("People"), _("Verdict"), _("By"), _("Mean"), _("95 %"), _("Replications"),
    )  # fmt: skip
    clear = about_clear(summary)
    texts = [_("Each row is the staff found with one person less in this team.")]
    note = Note(texts if clear is None else [*texts, clear], mild=True)
    return Section("less", _("With one person less"), [Table(columns, rows, frozenset({2, 3})),
                                                       note])  # fmt: skip


def _notes(summary: Summary) -> Section | None:
    """What was decided without being asked, and how much was simulated."""
    search = summary["search"]
    said = _("Simulated: {staffings} staffings, {replications} replications.").format(
        staffings=count(search["staffings"]), replications=count(search["replications"])
    )
    texts = [*(retold(note) for note in summary["notes"]), said]
    return Section("search", _("How it was searched"), [Note(texts, listed=True)])

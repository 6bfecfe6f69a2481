"""How long applicants wait at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _
from simulation.reports.cells import of_counter
from simulation.reports.page.contents import Figure, Section, Table
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.columns import columns
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.lines import Curve, over_values
from simulation.wording.amounts import bounds, count, decimal, percent
from simulation.wording.names import named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.wording.names import Summary

    Class = Mapping[str, Any]

_LONG_MIN: Final = 30
"""Waits above are drawn in the other colour."""
_FEW: Final = 2


def counter(summary: Summary) -> Section | None:
    """Waits: how they are distributed, when they are long, and who left unserved."""
    if not summary["measures"]["counter_waits"]["mean"]:
        return None
    profile = summary.get("profiles", {}).get("counter")
    blocks: list[Figure | Table] = []
    if profile is not None:
        blocks.append(_classes(summary, profile["classes"]))
        if len(profile["hours"]) >= _FEW:
            blocks.append(_hours(profile["hours"]))
    return Section("counter", _("At the counter"), [*blocks, _by_channel(summary)])


def _classes(summary: Summary, classes: Sequence[Class]) -> Figure:
    """Shares of applicants by how long they waited."""
    total = summary["measures"]["counter_waits"]["mean"]
    intervals = [
        {end: None if one["served"][end] is None else one["served"][end] / total
         for end in ("mean", "low", "high")}
        for one in classes
    ]  # fmt: skip
    within = summary["measures"]["counter_wait_within_15_min"]
    quarter = summary["measures"]["counter_wait_p90_min"]
    title = _(
        "{within} of those served wait 15 minutes at most, 90 % no longer than {most} minutes"
    ).format(within=percent(within["mean"]), most=decimal(quarter["mean"]))
    about = _(
        "Share of the applicants served by how long they waited from taking a ticket to being "
        "called, with 95 % intervals. Waits above 30 minutes are hatched."
    )
    names = [_class_name(classes, number, short=True) for number in range(len(classes))]
    long = next(
        k
        for k, one in enumerate(classes)
        if one["up_to_min"] is None or one["up_to_min"] > _LONG_MIN
    )
    svg = columns(
        Name("waits", title),
        names,
        intervals,
        Scale(_("Served, %"), 100.0, from_zero=True),
        _("Minutes waited"),
        second_from=long,
    )
    rows = [
        [
            _class_name(classes, number, short=False),
            count(one["served"]["mean"]),
            bounds(one["served"], count),
            percent(intervals[number]["mean"]),
        ]
        for number, one in enumerate(classes)
    ]
    table = Table((_("Waited"), _("Served"), _("95 %"), _("Share")), rows)
    return Figure("waits", title, about, svg, table)


def _class_name(classes: Sequence[Class], number: int, *, short: bool) -> str:
    """What a class of waits is called."""
    up_to = classes[number]["up_to_min"]
    before = classes[number - 1]["up_to_min"] if number else None
    if up_to == 0:
        return "0" if short else _("not at all")
    if up_to is None:
        return f"> {before}" if short else _("longer than {low} min").format(low=before)
    if short:
        return f"≤ {up_to}"
    return _("up to {high} min").format(high=up_to)


def _hours(hours: Sequence[Mapping[str, Any]]) -> Figure:
    """Waits by the hour at which applicants come."""
    worst = max(hours, key=lambda one: one["mean_min"]["mean"] or 0.0)
    title = _(
        "Who comes between {begin} and {end} waits longest: {mean} minutes on average"
    ).format(
        begin=_clock(worst["hour"]),
        end=_clock(worst["hour"] + 1),
        mean=decimal(worst["mean_min"]["mean"]),
    )
    about = _(
        "Waits by the hour of the day at which applicants take their ticket: the mean, and what "
        "90 % stay below; means over the replications, with 95 % intervals as bands."
    )
    curves = [
        Curve(_("Mean"), [one["mean_min"] for one in hours]),
        Curve(_("90 % stay below"), [one["p90_min"] for one in hours]),
    ]
    svg = over_values(Name("waits-by-hour", title), [one["hour"] for one in hours], curves,
        Scale(_("Minutes waited"), from_zero=True), _("Hour of the day"),
    )  # fmt: skip
    columns_of = (_("Hour"), _("Served"), _("Mean, min"), _("95 %"), _("90 %, min"), _("95 %"))
    rows = [
        [
            f"{_clock(one['hour'])} – {_clock(one['hour'] + 1)}",
            count(one["served"]["mean"]),
            decimal(one["mean_min"]["mean"]),
            bounds(one["mean_min"], decimal),
            decimal(one["p90_min"]["mean"]),
            bounds(one["p90_min"], decimal),
        ]
        for one in hours
    ]
    return Figure("waits-by-hour", title, about, svg, Table(columns_of, rows))


def _clock(hour: int) -> str:
    return f"{hour}:00"


def _by_channel(summary: Summary) -> Table:
    """Waits of each channel by which people come, and who left unserved."""
    columns_of = (
        _("Channel"), _("Visits"), _("Served"), _("Mean, min"), _("90 %, min"), _("≤ 15 min"),
        _("≤ 30 min"), _("Gave up"), _("Sent away"), _("Lost"),
    )  # fmt: skip
    rows = [
        [named(summary, "channels", name), *of_counter(measures)]
        for name, measures in summary["by_channel"].items()
        if measures["visits"]["mean"]
    ]
    return Table(columns_of, rows, caption=_("Visits and waits by channel"))

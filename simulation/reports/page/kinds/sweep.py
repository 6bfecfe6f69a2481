"""The page of a sweep: curves over a range, and where the centre breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.experiments import is_fraction
from simulation.language import _
from simulation.reports.applicants import warn_of_points
from simulation.reports.page.contents import Figure, Note, Section, Table, note_if
from simulation.reports.page.figures import heat
from simulation.reports.page.figures.axes import Scale, percent_scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.lines import Curve, over_values
from simulation.reports.page.figures.rows import Line, Row, dots
from simulation.reports.page.kinds.base import Body, present
from simulation.wording.amounts import NOTHING, bounds, count, said, with_unit
from simulation.wording.answers.sweep import grid_answer, misses, span_of, target_of, value_at
from simulation.wording.codes import UNITS
from simulation.wording.names import measure_name, named, style_of, with_band

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.reports.page.subject import Subject
    from simulation.wording.names import Summary

    Found = Mapping[str, Any]

_ALSO: Final = ("counter_wait_p90_min", "cycle_mean_wd", "open_at_end")
_FEW: Final = 2


def body(subject: Subject) -> Body:
    """The page of a sweep."""
    summary = subject.summary
    factors = summary["factors"]
    one = len(factors) == 1
    centre = summary["breaking_points"][0]["centre"]
    main = _curve(summary, summary["measure"], centre) if one else _grid(summary)
    sections = (
        _by_field(summary) if one else _rows(summary),
        _others(summary) if one else None,
    )
    note = Note([*_notes(summary)], mild=True)
    notes = [note, *note_if(warn_of_points(summary["points"], factors))]
    return Body(
        first=[Section("curve", _("How it answers"), [main, *notes])],
        sections=present(sections),
    )


def _factor(factor: Found) -> str:
    """What was varied, and its unit."""
    unit = f", {_(UNITS[factor['unit']])}" if factor["unit"] else ""
    return f"{factor['path']}{unit}"


def _scale(path: str) -> Scale:
    name = measure_name(path)
    if is_fraction(path):
        return percent_scale(_("{measure}, %").format(measure=name))
    return Scale(name, from_zero=True)


def _curve(summary: Summary, path: str, centre: Found | None = None) -> Figure:
    """The curve of a measure; of the one in question with its target, and where it is crossed."""
    factor = summary["factors"][0]
    points = sorted(summary["points"], key=lambda point: float(point["values"][0]))
    values = [point["values"][0] for point in points]
    intervals = [point["measures"][path] for point in points]
    style = style_of(path)
    name = measure_name(path)
    heading = _(
        "{measure}: {first} at {low}, {last} at {high}"
    ).format(
        measure=name, first=style(intervals[0]["mean"]), last=style(intervals[-1]["mean"]),
        low=with_unit(values[0], factor), high=with_unit(values[-1], factor),
    )  # fmt: skip
    breaks = None
    if centre is not None and centre["state"] == "crosses":
        breaks = {"mean": centre["value"], "low": centre["low"], "high": centre["high"]}
    about = _(
        "Means over the replications, with 95 % intervals as a band; all points meet the same "
        "dossiers."
    )
    if breaks is not None:
        about += " " + _("Dotted: where the target is crossed, with its 95 % interval.")
    target = None
    if centre is not None:
        target = Line(summary["target"], _("Target {target}").format(target=target_of(summary)))
    key = f"curve-{path.replace('_', '-').replace('.', '-')}"
    svg = over_values(
        Name(key, heading),
        values,
        [Curve("", intervals)],
        _scale(path),
        _factor(factor),
        target=target,
        breaks=breaks,
    )
    columns = (_factor(factor), name, _("95 %"))
    rows = [
        [with_unit(value, factor), style(interval["mean"]), bounds(interval, style)]
        for value, interval in zip(values, intervals, strict=True)
    ]
    return Figure(key, heading, about, svg, Table(columns, rows))


def _others(summary: Summary) -> Section | None:
    """Curves of what was not in question."""
    points = summary["points"]
    figures = [
        _curve(summary, path) for path in _ALSO
        if path != summary["measure"]
        and sum(point["measures"][path]["mean"] is not None for point in points) >= _FEW
    ]  # fmt: skip
    return Section("others", _("What follows"), figures) if figures else None


def _by_field(summary: Summary) -> Section | None:
    """Where each field breaks, the first first."""
    factor, found = summary["factors"][0], summary["breaking_points"][0]["by_field"]
    crossing = [name for name, one in found.items() if one["state"] == "crosses"]
    if not [name for name, one in found.items() if one["state"] != "uncounted"]:
        return None
    table = _breaking_table(summary)
    if len(crossing) < _FEW:
        return Section("fields", _("Which field breaks first"), [table])
    order = sorted(crossing, key=lambda name: found[name]["value"])
    rows = [
        Row(
            named(summary, "fields", name),
            {"mean": found[name]["value"], "low": found[name]["low"], "high": found[name]["high"]},
            value_at(found[name]["value"], factor),
        )
        for name in order
    ]
    heading = _("{field} breaks at {value}, {other} at {last}").format(
        field=rows[0].name, value=rows[0].value, other=rows[-1].name, last=rows[-1].value
    )
    about = _(
        "Where the mean of each field crosses the target, with its 95 % interval. Fields that do "
        "not cross it within the range are only in the table."
    )
    svg = dots(Name("breaking", heading), rows, Scale(_factor(factor)))
    return Section("fields", _("Which field breaks first"),
                   [Figure("breaking", heading, about, svg, table)])  # fmt: skip


def _breaking_table(summary: Summary) -> Table:
    """Breaking points of the centre and of its fields."""
    row = summary["breaking_points"][0]
    columns = (
        _("Where"), _("Breaks at"), _("95 %"), _("Kept at"), _("Missed at"), _("Crossing"),
    )  # fmt: skip
    rows = [_breaking_row(_("Whole centre"), row["centre"], summary)]
    rows += [
        _breaking_row(named(summary, "fields", name), one, summary)
        for name, one in row["by_field"].items()
        if one["state"] != "uncounted"
    ]
    return Table(columns, rows)


def _breaking_row(name: str, found: Found, summary: Summary) -> list[str]:
    factor, times = summary["factors"][0], summary["replications"]
    low, high = factor["values"][0], factor["values"][-1]
    above = found["holds"] == "above"
    place = {
        "crosses": value_at(found["value"], factor),
        "holds": _("beyond {value}").format(value=with_unit(low if above else high, factor)),
        "fails": _("before {value}").format(value=with_unit(high if above else low, factor)),
        "uncounted": NOTHING,
    }[found["state"]]
    crossed = _("{number} of {all}").format(number=count(found["crossed"]), all=count(times))
    return [name, place, span_of(found), value_at(found["last_holding"], factor),
            value_at(found["first_failing"], factor), crossed]  # fmt: skip


def _grid(summary: Summary) -> Figure:
    """The mean at each point of two factors; the longer one goes down."""
    first, second = summary["factors"]
    points = {
        tuple(point["values"]): point["measures"][summary["measure"]] for point in summary["points"]
    }
    turned = len(first["values"]) < len(second["values"])
    down, across = (second, first) if turned else (first, second)
    intervals = [
        [points[(column, row) if turned else (row, column)] for column in across["values"]]
        for row in down["values"]
    ]
    values = [[interval["mean"] for interval in row] for row in intervals]
    style = style_of(summary["measure"])
    known = [value for row in values for value in row if value is not None]
    low, spread = (
        min(known, default=0.0),
        (max(known, default=1.0) - min(known, default=0.0)) or 1.0,
    )
    found = heat.Grid(
        shades=[[None if v is None else (v - low) / spread for v in row] for row in values],
        texts=[[style(v).removesuffix(" %") for v in row] for row in values],
        marked=[[v is not None and misses(v, summary) for v in row] for row in values],
    )
    name = measure_name(summary["measure"])
    about = _(
        "Means over the replications: {measure}. Dark is much; a broken frame misses the target."
    ).format(measure=name)
    along = [with_unit(value, across) for value in across["values"]]
    rows = [with_unit(value, down) for value in down["values"]]
    names = f"{down['path']} ↓   {across['path']} →"
    svg = heat.grid(Name("grid", grid_answer(summary)), found, rows, along, names)
    cells = [[with_band(interval, style) for interval in row] for row in intervals]
    table = Table([names, *along], [[row, *texts] for row, texts in zip(rows, cells, strict=True)])
    return Figure("grid", grid_answer(summary).rstrip("."), about, svg, table)


def _rows(summary: Summary) -> Section:
    """Where the centre breaks along the first factor, for each value of the second."""
    second = summary["factors"][1]
    columns = (
        second["path"], _("Breaks at"), _("95 %"), _("Kept at"), _("Missed at"), _("Crossing"),
    )  # fmt: skip
    rows = [
        _breaking_row(with_unit(row["at"], second), row["centre"], summary)
        for row in summary["breaking_points"]
    ]
    return Section("breaking", _("Where it breaks"), [Table(columns, rows)])


def _notes(summary: Summary) -> list[str]:
    return [
        _("In the scenario {factor} is {present}.").format(
            factor=factor["path"], present=said(factor["present"])
        )
        for factor in summary["factors"]
        if factor["present"] is not None
    ]

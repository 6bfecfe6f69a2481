"""A sweep as tables on the terminal, from its summary alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.language import _, later, title, written
from simulation.reports.applicants import warn_of_points
from simulation.reports.terminal import empty_table, print_heading
from simulation.wording.amounts import (
    NOTHING,
    bounds,
    said,
    short,
    with_unit,
)
from simulation.wording.answers.sweep import misses, span_of
from simulation.wording.names import style_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from rich.table import Table

    Summary = Mapping[str, Any]

_ACROSS: Final = 9
"""Columns of a heat map that 100 characters have room for."""
_CURVES: Final = (
    (later("Strict"), "on_time_strict", True),
    (later("Official"), "on_time_official", False),
    (later("Wait"), "counter_wait_mean_min", False),
    (later("90 %"), "counter_wait_p90_min", True),
    (later("Cycle"), "cycle_mean_wd", False),
    (later("Open"), "open_at_end", False),
)
"""Heading, measure, and whether its band has a column of its own."""
_NAMES: Final = {
    "on_time_strict": later("on time, strict"),
    "on_time_official": later("on time, official form"),
}
_BREAKS: Final = (
    later("Breaks at"),
    "95 %",
    later("Kept at"),
    later("Missed at"),
    later("Crossing"),
)
_MARK: Final = "!"
_NEAR: Final = 0.02
"""A rate so little under its target, or a wait so little over it, is painted yellow."""


def print_sweep(summary: Summary, out: Console) -> None:
    """Print curves, or a heat map, and where the centre and its fields break.

    Args:
        summary: The summary of a sweep.
        out: Where to print.
    """
    print_heading(summary, out)
    if len(summary["factors"]) == 1:
        _print_curves(summary, out)
    else:
        _print_heat_map(summary, out)
    _print_breaking_points(summary, out)
    _print_notes(summary, out)


def _section(heading: str, table: Table, out: Console) -> None:
    out.print()
    out.print(Text(heading, style="bold"))
    out.print(table)


def _called(measure: str) -> str:
    return _(_NAMES[measure]) if measure in _NAMES else measure


def _print_curves(summary: Summary, out: Console) -> None:
    factor = summary["factors"][0]
    curves = [(_(heading), name, band) for heading, name, band in _CURVES]
    if summary["measure"] not in {name for _label, name, _band in curves}:
        curves.insert(0, (summary["measure"], summary["measure"], True))
    columns = [part for label, _, band in curves for part in ([label, "95 %"] if band else [label])]
    table = empty_table(_("Value"), *columns)
    for point in summary["points"]:
        cells = []
        for _label, name, band in curves:
            interval, style = point["measures"][name], style_of(name)
            fails = _fails(interval["mean"], summary)
            mark = (f" {_MARK}" if fails else "  ") if name == summary["measure"] else ""
            cells.append(f"{style(interval['mean'])}{mark}")
            cells += [bounds(interval, style)] if band else []
        value = with_unit(point["values"][0], factor)
        table.add_row(value, *cells, style="" if point["asked_for"] else "dim")
    _section(
        _("The whole centre by {field}: waits in minutes, cycle in working days").format(
            field=factor["path"]
        ),
        table,
        out,
    )


def _fails(mean: float | None, summary: Summary) -> bool:
    return mean is not None and misses(mean, summary)


def _print_heat_map(summary: Summary, out: Console) -> None:
    """The mean at each point of the grid; the longer factor goes down."""
    first, second = summary["factors"]
    means = {
        tuple(point["values"]): point["measures"][summary["measure"]]["mean"]
        for point in summary["points"]
    }
    down = 0 if len(first["values"]) >= len(second["values"]) else 1
    across = 1 - down
    factors = (first, second)
    name = _called(summary["measure"])
    values = factors[across]["values"]
    for start in range(0, len(values), _ACROSS):
        columns = values[start : start + _ACROSS]
        table = empty_table(
            f"{factors[down]['path']} ↓  {factors[across]['path']} →",
            *(with_unit(value, factors[across]) for value in columns),
        )
        for row in factors[down]["values"]:
            places = [(row, column) if down == 0 else (column, row) for column in columns]
            cells = [_cell(means[place], summary) for place in places]
            table.add_row(with_unit(row, factors[down]), *cells)
        _section(_("The whole centre: {measure}").format(measure=name), table, out)


def _cell(mean: float | None, summary: Summary) -> Text:
    """A number, painted by how it stands to the target; whoever sees no colour sees a mark."""
    if mean is None:
        return Text(NOTHING)
    text = style_of(summary["measure"])(mean).removesuffix(" %")
    if not _fails(mean, summary):
        return Text(f"{text}  ", style="black on green")
    gap = abs(mean - summary["target"]) / (summary["target"] or 1)
    colour = "black on yellow" if gap <= _NEAR else "white on red"
    return Text(f"{text} {_MARK}", style=colour)


def _print_breaking_points(summary: Summary, out: Console) -> None:
    factor, rows = summary["factors"][0], summary["breaking_points"]
    if len(summary["factors"]) == 1:
        table = empty_table(_("Where"), *map(_, _BREAKS))
        _add_breaking_point(table, _("Whole centre"), rows[0]["centre"], summary)
        titles = summary["titles"]["fields"]
        for field, found in rows[0]["by_field"].items():
            if found["state"] != "uncounted":
                _add_breaking_point(table, title(titles[field]), found, summary)
    else:
        second = summary["factors"][1]
        table = empty_table(second["path"], *map(_, _BREAKS))
        for row in rows:
            _add_breaking_point(table, with_unit(row["at"], second), row["centre"], summary)
    name, style = _called(summary["measure"]), style_of(summary["measure"])
    heading = (
        _("Where {field} breaks it: {measure} under {target}")
        if summary["higher_is_better"]
        else _("Where {field} breaks it: {measure} over {target}")
    ).format(field=factor["path"], measure=name, target=style(summary["target"]))
    said = {
        "request": "",
        "scenario": _(", the scenario's target"),
        "default": _(", as no target is set"),
    }
    _section(heading + said[summary["target_said_by"]], table, out)


def _add_breaking_point(
    table: Table, label: str, found: Mapping[str, Any], summary: Summary
) -> None:
    factor, count_of = summary["factors"][0], summary["replications"]
    below, above = (written(f"{factor['values'][end]:g}") for end in (0, -1))
    place = {
        "crosses": f"{short(found['value'])}{' *' if found['several'] else ''}",
        "holds": _("beyond {value}").format(value=below if found["holds"] == "above" else above),
        "fails": _("before {value}").format(value=above if found["holds"] == "above" else below),
        "uncounted": NOTHING,
    }
    table.add_row(
        label,
        place[found["state"]],
        span_of(found),
        short(found["last_holding"]),
        short(found["first_failing"]),
        _("{done} of {wanted}").format(done=found["crossed"], wanted=count_of),
        style="bold" if label == _("Whole centre") else "",
    )


def _print_notes(summary: Summary, out: Console) -> None:
    out.print()
    notes = [
        _(
            "{mark} misses the target. All points meet the same dossiers; each band is for itself."
        ).format(mark=_MARK),
        _("Crossing: replications whose own curve crosses the target within the range."),
    ]
    if any(not point["asked_for"] for point in summary["points"]):
        notes = [
            *notes,
            _("Between the points asked for, others halve the gap where it breaks."),
        ]
    everyone = [
        found
        for row in summary["breaking_points"]
        for found in (row["centre"], *row["by_field"].values())
    ]
    if any(found["several"] for found in everyone):
        notes = [
            *notes,
            _("* The mean crosses the target more than once; a falling fit says where."),
        ]
    for factor in summary["factors"]:
        if factor["present"] is not None:
            line = _("In the scenario {field} is {value}.")
            notes = [*notes, line.format(field=factor["path"], value=said(factor["present"]))]
    for note in [*notes, *warn_of_points(summary["points"], summary["factors"])]:
        out.print(note)

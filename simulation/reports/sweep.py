"""A sweep as tables on the terminal, from its summary alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.experiments import is_fraction
from simulation.reports.formats import NOTHING, bounds, count, decimal, percent, short
from simulation.reports.terminal import empty_table, print_heading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console
    from rich.table import Table

    Summary = Mapping[str, Any]

_ACROSS: Final = 9
"""Columns of a heat map that 100 characters have room for."""
_CURVES: Final = (
    ("Strict", "on_time_strict", True),
    ("Official", "on_time_official", False),
    ("Wait", "counter_wait_mean_min", False),
    ("90 %", "counter_wait_p90_min", True),
    ("Cycle", "cycle_mean_wd", False),
    ("Open", "open_at_end", False),
)
"""Heading, measure, and whether its band has a column of its own."""
_NAMES: Final = {"on_time_strict": "on time, strict", "on_time_official": "on time, official form"}
_BREAKS: Final = ("Breaks at", "95 %", "Kept at", "Missed at", "Crossing")
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


def _with_unit(value: float, factor: Mapping[str, Any]) -> str:
    unit = f" {factor['unit']}" if factor["unit"] else ""
    return f"{value:g}{unit}"


def _section(title: str, table: Table, out: Console) -> None:
    out.print()
    out.print(Text(title, style="bold"))
    out.print(table)


def _style(measure: str) -> Callable[[float | None], str]:
    if is_fraction(measure):
        return percent
    return decimal if measure.endswith(("_min", "_wd")) else count


def _print_curves(summary: Summary, out: Console) -> None:
    factor = summary["factors"][0]
    curves = [*_CURVES]
    if summary["measure"] not in {name for _, name, _ in curves}:
        curves.insert(0, (summary["measure"], summary["measure"], True))
    columns = [part for label, _, band in curves for part in ([label, "95 %"] if band else [label])]
    table = empty_table("Value", *columns)
    for point in summary["points"]:
        cells = []
        for _, name, band in curves:
            interval, style = point["measures"][name], _style(name)
            fails = _fails(interval["mean"], summary)
            mark = (f" {_MARK}" if fails else "  ") if name == summary["measure"] else ""
            cells.append(f"{style(interval['mean'])}{mark}")
            cells += [bounds(interval, style)] if band else []
        value = _with_unit(point["values"][0], factor)
        table.add_row(value, *cells, style="" if point["asked_for"] else "dim")
    _section(
        f"The whole centre by {factor['path']}: waits in minutes, cycle in working days", table, out
    )


def _fails(mean: float | None, summary: Summary) -> bool:
    if mean is None:
        return False
    over: bool = mean > summary["target"]
    return mean < summary["target"] if summary["higher_is_better"] else over


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
    name = _NAMES.get(summary["measure"], summary["measure"])
    values = factors[across]["values"]
    for start in range(0, len(values), _ACROSS):
        columns = values[start : start + _ACROSS]
        table = empty_table(
            f"{factors[down]['path']} ↓  {factors[across]['path']} →",
            *(_with_unit(value, factors[across]) for value in columns),
        )
        for row in factors[down]["values"]:
            places = [(row, column) if down == 0 else (column, row) for column in columns]
            cells = [_cell(means[place], summary) for place in places]
            table.add_row(_with_unit(row, factors[down]), *cells)
        _section(f"The whole centre: {name}", table, out)


def _cell(mean: float | None, summary: Summary) -> Text:
    """A number, painted by how it stands to the target; whoever sees no colour sees a mark."""
    if mean is None:
        return Text(NOTHING)
    text = _style(summary["measure"])(mean).removesuffix(" %")
    if not _fails(mean, summary):
        return Text(f"{text}  ", style="black on green")
    gap = abs(mean - summary["target"]) / (summary["target"] or 1)
    colour = "black on yellow" if gap <= _NEAR else "white on red"
    return Text(f"{text} {_MARK}", style=colour)


def _print_breaking_points(summary: Summary, out: Console) -> None:
    factor, rows = summary["factors"][0], summary["breaking_points"]
    if len(summary["factors"]) == 1:
        table = empty_table("Where", *_BREAKS)
        _add_breaking_point(table, "Whole centre", rows[0]["centre"], summary)
        for field, found in rows[0]["by_field"].items():
            if found["state"] != "uncounted":
                title = summary["titles"]["fields"][field]["en"]
                _add_breaking_point(table, title, found, summary)
    else:
        second = summary["factors"][1]
        table = empty_table(second["path"], *_BREAKS)
        for row in rows:
            _add_breaking_point(table, _with_unit(row["at"], second), row["centre"], summary)
    name, style = _NAMES.get(summary["measure"], summary["measure"]), _style(summary["measure"])
    sign = "under" if summary["higher_is_better"] else "over"
    said = {
        "request": "",
        "scenario": ", the scenario's target",
        "default": ", as no target is set",
    }
    title = f"Where {factor['path']} breaks it: {name} {sign} {style(summary['target'])}"
    _section(title + said[summary["target_said_by"]], table, out)


def _add_breaking_point(
    table: Table, label: str, found: Mapping[str, Any], summary: Summary
) -> None:
    factor, count_of = summary["factors"][0], summary["replications"]
    low, high = factor["values"][0], factor["values"][-1]
    place = {
        "crosses": f"{short(found['value'])}{' *' if found['several'] else ''}",
        "holds": f"beyond {low if found['holds'] == 'above' else high:g}",
        "fails": f"before {high if found['holds'] == 'above' else low:g}",
        "uncounted": NOTHING,
    }
    table.add_row(
        label,
        place[found["state"]],
        _span(found["low"], found["high"]),
        short(found["last_holding"]),
        short(found["first_failing"]),
        f"{found['crossed']} of {count_of}",
        style="bold" if label == "Whole centre" else "",
    )


def _span(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return f"≥ {short(low)}"
    return f"≤ {short(high)}" if low is None else f"{short(low)} – {short(high)}"


def _print_notes(summary: Summary, out: Console) -> None:
    out.print()
    notes = [
        f"{_MARK} misses the target. All points meet the same dossiers; each band is for itself.",
        "Crossing: replications whose own curve crosses the target within the range.",
    ]
    if any(not point["asked_for"] for point in summary["points"]):
        notes = [*notes, "Between the points asked for, others halve the gap where it breaks."]
    everyone = [
        found
        for row in summary["breaking_points"]
        for found in (row["centre"], *row["by_field"].values())
    ]
    if any(found["several"] for found in everyone):
        notes = [*notes, "* The mean crosses the target more than once; a falling fit says where."]
    for factor in summary["factors"]:
        if factor["present"] is not None:
            notes = [*notes, f"In the scenario {factor['path']} is {factor['present']}."]
    for note in notes:
        out.print(note)

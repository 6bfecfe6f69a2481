"""Curves with bands: over time, or over whatever was varied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.reports.page.figures.axes import Scale, ends, scale_x, scale_y, tick
from simulation.reports.page.figures.dates import day_ticks
from simulation.reports.page.figures.drawing import BLUE, GREY, ORANGE, SMALL, canvas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.reports.page.figures.axes import Interval
    from simulation.reports.page.figures.drawing import Name
    from simulation.reports.page.figures.rows import Line

_LOOKS: Final = (
    (BLUE, "-", "o"),
    (ORANGE, (0, (5, 2)), "s"),
    (GREY, (0, (1.5, 1.5)), "^"),
)
"""Colour, dashes and mark of each curve: any one of them tells it from the others."""
_FEW_POINTS: Final = 40


@dataclass(frozen=True)
class Curve:
    """A curve.

    Attributes:
        name: What it is; empty where there is only one.
        intervals: Its points.
    """

    name: str
    intervals: Sequence[Interval]


def over_time(name: Name, days: Sequence[date], curves: Sequence[Curve], scale: Scale) -> str:
    """Curves over the days of a period.

    Args:
        name: Its name.
        days: Where the points are.
        curves: The curves.
        scale: The vertical axis.
    """
    with canvas(name, 2.7) as drawn:
        axes = drawn.axes()
        places = [day.toordinal() for day in days]
        _draw(axes, places, curves, scale, marked=False)
        scale_y(axes, scale, [end for curve in curves for end in ends(curve.intervals)])
        _date_axis(axes, days)
        _name(drawn.figure, curves)
    return drawn.svg


def over_values(
    name: Name,
    values: Sequence[float],
    curves: Sequence[Curve],
    scale: Scale,
    across: str,
    *,
    target: Line | None = None,
    breaks: Interval | None = None,
) -> str:
    """Curves over what was varied.

    Args:
        name: Its name.
        values: Where the points are, rising.
        curves: The curves.
        scale: The vertical axis.
        across: What was varied.
        target: A line across.
        breaks: Where the target is crossed, and its interval.
    """
    with canvas(name, 2.9) as drawn:
        axes = drawn.axes()
        _draw(axes, values, curves, scale, marked=True)
        found = [end for curve in curves for end in ends(curve.intervals)]
        if target is not None:
            at = scale.factor * target.value
            axes.axhline(at, color=GREY, linestyle=(0, (4, 2)), linewidth=1.2)
            axes.annotate(target.name, (1.0, at), xycoords=axes.get_yaxis_transform(),
                          xytext=(0, 2), textcoords="offset points", ha="right", va="bottom",
                          fontsize=SMALL, color=GREY)  # fmt: skip
        if breaks is not None and breaks["mean"] is not None:
            if breaks["low"] is not None and breaks["high"] is not None:
                axes.axvspan(breaks["low"], breaks["high"], color=ORANGE, alpha=0.25, linewidth=0)
            axes.axvline(breaks["mean"], color=ORANGE, linestyle=(0, (1.5, 1.5)), linewidth=1.4)
            axes.annotate(tick(round(breaks["mean"], 3)), (breaks["mean"], 0.0),
                          xycoords=axes.get_xaxis_transform(), xytext=(3, 3),
                          textcoords="offset points", fontsize=SMALL, fontweight="bold",
                          color=ORANGE)  # fmt: skip
        scale_y(axes, scale, [*found, None if target is None else target.value])
        scale_x(axes, Scale(across), values, ticks=8)
        axes.grid(visible=False, axis="x")
        _name(drawn.figure, curves)
    return drawn.svg


def _draw(
    axes: Axes, places: Sequence[float], curves: Sequence[Curve], scale: Scale, *, marked: bool
) -> None:
    for number, curve in enumerate(curves):
        colour, dashes, marker = _LOOKS[number % len(_LOOKS)]
        if not marked and len(places) > _FEW_POINTS:
            marker = ""
        lows, highs, means = (
            [float("nan") if one[end] is None else scale.factor * (one[end] or 0.0)
             for one in curve.intervals]
            for end in ("low", "high", "mean")
        )  # fmt: skip
        axes.fill_between(places, lows, highs, color=colour, alpha=0.22, linewidth=0)
        axes.plot(places, means, color=colour, linestyle=dashes, marker=marker, markersize=3.5,
                  label=curve.name)  # fmt: skip


def _name(figure: Figure, curves: Sequence[Curve]) -> None:
    """Say below the axes which curve is which."""
    if len(curves) > 1:
        figure.legend(
            loc="outside lower center", ncols=len(curves), handlelength=3.0, columnspacing=1.4
        )


def _date_axis(axes: Axes, days: Sequence[date]) -> None:
    ticks = day_ticks(days[0], days[-1])
    axes.set_xticks([day.toordinal() for day, _ in ticks], [name for _, name in ticks])
    axes.set_xlim(days[0].toordinal() - 0.5, days[-1].toordinal() + 0.5)

"""Columns beside each other, in an order that means something: classes of waits, hours, weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.reports.page.figures.axes import ends, scale_y
from simulation.reports.page.figures.drawing import BLUE, INK, ORANGE, canvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.reports.page.figures.axes import Interval, Scale
    from simulation.reports.page.figures.drawing import Name


def columns(
    name: Name,
    names: Sequence[str],
    intervals: Sequence[Interval],
    scale: Scale,
    across: str,
    *,
    second_from: int | None = None,
) -> str:
    """A column for each mean, and the interval at its head.

    Args:
        name: Its name.
        names: What stands below the columns.
        intervals: The numbers.
        scale: The vertical axis.
        across: What the horizontal axis is.
        second_from: Number of the column from which on they are in the second colour, and hatched.
    """
    with canvas(name, 2.7) as drawn:
        axes = drawn.axes()
        for place, interval in enumerate(intervals):
            second = second_from is not None and place >= second_from
            if interval["mean"] is not None:
                axes.bar(place, scale.factor * interval["mean"], 0.78,
                         color=ORANGE if second else BLUE, hatch="////" if second else None,
                         edgecolor="white", linewidth=0.0)  # fmt: skip
            if interval["low"] is not None and interval["high"] is not None:
                span = [scale.factor * interval["low"], scale.factor * interval["high"]]
                axes.plot([place, place], span, color=INK, linewidth=1.0, marker="_", markersize=4)
        scale_y(axes, scale, ends(intervals))
        axes.set_xticks(range(len(names)), names)
        axes.set_xlim(-0.6, len(names) - 0.4)
        axes.tick_params(axis="x", length=0)
        axes.set_xlabel(across)
    return drawn.svg

"""What one thing costs in another: the staffings that no other one beats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.reports.page.figures.axes import ends, scale_x, scale_y
from simulation.reports.page.figures.drawing import BLUE, GREY, INK, ORANGE, SMALL, canvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.reports.page.figures.axes import Interval, Scale
    from simulation.reports.page.figures.drawing import Name


@dataclass(frozen=True)
class Point:
    """A point of the front.

    Attributes:
        across: What it costs.
        up: What it brings.
        name: What is written beside it.
        chosen: Whether it is the one that was found.
    """

    across: float
    up: Interval
    name: str
    chosen: bool


def front(name: Name, points: Sequence[Point], across: Scale, up: Scale) -> str:
    """Points with intervals, and a stair between them.

    Args:
        name: Its name.
        points: The points, the cheapest first.
        across: The horizontal axis.
        up: The vertical axis.
    """
    with canvas(name, 3.1) as drawn:
        axes = drawn.axes()
        known = [point for point in points if point.up["mean"] is not None]
        axes.step([point.across for point in known],
                  [up.factor * (point.up["mean"] or 0.0) for point in known],
                  where="post", color=GREY, linewidth=1.0)  # fmt: skip
        for point in known:
            mean, low, high = (point.up[end] for end in ("mean", "low", "high"))
            colour = ORANGE if point.chosen else BLUE
            if low is not None and high is not None:
                axes.plot([point.across] * 2, [up.factor * low, up.factor * high], color=colour,
                          linewidth=1.2, marker="_", markersize=7)  # fmt: skip
            axes.plot([point.across], [up.factor * (mean or 0.0)], color=colour, linestyle="none",
                      marker="D" if point.chosen else "o",
                      markersize=7 if point.chosen else 5)  # fmt: skip
            axes.annotate(point.name, (point.across, up.factor * (mean or 0.0)), xytext=(5, -11),
                          textcoords="offset points", fontsize=SMALL, color=INK)  # fmt: skip
        scale_y(axes, up, ends([point.up for point in known]))
        scale_x(axes, across, [point.across for point in known])
    return drawn.svg

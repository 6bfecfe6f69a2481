"""How long things take beside how long they may: a span of quantiles, and a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.reports.page.figures.axes import scale_x
from simulation.reports.page.figures.drawing import BLUE, INK, ORANGE, canvas
from simulation.reports.page.figures.rows import frame_rows, height_of, name_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from simulation.reports.page.figures.axes import Scale
    from simulation.reports.page.figures.drawing import Name


@dataclass(frozen=True)
class Term:
    """A row of the figure.

    Attributes:
        name: What it is of; it stands above.
        value: What is said beside it.
        quantiles: Half, 90 %, 95 % and 99 % take no longer.
        band: Within which the last of them lies; None where that is not known.
        deadline: How long it may take.
        exceeds: Whether it is drawn in the other colour.
    """

    name: str
    value: str
    quantiles: tuple[float, float, float, float]
    band: tuple[float, float] | None
    deadline: float
    exceeds: bool


def terms(name: Name, rows: Sequence[Term], scale: Scale) -> str:
    """A thick line to 90 %, a thin one to 99 % and its band, a dot at the median, the deadline.

    Args:
        name: Its name.
        rows: The rows, from above.
        scale: The axis.
    """
    with canvas(name, height_of(len(rows))) as drawn:
        axes = drawn.axes()
        for place, row in enumerate(rows):
            half, most, _, nearly_all = (scale.factor * share for share in row.quantiles)
            deadline = scale.factor * row.deadline
            colour = ORANGE if row.exceeds else BLUE
            axes.plot([0, most], [place, place], color=colour, linewidth=5.0,
                      solid_capstyle="butt", alpha=0.45)  # fmt: skip
            axes.plot([0, nearly_all], [place, place], color=colour, linewidth=1.4,
                      marker="|", markevery=[1], markersize=8)  # fmt: skip
            if row.band is not None:
                _bracket(axes, place, [scale.factor * end for end in row.band], colour)
            axes.plot([half], [place], marker="s" if row.exceeds else "o", markersize=5,
                      color=colour)  # fmt: skip
            axes.plot([deadline] * 2, [place - 0.24, place + 0.24], color=INK, linewidth=2.2)
            name_row(axes, place, row.name, row.value)
        frame_rows(axes, len(rows))
        held = [
            number for row in rows for number in (*row.quantiles, *(row.band or ()), row.deadline)
        ]
        scale_x(axes, scale, held, ticks=7)
    return drawn.svg


def _bracket(axes: Axes, place: int, band: Sequence[float], colour: str) -> None:
    """Below a line, from where to where its end may lie."""
    low, high = band
    ends, level = place + 0.13, place + 0.21
    axes.plot([low, low, high, high], [ends, level, level, ends], color=colour, linewidth=0.9)

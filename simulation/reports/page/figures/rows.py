"""Things below each other, each with its name above a dot, a bar or a span: names may be long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.reports.page.figures.axes import ends, scale_x
from simulation.reports.page.figures.drawing import BLUE, GREY, INK, ORANGE, SMALL, canvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from simulation.reports.page.figures.axes import Interval, Scale
    from simulation.reports.page.figures.drawing import Name

_ROW_IN: Final = 0.37
_REST_IN: Final = 0.55
_MARK_IN: Final = 0.2
_LETTERS: Final = 58
"""So many letters fit into a line, those of a name and those of its number together."""


@dataclass(frozen=True)
class Row:
    """A row of a figure.

    Attributes:
        name: What it is; it stands above.
        interval: Its number.
        value: The number as text.
        stands_out: Whether it is drawn in the other colour, and with the other mark.
    """

    name: str
    interval: Interval
    value: str
    stands_out: bool = False


@dataclass(frozen=True)
class Line:
    """A line across all rows.

    Attributes:
        value: Where.
        name: What it is.
    """

    value: float
    name: str


def dots(
    name: Name,
    rows: Sequence[Row],
    scale: Scale,
    line: Line | None = None,
    within: tuple[float, float] | None = None,
) -> str:
    """A dot for each mean and a line for its interval.

    Args:
        name: Its name.
        rows: The rows, from above.
        scale: The axis.
        line: Such as a target.
        within: What the axis shows, where it does not show all; what lies outside is an arrow at
            the edge.
    """
    with canvas(name, height_of(len(rows)) + (_MARK_IN if line else 0.0)) as drawn:
        axes = _rowed(drawn.axes(), rows, line, scale)
        values = [*ends([row.interval for row in rows]), None if line is None else line.value]
        scale_x(axes, scale, values if within is None else within)
        for place, row in enumerate(rows):
            if within is None or within[0] <= (row.interval["mean"] or 0.0) <= within[1]:
                _dot(axes, place, row, scale)
            else:
                _arrow(axes, place, row, within)
    return drawn.svg


def _dot(axes: Axes, place: int, row: Row, scale: Scale) -> None:
    """A mean and its interval."""
    mean, low, high = (row.interval[end] for end in ("mean", "low", "high"))
    colour = ORANGE if row.stands_out else BLUE
    if low is not None and high is not None:
        span = [scale.factor * low, scale.factor * high]
        axes.plot(span, [place, place], color=colour, linewidth=3.2, alpha=0.45,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot(span, [place, place], linestyle="none", marker="|", markersize=8, color=colour)
    if mean is not None:
        axes.plot([scale.factor * mean], [place], marker="D" if row.stands_out else "o",
                  markersize=5.5, color=colour, clip_on=False)  # fmt: skip


def _arrow(axes: Axes, place: int, row: Row, within: tuple[float, float]) -> None:
    """An arrow at the edge, towards a mean that the axis does not show."""
    right = (row.interval["mean"] or 0.0) > within[1]
    axes.plot([1.0 if right else 0.0], [place], transform=axes.get_yaxis_transform(),
              marker=">" if right else "<", markersize=8, clip_on=False,
              color=ORANGE if row.stands_out else BLUE)  # fmt: skip


def bars(name: Name, rows: Sequence[Row], scale: Scale, line: Line | None = None) -> str:
    """A bar from zero to each mean, and the interval at its end; as `dots`."""
    with canvas(name, height_of(len(rows)) + (_MARK_IN if line else 0.0)) as drawn:
        axes = _rowed(drawn.axes(), rows, line, scale)
        for place, row in enumerate(rows):
            mean, low, high = (row.interval[end] for end in ("mean", "low", "high"))
            if mean is not None:
                axes.barh(place, scale.factor * mean, 0.3,
                          color=ORANGE if row.stands_out else BLUE,
                          hatch="////" if row.stands_out else None, edgecolor="white",
                          linewidth=0.0)  # fmt: skip
            if low is not None and high is not None:
                axes.plot([scale.factor * low, scale.factor * high], [place, place], color=INK,
                          linewidth=1.2, marker="|", markersize=6)  # fmt: skip
        values = ends([row.interval for row in rows])
        scale_x(axes, scale, [*values, None if line is None else line.value])
    return drawn.svg


def height_of(rows: int) -> float:
    """How high a figure of so many rows is, in inches."""
    return _REST_IN + _ROW_IN * rows


def _rowed(axes: Axes, rows: Sequence[Row], line: Line | None, scale: Scale) -> Axes:
    """Axes with a name and a number above each row."""
    for place, row in enumerate(rows):
        name_row(axes, place, row.name, row.value)
    frame_rows(axes, len(rows))
    if line is not None:
        mark(axes, scale.factor * line.value, line.name)
    return axes


def name_row(axes: Axes, place: int, name: str, value: str) -> None:
    """Write what a row is, and its number."""
    across = axes.get_yaxis_transform()
    room = _LETTERS - len(value)
    shown = name if len(name) <= room else f"{name[: room - 1]}…"
    legible = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    for at, side, text, weight in ((0.0, "left", shown, "normal"), (1.0, "right", value, "bold")):
        axes.text(at, place - 0.27, text, transform=across, va="bottom", ha=side, fontsize=SMALL,
                  fontweight=weight, bbox=legible)  # fmt: skip


def frame_rows(axes: Axes, rows: int) -> None:
    """Rows from above, and no axis beside them."""
    axes.set_ylim(rows - 0.55, -0.95)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)


def mark(axes: Axes, value: float, name: str) -> None:
    """Draw a line across all rows, and say above it what it is."""
    axes.axvline(value, color=GREY, linestyle=(0, (4, 2)), linewidth=1.2)
    axes.annotate(name, (value, 1.0), xycoords=axes.get_xaxis_transform(), xytext=(0, 2),
                  textcoords="offset points", ha="center", va="bottom", fontsize=SMALL,
                  color=GREY, annotation_clip=False)  # fmt: skip

"""Grids of shaded squares: light is little, dark is much, so grey paper shows it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.reports.page.figures.drawing import GREY, INK, SMALL, canvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHADES: Final = ("#f1f5f9", "#bdd3e8", "#6fa3d0", "#2667a3", "#0a2f5c")
_DARK: Final = 0.55
_LETTERS: Final = 46


@dataclass(frozen=True)
class Block:
    """Rows that belong together.

    Attributes:
        name: What they are of; it stands above them.
        rows: The numbers, None where there is none.
    """

    name: str
    rows: Sequence[Sequence[float | None]]


def blocks(
    key: str,
    label: str,
    found: Sequence[Block],
    down: Sequence[str],
    along: Sequence[str],
    legend: str,
) -> str:
    """Grids with the same rows and columns, two beside each other; darkest is 1.

    Args:
        key: Id of the figure.
        label: What somebody hears who does not see it.
        found: The grids.
        down: What the rows are.
        along: What the columns are.
        legend: What the shades mean.
    """
    lines = -(-len(found) // 2)
    with canvas(key, 0.75 + lines * (0.34 + 0.17 * len(down)), label) as drawn:
        grid = drawn.figure.subplots(lines, 2, squeeze=False)
        for place, axes in enumerate(grid.flat):
            if place >= len(found):
                axes.set_visible(False)
                continue
            _squares(axes, found[place].rows, 1.0)
            name = found[place].name
            shown = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
            axes.set_title(shown, loc="left", fontsize=7.5, pad=3)
            axes.set_yticks(range(len(down)), down if place % 2 == 0 else [""] * len(down))
            axes.set_xticks(range(len(along)), along)
            axes.tick_params(length=0, labelsize=7)
        _legend(drawn.figure, legend)
    return drawn.svg


@dataclass(frozen=True)
class Grid:
    """What a grid of two factors shows.

    Attributes:
        shades: How dark each square is, from 0 to 1; None: nothing is known.
        texts: What stands in the squares.
        marked: Which squares have a frame, because they miss the target.
    """

    shades: Sequence[Sequence[float | None]]
    texts: Sequence[Sequence[str]]
    marked: Sequence[Sequence[bool]]


def grid(
    key: str, label: str, found: Grid, down: Sequence[str], along: Sequence[str], axes_names: str
) -> str:
    """One grid with numbers in its squares.

    Args:
        key: Id of the figure.
        label: What somebody hears who does not see it.
        found: What is in the squares.
        down: What the rows are.
        along: What the columns are.
        axes_names: What goes down and what along.
    """
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - only reports draw

    with canvas(key, 0.8 + 0.32 * len(down), label) as drawn:
        axes = drawn.axes()
        _squares(axes, found.shades, 0.98)
        for row, texts in enumerate(found.texts):
            for column, text in enumerate(texts):
                dark = (found.shades[row][column] or 0.0) > _DARK
                misses = found.marked[row][column]
                axes.text(column, row, text, ha="center", va="center", fontsize=SMALL,
                          color="white" if dark else INK,
                          fontweight="normal" if misses else "bold")  # fmt: skip
                if misses:
                    axes.add_patch(
                        Rectangle((column - 0.44, row - 0.42), 0.88, 0.84, fill=False,
                                  linestyle=(0, (2, 1.5)), edgecolor=INK, linewidth=0.9)
                    )  # fmt: skip
        axes.set_xticks(range(len(along)), along)
        axes.set_yticks(range(len(down)), down)
        axes.tick_params(length=0)
        axes.set_title(axes_names, loc="left", fontsize=SMALL)
    return drawn.svg


def _squares(axes: Axes, rows: Sequence[Sequence[float | None]], size: float) -> None:
    """Shaded squares; one path that is used again and again keeps the file small."""
    from matplotlib.collections import PolyCollection  # noqa: PLC0415 - only reports draw

    corners, colours = [], []
    half = size / 2
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is not None:
                left, right, top, bottom = column - half, column + half, row - half, row + half
                corners.append([(left, top), (right, top), (right, bottom), (left, bottom)])
                colours.append(_shade(value))
    axes.add_collection(PolyCollection(corners, facecolors=colours, edgecolors="white",
                                       linewidths=0.5))  # fmt: skip
    axes.set_xlim(-0.5, max(map(len, rows)) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_facecolor("none")


def _shade(value: float) -> str:
    """The colour of a number between 0 and 1."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex  # noqa: PLC0415 - only reports draw

    scale = LinearSegmentedColormap.from_list("shades", _SHADES)
    return str(to_hex(scale(round(min(max(value, 0.0), 1.0), 2))))


def _legend(figure: Figure, text: str) -> None:
    """A strip of shades, and what they mean."""
    from matplotlib.patches import Patch  # noqa: PLC0415 - only reports draw

    steps = [0.0, 0.25, 0.5, 0.75, 1.0]
    patches = [Patch(facecolor=_shade(step), edgecolor=GREY, linewidth=0.4) for step in steps]
    figure.legend(patches, [f"{100 * step:.0f} %" for step in steps], title=text, ncols=len(steps),
                  loc="outside lower center", handlelength=1.2, columnspacing=1.2, fontsize=7.5,
                  title_fontsize=7.5)  # fmt: skip

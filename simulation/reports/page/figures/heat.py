"""Grids of shaded squares: light is little, dark is much, so grey paper shows it too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from simulation.reports.page.figures.drawing import GREY, INK, SMALL, canvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    Square = tuple[float, float, float]

    from simulation.reports.page.figures.drawing import Name

_SHADES: Final = ("#f1f5f9", "#bdd3e8", "#6fa3d0", "#2667a3", "#0a2f5c")
_DARK: Final = 0.55
_LETTERS: Final = 36
_BESIDE: Final = 2
_GAP: Final = 2.6
_HEAD: Final = 2.9
"""Squares that a grid has beside it, and above and below it, for what is written there."""
_SQUARE_IN: Final = 0.145
_TINY: Final = 7.0


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
    name: Name, found: Sequence[Block], down: Sequence[str], along: Sequence[str], legend: str
) -> str:
    """Grids with the same rows and columns, two beside each other; darkest is 1.

    Args:
        name: Its name.
        found: The grids.
        down: What the rows are.
        along: What the columns are.
        legend: What the shades mean.
    """
    lines = -(-len(found) // _BESIDE)
    wide, high = len(along) + _GAP, len(down) + _HEAD
    with canvas(name, 0.55 + lines * high * _SQUARE_IN) as drawn:
        axes = drawn.axes()
        squares: list[Square] = []
        for place, block in enumerate(found):
            line, side = divmod(place, _BESIDE)
            left, top = side * wide, line * high
            squares += _placed(block.rows, left, top)
            _write(axes, left - 0.5, top - 0.7, _cut(block.name), ha="left", va="bottom")
            for row, text in enumerate(down):
                _write(axes, left - 0.7, top + row, text, ha="right", va="center")
            for column, text in enumerate(along):
                _write(axes, left + column, top + len(down) - 0.4, text, ha="center", va="top")
        _paint(axes, squares, 0.94)
        axes.set_xlim(-2.2, _BESIDE * wide - _GAP + 0.5)
        axes.set_ylim(lines * high - 1.0, -1.9)
        axes.set_axis_off()
        _legend(drawn.figure, legend)
    return drawn.svg


def _write(axes: Axes, x: float, y: float, text: str, *, ha: str, va: str) -> None:
    axes.text(x, y, text, ha=ha, va=va, fontsize=_TINY)


def _cut(text: str) -> str:
    """A name that fits above its grid."""
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


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
    name: Name, found: Grid, down: Sequence[str], along: Sequence[str], axes_names: str
) -> str:
    """One grid with numbers in its squares.

    Args:
        name: Its name.
        found: What is in the squares.
        down: What the rows are.
        along: What the columns are.
        axes_names: What goes down and what along.
    """
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - only reports draw

    with canvas(name, 0.8 + 0.32 * len(down)) as drawn:
        axes = drawn.axes()
        _paint(axes, _placed(found.shades, 0.0, 0.0), 0.96)
        axes.set_xlim(-0.5, len(along) - 0.5)
        axes.set_ylim(len(down) - 0.5, -0.5)
        for side in axes.spines.values():
            side.set_visible(False)
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


def _placed(rows: Sequence[Sequence[float | None]], left: float, top: float) -> list[Square]:
    """Where the squares of a grid are, and how dark; there is none where nothing is known."""
    return [
        (left + column, top + row, value)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value is not None
    ]


def _paint(axes: Axes, squares: Sequence[Square], size: float) -> None:
    """Draw squares; one path that is used again and again keeps the file small."""
    from matplotlib.collections import PathCollection  # noqa: PLC0415 - only reports draw
    from matplotlib.path import Path  # noqa: PLC0415 - as above
    from matplotlib.transforms import AffineDeltaTransform  # noqa: PLC0415 - as above

    half = size / 2
    outline = Path([(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)])
    painted = PathCollection(
        [outline],
        offsets=[(x, y) for x, y, _ in squares],
        offset_transform=axes.transData,
        facecolors=[shade(value) for *_, value in squares],
        edgecolors="none",
    )
    data: Any = axes.transData  # it is affine, although its type does not say so
    painted.set_transform(AffineDeltaTransform(data))
    painted.set_clip_on(False)
    axes.add_collection(painted)


@cache
def _scale() -> LinearSegmentedColormap:
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415 - only reports draw

    return LinearSegmentedColormap.from_list("shades", _SHADES)


def shade(value: float) -> str:
    """The colour of a number between 0 and 1."""
    from matplotlib.colors import to_hex  # noqa: PLC0415 - only reports draw

    return str(to_hex(_scale()(round(min(max(value, 0.0), 1.0), 2))))


def _legend(figure: Figure, text: str) -> None:
    """A strip of shades, and what they mean."""
    from matplotlib.patches import Patch  # noqa: PLC0415 - only reports draw

    steps = [0.0, 0.25, 0.5, 0.75, 1.0]
    patches = [Patch(facecolor=shade(step), edgecolor=GREY, linewidth=0.4) for step in steps]
    figure.legend(patches, [f"{100 * step:.0f} %" for step in steps], title=text, ncols=len(steps),
                  loc="outside lower center", handlelength=1.2, columnspacing=1.2, fontsize=_TINY,
                  title_fontsize=_TINY)  # fmt: skip

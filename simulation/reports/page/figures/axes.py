"""What the axes of a figure say, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.language import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

    Interval = Mapping[str, float | None]

_AIR: Final = 0.05
"""Share of its length that an axis is longer than what it shows, on either side."""
_LEAST: Final = 1e-3
"""Share of a number that an axis around it is long at least."""
_DECIMALS: Final = 6


@dataclass(frozen=True)
class Scale:
    """A numeric axis.

    Attributes:
        label: What it measures, and in which unit.
        factor: What numbers are multiplied by to be shown; 100 for percentages.
        lowest: No number is below, so no tick is either.
        highest: None is above.
        from_zero: Whether it has to show zero: lengths of bars mean nothing otherwise.
    """

    label: str
    factor: float = 1.0
    lowest: float | None = None
    highest: float | None = None
    from_zero: bool = False

    def limits(self, values: Iterable[float | None]) -> tuple[float, float]:
        """Where the axis begins and ends so that it holds some values, and a little air."""
        known = [self.factor * value for value in values if value is not None]
        known += [0.0] if self.from_zero or not known else []
        low, high = min(known), max(known)
        air = max(_AIR * (high - low), _LEAST * max(abs(low), abs(high)), _LEAST)
        return (low if self.from_zero and low == 0 else low - air), high + air

    def shows(self, value: float) -> bool:
        """Whether there can be such a number, so that it deserves a tick."""
        low = -float("inf") if self.lowest is None else self.lowest * self.factor
        high = float("inf") if self.highest is None else self.highest * self.factor
        return low - _LEAST <= value <= high + _LEAST


def percent_scale(label: str, *, from_zero: bool = False) -> Scale:
    """A scale of rates, which are fractions and are shown in percent."""
    return Scale(label, factor=100.0, lowest=0.0, highest=1.0, from_zero=from_zero)


def tick(value: float) -> str:
    """A number at a tick: as many decimals as it has."""
    text = f"{value:,.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return written("0" if text in {"-0", ""} else text.replace("-", "−"))


def scale_x(axes: Axes, scale: Scale, values: Iterable[float | None], ticks: int = 5) -> None:
    """Make a scale the horizontal axis."""
    axes.set_xlim(*scale.limits(values))
    axes.set_xlabel(scale.label)
    _tick(axes.xaxis, scale, ticks)
    axes.grid(visible=True, axis="x")


def scale_y(axes: Axes, scale: Scale, values: Iterable[float | None], ticks: int = 5) -> None:
    """Make a scale the vertical axis; its label lies above it, where it is read first."""
    axes.set_ylim(*scale.limits(values))
    axes.set_title(scale.label, loc="left", fontsize=9)
    _tick(axes.yaxis, scale, ticks)
    axes.grid(visible=True, axis="y")


def _tick(axis: Axis, scale: Scale, ticks: int) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 - only reports draw

    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: tick(value) if scale.shows(value) else "")
    )


def ends(intervals: Sequence[Interval]) -> list[float | None]:
    """All numbers of some intervals: what an axis has to hold."""
    return [interval[end] for interval in intervals for end in ("mean", "low", "high")]

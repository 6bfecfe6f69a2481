"""Numbers as people read them. A missing one is a dash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    IntervalDict = Mapping[str, float | None]

NOTHING: Final = "–"
_MANY: Final = 100


def count(value: float | None) -> str:
    """A number of things, which may be a mean: 111,333 or 3.5."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= _MANY or value == round(value) else f"{value:,.1f}"


def percent(value: float | None) -> str:
    """A fraction as a percentage with two decimals."""
    return NOTHING if value is None else f"{100 * value:.2f} %"


def share(value: float | None) -> str:
    """A fraction as a percentage without decimals, where precision would pretend too much."""
    return NOTHING if value is None else f"{100 * value:.0f} %"


def decimal(value: float | None) -> str:
    """A number with one decimal."""
    return NOTHING if value is None else f"{value:,.1f}"


def bounds(interval: IntervalDict, style: Any) -> str:
    """The bounds of an interval, each in a style of this module; empty where there are none."""
    if interval["low"] is None:
        return ""
    low, high = (str(style(interval[end])).removesuffix(" %") for end in ("low", "high"))
    return f"{low} – {high}"


def points(value: float | None) -> str:
    """A difference of fractions in percentage points, with its sign."""
    return NOTHING if value is None else f"{100 * value:+.2f}"


def short(value: float | None) -> str:
    """A number in as few digits as tell it from others: 1.225, 14 or 15,240."""
    return NOTHING if value is None else f"{value:,.4g}" if abs(value) < _MANY else count(value)

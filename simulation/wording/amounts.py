"""Numbers as people read them. A missing one is a dash."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, current, day, later, title, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    IntervalDict = Mapping[str, float | None]

NOTHING: Final = "–"
_SEPARATOR: Final = {"en": ", ", "vi": "; "}
"""Between entries with numbers: a decimal comma would be mistaken for it."""
_MANY: Final = 100


def count(value: float | None) -> str:
    """A number of things, which may be a mean: 111,333 or 3.5."""
    if value is None:
        return NOTHING
    whole = abs(value) >= _MANY or value == round(value)
    return written(f"{value:,.0f}" if whole else f"{value:,.1f}")


def percent(value: float | None) -> str:
    """A fraction as a percentage with two decimals."""
    return NOTHING if value is None else written(f"{100 * value:.2f} %")


def share(value: float | None) -> str:
    """A fraction as a percentage without decimals, where precision would pretend too much."""
    return NOTHING if value is None else written(f"{100 * value:.0f} %")


def decimal(value: float | None) -> str:
    """A number with one decimal."""
    return NOTHING if value is None else written(f"{value:,.1f}")


def bounds(interval: IntervalDict, style: Any) -> str:
    """The bounds of an interval, each in a style of this module; empty where there are none."""
    if interval["low"] is None:
        return ""
    low, high = (str(style(interval[end])).removesuffix(" %") for end in ("low", "high"))
    return f"{low} – {high}"


def enumerated(texts: Iterable[str]) -> str:
    """Entries with numbers in them, one after the other."""
    return _SEPARATOR[current()].join(texts)


def points(value: float | None) -> str:
    """A difference of fractions in percentage points, with its sign."""
    return NOTHING if value is None else written(f"{100 * value:+.2f}")


def short(value: float | None) -> str:
    """A number in as few digits as tell it from others: 1.225, 14 or 15,240."""
    if value is None:
        return NOTHING
    return written(f"{value:,.4g}") if abs(value) < _MANY else count(value)


def day_of_year(date: str) -> str:
    """Month and day of a date, or day and month: 11-15, or 15/11."""
    month_and_day = date[len("2021-") :]
    return month_and_day if current() == "en" else day(date)[: -len("/2021")]


def amount(text: str) -> str:
    """A length as a scenario has it, such as ``3 wd`` or ``on the spot``, as people write it."""
    number, _space, unit = text.partition(" ")
    if unit not in _UNITS:
        return _(text)
    return _(_UNITS[unit]).format(number=written(number))


def with_unit(value: float, factor: Mapping[str, Any]) -> str:
    """A value of a field that was varied, and its unit."""
    number = f"{value:g}"
    return amount(f"{number} {factor['unit']}") if factor["unit"] else written(number)


def said(value: float | str) -> str:
    """What a field is set to: a number, or a length as a scenario has it."""
    try:
        return short(float(value))
    except ValueError:
        return amount(str(value))


def span(low: float | str, high: float | str) -> str:
    """Values of a field from low to high, a unit that both have only once."""
    first, last = said(low), said(high)
    _number, space, unit = last.partition(" ")
    return f"{first.removesuffix(space + unit)} – {last}"


def now(assumption: Mapping[str, Any]) -> str:
    """What an assumption is now, if that is one value."""
    value = assumption["present"]
    return said(value) if _is_plain(value) else _("as it is")


def _is_plain(value: Any) -> bool:
    """Whether a value is one number or text, which can be said."""
    return isinstance(value, float | int | str) and not isinstance(value, bool)


def plausible(assumption: Mapping[str, Any]) -> str:
    """What else an assumption may be: from low to high, or another value."""
    others = (assumption.get("otherwise") or {}).values()
    if not others:
        return span(assumption["low"], assumption["high"])
    first, *more = map(str, others)
    if all(map(_is_plain, others)) and all(text == first for text in more):
        return _("or {value}").format(value=said(first))
    return _("or otherwise")


def otherwise_of(assumption: Mapping[str, Any]) -> str | None:
    """What an assumption would be otherwise, as after ``--set``; None where that is not said."""
    values = assumption.get("otherwise") or {}  # results of older versions have none
    texts = (
        f"{path}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for path, value in values.items()
    )
    return "; ".join(texts) or None


def unit_of_cost(summary: Mapping[str, Any]) -> str:
    """What the costs of a staffing search are in."""
    return _("people") if summary["unit"] is None else title(summary["unit"])


def how(summary: Mapping[str, Any]) -> dict[str, str]:
    """What the line below a title says: the period, the seed and the engine."""
    period = summary["period"]
    return {
        "first": day(period["first_day"]),
        "last": day(period["last_day"]),
        "seed": str(summary["seed"]),
        "engine": str(summary["engine"]),
    }


_UNITS: Final = {
    "wd": later("{number} wd"),
    "d": later("{number} d"),
    "h": later("{number} h"),
    "min": later("{number} min"),
}
"""Units of lengths that reports show."""
_WORDS: Final = (later("on the spot"), later("none"))
"""Deadlines without a number."""

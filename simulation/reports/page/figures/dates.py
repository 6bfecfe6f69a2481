"""Days, weekdays and hours as they stand at an axis."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from simulation.language import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.language import Language

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "vi": tuple(f"T{number}" for number in range(1, 13)),
}
_WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
}
_MANY_DAYS: Final = 100
_MOST_MONTHS: Final = 12
_MOST_WEEKS: Final = 7


def weekday(number: int) -> str:
    """A weekday in short; 0 is Monday."""
    return _WEEKDAYS[current()][number]


def day_ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Where ticks stand between two days, and what stands there: months, or Mondays."""
    if (last - first).days > _MANY_DAYS:
        shown = [day for day in _firsts(first, last) if first <= day <= last]
        return [(day, _month(day, shown)) for day in _thinned(shown, _MOST_MONTHS)]
    days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    shown = [day for day in days if day.weekday() == 0] or days[:1]
    return [(day, short_day(day)) for day in _thinned(shown, _MOST_WEEKS)]


def short_day(day: date) -> str:
    """A day without its year: 5 Jan, or 5/1."""
    if current() == "vi":
        return f"{day.day}/{day.month}"
    return f"{day.day} {_MONTHS['en'][day.month - 1]}"


def _firsts(first: date, last: date) -> list[date]:
    months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _month(day: date, shown: Sequence[date]) -> str:
    """A month; its year stands below the first, and below each January."""
    name = _MONTHS[current()][day.month - 1]
    return f"{name}\n{day.year}" if day.month == 1 or day == shown[0] else name


def _thinned(days: Sequence[date], most: int) -> Sequence[date]:
    return days[:: -(-len(days) // most)]

"""The values of the scenario language in one place, and the numbers that change by date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, BeforeValidator, Field

from simulation.errors import NotationError
from simulation.language import _
from simulation.scenario.base import (
    FreeDate,
    Id,
    Model,
    NonNegative,
    NumberOrText,
    Positive,
    Share,
    Shorthand,
    Text,
    Texts,
    is_number,
)
from simulation.scenario.dates import (
    WEEKDAYS,
    Clock,
    Date,
    DateRange,
    DayOrInstant,
    Days,
    Hours,
    InstantRange,
    Instants,
    InstantText,
    Span,
    SpanKey,
    Weekday,
    WeekdayKey,
    disjoint,
    each_day,
    format_date_range,
    format_instant,
    format_span,
    parse_date,
    parse_date_range,
    parse_instant,
    parse_span,
    parse_weekdays,
)
from simulation.scenario.lengths import (
    Anchor,
    AnchorText,
    ClockRandom,
    Component,
    Deadline,
    Length,
    LowHigh,
    LowModeHigh,
    MeanCv,
    MeanK,
    Random,
    StatutoryDeadline,
    WarmLength,
    Weighted,
    WholeDays,
    WorkingLength,
)
from simulation.scenario.words import show

if TYPE_CHECKING:
    from datetime import date

MAX_PEOPLE: Final = 10_000
"""Most people in a team."""


class Dated(Shorthand):
    """A number with factors that apply on certain days.

    ``value`` holds on ordinary days; on the days of a range in ``during`` it is multiplied by that
    range's factor (factors of ranges that overlap multiply).
    """

    SHORT: ClassVar = {"type": "number", "minimum": 0}

    value: NonNegative
    during: dict[Days, NonNegative] = Field(default_factory=dict)

    @classmethod
    def long_form(cls, value: Any) -> Any:
        """A plain number holds on all days."""
        if not is_number(value):
            raise NotationError(
                _("{value} is not a number").format(value=show(value)),
                _("a number, or {value: 1, during: {2021-02-17..2021-02-24: 2}}"),
                number=True,
            )
        return {"value": value}

    def on(self, day: date) -> float:
        """The value on a day."""
        value = self.value
        for (first, last), factor in self.during.items():
            if first <= day <= last:
                value *= factor
        return value

    @property
    def turning_days(self) -> tuple[date, ...]:
        """First days of its ranges, in order; one has the largest value, or no range has."""
        return tuple(sorted({first for first, _ in self.during}))


def _of_value_one(value: Any) -> Any:
    return {"value": 1, **value} if isinstance(value, dict) else value


Weight = Annotated[Dated, BeforeValidator(_of_value_one)]
"""A relative weight: of factors alone, on ordinary days 1."""


def _probability(value: Dated) -> Dated:
    for day in (None, *value.turning_days):
        probability = value.value if day is None else value.on(day)
        if probability > 1:
            when = "" if day is None else _(" on {day}").format(day=day)
            raise NotationError(
                _("{probability:g}{when} is not a probability").format(
                    probability=probability, when=when
                ),
                _("a number between 0 and 1"),
            )
    return value


Probability = Annotated[Dated, AfterValidator(_probability)]

People = Annotated[int, Field(ge=0, le=MAX_PEOPLE)]


class Staff(Shorthand):
    """A number of people that changes on certain dates."""

    SHORT: ClassVar = {"type": "integer", "minimum": 0, "maximum": MAX_PEOPLE}

    at_start: People
    changes: dict[Date, People] = Field(default_factory=dict)

    @classmethod
    def long_form(cls, value: Any) -> Any:
        """A plain number holds for good."""
        if not is_number(value):
            raise NotationError(
                _("{value} is not a number of people").format(value=show(value)),
                _("a whole number, or {at_start: 3, changes: {2021-07-01: 4}}"),
                number=True,
            )
        return {"at_start": value}

    def on(self, day: date) -> int:
        """People on a day."""
        current = self.at_start
        for since, count in sorted(self.changes.items()):
            if since <= day:
                current = count
        return current

    @property
    def most(self) -> int:
        """The largest number of people at any time."""
        return max([self.at_start, *self.changes.values()])


__all__ = [
    "WEEKDAYS", "Anchor", "AnchorText", "Clock", "ClockRandom", "Component", "Date", "DateRange",
    "Dated", "DayOrInstant", "Days", "Deadline", "FreeDate", "Hours", "Id", "InstantRange",
    "InstantText", "Instants", "Length", "LowHigh", "LowModeHigh", "MeanCv", "MeanK", "Model",
    "NonNegative", "NumberOrText", "People", "Positive", "Probability", "Random", "Share",
    "Shorthand", "Span", "SpanKey", "Staff", "StatutoryDeadline", "Text", "Texts", "WarmLength",
    "Weekday", "WeekdayKey", "Weight", "Weighted", "WholeDays", "WorkingLength", "disjoint",
    "each_day", "format_date_range", "format_instant", "format_span", "is_number", "parse_date",
    "parse_date_range", "parse_instant", "parse_span", "parse_weekdays",
]  # fmt: skip

"""Dates, times of day, spans of a day and ranges, as they are written in a scenario."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from simulation.errors import NotationError
from simulation.language import _, later
from simulation.scenario.words import show
from simulation.units import format_clock, parse_clock

if TYPE_CHECKING:
    from collections.abc import Iterable

YEARS: Final = (1990, 2100)
"""Dates outside are taken for typing errors; public holidays are not known there either."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RANGE_HELP: Final = later("a date or a range such as 2021-02-17..2021-02-24")


def parse_date(value: Any) -> date:
    """The day of ``2021-02-17``.

    Raises:
        ValueError: Not a date, or so far away that it must be a typing error.
    """
    day: date | None = None
    if isinstance(value, date) and not isinstance(value, datetime):
        day = value
    elif isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            raise NotationError(
                _("{value} is a day that does not exist").format(value=show(value)),
                _("a date such as 2021-02-17"),
            ) from None
    if day is None:
        raise NotationError(
            _("{value} is not a date").format(value=show(value)), _year_first(value)
        )
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise NotationError(
            _("{value} is out of range").format(value=show(value)),
            _("a year from {first} to {last}").format(first=YEARS[0], last=YEARS[1]),
        )
    return day


def _year_first(value: Any) -> str:
    """How a date would be written, where it is one in the order of Vietnam; else an example."""
    parts = re.fullmatch(r"\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\s*", str(value))
    if parts is None:
        return _("{date} (year-month-day)").format(date="2021-02-17")
    date = f"{parts[3]}-{int(parts[2]):02}-{int(parts[1]):02}"
    return _("{date} (year-month-day)").format(date=date)


Date = Annotated[
    date, BeforeValidator(parse_date), WithJsonSchema({"type": "string", "format": "date"})
]


def _clock(value: Any) -> int:
    if not isinstance(value, str):
        raise NotationError(_("{value} is not a time of day").format(value=show(value)), "'07:30'")
    return _time(value)


def _time(text: str) -> int:
    """Seconds of the day; says how ``7h30`` is written."""
    hours = re.fullmatch(r"\s*([0-9]{1,2}) ?[hH]([0-9]{2})?\s*", text)
    if hours is not None:
        written = f"{int(hours[1]):02}:{hours[2] or '00'}"
        raise NotationError(
            _("{value} is not a time of day").format(value=show(text.strip())), f"'{written}'"
        )
    return parse_clock(text)


Clock = Annotated[
    int,
    BeforeValidator(_clock),
    PlainSerializer(format_clock, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,2}:[0-9]{2}$", "examples": ["07:30"]}),
]

Span = tuple[int, int]


def parse_span(text: str) -> Span:
    """Seconds of the day of ``07:00-11:30``.

    Raises:
        ValueError: Not two times of day in order.
    """
    first, dash, last = text.partition("-")
    if not dash:
        plain = re.sub("[‐-―−]", "-", text.strip())  # dashes that a word processor writes
        help_ = (
            _("'{hours}', with a plain hyphen").format(hours=plain)
            if plain != text.strip()
            else "'07:00-11:30'"
        )
        raise NotationError(_("{text} is not a span of hours").format(text=show(text)), help_)
    begin, end = _time(first), _time(last)
    if begin >= end:
        raise NotationError(
            _("{value} ends before it begins").format(value=show(text)), "'07:00-11:30'"
        )
    return begin, end


def format_span(span: Span) -> str:
    """``07:00-11:30`` of two seconds of the day."""
    return f"{format_clock(span[0])}-{format_clock(span[1])}"


SpanKey = Annotated[
    str,
    AfterValidator(lambda text: format_span(parse_span(text))),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$"}),
]


def disjoint(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order.

    Raises:
        ValueError: Two of them overlap.
    """
    ordered = sorted(spans)
    for before, after in pairwise(ordered):
        if after[0] < before[1]:
            raise NotationError(
                _("the hours {before} and {after} overlap").format(
                    before=format_span(before), after=format_span(after)
                ),
                _("spans that follow one another, such as '07:00-11:30, 13:30-17:00'"),
            )
    return tuple(ordered)


def _hours(value: Any) -> tuple[Span, ...]:
    if isinstance(value, tuple):
        return value  # already parsed
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise NotationError(
            _("{value} is not a list of hours").format(value=show(value)),
            _("'07:00-11:30, 13:30-17:00' or 'closed'"),
        )
    if [part.strip() for part in parts] == ["closed"]:
        return ()
    return disjoint(parse_span(part) for part in parts)


Hours = Annotated[
    tuple[Span, ...],
    BeforeValidator(_hours),
    PlainSerializer(lambda spans: ", ".join(map(format_span, spans)) or "closed", return_type=str),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "examples": ["07:00-11:30, 13:30-17:00", "closed"],
        }
    ),
]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_weekdays(text: str) -> tuple[Weekday, ...]:
    """The weekdays of ``mon`` or ``mon-fri``.

    Raises:
        ValueError: Not a weekday or two in the order of the week.
    """
    first, dash, last = text.partition("-")
    positions = {str(name): k for k, name in enumerate(WEEKDAYS)}
    begin, end = positions.get(first), positions.get(last if dash else first)
    if begin is None or end is None:
        raise NotationError(
            _("{text} is not a weekday").format(text=show(text)),
            _("mon, tue, wed, thu, fri, sat, sun or mon-fri"),
        )
    if end < begin:
        raise NotationError(
            _("{text} runs over the end of the week").format(text=show(text)),
            _("a key for each part, such as sat-sun and mon"),
        )
    return WEEKDAYS[begin : end + 1]


def _weekdays(text: str) -> str:
    parse_weekdays(text)
    return text


_WEEKDAY: Final = f"({'|'.join(WEEKDAYS)})"
WeekdayKey = Annotated[
    str,
    AfterValidator(_weekdays),
    WithJsonSchema({"type": "string", "pattern": f"^{_WEEKDAY}(-{_WEEKDAY})?$"}),
]

DateRange = tuple[date, date]


def parse_date_range(value: Any) -> DateRange:
    """First and last day of ``2021-02-17..2021-02-24`` or of a single date.

    Raises:
        ValueError: Not a date or two dates in order.
    """
    if isinstance(value, tuple):
        return value  # already parsed
    if isinstance(value, str) and ".." in value:
        first, _dots, last = value.partition("..")
        begin, end = parse_date(first), parse_date(last)
    else:
        begin = end = parse_date(value)
    if end < begin:
        raise NotationError(
            _("{value} ends before it begins").format(value=show(value)), _(_RANGE_HELP)
        )
    return begin, end


def format_date_range(days: DateRange) -> str:
    """The inverse of `parse_date_range`."""
    return f"{days[0]}" if days[0] == days[1] else f"{days[0]}..{days[1]}"


Days = Annotated[
    DateRange,
    BeforeValidator(parse_date_range),
    PlainSerializer(format_date_range, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["2021-02-17", "2021-02-17..2021-02-24"]}),
]


def parse_instant(text: Any) -> datetime:
    """The local instant of ``2021-03-01 08:15`` (seconds may follow).

    Raises:
        ValueError: Not a date and a time of day.
    """
    match = re.fullmatch(r"([0-9-]+)[ T]([0-9]{1,2}:[0-9]{2})(?::([0-5][0-9]))?", str(text).strip())
    if match is None:
        day, _space, time = str(text).strip().partition(" ")
        if time and _year_first(day).startswith(day[-4:]):
            raise NotationError(
                _("{value} is not an instant").format(value=show(text)),
                _("{date} (local time)").format(date=f"{_year_first(day)[:10]} 08:15"),
            )
        raise NotationError(
            _("{value} is not an instant").format(value=show(text)),
            _("{date} (local time)").format(date="2021-03-01 08:15"),
        )
    midnight = datetime.combine(parse_date(match[1]), datetime.min.time())
    return midnight + timedelta(seconds=parse_clock(match[2]) + int(match[3] or 0))


def format_instant(instant: datetime) -> str:
    """The inverse of `parse_instant`."""
    return f"{instant:%Y-%m-%d %H:%M:%S}"


InstantText = Annotated[
    str,
    BeforeValidator(lambda value: format_instant(parse_instant(value)), json_schema_input_type=str),
    WithJsonSchema({"type": "string", "examples": ["2021-03-01 08:15"]}),
]


def _day_or_instant(value: Any) -> str:
    if isinstance(value, date) or re.fullmatch(r"\s*[0-9/.-]+\s*", str(value)):
        return parse_date(value).isoformat()
    return format_instant(parse_instant(value))


DayOrInstant = Annotated[
    str,
    BeforeValidator(_day_or_instant, json_schema_input_type=str),
    WithJsonSchema({"type": "string", "examples": ["2021-11-03", "2021-11-03 08:15"]}),
]
"""A day, or an instant of it: what a register says of when a dossier was received."""

InstantRange = tuple[datetime, datetime]


def _instants(value: Any) -> InstantRange:
    if isinstance(value, tuple):
        return value  # already parsed
    if not isinstance(value, str) or ".." not in value:
        raise NotationError(
            _("{value} is not a range of instants").format(value=show(value)),
            "2021-03-01 08:00..2021-03-02 17:00",
        )
    first, _dots, last = value.partition("..")
    begin, end = parse_instant(first), parse_instant(last)
    if begin >= end:
        raise NotationError(
            _("{value} ends before it begins").format(value=show(value)),
            "2021-03-01 08:00..2021-03-02 17:00",
        )
    return begin, end


Instants = Annotated[
    InstantRange,
    BeforeValidator(_instants),
    PlainSerializer(lambda pair: "..".join(map(format_instant, pair)), return_type=str),
    WithJsonSchema({"type": "string", "examples": ["2021-03-01 08:00..2021-03-02 17:00"]}),
]


def each_day(first: date, last: date) -> list[date]:
    """All days from the first to the last, both included."""
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]

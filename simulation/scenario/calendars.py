"""When the house is open, when couriers go, and how deadlines count."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from simulation.errors import NotationError
from simulation.language import _, later
from simulation.scenario.values import (
    WEEKDAYS,
    Clock,
    Date,
    Days,
    Hours,
    Id,
    Model,
    Span,
    Weekday,
    WeekdayKey,
    parse_weekdays,
)
from simulation.units import DAY_S


def _week_shape(value: Any) -> str | None:
    if value == "always":
        return "<always>"
    return "<weekdays>" if isinstance(value, dict) else None


def _each_weekday_once(hours: dict[str, Any]) -> dict[str, Any]:
    seen: dict[Weekday, str] = {}
    for key in hours:
        for weekday in parse_weekdays(key):
            if weekday in seen:
                raise NotationError(
                    _("{weekday} is in {seen!r} and in {key!r}").format(
                        weekday=weekday, seen=seen[weekday], key=key
                    ),
                    _("each weekday once (null removes a key that a base brings in)"),
                )
            seen[weekday] = key
    return hours


WeekHours = Annotated[
    Annotated[Literal["always"], Tag("<always>")]
    | Annotated[dict[WeekdayKey, Hours], AfterValidator(_each_weekday_once), Tag("<weekdays>")],
    Discriminator(
        _week_shape,
        custom_error_type="shape",
        custom_error_message=later("'always', or hours by weekday such as {mon-fri: 07:00-11:30}"),
    ),
]


class Calendar(Model):
    """Opening hours.

    Attributes:
        hours: ``always``, or weekday (or range such as ``mon-fri``) → hours of the day.
        holidays: Public holidays on which it is closed.
        closed: Extra closed days.
        open: Days with hours of their own, whatever else is said of them.
    """

    hours: WeekHours
    holidays: Literal["vietnam", "none"] = "vietnam"
    closed: list[Days] = Field(default_factory=list)
    open: dict[Date, Hours] = Field(default_factory=dict)

    def on_weekday(self, weekday: Weekday) -> tuple[Span, ...]:
        """Hours on an ordinary weekday."""
        if self.hours == "always":
            return ((0, DAY_S),)
        keys = (key for key in self.hours if weekday in parse_weekdays(key))
        return next((self.hours[key] for key in keys), ())

    @property
    def ever_opens(self) -> bool:
        """Whether it is open at all, on some weekday or date."""
        return any(map(self.on_weekday, WEEKDAYS)) or any(self.open.values())


class Timetable(Model):
    """Departures of a courier, or sessions: these times on the days on which a calendar opens."""

    calendar: Id
    times: Annotated[list[Clock], Field(min_length=1)]
    weekdays: Annotated[list[Weekday], Field(min_length=1)] | None = None


Cutoff = Annotated[
    Annotated[Literal["closing"], Tag("<closing>")] | Annotated[Clock, Tag("<clock>")],
    Discriminator(lambda value: "<closing>" if value == "closing" else "<clock>"),
]


class LegalClock(Model):
    """How deadlines count.

    Attributes:
        calendar: The legal calendar, eight hours a working day; apart from opening hours.
        cutoff: A dossier accepted after this time of day (or after ``closing``) counts from the
            next working day's opening.
        supplement: What a pause for the applicant does: ``pause`` adds the paused working time,
            ``restart`` starts the deadline from zero.
    """

    calendar: Id
    cutoff: Cutoff = "closing"
    supplement: Literal["pause", "restart"] = "pause"

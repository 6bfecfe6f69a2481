"""Lengths of time: durations, random lengths, statutory deadlines, anchors."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from simulation.errors import NotationError
from simulation.language import _, later
from simulation.scenario.base import Model, NonNegative, Positive, Shorthand
from simulation.scenario.words import show
from simulation.units import DAY_S, FAR, WORKING_DAY_S, Duration, parse_duration

MAX_DURATION_S: Final = 400 * 366 * DAY_S
"""Longest duration accepted: far beyond any calendar, far below an int64 overflow."""
MAX_DEADLINE: Final = 3_650
"""Longest deadline, in days or hours."""


def _duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise NotationError(
            _("{value} has no unit").format(value=show(value)),
            _("for instance '15 min', '2 h' or '3 wd'"),
        )
    if value.lstrip().startswith("-"):
        raise NotationError(
            _("{value} is negative").format(value=show(value)), _("a duration of 0 or more")
        )
    duration = parse_duration(value)
    if duration.seconds > MAX_DURATION_S:
        raise NotationError(
            _("{value} is too long").format(value=show(value)), _("a duration below 400 years")
        )
    return duration


_DURATION_SCHEMA: Final = {
    "type": "string",
    "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*(s|min|h|d|wh|wd)\s*$",
    "examples": ["15 min", "2 h", "3 wd"],
}
Length = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(_DURATION_SCHEMA),
]


def _working(value: Duration) -> Duration:
    if not value.working and value.seconds:
        raise NotationError(
            _("'{value}' is clock time").format(value=value),
            _("working time (wh or wd), such as '2 wd'"),
        )
    return value


def _whole_days(value: Duration) -> Duration:
    if value.working or value.seconds % DAY_S:
        raise NotationError(
            _("'{value}' is not a number of days").format(value=value),
            _("whole days, such as '30 d'"),
            number=True,
        )
    return value


def _days_of_either_kind(value: Duration) -> Duration:
    if value.seconds % (WORKING_DAY_S if value.working else DAY_S):
        raise NotationError(
            _("'{value}' is not a number of days").format(value=value),
            _("'30 wd' or '45 d'"),
            number=True,
        )
    return value


WorkingLength = Annotated[Length, AfterValidator(_working)]
WholeDays = Annotated[Length, AfterValidator(_whole_days)]
WarmLength = Annotated[Length, AfterValidator(_days_of_either_kind)]


class MeanCv(Model):
    """A family given by its mean and coefficient of variation (standard deviation / mean)."""

    mean: Length
    cv: Annotated[float, Field(ge=0, le=10)]


class MeanK(Model):
    """Erlang: the sum of ``k`` exponential phases."""

    mean: Length
    k: Annotated[int, Field(ge=1, le=1000)]


class LowHigh(Model):
    """Uniform between two lengths."""

    low: Length
    high: Length

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low.seconds > self.high.seconds:
            raise NotationError(
                _("low ({low}) is above high ({high})").format(low=self.low, high=self.high),
                "low ≤ high",
            )
        return self


class LowModeHigh(Model):
    """A family on an interval with a most likely value."""

    low: Length
    mode: Length
    high: Length

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low.seconds <= self.mode.seconds <= self.high.seconds:
            raise NotationError(
                _("low {low}, mode {mode} and high {high} are out of order").format(
                    low=self.low, mode=self.mode, high=self.high
                ),
                "low ≤ mode ≤ high",
            )
        return self


class Weighted(Model):
    """Given values with given weights (equal where left out)."""

    values: Annotated[list[Length], Field(min_length=1, max_length=100_000)]
    weights: list[NonNegative] | None = None

    @model_validator(mode="after")
    def _matching(self) -> Self:
        if self.weights is not None:
            if len(self.weights) != len(self.values):
                raise NotationError(
                    _("there are {weights} weights for {values} values").format(
                        weights=len(self.weights), values=len(self.values)
                    ),
                    _("one weight a value"),
                )
            if math.fsum(self.weights) <= 0:
                raise NotationError(_("all weights are zero"), _("at least one above zero"))
        return self


class Component(Model):
    """One component of a mixture."""

    weight: Positive
    of: Random


class Random(Shorthand):
    """A random length of time: exactly one family. One length stands for a constant."""

    SHORT: ClassVar = _DURATION_SCHEMA

    constant: Length | None = None
    exponential: Length | None = None
    uniform: LowHigh | None = None
    triangular: LowModeHigh | None = None
    pert: LowModeHigh | None = None
    lognormal: MeanCv | None = None
    gamma: MeanCv | None = None
    weibull: MeanCv | None = None
    erlang: MeanK | None = None
    empirical: Weighted | None = None
    mixture: Annotated[list[Component], Field(min_length=1)] | None = None

    @classmethod
    def long_form(cls, value: Any) -> Any:
        """A plain length is constant."""
        return {"constant": _duration(value)}

    @model_validator(mode="after")
    def _one_family(self) -> Self:
        named = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(named) != 1:
            families = ", ".join(type(self).model_fields)
            found = _(" and ").join(named) or _("no family")
            raise NotationError(
                _("it names {found}").format(found=found),
                _("exactly one of {families}").format(families=families),
            )
        if len({length.working for length in self.lengths() if length.seconds}) > 1:
            raise NotationError(
                _("clock time and working time are mixed"),
                _("all lengths in s, min, h, d or all in wh, wd"),
            )
        return self

    @property
    def family(self) -> str:
        """The name of the family."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    def lengths(self) -> list[Duration]:
        """Every length that stands in it."""
        spec = getattr(self, self.family)
        if isinstance(spec, Duration):
            return [spec]
        if isinstance(spec, list):
            return [length for part in spec for length in part.of.lengths()]
        if isinstance(spec, Weighted):
            return list(spec.values)
        return [value for _, value in spec if isinstance(value, Duration)]

    @property
    def working(self) -> bool:
        """True when it is counted in working time."""
        return any(length.working for length in self.lengths())


def _clock_time(value: Random) -> Random:
    if value.working:
        raise NotationError(_("this passes in clock time"), _("s, min, h or d, not wh or wd"))
    return value


ClockRandom = Annotated[Random, AfterValidator(_clock_time)]

Component.model_rebuild()
Random.model_rebuild()


class Deadline(Model):
    """A statutory deadline: ``3 wd``, ``10 d`` (calendar days), ``4 h``, ``on the spot``, ``none``.

    Hours are legal working hours (eight to a working day). ``0 wd`` is the same day, or the next
    working day after the cutoff.
    """

    kind: Literal["working days", "calendar days", "hours", "on the spot", "none"]
    amount: float = 0

    def __str__(self) -> str:
        """As it is written in a scenario."""
        unit = {"working days": "wd", "calendar days": "d", "hours": "h"}.get(self.kind)
        return self.kind if unit is None else f"{self.amount:.15g} {unit}"


_DEADLINE: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(wd|d|h)")
_DEADLINE_KINDS: Final[dict[str, Literal["working days", "calendar days", "hours"]]] = {
    "wd": "working days",
    "d": "calendar days",
    "h": "hours",
}
DEADLINE_HELP: Final = later("'3 wd', '10 d' (calendar days), '4 h', 'on the spot' or 'none'")
_SAME_DAY: Final = "wd"
"""The unit of which a deadline may have none."""


def _deadline(value: Any) -> Deadline:
    if isinstance(value, Deadline):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if text == "on the spot":
        return Deadline(kind="on the spot")
    if text == "none":
        return Deadline(kind="none")
    match = _DEADLINE.fullmatch(text)
    if match is None:
        raise NotationError(
            _("{value} is not a deadline").format(value=show(value)), _(DEADLINE_HELP)
        )
    amount = float(match[1])
    if match[2] == "d" and amount != int(amount):
        raise NotationError(
            _("{value} is not a whole number of calendar days").format(value=show(value)),
            _(DEADLINE_HELP),
            number=True,
        )
    if amount > MAX_DEADLINE or (amount == 0 and match[2] != _SAME_DAY):
        raise NotationError(
            _("{value} is out of range").format(value=show(value)),
            _(
                "more than 0 and at most {most}, or '0 wd' (the same day), or 'on "
                "the spot', or 'none'"
            ).format(most=MAX_DEADLINE),
        )
    return Deadline(kind=_DEADLINE_KINDS[match[2]], amount=amount)


StatutoryDeadline = Annotated[
    Deadline,
    BeforeValidator(_deadline),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*([0-9]+(\.[0-9]+)?\s*(wd|d|h)|on the spot|none)\s*$",
            "examples": ["3 wd", "10 d", "4 h", "on the spot", "none"],
        }
    ),
]


class Anchor(Model):
    """An instant that a delay starts from: now, or the due date with a working-time offset."""

    of: Literal["now", "due"] = "now"
    offset_s: Annotated[int, Field(ge=-FAR, le=FAR)] = 0

    def __str__(self) -> str:
        """As it is written in a scenario."""
        if not self.offset_s:
            return self.of
        sign = "-" if self.offset_s < 0 else "+"
        return f"{self.of} {sign} {Duration(abs(self.offset_s), working=True)}"


_ANCHOR: Final = re.compile(r"\s*(?:(now)|due\s*(?:([+-])\s*(.+))?)\s*")


def _anchor(value: Any) -> Anchor:
    if isinstance(value, Anchor):
        return value
    match = _ANCHOR.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise NotationError(
            _("{value} is not an anchor").format(value=show(value)),
            _("'now', 'due' or 'due - 2 wd'"),
        )
    if match[1]:
        return Anchor()
    if match[2] is None:
        return Anchor(of="due")
    offset = _duration(match[3])
    if not offset.working:
        raise NotationError(
            _("{value} is offset by clock time").format(value=show(value)),
            _("wh or wd, as in 'due - 2 wd'"),
        )
    seconds = round(offset.seconds)
    return Anchor(of="due", offset_s=-seconds if match[2] == "-" else seconds)


AnchorText = Annotated[
    Anchor,
    BeforeValidator(_anchor),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["now", "due", "due - 2 wd"]}),
]

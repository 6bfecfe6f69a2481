"""Conversions between human units and the engine's whole seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from simulation.errors import NotationError
from simulation.language import _, later

MINUTE_S: Final = 60
HOUR_S: Final = 3_600
DAY_S: Final = 86_400
WORKING_DAY_S: Final = 8 * HOUR_S
"""A legal working day counts eight hours, whatever the opening hours are."""

NEVER: Final = -1
"""Sentinel of every time column: this has not happened."""

FAR: Final = 2**63 - 1
"""Sentinel of due instants: there is no deadline."""

_UNITS: Final = {
    "s": (1, False),
    "min": (MINUTE_S, False),
    "h": (HOUR_S, False),
    "d": (DAY_S, False),
    "wh": (HOUR_S, True),
    "wd": (WORKING_DAY_S, True),
}
UNITS_HELP: Final = later(
    "a number with a unit: s, min, h, d (clock time), wh or wd (working hours, working days of 8 h)"
)
_MOST_DECIMALS: Final = 15
_DURATION: Final = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([^\W\d_]+)\s*")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")


@dataclass(frozen=True, order=True)
class Duration:
    """A non-negative length of time.

    Attributes:
        seconds: Length in seconds.
        working: True when it is counted in working time (units ``wh`` and ``wd``).
    """

    seconds: float
    working: bool = False

    def __str__(self) -> str:
        """The human form with as few decimals as `parse_duration` needs to read it back."""
        units = [(unit, size) for unit, (size, works) in _UNITS.items() if works == self.working]
        for unit, size in reversed(units):
            if self.seconds % size == 0:
                return f"{int(self.seconds) // size} {unit}"
        unit, size = units[0]
        exact = Decimal(self.seconds) / size
        texts = (f"{exact:.{places}f} {unit}" for places in range(1, _MOST_DECIMALS))
        longest = f"{exact:.{_MOST_DECIMALS}f} {unit}"
        return next((text for text in texts if parse_duration(text) == self), longest)


def parse_duration(text: str) -> Duration:
    """Read ``15 min``, ``3 wd``, ``1.5 h``, to the microsecond.

    Raises:
        ValueError: The text is not a non-negative number with a known unit.
    """
    match = _DURATION.fullmatch(text)
    if match is None or match[2] not in _UNITS:
        raise NotationError(_("{text!r} is not a duration").format(text=text), _(UNITS_HELP))
    size, working = _UNITS[match[2]]
    return Duration(float(round(Decimal(match[1]) * size, 6)), working)


def parse_clock(text: str) -> int:
    """Seconds since midnight of ``07:30``; ``24:00`` is the end of the day.

    Raises:
        ValueError: The text is not a time of day.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is not None:
        seconds = int(match[1]) * HOUR_S + int(match[2]) * MINUTE_S
        if int(match[2]) < MINUTE_S and seconds <= DAY_S:
            return seconds
    raise NotationError(
        _("{text!r} is not a time of day").format(text=text), _("HH:MM between 00:00 and 24:00")
    )


def format_clock(second_of_day: int) -> str:
    """``HH:MM`` of a second of the day."""
    return f"{second_of_day // HOUR_S:02d}:{second_of_day % HOUR_S // MINUTE_S:02d}"

"""Instants as days and times: the engine's seconds, as people and programs write them.

An array of instants is ``datetime64[s]`` of local time; ``NaT`` is missing. Vietnam has had no
daylight saving in any simulated year, so local time is always UTC+7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from simulation.units import DAY_S, HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Instants = NDArray[np.datetime64]

OFFSET: Final = "+07:00"
OFFSET_S: Final = np.timedelta64(7 * HOUR_S, "s")
ZONE: Final = "Asia/Ho_Chi_Minh"
_CLOCKS: Final = np.array(
    [f"T{s // HOUR_S:02d}:{s // MINUTE_S % 60:02d}:{s % 60:02d}{OFFSET}" for s in range(DAY_S)]
    + [""],
    object,
)
"""Every time of a day, and at the end what is written of none."""


def instants(first_day: date, seconds: NDArray[np.integer[Any]], never: int) -> Instants:
    """Seconds since midnight of a day as instants.

    Args:
        first_day: The day.
        seconds: Whole seconds.
        never: The number that stands for what has not happened.
    """
    found = np.datetime64(first_day, "s") + seconds.astype("timedelta64[s]")
    found[seconds == never] = np.datetime64("NaT")
    return found


class Stamps(NamedTuple):
    """Instants in ISO 8601, each in two texts that belong together; both empty where it is missing.

    There are few days and 86,400 times of a day, so no text has to be made: all are known.

    Attributes:
        dates: Such as ``2021-01-04``.
        clocks: Such as ``T07:30:00+07:00``.
    """

    dates: list[str]
    clocks: list[str]


def stamps(values: Instants) -> Stamps:
    """Instants as pairs of texts, for who puts them into longer ones anyway."""
    known = ~np.isnat(values)
    seconds = np.where(known, values.astype(np.int64), 0)
    days, place = np.unique(seconds // DAY_S, return_inverse=True)
    dates = np.array([*map(str, days.astype("datetime64[D]")), ""], object)
    return Stamps(
        dates[np.where(known, place, len(days))].tolist(),
        _CLOCKS[np.where(known, seconds % DAY_S, DAY_S)].tolist(),
    )


def written(values: Instants, missing: str | None = None) -> list[Any]:
    """Instants as ISO 8601 with the offset: ``2021-01-04T07:30:00+07:00``.

    Args:
        values: The instants.
        missing: What is written where there is none.
    """
    found = stamps(values)
    return [date + clock or missing for date, clock in zip(*found, strict=True)]

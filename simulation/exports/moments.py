"""Instants as days and times: the engine's seconds, as people and programs write them.

An array of instants is ``datetime64[s]`` of local time; ``NaT`` is missing. Vietnam has had no
daylight saving in any simulated year, so local time is always UTC+7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.units import DAY_S, HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Instants = NDArray[np.datetime64]
    Texts = NDArray[np.object_]

OFFSET: Final = "+07:00"
ZONE: Final = "Asia/Ho_Chi_Minh"
_CLOCKS: Final = [
    f"T{s // HOUR_S:02d}:{s // MINUTE_S % 60:02d}:{s % 60:02d}{OFFSET}" for s in range(DAY_S)
]


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


def written(values: Instants, missing: str | None = None) -> Texts:
    """Instants as ISO 8601 with the offset: ``2021-01-04T07:30:00+07:00``.

    There are few days and 86,400 times of a day, so each text is put together of two known ones.
    """
    texts = np.full(len(values), missing, object)
    known = ~np.isnat(values)
    seconds = values[known].astype(np.int64)
    days, place = np.unique(seconds // DAY_S, return_inverse=True)
    dates = [str(day) for day in days.astype("datetime64[D]")]
    clocks = (seconds % DAY_S).tolist()
    texts[known] = [dates[d] + _CLOCKS[s] for d, s in zip(place.tolist(), clocks, strict=True)]
    return texts

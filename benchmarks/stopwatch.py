"""An engine that runs another one, and a check of its journal, and takes the time of both."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final, TypeVar

from simulation.engines import ENGINES, get_engine
from simulation.experiments import cases
from simulation.journal import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.journal import Record
    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance, Demand, Journal

Result = TypeVar("Result")

_CALLS: Final = 5
TIMED: Final = "timed"
"""Its name in the registry of engines, from `Stopwatch` on."""


@dataclass
class Stopwatch:
    """What the timed engine has seen; the time is the processor's.

    Attributes:
        engine: Name of the engine that does the work.
        called_s, ended_s: When it was called first, and its last end.
        engine_s: What one call took.
        checked_s: When its journal had been checked.
        demand, journal: What went in and came out.
    """

    engine: str
    called_s: float = 0.0
    engine_s: float = 0.0
    ended_s: float = 0.0
    checked_s: float = 0.0
    demand: Demand | None = None
    journal: Journal | None = None

    def __post_init__(self) -> None:
        """Register the timed engine, and the timed check in place of the usual."""
        global _watch  # noqa: PLW0603 - the registry holds functions by name, not objects
        _watch = self
        ENGINES[TIMED] = f"{__name__}:run"
        cases.check = checked  # type: ignore[attr-defined] # of those who call it there


_watch: Stopwatch


def timed(call: Callable[[], Result]) -> tuple[Result, float]:
    """The result of a call, and its processor time.

    What takes less than a second is called five times, and its time is the median: a moment in
    which the machine does something else would be most of it.
    """
    result, seconds = _once(call)
    if seconds >= 1:
        return result, seconds
    del result  # there are never two of them at the same time
    times_s = [seconds, *(_once(call)[1] for _ in range(_CALLS - 2))]
    result, seconds = _once(call)
    return result, median([*times_s, seconds])


def _once(call: Callable[[], Result]) -> tuple[Result, float]:
    gc.collect()
    began_s = time.process_time()
    result = call()
    return result, time.process_time() - began_s


def run(service: ServicePlan, demand: Demand, attendance: Attendance) -> Journal:
    """An engine like any other."""
    watch, engine = _watch, get_engine(_watch.engine)
    watch.called_s = time.process_time()
    journal, watch.engine_s = timed(lambda: engine(service, demand, attendance))
    watch.ended_s = time.process_time()
    watch.demand, watch.journal = demand, journal
    return journal


def checked(
    service: ServicePlan, demand: Demand, attendance: Attendance, journal: Journal
) -> Record:
    """The check of a journal, timed."""
    record = check(service, demand, attendance, journal)
    _watch.checked_s = time.process_time()
    return record

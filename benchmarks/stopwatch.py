"""An engine that runs another one, and a check of its journal, and takes the time of both."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.engines import ENGINES, get_engine
from simulation.experiments import cases
from simulation.journal import check

if TYPE_CHECKING:
    from simulation.journal import Record
    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance, Demand, Journal

TIMED: Final = "timed"
"""Its name in the registry of engines, from `Stopwatch` on."""


@dataclass
class Stopwatch:
    """What the timed engine has seen; the time is the processor's.

    Attributes:
        engine: Name of the engine that does the work.
        called_s, began_s, ended_s: When it was called, and its begin and end.
        checked_s: When its journal had been checked.
        demand, journal: What went in and came out.
    """

    engine: str
    called_s: float = 0.0
    began_s: float = 0.0
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


def run(service: ServicePlan, demand: Demand, attendance: Attendance) -> Journal:
    """An engine like any other."""
    watch, engine = _watch, get_engine(_watch.engine)
    watch.called_s = time.process_time()
    gc.collect()
    watch.began_s = time.process_time()
    journal = engine(service, demand, attendance)
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

"""An engine that runs another one and takes its time."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.engines import ENGINES, get_engine

if TYPE_CHECKING:
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
        demand, journal: What went in and came out.
    """

    engine: str
    called_s: float = 0.0
    began_s: float = 0.0
    ended_s: float = 0.0
    demand: Demand | None = None
    journal: Journal | None = None

    def __post_init__(self) -> None:
        """Register the timed engine."""
        global _watch  # noqa: PLW0603 - the registry holds functions by name, not objects
        _watch = self
        ENGINES[TIMED] = f"{__name__}:run"


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

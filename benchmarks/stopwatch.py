"""An engine that runs another one, and a check of its journal, and takes the time of both."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from simulation.engines import ENGINES, get_engine
from simulation.experiments import cases
from simulation.journal import check
from simulation.measures import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.rounds import Run
    from simulation.journal import Record
    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance, Demand, Journal

_RUNS: Final = 5
_TURNS: Final = 15
_LONG_S: Final = 1.0
TIMED: Final = "timed"
"""Its name in the registry of engines, from `Stopwatch` on."""


@dataclass
class Stopwatch:
    """What the timed engine has seen of its last call; the time is the processor's.

    Attributes:
        engine: Name of the engine that does the work.
        called_s, began_s, ended_s: When it was called, began after some tidying, and ended.
        checked_s: When its journal had been checked.
        audit_s: What auditing the measures took.
        demand, journal: What went in and came out.
    """

    engine: str
    called_s: float = 0.0
    began_s: float = 0.0
    ended_s: float = 0.0
    checked_s: float = 0.0
    audit_s: float = 0.0
    demand: Demand | None = None
    journal: Journal | None = None

    def __post_init__(self) -> None:
        """Register the timed engine, and timed checks in place of the usual."""
        global _watch  # noqa: PLW0603 - the registry holds functions by name, not objects
        _watch = self
        ENGINES[TIMED] = f"{__name__}:run"
        cases.check = checked  # type: ignore[attr-defined] # of those who call it there
        cases.audit = audited  # type: ignore[assignment, attr-defined] # likewise; it takes any arguments


_watch: Stopwatch


def repeated(run: Callable[[int], Run]) -> Run:
    """What replication 0 takes; where its engine takes less than a second, medians of five.

    A moment in which the machine does something else, or fetches memory that it has never used,
    would be most of a short one. All but the times is that of replication 0.
    """
    first = run(0)
    if first["engine_s"] >= _LONG_S:
        return first
    runs = [first, *(run(number) for number in range(1, _RUNS))]
    times = [name for name in first if name.endswith("_s")]
    return first | {name: median(each[name] for each in runs) for name in times}


def by_turns(calls: Mapping[str, Callable[[], object]]) -> Run:
    """Median times of calls that are made by turns, so that what the machine does befalls all."""
    times_s: dict[str, list[float]] = {name: [] for name in calls}
    for _turn in range(_TURNS):
        for name, call in calls.items():
            gc.collect()
            began_s = time.process_time()
            call()
            times_s[name].append(time.process_time() - began_s)
    return {name: median(own) for name, own in times_s.items()}


def run(service: ServicePlan, demand: Demand, attendance: Attendance) -> Journal:
    """An engine like any other."""
    watch, engine = _watch, get_engine(_watch.engine)
    watch.demand = watch.journal = None  # there are never two journals at the same time
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


def audited(*arguments: Any) -> None:
    """The audit of the measures, timed."""
    began_s = time.process_time()
    audit(*arguments)
    _watch.audit_s = time.process_time() - began_s

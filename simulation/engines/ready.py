"""Importing this module loads the compiled engine's kernel, or compiles it if that was never done.

Worker processes are forked from one that has imported it, so that none of them does so for itself.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from simulation.engines.compiled import run
from simulation.language import use
from simulation.plan.arrays import Cells, Horizon, Names, Rows, ServicePlan
from simulation.tables import Attendance, Demand
from simulation.worktime import Calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns = TypeVar("Columns", Cells, Rows, Demand, Attendance)

_NONE: NDArray[np.int64] = np.empty(0, np.int64)


def load_kernel() -> None:
    """Let an office work that has no time, nobody and nothing to do."""
    pointers = np.zeros(1, np.int64)
    service = ServicePlan(
        horizon=Horizon(date(2021, 1, 1), start_s=0, stop_s=0, end_s=0, reach_s=0),
        names=Names((), (), (), (), (), ()),
        cells=_empty(Cells),
        rows=_empty(Rows, steps=()),
        calendars=(Calendar(_NONE, _NONE),),
        legal=0,
        cutoff_s=0,
        timetables=(),
        halls=(),
        desks=(),
        teams=(),
        handover_after_s=0,
    )
    run(service, _empty(Demand, visit_ptr=pointers), _empty(Attendance, person_ptr=pointers))


def _empty(table: type[Columns], **given: Any) -> Columns:
    """A table without rows."""
    return table(**{field.name: _NONE for field in fields(table)} | given)


use(None)  # a fork server knows nothing of the process that started it but its environment
load_kernel()

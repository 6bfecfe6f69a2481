"""The network as ``network.c`` serves it: the dossiers that our engine serves too."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.network import DEPARTMENTS
from simulation.units import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Demand

    Serve = Callable[[], tuple[NDArray[np.int64], ...]]

SOURCE: Final = Path(__file__).with_name("network.c")
COMPILERS: Final = ("gcc", "cc", "clang")
STAGES: Final = 4


def compiler() -> str | None:
    """A C compiler, if there is one."""
    return next(filter(None, map(shutil.which, COMPILERS)), None)


def prepare(service: ServicePlan, demand: Demand) -> Serve:
    """Compile the loop and lay out the data.

    Returns:
        A function that serves all dossiers and returns when each visit was ready, was started and
        has ended.
    """
    serve, dossiers = compile_loop(), demand.dossiers
    desk = service.rows.desk[demand.row].reshape(dossiers, STAGES)
    stations = [desk[0, 0], *np.unique(desk[:, 1]), desk[0, 2], desk[0, 3]]
    people = np.bincount([service.teams[team].desks[0] for team in service.person_team])
    columns = [
        np.ascontiguousarray(demand.submitted_s, np.int64),
        np.searchsorted(stations[1 : 1 + DEPARTMENTS], desk[:, 1]).astype(np.int8),
        np.ascontiguousarray(demand.work_s, np.int64),
        people[stations].astype(np.int64),
    ]

    def run() -> tuple[NDArray[np.int64], ...]:
        times_s = tuple(np.full(demand.visits, NEVER, np.int64) for _ in range(3))
        room, end_s = np.empty(dossiers, np.int32), service.horizon.end_s
        serve(dossiers, *map(address, columns), end_s, address(room), *map(address, times_s))
        return times_s

    return run


def address(column: Any) -> int:
    """Where a column begins."""
    return int(column.ctypes.data)


def compile_loop() -> Any:
    """The function of ``network.c``.

    Raises:
        RuntimeError: There is no compiler.
    """
    found = compiler()
    if found is None:
        raise RuntimeError(f"there is no C compiler: none of {', '.join(COMPILERS)}")
    with tempfile.TemporaryDirectory() as directory:
        library = Path(directory, "network.so")
        subprocess.run([found, "-O3", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
        serve = ctypes.CDLL(str(library)).serve
    number, column = ctypes.c_int64, ctypes.c_void_p
    serve.argtypes = (number, *[column] * 4, number, *[column] * 4)
    serve.restype = None
    return serve

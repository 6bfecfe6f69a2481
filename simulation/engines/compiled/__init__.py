"""The compiled engine: the office as a numba kernel over integer arrays.

`run` lays the office out in memory (`office`) and lets the kernel work in it (`kernel`). The kernel
is many small functions that are compiled into one: how dossiers pass on (`dossiers`), how people
work (`people`), how applicants wait (`halls`), and the heaps and lists of which all are made
(`lists`, `queues`). `jit` says how they are compiled, `cache` how that is done only once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.engines.compiled.kernel import work
from simulation.engines.compiled.office import lay_out
from simulation.tables import Journal, Pieces

if TYPE_CHECKING:
    from simulation.engines.compiled.office import Office
    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance, Demand


def run(service: ServicePlan, demand: Demand, attendance: Attendance) -> Journal:
    """Let the office work until the end of the horizon, as docs/semantics.md says.

    Raises:
        InputError: There are more than 2³¹ visits, or the time is longer than 136 years.
    """
    office = lay_out(service, demand, attendance)
    work(office)
    return _journal(office)


def _journal(office: Office) -> Journal:
    papers = office.papers
    pieces = office.agenda.pieces[: office.agenda.next[0].piece]
    pieces = pieces[np.lexsort((pieces["visit"], pieces["started_s"]))]
    return Journal(
        person=papers.person,
        ready_s=papers.ready_s,
        started_s=papers.started_s,
        ended_s=papers.ended_s,
        outcome=papers.outcome,
        pieces=Pieces(
            visit=pieces["visit"].copy(),
            person=pieces["person"].astype(np.int32),
            started_s=pieces["started_s"].copy(),
            ended_s=pieces["ended_s"].copy(),
        ),
    )

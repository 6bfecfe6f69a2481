"""Of which cells, and how old, the open dossiers are that a period begins with."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, time
from typing import TYPE_CHECKING

from simulation.legal import LegalClock, due_one
from simulation.plan.arrays import BacklogPlan
from simulation.plan.arrivals import unrounded_volumes
from simulation.plan.deadlines import NO_DEADLINE_WD, legal_deadline, rough_wd
from simulation.scenario.model import Backlog
from simulation.semantics import DeadlineKind
from simulation.units import FAR, WORKING_DAY_S
from simulation.worktime import measure, subtract_one, worked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.plan.arrays import CellPlan
    from simulation.plan.context import Cell, Context
    from simulation.scenario.values import Deadline


def backlog_plan(context: Context, plans: Sequence[CellPlan]) -> BacklogPlan | None:
    """The backlog of a scenario that starts with one.

    A cell weighs its share of the volume, before anything is rounded or multiplied by the workload,
    times its own deadline. Who is carried in is so the same whatever the workload. A cell whose
    dossiers cannot be open, or not in term, when the period begins weighs nothing, and neither does
    one whose procedure begins only then.

    Args:
        context: The scenario.
        plans: The demand of each of its cells.
    """
    start = context.scenario.start
    if not isinstance(start, Backlog):
        return None
    clock = context.legal_clock
    start_s = context.time.horizon.start_s
    shares = {name: unrounded_volumes(context.scenario, name) for name in context.names.channels}
    weights, oldest_s = [], []
    for cell, plan in zip(context.cells, plans, strict=True):
        deadline = context.deadline(cell)
        since_begin_s = _since_begin_s(context, cell, start_s)
        oldest_s.append(min(oldest_age_s(clock, deadline, start_s), since_begin_s))
        possible = oldest_s[-1] > 0 and any(row.open_s > 0 for row in plan.rows)
        share = shares[cell.channel].get(cell.procedure, 0.0)
        weights.append(share * rough_wd(deadline) if possible else 0.0)
    return BacklogPlan(start.backlog, tuple(weights), tuple(oldest_s), clock.calendar)


def _since_begin_s(context: Context, cell: Cell, start_s: int) -> int:
    """Legal working time in which a dossier of a cell can have been accepted before an instant."""
    begins = context.scenario.procedures[cell.procedure].begins
    if begins is None:
        return FAR
    begins_s = max(context.time.instant_s(datetime.combine(begins, time())), 0)
    return max(int(measure(context.legal_clock.calendar, begins_s, start_s)), 0)


def oldest_age_s(clock: LegalClock, deadline: Deadline, start_s: int) -> int:
    """Longest legal working time before an instant at which a dossier, accepted, is due after it.

    The later the acceptance the later the date that is due, and the instant is a midnight: so the
    ages in term are those from one second to the answer. 0: there is none.

    Args:
        clock: The legal clock; no age reaches back before its calendar.
        deadline: The statutory deadline; where there is none, an assumed greatest age counts.
        start_s: A midnight.
    """
    kind, amount = legal_deadline(deadline)
    most_s = int(worked(clock.calendar, start_s))
    if kind == DeadlineKind.NONE:
        return min(NO_DEADLINE_WD * WORKING_DAY_S, most_s)

    def overdue(age_s: int) -> int:
        accepted_s = subtract_one(*clock.calendar.lists, start_s, age_s)
        return int(due_one(clock.plain, kind, amount, accepted_s) < start_s)

    return bisect_left(range(1, most_s + 1), 1, key=overdue)

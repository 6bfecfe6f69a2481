"""What an engine may rely on: the requirements of demand and attendance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.requirements import require, require_columns
from simulation.semantics import Clock, Ends, Kind
from simulation.tables import Segment
from simulation.units import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.plan.arrays import Rows, ServicePlan
    from simulation.tables import Attendance, Demand

    Ints = NDArray[np.int64]

_DOSSIER_COLUMNS: Final = {
    "cell": "int32", "segment": "int8", "draw": "int64", "submitted_s": "int64",
    "accepted_s": "int64", "paused_s": "int64",
}  # fmt: skip
_VISIT_COLUMNS: Final = {
    "row": "int32", "attempt": "int16", "work_s": "int64", "patience_s": "int64",
    "return_s": "int64",
}  # fmt: skip


def check_attendance(service: ServicePlan, attendance: Attendance) -> None:
    """Requirements A1 and A2.

    Raises:
        AuditError: One is violated.
    """
    columns = vars(attendance)
    people, spans = len(service.person_team), len(attendance.begin_s)
    require_columns("A1", columns, {"person_ptr": "int64"}, people + 1)
    require_columns("A1", columns, {"begin_s": "int64", "end_s": "int64"}, spans)
    _require_pointers("A1", attendance.person_ptr, spans)
    begin_s, end_s = attendance.begin_s, attendance.end_s
    lasts = (begin_s >= 0) & (end_s > begin_s)
    require("A2", lasts, span=range(spans), begin_s=begin_s, end_s=end_s)
    person = np.repeat(np.arange(people), np.diff(attendance.person_ptr))
    follows = (person[1:] != person[:-1]) | (begin_s[1:] > end_s[:-1])
    require("A2", follows, person=person[1:], begin_s=begin_s[1:], end_before_s=end_s[:-1])


def check_demand(service: ServicePlan, demand: Demand) -> None:
    """Requirements D1 to D9.

    Raises:
        AuditError: One is violated.
    """
    _check_columns(service, demand)
    _check_order(service, demand)
    _check_carried_in(service, demand)
    rows, row, attempt, work_s = service.rows, demand.row, demand.attempt, demand.work_s
    visit = range(demand.visits)
    first = np.zeros(demand.visits + 1, np.bool_)
    first[demand.visit_ptr] = True
    first = first[:-1]  # the first visit of its dossier
    _check_rows(service, demand, first)

    kind = rows.kind.astype(np.int8)[row]
    works, lasts = kind == Kind.WORK, work_s != 0
    right = (work_s >= 0) & (lasts | ~works) & (works | (kind == Kind.DELAY) | ~lasts)
    require("D5", right, visit=visit, kind=kind, work_s=work_s)
    require("D6", demand.patience_s >= 0, visit=visit, patience_s=demand.patience_s)
    back = np.flatnonzero(attempt > 0) - 1
    back_s = demand.return_s[back]
    require("D6", back_s >= 1, visit=back, return_s=back_s)
    _check_forks(rows, row, first)

    ends = (rows.ends != Ends.NO)[row]
    goes_on = ends[:-1] & ~first[1:] & (attempt[1:] == 0)
    require("D8", ~goes_on, visit=visit[:-1])


def _check_columns(service: ServicePlan, demand: Demand) -> None:
    columns, dossiers, visits = vars(demand), len(demand.cell), len(demand.row)
    require_columns("D1", columns, _DOSSIER_COLUMNS, dossiers)
    require_columns("D1", columns, _VISIT_COLUMNS, visits)
    require_columns("D1", columns, {"visit_ptr": "int64"}, dossiers + 1)
    _require_pointers("D1", demand.visit_ptr, visits)
    cell, row = demand.cell, demand.row
    cells, rows = len(service.cells.channel), len(service.rows.cell)
    require("D2", (cell >= 0) & (cell < cells), dossier=range(dossiers), cell=cell)
    require("D2", (row >= 0) & (row < rows), visit=range(visits), row=row)
    cell_of_row = service.rows.cell.astype(cell.dtype)
    agrees = cell_of_row[row] == np.repeat(cell, np.diff(demand.visit_ptr))
    require("D2", agrees, visit=range(visits), row=row)


def _check_order(service: ServicePlan, demand: Demand) -> None:
    cells, registered = service.cells, demand.segment == Segment.REGISTER
    columns: list[NDArray[Any]] = [
        demand.submitted_s,
        registered,
        cells.channel[demand.cell],
        cells.procedure[demand.cell],
        demand.segment,
        demand.draw,
    ]
    rises = np.zeros(max(demand.dossiers - 1, 0), np.bool_)
    for column in reversed(columns):
        rises = (column[1:] > column[:-1]) | ((column[1:] == column[:-1]) & rises)
    # Those of a register stand as in the queues that they are found in; no two are alike.
    found = np.flatnonzero(registered)
    keys = np.stack((demand.cell[found], demand.draw[found]))
    together = registered[1:] & registered[:-1] & (np.diff(demand.submitted_s) == 0)
    rises |= together & (np.unique(keys, axis=1).shape[1] == len(found))
    require("D3", rises, dossier=range(1, demand.dossiers))


def _check_carried_in(service: ServicePlan, demand: Demand) -> None:
    start_s, accepted_s = service.horizon.start_s, demand.accepted_s
    arrives = (accepted_s == NEVER) & (demand.submitted_s >= 0)
    carried = (accepted_s >= 0) & (accepted_s <= start_s) & (demand.submitted_s == start_s)
    paused_s = demand.paused_s
    carried &= paused_s >= 0
    arrives &= paused_s == 0
    require(
        "D9",
        arrives | carried,
        dossier=range(demand.dossiers),
        accepted_s=accepted_s,
        submitted_s=demand.submitted_s,
        paused_s=paused_s,
    )


def _check_rows(service: ServicePlan, demand: Demand, first: NDArray[np.bool_]) -> None:
    row, attempt, work_s = demand.row, demand.attempt, demand.work_s
    right = first.copy()
    right[1:] |= row[1:] > row[:-1]
    again = np.flatnonzero(attempt != 0)
    before = again - 1  # the last visit of all, behind which there is none, where it is the first
    right[again] = (
        ~first[again]
        & (row[again] == row[before])
        & (attempt[again] == attempt[before] + 1)
        & (work_s[again] == work_s[before])
        & (service.rows.hall[row[again]] >= 0)
    )
    require("D4", right, visit=range(demand.visits), row=row, attempt=attempt)


def _check_forks(rows: Rows, row: NDArray[np.int32], first: NDArray[np.bool_]) -> None:
    forks = (rows.kind == Kind.FORK) | (rows.kind == Kind.JOIN) | (rows.branch > 0)
    if not forks.any():
        return
    cells = np.unique(rows.cell[forks])
    visit = np.flatnonzero(np.isin(rows.cell, cells)[row])  # all of dossiers that may have forks
    row, first = row[visit], first[visit]
    kind, branch = rows.kind[row], rows.branch[row]
    change = (kind == Kind.FORK).astype(np.int64) - (kind == Kind.JOIN)
    depth = np.cumsum(change)  # behind each visit: 1 inside a fork, else 0
    paired = (depth >= 0) & (depth <= 1) & ~(np.append(first[1:], True) & (depth > 0))
    require("D7", paired, visit=visit)
    inside = (depth == 1) & (change == 0)
    require("D7", inside == (branch > 0), visit=visit, branch=branch)
    rises = ~(inside[1:] & inside[:-1]) | (branch[1:] >= branch[:-1])
    require("D7", rises, visit=visit[1:], branch=branch[1:])
    simple = (rows.hall[row] < 0) & ((rows.clock[row] & Clock.PAUSES) == 0)
    require("D7", ~inside | simple, visit=visit, branch=branch)


def _require_pointers(code: str, pointers: Ints, total: int) -> None:
    ends = pointers[0] == 0 and pointers[-1] == total
    require(code, bool(ends), first=pointers[0], last=pointers[-1], total=total)
    require(code, np.diff(pointers) >= 0, at=range(1, len(pointers)))

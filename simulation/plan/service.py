"""The service plan of a scenario: how the centre serves what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.plan.arrays import (
    Cells,
    DeskPlan,
    HallPlan,
    Rows,
    ServicePlan,
    TeamPlan,
)
from simulation.plan.deadlines import legal_deadline
from simulation.scenario.steps import Delay, Departure, Pause, Until, Work
from simulation.scenario.values import Dated
from simulation.semantics import Closing, Discipline, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from simulation.plan.context import Cell, Context
    from simulation.plan.template import TemplateRow

_NEVER: Final = Dated(value=0)
_CLOSING: Final = {"none": Closing.NONE, "session": Closing.SESSION, "day": Closing.DAY}
_DISCIPLINES: Final = {
    "first-come": Discipline.FIRST_COME,
    "last-come": Discipline.LAST_COME,
    "earliest-due": Discipline.EARLIEST_DUE,
    "shortest-work": Discipline.SHORTEST_WORK,
    "priority": Discipline.PRIORITY,
}


def service_plan(context: Context) -> ServicePlan:
    """The service plan."""
    scenario = context.scenario
    timetables = [scenario.timetables[name] for name in sorted(scenario.timetables)]
    desks = [scenario.desks[name] for name in context.names.desks]
    return ServicePlan(
        horizon=context.time.horizon,
        names=context.names,
        cells=_cells(context),
        rows=_rows(context),
        calendars=context.calendars,
        legal=context.calendar_number(scenario.legal.calendar),
        cutoff_s=context.legal_clock.cutoff_s,
        timetables=tuple(
            context.time.departures(table, context.calendar(table.calendar)) for table in timetables
        ),
        halls=tuple(_hall(context, name) for name in context.names.channels),
        desks=tuple(
            DeskPlan(_DISCIPLINES[desk.discipline], desk.shortest_by == "actual") for desk in desks
        ),
        teams=tuple(_team(context, name) for name in context.names.teams),
        handover_after_s=round(scenario.handover_after.seconds),
    )


def _cells(context: Context) -> Cells:
    names, scenario, cells = context.names, context.scenario, context.cells
    procedures = [scenario.procedures[cell.procedure] for cell in cells]
    channels = [scenario.channels[cell.channel] for cell in cells]
    groups = [scenario.fields[procedure.field].group for procedure in procedures]
    deadlines = [legal_deadline(context.deadline(cell)) for cell in cells]
    policies = [procedure.supplement or scenario.legal.supplement for procedure in procedures]
    return Cells(
        channel=_ints(names.channels.index(cell.channel) for cell in cells),
        procedure=_ints(names.procedures.index(cell.procedure) for cell in cells),
        field=_ints(names.fields.index(procedure.field) for procedure in procedures),
        group=_ints(-1 if group is None else names.groups.index(group) for group in groups),
        deadline_kind=_ints(kind for kind, _ in deadlines),
        deadline_amount=_ints(amount for _, amount in deadlines),
        restarts=_bools(policy == "restart" for policy in policies),
        online=_bools(channel.form_column == "online" for channel in channels),
    )


def _rows(context: Context) -> Rows:
    """The rows of all cells, cell by cell."""
    numbered = [(c, row) for c, cell in enumerate(context.cells) for row in cell.template.rows]
    of_cell = [(context.cells[c], row) for c, row in numbered]
    rows = [row for _, row in numbered]
    steps = tuple(sorted({row.step.step for row in rows}))
    anchors = [_anchor_s(row) for row in rows]
    return Rows(
        cell=_ints(c for c, _ in numbered),
        step=_ints(steps.index(row.step.step) for row in rows),
        occurrence=_ints(row.occurrence for row in rows),
        kind=_ints(row.kind for row in rows),
        desk=_ints(_desk(context, row) for row in rows),
        hall=_ints(context.hall_number(cell, row) for cell, row in of_cell),
        interruptible=_bools(_interruptible(row) for row in rows),
        priority=_ints(_priority(context, cell, row) for cell, row in of_cell),
        mean_s=_ints(round(row.content.mean) if row.content is not None else 0 for row in rows),
        clock=_ints(row.clock for row in rows),
        ends=_ints(row.ends for row in rows),
        from_due=_bools(anchor is not None for anchor in anchors),
        offset_s=_ints(anchor or 0 for anchor in anchors),
        calendar=_ints(_length_calendar(context, row) for row in rows),
        timetable=_ints(_timetable(context, row) for row in rows),
        branch=_ints(row.branch for row in rows),
        steps=steps,
    )


def _desk(context: Context, row: TemplateRow) -> int:
    return context.names.desks.index(row.step.desk) if isinstance(row.step, Work) else -1


def _interruptible(row: TemplateRow) -> bool:
    if not isinstance(row.step, Work):
        return False
    chosen = row.step.interruptible
    return not row.step.applicant if chosen is None else chosen


def _priority(context: Context, cell: Cell, row: TemplateRow) -> int:
    """Class of a visit: the step's, or else the procedure's, or else the channel's."""
    if isinstance(row.step, Work) and row.step.priority is not None:
        return row.step.priority
    procedure = context.scenario.procedures[cell.procedure]
    if procedure.priority is not None:
        return procedure.priority
    return context.scenario.channels[cell.channel].priority


def _anchor_s(row: TemplateRow) -> int | None:
    """Offset to the due instant of a delay that is anchored on it, else None."""
    anchor = row.step.until if isinstance(row.step, Until) else None
    anchor = row.step.from_ if isinstance(row.step, Delay) else anchor
    return anchor.offset_s if anchor is not None and anchor.of == "due" else None


def _length_calendar(context: Context, row: TemplateRow) -> int:
    length = row.length
    if row.kind is not Kind.DELAY or length is None or not length.working:
        return -1
    chosen = row.step.calendar if isinstance(row.step, (Delay, Pause)) else None
    return context.calendar_number(chosen or context.scenario.legal.calendar)


def _timetable(context: Context, row: TemplateRow) -> int:
    if not isinstance(row.step, Departure):
        return -1
    return sorted(context.scenario.timetables).index(row.step.departure)


def _hall(context: Context, channel_id: str) -> HallPlan:
    channel = context.scenario.channels[channel_id]
    hall, tickets = channel.hall, channel.hall.tickets
    return HallPlan(
        calendar=context.calendar_number(channel.calendar),
        closing=_CLOSING[hall.closing],
        waiting_room=-1 if hall.waiting_room is None else hall.waiting_room,
        tickets=-1 if tickets is None else tickets.number,
        tickets_per_day=tickets is not None and tickets.per == "day",
        return_working=hall.come_back.after.working,
    )


def _team(context: Context, team_id: str) -> TeamPlan:
    team, time = context.scenario.teams[team_id], context.time
    absence, leave = team.absence, team.leave
    until_s = time.horizon.reach_s
    return TeamPlan(
        id=team_id,
        rank=team.rank,
        desks=tuple(context.names.desks.index(desk) for desk in team.desks),
        efficiency_permille=tuple(
            round(1000 * team.efficiency.get(desk, 1.0)) for desk in team.desks
        ),
        shift=context.calendar(team.shift),
        staff=time.people_by_day(team.staff, until_s),
        absence=time.by_day(absence.rate if absence else _NEVER, until_s),
        spell_days=absence.spell if absence else 1.0,
        leave_days=leave.days if leave else 0,
        leave_block_days=leave.block if leave else 1,
        pay=team.pay,
    )


def _ints(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def _bools(values: Iterable[bool]) -> NDArray[np.bool_]:
    return np.array(list(values), dtype=np.bool_)

"""Resolving a scenario into its two plans. Nothing here is random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from simulation.plan.arrays import (
    ArrivalRate,
    CellPlan,
    Cells,
    DemandPlan,
    DeskPlan,
    Explicit,
    HallPlan,
    Names,
    Rows,
    SampledRow,
    ServicePlan,
    TeamPlan,
)
from simulation.plan.arrivals import arrival_rate, volumes
from simulation.plan.horizon import Timeline, clock_days, deadline_wd, timeline
from simulation.plan.template import Template, TemplateRow, distribution
from simulation.scenario import steps_of
from simulation.scenario.model import Backlog, Warm
from simulation.scenario.steps import Delay, Departure, Until, Work
from simulation.semantics import Clock, Closing, DeadlineKind, Discipline, Ends, Kind
from simulation.units import DAY_S, HOUR_S, WORKING_DAY_S
from simulation.worktime import Calendar, from_spans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulation.scenario.model import Arrival, Channel, Hall, Procedure, Scenario, Team
    from simulation.scenario.values import Deadline

_DEADLINES = {  # kind, and what one unit of its amount is
    "none": (DeadlineKind.NONE, 0),
    "working days": (DeadlineKind.WORKING_DAYS, WORKING_DAY_S),
    "calendar days": (DeadlineKind.CALENDAR_DAYS, 1),
    "hours": (DeadlineKind.HOURS, HOUR_S),
    "on the spot": (DeadlineKind.ON_THE_SPOT, 0),
}
_CLOSING = {"none": Closing.NONE, "session": Closing.SESSION, "day": Closing.DAY}
_DISCIPLINES = {
    "first-come": Discipline.FIRST_COME,
    "last-come": Discipline.LAST_COME,
    "earliest-due": Discipline.EARLIEST_DUE,
    "shortest-work": Discipline.SHORTEST_WORK,
    "priority": Discipline.PRIORITY,
}


@dataclass(frozen=True)
class Plan:
    """Both plans of a scenario."""

    demand: DemandPlan
    service: ServicePlan


def resolve(scenario: Scenario) -> Plan:
    """Resolve a scenario that has been validated."""
    return _Resolver(scenario).plan()


@dataclass(frozen=True)
class _Cell:
    """A cell on its way into the plans."""

    channel: str
    procedure: str
    volume: float
    template: Template


class _Resolver:
    """Holds what the parts of both plans share: numbers of ids, the timeline, the calendars."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.time: Timeline = timeline(scenario)
        self.names = Names(
            *(
                tuple(sorted(ids))
                for ids in (
                    scenario.channels,
                    scenario.procedures,
                    scenario.fields,
                    {field.group for field in scenario.fields.values() if field.group},
                    scenario.desks,
                    scenario.teams,
                )
            )
        )
        self.calendar_ids = sorted(scenario.calendars)
        always = from_spans([0], [self.time.horizon.reach_s])
        self.calendars: tuple[Calendar, ...] = (
            *(self.time.calendar(scenario.calendars[name]) for name in self.calendar_ids),
            always,
        )
        self.timetable_ids = sorted(scenario.timetables)
        self.cells = [
            _Cell(channel, procedure, volume, self._template(channel, procedure))
            for channel in self.names.channels
            for procedure, volume in sorted(self._demanded(channel).items())
        ]

    def plan(self) -> Plan:
        rows = [(c, row) for c, cell in enumerate(self.cells) for row in cell.template.rows]
        return Plan(self._demand_plan(), self._service_plan(rows))

    # ── what is in demand, and how it goes ──

    def _demanded(self, channel_id: str) -> dict[str, float]:
        """Volume of each procedure that a channel has, or has explicit arrivals of."""
        found = {name: v for name, v in volumes(self.scenario, channel_id).items() if v > 0}
        for arrival in self._arrivals(channel_id):
            found.setdefault(arrival.procedure, 0.0)
        return found

    def _template(self, channel_id: str, procedure_id: str) -> Template:
        channel = self.scenario.channels[channel_id]
        until_s = self.time.horizon.end_s
        template = Template(
            channel_id,
            dict(channel.results) or {channel_id: 1.0},
            lambda value: self.time.by_day(value, until_s),
        )
        if channel.delivery is not None:
            template.unroll([Departure(step="delivery", departure=channel.delivery)])
        template.unroll(steps_of(self.scenario, channel_id, procedure_id))
        return template

    # ── demand ──

    def _demand_plan(self) -> DemandPlan:
        start = self.scenario.start
        cells, first_row = [], 0
        for number, cell in enumerate(self.cells):
            cells.append(self._cell_plan(number, cell, first_row))
            first_row += len(cell.template.rows)
        ages = [deadline_wd(self.scenario, cell.procedure) for cell in self.cells]
        return DemandPlan(
            horizon=self.time.horizon,
            cells=tuple(cells),
            backlog=start.backlog if isinstance(start, Backlog) else 0,
            backlog_weight=tuple(
                cell.volume * age for cell, age in zip(self.cells, ages, strict=True)
            ),
            backlog_age_s=tuple(
                min((clock_days(age) - 21) * DAY_S, self.time.horizon.start_s) for age in ages
            ),
        )

    def _cell_plan(self, number: int, cell: _Cell, first_row: int) -> CellPlan:
        channel = self.scenario.channels[cell.channel]
        calendar = None if channel.calendar is None else self._calendar(channel.calendar)
        procedure = self.scenario.procedures[cell.procedure]
        outages = [(self.time.instant_s(a), self.time.instant_s(b)) for a, b in channel.outages]
        return CellPlan(
            cell=number,
            name=(cell.channel, cell.procedure),
            volume=cell.volume,
            fixed=channel.spread == "fixed",
            rate=self._rate(channel, calendar, procedure),
            overdispersion=channel.overdispersion,
            batch=channel.batch,
            outages_s=np.array(outages, dtype=np.int64).reshape(-1, 2),
            explicit=self._explicit(cell),
            guards=tuple(cell.template.guards),
            rows=tuple(self._sampled(cell, first_row)),
        )

    def _rate(
        self, channel: Channel, calendar: Calendar | None, procedure: Procedure
    ) -> ArrivalRate:
        """Intensity of arrivals; before the period there are some only in a warm-up."""
        rate = arrival_rate(self.time, channel, calendar, procedure)
        if isinstance(self.scenario.start, Warm):
            return rate
        return replace(rate, weight=rate.weight * (rate.edges_s[:-1] >= self.time.horizon.start_s))

    def _sampled(self, cell: _Cell, first_row: int) -> Iterable[SampledRow]:
        deadline_s = clock_days(deadline_wd(self.scenario, cell.procedure)) * DAY_S - 21 * DAY_S
        rows = cell.template.rows
        starts = [k for k, row in enumerate(rows) if Clock.STARTS in row.clock]
        stops = [k for k, row in enumerate(rows) if Clock.STOPS in row.clock]
        accepted, resolved = max(starts, default=-1), min(stops, default=len(rows))
        for k, row in enumerate(rows):
            hall = self._hall_model(cell.channel, row)
            patience = None if hall is None else hall.patience
            yield SampledRow(
                row=first_row + k,
                kind=row.kind,
                guard=row.guard,
                ends=row.ends is not Ends.NO,
                stream=row.stream,
                content=row.content,
                minimum_s=1 if row.kind is Kind.WORK else 0,
                attempts=0 if hall is None else hall.come_back.at_most,
                patience=None if patience is None else distribution(patience),
                come_back=None if hall is None else distribution(hall.come_back.after),
                expected_s=row.expected_s(deadline_s),
                accepted=k <= accepted,
                resolved=k > resolved,
            )

    def _arrivals(self, channel_id: str) -> list[Arrival]:
        arrivals = self.scenario.channels[channel_id].arrivals
        return arrivals if isinstance(arrivals, list) else []  # loading read the files already

    def _explicit(self, cell: _Cell) -> Explicit | None:
        arrivals = [
            (self.time.instant_s(datetime.fromisoformat(arrival.at)), arrival.work)
            for arrival in self._arrivals(cell.channel)
            if arrival.procedure == cell.procedure
        ]
        if not arrivals:
            return None
        arrivals.sort(key=lambda arrival: arrival[0])
        steps = sorted({step for _, work in arrivals for step in work})
        return Explicit(
            at_s=np.array([at_s for at_s, _ in arrivals], dtype=np.int64),
            work_s={
                step: np.array(
                    [round(work[step].seconds) if step in work else -1 for _, work in arrivals],
                    dtype=np.int64,
                )
                for step in steps
            },
        )

    # ── service ──

    def _service_plan(self, rows: list[tuple[int, TemplateRow]]) -> ServicePlan:
        scenario, legal = self.scenario, self.scenario.legal
        return ServicePlan(
            horizon=self.time.horizon,
            names=self.names,
            cells=self._cell_columns(),
            rows=self._row_columns(rows),
            calendars=self.calendars,
            legal=self.calendar_ids.index(legal.calendar),
            cutoff_s=DAY_S if legal.cutoff == "closing" else legal.cutoff,
            timetables=tuple(
                self.time.departures(table, self._calendar(table.calendar))
                for table in (scenario.timetables[name] for name in self.timetable_ids)
            ),
            halls=tuple(self._hall(name) for name in self.names.channels),
            desks=tuple(
                DeskPlan(_DISCIPLINES[desk.discipline], desk.shortest_by == "actual")
                for desk in (scenario.desks[name] for name in self.names.desks)
            ),
            teams=tuple(self._team(name) for name in self.names.teams),
            handover_after_s=round(scenario.handover_after.seconds),
        )

    def _cell_columns(self) -> Cells:
        names, scenario = self.names, self.scenario
        procedures = [scenario.procedures[cell.procedure] for cell in self.cells]
        channels = [scenario.channels[cell.channel] for cell in self.cells]
        groups = [scenario.fields[procedure.field].group for procedure in procedures]
        deadlines = [
            _deadline(procedure, cell.channel)
            for procedure, cell in zip(procedures, self.cells, strict=True)
        ]
        policies = [procedure.supplement or scenario.legal.supplement for procedure in procedures]
        return Cells(
            channel=_ints(names.channels.index(cell.channel) for cell in self.cells),
            procedure=_ints(names.procedures.index(cell.procedure) for cell in self.cells),
            field=_ints(names.fields.index(procedure.field) for procedure in procedures),
            group=_ints(-1 if group is None else names.groups.index(group) for group in groups),
            deadline_kind=_ints(_DEADLINES[deadline.kind][0] for deadline in deadlines),
            deadline_amount=_ints(
                round(_DEADLINES[deadline.kind][1] * deadline.amount) for deadline in deadlines
            ),
            restarts=np.array([policy == "restart" for policy in policies], dtype=np.bool_),
            online=np.array([channel.form_column == "online" for channel in channels], np.bool_),
        )

    def _row_columns(self, rows: list[tuple[int, TemplateRow]]) -> Rows:
        steps = tuple(sorted({row.step.step for _, row in rows}))
        anchors = [_anchor(row) for _, row in rows]
        return Rows(
            cell=_ints(c for c, _ in rows),
            step=_ints(steps.index(row.step.step) for _, row in rows),
            occurrence=_ints(row.occurrence for _, row in rows),
            kind=_ints(row.kind for _, row in rows),
            desk=_ints(
                self.names.desks.index(row.step.desk) if isinstance(row.step, Work) else -1
                for _, row in rows
            ),
            hall=_ints(self._hall_number(self.cells[c].channel, row) for c, row in rows),
            interruptible=np.array([_interruptible(row) for _, row in rows], dtype=np.bool_),
            priority=_ints(self._priority(self.cells[c], row) for c, row in rows),
            mean_s=_ints(
                round(row.content.mean) if row.content is not None else 0 for _, row in rows
            ),
            clock=_ints(row.clock for _, row in rows),
            ends=_ints(row.ends for _, row in rows),
            from_due=np.array([anchor is not None for anchor in anchors], dtype=np.bool_),
            offset_s=_ints(anchor or 0 for anchor in anchors),
            calendar=_ints(self._length_calendar(row) for _, row in rows),
            timetable=_ints(
                self.timetable_ids.index(row.step.departure)
                if isinstance(row.step, Departure)
                else -1
                for _, row in rows
            ),
            branch=_ints(row.branch for _, row in rows),
            steps=steps,
        )

    def _priority(self, cell: _Cell, row: TemplateRow) -> int:
        """Class of a visit: the step's, or else the procedure's, or else the channel's."""
        if isinstance(row.step, Work) and row.step.priority is not None:
            return row.step.priority
        procedure = self.scenario.procedures[cell.procedure]
        if procedure.priority is not None:
            return procedure.priority
        return self.scenario.channels[cell.channel].priority

    def _length_calendar(self, row: TemplateRow) -> int:
        length = row.length
        if row.kind is not Kind.DELAY or length is None or not length.working:
            return -1
        name = getattr(row.step, "calendar", None) or self.scenario.legal.calendar
        return self.calendar_ids.index(name)

    def _hall_number(self, channel_id: str, row: TemplateRow) -> int:
        present = isinstance(row.step, Work) and row.step.applicant
        if not present:
            return -1
        return self.names.channels.index(channel_id if present is True else present)

    def _hall_model(self, channel_id: str, row: TemplateRow) -> Hall | None:
        number = self._hall_number(channel_id, row)
        return None if number < 0 else self.scenario.channels[self.names.channels[number]].hall

    def _hall(self, channel_id: str) -> HallPlan:
        channel = self.scenario.channels[channel_id]
        hall, tickets = channel.hall, channel.hall.tickets
        return HallPlan(
            calendar=(
                len(self.calendars) - 1
                if channel.calendar is None
                else self.calendar_ids.index(channel.calendar)
            ),
            closing=_CLOSING[hall.closing],
            waiting_room=-1 if hall.waiting_room is None else hall.waiting_room,
            tickets=-1 if tickets is None else tickets.number,
            tickets_per_day=tickets is not None and tickets.per == "day",
            return_working=hall.come_back.after.working,
        )

    def _team(self, team_id: str) -> TeamPlan:
        team: Team = self.scenario.teams[team_id]
        reach_s = self.time.horizon.reach_s
        absence, leave = team.absence, team.leave
        return TeamPlan(
            id=team_id,
            rank=team.rank,
            desks=tuple(self.names.desks.index(desk) for desk in team.desks),
            efficiency_permille=tuple(
                round(1000 * team.efficiency.get(desk, 1.0)) for desk in team.desks
            ),
            shift=self._calendar(team.shift),
            staff=self.time.by_day(team.staff.on, reach_s).astype(np.int64),
            absence=self.time.by_day(absence.rate.on if absence else (lambda _day: 0.0), reach_s),
            spell_days=absence.spell if absence else 1.0,
            leave_days=leave.days if leave else 0,
            leave_block_days=leave.block if leave else 1,
            pay=team.pay,
        )

    def _calendar(self, name: str) -> Calendar:
        return self.calendars[self.calendar_ids.index(name)]


def _deadline(procedure: Procedure, channel_id: str) -> Deadline:
    return procedure.deadline.get(channel_id) or procedure.deadline["default"]


def _interruptible(row: TemplateRow) -> bool:
    if not isinstance(row.step, Work):
        return False
    chosen = row.step.interruptible
    return not row.step.applicant if chosen is None else chosen


def _anchor(row: TemplateRow) -> int | None:
    """Offset to the due instant of a delay that is anchored on it, else None."""
    anchor = row.step.until if isinstance(row.step, Until) else None
    anchor = row.step.from_ if isinstance(row.step, Delay) else anchor
    return anchor.offset_s if anchor is not None and anchor.of == "due" else None


def _ints(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(list(values), dtype=np.int64)

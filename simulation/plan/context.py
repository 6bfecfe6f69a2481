"""What both plans of a scenario go by: numbers of ids, the timeline, calendars and cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from simulation.legal import LegalClock
from simulation.plan.arrays import Names
from simulation.plan.arrivals import Pattern, pattern, unrounded_volumes, volumes
from simulation.plan.deadlines import deadline_of
from simulation.plan.horizon import Timeline, timeline
from simulation.plan.template import Template
from simulation.scenario import steps_of
from simulation.scenario.model import Register
from simulation.scenario.steps import Departure, Work
from simulation.units import DAY_S
from simulation.worktime import from_spans

if TYPE_CHECKING:
    from simulation.plan.template import TemplateRow
    from simulation.scenario.demand import Arrival, Channel
    from simulation.scenario.model import OpenDossier, Scenario
    from simulation.scenario.values import Deadline
    from simulation.worktime import Calendar


@dataclass(frozen=True)
class Cell:
    """A cell on its way into the plans: its volume in the period, and its route unrolled."""

    channel: str
    procedure: str
    volume: float
    template: Template


@dataclass(frozen=True)
class Context:
    """A scenario that has been validated, and what is found of it once for both plans."""

    scenario: Scenario

    @cached_property
    def time(self) -> Timeline:
        """Horizon and holidays."""
        return timeline(self.scenario)

    @cached_property
    def names(self) -> Names:
        """All ids by number."""
        scenario = self.scenario
        groups = {field.group for field in scenario.fields.values() if field.group}
        return Names(
            channels=tuple(sorted(scenario.channels)),
            procedures=tuple(sorted(scenario.procedures)),
            fields=tuple(sorted(scenario.fields)),
            groups=tuple(sorted(groups)),
            desks=tuple(sorted(scenario.desks)),
            teams=tuple(sorted(scenario.teams)),
        )

    @cached_property
    def calendars(self) -> tuple[Calendar, ...]:
        """Calendars by number; behind those of the scenario one that is always open."""
        models = [self.scenario.calendars[name] for name in self._calendar_ids]
        always = from_spans([0], [self.time.horizon.reach_s])
        return (*map(self.time.calendar, models), always)

    @cached_property
    def _calendar_ids(self) -> list[str]:
        return sorted(self.scenario.calendars)

    def calendar_number(self, name: str | None) -> int:
        """Number of a calendar; without a name that of the one that is always open."""
        return len(self._calendar_ids) if name is None else self._calendar_ids.index(name)

    def calendar(self, name: str) -> Calendar:
        """A calendar of the scenario."""
        return self.calendars[self.calendar_number(name)]

    @cached_property
    def patterns(self) -> dict[str, Pattern]:
        """When dossiers come, by channel."""
        return {name: self._pattern(channel) for name, channel in self.scenario.channels.items()}

    def _pattern(self, channel: Channel) -> Pattern:
        opens = None if channel.calendar is None else self.calendar(channel.calendar)
        return pattern(self.time, channel, opens)

    @cached_property
    def legal_clock(self) -> LegalClock:
        """What deadlines go by."""
        legal = self.scenario.legal
        cutoff_s = DAY_S if legal.cutoff == "closing" else legal.cutoff
        return LegalClock(self.calendar(legal.calendar), cutoff_s)

    @cached_property
    def cells(self) -> list[Cell]:
        """All cells, by (channel, procedure)."""
        return [
            Cell(channel, procedure, volume, self.template(channel, procedure))
            for channel in self.names.channels
            for procedure, volume in sorted(self._demanded(channel).items())
        ]

    def _demanded(self, channel_id: str) -> dict[str, float]:
        """Volume of each procedure that a channel has a share or explicit arrivals of."""
        shared = unrounded_volumes(self.scenario, channel_id)
        given = {arrival.procedure for arrival in self.arrivals(channel_id)}
        given |= {each.procedure for each in self.open if each.channel == channel_id}
        found = volumes(self.scenario, channel_id)
        wanted = given | {name for name, share in shared.items() if share > 0}
        return {name: found.get(name, 0.0) for name in wanted}

    def template(self, channel_id: str, procedure_id: str) -> Template:
        """The route of a cell, unrolled."""
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

    def arrivals(self, channel_id: str) -> list[Arrival]:
        """Explicit arrivals of a channel."""
        arrivals = self.scenario.channels[channel_id].arrivals
        return arrivals if isinstance(arrivals, list) else []  # loading read the files already

    @property
    def open(self) -> list[OpenDossier]:
        """Dossiers that a register says are open when the period begins."""
        start = self.scenario.start
        return start.open if isinstance(start, Register) else []

    def deadline(self, cell: Cell) -> Deadline:
        """The statutory deadline of a cell."""
        return deadline_of(self.scenario.procedures[cell.procedure], cell.channel)

    def hall_number(self, cell: Cell, row: TemplateRow) -> int:
        """Channel in whose hall the applicant waits; -1 where no applicant is present."""
        present = isinstance(row.step, Work) and row.step.applicant
        if not present:
            return -1
        return self.names.channels.index(cell.channel if present is True else present)

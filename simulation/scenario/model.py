"""A whole scenario. docs/scenario-language.md explains the vocabulary with examples."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from simulation.scenario.calendars import Calendar, LegalClock, Timetable
from simulation.scenario.demand import MAX_DOSSIERS, Channel, FieldOfWork, Procedure
from simulation.scenario.evidence import Assumption, EventShare, Published, Source
from simulation.scenario.service import Desk, Team
from simulation.scenario.steps import Step
from simulation.scenario.values import (
    Date,
    Id,
    Model,
    Positive,
    Share,
    Text,
    WarmLength,
    WholeDays,
    WorkingLength,
)
from simulation.units import WORKING_DAY_S, Duration


class Period(Model):
    """The simulated period, both days included."""

    first_day: Date
    last_day: Date


class Warm(Model):
    """Start after a warm-up, which is simulated and not counted."""

    warm: WarmLength


class Backlog(Model):
    """Start with so many open dossiers carried in."""

    backlog: Annotated[int, Field(ge=0, le=MAX_DOSSIERS)]


def _start(value: Any) -> str | None:
    if value == "empty":
        return "<empty>"
    if isinstance(value, (Warm, Backlog)):
        return f"<{type(value).__name__.lower()}>"
    found = [key for key in ("warm", "backlog") if isinstance(value, dict) and key in value]
    return f"<{found[0]}>" if len(found) == 1 else None


Start = Annotated[
    Annotated[Literal["empty"], Tag("<empty>")]
    | Annotated[Warm, Tag("<warm>")]
    | Annotated[Backlog, Tag("<backlog>")],
    Discriminator(
        _start,
        custom_error_type="shape",
        custom_error_message="'empty', {warm: 30 wd} or {backlog: 342}",
    ),
]


class Scenario(Model):
    """A whole scenario, resolved: nothing left to inherit.

    Attributes:
        workload: Factor on every volume.
        run_on: Clock days simulated beyond the period, arrivals included.
        handover_after: Interrupted work goes to a colleague when its person is off for more working
            time than this; nights between two working days have none.
        target: On-time rate aimed at.
    """

    scenario: Id
    title: Text
    period: Period
    start: Start = "empty"
    run_on: WholeDays = Duration(0)
    workload: Positive = 1
    target: Share | None = None
    currency: str = "VND"
    handover_after: WorkingLength = Duration(2 * WORKING_DAY_S, working=True)
    calendars: dict[Id, Calendar]
    timetables: dict[Id, Timetable] = Field(default_factory=dict)
    legal: LegalClock
    channels: dict[Id, Channel]
    mix: dict[Id, Share] = Field(default_factory=dict)
    fields: dict[Id, FieldOfWork]
    groups: dict[Id, Text] = Field(default_factory=dict)
    procedures: dict[Id, Procedure]
    routes: dict[Id, Annotated[list[Step], Field(min_length=1)]]
    desks: dict[Id, Desk] = Field(default_factory=dict)
    teams: dict[Id, Team] = Field(default_factory=dict)
    events: dict[Id, EventShare] = Field(default_factory=dict)
    sources: dict[Id, Source] = Field(default_factory=dict)
    published: list[Published] = Field(default_factory=list)
    assumptions: dict[Id, Assumption] = Field(default_factory=dict)

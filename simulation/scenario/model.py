"""A whole scenario. docs/scenario-language.md explains the vocabulary with examples."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag

from simulation.language import later
from simulation.scenario.calendars import Calendar, LegalClock, Timetable
from simulation.scenario.demand import MAX_DOSSIERS, Channel, FieldOfWork, Procedure
from simulation.scenario.evidence import Assumption, EventShare, Published, Source
from simulation.scenario.service import Desk, Team
from simulation.scenario.steps import Step
from simulation.scenario.values import (
    Date,
    DayOrInstant,
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

MAX_OPEN: Final = 200_000
"""Most dossiers in a register."""


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


class OpenDossier(Model):
    """A dossier of a register, open on the day on which the simulation begins.

    Attributes:
        id: What the register calls it; its luck hangs on this and on nothing else.
        received: When it was received: a day, or an instant.
        step: The step of its route in which it stands; None: not known.
        paused: Days by which supplements have moved its due date so far: working days, or calendar
            days where the deadline is in these.
    """

    id: Annotated[str, Field(min_length=1, max_length=100)]
    channel: Id
    procedure: Id
    received: DayOrInstant
    step: Id | None = None
    paused: Annotated[float, Field(ge=0, le=3660)] = 0


class Register(Model):
    """Start on a day within the period, with the dossiers that were open when it began.

    Attributes:
        as_of: The first simulated day; volumes remain those of the whole period.
        until: The last day that is measured; None: that of the period.
        open: The dossiers; their order means nothing.
    """

    as_of: Date
    until: Date | None = None
    open: Annotated[list[OpenDossier], Field(max_length=MAX_OPEN)]


def _start(value: Any) -> str | None:
    if value == "empty":
        return "<empty>"
    if isinstance(value, (Warm, Backlog, Register)):
        return f"<{type(value).__name__.lower()}>"
    names = {"warm": "warm", "backlog": "backlog", "open": "register"}
    found = [name for key, name in names.items() if isinstance(value, dict) and key in value]
    return f"<{found[0]}>" if len(found) == 1 else None


Start = Annotated[
    Annotated[Literal["empty"], Tag("<empty>")]
    | Annotated[Warm, Tag("<warm>")]
    | Annotated[Backlog, Tag("<backlog>")]
    | Annotated[Register, Tag("<register>")],
    Discriminator(
        _start,
        custom_error_type="shape",
        custom_error_message=later(
            "'empty', {warm: 30 wd}, {backlog: 342} or {as_of: 2021-11-15, open: [...]}"
        ),
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
    currency: Text = Text(en="VND", vi="đồng")
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

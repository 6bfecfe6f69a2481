"""Who serves it: desks and teams."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulation.scenario.values import (
    Id,
    Model,
    NonNegative,
    Probability,
    Staff,
    Text,
)

Discipline = Literal["first-come", "last-come", "earliest-due", "shortest-work", "priority"]


class Desk(Model):
    """A queue.

    Attributes:
        discipline: Whom to serve next.
        shortest_by: For ``shortest-work``: the step's ``mean`` for the procedure, or the
            ``actual`` work content (which no office knows; for theory).
    """

    title: Text
    discipline: Discipline = "first-come"
    shortest_by: Literal["mean", "actual"] = "mean"


class Absence(Model):
    """Unplanned absence, day by day.

    Attributes:
        rate: Share of working days on which a person is absent; dated.
        spell: Mean number of consecutive working days; 1 where days are independent.
    """

    rate: Probability
    spell: Annotated[float, Field(ge=1, le=250)] = 1


class Leave(Model):
    """Planned leave: working days a year, in blocks."""

    days: Annotated[int, Field(ge=0, le=250)]
    block: Annotated[int, Field(ge=1, le=250)] = 5


class Team(Model):
    """People with a shift.

    Attributes:
        staff: Number of people; may change by date.
        shift: Calendar of their working hours.
        desks: Desks they serve, in order of preference.
        efficiency: Speed at a desk relative to 1.
        rank: Teams of lower rank are asked first.
        pay: Pay per person and month, in the scenario's currency.
    """

    title: Text
    staff: Staff
    shift: Id
    desks: Annotated[list[Id], Field(min_length=1)]
    efficiency: dict[Id, Annotated[float, Field(ge=0.001, le=100)]] = Field(default_factory=dict)
    absence: Absence | None = None
    leave: Leave | None = None
    rank: Annotated[int, Field(ge=0, le=1000)] = 0
    pay: NonNegative = 0

"""The statutory deadline of a cell: as the legal clock takes it, and roughly in working days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.semantics import DeadlineKind
from simulation.units import HOUR_S, WORKING_DAY_S

if TYPE_CHECKING:
    from simulation.scenario.demand import Procedure
    from simulation.scenario.values import Deadline

NO_DEADLINE_WD: Final = 10
"""Assumed greatest age of a carried-in dossier that has no deadline."""

_KINDS: Final = {  # kind, and what one unit of its amount is
    "none": (DeadlineKind.NONE, 0),
    "working days": (DeadlineKind.WORKING_DAYS, WORKING_DAY_S),
    "calendar days": (DeadlineKind.CALENDAR_DAYS, 1),
    "hours": (DeadlineKind.HOURS, HOUR_S),
    "on the spot": (DeadlineKind.ON_THE_SPOT, 0),
}


def deadline_of(procedure: Procedure, channel_id: str) -> Deadline:
    """The deadline of a procedure for what comes by a channel."""
    return procedure.deadline.get(channel_id) or procedure.deadline["default"]


def legal_deadline(deadline: Deadline) -> tuple[DeadlineKind, int]:
    """Kind and amount as `legal.due` takes them: legal seconds, or calendar days."""
    kind, unit = _KINDS[deadline.kind]
    return kind, round(unit * deadline.amount)


def rough_wd(deadline: Deadline) -> float:
    """A deadline of any kind in working days, to weigh and to place a backlog."""
    return {
        "working days": deadline.amount,
        "calendar days": deadline.amount * 5 / 7,
        "hours": deadline.amount / 8,
        "on the spot": 0.0,
        "none": NO_DEADLINE_WD,
    }[deadline.kind]

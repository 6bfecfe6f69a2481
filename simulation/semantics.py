"""The meaning that everything shares: codes, phases of an instant, and the queue key.

At every instant t, three phases (docs/semantics.md has them in full):

1. *Absorb* everything that happens at t, zero-length steps at once, to exhaustion: completions and
   ends of delays; then arrivals and returns of applicants in dossier order; then ends of
   attendance; then starts of attendance.
2. *Dispatch* idle people to waiting dossiers.
3. *Leave*: waiting applicants whose patience has ended, whose session closes, or who exceed the
   waiting room.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

from simulation.units import FAR


class Kind(IntEnum):
    """What an engine does with a visit."""

    WORK = 0
    DELAY = 1
    DEPARTURE = 2
    FORK = 3
    JOIN = 4


class Clock(IntFlag):
    """What a visit does to the legal clock when it ends."""

    NOTHING = 0
    STARTS = 1
    STOPS = 2
    PAUSES = 4


class Ends(IntEnum):
    """How a dossier ends when a visit is done; NO where it goes on."""

    NO = 0
    RESOLVED = 1
    REFUSED = 2
    WITHDRAWN = 3


class Outcome(IntEnum):
    """How a visit ended; NONE while it has not."""

    NONE = -1
    DONE = 0
    ABANDONED = 1
    CLOSED = 2
    FULL = 3
    NO_TICKET = 4


class Discipline(IntEnum):
    """Whom a desk serves next."""

    FIRST_COME = 0
    LAST_COME = 1
    EARLIEST_DUE = 2
    SHORTEST_WORK = 3
    PRIORITY = 4


class Closing(IntEnum):
    """When the applicants who still wait have to leave."""

    NONE = 0
    SESSION = 1
    DAY = 2


class DeadlineKind(IntEnum):
    """How a statutory deadline counts."""

    NONE = 0
    WORKING_DAYS = 1
    CALENDAR_DAYS = 2
    HOURS = 3
    ON_THE_SPOT = 4


class Phase(IntEnum):
    """Order of what happens at one instant; lower first."""

    ABSORB = 0
    ARRIVE = 1
    END_OF_ATTENDANCE = 2
    START_OF_ATTENDANCE = 3
    DISPATCH = 4
    LEAVE = 5


def queue_key(discipline: int, ready_s: int, due_s: int, work_s: int, priority: int) -> int:
    """Sort key of a visit at a desk, fixed when it joins; the lowest is served first.

    Ties go by (ready_s, dossier, visit).

    Args:
        discipline: A `Discipline`.
        ready_s: When the visit joined.
        due_s: When the dossier is due (before acceptance: as if accepted on joining); FAR if never.
        work_s: What shortest-work goes by: the step's mean, or the actual content.
        priority: Class of the visit.
    """
    if discipline == Discipline.LAST_COME:
        return -ready_s
    if discipline == Discipline.EARLIEST_DUE:
        return due_s
    if discipline == Discipline.SHORTEST_WORK:
        return work_s
    if discipline == Discipline.PRIORITY:
        return priority
    return ready_s


def duration_s(work_s: int, efficiency_permille: int) -> int:
    """Seconds that a work content takes at an efficiency: ceil(work·1000/efficiency)."""
    return -(-work_s * 1000 // efficiency_permille)


def done_work_s(elapsed_s: int, efficiency_permille: int) -> int:
    """Work content done in some elapsed seconds: floor(elapsed·efficiency/1000)."""
    return elapsed_s * efficiency_permille // 1000


__all__ = [
    "FAR", "Clock", "Closing", "DeadlineKind", "Discipline", "Ends", "Kind", "Outcome", "Phase",
    "done_work_s", "duration_s", "queue_key",
]  # fmt: skip

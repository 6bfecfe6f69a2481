"""The meaning that everything shares: codes, the queue key, and the phases of every instant.

1. *Absorb* all that happens by itself, to exhaustion: completions and ends of delays; applicants
   who come, in dossier order; ends of attendance; starts of attendance.
2. *Dispatch* idle people to waiting dossiers.
3. *Leave*: applicants whose patience ends, whose session closes, or who find the room full.

docs/semantics.md has them in full.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag


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


def queue_key(discipline: int, ready_s: int, due_s: int, work_s: int, priority: int) -> int:
    """Sort key of a visit at a desk, fixed when it joins (``ready_s``); the lowest comes first.

    Ties go by (ready_s, dossier, visit). Before acceptance a dossier is due as if accepted on
    joining. ``work_s`` is the step's mean, or the content where a desk sorts by it.
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
    if efficiency_permille == 1000:  # noqa: PLR2004  nearly always, and a division takes long
        return work_s
    return -(-work_s * 1000 // efficiency_permille)


def done_work_s(elapsed_s: int, efficiency_permille: int) -> int:
    """Work content done in some elapsed seconds: floor(elapsed·efficiency/1000)."""
    return elapsed_s * efficiency_permille // 1000

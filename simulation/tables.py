"""The columnar tables that pass between the rooms. docs/data-model.md states their requirements.

All instants are int64 seconds since midnight of the horizon's first day; NEVER = -1 where something
has not happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


class Segment(IntEnum):
    """Which part of the demand a dossier belongs to; draws are numbered within it."""

    WARM = 0
    PERIOD = 1
    RUN_ON = 2
    EXPLICIT = 3
    BACKLOG = 4
    REGISTER = 5


@dataclass(frozen=True)
class Demand:
    """The dossiers and what each will ask for. Deterministic input of an engine.

    Dossiers are numbered by (submitted_s, channel, procedure, segment, draw). Those carried in have
    been accepted before and join their first visit at the start of the period; those of a register
    stand behind the others of that instant, in the order of the queues that they are found in.

    Dossier columns, shape (dossiers,):
        cell: int32, number of the cell.
        segment: int8, a `Segment`. draw: int64, number within cell and segment.
        submitted_s: When it enters (carried in: the start of the period).
        accepted_s: Acceptance of a carried-in dossier; NEVER for all others.
        paused_s: Legal seconds by which supplements had moved its due instant before it enters.
        visit_ptr: int64, shape (dossiers + 1,): visits of dossier i are
            visit_ptr[i] … visit_ptr[i + 1] - 1, in the order of the itinerary.

    Visit columns, shape (visits,):
        row: int32, template row. attempt: int16, 0 for the first; an applicant's visit is followed
            by its spare attempts 1, 2, … (same row, same work).
        work_s: Work content, or length of a delay; 0 for the other kinds.
        patience_s: How long the applicant waits; FAR: for ever.
        return_s: Time until the applicant comes back after leaving *this* attempt unserved.
    """

    cell: NDArray[np.int32]
    segment: NDArray[np.int8]
    draw: Ints
    submitted_s: Ints
    accepted_s: Ints
    paused_s: Ints
    visit_ptr: Ints
    row: NDArray[np.int32]
    attempt: NDArray[np.int16]
    work_s: Ints
    patience_s: Ints
    return_s: Ints

    @property
    def dossiers(self) -> int:
        """Number of dossiers."""
        return len(self.cell)

    @property
    def visits(self) -> int:
        """Number of visits."""
        return len(self.row)


@dataclass(frozen=True)
class Attendance:
    """When each person is there: sorted, merged, half-open spans in CSR form.

    person_ptr: int64, shape (people + 1,). begin_s, end_s: int64, shape (spans,).
    """

    person_ptr: Ints
    begin_s: Ints
    end_s: Ints


@dataclass(frozen=True)
class Pieces:
    """Who did which part of visits that were handed over, in order of time (then visit).

    visit: int64. person: int32. started_s, ended_s: int64 (ended NEVER: still at it). The last
    piece of a visit agrees with the journal's person; the first with its started_s.
    """

    visit: Ints
    person: NDArray[np.int32]
    started_s: Ints
    ended_s: Ints


@dataclass(frozen=True)
class Journal:
    """What happened: one row per visit of the demand, in its order. Output of an engine.

    Shape (visits,):
        person: int32, who ended it (or is at it); -1: nobody (yet, or not work).
        ready_s: When it joined. started_s: when service began (delays: ready_s).
        ended_s: When it was done, or the applicant left.
        outcome: int8, an `Outcome`.
    """

    person: NDArray[np.int32]
    ready_s: Ints
    started_s: Ints
    ended_s: Ints
    outcome: NDArray[np.int8]
    pieces: Pieces

"""The open dossiers that a period begins with, where no register says which they are.

All of this is assumed, and a scenario lists it among its assumptions:

- the cell is drawn by volume × deadline;
- the dossier follows a freshly drawn itinerary, and is found behind its acceptance and before its
  resolution, in a row drawn by expected duration; that row's content is still to be done in full;
- who is found inside a fork begins the fork anew;
- the age (legal working time since acceptance) is uniform up to the oldest of the cell at which no
  dossier is overdue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.demand.itineraries import Block, expect, follow
from simulation.demand.marks import Marks
from simulation.distributions import Exponential
from simulation.errors import InputError, noted
from simulation.language import _
from simulation.semantics import Kind
from simulation.tables import Segment
from simulation.worktime import subtract

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from simulation.plan.arrays import BacklogPlan, DemandPlan, SampledRow
    from simulation.streams import Streams
    from simulation.worktime import Calendar

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

_MOST_TRIES: Final = 256
"""Itineraries drawn for a carried-in dossier before it is said that none is ever accepted."""


def carried_in(plan: DemandPlan, streams: Streams) -> Iterator[Block]:
    """The backlog, cell by cell.

    Raises:
        InputError: No cell has a weight, or a cell that is drawn accepts no dossier.
    """
    backlog = plan.backlog
    if backlog is None:
        return
    of_cell = [Marks(streams, cell, Segment.BACKLOG) for cell in plan.cells]
    numbers = _numbers(backlog, of_cell)
    for marks, number, oldest_s in zip(of_cell, numbers, backlog.oldest_s, strict=True):
        if number:
            yield _cell_backlog(marks, number, plan.horizon.start_s, oldest_s, backlog.legal)


def _numbers(backlog: BacklogPlan, of_cell: Sequence[Marks]) -> list[int]:
    """How many dossiers each cell has.

    Each goes to the cell that is first in a race of exponential clocks that tick at the cells'
    weights, which draws cells by weight. So a cell whose weight changes takes from the others or
    gives to them, and nothing else moves.

    Raises:
        InputError: No cell has a weight.
    """
    first_s, drawn = np.full(backlog.number, np.inf), np.full(backlog.number, -1)
    for number, (marks, weight) in enumerate(zip(of_cell, backlog.weight, strict=True)):
        if weight > 0:
            at_s = Exponential(1 / weight).quantile(marks.first(backlog.number, "cell"))
            drawn[at_s < first_s] = number
            first_s = np.minimum(first_s, at_s)
    if (drawn < 0).any():
        raise InputError(
            _(
                "a backlog of {number} belongs to no cell: none has both a volume and a "
                "deadline that can be in term when the period begins"
            ).format(number=backlog.number)
        )
    numbers: list[int] = np.bincount(drawn, minlength=len(of_cell)).tolist()
    return numbers


def _cell_backlog(marks: Marks, number: int, start_s: int, oldest_s: int, legal: Calendar) -> Block:
    draw, does = _open_itineraries(marks, number, start_s)
    position = _positions(marks.cell.rows, does, marks.of(draw, "position"))
    age_s = 1 + np.floor(marks.of(draw, "age") * oldest_s).astype(np.int64)
    return Block(
        marks=marks,
        draw=draw,
        submitted_s=np.full(number, start_s),
        accepted_s=subtract(legal, start_s, age_s),
        does=does & (np.arange(len(does))[:, np.newaxis] >= position),
    )


def _open_itineraries(marks: Marks, number: int, start_s: int) -> tuple[Ints, Bools]:
    """The first draws whose itinerary has a time of being open: some are refused at reception."""
    weight = _open_s(marks.cell.rows)
    expect(marks)
    tries = number
    while tries <= _MOST_TRIES * number:
        draw = np.arange(tries)
        does = follow(marks, draw, np.full(tries, start_s))
        found = np.flatnonzero(does[weight > 0].any(axis=0))[:number]
        if len(found) == number:
            return found, does[:, found]
        tries *= 2
    raise InputError(
        noted(
            _(
                "start.backlog: {number} dossiers of {name} are to be carried in, and of {tries} "
                "itineraries only {found} have a step between acceptance and resolution that takes "
                "time"
            ).format(
                number=number, name="/".join(marks.cell.name), tries=tries // 2, found=len(found)
            ),
            remedy=_("make such a step of the route likelier, or begin with a smaller backlog"),
        )
    )


def _positions(rows: Sequence[SampledRow], does: Bools, u: Floats) -> Ints:
    """Template row at which each dossier goes on."""
    cumulative = np.cumsum(does * _open_s(rows)[:, np.newaxis], axis=0)
    found: Ints = (cumulative <= u * cumulative[-1]).sum(axis=0)
    return _restarts(rows)[found]


def _open_s(rows: Sequence[SampledRow]) -> Floats:
    """Expected time of a dossier in each row that it may be found in; 0 in all others."""
    return np.array([row.open_s for row in rows])


def _restarts(rows: Sequence[SampledRow]) -> Ints:
    """For each row, where a dossier found there goes on: itself, or the fork around it."""
    restarts: list[int] = []
    fork: int | None = None
    for number, row in enumerate(rows):
        if row.kind == Kind.FORK:
            fork = number
        restarts.append(number if fork is None else fork)
        if row.kind == Kind.JOIN:
            fork = None
    return np.array(restarts)

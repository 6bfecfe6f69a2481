"""Which rows of its cell's template each dossier does, and what each visit brings with it.

Itineraries are Boolean matrices, template rows × dossiers, all made before any visit is written.
The number of visits of every dossier is then known, and each mark is written once, at its place in
the finished table: nothing is sorted, joined or copied per visit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.distributions import to_seconds
from simulation.units import DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from simulation.demand.marks import Marks
    from simulation.distributions import Distribution
    from simulation.plan.arrays import CellPlan, SampledRow
    from simulation.tables import Demand

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Stream = tuple[str, ...]
    Who = Ints | slice


_ALL: Final = slice(None)


@dataclass(frozen=True)
class Block:
    """The dossiers of one cell and segment.

    Attributes:
        marks: Their streams, with cell and segment.
        draw, submitted_s, accepted_s: As in `Demand`, by rising draw. Shape: (dossiers,).
        does: Which template rows each does. Shape: (rows, dossiers).
        work_s: Given content by step name, -1 where it is sampled. Shape of each: (dossiers,).
        left_s: The same by number of the template row. Shape of each: (dossiers,).
        paused_s: As in `Demand`; None: none has been paused.
        joined_s: About when each joined the step in which it stands; None: it enters now.
    """

    marks: Marks
    draw: Ints
    submitted_s: Ints
    accepted_s: Ints
    does: Bools
    work_s: Mapping[str, Ints] = field(default_factory=dict)
    left_s: Mapping[int, Ints] = field(default_factory=dict)
    paused_s: Ints | None = None
    joined_s: Ints | None = None

    @property
    def visits(self) -> Ints:
        """Number of visits of each dossier, spare attempts included."""
        return np.array([1 + row.attempts for row in self.marks.cell.rows], np.int64) @ self.does


def expect(marks: Marks) -> None:
    """Prepare for the streams of a cell's itineraries."""
    marks.expect(dict.fromkeys(_names(marks.cell)))


def _names(cell: CellPlan) -> Iterator[tuple[str | int, ...]]:
    """Names of the streams that `follow` and `write_visits` may ask for."""
    for guard in cell.guards:
        yield ("guard", *guard.stream)
    for row in cell.rows:
        if row.content is not None:
            yield ("step", *row.stream, "work")
        for attempt in range(1 + row.attempts if row.patience else 0):
            yield ("step", *row.stream, "patience", attempt)
        for attempt in range(row.attempts if row.come_back else 0):
            yield ("step", *row.stream, "return", attempt)


def follow(
    marks: Marks, draw: Ints, submitted_s: Ints, uniforms: Mapping[Stream, Floats] | None = None
) -> Bools:
    """Which rows of the template each dossier does. Shape: (rows, dossiers).

    Args:
        marks: Their streams.
        draw: As in `Block`.
        submitted_s: As in `Block`.
        uniforms: Marks of guards, by stream, that are not those of the streams.
    """
    holds = _evaluate(marks, draw, submitted_s // DAY_S, dict(uniforms or {}))
    does = np.empty((len(marks.cell.rows), len(draw)), np.bool_)
    alive = np.ones(len(draw), np.bool_)
    for number, row in enumerate(marks.cell.rows):
        does[number] = alive if row.guard < 0 else alive & holds[row.guard]
        if row.ends:
            alive &= ~does[number]
    return does


def _evaluate(marks: Marks, draw: Ints, day: Ints, uniforms: dict[Stream, Floats]) -> list[Bools]:
    """Which dossiers each guard holds for; parents stand before their children."""
    holds: list[Bools] = []
    for guard in marks.cell.guards:
        if guard.stream not in uniforms:
            uniforms[guard.stream] = marks.of(draw, "guard", *guard.stream)
        u = uniforms[guard.stream]
        chosen = (on_day(day, guard.low) <= u) & (u < on_day(day, guard.high))
        holds.append(chosen if guard.parent < 0 else chosen & holds[guard.parent])
    return holds


def on_day(day: Ints, bound: Floats) -> Floats:
    """A bound on each dossier's day; an outage may postpone beyond the last day of the plan."""
    return bound if len(bound) == 1 else bound[np.minimum(day, len(bound) - 1)]


def write_visits(demand: Demand, block: Block, visit: Ints) -> None:
    """Fill in the visits of a block.

    Args:
        demand: Its visit columns are filled in; attempt, work_s, patience_s and return_s hold the
            values of a visit without any.
        block: The dossiers.
        visit: The first visit of each dossier. Shape: (dossiers,).
    """
    following = visit.copy()
    for row, does in zip(block.marks.cell.rows, block.does, strict=True):
        (who,) = does.nonzero()
        if who.size == does.size:  # all do it, as is usual: nobody has to be picked out
            _write_row(demand, block, row, _ALL, following)
            following += 1 + row.attempts
        elif who.size:
            _write_row(demand, block, row, who, following[who])
            following[who] += 1 + row.attempts


def _write_row(demand: Demand, block: Block, row: SampledRow, who: Who, at: Ints) -> None:
    """Fill in what the dossiers ``who`` do of one template row, from the visits ``at`` on."""
    draw, visit = block.draw[who], at
    if row.attempts:
        attempt = np.arange(1 + row.attempts)[:, np.newaxis]
        visit = at + attempt
        demand.attempt[visit] = attempt
    demand.row[visit] = row.row
    if row.content is not None:
        demand.work_s[visit] = _content(block, row, row.content, who, draw)
    if row.patience is not None:
        u = _by_attempt(block, row, draw, "patience", 1 + row.attempts)
        demand.patience_s[visit] = to_seconds(row.patience.quantile(u), 0)
    if row.come_back is not None and row.attempts:
        u = _by_attempt(block, row, draw, "return", row.attempts)
        demand.return_s[visit[:-1]] = to_seconds(row.come_back.quantile(u), 1)


def _by_attempt(block: Block, row: SampledRow, draw: Ints, what: str, attempts: int) -> Floats:
    """Uniform numbers of a row's attempts, each of which has a stream. Shape: (attempts, draws)."""
    u = np.empty((attempts, len(draw)))
    for attempt in range(attempts):
        u[attempt] = block.marks.of(draw, "step", *row.stream, what, attempt)
    return u


def _content(block: Block, row: SampledRow, content: Distribution, who: Who, draw: Ints) -> Ints:
    u = block.marks.of(draw, "step", *row.stream, "work")
    sampled_s = to_seconds(content.quantile(u), row.minimum_s)
    if row.row in block.left_s:
        left_s = block.left_s[row.row][who]
        return np.where(left_s < 0, sampled_s, left_s)
    if row.stream[0] not in block.work_s:
        return sampled_s
    given_s = block.work_s[row.stream[0]][who]
    return np.where(given_s < 0, sampled_s, np.maximum(given_s, row.minimum_s))

"""The open dossiers of a register: what each still has to do, given where it stands.

- An itinerary is drawn anew, given that it comes to the step; the guards on the way there are drawn
  within their bounds, and what would have ended earlier is drawn again. A step that may be done
  several times is found so often as it is done. Where no step is given, the row is drawn by
  expected duration as well.
- How long it has been there is drawn given its age: so long ago as the age, less an exponential
  time for what it did before, by its expected duration and a working day for queues; and nobody is
  still in a step that would have ended by then. Of a delay, what is left follows from that. Work,
  departures and waits for the due date are still to do in full; who has been there longer stands
  before others in the queue.
- Who is found inside a fork is in the branch that the step belongs to, as far as that step; the
  other branches began at the same instant.
- Who stands at or before acceptance has not been received: it enters like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.demand.itineraries import Block, follow, on_day
from simulation.demand.marks import Marks
from simulation.distributions import to_seconds
from simulation.errors import InputError
from simulation.language import _
from simulation.semantics import Kind
from simulation.tables import Segment
from simulation.units import DAY_S, NEVER, WORKING_DAY_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from simulation.distributions import Distribution
    from simulation.plan.arrays import CellPlan, DemandPlan, Registered, SampledRow
    from simulation.streams import Streams

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Stream = tuple[str, ...]
    Bounds = dict[Stream, tuple[Floats, Floats]]

_MOST_TRIES: Final = 64
"""Itineraries drawn for a dossier before it is said that none comes to where it stands."""
_GRID: Final = 2048
"""Quantiles by which what is left of a delay is drawn."""
_PLACES: Final = np.linspace(0, 1, 257)
"""Parts of an age by which what is behind is drawn."""
_PACE: Final = {"clock": 1.0, "working": WORKING_DAY_S / DAY_S * 5 / 7}
"""Seconds of each kind in a second of clock time."""


def registered(plan: DemandPlan, streams: Streams) -> Iterator[Block]:
    """The dossiers of the register, cell by cell.

    Raises:
        InputError: A dossier stands where none of its cell ever does.
    """
    for cell in plan.cells:
        if cell.registered is not None:
            marks = Marks(streams, cell, Segment.REGISTER)
            yield _cell_block(marks, cell.registered, plan.horizon.start_s)


def _cell_block(marks: Marks, known: Registered, start_s: int) -> Block:
    rows = marks.cell.rows
    does, position = _open_itineraries(marks, known)
    number = np.arange(len(rows))[:, np.newaxis]
    begins = _forks(rows)[position]
    goes_on = does & (number >= np.where(begins < 0, position, begins))
    # Of its branch in a fork, what stands before the step is done.
    branch = np.array([row.branch for row in rows])
    in_branch = (begins >= 0) & (branch[position] > 0)
    done = (number < position) & (branch[:, np.newaxis] == branch[position]) & (number > begins)
    goes_on &= ~(in_branch & done)
    received = np.array([not row.before_acceptance for row in rows])[position]
    return Block(
        marks=marks,
        draw=known.draw,
        submitted_s=np.full(len(known.draw), start_s),
        accepted_s=np.where(received, known.received_s, NEVER),
        does=goes_on,
        left_s=_left(marks, known, does, position, begins),
        joined_s=_joined_s(marks, known, does, position, start_s),
        paused_s=np.where(received, known.paused_s, 0),
    )


def _open_itineraries(marks: Marks, known: Registered) -> tuple[Bools, Ints]:
    """Rows that each dossier does, and the one in which it stands."""
    rows, dossiers = marks.cell.rows, len(known.draw)
    day = known.received_s // DAY_S
    bounds = [_bounds(marks.cell, row, day) for row in rows]
    weight = np.array([_chance(bound, dossiers) for bound in bounds]) * _may_stand(rows, known)
    does, position = np.zeros((len(rows), dossiers), np.bool_), np.full(dossiers, -1)
    pending = np.arange(dossiers)
    for attempt in range(_MOST_TRIES):
        possible = weight[:, pending].sum(axis=0) > 0
        if not possible.all():
            break
        place = _draw_rows(weight[:, pending], marks.of(known.draw[pending], "row", attempt))
        for number in np.unique(place).tolist():
            some = pending[place == number]
            luck = _luck(marks, known.draw[some], bounds[number], some, attempt)
            drawn = follow(marks, known.draw[some], day[some] * DAY_S, luck)
            comes = drawn[number]
            does[:, some[comes]], position[some[comes]] = drawn[:, comes], number
        pending = pending[position[pending] < 0]
        if not len(pending):
            return does, position
    first = int(pending[np.argmin(weight[:, pending].sum(axis=0))])
    where = (
        _("step {step!r}").format(step=known.step[first])
        if known.step[first]
        else _("any step that takes time")
    )
    raise InputError(
        _(
            "open dossier {id!r}: no dossier of {name} comes to {where} before its result is "
            "ready; correct its step, or leave it out"
        ).format(id=known.id[first], name="/".join(marks.cell.name), where=where)
    )


def _may_stand(rows: Sequence[SampledRow], known: Registered) -> Floats:
    """How much each row weighs for each dossier, apart from its chance. Shape: (rows, dossiers)."""
    step = np.array(known.step)
    named = np.array([_step(row) for row in rows])[:, np.newaxis] == step
    stands = np.array([not row.after_resolution and row.kind != Kind.JOIN for row in rows])
    open_s = np.array([row.open_s for row in rows])
    return np.where(step == "", open_s[:, np.newaxis], named & stands[:, np.newaxis])


def _step(row: SampledRow) -> str:
    return row.stream[0]


def _bounds(cell: CellPlan, row: SampledRow, day: Ints) -> Bounds:
    """Bounds of the marks of a row's guards, for dossiers of some days."""
    bounds: Bounds = {}
    number = row.guard
    while number >= 0:
        guard = cell.guards[number]
        low, high = on_day(day, guard.low), on_day(day, guard.high)
        if guard.stream in bounds:
            low = np.maximum(low, bounds[guard.stream][0])
            high = np.minimum(high, bounds[guard.stream][1])
        bounds[guard.stream] = low, high
        number = guard.parent
    return bounds


def _chance(bounds: Bounds, dossiers: int) -> Floats:
    chance = np.ones(dossiers)
    for low, high in bounds.values():
        chance *= np.maximum(high - low, 0.0)
    return chance


def _draw_rows(weight: Floats, u: Floats) -> Ints:
    cumulative = np.cumsum(weight, axis=0)
    found: Ints = (cumulative <= u * cumulative[-1]).sum(axis=0)
    return found


def _luck(
    marks: Marks, draw: Ints, bounds: Bounds, some: Ints, attempt: int
) -> dict[Stream, Floats]:
    """Marks of all guards in one attempt: within the bounds where there are some."""
    luck = {}
    for stream in dict.fromkeys(guard.stream for guard in marks.cell.guards):
        u = marks.of(draw, "guard", *stream, attempt)
        if stream in bounds:
            low, high = (b if len(b) == 1 else b[some] for b in bounds[stream])
            u = low + u * (high - low)
        luck[stream] = u
    return luck


def _forks(rows: Sequence[SampledRow]) -> Ints:
    """For each row, the fork around it (a fork is within itself); -1: none."""
    forks: list[int] = []
    fork = -1
    for number, row in enumerate(rows):
        if row.kind == Kind.FORK:
            fork = number
        forks.append(fork)
        if row.kind == Kind.JOIN:
            fork = -1
    return np.array(forks)


def _joined_s(marks: Marks, known: Registered, does: Bools, position: Ints, start_s: int) -> Ints:
    """About when each joined where it stands, in working time before the start: for the order."""
    pace = _PACE["working"]
    mean_s = _path_s(marks.cell.rows, does, position) * pace + WORKING_DAY_S
    u = marks.of(known.draw, "queue")
    behind = _behind(known.worked_s, mean_s, lambda x: np.exp(-x / WORKING_DAY_S), u)
    return start_s - behind.astype(np.int64)


def _path_s(rows: Sequence[SampledRow], does: Bools, position: Ints) -> Floats:
    """Expected clock time of what each has done since it was received, queues left out."""
    open_s = np.array([row.open_s for row in rows])[:, np.newaxis]
    before = does & (np.arange(len(rows))[:, np.newaxis] < position)
    return np.asarray((before * open_s).sum(axis=0))


def _left(
    marks: Marks, known: Registered, does: Bools, position: Ints, begins: Ints
) -> dict[int, Ints]:
    """What is left of the delays that dossiers are found in, by number of the row."""
    left_s: dict[int, Ints] = {}
    rows = marks.cell.rows
    path_s = _path_s(rows, does, position)
    for number, row in enumerate(rows):
        here = position == number
        # Beside the branch that is known, delays that open their branches began with the fork.
        opens = row.branch > 0 and rows[number - 1].branch != row.branch
        beside = (begins >= 0) & (begins == _forks(rows)[number]) & ~here & opens
        beside &= np.array([r.branch for r in rows])[position] != row.branch
        who = np.flatnonzero(here | beside)
        if row.elapses == "not" or row.content is None or not who.size:
            continue
        age_s = (known.age_s if row.elapses == "clock" else known.worked_s)[who]
        pace = _PACE[row.elapses]
        mean_s = path_s[who] * pace + WORKING_DAY_S * pace / _PACE["working"]
        u, v = (marks.of(known.draw[who], "step", *row.stream, name) for name in ("spent", "left"))
        found = np.full(len(position), -1)
        found[who] = to_seconds(residual(row.content, age_s, mean_s, u, v), row.minimum_s)
        left_s[row.row] = found
    return left_s


def residual(content: Distribution, age_s: Ints, mean_s: Floats, u: Floats, v: Floats) -> Floats:
    """What is left of a length in which somebody is found who came so long ago.

    With age a, what is behind has the density exp(-(a - x) / m) P(length > x) up to a: what was
    before took an exponential time of mean m. The length is one of those longer than that. For a
    large m this is the equilibrium distribution of a renewal process.

    Args:
        content: The length in seconds.
        age_s: The most that can be behind, for each.
        mean_s: Mean time of what was before, for each.
        u: A uniform number for each, of the part behind.
        v: Another, of the length.

    Source: D. R. Cox, "Renewal Theory" (1962), for the equilibrium distribution.
    """
    length = np.sort(content.quantile((np.arange(_GRID) + 0.5) / _GRID))

    def survival(x: Floats) -> Floats:
        return np.asarray(1 - np.searchsorted(length, x, side="right") / _GRID)

    behind = _behind(np.minimum(age_s, length[-1]), mean_s, survival, u)
    shorter = np.searchsorted(length, behind, side="right")
    place = shorter + np.floor(v * (_GRID - shorter)).astype(np.int64)
    found: Floats = np.maximum(length[np.minimum(place, _GRID - 1)] - behind, 0.0)
    return found


def _behind(
    most_s: NDArray[Any], mean_s: Floats, survival: Callable[[Floats], Floats], u: Floats
) -> Floats:
    """The time behind, by the density exp(x / mean) survival(x) from 0 to the most."""
    x = most_s[:, np.newaxis] * _PLACES
    # Within a piece the density is that at its middle.
    middle = (x[:, 1:] + x[:, :-1]) / 2
    density = np.exp((middle - most_s[:, np.newaxis]) / mean_s[:, np.newaxis]) * survival(middle)
    density += 1e-300  # where nobody can be: at any time
    cumulative = np.cumsum(density, axis=1)
    target = u * cumulative[:, -1]
    piece = (cumulative <= target[:, np.newaxis]).sum(axis=1)
    piece = np.minimum(piece, density.shape[1] - 1)
    who = np.arange(len(piece))
    into = 1 - (cumulative[who, piece] - target) / density[who, piece]
    found: Floats = x[who, piece] + np.clip(into, 0, 1) * (x[who, piece + 1] - x[who, piece])
    return found

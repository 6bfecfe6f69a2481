"""From blocks of dossiers to the finished table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.demand.arrivals import postpone, sample_arrivals
from simulation.demand.backlog import carried_in
from simulation.demand.itineraries import Block, expect, follow, write_visits
from simulation.demand.marks import Marks
from simulation.demand.register import registered
from simulation.groups import stable_order
from simulation.streams import Streams
from simulation.tables import Demand, Segment
from simulation.units import FAR, NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from simulation.plan.arrays import DemandPlan, Horizon

    Ints = NDArray[np.int64]


def sample_demand(plan: DemandPlan, seed: int, replication: int) -> Demand:
    """Sample all dossiers of one replication.

    Args:
        plan: What comes.
        seed: Seed of the study.
        replication: Number of the replication; it needs nothing of those before.

    Raises:
        InputError: A cell's volume has no time at which it may come, a backlog has no place, or a
            sampled length cannot be held in seconds.
    """
    streams = Streams(seed, replication)
    blocks = [*_arriving(plan, streams), *carried_in(plan, streams), *registered(plan, streams)]
    return _tabulate(sorted(blocks, key=lambda b: (b.marks.cell.cell, b.marks.segment)))


def _arriving(plan: DemandPlan, streams: Streams) -> Iterator[Block]:
    for cell in plan.cells:
        for segment in (Segment.WARM, Segment.PERIOD, Segment.RUN_ON):
            marks = Marks(streams, cell, segment)
            submitted_s = sample_arrivals(marks, plan.horizon)
            draw = _simulated(plan.horizon, submitted_s)
            if len(draw):
                yield _block(marks, draw, submitted_s[draw], {})
        if (explicit := cell.explicit) is not None:
            marks = Marks(streams, cell, Segment.EXPLICIT)
            submitted_s = postpone(explicit.at_s, cell.outages_s)
            yield _block(marks, explicit.draw, submitted_s, explicit.work_s)


def _simulated(horizon: Horizon, submitted_s: Ints) -> Ints:
    """Draws that come within the simulated time, where that is only a part of the period."""
    if horizon.whole_s is None:
        return np.arange(len(submitted_s))
    return np.flatnonzero((horizon.start_s <= submitted_s) & (submitted_s < horizon.end_s))


def _block(marks: Marks, draw: Ints, submitted_s: Ints, work_s: Mapping[str, Ints]) -> Block:
    expect(marks)
    return Block(
        marks=marks,
        draw=draw,
        submitted_s=submitted_s,
        accepted_s=np.full_like(draw, NEVER),
        does=follow(marks, draw, submitted_s),
        work_s=work_s,
    )


def _tabulate(blocks: Sequence[Block]) -> Demand:
    """Number the dossiers, and write each block's visits at their places.

    Args:
        blocks: By (cell, segment), so that a stable sort by time gives the order of `Demand`.
    """
    # Whom a register knows stands as it has joined: a queue that is taken over keeps its order.
    sizes = [len(block.draw) for block in blocks]
    submitted_s = _joined([block.submitted_s for block in blocks])
    order = stable_order(submitted_s)
    if any(block.marks.segment is Segment.REGISTER for block in blocks):
        order = np.lexsort((_joined([_since_s(block) for block in blocks]), submitted_s))
    visits = _joined([block.visits for block in blocks])[order]
    visit_ptr = np.concatenate(([0], np.cumsum(visits)))
    total = int(visit_ptr[-1])
    demand = Demand(
        cell=np.repeat(np.array([b.marks.cell.cell for b in blocks], np.int32), sizes)[order],
        segment=np.repeat(np.array([b.marks.segment for b in blocks], np.int8), sizes)[order],
        draw=_joined([block.draw for block in blocks])[order],
        submitted_s=submitted_s[order],
        accepted_s=_joined([block.accepted_s for block in blocks])[order],
        paused_s=_joined([_paused_s(block) for block in blocks])[order],
        visit_ptr=visit_ptr,
        row=np.empty(total, np.int32),
        attempt=np.zeros(total, np.int16),
        work_s=np.zeros(total, np.int64),
        patience_s=np.full(total, FAR),
        return_s=np.full(total, NEVER),
    )
    first_visit = np.empty_like(order)
    first_visit[order] = visit_ptr[:-1]
    stops = np.cumsum(sizes).tolist()
    for block, size, stop in zip(blocks, sizes, stops, strict=True):
        write_visits(demand, block, first_visit[stop - size : stop])
    return demand


def _since_s(block: Block) -> Ints:
    return np.full_like(block.draw, NEVER) if block.joined_s is None else block.joined_s


def _paused_s(block: Block) -> Ints:
    return np.zeros_like(block.draw) if block.paused_s is None else block.paused_s


def _joined(columns: list[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *columns])

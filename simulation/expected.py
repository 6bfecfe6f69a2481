"""What a demand plan comes to on average: dossiers, visits and work, before anything is sampled.

A guard says that some uniform marks lie in some intervals; a row is done where its guards hold and
no earlier row has ended the dossier. So the dossiers that are still there form a set of disjoint
boxes in the space of the marks, and every probability is the volume of an intersection: exact, and
also right where several guards look at the same mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from simulation.demand.arrivals import postpone
from simulation.semantics import Kind
from simulation.units import DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from simulation.plan.arrays import CellPlan, DemandPlan, Horizon, Ints, ServicePlan

    Floats = NDArray[np.float64]

Box: TypeAlias = "dict[tuple[str, ...], tuple[Floats, Floats]]"
"""Bounds [low, high) of marks by stream, by day or of length 1; marks not named are free."""


def row_probabilities(cell: CellPlan) -> list[Floats]:
    """Probability that a dossier does each template row, by day of submission or of length 1."""
    guards: list[Box] = []
    for guard in cell.guards:
        outer = {} if guard.parent < 0 else guards[guard.parent]
        guards.append(_intersection(outer, {guard.stream: (guard.low, guard.high)}))
    open_boxes: list[Box] = [{}]
    probabilities = []
    for row in cell.rows:
        box = {} if row.guard < 0 else guards[row.guard]
        volumes = [_volume(_intersection(there, box)) for there in open_boxes]
        probabilities.append(sum(volumes, start=np.zeros(1)))
        if row.ends:
            open_boxes = [rest for there in open_boxes for rest in _difference(there, box)]
    return probabilities


def _intersection(first: Box, second: Box) -> Box:
    both = dict(first)
    for stream, (low, high) in second.items():
        if stream in both:
            before = both[stream]
            both[stream] = np.maximum(low, before[0]), np.minimum(high, before[1])
        else:
            both[stream] = low, high
    return both


def _volume(box: Box) -> Floats:
    volume = np.ones(1)
    for low, high in box.values():
        volume = volume * np.maximum(np.minimum(high, 1.0) - np.maximum(low, 0.0), 0.0)
    return volume


def _difference(box: Box, taken: Box) -> Iterator[Box]:
    """Disjoint boxes that make up ``box`` without ``taken``; those without volume are left out."""
    inside = dict(box)
    for stream, (low, high) in taken.items():
        for bounds in ((np.zeros(1), low), (high, np.ones(1))):
            outside = _intersection(inside, {stream: bounds})
            if _volume(outside).any():
                yield outside
        inside = _intersection(inside, {stream: (low, high)})


def daily_arrivals(cell: CellPlan, horizon: Horizon) -> Floats:
    """Expected dossiers submitted on each day, explicit arrivals not among them. Shape: (days,).

    The volume is that of the period. An outage may postpone arrivals beyond the last day; they
    count on the last.
    """
    edges_s = np.union1d(cell.rate.edges_s, np.minimum(cell.outages_s, horizon.end_s))
    cumulative = np.interp(edges_s, cell.rate.edges_s, _cumulative(cell))
    at_s = postpone(edges_s[:-1], cell.outages_s)
    mass = _by_day(at_s, np.diff(cumulative), horizon)
    start, stop = np.interp((horizon.start_s, horizon.stop_s), cell.rate.edges_s, _cumulative(cell))
    return np.asarray(mass * (cell.volume / (stop - start) if stop > start else 0.0))


def _cumulative(cell: CellPlan) -> Floats:
    mass = cell.rate.weight * np.diff(cell.rate.edges_s)
    return np.concatenate(([0.0], np.cumsum(mass)))


def _by_day(at_s: Ints, amount: Floats, horizon: Horizon) -> Floats:
    days = horizon.end_s // DAY_S
    return np.asarray(np.bincount(_day(at_s, horizon), weights=amount, minlength=days))


def _day(at_s: Ints, horizon: Horizon) -> Ints:
    return np.minimum(at_s, horizon.end_s - 1) // DAY_S


def expected_dossiers(plan: DemandPlan) -> float:
    """Dossiers of the whole horizon: warm-up, period, run-on, explicit and carried in."""
    return float(_carried_in(plan).sum()) + sum(
        float(daily_arrivals(cell, plan.horizon).sum())
        + (0 if cell.explicit is None else len(cell.explicit.at_s))
        for cell in plan.cells
    )


def expected_visits(plan: DemandPlan) -> float:
    """Visits of the whole horizon, the spare attempts of applicants included."""
    visits = 0.0
    for cell in plan.cells:
        days = daily_arrivals(cell, plan.horizon) + _explicit_days(cell, plan.horizon)
        for row, probability in zip(cell.rows, row_probabilities(cell), strict=True):
            visits += (1 + row.attempts) * _total(days, probability)
    return visits + _backlog_visits(plan)


def _backlog_visits(plan: DemandPlan) -> float:
    """At most: as if each did all rows of its route."""
    rows = np.array([len(cell.rows) for cell in plan.cells])
    return float(_carried_in(plan) @ rows)


def _explicit_days(cell: CellPlan, horizon: Horizon) -> Floats:
    if cell.explicit is None:
        return np.zeros(horizon.end_s // DAY_S)
    at_s = cell.explicit.at_s
    return _by_day(at_s, np.ones(len(at_s)), horizon)


def _total(days: Floats, probability: Floats) -> float:
    return float((days * probability).sum())


def offered_work_s(demand: DemandPlan, service: ServicePlan) -> Floats:
    """Expected work content that the period brings to each desk, in seconds at efficiency 1.

    It is what the dossiers submitted within the period ask for, whenever that will be, and what
    the dossiers carried in still ask for. Shape: (desks,).
    """
    horizon = demand.horizon
    period = slice(horizon.start_s // DAY_S, horizon.stop_s // DAY_S)
    work_s = np.zeros(len(service.names.desks))
    for cell, carried_in in zip(demand.cells, _carried_in(demand), strict=True):
        days = daily_arrivals(cell, horizon)
        days[: period.start], days[period.stop :] = 0.0, 0.0
        probabilities = row_probabilities(cell)
        remaining = carried_in * _remaining(cell, probabilities)
        for number, (row, probability) in enumerate(zip(cell.rows, probabilities, strict=True)):
            if row.kind != Kind.WORK or row.content is None:
                continue
            times = _total(days, probability) + remaining[number]
            desk = service.rows.desk[row.row]
            work_s[desk] += times * row.content.mean
            work_s[desk] += _explicit_work_s(cell, number, probability, horizon)
    return work_s


def _carried_in(demand: DemandPlan) -> Floats:
    """Expected number of dossiers carried in by cell."""
    if demand.backlog is None:
        return np.zeros(len(demand.cells))
    weight = np.array(demand.backlog.weight, np.float64)
    total = weight.sum()
    shares: Floats = weight / total if total > 0 else weight * 0.0
    return demand.backlog.number * shares


def _remaining(cell: CellPlan, probabilities: Sequence[Floats]) -> Floats:
    """Expected number of times that a carried-in dossier still does each row. Shape: (rows,).

    Where it stands is drawn by expected duration; that this goes with the branches it has taken is
    left out here, so the figure is exact only for routes without branches.
    """
    share = np.array([float(probability.mean()) for probability in probabilities])
    open_s = np.array([row.open_s for row in cell.rows])
    weight = np.cumsum(share * open_s)
    total = weight[-1] if weight.size else 0.0
    return share * weight / total if total > 0 else share * 0.0


def _explicit_work_s(cell: CellPlan, number: int, probability: Floats, horizon: Horizon) -> float:
    """Work of the explicit arrivals of the period in one row."""
    row, explicit = cell.rows[number], cell.explicit
    if explicit is None or row.content is None:
        return 0.0
    at_s = postpone(explicit.at_s, cell.outages_s)
    given_s = explicit.work_s.get(row.stream[0], np.full(len(at_s), -1))
    content_s = np.where(given_s < 0, row.content.mean, np.maximum(given_s, row.minimum_s))
    chance = np.broadcast_to(probability, horizon.end_s // DAY_S)[_day(at_s, horizon)]
    counted = (horizon.start_s <= at_s) & (at_s < horizon.stop_s)
    return float((content_s * chance)[counted].sum())

"""The demand plan of a scenario: what comes, and what is sampled of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.plan.arrays import ArrivalRate, CellPlan, DemandPlan, Explicit, SampledRow
from simulation.plan.arrivals import arrival_rate
from simulation.plan.backlog import backlog_plan
from simulation.plan.checks import check_demand_plan
from simulation.plan.deadlines import rough_wd
from simulation.plan.register import registered_plan
from simulation.plan.template import clock_rows, distribution
from simulation.scenario.model import Register, Warm
from simulation.scenario.steps import Delay
from simulation.semantics import Ends, Kind
from simulation.units import DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.plan.arrays import Elapses
    from simulation.plan.context import Cell, Context
    from simulation.plan.template import TemplateRow
    from simulation.scenario.demand import Arrival, Hall

DRAW_EPOCH: Final = date(2000, 1, 1)
"""Keys of explicit arrivals count from here, and so do not depend on the horizon."""
DRAWS_PER_S: Final = 10**6
"""More explicit arrivals than a scenario can hold; keys keep to the 15 digits of a spreadsheet."""


def demand_plan(context: Context) -> DemandPlan:
    """The demand plan.

    Raises:
        ScenarioError: Something in it cannot be sampled.
    """
    cells, first_row = [], 0
    for number, cell in enumerate(context.cells):
        cells.append(_cell_plan(context, number, cell, first_row))
        first_row += len(cell.template.rows)
    plan = DemandPlan(context.time.horizon, tuple(cells), backlog_plan(context, cells))
    check_demand_plan(context.scenario, plan)
    return plan


def _cell_plan(context: Context, number: int, cell: Cell, first_row: int) -> CellPlan:
    channel = context.scenario.channels[cell.channel]
    outages = [(context.time.instant_s(a), context.time.instant_s(b)) for a, b in channel.outages]
    return CellPlan(
        cell=number,
        name=(cell.channel, cell.procedure),
        volume=cell.volume,
        fixed=channel.spread == "fixed",
        rate=_rate(context, cell),
        overdispersion=channel.overdispersion,
        batch=channel.batch,
        outages_s=np.array(outages, dtype=np.int64).reshape(-1, 2),
        explicit=_explicit(context, cell),
        guards=tuple(cell.template.guards),
        rows=tuple(_sampled_rows(context, cell, first_row)),
        registered=registered_plan(context, cell),
    )


def _rate(context: Context, cell: Cell) -> ArrivalRate:
    """Intensity of arrivals; before the period there are some only in a warm-up."""
    scenario = context.scenario
    shared = context.patterns[cell.channel]
    rate = arrival_rate(context.time, shared, scenario.procedures[cell.procedure])
    if isinstance(scenario.start, Warm):
        return rate
    return replace(
        rate, weight=rate.weight * (rate.edges_s[:-1] >= context.time.horizon.volume_s[0])
    )


def _sampled_rows(context: Context, cell: Cell, first_row: int) -> Iterator[SampledRow]:
    deadline_s = rough_wd(context.deadline(cell)) * 7 / 5 * DAY_S
    rows = cell.template.rows
    accepted, resolved = clock_rows(rows)
    for k, row in enumerate(rows):
        hall = _hall(context, cell, row)
        patience = None if hall is None else hall.patience
        yield SampledRow(
            row=first_row + k,
            kind=row.kind,
            guard=row.guard,
            ends=row.ends is not Ends.NO,
            stream=row.stream,
            content=row.content,
            minimum_s=1 if row.kind is Kind.WORK else 0,
            attempts=0 if hall is None else hall.come_back.at_most,
            patience=None if patience is None else distribution(patience),
            come_back=None if hall is None else distribution(hall.come_back.after),
            expected_s=row.expected_s(deadline_s),
            before_acceptance=k <= accepted,
            after_resolution=k > resolved,
            branch=row.branch,
            elapses=_elapses(row),
        )


def _elapses(row: TemplateRow) -> Elapses:
    """A delay from the due date has its length behind that; it may not have begun."""
    anchor = row.step.from_ if isinstance(row.step, Delay) else None
    if row.kind is not Kind.DELAY or row.length is None or (anchor and anchor.of == "due"):
        return "not"
    return "working" if row.length.working else "clock"


def _hall(context: Context, cell: Cell, row: TemplateRow) -> Hall | None:
    """Rules of the hall in which the applicant waits."""
    number = context.hall_number(cell, row)
    return None if number < 0 else context.scenario.channels[context.names.channels[number]].hall


def _explicit(context: Context, cell: Cell) -> Explicit | None:
    """Arrivals given one by one, by instant and work, so that their order in a list is nothing."""
    given = sorted(
        (context.time.instant_s(datetime.fromisoformat(arrival.at)), _work(arrival))
        for arrival in context.arrivals(cell.channel)
        if arrival.procedure == cell.procedure
    )
    if isinstance(context.scenario.start, Register):
        given = [arrival for arrival in given if arrival[0] >= context.time.horizon.start_s]
    if not given:
        return None
    at_s = np.array([at_s for at_s, _ in given], dtype=np.int64)
    epoch_s = (context.time.horizon.first_day - DRAW_EPOCH).days * DAY_S
    among_equals = np.arange(len(at_s)) - np.searchsorted(at_s, at_s)
    works = [dict(work) for _, work in given]
    return Explicit(
        at_s=at_s,
        draw=(epoch_s + at_s) * DRAWS_PER_S + among_equals,
        work_s={
            step: np.array([work.get(step, -1) for work in works], dtype=np.int64)
            for step in sorted({step for work in works for step in work})
        },
    )


def _work(arrival: Arrival) -> list[tuple[str, int]]:
    return sorted((step, round(length.seconds)) for step, length in arrival.work.items())

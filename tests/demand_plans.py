"""Small demand plans for tests: one cell of two steps, unless a test says otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.distributions import Exponential, Lognormal
from simulation.plan.arrays import (
    ArrivalRate,
    BacklogPlan,
    CellPlan,
    DemandPlan,
    Guard,
    Horizon,
    SampledRow,
)
from simulation.semantics import Kind
from simulation.units import DAY_S, HOUR_S
from simulation.worktime import from_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulation.tables import Demand

    Name = tuple[str, str]
    Key = tuple[Name, int, int]

FIRST_DAY = date(2021, 1, 1)
LEGAL_DAY_S = 9 * HOUR_S
OFFICE_HOURS = {7: 1.0, 8: 2.0, 9: 2.0, 10: 1.0, 13: 1.0, 14: 3.0, 15: 1.0, 16: 1.0}


def horizon(period: int, warm: int = 0, run_on: int = 0, first_day: date = FIRST_DAY) -> Horizon:
    """A horizon of whole days."""
    start, stop, end = warm, warm + period, warm + period + run_on
    return Horizon(first_day, start * DAY_S, stop * DAY_S, end * DAY_S, (end + 731) * DAY_S)


def hourly(days: int, hours: dict[int, float] | None = None) -> ArrivalRate:
    """An intensity that is the same every day, given by the hour; closed at all other hours."""
    of_day = np.array([(OFFICE_HOURS if hours is None else hours).get(h, 0.0) for h in range(24)])
    return ArrivalRate(np.arange(24 * days + 1) * HOUR_S, np.tile(of_day, days))


def row(step: str, number: int = 0, **changes: Any) -> SampledRow:
    """A step of back-office work that everybody does, before the clock stops."""
    plain = SampledRow(
        row=number,
        kind=Kind.WORK,
        guard=-1,
        ends=False,
        stream=(step, "0"),
        content=Lognormal(600.0, 0.5),
        minimum_s=1,
        attempts=0,
        patience=None,
        come_back=None,
        expected_s=600.0,
        before_acceptance=False,
        after_resolution=False,
    )
    return replace(plain, **changes)


def in_person(step: str, number: int = 0, **changes: Any) -> SampledRow:
    """A step with the applicant present, who may come back twice."""
    present = {
        "attempts": 2,
        "patience": Exponential(1800.0),
        "come_back": Exponential(7200.0),
        "before_acceptance": True,
    }
    return row(step, number, **(present | changes))


def chance(*stream: str, low: float = 0.0, high: float = 1.0, parent: int = -1) -> Guard:
    """A guard with the same bounds on all days."""
    return Guard(parent, stream, np.array([low]), np.array([high]))


def cell_plan(days: int, volume: float = 1000.0, **changes: Any) -> CellPlan:
    """Counter and land: reception in person, then an appraisal."""
    plain = CellPlan(
        cell=0,
        name=("counter", "land"),
        volume=volume,
        fixed=True,
        rate=hourly(days),
        overdispersion=0.0,
        batch=1,
        outages_s=np.empty((0, 2), np.int64),
        explicit=None,
        guards=(),
        rows=(in_person("reception", 0), row("appraise", 1)),
    )
    return replace(plain, **changes)


def demand_plan(hor: Horizon, *cells: CellPlan, **changes: Any) -> DemandPlan:
    """A plan of some cells, numbered as they stand."""
    plain = DemandPlan(
        horizon=hor,
        cells=tuple(replace(cell, cell=number) for number, cell in enumerate(cells)),
        backlog=None,
    )
    return replace(plain, **changes)


def backlog_of(number: int, cells: int = 1, **changes: Any) -> BacklogPlan:
    """A backlog of cells that weigh the same, up to ten days old, of nine legal hours a day."""
    begin_s = np.arange(400) * DAY_S + 8 * HOUR_S
    plain = BacklogPlan(
        number=number,
        weight=(1.0,) * cells,
        oldest_s=(10 * LEGAL_DAY_S,) * cells,
        legal=from_spans(begin_s, begin_s + LEGAL_DAY_S),
    )
    return replace(plain, **changes)


@dataclass(frozen=True)
class Told:
    """A dossier as plain values that do not depend on numbering."""

    submitted_s: int
    accepted_s: int
    visits: tuple[tuple[int, ...], ...]


def tell(demand: Demand, names: Sequence[Name], first_rows: Sequence[int]) -> dict[Key, Told]:
    """All dossiers by (name of the cell, segment, draw), rows counted from the cell's first."""
    columns = (demand.row, demand.attempt, demand.work_s, demand.patience_s, demand.return_s)
    visits = np.stack([np.asarray(column, np.int64) for column in columns], axis=1)
    told: dict[Key, Told] = {}
    for dossier in range(demand.dossiers):
        cell = int(demand.cell[dossier])
        own = visits[demand.visit_ptr[dossier] : demand.visit_ptr[dossier + 1]].copy()
        own[:, 0] -= first_rows[cell]
        key = (names[cell], int(demand.segment[dossier]), int(demand.draw[dossier]))
        assert key not in told
        told[key] = Told(
            int(demand.submitted_s[dossier]),
            int(demand.accepted_s[dossier]),
            tuple(map(tuple, own.tolist())),
        )
    return told


def tell_plan(demand: Demand, plan: DemandPlan) -> dict[Key, Told]:
    """The same, with names and rows from the plan."""
    return tell(
        demand,
        [cell.name for cell in plan.cells],
        [cell.rows[0].row if cell.rows else 0 for cell in plan.cells],
    )


def doing(demand: Demand, number: int) -> NDArray[np.bool_]:
    """Whether each dossier does a template row (first attempts only)."""
    dossier = np.repeat(np.arange(demand.dossiers), np.diff(demand.visit_ptr))
    found = np.zeros(demand.dossiers, np.bool_)
    found[dossier[(demand.row == number) & (demand.attempt == 0)]] = True
    return found


def correlation(x: NDArray[Any], y: NDArray[Any]) -> float:
    """Pearson's coefficient of two samples."""
    return float(np.mean((x - x.mean()) * (y - y.mean())) / (x.std() * y.std()))

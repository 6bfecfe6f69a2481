"""Queues of the textbooks, run as scenarios, and what their journals say of them.

A case of ``cases/theory.json`` says what a queue is and what theory expects of it. The file of the
same name in ``cases/queueing`` says the same queue in the words of a scenario.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.engines import get_engine
from simulation.plan.resolve import Plan, resolve
from simulation.scenario import load_scenario
from simulation.semantics import Outcome
from simulation.units import DAY_S, NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from simulation.tables import Demand, Journal

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]
    Bools: TypeAlias = NDArray[np.bool_]

FILES: Final = Path(__file__).parent / "cases"
ENGINE: Final = "compiled"
"""The fastest there is; that all do the same is tested elsewhere."""
BAND: Final = 0.05
"""Relative distance within which a density is found."""


@dataclass(frozen=True)
class Case:
    """A case of the textbooks.

    Attributes:
        unit_s: Seconds that its unit of time has in its scenario.
        settings: Changes to the scenario, as on the command line.
    """

    id: str
    unit_s: int
    inputs: dict[str, Any]
    expected: dict[str, Any]
    settings: tuple[str, ...] = ()

    @cached_property
    def plan(self) -> Plan:
        """The plan of its scenario."""
        return resolve(load_scenario(FILES / "queueing" / f"{self.id}.yaml", self.settings))

    def run(self, seed: int = 0, replication: int = 0) -> Run:
        """One replication of its scenario."""
        demand = sample_demand(self.plan.demand, seed, replication)
        attendance = sample_attendance(self.plan.service, seed, replication)
        return Run(self, demand, get_engine(ENGINE)(self.plan.service, demand, attendance))


def read_cases(units_s: dict[str, int]) -> dict[str, Case]:
    """All cases by id, with their units of time."""
    cases = json.loads((FILES / "theory.json").read_text("utf-8"))["cases"]
    return {
        case["id"]: Case(case["id"], units_s[case["id"]], case["inputs"], case["expected"])
        for case in cases
    }


@dataclass(frozen=True)
class Run:
    """A journal as the record of a queue. All times are in units of the case.

    *Visits* are all that join a queue, one after the other by customer. Shape: (visits,).
    *Customers* are the dossiers that come within the period. Shape: (customers,).
    """

    case: Case
    demand: Demand
    journal: Journal

    @property
    def period(self) -> tuple[float, float]:
        """Begin and end of the period."""
        horizon, unit_s = self.case.plan.service.horizon, self.case.unit_s
        return horizon.start_s / unit_s, horizon.stop_s / unit_s

    @property
    def length(self) -> float:
        """Length of the period."""
        return self.period[1] - self.period[0]

    # Visits

    @cached_property
    def visits(self) -> Ints:
        """Their numbers in the journal."""
        return np.flatnonzero(self.journal.ready_s != NEVER)

    @cached_property
    def ready(self) -> Floats:
        """When each joined."""
        return self._instants(self.journal.ready_s)

    @cached_property
    def taken(self) -> Floats:
        """When each left the queue, for service or for good."""
        journal = self.journal
        served = journal.started_s != NEVER
        return self._instants(np.where(served, journal.started_s, journal.ended_s))

    @cached_property
    def gone(self) -> Floats:
        """When each left."""
        return self._instants(self.journal.ended_s)

    def _instants(self, column_s: Ints) -> Floats:
        """Of the visits; what has not happened lies at the end of the horizon."""
        at_s = column_s[self.visits]
        end_s = self.case.plan.service.horizon.end_s
        return np.where(at_s == NEVER, end_s, at_s) / self.case.unit_s

    def within_period(self, begin: Floats, end: Floats) -> float:
        """How much of some spans of time lies within the period, in all."""
        return within(self.period, begin, end)

    @property
    def queue_area(self) -> float:
        """Integral of the number waiting."""
        return self.within_period(self.ready, self.taken)

    @property
    def service_area(self) -> float:
        """Integral of the number in service."""
        return self.within_period(self.taken, self.gone)

    @property
    def empty_time(self) -> float:
        """Time without anybody: from the kth departure to the arrival k + 1, if that is later."""
        departures, arrivals = np.sort(self.gone)[:-1], np.sort(self.ready)[1:]
        return self.within_period(departures, np.maximum(departures, arrivals))

    @property
    def joined(self) -> int:
        """Number of visits that joined within the period."""
        begin, end = self.period
        return int(((begin <= self.ready) & (self.ready < end)).sum())

    def present(self, at: Floats) -> Floats:
        """Number in system at some instants."""
        came, went = np.sort(self.ready), np.sort(self.gone)
        here = np.searchsorted(came, at, "right") - np.searchsorted(went, at, "right")
        return np.asarray(here, np.float64)

    # Customers

    @cached_property
    def customers(self) -> Bools:
        """Which dossiers they are."""
        begin, end = (round(bound * self.case.unit_s) for bound in self.period)
        return (self.demand.submitted_s >= begin) & (self.demand.submitted_s < end)

    @cached_property
    def _bounds(self) -> Ints:
        """First visit of each dossier, and behind the last one."""
        return np.searchsorted(self.visits, self.demand.visit_ptr)

    @cached_property
    def wait(self) -> Floats:
        """Time in queues, over all visits."""
        waits = np.add.reduceat(self.taken - self.ready, self._bounds[:-1])
        return np.asarray(waits[self.customers])

    @cached_property
    def stay(self) -> Floats:
        """Time from coming to leaving."""
        stays = self.gone[self._bounds[1:] - 1] - self.ready[self._bounds[:-1]]
        return np.asarray(stays[self.customers])

    @cached_property
    def outcome(self) -> NDArray[np.int8]:
        """Outcome of the last visit; it is NONE for nobody, or the run-on is too short."""
        outcomes = self.journal.outcome[self.visits][self._bounds[1:] - 1]
        return np.asarray(outcomes[self.customers])

    @cached_property
    def entered(self) -> Bools:
        """Who was not turned away."""
        return np.asarray(self.outcome != Outcome.FULL)

    @cached_property
    def served(self) -> Bools:
        """Who was served."""
        return np.asarray(self.outcome == Outcome.DONE)

    @cached_property
    def kind(self) -> Ints:
        """Number of the procedure."""
        procedures = self.case.plan.service.cells.procedure[self.demand.cell]
        return np.asarray(procedures[self.customers])


def within(bounds: tuple[float, float], begin: Floats, end: Floats) -> float:
    """How much of some spans of time lies within bounds, in all."""
    return float((np.clip(end, *bounds) - np.clip(begin, *bounds)).sum())


class Tally(NamedTuple):
    """What one replication adds to a ratio of means, such as its waits over their number."""

    total: float
    over: float


def tally(values: Floats | Bools) -> Tally:
    """The sum of some values over their number."""
    return Tally(float(values.sum()), len(values))


@dataclass(frozen=True)
class Figure:
    """Something that theory expects: a ratio of two means, or a function of one.

    Attributes:
        expected: The figure.
        measure: What a run adds to the ratio.
        ratio: What is expected of the ratio.
        slope: Change of the figure per change of the ratio.
        density: A ratio, found in the same runs, by which the slope is divided.
    """

    name: str
    expected: float
    measure: Callable[[Run], Tally]
    ratio: float
    slope: float = 1.0
    density: Callable[[Run], Tally] = lambda _: Tally(1.0, 1.0)

    def observe(self, run: Run) -> tuple[float, ...]:
        """What a run adds to the ratio and to the density."""
        return (*self.measure(run), *self.density(run))

    def errors(self, observed: Floats) -> Floats:
        """How far each run is off, relative to the figure; 0 on average if theory is right.

        That holds whatever the two means have to do with each other: as the ratio is known, no
        quotient is taken, and the bias that quotients have does not come up.

        Args:
            observed: Of each run. Shape: (runs, 4).
        """
        total, over, near, over_band = observed.T
        slope = self.slope * over_band.sum() / near.sum()
        return np.asarray(slope / self.expected * (total - self.ratio * over) / over.mean())


def figures(case: Case) -> Iterator[Figure]:
    """All that is expected of a case."""
    for name, expected in case.expected.items():
        for argument, value in _by_argument(expected):
            label = name if argument is None else f"{name}({argument:g})"
            if name in FUNCTIONS:
                yield FUNCTIONS[name](case, label, argument, value)
            else:
                yield Figure(label, value, partial(RATIOS[name], argument), value)


def _by_argument(expected: Any) -> list[tuple[Any, float]]:
    """A function's values by argument, a list's by number, and a number by itself."""
    if not isinstance(expected, list):
        return [(None, expected)]
    if isinstance(expected[0], list):
        return [(argument, value) for argument, value in expected]
    return list(enumerate(expected))


# Ratios: the argument (a time, an hour, a class) and a run


def wait(run: Run) -> Floats:
    """Waits of those who entered."""
    return run.wait[run.entered]


def utilisation(_: None, run: Run) -> Tally:
    """Time at work over time there."""
    return Tally(run.service_area, run.length * run.case.inputs.get("servers", 1))


def mean_busy(hour: float, run: Run) -> Tally:
    """How many are there at an hour of the day."""
    return tally(run.present(np.arange(run.period[0] + hour, run.period[1], 24.0)))


def mean_wait_of_first(_: None, run: Run) -> Tally:
    """Waits of the first customers of each day."""
    days = run.demand.submitted_s[run.customers] // DAY_S
    came_before = np.arange(len(days)) - np.searchsorted(days, days)
    return tally(run.wait[came_before < run.case.inputs["customers"]])


def wave(quarters: int, run: Run) -> Tally:
    """How much of the expected wave, or of one so many quarters later, is in the number there."""
    period, lag = run.case.inputs["period"], run.case.expected["busy_lag"]
    speed = 2 * math.pi / period
    came, went = (
        np.cos(speed * (np.clip(at, *run.period) - lag - quarters * period / 4)).sum()
        for at in (run.ready, run.gone)
    )
    return Tally(2 * float(came - went) / speed, run.length)


RATIOS: Final[dict[str, Callable[[Any, Run], Tally]]] = {
    "mean_wait": lambda _, run: tally(wait(run)),
    "mean_wait_offered": lambda _, run: tally(run.wait),
    "mean_wait_served": lambda _, run: tally(run.wait[run.served]),
    "mean_wait_of_first": mean_wait_of_first,
    "mean_waits": lambda kind, run: tally(run.wait[run.kind == kind]),
    "mean_sojourn": lambda _, run: tally(run.stay),
    "mean_sojourns": lambda kind, run: tally(run.stay[run.kind == kind]),
    "wait_probability": lambda _, run: tally(wait(run) > 0),
    "wait_tail": lambda time, run: tally(wait(run) > time),
    "service_level": lambda time, run: tally(wait(run) <= time),
    "sojourn_tail": lambda time, run: tally(run.stay > time),
    "blocking": lambda _, run: tally(~run.entered),
    "abandonment": lambda _, run: tally(~run.served[run.entered]),
    "abandonment_offered": lambda _, run: tally(~run.served & run.entered),
    "mean_queue": lambda _, run: Tally(run.queue_area, run.length),
    "mean_in_system": lambda _, run: Tally(run.queue_area + run.service_area, run.length),
    "empty_probability": lambda _, run: Tally(run.empty_time, run.length),
    "utilisation": utilisation,
    "visit_rate": lambda _, run: Tally(run.joined, run.length),
    "mean_busy": mean_busy,
    "busy_amplitude": lambda _, run: wave(0, run),
}

# Functions of a ratio


def wait_quantile(_: Case, label: str, level: float, expected: float) -> Figure:
    """The time that a share of waits keeps: by the share that keeps the expected one."""
    return _quantile(wait, label, level, expected)


def sojourn_quantile(_: Case, label: str, level: float, expected: float) -> Figure:
    """The same of waits and services together."""
    return _quantile(lambda run: run.stay, label, level, expected)


def _quantile(times: Callable[[Run], Floats], label: str, level: float, expected: float) -> Figure:
    def density(run: Run) -> Tally:
        near, of = tally(np.abs(times(run) / expected - 1) < BAND)
        return Tally(near, of * 2 * BAND * expected)

    return Figure(
        label, expected, lambda run: tally(times(run) <= expected), level, density=density
    )


def wait_sd(case: Case, label: str, _: None, expected: float) -> Figure:
    """Root of the mean squared distance from the expected mean."""
    mean = case.expected["mean_wait"]
    return _root(label, expected, lambda run: tally((wait(run) - mean) ** 2))


def sojourn_sd(case: Case, label: str, _: None, expected: float) -> Figure:
    """The same of waits and services together."""
    mean = case.expected["mean_wait"] + case.inputs["mean_service"]
    return _root(label, expected, lambda run: tally((run.stay - mean) ** 2))


def _root(label: str, expected: float, square: Callable[[Run], Tally]) -> Figure:
    return Figure(label, expected, square, expected**2, slope=1 / (2 * expected))


def busy_lag(case: Case, label: str, _: None, expected: float) -> Figure:
    """By how much there is of a wave that peaks a quarter of a period later than expected."""
    speed = 2 * math.pi / case.inputs["period"]
    slope = 1 / (speed * case.expected["busy_amplitude"])
    return Figure(label, expected, partial(wave, 1), 0.0, slope)


FUNCTIONS: Final[dict[str, Callable[[Case, str, Any, float], Figure]]] = {
    "wait_quantile": wait_quantile,
    "sojourn_quantile": sojourn_quantile,
    "wait_sd": wait_sd,
    "sojourn_sd": sojourn_sd,
    "busy_lag": busy_lag,
}

"""A case is one replication of one model; this is the only place that goes the whole way."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, Protocol

from simulation.attendance import sample_attendance
from simulation.attribution import Attribution, attribute
from simulation.demand import sample_demand
from simulation.engines import get_engine
from simulation.followed import follow_up
from simulation.form import Form, fill_form
from simulation.journal import check
from simulation.ledger import make_ledger
from simulation.measures import audit, measure, profile
from simulation.plan.identity import plan_digest
from simulation.plan.resolve import Plan, resolve
from simulation.scenario import Scenario, scenario_digest
from simulation.streams import check_luck
from simulation.verdicts import give_verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    import pandas as pd

    from simulation.journal import Record
    from simulation.ledger import Ledger
    from simulation.tables import Demand

TOTAL_ID: Final = "TOTAL"
"""Stands for the total among the fields of the form; no field can have this id."""

_AHEAD: Final = 256
"""So many cases are handed to an executor at a time: enough for all workers, little to give up."""
_AHEAD_WITH_TABLES: Final = 8
"""And so many where outcomes are large, and may be finished faster than they are kept."""


@dataclass(frozen=True)
class Model:
    """A validated scenario, known by the digest of all that can change a number.

    Attributes:
        digest: SHA-256; two models are equal when their digests are.
        scenario: The scenario; titles and sources are of the first who asked.
    """

    digest: str
    scenario: Scenario = field(compare=False, repr=False)

    @classmethod
    def of(cls, scenario: Scenario) -> Model:
        """The model of a scenario."""
        return cls(scenario_digest(scenario), scenario)

    @property
    def plan(self) -> Plan:
        """Its plans, resolved once in a process."""
        return _resolved(self).plan


@dataclass(frozen=True)
class _Resolved:
    """The plans of a model, and what its demand is known by."""

    plan: Plan

    @cached_property
    def demand(self) -> str:
        """Digest of the demand plan: options that only serve otherwise have the same one."""
        return plan_digest(self.plan.demand)


@lru_cache(maxsize=64)  # a study goes from option to option and comes back; a plan has about 3 MB
def _resolved(model: Model) -> _Resolved:
    return _Resolved(resolve(model.scenario))


_sampled: dict[tuple[str, int, int], Demand] = {}
"""The last demand that was sampled: the next case is often the same dossiers in another option."""


def _sample(case: Case) -> Demand:
    key = (_resolved(case.model).demand, case.seed, case.replication)
    found = _sampled.get(key)
    if found is None:
        _sampled.clear()  # first, as two of them may be more than there is memory for
        found = _sampled[key] = sample_demand(case.model.plan.demand, case.seed, case.replication)
    return found


@dataclass(frozen=True)
class Case:
    """One replication of a model.

    Attributes:
        model: The model.
        seed: Seed of the study.
        replication: Number of the replication, from 0; it needs nothing of those before.

    Raises:
        InputError: The seed or the number is negative or too large.
    """

    model: Model
    seed: int
    replication: int

    def __post_init__(self) -> None:
        """Refuse what cannot be sampled before anything is begun."""
        check_luck(self.seed, self.replication)


@dataclass(frozen=True)
class Outcome:
    """What a case came to.

    Attributes:
        measures: Number by path, e.g. ``by_channel.online.received``; None: nothing was counted.
        series: Number on each day of the period by path, e.g. ``by_channel.post.backlog``.
        form: Columns 3 to 13 of the official form II.06a by field, last those of `TOTAL_ID`.
        verdicts: Which dossiers were late and which on time, as `verdicts` lists them.
        followed: What became of the dossiers of a register, as `followed` packs it.
        engine: The engine that computed it. Engines agree, so it is no part of the case.
        elapsed_s: Time that took.
        profiles: The shape of the period, as `simulation.measures.profile` gives it, where that was
            asked for; otherwise empty.
        tables: Dossiers and visits, by name, where they were asked for.
    """

    measures: dict[str, float | None]
    series: dict[str, list[int]]
    form: dict[str, list[int]]
    verdicts: dict[str, Any] = field(repr=False)
    followed: dict[str, Any] = field(repr=False)
    engine: str
    elapsed_s: float
    profiles: dict[str, Any] = field(default_factory=dict, repr=False)
    tables: dict[str, pd.DataFrame] | None = field(default=None, compare=False, repr=False)


def computed_by(outcomes: Iterable[Outcome]) -> str:
    """The engines that computed some outcomes."""
    return ", ".join(sorted({outcome.engine for outcome in outcomes}))


class Results(Protocol):
    """Outcomes that are known already, and where new ones are kept."""

    def find(self, case: Case) -> Outcome | None:
        """The outcome of a case, or None where it has to be computed."""

    def add(self, case: Case, outcome: Outcome) -> None:
        """Keep an outcome that has been computed."""


def run_case(case: Case, engine: str, *, profiles: bool = False, tables: bool = False) -> Outcome:
    """Sample, simulate, check and measure one case.

    Args:
        case: What to run.
        engine: Name of the engine.
        profiles: Whether to return the shape of the period too.
        tables: Whether to return dossiers and visits too.

    Raises:
        InputError: The scenario asks for something that cannot be sampled.
        AuditError: The result contradicts itself.
    """
    began = time.perf_counter()
    record = witness(case, engine)
    book = make_ledger(record)
    form = fill_form(record, book)
    measures = measure(record, book, case.model.scenario.events)
    audit(record, book, measures, form)
    late_time = _by_path(attribute(record, book))
    return Outcome(
        measures=measures.values | late_time,  # noqa: PD011 - no data frame
        series={path: column.tolist() for path, column in measures.series.items()},
        form=_form_by_field(form),
        verdicts=give_verdicts(record, book),
        followed=follow_up(record).packed(),
        engine=engine,
        profiles=profile(record, book) if profiles else {},
        elapsed_s=time.perf_counter() - began,
        tables=_tables(case.replication, record, book) if tables else None,
    )


def _tables(replication: int, record: Record, book: Ledger) -> dict[str, pd.DataFrame]:
    from simulation.experiments.tables import kept_tables  # noqa: PLC0415 - few want it, and pandas is slow to load

    return kept_tables(replication, record, book)


def witness(case: Case, engine: str) -> Record:
    """Sample, simulate and check one case: all that happened in it.

    Args:
        case: What to run.
        engine: Name of the engine.

    Raises:
        InputError: The scenario asks for something that cannot be sampled.
        AuditError: The result contradicts itself.
    """
    service, demand = case.model.plan.service, _sample(case)
    attendance = sample_attendance(service, case.seed, case.replication)
    journal = get_engine(engine)(service, demand, attendance)
    return check(service, demand, attendance, journal)


def _by_path(attribution: Attribution) -> dict[str, float | None]:
    """Where late time went, by path; what belongs to a desk stands with the desk."""
    values = attribution.as_measures()
    for path in attribution.by_desk():
        kind, desk = path.split(".")
        values[f"desks.{desk}.late_time_{kind}"] = values.pop(f"late_time.{path}")
    return values


def _form_by_field(form: Form) -> dict[str, list[int]]:
    rows: list[list[int]] = form.counts.tolist()
    return dict(zip((*form.fields, TOTAL_ID), rows, strict=True))


def run_cases(
    cases: Iterable[Case],
    engine: str,
    *,
    executor: Executor | None = None,
    results: Results | None = None,
    profiles: bool = False,
    tables: bool = False,
) -> Iterator[tuple[Case, Outcome]]:
    """Outcomes of cases, first those that are known, then the others as they are finished.

    Args:
        cases: What to run; no two alike.
        engine: Name of the engine.
        executor: Where to run; None: here.
        results: What is known; new outcomes are added there, and handed on without tables.
        profiles: As for `run_case`; an outcome that is known without them is computed again.
        tables: As for `run_case`.

    Raises:
        InputError, AuditError: As for `run_case`; cases not yet begun are then dropped.
    """
    unknown = []
    for case in cases:
        outcome = None if results is None else known(case, results, profiles=profiles)
        if outcome is None:
            unknown.append(case)
        else:
            yield case, outcome
    run = partial(run_case, engine=engine, profiles=profiles, tables=tables)
    for case, outcome in _each(run, unknown, executor, _AHEAD_WITH_TABLES if tables else _AHEAD):
        if results is not None:
            results.add(case, outcome)
            outcome = replace(outcome, tables=None)  # noqa: PLW2901 - kept now; they are large
        yield case, outcome


def known(case: Case, results: Results, *, profiles: bool) -> Outcome | None:
    """The outcome of a case, if all that is wanted of it is known.

    Args:
        case: The case.
        results: What is known.
        profiles: Whether the shape of the period is wanted too.
    """
    outcome = results.find(case)
    return None if outcome is None or (profiles and not outcome.profiles) else outcome


def _each(
    run: Callable[[Case], Outcome], cases: Sequence[Case], executor: Executor | None, ahead: int
) -> Iterator[tuple[Case, Outcome]]:
    if executor is None:
        for case in cases:
            yield case, run(case)
        return
    waiting, running = iter(cases), dict[Future[Outcome], Case]()
    finished = SimpleQueue[Future[Outcome]]()
    try:
        while True:
            for case in islice(waiting, ahead - len(running)):
                future = executor.submit(run, case)
                running[future] = case
                future.add_done_callback(finished.put)
            if not running:
                return
            future = finished.get()  # `wait` would leave futures locked after Ctrl-C
            yield running.pop(future), future.result()
    finally:
        for future in running:
            future.cancel()

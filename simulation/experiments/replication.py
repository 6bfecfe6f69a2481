"""Replications of one scenario, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.engines import default_engine
from simulation.errors import InputError
from simulation.experiments.bottlenecks import find_bottlenecks
from simulation.experiments.cases import Case, Model, Outcome, computed_by, run_cases
from simulation.experiments.profiles import describe_profiles
from simulation.experiments.summary import intervals, summarise
from simulation.language import _
from simulation.load import Load, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from simulation.experiments.cases import Results
    from simulation.inference import Interval
    from simulation.scenario import Scenario


@dataclass(frozen=True)
class RunResult:
    """Finished replications of one model.

    Attributes:
        model: What was simulated.
        seed: Seed of the study.
        engine: The engine that was asked for.
        outcomes: What came out, by number of the replication, rising.
        marginal: What one more and one less person in each team would change, as it stands in a
            summary; None where nobody asked.

    Example:
        >>> result["by_channel.online.on_time_official"]  # doctest: +SKIP
        Interval(mean=0.9934, low=0.9921, high=0.9947)
    """

    model: Model
    seed: int
    engine: str
    outcomes: dict[int, Outcome]
    marginal: Mapping[str, Any] | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario, with its titles and sources."""
        return self.model.scenario

    @property
    def computed_by(self) -> str:
        """The engines that computed the outcomes, some perhaps in an earlier run."""
        return computed_by(self.outcomes.values())

    @cached_property
    def load(self) -> Load:
        """Work offered against hours available, team by team."""
        return load(self.model.plan)

    @cached_property
    def measured(self) -> dict[str, Interval]:
        """Mean and 95 % interval of every measure by path."""
        return intervals([outcome.measures for outcome in self.outcomes.values()])

    @cached_property
    def bottlenecks(self) -> dict[str, Any]:
        """The teams, first those that late dossiers waited for most; see docs/where-it-hurts.md."""
        return find_bottlenecks([outcome.measures for outcome in self.outcomes.values()], self.load)

    @cached_property
    def form(self) -> dict[str, list[float]]:
        """Mean columns 3 to 13 of the official form II.06a by field, and their total."""
        forms = [outcome.form for outcome in self.outcomes.values()]
        return {field: _mean([form[field] for form in forms]) for field in forms[0]}

    def __getitem__(self, path: str) -> Interval:
        """Mean and 95 % interval of one measure, such as ``on_time_strict``."""
        return self.measured[path]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The object that `motcua run --json` prints; docs/summary.md describes it."""
        return summarise(
            self.scenario,
            model=self.model.digest,
            seed=self.seed,
            replications=list(self.outcomes),
            engine=self.computed_by,
            measured=self.measured,
            backlog=_mean([outcome.series["backlog"] for outcome in self.outcomes.values()]),
            form=self.form,
            load=self.load,
            bottlenecks=self.bottlenecks,
            profiles=describe_profiles(self.model.plan.service, list(self.outcomes.values())),
            marginal=self.marginal,
        )


def default_replications(engine: str) -> int:
    """Twenty, or four of the reference engine, which is for reading."""
    return 4 if engine == "simpy" else 20


def replicate(
    scenario: Scenario,
    replications: int | Sequence[int] | None = None,
    seed: int = 1,
    *,
    engine: str | None = None,
    executor: Executor | None = None,
    results: Results | None = None,
    profiles: bool = True,
    tables: bool = False,
    on_done: Callable[[Case, Outcome], None] | None = None,
) -> RunResult:
    """Run a scenario several times with independent luck.

    Args:
        scenario: What to simulate.
        replications: How many (then they are numbered from 0), or which ones; None: as many as
            the engine does in reasonable time.
        seed: Seed of the study; the same seed gives the same result.
        engine: Name of the engine; None: the fastest there is.
        executor: Where replications run; None: here, one after the other.
        results: Outcomes that are known; they are not computed again, and new ones are added.
        profiles: Whether outcomes hold the shape of the period too, which reports draw.
        tables: Whether outcomes hold dossiers and visits too (they are large).
        on_done: Called for every outcome as it becomes known.

    Raises:
        InputError: An argument makes no sense, or the scenario cannot be sampled.
        AuditError: A replication contradicts itself.
    """
    engine = engine or default_engine()
    numbers = _numbers(default_replications(engine) if replications is None else replications)
    model = Model.of(scenario)
    cases = [Case(model, seed, number) for number in numbers]
    outcomes: dict[int, Outcome] = {}
    for case, outcome in run_cases(
        cases, engine, executor=executor, results=results, profiles=profiles, tables=tables
    ):
        outcomes[case.replication] = outcome
        if on_done is not None:
            on_done(case, outcome)
    return RunResult(model, seed, engine, dict(sorted(outcomes.items())))


def _numbers(replications: int | Sequence[int]) -> list[int]:
    numbers = range(replications) if isinstance(replications, int) else replications
    found = sorted(set(numbers))
    if not found:
        raise InputError(
            _("replications = {replications!r}: there must be at least one").format(
                replications=replications
            )
        )
    return found


def _mean(rows: Sequence[Sequence[int]]) -> list[float]:
    """Mean of equally long rows, place by place."""
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]

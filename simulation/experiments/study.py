"""A study: cases of several models on the same luck, each computed once.

Whoever compares, sweeps or searches asks a study for outcomes, as often as it likes and for more
replications as it goes. All models of a replication meet the very same dossiers, so what they share
cancels in differences.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from simulation.engines import default_engine
from simulation.experiments.cases import Case, run_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from concurrent.futures import Executor

    from simulation.experiments.cases import Model, Outcome, Results


class Study:
    """What has been computed so far, and how more is.

    Args:
        seed: Seed of all cases.
        engine: Name of the engine; None: the fastest there is.
        executor: Where to run; None: here.
        results: What is known from before; new outcomes are added there.
        on_ask: Called with the number of cases that are not yet at hand, before they are run.
        on_done: Called with the model of each of these when its outcome is there.

    Attributes:
        computed: How many cases have been asked for, known from before or not.

    Raises:
        InputError: The seed is negative or too large, as soon as something is run.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        engine: str | None = None,
        executor: Executor | None = None,
        results: Results | None = None,
        on_ask: Callable[[int], None] | None = None,
        on_done: Callable[[Model], None] | None = None,
    ) -> None:
        self.seed = seed
        self.engine = engine or default_engine()
        self._executor = executor
        self._results = results
        self._on_ask = on_ask
        self._on_done = on_done
        self._outcomes: dict[str, dict[int, Outcome]] = defaultdict(dict)

    @property
    def computed(self) -> int:
        """How many cases there are, all models together."""
        return sum(map(len, self._outcomes.values()))

    @property
    def models(self) -> int:
        """How many models there are."""
        return len(self._outcomes)

    def run(
        self,
        models: Sequence[Model],
        replications: Iterable[int],
        *,
        only: Collection[str] | None = None,
    ) -> list[list[Outcome]]:
        """The outcomes of some models in some replications.

        Args:
            models: What to simulate; the same model may stand there twice.
            replications: Numbers of the replications.
            only: Paths of measures: of outcomes that are not yet at hand nothing else is kept,
                where thousands of them are needed at once. None: everything is.

        Returns:
            For each model, in their order, the outcomes in the order of the replications. They
            carry no series by day: a study has many, and they are large.

        Raises:
            InputError, AuditError: As for `run_case`.
        """
        numbers = list(replications)
        # All models of a replication stand together, because they share its dossiers.
        missing = dict.fromkeys(
            Case(model, self.seed, number)
            for number in numbers
            for model in models
            if number not in self._outcomes[model.digest]
        )
        if self._on_ask is not None:
            self._on_ask(len(missing))
        for case, outcome in run_cases(
            missing, self.engine, executor=self._executor, results=self._results
        ):
            self._outcomes[case.model.digest][case.replication] = _slim(outcome, only)
            if self._on_done is not None:
                self._on_done(case.model)
        return [[self._outcomes[model.digest][number] for number in numbers] for model in models]

    def outcomes_of(self, model: Model) -> dict[int, Outcome]:
        """All outcomes of a model so far, by number of the replication, rising."""
        return dict(sorted(self._outcomes[model.digest].items()))

    def numbers(self) -> dict[str, list[int]]:
        """Numbers of the replications so far, rising, by digest of the model."""
        return {digest: sorted(outcomes) for digest, outcomes in self._outcomes.items() if outcomes}


def _slim(outcome: Outcome, only: Collection[str] | None) -> Outcome:
    """An outcome without what is large, whose paths are the same texts as those of all others."""
    if only is not None:
        few = {path: outcome.measures[path] for path in only}
        return replace(
            outcome, measures=few, series={}, profiles={}, form={}, verdicts={}, followed={}
        )
    measures = {sys.intern(path): value for path, value in outcome.measures.items()}
    return replace(outcome, measures=measures, series={}, profiles={})

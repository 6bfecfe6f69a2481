"""Which cases to run, and what they say together. Nothing here knows processes or files."""

from __future__ import annotations

from simulation.experiments.cases import (
    Case,
    Model,
    Outcome,
    Results,
    computed_by,
    known,
    run_case,
    run_cases,
    witness,
)
from simulation.experiments.replication import RunResult, default_replications, replicate
from simulation.experiments.size import Foresight, foresee, warnings
from simulation.experiments.study import Study
from simulation.experiments.summary import (
    describe_evidence,
    describe_load,
    heading,
    is_fraction,
    titles,
    to_json,
    verdict,
)

__all__ = [
    "Case",
    "Foresight",
    "Model",
    "Outcome",
    "Results",
    "RunResult",
    "Study",
    "computed_by",
    "default_replications",
    "describe_evidence",
    "describe_load",
    "foresee",
    "heading",
    "is_fraction",
    "known",
    "replicate",
    "run_case",
    "run_cases",
    "titles",
    "to_json",
    "verdict",
    "warnings",
    "witness",
]

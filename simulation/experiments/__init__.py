"""Which cases to run, and what they say together. Nothing here knows processes or files."""

from __future__ import annotations

from simulation.experiments.cases import Case, Model, Outcome, Results, run_case, run_cases
from simulation.experiments.replication import RunResult, default_replications, replicate
from simulation.experiments.size import Foresight, foresee, warnings
from simulation.experiments.summary import (
    describe_evidence,
    describe_load,
    is_fraction,
    titles,
    to_json,
)

__all__ = [
    "Case",
    "Foresight",
    "Model",
    "Outcome",
    "Results",
    "RunResult",
    "default_replications",
    "describe_evidence",
    "describe_load",
    "foresee",
    "is_fraction",
    "replicate",
    "run_case",
    "run_cases",
    "titles",
    "to_json",
    "warnings",
]

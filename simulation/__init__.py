"""Event-driven simulation of a Vietnamese one-stop public administrative service centre.

The way of the data::

    scenario.yaml ─► scenario ─► plan ─┬─► demand (sampled) ────┐
      (pydantic)     resolved   arrays └─► attendance (sampled) ┴─► engine ─► journal ─► ledger ─┐
                                             numpy, seeded          simpy     one row    one row │
                                                                              a visit  a dossier │
                     reports ◄── inference ◄── measures ◄────────────────────────────────────────┘
                     tables,     intervals     one row
                     files                     a run

Everything random is sampled before the engine starts, so an engine is a deterministic function, and
two scenarios that differ only in how the centre serves meet the very same dossiers.

Example:
    >>> from simulation import load_scenario, replicate
    >>> result = replicate(load_scenario("thanh-hoa-2021"), replications=4)  # doctest: +SKIP
    >>> result["on_time_strict"].mean  # doctest: +SKIP
    0.9958
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from simulation.__about__ import __version__

if TYPE_CHECKING:
    from simulation.decisions.sensitivities import sensitivity
    from simulation.decisions.sweeps import sweep
    from simulation.errors import AuditError, InputError, MotcuaError, ScenarioError, StoreError
    from simulation.execution import open_executor
    from simulation.experiments import RunResult, Study, replicate
    from simulation.inference import Interval
    from simulation.scenario import Scenario, list_bundled, load_scenario, vary
    from simulation.store import Store

__all__ = [
    "AuditError",
    "InputError",
    "Interval",
    "MotcuaError",
    "RunResult",
    "Scenario",
    "ScenarioError",
    "Store",
    "StoreError",
    "Study",
    "__version__",
    "list_bundled",
    "load_scenario",
    "open_executor",
    "replicate",
    "sensitivity",
    "sweep",
    "vary",
]

_HOMES: Final = {
    "AuditError": "errors",
    "InputError": "errors",
    "Interval": "inference",
    "MotcuaError": "errors",
    "RunResult": "experiments",
    "Scenario": "scenario",
    "ScenarioError": "errors",
    "Store": "store",
    "StoreError": "errors",
    "Study": "experiments",
    "list_bundled": "scenario",
    "load_scenario": "scenario",
    "open_executor": "execution",
    "replicate": "experiments",
    "sensitivity": "decisions.sensitivities",
    "sweep": "decisions.sweeps",
    "vary": "scenario",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: ``motcua --help`` needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)

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
    from simulation.decisions.compare import Comparison, compare
    from simulation.decisions.deadlines import Deadlines, deadlines
    from simulation.decisions.forecast import Backtest, Forecast, backtest, forecast
    from simulation.decisions.marginal import MarginalValues, marginal_values
    from simulation.decisions.sensitivities import sensitivity
    from simulation.decisions.staffing import Request, StaffPlan, staff
    from simulation.decisions.sweeps import sweep
    from simulation.errors import AuditError, InputError, MotcuaError, ScenarioError, StoreError
    from simulation.execution import open_executor
    from simulation.experiments import RunResult, Study, replicate
    from simulation.exports import Exported, export
    from simulation.inference import Interval
    from simulation.register import OpenRegister, read_register
    from simulation.reports.page import report
    from simulation.scenario import Scenario, list_bundled, load_options, load_scenario, vary
    from simulation.store import Store

__all__ = [
    "AuditError",
    "Backtest",
    "Comparison",
    "Deadlines",
    "Exported",
    "Forecast",
    "InputError",
    "Interval",
    "MarginalValues",
    "MotcuaError",
    "OpenRegister",
    "Request",
    "RunResult",
    "Scenario",
    "ScenarioError",
    "StaffPlan",
    "Store",
    "StoreError",
    "Study",
    "__version__",
    "backtest",
    "compare",
    "deadlines",
    "export",
    "forecast",
    "list_bundled",
    "load_options",
    "load_scenario",
    "marginal_values",
    "open_executor",
    "read_register",
    "replicate",
    "report",
    "sensitivity",
    "staff",
    "sweep",
    "vary",
]

_HOMES: Final = {
    "AuditError": "errors",
    "Deadlines": "decisions.deadlines",
    "Comparison": "decisions.compare",
    "Backtest": "decisions.forecast",
    "Forecast": "decisions.forecast",
    "Exported": "exports",
    "InputError": "errors",
    "Interval": "inference",
    "MarginalValues": "decisions.marginal",
    "MotcuaError": "errors",
    "Request": "decisions.staffing",
    "OpenRegister": "register",
    "RunResult": "experiments",
    "Scenario": "scenario",
    "ScenarioError": "errors",
    "StaffPlan": "decisions.staffing",
    "Store": "store",
    "StoreError": "errors",
    "Study": "experiments",
    "deadlines": "decisions.deadlines",
    "compare": "decisions.compare",
    "backtest": "decisions.forecast",
    "export": "exports",
    "forecast": "decisions.forecast",
    "list_bundled": "scenario",
    "load_options": "scenario",
    "load_scenario": "scenario",
    "marginal_values": "decisions.marginal",
    "open_executor": "execution",
    "read_register": "register",
    "replicate": "experiments",
    "report": "reports.page",
    "staff": "decisions.staffing",
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

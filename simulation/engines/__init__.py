"""The engines: functions from plan, demand and attendance to a journal, all with one meaning.

docs/semantics.md is that meaning. An engine is loaded when it is asked for, so that naming the
engines costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Protocol

from simulation.errors import InputError
from simulation.language import _

if TYPE_CHECKING:
    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance, Demand, Journal

ENGINES: Final = {
    "compiled": "simulation.engines.compiled:run",
    "simpy": "simulation.engines.reference:run",
}
"""Where each engine is, by name: ``module:function``."""


class Engine(Protocol):
    """What every engine is: a deterministic function, identical in result to every other."""

    def __call__(self, service: ServicePlan, demand: Demand, attendance: Attendance) -> Journal:
        """Let the office work until the end of the horizon."""


def check_engine(name: str) -> None:
    """Refuse a name that no engine has, without loading any: that one works is found by using it.

    Raises:
        InputError: There is no such engine.
    """
    if name not in ENGINES:
        raise InputError(
            _("there is no engine {name!r}; there are: {names}").format(
                name=name, names=", ".join(sorted(ENGINES))
            )
        )


def get_engine(name: str) -> Engine:
    """The engine of a name.

    Raises:
        InputError: There is no such engine, or what it needs is not installed or does not work.
    """
    check_engine(name)
    module, function = ENGINES[name].split(":")
    try:
        engine: Engine = getattr(import_module(module), function)
    except (ImportError, OSError) as error:
        raise InputError(
            _("the engine {name!r} cannot be used: {reason}; there are: {names}").format(
                name=name, reason=error, names=", ".join(sorted(ENGINES))
            )
        ) from error
    return engine


def default_engine() -> str:
    """The name of the fastest engine that there is: without numba, that is the reference engine."""
    return "simpy" if find_spec("numba") is None else "compiled"

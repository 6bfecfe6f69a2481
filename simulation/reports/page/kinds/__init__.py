"""A page for each kind of result: what its answer is, and which sections it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.reports.page.kinds import (
    backtest,
    comparison,
    deadlines,
    forecast,
    run,
    sensitivity,
    staffing,
    sweep,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.reports.page.kinds.base import Body
    from simulation.reports.page.subject import Subject

__all__ = ["BODIES"]

BODIES: Final[dict[str, Callable[[Subject], Body]]] = {
    "run": run.body,
    "comparison": comparison.body,
    "sweep": sweep.body,
    "sensitivity": sensitivity.body,
    "staffing": staffing.body,
    "deadlines": deadlines.body,
    "forecast": forecast.body,
    "backtest": backtest.body,
}
"""What makes the page of a result, by its kind."""

"""Studies as tables on the terminal, from their summaries alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.errors import StoreError
from simulation.language import _
from simulation.reports.comparison import print_comparison
from simulation.reports.deadlines import print_deadlines
from simulation.reports.forecast import print_backtest, print_forecast
from simulation.reports.sensitivity import print_sensitivity
from simulation.reports.staffing import print_staffing
from simulation.reports.sweep import print_sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rich.console import Console

    Summary = Mapping[str, Any]

PRINTERS: Final[dict[str, Callable[[Summary, Console], None]]] = {
    "deadlines": print_deadlines,
    "comparison": print_comparison,
    "staffing": print_staffing,
    "forecast": print_forecast,
    "backtest": print_backtest,
    "sensitivity": print_sensitivity,
    "sweep": print_sweep,
}
"""What prints a study, by its kind."""


def print_study(summary: Summary, folder: Path, out: Console) -> None:
    """Print a study as its command does.

    Args:
        summary: Its summary.
        folder: Where its files are.
        out: Where to print.

    Raises:
        StoreError: It is of a kind that this version of motcua does not know.
    """
    kind = summary["kind"]
    if kind not in PRINTERS:
        raise StoreError(
            _("{folder}: this version of motcua knows no {kind!r}; --json prints it").format(
                folder=folder, kind=kind
            )
        )
    PRINTERS[kind](summary, out)
    out.print()
    out.print(_("Results: {folder}").format(folder=folder), soft_wrap=True)

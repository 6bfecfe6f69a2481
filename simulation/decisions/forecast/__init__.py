"""What becomes of the dossiers that are open today, and how far such a forecast can be trusted."""

from __future__ import annotations

from simulation.decisions.forecast.cuts import (
    CUTS,
    FUTURES,
    Backtest,
    backtest,
    cut_at,
    truth_of,
)
from simulation.decisions.forecast.outlook import (
    FORECAST_HEADER,
    FORM_HEADER,
    REPLICATIONS,
    Forecast,
    at_day,
    check_request,
    forecast,
)

__all__ = [
    "CUTS",
    "FORECAST_HEADER",
    "FORM_HEADER",
    "FUTURES",
    "REPLICATIONS",
    "Backtest",
    "Forecast",
    "at_day",
    "backtest",
    "check_request",
    "cut_at",
    "forecast",
    "truth_of",
]

"""The measures of one run, and what kind of number each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Number = int | float | None

RATES: Final = {
    "on_time_official": ("on_time", "resolved"),
    "on_time_strict": ("strict_on_time", "strict_due"),
    "counter_wait_within_15_min": ("counter_waits_within_15_min", "counter_waits"),
    "counter_wait_within_30_min": ("counter_waits_within_30_min", "counter_waits"),
}
"""Rates by the last part of their path: the successes and the trials, which stand beside them."""

FRACTIONS: Final = frozenset({*RATES, "utilisation"})
"""Last parts of the paths of numbers that lie within 0 and 1."""


@dataclass(frozen=True, eq=False)
class Measures:
    """One run in numbers.

    Attributes:
        values: By path, such as ``resolved`` or ``by_channel.online.cycle_mean_wd``; None where
            nothing was counted. docs/data-model.md lists the names.
        series: By path, one number for each day of the period.
    """

    values: dict[str, Number]
    series: dict[str, NDArray[np.int64]]

    def trials(self, path: str) -> tuple[int, int]:
        """Successes and trials of a rate.

        Raises:
            KeyError: The path is not that of a rate.
        """
        prefix, _, name = path.rpartition(".")
        counts = [self.values[f"{prefix}.{part}" if prefix else part] for part in RATES[name]]
        successes, trials = (0 if count is None else int(count) for count in counts)
        return successes, trials


def ratio(numerator: float, denominator: float) -> float | None:
    """A quotient, or None where there is nothing to divide by."""
    return float(numerator / denominator) if denominator else None

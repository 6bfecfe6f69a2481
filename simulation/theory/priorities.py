"""Classes of customers, without preemption."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from simulation.theory.stations import erlang_c
from simulation.theory.tools import check_load

if TYPE_CHECKING:
    from collections.abc import Sequence


def priority_waits_mmc(
    arrival_rates: Sequence[float], mean_service: float, servers: int
) -> list[float]:
    """Mean waits by class, first class first, in an M/M/c where no service is interrupted.

    Args:
        arrival_rates: Shape (classes,).
        mean_service: Mean service time, exponential and the same for all.
        servers: Number of servers.

    Raises:
        ValueError: The load is not below the number of servers.

    Source: Cobham, Operations Research 2 (1954), multiple channels.
    """
    utilisations = [rate * mean_service / servers for rate in arrival_rates]
    waits = erlang_c(sum(arrival_rates) * mean_service, servers)
    return _cobham(utilisations, waits * mean_service / servers)


def priority_waits_mg1(
    arrival_rates: Sequence[float], mean_services: Sequence[float], service_cvs: Sequence[float]
) -> list[float]:
    """Mean waits by class, first class first, in an M/G/1 where no service is interrupted.

    Args:
        arrival_rates: Shape (classes,).
        mean_services: Shape (classes,).
        service_cvs: Shape (classes,); coefficients of variation of the service times.

    Raises:
        ValueError: The load is not below 1, or the shapes differ.

    Source: Cobham, Operations Research 2 (1954); Kleinrock, Queueing Systems II, ch. 3.
    """
    classes = list(zip(arrival_rates, mean_services, service_cvs, strict=True))
    utilisations = [rate * mean for rate, mean, _ in classes]
    check_load(sum(utilisations), 1)
    residual = sum(rate * mean**2 * (1 + cv**2) / 2 for rate, mean, cv in classes)
    return _cobham(utilisations, residual)


def _cobham(utilisations: Sequence[float], residual: float) -> list[float]:
    """Waits by class, given the mean time until a server takes the next customer."""
    shares = accumulate(utilisations, initial=0.0)
    return [residual / ((1 - above) * (1 - down_to)) for above, down_to in pairwise(shares)]

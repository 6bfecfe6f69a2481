"""Stations in a row, and work that comes back."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.theory.stations import MMc
from simulation.theory.tools import check_load, quantile, two_phase_tail


@dataclass(frozen=True)
class TandemMM1:
    """M/M/1 → M/M/1: the output of the first station is the Poisson input of the second.

    Attributes:
        arrival_rate: Customers per unit of time, Poisson.
        mean_services: Mean service times, exponential, of the two stations.

    Raises:
        ValueError: A station's load is not below 1.

    Source: Burke (1956) for the Poisson output; Reich (1957) for the independence of the two
    sojourns, each exponential with rate mu - lambda.
    """

    arrival_rate: float
    mean_services: tuple[float, float]

    def __post_init__(self) -> None:
        """Refuse what has no steady state."""
        for mean in self.mean_services:
            check_load(self.arrival_rate * mean, 1)

    @property
    def _rates(self) -> tuple[float, float]:
        first, second = self.mean_services
        return 1 / first - self.arrival_rate, 1 / second - self.arrival_rate

    @property
    def mean_sojourn(self) -> float:
        """Mean time from arrival to the second departure."""
        return sum(1 / rate for rate in self._rates)

    def sojourn_tail(self, time: float) -> float:
        """Probability of spending longer than this in both stations together."""
        return two_phase_tail(*self._rates, time)

    def sojourn_quantile(self, level: float) -> float:
        """The time in both stations that a share `level` of customers does not exceed."""
        return quantile(self.sojourn_tail, level)


def rework_station(
    arrival_rate: float, mean_service: float, servers: int, return_probability: float
) -> MMc:
    """The M/M/c that a station becomes when finished work comes back with a fixed probability.

    Its arrivals include the returns, so its waits and sojourns are those of one visit; a customer's
    whole stay is, by Little's law, `mean_in_system` over the arrival rate given here.

    Raises:
        ValueError: The load with returns is not below the number of servers.

    Source: Jackson, Operations Research 5 (1957): the number in system is as if the returns were
    Poisson, which they are not.
    """
    return MMc(arrival_rate / (1 - return_probability), mean_service, servers)

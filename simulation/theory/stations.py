"""Stations with one queue, and the probabilities of loss and of waiting that Erlang gave."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy  # scipy.special loads on first use

from simulation.theory.tools import check_load, quantile, two_phase_tail

if TYPE_CHECKING:
    from numpy.typing import NDArray


def erlang_b(load: float, servers: int) -> float:
    """Probability that all servers are busy where nobody can wait (M/G/c/c).

    Depends on the service times through their mean only.

    Args:
        load: Arrival rate times mean service, in Erlang.
        servers: Number of servers, at least 0.

    Source: Erlang (1917); the recursion over servers adds positive terms only, so it keeps full
    accuracy for thousands of servers.
    """
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked *= load / (server + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Probability of having to wait where everyone waits (M/M/c).

    Raises:
        ValueError: The load is not below the number of servers.

    Source: Erlang (1917), from `erlang_b`.
    """
    check_load(load, servers)
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


@dataclass(frozen=True)
class Station(ABC):
    """A station in steady state where everyone is served, as Little (1961) ties its means.

    Attributes:
        arrival_rate: Customers per unit of time, Poisson.
        mean_service: Mean service time.
        servers: Number of servers.

    Raises:
        ValueError: The load is not below the number of servers.
    """

    arrival_rate: float
    mean_service: float
    servers: int = 1

    def __post_init__(self) -> None:
        """Refuse what has no steady state."""
        check_load(self.load, self.servers)

    @property
    def load(self) -> float:
        """Mean number of busy servers, in Erlang."""
        return self.arrival_rate * self.mean_service

    @property
    def utilisation(self) -> float:
        """Share of its time for which a server is busy."""
        return self.load / self.servers

    @property
    @abstractmethod
    def mean_wait(self) -> float:
        """Mean time in the queue, over all customers."""

    @property
    def mean_sojourn(self) -> float:
        """Mean time from arrival to departure."""
        return self.mean_wait + self.mean_service

    @property
    def mean_queue(self) -> float:
        """Mean number waiting."""
        return self.arrival_rate * self.mean_wait

    @property
    def mean_in_system(self) -> float:
        """Mean number waiting or in service."""
        return self.arrival_rate * self.mean_sojourn


class MMc(Station):
    """M/M/c: Poisson arrivals, exponential service, c servers.

    Source: Erlang (1917); Gross and Harris, Fundamentals of Queueing Theory, ch. 2. The wait is 0
    or, with probability C, exponential with rate c·mu - lambda.
    """

    @cached_property
    def wait_probability(self) -> float:
        """Probability of waiting at all."""
        return erlang_c(self.load, self.servers)

    @property
    def clearing_rate(self) -> float:
        """Rate at which the wait of those who wait is exponential."""
        return self.servers / self.mean_service - self.arrival_rate

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue, over all customers."""
        return self.wait_probability / self.clearing_rate

    @property
    def wait_sd(self) -> float:
        """Standard deviation of the time in the queue."""
        waits = self.wait_probability
        return math.sqrt(waits * (2 - waits)) / self.clearing_rate

    @property
    def sojourn_sd(self) -> float:
        """Standard deviation of the time in the system: wait and service are independent."""
        return math.hypot(self.wait_sd, self.mean_service)

    def wait_tail(self, time: float) -> float:
        """Probability of waiting longer than this."""
        return self.wait_probability * math.exp(-self.clearing_rate * time)

    def service_level(self, time: float) -> float:
        """Share of customers whose service starts within this time."""
        return 1 - self.wait_tail(time)

    def sojourn_tail(self, time: float) -> float:
        """Probability of spending longer than this in the system."""
        service_rate = 1 / self.mean_service
        at_once = (1 - self.wait_probability) * math.exp(-service_rate * time)
        both = two_phase_tail(service_rate, self.clearing_rate, time)
        return at_once + self.wait_probability * both

    def wait_quantile(self, level: float) -> float:
        """The wait that a share `level` of customers does not exceed."""
        return max(0.0, math.log(self.wait_probability / (1 - level)) / self.clearing_rate)

    def sojourn_quantile(self, level: float) -> float:
        """The time in the system that a share `level` of customers does not exceed."""
        return quantile(self.sojourn_tail, level)


@dataclass(frozen=True)
class MG1(Station):
    """M/G/1: one server whose service times have any distribution.

    Attributes:
        service_cv: Coefficient of variation of the service time: 0 constant, 1 exponential.

    Source: Pollaczek (1930), Khinchine (1932); Kleinrock, Queueing Systems I, sec. 5.6.
    """

    servers: int = field(default=1, init=False)
    service_cv: float

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue, over all customers."""
        spread = (1 + self.service_cv**2) / 2
        return spread * self.load * self.mean_service / (1 - self.load)


class MDc(Station):
    """M/D/c: constant service time, c servers.

    One service time after an instant, everyone then in service has left and nobody else has: the
    number in system, seen at that step, is a Markov chain. The generating function of its steady
    state is fixed by the zeros z of z^c = exp(a(z - 1)) within the unit circle; the zeros are
    values of Lambert's W.

    Source: Crommelin (1932); Tijms, A First Course in Stochastic Models, sec. 9.6.
    """

    @cached_property
    def _zeros(self) -> NDArray[np.complex128]:
        """Shape (servers - 1,): the zeros other than z = 1."""
        roots_of_unity = np.exp(2j * np.pi * np.arange(1, self.servers) / self.servers)
        rho = self.utilisation
        return np.asarray(-scipy.special.lambertw(-rho * math.exp(-rho) * roots_of_unity) / rho)

    @property
    def wait_probability(self) -> float:
        """Probability of waiting at all."""
        return 1 - (self.servers - self.load) / float(np.prod(1 - self._zeros).real)

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue, over all customers."""
        spare = self.servers - self.load
        from_zeros = float(np.sum(1 / (1 - self._zeros)).real)
        in_system = from_zeros + (self.servers - spare**2) / (2 * spare)
        return in_system / self.arrival_rate - self.mean_service


@dataclass(frozen=True)
class BatchMM1(Station):
    """M^[k]/M/1: customers arrive k at a time; the arrival rate still counts customers.

    Attributes:
        batch_size: Customers in each batch, k.

    Source: Gross and Harris, Fundamentals of Queueing Theory, sec. 3.1.
    """

    servers: int = field(default=1, init=False)
    batch_size: int

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue, over all customers."""
        in_system = self.load * (1 + self.batch_size) / (2 * (1 - self.load))
        return in_system / self.arrival_rate - self.mean_service


def lifo_wait_sd(arrival_rate: float, mean_service: float) -> float:
    """Standard deviation of the wait in an M/M/1 whose last comer is served first.

    Without preemption the order changes no mean, and divides the second moment by 1 - rho.

    Raises:
        ValueError: The load is not below 1.

    Source: Takács, Bell System Technical Journal 42 (1963).
    """
    station = MMc(arrival_rate, mean_service)
    second_moment = (station.wait_sd**2 + station.mean_wait**2) / (1 - station.load)
    return math.sqrt(second_moment - station.mean_wait**2)

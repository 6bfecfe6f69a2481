"""Queueing theory: exact results against which simulated ones are held.

Stations are named in Kendall's notation. Times are in any one unit, rates in its inverse; every
mean service, patience and period is a time, every arrival rate a number per unit of time. Except
where a docstring says otherwise customers are served first come, first served.

::

    erlang_b, erlang_c      probabilities of loss and of waiting
    Station                 what Little's law says of any station with one queue
    ├── MMc                 exponential service (Erlang C)
    ├── MG1                 one server, any service (Pollaczek and Khinchine)
    ├── MDc                 constant service (Crommelin)
    └── BatchMM1            arrivals in groups
    lifo_wait_sd            M/M/1, last come first served (Takács)
    MMcKM                   exponential patience, a full room turns away (Erlang A, M/M/c/K)
    MM1D                    the same patience for everyone (Barrer)
    TandemMM1               two stations in a row (Burke, Reich)
    rework_station          work that comes back (Jackson)
    priority_waits_*        classes, without preemption (Cobham)
    sinusoidal_*, piecewise_*, transient_*      what depends on time
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy  # scipy.special loads on first use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_NEGLIGIBLE = 1e-18
"""A room is large enough to stand for an infinite one when it is full with this probability."""


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
    _check_load(load, servers)
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
        _check_load(self.load, self.servers)

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
        both = _two_phase_tail(service_rate, self.clearing_rate, time)
        return at_once + self.wait_probability * both

    def wait_quantile(self, level: float) -> float:
        """The wait that a share `level` of customers does not exceed."""
        return max(0.0, math.log(self.wait_probability / (1 - level)) / self.clearing_rate)

    def sojourn_quantile(self, level: float) -> float:
        """The time in the system that a share `level` of customers does not exceed."""
        return _quantile(self.sojourn_tail, level)


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


@dataclass(frozen=True)
class MMcKM:
    """M/M/c/K+M: who finds the room full is turned away, who waits too long gives up.

    Erlang A with an unlimited room, M/M/c/K with unlimited patience, M/M/c/c (Erlang B) with a
    room for those in service only, M/M/c with neither limit. *Entered* are those not turned away;
    a wait ends when service starts or patience ends.

    Attributes:
        arrival_rate: Customers per unit of time, Poisson.
        mean_service: Mean service time, exponential.
        servers: Number of servers, c.
        mean_patience: Mean patience in the queue, exponential.
        room: Most customers in the system, those in service included, K; None for no limit.

    Raises:
        ValueError: The room is smaller than the number of servers, or the load has no limit at
            all and is not below the number of servers.

    Source: birth and death process; Palm (1957); Gross and Harris, Fundamentals of Queueing
    Theory, ch. 2; Garnett, Mandelbaum and Reiman (2002).
    """

    arrival_rate: float
    mean_service: float
    servers: int
    mean_patience: float = math.inf
    room: int | None = None

    def __post_init__(self) -> None:
        """Refuse what has no steady state."""
        if self.room is None and math.isinf(self.mean_patience):
            _check_load(self.arrival_rate * self.mean_service, self.servers)
        if self.room is not None and self.room < self.servers:
            raise ValueError(f"{self.servers} servers have no use for a room for {self.room}")

    @cached_property
    def probabilities(self) -> NDArray[np.float64]:
        """Steady state of the number in system, shape (room + 1,); a long enough part of it."""
        if self.room is not None:
            return self._steady_state(self.room)
        room = 2 * self.servers
        while (found := self._steady_state(room))[-1] > _NEGLIGIBLE:
            room *= 2
        return found

    def _steady_state(self, room: int) -> NDArray[np.float64]:
        present = np.arange(1, room + 1)
        leaving = np.minimum(present, self.servers) / self.mean_service
        leaving += np.maximum(present - self.servers, 0) / self.mean_patience
        # In logarithms: with thousands of servers the weights leave the range of floats.
        logs = np.concatenate(([0.0], np.cumsum(np.log(self.arrival_rate / leaving))))
        weights: NDArray[np.float64] = np.exp(logs - logs.max())
        weights /= weights.sum()
        return weights

    @property
    def empty_probability(self) -> float:
        """Probability that nobody is there."""
        return float(self.probabilities[0])

    @property
    def blocking(self) -> float:
        """Share of arrivals turned away."""
        return 0.0 if self.room is None else float(self.probabilities[-1])

    @property
    def entry_rate(self) -> float:
        """Customers entering per unit of time."""
        return self.arrival_rate * (1 - self.blocking)

    @property
    def mean_in_system(self) -> float:
        """Mean number waiting or in service."""
        return float(self.probabilities @ np.arange(self.probabilities.size))

    @property
    def mean_queue(self) -> float:
        """Mean number waiting."""
        waiting = self.probabilities[self.servers :]
        return float(waiting @ np.arange(waiting.size))

    @property
    def utilisation(self) -> float:
        """Share of its time for which a server is busy."""
        return (self.mean_in_system - self.mean_queue) / self.servers

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue of those who entered, whether served or not."""
        return self.mean_queue / self.entry_rate

    @property
    def mean_wait_offered(self) -> float:
        """The same over all arrivals, those turned away waiting 0."""
        return self.mean_queue / self.arrival_rate

    @property
    def abandonment(self) -> float:
        """Share of those who entered that gave up."""
        return self.mean_wait / self.mean_patience

    @property
    def abandonment_offered(self) -> float:
        """Share of all arrivals that entered and gave up."""
        return self.mean_wait_offered / self.mean_patience

    def wait_tail(self, time: float) -> float:
        """Probability that someone who entered waits longer than this.

        Who finds j others waiting sees j + 1 of those before them leave first, at rates
        c·mu + j·theta, …, c·mu: like the order statistics of exponential lifetimes, by which
        (Rényi 1953) the time is less than t with the probability of a beta distribution.
        """
        full = self.probabilities.size - 1
        met = self.probabilities[self.servers : full]
        before = np.arange(1, met.size + 1)
        at_service, theta = self.servers / self.mean_service, 1 / self.mean_patience
        if theta == 0:
            still_behind = scipy.special.gammaincc(before, at_service * time)
        else:
            gone = -math.expm1(-theta * time)
            still_behind = scipy.special.betaincc(before, at_service / theta, gone)
        patient = math.exp(-theta * time)
        return patient * float(met @ still_behind) / (1 - self.blocking)

    def wait_quantile(self, level: float) -> float:
        """The wait that a share `level` of those who entered does not exceed."""
        return _quantile(self.wait_tail, level)


@dataclass(frozen=True)
class MM1D:
    """M/M/1+D: everyone gives up after the same time in the queue.

    The wait that would be needed has an atom at 0 and, up to the patience, the density
    p0·lambda·exp(-(mu - lambda)x); who would have to wait longer adds no work.

    Attributes:
        arrival_rate: Customers per unit of time, Poisson; may exceed the service rate.
        mean_service: Mean service time, exponential.
        patience: Time in the queue after which a customer gives up.

    Raises:
        OverflowError: On use, where (lambda - mu) times the patience exceeds 700.

    Source: Barrer, Operations Research 5 (1957).
    """

    arrival_rate: float
    mean_service: float
    patience: float

    def _moment(self, order: int) -> float:
        """Integral of x^order · exp(-(mu - lambda)x) up to the patience; any sign of the rate."""
        decay = (1 / self.mean_service - self.arrival_rate) * self.patience
        kummer = scipy.special.hyp1f1(order + 1, order + 2, -decay)
        return float(kummer) * self.patience ** (order + 1) / (order + 1)

    @property
    def _at_patience(self) -> float:
        """Weight of needing more than the patience, relative to an empty system."""
        decay = (1 / self.mean_service - self.arrival_rate) * self.patience
        return self.arrival_rate * self.mean_service * math.exp(-decay)

    @property
    def empty_probability(self) -> float:
        """Probability that nobody is there."""
        return 1 / (1 + self.arrival_rate * self._moment(0) + self._at_patience)

    @property
    def abandonment(self) -> float:
        """Share of customers who give up."""
        return self.empty_probability * self._at_patience

    @property
    def utilisation(self) -> float:
        """Share of its time for which the server is busy."""
        return self.arrival_rate * self.mean_service * (1 - self.abandonment)

    @property
    def mean_wait_served(self) -> float:
        """Mean time in the queue of those who are served."""
        waited = self.empty_probability * self.arrival_rate * self._moment(1)
        return waited / (1 - self.abandonment)


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
    _check_load(sum(utilisations), 1)
    residual = sum(rate * mean**2 * (1 + cv**2) / 2 for rate, mean, cv in classes)
    return _cobham(utilisations, residual)


def _cobham(utilisations: Sequence[float], residual: float) -> list[float]:
    """Waits by class, given the mean time until a server takes the next customer."""
    shares = accumulate(utilisations, initial=0.0)
    return [residual / ((1 - above) * (1 - down_to)) for above, down_to in pairwise(shares)]


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
            _check_load(self.arrival_rate * mean, 1)

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
        return _two_phase_tail(*self._rates, time)

    def sojourn_quantile(self, level: float) -> float:
        """The time in both stations that a share `level` of customers does not exceed."""
        return _quantile(self.sojourn_tail, level)


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


def sinusoidal_response(
    amplitude: float, period: float, mean_service: float
) -> tuple[float, float]:
    """Amplitude and lag by which the mean number in an M(t)/M/∞ follows a sinusoidal rate.

    Args:
        amplitude: Amplitude of the arrival rate.
        period: Length of a cycle.
        mean_service: Mean service time, exponential.

    Returns:
        The amplitude of the mean number in system, and the time by which it peaks later.

    Source: Eick, Massey and Whitt, Management Science 39 (1993).
    """
    frequency = 2 * math.pi / period
    angle = math.atan(frequency * mean_service)
    return amplitude * mean_service * math.cos(angle), angle / frequency


def sinusoidal_mean_busy(
    time: float, mean_rate: float, amplitude: float, period: float, mean_service: float
) -> float:
    """Mean number in an M(t)/M/∞ long after its start, at rate mean + amplitude·sin(2πt/period).

    Source: Eick, Massey and Whitt, Management Science 39 (1993).
    """
    height, lag = sinusoidal_response(amplitude, period, mean_service)
    return mean_rate * mean_service + height * math.sin(2 * math.pi * (time - lag) / period)


def piecewise_mean_busy(
    time: float,
    starts: Sequence[float],
    rates: Sequence[float],
    mean_service: float,
    initial: float = 0.0,
) -> float:
    """Mean number in an M(t)/M/∞ whose arrival rate is constant between given instants.

    Args:
        time: Instant asked for, not before the first start.
        starts: Shape (pieces,), increasing: the instants from which each rate holds; the last one
            holds for ever.
        rates: Shape (pieces,).
        mean_service: Mean service time, exponential.
        initial: Mean number at the first start.

    Raises:
        ValueError: The shapes differ, or the instant comes before the first start.

    Source: Eick, Massey and Whitt, Operations Research 41 (1993): within a piece the mean decays
    to rate times mean service.
    """
    if len(starts) != len(rates) or time < starts[0]:
        raise ValueError("one rate for each start is needed, and a time not before the first")
    busy = initial
    ends = (*starts[1:], math.inf)
    for start, end, rate in zip(starts, ends, rates, strict=True):
        stay = math.exp(-max(0.0, min(end, time) - start) / mean_service)
        busy = stay * busy + (1 - stay) * rate * mean_service
    return busy


def transient_mean_wait(arrival_rate: float, mean_service: float, customers: int) -> float:
    """Mean wait of the first customers of an M/M/1 that starts empty, averaged over them.

    The number met by each arrival is a Markov chain: the one before, and those it met, leave one
    by one until the next event is an arrival.

    Args:
        arrival_rate: Customers per unit of time, Poisson; may exceed the service rate.
        mean_service: Mean service time, exponential.
        customers: How many; the first, who never waits, counts.

    Source: Kelton and Law, Operations Research 33 (1985).
    """
    arrives_first = arrival_rate * mean_service / (1 + arrival_rate * mean_service)
    met = [1.0]
    total_met = 0.0
    for _ in range(customers):
        total_met += sum(number * p for number, p in enumerate(met))
        # How likely the system comes down to k before the next arrival, from the top to k = 0.
        reached, after = 0.0, [0.0] * (len(met) + 1)
        for number in range(len(met), 0, -1):
            reached = met[number - 1] + (1 - arrives_first) * reached
            after[number] = arrives_first * reached
        after[0] = (1 - arrives_first) * reached
        met = after
    return total_met * mean_service / customers


def _two_phase_tail(first: float, second: float, time: float) -> float:
    """Probability that two exponential times of these rates together exceed a time.

    Written with (exp(x) - 1)/x, so that equal rates are no special case.
    """
    slow, fast = sorted((first, second))
    ratio = float(scipy.special.exprel((slow - fast) * time))
    return math.exp(-slow * time) * (1 + slow * time * ratio)


def _quantile(tail: Callable[[float], float], level: float) -> float:
    """The least time at which a continuous decreasing tail is at most 1 - level."""
    if not 0 <= level < 1:
        raise ValueError(f"a quantile has a level from 0 to below 1, not {level}")
    if tail(0.0) <= 1 - level:
        return 0.0
    low, high = 0.0, 1.0
    while tail(high) > 1 - level:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if tail(middle) > 1 - level else (low, middle)
    return high


def _check_load(load: float, servers: int) -> None:
    if not 0 < load < servers:
        raise ValueError(f"no steady state: a load of {load:g} needs more than {servers} server(s)")

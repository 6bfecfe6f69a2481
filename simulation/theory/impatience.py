"""Stations whose customers leave: limited patience, limited room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy  # scipy.special loads on first use

from simulation.theory.tools import check_load, quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray


_NEGLIGIBLE = 1e-18
"""A room is large enough to stand for an infinite one when it is full with this probability."""


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
            check_load(self.arrival_rate * self.mean_service, self.servers)
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
        return quantile(self.wait_tail, level)


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

"""What depends on time: rates that change, and the way out of an empty start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


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

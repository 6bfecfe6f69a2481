"""Queueing formulas against published and hand-worked figures, each other, and slow oracles."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.theory import (
    MG1,
    MM1D,
    BatchMM1,
    MDc,
    MMc,
    MMcKM,
    TandemMM1,
    erlang_b,
    erlang_c,
    lifo_wait_sd,
    piecewise_mean_busy,
    priority_waits_mg1,
    priority_waits_mmc,
    rework_station,
    sinusoidal_mean_busy,
    sinusoidal_response,
    transient_mean_wait,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = json.loads((Path(__file__).parent / "cases" / "theory.json").read_text("utf-8"))["cases"]
BY_HAND = "by hand"  # deterministic: for the engines, there is no formula to hold them against
QUEUES = [case for case in CASES if case["model"] != BY_HAND]

few_examples = settings(max_examples=50)


def mixed_loss(
    arrival_rate: float, class_shares: list[float], mean_services: list[float], servers: int
) -> SimpleNamespace:
    """M/G/c/c with several kinds of customers, by its insensitivity."""
    load = arrival_rate * float(np.dot(class_shares, mean_services))
    blocking = erlang_b(load, servers)
    return SimpleNamespace(blocking=blocking, mean_in_system=load * (1 - blocking))


def priority_mmc(arrival_rates: list[float], mean_service: float, servers: int) -> SimpleNamespace:
    """Waits and sojourns by class, and the wait over all."""
    waits = priority_waits_mmc(arrival_rates, mean_service, servers)
    return SimpleNamespace(
        mean_waits=waits,
        mean_sojourns=[wait + mean_service for wait in waits],
        mean_wait=np.average(waits, weights=arrival_rates),
    )


def last_come_first_served(arrival_rate: float, mean_service: float) -> SimpleNamespace:
    """The order changes the spread of the wait and not its mean."""
    wait_sd = lifo_wait_sd(arrival_rate, mean_service)
    return SimpleNamespace(
        mean_wait=MMc(arrival_rate, mean_service).mean_wait,
        wait_sd=wait_sd,
        sojourn_sd=math.hypot(wait_sd, mean_service),
    )


def rework(arrival_rate: float, **others: Any) -> SimpleNamespace:
    """A customer's whole stay, over all visits, by Little's law."""
    station = rework_station(arrival_rate, **others)
    return SimpleNamespace(
        visit_rate=station.arrival_rate,
        utilisation=station.utilisation,
        mean_sojourn=station.mean_in_system / arrival_rate,
    )


def daily_wave(
    mean_rate: float, amplitude: float, period: float, mean_service: float
) -> SimpleNamespace:
    """Mean number present through the day, and its response to the wave."""
    height, lag = sinusoidal_response(amplitude, period, mean_service)
    return SimpleNamespace(
        mean_busy=lambda time: sinusoidal_mean_busy(
            time, mean_rate, amplitude, period, mean_service
        ),
        busy_amplitude=height,
        busy_lag=lag,
    )


SOLVERS: dict[str, Callable[..., Any]] = {
    "M/M/c": MMc,
    "M/G/1": MG1,
    "M/D/c": MDc,
    "M^[k]/M/1": BatchMM1,
    "M/M/c/K": MMcKM,
    "M/M/c+M": MMcKM,
    "M/M/c/K+M": MMcKM,
    "M/G/c/c": mixed_loss,
    "M/M/1+D": MM1D,
    "M/M/c priority": priority_mmc,
    "M/G/1 priority": lambda **inputs: SimpleNamespace(mean_waits=priority_waits_mg1(**inputs)),
    "M/M/1 LIFO": last_come_first_served,
    "M/M/1 -> M/M/1": TandemMM1,
    "M/M/c with returns": rework,
    "M(t)/M/inf": daily_wave,
    "M/M/1 from empty": lambda **inputs: SimpleNamespace(
        mean_wait_of_first=transient_mean_wait(**inputs)
    ),
}


@pytest.mark.parametrize("case", QUEUES, ids=[case["id"] for case in QUEUES])
def test_published_case_is_reproduced(case: dict[str, Any]) -> None:
    """Every expected figure of a case is reproduced to nine digits."""
    queue = SOLVERS[case["model"]](**case["inputs"])
    for name, expected in case["expected"].items():
        found = getattr(queue, name)
        if callable(found):
            at_the_arguments = {argument: found(argument) for argument, _ in expected}
            assert at_the_arguments == pytest.approx(dict(expected), rel=1e-9), name
        else:
            assert found == pytest.approx(expected, rel=1e-9), name


def test_cases_are_told_apart_and_sourced() -> None:
    """Each case has its own id, expects something and names its source."""
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["expected"] and case["source"] for case in CASES)


@pytest.mark.parametrize(("load", "servers"), [(8, 10), (950, 1000), (5000, 5050), (3.5, 0)])
def test_erlang_b_is_the_poisson_distribution_cut_off(load: float, servers: int) -> None:
    """Blocking is the last of the Poisson probabilities up to the number of servers."""
    log_last = servers * math.log(load) - load - math.lgamma(servers + 1)
    cut_off = math.exp(log_last) / scipy.special.pdtr(servers, load)
    assert erlang_b(load, servers) == pytest.approx(cut_off, rel=1e-9)


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (8, 10), (2950, 3000)])
def test_birth_and_death_without_limits_is_erlang_c(load: float, servers: int) -> None:
    """The general process with unlimited room and patience agrees with the closed form."""
    closed, general = MMc(load, 1, servers), MMcKM(load, 1, servers)
    assert general.mean_wait == pytest.approx(closed.mean_wait, rel=1e-9)
    assert general.wait_tail(0.3) == pytest.approx(closed.wait_tail(0.3), rel=1e-9)
    assert general.wait_quantile(0.9) == pytest.approx(closed.wait_quantile(0.9), rel=1e-9)


def test_a_room_for_those_in_service_only_is_erlang_b() -> None:
    """Without a seat to wait on, who finds all servers busy is turned away."""
    lost = MMcKM(8, 1, 10, mean_patience=3, room=10)
    assert lost.blocking == pytest.approx(erlang_b(8, 10), rel=1e-12)
    assert lost.wait_tail(0) == 0
    assert lost.mean_wait == 0


impatient_stations = st.builds(
    lambda load, servers, patience, seats: MMcKM(
        load, 1, servers, patience, None if seats is None else servers + seats
    ),
    load=st.floats(0.1, 30),
    servers=st.integers(1, 20),
    patience=st.floats(0.1, 20),
    seats=st.none() | st.integers(0, 40),
)


@few_examples
@given(impatient_stations)
def test_who_enters_is_served_or_gives_up(station: MMcKM) -> None:
    """Busy servers are the work of those who entered and did not give up."""
    served = station.entry_rate * (1 - station.abandonment)
    assert station.utilisation * station.servers == pytest.approx(served, rel=1e-9)


@few_examples
@given(impatient_stations)
def test_tail_of_the_wait_integrates_to_its_mean(station: MMcKM) -> None:
    """The distribution of the wait and Little's law give the same mean wait."""
    # Gauss's rule over the share u of patience beyond t, so that dt = patience * du / u.
    nodes, weights = np.polynomial.legendre.leggauss(60)
    beyond = (nodes + 1) / 2
    times = -station.mean_patience * np.log(beyond)
    tail = np.array([station.wait_tail(time) for time in times])
    integral = station.mean_patience * float(weights / 2 @ (tail / beyond))
    assert integral == pytest.approx(station.mean_wait, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize(("load", "servers"), [(0.6, 1), (4, 5), (19, 20)])
def test_constant_service_agrees_with_its_markov_chain(load: float, servers: int) -> None:
    """Crommelin's chain, solved by brute force, gives the same queue and the same waiters."""
    states = 400
    counts = np.arange(states)
    arrivals = np.exp(counts * math.log(load) - load - scipy.special.gammaln(counts + 1))
    staying = np.maximum(counts - servers, 0)
    moves = np.array([np.concatenate((np.zeros(s), arrivals[: states - s])) for s in staying])
    # Stationary: one balance equation gives way to the sum of 1.
    system = moves.T - np.eye(states)
    system[-1] = 1
    steady = np.linalg.solve(system, np.eye(states)[-1])
    station = MDc(load, 1, servers)
    assert station.mean_in_system == pytest.approx(steady @ counts, rel=1e-9)
    assert station.wait_probability == pytest.approx(steady[servers:].sum(), rel=1e-9)


@few_examples
@given(st.floats(0.05, 0.95))
def test_special_cases_of_one_server_agree(load: float) -> None:
    """With exponential or constant service, or batches of one, the formulas are the same."""
    exponential = MMc(load, 1).mean_wait
    assert MG1(load, 1, 1).mean_wait == pytest.approx(exponential, rel=1e-9)
    assert BatchMM1(load, 1, 1).mean_wait == pytest.approx(exponential, rel=1e-9)
    assert priority_waits_mg1([load], [1], [0.3]) == pytest.approx([MG1(load, 1, 0.3).mean_wait])
    assert MDc(load, 1).mean_wait == pytest.approx(MG1(load, 1, 0).mean_wait, rel=1e-9)
    assert MM1D(load, 1, 1e4).mean_wait_served == pytest.approx(exponential, rel=1e-9)


def test_one_patience_at_full_load_has_a_simple_form() -> None:
    """At equal rates the needed wait is uniform up to the patience."""
    full = MM1D(1, 1, 3)
    assert full.abandonment == pytest.approx(1 / 5, rel=1e-12)
    assert full.mean_wait_served == pytest.approx((1 / 5) * (3**2 / 2) / (4 / 5), rel=1e-12)


def test_one_patience_under_overload_sheds_the_excess() -> None:
    """Three times the capacity and much patience: two of three give up, the server never rests."""
    overload = MM1D(3, 1, 50)
    assert overload.abandonment == pytest.approx(2 / 3, rel=1e-9)
    assert overload.utilisation == pytest.approx(1, rel=1e-9)


class_loads = st.lists(st.floats(0.02, 0.3), min_size=1, max_size=3)


@few_examples
@given(class_loads, st.integers(1, 6))
def test_priority_moves_waiting_without_changing_its_mean(loads: list[float], servers: int) -> None:
    """At equal service the mean wait over classes is that of first come, first served."""
    rates = [load * servers for load in loads]
    waits = priority_waits_mmc(rates, 1, servers)
    assert waits == sorted(waits)
    together = MMc(sum(rates), 1, servers).mean_wait
    assert np.average(waits, weights=rates) == pytest.approx(together, rel=1e-9)


@few_examples
@given(class_loads, st.floats(0, 2))
def test_priority_conserves_the_work_waiting(loads: list[float], cv: float) -> None:
    """Whichever class goes first, the waits weighted by load add up to the same (Kleinrock)."""
    means = [0.5, 1, 2][: len(loads)]
    rates = [load / mean for load, mean in zip(loads, means, strict=True)]
    cvs = [cv] * len(loads)
    forward = priority_waits_mg1(rates, means, cvs)
    backward = priority_waits_mg1(rates[::-1], means[::-1], cvs)[::-1]
    assert np.dot(loads, forward) == pytest.approx(np.dot(loads, backward), rel=1e-9)


def test_equal_rates_are_no_special_case() -> None:
    """Two stages of the same rate make an Erlang distribution."""
    tandem = TandemMM1(0.5, (1, 1))
    assert tandem.sojourn_tail(3) == pytest.approx((1 + 0.5 * 3) * math.exp(-0.5 * 3), rel=1e-12)
    station = MMc(1, 1, 2)  # waits clear at the rate of service
    expected = math.exp(-3) * (1 + erlang_c(1, 2) * 3)
    assert station.sojourn_tail(3) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("tail", "quantile"),
    [
        (MMc(8, 1, 10).wait_tail, MMc(8, 1, 10).wait_quantile),
        (MMc(8, 1e3, 10_000).sojourn_tail, MMc(8, 1e3, 10_000).sojourn_quantile),
        (MMcKM(12, 1e-4, 1, 3e-4).wait_tail, MMcKM(12, 1e-4, 1, 3e-4).wait_quantile),
        (TandemMM1(0.6, (1, 0.8)).sojourn_tail, TandemMM1(0.6, (1, 0.8)).sojourn_quantile),
    ],
    ids=["wait", "sojourn", "impatient", "tandem"],
)
@pytest.mark.parametrize("level", [0.05, 0.5, 0.999])
def test_quantile_inverts_the_tail(
    tail: Callable[[float], float], quantile: Callable[[float], float], level: float
) -> None:
    """A quantile is 0 where that share does not wait, and elsewhere leaves the rest beyond it."""
    found = quantile(level)
    assert found >= 0
    if found == 0:
        assert tail(0) <= 1 - level
    else:
        assert tail(found) == pytest.approx(1 - level, rel=1e-6)


def test_smooth_wave_is_the_limit_of_steps() -> None:
    """A sinusoidal rate cut into short steps fills the station as the formula says."""
    day, step = 24.0, 0.05
    starts = np.arange(0, 5 * day, step)
    rates = 20 + 10 * np.sin(2 * np.pi * (starts + step / 2) / day)
    stepwise = piecewise_mean_busy(100.0, starts.tolist(), rates.tolist(), mean_service=2)
    assert stepwise == pytest.approx(sinusoidal_mean_busy(100.0, 20, 10, day, 2), rel=1e-4)


def test_steps_fill_and_empty_exponentially() -> None:
    """After a stretch of arrivals a station without waiting empties at the rate of service."""
    present = piecewise_mean_busy(5, [0, 3], [10, 0], mean_service=2, initial=4)
    at_the_end = 20 + (4 - 20) * math.exp(-3 / 2)
    assert present == pytest.approx(at_the_end * math.exp(-2 / 2), rel=1e-12)


def test_first_customers_wait_little_and_later_ones_as_in_steady_state() -> None:
    """The first never waits, the second behind the first only, the many as the formula says."""
    assert transient_mean_wait(1, 0.9, 1) == 0
    second = 0.9 * (0.9 / 1.9)  # still there, and then, without memory, for a whole service
    assert transient_mean_wait(1, 0.9, 2) == pytest.approx(second / 2, rel=1e-12)
    # What the empty start lacks is spread over all 600.
    assert transient_mean_wait(0.5, 1, 600) == pytest.approx(MMc(0.5, 1).mean_wait, rel=0.01)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "saturated": (lambda: MMc(1, 1), "no steady state"),
    "saturated, constant service": (lambda: MDc(3, 1, 2), "no steady state"),
    "saturated, any service": (lambda: MG1(1, 1.5, 0.5), "no steady state"),
    "negative arrivals": (lambda: BatchMM1(-1, 1, 2), "no steady state"),
    "saturated without limits": (lambda: MMcKM(2, 1, 2), "no steady state"),
    "room below servers": (lambda: MMcKM(1, 1, 3, room=2), "a room for 2"),
    "second station saturated": (lambda: TandemMM1(0.9, (1, 1.2)), "no steady state"),
    "Erlang C at capacity": (lambda: erlang_c(10, 10), "no steady state"),
    "classes saturate": (lambda: priority_waits_mg1([0.5, 0.5], [1, 1], [1, 1]), "no steady state"),
    "class without arrivals": (lambda: priority_waits_mg1([0.5], [1, 1], [1]), "shorter|longer"),
    "returns saturate": (lambda: rework_station(0.5, 1, 1, 0.5), "no steady state"),
    "before the first step": (lambda: piecewise_mean_busy(-1, [0], [1], 1), "not before the first"),
    "step without rate": (lambda: piecewise_mean_busy(1, [0, 2], [1], 1), "one rate for each"),
    "quantile of everything": (lambda: MMc(0.5, 1).sojourn_quantile(1.0), "a quantile has"),
}


@pytest.mark.parametrize(("formula", "complaint"), REFUSED.values(), ids=REFUSED)
def test_formula_refuses_what_it_does_not_hold_for(
    formula: Callable[[], object], complaint: str
) -> None:
    """Outside its domain a formula raises ValueError and says why."""
    with pytest.raises(ValueError, match=complaint):
        formula()

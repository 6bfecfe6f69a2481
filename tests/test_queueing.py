"""The textbooks' queues, written as scenarios and simulated, show the textbooks' figures.

Of every figure a 95 % interval is made across replications. Its half-width must not exceed a given
share of what theory expects, and the expected value must lie within an interval made likewise of
level ``1 - FALSE_ALARM / figures``: given fresh seeds, a right simulator fails one of these tests
once in 1,000 times (Bonferroni), as far as what replications differ by is normal. Every run begins
about six relaxation times before its period or earlier, and a period has fifty; so what is left of
the empty start, e^-6 of a fiftieth, is nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pytest

from simulation.inference import student
from simulation.semantics import Outcome
from simulation.theory import piecewise_mean_busy, sinusoidal_mean_busy
from tests.queueing import Case, figures, read_cases, within

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED: Final = 1909  # of Erlang's first paper
FALSE_ALARM: Final = 1e-3
WIDTH: Final = 0.05
LONG_WIDTH: Final = 0.01

ROUNDING: Final = 1e-3
"""What whole seconds and the steps of a wave can move a figure by, relative to it (last tests)."""
MEAN_TIMES: Final = ("mean_wait", "mean_wait_served", "mean_wait_of_first", "mean_waits",
                     "mean_sojourn", "mean_sojourns")  # fmt: skip

# Seconds that a case's unit of time has, and replications that give a half-width of 10 %.
QUEUES: Final = {
    "Q01": (10, 24), "Q02": (10, 18), "Q03": (10, 18), "Q04": (8000, 18), "Q05a": (10, 12),
    "Q05b": (10, 16), "Q05c": (10, 16), "Q06": (10, 12), "Q07": (60_000, 40), "Q08": (10_000, 20),
    "Q09": (1000, 12), "Q10a": (300, 16), "Q10b": (60, 12), "Q11": (20, 12), "Q13": (2000, 12),
    "Q14": (1000, 24), "Q15": (5000, 24), "Q17": (2000, 12), "Q19": (10, 18), "Q21": (1000, 17),
    "Q22": (1000, 20), "Q24": (1000, 28), "Q25": (3600, 20), "Q28": (1000, 44), "Q30": (30, 30),
}  # fmt: skip
BY_HAND: Final = {"D01": 1000, "D02": 60, "D03": 3600, "D05": 3600, "D06": 3600, "D07": 60}
CASES: Final = read_cases({name: unit_s for name, (unit_s, _) in QUEUES.items()} | BY_HAND)
LEVEL: Final = 1 - FALSE_ALARM / sum(len(list(figures(CASES[name]))) for name in QUEUES)


@pytest.mark.parametrize("name", QUEUES)
def test_simulated_queue_is_as_theory_says(name: str) -> None:
    """Every expected figure lies within its interval, and the interval is narrow."""
    assert_as_theory_says(CASES[name], WIDTH)


@pytest.mark.long
@pytest.mark.parametrize("name", QUEUES)
def test_simulated_queue_is_exactly_as_theory_says(name: str) -> None:
    """Every expected figure lies within an interval of one percent."""
    assert_as_theory_says(CASES[name], LONG_WIDTH)


@pytest.mark.parametrize(
    ("name", "setting", "figure"),
    [
        ("Q04", "routes.visit.serve.work={exponential: 1150 s}", "mean_wait"),
        ("Q06", "routes.visit.serve.work={exponential: 4000 s}", "mean_wait"),
        ("Q07", "channels.visitors.hall.waiting_room=2", "blocking"),
        ("Q15", "desks.counter.discipline=first-come", "mean_waits"),
        ("Q19", "desks.counter.discipline=first-come", "wait_sd"),
    ],
)
def test_another_queue_is_not_as_theory_says(name: str, setting: str, figure: str) -> None:
    """The intervals tell queues apart: one with another rule lies outside them."""
    with pytest.raises(AssertionError, match=rf"{figure}\S* is off by"):
        assert_as_theory_says(replace(CASES[name], settings=(setting,)), WIDTH)


def assert_as_theory_says(case: Case, width: float) -> None:
    """A case's figures lie within their intervals, and these are as narrow as that."""
    wrong = []
    for name, error, half_width, sure in compared(case, width):
        if half_width > width:
            wrong.append(f"{name} is known only to ±{half_width:.2%}")
        if abs(error) > sure + ROUNDING:
            wrong.append(f"{name} is off by {error:+.2%} ±{sure:.2%}")
    assert not wrong, "\n".join(wrong)


class Compared(NamedTuple):
    """A simulated figure beside the one that theory expects; all relative to the latter.

    Attributes:
        error: How far the simulated one is off.
        half_width: Of its 95 % interval.
        sure: Half-width of its interval of the level `LEVEL`.
    """

    name: str
    error: float
    half_width: float
    sure: float


def compared(case: Case, width: float) -> Iterator[Compared]:
    """All figures of a case, from as many replications as such intervals need."""
    expected = list(figures(case))
    replications = round(QUEUES[case.id][1] * (0.1 / width) ** 2)
    observed = np.empty((len(expected), replications, 4))
    for k in range(replications):
        run = case.run(SEED, k)
        assert (run.outcome != Outcome.NONE).all(), "the run-on is too short to serve everybody"
        observed[:, k] = [figure.observe(run) for figure in expected]
    for figure, of_figure in zip(expected, observed, strict=True):
        errors = figure.errors(of_figure)
        found, sure = student(errors), student(errors, LEVEL)
        assert found.mean is not None
        assert found.half_width is not None
        assert sure.half_width is not None
        yield Compared(figure.name, found.mean, found.half_width, sure.half_width)


# By hand


def test_nine_given_arrivals() -> None:
    """D01: waits, and the queue and the server's work until the sixth service starts."""
    case = CASES["D01"]
    run = case.run()
    until = (0.0, case.inputs["until"])
    sixth = len(case.expected["waits"])
    assert run.taken[sixth - 1] == case.inputs["until"]
    assert run.wait[:sixth] == pytest.approx(case.expected["waits"], abs=1e-12)
    assert run.wait[:sixth].mean() == pytest.approx(case.expected["mean_wait"], rel=1e-12)
    queue = within(until, run.ready, run.taken) / until[1]
    assert queue == pytest.approx(case.expected["mean_queue"], rel=1e-12)
    busy = within(until, run.taken, run.gone) / until[1]
    assert busy == pytest.approx(case.expected["utilisation"], rel=1e-12)


def test_nobody_joins_three_already_there() -> None:
    """D02: who comes while three are there goes at once."""
    case = CASES["D02"]
    run = case.run()
    seen = run.ready < case.inputs["until"]
    assert run.ready[seen & ~run.entered].tolist() == case.expected["turned_away_at"]
    assert (run.gone == run.ready)[~run.entered].all()
    served = run.gone < case.inputs["until"]
    served &= run.entered
    assert run.ready[served].tolist() == case.expected["served_arrivals"]
    assert run.wait[served].tolist() == case.expected["waits"]
    assert run.taken[served].tolist() == case.expected["starts"]
    assert run.gone[served].tolist() == case.expected["ends"]


@pytest.mark.parametrize("handover_after", ["2 wd", "0 wd"])
def test_a_shift_gap_within_a_service(handover_after: str) -> None:
    """D03: what is left is done after the gap, whether the person keeps it or hands it back.

    A service that begins again, as the case also has it, is no part of the scenario language.
    """
    run = replace(CASES["D03"], settings=(f"handover_after={handover_after}",)).run()
    assert run.gone.tolist() == [run.case.expected["end_if_resumed"]]
    assert (len(run.journal.pieces.visit) > 0) == (handover_after == "0 wd")


def test_people_come_and_go_during_service() -> None:
    """D05: two who come for an hour finish what they have begun."""
    run = CASES["D05"].run()
    assert run.gone.tolist() == run.case.expected["ends"]


def test_a_daily_staff_plan_goes_round() -> None:
    """D06: at each change as many are served as the plan of the day has people."""
    run = CASES["D06"].run()
    times, capacity = np.unique(run.ready[run.served], return_counts=True)
    assert times.tolist() == run.case.expected["change_times"]
    assert capacity.tolist() == run.case.expected["capacity"]


def test_every_second_arrival_finds_the_counter_busy() -> None:
    """D07: a hundred come, every second one in vain."""
    case = CASES["D07"]
    run = case.run()
    assert run.served.tolist() == [True, False] * (case.inputs["arrivals"] // 2)
    assert run.served.sum() == case.expected["served"]
    assert (~run.entered).sum() == case.expected["turned_away"]
    assert run.service_area == case.expected["busy_time"]
    assert run.gone.max() == case.expected["end"]


# What the rounding rests upon


@pytest.mark.parametrize("name", QUEUES)
def test_whole_seconds_are_negligible(name: str) -> None:
    """A second is at most a thousandth of a mean wait, or of the time between two departures.

    Arrivals are rounded down and services to the nearest second. In Lindley's recursion the former
    cancel, but for less than a second; the latter are right on average, and add 1/12 s² to the
    variance of a service.
    """
    case = CASES[name]
    times = [case.expected[key] for key in MEAN_TIMES if key in case.expected]
    services = case.inputs.get("mean_services") or [case.inputs["mean_service"]]
    times = times or [min(services) / case.inputs.get("servers", 1)]
    assert np.min(np.hstack(times)) * case.unit_s >= 1 / ROUNDING


def test_steps_of_a_quarter_of_an_hour_are_negligible() -> None:
    """The wave of Q25, in steps, fills the station like the smooth one, to a thousandth."""
    case = CASES["Q25"]
    (cell,) = case.plan.demand.cells
    horizon = case.plan.demand.horizon
    hours = cell.rate.edges_s / case.unit_s
    mass = cell.rate.weight * np.diff(hours)
    in_period = hours[:-1] * case.unit_s >= horizon.start_s
    in_period &= hours[:-1] * case.unit_s < horizon.stop_s
    rates = cell.rate.weight * cell.volume / mass[in_period].sum()
    for hour in range(48, 72):
        stepwise = piecewise_mean_busy(hour, hours[:-1].tolist(), rates.tolist(), 2)
        assert stepwise == pytest.approx(sinusoidal_mean_busy(hour, **case.inputs), rel=ROUNDING)

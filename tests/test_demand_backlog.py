"""The dossiers carried in.

Statistical tests fix their seeds; each says how often it would fail on a right program if it were
given fresh ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.demand import sample_demand
from simulation.errors import InputError
from simulation.semantics import Kind
from simulation.tables import Segment
from simulation.units import DAY_S
from tests.demand_plans import (
    cell_plan,
    chance,
    demand_plan,
    horizon,
    in_person,
    row,
    tell_plan,
)

if TYPE_CHECKING:
    from simulation.plan.arrays import DemandPlan
    from simulation.tables import Demand

SEED = 20210101
Z_1E4 = 3.891
"""A standard normal lies outside ±3.891 once in 10,000 times."""
START_S = 40 * DAY_S
ROWS = (
    in_person("reception", 0),
    row("refuse", 1, guard=0, ends=True, accepted=True),
    row("appraise", 2, expected_s=3000.0),
    row("supplement", 3, guard=1, kind=Kind.DELAY, expected_s=6000.0),
    row("fork", 4, kind=Kind.FORK, content=None, minimum_s=0, expected_s=0.0),
    row("left", 5, expected_s=500.0),
    row("right", 6, expected_s=500.0),
    row("join", 7, kind=Kind.JOIN, content=None, minimum_s=0, expected_s=0.0),
    row("sign", 8, expected_s=1000.0),
    row("hand over", 9, resolved=True, expected_s=9000.0),
)
GUARDS = (chance("refused", high=0.2), chance("incomplete", high=0.5))


def backlog_plan(number: int = 2000, volume: float = 0.0) -> DemandPlan:
    """A cell with every kind of row, behind a warm-up without arrivals."""
    cell = cell_plan(70, volume, guards=GUARDS, rows=ROWS)
    return demand_plan(horizon(30, warm=40), cell, backlog=number)


def first_rows(demand: Demand) -> list[int]:
    """The template row at which each dossier stands."""
    return [int(number) for number in demand.row[demand.visit_ptr[:-1]]]


def test_a_backlog_is_accepted_before_the_period_and_joins_at_its_start() -> None:
    """As many as asked for, of ages from a second to the oldest."""
    demand = sample_demand(backlog_plan(), SEED, 0)
    assert demand.dossiers == 2000
    assert (demand.segment == Segment.BACKLOG).all()
    assert (demand.submitted_s == START_S).all()
    assert len(np.unique(demand.draw)) == 2000
    age_s = START_S - demand.accepted_s
    assert age_s.min() >= 1
    assert age_s.max() <= 10 * DAY_S


def test_ages_are_uniform() -> None:
    """Kolmogorov-Smirnov; false-alarm rate 1 in 10,000."""
    demand = sample_demand(backlog_plan(), SEED, 0)
    age = np.sort(START_S - demand.accepted_s) / (10 * DAY_S)
    distance = np.abs(age - (np.arange(2000) + 0.5) / 2000).max() + 0.5 / 2000
    assert distance < np.sqrt(-np.log(1e-4 / 2) / (2 * 2000))


def test_the_least_age_is_a_second_and_the_oldest_is_reached() -> None:
    """Ages up to three seconds are one, two and three."""
    demand = sample_demand(replace(backlog_plan(100), backlog_age_s=(3,)), SEED, 0)
    assert set((START_S - demand.accepted_s).tolist()) == {1, 2, 3}


def test_no_age_reaches_back_before_the_horizon() -> None:
    """Where the horizon begins too late, dossiers count as accepted at its first second."""
    plan = replace(backlog_plan(200), backlog_age_s=(400 * DAY_S,))
    accepted_s = sample_demand(plan, SEED, 0).accepted_s
    assert accepted_s.min() == 0
    assert accepted_s.max() > 0


def test_dossiers_stand_between_acceptance_and_resolution() -> None:
    """They go on with a trunk step or a fork, and do all that stands behind it."""
    demand = sample_demand(backlog_plan(), SEED, 0)
    assert set(first_rows(demand)) == {2, 3, 4, 8}
    for route in np.split(demand.row, demand.visit_ptr[1:-1]):
        itinerary = [2, 3, 4, 5, 6, 7, 8, 9]
        expected = itinerary[itinerary.index(route[0]) :]
        if 3 not in route and 3 in expected:
            expected.remove(3)
        assert route.tolist() == expected


def test_positions_weigh_by_expected_time() -> None:
    """Among those without a supplement 3 : 1 : 1, inside a fork counting as at it.

    Binomial counts; false-alarm rate 2 in 10,000.
    """
    cell = cell_plan(70, 0, rows=tuple(r for r in ROWS if r.guard < 0))
    demand = sample_demand(demand_plan(horizon(30, warm=40), cell, backlog=4000), SEED, 0)
    counts = np.bincount(first_rows(demand), minlength=10)
    for number, share in ((2, 0.6), (4, 0.2), (8, 0.2)):
        spread = np.sqrt(4000 * share * (1 - share))
        assert abs(counts[number] - 4000 * share) < Z_1E4 * spread


def test_cells_are_drawn_by_weight() -> None:
    """Weights 1 : 0 : 3 give a quarter, none and three quarters; false-alarm rate 1 in 10,000."""
    cells = [
        cell_plan(30, 0, name=("counter", name), rows=(row("appraise", number),))
        for number, name in enumerate(("civil", "justice", "land"))
    ]
    plan = demand_plan(horizon(30, warm=0), *cells, backlog=4000, backlog_weight=(1.0, 0.0, 3.0))
    counts = np.bincount(sample_demand(plan, SEED, 0).cell, minlength=3)
    assert counts[1] == 0
    assert abs(counts[0] - 1000) < Z_1E4 * np.sqrt(4000 * 0.25 * 0.75)


def test_a_larger_backlog_only_adds() -> None:
    """The dossiers of the smaller one are among the larger's, the same in all."""
    small, large = backlog_plan(300), backlog_plan(330)
    less = tell_plan(sample_demand(small, SEED, 0), small)
    more = tell_plan(sample_demand(large, SEED, 0), large)
    assert less.items() < more.items()


def test_a_backlog_leaves_the_arrivals_unchanged() -> None:
    """It has its own streams."""
    without, with_it = backlog_plan(0, volume=500.0), backlog_plan(100, volume=500.0)
    before = tell_plan(sample_demand(without, SEED, 0), without)
    after = tell_plan(sample_demand(with_it, SEED, 0), with_it)
    assert before.items() < after.items()
    assert {key[1] for key in after.keys() - before.keys()} == {Segment.BACKLOG}


def test_a_backlog_without_a_place_is_refused() -> None:
    """No weight at all, or only cells that accept nobody: an error says which."""
    plan = backlog_plan(10)
    with pytest.raises(InputError, match="belongs to no cell"):
        sample_demand(replace(plan, backlog_weight=(0.0,)), SEED, 0)
    with pytest.raises(InputError, match="belongs to no cell"):
        sample_demand(demand_plan(horizon(30), backlog=10), SEED, 0)
    nowhere = cell_plan(70, 0, rows=ROWS[:1])
    with pytest.raises(InputError, match=r"counter/land: of \d+ itineraries .* 0 have a step"):
        sample_demand(demand_plan(horizon(30, warm=40), nowhere, backlog=10), SEED, 0)

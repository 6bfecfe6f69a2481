"""The dossiers carried in.

Statistical tests fix their seeds; each says how often it would fail on a right program if it were
given fresh ones.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.demand import sample_demand
from simulation.errors import InputError
from simulation.semantics import Kind
from simulation.tables import Demand, Segment
from simulation.units import DAY_S
from simulation.worktime import is_open, measure
from tests.demand_plans import (
    LEGAL_DAY_S,
    backlog_of,
    cell_plan,
    chance,
    demand_plan,
    horizon,
    in_person,
    row,
    tell_plan,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.plan.arrays import DemandPlan

SEED = 20210101
Z_1E4 = 3.891
"""A standard normal lies outside ±3.891 once in 10,000 times."""
START_S = 40 * DAY_S
ROWS = (
    in_person("reception", 0),
    row("refuse", 1, guard=0, ends=True, before_acceptance=True),
    row("appraise", 2, expected_s=3000.0),
    row("supplement", 3, guard=1, kind=Kind.DELAY, expected_s=6000.0),
    row("fork", 4, kind=Kind.FORK, content=None, minimum_s=0, expected_s=0.0),
    row("left", 5, expected_s=500.0),
    row("right", 6, expected_s=500.0),
    row("join", 7, kind=Kind.JOIN, content=None, minimum_s=0, expected_s=0.0),
    row("sign", 8, expected_s=1000.0),
    row("hand over", 9, after_resolution=True, expected_s=9000.0),
)
GUARDS = (chance("refused", high=0.2), chance("incomplete", high=0.5))


def backlog_plan(number: int = 2000, volume: float = 0.0) -> DemandPlan:
    """A cell with every kind of row, behind a warm-up without arrivals."""
    cell = cell_plan(70, volume, guards=GUARDS, rows=ROWS)
    return demand_plan(horizon(30, warm=40), cell, backlog=backlog_of(number))


def first_rows(demand: Demand) -> list[int]:
    """The template row at which each dossier stands."""
    return [int(number) for number in demand.row[demand.visit_ptr[:-1]]]


def ages_s(demand: Demand) -> NDArray[np.int64]:
    """Legal working time from acceptance to the start of the period."""
    return measure(backlog_of(0).legal, demand.accepted_s, START_S)


def test_a_backlog_is_accepted_before_the_period_and_joins_at_its_start() -> None:
    """As many as asked for, of ages from a second to the oldest."""
    demand = sample_demand(backlog_plan(), SEED, 0)
    assert demand.dossiers == 2000
    assert (demand.segment == Segment.BACKLOG).all()
    assert (demand.submitted_s == START_S).all()
    assert len(np.unique(demand.draw)) == 2000
    assert ages_s(demand).min() >= 1
    assert ages_s(demand).max() <= 10 * LEGAL_DAY_S


def test_acceptance_falls_within_legal_hours() -> None:
    """Nobody accepts a dossier at night."""
    accepted_s = sample_demand(backlog_plan(), SEED, 0).accepted_s
    assert is_open(backlog_of(0).legal, accepted_s).all()


def test_ages_are_uniform_in_legal_time() -> None:
    """Kolmogorov-Smirnov; false-alarm rate 1 in 10,000."""
    demand = sample_demand(backlog_plan(), SEED, 0)
    age = np.sort(ages_s(demand)) / (10 * LEGAL_DAY_S)
    distance = np.abs(age - (np.arange(2000) + 0.5) / 2000).max() + 0.5 / 2000
    assert distance < np.sqrt(-np.log(1e-4 / 2) / (2 * 2000))


def test_the_least_age_is_a_second_and_the_oldest_is_reached() -> None:
    """Ages up to three seconds are one, two and three."""
    young = backlog_of(100, oldest_s=(3,))
    demand = sample_demand(replace(backlog_plan(), backlog=young), SEED, 0)
    assert set(ages_s(demand).tolist()) == {1, 2, 3}


def test_another_oldest_age_changes_nothing_else() -> None:
    """With another deadline the same dossiers are accepted, at other times."""
    young = replace(backlog_plan(), backlog=backlog_of(2000, oldest_s=(LEGAL_DAY_S,)))
    old, new = (sample_demand(plan, SEED, 0) for plan in (backlog_plan(), young))
    same = [field.name for field in fields(Demand) if field.name != "accepted_s"]
    for name in same:
        np.testing.assert_array_equal(getattr(old, name), getattr(new, name))
    assert (ages_s(new) == np.ceil(ages_s(old) / 10)).all()


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
    demand = sample_demand(
        demand_plan(horizon(30, warm=40), cell, backlog=backlog_of(4000)), SEED, 0
    )
    counts = np.bincount(first_rows(demand), minlength=10)
    for number, share in ((2, 0.6), (4, 0.2), (8, 0.2)):
        spread = np.sqrt(4000 * share * (1 - share))
        assert abs(counts[number] - 4000 * share) < Z_1E4 * spread


def three_cells(number: int, *weight: float) -> DemandPlan:
    """Cells of one step that weigh differently."""
    cells = [
        cell_plan(70, 0, name=("counter", name), rows=(row("appraise", number),))
        for number, name in enumerate(("civil", "justice", "land"))
    ]
    backlog = backlog_of(number, 3, weight=weight)
    return demand_plan(horizon(30, warm=40), *cells, backlog=backlog)


def test_cells_are_drawn_by_weight() -> None:
    """Weights 1 : 0 : 3 give a quarter, none and three quarters; false-alarm rate 1 in 10,000."""
    counts = np.bincount(sample_demand(three_cells(4000, 1, 0, 3), SEED, 0).cell, minlength=3)
    assert counts[1] == 0
    assert abs(counts[0] - 1000) < Z_1E4 * np.sqrt(4000 * 0.25 * 0.75)


def test_a_cell_that_weighs_more_takes_from_the_others_and_nothing_else_moves() -> None:
    """The others keep what they have left, and the cell keeps what it had."""
    less, more = three_cells(300, 1, 2, 3), three_cells(300, 1, 4, 3)
    before = tell_plan(sample_demand(less, SEED, 0), less)
    after = tell_plan(sample_demand(more, SEED, 0), more)
    justice = ("counter", "justice")
    assert {key: told for key, told in before.items() if key[0] == justice}.items() < after.items()
    assert {key: told for key, told in after.items() if key[0] != justice}.items() < before.items()


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
    weightless = replace(backlog_plan(), backlog=backlog_of(10, weight=(0.0,)))
    with pytest.raises(InputError, match="belongs to no cell"):
        sample_demand(weightless, SEED, 0)
    with pytest.raises(InputError, match="belongs to no cell"):
        sample_demand(demand_plan(horizon(30), backlog=backlog_of(10, 0)), SEED, 0)
    nowhere = cell_plan(70, 0, rows=ROWS[:1])
    with pytest.raises(InputError, match=r"of counter/land .* of \d+ itineraries only 0 have"):
        sample_demand(demand_plan(horizon(30, warm=40), nowhere, backlog=backlog_of(10)), SEED, 0)

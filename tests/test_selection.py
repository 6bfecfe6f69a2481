"""Ranking and selection on normal numbers whose means are known.

Each statistical test counts right answers in many selections. The procedures promise at least 95 %;
a procedure that is right in exactly 95 % would fail a test once in a million seeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy

from simulation.decisions.selection import Best, Cheapest, Plan, select_best, select_cheapest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simulation.decisions.selection import Draw

PROMISE = 0.95
SYSTEMS = ("a", "b", "c", "d", "e")
PLAN = Plan(first=10, most=2_000, indifference=0.5)


def fewest(trials: int) -> int:
    """The smallest number of right answers that is not a one-in-a-million accident."""
    return int(scipy.stats.binom.ppf(1e-6, trials, PROMISE))


def numbers(
    seed: int, means: Sequence[float], shared: float = 0.5, most: int = PLAN.most
) -> NDArray[np.float64]:
    """Normal numbers of variance 1, which share so much of their variance. (systems, most)."""
    luck = np.random.default_rng([2001, seed])
    common = luck.normal(scale=shared**0.5, size=most)
    own = luck.normal(scale=(1 - shared) ** 0.5, size=(len(means), most))
    return np.asarray(means)[:, None] + common + own


def drawn(table: NDArray[np.float64], asked: dict[str, int] | None = None) -> Draw:
    """Hands out those numbers, and notes how many of each system."""
    taken = {} if asked is None else asked

    def draw(systems: Sequence[str], number: int) -> NDArray[np.float64]:
        taken.update(dict.fromkeys(systems, number))
        return table[[SYSTEMS.index(name) for name in systems], :number]

    return draw


def best_of(table: NDArray[np.float64], plan: Plan = PLAN) -> Best:
    """The best of as many systems as the table has."""
    return select_best(drawn(table), SYSTEMS[: len(table)], plan)


@pytest.mark.parametrize(("shared", "step"), [(0.0, 5), (0.8, 5), (0.8, 1)])
def test_the_best_is_found_as_often_as_promised(shared: float, step: int) -> None:
    """The hardest case: all others are worse by just the indifference zone, by what they share."""
    trials, plan = 300, Plan(first=10, most=2_000, indifference=0.5, step=step)
    means = [0, 0, 0.5, 0, 0]
    found = [best_of(numbers(k, means, shared), plan) for k in range(trials)]
    assert all(one.decided for one in found)
    assert sum(one.chosen == "c" for one in found) >= fewest(trials)


@pytest.mark.long
@pytest.mark.parametrize("first", [10, 20])
@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("means", [(0.5, 0, 0, 0, 0), (0, 0.5), (0, 0.5, 1.0, 1.5, 2.0)])
def test_the_best_is_found_in_many_cases(
    means: tuple[float, ...], shared: float, first: int
) -> None:
    """Few and many systems, alike and in a row, sharing nothing or much."""
    trials, plan = 4_000, Plan(first=first, most=2_000, indifference=0.5)
    right = SYSTEMS[int(np.argmax(means))]
    tables = (numbers(k, means, shared) for k in range(trials))
    assert sum(best_of(table, plan).chosen == right for table in tables) >= fewest(trials)


def test_what_systems_share_saves_observations() -> None:
    """Paired observations differ less, so fewer are needed; and so they are where more differs."""
    taken = {
        (shared, lead): sum(best_of(numbers(k, [0, lead], shared)).taken for k in range(30))
        for shared in (0.0, 0.9)
        for lead in (0.5, 2.0)
    }
    assert taken[0.9, 0.5] < taken[0.0, 0.5] / 2
    assert taken[0.0, 2.0] < taken[0.0, 0.5]


def test_what_is_clear_is_settled_at_once() -> None:
    """What varies much and is far behind is dropped by the screening, however small the zone."""
    table = numbers(1, [0, 9])
    plan = Plan(first=10, most=10, indifference=1e-6)
    assert best_of(table, plan).chosen == "b"
    assert best_of(table, plan).decided
    found = select_cheapest(drawn(table), {"a": 1.0, "b": 2.0}, 4.5, plan)
    assert (found.chosen, found.misses, found.decided) == ("b", {"a": 10}, True)


def test_only_contenders_go_on() -> None:
    """Systems that are far behind are dropped after the first stage and asked for no more."""
    asked: dict[str, int] = {}
    table = numbers(1, [-9, -9, 0.5, 0, -9])
    found = select_best(drawn(table, asked), SYSTEMS, PLAN)
    assert found.chosen == "c"
    assert found.decided
    assert asked["a"] == asked["b"] == asked["e"] == PLAN.first < asked["c"] == found.taken
    assert {(drop.system, drop.after) for drop in found.dropped} >= {("a", 10), ("b", 10)}
    assert all(drop.by in {"c", "d"} for drop in found.dropped)


def test_who_gives_up_guarantees_nothing() -> None:
    """With too few observations several are left, the best so far is named, and it is said."""
    found = best_of(numbers(1, [0, 0, 0]), Plan(first=10, most=20, indifference=0.01))
    assert not found.decided
    assert len(found.left) > 1
    assert found.chosen in found.left
    assert found.taken == 20


def test_systems_that_are_alike_are_a_tie() -> None:
    """Without any difference nothing needs to be drawn again, and the first is chosen."""
    found = best_of(np.tile(numbers(1, [0]), (3, 1)))
    assert (found.chosen, found.left, found.taken, found.decided) == (
        "a",
        ("a", "b", "c"),
        10,
        True,
    )
    assert best_of(numbers(1, [0])).chosen == "a"


def cheapest_of(
    table: NDArray[np.float64], costs: Mapping[str, float], plan: Plan = PLAN
) -> Cheapest:
    """The cheapest that reaches 0."""
    return select_cheapest(drawn(table), costs, 0.0, plan)


def test_the_cheapest_is_found_as_often_as_promised() -> None:
    """Cheap ones that just miss the target are passed over; one that just exceeds it is not."""
    trials, costs = 300, dict(zip(SYSTEMS, (1.0, 2.0, 3.0, 4.0, 5.0), strict=True))
    means = [-1e-9, -1e-9, 0.5, 0.5, 2]
    found = [cheapest_of(numbers(k, means), costs) for k in range(trials)]
    assert all(one.decided for one in found)
    assert sum(one.chosen == "c" for one in found) >= fewest(trials)


@pytest.mark.long
@pytest.mark.parametrize("shared", [0.0, 0.9])
@pytest.mark.parametrize("means", [(-1e-9, 0.5), (-1e-9,) * 4, (-1, -0.5, -1e-9, 0.5, 1)])
def test_the_cheapest_is_found_in_many_cases(means: tuple[float, ...], shared: float) -> None:
    """Also where none keeps the target: then none is chosen."""
    costs = dict(zip(SYSTEMS, range(len(means)), strict=False))
    right = next((name for name, mean in zip(SYSTEMS, means, strict=False) if mean > 0), None)
    tables = (numbers(k, means, shared) for k in range(4_000))
    assert sum(cheapest_of(table, costs).chosen == right for table in tables) >= fewest(4_000)


def test_between_target_and_zone_either_answer_is_given() -> None:
    """A system that exceeds the target by half the zone takes longest, and may be missed."""
    found = [cheapest_of(numbers(k, [0.25]), {"a": 1.0}) for k in range(60)]
    assert {one.chosen for one in found} == {"a", None}


def test_what_is_dearer_is_left_undecided() -> None:
    """As soon as one keeps the target, dearer ones and those as dear get no more observations."""
    asked: dict[str, int] = {}
    table = numbers(3, [5, 0.25, 0.25, 0.25])
    costs = {"a": 2.0, "b": 2.0, "c": 3.0, "d": 1.0}
    found = select_cheapest(drawn(table, asked), costs, 0.0, PLAN)
    assert dict(found.keeps)["a"] == 10
    assert set(found.dearer) == {"b", "c"}
    assert asked["b"] == asked["c"] == 10
    assert asked["d"] > 10  # cheaper, so it has to be decided


def test_among_equal_costs_the_higher_mean_is_chosen() -> None:
    """Both are found to keep the target at the same look."""
    assert cheapest_of(numbers(1, [5, 8]), {"a": 1.0, "b": 1.0}).chosen == "b"


def test_whoever_stays_undecided_is_named() -> None:
    """Giving up on a cheaper one leaves the dearer one chosen, without the whole guarantee."""
    plan = Plan(first=10, most=15, indifference=0.05)
    found = cheapest_of(numbers(1, [0, 60]), {"a": 1.0, "b": 2.0}, plan)
    assert (found.chosen, found.decided, dict(found.undecided)) == ("b", False, {"a": 15})


def test_numbers_without_variance_are_decided_at_once() -> None:
    """What is always the same needs no further observation."""
    found = cheapest_of(np.array([[0.5] * 10, [0.0] * 10, [0.25] * 10]), {"a": 3, "b": 1, "c": 2})
    assert found.chosen == "c"  # half the zone above the target: the middle of the zone counts
    assert (found.keeps, found.misses) == ({"a": 10, "c": 10}, {"b": 10})


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": 1},
        {"first": 30},
        {"step": 0},
        {"indifference": 0.0},
        {"error": 0.6},
    ],
)
def test_a_plan_has_to_make_sense(wrong: dict[str, float]) -> None:
    """A procedure is not run with numbers that it is not made for."""
    plan = {"first": 10, "most": 20, "indifference": 0.5, "step": 5, "error": 0.05, **wrong}
    with pytest.raises(ValueError, match=r"not 1 < |has no steps"):
        Plan(**plan)  # type: ignore[arg-type] # they are of the type that is wanted

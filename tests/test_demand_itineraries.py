"""What the dossiers do, and what each visit brings with it.

Statistical tests fix their seeds; each says how often it would fail on a right program if it were
given fresh ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation import streams
from simulation.demand import sample_demand
from simulation.distributions import Constant, Exponential, Gamma, Lognormal, Uniform
from simulation.errors import InputError
from simulation.plan.arrays import Guard
from simulation.semantics import Kind
from simulation.streams import uniforms
from simulation.units import DAY_S, FAR, NEVER
from tests.demand_plans import (
    cell_plan,
    chance,
    correlation,
    demand_plan,
    doing,
    horizon,
    in_person,
    row,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.distributions import Distribution
    from simulation.plan.arrays import SampledRow
    from simulation.tables import Demand

    Floats = NDArray[np.float64]

SEED = 20210101
Z_1E4 = 3.891
"""A standard normal lies outside ±3.891 once in 10,000 times."""


def sample(
    *rows: SampledRow, guards: tuple[Guard, ...] = (), number: int = 4000, days: int = 10
) -> Demand:
    """The demand of one cell with some template."""
    numbered = tuple(replace(r, row=n) for n, r in enumerate(rows))
    cell = cell_plan(days, number, guards=guards, rows=numbered)
    return sample_demand(demand_plan(horizon(days), cell), SEED, 0)


def assert_share(found: int, of: int, expected: float) -> None:
    """A binomial count is where it should be; false-alarm rate 1 in 10,000."""
    assert abs(found - of * expected) < Z_1E4 * np.sqrt(of * expected * (1 - expected)) + 1


# Branches


def test_guards_hold_with_their_probability_and_exclude_one_another() -> None:
    """Neighbouring intervals of one mark are alternatives; false-alarm rate 3 in 10,000."""
    guards = tuple(
        chance("decide", low=low, high=high) for low, high in ((0, 0.1), (0.1, 0.35), (0.35, 1))
    )
    demand = sample(*(row(f"do {n}", guard=n) for n in range(3)), guards=guards)
    done = np.array([doing(demand, n) for n in range(3)])
    assert (done.sum(axis=0) == 1).all()
    for branch, probability in zip(done, (0.1, 0.25, 0.65), strict=True):
        assert_share(int(branch.sum()), demand.dossiers, probability)


def test_marks_of_different_streams_are_independent() -> None:
    """Two chances of a half hold together in a quarter of cases; false-alarm rate 1 in 10,000."""
    guards = (chance("a", high=0.5), chance("b", high=0.5))
    demand = sample(row("x", guard=0), row("y", guard=1), row("z"), guards=guards)
    assert_share(int((doing(demand, 0) & doing(demand, 1)).sum()), demand.dossiers, 0.25)


def test_a_child_guard_needs_its_parent() -> None:
    """A second supplement comes only after a first; false-alarm rate 1 in 10,000."""
    guards = (chance("first", high=0.4), chance("second", high=0.5, parent=0))
    demand = sample(row("once", guard=0), row("twice", guard=1), row("z"), guards=guards)
    once, twice = doing(demand, 0), doing(demand, 1)
    assert not (twice & ~once).any()
    assert_share(int(twice.sum()), int(once.sum()), 0.5)


def test_bounds_by_day_are_those_of_the_day_of_submission() -> None:
    """A branch of chance 1 on odd days only is done by exactly those who come on odd days."""
    high = np.where(np.arange(10) % 2, 1.0, 0.0)
    guard = Guard(-1, ("odd",), np.zeros(1), high)
    demand = sample(row("odd", guard=0), row("z"), guards=(guard,))
    np.testing.assert_array_equal(doing(demand, 0), demand.submitted_s // DAY_S % 2 == 1)


def test_a_likelier_branch_only_adds_to_those_who_take_it() -> None:
    """Who took it before takes it still, with the same work, and the others keep theirs."""
    rows = (row("a"), row("site visit", guard=0), row("b"))
    rare, often = (
        sample(*rows, guards=(chance("visit", high=high),), number=500) for high in (0.3, 0.4)
    )
    some, more = doing(rare, 1), doing(often, 1)
    assert some.sum() < more.sum()
    assert not (some & ~more).any()
    kept = np.repeat(some, np.diff(often.visit_ptr))
    same = np.repeat(some, np.diff(rare.visit_ptr))
    np.testing.assert_array_equal(rare.work_s[same], often.work_s[kept])
    for number in (0, 2):
        np.testing.assert_array_equal(
            rare.work_s[rare.row == number], often.work_s[often.row == number]
        )


def test_what_is_postponed_beyond_the_plan_has_the_bounds_of_the_last_day() -> None:
    """An outage may end after the last day for which there are bounds."""
    guard = Guard(-1, ("last",), np.zeros(1), np.array([0.0] * 9 + [1.0]))
    cell = cell_plan(
        10, 50, guards=(guard,), rows=(row("x", guard=0),), outages_s=np.array([[0, 12 * DAY_S]])
    )
    demand = sample_demand(demand_plan(horizon(10), cell), SEED, 0)
    assert (demand.submitted_s == 12 * DAY_S).all()
    assert doing(demand, 0).all()


def test_nothing_follows_an_end() -> None:
    """Who is refused does nothing more, also of other branches; the others go on."""
    guards = (chance("refuse", high=0.3), chance("more", high=0.5))
    rows = (row("a"), row("refuse", guard=0, ends=True), row("b", guard=1), row("c"))
    demand = sample(*rows, guards=guards)
    refused = doing(demand, 1)
    assert 0 < refused.sum() < demand.dossiers
    assert (np.diff(demand.visit_ptr)[refused] == 2).all()
    np.testing.assert_array_equal(doing(demand, 3), ~refused)
    assert 0 < doing(demand, 2)[~refused].sum() < (~refused).sum()


def test_an_empty_fork_stays_as_fork_and_join() -> None:
    """Branches are rows with guards like others; their fork and join are always there."""
    rows = (
        row("fork", kind=Kind.FORK, content=None, minimum_s=0),
        row("left", guard=0),
        row("right", guard=1),
        row("join", kind=Kind.JOIN, content=None, minimum_s=0),
    )
    guards = (chance("l", high=0.5), chance("r", high=0.5))
    demand = sample(*rows, guards=guards, number=200)
    visits = np.split(demand.row, demand.visit_ptr[1:-1])
    routes = {tuple(route.tolist()) for route in visits}
    assert routes == {(0, 3), (0, 1, 3), (0, 2, 3), (0, 1, 2, 3)}
    assert not demand.work_s[(demand.row == 0) | (demand.row == 3)].any()


def test_a_template_may_be_empty() -> None:
    """Dossiers that need nothing still come."""
    demand = sample(number=7)
    assert demand.dossiers == 7
    assert demand.visits == 0


# Marks


@pytest.mark.parametrize(
    "content",
    [Lognormal(600.0, 0.8), Gamma(600.0, 0.5), Exponential(600.0), Uniform(100.0, 1100.0)],
    ids=lambda family: type(family).__name__,
)
def test_content_has_the_moments_of_its_distribution(content: Distribution) -> None:
    """Sample mean and spread are those stated; false-alarm rate about 2 in 10,000 each."""
    number = 20_000
    work = sample(row("x", content=content), number=number).work_s
    assert abs(work.mean() - content.mean) < Z_1E4 * np.sqrt(content.variance / number)
    squares = (work - content.mean) ** 2
    assert abs(squares.mean() - content.variance) < Z_1E4 * squares.std() / np.sqrt(number)


def test_content_depends_on_nothing_but_its_own_mark() -> None:
    """Work is uncorrelated with time and other work; false-alarm rate 2 in 10,000."""
    number = 20_000
    demand = sample(row("x"), row("y"), number=number)
    x, y = demand.work_s.reshape(-1, 2).T
    for other in (y, demand.submitted_s):
        assert abs(correlation(x, other)) < Z_1E4 / np.sqrt(number)


def test_content_keeps_its_least() -> None:
    """Work lasts at least a second, a delay may be nothing."""
    demand = sample(
        row("work", content=Constant(0.2)),
        row("delay", kind=Kind.DELAY, content=Constant(0.2), minimum_s=0),
        row("courier", kind=Kind.DEPARTURE, content=None, minimum_s=0),
        number=5,
    )
    assert demand.work_s.reshape(5, 3).tolist() == [[1, 0, 0]] * 5


def test_attempts_share_their_work_and_differ_in_patience_and_return() -> None:
    """The spare attempts stand behind the first; nobody comes back after the last."""
    demand = sample(in_person("reception"), row("appraise"))
    assert demand.attempt.reshape(-1, 4)[0].tolist() == [0, 1, 2, 0]
    work, patience, back = (
        column.reshape(-1, 4) for column in (demand.work_s, demand.patience_s, demand.return_s)
    )
    assert (work[:, :3] == work[:, :1]).all()
    assert (work[:, 3] != work[:, 0]).any()
    for first, second in ((0, 1), (1, 2)):
        assert (patience[:, first] != patience[:, second]).mean() > 0.99
    assert (back[:, 0] != back[:, 1]).mean() > 0.99
    assert (back[:, :2] >= 1).all()
    assert (back[:, 2:] == NEVER).all()
    assert (patience[:, :3] >= 0).all()
    assert (patience[:, 3] == FAR).all()


def test_itineraries_ask_for_no_stream_that_was_not_prepared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Streams of guards, work, patience and returns are seeded together, and none by itself."""
    asked = list[str]()

    def record(seed: int, replication: int, name: str, n: int) -> Floats:
        asked.append(name)
        return uniforms(seed, replication, name, n)

    monkeypatch.setattr(streams, "uniforms", record)
    one, other = chance("branch", low=0.3), chance("branch", "again", high=0.9, parent=0)
    sample(in_person("receive"), row("examine", guard=1), in_person("return"), guards=(one, other))
    assert [name.rpartition("/")[2] for name in asked] == ["arrival"]


def test_steps_and_occurrences_have_marks_of_their_own() -> None:
    """Neither another step in person nor its own repetition shares work, patience or return."""
    rows = (
        in_person("a"),
        in_person("b", stream=("b", "0")),
        in_person("a", stream=("a", "1")),
    )
    demand = sample(*rows, number=200)
    for column in (demand.work_s, demand.patience_s, demand.return_s):
        first, other, again = column.reshape(200, 3, 3)[:, :, 0].T
        assert (first != other).mean() > 0.9
        assert (first != again).mean() > 0.9


def test_patience_may_be_nothing_or_without_end_and_a_return_takes_a_second() -> None:
    """A patience of 0 leaves at once if not served, none at all waits for ever."""
    none, ever = (
        sample(in_person("r", patience=patience, come_back=Constant(0.0), attempts=1), number=4)
        for patience in (Constant(0.0), None)
    )
    assert none.patience_s.tolist() == [0] * 8
    assert ever.patience_s.tolist() == [FAR] * 8
    assert none.return_s.tolist() == [1, NEVER] * 4


def test_an_applicant_who_never_returns_still_has_patience() -> None:
    """With no spare attempts there is one visit, and its return is unused."""
    demand = sample(in_person("r", attempts=0), number=50)
    assert demand.visits == 50
    assert (demand.patience_s < FAR).all()
    assert (demand.return_s == NEVER).all()


def test_a_length_beyond_all_seconds_is_refused() -> None:
    """What cannot be held is an error, not a wrong number."""
    with pytest.raises(InputError, match="seconds"):
        sample(row("x", content=Constant(1e300)), number=3)

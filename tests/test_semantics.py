"""What both engines share, held against numbers worked out by hand."""

from __future__ import annotations

import pytest

from simulation.semantics import Discipline, done_work_s, duration_s, queue_key


@pytest.mark.parametrize(
    ("discipline", "first", "second"),
    [
        (Discipline.FIRST_COME, (10, 90, 50, 7), (20, 80, 40, 6)),
        (Discipline.LAST_COME, (20, 90, 50, 7), (10, 80, 40, 6)),
        (Discipline.EARLIEST_DUE, (20, 80, 50, 7), (10, 90, 40, 6)),
        (Discipline.SHORTEST_WORK, (20, 90, 40, 7), (10, 80, 50, 6)),
        (Discipline.PRIORITY, (20, 90, 50, 6), (10, 80, 40, 7)),
    ],
)
def test_each_discipline_looks_at_one_thing(
    discipline: Discipline, first: tuple[int, ...], second: tuple[int, ...]
) -> None:
    """Who comes first has the lower key, though everything else speaks for the other."""
    assert queue_key(discipline, *first) < queue_key(discipline, *second)


@pytest.mark.parametrize(
    ("work_s", "efficiency", "seconds"),
    [(100, 1000, 100), (100, 500, 200), (100, 800, 125), (1, 999, 2), (1, 1500, 1), (0, 700, 0)],
)
def test_work_takes_longer_where_efficiency_is_lower(
    work_s: int, efficiency: int, seconds: int
) -> None:
    """A begun second counts whole, so nobody is done too early."""
    assert duration_s(work_s, efficiency) == seconds


@pytest.mark.parametrize(
    ("elapsed_s", "efficiency", "work_s"),
    [(100, 1000, 100), (100, 500, 50), (1, 999, 0), (3, 500, 1), (2, 1500, 3)],
)
def test_only_whole_seconds_of_work_are_done(elapsed_s: int, efficiency: int, work_s: int) -> None:
    """What is interrupted has done no more than there was time for."""
    assert done_work_s(elapsed_s, efficiency) == work_s

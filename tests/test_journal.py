"""Checking journals, comparing them, and what is derived from them."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import AuditError
from simulation.groups import number_within, rounds, stable_order
from simulation.journal import assert_same, check, digest
from simulation.semantics import Clock, DeadlineKind, Outcome
from simulation.units import DAY_S, NEVER
from tests.naive import naive_office
from tests.offices import always, delay, dossier, in_person, office, team, with_attempts, work
from tests.records import changed, record_of
from tests.small_offices import office_of, offices

if TYPE_CHECKING:
    from simulation.engines import Engine
    from simulation.tables import Journal
    from tests.small_offices import Office

HANDED_OVER = office(
    dossier(0, work(80)), teams=[team([(0, 50)], [(100, 9 * DAY_S)])], handover_after_s=0
)


@settings(max_examples=150)
@given(offices())
def test_every_journal_of_an_engine_passes(engine: Engine, small: Office) -> None:
    """Whatever small office is drawn, what an engine makes of it violates nothing."""
    record_of(engine, small)


@settings(max_examples=25)
@given(offices())
def test_every_journal_of_the_naive_office_passes(small: Office) -> None:
    """The requirements are those of the semantics, not those of the engines."""
    service, demand, attendance = small.tables()
    check(service, demand, attendance, naive_office(service, demand, attendance))


TIMES = ("ready_s", "started_s", "ended_s")


def mutate(rng: Random, journal: Journal, people: int, end_s: int) -> Journal:
    """Alter one cell of a journal or its pieces to something else that might stand there.

    Persons become nobody: that a colleague of equal speed took a dossier cannot always be told.
    """
    in_pieces = len(journal.pieces.visit) > 0 and rng.random() < 0.4
    table: Any = journal.pieces if in_pieces else journal
    names = ("visit", *TIMES[1:]) if in_pieces else (*TIMES, "outcome", "person")
    name = rng.choice(names)
    row = rng.randrange(len(getattr(table, name)))
    old = int(getattr(table, name)[row])
    some_time = int(rng.choice(getattr(journal, rng.choice(TIMES)).tolist()))
    by_name = {
        "outcome": range(-1, 5),
        "person": (-1, people),
        "visit": range(len(journal.person)),
    }
    instants = (old - 1, old + 1, NEVER, some_time, rng.randrange(end_s), old + DAY_S)
    new = rng.choice([value for value in by_name.get(name, instants) if value != old] or [-7])
    altered = changed(table, name, row, new)
    return replace(journal, pieces=altered) if in_pieces else altered


@settings(max_examples=150)
@given(offices(), st.integers(0, 2**32))
def test_a_journal_with_one_cell_altered_fails(engine: Engine, small: Office, luck: int) -> None:
    """Every instant, every outcome and every visit of a piece is determined by the rest."""
    record = record_of(engine, small)
    if record.demand.visits == 0:
        return
    tables = (record.service, record.demand, record.attendance)
    rng, people = Random(luck), len(record.service.person_team)  # noqa: S311  not secret
    for _ in range(10):
        altered = mutate(rng, record.journal, people, record.service.horizon.end_s)
        with pytest.raises(AuditError):
            check(*tables, altered)


def test_a_handed_over_visit_has_a_stint_for_each_person(engine: Engine) -> None:
    """50 s of content are done by the first, the other 30 s by the second."""
    stints = record_of(engine, HANDED_OVER).stints
    assert stints.person.tolist() == [0, 1]
    assert stints.visit.tolist() == [0, 0]
    assert stints.started_s.tolist() == [0, 100]
    assert stints.ended_s.tolist() == [50, 130]


def test_served_time_is_cut_and_split_at_the_end_of_the_shift(engine: Engine) -> None:
    """Of 80 s that nobody may interrupt 50 are on shift; work that may rests until the next one."""
    shift = [(0, 50), (200, 400)]
    for interruptible, on_shift, overtime in ((False, 50, 30), (True, 80, 0)):
        place = office(dossier(0, work(80, interruptible=interruptible)), teams=[team(shift)])
        record = record_of(engine, place)
        served = record.stints.served(record.shifts, 0, DAY_S)
        assert [column.tolist() for column in served] == [[on_shift], [overtime]]
        in_window = record.stints.served(record.shifts, 40, 60)
        assert [column.tolist() for column in in_window] == [[10], [0 if interruptible else 10]]


def test_unfinished_work_is_served_until_the_end(engine: Engine) -> None:
    """What has not ended counts up to the instant asked for."""
    record = record_of(engine, office(dossier(10, work(9 * DAY_S)), teams=[team(always)]))
    assert record.stints.ended_s.tolist() == [NEVER]
    assert record.stints.served(record.shifts, 0, 100)[0].tolist() == [90]


def test_the_clock_history_has_every_turn_and_every_question(engine: Engine) -> None:
    """Acceptance at 60, a question of an anchored delay, and a pause of 100 s."""
    place = office(
        dossier(
            0,
            work(60, clock=Clock.STARTS),
            delay(100, clock=Clock.PAUSES),
            delay(0, from_due=True, offset_s=-500),
            due=(DeadlineKind.HOURS, 3600),
        ),
        teams=[team(always)],
    )
    clock = record_of(engine, place).clock
    assert clock.at_s.tolist() == [60, 160, 160]
    assert clock.asks.tolist() == [False, False, True]
    assert clock.due_s.tolist() == [3660, 3760, 3760]
    assert clock.counted_s.tolist() == [60, 60, 60]


def test_equal_journals_are_the_same(engine: Engine) -> None:
    """Two runs of an office say the same, and have the same digest."""
    service, demand, attendance = office_of(Random(3), 2).tables()  # noqa: S311  not secret
    first, second = (engine(service, demand, attendance) for _ in range(2))
    assert_same(first, second, demand)
    assert digest(first) == digest(second)


def test_the_first_difference_is_shown_with_its_neighbours(engine: Engine) -> None:
    """The message names the row and the columns that differ, and shows what stands around them."""
    place = office(*(dossier(100 * k, work(60)) for k in range(9)), teams=[team(always)])
    record = record_of(engine, place)
    other = changed(changed(record.journal, "ended_s", 5, 561), "person", 7, 1)
    with pytest.raises(AssertionError) as caught:
        assert_same(record.journal, other, record.demand)
    message = str(caught.value)
    assert "first at visit 5 in ended_s" in message
    assert "560" in message
    assert "561" in message
    shown = [line for line in message.splitlines() if line.split()[:1] == ["→"]]
    assert len(shown) == 2  # once for each journal
    assert "160" not in message  # visit 1 is no neighbour


def test_journals_that_differ_in_pieces_differ(engine: Engine) -> None:
    """Also a piece that only one of them has is a difference."""
    record = record_of(engine, HANDED_OVER)
    pieces = record.journal.pieces
    columns = {name: column[:1] for name, column in vars(pieces).items()}
    shorter = replace(record.journal, pieces=type(pieces)(**columns))
    with pytest.raises(AssertionError, match="first at piece 1"):
        assert_same(record.journal, shorter, record.demand)
    assert digest(record.journal) != digest(shorter)


@pytest.mark.parametrize("column", ["person", "ready_s", "started_s", "ended_s", "outcome"])
def test_the_digest_depends_on_every_column(engine: Engine, column: str) -> None:
    """Altering one cell of any column makes another digest."""
    journal = record_of(engine, HANDED_OVER).journal
    altered = changed(journal, column, 0, int(getattr(journal, column)[0]) + 1)
    assert digest(altered) != digest(journal)


def test_the_digest_does_not_depend_on_how_columns_lie_in_memory(engine: Engine) -> None:
    """A column of the other byte order with the same numbers has the same digest."""
    journal = record_of(engine, HANDED_OVER).journal
    swapped = replace(journal, ended_s=journal.ended_s.astype(">i8"))
    assert digest(swapped) == digest(journal)


def test_spare_attempts_have_not_joined(engine: Engine) -> None:
    """Of three attempts the first is served, and only it counts as joined."""
    place = office(
        dossier(0, with_attempts(in_person(60), (50, 9), (50, 9), (50, 9))), teams=[team(always)]
    )
    joined = record_of(engine, place).joined
    assert joined.visit.tolist() == [0]
    assert joined.outcome.tolist() == [Outcome.DONE]


def test_an_office_without_anything_passes(engine: Engine) -> None:
    """No dossiers and nobody there: nothing happened, and nothing is wrong with that."""
    place = replace(office(dossier(0, work(60)), teams=[]), dossiers=())
    record = record_of(engine, place)
    assert record.journal.ready_s.size == 0
    np.testing.assert_array_equal(record.stints.visit, [])


@given(st.lists(st.integers(0, 3), max_size=20))
def test_entries_are_numbered_within_their_groups(groups: list[int]) -> None:
    """Like counting by hand; a round has the entries of one number, in their order."""
    groups.sort()
    expected = [groups[:place].count(group) for place, group in enumerate(groups)]
    column = np.array(groups, np.int64)
    assert number_within(column).tolist() == expected
    found = [entries.tolist() for entries in rounds(column) if len(entries)]
    numbers = range(max(expected, default=-1) + 1)
    assert found == [[k for k, n in enumerate(expected) if n == number] for number in numbers]


@given(st.lists(st.integers(0, 3) | st.integers(0, 2**63 - 1), max_size=20))
def test_equal_keys_keep_their_order(keys: list[int]) -> None:
    """Also where keys are so large that no number fits behind them."""
    expected = sorted(range(len(keys)), key=keys.__getitem__)
    assert stable_order(np.array(keys, np.int64)).tolist() == expected

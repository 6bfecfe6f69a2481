"""The official form II.06a."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings

from simulation.errors import AuditError
from simulation.form import COLUMNS, IDENTITIES, Form, fill_form
from simulation.ledger import make_ledger
from simulation.semantics import Clock, DeadlineKind, Ends
from simulation.units import DAY_S, HOUR_S
from tests.offices import always, delay, dossier, office, team, work
from tests.records import record_of
from tests.small_offices import offices

if TYPE_CHECKING:
    from simulation.engines import Engine
    from tests.offices import Submitted
    from tests.small_offices import Office

ONE_DAY = (DeadlineKind.CALENDAR_DAYS, 1)


def takes(length_s: int, ends: Ends = Ends.NO) -> Submitted:
    """A dossier that is accepted on joining, due a day later, and resolved after some time."""
    accept = delay(0, clock=Clock.STARTS)
    return dossier(0, accept, delay(length_s, ends=ends), due=ONE_DAY)


def test_each_dossier_stands_in_its_columns(engine: Engine) -> None:
    """Field b has one early, one on its due date and one late; field a one in term, one overdue."""
    place = office(
        takes(HOUR_S),
        takes(DAY_S),
        takes(2 * DAY_S),
        dossier(0, delay(0, clock=Clock.STARTS), delay(9 * DAY_S)),
        takes(9 * DAY_S),
        teams=[team(always)],
    )
    record = record_of(
        engine,
        place,
        fields=("a", "b", "c"),
        field=[1, 1, 1, 0, 0],
        online=[True, False, False, True, True],
    )
    form = fill_form(record, make_ledger(record))
    assert form.fields == ("a", "b", "c")
    assert form.counts.tolist() == [
        [2, 2, 0, 0, 0, 0, 0, 0, 2, 1, 1],
        [3, 1, 2, 0, 3, 1, 1, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [5, 3, 2, 0, 3, 1, 1, 1, 2, 1, 1],
    ]


def test_what_was_open_at_the_start_comes_from_the_period_before(engine: Engine) -> None:
    """The period begins a day in: what was resolved before is not on the form, what was open is."""
    carried = dossier(DAY_S, delay(HOUR_S, clock=Clock.STOPS), due=ONE_DAY, accepted_s=HOUR_S)
    place = office(takes(HOUR_S), takes(2 * DAY_S), carried, teams=[], start_s=DAY_S)
    record = record_of(engine, place)
    form = fill_form(record, make_ledger(record))
    assert form.column(3).tolist() == [2, 2]
    assert form.column(6).tolist() == [2, 2]
    assert form.column(7).tolist() == [2, 2]


@pytest.mark.parametrize("ends", [Ends.REFUSED, Ends.WITHDRAWN])
def test_refused_and_withdrawn_dossiers_count_as_on_time(engine: Engine, ends: Ends) -> None:
    """Column 9 has them whether they ended before or after the due date."""
    record = record_of(engine, office(takes(HOUR_S, ends), takes(2 * DAY_S, ends), teams=[]))
    form = fill_form(record, make_ledger(record))
    assert [int(form.column(number)[-1]) for number in (8, 9, 10)] == [0, 2, 0]


def test_what_was_never_received_is_not_on_the_form(engine: Engine) -> None:
    """A dossier refused at reception is nowhere."""
    refused = dossier(0, work(60, ends=Ends.REFUSED))
    record = record_of(engine, office(refused, teams=[team(always)]))
    assert fill_form(record, make_ledger(record)).counts.sum() == 0


@settings(max_examples=80)
@given(offices())
def test_the_form_of_any_office_adds_up(engine: Engine, small: Office) -> None:
    """All four identities hold, by field and in total."""
    record = record_of(engine, small)
    form = fill_form(record, make_ledger(record))
    for whole, parts in IDENTITIES:
        np.testing.assert_array_equal(form.column(whole), sum(form.column(p) for p in parts))


@pytest.mark.parametrize("number", range(3, 14))
def test_a_form_with_one_wrong_count_is_refused(number: int) -> None:
    """Every column is part of an identity."""
    right = np.array([[9, 3, 4, 2, 5, 1, 3, 1, 4, 3, 1]] * 2)
    Form(("land",), right).check()
    wrong = right.copy()
    wrong[0, number - 3] += 1
    with pytest.raises(AuditError, match=r"M1: .*row = land"):
        Form(("land",), wrong).check()


def test_the_columns_bear_the_numbers_and_titles_of_the_form() -> None:
    """Thirteen columns; a total heads what was received, what was resolved and what is open."""
    assert [column.number for column in COLUMNS] == list(range(1, 14))
    totals = [column for column in COLUMNS if column.title.vietnamese == "Tổng số"]
    assert [column.number for column in totals] == [3, 7, 11]
    assert [column.headings[0].vietnamese for column in totals] == [
        "Số lượng hồ sơ tiếp nhận",
        "Số lượng hồ sơ đã giải quyết",
        "Số lượng hồ sơ đang giải quyết",
    ]
    late = [column.title for column in COLUMNS if column.title.vietnamese == "Quá hạn"]
    assert [title.english for title in late] == ["Late", "Overdue"]

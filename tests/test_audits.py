"""Audits: whatever is wrong in a journal, a ledger or a row of measures, one of them finds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulation.errors import AuditError
from simulation.experiments import Case, Model, cases, replicate, run_case
from simulation.form import fill_form
from simulation.journal import Record, check
from simulation.ledger import make_ledger
from simulation.legal import Class
from simulation.measures import audit, measure
from simulation.measures.audit import sweep
from simulation.measures.recount import recount
from simulation.semantics import Clock, DeadlineKind, Ends, Outcome
from simulation.store import Store
from simulation.units import DAY_S, HOUR_S, NEVER
from tests.offices import always, delay, dossier, in_person, office, team, with_attempts, work
from tests.records import changed, record_of
from tests.running import MINIMAL, Caller
from tests.running import office as scenario_of
from tests.small_offices import offices

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulation.engines import Engine
    from simulation.ledger import Ledger
    from simulation.tables import Journal
    from tests.small_offices import Office

DUE = (DeadlineKind.CALENDAR_DAYS, 1)
ACCEPTED = delay(0, clock=Clock.STARTS)
BUSY = office(
    dossier(0, ACCEPTED, work(HOUR_S), due=DUE),
    dossier(0, ACCEPTED, work(HOUR_S), due=DUE),
    dossier(0, ACCEPTED, delay(2 * DAY_S), due=DUE),
    dossier(0, ACCEPTED, delay(9 * DAY_S), due=DUE),
    dossier(0, with_attempts(in_person(60, desk=1, clock=Clock.STARTS), (50, 1))),
    dossier(0, delay(60, ends=Ends.REFUSED)),
    dossier(0, delay(9 * DAY_S)),
    teams=[team(always, always, desks=(0,))],
    desks=office(teams=[team(always, desks=(0,))]).desks * 2,
)
"""Two early, one late, one overdue, one lost, one refused, one in reception; and two people."""

QUEUE = office(dossier(0, ACCEPTED, work(60)), dossier(0, ACCEPTED, work(60)), teams=[team(always)])
"""The second waits from 0 to 60."""

HANDED_OVER = office(
    dossier(0, work(80)), teams=[team([(0, 50)], [(100, 9 * DAY_S)])], handover_after_s=0
)
"""The first person works from 0 to 50, the second from 100 to 130."""


def audited(record: Record, ledger: Ledger, journal: Journal | None = None) -> None:
    """Audit what follows from a ledger, or hold it against another journal."""
    measures, form = measure(record, ledger), fill_form(record, ledger)
    if journal is not None:
        record = Record(record.service, record.demand, record.attendance, journal)
    audit(record, ledger, measures, form)


@settings(max_examples=120)
@given(offices())
def test_every_office_passes(engine: Engine, small: Office) -> None:
    """Nothing is wrong with what an engine, ledger and measures make of any office."""
    record = record_of(engine, small)
    audited(record, make_ledger(record))


@settings(max_examples=120)
@given(offices())
def test_journal_and_ledger_tell_the_same(engine: Engine, small: Office) -> None:
    """What the audits make of a journal alone is what the ledger has, at three instants."""
    record = record_of(engine, small)
    horizon = record.service.horizon
    for at_s in {horizon.start_s, (horizon.start_s + horizon.end_s) // 2, horizon.end_s}:
        ledger, counted = make_ledger(record, at_s), recount(record, at_s)
        resolved_s = np.where(ledger.received, ledger.resolved_s, NEVER)
        assert counted.received_s.tolist() == ledger.accepted_s.tolist()
        assert counted.resolved_s.tolist() == resolved_s.tolist()
        assert counted.official.tolist() == ledger.official.tolist()
        gone_s = np.where(ledger.resolved, ledger.resolved_s, ledger.lost_s)
        assert counted.gone_s.tolist() == np.where(ledger.received, NEVER, gone_s).tolist()


@pytest.mark.parametrize(
    ("code", "columns", "dossier_number"),
    [
        ("M4", {"resolved_s": HOUR_S + 1}, 0),
        ("M4", {"resolved_s": HOUR_S - 1}, 0),
        ("M4", {"accepted_s": 1}, 2),
        ("M2", {"resolved_s": NEVER, "klass": Class.IN_TERM, "outcome": Ends.NO}, 0),
        ("M2", {"accepted_s": NEVER, "klass": Class.NONE}, 0),
        ("M2", {"accepted_s": NEVER, "klass": Class.NONE}, 3),
        ("M2", {"klass": Class.LATE}, 0),
        ("M2", {"klass": Class.ON_TIME}, 2),
        ("M2", {"klass": Class.IN_TERM}, 3),
        ("M2", {"outcome": Ends.WITHDRAWN}, 2),
        ("M2", {"carried_in": 1}, 1),
        ("M3", {"lost_s": NEVER}, 4),
        ("M3", {"resolved_s": NEVER}, 5),
        ("M3", {"submitted_s": NEVER}, 6),
        ("M3", {"lost_s": 7}, 6),
    ],
)
def test_a_ledger_that_is_wrong_about_one_dossier_is_found(
    engine: Engine, code: str, columns: dict[str, int], dossier_number: int
) -> None:
    """A resolution moved by a second, a dossier dropped, another class: form and measures agree."""
    record = record_of(engine, BUSY)
    ledger = make_ledger(record)
    audited(record, ledger)
    for column, value in columns.items():
        ledger = changed(ledger, column, dossier_number, value)
    with pytest.raises(AuditError, match=f"audit failed: {code}: "):
        audited(record, ledger)


def test_a_field_that_takes_from_another_is_found(engine: Engine) -> None:
    """Two classes swapped: all totals are right, and both fields wrong."""
    record = record_of(engine, BUSY, fields=("land", "trade"), field=[0, 0, 1, 1, 1, 1, 1])
    ledger = make_ledger(record)
    swapped = changed(changed(ledger, "klass", 0, Class.LATE), "klass", 2, Class.EARLY)
    with pytest.raises(AuditError, match=r"M2: .*row = land"):
        audited(record, swapped)


@settings(max_examples=60)
@given(offices(), st.data())
def test_a_second_too_much_anywhere_is_found(
    engine: Engine, small: Office, data: st.DataObject
) -> None:
    """Whichever dossier is said to have been resolved a second later than it was."""
    record = record_of(engine, small)
    ledger, horizon = make_ledger(record), record.service.horizon
    within = ledger.received & (ledger.resolved_s >= horizon.start_s)
    within &= ledger.resolved_s < horizon.stop_s - 1
    assume(within.any())
    number = data.draw(st.sampled_from(np.flatnonzero(within).tolist()))
    later = changed(ledger, "resolved_s", number, int(ledger.resolved_s[number]) + 1)
    with pytest.raises(AuditError):
        audited(record, later)


@pytest.mark.parametrize(
    ("code", "place", "column", "visit", "value"),
    [
        ("M5", QUEUE, "started_s", 3, 61),
        ("M4", QUEUE, "ended_s", 3, 121),
        ("M4", QUEUE, "ended_s", 2, 1),
        ("M2", QUEUE, "outcome", 2, Outcome.NONE),
        ("M2", QUEUE, "outcome", 3, Outcome.NONE),
        ("M5", HANDED_OVER, "ready_s", 0, 1),
    ],
)
def test_a_journal_that_is_wrong_about_one_visit_is_found(  # noqa: PLR0917  one cell of a table
    engine: Engine, code: str, place: Office, column: str, visit: int, value: int
) -> None:
    """A ledger and measures made of the right journal do not agree with it."""
    record = record_of(engine, place)
    journal = changed(record.journal, column, visit, value)
    with pytest.raises(AuditError, match=f"audit failed: {code}: "):
        audited(record, make_ledger(record), journal)


@pytest.mark.parametrize("column", ["started_s", "ended_s"])
def test_pieces_that_are_wrong_are_found(engine: Engine, column: str) -> None:
    """People say they took or handed over a visit a second later than it says; nothing else."""
    record = record_of(engine, HANDED_OVER)
    value = int(getattr(record.journal.pieces, column)[0]) + 1
    pieces = changed(record.journal.pieces, column, 0, value)
    wrong = replace(record, journal=replace(record.journal, pieces=pieces))
    found = measure(record, make_ledger(record))
    with pytest.raises(AuditError, match="audit failed: M5: "):
        audit(wrong, make_ledger(record), found, fill_form(record, make_ledger(record)))


def test_one_person_with_two_visits_is_found(engine: Engine) -> None:
    """Two people have a visit each; given both, one of them would serve two at once."""
    record = record_of(engine, BUSY)
    person = record.journal.person
    visit = np.flatnonzero(person >= 0)
    assert person[visit].tolist() == [0, 1]
    doubled = changed(record.journal, "person", int(visit[1]), 0)
    with pytest.raises(AuditError, match="audit failed: J11: "):
        check(record.service, record.demand, record.attendance, doubled)


def test_a_series_that_ends_elsewhere_is_found(engine: Engine) -> None:
    """The backlog of the last day is what is open at the end."""
    record = record_of(engine, BUSY)
    ledger = make_ledger(record)
    found = measure(record, ledger)
    series = found.series | {"backlog": found.series["backlog"] + 1}
    with pytest.raises(AuditError, match="audit failed: M4: "):
        audit(record, ledger, replace(found, series=series), fill_form(record, ledger))


def test_the_sweep_is_the_area_under_the_number_present() -> None:
    """One from 0 to 10, one from 5 to 15, one who goes at once, and the window cuts them."""
    came, went = np.array([5, 0, 7]), np.array([7, 15, 10])
    assert sweep((0, came), (0, went), 1, (0, 20)) == ([20], [0])
    assert sweep((0, came), (0, went), 1, (2, 12)) == ([15], [1])
    assert sweep((0, came), (0, went), 1, (0, 10)) == ([15], [2])
    assert sweep((0, came), (0, np.array([15])), 1, (0, 20)) == ([43], [2])


def test_each_place_is_swept_on_its_own() -> None:
    """Somebody who comes here and somebody who goes there do not make one."""
    came = np.array([2, 0, 2]), np.array([3, 1, 8])
    went = np.array([2, 0]), np.array([5, 4])
    assert sweep(came, went, 4, (0, 10)) == ([3, 0, 4, 0], [0, 0, 1, 0])
    nobody = np.array([], np.int64)
    assert sweep((nobody, nobody), (1, np.array([4])), 2, (0, 10)) == ([0, -1], [0, -1])


# An audit that fails stops the run.


def second_off(make: Callable[..., Ledger]) -> Callable[..., Ledger]:
    """A ledger in which the first resolution is a second later than it was."""

    def wrong(*args: Any) -> Ledger:
        ledger = make(*args)
        first = int(np.argmax(ledger.received & ledger.resolved))
        later: Ledger = changed(ledger, "resolved_s", first, int(ledger.resolved_s[first]) + 1)
        return later

    return wrong


def results_in(directory: Path) -> list[Path]:
    """Files of results below a directory."""
    return [path for path in directory.rglob("*.*") if path.suffix in {".json", ".csv"}]


@pytest.fixture
def _wrong_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "make_ledger", second_off(make_ledger))


@pytest.mark.usefixtures("_wrong_ledger")
def test_a_case_that_fails_an_audit_has_no_outcome() -> None:
    """The error names the requirement and the two numbers that do not agree."""
    case = Case(Model.of(scenario_of()), 1, 0)
    with pytest.raises(AuditError, match=r"M4: Little's law .*by_dossier_s = \d+, over_time_s"):
        run_case(case, "simpy")


@pytest.mark.usefixtures("_wrong_ledger")
def test_nothing_of_a_failed_run_is_stored(tmp_path: Path) -> None:
    """Neither a row of measures nor a file of results is left, so nothing can be read later."""
    scenario, model = scenario_of(), Model.of(scenario_of())
    with Store(tmp_path) as store:
        results = store.results(store.folder(model, 1, [0]), None)
        with pytest.raises(AuditError):
            replicate(scenario, 1, engine="simpy", results=results)
        assert results.find(Case(model, 1, 0)) is None
    assert results_in(tmp_path) == []


@pytest.mark.usefixtures("_wrong_ledger")
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_the_command_ends_with_its_own_exit_code(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    more: tuple[str, ...],
) -> None:
    """Exit code 3 and one sentence on stderr; nothing on stdout, and nothing stored."""
    motcua = Caller(capsys, monkeypatch)
    called = motcua(
        "run", MINIMAL, "--replications", 2, "--workers", 1, "--engine", "simpy",
        "--out", tmp_path, *more,
    )  # fmt: skip
    assert called.code == 3
    assert called.out == ""
    assert called.err.startswith("motcua: audit failed: M4: Little's law for the centre")
    assert called.err.count("\n") == 1
    assert "Traceback" not in called.err
    assert results_in(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / "motcua.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM replications").fetchone() == (0,)

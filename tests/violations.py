"""One way or more to violate each numbered requirement, each as small as can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

import simulation.attribution
from simulation.attribution import attribute
from simulation.form import Form, fill_form
from simulation.journal import check
from simulation.ledger import check_ledger, make_ledger
from simulation.measures import audit, measure
from simulation.measures.values import Measures
from simulation.semantics import Clock, DeadlineKind, Ends, Outcome
from simulation.tables import Pieces
from simulation.units import DAY_S, NEVER
from tests.offices import (
    DAYS,
    always,
    delay,
    departure,
    dossier,
    fork,
    hall,
    in_person,
    office,
    team,
    with_attempts,
    work,
)
from tests.records import changed, record_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from simulation.engines import Engine
    from simulation.tables import Journal
    from tests.small_offices import Office

ONE = office(dossier(0, work(60), delay(30)), teams=[team(always)])
TWO = office(dossier(0, work(60)), dossier(0, work(60)), teams=[team(always)])
"""One person, so the second is served from 60 to 120."""
IN_PERSON = office(dossier(0, with_attempts(in_person(60), (50, 100), (50, 1))), teams=[])
FORKED = office(dossier(0, *fork([work(60)], [delay(30)])), teams=[team(always)])
HANDED_OVER = office(
    dossier(0, work(80)), teams=[team([(0, 50)], [(100, 9 * DAY_S)])], handover_after_s=0
)
"""The first person works from 0 to 50, the second from 100 to 130."""
LATE = office(
    dossier(
        0,
        work(60, clock=Clock.STARTS),
        work(5 * DAY_S, clock=Clock.STOPS),
        delay(30),
        due=(DeadlineKind.HOURS, 3600),
    ),
    teams=[team(always)],
)
"""Accepted at 60, and still worked on at the end."""


@dataclass(frozen=True)
class Violation:
    """A requirement, and how to violate it with some engine at hand."""

    code: str
    commit: Callable[[Engine, pytest.MonkeyPatch], object]


def journal_with(place: Office, alter: Callable[[Journal], Journal]) -> Any:
    """Check what an engine makes of an office after altering the journal."""

    def commit(engine: Engine, _: pytest.MonkeyPatch) -> None:
        service, demand, attendance = place.tables()
        check(service, demand, attendance, alter(engine(service, demand, attendance)))

    return commit


def input_with(place: Office, *, which: int, alter: Callable[[Any], Any]) -> Any:
    """Check an office of which one input (0 service, 1 demand, 2 attendance) was altered."""

    def commit(engine: Engine, _: pytest.MonkeyPatch) -> None:
        given = place.tables()
        tables: list[Any] = [*given, engine(*given)]
        tables[which] = alter(tables[which])
        check(*tables)

    return commit


def demand_with(place: Office, column: str, row: int, value: int) -> Any:
    """Check an office of which one cell of the demand was altered."""
    return input_with(place, which=1, alter=lambda demand: changed(demand, column, row, value))


def ledger_with(dtype: Any = None, **columns: list[Any]) -> Any:
    """Check the ledger of the late dossier with other columns, all of a dtype if one is given."""

    def commit(engine: Engine, _: pytest.MonkeyPatch) -> None:
        record = record_of(engine, LATE)
        ledger = make_ledger(record)
        wrong: dict[str, Any] = {
            name: np.array(values, dtype or getattr(ledger, name).dtype)
            for name, values in columns.items()
        }
        check_ledger(record, replace(ledger, **wrong))

    return commit


def measures_with(path: str, change: float) -> Any:
    """Audit the late dossier's run with one measure off by something."""

    def commit(engine: Engine, _: pytest.MonkeyPatch) -> None:
        record = record_of(engine, LATE)
        ledger = make_ledger(record)
        found = measure(record, ledger)
        values = found.values | {path: (found.values[path] or 0) + change}
        audit(record, ledger, Measures(values, found.series), fill_form(record, ledger))

    return commit


def backlog_is_wrong(engine: Engine, _: pytest.MonkeyPatch) -> None:
    """The series ends with another number than is open."""
    record = record_of(engine, LATE)
    ledger = make_ledger(record)
    found = measure(record, ledger)
    wrong = found.series | {"backlog": found.series["backlog"] + 1}
    audit(record, ledger, Measures(found.values, wrong), fill_form(record, ledger))


def form_is_wrong(_: Engine, __: pytest.MonkeyPatch) -> None:
    """Two are resolved, of whom one is on time and none is late."""
    counts = [[2, 2, 0, 0, 2, 0, 1, 0, 0, 0, 0]]
    Form(("field",), np.array(counts * 2)).check()


def path_is_wrong(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late dossier's path has no visits."""
    find = simulation.attribution._critical_path  # noqa: SLF001  nothing public can go wrong

    def nothing(*args: Any) -> Any:
        path = find(*args)
        none = np.empty(0, np.int64)
        return replace(path, at=none, who=none, ended_s=none, next_s=none)

    monkeypatch.setattr(simulation.attribution, "_critical_path", nothing)
    record = record_of(engine, LATE)
    attribute(record, make_ledger(record))


def alter(column: str, row: int, value: int) -> Callable[[Journal], Journal]:
    """Alter one cell of a journal."""
    return lambda journal: changed(journal, column, row, value)


def alter_piece(column: str, row: int, value: int) -> Callable[[Journal], Journal]:
    """Alter one cell of the pieces of a journal."""
    return lambda journal: replace(journal, pieces=changed(journal.pieces, column, row, value))


def shift(row: int, by_s: int) -> Callable[[Journal], Journal]:
    """Move the service of a visit, start and end."""

    def moved(journal: Journal) -> Journal:
        started_s, ended_s = int(journal.started_s[row]), int(journal.ended_s[row])
        journal = changed(journal, "started_s", row, started_s + by_s)
        return alter("ended_s", row, ended_s + by_s)(journal)

    return moved


def still_waits(row: int) -> Callable[[Journal], Journal]:
    """Somebody who left unserved has not left."""
    return lambda journal: alter("outcome", row, Outcome.NONE)(
        changed(journal, "ended_s", row, NEVER)
    )


def turn_away(row: int) -> Callable[[Journal], Journal]:
    """Somebody who was served finds the waiting room full instead."""

    def turned(journal: Journal) -> Journal:
        journal = changed(journal, "person", row, -1)
        journal = changed(journal, "started_s", row, NEVER)
        journal = changed(journal, "outcome", row, Outcome.FULL)
        return alter("ended_s", row, int(journal.ready_s[row]))(journal)

    return turned


def swap(journal: Journal) -> Journal:
    """The last two visits go through what the other does."""

    def swapped(column: Any) -> Any:
        return np.append(column[:-2], column[:-3:-1])

    columns = {name: swapped(getattr(journal, name)) for name in
               ("person", "started_s", "ended_s", "outcome")}  # fmt: skip
    return replace(journal, **columns)


def in_one_piece(journal: Journal) -> Journal:
    """A visit that nobody handed over has a piece."""
    piece = Pieces(
        np.array([0]), np.array([0], np.int32), journal.started_s[:1], journal.ended_s[:1]
    )
    return replace(journal, pieces=piece)


def backwards(journal: Journal) -> Journal:
    """Pieces stand in the wrong order."""
    columns = {name: column[::-1].copy() for name, column in vars(journal.pieces).items()}
    return replace(journal, pieces=Pieces(**columns))


def without_join(demand: Any) -> Any:
    """The last visit is missing."""
    columns = {name: getattr(demand, name)[:-1] for name in
               ("row", "attempt", "work_s", "patience_s", "return_s")}  # fmt: skip
    return replace(demand, **columns, visit_ptr=np.array([0, len(demand.row) - 1]))


def retyped(table: Any, column: str, dtype: str) -> Any:
    """A column has another dtype."""
    return replace(table, **{column: getattr(table, column).astype(dtype)})


def in_service(column: str, row: int, value: int) -> Callable[[Any], Any]:
    """Alter one cell of the template rows."""
    return lambda service: replace(service, rows=changed(service.rows, column, row, value))


MORNING = [(0, 100), (200, 300)]
CLOSES = office(dossier(0, in_person(60)), teams=[], calendars=(MORNING,), halls=(hall(closing=1),))
OPENS = office(dossier(150, in_person(60)), teams=[], calendars=(MORNING,))
FULL = office(
    dossier(0, in_person(60)),
    dossier(10, in_person(60)),
    teams=[team(always)],
    halls=(hall(waiting_room=0),),
)
TICKETS = replace(FULL, halls=(hall(tickets=1),))
TWO_IN_PERSON = replace(FULL, halls=(hall(),))
THREE_IN_PERSON = office(
    dossier(0, in_person(60)),
    dossier(10, in_person(60)),
    dossier(10, in_person(60)),
    teams=[team(always)],
    halls=(hall(waiting_room=1),),
)
COURIER = office(dossier(0, departure()), teams=[], timetables=((100, 200),))
SHIFT = office(dossier(0, work(60)), teams=[team([(100, 9 * DAY_S)])])
QUEUE = replace(SHIFT, dossiers=TWO.dossiers, cells=TWO.cells)
SPANS = office(dossier(0, work(60)), teams=[team([(0, 50), (60, 90)])])
SAME_CELL = replace(TWO, dossiers=(TWO.dossiers[0], replace(TWO.dossiers[1], cell=0)))
RESOLVED = {"resolved_s": [90], "returned_s": [90], "outcome": [1], "klass": [0]}

BY_CODE: dict[str, list[Any]] = {
    "D1": [
        input_with(ONE, which=1, alter=lambda demand: retyped(demand, "cell", "int64")),
        demand_with(ONE, "visit_ptr", 1, 1),
    ],
    "D2": [
        demand_with(ONE, "cell", 0, 1),
        demand_with(ONE, "row", 1, 2),
        demand_with(TWO, "row", 1, 0),
    ],
    "D3": [demand_with(TWO, "submitted_s", 0, 5), demand_with(SAME_CELL, "draw", 1, 0)],
    "D4": [
        demand_with(ONE, "row", 1, 0),
        demand_with(ONE, "attempt", 0, 1),
        demand_with(IN_PERSON, "attempt", 1, 2),
        demand_with(IN_PERSON, "work_s", 1, 61),
    ],
    "D5": [
        demand_with(ONE, "work_s", 0, 0),
        demand_with(ONE, "work_s", 1, -1),
        demand_with(FORKED, "work_s", 0, 1),
    ],
    "D6": [
        demand_with(IN_PERSON, "patience_s", 0, -1),
        demand_with(IN_PERSON, "return_s", 0, 0),
    ],
    "D7": [
        input_with(FORKED, which=1, alter=without_join),
        input_with(FORKED, which=0, alter=in_service("branch", 1, 0)),
        input_with(FORKED, which=0, alter=in_service("branch", 1, 3)),
        input_with(FORKED, which=0, alter=in_service("clock", 2, Clock.PAUSES)),
    ],
    "D8": [input_with(ONE, which=0, alter=in_service("ends", 0, Ends.RESOLVED))],
    "D9": [demand_with(ONE, "accepted_s", 0, 5), demand_with(ONE, "submitted_s", 0, -5)],
    "A1": [
        input_with(ONE, which=2, alter=lambda spans: retyped(spans, "begin_s", "int32")),
        input_with(ONE, which=2, alter=lambda spans: changed(spans, "person_ptr", 1, 0)),
    ],
    "A2": [
        input_with(ONE, which=2, alter=lambda spans: changed(spans, "end_s", 0, 0)),
        input_with(SPANS, which=2, alter=lambda spans: changed(spans, "begin_s", 1, 50)),
    ],
    "J1": [journal_with(ONE, lambda journal: retyped(journal, "ready_s", "int32"))],
    "J2": [
        journal_with(ONE, alter("ended_s", 1, DAYS * DAY_S)),
        journal_with(ONE, alter("ready_s", 0, -2)),
    ],
    "J3": [
        journal_with(ONE, alter("started_s", 1, 59)),
        journal_with(ONE, alter("ended_s", 1, 59)),
        journal_with(ONE, alter("outcome", 1, Outcome.NONE)),
        journal_with(ONE, alter("outcome", 1, 5)),
        journal_with(IN_PERSON, alter("outcome", 0, Outcome.DONE)),
    ],
    "J4": [
        journal_with(ONE, alter("ended_s", 0, 59)),
        journal_with(FORKED, alter("ended_s", 1, 61)),
        journal_with(IN_PERSON, alter("ready_s", 1, 151)),
        journal_with(OPENS, alter("ready_s", 0, 150)),
    ],
    "J5": [
        journal_with(ONE, alter("ended_s", 1, 91)),
        journal_with(ONE, alter("started_s", 1, 61)),
    ],
    "J6": [journal_with(COURIER, alter("ended_s", 0, 200))],
    "J7": [journal_with(FORKED, alter("ended_s", 3, 61))],
    "J8": [
        journal_with(ONE, alter("person", 0, -1)),
        journal_with(ONE, alter("person", 0, 1)),
        journal_with(ONE, alter("person", 1, 0)),
        journal_with(HANDED_OVER, alter_piece("person", 0, 2)),
    ],
    "J9": [journal_with(SHIFT, shift(0, -1))],
    "J10": [journal_with(SHIFT, alter("ended_s", 0, 161))],
    "J11": [journal_with(TWO, shift(1, -1))],
    "J12": [
        journal_with(replace(FULL, dossiers=FULL.dossiers[:1]), alter("outcome", 0, Outcome.FULL))
    ],
    "J13": [
        journal_with(IN_PERSON, alter("ended_s", 1, 201)),
        journal_with(IN_PERSON, alter("outcome", 1, Outcome.CLOSED)),
        journal_with(IN_PERSON, still_waits(1)),
        journal_with(CLOSES, alter("ended_s", 0, 300)),
    ],
    "J14": [
        journal_with(FULL, still_waits(1)),
        journal_with(TWO_IN_PERSON, turn_away(1)),
        journal_with(replace(TWO_IN_PERSON, halls=(hall(waiting_room=1),)), turn_away(1)),
        journal_with(THREE_IN_PERSON, swap),
    ],
    "J15": [
        journal_with(TICKETS, still_waits(1)),
        journal_with(FULL, alter("outcome", 1, Outcome.NO_TICKET)),
    ],
    "J16": [journal_with(QUEUE, swap)],
    "J17": [journal_with(SHIFT, shift(0, 10))],
    "P1": [
        journal_with(HANDED_OVER, backwards),
        journal_with(HANDED_OVER, alter_piece("visit", 0, 1)),
    ],
    "P2": [
        journal_with(HANDED_OVER, alter_piece("started_s", 0, 1)),
        journal_with(HANDED_OVER, alter_piece("ended_s", 1, 131)),
    ],
    "P3": [journal_with(HANDED_OVER, alter_piece("started_s", 1, 49))],
    "P4": [journal_with(SHIFT, in_one_piece)],
    "L1": [ledger_with(np.int64, klass=[4])],
    "L2": [ledger_with(accepted_s=[DAYS * DAY_S])],
    "L3": [ledger_with(resolved_s=[30]), ledger_with(returned_s=[90])],
    "L4": [ledger_with(klass=[0]), ledger_with(outcome=[1])],
    "L5": [ledger_with(paused=[True], **RESOLVED), ledger_with(lost_s=[5], **RESOLVED)],
    "L6": [ledger_with(paused_s=[9 * DAY_S]), ledger_with(paused_s=[-1])],
    "M1": [form_is_wrong],
    "M2": [measures_with("late", 1), measures_with("by_field.field.received", 1)],
    "M3": [measures_with("submitted", 1), measures_with("in_reception_at_end", 1)],
    "M4": [backlog_is_wrong],
    "M5": [measures_with("desks.desk-0.queue_mean", 0.5)],
    "M6": [measures_with("on_time", 1), measures_with("teams.team-0.utilisation", 2)],
    "M7": [measures_with("by_channel.channel-0.visits", 1)],
    "M8": [path_is_wrong],
}
VIOLATIONS = [Violation(code, commit) for code, ways in BY_CODE.items() for commit in ways]

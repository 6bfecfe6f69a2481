"""Offices in a few words, for tests in which a hand works out what must happen.

``office(dossier(0, work(60), delay(30)), teams=[team(always)])`` is an office of one desk, one
person and one dossier. Whatever is not said is harmless: nobody is in a hurry, no calendar closes,
nothing is due.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.plan.arrays import DeskPlan, HallPlan
from simulation.semantics import Closing, DeadlineKind, Discipline, Kind, Outcome
from simulation.units import DAY_S, FAR, NEVER
from tests.small_offices import Cell, Dossier, Office, Row, Spans, Team, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.engines import Engine

DAYS = 3
"""The offices of this module work so many days, and their calendars reach twice as many."""

always: Spans = [(0, 2 * DAYS * DAY_S)]


@dataclass(frozen=True)
class Step:
    """A template row, and the visits that a dossier makes of it; these do not know their row."""

    row: Row
    visits: tuple[Visit, ...]


def work(work_s: int, desk: int = 0, **row: Any) -> Step:
    """Work at a desk with nobody present; interruptible unless said otherwise."""
    return Step(Row(Kind.WORK, desk=desk, **{"interruptible": True, **row}), (Visit(0, work_s),))


def in_person(work_s: int, desk: int = 0, **row: Any) -> Step:
    """Work with the applicant present in hall 0, who is patient and does not come back."""
    return Step(Row(Kind.WORK, desk=desk, **{"hall": 0, **row}), (Visit(0, work_s),))


def with_attempts(step: Step, *attempts: tuple[int, int]) -> Step:
    """A step in person with these attempts: patience, and seconds until coming back."""
    work_s = step.visits[0].work_s
    visits = (Visit(0, work_s, k, *attempt) for k, attempt in enumerate(attempts))
    return replace(step, visits=tuple(visits))


def delay(length_s: int, **row: Any) -> Step:
    """A delay."""
    return Step(Row(Kind.DELAY, **row), (Visit(0, length_s),))


def departure(timetable: int = 0, **row: Any) -> Step:
    """Waiting for a departure."""
    return Step(Row(Kind.DEPARTURE, timetable=timetable, **row), (Visit(0),))


def fork(*branches: Sequence[Step]) -> tuple[Step, ...]:
    """A fork, its branches, and its join."""
    inner = [
        replace(step, row=replace(step.row, branch=number))
        for number, branch in enumerate(branches, start=1)
        for step in branch
    ]
    ends = (Step(Row(kind), (Visit(0),)) for kind in (Kind.FORK, Kind.JOIN))
    return (next(ends), *inner, next(ends))


class Submitted(NamedTuple):
    """A dossier and the cell that it has for itself."""

    dossier: Dossier
    cell: Cell


def dossier(
    submitted_s: int,
    *steps: Step,
    due: tuple[DeadlineKind, int] = (DeadlineKind.NONE, 0),
    restarts: bool = False,
    accepted_s: int = NEVER,
) -> Submitted:
    """A dossier that does these steps; ``due`` is the kind and the amount of its deadline."""
    visits = [replace(visit, row=k) for k, step in enumerate(steps) for visit in step.visits]
    return Submitted(
        Dossier(tuple(visits), submitted_s, accepted_s=accepted_s),
        Cell(
            tuple(step.row for step in steps),
            deadline_kind=due[0],
            deadline_amount=due[1],
            restarts=restarts,
        ),
    )


def team(
    *people: Spans, desks: Sequence[int] = (0,), efficiency: Sequence[int] = (), rank: int = 0
) -> Team:
    """A team of people with their spans, who work at efficiency 1 unless said otherwise."""
    return Team(people, tuple(desks), tuple(efficiency) or (1000,) * len(desks), rank)


def desk(discipline: Discipline = Discipline.FIRST_COME, *, by_actual: bool = False) -> DeskPlan:
    """A desk."""
    return DeskPlan(discipline, by_actual)


def hall(**rules: Any) -> HallPlan:
    """A hall with some rules; nothing else is limited, and its sessions are calendar 0."""
    open_to_all = HallPlan(0, Closing.NONE, -1, -1, tickets_per_day=False, return_working=False)
    return replace(open_to_all, **rules)


def office(*dossiers: Submitted, teams: Sequence[Team], **more: Any) -> Office:
    """An office with these dossiers, which are numbered as they stand if submitted in this order.

    There are as many first-come desks as the teams serve, one calendar that never closes, which is
    also the legal one, and interrupted work is never handed over to others, unless ``more`` says
    so: the fields of `Office`.
    """
    desks = 1 + max((number for team in teams for number in team.desks), default=0)
    usual = {
        "end_s": DAYS * DAY_S,
        "calendars": (always,),
        "halls": (hall(),),
        "desks": (desk(),) * desks,
        "handover_after_s": FAR,
    }
    return Office(
        cells=tuple(replace(cell, procedure=k) for k, (_, cell) in enumerate(dossiers)),
        dossiers=tuple(replace(one, cell=k) for k, (one, _) in enumerate(dossiers)),
        teams=tuple(teams),
        **{**usual, **more},
    )


class Happened(NamedTuple):
    """A row of the journal."""

    person: int
    ready_s: int
    started_s: int
    ended_s: int
    outcome: Outcome


class Piece(NamedTuple):
    """A row of the table of pieces."""

    visit: int
    person: int
    started_s: int
    ended_s: int


def visits(engine: Engine, office: Office) -> list[Happened]:
    """What an engine makes of an office: the rows of its journal."""
    journal = engine(*office.tables())
    columns = [getattr(journal, name).tolist() for name in Happened._fields]
    rows = zip(*columns, strict=True)
    return [Happened._make((*row[:-1], Outcome(row[-1]))) for row in rows]


def pieces(engine: Engine, office: Office) -> list[Piece]:
    """The rows of its table of pieces."""
    table = engine(*office.tables()).pieces
    columns = (getattr(table, name).tolist() for name in Piece._fields)
    return [Piece(*row) for row in zip(*columns, strict=True)]

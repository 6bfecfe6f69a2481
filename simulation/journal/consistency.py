"""The requirements of a journal, in an order in which each may rely on those before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.journal.halls import check_halls
from simulation.journal.inputs import check_attendance, check_demand
from simulation.journal.itinerary import check_itinerary
from simulation.journal.people import check_pieces, check_who, check_work
from simulation.journal.queues import check_queues
from simulation.journal.record import Record
from simulation.requirements import require, require_columns
from simulation.semantics import Outcome
from simulation.units import NEVER

if TYPE_CHECKING:
    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance, Demand, Journal

_COLUMNS: Final = {
    "person": "int32", "ready_s": "int64", "started_s": "int64", "ended_s": "int64",
    "outcome": "int8",
}  # fmt: skip


def check(service: ServicePlan, demand: Demand, attendance: Attendance, journal: Journal) -> Record:
    """Check that a journal is one that its inputs can lead to.

    What is always true is checked, not all that an engine decides: which of several idle people
    takes a dossier, for example, and the order at desks that are not first come, first served.

    Args:
        service: How the centre serves.
        demand: What came.
        attendance: Who was there.
        journal: What an engine says happened.

    Returns:
        The tables, found to agree with each other.

    Raises:
        AuditError: A requirement of docs/data-model.md is violated; it names the first place.
    """
    check_attendance(service, attendance)
    check_demand(service, demand)
    record = Record(service, demand, attendance, journal)
    _check_columns(record)
    _check_instants(record)
    check_who(record)
    check_pieces(record)
    check_itinerary(record)
    check_work(record)
    check_halls(record)
    check_queues(record)
    return record


def _check_columns(record: Record) -> None:
    """J1."""
    require_columns("J1", vars(record.journal), _COLUMNS, record.demand.visits)


def _check_instants(record: Record) -> None:
    """J2 and J3."""
    journal, pieces, end_s = record.journal, record.journal.pieces, record.service.horizon.end_s
    ready_s, started_s, ended_s = journal.ready_s, journal.started_s, journal.ended_s
    for table in (journal, pieces):
        for name, column in vars(table).items():
            if name.endswith("_s"):
                lived = (column >= NEVER) & (column < end_s)
                require("J2", lived, column=name, row=range(len(column)), instant=column)
    joined, ended = ready_s != NEVER, ended_s != NEVER
    started = started_s != NEVER
    in_order = (joined | ~(started | ended)) & (~started | (started_s >= ready_s))
    in_order &= ~ended | ((ended_s >= ready_s) & (ended_s >= started_s))
    known = (journal.outcome >= Outcome.NONE) & (journal.outcome <= Outcome.NO_TICKET)
    agrees = known & ((journal.outcome != Outcome.NONE) == ended)
    agrees &= (journal.outcome != Outcome.DONE) | started
    agrees &= joined | (journal.person == -1)
    require(
        "J3",
        in_order & agrees,
        visit=range(len(ready_s)),
        ready_s=ready_s,
        started_s=started_s,
        ended_s=ended_s,
        outcome=journal.outcome,
        person=journal.person,
    )

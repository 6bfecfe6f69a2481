"""Audits: identities that hold in every run, each side counted by a way of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.form import fill_form
from simulation.measures.scopes import scopes
from simulation.measures.values import FRACTIONS, RATES
from simulation.requirements import require
from simulation.units import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger
    from simulation.measures.values import Measures
    from simulation.measures.waits import DeskQueues

    Ints = NDArray[np.int64]

_ON_THE_FORM: Final = {
    "carried_in": 6, "resolved": 7, "early": 8, "on_due_date": 9, "late": 10, "open_at_end": 11,
    "in_term_open": 12, "overdue_open": 13,
}  # fmt: skip


def audit(record: Record, ledger: Ledger, measures: Measures, queues: DeskQueues) -> None:
    """Requirements M1 to M7.

    Args:
        record: What happened.
        ledger: The ledger as of the end of the period.
        measures: What was measured.
        queues: The waits at desks.

    Raises:
        AuditError: An identity does not hold.
    """
    _audit_form(record, ledger, measures)
    _audit_conservation(record, ledger, measures)
    _audit_centre(record, ledger, measures)
    _audit_desks(record, measures, queues)
    _audit_fractions(measures)
    _audit_parts(record, measures)


def _audit_form(record: Record, ledger: Ledger, measures: Measures) -> None:
    """M1 within the form, and M2: form and measures, which are counted apart, agree."""
    form = fill_form(record, ledger)
    heads = [*(f"by_field.{name}." for name in form.fields), ""]
    counted = {name: form.column(number) for name, number in _ON_THE_FORM.items()}
    counted["received"] = form.column(4) + form.column(5)
    for name, on_form in counted.items():
        measured = np.array([measures.values[head + name] for head in heads])
        rows = np.array([*form.fields, "total"])
        require("M2", measured == on_form, row=rows, measure=name, form=on_form, found=measured)


def _audit_conservation(record: Record, ledger: Ledger, measures: Measures) -> None:
    """M3: of all dossiers until they are received, and of the received ones."""
    counts = {name: measures.values[name] or 0 for name in (
        "submitted", "received", "lost", "ended_unreceived", "carried_in", "resolved",
        "open_at_end", "in_reception_at_end")}  # fmt: skip
    before = _in_reception(record, ledger, record.service.horizon.start_s)
    came = before + counts["submitted"]
    went = counts["received"] + counts["lost"] + counts["ended_unreceived"]
    require("M3", came == went + counts["in_reception_at_end"], before=before, **counts)
    came = counts["carried_in"] + counts["received"]
    require("M3", came == counts["resolved"] + counts["open_at_end"], **counts)


def _in_reception(record: Record, ledger: Ledger, at_s: int) -> int:
    """Dossiers that had been submitted by an instant, and neither received nor gone."""
    outside = record.demand.accepted_s == NEVER
    here = outside & (ledger.submitted_s != NEVER) & (ledger.submitted_s < at_s)
    for instant_s in (ledger.accepted_s, ledger.lost_s, ledger.resolved_s):
        here &= (instant_s == NEVER) | (instant_s >= at_s)
    return int(here.sum())


def _audit_centre(record: Record, ledger: Ledger, measures: Measures) -> None:
    """M4, for dossiers between receipt and resolution; and the sweep ends with what is open."""
    start_s, stop_s = record.service.horizon.start_s, ledger.as_of_s
    at = np.flatnonzero(ledger.received)
    left_s = np.where(ledger.resolved[at], ledger.resolved_s[at], stop_s)
    from_s = np.clip(ledger.accepted_s[at], start_s, stop_s)
    to_s = np.clip(left_s, start_s, stop_s)
    summed_s, swept_s = int((to_s - from_s).sum()), sweep_s(from_s, to_s)
    require("M4", summed_s == swept_s, by_dossier_s=summed_s, over_time_s=swept_s)
    backlog = measures.series["backlog"]
    last = int(backlog[-1]) if len(backlog) else measures.values["carried_in"]
    require("M4", last == measures.values["open_at_end"], backlog=last)


def _audit_desks(record: Record, measures: Measures, queues: DeskQueues) -> None:
    """M5, for every desk."""
    horizon = record.service.horizon
    long = np.flatnonzero(queues.to_s > queues.from_s)
    desk = queues.desk[long]
    for number, name in enumerate(record.service.names.desks):
        here = long[desk == number]
        swept_s = sweep_s(queues.from_s[here], queues.to_s[here])
        mean = measures.values[f"desks.{name}.queue_mean"] or 0.0
        waited_s = round(mean * (horizon.stop_s - horizon.start_s))
        require("M5", swept_s == waited_s, desk=name, by_visit_s=waited_s, over_time_s=swept_s)


def sweep_s(from_s: Ints, to_s: Ints) -> int:
    """The integral over time of the number present, by walking through comings and goings.

    Args:
        from_s: When each came.
        to_s: When each went, not before.

    Returns:
        Number times seconds; -1 if ever somebody went who had not come.
    """
    came_s, went_s = np.sort(from_s), np.sort(to_s)
    at_s = np.concatenate((came_s, went_s))
    order = np.argsort(at_s, kind="stable")  # who comes and goes at the same instant comes first
    change = np.ones(len(at_s), np.int64)
    change[len(came_s) :] = -1
    present = np.cumsum(change[order])
    if (present < 0).any():
        return -1
    return int((present[:-1] * np.diff(at_s[order])).sum())


def _audit_fractions(measures: Measures) -> None:
    """M6."""
    for path, value in measures.values.items():
        name = path.rpartition(".")[2]
        if name in RATES:
            successes, trials = measures.trials(path)
            require("M6", 0 <= successes <= trials, path=path, successes=successes, trials=trials)
        if name in FRACTIONS and value is not None:
            require("M6", 0 <= value <= 1, path=path, value=value)


def _audit_parts(record: Record, measures: Measures) -> None:
    """M7, for everything that is counted."""
    _, *others = scopes(record.service)
    counts = [name for name, value in measures.values.items()
              if "." not in name and isinstance(value, int)]  # fmt: skip
    for parts in others:
        if parts.whole:
            for name in counts:
                added = sum(measures.values[prefix + name] or 0 for prefix in parts.prefixes)
                total = measures.values[name]
                require("M7", added == total, measure=name, parts=parts.prefixes, added=added)

"""Audits: identities that hold in every run.

Each has two sides, and each side is counted of other data in another way: the measures and the form
of the columns of the ledger, by adding up; what they are held against of the events in the journal,
by walking through time.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.legal import Class
from simulation.measures.recount import recount
from simulation.measures.scopes import scopes
from simulation.measures.values import FRACTIONS, RATES
from simulation.requirements import require
from simulation.semantics import Kind, Outcome
from simulation.units import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.form import Form
    from simulation.journal import Record
    from simulation.ledger import Ledger
    from simulation.measures.recount import Recount
    from simulation.measures.values import Measures

    Ints = NDArray[np.int64]

_ON_THE_FORM: Final = {
    "carried_in": 6, "resolved": 7, "early": 8, "on_due_date": 9, "late": 10, "open_at_end": 11,
    "in_term_open": 12, "overdue_open": 13,
}  # fmt: skip
_CAME: Final = (4, 5, 6)
_WENT: Final = {8: Class.EARLY, 9: Class.ON_TIME, 10: Class.LATE,
                12: Class.IN_TERM, 13: Class.OVERDUE}  # fmt: skip


def audit(record: Record, ledger: Ledger, measures: Measures, form: Form) -> None:
    """Requirements M2 to M7; M1 is that of the form itself.

    Args:
        record: What happened.
        ledger: The ledger as of the end of the period.
        measures: What was measured.
        form: The form that was filled in.

    Raises:
        AuditError: An identity does not hold.
    """
    counted = recount(record, ledger.as_of_s)
    _audit_form(record, form, measures, counted)
    _audit_conservation(record, measures, counted)
    _audit_centre(record, ledger, measures, counted)
    _audit_desks(record, measures)
    _audit_fractions(measures)
    _audit_parts(record, measures)


def _audit_form(record: Record, form: Form, measures: Measures, counted: Recount) -> None:
    """M2: the form agrees with the measures, and with the journal."""
    heads = [*(f"by_field.{name}." for name in form.fields), ""]
    on_form = {name: form.column(number) for name, number in _ON_THE_FORM.items()}
    on_form["received"] = form.column(4) + form.column(5)
    rows = np.array([*form.fields, "total"])
    for name, column in on_form.items():
        measured = np.array([measures.values[head + name] for head in heads])
        require("M2", measured == column, row=rows, measure=name, form=column, found=measured)
    for number, found in _columns(record, counted).items():
        column = form.column(number)
        require("M2", found == column, row=rows, column=number, form=column, in_journal=found)


def _columns(record: Record, counted: Recount) -> dict[int, Ints]:
    """Columns of the form by its fields, and their totals, as the journal has them."""
    cells, cell, start_s = record.service.cells, record.demand.cell, record.service.horizon.start_s
    fields = len(record.service.names.fields)
    counts = (counted.resolved_s == NEVER) | (counted.resolved_s >= start_s)
    here = np.flatnonzero((counted.received_s != NEVER) & counts)
    before = (counted.received_s[here] < start_s) | (record.demand.accepted_s[here] != NEVER)
    came = np.where(before, 6, np.where(cells.online[cell[here]], 4, 5))
    columns = {}
    for codes, numbers in (
        (came, {number: number for number in _CAME}),
        (counted.official[here], _WENT),
    ):
        size = max(numbers.values()) + 1
        place = cells.field[cell[here]] * size + codes
        by_field = np.bincount(place, minlength=fields * size).reshape(fields, size)
        for number, code in numbers.items():
            columns[number] = np.append(by_field[:, code], by_field[:, code].sum())
    return columns


def _audit_conservation(record: Record, measures: Measures, counted: Recount) -> None:
    """M3: of all dossiers until they are received, and of the received ones."""
    counts = {name: measures.values[name] or 0 for name in (
        "submitted", "received", "lost", "ended_unreceived", "carried_in", "resolved",
        "open_at_end", "in_reception_at_end")}  # fmt: skip
    before = counted.in_reception(record.service.horizon.start_s)
    after = counted.in_reception(counted.as_of_s)
    came = before + counts["submitted"]
    went = counts["received"] + counts["lost"] + counts["ended_unreceived"]
    require("M3", came == went + after, before=before, after=after, **counts)
    require("M3", after == counts["in_reception_at_end"], after=after, **counts)
    came = counts["carried_in"] + counts["received"]
    require("M3", came == counts["resolved"] + counts["open_at_end"], **counts)


def _audit_centre(record: Record, ledger: Ledger, measures: Measures, counted: Recount) -> None:
    """M4, for dossiers between receipt and resolution; and the sweep ends with what is open."""
    start_s, stop_s = record.service.horizon.start_s, ledger.as_of_s
    at = np.flatnonzero(ledger.received)
    left_s = np.where(ledger.resolved[at], ledger.resolved_s[at], stop_s)
    stays_s = np.minimum(left_s, stop_s) - np.maximum(ledger.accepted_s[at], start_s)
    summed_s = int(np.maximum(stays_s, 0).sum())
    receipts_s = counted.received_s[counted.received_s != NEVER]
    resolutions_s = counted.resolved_s[counted.resolved_s != NEVER]
    [swept_s], [last] = sweep((0, receipts_s), (0, resolutions_s), 1, (start_s, stop_s))
    require("M4", summed_s == swept_s, by_dossier_s=summed_s, over_time_s=swept_s)
    backlog = measures.series["backlog"]
    at_end = int(backlog[-1]) if len(backlog) else last
    agrees = at_end == last == measures.values["open_at_end"]
    require("M4", agrees, backlog=at_end, over_time=last)


def _audit_desks(record: Record, measures: Measures) -> None:
    """M5, for every desk."""
    horizon, desks = record.service.horizon, record.service.names.desks
    window = horizon.start_s, horizon.stop_s
    swept_s, _ = sweep(_joins(record), _leaves(record), len(desks), window)
    for number, name in enumerate(desks):
        mean = measures.values[f"desks.{name}.queue_mean"] or 0.0
        waited_s = round(mean * (horizon.stop_s - horizon.start_s))
        agrees = swept_s[number] == waited_s
        require("M5", agrees, desk=name, by_visit_s=waited_s, over_time_s=swept_s[number])


def _joins(record: Record) -> tuple[Ints, Ints]:
    """Desks whose queues were joined, and when: by visits, and again by those handed over."""
    joined, pieces, rows = record.joined, record.journal.pieces, record.service.rows
    at = np.flatnonzero((joined.kind == Kind.WORK) & (joined.outcome != Outcome.NO_TICKET))
    handed = pieces.ended_s != record.journal.ended_s[pieces.visit]
    handed &= pieces.ended_s != NEVER
    desk = rows.desk[record.demand.row[pieces.visit[handed]]]
    join_s = np.append(joined.ready_s[at], pieces.ended_s[handed])
    return np.append(joined.desk[at], desk), join_s


def _leaves(record: Record) -> tuple[Ints, Ints]:
    """Desks whose queues were left, and when: people took a visit, or its applicant went."""
    joined, stints = record.joined, record.stints
    at = np.flatnonzero(joined.outcome > Outcome.DONE)
    at = at[joined.outcome[at] != Outcome.NO_TICKET]
    leave_s = np.append(stints.started_s, joined.ended_s[at])
    return np.append(stints.desk, joined.desk[at]), leave_s


def sweep(
    came: tuple[Ints | int, Ints],
    went: tuple[Ints | int, Ints],
    places: int,
    window: tuple[int, int],
) -> tuple[list[int], list[int]]:
    """The integral over time of the number at some places, by walking through comings and goings.

    Args:
        came: Places to which somebody came, and when; nobody says who it was.
        went: Places from which somebody went, and when.
        places: How many there are.
        window: From when to when; what comes at its end or later does not count.

    Returns:
        Number times seconds within the window, and the number at its end, of each place; -1 and -1
        where ever somebody went who had not come.
    """
    begin_s, end_s = window
    # Sorts by place and instant; who comes and goes at the same instant comes first.
    bits = int(end_s).bit_length() + 1
    steps = np.concatenate((came[1], went[1]))
    np.clip(steps, begin_s, end_s, out=steps)
    steps <<= 1
    goes = len(came[1])
    steps[goes:] += 1
    steps[:goes] += np.left_shift(came[0], bits)
    steps[goes:] += np.left_shift(went[0], bits)
    steps.sort()
    swept_s, lasts = [], []
    bounds = np.searchsorted(steps, np.arange(places + 1) << bits)
    for low, high in pairwise(bounds.tolist()):
        at_s = (steps[low:high] & ((1 << bits) - 1)) >> 1
        present = np.cumsum(1 - 2 * (steps[low:high] & 1))
        inside = int(np.searchsorted(at_s, end_s))
        possible = not (present < 0).any()
        at_end = int(present[inside - 1]) if inside else 0
        swept_s.append(int(present @ np.diff(at_s, append=end_s)) if possible else -1)
        lasts.append(at_end if possible else -1)
    return swept_s, lasts


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

"""The dossiers of a register, cell by cell: when each was received, and where it stands."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.plan.arrays import Registered
from simulation.units import DAY_S, WORKING_DAY_S
from simulation.worktime import add_one, measure, measure_one

if TYPE_CHECKING:
    from simulation.plan.context import Cell, Context
    from simulation.scenario.model import OpenDossier

KEYS: Final = 10**15
"""Keys have at most the 15 digits that a spreadsheet can hold."""


def registered_plan(context: Context, cell: Cell) -> Registered | None:
    """What a register says of the open dossiers of a cell; None where there are none."""
    ours = [
        each
        for each in context.open
        if (each.channel, each.procedure) == (cell.channel, cell.procedure)
    ]
    if not ours:
        return None
    keys = keys_of([each.id for each in ours])
    ours.sort(key=lambda each: keys[each.id])
    start_s, legal = context.time.horizon.start_s, context.legal_clock.calendar
    received_s = np.array([received_instant_s(context, each) for each in ours], np.int64)
    return Registered(
        id=tuple(each.id for each in ours),
        draw=np.array([keys[each.id] for each in ours], np.int64),
        received_s=received_s,
        paused_s=np.array([round(each.paused * WORKING_DAY_S) for each in ours], np.int64),
        step=tuple(each.step or "" for each in ours),
        age_s=start_s - received_s,
        worked_s=measure(legal, received_s, start_s),
    )


def keys_of(ids: list[str]) -> dict[str, int]:
    """A key for each id that does not depend on the others, unless two should be the same."""
    taken: dict[int, str] = {}
    for name in sorted(set(ids)):
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % KEYS
        while key in taken:
            key += 1
        taken[key] = name
    return {name: key for key, name in taken.items()}


def received_instant_s(context: Context, dossier: OpenDossier) -> int:
    """When a dossier was received: of a day without an hour, the middle of its legal hours.

    So the day itself counts, whatever the cutoff; at its very opening a working day would end on
    the same evening. Where the cutoff comes before the middle, it is that.
    """
    written = datetime.fromisoformat(dossier.received)
    if len(dossier.received) > len("2021-11-03"):
        return context.time.instant_s(written)
    midnight_s = context.time.instant_s(
        datetime.combine(date.fromisoformat(dossier.received), time())
    )
    clock = context.legal_clock
    hours_s = measure_one(*clock.calendar.lists, midnight_s, midnight_s + DAY_S)
    if not hours_s:
        return midnight_s + DAY_S // 2
    middle_s = add_one(*clock.calendar.lists, midnight_s, hours_s // 2)
    return min(middle_s, midnight_s + clock.cutoff_s)

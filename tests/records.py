"""From a small office to a checked record of what happened in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.journal import check

if TYPE_CHECKING:
    from simulation.engines import Engine
    from simulation.journal import Record
    from tests.small_offices import Office


def record_of(engine: Engine, office: Office, **cells: Any) -> Record:
    """What an engine makes of an office, checked.

    Args:
        engine: An engine.
        office: An office; its dossiers are numbered as they stand if submitted in this order.
        cells: Columns of `Cells` to replace, and ids of `Names`: what an engine does not look at.
    """
    service, demand, attendance = office.tables()
    names = {key: cells.pop(key) for key in ("channels", "fields", "groups") if key in cells}
    columns = {key: np.array(column) for key, column in cells.items()}
    service = replace(
        service,
        cells=replace(service.cells, **columns),
        names=replace(service.names, **names),
    )
    return check(service, demand, attendance, engine(service, demand, attendance))


def changed(table: Any, column: str, row: int, value: int) -> Any:
    """A table with one cell altered."""
    cells = getattr(table, column).copy()
    cells[row] = value
    return replace(table, **{column: cells})

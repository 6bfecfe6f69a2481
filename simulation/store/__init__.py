"""Where results are kept: measures in SQLite, and for each run a folder of files beside it."""

from __future__ import annotations

from simulation.store.catalogue import (
    Entry,
    choose,
    entries,
    open_existing,
    read_summary,
    remove,
)
from simulation.store.runs import Store, StoredResults, run_id

__all__ = [
    "Entry",
    "Store",
    "StoredResults",
    "choose",
    "entries",
    "open_existing",
    "read_summary",
    "remove",
    "run_id",
]

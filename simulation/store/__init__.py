"""Where results are kept: measures in SQLite, and for each run a folder of files beside it."""

from __future__ import annotations

from simulation.store.catalogue import (
    Entry,
    as_written,
    choose,
    entries,
    open_existing,
    read_manifest,
    read_replications,
    read_summary,
    remove,
)
from simulation.store.database import Row
from simulation.store.kept import find_kept
from simulation.store.runs import Store, StoredResults, run_id

__all__ = [
    "Entry",
    "Row",
    "Store",
    "StoredResults",
    "as_written",
    "choose",
    "entries",
    "find_kept",
    "open_existing",
    "read_manifest",
    "read_replications",
    "read_summary",
    "remove",
    "run_id",
]

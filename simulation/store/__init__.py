"""Where results are kept: measures in SQLite, and for each run a folder of files beside it."""

from __future__ import annotations

from simulation.store.runs import Store, StoredResults, run_id

__all__ = ["Store", "StoredResults", "run_id"]

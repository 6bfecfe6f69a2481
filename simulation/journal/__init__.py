"""The journal: what must be true of it, whether two are the same, and views of it.

`check` is the way in: it takes the tables of a run and returns a `Record`, from which ledger,
measures and attribution are made.
"""

from __future__ import annotations

from simulation.journal.compare import assert_same, digest
from simulation.journal.consistency import check
from simulation.journal.record import Joined, Record

__all__ = ["Joined", "Record", "assert_same", "check", "digest"]

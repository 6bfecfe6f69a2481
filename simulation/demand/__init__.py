"""Sampling what comes: a demand plan and a seed make the table of dossiers and their visits.

Everything about a dossier hangs on its *draw*, its number within cell and segment, and not on its
place in time: its instant is read from element ``draw`` of one stream, each of its marks from
element ``draw`` of another. So more volume only adds dossiers, and a cell, a step or a branch that
is added leaves the luck of all others as it was. The draw of an explicit arrival is a key made of
its instant, for which a stream has a number as well.
"""

from __future__ import annotations

from simulation.demand.sampling import sample_demand

__all__ = ["sample_demand"]

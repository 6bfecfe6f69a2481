"""The smallest staff that keeps a promise.

::

    targets      what is promised, and what replications say of it
    request      what may be chosen; space: the staffings there are, and what they cost
    bound        where to begin: load and Erlang
    trials       what was simulated, within a budget
    search       the cheapest staffing that keeps the targets in the same few replications
    surrogate    losses that add up, and cuts from what failed: the next candidate
    blame        who is short: where late dossiers lost their time
    settle       fresh replications: repaired where it fails, one person less where that passes
    certificate  the test, and who could be spared
    front        what more money buys
"""

from __future__ import annotations

from simulation.decisions.staffing.request import Request, make_space
from simulation.decisions.staffing.result import StaffPlan
from simulation.decisions.staffing.solve import staff
from simulation.decisions.staffing.targets import Target, parse_targets

__all__ = ["Request", "StaffPlan", "Target", "make_space", "parse_targets", "staff"]

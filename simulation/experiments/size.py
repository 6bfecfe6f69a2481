"""What a run will take, said before it begins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from simulation.expected import expected_dossiers, expected_visits
from simulation.language import _, written

if TYPE_CHECKING:
    from simulation.plan.resolve import Plan


class _Cost(NamedTuple):
    """What an engine needs, sampling, checks and measures included.

    Speeds are orders of magnitude. Memory is what `python -m benchmarks --only growth` measures: so
    much for each row of the table of visits, and so much with no row at all.
    """

    visits_per_s: float
    bytes_per_visit: float
    fixed_bytes: float


_COSTS: Final = {
    "compiled": _Cost(400_000, 210, 292e6),
    "simpy": _Cost(40_000, 223, 168e6),
}
_LONG_S: Final = 600
_HOURS_S: Final = 7200


class Foresight(NamedTuple):
    """What one replication will take, roughly."""

    dossiers: float
    seconds: float
    memory_bytes: float


def foresee(plan: Plan, engine: str) -> Foresight:
    """Estimate one replication.

    Args:
        plan: What is to be simulated.
        engine: Name of the engine.
    """
    visits, cost = expected_visits(plan.demand), _COSTS.get(engine, _COSTS["simpy"])
    dossiers = expected_dossiers(plan.demand)
    memory_bytes = cost.fixed_bytes + visits * cost.bytes_per_visit
    return Foresight(dossiers, visits / cost.visits_per_s, memory_bytes)


def warnings(one: Foresight, replications: int, workers: int) -> list[str]:
    """What has to be said before a run that takes long, or more memory than there is.

    Args:
        one: The estimate of one replication.
        replications: How many are to be computed.
        workers: How many at the same time.
    """
    found = []
    seconds = one.seconds * -(-replications // workers)
    if seconds > _LONG_S:
        length = (
            _("{number} hours").format(number=written(f"{seconds / 3600:,.0f}"))
            if seconds > _HOURS_S
            else _("{number} min").format(number=written(f"{seconds / 60:,.0f}"))
        )
        message = _("{replications} replications of about {dossiers} dossiers take about {length}")
        dossiers = written(f"{one.dossiers:,.0f}")
        found.append(message.format(replications=replications, dossiers=dossiers, length=length))
    needed, there = one.memory_bytes * min(workers, replications), _memory()
    if there is not None and needed > there:
        found.append(
            _(
                "about {needed} GiB of memory are needed and there are {there}; fewer --workers "
                "need less"
            ).format(
                needed=written(f"{needed / 2**30:,.1f}"), there=written(f"{there / 2**30:,.1f}")
            )
        )
    return found


def _memory() -> int | None:
    """Bytes of memory in this machine, where the system says so."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None

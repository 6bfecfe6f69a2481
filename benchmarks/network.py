"""The network of ``network.yaml``: eleven stations, and what queueing theory says of them."""

from __future__ import annotations

from typing import Final, NamedTuple

from simulation.theory import MMc

MINUTES: Final = 120_000
"""So long dossiers come."""
DOSSIERS: Final = 111_333


class Station(NamedTuple):
    """A station: how many servers, and the mean of their exponential service, in minutes."""

    servers: int
    mean: float


INTAKE: Final = Station(10, 8.0)
DEPARTMENT: Final = Station(9, 60.0)
DEPARTMENTS: Final = 8
"""A dossier goes to one of them, all being equally likely."""
SIGN_OFF: Final = Station(6, 5.0)
RETURN: Final = Station(5, 4.0)


def expected_cycle_min(dossiers: int = DOSSIERS) -> float:
    """Mean time in the system: by Burke's theorem each station is an M/M/c on its own."""
    rate = dossiers / MINUTES
    chain = [(INTAKE, 1), (DEPARTMENT, DEPARTMENTS), (SIGN_OFF, 1), (RETURN, 1)]
    return sum(MMc(rate / ways, each.mean, each.servers).mean_sojourn for each, ways in chain)

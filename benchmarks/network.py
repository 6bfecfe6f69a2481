"""The network of ``network.yaml`` as a plain SimPy model, written as SimPy's own examples are."""

# ruff: noqa: S311 - these are no secrets

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import simpy

from simulation.theory import MMc

if TYPE_CHECKING:
    from collections.abc import Generator

    Process = Generator[simpy.Event, Any, None]

MINUTES: Final = 120_000
DOSSIERS: Final = 111_333
INTAKE: Final = (10, 8.0)
"""Servers and mean time of service, in minutes."""
DEPARTMENT: Final = (9, 60.0)
DEPARTMENTS: Final = 8
SIGN_OFF: Final = (6, 5.0)
RETURN: Final = (5, 4.0)


def source(env: simpy.Environment, network: Network, number: int) -> Process:
    """Dossiers come at random."""
    for _ in range(number):
        env.process(dossier(env, network))
        yield env.timeout(random.expovariate(number / MINUTES))


def dossier(env: simpy.Environment, network: Network) -> Process:
    """A dossier goes through the network."""
    arrived = env.now
    department = random.choice(network.departments)
    for desk, (_, mean) in (
        (network.intake, INTAKE),
        (department, DEPARTMENT),
        (network.sign_off, SIGN_OFF),
        (network.hand_back, RETURN),
    ):
        with desk.request() as request:
            yield request
            yield env.timeout(random.expovariate(1 / mean))
    network.cycle.append(env.now - arrived)


class Network:
    """Its stations, and the time in the system of each dossier that has left it, in minutes."""

    def __init__(self, env: simpy.Environment) -> None:
        self.intake = simpy.Resource(env, INTAKE[0])
        self.departments = [simpy.Resource(env, DEPARTMENT[0]) for _ in range(DEPARTMENTS)]
        self.sign_off = simpy.Resource(env, SIGN_OFF[0])
        self.hand_back = simpy.Resource(env, RETURN[0])
        self.cycle: list[float] = []


def simulate(dossiers: int, seed: int) -> list[float]:
    """Let so many dossiers through in `MINUTES`; returns their times in the system, in minutes."""
    random.seed(seed)
    env = simpy.Environment()
    network = Network(env)
    env.process(source(env, network, dossiers))
    env.run()
    return network.cycle


def expected_cycle_min() -> float:
    """Mean time in the system: by Burke's theorem each station is an M/M/c on its own."""
    rate = DOSSIERS / MINUTES
    chain = [(INTAKE, 1), (DEPARTMENT, DEPARTMENTS), (SIGN_OFF, 1), (RETURN, 1)]
    return sum(MMc(rate / ways, mean, servers).mean_sojourn for (servers, mean), ways in chain)

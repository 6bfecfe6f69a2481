"""The network as a plain SimPy model, written as SimPy's own examples are."""

# ruff: noqa: S311 - these are no secrets

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import simpy

from benchmarks.network import DEPARTMENT, DEPARTMENTS, INTAKE, MINUTES, RETURN, SIGN_OFF

if TYPE_CHECKING:
    from collections.abc import Generator

    Process = Generator[simpy.Event, Any, None]


def source(env: simpy.Environment, network: Network, number: int) -> Process:
    """Dossiers come at random."""
    for _ in range(number):
        env.process(dossier(env, network))
        yield env.timeout(random.expovariate(number / MINUTES))


def dossier(env: simpy.Environment, network: Network) -> Process:
    """A dossier goes through the network."""
    arrived = env.now
    department = random.choice(network.departments)
    for desk, station in (
        (network.intake, INTAKE),
        (department, DEPARTMENT),
        (network.sign_off, SIGN_OFF),
        (network.hand_back, RETURN),
    ):
        with desk.request() as request:
            yield request
            yield env.timeout(random.expovariate(1 / station.mean))
    network.cycle.append(env.now - arrived)


class Network:
    """Its stations, and the time in the system of each dossier that has left it, in minutes."""

    def __init__(self, env: simpy.Environment) -> None:
        self.intake = simpy.Resource(env, INTAKE.servers)
        self.departments = [simpy.Resource(env, DEPARTMENT.servers) for _ in range(DEPARTMENTS)]
        self.sign_off = simpy.Resource(env, SIGN_OFF.servers)
        self.hand_back = simpy.Resource(env, RETURN.servers)
        self.cycle: list[float] = []


def simulate(dossiers: int, seed: int) -> list[float]:
    """Let so many dossiers through in `MINUTES`; returns their times in the system, in minutes."""
    random.seed(seed)
    env = simpy.Environment()
    network = Network(env)
    env.process(source(env, network, dossiers))
    env.run()
    return network.cycle

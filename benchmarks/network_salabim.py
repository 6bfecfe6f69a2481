"""The network in salabim, written as its manual and its *Bank, 3 clerks (resources)* teach.

Of its two styles this is the one with ``yield``: it needs no further package.
https://www.salabim.org/manual/Modelling.html
"""

# mypy: disable-error-code="import-untyped,import-not-found,misc"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import salabim as sim

from benchmarks.network import DEPARTMENT, DEPARTMENTS, INTAKE, MINUTES, RETURN, SIGN_OFF

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    Process = Generator[Any, Any, None]

sim.yieldless(False)  # noqa: FBT003 - as its manual writes it


class Source(sim.Component):
    """Dossiers come at random."""

    def process(self, dossiers: int, network: Network) -> Process:
        """What it does."""
        interval = sim.Exponential(MINUTES / dossiers)
        for _ in range(dossiers):
            Dossier(network=network)
            yield self.hold(interval.sample())


class Dossier(sim.Component):
    """A dossier goes through the network."""

    def process(self, network: Network) -> Process:
        """What it does."""
        for station, service in network.route():
            yield self.request(station)
            yield self.hold(service.sample())
            self.release(station)
        network.cycle.tally(self.env.now() - self.creation_time())


class Network:
    """Its stations, how long they take, and the times in the system of dossiers, in minutes."""

    def __init__(self) -> None:
        self.intake = sim.Resource("intake", capacity=INTAKE.servers)
        self.departments = [
            sim.Resource("department.", capacity=DEPARTMENT.servers) for _ in range(DEPARTMENTS)
        ]
        self.sign_off = sim.Resource("sign-off", capacity=SIGN_OFF.servers)
        self.hand_back = sim.Resource("return", capacity=RETURN.servers)
        self.department = sim.IntUniform(0, DEPARTMENTS - 1)
        self.services = [
            sim.Exponential(each.mean) for each in (INTAKE, DEPARTMENT, SIGN_OFF, RETURN)
        ]
        self.cycle = sim.Monitor("cycle")

    def route(self) -> Sequence[tuple[Any, Any]]:
        """The stations of a dossier, and the distributions of their service."""
        department = self.departments[self.department.sample()]
        stations = (self.intake, department, self.sign_off, self.hand_back)
        return tuple(zip(stations, self.services, strict=True))


def simulate(dossiers: int, seed: int) -> list[float]:
    """Let so many dossiers through in `MINUTES`; returns their times in the system, in minutes."""
    env = sim.Environment(trace=False, random_seed=seed)
    network = Network()
    Source(dossiers=dossiers, network=network)
    env.run()
    return list(network.cycle.x())

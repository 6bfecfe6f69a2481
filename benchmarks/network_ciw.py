"""The network in Ciw, written as its documentation teaches.

A network of distributions, servers and routing objects is made and simulated until so many
customers have finished, and results are collected from its records:
https://ciw.readthedocs.io/en/latest/Guides/Routing/routing_objects.html
https://ciw.readthedocs.io/en/latest/Guides/Simulation/sim_numcusts.html
"""

# mypy: disable-error-code="import-untyped,import-not-found"

from __future__ import annotations

import ciw

from benchmarks.network import DEPARTMENT, DEPARTMENTS, INTAKE, MINUTES, RETURN, SIGN_OFF

STATIONS = [INTAKE, *[DEPARTMENT] * DEPARTMENTS, SIGN_OFF, RETURN]
"""Its nodes, which Ciw numbers from 1."""
FIRST, LAST = 1, len(STATIONS)


def simulate(dossiers: int, seed: int) -> list[float]:
    """Let so many dossiers through in `MINUTES`; returns their times in the system, in minutes."""
    departments = list(range(2, 2 + DEPARTMENTS))
    network = ciw.create_network(
        arrival_distributions=[
            ciw.dists.Exponential(rate=dossiers / MINUTES),
            *[None] * (len(STATIONS) - 1),
        ],
        service_distributions=[ciw.dists.Exponential(rate=1 / each.mean) for each in STATIONS],
        number_of_servers=[each.servers for each in STATIONS],
        routing=ciw.routing.NetworkRouting(
            routers=[
                ciw.routing.Probabilistic(
                    destinations=departments, probs=[1 / DEPARTMENTS] * DEPARTMENTS
                ),
                *[ciw.routing.Direct(to=LAST - 1)] * DEPARTMENTS,
                ciw.routing.Direct(to=LAST),
                ciw.routing.Leave(),
            ]
        ),
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(dossiers, method="Finish")
    records = simulation.get_all_records()
    arrived = {r.id_number: r.arrival_date for r in records if r.node == FIRST}
    return [r.exit_date - arrived[r.id_number] for r in records if r.node == LAST]

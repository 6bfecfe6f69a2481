"""Queueing theory: exact results against which simulated ones are held.

Stations are named in Kendall's notation. Times are in any one unit, rates in its inverse; every
mean service, patience and period is a time, every arrival rate a number per unit of time. Except
where a docstring says otherwise customers are served first come, first served.

::

    erlang_b, erlang_c      probabilities of loss and of waiting
    Station                 what Little's law says of any station with one queue
    ├── MMc                 exponential service (Erlang C)
    ├── MG1                 one server, any service (Pollaczek and Khinchine)
    ├── MDc                 constant service (Crommelin)
    └── BatchMM1            arrivals in groups
    lifo_wait_sd            M/M/1, last come first served (Takács)
    MMcKM                   exponential patience, a full room turns away (Erlang A, M/M/c/K)
    MM1D                    the same patience for everyone (Barrer)
    TandemMM1               two stations in a row (Burke, Reich)
    rework_station          work that comes back (Jackson)
    priority_waits_*        classes, without preemption (Cobham)
    sinusoidal_*, piecewise_*, transient_*      what depends on time
"""

from __future__ import annotations

from simulation.theory.impatience import (
    MM1D,
    MMcKM,
)
from simulation.theory.networks import (
    TandemMM1,
    rework_station,
)
from simulation.theory.priorities import (
    priority_waits_mg1,
    priority_waits_mmc,
)
from simulation.theory.stations import (
    MG1,
    BatchMM1,
    MDc,
    MMc,
    Station,
    erlang_b,
    erlang_c,
    lifo_wait_sd,
)
from simulation.theory.transient import (
    piecewise_mean_busy,
    sinusoidal_mean_busy,
    sinusoidal_response,
    transient_mean_wait,
)

__all__ = [
    "MG1",
    "MM1D",
    "BatchMM1",
    "MDc",
    "MMc",
    "MMcKM",
    "Station",
    "TandemMM1",
    "erlang_b",
    "erlang_c",
    "lifo_wait_sd",
    "piecewise_mean_busy",
    "priority_waits_mg1",
    "priority_waits_mmc",
    "rework_station",
    "sinusoidal_mean_busy",
    "sinusoidal_response",
    "transient_mean_wait",
]

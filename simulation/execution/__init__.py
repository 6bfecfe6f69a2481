"""Where work is done: threads, processes or a cluster, with the same bytes as result.

The one seam is `concurrent.futures.Executor`. Whoever has work takes an executor, or None to do it
in place, and never learns which it was. Here nobody knows what the work means.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from simulation.execution.chunks import Chunks
from simulation.execution.cluster import Cluster, ClusterError
from simulation.execution.processes import Processes, WorkersDiedError, start_early
from simulation.execution.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

__all__ = [
    "Chunks",
    "Cluster",
    "ClusterError",
    "Processes",
    "Threads",
    "Workers",
    "WorkersDiedError",
    "available_cores",
    "open_cluster",
    "open_executor",
    "start_early",
]

Workers = Literal["threads", "processes"]


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def open_executor(
    workers: int, preload: Sequence[str] = (), *, kind: Workers = "processes", chunk: int = 1
) -> Iterator[Executor | None]:
    """The executor for a number of workers on this machine: None where it is best to work in place.

    On leaving with an exception (Ctrl-C is one) nobody waits for calls that run: processes are
    killed, and threads are left to themselves. Worker processes import the main module, so a script
    must call this below ``if __name__ == "__main__":``.

    Args:
        workers: How many calls run at the same time, at least 1.
        preload: Modules that worker processes need, imported once for all of them where possible.
        kind: What the workers are. Threads start at once and share all memory, but only what is
            compiled runs at the same time in them.
        chunk: At most so many calls are sent to a process together.
    """
    if kind == "threads":
        with Threads(workers) as executor:
            yield executor
    elif workers == 1:
        yield None
    else:
        with Processes(workers, preload) as processes, Chunks(processes, chunk) as chunks:
            yield chunks


@contextmanager
def open_cluster(address: str, *, chunk: int = 1) -> Iterator[Executor]:
    """The executor for a Dask cluster that is running already.

    docs/cluster.md says how to start one.

    Args:
        address: Where its scheduler listens, such as ``tcp://10.0.0.1:8786`` or ``tls://…``.
        chunk: At most so many calls are sent to a worker together.

    Raises:
        InputError: The package for it is not installed, or the address makes no sense.
        ClusterError: There is no scheduler, or it has no workers.
    """
    with Cluster(address) as cluster, Chunks(cluster, chunk) as chunks:
        yield chunks

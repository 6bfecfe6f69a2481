"""Threads of this process, for work that is compiled and lets go of the interpreter's lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from simulation.execution.leaving import Leavable


class Threads(Leavable, ThreadPoolExecutor):
    """A thread pool.

    A running call cannot be stopped. On leaving with an exception those at hand are not waited for,
    though the interpreter still does so at its own end, unless that is `os._exit`.
    """

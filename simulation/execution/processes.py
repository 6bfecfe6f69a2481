"""Processes of this machine: whatever the work is, they do it side by side."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from simulation.errors import MotcuaError
from simulation.execution.leaving import Leavable, settle
from simulation.language import Language, _, current, use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

_ENDING_S: Final = 0.5
_FIRST: Final = "simulation.execution.loading"
_LAST: Final = "simulation.execution.loaded"
MOST_LOSSES: Final = 3
"""So many pools may be lost one after the other without a task ending in between."""


class WorkersDiedError(MotcuaError):
    """Worker processes die again and again, so the work cannot be finished in them."""


@dataclass(frozen=True, eq=False)
class _Task:
    """A call, and the future that its submitter holds whatever pool the call is in."""

    call: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)


class Processes(Leavable):
    """A process pool that survives the death of its workers.

    The standard pool gives up all its unfinished tasks when one worker is killed; this one submits
    them again to a new pool. Its workers leave Ctrl-C to their parent and do not outlive it.

    Args:
        workers: How many processes, at least 1.
        preload: Modules that they will need, imported once for all of them where possible.
    """

    def __init__(self, workers: int, preload: Sequence[str] = ()) -> None:
        self._workers = workers
        self._context = _context(preload)
        start_early(preload)
        self._lock = threading.RLock()
        self._pool = self._new_pool()
        self._unfinished: set[Future[Any]] = set()
        self._losses = 0
        self._closed = self._killed = False

    @property
    def workers(self) -> int:
        """How many calls run at the same time."""
        return self._workers

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Schedule a call. Its future fails with what the call raises, or `WorkersDiedError`.

        Raises:
            RuntimeError: The executor has been shut down.
        """
        if self._closed:
            raise RuntimeError("no new tasks after shutdown")
        task = _Task(partial(fn, *args, **kwargs))
        self._unfinished.add(task.future)
        task.future.add_done_callback(self._unfinished.discard)
        self._start(task)
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of Executor
        """Take no further tasks; those at hand are finished, or cancelled if they can be."""
        self._closed = True
        settle(self._unfinished, wait=wait, cancel=cancel_futures)
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def give_up(self) -> None:
        """End all workers at once; what they were doing is lost."""
        with self._lock:
            self._closed = self._killed = True
        for process in self.processes():
            process.kill()
        # What Ctrl-C interrupted in this thread may hold a lock for ever, so nobody waits for ever.
        end = partial(self._pool.shutdown, wait=True, cancel_futures=True)
        ending = threading.Thread(target=end, daemon=True)
        ending.start()
        ending.join(_ENDING_S)

    def processes(self) -> list[BaseProcess]:
        """The worker processes of the present pool."""
        return list((self._pool._processes or {}).values())  # noqa: SLF001 - public only through kill_workers() of Python 3.14

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._workers, self._context, _prepare_worker, (current(),))

    def _start(self, task: _Task) -> None:
        """Submit a task to the present pool, or to a new one if that is broken."""
        while True:
            pool = self._pool
            try:
                inner = pool.submit(task.call)
            except BrokenProcessPool:
                self._replace(pool)
                continue
            task.future.add_done_callback(partial(_cancel_too, inner))
            inner.add_done_callback(partial(self._ended, task, pool))
            return

    def _ended(self, task: _Task, pool: ProcessPoolExecutor, inner: Future[Any]) -> None:
        """Pass on how a call ended; where its pool was lost, start it again."""
        try:
            error = inner.exception()
        except CancelledError as cancelled:
            error = cancelled
        if not isinstance(error, BrokenProcessPool):
            self._losses = 0
        elif not self._killed:
            self._replace(pool)
            if self._losses <= MOST_LOSSES:
                self._start(task)
                return
            error = WorkersDiedError(
                _(
                    "the worker processes died {losses} times without finishing anything; "
                    "the system kills them when memory runs out: try --workers 1, or a "
                    "smaller scenario"
                ).format(losses=self._losses)
            )
        if not task.future.set_running_or_notify_cancel():
            return  # its submitter does not want it any more
        if error is None:
            task.future.set_result(inner.result())
        else:
            task.future.set_exception(error)

    def _replace(self, lost: ProcessPoolExecutor) -> None:
        """A new pool in the place of a lost one; once, however many tasks find out."""
        with self._lock:
            if self._pool is lost and not self._killed:
                self._losses += 1
                if self._losses > 1:  # perhaps they need more memory than there is for all of them
                    self._workers = max(self._workers // 2, 1)
                self._pool = self._new_pool()


def start_early(preload: Sequence[str]) -> None:
    """Begin to start what worker processes come from, while there is other work to do.

    It is for those who will make `Processes` with the same ``preload``; nothing waits for it.
    """
    if _context(preload).get_start_method() == "forkserver":
        from multiprocessing import (  # noqa: PLC0415 - not every system has them
            forkserver,
            resource_tracker,
        )

        # A terminal's Ctrl-C goes to all processes of a command. The server inherits the mask, so
        # it leaves that to us from its first instruction on, not only when it has loaded all.
        resource_tracker.ensure_running()  # the server would start it, and that ends the mask
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _cancel_too(inner: Future[Any], outer: Future[Any]) -> None:
    if outer.cancelled():
        inner.cancel()


def _context(preload: Sequence[str]) -> BaseContext:
    """How processes are started: never by forking this one, whose threads may hold locks.

    A fork server is cheap: it imports what is needed once and forks each worker from there.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_FIRST, "__main__", *preload, _LAST])
    return context


def _prepare_worker(language: Language) -> None:
    """Runs first in each worker, which is to speak the language of its parent."""
    use(language)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)

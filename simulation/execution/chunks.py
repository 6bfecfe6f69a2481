"""Several calls as one, so that sending them costs little beside the work."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from simulation.execution.leaving import Leavable, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_AHEAD: Final = 2
"""Chunks for each worker: while one is at work, the next is on its way."""


class Workers(Protocol):
    """An executor that knows how much it can do."""

    @property
    def workers(self) -> int:
        """How many calls run at the same time; it may change."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Schedule a call."""


@dataclass(frozen=True, eq=False)
class _Call:
    """A call, and the future that its submitter holds."""

    make: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)


class Chunks(Leavable):
    """Calls that wait are sent several together, so what they share crosses only once.

    The executor behind gets few chunks at a time: whatever breaks there is blamed on few calls, and
    calls that wait can be cancelled. Close this one before it.

    Args:
        inner: Who does the work.
        most: At most so many calls make a chunk.
    """

    def __init__(self, inner: Workers, most: int = 1) -> None:
        self._inner = inner
        self._most = most
        self._lock = threading.Lock()
        self._waiting = deque[_Call]()
        self._unfinished: set[Future[Any]] = set()
        self._sent = 0
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Schedule a call. Its future fails with what the call raises, or what befalls its chunk.

        Raises:
            RuntimeError: The executor has been shut down.
        """
        call = _Call(partial(fn, *args, **kwargs))
        with self._lock:
            if self._closed:
                raise RuntimeError("no new tasks after shutdown")
            self._waiting.append(call)
            self._unfinished.add(call.future)
        call.future.add_done_callback(self._unfinished.discard)
        self._send()
        return call.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of Executor
        """Take no further calls; those at hand are finished, or cancelled if they can be."""
        self._closed = True
        settle(self._unfinished, wait=wait, cancel=cancel_futures)

    def _send(self) -> None:
        """Send chunks as long as somebody could begin them soon."""
        while chunk := self._next():
            try:
                inner = self._inner.submit(_make_all, [call.make for call in chunk])
            except BaseException as error:  # it belongs to those who wait for the calls
                self._end(chunk, [(None, error)] * len(chunk))
                if not isinstance(error, Exception):  # Ctrl-C while a process starts ends us, too
                    raise
            else:
                inner.add_done_callback(partial(self._ended, chunk))

    def _next(self) -> list[_Call]:
        """The next chunk, taken from the calls that wait; empty if there is nothing to send."""
        with self._lock:
            slots = _AHEAD * self._inner.workers
            chunk: list[_Call] = []
            while self._sent < slots and self._waiting and not chunk:
                size = min(self._most, max(len(self._waiting) // slots, 1))
                taken = [self._waiting.popleft() for _ in range(size)]
                chunk = [call for call in taken if call.future.set_running_or_notify_cancel()]
            self._sent += bool(chunk)
            return chunk

    def _ended(self, chunk: Sequence[_Call], inner: Future[Any]) -> None:
        try:
            results = inner.result()
        except BaseException as error:  # noqa: BLE001 - cancelled by somebody else is an error too
            results = [(None, error)] * len(chunk)
        self._end(chunk, results)
        self._send()

    def _end(
        self, chunk: Sequence[_Call], results: Sequence[tuple[Any, BaseException | None]]
    ) -> None:
        with self._lock:
            self._sent -= 1
        for call, (value, error) in zip(chunk, results, strict=True):
            if error is None:
                call.future.set_result(value)
            else:
                call.future.set_exception(error)


def _make_all(calls: Sequence[Callable[[], Any]]) -> list[tuple[Any, Exception | None]]:
    """Make calls one after the other, in a worker: what each returned, or what it raised."""
    return [_make(call) for call in calls]


def _make(call: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001 - it is raised where the result is asked for
        error.add_note("".join(traceback.format_exception(error)))  # which does not travel
        return None, error

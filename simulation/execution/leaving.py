"""What executors have in common: how they are left, and what becomes of calls at hand."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from concurrent.futures import wait as wait_for
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType


class Leavable(Executor):
    """An executor that whoever is in a hurry can leave.

    On leaving with an exception, calls at hand are given up and not waited for.
    """

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None:
            self.shutdown()
        else:
            self.give_up()

    def give_up(self) -> None:
        """Leave calls at hand to themselves, and cancel those that can be."""
        self.shutdown(wait=False, cancel_futures=True)


def settle(unfinished: Iterable[Future[Any]], *, wait: bool, cancel: bool) -> None:
    """Wait for the futures of calls at hand, or cancel those that can be, as `shutdown` is told."""
    futures = tuple(unfinished)
    if cancel:
        for future in futures:
            future.cancel()
    if wait:
        wait_for(futures)

"""Threads of this process, for work that is compiled and lets go of the interpreter's lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class Threads(ThreadPoolExecutor):
    """A thread pool that whoever is in a hurry can leave.

    A running call cannot be stopped. On leaving with an exception those at hand are not waited for,
    though the interpreter still does so at its own end, unless that is `os._exit`.
    """

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        well = exc_type is None
        self.shutdown(wait=well, cancel_futures=not well)

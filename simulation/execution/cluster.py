"""The workers of a Dask cluster that is running already, on this machine or on others.

`distributed` is optional and slow to import, so it is imported when a cluster is asked for.
"""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures import wait as wait_for
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulation.errors import InputError, MotcuaError
from simulation.execution.leaving import Leavable
from simulation.language import Language, _, current, use

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_S: Final = 10.0
"""How long a scheduler may take to answer."""
PATIENCE_S: Final = 30.0
"""How long to wait for workers where there are none."""
MOST_LOSSES: Final = 3
"""So many times a call that lost its workers is sent out again."""
_HURRY_S: Final = 0.5
_WATCH_S: Final = 2.0
_COMPARED: Final = ("numpy", "scipy", "holidays")
"""Packages of which another version may give other numbers."""


class ClusterError(MotcuaError):
    """A cluster cannot be reached, has no workers, or does not run the same motcua."""


class Cluster(Leavable):
    """The workers of a cluster. Use it in a ``with`` statement.

    Workers may come, go and be killed: what they were doing is done by others. They must run the
    same motcua as this process, and every call makes sure of that.

    Args:
        address: Where the scheduler listens, such as ``tcp://10.0.0.1:8786``.
        patience_s: How long to wait for workers where there are none.

    Raises:
        InputError: The package for it is not installed, or the address makes no sense.
        ClusterError: There is no scheduler, or it has no workers.
    """

    def __init__(self, address: str, patience_s: float = PATIENCE_S) -> None:
        self._address = address
        self._patience_s = patience_s
        self._unfinished: set[Future[Any]] = set()
        self._closed = threading.Event()
        self._client = _connect(address)
        try:
            self.workers = self._first_workers()
        except BaseException:
            self._disconnect()
            raise
        self._executor = self._client.get_executor(pure=False)  # pure: equal calls are made once
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Schedule a call. Its future fails with what the call raises, or with `ClusterError`.

        Raises:
            RuntimeError: The executor has been shut down.
        """
        outer = Future[Any]()
        self._unfinished.add(outer)
        outer.add_done_callback(self._unfinished.discard)
        self._start(partial(fn, *args, **kwargs), outer, MOST_LOSSES)
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of Executor
        """Take no further calls; finish those at hand, or give them up, and leave the cluster."""
        if self._closed.is_set():
            return
        if wait and not cancel_futures:
            wait_for(tuple(self._unfinished))
        self._closed.set()
        with suppress(Exception):  # the scheduler may have gone before us
            self._executor.shutdown(wait=False)
        self._disconnect(CONNECT_S if wait else _HURRY_S)
        self._fail_all(CancelledError())

    def _start(self, call: Callable[[], Any], outer: Future[Any], losses_left: int) -> None:
        inner = self._executor.submit(_make_alike, fingerprint(), current(), call)
        inner.add_done_callback(partial(self._ended, call, outer, losses_left))

    def _ended(
        self, call: Callable[[], Any], outer: Future[Any], losses_left: int, inner: Future[Any]
    ) -> None:
        """Pass on how a call ended; where its workers died, start it again."""
        error: BaseException | None = None
        try:
            value = inner.result()
        except CancelledError:
            error = self._error(
                _("the cluster at {address} was lost from sight; its scheduler may have ended")
            )
        except BaseException as raised:  # noqa: BLE001 - it belongs to whoever waits for the call
            error = raised
        if type(error).__name__ == "KilledWorker" and losses_left and not self._closed.is_set():
            self._start(call, outer, losses_left - 1)
            return
        with suppress(InvalidStateError):  # it was given up meanwhile
            if error is None:
                outer.set_result(value)
            else:
                outer.set_exception(self._explained(error))

    def _explained(self, error: BaseException) -> BaseException:
        """What went wrong with the cluster rather than with a call, in words."""
        if type(error).__name__ == "KilledWorker":
            return self._error(
                _(
                    "the cluster at {address} lost several workers at the same work; do they have "
                    "enough memory?"
                )
            )
        if isinstance(error, ImportError) or "deserializ" in str(error):
            return self._error(
                _("the cluster at {address} does not run the same motcua: {error}"), error=error
            )
        return error

    def _error(self, message: str, **found: object) -> ClusterError:
        return ClusterError(message.format(address=self._address, **found))

    def _first_workers(self) -> int:
        """How many calls the cluster can do at the same time, as soon as it can do any."""
        waited_s = 0.0
        while not (found := self._capacity()):
            if waited_s >= self._patience_s:
                raise self._error(
                    _(
                        "the cluster at {address} has no workers; start some with: dask worker "
                        "{address} --nthreads 1"
                    )
                )
            self._closed.wait(_WATCH_S / 4)
            waited_s += _WATCH_S / 4
        return found

    def _capacity(self) -> int:
        """Threads of all workers; 0 where nobody answers."""
        with suppress(Exception):  # whatever it is: another answer is asked for soon
            scheduler = self._client.scheduler
            return sum(self._client.sync(scheduler.ncores, callback_timeout=CONNECT_S).values())
        return 0

    def _watch(self) -> None:
        """Follow how many workers there are, and give up when there have been none for long."""
        lonely_s = 0.0
        while not self._closed.wait(_WATCH_S):
            if found := self._capacity():
                self.workers, lonely_s = found, 0.0
                continue
            lonely_s += _WATCH_S
            if lonely_s >= self._patience_s:
                self._fail_all(
                    self._error(
                        _("the cluster at {address} has had no workers for {seconds:.0f} seconds"),
                        seconds=lonely_s,
                    )
                )
                return

    def _fail_all(self, error: BaseException) -> None:
        for future in tuple(self._unfinished):
            with suppress(InvalidStateError):
                future.set_exception(error)

    def _disconnect(self, patience_s: float = CONNECT_S) -> None:
        with suppress(Exception):  # the scheduler may have gone before us
            self._client.close(timeout=patience_s)


def _connect(address: str) -> Any:
    if find_spec("distributed") is None:
        raise InputError(
            _(
                "a cluster needs a package that is not installed; install 'motcua[cluster]' "
                "here, and where the scheduler and the workers run"
            )
        )
    kind: Any = import_module("distributed").Client
    client = kind.__new__(kind)  # in two steps, to have it in hand where the second fails
    try:
        client.__init__(address, timeout=CONNECT_S, set_as_default=False, name="motcua")
    except BaseException as error:
        client.status = "closed"  # else it says good-bye to nobody, for twenty seconds
        raise _refused(address, error) from error
    return client


def _refused(address: str, error: BaseException) -> BaseException:
    """Why there is no connection, in words."""
    if isinstance(error, ValueError):
        return InputError(
            _("--cluster {address}: {error}; allowed: tcp://HOST:PORT").format(
                address=address, error=error
            )
        )
    if isinstance(error, (OSError, TypeError, RuntimeError)):  # the last two: TLS does not fit
        return ClusterError(
            _(
                "there is no scheduler at {address}: {error}; docs/cluster.md says how to start one"
            ).format(address=address, error=error)
        )
    return error


@cache
def fingerprint() -> str:
    """What has to be equal for results to be: the sources of this package, and versions."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    versions = " ".join(f"{name} {version(name)}" for name in _COMPARED)
    return f"sources {digest.hexdigest()[:12]}, {versions}"


def _make_alike(expected: str, language: Language, call: Callable[[], Any]) -> Any:
    """Make a call, in a worker that runs the same motcua, and says in our language what fails."""
    use(language)
    if fingerprint() != expected:
        raise ClusterError(
            _(
                "a worker does not run the same motcua: it has {fingerprint} and here is "
                "{expected}; install the same version everywhere"
            ).format(fingerprint=fingerprint(), expected=expected)
        )
    return call()

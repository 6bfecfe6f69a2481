"""Executors: the same results wherever work is done, also when workers die."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, Future, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulation.execution import (
    Chunks,
    Processes,
    Threads,
    WorkersDiedError,
    open_executor,
)
from tests.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.execution import Workers

PATIENCE_S = 60
"""How long a test waits for what must happen before it gives up."""


def square(number: int) -> int:
    """Something to compute."""
    return number * number


def square_slowly(number: int) -> int:
    """The same, slowly enough for a worker to be killed meanwhile."""
    time.sleep(0.05)
    return square(number)


def fail(number: int) -> int:
    """Something that cannot be computed."""
    raise ValueError(number)


def die() -> None:
    """Kill the process that runs it, as the system does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes true within a minute."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_one_worker_works_in_place() -> None:
    """One worker needs no executor."""
    with open_executor(1) as executor:
        assert executor is None


@pytest.mark.parametrize("chunk", [1, 4])
@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_results_and_errors_come_back(kind: Workers, chunk: int) -> None:
    """A call's result and its exception arrive in its own future, whoever works and how much."""
    with open_executor(2, ["numpy"], kind=kind, chunk=chunk) as executor:
        assert executor is not None
        squares = [executor.submit(square, number) for number in range(10)]
        failure = executor.submit(fail, 3)

        assert [future.result() for future in squares] == [number**2 for number in range(10)]
        with pytest.raises(ValueError, match="3"):
            failure.result()


class Counted(Threads):
    """Threads that remember how many calls they got together, and wait for a sign to begin."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.workers = workers
        self.sizes: list[int] = []
        self.begin = threading.Event()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Schedule a chunk."""
        self.sizes.append(len(args[0]))

        def later() -> Any:
            self.begin.wait(PATIENCE_S)
            return fn(*args, **kwargs)

        return super().submit(later)


def test_waiting_calls_go_out_in_chunks() -> None:
    """Few chunks are under way; calls that wait meanwhile go out together, at most so many."""
    with Counted(2) as threads, Chunks(threads, 5) as executor:
        futures = [executor.submit(square, number) for number in range(104)]
        assert threads.sizes == [1] * 4
        threads.begin.set()

        assert [future.result() for future in futures] == [number**2 for number in range(104)]
    assert sum(threads.sizes) == 104
    assert max(threads.sizes) == 5


def test_calls_that_wait_for_their_chunk_can_be_cancelled() -> None:
    """A call that has not been sent is cancelled; one that has been is not."""
    with Counted(1) as threads, Chunks(threads, 2) as executor:
        futures = [executor.submit(square, number) for number in range(6)]
        assert [future.cancel() for future in futures] == [False] * 2 + [True] * 4
        threads.begin.set()

        assert [future.result() for future in futures[:2]] == [0, 1]
    assert sum(threads.sizes) == 2


def test_lost_chunk_fails_its_calls() -> None:
    """Where a chunk itself fails, so does every call in it, and the others go on."""
    with Processes(1) as processes, Chunks(processes, 2) as executor:
        futures = [executor.submit(eval, "lambda: 0") for _ in range(3)]  # cannot be sent back

        for future in futures:
            with pytest.raises(Exception, match=r"pickle"):
                future.result(timeout=PATIENCE_S)
        assert executor.submit(square, 3).result(timeout=PATIENCE_S) == 9


def test_leaving_threads_with_an_exception_does_not_wait() -> None:
    """Leaving with an exception cancels what waits and leaves what runs to itself."""
    begin = threading.Event()
    executor = Threads(1)
    futures = [executor.submit(begin.wait, PATIENCE_S) for _ in range(3)]

    with pytest.raises(KeyboardInterrupt), executor:
        raise KeyboardInterrupt

    assert not futures[0].done()
    assert all(future.cancelled() for future in futures[1:])
    begin.set()


def test_killed_worker_loses_nothing() -> None:
    """After a worker is killed in the middle every call still ends once, with its result."""
    with Processes(2) as executor:
        futures = [executor.submit(square_slowly, number) for number in range(40)]
        next(as_completed(futures))
        os.kill(executor.processes()[0].pid or 0, signal.SIGKILL)

        assert [future.result() for future in futures] == [number**2 for number in range(40)]


def test_workers_that_always_die() -> None:
    """A call that kills its workers every time ends in an error, not in an endless loop."""
    with Processes(2) as executor:
        future = executor.submit(die)

        with pytest.raises(WorkersDiedError, match="memory"):
            future.result(timeout=PATIENCE_S)


def test_exception_kills_the_workers() -> None:
    """Leaving with an exception does not wait for calls that run or wait."""
    executor = Processes(2)
    futures = [executor.submit(time.sleep, 10 * PATIENCE_S) for _ in range(5)]
    assert eventually(lambda: len(executor.processes()) == 2)
    workers = executor.processes()

    with pytest.raises(KeyboardInterrupt), executor:
        raise KeyboardInterrupt

    assert not any(worker.is_alive() for worker in workers)
    assert all(future.done() for future in futures)


def test_no_calls_after_shutdown() -> None:
    """An executor that has been shut down takes no further calls."""
    with Processes(1) as executor:
        pass

    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(square, 2)


def test_cancelled_calls_are_not_made(tmp_path: Path) -> None:
    """A call cancelled well before its turn is never made, and the others end as usual."""
    with Processes(1) as executor:
        first = executor.submit(square_slowly, 2)
        others = [executor.submit(Path.touch, tmp_path / str(number)) for number in range(9)]
        others[-1].cancel()

        assert first.result() == 4
        with pytest.raises(CancelledError):
            others[-1].result()

    assert {path.name for path in tmp_path.iterdir()} == {str(number) for number in range(8)}


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
@pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="there is no fork server"
)
def test_what_workers_come_from_leaves_interrupts_to_their_parent(tmp_path: Path) -> None:
    """Ctrl-C while it loads ends it neither with a traceback nor otherwise, and it goes on."""
    (tmp_path / "slow.py").write_text("import time\nopen('loading', 'w')\ntime.sleep(1)\n")
    (tmp_path / "script.py").write_text(
        "import os, signal, time\n"
        "from multiprocessing import forkserver\n"
        "from simulation.execution.processes import Processes, start_early\n"
        "if __name__ == '__main__':\n"
        "    start_early(['slow'])\n"
        "    while not os.path.exists('loading'):\n"
        "        time.sleep(0.01)\n"
        "    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGINT)\n"
        "    with Processes(1, ['slow']) as executor:\n"
        "        print(executor.submit(int, '3').result(timeout=120))\n"
    )
    ended = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (ended.stdout, ended.stderr, ended.returncode) == ("3\n", "", 0)

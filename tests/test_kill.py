"""Killed at any moment, finished later: the bytes of a run that nobody disturbed.

The command runs in a process group of its own, which is killed at 50 random moments (of a fixed
seed): while it starts, from when there is a database, and from when it has finished a replication,
up to the writing of the files at the end. Two series of kills run side by side, which takes as long
as starting the command 25 times.
"""

from __future__ import annotations

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import pytest

from tests.running import MINIMAL, finish, start
from tests.test_store import contents, rows

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

KILLS: Final = 25
"""In each of two series."""
REPLICATIONS: Final = 40
SPREAD_S: Final = 0.6
"""Moments are spread over so long after what is waited for."""


def begin(directory: Path, workers: int) -> Popen[str]:
    """A run that keeps all it can; the reference engine starts faster than the compiled one."""
    return start(
        "run", MINIMAL, "--engine", "simpy", "--replications", REPLICATIONS, "--out", directory,
        "--keep", "journal", "--workers", workers, cwd=directory.parent,
    )  # fmt: skip


def written(directory: Path) -> int:
    """How many tables of replications there are."""
    return len(list(directory.glob("*/*/visits-*.csv")))


def kill_one(directory: Path, luck: random.Random) -> bool:
    """Start a run and kill it at some moment; False if it was faster."""
    database, before = directory / "motcua.sqlite", written(directory)
    process = begin(directory, workers=luck.choice([1] * 7 + [2]))
    wait_for = luck.choice(["start", "database", *["replication"] * 3])
    while process.poll() is None and not (
        wait_for == "start"
        or (wait_for == "database" and database.exists())
        or written(directory) > before
    ):
        time.sleep(0.01)
    time.sleep(luck.uniform(0, SPREAD_S))
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    return finish(process).code == -signal.SIGKILL


def kill_often(directory: Path, seed: int) -> tuple[int, list[Path]]:
    """Kill runs, going on after each; what was finished, whether in spite of that or at the end.

    Returns:
        How many were killed, and the stores of the finished ones.
    """
    luck = random.Random(seed)  # noqa: S311 - no secret
    stores = [directory / "0"]
    killed = 0
    while killed < KILLS:
        if kill_one(stores[-1], luck):
            killed += 1
        else:
            stores.append(directory / str(len(stores)))
    ended = finish(begin(stores[-1], workers=1))
    assert (ended.code, ended.err) == (0, "")
    return killed, stores


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="kills process groups")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    """After 50 kills at random moments the finished results are those of undisturbed runs."""
    directories = [tmp_path / "series-0", tmp_path / "series-1"]
    for directory in directories:
        directory.mkdir()
    with ThreadPoolExecutor(len(directories)) as threads:
        series = list(threads.map(kill_often, directories, range(len(directories))))
    well = tmp_path / "well" / "0"
    well.parent.mkdir()
    assert finish(begin(well, workers=1)).code == 0
    (folder,) = well.glob("*/*")

    assert sum(killed for killed, _ in series) == 2 * KILLS
    for store in (store for _, stores in series for store in stores):
        assert contents(store / folder.relative_to(well)) == contents(folder)
        assert rows(store) == rows(well)

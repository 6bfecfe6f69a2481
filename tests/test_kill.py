"""Killed at any moment, finished later: the bytes of a run that nobody disturbed.

The command runs in a process group of its own, which is killed at 50 random moments (of a fixed
seed): while it starts, while it makes its database, between and within replications, while it
writes its files. Two series of kills run side by side, which takes as long as starting the command
25 times.
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
STARTING_S: Final = 1.0
WORKING_S: Final = 0.8
"""Moments are spread over so long after the start, or after there is a database to write to."""


def begin(directory: Path, workers: int) -> Popen[str]:
    """A run that keeps all it can; the reference engine starts faster than the compiled one."""
    return start(
        "run", MINIMAL, "--engine", "simpy", "--replications", REPLICATIONS, "--out", directory,
        "--keep", "journal", "--workers", workers, cwd=directory.parent,
    )  # fmt: skip


def kill_one(directory: Path, luck: random.Random) -> bool:
    """Start a run and kill it at some moment; False if it was faster."""
    process = begin(directory, workers=luck.choice([1, 1, 1, 2]))
    if luck.random() < 1 / 4:
        time.sleep(luck.uniform(0, STARTING_S))
    else:
        while not (directory / "motcua.sqlite").exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(luck.uniform(0, WORKING_S))
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

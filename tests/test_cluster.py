"""A real Dask cluster on loopback: the bytes of a serial run, also when a worker is killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from simulation.decisions.compare import compare
from simulation.errors import InputError
from simulation.execution import Cluster, ClusterError, open_cluster
from simulation.execution import cluster as cluster_module
from simulation.experiments import Case, Model, Outcome, Study, replicate, to_json
from simulation.scenario import load_options
from simulation.store import Store
from tests.running import EVERY_STEP, MINIMAL, ROOT, VALID, finish, office, start
from tests.test_store import contents, rows, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None, reason="distributed is not installed"
)
pytestmark = [
    # distributed leaves sockets and event loops to the garbage collector
    pytest.mark.filterwarnings("default::ResourceWarning"),
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::pytest.PytestUnraisableExceptionWarning"),
]


@dataclass
class Loopback:
    """A scheduler and its workers, in processes of their own."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    scheduler: subprocess.Popen[bytes]


def dask(
    part: str, *arguments: object, cwd: Path, env: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    """Start ``dask scheduler`` or ``dask worker``."""
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{part}", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextmanager
def loopback(
    directory: Path, workers: int = 2, env: Mapping[str, str] | None = None
) -> Iterator[Loopback]:
    """A cluster on loopback, killed at the end; with TLS if the environment says so."""
    host = "tls://127.0.0.1" if env else "127.0.0.1"
    file = directory / "scheduler.json"
    with ExitStack() as stack:
        scheduler = dask(
            "scheduler", "--host", host, "--port", 0, "--no-dashboard",
            "--scheduler-file", file, cwd=directory, env=env,
        )  # fmt: skip
        stack.callback(end, scheduler)
        found = Loopback(address_in(file), [], scheduler)
        for _ in range(workers):
            worker = dask(
                "worker", found.address, "--nthreads", 1, "--no-nanny", "--no-dashboard",
                "--local-directory", directory, cwd=directory, env=env,
            )  # fmt: skip
            stack.callback(end, worker)
            found.workers.append(worker)
        yield found


def address_in(file: Path) -> str:
    """The address that a scheduler writes into a file when it is ready."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            return str(json.loads(file.read_text(encoding="utf-8"))["address"])
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.05)
    pytest.fail("the scheduler does not start")


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and bury it."""
    process.kill()
    process.wait()


@pytest.fixture
def dask_cluster(tmp_path: Path) -> Iterator[Loopback]:
    """A scheduler and two workers."""
    directory = tmp_path / "dask"
    directory.mkdir()
    with loopback(directory) as found:
        yield found


@needs_dask
def test_killed_worker_leaves_the_same_bytes(tmp_path: Path, dask_cluster: Loopback) -> None:
    """A run on a cluster, one of whose workers is killed in the middle, is the serial one."""
    scenario, numbers = office(case=EVERY_STEP), list(range(12))
    done: list[int] = []

    def kill(case: Case, _: Outcome) -> None:
        done.append(case.replication)
        if len(done) == 3:
            dask_cluster.workers[0].send_signal(signal.SIGKILL)

    with Store(tmp_path / "cluster") as store, open_cluster(dask_cluster.address) as executor:
        folder = store.folder(Model.of(scenario), 1, numbers)
        result = replicate(
            scenario,
            numbers,
            executor=executor,
            results=store.results(folder, "journal"),
            tables=True,
            on_done=kill,
        )
        store.write(result)
    serial, _ = run(tmp_path / "serial", scenario, numbers, keep="journal")

    assert sorted(done) == numbers
    assert dask_cluster.workers[0].wait() == -signal.SIGKILL
    assert contents(folder) == contents(serial)
    assert rows(tmp_path / "cluster") == rows(tmp_path / "serial")


@needs_dask
def test_a_comparison_outlives_a_killed_worker(dask_cluster: Loopback) -> None:
    """Options compared on a cluster, one of whose workers is killed, are those compared here."""
    options = load_options(VALID.parent / "valid-options" / "comparison.yaml")
    done: list[str] = []

    def kill(model: Model) -> None:
        done.append(model.digest)
        if len(done) == 5:
            dask_cluster.workers[1].send_signal(signal.SIGKILL)

    with open_cluster(dask_cluster.address) as executor:
        there = compare(options, replications=12, study=Study(executor=executor, on_done=kill))
    here = compare(options, replications=12)

    assert len(done) > 20
    assert dask_cluster.workers[1].wait() == -signal.SIGKILL
    assert to_json(there.summary) == to_json(here.summary)


@needs_dask
def test_run_on_a_cluster(tmp_path: Path, dask_cluster: Loopback) -> None:
    """`motcua run --cluster` prints what a run here prints, and nothing on stderr."""
    arguments = ("run", EVERY_STEP, "--replications", 6, "--json", "--out")
    there = finish(
        start(*arguments, tmp_path / "there", "--cluster", dask_cluster.address, cwd=tmp_path)
    )
    here = finish(start(*arguments, tmp_path / "here", cwd=tmp_path))

    assert (there.code, there.err) == (0, "")
    assert there.out == here.out


@needs_dask
def test_lost_scheduler(dask_cluster: Loopback) -> None:
    """When the scheduler is killed calls fail in the end, with its address, and nothing hangs."""
    with Cluster(dask_cluster.address, patience_s=4) as executor:
        future = executor.submit(time.sleep, 600)
        end(dask_cluster.scheduler)
        with pytest.raises(ClusterError, match=dask_cluster.address):
            future.result(timeout=120)


@needs_dask
def test_lost_workers(dask_cluster: Loopback) -> None:
    """When all workers are killed and none come, calls fail with the reason."""
    with Cluster(dask_cluster.address, patience_s=4) as executor:
        assert executor.workers > 0
        future = executor.submit(time.sleep, 600)
        for worker in dask_cluster.workers:
            end(worker)
        with pytest.raises(ClusterError, match="no workers for"):
            future.result(timeout=120)


@needs_dask
def test_another_motcua(dask_cluster: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers with other sources or packages are refused, because their results may differ."""
    monkeypatch.setattr(cluster_module, "fingerprint", lambda: "something else")

    with (
        open_cluster(dask_cluster.address) as executor,
        pytest.raises(ClusterError, match="does not run the same motcua"),
    ):
        executor.submit(int, "3").result(timeout=120)


@needs_dask
def test_no_workers(tmp_path: Path) -> None:
    """A cluster without workers is refused with how to start some."""
    with (
        loopback(tmp_path, workers=0) as found,
        pytest.raises(ClusterError, match=f"no workers.*dask worker {found.address}"),
        Cluster(found.address, patience_s=1),
    ):
        pass


@needs_dask
def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing listens the address is named, and soon."""
    monkeypatch.setattr(cluster_module, "CONNECT_S", 1.0)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(ClusterError, match=f"no scheduler at {address}"), open_cluster(address):
        pass


@needs_dask
@pytest.mark.parametrize("scheme", ["tcp", "tls"])
def test_encryption_that_is_not_set_up(dask_cluster: Loopback, scheme: str) -> None:
    """Where encryption is required and not set up there is no connection, neither open nor other.

    Nothing is left behind that would hold up the end of the program.
    """
    address = dask_cluster.address.replace("tcp", scheme)
    script = (
        "from simulation.errors import MotcuaError\n"
        "from simulation.execution import open_cluster\n"
        "try:\n"
        f"    open_cluster({address!r}).__enter__()\n"
        "except MotcuaError as error:\n"
        "    print(error)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert ended.stdout.startswith(f"there is no scheduler at {address}: ")
    assert "Traceback" not in ended.stderr


def secured(directory: Path) -> dict[str, str]:
    """The environment of docs/cluster.md, with certificates that are made as it says."""
    page = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
    chapter = page.partition("## Secure it with TLS")[2]
    certificates, settings, *_rest = re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)
    said = subprocess.run(
        ["/bin/sh", "-ec", f"{certificates}{settings}env"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pairs = (line.split("=", maxsplit=1) for line in said.splitlines() if line.startswith("DASK_"))
    return dict(pairs)


@needs_dask
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_run_on_a_cluster_with_tls(tmp_path: Path) -> None:
    """With the certificates a run is the serial one; who has none gets no connection."""
    words = "run", MINIMAL, "--replications", 3, "--out"
    env = secured(tmp_path)
    with loopback(tmp_path, 1, env) as found:
        assert found.address.startswith("tls://")
        cluster = "--cluster", found.address
        with_them = finish(start(*words, tmp_path / "tls", *cluster, cwd=tmp_path, env=env))
        without = finish(start(*words, tmp_path / "none", *cluster, cwd=tmp_path))
    serial = finish(start(*words, tmp_path / "serial", "--workers", 1, cwd=tmp_path))

    assert (with_them.code, serial.code) == (0, 0), with_them.err
    (folder,) = (tmp_path / "serial").glob("*/*")
    assert contents(tmp_path / "tls" / folder.relative_to(tmp_path / "serial")) == contents(folder)
    assert without.code == 1
    assert without.err.startswith("motcua: there is no scheduler at tls://")


@needs_dask
def test_bad_address() -> None:
    """An address that makes no sense is bad input."""
    with pytest.raises(InputError, match="--cluster"), open_cluster("ftp://here:1"):
        pass


def test_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its package a cluster is refused with what to install."""
    missing: Any = lambda _name: None  # noqa: E731 - no more than that
    monkeypatch.setattr(cluster_module, "find_spec", missing)

    with pytest.raises(InputError, match=r"motcua\[cluster\]"), open_cluster("tcp://127.0.0.1:1"):
        pass

"""The store: nothing is computed twice, left half-written or trusted when damaged."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from simulation.errors import InputError, StoreError
from simulation.execution import Processes, open_executor
from simulation.experiments import Case, Model, Outcome, replicate, run_case
from simulation.store import Store, entries, run_id
from simulation.store import runs as runs_module
from simulation.store.database import Database
from simulation.store.files import cell, replacing, write_csv
from simulation.store.views import VIEWS
from tests.running import EVERY_STEP, MINIMAL, ROOT, finish, office, start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.execution import Workers
    from simulation.experiments import RunResult
    from simulation.scenario import Scenario
    from simulation.store.kept import Keep

COMPARED = ("summary.json", "replications.csv", "form-06a.csv")
"""Files that equal runs have in equal bytes; the manifest holds the time a run took."""


def run(
    directory: Path,
    scenario: Scenario,
    replications: int | Sequence[int] = 2,
    *,
    keep: Keep | None = None,
    trusted: bool = True,
    workers: int = 1,
    kind: Workers = "processes",
    chunk: int = 1,
) -> tuple[Path, RunResult]:
    """Run as the command line does; returns the run's folder."""
    numbers = list(range(replications)) if isinstance(replications, int) else list(replications)
    with (
        Store(directory) as store,
        open_executor(workers, kind=kind, chunk=chunk) as executor,
    ):
        folder = store.folder(Model.of(scenario), 1, numbers)
        results = store.results(folder, keep, trusted=trusted)
        result = replicate(
            scenario, numbers, results=results, executor=executor, tables=keep is not None
        )
        return store.write(result, ["run", "example"]), result


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the replications that were computed rather than found."""
    numbers: list[int] = []

    def counted(case: Case, engine: str, **wanted: bool) -> Outcome:
        numbers.append(case.replication)
        return run_case(case, engine, **wanted)

    monkeypatch.setattr("simulation.experiments.cases.run_case", counted)
    return numbers


def contents(folder: Path) -> dict[str, bytes]:
    """Bytes of the files of a run that do not hold the time."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.name != "manifest.json" and path.suffix != ".partial"
    }


def rows(directory: Path) -> list[tuple[object, ...]]:
    """Stored replications without the time they took."""
    with closing(sqlite3.connect(directory / "motcua.sqlite", timeout=60)) as connection:
        try:
            return connection.execute(
                "SELECT model, seed, replication, model_version, measures, series, form, verdicts, "
                "followed, profiles, checksum FROM replications ORDER BY model, seed, replication"
            ).fetchall()
        except sqlite3.OperationalError:  # it is being made
            return []


def test_files_of_a_run(tmp_path: Path) -> None:
    """A run leaves its files in the folder of its scenario, and nothing temporary."""
    folder, result = run(tmp_path, office())

    assert folder.parent == tmp_path / "minimal"
    assert {path.name for path in folder.iterdir()} == {*COMPARED, "manifest.json"}
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == result.summary
    assert {path.name for path in tmp_path.iterdir()} == {"minimal", "motcua.sqlite"}


def test_manifest_repeats_the_run(tmp_path: Path) -> None:
    """The manifest holds the resolved scenario, from which the same model can be built again."""
    folder, result = run(tmp_path, office("teams.officers.staff=3"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {line.split(">")[0] for line in project["dependencies"]} - {"platformdirs", "typer"}
    again = tmp_path / "again.yaml"
    again.write_text(json.dumps(manifest["scenario"]), encoding="utf-8")

    assert Model.of(office(case=again)).digest == manifest["model"] == result.model.digest
    assert manifest["seed"] == 1
    assert manifest["replications"] == [0, 1]
    assert manifest["engine"] == "compiled"
    assert manifest["command"] == ["run", "example"]
    assert manifest["holidays"]["2021-01-01"]
    assert manifest["second_0"] == "2021-03-01"
    assert {"python", *needed} <= manifest["versions"].keys()
    assert all(seconds >= 0 for seconds in manifest["elapsed_s"].values())


def test_replications_file(tmp_path: Path) -> None:
    """Replications.csv has one row a replication and one column a measure."""
    folder, result = run(tmp_path, office())
    table = pd.read_csv(folder / "replications.csv").set_index("replication")

    assert list(table.index) == [0, 1]
    for number, outcome in result.outcomes.items():
        assert table.loc[number, "received"] == outcome.measures["received"]
        assert table.loc[number, "by_channel.counter.visits"] == outcome.measures["visits"]


def test_form_file(tmp_path: Path) -> None:
    """Form-06a.csv has the form of each replication, with a total, and its identities hold."""
    folder, _ = run(tmp_path, office())
    form = pd.read_csv(folder / "form-06a.csv")

    assert list(form["field"]) == ["building", "TOTAL"] * 2
    assert set(form["title_vi"][form["field"] == "TOTAL"]) == {"Tổng số"}
    assert set(form["title_en"][form["field"] == "TOTAL"]) == {"Total"}
    assert (form["c3_received"] == form["c7_resolved"] + form["c11_open"]).all()


def test_second_run_is_recognised(tmp_path: Path, computed: list[int]) -> None:
    """The same run again computes nothing and leaves the same bytes."""
    first, _ = run(tmp_path, office())
    before = contents(first)
    second, _ = run(tmp_path, office())

    assert computed == [0, 1]
    assert second == first
    assert contents(second) == before


def test_more_replications_continue(tmp_path: Path, computed: list[int]) -> None:
    """Thirty after ten computes twenty, with the bytes of thirty at once."""
    run(tmp_path / "a", office(), 10)
    assert len(computed) == 10
    continued, _ = run(tmp_path / "a", office(), 30)
    assert computed == list(range(30))
    at_once, _ = run(tmp_path / "b", office(), 30)

    assert contents(continued) == contents(at_once)
    assert continued.name == at_once.name


def test_untrusted_results_are_computed_again(tmp_path: Path, computed: list[int]) -> None:
    """When told so, a run is computed again although it is known."""
    run(tmp_path, office())
    run(tmp_path, office(), trusted=False)

    assert computed == [0, 1, 0, 1]


@pytest.mark.parametrize(("kind", "chunk"), [("threads", 1), ("processes", 1), ("processes", 2)])
def test_serial_and_parallel_leave_the_same_bytes(
    tmp_path: Path, kind: Workers, chunk: int
) -> None:
    """One worker and two leave equal files, kept tables among them, and equal rows."""
    scenario = office(case=EVERY_STEP)
    serial, _ = run(tmp_path / "serial", scenario, 3, keep="journal")
    parallel, _ = run(
        tmp_path / "parallel", scenario, 3, keep="journal", workers=2, kind=kind, chunk=chunk
    )

    assert set(contents(serial)) == {
        *COMPARED,
        *(f"{table}-{number}.csv" for table in ("dossiers", "visits") for number in range(3)),
    }
    assert contents(serial) == contents(parallel)
    assert rows(tmp_path / "serial") == rows(tmp_path / "parallel")


def test_titles_do_not_matter(tmp_path: Path, computed: list[int]) -> None:
    """A scenario with another title is the same run, and its files bear the new title."""
    first, _ = run(tmp_path, office())
    second, result = run(tmp_path, office("title=Another"))

    assert computed == [0, 1]
    assert second == first
    summary = json.loads((second / "summary.json").read_text(encoding="utf-8"))
    assert summary["title"]["en"] == result.scenario.title.en == "Another"


def test_another_model_version_is_not_mixed(
    tmp_path: Path, computed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results of another version of the model are neither used nor replaced."""
    first, _ = run(tmp_path, office())
    monkeypatch.setattr(runs_module, "MODEL_VERSION", 10_000)
    second, _ = run(tmp_path, office())

    assert computed == [0, 1, 0, 1]
    assert first != second
    assert len(rows(tmp_path)) == 4


def test_runs_are_noted(tmp_path: Path) -> None:
    """The database knows the runs, and where their files are."""
    folder, result = run(tmp_path, office(), [3])
    connection = sqlite3.connect(tmp_path / "motcua.sqlite")
    ((name, where, model, numbers),) = connection.execute(
        "SELECT run, folder, model, replications FROM runs"
    ).fetchall()
    connection.close()

    assert tmp_path / where == folder
    assert name == folder.name
    assert model == result.model.digest
    assert json.loads(numbers) == [3]


def test_run_ids() -> None:
    """Runs of different things have different names."""
    model, other = Model.of(office()), Model.of(office("workload=2"))
    names = [
        run_id(model, 1, [0, 1]),
        run_id(model, 1, [0, 1, 2]),
        run_id(model, 2, [0, 1]),
        run_id(model, 1, [1]),
        run_id(model, 1, [0, 2]),
        run_id(model, 1, [0, 3]),
        run_id(other, 1, [0, 1]),
    ]

    assert len(set(names)) == len(names)
    assert run_id(model, 1, [0, 1]) == run_id(Model.of(office()), 1, [0, 1])


def test_altered_row_is_computed_again(
    tmp_path: Path, computed: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    """A stored row that somebody has changed is not believed."""
    first, _ = run(tmp_path, office())
    before = contents(first)
    connection = sqlite3.connect(tmp_path / "motcua.sqlite")
    with connection:
        connection.execute(
            "UPDATE replications SET measures = measures || ' ' WHERE replication = 1"
        )
    connection.close()
    run(tmp_path, office())

    assert computed == [0, 1, 1]
    assert "altered" in caplog.text
    assert contents(first) == before


@pytest.mark.parametrize("damage", [b"this is not a database", b"SQLite format 3\0" + b"x" * 999])
def test_damaged_database(
    tmp_path: Path, computed: list[int], caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    """A file that is no database is named and set aside, and what it held is computed again."""
    folder, _ = run(tmp_path, office())
    before = contents(folder)
    database = tmp_path / "motcua.sqlite"
    database.write_bytes(damage)
    run(tmp_path, office())

    assert computed == [0, 1, 0, 1]
    assert f"{database} is damaged" in caplog.text
    assert (tmp_path / "motcua.sqlite.damaged-1").read_bytes() == damage
    assert contents(folder) == before
    run(tmp_path, office())
    assert computed == [0, 1, 0, 1]


def test_truncated_database(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A database that has lost its end, wherever, is noticed; the result is that of a whole one."""
    folder, _ = run(tmp_path / "whole", office(), 3)
    whole = (tmp_path / "whole" / "motcua.sqlite").read_bytes()
    for part in range(1, 8):
        directory = tmp_path / str(part)
        directory.mkdir()
        (directory / "motcua.sqlite").write_bytes(whole[: len(whole) * part // 8])
        again, _ = run(directory, office(), 3)

        assert contents(again) == contents(folder)
        assert rows(directory) == rows(tmp_path / "whole")
        assert f"{directory / 'motcua.sqlite'} is damaged" in caplog.text


def test_garbage_in_the_database(tmp_path: Path) -> None:
    """Whatever page of a database is overwritten, the result is that of a whole one."""
    folder, _ = run(tmp_path / "whole", office(), 3)
    whole = (tmp_path / "whole" / "motcua.sqlite").read_bytes()
    page = int.from_bytes(whole[16:18])
    for number in range(1, len(whole) // page):
        directory = tmp_path / str(number)
        directory.mkdir()
        garbage = whole[: number * page] + b"\xa5" * page + whole[(number + 1) * page :]
        (directory / "motcua.sqlite").write_bytes(garbage)
        again, _ = run(directory, office(), 3)

        assert contents(again) == contents(folder)


def test_database_of_the_first_format(tmp_path: Path, computed: list[int]) -> None:
    """Runs that an earlier version stored are listed; as it kept no verdicts, they run again."""
    run(tmp_path, office())
    with closing(sqlite3.connect(tmp_path / "motcua.sqlite")) as connection:
        for view in VIEWS:
            connection.execute(f"DROP VIEW {view.name}")
        for column in ("title", "on_time", "kind", "others"):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {column}")
        for column in ("verdicts", "followed", "profiles"):
            connection.execute(f"ALTER TABLE replications DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 1")
    with Store(tmp_path) as store:
        (entry,) = entries(store)
    computed.clear()
    run(tmp_path, office(), 3)

    assert (entry.kind, entry.seed) == ("run", 1)
    assert computed == [0, 1, 2]


def test_database_of_the_third_format(tmp_path: Path, computed: list[int]) -> None:
    """Rows without profiles are as good as before to a study, and only a run needs them anew."""
    run(tmp_path, office())
    with closing(sqlite3.connect(tmp_path / "motcua.sqlite")) as connection:
        for key in connection.execute(
            "SELECT model, seed, replication, model_version FROM replications"
        ).fetchall():
            found = connection.execute(
                "SELECT measures, series, form, verdicts, followed FROM replications "
                "WHERE replication = ?",
                (key[2],),
            ).fetchone()
            checksum = hashlib.sha256("\n".join(map(str, (*key, *found))).encode()).hexdigest()
            connection.execute(
                "UPDATE replications SET checksum = ? WHERE replication = ?", (checksum, key[2])
            )
        for view in VIEWS:
            connection.execute(f"DROP VIEW {view.name}")
        connection.execute("ALTER TABLE replications DROP COLUMN profiles")
        connection.execute("PRAGMA user_version = 3")
        connection.commit()
    computed.clear()
    with Store(tmp_path) as store:
        results = store.results(tmp_path)
        study = replicate(office(), 2, results=results, profiles=False)
        assert computed == []
        again = replicate(office(), 2, results=results)

    assert computed == [0, 1]
    assert again.measured == study.measured
    assert all(outcome.profiles for outcome in again.outcomes.values())


def test_database_of_another_format(tmp_path: Path) -> None:
    """A database that a later version wrote is left alone."""
    run(tmp_path, office())
    connection = sqlite3.connect(tmp_path / "motcua.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StoreError, match="format 99"):
        run(tmp_path, office())


def test_directory_that_cannot_be(tmp_path: Path) -> None:
    """A directory of results that is a file is refused before anything is computed."""
    (tmp_path / "results").write_text("in the way", encoding="utf-8")

    with pytest.raises(StoreError, match="results cannot be made a directory"):
        run(tmp_path / "results", office())


def test_folder_that_cannot_be(tmp_path: Path) -> None:
    """A file in the place of a scenario's folder is named."""
    (tmp_path / "minimal").write_text("in the way", encoding="utf-8")

    with pytest.raises(StoreError, match="minimal"):
        run(tmp_path, office())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is for reading")
def test_read_only_directory(tmp_path: Path) -> None:
    """A directory where nothing can be written is named, whoever asks, before anything is run."""
    directory = Path("/proc/self")
    if os.geteuid() != 0:
        directory = tmp_path / "read-only"
        directory.mkdir(mode=0o500)

    with pytest.raises(StoreError, match=r"motcua\.sqlite cannot be used.*permissions"):
        run(directory, office())
    with pytest.raises(StoreError, match=r"below cannot be made a directory"):
        run(directory / "below", office())


def test_full_database(
    tmp_path: Path, computed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full the database is named; with more space the run goes on from there."""

    class Full(Database):
        def _opened(self) -> sqlite3.Connection:
            connection = super()._opened()
            connection.execute("PRAGMA max_page_count = 12")  # SQLite's own way to be full
            return connection

    said = r"motcua\.sqlite cannot be used: database or disk is full; .* free space"
    monkeypatch.setattr(runs_module, "Database", Full)
    with pytest.raises(StoreError, match=said):
        run(tmp_path, office(), 20)
    monkeypatch.setattr(runs_module, "Database", Database)
    kept = len(rows(tmp_path))
    folder, _ = run(tmp_path, office(), 20)
    alone, _ = run(tmp_path / "alone", office(), 20)

    assert kept > 0
    assert computed == [*range(kept + 1), *range(kept, 20), *range(20)]
    assert contents(folder) == contents(alone)


def test_full_disk_for_real(tmp_path: Path) -> None:
    """A run on a disk without space ends with exit code 4 and the name of the file."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        f"mount -t tmpfs -o size=96k tmpfs {disk} && cd {ROOT} && "
        f"exec {sys.executable} -m simulation run {MINIMAL} --out {disk} --workers 1"
    )
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-m", "true"], check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    ended = subprocess.run(
        [unshare, "-m", "/bin/sh", "-c", script], check=False, capture_output=True, text=True
    )

    assert ended.returncode == 4, ended.stderr
    assert f"{disk}/" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_altered_files_of_a_run_are_written_again(tmp_path: Path, computed: list[int]) -> None:
    """Whatever is done to the files of a run, the same run again puts them right."""
    folder, _ = run(tmp_path, office())
    before = contents(folder)
    (folder / "summary.json").write_text("{}", encoding="utf-8")
    (folder / "replications.csv").unlink()
    (folder / "form-06a.csv").write_bytes(before["form-06a.csv"][:50])
    run(tmp_path, office())

    assert contents(folder) == before
    assert computed == [0, 1]


def test_abandoned_files_are_swept_up(tmp_path: Path) -> None:
    """What a killed process left half-written goes when it is old; another may be at work on it."""
    folder, _ = run(tmp_path, office())
    old, young = folder / ".summary.json.a.partial", folder / ".summary.json.b.partial"
    for path in (old, young):
        path.write_text("half", encoding="utf-8")
    os.utime(old, (0, 0))
    run(tmp_path, office())

    assert not old.exists()
    assert young.exists()


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a file cannot be written its name is told, and nothing is left of it."""

    def full(_self: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder, _ = run(tmp_path, office())
    before = contents(folder)
    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(StoreError, match=r"summary\.json cannot be written: No space left"):
        run(tmp_path, office("title=Another"))
    assert contents(folder) == before


def test_interrupted_writing_leaves_nothing(tmp_path: Path) -> None:
    """A file whose writing is interrupted does not appear, under no name."""

    def interrupted() -> None:
        with replacing(tmp_path / "file") as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not list(tmp_path.iterdir())


def test_kept_tables(tmp_path: Path) -> None:
    """Kept tables hold what the measures count."""
    folder, result = run(tmp_path, office(case=EVERY_STEP), [1], keep="journal")
    dossiers = pd.read_csv(folder / "dossiers-1.csv")

    assert dossiers["accepted_s"].notna().sum() == result["received"].mean
    assert set(dossiers["replication"]) == {1}
    assert len(pd.read_csv(folder / "visits-1.csv")) > len(dossiers)


def test_kept_tables_are_recognised(tmp_path: Path, computed: list[int]) -> None:
    """Kept tables are not computed again, unless one is missing or altered."""
    scenario = office(case=EVERY_STEP)
    folder, _ = run(tmp_path, scenario)
    assert computed == [0, 1]
    run(tmp_path, scenario, keep="journal")
    before = contents(folder)
    assert computed == [0, 1] * 2
    run(tmp_path, scenario, keep="journal")
    assert computed == [0, 1] * 2

    (folder / "visits-1.csv").unlink()
    (folder / "dossiers-0.csv").write_bytes(before["dossiers-0.csv"] + b"more")
    run(tmp_path, scenario, keep="journal")

    assert computed == [0, 1] * 3
    assert contents(folder) == before


def test_parquet(tmp_path: Path) -> None:
    """With its package Parquet holds what CSV does."""
    pytest.importorskip("pyarrow")
    scenario = office(case=EVERY_STEP)
    folder, _ = run(tmp_path, scenario, 1, keep="parquet")
    run(tmp_path, scenario, 1, keep="journal")
    for table in ("dossiers", "visits"):
        columns = pd.read_parquet(folder / f"{table}-0.parquet")
        text = pd.read_csv(folder / f"{table}-0.csv")

        assert list(columns.columns) == list(text.columns)
        assert len(columns) == len(text)


def test_parquet_without_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its package Parquet is refused with what to install."""
    monkeypatch.setattr("simulation.store.kept.find_spec", lambda _name: None)

    with pytest.raises(InputError, match=r"motcua\[parquet\]"):
        run(tmp_path, office(), keep="parquet")


def test_killed_worker_changes_nothing(tmp_path: Path) -> None:
    """A run whose worker is killed in the middle leaves the bytes of one that went well."""
    scenario, numbers = office(case=EVERY_STEP), list(range(8))

    def kill(*_: object) -> None:
        if not killed:
            killed.append(executor.processes()[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    killed: list[int] = []
    with Store(tmp_path / "killed") as store, Processes(2) as executor:
        folder = store.folder(Model.of(scenario), 1, numbers)
        results = store.results(folder)
        result = replicate(scenario, numbers, results=results, executor=executor, on_done=kill)
        store.write(result)
    well, _ = run(tmp_path / "well", scenario, numbers)

    assert killed
    assert contents(folder) == contents(well)


def test_killed_run_goes_on(tmp_path: Path, computed: list[int]) -> None:
    """After a run is killed without warning, what was finished counts, and the end is the same."""
    arguments = ("run", EVERY_STEP, "--workers", 1, "--out", tmp_path / "killed")
    process = start(*arguments, "--replications", 100_000, cwd=tmp_path)
    while not (tmp_path / "killed" / "motcua.sqlite").exists() or not rows(tmp_path / "killed"):
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    finish(process)
    done = len(rows(tmp_path / "killed"))
    killed, _ = run(tmp_path / "killed", office(case=EVERY_STEP), done + 2)

    assert computed == [done, done + 1]
    well, _ = run(tmp_path / "well", office(case=EVERY_STEP), done + 2)
    assert contents(killed) == contents(well)


def test_two_processes_at_once(tmp_path: Path) -> None:
    """Two processes that run the same thing into one directory both finish, and it is whole."""
    replicate(office(), 1)  # so that nobody has to compile, and to say so
    arguments = ("run", EVERY_STEP, "--replications", 6, "--workers", 1, "--out", tmp_path / "both")
    processes = [start(*arguments, cwd=tmp_path) for _ in range(2)]
    ended = [finish(process) for process in processes]

    assert [(end.code, end.err) for end in ended] == [(0, "")] * 2
    alone, _ = run(tmp_path / "alone", office(case=EVERY_STEP), 6)
    together = tmp_path / "both" / alone.relative_to(tmp_path / "alone")
    assert contents(together) == contents(alone)
    assert rows(tmp_path / "both") == rows(tmp_path / "alone")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_texts_that_look_like_formulas(tmp_path: Path, text: str) -> None:
    """A spreadsheet does not take a text for a formula; numbers stay numbers."""
    path = tmp_path / "table.csv"
    write_csv(path, ["text", "number", "nothing"], [[text, -1.5, None]])
    content = path.read_bytes()
    (_, row) = csv.reader(content.decode("utf-8-sig").splitlines())

    assert content.startswith(b"\xef\xbb\xbf")
    assert row[0].startswith("'")
    assert row[1:] == ["-1.5", ""]


def test_cells() -> None:
    """Missing numbers become empty cells, and ordinary texts are left alone."""
    assert cell(float("nan")) is None
    assert cell(None) is None
    assert cell("Đất đai") == "Đất đai"
    assert cell(0) == 0

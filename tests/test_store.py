"""The store: nothing is computed twice, left half-written or trusted when damaged."""

from __future__ import annotations

import csv
import errno
import json
import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from simulation.errors import InputError, StoreError
from simulation.execution import Processes, open_executor
from simulation.experiments import Case, Model, Outcome, replicate, run_case
from simulation.store import Store, run_id
from simulation.store import runs as runs_module
from simulation.store.files import cell, replacing, write_csv
from tests.running import EVERY_STEP, finish, office, start

if TYPE_CHECKING:
    from collections.abc import Sequence

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
) -> tuple[Path, RunResult]:
    """Run as the command line does; returns the run's folder."""
    numbers = list(range(replications)) if isinstance(replications, int) else list(replications)
    with Store(directory) as store, open_executor(workers) as executor:
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

    def counted(case: Case, engine: str, *, tables: bool = False) -> Outcome:
        numbers.append(case.replication)
        return run_case(case, engine, tables=tables)

    monkeypatch.setattr("simulation.experiments.cases.run_case", counted)
    return numbers


def contents(folder: Path) -> dict[str, bytes]:
    """Bytes of the files of a run that do not hold the time."""
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"
    }


def rows(directory: Path) -> list[tuple[object, ...]]:
    """Stored replications without the time they took."""
    with closing(sqlite3.connect(directory / "motcua.sqlite", timeout=60)) as connection:
        try:
            return connection.execute(
                "SELECT model, seed, replication, model_version, measures, series, form, checksum "
                "FROM replications ORDER BY model, seed, replication"
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
    again = tmp_path / "again.yaml"
    again.write_text(json.dumps(manifest["scenario"]), encoding="utf-8")

    assert Model.of(office(case=again)).digest == manifest["model"] == result.model.digest
    assert manifest["seed"] == 1
    assert manifest["replications"] == [0, 1]
    assert manifest["engine"] == "compiled"
    assert manifest["command"] == ["run", "example"]
    assert manifest["holidays"]["2021-01-01"]
    assert manifest["second_0"] == "2021-03-01"
    assert {"python", "numpy", "holidays"} <= manifest["versions"].keys()
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
    """Four after two computes two, with the bytes of four at once."""
    run(tmp_path / "a", office(), 2)
    continued, _ = run(tmp_path / "a", office(), 4)
    assert computed == [0, 1, 2, 3]
    at_once, _ = run(tmp_path / "b", office(), 4)

    assert contents(continued) == contents(at_once)
    assert continued.name == at_once.name


def test_untrusted_results_are_computed_again(tmp_path: Path, computed: list[int]) -> None:
    """When told so, a run is computed again although it is known."""
    run(tmp_path, office())
    run(tmp_path, office(), trusted=False)

    assert computed == [0, 1, 0, 1]


def test_serial_and_parallel_leave_the_same_bytes(tmp_path: Path) -> None:
    """One worker and two leave equal files, kept tables among them, and equal rows."""
    scenario = office(case=EVERY_STEP)
    serial, _ = run(tmp_path / "serial", scenario, 3, keep="journal")
    parallel, _ = run(tmp_path / "parallel", scenario, 3, keep="journal", workers=2)

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


@pytest.mark.parametrize(
    "damage", [b"", b"this is not a database", b"SQLite format 3\0" + b"x" * 999]
)
def test_damaged_database(tmp_path: Path, damage: bytes) -> None:
    """A file that is no database is named; an empty one is a new one."""
    run(tmp_path, office())
    database = tmp_path / "motcua.sqlite"
    database.write_bytes(damage)
    if not damage:
        run(tmp_path, office())
        return
    with pytest.raises(StoreError, match=r"motcua\.sqlite .*(damaged|cannot be used)"):
        run(tmp_path, office())


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

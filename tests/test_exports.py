"""`motcua export`: what is in the files is what was simulated, whole or not at all."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from simulation import export
from simulation.errors import InputError, StoreError
from simulation.exports import CONVENTIONS, FORMATS, comma, tables
from simulation.exports.columns import KEPT_TABLES, RUN_TABLES, VIEWS
from simulation.exports.conventions import COLUMNS as CONVENTION_COLUMNS
from simulation.exports.frames import frame
from simulation.exports.moments import written
from simulation.exports.studies import STUDIES
from simulation.store.views import VIEWS as STORED
from tests.exported import stored_run, stored_study
from tests.running import EVERY_STEP, MINIMAL, VALID, Caller, office

if TYPE_CHECKING:
    from simulation.experiments import RunResult

OFFSET = timedelta(hours=7)
FORMULA = "=1+1 năm hành chính"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with three runs: one that kept CSV, one that kept Parquet, one that kept nothing."""
    directory = tmp_path_factory.mktemp("results")
    stored_run(directory, office(f"title={FORMULA}", case=EVERY_STEP), "journal")
    stored_run(directory, office(), "parquet")
    stored_run(directory, office("workload=2"))
    return directory


@pytest.fixture(scope="module")
def kept(results: Path) -> tuple[RunResult, Path]:
    """The run that kept CSV: its result, and its folder."""
    return stored_run(results, office(f"title={FORMULA}", case=EVERY_STEP), "journal")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as texts."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_what_was_simulated(kept: tuple[RunResult, Path], tmp_path: Path) -> None:
    """Measures, replications, backlog and form are those of the result, number for number."""
    result, folder = kept
    export(folder, "csv", tmp_path / "out")
    measures = {row["path"]: row for row in rows_of(tmp_path / "out" / "measures.csv")}
    values = rows_of(tmp_path / "out" / "replications.csv")
    days = rows_of(tmp_path / "out" / "by_day.csv")
    form = rows_of(tmp_path / "out" / "form.csv")

    assert measures.keys() == result.measured.keys()
    for path, interval in result.measured.items():
        for end, number in interval.as_dict().items():
            assert measures[path][end] == ("" if number is None else str(number)), path
    for row in values:
        number = result.outcomes[int(row["replication"])].measures[row["path"]]
        assert row["value"] == ("" if number is None else str(float(number)))
    first, last = office(case=EVERY_STEP).period.first_day, office(case=EVERY_STEP).period.last_day
    backlog = [row for row in days if row["path"] == "backlog" and row["replication"] == "1"]
    assert (backlog[0]["day"], backlog[-1]["day"]) == (str(first), str(last))
    assert [int(row["value"]) for row in backlog] == result.outcomes[1].series["backlog"]
    for row in form:
        counts = [int(row[name]) for name in row if name.startswith("c")]
        assert counts == list(result.outcomes[int(row["replication"])].form[row["field"]])


def test_instants_are_those_of_the_engine(kept: tuple[RunResult, Path], tmp_path: Path) -> None:
    """An instant is midnight of the first day and so many seconds, with the offset of Vietnam."""
    _result, folder = kept
    export(folder, "csv", tmp_path, replication=1)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    midnight = datetime.fromisoformat(manifest["second_0"])
    for table in KEPT_TABLES:
        stored, shown = rows_of(folder / f"{table}-1.csv"), rows_of(tmp_path / f"{table}.csv")
        assert len(stored) == len(shown) > 0
        for own, row in zip(stored, shown, strict=True):
            for column in KEPT_TABLES[table]:
                if column.type != "instant":
                    continue
                seconds = own[column.name.removesuffix("_at") + "_s"]
                local = seconds and midnight + timedelta(seconds=int(seconds))
                assert row[column.name] == (f"{local:%Y-%m-%dT%H:%M:%S}+07:00" if local else "")


def test_what_follows_from_the_dossiers_agrees(
    kept: tuple[RunResult, Path], tmp_path: Path
) -> None:
    """The derived columns give the official rate, the counts of classes and the waits of a desk."""
    result, folder = kept
    export(folder, "csv", tmp_path)
    dossiers = pd.read_csv(tmp_path / "dossiers.csv")
    visits = pd.read_csv(tmp_path / "visits.csv")
    for number, outcome in result.outcomes.items():
        own = dossiers[(dossiers["replication"] == number) & dossiers["resolved_in_period"]]
        measures = outcome.measures
        assert len(own) == measures["resolved"]
        counts = own["official_class"].value_counts()
        assert counts.get("early", 0) == measures["early"]
        assert counts.get("on-time", 0) == measures["on_due_date"]
        assert (own["official_class"] != "late").mean() == measures["on_time_official"]
        own_visits = visits[(visits["replication"] == number) & (visits["desk"] == "reception")]
        waited = own_visits["waited_s"].dropna()
        assert len(waited) == measures["desks.reception.waits"]
        assert waited.mean() / 60 == pytest.approx(measures["desks.reception.wait_mean_min"])


@pytest.mark.parametrize("run", ["every-step", "minimal/seed1-r2"])
def test_formats_agree(results: Path, tmp_path: Path, run: str) -> None:
    """JSON and Parquet hold the rows of the CSV files, whichever format was kept."""
    name = run if run == "every-step" else kept_as_parquet(results)
    export(name, "csv", tmp_path / "csv", results=results)
    export(name, "parquet", tmp_path / "parquet", results=results)
    export(name, "json", tmp_path / "all.json", results=results)
    found = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["tables"]

    assert found.keys() == (RUN_TABLES | KEPT_TABLES).keys()
    for table, columns in (RUN_TABLES | KEPT_TABLES).items():
        texts = rows_of(tmp_path / "csv" / f"{table}.csv")
        typed = parquet.read_table(tmp_path / "parquet" / f"{table}.parquet")
        names = [column.name for column in columns]
        assert typed.column_names == names
        assert [list(row) for row in found[table]] == [names] * len(texts)
        for text, row, value in zip(texts, found[table], typed.to_pylist(), strict=True):
            assert {k: as_text(v) for k, v in row.items()} == unquoted(text)
            assert {k: as_text(v) for k, v in value.items()} == unquoted(text)


def kept_as_parquet(results: Path) -> str:
    """Name of the run that kept Parquet."""
    (folder,) = {path.parent for path in results.glob("*/*/dossiers-*.parquet")}
    return folder.name


def as_text(value: Any) -> str:
    """A value as it stands in CSV."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}+07:00"
    return str(value)


def unquoted(row: dict[str, str]) -> dict[str, str]:
    """A row of CSV without the apostrophes before what looks like a formula."""
    return {key: value.removeprefix("'") for key, value in row.items()}


def test_parquet_knows_its_types(results: Path, tmp_path: Path) -> None:
    """Instants are instants with a zone, days are days, and columns say what they mean."""
    export(kept_as_parquet(results), "parquet", tmp_path, results=results)
    dossiers = parquet.read_schema(tmp_path / "dossiers.parquet")
    days = parquet.read_schema(tmp_path / "by_day.parquet")

    assert dossiers.field("due_at").type == pa.timestamp("ms", "Asia/Ho_Chi_Minh")
    assert days.field("day").type == pa.date32()
    assert dossiers.field("draw").type == pa.int64()
    assert dossiers.field("due_at").metadata[b"missing"].startswith(b"it was not received")
    first = parquet.read_table(tmp_path / "dossiers.parquet")["submitted_at"][0].as_py()
    assert first.utcoffset() == OFFSET


def test_csv_is_safe_in_a_spreadsheet(kept: tuple[RunResult, Path], tmp_path: Path) -> None:
    """It begins with a byte order mark, and no text cell looks like a formula."""
    _result, folder = kept
    export(folder, "csv", tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    about = {row["key"]: row["value"] for row in rows_of(tmp_path / "about.csv")}
    assert about["title_en"] == f"'{FORMULA}"

    columns = RUN_TABLES["about"]
    wild = ["=1", "+1", "-1", "@a", "\ta", "\ra", "a=1", "ngày"]
    rows = [(text, text) for text in wild]
    for _rows in comma.write_frames(tmp_path / "x.csv", columns, iter([frame(columns, rows)])):
        pass
    for row, text in zip(rows_of(tmp_path / "x.csv"), wild, strict=True):
        assert row["value"] == (text if text in {"a=1", "ngày"} else f"'{text}")


def test_long_tables_are_written_in_parts(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size of the parts leaves no trace in the files."""
    export("every-step", "csv", tmp_path / "whole", results=results)
    monkeypatch.setattr(tables, "FRAME_ROWS", 41)
    export("every-step", "csv", tmp_path / "parts", results=results)
    for path in (tmp_path / "whole").iterdir():
        assert path.read_bytes() == (tmp_path / "parts" / path.name).read_bytes()


def test_instants_as_text() -> None:
    """Any second of any day is written as Python's own datetime writes it, and none as none."""
    seconds = np.random.default_rng(1).integers(0, 10**10, 300)
    values = np.append(seconds.astype("datetime64[s]"), np.datetime64("NaT"))
    texts = written(values)

    assert texts[-1] is None
    for second, text in zip(seconds, texts, strict=False):
        local = datetime(1970, 1, 1) + timedelta(seconds=int(second))
        assert text == f"{local.isoformat()}+07:00"


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_conventions(kept: tuple[RunResult, Path], tmp_path: Path, convention: str) -> None:
    """A log has the columns of its tool, and as many rows as there are events or visits done."""
    _result, folder = kept
    export(folder, "csv", tmp_path / "log.csv", convention=convention)
    export(folder, "csv", tmp_path / "tables", replication=0)
    rows = rows_of(tmp_path / "log.csv")
    visits = pd.read_csv(tmp_path / "tables" / "visits.csv")
    visits = visits[~visits["kind"].isin(["fork", "join"])]
    done = visits[visits["outcome"] == "done"]

    assert list(rows[0]) == [c.name for c in CONVENTION_COLUMNS[convention]]  # type: ignore[index]
    if convention == "prosimos":
        assert len(rows) == len(done)
        starts = [row["start_time"] for row in rows]
        assert starts == done["started_at"].tolist()
    else:
        assert len(rows) == visits["started_at"].notna().sum() + visits["ended_at"].notna().sum()


def test_without_kept_tables(motcua: Caller) -> None:
    """CSV and JSON hold what there is and say what is not; a log of events is refused."""
    motcua("run", MINIMAL, "--replications", 2)
    ended = motcua("export", "minimal", "--to", "csv", "--output", "out")
    refused = motcua("export", "minimal", "--to", "xes")

    assert ended.code == 0
    assert "were not kept" in ended.err
    assert f"motcua run {MINIMAL} --replications 2 --keep parquet" in ended.err
    assert not {"dossiers.csv", "visits.csv"} & set(files("out"))
    assert refused.code == 2
    assert f"motcua run {MINIMAL} --replications 2 --keep parquet" in refused.err
    assert files(".") == ["out", "results"]


def files(folder: str) -> list[str]:
    """Names in a folder, hidden ones too."""
    return sorted(path.name for path in Path(folder).iterdir())


def test_the_command(motcua: Caller, results: Path) -> None:
    """It names what it wrote, in the working directory and after the result if nothing is said."""
    ended = motcua("export", "every-step", "--to", "json", "--out", results)
    folder = next(results.glob("every-step/*"))

    assert ended.code == 0
    assert ended.out == f"Written: every-step-{folder.name}.json\n"
    assert motcua("export", f"{folder}/", "--to", "xes", "--replication", 1).err == ""
    assert files(".") == [f"every-step-{folder.name}.json", f"every-step-{folder.name}.xes"]


def test_into_a_directory(motcua: Caller, results: Path, tmp_path: Path) -> None:
    """A directory in the place of a file takes the file under its own name."""
    (tmp_path / "here").mkdir()
    motcua("export", "every-step", "--to", "json", "--out", results, "--output", "here")
    assert len(files("here")) == 1


def test_nothing_is_replaced_unasked(motcua: Caller, results: Path, tmp_path: Path) -> None:
    """A file that is there stays as it is, until --force; what else is in a folder stays, too."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "form.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    command = ("export", "every-step", "--to", "csv", "--out", results, "--output", "out")
    refused = motcua(*command)

    assert refused.code == 2
    assert "form.csv is there already" in refused.err
    assert files("out") == ["form.csv", "notes.txt"]
    assert motcua(*command, "--force").code == 0
    assert (tmp_path / "out" / "form.csv").read_bytes() != b"mine"
    assert (tmp_path / "out" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_tables_of_several_results_are_not_mixed(
    motcua: Caller, results: Path, tmp_path: Path
) -> None:
    """A folder with tables that this result does not have is refused, with --force too."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "breaking_points.csv").write_text("of a sweep", encoding="utf-8")
    command = ("export", "every-step", "--to", "csv", "--out", results, "--output", "out")
    for refused in (motcua(*command), motcua(*command, "--force")):
        assert refused.code == 2
        assert "holds tables that this result does not have: breaking_points.csv" in refused.err
    assert files("out") == ["breaking_points.csv"]


def test_a_folder_in_the_place_of_a_file(motcua: Caller, results: Path, tmp_path: Path) -> None:
    """It is refused before anything is written, and --force does not remove it either."""
    (tmp_path / "out" / "form.csv").mkdir(parents=True)
    command = ("export", "every-step", "--to", "csv", "--out", results, "--output", "out")
    for refused in (motcua(*command), motcua(*command, "--force")):
        assert refused.code == 2
        assert "form.csv is a folder" in refused.err
    assert files("out") == ["form.csv"]


@pytest.mark.parametrize("to", FORMATS)
def test_nothing_is_left_half_written(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    """When it fails on the way there is no file, no folder and nothing temporary."""

    def fail(*_: object) -> Any:
        raise StoreError("the disk is full")

    name = "out" if to in {"csv", "parquet"} else f"out.{'json' if to == 'ocel' else to}"
    monkeypatch.setattr("simulation.exports.kept._exported", fail)
    with pytest.raises(StoreError, match="the disk is full"):
        export("every-step", to, tmp_path / name, results=results)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"to": "xls"}, "there is no format 'xls'; allowed: csv, xlsx, json"),
        ({"result": "nothing", "to": "csv"}, "no run is called 'nothing'"),
        ({"result": "minimal", "to": "csv"}, "several runs are called"),
        ({"to": "xes", "convention": "pm4py"}, "they go with --to csv"),
        ({"to": "csv", "convention": "disco"}, "allowed are pm4py, bupar, prosimos"),
        ({"to": "csv", "replication": 7}, "replication 7 of .* were not kept; kept: 0, 1"),
        ({"to": "csv", "output": " "}, "--output names nothing"),
        ({"to": "xlsx", "output": "out.csv"}, "let the name of the xlsx file end with .xlsx"),
        ({"to": "csv", "results": "nowhere"}, "there are no results in nowhere"),
    ],
)
def test_bad_arguments(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: dict[str, Any], message: str,
) -> None:  # fmt: skip
    """What cannot be done is said with what can, before anything is written."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=message):
        export(**{"result": "every-step", "results": results, **arguments})
    assert list(tmp_path.iterdir()) == []


def test_targets_that_cannot_be_written(results: Path, tmp_path: Path) -> None:
    """A missing directory, and a file where a folder is to be, are named."""
    with pytest.raises(StoreError, match="there is no directory"):
        export("every-step", "json", tmp_path / "no" / "x.json", results=results)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="is a file, and several files"):
        export("every-step", "csv", tmp_path / "file", results=results)


def test_another_version_of_the_model(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result of another version is not exported."""
    monkeypatch.setattr("simulation.store.catalogue.MODEL_VERSION", 999)
    with pytest.raises(InputError, match="was computed with version"):
        export("every-step", "csv", tmp_path / "out", results=results)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["summary.json", "manifest.json", "dossiers-0.csv"])
def test_damaged_files(tmp_path: Path, name: str) -> None:
    """A file that is not as it was written is named, and nothing is made of it."""
    _result, folder = stored_run(tmp_path / "results", office(), "journal")
    (folder / name).write_bytes((folder / name).read_bytes()[:-5])
    with pytest.raises(StoreError, match=f"{name} is missing, altered or damaged; run the same"):
        export(folder, "csv", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_replication(tmp_path: Path) -> None:
    """A replication that is no longer in the database is named."""
    _result, folder = stored_run(tmp_path / "results", office())
    with closing(sqlite3.connect(tmp_path / "results" / "motcua.sqlite")) as connection, connection:
        connection.execute("DELETE FROM replications WHERE replication = 1")
    with pytest.raises(StoreError, match=r"replication 1 of .* is missing or damaged"):
        export(folder, "csv", tmp_path / "out")


def test_a_missing_extra(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package for a format its extra is named."""
    monkeypatch.setattr("simulation.exports.formats.find_spec", lambda _: None)
    for to, extra in (("xlsx", "excel"), ("parquet", "parquet")):
        with pytest.raises(InputError, match=rf"pip install 'motcua\[{extra}\]'"):
            export("every-step", to, tmp_path / "out", results=results)


STUDY_COMMANDS = {
    "comparison": ("compare", MINIMAL, VALID.parent / "valid-options" / "comparison.yaml",
                   "--replications", 2),
    "sweep": ("sweep", MINIMAL, "--vary", "workload=3:6", "--replications", 2),
    "deadlines": ("deadlines", MINIMAL, "--replications", 2),
}  # fmt: skip


@pytest.mark.parametrize("kind", STUDY_COMMANDS)
def test_studies(tmp_path: Path, kind: str) -> None:
    """A study is exported as CSV, JSON, Parquet and workbook, each table with its columns."""
    stored_study(tmp_path / "results", *STUDY_COMMANDS[kind], "--workers", 1)
    check_study(tmp_path, kind)


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(STUDIES.keys() - STUDY_COMMANDS))
def test_long_studies(tmp_path: Path, kind: str) -> None:
    """The same of the kinds of study that take longer to make."""
    case, register = VALID / "forecast.yaml", tmp_path / "open.csv"
    if kind == "forecast":
        stored_study(
            tmp_path / "results", "forecast", case, "--example", register, "--as-of", "2021-04-15"
        )
    commands: dict[str, tuple[object, ...]] = {
        "sensitivity": ("sensitivity", "lai-chau-2020", "--trajectories", 2, "--samples", 8,
                        "--leaders", 2, "--replications", 1),
        "staffing": ("staff", MINIMAL, "--target", "on_time>=90 %", "--cap", 10),
        "forecast": ("forecast", case, "--open", register, "--as-of", "2021-04-15",
                     "--replications", 5),
        "backtest": ("forecast", case, "--backtest", "--cuts", 2, "--replications", 3),
    }  # fmt: skip
    stored_study(tmp_path / "results", *commands[kind], "--workers", 1)
    check_study(tmp_path, kind)


def check_study(directory: Path, kind: str) -> None:
    """Export a study in all formats that it has, and see that the tables are there."""
    results = directory / "results"
    export(f"{kind}-seed1", "csv", directory / "csv", results=results)
    export(f"{kind}-seed1", "parquet", directory / "parquet", results=results)
    export(f"{kind}-seed1", "json", directory / "all.json", results=results)
    export(f"{kind}-seed1", "xlsx", directory / "book.xlsx", results=results)
    found = json.loads((directory / "all.json").read_text(encoding="utf-8"))
    assert found["summary"]["kind"] == kind
    assert found["tables"].keys() == STUDIES[kind].keys()
    for name, table in STUDIES[kind].items():
        with (directory / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert next(csv.reader(file)) == [column.name for column in table.columns]
        for row in found["tables"][name]:
            for column in table.columns:
                assert row[column.name] is not None or column.missing, (name, column.name)
    with pytest.raises(InputError, match="keeps no dossiers"):
        export(f"{kind}-seed1", "ocel", directory / "x", results=results)


def test_differences_of_a_comparison(tmp_path: Path) -> None:
    """The table of differences has those of the summary, in the units of the measures."""
    stored_study(tmp_path / "results", *STUDY_COMMANDS["comparison"], "--workers", 1)
    export("comparison", "json", tmp_path / "all.json", results=tmp_path / "results")
    found = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    options = found["summary"]["options"]
    for row in found["tables"]["differences"]:
        own = options[row["option"]]
        part = own["differences_by_field"][row["field"]] if row["field"] else own["differences"]
        expected = part[row["measure"]] or {"mean": None, "low": None, "high": None}
        assert [row[end] for end in ("mean", "low", "high")] == [
            expected[end] for end in ("mean", "low", "high")
        ]


def test_columns_are_missing_only_where_they_may(
    kept: tuple[RunResult, Path], tmp_path: Path
) -> None:
    """A column that says of no missing value has none."""
    _result, folder = kept
    export(folder, "json", tmp_path / "all.json")
    found = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["tables"]
    for name, columns in (RUN_TABLES | KEPT_TABLES).items():
        for row in found[name]:
            for column in columns:
                assert row[column.name] is not None or column.missing, (name, column.name)


def test_views_of_the_store(kept: tuple[RunResult, Path], results: Path) -> None:
    """Views have the columns they are described with, and the numbers of the result."""
    result, folder = kept
    with closing(sqlite3.connect(results / "motcua.sqlite")) as connection:
        assert [view.name for view in STORED] == list(VIEWS)
        for view, columns in VIEWS.items():
            shown = connection.execute(f"SELECT * FROM {view}")  # noqa: S608 - our own names
            assert [one[0] for one in shown.description] == [column.name for column in columns]
        asked = "SELECT replication, path, value FROM measure_values WHERE run = ?"
        for number, path, value in connection.execute(asked, (folder.name,)):
            assert value == result.outcomes[number].measures[path]
        asked = (
            "SELECT value FROM day_values WHERE run = ? AND replication = 0 AND path = 'backlog'"
        )
        found = [value for (value,) in connection.execute(asked, (folder.name,))]
        assert found == result.outcomes[0].series["backlog"]
        asked = "SELECT c3_received, c13_overdue FROM form_values WHERE run = ? AND field = 'TOTAL'"
        counts = [outcome.form["TOTAL"] for outcome in result.outcomes.values()]
        assert connection.execute(asked, (folder.name,)).fetchall() == [
            (own[0], own[-1]) for own in counts
        ]


def test_duckdb_reads_what_is_written(kept: tuple[RunResult, Path], tmp_path: Path) -> None:
    """A query over CSV and one over Parquet give the official rate."""
    result, folder = kept
    for to in ("csv", "parquet"):
        export(folder, to, tmp_path / to)
        found = duckdb.sql(
            "SELECT avg((official_class <> 'late')::int) "  # noqa: S608 - our own path
            f"FROM '{tmp_path}/{to}/dossiers.{to}' WHERE resolved_in_period AND replication = 0"
        )
        assert found is not None
        ((answer,),) = found.fetchall()
        assert answer == result.outcomes[0].measures["on_time_official"]

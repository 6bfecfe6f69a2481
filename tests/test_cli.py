"""The command line: what it prints where, its exit codes, and how fast it can start."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulation.__about__ import __version__
from simulation.bundled import bundled_scenarios_dir
from simulation.execution import WorkersDiedError
from simulation.experiments import cases
from simulation.scenario import list_bundled, load_scenario
from simulation.scenario.schema import scenario_schema
from simulation.store import files
from tests.running import EVERY_STEP, MINIMAL, ROOT, VALID, Caller, finish, start

OPTIONS = bundled_scenarios_dir() / "options" / "lai-chau-2020.yaml"
HEAVY = {"numpy", "pandas", "scipy", "simpy", "pydantic", "ruamel", "rich", "holidays"}
"""Packages that `--help` must not wait for."""


def replications(directory: str) -> list[str]:
    """Rows of the only replications.csv below a directory, without the header."""
    (path,) = Path(directory).glob("*/*/replications.csv")
    return path.read_text(encoding="utf-8-sig").splitlines()[1:]


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["--version"], set()),
        (["run", "--help"], {"pydantic"}),  # typer itself needs it for parameters with types
        (["run", "--workers", "none"], {"pydantic"}),
    ],
)
def test_help_imports_nothing_heavy(arguments: list[str], allowed: set[str]) -> None:
    """Help, version and usage errors come without the packages that take time to import."""
    script = (
        "import sys\n"
        f"sys.argv = ['motcua', *{arguments!r}]\n"
        "from simulation.cli import main\n"
        "main()\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    imported = set(ended.stderr.splitlines()[-1].strip("[]").replace("'", "").split(", "))

    assert "typer" in imported
    assert imported & HEAVY <= allowed


def test_package_imports_nothing_heavy() -> None:
    """Importing the package costs nothing until one of its names is used."""
    script = "import sys, simulation; print(*sys.modules); simulation.load_scenario"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert not {name.partition(".")[0] for name in ended.stdout.split()} & HEAVY


def test_run_prints_a_report(motcua: Caller) -> None:
    """A run prints its report on stdout and nothing on stderr, and says where results are."""
    ended = motcua("run", MINIMAL, "--replications", 2)

    assert ended.code == 0
    assert ended.err == ""
    assert "On time, official form" in ended.out
    assert "Results: results/minimal/seed1-r2-" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 100


def test_run_json_is_pure(tmp_path: Path) -> None:
    """With --json stdout is the summary, byte for byte, and stderr is empty."""
    ended = finish(
        start("run", EVERY_STEP, "--json", "--out", tmp_path, "--workers", 2, cwd=tmp_path)
    )
    (written,) = tmp_path.glob("every-step/*/summary.json")
    schema = json.loads((ROOT / "docs" / "summary.schema.json").read_text(encoding="utf-8"))

    assert ended.code == 0
    assert ended.err == ""
    assert ended.out == written.read_text(encoding="utf-8")
    jsonschema.validate(json.loads(ended.out), schema)


def test_run_options(motcua: Caller) -> None:
    """Seed, number of replications, changes and engine arrive where they belong."""
    summary = json.loads(
        motcua(
            "run", MINIMAL, "--json", "--seed", 7, "--replications", 3, "--engine", "simpy",
            "--set", "workload=0.5", "--set", "channels.counter.spread=fixed",
        ).out
    )  # fmt: skip

    assert summary["seed"] == 7
    assert summary["replications"] == 3
    assert summary["engine"] == "simpy"
    assert summary["measures"]["submitted"] == {"mean": 30, "low": 30, "high": 30}


def test_one_replication_alone(motcua: Caller) -> None:
    """A replication on its own has the measures that it has among others."""
    together = motcua("run", MINIMAL, "--replications", 3, "--json", "--out", "a")
    alone = motcua("run", MINIMAL, "--replication", 2, "--json", "--out", "b")
    rows, (row,) = replications("a"), replications("b")

    assert row == rows[2]
    assert row != rows[1]
    assert json.loads(alone.out)["replication_numbers"] == [2]
    assert json.loads(together.out)["replication_numbers"] == [0, 1, 2]


def test_second_run_is_recognised(motcua: Caller) -> None:
    """The same run again says that it was known, and --force computes it again."""
    first = motcua("run", MINIMAL, "--replications", 4)
    second = motcua("run", MINIMAL, "--replications", 4)
    more = motcua("run", MINIMAL, "--replications", 6)
    forced = motcua("run", MINIMAL, "--replications", 4, "--force")

    assert "Known from before" not in first.out
    assert "Known from before: 4 of 4 replications." in second.out
    assert "Known from before: 4 of 6 replications." in more.out
    assert "Known from before" not in forced.out


def test_keeping_the_journal(motcua: Caller) -> None:
    """Dossiers and visits are kept on request."""
    motcua("run", MINIMAL, "--replications", 1, "--keep", "journal")

    assert {path.name for path in Path().glob("results/*/*/*-0.csv")} == {
        "dossiers-0.csv",
        "visits-0.csv",
    }


def test_over_capacity_still_runs(motcua: Caller) -> None:
    """A scenario that cannot be served runs, and says who is short."""
    ended = motcua("run", MINIMAL, "--replications", 1, "--set", "workload=8")

    assert ended.code == 0
    assert "short by 4 people" in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "thanh-hoa-2012"], "did you mean 'thanh-hoa-2021'"),
        (["run", "nowhere.yaml"], "nowhere.yaml"),
        (["run", str(MINIMAL), "--set", "teams.officers.staf=3"], "did you mean 'staff'"),
        (["run", str(MINIMAL), "--set", "workload=lots"], "workload"),
        (["run", str(MINIMAL), "--engine", "simply"], "simpy"),
        (["run", str(MINIMAL), "--seed", str(2**64)], "seed"),
        (["run", str(MINIMAL), "--replication", str(2**32)], "replication"),
        (["run", str(MINIMAL), "--replications", "0"], "--replications"),
        (["run", str(MINIMAL), "--workers", "0"], "--workers"),
        (["run", str(MINIMAL), "--keep", "everything"], "--keep"),
        (["run", str(MINIMAL), "--cluster", "tcp://x:1", "--workers", "2"], "--workers"),
        (["results", "list"], "no results in results"),
        (["results", "show"], "RESULT"),
        (["run"], "SCENARIO"),
        (["run", str(MINIMAL), "--unknown"], "--unknown"),
        (["rnu"], "rnu"),
        (["check", "nowhere.yaml"], "nowhere.yaml"),
        (["sources", "nowhere"], "nowhere"),
        (["run", ""], "'' names no scenario"),
        (["check", " "], "' ' names no scenario"),
        (["sources", ""], "'' names no scenario"),
        (["run", "x" * 5000], "there is no bundled scenario 'xxx"),
        (["run", "base"], "'base' is a base, which scenarios extend"),
        (["run", str(OPTIONS)], "this is an options file"),
        (["run", str(MINIMAL), "--engine", ""], "there is no engine ''"),
        (["run", str(MINIMAL), "--out", ""], "it names no directory"),
        (["results", "list", "--out", " "], "it names no directory"),
        (["results", "show", ""], "it names no run"),
        (["results", "remove", "", "--yes"], "it names no run"),
        (["init", ""], "it names no directory"),
    ],
)
def test_bad_input(motcua: Caller, arguments: list[str], message: str) -> None:
    """Bad input ends with exit code 2, a message on stderr, and no traceback."""
    ended = motcua(*arguments)

    assert ended.code == 2
    assert ended.out == ""
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert list(Path().iterdir()) == []


def test_long_values_are_clipped(motcua: Caller) -> None:
    """A message shows the beginning of a long value, as of a file that is no scenario at all."""
    Path("list.txt").write_text("root:x:0:0\n" * 500, encoding="utf-8")
    ended = motcua("check", "list.txt")

    assert ended.code == 2
    assert "the single value 'root:x:0:0 root:x:0:0" in ended.err
    assert max(map(len, ended.err.splitlines())) < 200


@pytest.mark.parametrize("path", sorted((VALID.parent / "invalid").glob("*.yaml"))[:5])
def test_invalid_scenario(motcua: Caller, path: Path) -> None:
    """An invalid scenario is refused by run and check alike, before anything is written."""
    for command in ("run", "check"):
        ended = motcua(command, path)

        assert ended.code == 2
        assert ended.err.startswith("motcua: ")
    assert not Path("results").exists()


def test_store_error(motcua: Caller) -> None:
    """A directory of results that cannot be used ends with exit code 4 and its name."""
    Path("results").write_text("in the way", encoding="utf-8")
    ended = motcua("run", MINIMAL)

    assert ended.code == 4
    assert "results cannot be made a directory" in ended.err
    assert "a file is in the way" in ended.err


@pytest.mark.parametrize("workers", [1, None])
def test_out_of_memory_keeps_what_is_done(
    motcua: Caller, monkeypatch: pytest.MonkeyPatch, workers: int | None
) -> None:
    """Running out of memory is said in words: how much is needed, and what is kept."""
    real = cases.run_case
    options = () if workers is None else ("--workers", workers)

    def full(case: cases.Case, *arguments: Any, **others: Any) -> cases.Outcome:
        if case.replication == 2:
            raise MemoryError
        return real(case, *arguments, **others)

    with monkeypatch.context() as patch:
        patch.setattr(cases, "run_case", full)
        ended = motcua("run", MINIMAL, "--replications", 4, *options)

    assert ended.code == 1
    assert ended.out == ""
    assert "not enough memory after 2 of 4 replications; what was finished is kept" in ended.err
    assert "about 60 dossiers" in ended.err
    assert ("--workers 1" in ended.err) == (workers is None)
    assert len(ended.err.splitlines()) == 1
    again = motcua("run", MINIMAL, "--replications", 4)
    assert again.code == 0
    assert "Known from before" in again.out


def test_workers_that_die_are_told_with_what_is_kept(
    motcua: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system kills workers again and again, what was finished is said to be kept."""

    def killed(*_: object, **__: object) -> None:
        raise WorkersDiedError("the worker processes died 4 times")

    monkeypatch.setattr(cases, "run_case", killed)
    ended = motcua("run", MINIMAL, "--replications", 4)

    assert ended.code == 1
    assert ended.err == (
        "motcua: stopped after 0 of 4 replications; what was finished is kept: "
        "the worker processes died 4 times\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--replication", 2**32], "replication = 4294967296 must lie between 0 and 4294967295"),
        (["--replication", 10**20], "replication = 100000000000000000000 must lie between"),
        (["--seed", 2**64], "seed = 18446744073709551616 must lie between"),
        (["--replications", 2, "--replication", 3], "--replication is only one"),
    ],
)
def test_what_names_no_replication_leaves_nothing(
    motcua: Caller, arguments: list[object], message: str
) -> None:
    """Numbers that nothing can be drawn with are refused before anything is noted."""
    ended = motcua("run", MINIMAL, *arguments)

    assert ended.code == 2
    assert message in ended.err
    assert not Path("results").exists()


def test_what_takes_long_is_said_before(motcua: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run says first what it will need."""
    monkeypatch.setattr("simulation.experiments.warnings", lambda *_: ["this takes an hour"])
    ended = motcua("run", MINIMAL)

    assert ended.code == 0
    assert ended.err == "motcua: this takes an hour\n"


def test_output_on_a_full_disk() -> None:
    """An output that cannot be written is said in one line."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    command = f"'{sys.executable}' -m simulation scenarios >/dev/full"
    ended = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 4
    assert ended.stderr == "motcua: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("workers", [1, 2])
def test_interrupt_keeps_what_is_done(tmp_path: Path, workers: int) -> None:
    """Ctrl-C ends a run with exit code 130; what was finished is not computed again."""
    database = tmp_path / "motcua.sqlite"
    arguments = ("run", MINIMAL, "--out", tmp_path, "--workers", workers, "--replications")
    process = start(*arguments, 100_000, cwd=tmp_path)
    while stored(database, below=2) < 2:  # two workers need not finish them first
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to the workers as well
    ended = finish(process)
    done = stored(database)

    assert ended.code == 130
    assert "of 100000 replications; what was finished is kept" in ended.err
    assert "Traceback" not in ended.err
    assert done < 100_000
    again = finish(start(*arguments, 2, cwd=tmp_path))
    assert "Known from before: 2 of 2 replications." in again.out
    assert stored(database) == done


def test_interrupt_says_how_to_go_on(tmp_path: Path) -> None:
    """The command line that an interrupted run prints goes on from there, and does not start anew.

    Its directory has a space in its name, as a shell would mind.
    """
    database = tmp_path / "my results" / "motcua.sqlite"
    arguments = ("run", MINIMAL, "--replications", 150, "--workers", 1, "--force", "--out")
    process = start(*arguments, database.parent, cwd=tmp_path)
    while stored(database) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    ended = finish(process)
    done = stored(database)
    command = shlex.split(ended.err.splitlines()[-1])
    went_on = finish(start(*command[3:], cwd=tmp_path))

    assert ended.code == 130
    assert command[:3] == [sys.executable, "-m", "simulation"]
    assert f"Known from before: {done} of 150 replications." in went_on.out


def test_interrupt_does_not_wait_for_the_kernel(tmp_path: Path) -> None:
    """Ctrl-C ends a run in the middle of a long replication, whatever that is doing."""
    database = tmp_path / "motcua.sqlite"
    many = ("--set", "channels.counter.volume=400000")
    process = start("run", MINIMAL, "--out", tmp_path, "--workers", 1, *many, cwd=tmp_path)
    while not noted(database):
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    ended = finish(process)

    assert ended.code == 130
    assert "after 0 of 20 replications" in ended.err
    assert stored(database) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_progress_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal stderr shows replications done, their rate and the time left; stdout does not.

    What is known from before counts as done.
    """
    arguments = ("run", MINIMAL, "--workers", 1, "--out", tmp_path, "--replications")
    finish(start(*arguments, 5, cwd=tmp_path))
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "simulation", *map(str, arguments), "60"],
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # Linux ends a pseudo-terminal so
        while chunk := os.read(ours, 4096):
            shown += chunk
    os.close(ours)
    out, _ = process.communicate()
    text = shown.decode()

    assert process.returncode == 0
    assert "60/60" in text
    assert re.search(r"\d/s", text)
    assert re.search(r"\d:\d\d:\d\d.{0,20}left", text)
    done = [int(number) for number in re.findall(r"(\d+)/60", text)]
    assert done == sorted(done)
    assert min(done) >= 5
    assert "\x1b" not in out
    assert "Known from before: 5 of 60 replications." in out


def noted(database: Path) -> bool:
    """Whether a run has been begun."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as connection:
        try:
            return bool(connection.execute("SELECT count(*) FROM runs").fetchone()[0])
        except sqlite3.OperationalError:  # it is being made
            return False


def stored(database: Path, below: int = 1_000_000) -> int:
    """Replications numbered below a bound in a database; none while it is not there."""
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as connection:
        try:
            counting = "SELECT count(*) FROM replications WHERE replication < ?"
            return int(connection.execute(counting, (below,)).fetchone()[0])
        except sqlite3.OperationalError:  # it is being made
            return 0


def test_scenarios(motcua: Caller) -> None:
    """All bundled scenarios are listed with their titles."""
    ended = motcua("scenarios")

    assert list_bundled()
    for name in list_bundled():
        assert name in ended.out
        assert load_scenario(name).title.en in ended.out


def test_init_copies_what_can_be_run(motcua: Caller) -> None:
    """Copied scenarios are those bundled, and work where they are with the schema beside them."""
    ended = motcua("init", "mine")
    bundled = bundled_scenarios_dir()
    copied = files_below(Path("mine"))

    assert ended.code == 0
    assert json.loads(copied.pop("schema.json")) == scenario_schema()
    expected = files_below(bundled)
    expected.pop("schema.json", None)
    assert copied == expected
    assert motcua("check", f"mine/{list_bundled()[0]}.yaml").code == 0


def files_below(directory: Path) -> dict[str, bytes]:
    """Contents of files by path."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_init_does_not_overwrite(motcua: Caller) -> None:
    """Files that are there are not touched unless --force is given."""
    Path("mine").mkdir()
    mine = Path("mine/base.yaml")
    mine.write_text("mine", encoding="utf-8")
    refused = motcua("init", "mine")

    assert refused.code == 2
    assert "base.yaml is there already" in refused.err
    assert [path.name for path in Path("mine").iterdir()] == ["base.yaml"]
    assert mine.read_text(encoding="utf-8") == "mine"
    assert motcua("init", "mine", "--force").code == 0
    assert mine.read_bytes() == (bundled_scenarios_dir() / "base.yaml").read_bytes()


def test_init_that_fails_leaves_nothing(motcua: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not all files can be written none is left, so that the same command can be repeated."""
    real = files.write_bytes
    left = iter(range(5))

    def write_a_few(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            with files.errors_named(path, "written"):
                raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_bytes", write_a_few)
        ended = motcua("init", "mine")

    assert ended.code == 4
    assert "cannot be written: No space left on device; free some space" in ended.err
    assert "--out" not in ended.err
    assert files_below(Path("mine")) == {}
    assert motcua("init", "mine").code == 0


def test_init_into_a_file(motcua: Caller) -> None:
    """A directory that cannot be made is named."""
    Path("mine").write_text("in the way", encoding="utf-8")
    ended = motcua("init", "mine", "--force")

    assert ended.code == 4
    assert "mine" in ended.err


def test_check_scenario(motcua: Caller) -> None:
    """A valid scenario is called so, with its load table; changes count."""
    fine = motcua("check", MINIMAL)
    short = motcua("check", MINIMAL, "--set", "workload=8")

    assert fine.code == short.code == 0
    assert "nothing in it is wrong" in fine.out
    assert "Every team has time" in fine.out
    assert "short by 4 people" in short.out


@pytest.mark.parametrize("command", ["check", "run"])
def test_what_only_the_plan_shows_is_placed(motcua: Caller, command: str) -> None:
    """A volume that can never come is refused with its line before anything is written.

    The second of September is a public holiday.
    """
    text = MINIMAL.read_text(encoding="utf-8")
    days = "first_day: 2021-03-01, last_day: 2021-03-05"
    assert days in text
    holiday = text.replace(days, "first_day: 2021-09-02, last_day: 2021-09-02")
    Path("mine.yaml").write_text(holiday, encoding="utf-8")
    line = 1 + next(k for k, row in enumerate(text.splitlines()) if "volume: 60" in row)
    ended = motcua(command, "mine.yaml")
    set_so = motcua(command, "mine.yaml", "--set", "channels.counter.volume=7")

    assert ended.code == set_so.code == 2
    assert ended.out == ""
    assert ended.err.startswith(
        f"motcua: mine.yaml:{line}: channels.counter.volume: a volume of 60 has no time"
    )
    assert "--set: channels.counter.volume: a volume of 7 has no time" in set_so.err
    assert not Path("results").exists()


def test_what_only_the_plan_of_an_option_shows_is_placed(motcua: Caller) -> None:
    """An option under which a volume can never come is named, with its line."""
    shutil.copy(MINIMAL, "mine.yaml")
    Path("options.yaml").write_text(
        "options_for: mine\n"
        "options:\n"
        "  fine: {title: Fine, changes: {workload: 2}}\n"
        "  never: {title: Never, changes: {channels.counter.weight: 0}}\n",
        encoding="utf-8",
    )
    ended = motcua("check", "options.yaml")

    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith(
        "motcua: options.yaml:4: options.never: channels.counter.volume: a volume of 60 has no time"
    )


def test_check_base(motcua: Caller, tmp_path: Path) -> None:
    """A base is checked as far as it goes."""
    base = tmp_path / "base.yaml"
    base.write_text("workload: 2\n", encoding="utf-8")
    fine = motcua("check", base)
    base.write_text("wrokload: 2\n", encoding="utf-8")
    wrong = motcua("check", base)

    assert fine.code == 0
    assert "it is a base" in fine.out
    assert wrong.code == 2
    assert "did you mean 'workload'" in wrong.err


def test_schema(motcua: Caller) -> None:
    """The schema is JSON and nothing else."""
    assert json.loads(motcua("schema").out) == scenario_schema()


def test_sources(motcua: Caller) -> None:
    """Sources and assumptions are printed on request."""
    scenario = load_scenario(VALID / "evidence.yaml")
    ended = motcua("sources", VALID / "evidence.yaml")

    assert ended.code == 0
    for source in scenario.sources.values():
        assert source.title in ended.out
    assert "Assumptions" in ended.out
    assert "Guessed." in ended.out
    assert "Phỏng đoán." in motcua("--lang", "vi", "sources", VALID / "evidence.yaml").out


def test_processes_leave_nothing_behind(tmp_path: Path) -> None:
    """A run on several processes leaves no temporary directory."""
    command = [sys.executable, "-m", "simulation", "run", str(MINIMAL), "--replications", "4"]
    with tempfile.TemporaryDirectory() as temporary:  # the names of sockets have to be short
        subprocess.run(
            [*command, "--workers", "2", "--out", str(tmp_path / "results")],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "TMPDIR": temporary},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        assert list(Path(temporary).iterdir()) == []


def test_version(motcua: Caller) -> None:
    """The version is that of the package."""
    assert motcua("--version").out == f"motcua {__version__}\n"


def test_module_is_the_command(tmp_path: Path) -> None:
    """`python -m simulation` is motcua."""
    ended = finish(start("--version", cwd=tmp_path))

    assert ended.out == f"motcua {__version__}\n"


def test_vietnamese_on_any_terminal(tmp_path: Path) -> None:
    """A pipe that knows no Vietnamese gets UTF-8, not an error."""
    scenario = tmp_path / "office.yaml"
    shutil.copy(MINIMAL, tmp_path)
    scenario.write_text(
        "extends: minimal.yaml\nscenario: office\ntitle: Thanh Hoá\n", encoding="utf-8"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "simulation", "run", scenario, "--replications", "1"],
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )

    assert ended.stdout.decode().startswith("Thanh Hoá")


def test_python_in_five_lines() -> None:
    """The same from Python takes a scenario and a number of replications."""
    from simulation import load_scenario, replicate  # noqa: PLC0415 - the example itself

    result = replicate(load_scenario(MINIMAL), replications=2, seed=1)

    assert result["on_time_strict"].mean == result.summary["measures"]["on_time_strict"]["mean"]

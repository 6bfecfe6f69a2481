"""`motcua results`: finding, showing and removing what is there."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest

from simulation import __about__
from simulation.store import catalogue, runs
from tests.running import EVERY_STEP, MINIMAL, ROOT, Caller


@pytest.fixture
def motcua(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Caller:
    """The command line, called in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    return Caller(capsys, monkeypatch)


def listed(motcua: Caller) -> list[dict[str, object]]:
    """What `motcua results list` finds."""
    found: list[dict[str, object]] = json.loads(motcua("results", "list", "--json").out)["results"]
    return found


def stored() -> list[int]:
    """Numbers of the stored replications."""
    with closing(sqlite3.connect("results/motcua.sqlite")) as connection:
        found = connection.execute("SELECT replication FROM replications").fetchall()
    return sorted(number for (number,) in found)


def stop_before_the_end(motcua: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of four that ends after two, as if killed."""
    with monkeypatch.context() as patch:
        real = runs.StoredResults.add
        patch.setattr(
            runs.StoredResults,
            "add",
            lambda self, case, outcome: (
                real(self, case, outcome) if case.replication < 2 else sys.exit()
            ),
        )
        with pytest.raises(SystemExit):
            motcua("run", MINIMAL, "--replications", 4)


def test_list(motcua: Caller) -> None:
    """A list has one line a run: what, how often, with which luck and engine, when and how well."""
    motcua("run", MINIMAL, "--replications", 3)
    options = ("--seed", 5, "--engine", "simpy", "--set", "title=Every step there is")
    motcua("run", EVERY_STEP, "--replications", 2, *options)
    ended = motcua("results", "list")
    first, second = sorted(line for line in ended.out.splitlines() if "seed" in line)
    simpy = first.partition("seed")[2].split()

    assert ended.code == 0
    assert ended.err == ""
    assert first.startswith("Every step")
    assert second.startswith("One counter")
    assert simpy[1:4] == ["2", "5", "simpy"]
    assert "%" in simpy[-1]
    assert max(map(len, ended.out.splitlines())) <= 100


def test_list_json(motcua: Caller) -> None:
    """With --json a list is one object that says the same, and the rate is the summary's."""
    summary = json.loads(motcua("run", MINIMAL, "--replications", 3, "--json").out)
    (entry,) = listed(motcua)

    assert entry["scenario"] == "minimal"
    assert entry["title"] == summary["title"]
    assert (entry["seed"], entry["replications"], entry["replications_done"]) == (1, 3, 3)
    assert entry["engine"] == "compiled"
    assert entry["is_current"] is True
    assert entry["model_version"] == __about__.MODEL_VERSION
    assert entry["on_time_official"] == summary["measures"]["on_time_official"]["mean"]
    assert (Path(str(entry["folder"])) / "summary.json").is_file()
    assert str(entry["written_at"]).endswith("+00:00")


def test_unfinished_run(motcua: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was stopped is listed with how far it came, and cannot be shown."""
    stop_before_the_end(motcua, monkeypatch)
    (entry,) = listed(motcua)
    text = motcua("results", "list").out
    shown = motcua("results", "show", "minimal")

    assert (entry["replications_done"], entry["written_at"]) == (2, None)
    assert "2 of 4" in text
    assert "not finished" in text
    assert shown.code == 2
    assert "2 of 4 replications are stored" in shown.err
    motcua("run", MINIMAL, "--replications", 4)
    assert listed(motcua)[0]["written_at"]


def test_show(motcua: Caller) -> None:
    """A run is shown as at its end, by any part of its name; with --json, its summary."""
    printed = motcua("run", MINIMAL, "--replications", 3)
    summary = motcua("run", MINIMAL, "--replications", 3, "--json")
    folder = printed.out.splitlines()[-1].removeprefix("Results: ")

    for name in ("minimal", "seed1-r3", Path(folder).name, folder):
        assert motcua("results", "show", name).out == printed.out
    assert motcua("results", "show", "minimal", "--json").out == summary.out


def test_name_of_several_or_none(motcua: Caller) -> None:
    """A name that fits several runs or none is refused with those that there are."""
    motcua("run", MINIMAL, "--replications", 2)
    motcua("run", MINIMAL, "--replications", 3)
    several, none = motcua("results", "show", "minimal"), motcua("results", "show", "maximal")

    assert (several.code, none.code) == (2, 2)
    assert "several runs are called 'minimal'" in several.err
    assert "no run is called 'maximal'" in none.err
    for ended in (several, none):
        assert "minimal/seed1-r2-" in ended.err
        assert "minimal/seed1-r3-" in ended.err


def test_a_whole_name_is_enough(motcua: Caller) -> None:
    """A run is found by its whole name, or its scenario's, though others begin alike."""
    motcua("run", MINIMAL, "--replications", 2)
    (first,) = Path("results/minimal").iterdir()
    motcua("run", MINIMAL, "--replications", 2, "--marginal")
    longer = [each for each in Path("results/minimal").iterdir() if each.name > first.name]
    motcua("run", MINIMAL, "--replications", 2, "--set", "scenario=minimal-too")

    assert [each.name.startswith(first.name) for each in longer] == [True]
    assert motcua("results", "show", f"minimal/{first.name}").code == 0
    assert motcua("results", "show", "minimal-too").code == 0
    motcua("results", "remove", f"minimal/{longer[0].name}", "--yes")
    assert motcua("results", "show", "minimal").code == 0


@pytest.mark.parametrize("damage", ["altered", "truncated", "missing"])
def test_damaged_summary(motcua: Caller, damage: str) -> None:
    """A summary that is not as it was written is named and not shown; running again mends it."""
    motcua("run", MINIMAL, "--replications", 2)
    (path,) = Path().glob("results/*/*/summary.json")
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-9] if damage == "truncated" else content.replace(b"1", b"2"))
    shown = motcua("results", "show", "minimal")

    assert shown.code == 4
    assert str(path) in shown.err
    assert shown.out == ""
    motcua("run", MINIMAL, "--replications", 2)
    assert path.read_bytes() == content
    assert motcua("results", "show", "minimal").code == 0


def test_another_model_version(motcua: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results of another version of the model are listed last as such, and shown with a warning."""
    motcua("run", MINIMAL, "--replications", 2)
    version = __about__.MODEL_VERSION
    for module in (runs, catalogue, __about__):
        monkeypatch.setattr(module, "MODEL_VERSION", version + 1)
    motcua("run", EVERY_STEP, "--replications", 2)
    motcua("run", MINIMAL, "--replications", 3)
    text = motcua("results", "list").out
    lines = [line for line in text.splitlines() if "seed1" in line]
    old = next(entry for entry in listed(motcua) if not entry["is_current"])
    shown = motcua("results", "show", str(old["run"]))

    assert len(lines) == 3
    assert str(old["run"]) in lines[-1]
    assert f"(model {version})" in " ".join(text.split())
    assert old["model_version"] == version
    assert stored() == [0, 0, 0, 1, 1, 1, 2]
    assert f"! Computed with version {version} of the model" in shown.out


def test_remove(motcua: Caller) -> None:
    """Removing a run leaves what other runs have, and frees the rest."""
    motcua("run", MINIMAL, "--replications", 2)
    motcua("run", MINIMAL, "--replications", 5, "--keep", "journal")
    ended = motcua("results", "remove", "seed1-r5", "--yes")
    (entry,) = listed(motcua)

    assert ended.code == 0
    assert entry["replications"] == 2
    assert stored() == [0, 1]
    assert [path.name for path in Path("results/minimal").iterdir()] == [entry["run"]]
    assert motcua("results", "show", "minimal").code == 0
    motcua("results", "remove", "minimal", "--yes")
    assert listed(motcua) == []
    assert stored() == []
    assert [path.name for path in Path("results").iterdir()] == ["motcua.sqlite"]


def test_remove_leaves_what_is_not_ours(motcua: Caller) -> None:
    """A file that somebody put into the folder of a run stays, and is named."""
    motcua("run", MINIMAL, "--replications", 2)
    (folder,) = Path().glob("results/*/*")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    ended = motcua("results", "remove", "minimal", "-y")

    assert ended.code == 0
    assert "notes.txt" in ended.out
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_remove_stays_in_the_directory(motcua: Caller) -> None:
    """A database that points elsewhere does not make files elsewhere vanish."""
    motcua("run", MINIMAL, "--replications", 2)
    Path("summary.json").write_text("mine", encoding="utf-8")
    with closing(sqlite3.connect("results/motcua.sqlite")) as connection, connection:
        connection.execute("UPDATE runs SET folder = '..'")
    ended = motcua("results", "remove", "minimal", "--yes")

    assert ended.code == 4
    assert Path("summary.json").read_text(encoding="utf-8") == "mine"


def test_remove_needs_a_yes(motcua: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --yes and without a terminal to ask nothing is removed."""
    motcua("run", MINIMAL, "--replications", 2)
    monkeypatch.setattr("sys.stdin", StringIO())
    ended = motcua("results", "remove", "minimal")

    assert ended.code == 2
    assert "--yes" in ended.err
    assert len(listed(motcua)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("answer", "left"), [("n", 1), ("y", 0)])
def test_remove_asks(motcua: Caller, answer: str, left: int) -> None:
    """On a terminal the run is described and the answer counts."""
    motcua("run", MINIMAL, "--replications", 2)
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "simulation", "results", "remove", "minimal"],
        env={"PATH": "", "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.write(ours, f"{answer}\n".encode())
    _, err = process.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)

    assert "Remove One counter, seed1-r2-" in err
    assert process.returncode == left
    assert len(listed(motcua)) == left


def test_nothing_there(motcua: Caller) -> None:
    """Asking for results where there are none says so, and makes nothing."""
    ended = motcua("results", "list")

    assert ended.code == 2
    assert "no results in results" in ended.err
    assert not Path("results").exists()


def on_a_read_only_disk(directory: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command line where a directory cannot be written, not even by root."""
    command = shlex.join([sys.executable, "-m", "simulation", *map(str, arguments)])
    script = (
        f"mount --bind {directory} {directory} && mount -o remount,ro,bind {directory} && "
        f"cd {ROOT} && exec {command}"
    )
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-m", "true"], check=False).returncode:
        pytest.skip("needs the right to mount a disk")
    return subprocess.run(
        [unshare, "-m", "/bin/sh", "-c", script], check=False, capture_output=True, text=True
    )


def test_read_only_results_can_be_read(motcua: Caller, tmp_path: Path) -> None:
    """Results on a disk that cannot be written are listed and shown as elsewhere."""
    out = tmp_path / "results"
    motcua("run", MINIMAL, "--replications", 2, "--out", out)
    for command in (("list", "--json"), ("show", "seed1", "--json")):
        elsewhere = motcua("results", *command, "--out", out)
        found = on_a_read_only_disk(out, "results", *command, "--out", out)

        assert found.stderr == ""
        assert found.returncode == 0
        assert found.stdout == elsewhere.out


@pytest.mark.parametrize(
    "command", [("results", "remove", "seed1", "--yes"), ("run", MINIMAL, "--replications", 3)]
)
def test_read_only_results_are_not_changed(
    motcua: Caller, tmp_path: Path, command: tuple[object, ...]
) -> None:
    """What would change results on a disk that cannot be written says so in one line."""
    out = tmp_path / "results"
    motcua("run", MINIMAL, "--replications", 2, "--out", out)
    before = sorted(out.rglob("*"))
    ended = on_a_read_only_disk(out, *command, "--out", out)

    assert ended.returncode == 4
    assert f"motcua: {out}/" in ended.stderr
    assert "check the permissions" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert sorted(out.rglob("*")) == before

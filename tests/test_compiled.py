"""The compiled engine: the reference engine's journal, on every office and from any cache."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from bisect import bisect_left, bisect_right
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engines import default_engine
from simulation.engines.compiled import run
from simulation.engines.compiled.cache import VARIABLE, KernelCache, digest_of, kernel_sources
from simulation.engines.compiled.jit import first_above, first_not_below
from simulation.engines.compiled.lists import insert, pop, push
from simulation.engines.compiled.queues import dequeue, enqueue
from simulation.engines.reference import run as reference
from simulation.errors import InputError
from simulation.journal import assert_same
from simulation.units import NEVER
from tests.agreement import compare
from tests.small_offices import Dossier, Office, Team, office_numbered, offices

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.plan.arrays import ServicePlan
    from simulation.tables import Attendance, Demand, Journal

ROOT: Final = Path(__file__).parents[1]
JIT: Final = not os.environ.get("NUMBA_DISABLE_JIT")

njit: Final[Any] = numba.njit  # its types do not know what it makes of a function
with_jit = pytest.mark.skipif(not JIT, reason="nothing is compiled, so nothing is kept")


# One meaning


def assert_same_as_reference(office: Office) -> None:
    """Both engines write the same journal."""
    tables = office.tables()
    assert_same(run(*tables), reference(*tables), tables[1])


def crowded(seed: int) -> Office:
    """A small office with hundreds of dossiers, tens of people, and works of all lengths."""
    office, rng = office_numbered(seed), Random(seed)  # noqa: S311  nothing is kept secret

    def another(dossier: Dossier) -> Dossier:
        works_s = {visit.row: rng.randint(1, 25) for visit in dossier.visits}
        visits = tuple(
            replace(visit, work_s=works_s[visit.row]) if visit.work_s else visit
            for visit in dossier.visits
        )
        submitted_s = dossier.submitted_s
        if dossier.accepted_s == NEVER:  # else it enters with the period
            submitted_s = max(0, submitted_s + rng.randint(-60, 60))
        return replace(dossier, visits=visits, submitted_s=submitted_s)

    def larger(team: Team) -> Team:
        return replace(team, people=team.people * rng.randint(1, 12))

    return replace(
        office,
        dossiers=tuple(another(dossier) for dossier in office.dossiers for _ in range(40)),
        teams=tuple(larger(team) for team in office.teams),
    )


@settings(max_examples=200)
@given(offices())
def test_the_journal_is_that_of_the_reference_engine(office: Office) -> None:
    """Integer for integer, on any office, shrunk to the smallest that differs."""
    assert_same_as_reference(office)


@pytest.mark.parametrize("hundred", range(20 if JIT else 4))
def test_the_journal_is_that_of_the_reference_engine_on_many(hundred: int) -> None:
    """Two thousand offices that hold everything which can happen."""
    numbers = range(100 * hundred, 100 * (hundred + 1))
    assert compare(numbers, naive_every=50)["naive offices"] == 2


def test_offices_in_which_engines_disagree_are_named() -> None:
    """A wrong engine does not pass, and the message says with which office it failed."""

    def hasty(service: ServicePlan, demand: Demand, attendance: Attendance) -> Journal:
        journal = run(service, demand, attendance)
        return replace(journal, ended_s=np.maximum(journal.ended_s - 1, NEVER))

    with pytest.raises(AssertionError, match="differ first at visit") as caught:
        compare(range(10), naive_every=10, second=hasty)
    assert any("office_numbered(" in note for note in caught.value.__notes__)


def compare_crowded(seeds: range) -> None:
    """Both engines write the same journal of crowded offices."""
    for seed in seeds:
        try:
            assert_same_as_reference(crowded(seed))
        except AssertionError as error:
            error.add_note(f"crowded({seed})")
            raise


def test_the_journal_is_that_of_the_reference_engine_in_a_crowd() -> None:
    """Queues are long, many people are idle at once, and many things happen at one instant."""
    compare_crowded(range(40 if JIT else 2))


@pytest.mark.long
def test_the_journal_is_that_of_the_reference_engine_in_many_crowds() -> None:
    """As above, two thousand times."""
    compare_crowded(range(2_000))


def test_replications_run_side_by_side_in_threads() -> None:
    """Offices that work at the same time do not disturb one another."""
    tables = [crowded(seed).tables() for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        journals = list(pool.map(lambda office: run(*office), tables))
    for found, office in zip(journals, tables, strict=True):
        assert_same(found, run(*office), office[1])


def test_an_office_too_large_for_its_numbers_is_refused() -> None:
    """A run of 2³² seconds does not fit beside a number; the message says what does."""
    with pytest.raises(InputError, match="136 years"):
        run(*replace(office_numbered(1), end_s=2**32).tables())


@with_jit
def test_without_jit_the_same_engine_is_plain_python() -> None:
    """With numba's compiler off, it writes the same journals."""
    code = """
from simulation.engines.compiled import kernel, run
from simulation.engines.reference import run as reference
from simulation.journal import assert_same
from tests.small_offices import office_numbered
assert type(kernel.work).__name__ == "function"
for seed in range(40):
    tables = office_numbered(seed).tables()
    assert_same(run(*tables), reference(*tables), tables[1])
"""
    assert python(code, NUMBA_DISABLE_JIT="1") == ""


def test_without_numba_the_reference_engine_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled engine is the default only where it can be imported."""
    assert default_engine() == "compiled"
    monkeypatch.setitem(sys.modules, "numba", None)
    assert default_engine() == "simpy"


# Heaps and lists

numbers = st.lists(st.integers(0, 20), max_size=40)


@numba.njit
def through_a_heap(keys: Any, heap: Any) -> None:
    """Sort keys in place by pushing all and popping all."""
    for i in range(len(keys)):
        push(heap, keys[i])
    for i in range(len(keys)):
        keys[i] = pop(heap)


@numba.njit
def through_a_list(keys: Any, entries: Any) -> None:
    """Insert all keys into a sorted list."""
    for i in range(len(keys)):
        insert(entries, keys[i])


@numba.njit
def through_a_queue(first: Any, second: Any, keys: Any, stamps: Any) -> None:
    """Sort pairs in place by enqueueing all and dequeueing all."""
    for i in range(len(first)):
        enqueue(keys, stamps, first[i], second[i])
    for i in range(len(first)):
        first[i], second[i] = keys[1], stamps[1]
        dequeue(keys, stamps)


left, right = njit(first_not_below), njit(first_above)


def empty(entries: int) -> Any:
    """An empty list or heap for so many entries."""
    return np.zeros(entries + 1, np.int64)


@given(numbers)
def test_a_heap_gives_back_the_least_first(keys: list[int]) -> None:
    """What is pushed comes back sorted, and the heap is empty."""
    column, heap = np.array(keys, np.int64), empty(len(keys))
    through_a_heap(column, heap)
    assert column.tolist() == sorted(keys)
    assert heap[0] == 0


@given(numbers)
def test_a_list_stays_sorted(keys: list[int]) -> None:
    """What is inserted is found in order."""
    entries = empty(len(keys))
    through_a_list(np.array(keys, np.int64), entries)
    assert entries[1:].tolist() == sorted(keys)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=40))
def test_a_queue_serves_by_key_and_then_by_stamp(pairs: list[tuple[int, int]]) -> None:
    """Pairs come back sorted, and the queue is empty."""
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T.copy()
    stamps = empty(len(pairs))
    through_a_queue(first, second, empty(len(pairs)), stamps)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == sorted(pairs)
    assert stamps[0] == 0


@given(numbers.map(sorted), st.integers(-1, 21))
def test_bisection_is_that_of_the_standard_library(column: list[int], key: int) -> None:
    """The place among equal numbers is to the left of all, or to the right."""
    entries = np.array(column, np.int64)
    assert left(entries, key) == bisect_left(column, key)
    assert right(entries, key) == bisect_right(column, key)


# The cache


def python(code: str, **variables: str) -> str:
    """Run code in a fresh interpreter; what it writes to stderr."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True, capture_output=True, text=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    return done.stderr


def kept(function: Callable[[int], int]) -> Any:
    """A function compiled and kept in the way of the kernel, which takes longer."""
    dispatcher = njit(function)
    dispatcher._cache = KernelCache("double")  # noqa: SLF001  as `jit.compiled` does
    return dispatcher


def double(number: int) -> int:
    """What is compiled."""
    return 2 * number


TWICE: Final = """
import numba
from simulation.engines.compiled.cache import KernelCache
def double(number):
    return 2 * number
double = numba.njit(double)
double._cache = KernelCache("double")
assert double(21) == 42
"""


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory for compiled code."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


@with_jit
def test_what_was_compiled_once_is_loaded(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The first says that it compiles; the second says nothing, and finds the one file there is."""
    assert kept(double)(21) == 42
    assert "compiling the engine" in caplog.text
    caplog.clear()
    again = kept(double)
    assert again(21) == 42
    assert sum(again.stats.cache_hits.values()) == 1
    assert not caplog.text
    assert [path.suffix for path in directory.iterdir()] == [".bin"]


@with_jit
@pytest.mark.parametrize("length", [0, 10, 32, 100, -1])
def test_a_truncated_file_is_made_anew(directory: Path, length: int) -> None:
    """However much of it is left, it is not run: it is compiled and kept again."""
    kept(double)(21)
    (file,) = directory.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:length])
    again = kept(double)
    assert again(21) == 42
    assert sum(again.stats.cache_misses.values()) == 1
    assert len(file.read_bytes()) > 100


@with_jit
def test_an_altered_file_is_made_anew(directory: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One bit of the machine code is enough; the message names the file."""
    kept(double)(21)
    (file,) = directory.iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    caplog.clear()
    assert kept(double)(21) == 42
    assert f"{file} is damaged" in caplog.text


@with_jit
def test_without_a_place_to_keep_it_the_engine_is_compiled_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A directory that cannot be made stops nothing but the keeping."""
    (tmp_path / "file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "below"))
    assert kept(double)(21) == 42
    assert "cannot be kept" in caplog.text


@with_jit
def test_a_directory_that_may_only_be_read_serves_what_it_has(directory: Path) -> None:
    """Loading writes nothing, so whoever installs the engine may have compiled it."""
    kept(double)(21)
    (file,) = directory.iterdir()
    file.chmod(0o400)
    directory.chmod(0o500)
    before = file.stat()
    again = kept(double)
    assert again(21) == 42
    directory.chmod(0o700)
    assert sum(again.stats.cache_hits.values()) == 1
    assert file.stat().st_mtime_ns == before.st_mtime_ns


@with_jit
def test_first_runs_at_the_same_time_leave_one_whole_file(directory: Path) -> None:
    """Each compiles and says so on stderr, and who comes after them finds the file."""
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(python, [TWICE] * 3))
    assert any("compiling the engine" in text for text in said)
    assert len(list(directory.iterdir())) == 1
    assert python(TWICE) == ""


def test_the_digest_changes_with_every_source(tmp_path: Path) -> None:
    """A byte in any file makes another digest, and a file that cannot be read makes none."""
    sources = [tmp_path / name for name in ("a.py", "b.py")]
    for source in sources:
        source.write_text("x = 1\n", encoding="utf-8")
    digests = [digest_of(sources)]
    for source in sources:
        source.write_text("x = 2\n", encoding="utf-8")
        digests.append(digest_of(sources))
    assert len({*digests}) == 3
    assert digest_of([*sources, tmp_path / "none.py"]) is None


def imported(source: Path) -> set[Path]:
    """The files of ours that a source imports when it runs."""
    statements = ast.parse(source.read_text(encoding="utf-8")).body
    froms = [node for node in statements if isinstance(node, ast.ImportFrom)]
    names = {f"{node.module}.{alias.name}" for node in froms for alias in node.names}
    names |= {str(node.module) for node in froms}
    files = {ROOT / f"{name.replace('.', '/')}.py" for name in names}
    return {file for file in files if file.is_file()}


def test_the_digest_is_of_all_that_enters_the_kernel() -> None:
    """A source imports sources only, but for the tables the engine hands on and its errors."""
    sources = {source.resolve() for source in kernel_sources()}
    beside = {ROOT / "simulation" / name for name in ("errors.py", "tables.py")}
    assert len(sources) > 12
    for source in sources:
        assert imported(source) <= sources | beside


@with_jit
@pytest.mark.long
def test_an_edited_helper_is_compiled_again(tmp_path: Path) -> None:
    """The kernel of a copy of the package follows a change in a file that it only calls into."""
    copy = tmp_path / "simulation"
    for source in (ROOT / "simulation").rglob("*.py"):
        target = copy / source.relative_to(ROOT / "simulation")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    code = f"""
import sys
sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]
import simulation
assert simulation.__file__.startswith({str(tmp_path)!r})
from simulation.engines import default_engine
from simulation.engines.compiled import run
from tests.small_offices import office_numbered
journal = run(*office_numbered(0).tables())
sys.stderr.write(str(journal.ended_s.tolist()))
"""
    variables = {VARIABLE: str(tmp_path / "cache"), "PYTHONPATH": ""}
    first, second = python(code, **variables), python(code, **variables)
    assert first.endswith(second)
    assert first != second  # it said that it compiles
    semantics = copy / "semantics.py"
    text = semantics.read_text(encoding="utf-8")
    slower = text.replace("return -(-work_s * 1000 ", "return 7 - (-work_s * 1000 ")
    assert slower != text
    semantics.write_text(slower, encoding="utf-8")
    third = python(code, **variables)
    assert "compiling the engine" in third
    assert not third.endswith(second)


def test_kernel_sources_exist() -> None:
    """They are the files of the engine and of what all engines share."""
    names = {source.name for source in kernel_sources()}
    assert {"kernel.py", "semantics.py", "worktime.py", "legal.py", "units.py"} <= names
    assert all(source.is_file() for source in kernel_sources())

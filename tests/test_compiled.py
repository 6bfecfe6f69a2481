"""The compiled engine: the reference engine's journal, on every office and from any cache."""

from __future__ import annotations

import ast
import os
import re
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

from simulation import worktime
from simulation.engines import compiled, default_engine, ready
from simulation.engines.compiled import kernel, office, run
from simulation.engines.compiled.cache import VARIABLE, KernelCache, digest_of, kernel_sources
from simulation.engines.compiled.jit import first_above, first_not_below, inlined
from simulation.engines.compiled.lists import NO_STAMP, insert, places_for, play, pop, push
from simulation.engines.compiled.office import bind, lay_out
from simulation.engines.compiled.prefetch import prefetch
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
        journals = list(pool.map(lambda one: run(*one), tables))
    for found, one in zip(journals, tables, strict=True):
        assert_same(found, run(*one), one[1])


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


# Indices


class Watched(np.ndarray[Any, Any]):
    """A column that gives and takes only what it has, counted from the beginning."""

    def __getitem__(self, index: Any) -> Any:
        self.look_at(index)
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        self.look_at(index)
        super().__setitem__(index, value)

    def look_at(self, index: Any) -> None:
        """Raise IndexError for a number or a slice that is not all inside."""
        if isinstance(index, slice):
            ends = [end for end in (index.start, index.stop) if end is not None]
        elif isinstance(index, int | np.integer) and not (index == -1 and asked_by_worktime()):
            ends = [index, index + 1]
        else:
            return
        if not all(0 <= end <= len(self) for end in ends):
            raise IndexError(f"{index} of {len(self)}")


def asked_by_worktime() -> bool:
    """Whether `worktime` looks into a column. It is compiled as usual: -1 is the last."""
    return sys._getframe(3).f_code.co_filename == worktime.__file__  # noqa: SLF001


def watched(column: Any) -> Any:
    """The same memory, watched; numbers are left as they are."""
    return column.view(Watched) if isinstance(column, np.ndarray) else column


def compare_watched(numbered: range, crowds: range) -> None:
    """Nothing outside is asked for in these offices, and both engines write the same journal."""

    def lay_out_watched(*tables: Any) -> Any:
        parts: Any = lay_out(*tables)
        return parts._make(part._make(map(watched, part)) for part in parts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "lay_out", lay_out_watched)
        patch.setattr(office, "bind", lambda *columns: bind(*map(watched, columns)))
        for place in (*map(office_numbered, numbered), *map(crowded, crowds)):
            assert_same_as_reference(place)


def watch(changed: str = "", offices: int = 400) -> str:
    """Compare watched offices in plain Python, with some name of the kernel's changed."""
    code = f"""
from simulation.engines.compiled import dossiers, halls, kernel, office, people, queues
from tests.test_compiled import compare_watched
{changed}
compare_watched(range({offices}), range({offices} // 100))
"""
    return python(code, NUMBA_DISABLE_JIT="1")


def test_no_index_of_the_kernel_lies_outside() -> None:
    """When compiled nobody asks whether an index is below 0 or beyond the last: none is."""
    assert watch() == ""


@pytest.mark.parametrize(
    ("changed", "outside"),
    [
        ("kernel.number_of = lambda stamped: -1", "-1 of"),
        ("people.number_of = lambda stamped: 10**6", "1000000 of"),
        ("dossiers.take_last = lambda entries: entries[entries[0] - 9]", "-8 of"),
        ("people.append = lambda entries, number: entries.__setitem__(-1, number)", "-1 of"),
        ("queues.move = lambda keys, *_: keys[-2:]", "None, None) of"),
        ("halls.take_last = lambda entries: entries[len(entries)]", " of"),
        ("office.range = lambda *ends: range(-1, ends[-1])", "-1 of"),
    ],
)
def test_an_index_outside_is_noticed(changed: str, outside: str) -> None:
    """In plain Python an index that is not there stops the kernel."""
    with pytest.raises(subprocess.CalledProcessError) as caught:
        watch(changed, offices=100)
    assert re.search(f"IndexError: .*{re.escape(outside)}", caught.value.stderr)


def in_the_middle(column: Any, place: int) -> int:
    """An entry of the upper half, at a place in it."""
    half = column[len(column) >> 1 :]
    entry: int = half[place]
    half[place] = 9
    return entry


def as_in_the_kernel(function: Callable[..., int]) -> Callable[..., int]:
    """A function compiled as a part of the kernel is, and a way to call it."""
    part = inlined(function)

    def whole(column: Any, place: int) -> int:
        return part(column, place)

    caller: Callable[..., int] = njit(whole)
    return caller


def below_the_middle(function: Callable[..., int]) -> tuple[int, list[int]]:
    """What a function finds at -1 of the upper half, and what it leaves."""
    column = np.arange(4)
    return function(column, -1), column.tolist()


AS_USUAL: Final = (3, [0, 1, 2, 9])
AS_IT_IS: Final = (1, [0, 9, 2, 3])


@with_jit
def test_an_index_of_the_kernel_is_used_as_it_is() -> None:
    """There -1 is the place before the first; elsewhere it is the last, before and after."""
    before, after = njit(in_the_middle), njit(in_the_middle)
    assert below_the_middle(before) == AS_USUAL
    assert below_the_middle(as_in_the_kernel(in_the_middle)) == AS_IT_IS
    assert below_the_middle(after) == AS_USUAL
    assert below_the_middle(before) == AS_USUAL


@with_jit
def test_a_constant_index_is_as_usual() -> None:
    """Below 0 it counts from the end in the kernel too, since numba knows it when it compiles."""
    last = as_in_the_kernel(lambda column, _place: column[-1])
    assert last(np.arange(4), 0) == 3


@with_jit
@pytest.mark.parametrize("lost", ["unsigned", "UnsignedIndices", "NopythonTypeInference"])
def test_the_kernel_outlives_what_its_compiler_is_made_of(
    lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a part of numba has another form, its functions are compiled as usual."""
    monkeypatch.setattr(f"simulation.engines.compiled.indices.{lost}", None)
    assert below_the_middle(as_in_the_kernel(in_the_middle)) == AS_USUAL


@with_jit
@pytest.mark.parametrize(
    "lost",
    ["compiler_machinery.register_pass", "typed_passes.NopythonTypeInference"],
)
def test_the_kernel_outlives_what_its_compiler_is_imported_from(lost: str) -> None:
    """Where a part of numba is gone, its functions are compiled as usual."""
    code = f"""
from numba.core import compiler_machinery, typed_passes
del {lost}
from tests.test_compiled import AS_USUAL, as_in_the_kernel, below_the_middle, in_the_middle
assert below_the_middle(as_in_the_kernel(in_the_middle)) == AS_USUAL
"""
    assert python(code) == ""


def after_a_hint(column: Any, place: int) -> int:
    """The first entry of a column, of which another may soon be needed."""
    prefetch(column, place)
    first: int = column[0]
    return first


HINT: Final = "call void @llvm.prefetch"


@with_jit
@pytest.mark.parametrize("place", [0, 3, -1, 10**15])
def test_a_hint_changes_nothing_wherever_it_points(place: int) -> None:
    """The processor is told what to fetch, and a place that does not exist is nothing to it."""
    hinted: Any = as_in_the_kernel(after_a_hint)
    assert hinted(np.arange(7, 11), place) == after_a_hint(np.arange(7, 11), place) == 7
    assert HINT in "".join(hinted.inspect_llvm().values())


@with_jit
@pytest.mark.parametrize("lost", ["_array_of", "_pointer_to", "ir"])
def test_the_kernel_outlives_what_a_hint_is_made_of(lost: str) -> None:
    """Where a part of numba has another form, nothing is fetched ahead."""
    code = f"""
from simulation.engines.compiled import prefetch
prefetch.{lost} = None
from tests.test_compiled import HINT, after_a_hint, as_in_the_kernel, np
hinted = as_in_the_kernel(after_a_hint)
assert hinted(np.arange(7, 11), 3) == 7
assert HINT not in "".join(hinted.inspect_llvm().values())
"""
    assert python(code) == ""


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
def through_a_tournament(keys: Any, tournament: Any) -> None:
    """Sort keys in place by letting all play, and the first leave one after the other."""
    for i in range(len(keys)):
        play(tournament, i, keys[i] * len(keys) + i)
    for i in range(len(keys)):
        keys[i], number = divmod(tournament[1], len(keys))
        play(tournament, number, NO_STAMP)


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
def test_a_tournament_knows_the_first(keys: list[int]) -> None:
    """Who leaves first has the least key; when all have left, nobody is first."""
    column = np.array(keys, np.int64)
    tournament = np.full(places_for(len(keys)), NO_STAMP)
    through_a_tournament(column, tournament)
    assert column.tolist() == sorted(keys)
    assert tournament[1] == NO_STAMP


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


def kept(function: Callable[[int], int], **options: bool) -> Any:
    """A function compiled and kept in the way of the kernel, which takes longer."""
    dispatcher = njit(function)
    dispatcher._cache = KernelCache("double", **options)  # noqa: SLF001  as `jit.compiled` does
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
@pytest.mark.usefixtures("directory")
def test_what_compiles_in_no_time_is_not_announced(caplog: pytest.LogCaptureFixture) -> None:
    """With an empty cache people are told once, of the kernel, and not of what goes before it."""
    assert kept(double, announced=False)(21) == 42
    assert not caplog.text


@with_jit
def test_the_kernel_loaded_early_is_the_one_that_works() -> None:
    """Worker processes load it before there is an office; they compile none of their own."""
    ready.load_kernel()
    run(*office_numbered(1).tables())
    assert len(kernel.work.signatures) == 1  # type: ignore[attr-defined] # of a compiled function


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
from simulation import worktime
from simulation.engines import compiled, default_engine, ready
from simulation.engines.compiled import kernel, run
from tests.small_offices import office_numbered
journal = run(*office_numbered(2).tables())  # in which people work
sys.stderr.write(str(journal.ended_s.tolist()))
"""
    variables = {VARIABLE: str(tmp_path / "cache"), "PYTHONPATH": ""}
    first, second = python(code, **variables), python(code, **variables)
    assert first.endswith(second)
    assert first != second  # it said that it compiles
    semantics = copy / "semantics.py"
    text = semantics.read_text(encoding="utf-8")
    slower = text.replace("return work_s\n    return -(", "return work_s + 7\n    return 7 - (")
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

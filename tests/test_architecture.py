"""The rooms of ARCHITECTURE.md: imports run one way, and nobody imports what it must not know."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Final

import pytest

PACKAGE: Final = Path(__file__).parents[1] / "simulation"

ORDER: Final = (
    "__about__", "language", "errors", "units", "bundled", "semantics", "scenario", "worktime",
    "legal", "quantile_tables", "distributions", "plan", "tables", "groups", "seeding", "streams",
    "dated", "demand", "attendance", "expected", "load", "register", "engines", "requirements",
    "journal", "ledger", "form", "measures", "attribution", "verdicts", "followed", "snapshot",
    "inference", "theory", "experiments", "decisions", "execution", "store", "wording", "exports",
    "reports", "cli", "__main__",
)  # fmt: skip
"""A room imports only from rooms that stand before it."""

ALLOWED_PACKAGES: Final = {
    "language": set[str](),
    "errors": set[str](),
    "units": set[str](),
    "semantics": set[str](),
    "bundled": set[str](),
    "scenario": {"pydantic", "pydantic_core", "ruamel"},
    "worktime": {"numpy", "holidays"},
    "legal": {"numpy"},
    "quantile_tables": {"numpy", "scipy"},
    "distributions": {"numpy", "scipy"},
    "plan": {"numpy"},
    "tables": {"numpy"},
    "groups": {"numpy"},
    "seeding": {"numpy"},
    "streams": {"numpy"},
    "dated": {"numpy"},
    "demand": {"numpy"},
    "attendance": {"numpy"},
    "expected": {"numpy"},
    "load": {"numpy"},
    "register": {"openpyxl"},
    "engines": {"numpy", "simpy", "numba", "llvmlite", "platformdirs"},
    "requirements": {"numpy"},
    "journal": {"numpy"},
    "ledger": {"numpy"},
    "form": {"numpy"},
    "measures": {"numpy"},
    "attribution": {"numpy"},
    "verdicts": {"numpy"},
    "followed": {"numpy"},
    "snapshot": {"numpy"},
    "inference": {"numpy", "scipy"},
    "theory": {"numpy", "scipy"},
    "experiments": {"numpy", "pandas", "pydantic"},
    "decisions": {"numpy", "scipy"},
    "execution": {"distributed"},
    "store": {"pandas", "pyarrow"},
    "exports": {"numpy", "pandas", "pyarrow", "xlsxwriter"},
    "reports": {"jinja2", "markupsafe", "matplotlib", "rich", "weasyprint"},
    "cli": {"typer", "rich"},
}
"""The packages, beyond the standard library, that a room may know."""

STRANGERS: Final = {
    "demand": {"attendance", "engines"},
    "attendance": {"demand", "engines"},
    "engines": {"demand", "attendance", "streams", "distributions", "scenario"},
    "register": {"demand", "attendance", "streams", "expected", "load"},
    "journal": {"engines"},
    "ledger": {"engines"},
    "measures": {"engines", "inference", "experiments"},
    "inference": set(ORDER),
    "theory": set(ORDER),
    "execution": {"experiments", "decisions", "plan", "engines", "scenario"},
    "wording": {
        "journal", "engines", "ledger", "plan", "scenario", "demand", "attendance", "decisions",
        "execution", "store",
    },
    "exports": {
        "journal", "engines", "ledger", "plan", "scenario", "demand", "attendance", "decisions",
        "execution",
    },
    "reports": {"journal", "engines", "ledger", "plan"},
    "experiments": {"execution", "store"},
    "decisions": {"execution", "store", "engines", "journal", "ledger"},
}  # fmt: skip
"""Rooms that a room never imports, although the order would allow some of them."""


def room_of(file: Path) -> str:
    """The room that a file of the package belongs to."""
    first = file.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def files() -> list[Path]:
    """All source files but the package's own front door, which only names what it shows."""
    return [file for file in sorted(PACKAGE.rglob("*.py")) if room_of(file) != "__init__"]


def imports(file: Path) -> set[str]:
    """Every module that a file imports, wherever in the file, with ``from x import y`` as x.y."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def rooms_imported(file: Path) -> set[str]:
    """The other rooms that a file imports from."""
    own = (name.split(".") for name in imports(file) if name.startswith("simulation."))
    return {parts[1] for parts in own} - {room_of(file)}


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_run_one_way(file: Path) -> None:
    """A file imports only from rooms before its own, and from no stranger."""
    room = room_of(file)
    before = set(ORDER[: ORDER.index(room)])
    assert rooms_imported(file) <= before
    assert not rooms_imported(file) & STRANGERS.get(room, set())


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_packages_stay_in_their_rooms(file: Path) -> None:
    """A file imports no package that its room must not know."""
    packages = {name.split(".")[0] for name in imports(file)}
    foreign = packages - set(sys.stdlib_module_names) - {"simulation"}
    assert foreign <= ALLOWED_PACKAGES.get(room_of(file), set())


def test_only_one_room_makes_generators() -> None:
    """`numpy.random` is named in streams.py and nowhere else."""
    naming = {
        room_of(file)
        for file in files()
        if re.search(r"\b(np|numpy)\.random\b|import random\b", file.read_text(encoding="utf-8"))
    }
    assert naming == {"streams"}


def test_nobody_asks_what_time_it_is() -> None:
    """The wall clock is read only where a run is shown or recorded, never where it is computed."""
    pattern = r"\btime\.(time|perf_counter|monotonic)\b|\.(now|today)\(\)"
    asking = {
        room_of(file) for file in files() if re.search(pattern, file.read_text(encoding="utf-8"))
    }
    assert asking <= {"experiments", "store"}  # for the manifest: when, and how long it took


def test_no_module_bears_the_name_of_a_standard_one() -> None:
    """A room named like a standard module would shadow it for scripts that run beside it."""
    names = {file.stem for file in files()} - {"__init__", "__main__"}
    assert not names & set(sys.stdlib_module_names)


def test_the_reference_engine_stays_short() -> None:
    """Somebody who has never seen SimPy can read the engine's own file at one sitting."""
    lines = (PACKAGE / "engines" / "reference.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 330


def test_every_room_is_in_the_code_map() -> None:
    """ARCHITECTURE.md names each room."""
    text = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    missing = [room for room in ORDER if not room.startswith("__") and f"`{room}" not in text]
    assert not missing

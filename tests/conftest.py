"""Settings that all tests share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from simulation.engines import ENGINES, Engine, default_engine, get_engine
from simulation.language import use
from tests.running import Caller

if TYPE_CHECKING:
    from pathlib import Path

# A red test must be red again on the next run and on a slow machine. `deadline` measures time, and
# the database would carry examples from one run into the next.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, print_blob=True
)
settings.load_profile("repeatable")


OF_JOURNALS = {
    "attribution", "audits", "form", "journal", "ledger", "measures", "profiles",
}  # fmt: skip
"""Tests of what is made of a journal, whichever engine wrote it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each engine in turn: whatever an office does, it does on all. Of journals one is enough."""
    if "engine" in metafunc.fixturenames:
        subject = metafunc.module.__name__.removeprefix("tests.test_")
        names = [default_engine()] if subject in OF_JOURNALS else sorted(ENGINES)
        metafunc.parametrize("engine", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine by its name."""
    return get_engine(request.param)


@pytest.fixture
def motcua(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Caller:
    """The command line, called in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return Caller(capsys, monkeypatch)


@pytest.fixture(autouse=True)
def _english() -> None:
    """Whoever runs the tests, and whatever a test before this one spoke: English is spoken."""
    for variable in ("MOTCUA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        os.environ.pop(variable, None)
    use("en")

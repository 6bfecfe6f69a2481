"""The registry of engines, and what every engine promises its callers."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.engines import ENGINES, get_engine
from simulation.errors import InputError
from simulation.journal import assert_same
from tests.offices import delay, dossier, in_person, office, team, with_attempts, work

if TYPE_CHECKING:
    from simulation.engines import Engine
    from tests.small_offices import Office


def some_office() -> Office:
    """An office with a handover, an applicant who comes twice, and a delay."""
    steps = with_attempts(in_person(10), (4, 5), (30, 1)), delay(3), work(8)
    people = team([(0, 20), (50, 55)], [(60, 70)])
    return office(dossier(0, work(10)), dossier(5, *steps), teams=[people], handover_after_s=0)


def test_every_engine_can_be_called() -> None:
    """The registry names functions that exist."""
    assert all(callable(get_engine(name)) for name in ENGINES)


def test_an_unknown_engine_is_refused_with_those_that_exist() -> None:
    """The message names the engine asked for and the ones there are."""
    with pytest.raises(InputError, match=r"no engine 'fast'; there are: .*simpy"):
        get_engine("fast")


def test_an_engine_that_cannot_be_loaded_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What an engine needs may be installed and not work; the message says what is wrong."""
    monkeypatch.setitem(sys.modules, "simulation.engines.compiled", None)
    with pytest.raises(InputError, match=r"'compiled' cannot be used: .*: compiled, simpy"):
        get_engine("compiled")


def test_naming_the_engines_loads_none() -> None:
    """SimPy and numba are imported when their engine is asked for."""
    code = (
        "import sys, simulation.engines as e; e.check_engine(e.default_engine()); "
        "sys.exit(bool({'simpy', 'numba'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_engine_is_a_function_of_its_input_and_leaves_it_alone(engine: Engine) -> None:
    """Tables that cannot be written to give the same journal twice."""
    tables = some_office().tables()
    for table in tables:
        for column in vars(table).values():
            if isinstance(column, np.ndarray):
                column.setflags(write=False)
    assert_same(engine(*tables), engine(*tables), tables[1])


def test_an_engine_writes_the_types_of_the_tables(engine: Engine) -> None:
    """People are int32, outcomes int8, and everything else is int64."""
    journal = engine(*some_office().tables())
    usual = {"person": "int32", "outcome": "int8"}
    for table in (journal, journal.pieces):
        for name, column in vars(table).items():
            if isinstance(column, np.ndarray):
                assert column.dtype.name == usual.get(name, "int64")

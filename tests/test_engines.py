"""The registry of engines, and what every engine promises its callers."""

from __future__ import annotations

import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.engines import ENGINES, get_engine
from simulation.errors import InputError
from tests.compare import assert_same_journal
from tests.small_offices import office_of

if TYPE_CHECKING:
    from simulation.engines import Engine


def test_every_engine_can_be_called() -> None:
    """The registry names functions that exist."""
    assert all(callable(get_engine(name)) for name in ENGINES)


def test_an_unknown_engine_is_refused_with_those_that_exist() -> None:
    """The message names the engine asked for and the ones there are."""
    with pytest.raises(InputError, match=r"no engine 'fast'; there are: .*simpy"):
        get_engine("fast")


def test_naming_the_engines_loads_none() -> None:
    """SimPy is imported when its engine is asked for."""
    code = "import sys, simulation.engines; sys.exit('simpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_engine_is_a_function_of_its_input_and_leaves_it_alone(engine: Engine) -> None:
    """Tables that cannot be written to give the same journal twice."""
    tables = office_of(Random(7)).tables()
    for table in tables:
        for column in vars(table).values():
            if isinstance(column, np.ndarray):
                column.setflags(write=False)
    assert_same_journal(engine(*tables), engine(*tables))


def test_an_engine_writes_the_types_of_the_tables(engine: Engine) -> None:
    """People are int32, outcomes int8, and everything else is int64."""
    journal = engine(*office_of(Random(7)).tables())
    assert (journal.person.dtype, journal.outcome.dtype) == (np.int32, np.int8)
    assert {journal.ready_s.dtype, journal.started_s.dtype, journal.ended_s.dtype} == {np.int64}
    pieces = journal.pieces
    assert pieces.person.dtype == np.int32
    assert {pieces.visit.dtype, pieces.started_s.dtype, pieces.ended_s.dtype} == {np.int64}

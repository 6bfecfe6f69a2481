"""The registry of engines."""

from __future__ import annotations

import subprocess
import sys

import pytest

from simulation.engines import ENGINES, get_engine
from simulation.errors import InputError


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

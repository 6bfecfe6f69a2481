"""The bundled scenarios are found in a wheel and in a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulation.bundled import bundled_scenarios_dir
from simulation.errors import MotcuaError

if TYPE_CHECKING:
    from pathlib import Path


def test_checkout(tmp_path: Path) -> None:
    """In a checkout the scenarios stand beside the package."""
    (tmp_path / "scenarios").mkdir()

    assert bundled_scenarios_dir(tmp_path / "simulation") == tmp_path / "scenarios"


def test_wheel_wins(tmp_path: Path) -> None:
    """A wheel uses its own copy, whatever lies beside it in site-packages."""
    (tmp_path / "scenarios").mkdir()
    inside = tmp_path / "simulation" / "_scenarios"
    inside.mkdir(parents=True)

    assert bundled_scenarios_dir(tmp_path / "simulation") == inside


def test_missing(tmp_path: Path) -> None:
    """An installation without scenarios says where it looked and what to do."""
    with pytest.raises(MotcuaError, match=r"_scenarios.*install motcua again"):
        bundled_scenarios_dir(tmp_path / "simulation")

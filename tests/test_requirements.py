"""The numbered requirements: the same in the text and in the code, and each of them checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.errors import AuditError
from simulation.requirements import REQUIREMENTS, require, require_columns
from tests.violations import BY_CODE, VIOLATIONS, Violation

if TYPE_CHECKING:
    from simulation.engines import Engine

ROOT = Path(__file__).parent.parent


def test_the_document_has_every_requirement_word_for_word() -> None:
    """docs/data-model.md has the requirements that the code cites, in the same words."""
    text = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \*\*([A-Z]\d+)\*\* (.+)$", text, re.MULTILINE)
    assert listed == list(REQUIREMENTS.items())


def test_the_code_checks_every_requirement_and_no_other() -> None:
    """Each number stands in a call that can raise it."""
    sources = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("simulation/**/*.py"))
    assert set(re.findall(r'"([DAJPLM]\d+)"(?!:)', sources)) == set(REQUIREMENTS)


def test_every_requirement_has_a_violation() -> None:
    """The violations that the next test commits leave no requirement out."""
    assert list(BY_CODE) == list(REQUIREMENTS)


@pytest.mark.parametrize("violation", VIOLATIONS, ids=[one.code for one in VIOLATIONS])
def test_a_violation_is_caught(
    engine: Engine, violation: Violation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is wrong in one place is refused, with the number of what it violates."""
    with pytest.raises(AuditError, match=f"audit failed: {violation.code}: "):
        violation.commit(engine, monkeypatch)


def test_a_requirement_that_holds_says_nothing() -> None:
    """Also of a table without rows."""
    require("J2", np.array([True, True]))
    require("J2", np.array([], np.bool_))


def test_a_violation_shows_the_first_place_only() -> None:
    """Columns are shown at the first row that violates it, single values as they are."""
    holds = np.array([True, False, False])
    with pytest.raises(
        AuditError, match=r"J2: nothing happens .* \(visit = 11, row = 21, end = 90\)"
    ):
        require("J2", holds, visit=np.array([10, 11, 12]), row=range(20, 23), end=90)


def test_a_column_of_another_dtype_is_named() -> None:
    """The message says which column, what it is, and what it should be."""
    columns = {"cell": np.zeros(3, np.int64)}
    with pytest.raises(AuditError, match=r"D1: .*column = cell.*int64.*wanted = int32 \(3,\)"):
        require_columns("D1", columns, {"cell": "int32"}, 3)

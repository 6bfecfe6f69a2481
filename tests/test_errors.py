"""The error tree."""

from __future__ import annotations

import pickle

import pytest

from simulation.errors import (
    AuditError,
    InputError,
    MotcuaError,
    Problem,
    ScenarioError,
    StoreError,
)

ERRORS = [
    MotcuaError("something"),
    InputError("no such file"),
    ScenarioError(Problem("is missing", file="a.yaml", line=3, field="teams")),
    AuditError.of("3 = 4 + 5 + 6", total=7, parts=8),
    StoreError("results: no space left"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_cross_processes(error: MotcuaError) -> None:
    """A worker's error says the same in the process that started it."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)


def test_audit_error_shows_the_numbers() -> None:
    """The violated identity stands beside what was found."""
    assert str(AuditError.of("a = b", a=1, b=2)) == "audit failed: a = b (a = 1, b = 2)"


def test_problem_says_where_what_and_what_to_do() -> None:
    """File, line and field stand before the message, what is allowed and the remedy below it."""
    problem = Problem("is 0", "a.yaml", 3, "teams.x.staff", "1 or more", "hire somebody")
    assert str(problem) == (
        "a.yaml:3: teams.x.staff: is 0\n    allowed: 1 or more\n    what to do: hire somebody"
    )


def test_exit_codes_tell_errors_apart() -> None:
    """Bad input, a failed audit and a store that cannot be written end differently."""
    codes = {type(error).__name__: error.exit_code for error in ERRORS}
    assert codes == {
        "MotcuaError": 1, "InputError": 2, "ScenarioError": 2, "AuditError": 3, "StoreError": 4,
    }  # fmt: skip

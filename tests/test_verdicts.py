"""Which dossiers were on time, matched between options."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from simulation.experiments import Case, Model, Outcome, run_case
from simulation.verdicts import count_changes
from tests.running import EVERY_STEP, MINIMAL, office

if TYPE_CHECKING:
    from pathlib import Path

ENGINE = "compiled"


def outcome(*settings: str, case: Path = MINIMAL, replication: int = 0) -> Outcome:
    """One replication of a small office."""
    return run_case(Case(Model.of(office(*settings, case=case)), 1, replication), ENGINE)


def listed(verdicts: dict[str, Any], verdict: str) -> int:
    """How many dossiers have a verdict."""
    return sum(size for *_, size in verdicts[verdict]["cells"])


@pytest.mark.parametrize("case", [MINIMAL, EVERY_STEP], ids=lambda case: case.stem)
@pytest.mark.parametrize("workload", [1, 6])
def test_lists_hold_the_cohort_of_the_strict_rate(case: Path, workload: int) -> None:
    """The two lists together are the dossiers that were strictly due, each in its own."""
    found = outcome(f"workload={workload}", case=case)
    on_time, due = found.measures["strict_on_time"], found.measures["strict_due"]

    assert listed(found.verdicts, "on_time") == on_time
    assert listed(found.verdicts, "late") + listed(found.verdicts, "on_time") == due
    assert json.loads(json.dumps(found.verdicts)) == found.verdicts


def judged(*settings: str) -> dict[tuple[object, ...], bool]:
    """Whether each strictly due dossier was late, read off the table of dossiers.

    In the small office nobody is refused, withdraws or is asked for a supplement.
    """
    model = Model.of(office(*settings))
    tables = run_case(Case(model, 1, 0), ENGINE, tables=True).tables
    assert tables is not None
    dossiers, stop_s = tables["dossiers"], model.plan.service.horizon.stop_s
    due = dossiers[(dossiers["due_s"] < stop_s).fillna(False)]  # noqa: FBT003 - of pandas
    keys = zip(due["channel"], due["procedure"], due["segment"], due["draw"], strict=True)
    return dict(zip(keys, due["class"].isin(["late", "overdue"]), strict=True))


def test_changes_are_those_of_the_dossiers_themselves() -> None:
    """Who changed sides is counted by key, as from the full tables of both options."""
    busy, more = ("workload=6",), ("workload=6", "teams.officers.staff=3")
    changes = count_changes(outcome(*busy).verdicts, outcome(*more).verdicts)
    before, after = judged(*busy), judged(*more)
    both = before.keys() & after.keys()

    assert changes.late_to_on_time == sum(before[key] and not after[key] for key in both) > 0
    assert changes.on_time_to_late == sum(after[key] and not before[key] for key in both)


def test_nobody_changes_sides_without_a_change() -> None:
    """An option that is the base moves no dossier."""
    busy = outcome("workload=6")

    assert count_changes(busy.verdicts, busy.verdicts) == (0, 0)


def test_more_dossiers_leave_the_others_comparable() -> None:
    """Dossiers that only the busier option has are not counted; the others are found again."""
    calm, busy = outcome("workload=1"), outcome("workload=6")
    changes = count_changes(calm.verdicts, busy.verdicts)

    assert listed(busy.verdicts, "late") > listed(calm.verdicts, "late")
    assert 0 < changes.on_time_to_late <= listed(calm.verdicts, "on_time")
    assert changes.late_to_on_time <= listed(calm.verdicts, "late")

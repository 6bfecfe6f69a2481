"""Three journals worked out by hand, line by line: tests/golden/README.md."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.journal import assert_same, check
from simulation.plan.resolve import resolve
from simulation.scenario import load_scenario
from simulation.semantics import Outcome
from simulation.tables import Attendance, Demand, Journal, Pieces
from simulation.units import DAY_S, HOUR_S, MINUTE_S, NEVER

if TYPE_CHECKING:
    from simulation.engines import Engine
    from simulation.plan.arrays import ServicePlan

GOLDEN: Final = Path(__file__).parent / "golden"
NAMES: Final = sorted(path.parent.name for path in GOLDEN.glob("*/scenario.yaml"))
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def tables_of(name: str, seed: int = 0) -> tuple[ServicePlan, Demand, Attendance]:
    """The input of an engine; the seed makes no difference."""
    plan = resolve(load_scenario(GOLDEN / name / "scenario.yaml"))
    demand = sample_demand(plan.demand, seed, 0)
    return plan.service, demand, sample_attendance(plan.service, seed, 0)


def lines_of(name: str, table: str) -> list[dict[str, str]]:
    """A table as it stands in its file; one that has none is empty."""
    path = GOLDEN / name / table
    return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []


def instant_s(cell: str) -> int:
    """``tue 08:20``, in the week with which the period begins; nothing is NEVER."""
    if not cell:
        return NEVER
    weekday, time = cell.split()
    hour, minute = time.split(":")
    return WEEKDAYS.index(weekday) * DAY_S + int(hour) * HOUR_S + int(minute) * MINUTE_S


def people_of(service: ServicePlan) -> list[str]:
    """Names of all people, by number: their team and their number in it."""
    return [f"{team.id} {number}" for team in service.teams for number in range(team.people)]


def visits_of(service: ServicePlan, demand: Demand) -> list[tuple[int, str, int]]:
    """Dossier, step and attempt of each visit."""
    steps = [service.rows.steps[step] for step in service.rows.step[demand.row]]
    dossier = np.repeat(np.arange(demand.dossiers), np.diff(demand.visit_ptr)).tolist()
    return list(zip(dossier, steps, demand.attempt.tolist(), strict=True))


def expected_journal(name: str, service: ServicePlan, demand: Demand) -> Journal:
    """The journal that stands in the files; its lines name the visits of the demand, in order."""
    lines, pieces = lines_of(name, "journal.csv"), lines_of(name, "pieces.csv")
    visits, people = visits_of(service, demand), ["", *people_of(service)]
    assert [(int(x["dossier"]), x["step"], int(x["attempt"])) for x in lines] == visits

    def column(lines: list[dict[str, str]], name: str) -> Any:
        return np.array([instant_s(line[name]) for line in lines], np.int64)

    def person(lines: list[dict[str, str]]) -> Any:
        return np.array([people.index(line["person"]) - 1 for line in lines], np.int32)

    return Journal(
        person=person(lines),
        ready_s=column(lines, "ready"),
        started_s=column(lines, "started"),
        ended_s=column(lines, "ended"),
        outcome=np.array([Outcome[line["outcome"]] for line in lines], np.int8),
        pieces=Pieces(
            visit=np.array(
                [visits.index((int(x["dossier"]), x["step"], 0)) for x in pieces], np.int64
            ),
            person=person(pieces),
            started_s=column(pieces, "started"),
            ended_s=column(pieces, "ended"),
        ),
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_writes_the_journal_that_was_worked_out_by_hand(
    engine: Engine, name: str
) -> None:
    """Integer for integer; and what was worked out violates no requirement."""
    service, demand, attendance = tables_of(name)
    expected = expected_journal(name, service, demand)
    check(service, demand, attendance, expected)
    assert_same(engine(service, demand, attendance), expected, demand)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_golden_scenario_is_left_to_luck(name: str) -> None:
    """Another seed samples the same tables."""
    for ours, theirs in zip(tables_of(name)[1:], tables_of(name, seed=1)[1:], strict=True):
        for column, values in vars(ours).items():
            np.testing.assert_array_equal(values, getattr(theirs, column))


def test_the_golden_journals_hold_what_their_page_says() -> None:
    """There are three, and between them people leave in two ways, and something is handed over."""
    assert NAMES == ["closing", "deadline", "handover"]
    outcomes = {line["outcome"] for name in NAMES for line in lines_of(name, "journal.csv")}
    assert outcomes == {"DONE", "NONE", "CLOSED", "ABANDONED"}
    assert len(lines_of("handover", "pieces.csv")) == 2

"""Which teams late dossiers waited for, and how a run says so."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from simulation.attribution import AT_DESKS, ELSEWHERE
from simulation.experiments import replicate
from simulation.experiments.bottlenecks import find_bottlenecks
from simulation.load import load
from simulation.plan.resolve import resolve
from simulation.reports.hurts import print_bottlenecks
from simulation.reports.terminal import console
from tests.running import EVERY_STEP, office
from tests.test_marginal import UNUSED

if TYPE_CHECKING:
    from simulation.experiments import RunResult

CLERKS = "teams.clerks={title: Clerks, staff: 1, shift: office, desks: [appraisal]}"
OVERLOADED = ("workload=8", CLERKS, "teams.officers.desks=[reception]")
"""Officers alone serve reception, clerks alone do 160 hours of appraisal in 40."""


def shares(result: RunResult, part: str = "late_time_queue") -> dict[str, float]:
    """Mean share of late time of each team."""
    return {team["team"]: team[part]["mean"] for team in result.bottlenecks["teams"]}


def test_late_time_adds_up_to_all_of_it() -> None:
    """In every replication the parts of the late time of all late dossiers add up to 1."""
    for scenario in (office(*OVERLOADED), office("workload=9", case=EVERY_STEP)):
        for outcome in replicate(scenario, 3).outcomes.values():
            parts = [outcome.measures[f"late_time.{part}"] for part in (*AT_DESKS, *ELSEWHERE)]
            assert sum(part or 0 for part in parts) == pytest.approx(1)


@pytest.mark.parametrize("part", ["queue", "off_shift"])
def test_teams_share_all_that_is_lost_at_desks(part: str) -> None:
    """What late dossiers lost in queues is divided among teams without a rest."""
    result = replicate(office("workload=8", CLERKS), 3)
    lost = result[f"late_time.{part}"].mean

    assert lost is not None
    assert sum(shares(result, f"late_time_{part}").values()) == pytest.approx(lost)
    assert set(shares(result)) == {"officers", "clerks"}


def test_the_team_that_is_waited_for_stands_first() -> None:
    """A desk's late time is that of the only team that serves it."""
    result = replicate(office(*OVERLOADED), 3)
    first, second = result.bottlenecks["teams"]
    appraisal = result["desks.appraisal.late_time_queue"]

    assert result.bottlenecks["by"] == "late_time_queue"
    assert (first["team"], second["team"]) == ("clerks", "officers")
    assert first["late_time_queue"] == pytest.approx(appraisal.as_dict())
    assert first["load"] == pytest.approx(4)


def test_equal_teams_share_equally() -> None:
    """Two teams that serve a desk alike share what is lost there as they share its work."""
    other = "teams.others={title: T, staff: 2, shift: office, desks: [reception, appraisal]}"
    result = replicate(office("workload=16", other), 2)
    found = shares(result)

    assert found["others"] == pytest.approx(found["officers"])
    assert found["others"] > 0.1


def test_unequal_teams_share_by_work() -> None:
    """A team three times as large takes three quarters of the work, so of what is lost."""
    other = "teams.others={title: T, staff: 6, shift: office, desks: [reception, appraisal]}"
    divided = load(resolve(office(other))).divided

    assert divided["appraisal"] == pytest.approx({"officers": 0.25, "others": 0.75})


def test_a_desk_without_work_is_whose_turn_it_is_first() -> None:
    """Nothing is divided by nothing: such a desk belongs to the teams that serve it first."""
    divided = load(resolve(office(*UNUSED, CLERKS, "teams.clerks.desks=[archive]"))).divided

    assert divided["archive"] == {"clerks": 1}


def test_where_nobody_is_late_the_busiest_stands_first() -> None:
    """Without late dossiers teams stand by utilisation, and shares are unknown."""
    result = replicate(office(CLERKS, "teams.officers.desks=[reception]"), 3)
    teams = result.bottlenecks["teams"]

    assert result["late"].mean == 0
    assert result.bottlenecks["by"] == "utilisation"
    assert [team["team"] for team in teams] == ["clerks", "officers"]
    assert teams[0]["utilisation"]["mean"] > teams[1]["utilisation"]["mean"]
    assert teams[0]["late_time_queue"] == {"mean": None, "low": None, "high": None}


def test_a_replication_without_late_dossiers_counts_nothing() -> None:
    """A share is the mean over the replications that had late dossiers."""
    late = replicate(office(*OVERLOADED), 1).outcomes[0].measures
    none = replicate(office(CLERKS), 1).outcomes[0].measures
    table = load(resolve(office(*OVERLOADED)))
    both = find_bottlenecks([late, none], table)["teams"][0]["late_time_queue"]

    assert both["mean"] == find_bottlenecks([late], table)["teams"][0]["late_time_queue"]["mean"]


def said(queue: float | None, busy: float, *, by: str = "late_time_queue") -> str:
    """What is printed of one team."""

    def interval(mean: float | None) -> dict[str, Any]:
        return {"mean": mean, "low": None, "high": None}

    entry = {
        "team": "officers",
        "late_time_queue": interval(queue),
        "late_time_off_shift": interval(queue),
        "utilisation": interval(busy),
        "load": busy,
    }
    file = StringIO()
    titles = {"teams": {"officers": {"en": "Officers"}}}
    print_bottlenecks({"by": by, "teams": [entry]}, titles, console(file))
    return " ".join(file.getvalue().split())


@pytest.mark.parametrize(
    ("queue", "busy", "meaning"),
    [
        (0.63, 0.97, "63 % of late dossiers' legal time was spent waiting for Officers"),
        (0.63, 0.97, "which has hardly an idle hour"),
        (0.63, 0.8, "waiting for Officers, which is busy 80 % of its time"),
        (0.63, 0.5, "which is idle 50 % of its time: dossiers come in peaks"),
        (0.01, 0.97, "more people would not help them"),
    ],
)
def test_the_report_says_what_it_means(queue: float, busy: float, meaning: str) -> None:
    """The same share means another thing where the team is busy, idle, or nobody waits for it."""
    assert meaning in said(queue, busy)


def test_the_report_says_that_nobody_was_late() -> None:
    """Without late dossiers the report says so, and which team would be the first."""
    text = said(None, 0.5, by="utilisation")

    assert "No dossier was late: the busiest teams" in text
    assert "Officers would be the first to hold dossiers up: busy 50 % of its time." in text

"""The load table: who has more work than time, and by how many people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.attendance import sample_attendance
from simulation.load import Load, TeamLoad, attendance_s, load
from simulation.plan.resolve import resolve
from simulation.units import WORKING_DAY_S
from tests.running import VALID, office

if TYPE_CHECKING:
    from simulation.plan.arrays import ServicePlan

TWO_TEAMS = (
    "desks.archive={title: Archive}",
    (
        "routes.standard=[{step: receive, work: 10 min, desk: reception, applicant: true, "
        "clock: starts}, {step: decide, work: 20 min, desk: appraisal}, {step: file, work: 4 min, "
        "desk: archive}]"
    ),
)
"""60 dossiers with 10, 20 and 4 minutes at three desks."""


def table(*settings: str) -> Load:
    """The load table of the small office with changes."""
    return load(resolve(office(*settings)))


def teams(*settings: str) -> dict[str, TeamLoad]:
    """The teams of that table by id."""
    return {team.team: team for team in table(*settings).teams}


def team(staff: int, desks: str, **more: object) -> str:
    """A team in the scenario language."""
    keys = {"staff": staff, "desks": f"[{desks}]", "shift": "office", "title": "T", **more}
    return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


def test_one_team() -> None:
    """60 dossiers of half an hour for two people of 40 hours: 30 of 80 hours."""
    (only,) = table().teams

    assert only.people == pytest.approx(2)
    assert only.offered_h == pytest.approx(30)
    assert only.available_h == pytest.approx(80)
    assert only.utilisation == pytest.approx(0.375)
    assert only.short == 0


def test_people_that_are_missing() -> None:
    """The number of people to add is the smallest that leaves no work."""
    overloaded = teams("workload=8")["officers"]

    assert overloaded.offered_h == pytest.approx(240)
    assert overloaded.short == 4
    assert teams("workload=8", "teams.officers.staff=6")["officers"].short == 0
    assert teams("workload=8", "teams.officers.staff=5")["officers"].short == 1


def test_efficiency_shortens_work() -> None:
    """Somebody twice as fast at a desk needs half the time there."""
    faster = teams("teams.officers.efficiency={appraisal: 2}")["officers"]

    assert faster.offered_h == pytest.approx(20)


def test_no_shift_in_the_period() -> None:
    """A team without hours has no utilisation, and all of its work is left."""
    never = teams(
        "calendars.later={hours: {mon-fri: '07:00-08:00'}, closed: [2021-03-01..2021-03-05]}",
        "teams.officers.shift=later",
    )["officers"]

    assert never.available_h == 0
    assert never.utilisation is None
    assert never.offered_h == pytest.approx(30)


def test_first_choice_takes_work_before_second_choice() -> None:
    """Work goes to the team that has the desk first; the other one helps with what is left."""
    found = teams(
        *TWO_TEAMS,
        f"teams.officers={team(1, 'reception, appraisal')}",
        f"teams.clerks={team(1, 'appraisal, archive')}",
    )

    assert found["officers"].offered_h == pytest.approx(10)
    assert found["clerks"].offered_h == pytest.approx(24)

    busier = teams(
        *TWO_TEAMS,
        "workload=2",
        f"teams.officers={team(1, 'reception, appraisal')}",
        f"teams.clerks={team(1, 'appraisal, archive')}",
    )
    # The clerk has 40 hours of appraisal, so the archive waits: nobody else serves it.
    assert busier["officers"].offered_h == pytest.approx(20)
    assert busier["clerks"].offered_h == pytest.approx(48)
    assert busier["clerks"].short == 1


def test_lower_rank_takes_work_first() -> None:
    """Of the teams that have a desk at the same place, the one of lower rank fills up first."""
    found = teams(
        "workload=2",
        f"teams.officers={team(1, 'reception, appraisal', rank=1)}",
        f"teams.clerks={team(1, 'reception, appraisal', rank=0)}",
    )

    assert found["clerks"].offered_h == pytest.approx(40)
    assert found["officers"].offered_h == pytest.approx(20)


def test_equal_teams_share_by_their_time() -> None:
    """Of equal rank, a team with three people takes three times the work of one with one."""
    found = teams(
        f"teams.officers={team(3, 'reception, appraisal')}",
        f"teams.clerks={team(1, 'reception, appraisal')}",
    )

    assert found["officers"].offered_h == pytest.approx(3 * found["clerks"].offered_h)
    assert found["officers"].utilisation == pytest.approx(found["clerks"].utilisation)


def test_shared_shortage_is_not_counted_twice() -> None:
    """Where two teams share a desk, one person who suffices for both is asked for once."""
    found = teams(
        "workload=3",
        f"teams.officers={team(1, 'reception, appraisal')}",
        f"teams.clerks={team(1, 'reception, appraisal')}",
    )

    assert sum(one.short for one in found.values()) == 1


def test_desks_that_nobody_has_first() -> None:
    """A desk that comes last for everybody is named, also where no team is short."""
    assert table().last_choice == ("appraisal",)
    assert table(f"teams.clerks={team(1, 'appraisal')}").last_choice == ()


def test_short_teams() -> None:
    """The table lists the teams that are short."""
    assert [one.team for one in table("workload=8").short] == ["officers"]
    assert table().short == ()


@pytest.mark.parametrize(
    "settings",
    [
        ("teams.officers.absence={rate: 0.2, spell: 3}",),
        ("teams.officers.leave={days: 30, block: 5}",),
        ("teams.officers.absence={rate: 0.1}", "teams.officers.leave={days: 60, block: 2}"),
        ("teams.officers.staff={at_start: 8, changes: {2021-08-02: 3}}",),
        ("teams.officers.absence={rate: {value: 0.05, during: {2021-05-01..2021-05-31: 8}}}",),
    ],
)
def test_attendance_is_the_mean_of_samples(settings: tuple[str, ...]) -> None:
    """Available hours are those for which people are there on average, absent and on leave.

    Four standard errors: a false alarm once in 16,000; the seed is fixed. Leave is whole days: a
    day a person more or less is allowed.
    """
    scenario = office(
        "period={first_day: 2021-03-01, last_day: 2021-10-31}", "teams.officers.staff=8", *settings
    )
    service = resolve(scenario).service
    expected_s = attendance_s(service.teams[0], service.horizon)
    there_s = np.array([attended_s(service, k) for k in range(40)])
    error_s = there_s.std(ddof=1) / np.sqrt(len(there_s))

    assert abs(there_s.mean() - expected_s) <= 4 * error_s + 8 * WORKING_DAY_S


def attended_s(service: ServicePlan, replication: int) -> float:
    """Seconds of attendance in a sample, up to the end of the period."""
    attendance = sample_attendance(service, 1, replication)
    ends_s, begins_s = (
        np.minimum(column, service.horizon.stop_s)
        for column in (attendance.end_s, attendance.begin_s)
    )
    return float((ends_s - begins_s).sum())


def test_period_only() -> None:
    """The warm-up counts neither as work nor as time."""
    (warm,), (cold,) = table("start={warm: 10 wd}").teams, table().teams

    assert warm.offered_h == pytest.approx(cold.offered_h)
    assert warm.available_h == pytest.approx(cold.available_h)


def test_all_valid_cases_have_a_table() -> None:
    """Every valid scenario has a load table with one entry a team."""
    for path in sorted(VALID.glob("*.yaml")):
        plan = resolve(office(case=path))

        assert [entry.team for entry in load(plan).teams] == list(plan.service.names.teams)

"""The plan: a scenario resolved into arrays, without anything random."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simulation.distributions import Constant, Lognormal
from simulation.plan.arrivals import largest_remainder, volumes
from simulation.plan.resolve import Plan, resolve
from simulation.scenario import load_scenario
from simulation.semantics import Clock, DeadlineKind, Ends, Kind
from simulation.units import DAY_S, FAR, HOUR_S, WORKING_DAY_S
from simulation.worktime import measure

if TYPE_CHECKING:
    from pathlib import Path

    from simulation.plan.arrays import CellPlan
    from simulation.scenario import Scenario

SCENARIO = """
scenario: small
title: Small
period: {first_day: 2021-03-01, last_day: 2021-03-12}
calendars:
  office: {hours: {mon-fri: "07:00-11:30, 13:30-17:00"}}
legal: {calendar: office}
timetables:
  courier: {calendar: office, times: ["08:00", "14:00"], weekdays: [mon, thu]}
channels:
  counter:
    title: Counter
    calendar: office
    volume: 100
    spread: fixed
    results: {counter: 0.75, post: 0.25}
  post: {title: Post, volume: 11, spread: fixed, delivery: courier}
mix: {permit: 0.5, licence: 0.5}
fields:
  works: {title: Works}
procedures:
  permit: {title: Permit, field: works, deadline: {default: 3 wd, post: 10 d}, route: long}
  licence: {title: Licence, field: works, deadline: 4 h, route: short}
routes:
  short:
    - {step: do, desk: desk, work: 15 min, clock: starts}
  long:
    - {step: receive, desk: desk, work: 10 min, clock: starts}
    - step: again
      probability: 0.3
      at_most: 2
      repeat:
        - {step: asked, pause: 1 wd}
        - {step: rework, desk: desk, work: {lognormal: {mean: 1 h, cv: 1}}}
    - step: outcome
      branch:
        - {probability: 0.1, steps: [{step: refuse, desk: desk, work: 5 min, ends: refused}]}
        - {probability: 0.2, steps: [{step: short-cut, desk: desk, work: 5 min}]}
    - step: consult
      fork:
        tax: [{step: tax, delay: 2 wd}]
        police: [{step: police, delay: 1 d}, {step: filing, desk: desk, work: 1 min}]
    - {step: hold, until: due - 1 wd, clock: stops}
    - {step: mail, returned_by: [post], departure: courier}
    - {step: collect, returned_by: [counter], desk: desk, applicant: counter, work: 3 min}
desks:
  desk: {title: Desk, discipline: earliest-due}
teams:
  staff:
    title: Staff
    staff: {at_start: 3, changes: {2021-03-08: 2}}
    shift: office
    desks: [desk]
"""


@pytest.fixture(name="scenario")
def scenario_fixture(tmp_path: Path) -> Scenario:
    """The scenario above."""
    file = tmp_path / "small.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return load_scenario(file)


@pytest.fixture(name="plan")
def plan_fixture(scenario: Scenario) -> Plan:
    """Its plan."""
    return resolve(scenario)


def load(tmp_path: Path, *settings: str) -> Scenario:
    """The scenario above with settings."""
    file = tmp_path / "small.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return load_scenario(file, settings)


def cell(plan: Plan, channel: str, procedure: str) -> CellPlan:
    """A cell by its names."""
    return next(cell for cell in plan.demand.cells if cell.name == (channel, procedure))


def template(plan: Plan, channel: str, procedure: str) -> list[str]:
    """Step names of a cell's template."""
    rows = plan.service.rows
    return [rows.steps[rows.step[row.row]] for row in cell(plan, channel, procedure).rows]


def column(plan: Plan, name: str, channel: str, procedure: str) -> list[Any]:
    """A column of a cell's template."""
    values = getattr(plan.service.rows, name)
    return [values[row.row] for row in cell(plan, channel, procedure).rows]


def test_route_unrolls_in_order_with_bounded_repeats(plan: Plan) -> None:
    """A repeat of at most two becomes two copies, a fork is closed by its join."""
    assert template(plan, "counter", "permit") == [
        "receive", "asked", "rework", "asked", "rework", "refuse", "short-cut",
        "consult", "police", "filing", "tax", "consult", "hold", "mail", "collect",
    ]  # fmt: skip
    kinds = column(plan, "kind", "counter", "permit")
    assert [kinds[k] for k in (7, 11)] == [Kind.FORK, Kind.JOIN]
    assert column(plan, "branch", "counter", "permit")[7:12] == [0, 1, 1, 2, 0]
    assert column(plan, "occurrence", "counter", "permit")[1:5] == [0, 0, 1, 1]


def test_repeats_are_guarded_one_behind_the_other(plan: Plan) -> None:
    """The second repetition happens only behind the first, each by a mark of its own."""
    guards = cell(plan, "counter", "permit").guards
    rows = cell(plan, "counter", "permit").rows
    first, second = rows[1].guard, rows[3].guard
    assert guards[first].parent == -1
    assert guards[second].parent == first
    assert guards[first].stream != guards[second].stream
    assert guards[second].high == pytest.approx([0.3])


def test_alternatives_exclude_each_other(plan: Plan) -> None:
    """The alternatives of a branch are disjoint ranges of one mark."""
    guards, rows = cell(plan, "counter", "permit").guards, cell(plan, "counter", "permit").rows
    refuse, short_cut = guards[rows[5].guard], guards[rows[6].guard]
    assert refuse.stream == short_cut.stream
    assert (refuse.low[0], refuse.high[0]) == pytest.approx((0.0, 0.1))
    assert (short_cut.low[0], short_cut.high[0]) == pytest.approx((0.1, 0.3))


def test_delivery_shares_become_guards(plan: Plan) -> None:
    """How a result is delivered is one mark, divided by the channel's shares."""
    guards, rows = cell(plan, "counter", "permit").guards, cell(plan, "counter", "permit").rows
    mail, collect = guards[rows[13].guard], guards[rows[14].guard]
    assert mail.stream == collect.stream == ("results",)
    assert collect.high == pytest.approx(mail.low)
    assert mail.high - mail.low == pytest.approx([0.25])


def test_results_come_back_by_the_own_channel_by_default(plan: Plan) -> None:
    """A channel without shares of delivery delivers by itself."""
    assert template(plan, "post", "permit")[-1] == "mail"


def test_post_begins_with_its_delivery(plan: Plan) -> None:
    """A dossier sent by post waits for the next delivery before anything else."""
    assert template(plan, "post", "licence") == ["delivery", "do"]
    assert column(plan, "kind", "post", "licence")[0] == Kind.DEPARTURE


def test_flags_of_rows(plan: Plan) -> None:
    """Clock, end, presence, interruptibility and anchors stand in the rows."""
    clock = column(plan, "clock", "counter", "permit")
    assert [clock[k] for k in (0, 1, 12)] == [Clock.STARTS, Clock.PAUSES, Clock.STOPS]
    assert column(plan, "ends", "counter", "permit")[5] == Ends.REFUSED
    counter = plan.service.names.channels.index("counter")
    assert column(plan, "hall", "counter", "permit")[0] == -1
    assert column(plan, "hall", "counter", "permit")[-1] == counter
    assert column(plan, "interruptible", "counter", "permit")[0]
    assert not column(plan, "interruptible", "counter", "permit")[-1]
    assert column(plan, "from_due", "counter", "permit")[12]
    assert column(plan, "offset_s", "counter", "permit")[12] == -WORKING_DAY_S
    office = plan.service.calendars[column(plan, "calendar", "counter", "permit")[10]]
    assert measure(office, np.array([0]), np.array([DAY_S])) == WORKING_DAY_S
    assert column(plan, "calendar", "counter", "permit")[8] == -1


def test_carried_in_dossiers_stand_between_start_and_stop(plan: Plan) -> None:
    """Rows are told apart: up to the start of the clock, and behind its stop."""
    rows = cell(plan, "counter", "permit").rows
    assert [row.accepted for row in rows] == [True] + [False] * 14
    assert [row.resolved for row in rows] == [False] * 13 + [True] * 2


def test_content_in_seconds(plan: Plan) -> None:
    """Durations become distributions in seconds; an until has length zero."""
    rows = cell(plan, "counter", "permit").rows
    assert rows[0].content == Constant(600)
    assert rows[2].content == Lognormal(3600, 1)
    assert rows[10].content == Constant(2 * WORKING_DAY_S)
    assert rows[12].content == Constant(0)
    assert rows[13].content is None
    assert [rows[k].minimum_s for k in (0, 10)] == [1, 0]


def test_deadlines_by_channel(plan: Plan) -> None:
    """A cell's deadline is its channel's where the procedure has one, else the default."""
    kinds = plan.service.cells.deadline_kind.tolist()
    amounts = plan.service.cells.deadline_amount.tolist()
    cells = [cell.name for cell in plan.demand.cells]
    found = dict(zip(cells, zip(kinds, amounts, strict=True), strict=True))
    assert found["counter", "permit"] == (DeadlineKind.WORKING_DAYS, 3 * WORKING_DAY_S)
    assert found["post", "permit"] == (DeadlineKind.CALENDAR_DAYS, 10)
    assert found["post", "licence"] == (DeadlineKind.HOURS, 4 * HOUR_S)


def test_fixed_volumes_add_up(scenario: Scenario) -> None:
    """Eleven dossiers over two halves are five and six, and not eleven halves."""
    assert sorted(volumes(scenario, "post").values()) == [5.0, 6.0]


def test_largest_remainder_ties_go_by_name() -> None:
    """Equal remainders are rounded up in alphabetical order."""
    quotas = {"c": 1.5, "a": 1.5, "b": 2.0}
    assert largest_remainder(quotas, 5) == {"a": 2, "b": 2, "c": 1}


def test_own_volume_comes_out_of_the_channels(tmp_path: Path) -> None:
    """A procedure's own volume is taken first; the mix divides the rest; workload scales all."""
    scenario = load(
        tmp_path, "channels.counter.volumes={permit: 40}", "mix={licence: 1}", "workload=2"
    )
    assert volumes(scenario, "counter") == {"permit": 80, "licence": 120}


def test_arrivals_only_when_open(plan: Plan) -> None:
    """A channel with a calendar has no intensity outside it, and none on a weekend."""
    rate = cell(plan, "counter", "permit").rate
    office = plan.service.calendars[0]
    begins, ends = rate.edges_s[:-1], rate.edges_s[1:]
    open_s = measure(office, begins, ends)
    assert np.array_equal(rate.weight > 0, open_s == ends - begins)
    assert np.array_equal(rate.weight == 0, open_s == 0)


def test_no_piece_spans_midnight(plan: Plan) -> None:
    """Day factors can be applied piece by piece."""
    edges = cell(plan, "post", "permit").rate.edges_s
    assert np.array_equal(edges[:-1] // DAY_S, (edges[1:] - 1) // DAY_S)


def test_profile_multiplies(tmp_path: Path) -> None:
    """Month, weekday, hour and dated weights multiply; hours left out weigh nothing."""
    scenario = load(
        tmp_path,
        "channels.post.profile={month: {mar: 2}, weekday: {tue: 3}, hour: {08:00-09:00: 5}}",
        "channels.post.weight={value: 1, during: {2021-03-02: 7}}",
    )
    rate = cell(resolve(scenario), "post", "permit").rate

    def weight(day: int, hour: int) -> float:
        at_s = day * DAY_S + hour * HOUR_S
        return float(rate.weight[np.searchsorted(rate.edges_s, at_s, "right") - 1])

    assert weight(0, 8) == 2 * 5
    assert weight(1, 8) == 2 * 3 * 5 * 7
    assert weight(1, 9) == 0
    assert weight(8, 8) == 2 * 3 * 5


def test_holiday_weighs_as_a_sunday_where_there_is_no_calendar(tmp_path: Path) -> None:
    """Online, the Hùng Kings' day of 21 April 2021, a Wednesday, is a Sunday."""
    scenario = load(
        tmp_path,
        "period={first_day: 2021-04-19, last_day: 2021-04-25}",
        "channels.post.profile={weekday: {wed: 3, sun: 0.5}}",
    )
    rate = cell(resolve(scenario), "post", "permit").rate
    by_day = [float(rate.weight[rate.edges_s[:-1] // DAY_S == day][0]) for day in range(7)]
    assert by_day == [1, 1, 0.5, 1, 1, 1, 0.5]


def test_procedure_begins_and_ends_on_a_date(tmp_path: Path) -> None:
    """Outside its dates a procedure has no arrivals."""
    scenario = load(
        tmp_path, "procedures.permit.begins=2021-03-03", "procedures.permit.ends=2021-03-04"
    )
    rate = cell(resolve(scenario), "post", "permit").rate
    days = np.unique(rate.edges_s[:-1][rate.weight > 0] // DAY_S)
    assert days.tolist() == [2, 3]


def test_departures_only_on_open_days(plan: Plan) -> None:
    """A timetable runs at its times on its weekdays."""
    departures = plan.service.timetables[0]
    first_week = departures[departures < 7 * DAY_S]
    expected = [day * DAY_S + hour * HOUR_S for day in (0, 3) for hour in (8, 14)]
    assert first_week.tolist() == expected


def test_staff_changes_by_date(plan: Plan) -> None:
    """The people of a team by day; the team holds its largest number."""
    team = plan.service.teams[0]
    assert team.staff[[0, 6, 7]].tolist() == [3, 3, 2]
    assert team.people == 3
    assert plan.service.person_team == (0, 0, 0)


def test_horizon(plan: Plan) -> None:
    """An empty start begins at second zero; calendars reach beyond the end."""
    horizon = plan.service.horizon
    assert horizon.first_day == date(2021, 3, 1)
    assert (horizon.start_s, horizon.stop_s, horizon.end_s) == (0, 12 * DAY_S, 12 * DAY_S)
    assert horizon.reach_s > horizon.end_s + 730 * DAY_S


def test_warm_start_and_run_on(tmp_path: Path) -> None:
    """A warm-up lies before the period, a run-on behind it."""
    scenario = load(tmp_path, "start={warm: 10 d}", "run_on=5 d")
    horizon = resolve(scenario).service.horizon
    assert horizon.first_day == date(2021, 2, 19)
    assert (horizon.start_s, horizon.stop_s, horizon.end_s) == (
        10 * DAY_S, 22 * DAY_S, 27 * DAY_S,
    )  # fmt: skip


def test_backlog_leaves_room_for_ages(tmp_path: Path) -> None:
    """Carried-in dossiers were accepted at or after second zero; nobody else came so early."""
    plan = resolve(load(tmp_path, "start={backlog: 20}")).demand
    assert plan.backlog == 20
    assert all(0 <= age_s <= plan.horizon.start_s for age_s in plan.backlog_age_s)
    for cell in plan.cells:
        before = cell.rate.edges_s[:-1] < plan.horizon.start_s
        assert before.any()
        assert not cell.rate.weight[before].any()
    weights = dict(zip((cell.name for cell in plan.cells), plan.backlog_weight, strict=True))
    assert weights["counter", "permit"] > weights["counter", "licence"] > 0


def test_order_in_the_file_means_nothing(scenario: Scenario, plan: Plan) -> None:
    """Permuting channels, procedures, mix and branches of a fork leaves the plan as it was."""
    turned = scenario.model_copy(
        update={
            name: dict(reversed(getattr(scenario, name).items()))
            for name in ("channels", "procedures", "mix", "desks", "calendars", "routes")
        }
    )
    again = resolve(turned)
    assert again.service.names == plan.service.names
    for one, other in zip(plan.demand.cells, again.demand.cells, strict=True):
        assert one.name == other.name
        assert one.volume == other.volume
        assert [row.stream for row in one.rows] == [row.stream for row in other.rows]
    assert np.array_equal(plan.service.rows.desk, again.service.rows.desk)


def test_shortest_work_goes_by_the_mean(plan: Plan) -> None:
    """The mean of a step's content, in whole seconds, stands beside it."""
    assert column(plan, "mean_s", "counter", "permit")[:3] == [600, WORKING_DAY_S, 3600]


def test_explicit_arrivals(tmp_path: Path) -> None:
    """Given arrivals are sorted, with their work by step where it is given."""
    scenario = load(
        tmp_path,
        "channels.post.arrivals=[{at: '2021-03-02 08:00', procedure: licence}, "
        "{at: '2021-03-01 09:30', procedure: licence, work: {do: 7 min}}]",
    )
    explicit = cell(resolve(scenario), "post", "licence").explicit
    assert explicit is not None
    assert explicit.at_s.tolist() == [9 * HOUR_S + 1800, DAY_S + 8 * HOUR_S]
    assert explicit.work_s["do"].tolist() == [420, -1]


def test_patience_for_ever_is_none(plan: Plan) -> None:
    """Nobody leaves a hall whose rules name no patience."""
    row = cell(plan, "counter", "permit").rows[-1]
    assert row.patience is None
    assert row.attempts == 3
    assert plan.service.horizon.reach_s < FAR

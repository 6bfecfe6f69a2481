"""The plan: a scenario resolved into arrays, without anything random."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulation import legal
from simulation.demand import sample_demand
from simulation.distributions import Constant, Lognormal
from simulation.errors import ScenarioError
from simulation.legal import LegalClock
from simulation.plan.apportionment import apportion
from simulation.plan.arrays import Horizon
from simulation.plan.arrivals import volumes
from simulation.plan.backlog import oldest_age_s
from simulation.plan.horizon import Timeline
from simulation.plan.identity import plan_digest
from simulation.plan.resolve import Plan, resolve
from simulation.scenario import load_scenario
from simulation.scenario.values import Dated, Deadline, Staff
from simulation.scenario.vary import vary
from simulation.semantics import Clock, DeadlineKind, Ends, Kind
from simulation.tables import Segment
from simulation.units import DAY_S, FAR, HOUR_S, WORKING_DAY_S
from simulation.worktime import from_spans, is_open, measure, subtract
from tests.demand_plans import tell_plan
from tests.naive_legal import Law, Seconds

if TYPE_CHECKING:
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
    assert [row.before_acceptance for row in rows] == [True] + [False] * 14
    assert [row.after_resolution for row in rows] == [False] * 13 + [True] * 2


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


def test_apportionment_by_hand() -> None:
    """Votes of 53, 24 and 23 give seven seats as 3, 2 and 2: 23/3 comes before 53/7."""
    assert apportion({"a": 53, "b": 24, "c": 23}, 7) == {"a": 3, "b": 2, "c": 2}


def test_ties_in_an_apportionment_go_by_name() -> None:
    """Equal claims are met in alphabetical order."""
    assert apportion({"c": 1.5, "a": 1.5, "b": 2.0}, 5) == {"a": 2, "b": 2, "c": 1}


def test_nothing_is_apportioned_to_nobody() -> None:
    """Without a weight above zero nobody gets anything, and a weight of zero gets nothing."""
    assert apportion({}, 5) == {}
    assert apportion({"a": 0.0}, 5) == {"a": 0}
    assert apportion({"a": 0.0, "b": 1.0}, 5) == {"a": 0, "b": 5}


WEIGHTS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.floats(0, 1e3) | st.integers(0, 40), min_size=1
).filter(lambda weights: sum(weights.values()) > 0)


@given(weights=WEIGHTS, total=st.integers(0, 400))
@settings(max_examples=150)
def test_apportionment_adds_up_and_only_grows(weights: dict[str, float], total: int) -> None:
    """The numbers add to the total, and one unit more is one unit more for one of them."""
    few, many = apportion(weights, total), apportion(weights, total + 1)
    assert sum(few.values()) == total
    assert sorted(many[name] - few[name] for name in weights) == [0] * (len(weights) - 1) + [1]


@given(weights=WEIGHTS, total=st.integers(0, 200))
@settings(max_examples=100)
def test_apportionment_is_by_the_largest_claims(weights: dict[str, float], total: int) -> None:
    """Giving one after the other to the largest weight / (2 n + 1) comes to the same."""
    given_one_by_one = dict.fromkeys(weights, 0)
    for _ in range(total):
        claims = {name: weights[name] / (2 * n + 1) for name, n in given_one_by_one.items()}
        given_one_by_one[min(claims, key=lambda name: (-claims[name], name))] += 1
    assert apportion(weights, total) == given_one_by_one


def test_whole_volumes_are_met_exactly() -> None:
    """Also where there are millions of dossiers and one of them is of a kind of its own."""
    weights = {"a": 40_000_000, "b": 9_999_999, "c": 1, "d": 14_065}
    assert apportion(weights, sum(weights.values())) == weights


def test_own_volumes_do_not_drift(tmp_path: Path) -> None:
    """Three procedures of 0.5 and seven of 0.7 make 6.4, so six and not ten dossiers."""
    own = {f"p{k}": 0.5 for k in range(3)} | {f"q{k}": 0.7 for k in range(7)}
    procedures = [
        f"procedures.{name}={{title: x, field: works, deadline: 1 wd, route: short}}"
        for name in own
    ]
    listed = ", ".join(f"{name}: {volume}" for name, volume in own.items())
    scenario = load(
        tmp_path,
        *procedures,
        "channels.post.volume=null",
        f"channels.post.volumes={{{listed}}}",
    )
    assert sum(volumes(scenario, "post").values()) == 6


def test_whole_volumes_of_their_own_are_kept(tmp_path: Path) -> None:
    """What is rounded in the mix is not taken from a procedure whose number is known."""
    names = [f"p{k}" for k in range(9)]
    procedures = [
        f"procedures.{name}={{title: x, field: works, deadline: 1 wd, route: short}}"
        for name in names
    ]
    shares = ", ".join(f"{name}: {1 / 9!r}" for name in names)
    changes = ("channels.post.volume=1095", "channels.post.volumes={permit: 1001}")
    found = volumes(
        load(tmp_path, *procedures, *changes, f"channels.post.mix={{{shares}}}"), "post"
    )
    assert found.pop("permit") == 1001
    assert sorted(found.values()) == [10] * 5 + [11] * 4


@given(
    own=st.lists(st.floats(0, 6), min_size=1, max_size=4),
    rest=st.floats(0, 8),
    shares=st.lists(st.integers(0, 5), min_size=2, max_size=5).filter(any),
    workload=st.floats(0.1, 3),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fixed_volumes_add_up_and_never_fall_with_the_workload(
    scenario: Scenario, own: list[float], rest: float, shares: list[int], workload: float
) -> None:
    """A tenth more workload takes no dossier from any cell, however small, and the total holds."""
    names = [f"p{k}" for k in range(max(len(own), len(shares)) + 1)]
    volume = sum(own) + rest
    channel = scenario.channels["post"].model_copy(
        update={
            "volume": volume,
            "volumes": dict(zip(names, own, strict=False)),
            "mix": {n: s / sum(shares) for n, s in zip(names[1:], shares, strict=False)},
        }
    )

    def numbers(load: float) -> dict[str, float]:
        channels = {**scenario.channels, "post": channel}
        return volumes(scenario.model_copy(update={"workload": load, "channels": channels}), "post")

    less, more = numbers(workload), numbers(1.1 * workload)
    assert sum(less.values()) == round(volume * workload)
    assert less.keys() == more.keys()
    assert all(number <= more[name] for name, number in less.items())


def test_own_volume_comes_out_of_the_channels(tmp_path: Path) -> None:
    """A procedure's own volume is taken first; the mix divides the rest; workload scales all."""
    scenario = load(
        tmp_path, "channels.counter.volumes={permit: 40}", "mix={licence: 1}", "workload=2"
    )
    assert volumes(scenario, "counter") == {"permit": 80, "licence": 120}


days = st.dates(date(2020, 12, 1), date(2021, 2, 28))


@settings(max_examples=100)
@given(
    st.dictionaries(st.tuples(days, days).map(sorted).map(tuple), st.sampled_from([0, 0.5, 3])),
    st.dictionaries(days, st.integers(0, 5)),
)
def test_dated_numbers_are_the_same_by_day(
    during: dict[tuple[date, date], float], changes: dict[date, int]
) -> None:
    """All days of January at once, or one by one; what is dated may begin or end outside of it."""
    january = Horizon(date(2021, 1, 1), 0, 31 * DAY_S, 31 * DAY_S, 31 * DAY_S)
    time, dates = Timeline(january, {}), [date(2021, 1, 1 + k) for k in range(31)]
    number = Dated.model_construct(value=2.0, during=during)
    staff = Staff.model_construct(at_start=3, changes=changes)
    assert time.by_day(number, january.end_s).tolist() == [number.on(day) for day in dates]
    assert time.people_by_day(staff, january.end_s).tolist() == [staff.on(day) for day in dates]
    assert time.months.tolist() == [0] * 31
    assert time.weekdays.tolist() == [day.weekday() for day in dates]


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
    backlog = plan.backlog
    assert backlog is not None
    assert backlog.number == 20
    most_s = measure(backlog.legal, 0, plan.horizon.start_s)
    assert all(0 < age_s < most_s for age_s in backlog.oldest_s)
    for cell in plan.cells:
        before = cell.rate.edges_s[:-1] < plan.horizon.start_s
        assert before.any()
        assert not cell.rate.weight[before].any()


def test_a_backlog_weighs_shares_by_the_deadline_of_the_cell(tmp_path: Path) -> None:
    """Volume times deadline in working days, each channel having its own deadline."""
    assert backlog_weights(load(tmp_path, "start={backlog: 20}", SIGNED)) == pytest.approx(
        {
            ("counter", "permit"): 50 * 3,
            ("counter", "licence"): 50 * 0.5,
            ("post", "permit"): 5.5 * 10 * 5 / 7,
            ("post", "licence"): 5.5 * 0.5,
        }
    )


SIGNED = (
    "routes.short=[{step: do, desk: desk, work: 15 min, clock: starts}, "
    "{step: sign, desk: desk, work: 5 min}]"
)
"""A licence is open for a while."""


@pytest.mark.parametrize("deadline", ["60 wd", "250 wd", "1500 wd", "90 d", "2000 d", "400 h"])
def test_the_horizon_reaches_back_to_every_possible_acceptance(
    tmp_path: Path, deadline: str
) -> None:
    """The oldest dossier in term was accepted since second zero, holidays considered."""
    changes = ("start={backlog: 20}", SIGNED, f"procedures.licence.deadline={deadline}")
    plan = resolve(load(tmp_path, *changes, "period.first_day=2021-02-22")).demand
    assert plan.backlog is not None
    assert max(plan.backlog.oldest_s) < measure(plan.backlog.legal, 0, plan.horizon.start_s)


def test_a_backlog_is_placed_by_the_deadline_of_its_channel(tmp_path: Path) -> None:
    """Waiting until a working day before a due date takes longer where the deadline is longer."""
    plan = resolve(load(tmp_path, "start={backlog: 20}"))
    held = [
        cell(plan, channel, "permit").rows[template(plan, channel, "permit").index("hold")].open_s
        for channel in ("counter", "post")
    ]
    assert [days * 5 / DAY_S for days in held] == pytest.approx([7 * (3 - 1), 50 - 7])


def backlog_weights(scenario: Scenario) -> dict[tuple[str, str], float]:
    """Weight of each cell in the backlog."""
    plan = resolve(scenario).demand
    assert plan.backlog is not None
    return dict(zip((cell.name for cell in plan.cells), plan.backlog.weight, strict=True))


def test_what_cannot_be_in_term_is_not_carried_in(tmp_path: Path) -> None:
    """On the spot and on the same day nothing stays open; without a deadline ten days count."""
    weights = {
        deadline: backlog_weights(
            load(tmp_path, "start={backlog: 20}", SIGNED, f"procedures.licence.deadline={deadline}")
        )["counter", "licence"]
        for deadline in ("on the spot", "0 wd", "none")
    }
    assert weights == {"on the spot": 0, "0 wd": 0, "none": 500}


@pytest.mark.parametrize(
    ("begins", "oldest_s"),
    [
        ("2021-03-05", 0),
        ("2021-03-01", 0),
        ("2021-02-27", 0),
        ("2021-02-26", 8 * HOUR_S),
        ("2021-02-25", 16 * HOUR_S),
        ("2021-02-24", 24 * HOUR_S - 1),  # all that are in term
        ("2010-01-01", 24 * HOUR_S - 1),
    ],
)
def test_nothing_is_carried_in_from_before_its_procedure_begins(
    tmp_path: Path, begins: str, oldest_s: int
) -> None:
    """A procedure that begins with the period or later has no backlog, and a new one a young one.

    The period begins on a Monday, and a permit has three working days at the counter.
    """
    plan = resolve(
        load(tmp_path, "start={backlog: 20}", SIGNED, f"procedures.permit.begins={begins}")
    ).demand
    assert plan.backlog is not None
    (number,) = [cell.cell for cell in plan.cells if cell.name == ("counter", "permit")]
    assert plan.backlog.oldest_s[number] == oldest_s
    assert plan.backlog.weight[number] == (150 if oldest_s else 0)
    carried = sample_demand(plan, 1, 0)
    accepted_s = carried.accepted_s[(carried.segment == Segment.BACKLOG) & (carried.cell == number)]
    first_s = (date.fromisoformat(begins) - plan.horizon.first_day).days * DAY_S
    assert (accepted_s >= first_s).all()
    assert (len(accepted_s) > 0) == (oldest_s > 0)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (["channels.counter.profile={weekday: {mon: 0, tue: 0, wed: 0, thu: 0, fri: 0}}"],
         "channels.counter.volume", "a volume of 100 has no time"),
        (["channels.post.weight={during: {2021-01-01..2021-12-31: 0}}"],
         "channels.post.volume", "a volume of 11 has no time"),
        (["procedures.licence.begins=2021-03-13", "run_on=5 d"],
         "channels.counter.volume", "a volume of 50 of 'licence' has no time"),
        (["procedures.licence.begins=2021-03-13", "run_on=5 d", "channels.post.volumes.licence=4"],
         "channels.post.volumes.licence", " of 'licence' has no time"),
        (["period={first_day: 2021-09-02, last_day: 2021-09-02}"],
         "channels.counter.volume", "a volume of 100 has no time"),
        (["start={backlog: 20}", "procedures.permit.deadline=on the spot",
          "procedures.licence.deadline=0 wd"],
         "start.backlog", "a backlog of 20 belongs to no procedure"),
        (["start={backlog: 20}", "procedures.permit.begins=2021-03-01"],
         "start.backlog", "a backlog of 20 belongs to no procedure"),
    ],
)  # fmt: skip
def test_what_cannot_be_sampled_is_no_plan(
    tmp_path: Path, changes: list[str], field: str, message: str
) -> None:
    """A volume without a time and a backlog without a place are refused with their field.

    The second of September is a public holiday.
    """
    scenario = load(tmp_path, *changes)
    with pytest.raises(ScenarioError) as caught:
        resolve(scenario)
    found = {problem.field: problem.message for problem in caught.value.problems}
    assert message in found[field]
    assert all(problem.allowed and problem.remedy for problem in caught.value.problems)


def test_a_backlog_of_none_belongs_nowhere(tmp_path: Path) -> None:
    """No dossier needs no procedure, and no volume no time."""
    resolve(load(tmp_path, "start={backlog: 0}", "procedures.permit.deadline=on the spot"))
    never = "weight={during: {2021-01-01..2021-12-31: 0}}"
    resolve(load(tmp_path, "channels.post.volume=0", f"channels.post.{never}"))


def test_what_is_resolved_when_it_is_accepted_is_not_carried_in(tmp_path: Path) -> None:
    """Nobody can be found behind the acceptance of a route that ends with it."""
    weights = backlog_weights(load(tmp_path, "start={backlog: 20}"))
    assert weights["counter", "licence"] == 0 < weights["counter", "permit"]


@pytest.mark.parametrize("workload", [0.01, 0.5, 1.1, 2.7])
def test_workload_leaves_the_backlog_as_it_was(tmp_path: Path, workload: float) -> None:
    """Who is carried in, and since when, is the same to the second, however few dossiers come."""
    told = []
    for load_ in (1.0, workload):
        plan = resolve(load(tmp_path, "start={backlog: 60}", SIGNED, f"workload={load_}")).demand
        everybody = tell_plan(sample_demand(plan, 1, 0), plan)
        told.append({key: d for key, d in everybody.items() if key[1] == Segment.BACKLOG})
    assert len(told[0]) == 60
    assert told[0] == told[1]


def test_another_deadline_redraws_the_backlog_of_its_cells_only(tmp_path: Path) -> None:
    """What stays in a cell keeps its marks; the other cells only give or take the difference."""
    start_s, told = [], []
    for deadline in ("4 h", "8 h"):
        changes = ("start={backlog: 60}", SIGNED, f"procedures.licence.deadline={deadline}")
        plan = resolve(load(tmp_path, *changes)).demand
        start_s.append(plan.horizon.start_s)
        told.append(tell_plan(sample_demand(plan, 1, 0), plan))
    carried = [{k: d for k, d in one.items() if k[1] == Segment.BACKLOG} for one in told]
    licences = [{k: d.visits for k, d in one.items() if k[0][1] == "licence"} for one in carried]
    others = [{k: d for k, d in one.items() if k[0][1] != "licence"} for one in carried]
    assert start_s[0] == start_s[1]
    assert licences[0].items() < licences[1].items()
    assert others[1].items() < others[0].items()


@given(
    deadline=st.sampled_from(["0.5 wd", "1 wd", "3 wd", "13 wd", "1 d", "3 d", "20 d"])
    | st.sampled_from(["1 h", "4 h", "9 h", "none"]),
    cutoff=st.sampled_from(["closing", "'15:00'", "'11:00'"]),
    first_day=st.dates(date(2021, 2, 1), date(2021, 3, 10))
    | st.dates(date(2020, 12, 28), date(2021, 1, 8)),
    saturdays=st.booleans(),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=60)
def test_nothing_carried_in_is_overdue_at_the_start(
    *, deadline: str, cutoff: str, first_day: date, saturdays: bool, seed: int
) -> None:
    """Whatever the deadline, the cutoff and the holidays, Tết among them; a second older may be."""
    with TemporaryDirectory() as directory:
        hours = '{mon-fri: "07:00-11:30, 13:30-17:00", sat: "07:00-11:00, 13:00-17:00"}'
        scenario = load(
            Path(directory),
            "start={backlog: 40}",
            SIGNED,
            f"period={{first_day: {first_day}, last_day: {first_day + timedelta(days=9)}}}",
            f"procedures.licence.deadline={deadline}",
            f"procedures.permit.deadline={deadline}",
            f"legal.cutoff={cutoff}",
            *([f"calendars.office.hours={hours}"] if saturdays else []),
        )
    plan = resolve(scenario)
    demand, service, backlog = (
        sample_demand(plan.demand, seed, 0),
        plan.service,
        plan.demand.backlog,
    )
    assert backlog is not None
    law = LegalClock(backlog.legal, service.cutoff_s)
    start_s = plan.demand.horizon.start_s
    carried = demand.segment == Segment.BACKLOG
    cell, accepted_s = demand.cell[carried], demand.accepted_s[carried]
    kind, amount = service.cells.deadline_kind, service.cells.deadline_amount
    due_s = legal.due(law, kind[cell], amount[cell], accepted_s)
    assert len(accepted_s) == 40
    assert (due_s >= start_s).all()
    assert (accepted_s < start_s).all()
    assert is_open(law.calendar, accepted_s).all()
    too_old = subtract(law.calendar, start_s, np.array(backlog.oldest_s) + 1)
    overdue = legal.due(law, kind, amount, too_old) < start_s
    assert (overdue | (kind == DeadlineKind.NONE)).all()


@given(
    spans=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 100), st.integers(1, 12)), max_size=5
    ),
    kind=st.sampled_from(["working days", "calendar days", "hours", "on the spot"]),
    amount=st.sampled_from([0, 1, 2, 3, 10, 30]),
    cutoff_s=st.sampled_from([DAY_S, 30, 60]),
    start=st.integers(0, 6),
)
@example([(0, 0, 1), (1, 0, 1)], "calendar days", 1, DAY_S, 1)
@settings(max_examples=100)
def test_the_oldest_age_is_that_of_a_search_second_by_second(
    spans: list[tuple[int, int, int]], kind: Any, amount: int, cutoff_s: int, start: int
) -> None:
    """The ages from one second to the oldest are all that are in term, in any calendar.

    What is due at the very midnight of the start is in term.
    """
    unit = {"working days": WORKING_DAY_S, "hours": HOUR_S}.get(kind, 1)
    deadline = Deadline(kind=kind, amount=amount / unit)
    begins = [day * DAY_S + offset for day, offset, _ in spans]
    ends = [begin + length for begin, (_, _, length) in zip(begins, spans, strict=True)]
    seconds = Seconds(zip(begins, ends, strict=True))
    law, start_s = Law(seconds, cutoff_s), start * DAY_S
    number = {
        "working days": DeadlineKind.WORKING_DAYS,
        "calendar days": DeadlineKind.CALENDAR_DAYS,
        "hours": DeadlineKind.HOURS,
        "on the spot": DeadlineKind.ON_THE_SPOT,
    }[kind]
    before = [second for second in seconds.open if second < start_s]
    in_term = [s for s in before if law.due(number, amount, s) >= start_s]
    assert in_term == before[len(before) - len(in_term) :]
    clock = LegalClock(from_spans(begins, ends), cutoff_s)
    assert oldest_age_s(clock, deadline, start_s) == len(in_term)


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


def test_a_demand_has_the_digest_of_its_values(tmp_path: Path) -> None:
    """Only what a demand says counts: not what was computed from it since, nor "1.0" for "1"."""
    scenario = load(tmp_path, "start.backlog=10")
    demand = resolve(scenario).demand
    before = plan_digest(demand)
    assert demand.backlog is not None
    assert demand.backlog.legal.lists  # computed once, and kept in the calendar

    assert plan_digest(demand) == before
    assert plan_digest(resolve(vary(scenario, {"teams.staff.pay": 7})).demand) == before
    assert plan_digest(replace(demand, backlog=replace(demand.backlog, number=11))) != before
    later = vary(scenario, {"calendars.office.hours": {"mon-fri": "07:00-11:30, 13:00-16:30"}})
    assert plan_digest(resolve(later).demand) != before


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


ARRIVALS = [
    "{at: '2021-03-02 08:00', procedure: licence}",
    "{at: '2021-03-02 08:00', procedure: licence, work: {do: 7 min}}",
    "{at: '2021-03-02 08:00', procedure: licence}",
    "{at: '2021-03-02 08:00', procedure: permit}",
    "{at: '2021-03-01 09:30', procedure: licence}",
]


def sampled(tmp_path: Path, arrivals: list[str], *settings: str) -> dict[Any, Any]:
    """Explicit arrivals by key, without the instants, which count from the first simulated day."""
    listed = f"channels.post.arrivals=[{', '.join(arrivals)}]"
    plan = resolve(load(tmp_path, listed, *settings)).demand
    told = tell_plan(sample_demand(plan, 1, 0), plan)
    return {key: d.visits for key, d in told.items() if key[1] == Segment.EXPLICIT}


def test_the_order_of_explicit_arrivals_means_nothing(tmp_path: Path) -> None:
    """Not even among those of one instant and procedure."""
    some = list(permutations(ARRIVALS))[::11]
    told = [sampled(tmp_path, list(turned)) for turned in some]
    assert len(told[0]) == 5
    assert all(one == told[0] for one in told)


def test_an_explicit_arrival_keeps_its_luck_whatever_else_is_listed(tmp_path: Path) -> None:
    """One at the front, one at the same instant with more work, or an earlier first day."""
    told = sampled(tmp_path, ARRIVALS)
    for more in (
        "{at: '2021-03-01 07:00', procedure: licence}",
        "{at: '2021-03-02 08:00', procedure: permit, work: {receive: 7 min}}",
        "{at: '2021-03-02 08:00', procedure: licence, work: {do: 9 min}}",
    ):
        assert told.items() < sampled(tmp_path, [more, *ARRIVALS]).items()
    assert told == sampled(tmp_path, ARRIVALS, "start={warm: 7 d}")


def test_the_key_of_an_explicit_arrival_names_its_instant(tmp_path: Path) -> None:
    """Seconds since the year 2000 times a million, and a number among equals."""
    keys = {draw for (name, _, draw) in sampled(tmp_path, ARRIVALS) if name[1] == "licence"}
    second = int((datetime(2021, 3, 2, 8) - datetime(2000, 1, 1)).total_seconds())
    assert {second * 10**6 + n for n in range(3)} < keys
    assert max(keys) < 10**15


# What surviving mutations asked for


def test_a_delay_counts_on_its_calendar(tmp_path: Path) -> None:
    """Working time of a delay and of a pause may have a calendar of their own."""
    plan = resolve(
        load(
            tmp_path,
            "calendars.busy={hours: {mon-sun: '06:00-18:00'}}",
            "routes.long.consult.fork.tax.tax.calendar=busy",
            "routes.long.again.repeat.asked.calendar=busy",
        )
    )
    calendars = column(plan, "calendar", "counter", "permit")
    steps = template(plan, "counter", "permit")
    for step in ("tax", "asked"):
        found = plan.service.calendars[calendars[steps.index(step)]]
        assert measure(found, 0, DAY_S) == 12 * HOUR_S
    assert calendars[steps.index("hold")] == -1


def test_an_applicant_may_wait_in_the_hall_of_another_channel(tmp_path: Path) -> None:
    """Who sent by post and collects at the counter waits there, by its rules."""
    plan = resolve(
        load(
            tmp_path,
            "channels.post.results={counter: 1}",
            "channels.counter.hall.patience=20 min",
            "channels.counter.hall.come_back={at_most: 5}",
            "channels.post.hall.come_back={at_most: 1}",
        )
    )
    counter, post = map(plan.service.names.channels.index, ("counter", "post"))
    assert column(plan, "hall", "post", "permit")[-1] == counter != post
    collect = cell(plan, "post", "permit").rows[-1]
    assert collect.patience == Constant(1200)
    assert collect.attempts == 5


def test_the_own_hall_is_that_of_the_dossiers_channel(tmp_path: Path) -> None:
    """`applicant: true` says no channel, so each channel has its own hall."""
    plan = resolve(load(tmp_path, "routes.short.do.applicant=true"))
    for channel in ("counter", "post"):
        hall = plan.service.names.channels.index(channel)
        assert column(plan, "hall", channel, "licence")[-1] == hall


def test_a_procedure_may_have_its_own_supplement_policy(tmp_path: Path) -> None:
    """It wins over the scenario's, either way round."""
    for general, own, expected in (
        ("pause", "restart", [False, True]),
        ("restart", "pause", [True, False]),
        ("restart", "null", [True, True]),
    ):
        settings_ = (f"legal.supplement={general}", f"procedures.permit.supplement={own}")
        plan = resolve(load(tmp_path, *settings_))
        restarts = plan.service.cells.restarts.tolist()
        names = [cell.name[1] for cell in plan.demand.cells]
        found = dict(zip(names, restarts, strict=True))
        assert [found["licence"], found["permit"]] == expected


def test_probabilities_change_by_date(tmp_path: Path) -> None:
    """The factor holds on its days; alternatives behind begin where those before them end."""
    plan = resolve(
        load(
            tmp_path,
            "routes.long.outcome.branch.0.probability={value: 0.1, during: {2021-03-03: 3}}",
            "routes.long.again.probability={value: 0.3, during: {2021-03-02..2021-03-03: 0.5}}",
        )
    )
    guards, rows = cell(plan, "counter", "permit").guards, cell(plan, "counter", "permit").rows
    again, refuse, short_cut = (guards[rows[k].guard] for k in (1, 5, 6))
    assert again.high[:4] == pytest.approx([0.3, 0.15, 0.15, 0.3])
    assert refuse.high[:4] == pytest.approx([0.1, 0.1, 0.3, 0.1])
    assert short_cut.low == pytest.approx(refuse.high)
    assert short_cut.high - short_cut.low == pytest.approx(np.full(len(refuse.high), 0.2))


def test_the_weight_of_a_procedure_is_its_own(tmp_path: Path) -> None:
    """A rush for one procedure leaves the days of another as they were."""
    plain = resolve(load(tmp_path))
    rush = resolve(load(tmp_path, "procedures.permit.weight={during: {2021-03-03: 4}}"))
    for procedure, factor in (("permit", 4), ("licence", 1)):
        before, after = (cell(plan, "post", procedure).rate for plan in (plain, rush))
        day = before.edges_s[:-1] // DAY_S
        assert (after.weight == before.weight * np.where(day == 2, factor, 1)).all()


def test_pay_is_that_of_the_team(tmp_path: Path) -> None:
    """Per person and month, as it is written; nothing where it is not."""
    assert resolve(load(tmp_path)).service.teams[0].pay == 0
    assert resolve(load(tmp_path, "teams.staff.pay=7500000")).service.teams[0].pay == 7_500_000


def test_dossiers_of_one_instant_stand_by_cell_and_segment(tmp_path: Path) -> None:
    """An explicit arrival stands before a dossier carried in, whichever was sampled first."""
    arrivals = ", ".join(
        f"{{at: '2021-03-01 00:00', procedure: {name}}}" for name in ("permit", "licence")
    )
    plan = resolve(
        load(
            tmp_path,
            "start={backlog: 60}",
            SIGNED,
            f"channels.post.arrivals=[{arrivals}]",
            f"channels.counter.arrivals=[{arrivals}]",
        )
    ).demand
    demand = sample_demand(plan, 1, 0)
    first = demand.submitted_s == plan.horizon.start_s
    found = list(zip(demand.cell[first], demand.segment[first], demand.draw[first], strict=True))
    assert found == sorted(found)
    assert [segment for c, segment, _ in found if c == 0][:2] == [Segment.EXPLICIT, Segment.BACKLOG]
    assert len(found) == 64


def test_patience_for_ever_is_none(plan: Plan) -> None:
    """Nobody leaves a hall whose rules name no patience."""
    row = cell(plan, "counter", "permit").rows[-1]
    assert row.patience is None
    assert row.attempts == 3
    assert plan.service.horizon.reach_s < FAR

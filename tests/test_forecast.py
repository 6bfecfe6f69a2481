"""Forecasts from a register: what goes on from where it stands, what comes, and how it is told.

Statistical tests fix their seeds; each says how often it would fail on a right program if it were
given fresh ones.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simulation import Study, backtest, forecast
from simulation.decisions.forecast import at_day, cut_at, truth_of
from simulation.decisions.forecast.quantiles import quantile, randomised_rank, within
from simulation.demand import sample_demand
from simulation.demand.register import residual
from simulation.distributions import Exponential, Gamma
from simulation.errors import InputError, ScenarioError
from simulation.experiments import Case, Model, witness
from simulation.followed import follow_up, unpacked
from simulation.ledger import make_ledger
from simulation.register import OpenRegister
from simulation.scenario import load_scenario, scenario_digest
from simulation.scenario.model import OpenDossier
from simulation.tables import Segment
from simulation.units import NEVER
from tests.running import ROOT, VALID, Caller, office

if TYPE_CHECKING:
    from pathlib import Path

    from simulation.scenario import Scenario
    from simulation.tables import Demand

AS_OF = date(2021, 4, 15)
CASE = VALID / "forecast.yaml"
OFFICE = office(case=CASE)


def dossier(name: str, step: str | None = "examine", **changes: Any) -> OpenDossier:
    """An open building permit."""
    values = {"channel": "counter", "procedure": "permit", "received": "2021-04-12 09:00"}
    return OpenDossier(id=name, step=step, **(values | changes))


def register(*dossiers: OpenDossier, as_of: date = AS_OF) -> OpenRegister:
    """A register of these."""
    return OpenRegister(as_of, dossiers)


def begun(*dossiers: OpenDossier, scenario: Scenario = OFFICE) -> Model:
    """The model that begins with these."""
    return Model.of(at_day(scenario, register(*dossiers)))


def way(demand: Demand, model: Model, name: str) -> tuple[Any, ...]:
    """Everything that is sampled of one dossier of a register."""
    for cell in model.plan.demand.cells:
        known = cell.registered
        if known is not None and name in known.id:
            key = known.draw[known.id.index(name)]
            (number,) = np.flatnonzero(
                (demand.cell == cell.cell)
                & (demand.draw == key)
                & (demand.segment == Segment.REGISTER)
            )
            visits = slice(demand.visit_ptr[number], demand.visit_ptr[number + 1])
            columns = (demand.row, demand.work_s, demand.patience_s, demand.return_s)
            accepted_s, paused_s = demand.accepted_s[number], demand.paused_s[number]
            return (accepted_s, paused_s, *(tuple(column[visits]) for column in columns))
    raise AssertionError(name)


MANY = [dossier(f"N{number}", step) for number, step in enumerate(["examine", None, "sign"] * 20)]


def test_the_digest_covers_the_register_but_not_its_order() -> None:
    """Another dossier, step or pause is another model; another order is the same."""
    one, two = dossier("A"), dossier("B", "decide")
    digests = [
        scenario_digest(at_day(OFFICE, register(*dossiers)))
        for dossiers in (
            (one,), (one, two), (two, one), (dossier("A", "decide"),), (dossier("A", paused=1.0),),
        )
    ]  # fmt: skip

    assert digests[1] == digests[2]
    assert len(set(digests)) == 4


def test_one_more_row_changes_nobody_elses_luck() -> None:
    """Every other dossier of the register, and all that comes later, is sampled as before."""
    before, after = begun(*MANY[:30]), begun(*MANY)
    less, more = (sample_demand(model.plan.demand, 1, 0) for model in (before, after))

    for each in MANY[:30]:
        assert way(less, before, each.id) == way(more, after, each.id)
    new_less, new_more = (d.submitted_s[d.segment != Segment.REGISTER] for d in (less, more))
    assert new_less.tolist() == new_more.tolist()


def test_dossiers_go_on_from_where_they_stand() -> None:
    """The first thing each does is its step; what is not given is a step that takes time."""
    model = begun(*MANY)
    demand, rows = sample_demand(model.plan.demand, 1, 0), model.plan.service.rows
    first = {each.id: rows.steps[rows.step[way(demand, model, each.id)[2][0]]] for each in MANY}

    assert {first[each.id] for each in MANY if each.step == "examine"} == {"examine"}
    assert {first[each.id] for each in MANY if each.step == "sign"} == {"sign"}
    drawn = {first[each.id] for each in MANY if each.step is None}
    assert drawn <= {"examine", "complete", "re-examine", "other-agency", "decide", "sign"}
    assert len(drawn) > 2


def test_a_rare_step_is_found_by_whoever_stands_in_it() -> None:
    """The way to the step is drawn within its guards, however unlikely it is."""
    rare = office("routes.permits.3.probability=0.0001", case=CASE)
    model = begun(dossier("A", "complete"), scenario=rare)
    demand, rows = sample_demand(model.plan.demand, 1, 0), model.plan.service.rows

    assert rows.steps[rows.step[way(demand, model, "A")[2][0]]] == "complete"
    nowhere = begun(
        dossier("A", "complete"), scenario=office("routes.permits.3.probability=0", case=CASE)
    )
    with pytest.raises(InputError, match=r"'A': no dossier of counter/permit comes to step"):
        sample_demand(nowhere.plan.demand, 1, 0)


def test_arrivals_are_those_of_the_rest_of_the_period() -> None:
    """The very arrivals of the whole period from that day on come, and none before."""
    whole = Model.of(office("start=empty", case=CASE))
    rest = begun(dossier("A"), scenario=whole.scenario)
    shift_s = (whole.plan.demand.horizon.first_day - rest.plan.demand.horizon.first_day).days
    assert shift_s == 0
    start_s = rest.plan.demand.horizon.start_s
    before, after = (sample_demand(model.plan.demand, 1, 0) for model in (whole, rest))
    came = before.submitted_s[(before.segment == Segment.PERIOD) & (before.submitted_s >= start_s)]

    assert after.submitted_s[after.segment == Segment.PERIOD].tolist() == came.tolist()
    assert 0.4 * before.dossiers < len(came) < 0.6 * before.dossiers
    assert after.submitted_s.min() == start_s


def test_listed_arrivals_before_the_day_do_not_come_again() -> None:
    """They are in the register, if they are still open."""
    listed = [{"at": f"{day} 09:00", "procedure": "permit"} for day in ("2021-04-14", "2021-04-15")]
    scenario = office(f"channels.counter.arrivals={json.dumps(listed)}", case=CASE)
    demand = sample_demand(begun(dossier("A"), scenario=scenario).plan.demand, 1, 0)

    assert (demand.segment == Segment.EXPLICIT).sum() == 1


def test_the_due_date_counts_from_receipt_and_moves_by_the_pause() -> None:
    """Seven working days, and three more; after the cutoff of 15:00 from the next day on."""
    day = {"received": "2021-04-12"}
    dossiers = [
        dossier("plain", **day),
        dossier("paused", paused=3.0, **day),
        dossier("late", received="2021-04-12 16:00"),
    ]
    found = forecast(OFFICE, register(*dossiers), replications=1).summary["open"]

    # Hùng Kings' day, 21 April, is a public holiday.
    assert {each["id"]: each["due"] for each in found} == {
        "plain": "2021-04-22", "paused": "2021-04-27", "late": "2021-04-22",
    }  # fmt: skip


def test_both_engines_agree() -> None:
    """A register of every kind: journals are equal, and the ledger knows what was before.

    (Pauses before the start are compared second by second in the generated offices.)
    """
    dossiers = [
        *MANY[:12],
        dossier("W", "receive"),
        dossier("P", "complete", paused=2.0),
        dossier("T", "tax", procedure="transfer", channel="online", received="2021-03-02"),
    ]
    model = begun(*dossiers)
    records = [witness(Case(model, 1, 0), engine) for engine in ("compiled", "simpy")]
    for column in ("person", "ready_s", "started_s", "ended_s", "outcome"):
        np.testing.assert_array_equal(*(getattr(record.journal, column) for record in records))

    demand, ledger = records[0].demand, make_ledger(records[0])
    paused = demand.paused_s > 0
    assert ledger.paused_s[paused].tolist() >= demand.paused_s[paused].tolist()
    assert (ledger.carried_in == (demand.accepted_s != NEVER)).all()


def test_who_is_not_received_enters_as_such() -> None:
    """A dossier at reception has no acceptance yet, and is accepted in the simulation."""
    model = begun(dossier("A", "receive"), dossier("B"))
    found = follow_up(witness(Case(model, 1, 0), "compiled"))
    registered = next(c.registered for c in model.plan.demand.cells if c.registered is not None)
    accepted_s = dict(zip(registered.id, found.accepted_s.tolist(), strict=True))

    assert accepted_s["A"] > model.plan.demand.horizon.start_s > accepted_s["B"] > 0
    assert unpacked(found.packed()).resolved_s.tolist() == found.resolved_s.tolist()


def test_what_is_left_is_what_a_simulation_leaves() -> None:
    """Of lengths begun an exponential time before, cut at an age: the mean of what is left.

    Means of 20,000, compared within 4 standard errors: false-alarm rate 1 in 10,000.
    """
    length, age_s, mean_s, n = Gamma(10_000.0, 0.8), 15_000, 5_000.0, 20_000
    u = np.random.default_rng(7).random(40 * n)
    before = Exponential(mean_s).quantile(u[: 20 * n])
    lasts = length.quantile(u[20 * n :])
    behind = age_s - before
    there = (behind >= 0) & (lasts > behind)
    left = (lasts - behind)[there]
    ours = residual(length, np.full(n, age_s), np.full(n, mean_s), u[:n], u[n : 2 * n])

    spread = np.sqrt(left.var() / len(left) + ours.var() / n)
    assert abs(ours.mean() - left.mean()) < 4 * spread


def test_a_residual_without_memory_is_the_length_itself() -> None:
    """What is left of an exponential length has the same mean, whatever the age.

    Means of 20,000 within 4 standard errors and the grid's 1 %: false-alarm rate 1 in 10,000.
    """
    n = 20_000
    u, v = np.arange(n) / n, np.random.default_rng(3).permutation(n) / n
    left = residual(Exponential(1000.0), np.full(n, 3000), np.full(n, 800.0), u, v)

    assert abs(left.mean() - 1000) < 4 * 1000 / np.sqrt(n) + 10


def test_notices_are_due_a_working_day_before_expiry() -> None:
    """Who is late for certain is on the list, with the day before expiry; passed or not."""
    busy = office("teams.officers.staff=1", "workload=1.2", case=CASE)
    dossiers = [
        dossier("over", received="2021-03-22"),
        dossier("monday", received="2021-04-08"),  # due on Monday 19 April
        dossier("fresh", "sign", received="2021-04-14"),
    ]
    queue = [dossier(f"Q{n}", received="2021-03-20") for n in range(150)]
    found = forecast(busy, register(*dossiers, *queue), replications=20)
    notices = {each["id"]: each["notice"] for each in found.summary["open"]}

    assert notices["over"] == {"by": "2021-03-30", "passed": True}
    assert notices["monday"] == {"by": "2021-04-16", "passed": False}
    assert notices["fresh"] is None
    assert found.summary["open"][-1]["notice"] is None


def test_the_summary_says_all_of_each_dossier() -> None:
    """Probabilities with intervals, dates in order, and a form that adds up on average."""
    result = forecast(OFFICE, register(*MANY[:9]), replications=20, study=Study(2))
    summary = result.summary

    assert (summary["kind"], summary["as_of"], summary["until"]) == (
        "forecast", "2021-04-15", "2021-05-28",
    )  # fmt: skip
    assert summary["period"] == {"first_day": "2021-04-15", "last_day": "2021-05-28"}
    assert summary["register"]["step_assumed"] == 3
    assert {each["id"] for each in summary["open"]} == {each.id for each in MANY[:9]}
    for each in summary["open"]:
        late, resolved = each["late"], each["resolved"]
        assert 0 <= late["low"] <= late["mean"] <= late["high"] <= 1
        assert "2021-04-15" <= resolved["p10"] <= resolved["median"] <= resolved["p90"]
    columns = dict(zip(summary["form_06a"]["columns"], summary["form_06a"]["rows"]["TOTAL"]))  # noqa: B905 - both are the form's
    assert columns["c6_carried_in"] == {"mean": 9, "low": 9, "high": 9}
    received, resolved, still = (
        columns[name]["mean"] for name in ("c3_received", "c7_resolved", "c11_open")
    )
    assert received == pytest.approx(resolved + still)
    again = forecast(OFFICE, register(*reversed(MANY[:9])), replications=20, study=Study(2))
    assert json.dumps(again.summary) == json.dumps(summary)


def test_until_ends_the_form_earlier() -> None:
    """The measured time ends there; the volume stays that of the whole period."""
    short = at_day(OFFICE, register(dossier("A")), until=date(2021, 4, 30))
    horizon = Model.of(short).plan.demand.horizon

    assert horizon.instant(horizon.stop_s).date() == date(2021, 5, 1)
    assert horizon.instant(horizon.volume_s[0]).date() == date(2021, 3, 1)
    assert horizon.instant(horizon.volume_s[1]).date() == date(2021, 5, 29)


def test_days_outside_of_the_period_are_refused() -> None:
    """As-of and until lie in the period, in this order."""
    with pytest.raises(InputError, match=r"--as-of 2022-01-01 is not within the period"):
        at_day(OFFICE, register(dossier("A"), as_of=date(2022, 1, 1)))
    with pytest.raises(InputError, match=r"--until 2021-04-01 is not between"):
        at_day(OFFICE, register(dossier("A")), until=date(2021, 4, 1))
    with pytest.raises(InputError, match=r"--apologise-above 1\.5 is no probability"):
        forecast(OFFICE, register(dossier("A")), apologise_above=1.5)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ('{"as_of": "2022-01-01", "open": []}', "not within the period"),
        ('{"as_of": "2021-04-15", "until": "2021-04-01", "open": []}', "before it begins"),
        ('{"open": []}', "as_of"),
        ('{"as_of": "2021-04-15", "open": [%s]}', "stands there twice"),
    ],
)
def test_a_register_in_a_scenario_is_checked(start: str, reason: str) -> None:
    """Written in YAML it is validated like everything else."""
    entry = '{"id": "A", "channel": "counter", "procedure": "permit", "received": "2021-04-01"}'
    text = start.replace("%s", f"{entry}, {entry}")
    with pytest.raises(ScenarioError, match=reason):
        load_scenario(CASE, [f"start={text}"])


def test_quantiles_predict_one_more_value() -> None:
    """Of 39 futures and the truth, 5 % are two: the second from either end."""
    values = np.arange(39)[::-1].copy()

    assert (quantile(values, 0.05), quantile(values, 0.5), quantile(values, 0.95)) == (1, 19, 37)
    assert quantile(np.array([5]), 0.05) == 5


def test_randomised_ranks_are_uniform_whatever_the_ties() -> None:
    """Of values that are all equal the rank is u itself, and nine in ten lie within."""
    u = (np.arange(1000) + 0.5) / 1000
    ranks = randomised_rank(np.full((19, 1000), 7), np.full(1000, 7), u)

    assert ranks == pytest.approx(u)
    assert within(ranks).mean() == pytest.approx(0.9)
    assert randomised_rank(np.arange(19), -1, 0.5) == pytest.approx(0.025)


def test_a_cut_leaves_a_register_that_agrees_with_the_truth() -> None:
    """Its dossiers are received before the day, not resolved, and due as in the truth."""
    truth = truth_of(OFFICE)
    found = cut_at(truth, AS_OF, seed=1, replication=0, engine="compiled")
    record = witness(Case(truth, 1, 0), "compiled")
    at_s = (AS_OF - truth.plan.demand.horizon.first_day).days * 86_400
    ledger = make_ledger(record, at_s)
    is_open = np.flatnonzero(ledger.open)
    made = forecast(OFFICE, found, replications=1)
    shift_s = (made.model.plan.demand.horizon.first_day - truth.plan.demand.horizon.first_day).days
    due_s = dict(zip(made.ids, (made.due_s + shift_s * 86_400).tolist(), strict=True))

    received = [each for each in found.dossiers if due_s[each.id] > 0]
    assert len(received) == len(is_open) > 10
    for number in is_open[~ledger.paused[is_open]].tolist():
        assert abs(due_s[f"D{number + 1:06}"] - ledger.due_s[number]) <= 1


def coverages(cuts: int, futures: int) -> dict[str, float]:
    """Coverage of each count with ties at random, and of dates."""
    summary = backtest(OFFICE, cuts=cuts, futures=futures, study=Study(1)).summary
    found = {k: v["coverage_randomised"]["mean"] for k, v in summary["counts"].items()}
    return found | {
        "dates": summary["resolved"]["coverage_by_cut"]["mean"],
        "brier": summary["probabilities"]["brier"] / summary["probabilities"]["brier_of_the_mean"],
    }  # fmt: skip


TESTED = ("late_of_open", "resolved_of_open", "c3_received", "c7_resolved", "c10_late", "c11_open")


def test_forecasts_hold_what_comes() -> None:
    """At 20 cuts, 90 % intervals of counts hold the truth at least 14 times, and dates 80 %.

    A right forecast holds fewer than 14 of 20 once in 400 times for a count (binomial), so for one
    of the six once in 70 at most. The long test has the band of 5 points.
    """
    found = coverages(20, 19)

    assert {name: found[name] for name in TESTED if found[name] < 14 / 20} == {}
    assert found["dates"] > 0.8
    assert found["brier"] < 0.8


@pytest.mark.long
def test_forecasts_hold_what_comes_nine_times_in_ten() -> None:
    """At 200 cuts, 90 % intervals hold the truth in 85 to 95 %.

    A right forecast leaves this band once in 77 times for a count (binomial).
    """
    found = coverages(200, 19)

    assert {name: found[name] for name in TESTED if abs(found[name] - 0.9) > 0.05} == {}
    assert abs(found["dates"] - 0.9) <= 0.05


@pytest.fixture
def motcua(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Caller:
    """The command line."""
    return Caller(capsys, monkeypatch)


def test_an_example_may_be_told_to_a_program(motcua: Caller, tmp_path: Path) -> None:
    """With --json one object says what was written."""
    file = tmp_path / "open.csv"
    made = motcua("forecast", CASE, "--example", file, "--as-of", "2021-04-15", "--json")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))

    assert json.loads(made.out) == {
        "kind": "register", "file": str(file), "as_of": "2021-04-15", "dossiers": len(rows),
    }  # fmt: skip


def test_the_command_goes_from_a_file_to_a_list(motcua: Caller, tmp_path: Path) -> None:
    """It writes an example, forecasts it, prints tables and JSON, and writes forecast.csv."""
    example, out = tmp_path / "open.csv", tmp_path / "results"
    made = motcua("forecast", CASE, "--example", example, "--as-of", "2021-04-15")
    ask = ["forecast", CASE, "--open", example, "--as-of", "15/04/2021", "--replications", 5]
    shown = motcua(*ask, "--out", out, "--workers", 1)
    told = motcua(*ask, "--out", out, "--workers", 1, "--json")
    summary = json.loads(told.out)
    (file,) = out.rglob("forecast.csv")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))

    assert (made.code, shown.code, told.code) == (0, 0, 0)
    assert "all simulated" in made.out
    assert "Official form II.06a" in shown.out
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row["id"] for row in rows] == [each["id"] for each in summary["open"]]
    assert json.loads((file.parent / "summary.json").read_text(encoding="utf-8")) == summary
    assert motcua("forecast", CASE, "--example", example, "--as-of", "2021-04-15").code == 2


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "name the open dossiers"),
        (["--backtest", "--open", "x.csv"], "one of the three"),
        (["--backtest", "--as-of", "2021-04-15"], "leave out --as-of"),
        (["--open", "x.csv"], "--as-of DATE is missing"),
        (["--open", "x.csv", "--as-of", "2021-04-15", "--cuts", "3"], "--cuts is for"),
        (["--open", "x.csv", "--as-of", "2021-04-15"], "there is no file x.csv"),
    ],
)
def test_options_that_do_not_fit(motcua: Caller, options: list[str], reason: str) -> None:
    """They are refused with what to do, before anything is simulated."""
    called = motcua("forecast", CASE, *options)

    assert called.code == 2
    assert reason in called.err


def test_the_command_tests_forecasts(motcua: Caller, tmp_path: Path) -> None:
    """A back-test prints coverages and widths, and is kept."""
    ask = ["forecast", CASE, "--backtest", "--cuts", 2, "--replications", 3, "--workers", 1]
    shown = motcua(*ask, "--out", tmp_path)
    summary = json.loads(motcua(*ask, "--out", tmp_path, "--json").out)

    assert shown.code == 0
    assert "Naive" in shown.out
    assert summary["kind"] == "backtest"
    assert len(summary["cuts"]) == 2
    assert NEVER not in [cut["open"] for cut in summary["cuts"]]


def test_the_example_of_the_documentation_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python of docs/forecast.md reads the register that lies there, and prints a line."""
    page = (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    monkeypatch.chdir(ROOT)
    exec(compile(code, "docs/forecast.md", "exec"), {})  # noqa: S102 - our own documentation

    assert capsys.readouterr().out.startswith("D000")

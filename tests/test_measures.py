"""One run → one row of measures."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings

from simulation.attribution import attribute
from simulation.form import fill_form
from simulation.ledger import make_ledger
from simulation.measures import FRACTIONS, RATES, audit, measure
from simulation.scenario.evidence import EventShare
from simulation.semantics import Clock, Closing, DeadlineKind, Ends
from simulation.units import DAY_S, FAR, HOUR_S, MINUTE_S, NEVER
from tests.naive_measures import NaiveMeasures
from tests.offices import (
    always,
    delay,
    dossier,
    hall,
    in_person,
    office,
    team,
    with_attempts,
    work,
)
from tests.records import record_of
from tests.small_offices import offices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.engines import Engine
    from simulation.journal import Record
    from simulation.measures import Measures
    from tests.offices import Step, Submitted
    from tests.small_offices import Office

DOCS = Path(__file__).parent.parent / "docs"
ONE_DAY = (DeadlineKind.CALENDAR_DAYS, 1)
ONE_HOUR = (DeadlineKind.HOURS, HOUR_S)


def measures_of(engine: Engine, place: Office, **cells: Any) -> Measures:
    """The measures of an office's period, which have passed the audits."""
    record = record_of(engine, place, **cells)
    return measured(record)


def measured(record: Record) -> Measures:
    """The measures of a record, which have passed the audits."""
    ledger = make_ledger(record)
    found = measure(record, ledger)
    audit(record, ledger, found, fill_form(record, ledger))
    return found


def takes(
    length_s: int,
    ends: Ends = Ends.NO,
    due: tuple[DeadlineKind, int] = ONE_DAY,
    submitted_s: int = 0,
) -> Submitted:
    """A dossier that is accepted when it comes, and resolved after some time."""
    return dossier(submitted_s, delay(0, clock=Clock.STARTS), delay(length_s, ends=ends), due=due)


def values(measures: Measures, *names: str) -> list[float | None]:
    """Some measures."""
    return [measures.values[name] for name in names]


def test_resolved_dossiers_are_early_on_the_due_date_or_late(engine: Engine) -> None:
    """By date: an hour after acceptance is early, a day after on time, two days after late."""
    place = office(takes(HOUR_S), takes(DAY_S), takes(2 * DAY_S), takes(9 * DAY_S), teams=[])
    found = measures_of(engine, place)
    counts = values(found, "received", "resolved", "early", "on_due_date", "late", "open_at_end")
    assert counts == [4, 3, 1, 1, 1, 1]
    assert found.values["on_time_official"] == pytest.approx(2 / 3)
    assert values(found, "overdue_open", "in_term_open", "apologies") == [1, 0, 2]


def test_the_strict_rate_counts_who_is_due_in_the_period(engine: Engine) -> None:
    """Open and overdue is a failure; refused, withdrawn and not yet due ones are left out."""
    place = office(
        takes(HOUR_S),
        takes(2 * DAY_S),
        takes(9 * DAY_S),
        takes(2 * DAY_S, Ends.REFUSED),
        takes(HOUR_S, Ends.WITHDRAWN),
        takes(HOUR_S, due=(DeadlineKind.CALENDAR_DAYS, 5)),
        takes(HOUR_S, due=(DeadlineKind.NONE, 0)),
        teams=[],
    )
    found = measures_of(engine, place)
    assert values(found, "strict_on_time", "strict_due") == [1, 3]
    assert found.values["on_time_strict"] == pytest.approx(1 / 3)
    assert values(found, "on_time", "resolved") == [5, 6]
    assert values(found, "refused", "withdrawn") == [1, 1]


def test_the_last_day_of_the_period_belongs_to_the_cohort(engine: Engine) -> None:
    """Due in the last second of day 3 is in, due in the first of day 4 is out."""
    in_time, out = 3 * DAY_S - 1, 3 * DAY_S
    place = office(
        takes(9 * DAY_S, due=(DeadlineKind.HOURS, in_time)),
        takes(9 * DAY_S, due=(DeadlineKind.HOURS, out)),
        teams=[],
    )
    assert values(measures_of(engine, place), "strict_on_time", "strict_due") == [0, 1]


@pytest.mark.parametrize(("begins_s", "strict_due"), [(HOUR_S, 0), (HOUR_S + 1, 1)])
def test_who_is_paused_in_term_is_left_out_of_the_strict_rate(
    engine: Engine, begins_s: int, strict_due: int
) -> None:
    """The due instant of a running pause is still to come, unless it began after expiry."""
    paused = dossier(
        0,
        delay(0, clock=Clock.STARTS),
        delay(begins_s),
        delay(9 * DAY_S, clock=Clock.PAUSES),
        due=ONE_HOUR,
    )
    found = measures_of(engine, office(paused, teams=[]))
    assert values(found, "paused_at_end", "strict_due", "strict_on_time") == [1, strict_due, 0]


def test_cycles_count_legal_time_with_and_without_pauses(engine: Engine) -> None:
    """Two hours of 8-hour days from 8:00 to 16:00, of which one is a pause; nights do not count."""
    eight_to_four = [(d * DAY_S + 8 * HOUR_S, d * DAY_S + 16 * HOUR_S) for d in range(6)]
    place = office(
        dossier(
            15 * HOUR_S,
            delay(0, clock=Clock.STARTS),
            delay(HOUR_S, clock=Clock.PAUSES, calendar=0),
            delay(HOUR_S, calendar=0),
        ),
        teams=[],
        calendars=(eight_to_four,),
    )
    found = measures_of(engine, place)
    assert values(found, "cycle_mean_wd", "cycle_net_wd") == [2 / 8, 1 / 8]


def test_before_reception_dossiers_are_submitted_lost_or_ended(engine: Engine) -> None:
    """One is received, one lost, one refused at reception, and one waits there at the end."""
    place = office(
        takes(HOUR_S),
        dossier(0, with_attempts(in_person(60, desk=1), (50, 1))),
        dossier(0, delay(60, ends=Ends.REFUSED)),
        dossier(0, work(60, desk=1)),
        teams=[],
        desks=(office(teams=[team(always, desks=(0,))]).desks * 2),
    )
    found = measures_of(engine, place)
    names = ("submitted", "received", "lost", "ended_unreceived", "in_reception_at_end")
    assert values(found, *names) == [4, 1, 1, 1, 1]


def test_the_warm_up_is_not_counted(engine: Engine) -> None:
    """What happens before the period begins is none of its numbers but what is still open."""
    place = office(
        takes(HOUR_S), takes(2 * DAY_S), takes(HOUR_S, submitted_s=DAY_S), teams=[], start_s=DAY_S
    )
    found = measures_of(engine, place)
    names = ("submitted", "received", "carried_in", "resolved", "open_at_end")
    assert values(found, *names) == [1, 1, 1, 2, 0]


PATIENT_FOR_50 = with_attempts(in_person(60), (50, 1))


@pytest.mark.parametrize(
    ("name", "submitted_s", "steps"),
    [
        ("submitted", DAY_S, [delay(60)]),
        ("received", DAY_S - 60, [delay(60, clock=Clock.STARTS)]),
        ("resolved", DAY_S - 60, [delay(0, clock=Clock.STARTS), delay(60)]),
        ("returned", DAY_S - 60, [delay(0, clock=Clock.STARTS), delay(60)]),
        ("ended_unreceived", DAY_S - 60, [delay(60, ends=Ends.REFUSED)]),
        ("lost", DAY_S - 50, [PATIENT_FOR_50]),
        ("abandonments", DAY_S - 50, [PATIENT_FOR_50]),
        ("withdrawn", DAY_S - 60, [delay(10, clock=Clock.STARTS), PATIENT_FOR_50]),
        ("visits", DAY_S, [in_person(60)]),
        ("by_step.step-0.done", DAY_S - 60, [delay(60)]),
        ("teams.team-0.done", DAY_S - 60, [work(60, desk=1)]),
        ("counter_waits", DAY_S, [in_person(60, desk=1)]),
        ("desks.desk-1.waits", DAY_S, [in_person(60, desk=1)]),
    ],
)
def test_a_period_begins_with_its_first_second_and_ends_before_its_last_midnight(
    engine: Engine, name: str, submitted_s: int, steps: list[Step]
) -> None:
    """What happens at midnight belongs to the day that begins; nobody serves desk 0."""
    place = office(dossier(submitted_s, *steps), teams=[team(always, desks=(1,))])
    before, after = replace(place, stop_s=DAY_S), replace(place, start_s=DAY_S)
    assert values(measures_of(engine, before), name) == [0]
    assert values(measures_of(engine, after), name) == [1]


def test_a_backlog_is_carried_in_and_not_submitted(engine: Engine) -> None:
    """It counts among what the period had to resolve."""
    backlog = dossier(DAY_S, delay(HOUR_S, clock=Clock.STOPS), accepted_s=HOUR_S)
    found = measures_of(engine, office(backlog, teams=[], start_s=DAY_S))
    names = ("submitted", "received", "carried_in", "resolved")
    assert values(found, *names) == [0, 0, 1, 1]


def test_parts_are_counted_by_channel_field_group_and_procedure(engine: Engine) -> None:
    """A field may belong to no group; a part without dossiers has counts of 0 and no rates."""
    place = office(takes(HOUR_S), takes(2 * DAY_S), takes(HOUR_S), teams=[])
    found = measures_of(
        engine,
        place,
        channels=("counter", "online", "post"),
        fields=("land", "trade"),
        groups=("departments",),
        channel=[0, 1, 1],
        field=[0, 0, 1],
        group=[-1, -1, 0],
    ).values
    assert found["by_channel.counter.resolved"] == 1
    assert found["by_channel.online.on_time_official"] == 0.5
    assert found["by_channel.post.received"] == 0
    assert found["by_channel.post.on_time_official"] is None
    assert found["by_field.land.late"] == 1
    assert found["by_group.departments.resolved"] == 1
    assert found["by_procedure.procedure-1.late"] == 1


WAITS = office(
    dossier(0, in_person(10 * MINUTE_S)),
    dossier(0, in_person(10 * MINUTE_S)),
    dossier(0, in_person(10 * MINUTE_S)),
    dossier(0, with_attempts(in_person(10 * MINUTE_S), (5 * MINUTE_S, HOUR_S), (FAR, 1))),
    teams=[team(always)],
)
"""Waits of 0, 10 and 20 minutes; the fourth leaves after 5 and is served when it comes back."""


def test_counter_waits_are_those_of_attempts_that_were_served(engine: Engine) -> None:
    """Whichever attempt it is: 0, 10, 20 and again 0 minutes."""
    found = measures_of(engine, WAITS).values
    assert found["counter_waits"] == 4
    assert found["counter_wait_mean_min"] == 7.5
    assert found["counter_wait_p50_min"] == 5
    assert found["counter_wait_p90_min"] == pytest.approx(17)
    assert found["counter_wait_within_15_min"] == 0.75
    assert found["by_channel.channel-0.counter_waits_within_30_min"] == 4
    assert (found["visits"], found["abandonments"], found["turned_away"]) == (5, 1, 0)


@pytest.mark.parametrize(
    "rules", [{"tickets": 1}, {"waiting_room": 0}, {"closing": Closing.SESSION}]
)
def test_who_is_turned_away_is_counted_whatever_the_reason(
    engine: Engine, rules: dict[str, int]
) -> None:
    """No ticket, no room, or closing time: the second of two leaves unserved."""
    place = office(
        dossier(0, in_person(200)),
        dossier(10, in_person(60)),
        teams=[team([(0, 100)])],
        calendars=(always, [(0, 100)]),
        halls=(hall(calendar=1, **rules),),
    )
    assert values(measures_of(engine, place), "turned_away", "lost") == [1, 1]


def test_teams_are_measured_on_shift_and_in_overtime(engine: Engine) -> None:
    """200 s of work that may not be interrupted, of which the second half is overtime."""
    place = office(
        dossier(0, work(200, interruptible=False)),
        teams=[team([(0, 100), (1000, 1300)]), team(always, desks=(1,))],
    )
    found = measures_of(engine, place).values
    assert found["teams.team-0.utilisation"] == 100 / 400
    assert found["teams.team-0.overtime_h"] == 100 / HOUR_S
    assert found["teams.team-0.busy_h"] == 200 / HOUR_S
    assert found["teams.team-0.present_h"] == 400 / HOUR_S
    assert found["teams.team-0.done"] == 1
    assert found["teams.team-1.utilisation"] == 0
    assert found["utilisation"] == 100 / (400 + 3 * DAY_S)
    assert found["people"] == 2


def test_a_visit_that_was_handed_over_is_done_by_who_completes_it(engine: Engine) -> None:
    """Both teams were busy with it, one has done it."""
    place = office(
        dossier(0, work(80)),
        teams=[team([(0, 50)]), team([(100, 200)])],
        handover_after_s=0,
    )
    found = measures_of(engine, place).values
    assert [found[f"teams.team-{k}.done"] for k in (0, 1)] == [0, 1]
    assert [found[f"teams.team-{k}.busy_h"] for k in (0, 1)] == [50 / HOUR_S, 30 / HOUR_S]


def test_people_cost_their_pay_by_the_days_they_are_employed(engine: Engine) -> None:
    """Two people on one day and none on two others: two thirds of a person for three days."""
    record = record_of(engine, office(takes(HOUR_S), teams=[team(always, always)]))
    paid = replace(record.service.teams[0], pay=3652.5, staff=np.array([2, 0, 0]))
    record = replace(record, service=replace(record.service, teams=(paid,)))
    found = measure(record, make_ledger(record)).values
    assert found["people"] == pytest.approx(2 / 3)
    assert found["cost"] == found["teams.team-0.cost"] == pytest.approx(2 / 3 * 3 * 12 * 10)
    assert found["dossiers_per_person"] == pytest.approx(3 / 2)


def test_queues_are_measured_by_desk(engine: Engine) -> None:
    """The second of two waits 60 s of three days; what is handed over waits once more."""
    queue = office(dossier(0, work(60)), dossier(0, work(60)), teams=[team(always)])
    found = measures_of(engine, queue).values
    assert found["desks.desk-0.waits"] == 2
    assert found["desks.desk-0.wait_mean_min"] == 0.5
    assert found["desks.desk-0.queue_mean"] == 60 / (3 * DAY_S)
    again = office(dossier(0, work(80)), teams=[team([(0, 50)], [(100, 200)])], handover_after_s=0)
    found = measures_of(engine, again).values
    assert found["desks.desk-0.waits"] == 1
    assert found["desks.desk-0.queue_mean"] == 50 / (3 * DAY_S)


def test_steps_are_counted_when_they_are_done(engine: Engine) -> None:
    """Two dossiers do the first step, one the second; what goes on at the end is not done."""
    place = office(
        dossier(0, delay(60), delay(60)), dossier(0, delay(60), delay(9 * DAY_S)), teams=[]
    )
    assert values(measures_of(engine, place), "by_step.step-0.done", "by_step.step-1.done") == [
        2,
        1,
    ]


def test_the_backlog_is_what_is_open_at_the_end_of_each_day(engine: Engine) -> None:
    """One is resolved on the first day, one on the second, one on the second day's midnight."""
    place = office(takes(HOUR_S), takes(DAY_S + 1), takes(2 * DAY_S), teams=[])
    series = measures_of(engine, place).series
    assert series["backlog"].tolist() == [2, 1, 0]
    assert series["by_field.field.backlog"].tolist() == [2, 1, 0]


def test_events_happen_on_a_share_of_what_they_are_about(engine: Engine) -> None:
    """Two are received and one of them is resolved."""
    record = record_of(engine, office(takes(HOUR_S), takes(9 * DAY_S), teams=[]))
    events = {
        "sms": EventShare.model_validate({"title": "SMS", "share": 0.42, "per": "received"}),
        "ratings": EventShare.model_validate({"title": "Ratings", "share": 0.5}),
    }
    found = measure(record, make_ledger(record), events)
    assert values(found, "events.sms", "events.ratings") == [0.84, 0.5]


def test_a_rate_knows_its_successes_and_trials(engine: Engine) -> None:
    """For the centre and for its parts, also where nothing was tried."""
    found = measures_of(engine, office(takes(HOUR_S), takes(2 * DAY_S), teams=[]))
    assert found.trials("on_time_official") == (1, 2)
    assert found.trials("by_field.field.on_time_strict") == (1, 2)
    assert found.trials("counter_wait_within_15_min") == (0, 0)
    with pytest.raises(KeyError):
        found.trials("resolved")


def test_where_nothing_was_counted_there_is_no_number(engine: Engine) -> None:
    """An office in which nothing happens has counts of 0 and no rates or means."""
    place = replace(office(takes(HOUR_S), teams=[team(always)]), dossiers=())
    found = measures_of(engine, place).values
    names = {path.rpartition(".")[2] for path, value in found.items() if value is None}
    assert names == {
        *RATES, "cycle_mean_wd", "cycle_net_wd", "counter_wait_mean_min", "counter_wait_p50_min",
        "counter_wait_p90_min", "wait_mean_min",
    }  # fmt: skip


@settings(max_examples=100)
@given(offices())
def test_any_office_can_be_measured(engine: Engine, small: Office) -> None:
    """All audits pass, fractions are fractions, and nothing is negative."""
    found = measures_of(engine, small)
    for path, value in found.values.items():
        assert value is None or value >= 0, path
        if path.rpartition(".")[2] in FRACTIONS and value is not None:
            assert value <= 1, path


@settings(max_examples=60)
@given(offices())
def test_counter_waits_agree_with_numpy(engine: Engine, small: Office) -> None:
    """Mean, median and 90 % quantile of the centre and of each channel."""
    record = record_of(engine, small)
    found = measure(record, make_ledger(record)).values
    joined, horizon = record.joined, record.service.horizon
    served = (joined.hall >= 0) & (joined.started_s != NEVER) & (joined.ready_s >= horizon.start_s)
    served &= joined.started_s < horizon.stop_s
    wait_min = (joined.started_s - joined.ready_s) / MINUTE_S
    channel = record.service.cells.channel[record.demand.cell[joined.dossier]]
    heads = {"": served}
    for number, name in enumerate(record.service.names.channels):
        heads[f"by_channel.{name}."] = served & (channel == number)
    for head, these in heads.items():
        expected = [
            np.mean(wait_min[these]),
            *np.quantile(wait_min[these], [0.5, 0.9]),
        ] if these.any() else [None] * 3  # fmt: skip
        names = [f"{head}counter_wait_{what}_min" for what in ("mean", "p50", "p90")]
        assert [found[name] for name in names] == pytest.approx(expected)


def windows(engine: Engine, small: Office) -> list[Office]:
    """The office with its own period, and with some that end when something happens, and later."""
    journal = record_of(engine, small).journal
    instants = {*journal.ready_s.tolist(), *journal.ended_s.tolist(), small.start_s + DAY_S}
    inside = sorted(s for s in instants if small.start_s < s < small.end_s)
    ends_s = {*inside[:1], *inside[len(inside) // 2 :][:1], *inside[-1:]}
    return [small, *(replace(small, stop_s=end_s) for end_s in sorted(ends_s))]


def paid(record: Record) -> Record:
    """The same with teams that are paid, and have one person less on every other day."""
    teams = tuple(
        replace(team, staff=np.maximum(team.staff - day % 2, 0), pay=1000.0 * number)
        for number, team in enumerate(record.service.teams, start=1)
        for day in (np.arange(len(team.staff)),)
    )
    return replace(record, service=replace(record.service, teams=teams))


def assert_same(found: Mapping[str, float | None], expected: Mapping[str, float | None]) -> None:
    """Equal, but for the last digits of quotients."""
    assert found.keys() == expected.keys()
    for path, value in expected.items():
        if value is None or isinstance(value, int):
            assert found[path] == value, path
        else:
            assert found[path] == pytest.approx(value, rel=1e-12), path


@settings(max_examples=40)
@given(offices())
def test_every_measure_is_that_of_the_naive_measures(engine: Engine, small: Office) -> None:
    """Whatever small office is drawn, with a warm-up or without, and wherever its period ends."""
    for place in windows(engine, small):
        record = paid(record_of(engine, place))
        found, naive = measured(record), NaiveMeasures(record, make_ledger(record))
        assert_same(found.values, naive.values())
        series = {path: column.tolist() for path, column in found.series.items()}
        assert series == naive.series()


@settings(max_examples=40)
@given(offices())
def test_what_comes_after_the_period_changes_none_of_its_measures(
    engine: Engine, small: Office
) -> None:
    """An engine that stops at the end of the period and one that runs on measure the same."""
    for place in windows(engine, small)[1:]:
        assert place.stop_s is not None
        runs_on = record_of(engine, place)
        stops = record_of(engine, replace(place, end_s=place.stop_s, stop_s=None))
        assert runs_on.service.horizon.end_s > stops.service.horizon.end_s
        found, expected = measured(runs_on), measured(stops)
        assert found.values == expected.values
        for path, column in expected.series.items():
            assert found.series[path].tolist() == column.tolist()
        books = [make_ledger(record) for record in (runs_on, stops)]
        late_time = [
            attribute(record, book).as_measures()
            for record, book in zip((runs_on, stops), books, strict=True)
        ]
        assert late_time[0] == late_time[1]
        forms = [
            fill_form(record, book).counts.tolist()
            for record, book in zip((runs_on, stops), books, strict=True)
        ]
        assert forms[0] == forms[1]


def test_every_measure_is_explained(engine: Engine) -> None:
    """docs/data-model.md has the name of each measure, and of where late time went."""
    record = record_of(engine, WAITS)
    ledger = make_ledger(record)
    text = (DOCS / "data-model.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`\.?(?:[\w<>]+\.)*(\w+)`", text))
    paths = [*measure(record, ledger).values, *attribute(record, ledger).as_measures()]
    names = {path.rpartition(".")[2] for path in paths if not path.startswith("late_time.")}
    assert names <= explained

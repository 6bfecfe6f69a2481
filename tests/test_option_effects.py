"""What an option leaves as it is, and what it moves in which direction.

Where theory says what an option does, every dossier shows it; elsewhere the sum over some seeds, of
a change so large that luck does not matter. The dossiers are the very same wherever the option is
not an input of sampling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

from simulation.journal import digest
from simulation.legal import Class
from simulation.semantics import Outcome
from simulation.units import DAY_S, FAR, NEVER
from simulation.worktime import measure
from tests.replications import (
    Run,
    columns,
    fates,
    histories,
    instants,
    keys,
    marks,
    run,
    sample,
    scenario,
    tree,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulation.engines import Engine

SEEDS: Final = range(3)
Changes = dict[str, Any]


def both(
    engine: Engine,
    changes: Changes,
    seed: int = 0,
    *,
    name: str = "office",
    also: Changes | None = None,
) -> tuple[Run, Run]:
    """A replication without and with an option; ``also`` is changed in both."""
    base = run(scenario(name, also), engine, seed)
    return base, run(scenario(name, (also or {}) | changes), engine, seed)


def waits_s(found: Run) -> NDArray[np.int64]:
    """How long each visit waited to be started; FAR where it was not. Shape: (visits,)."""
    journal = found.journal
    started = journal.started_s != NEVER
    return np.where(started, journal.started_s - journal.ready_s, FAR)


def late(found: Run) -> set[Any]:
    """The dossiers that are late, or open and overdue."""
    is_late = np.isin(found.ledger.klass, (Class.LATE, Class.OVERDUE))
    return {key for key, bad in zip(keys(found), is_late, strict=True) if bad}


# What is not an input of sampling

OPTIONS: Final[dict[str, Changes]] = {
    "staff": {"teams.officers.staff": 9, "teams.clerks.staff": 1},
    "absence": {"teams.clerks.absence.rate": 0.4, "teams.officers.leave": {"days": 50}},
    "shift": {"teams.officers.shift": "signing"},
    "floaters": {"teams.leader.desks": ["signature", "appraisal", "reception"]},
    "another team": {
        "teams.mail": {"title": "M", "staff": 1, "shift": "office", "desks": ["signature"]}
    },
    "efficiency and rank": {"teams.officers.efficiency": {"appraisal": 2}, "teams.clerks.rank": 5},
    "discipline": {
        "desks.reception.discipline": "shortest-work",
        "desks.signature.discipline": "last-come",
    },
    "priority": {"procedures.licence.priority": 3, "channels.counter.priority": 1},
    "deadline": {"procedures.permit.deadline": "20 d", "procedures.licence.deadline": "none"},
    "legal clock": {"legal.supplement": "restart", "legal.cutoff": "closing"},
    "timetables": {"timetables.courier.times": ["09:00"], "timetables.post-in.times": ["08:00"]},
    "hall": {"channels.counter.hall.tickets.number": 3, "channels.counter.hall.closing": "day"},
    "waiting room": {"channels.counter.hall.waiting_room": 1},
    "handover": {"handover_after": "0 wd"},
    "another desk": {"fields.works.steps": {"appraise": {"desk": "signature"}}},
    "interruption": {"routes.long.appraise.interruptible": False},
}


@pytest.mark.parametrize("option", OPTIONS)
def test_options_of_service_leave_demand_alone(engine: Engine, option: str) -> None:
    """Options are compared on the very same dossiers, byte for byte; only what happens differs."""
    base, changed = both(engine, OPTIONS[option])
    assert columns(changed.demand) == columns(base.demand)
    assert digest(changed.journal) != digest(base.journal)


@pytest.mark.parametrize(
    ("option", "teams"),
    [
        ("staff", ["leader"]),
        ("absence", ["leader"]),
        ("shift", ["clerks", "leader"]),
        ("another team", ["clerks", "leader", "officers"]),
        ("discipline", ["clerks", "leader", "officers"]),
        ("deadline", ["clerks", "leader", "officers"]),
    ],
)
def test_options_leave_the_attendance_of_others_alone(option: str, teams: Sequence[str]) -> None:
    """Nobody in a team that an option does not name comes or goes at another time."""
    base, changed = sample(scenario("office")), sample(scenario("office", OPTIONS[option]))
    for team in teams:
        assert changed.presence(team) == base.presence(team)


# People


def test_absence_takes_people_away() -> None:
    """With more absence and leave people are there less, and the others as before."""
    base, changed = sample(scenario("office")), sample(scenario("office", OPTIONS["absence"]))
    for team in ("clerks", "officers"):
        before, after = (sum(map(len, found.presence(team))) for found in (base, changed))
        assert after < 0.9 * before


def test_work_begins_only_on_shift(engine: Engine) -> None:
    """Officers who come for the signing hours only begin nothing at another time of day."""
    base, changed = both(engine, OPTIONS["shift"])
    hours = []
    for found in (base, changed):
        started_s = found.journal.started_s[found.by("officers") & found.at("appraise", "confirm")]
        hours.append(set((started_s % DAY_S // 1800).tolist()))
    assert hours[1] <= {20, 21, 22}  # half-hours from 10:00 to 11:30
    assert hours[0] > {20, 21, 22}


@pytest.mark.parametrize("seed", SEEDS)
def test_open_on_saturday_morning_serves_everybody_sooner(engine: Engine, seed: int) -> None:
    """A longer shift lengthens nobody's wait, and changes neither who comes nor when it is due."""
    longer = {
        "calendars.longer": {
            "hours": {"mon-fri": "07:00-11:30, 13:30-17:00", "sat": "07:00-11:00"}
        },
        "teams.clerks.shift": "longer",
    }
    also = {"channels.counter.volumes.permit": 150}
    base, changed = both(engine, longer, seed, name="single-desk", also=also)
    assert columns(changed.demand) == columns(base.demand)
    assert (waits_s(changed) <= waits_s(base)).all()
    assert (waits_s(changed) < waits_s(base)).any()
    # Both kinds of dossier are due so many working days after their acceptance, Saturday or not.
    ledgers = base.ledger, changed.ledger
    on_saturday = ledgers[1].accepted_s // DAY_S % 7 == 5
    assert on_saturday.any()
    accepted = [np.asarray(ledger.accepted_s) for ledger in ledgers]
    same = (accepted[0] == accepted[1]) & (accepted[0] != NEVER)
    assert same.any()
    assert (ledgers[0].due_s[same] == ledgers[1].due_s[same]).all()
    due_on = set((ledgers[1].due_s[on_saturday] // DAY_S % 7).tolist())
    assert due_on <= {0, 2}  # the first or the third working day from Monday on


def test_floaters_help_where_others_are_short(engine: Engine) -> None:
    """A leader who also takes other desks does, and appraisals wait for less."""
    base, changed = both(engine, OPTIONS["floaters"], also={"teams.officers.staff": 1})
    appraising = base.at("appraise", "confirm", "reappraise")
    assert not (base.by("leader") & appraising).any()
    assert (changed.by("leader") & appraising).any()
    done = [(found.journal.outcome[appraising] == Outcome.DONE).sum() for found in (base, changed)]
    assert done[1] > done[0]


def test_efficiency_shortens_work(engine: Engine) -> None:
    """At twice the speed work that is not interrupted lasts half as long, rounded up."""
    changed = run(scenario("single-desk", {"teams.clerks.efficiency.desk": 2.0}), engine)
    journal = changed.journal
    done = journal.outcome == Outcome.DONE
    lasted_s = (journal.ended_s - journal.started_s)[done]
    assert (lasted_s == -(-changed.demand.work_s[done] // 2)).all()
    assert done.sum() > 50


def test_rank_says_who_is_asked_first(engine: Engine) -> None:
    """Where there are enough people, a team of a higher rank has nothing left to do."""
    shares = []
    for rank in (0, 9):
        relief = {"title": "R", "staff": 3, "shift": "office", "desks": ["desk"], "rank": rank}
        changes = {"teams.relief": relief, "teams.clerks.staff": 3, "teams.clerks.rank": 1}
        found = run(scenario("single-desk", changes), engine)
        shares.append(float(found.by("relief").sum() / (found.journal.person >= 0).sum()))
    assert shares[0] > 0.9
    assert shares[1] < 0.1


# Queues

ALWAYS_THERE: Final[Changes] = {
    "calendars.always": {"hours": "always", "holidays": "none"},
    "teams.clerks": {"title": "C", "staff": 1, "shift": "always", "desks": ["desk"]},
    "channels.counter.volumes": {"permit": 100, "licence": 60},
    "routes.work.serve.applicant": False,
}
DISCIPLINES: Final[dict[str, Changes]] = {
    "last-come": {"desks.desk.discipline": "last-come"},
    "earliest-due": {"desks.desk.discipline": "earliest-due"},
    "shortest-mean": {"desks.desk.discipline": "shortest-work"},
    "shortest": {"desks.desk.discipline": "shortest-work", "desks.desk.shortest_by": "actual"},
    "priority": {"desks.desk.discipline": "priority", "channels.counter.priority": 1},
}


@pytest.mark.parametrize("discipline", DISCIPLINES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_discipline_only_shares_out_the_wait(engine: Engine, discipline: str, seed: int) -> None:
    """Kleinrock's conservation law, dossier by dossier: waits weighted by work have the same sum.

    It holds of every path, not only on average, where one person is always there and finishes what
    has been begun: the work in the system falls by one second a second, whoever is served.
    L. Kleinrock, "Queueing Systems", volume 2, 1976, section 3.4.
    """
    base, changed = both(
        engine, DISCIPLINES[discipline], seed, name="single-desk", also=ALWAYS_THERE
    )
    assert columns(changed.demand) == columns(base.demand)
    waited = [waits_s(found) for found in (base, changed)]
    assert all((wait < FAR).all() for wait in waited)
    assert (waited[0] != waited[1]).any()
    sums = [int((wait * base.demand.work_s).sum()) for wait in waited]
    assert sums[0] == sums[1]


def test_each_discipline_serves_whom_it_means_to(engine: Engine) -> None:
    """Shortest work: the least mean wait. Priority and due date: the urgent procedure's falls."""
    means: dict[str, list[float]] = {}
    for name, changes in {"first-come": {}, **DISCIPLINES}.items():
        total = np.zeros(3)
        for seed in SEEDS:
            found = run(scenario("single-desk", ALWAYS_THERE | changes), engine, seed)
            wait = waits_s(found)
            licence = np.array([key[1] == "licence" for key in keys(found)])  # a visit a dossier
            total += wait.mean(), wait[licence].mean(), wait[~licence].mean()
        means[name] = total.tolist()
    first_come = means["first-come"]
    assert means["shortest"][0] < means["shortest-mean"][0] < first_come[0]
    for name in ("shortest-mean", "priority", "earliest-due"):  # licences: five minutes, due sooner
        assert means[name][1] < first_come[1]
        assert means[name][2] > first_come[2]
    assert means["priority"][1] <= means["earliest-due"][1]


# Deadlines and the legal clock


@pytest.mark.parametrize("seed", SEEDS)
def test_a_longer_deadline_only_makes_fewer_late(engine: Engine, seed: int) -> None:
    """Where nothing is done by due date, the same happens at the same time, and less of it late."""
    also = {"channels.counter.volumes.permit": 160}
    base, changed = both(
        engine, {"procedures.permit.deadline": "5 wd"}, seed, name="single-desk", also=also
    )
    assert digest(changed.journal) == digest(base.journal)
    received = base.ledger.accepted_s != NEVER
    assert (base.ledger.accepted_s == changed.ledger.accepted_s).all()
    assert (base.ledger.due_s <= changed.ledger.due_s)[received].all()
    assert late(changed) <= late(base)


SUPPLEMENT: Final[Changes] = {
    "routes.work": [
        {"step": "receive", "desk": "desk", "work": "5 min", "clock": "starts"},
        {"step": "check", "delay": "1 d"},
        {"step": "complete", "pause": {"exponential": "2 d"}},
        {"step": "decide", "desk": "desk", "work": {"exponential": "20 min"}},
    ],
    "procedures.licence.steps": {},
}


@pytest.mark.parametrize(
    "changes",
    [{"legal.supplement": "restart"}, {"legal.cutoff": "09:00"}],
    ids=["restart", "cutoff"],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_gentler_clock_makes_nothing_due_sooner(
    engine: Engine, changes: Changes, seed: int
) -> None:
    """A restart gives at least what a pause gives; an earlier cutoff moves due dates later only."""
    base, changed = both(engine, changes, seed, name="single-desk", also=SUPPLEMENT)
    assert digest(changed.journal) == digest(base.journal)
    assert (changed.ledger.due_s >= base.ledger.due_s).all()
    assert (changed.ledger.due_s > base.ledger.due_s).any()
    assert late(changed) <= late(base)


# Steps

MAIL: Final[Changes] = {
    "timetables.courier": {"calendar": "office", "times": ["16:00"]},
    "routes.work": [
        {"step": "serve", "desk": "desk", "work": {"exponential": "15 min"}, "clock": "starts"},
        {"step": "mail", "departure": "courier"},
    ],
    "procedures.licence.steps": {},
}


def test_more_departures_delay_nothing(engine: Engine) -> None:
    """With a second departure a day no parcel leaves later, and some leave earlier."""
    changes = {"timetables.courier.times": ["10:30", "16:00"]}
    base, changed = both(engine, changes, name="single-desk", also=MAIL)
    mailed = base.at("mail")
    left = [
        np.where(found.journal.ended_s == NEVER, FAR, found.journal.ended_s)[mailed]
        for found in (base, changed)
    ]
    assert (base.journal.started_s[~mailed] == changed.journal.started_s[~mailed]).all()
    assert (left[1] <= left[0]).all()
    assert (left[1] < left[0]).any()


ASKED: Final = [
    {"step": "police", "delay": {"uniform": {"low": "1 d", "high": "3 d"}}},
    {"step": "tax", "delay": {"exponential": "2 d"}},
]
RECEIVE: Final = {"step": "serve", "desk": "desk", "work": "10 min", "clock": "starts"}


@pytest.mark.parametrize("seed", SEEDS)
def test_consulting_in_parallel_takes_the_longer_of_both(engine: Engine, seed: int) -> None:
    """Steps keep their draws in a fork; one after the other they take the sum, else the maximum."""
    fork = {"step": "ask", "fork": {"a": ASKED[:1], "b": ASKED[1:]}}
    base, changed = both(
        engine,
        {"routes.work": [RECEIVE, fork]},
        seed,
        name="single-desk",
        also={"routes.work": [RECEIVE, *ASKED], "procedures.licence.steps": {}, "run_on": "60 d"},
    )
    in_turn, at_once = (
        {step: found.demand.work_s[found.at(step)] for step in ("police", "tax")}
        for found in (base, changed)
    )
    assert all((in_turn[step] == at_once[step]).all() for step in in_turn)
    done = base.ledger.returned_s != NEVER
    assert done.sum() > 100
    took = [(found.ledger.returned_s - found.ledger.accepted_s)[done] for found in (base, changed)]
    assert (took[0] == (in_turn["police"] + in_turn["tax"])[done]).all()
    assert (took[1] == np.maximum(in_turn["police"], in_turn["tax"])[done]).all()


def test_another_desk_takes_one_fields_work(engine: Engine) -> None:
    """Appraisals of the field are then the leader's; at the other field's steps nothing moves."""
    base, changed = both(engine, OPTIONS["another desk"])
    appraised = changed.at("appraise") & (changed.journal.person >= 0)
    assert changed.by("leader")[appraised].all()
    assert not base.by("leader")[base.at("appraise")].any()
    confirmed = changed.at("confirm")
    assert not changed.by("leader")[confirmed].any()


def appraised(found: Run) -> NDArray[np.bool_]:
    """The appraisals that one officer has done from beginning to end. Shape: (visits,)."""
    done = found.at("appraise") & found.by("officers") & (found.journal.outcome == Outcome.DONE)
    done[found.journal.pieces.visit] = False
    return np.asarray(done)


def test_work_that_cannot_be_interrupted_runs_through(engine: Engine) -> None:
    """Then every appraisal lasts as long as its content, whatever the hours."""
    base, changed = both(engine, OPTIONS["interruption"])
    longer = [
        (found.journal.ended_s - found.journal.started_s > found.demand.work_s)[appraised(found)]
        for found in (base, changed)
    ]
    assert longer[0].any()
    assert not longer[1].any()


def test_handover_at_once_leaves_nothing_in_drawers(engine: Engine) -> None:
    """No work stays with somebody who is away in working hours, as it does with more patience."""
    away = {"teams.officers.absence": {"rate": 0.2, "spell": 2}, "handover_after": "200 wd"}
    patient, at_once = both(engine, {"handover_after": "0 wd"}, also=away)
    kept = []
    for found in (patient, at_once):
        journal, service = found.journal, found.plan.service
        legal_s = measure(service.calendars[service.legal], journal.started_s, journal.ended_s)
        kept.append((legal_s > found.demand.work_s)[appraised(found)])
    assert kept[0].any()
    assert not kept[1].any()
    assert len(at_once.journal.pieces.visit) > len(patient.journal.pieces.visit)


# The hall

ONE_TRY: Final[Changes] = {
    "channels.counter.volumes.permit": 160,
    "channels.counter.hall.come_back": {"at_most": 0},
}


@pytest.mark.parametrize("seed", SEEDS)
def test_fewer_tickets_serve_fewer_sooner(engine: Engine, seed: int) -> None:
    """Who has a ticket waits no longer than before; who has none goes, as many as it says."""
    changes = {"channels.counter.hall.tickets": {"number": 8, "per": "session"}}
    base, changed = both(engine, changes, seed, name="single-desk", also=ONE_TRY)
    assert columns(changed.demand) == columns(base.demand)
    refused = changed.journal.outcome == Outcome.NO_TICKET
    assert refused.any()
    assert (waits_s(changed) <= waits_s(base))[~refused].all()
    session = changed.journal.ready_s // (DAY_S // 2)
    assert np.bincount(session[~refused]).max() == 8


@pytest.mark.parametrize("seed", SEEDS)
def test_a_smaller_waiting_room_turns_more_away(engine: Engine, seed: int) -> None:
    """Of the same arrivals more find it full, and who stays has fewer before them."""
    also = ONE_TRY | {"channels.counter.hall.waiting_room": 12}
    changes = {"channels.counter.hall.waiting_room": 2}
    base, changed = both(engine, changes, seed, name="single-desk", also=also)
    full = [(found.journal.outcome == Outcome.FULL).sum() for found in (base, changed)]
    assert full[1] > full[0]
    longest = [
        np.max(waits_s(found)[found.journal.started_s != NEVER]) for found in (base, changed)
    ]
    assert longest[1] < longest[0]


# What comes


def test_who_moves_to_another_channel_leaves_the_others_alone() -> None:
    """The counter has fewer of the same dossiers, online more, and nothing else moves."""
    changes = {
        "channels.counter.volumes.licence": 150,
        "channels.online.volumes": {"licence": 100},
        "channels.online.volume": 160,
    }
    base, changed = fates(sample(scenario("office"))), fates(sample(scenario("office", changes)))
    gone, come = base.keys() - changed.keys(), changed.keys() - base.keys()
    assert {key[:2] for key in gone} == {("counter", "licence")}
    assert {key[:2] for key in come} == {("online", "licence")}
    before = sum(key[:2] == ("counter", "licence") for key in base)
    assert 0.3 < len(gone) / before < 0.5
    assert all(changed[key] == base[key] for key in base.keys() & changed.keys())


def test_a_surge_moves_arrivals_and_nothing_else() -> None:
    """In a week of three times the weight more of the same dossiers come."""
    surge = {"value": 1, "during": {"2021-03-08..2021-03-12": 3}}
    plain = {"start": "empty", "channels.online.spread": "fixed"}
    base = sample(scenario("office", plain))
    changed = sample(scenario("office", plain | {"channels.counter.weight": surge}))
    assert marks(changed).keys() == marks(base).keys()
    week = range(7 * DAY_S, 12 * DAY_S)
    before, after = (
        {key for key, at_s in instants(found).items() if key[0] == "counter" and at_s in week}
        for found in (base, changed)
    )
    assert len(after) > 1.4 * len(before)
    others = [
        {key: fate for key, fate in fates(found).items() if key[0] != "counter"}
        for found in (base, changed)
    ]
    assert others[0] == others[1]


def test_an_outage_moves_arrivals_to_its_end() -> None:
    """Who would come in an outage comes at its end; everybody else when they came."""
    outage = {"channels.counter.outages": ["2021-03-09 08:00..2021-03-09 16:00"]}
    base, changed = sample(scenario("office")), sample(scenario("office", outage))
    first = (base.plan.demand.horizon.start_s // DAY_S + 8) * DAY_S
    begin_s, end_s = first + 8 * 3600, first + 16 * 3600
    before, after = instants(base), instants(changed)
    inside = {
        key for key, at_s in before.items() if key[0] == "counter" and begin_s <= at_s < end_s
    }
    assert inside
    assert after == before | dict.fromkeys(inside, end_s)


def test_longer_opening_hours_keep_the_number(engine: Engine) -> None:
    """As many come as before, spread over the hours; the legal clock is not touched."""
    longer = {
        "calendars.long": {"hours": {"mon-fri": "07:00-19:00"}},
        "channels.counter.calendar": "long",
    }
    base, changed = both(engine, longer, name="single-desk")
    assert instants(changed).keys() == instants(base).keys()
    assert max(instants(changed).values()) % DAY_S > 17 * 3600
    assert (histories(changed) != histories(base)) is True
    assert tree("single-desk").plain()["legal"]["calendar"] == "office"

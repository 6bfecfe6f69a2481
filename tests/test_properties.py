"""What holds of every scenario, from its text to its journal."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.journal import check, digest
from simulation.semantics import Outcome
from simulation.units import FAR, NEVER
from simulation.worktime import next_open
from tests.replications import (
    Run,
    columns,
    fates,
    histories,
    model_of,
    run,
    sample,
    scenario,
    tree,
)
from tests.strategies import cases, valid_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.engines import Engine
    from simulation.tables import Demand
    from simulation.worktime import Calendar

SEEDS: Final = range(4)


# People

DESK: Final = st.fixed_dictionaries(
    {
        "channels.counter.volumes.permit": st.integers(20, 150),
        "channels.counter.batch": st.sampled_from([1, 4]),
        "routes.work.serve.interruptible": st.booleans(),
        "routes.work.serve.work": st.sampled_from(
            ["25 min", {"exponential": "20 min"}, {"lognormal": {"mean": "40 min", "cv": 2}}]
        ),
        "teams.clerks.efficiency": st.sampled_from([{}, {"desk": 0.7}, {"desk": 1.3}]),
        "calendars.office.hours": st.sampled_from(
            [
                {"mon-fri": "07:00-11:30, 13:30-17:00"},
                {"mon": "07:00-15:00", "wed-sat": "08:00-16:00"},
            ]
        ),
    }
)


@settings(max_examples=40)
@given(desk=DESK, staff=st.integers(1, 4), more=st.integers(1, 3), seed=st.integers(0, 99))
def test_more_staff_lengthens_nobodys_wait(
    engine: Engine, desk: dict[str, Any], staff: int, more: int, seed: int
) -> None:
    """At a single desk, first come, first served, with one shift and efficiency."""
    few, many = (
        run(scenario("single-desk", desk | {"teams.clerks.staff": number}), engine, seed)
        for number in (staff, staff + more)
    )
    started_few, started_many = (
        np.where(found.journal.started_s == NEVER, FAR, found.journal.started_s)
        for found in (few, many)
    )
    assert (few.journal.ready_s == many.journal.ready_s).all()
    assert (started_many <= started_few).all()


def test_more_staff_does_shorten_waits(engine: Engine) -> None:
    """The desk of the test above is one at which people wait."""
    waits = [
        int((found.journal.started_s - found.journal.ready_s)[found.journal.started_s > 0].sum())
        for found in (
            run(scenario("single-desk", {"teams.clerks.staff": n}), engine) for n in (1, 2, 6)
        )
    ]
    assert waits[0] > waits[1] > waits[2]


# Conservation

OVERLOAD: Final = {"teams.officers.staff": 1, "teams.clerks.staff": 1}


@pytest.mark.parametrize("changes", [{}, OVERLOAD], ids=["as it is", "overload"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_dossier_is_ever_nowhere(engine: Engine, changes: dict[str, Any], seed: int) -> None:
    """From its submission on it is at a visit or about to come, until it is done or lost."""
    gone = where_they_end(run(scenario("office", changes), engine, seed))
    assert all(gone.values()), f"the office shows too little: {gone}"


@pytest.mark.parametrize("case", cases())
def test_no_dossier_of_any_case_is_ever_nowhere(engine: Engine, case: str) -> None:
    """The same of every valid case."""
    assert sum(where_they_end(run(model_of(valid_data(case)), engine)).values()) > 0


def where_they_end(found: Run) -> dict[str, int]:
    """How many dossiers are done, lost and open at the end; all are somewhere all the time.

    Everything else that is required of a journal holds as well.
    """
    check(found.plan.service, found.demand, found.attendance, found.journal)
    gone = {"done": 0, "lost": 0, "open": 0}
    for d in range(found.demand.dossiers):
        reached_s = int(found.demand.submitted_s[d])
        for begin_s, end_s in sorted(whereabouts(found, d)):
            assert begin_s <= reached_s, f"dossier {d} is nowhere from {reached_s} to {begin_s}"
            reached_s = max(reached_s, end_s)
        gone["open" if reached_s == FAR else how_it_ended(found, d, reached_s)] += 1
    assert sum(gone.values()) == found.demand.dossiers
    return gone


def whereabouts(found: Run, d: int) -> Iterator[tuple[int, int]]:
    """The spans in which a dossier is at a visit, or its applicant about to come."""
    demand, journal = found.demand, found.journal
    for v in range(demand.visit_ptr[d], demand.visit_ptr[d + 1]):
        if journal.ready_s[v] == NEVER:
            continue
        ready_s, ended_s = int(journal.ready_s[v]), until(journal.ended_s[v])
        yield closed_since(found, v, ready_s), ready_s
        yield ready_s, ended_s
        if journal.outcome[v] > Outcome.DONE and has_spare_attempt(demand, d, v):
            yield ended_s, until(journal.ready_s[v + 1])


def closed_since(found: Run, v: int, ready_s: int) -> int:
    """From when on an applicant who joins at the opening has had to wait for it."""
    calendar = hall_of(found, v)
    if calendar is None or ready_s not in calendar.begin_s:
        return ready_s
    session = int(np.searchsorted(calendar.begin_s, ready_s))
    return int(calendar.end_s[session - 1]) if session else 0


def hall_of(found: Run, v: int) -> Calendar | None:
    """The hours of the hall in which a visit's applicant waits; None: nobody is present."""
    service = found.plan.service
    hall = service.rows.hall[found.demand.row[v]]
    return None if hall < 0 else service.calendars[service.halls[hall].calendar]


def until(instant_s: Any) -> int:
    """An instant; FAR if it has not come."""
    return FAR if instant_s == NEVER else int(instant_s)


def has_spare_attempt(demand: Demand, d: int, v: int) -> bool:
    """Whether a visit is followed by another attempt at the same."""
    return bool(v + 1 < demand.visit_ptr[d + 1] and demand.attempt[v + 1] > 0)


def how_it_ended(found: Run, d: int, at_s: int) -> str:
    """What has become of a dossier that was last seen at an instant.

    It is done with all its steps, lost after the last attempt at one, or still open, since a hall
    does not open again.
    """
    demand, outcome = found.demand, found.journal.outcome
    visits = range(demand.visit_ptr[d], demand.visit_ptr[d + 1])
    last = max((v for v in visits if outcome[v] != Outcome.NONE), default=visits.start - 1)
    if last >= visits.start and outcome[last] != Outcome.DONE:
        assert not has_spare_attempt(demand, d, last), f"dossier {d} does not come back"
        return "lost"
    left = [v for v in range(last + 1, visits.stop) if demand.attempt[v] == 0]
    if not left:
        return "done"
    calendar = hall_of(found, left[0])
    assert calendar is not None, f"dossier {d} does not go on"
    opens_s = int(next_open(calendar, at_s))
    assert opens_s < 0 or opens_s >= found.plan.service.horizon.end_s
    return "open"


# Luck


@pytest.mark.parametrize("case", cases())
def test_same_seed_same_journal(engine: Engine, case: str) -> None:
    """Scenario, seed and replication determine everything."""
    first, second = (run(model_of(valid_data(case)), engine, seed=1) for _ in range(2))
    assert columns(first.demand) == columns(second.demand)
    assert columns(first.attendance) == columns(second.attendance)
    assert digest(first.journal) == digest(second.journal)


def test_other_seed_other_luck() -> None:
    """With another seed other dossiers come and other people are absent."""
    one, other = (sample(scenario("office"), seed) for seed in (1, 2))
    assert columns(one.demand) != columns(other.demand)
    assert columns(one.attendance) != columns(other.attendance)


def unrelated(name: str) -> dict[str, Any]:
    """A procedure with a route, a desk and people of its own, as changes to the office."""
    return {
        f"procedures.{name}": {"title": name, "field": "works", "deadline": "2 wd", "route": name},
        f"routes.{name}": [
            {"step": "receive", "desk": name, "work": {"exponential": "30 min"}, "clock": "starts"},
            {"step": "extra", "desk": name, "work": "10 min"},
        ],
        f"desks.{name}": {"title": name},
        f"teams.{name}": {"title": name, "staff": 2, "shift": "office", "desks": [name]},
        f"channels.online.volumes.{name}": 40,
        "channels.online.volume": 100,
    }


NAMES: Final = ("a-first-one", "one-between", "z-last-one")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", SEEDS)
def test_an_unrelated_procedure_changes_nobody_elses_luck(
    engine: Engine, name: str, seed: int
) -> None:
    """What is drawn of the other dossiers, and so what happens to them, stays as it was."""
    without = run(scenario("office"), engine, seed)
    with_it = run(scenario("office", unrelated(name)), engine, seed)
    for look in (fates, histories):
        before, after = look(without), look(with_it)
        added = after.keys() - before.keys()
        assert added
        assert all(procedure == name for _, procedure, _, _ in added)
        assert {key: after[key] for key in before} == before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", SEEDS)
def test_an_unrelated_procedure_only_takes_its_part_of_a_backlog(name: str, seed: int) -> None:
    """Of a given number carried in some are now of the new procedure; the others are who they were.

    Whoever comes later is not touched at all.
    """
    start = {"start": {"backlog": 60}}
    before, after = (
        fates(sample(scenario("office", changes), seed))
        for changes in (start, start | unrelated(name))
    )
    taken, added = before.keys() - after.keys(), after.keys() - before.keys()
    carried_in = {key for key in added if key[2] == "BACKLOG"}
    assert len(taken) == len(carried_in) > 0
    assert all(segment == "BACKLOG" for _, _, segment, _ in taken)
    assert all(procedure == name for _, procedure, _, _ in added)
    assert all(after[key] == before[key] for key in before.keys() & after.keys())


@pytest.mark.parametrize("seed", SEEDS)
def test_an_added_channel_changes_nobody_elses_luck(seed: int) -> None:
    """The dossiers of the other channels come when they came, and ask for what they did."""
    kiosk = {"title": "Kiosk", "volumes": {"licence": 30}, "results": {"online": 1}}
    steps = tree("office").plain()["routes"]["short"]
    steps[1]["channels"] = ["online", "kiosk"]
    changes = {"channels.kiosk": kiosk, "routes.short": steps}
    before, after = (fates(sample(scenario("office", also), seed)) for also in ({}, changes))
    assert {channel for channel, *_ in after.keys() - before.keys()} == {"kiosk"}
    assert {key: after[key] for key in before} == before


@pytest.mark.parametrize("seed", SEEDS)
def test_an_added_step_changes_no_other_steps_luck(seed: int) -> None:
    """Whatever is put first into a route, what is drawn at the other steps stays."""
    first = {"step": "a-form", "desk": "reception", "work": {"exponential": "5 min"}}
    steps = [first, *tree("office").plain()["routes"]["long"]]
    before, after = (
        fates(sample(scenario("office", changes), seed)) for changes in ({}, {"routes.long": steps})
    )
    added = 0
    for key, (dossier, itinerary) in after.items():
        others = [visit for visit in itinerary if visit[0] != "a-form"]
        added += len(itinerary) - len(others)
        assert (dossier, others) == before[key]
    assert before.keys() == after.keys()
    assert added > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_added_people_change_nobody_elses_absence(seed: int) -> None:
    """More people in a team, and a further team: those of before are there when they were."""
    volunteers = {"title": "V", "staff": 2, "shift": "office", "desks": ["signature"]}
    changes = {"teams.clerks.staff.at_start": 3, "teams.a-team": volunteers}
    before, after = (sample(scenario("office", also), seed) for also in ({}, changes))
    for team in ("clerks", "leader", "officers"):
        were, are = before.presence(team), after.presence(team)
        assert are[: len(were)][:2] == were[:2]
    assert len(after.presence("a-team")) == 2


CELLS: Final = st.fixed_dictionaries(
    {
        "start": st.sampled_from(["empty", {"warm": "2 wd"}, {"backlog": 30}]),
        "channels.counter.volumes": st.fixed_dictionaries(
            {"permit": st.integers(0, 30), "licence": st.floats(0, 30)}
        ),
        "channels.counter.spread": st.sampled_from(["poisson", "fixed"]),
        "channels.online.spread": st.sampled_from(["poisson", "fixed"]),
        "channels.online.volume": st.floats(0.5, 60),
        "channels.online.mix": st.sampled_from([0.5, 0.1, 0.96]).map(
            lambda share: {"permit": share, "licence": 1 - share}
        ),
        "channels.online.overdispersion": st.sampled_from([0, 0.5]),
        "channels.post.volumes.permit": st.integers(1, 30),
        "channels.post.spread": st.sampled_from(["poisson", "fixed"]),
        "channels.post.batch": st.sampled_from([1, 3]),
    }
)


@settings(max_examples=60)
@given(
    cells=CELLS,
    workload=st.sampled_from([0.3, 1, 1.27]),
    growth=st.sampled_from([1.001, 1.1, 1.34, 3]),
    seed=st.integers(0, 99),
)
def test_more_workload_only_adds_dossiers(
    cells: dict[str, Any], workload: float, growth: float, seed: int
) -> None:
    """Every dossier of before comes when it came and asks for what it did.

    So do those carried in and those given one by one, which a workload has nothing to do with.
    """
    before, after = (
        fates(sample(scenario("office", cells | {"workload": factor}), seed))
        for factor in (workload, workload * growth)
    )
    assert {key: after.get(key) for key in before} == before
    segments = {segment for _, _, segment, _ in after.keys() - before.keys()}
    assert segments <= {"WARM", "PERIOD", "RUN_ON"}


@pytest.mark.parametrize("spread", ["poisson", "fixed"])
@pytest.mark.parametrize("seed", SEEDS)
def test_more_workload_adds_as_many_as_it_should(spread: str, seed: int) -> None:
    """Ten percent more workload is about ten percent more dossiers; where fixed, exactly."""
    same: dict[str, Any] = {
        f"channels.{name}.spread": spread for name in ("counter", "online", "post")
    }
    before, after = (
        len(
            sample(
                scenario("office", same | {"workload": workload, "start": "empty"}), seed
            ).demand.draw
        )
        for workload in (1, 1.1)
    )
    if spread == "fixed":
        assert (before, after) == (484 + 5, 440 + 66 + 26 + 5)
    assert before < after < 1.2 * before


@pytest.mark.parametrize("case", [*cases(), "office"])
def test_order_of_independent_things_means_nothing(engine: Engine, case: str) -> None:
    """Shuffled mappings, and lists that are sets, lead to the same journal."""
    data = tree("office").plain() if case == "office" else valid_data(case)
    in_order = run(model_of(data), engine)
    for seed in SEEDS:
        found = run(model_of(shuffled(data, random.Random(seed))), engine)  # noqa: S311 - no secrets
        assert columns(found.demand) == columns(in_order.demand)
        assert columns(found.attendance) == columns(in_order.attendance)
        assert digest(found.journal) == digest(in_order.journal)


SETS: Final = {"arrivals", "channels", "closed", "hours", "outages", "paths", "published",
               "returned_by", "times", "weekdays"}  # fmt: skip
"""Lists whose order says nothing; that of steps, alternatives and preferred desks does.

(Alternatives are those of a branch and of a mixture: one uniform number goes through them in turn.)
"""


def shuffled(value: Any, luck: random.Random, key: str = "") -> Any:
    """The same in another order."""
    if isinstance(value, dict):
        names = luck.sample(list(value), len(value))
        found = {name: shuffled(value[name], luck, name) for name in names}
        if key == "empirical":  # values and their weights go together
            order = luck.sample(range(len(value["values"])), len(value["values"]))
            found |= {name: [value[name][i] for i in order] for name in value}
        return found
    if isinstance(value, list):
        items = luck.sample(value, len(value)) if key in SETS else value
        return [shuffled(item, luck) for item in items]
    return value

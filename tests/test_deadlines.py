"""The shortest deadlines, in offices where they can be worked out by hand."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import simulation
from simulation.decisions import deadlines as module
from simulation.decisions.deadlines import Bracket, deadlines, lines_of
from simulation.errors import InputError
from simulation.experiments import Study, replicate
from simulation.scenario import vary
from tests.running import EVERY_STEP, MINIMAL, Caller, office

if TYPE_CHECKING:
    from pathlib import Path

    from simulation.scenario import Scenario

PERIOD = "period={first_day: 2021-03-01, last_day: 2021-04-30}"
RECEIVE = "{step: receive, work: 1 s, desk: reception, clock: starts}"
ONE_DESK = ("desks.appraisal=null", "teams.officers.desks=[reception]")
OPTIONS = ("--set", PERIOD, "--set", "channels.counter.volume=600")


def passing(*steps: str, deadline: str, more: tuple[str, ...] = ()) -> Scenario:
    """An office in which 600 dossiers are accepted in two months and nobody waits for people."""
    route = ", ".join([RECEIVE, *(f"{{{step}}}" for step in steps)])
    return office(
        PERIOD,
        *ONE_DESK,
        f"routes.standard=[{route}]",
        f"procedures.permit.deadline={deadline}",
        "channels.counter.volume=600",
        *more,
    )


def found(scenario: Scenario, **more: Any) -> list[dict[str, Any]]:
    """What is found in two replications: entries of the summary."""
    entries: list[dict[str, Any]] = deadlines(scenario, Study(), replications=2, **more).summary[
        "deadlines"
    ]
    return entries


def only(scenario: Scenario, **more: Any) -> dict[str, Any]:
    """The only entry."""
    (entry,) = found(scenario, **more)
    return entry


@given(st.integers(0, 3), st.integers(0, 60), st.integers(0, 60), st.integers(1, 9), st.data())
def test_the_bracket_finds_the_smallest(
    lowest: int, width: int, guess: int, stride: int, data: st.DataObject
) -> None:
    """Whatever the guess, the smallest number that passes is found, and nothing is tried twice."""
    highest = lowest + width
    smallest = data.draw(st.integers(lowest, highest + 1))
    bracket, tried = Bracket(lowest, guess, highest, stride), list[int]()
    while bracket.next is not None:
        tried.append(bracket.next)
        bracket.note(passed=bracket.next >= smallest)

    assert bracket.passes == (smallest if smallest <= highest else None)
    assert len(set(tried)) == len(tried) <= 14
    assert lowest <= min(tried) <= max(tried) <= highest


def test_a_good_guess_is_confirmed_in_two_trials() -> None:
    """Where the guess is right, it and one less are tried."""
    bracket, tried = Bracket(0, 7, 30), []
    while bracket.next is not None:
        tried.append(bracket.next)
        bracket.note(passed=bracket.next >= 7)

    assert tried == [7, 6]


@pytest.mark.parametrize(
    ("took", "today", "shortest", "saving"),
    [
        ("3 wd", "10 wd", "3 wd", 7),
        ("3 wd", "3 wd", "3 wd", 0),
        ("3 wd", "2 wd", "3 wd", -1),
        ("5 wh", "8 h", "5 h", 3),
        ("1 s", "2 wd", "0 wd", 2),
    ],
)
def test_what_takes_so_long_can_be_promised_so(
    took: str, today: str, shortest: str, saving: float
) -> None:
    """Each dossier takes the same: that is the shortest deadline, and none meets a shorter one."""
    more: tuple[str, ...] = ()
    if took == "1 s":  # and is accepted in the morning, so that the day is not over
        hours = "calendars.mornings={hours: {mon-fri: '07:00-11:00'}}"
        more = (hours, "channels.counter.calendar=mornings")
    entry = only(passing(f"step: other, delay: {took}", deadline=today, more=more))

    assert (entry["status"], entry["shortest"], entry["saving"]) == ("found", shortest, saving)
    assert entry["on_time"]["mean"] == 1
    less = entry["on_time_one_less"]
    assert (less is None) if shortest == "0 wd" else (less["mean"] < 0.3)


def test_calendar_days() -> None:
    """Three calendar days suffice; with two, those whose due date moves off the weekend are met."""
    entry = only(passing("step: other, delay: 3 d", deadline="20 d"))

    assert (entry["shortest"], entry["saving"], entry["unit"]) == ("3 d", 17, "d")
    assert 0.3 < entry["on_time_one_less"]["mean"] < 0.7  # Thursday's and Friday's, of five days


def test_channels_with_deadlines_of_their_own() -> None:
    """Each channel's deadline is found for itself; channels that share one are one line."""
    steps = (
        "step: quick, channels: [counter, desk-two], delay: 2 wd",
        "step: slow, channels: [post], delay: 4 wd",
    )
    scenario = passing(
        *steps,
        deadline="{default: 5 wd, post: 10 wd}",
        more=(
            "channels.post={title: Post, volume: 600}",
            "channels.desk-two={title: Two, volume: 600}",
        ),
    )
    shared, post = found(scenario)

    assert (shared["channels"], shared["shortest"]) == (["counter", "desk-two"], "2 wd")
    assert (post["channels"], post["statutory"], post["shortest"]) == (["post"], "10 wd", "4 wd")
    assert shared["due"] > 1.8 * post["due"] > 0


def test_files_held_until_near_the_due_date() -> None:
    """An office that holds files until the due date comes near takes them up sooner.

    Today every dossier takes the whole ten days; two for others, then one more, are what it needs.
    """
    held = ("step: other, delay: 2 wd", "step: hold, until: due - 1 wd", "step: end, delay: 1 wd")
    scenario = passing(*held, deadline="10 wd")
    cycle = replicate(scenario, 1)["cycle_mean_wd"].mean
    result = deadlines(scenario, Study(), replications=2)

    assert cycle == pytest.approx(10, abs=0.01)
    assert result.reacts
    assert result.found[0].shortest == 3


@pytest.mark.parametrize(("policy", "shortest"), [("pause", "3 wd"), ("restart", "2 wd")])
def test_supplements(policy: str, shortest: str) -> None:
    """A paused clock leaves out the applicant's days; one started anew forgets those before, too.

    A day before the supplement and two after it: three days in all, or two since.
    """
    steps = ("step: first, delay: 1 wd", "step: ask, pause: 5 wd", "step: then, delay: 2 wd")
    more = (f"procedures.permit.supplement={policy}",)

    assert only(passing(*steps, deadline="10 wd", more=more))["shortest"] == shortest


def burst(*procedures: str, discipline: str = "first-come", deadline: str = "30 wd") -> Scenario:
    """One person, half an hour each, and 320 dossiers on the first morning: 20 days of work."""
    each = 320 // len(procedures)
    listed = [f"{{at: '2021-03-01 07:00', procedure: {p}}}" for p in procedures] * each
    return office(
        PERIOD,
        *ONE_DESK,
        "teams.officers.staff=1",
        f"desks.reception.discipline={discipline}",
        "routes.standard=[{step: come, delay: 0 s, clock: starts}, "
        "{step: decide, work: 30 min, desk: reception}]",
        *(
            f"procedures.{p}={{title: P, field: building, deadline: {deadline}, route: standard}}"
            for p in procedures
        ),
        f"mix={{{', '.join(f'{p}: {1 / len(procedures)}' for p in procedures)}}}",
        "channels.counter.volume=0",
        f"channels.counter.arrivals=[{', '.join(listed)}]",
    )


@pytest.mark.parametrize(("deadline", "saving"), [("30 wd", 12), ("10 wd", -8)])
def test_a_queue_worked_off_by_one_person(deadline: str, saving: int) -> None:
    """Of 320 dossiers 16 are done a day, so 90 % of them in 18 days, and 85 % in 17."""
    entry = only(burst("permit", deadline=deadline), promise=0.9)

    assert (entry["shortest"], entry["saving"]) == ("18 wd", saving)
    assert entry["on_time"]["mean"] == pytest.approx(0.9)
    assert entry["on_time_one_less"]["mean"] == pytest.approx(0.85)


def test_three_times_as_long_is_the_end() -> None:
    """A deadline that would have to be more than three times as long is not looked for."""
    assert only(burst("permit", deadline="6 wd"), promise=0.9)["shortest"] == "18 wd"
    entry = only(burst("permit", deadline="5 wd"), promise=0.9)

    assert (entry["status"], entry["shortest"]) == ("out-of-reach", None)
    assert entry["on_time_statutory"]["mean"] == pytest.approx(0.25)


def test_alone_and_together() -> None:
    """Who is served first alone cannot be first together: one of the two needs all 20 days."""
    entries = found(burst("permit", "licence", discipline="earliest-due"), promise=0.95)
    together = sorted(entry["together"]["deadline"] for entry in entries)

    assert [entry["shortest"] for entry in entries] == ["10 wd", "10 wd"]
    assert together == ["10 wd", "20 wd"]
    assert all(entry["together"]["holds"] for entry in entries)


@cache
def everything() -> Scenario:
    """An office with every kind of step."""
    return office(PERIOD, "channels.counter.volume=600", "channels.post.volume=60",
                  "teams.officers.staff=4", case=EVERY_STEP)  # fmt: skip


def test_the_judge_is_the_strict_rate_of_a_run() -> None:
    """What is said of a deadline is what a run with that deadline measures."""
    result = deadlines(everything(), Study(), promise=0.8, replications=2)
    (one,) = result.found
    assert one.at_shortest is not None
    text = one.line.text(one.shortest or 0)
    run = replicate(vary(everything(), {"procedures.permit.deadline": text}), result.numbers)
    rate = run["by_procedure.permit.on_time_strict"]

    assert one.status == "found"
    assert result.numbers == [2, 3]  # fresh: the search had 0 and 1
    assert one.at_shortest.on_time.mean == rate.mean
    assert one.at_shortest.due == 2 * (run["by_procedure.permit.strict_due"].mean or 0)
    assert one.at_shortest.proves(0.8)
    assert one.one_less is not None
    assert not one.one_less.proves(0.8)


def test_where_nothing_works_to_deadlines_one_simulation_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Changing all deadlines at once says the same as one by one, and takes fewer models."""
    scenario = burst("permit", "licence")
    quick, slow = Study(), Study()
    at_once = deadlines(scenario, quick, promise=0.9, replications=2)
    monkeypatch.setattr(module, "works_to_deadlines", lambda _: True)
    one_by_one = deadlines(scenario, slow, promise=0.9, replications=2)

    assert not at_once.reacts
    assert at_once.summary["deadlines"] == one_by_one.summary["deadlines"]
    assert quick.models < slow.models


def test_what_has_no_shortest_one() -> None:
    """On the spot, without a deadline, without dossiers or with too few: each says so."""
    kinds = {"spot": "on the spot", "free": "none", "unused": "3 wd"}
    scenario = office(
        *(
            f"procedures.{name}={{title: P, field: building, deadline: {text}, route: standard}}"
            for name, text in kinds.items()
        ),
        "mix={permit: 0.4, spot: 0.3, free: 0.3, unused: 0}",
    )
    entries = {entry["procedure"]: entry for entry in found(scenario)}

    assert {name: entry["status"] for name, entry in entries.items()} == {
        "permit": "too-few",
        "spot": "on-the-spot",
        "free": "no-deadline",
        "unused": "no-dossiers",
    }
    assert all(entry["shortest"] is None for entry in entries.values())
    assert entries["permit"]["replications_needed"] > 10
    assert entries["spot"]["on_time_statutory"]["mean"] is not None


def test_the_promise_must_be_one() -> None:
    """A percentage, certainty and nothing are refused; so are unknown procedures."""
    with pytest.raises(InputError, match=r"promise = 99: .* such as 0\.99; 0\.99 is 99 %"):
        deadlines(office(), Study(), promise=99)
    for promise in (0, 1, -0.5, 1000, float("nan")):
        with pytest.raises(InputError, match="above 0 and below 1"):
            deadlines(office(), Study(), promise=promise)
    with pytest.raises(InputError, match="no procedure 'permt' in minimal; did you mean 'permit'"):
        lines_of(office(), ["permt"])
    with pytest.raises(InputError, match="replications = 0"):
        deadlines(office(), Study(), replications=0)


def test_the_command(motcua: Caller) -> None:
    """The command prints a table, keeps the study, and its JSON is what Python gives."""
    command = ("deadlines", MINIMAL, "--replications", 2, *OPTIONS)
    ended = motcua(*command)
    printed = motcua(*command, "--json")
    scenario = office(PERIOD, "channels.counter.volume=600")
    result = simulation.deadlines(scenario, Study(), replications=2)

    assert ended.code == 0
    assert "Shortest deadline that 99 % of dossiers would meet" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 100
    assert json.loads(printed.out) == json.loads(json.dumps(result.summary))
    assert motcua("results", "show", "deadlines-seed1", "--json").out == printed.out
    shown = motcua("results", "show", "deadlines-seed1").out
    assert shown.strip() == ended.out.strip()
    assert "replications" in ended.err


def test_the_command_says_why_there_is_none(motcua: Caller) -> None:
    """Too few dossiers are no proof, and the table says how many replications would be."""
    ended = motcua("deadlines", MINIMAL, "--replications", 1)

    assert "too few dossiers" in " ".join(ended.out.split())
    assert max(map(len, ended.out.splitlines())) <= 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--promise", "99"], "0.99 is 99 %"),
        (["--procedure", "permt"], "did you mean 'permit'"),
        (["--replications", "0"], "--replications"),
    ],
)
def test_bad_requests(motcua: Caller, tmp_path: Path, arguments: list[str], message: str) -> None:
    """What makes no sense is refused before anything is written."""
    ended = motcua("deadlines", MINIMAL, *arguments)

    assert ended.code == 2
    assert message in ended.err
    assert not (tmp_path / "results").exists()

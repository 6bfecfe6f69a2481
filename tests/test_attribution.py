"""Where the legal time of late dossiers went."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings

from simulation.attribution import AT_DESKS, ELSEWHERE, attribute
from simulation.journal.itinerary import anchors_s
from simulation.ledger import make_ledger
from simulation.semantics import Clock, DeadlineKind, Ends, Kind, Outcome
from simulation.units import DAY_S, HOUR_S, NEVER, WORKING_DAY_S
from tests.naive import spans_of
from tests.naive_legal import Seconds
from tests.offices import (
    always,
    delay,
    departure,
    dossier,
    fork,
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
    from simulation.attribution import Attribution
    from simulation.engines import Engine
    from simulation.journal import Record
    from simulation.ledger import Ledger
    from tests.offices import Step
    from tests.small_offices import Office, Team

AT_ONCE = (DeadlineKind.HOURS, 0)
"""Due on acceptance, so whatever takes time is late."""
ACCEPTED = delay(0, clock=Clock.STARTS)


def split(engine: Engine, place: Office, **cells: Any) -> Attribution:
    """Where the late time of an office went."""
    record = record_of(engine, place, **cells)
    return attribute(record, make_ledger(record))


def parts(engine: Engine, *steps: Step, teams: tuple[Team, ...] = (), **more: Any) -> Counter[str]:
    """Legal seconds by part of a dossier that is accepted at 0, due at once, and does steps."""
    found = split(engine, office(dossier(0, ACCEPTED, *steps, due=AT_ONCE), teams=teams, **more))
    return seconds_of(found, 0)


def seconds_of(found: Attribution, late: int) -> Counter[str]:
    """Seconds of a late dossier by part, with the desk where there is one; no zeros."""
    seconds = dict(zip(ELSEWHERE, found.elsewhere_s[late].tolist(), strict=True))
    for kind, at_desks in zip(AT_DESKS, found.at_desks_s[late].tolist(), strict=True):
        seconds |= {f"{kind}.{desk}": s for desk, s in zip(found.desks, at_desks, strict=True)}
    return Counter({part: s for part, s in seconds.items() if s})


def test_waiting_is_queue_while_somebody_is_there_and_off_shift_else(engine: Engine) -> None:
    """Another dossier comes first, until 60; the shift ends at 80, and the next one is at 1000."""
    shift = [(0, 80), (1000, 1500)]
    place = office(
        dossier(0, work(60)),
        dossier(0, ACCEPTED, work(40), due=AT_ONCE),
        teams=[team(shift)],
    )
    assert seconds_of(split(engine, place), 0) == {
        "queue.desk-0": 60,
        "work.desk-0": 40,
        "off_shift.desk-0": 920,
    }


def test_work_that_may_not_be_interrupted_is_work_throughout(engine: Engine) -> None:
    """It goes on when the shift has ended."""
    seconds = parts(engine, work(200, interruptible=False), teams=(team([(0, 80)]),))
    assert seconds == {"work.desk-0": 200}


def test_each_piece_counts_for_its_person(engine: Engine) -> None:
    """50 s by the first, a night without anybody, the rest by the second."""
    teams = (team([(0, 50)], [(1000, 2000)]),)
    seconds = parts(engine, work(80), teams=teams, handover_after_s=0)
    assert seconds == {"work.desk-0": 80, "off_shift.desk-0": 950}


def test_away_from_desks_time_goes_to_who_has_the_dossier(engine: Engine) -> None:
    """A courier at 100, another agency for 50 s, and the applicant for 70 s."""
    seconds = parts(
        engine,
        departure(),
        delay(50),
        delay(70, clock=Clock.PAUSES),
        timetables=((100,),),
    )
    assert seconds == {"courier": 100, "external": 50, "applicant": 70}


def test_until_the_due_date_a_dossier_is_held(engine: Engine) -> None:
    """Held until 30 s before the due instant at 3600, then out for two hours."""
    due = (DeadlineKind.HOURS, HOUR_S)
    anchored = delay(2 * HOUR_S, from_due=True, offset_s=-30)
    found = split(engine, office(dossier(0, ACCEPTED, anchored, due=due), teams=[]))
    assert seconds_of(found, 0) == {"held": HOUR_S - 30, "external": 2 * HOUR_S}


def test_between_attempts_it_is_the_applicant_who_is_awaited(engine: Engine) -> None:
    """Waits 50 s in vain, is away for 100 s, and is served at once, or never comes again."""
    step = with_attempts(in_person(60), (50, 100), (50, 100))
    served = parts(engine, step, teams=(team([(140, 900)]),))
    assert served == {"off_shift.desk-0": 50, "applicant": 100, "work.desk-0": 60}
    returns = parts(engine, with_attempts(in_person(60), (50, 4 * DAY_S), (50, 100)))
    assert returns == {"off_shift.desk-0": 50, "applicant": 3 * DAY_S - 50}


def test_who_gives_up_for_good_is_not_late(engine: Engine) -> None:
    """The dossier is withdrawn with it, however long ago it was due."""
    step = with_attempts(in_person(60), (50, 100), (50, 100))
    found = split(engine, office(dossier(0, ACCEPTED, delay(70), step, due=AT_ONCE), teams=[]))
    assert found.dossier.tolist() == []


def test_while_the_hall_is_closed_nobody_is_awaited(engine: Engine) -> None:
    """From 10 to 200 nobody can join: that is the office's time, at the desk that comes next."""
    seconds = parts(
        engine,
        delay(10),
        in_person(60),
        teams=(team(always),),
        calendars=(always, [(200, 900)]),
        halls=(hall(calendar=1),),
    )
    assert seconds == {"external": 10, "off_shift.desk-0": 190, "work.desk-0": 60}


def test_what_is_carried_in_may_find_the_hall_closed(engine: Engine) -> None:
    """Its first visit joins when the hall opens, 100 s into the period; before that is before."""
    backlog = dossier(DAY_S, in_person(60), due=AT_ONCE, accepted_s=0)
    place = office(
        backlog,
        teams=[team(always)],
        start_s=DAY_S,
        calendars=(always, [(DAY_S + 100, DAY_S + 900)]),
        halls=(hall(calendar=1),),
    )
    expected = {"before": DAY_S, "off_shift.desk-0": 100, "work.desk-0": 60}
    assert seconds_of(split(engine, place), 0) == expected


@pytest.mark.parametrize("slower", [1, 2])
def test_after_a_fork_the_branch_that_joined_last_counts(engine: Engine, slower: int) -> None:
    """The other branch did not hold the dossier up."""
    lengths = {slower: 100, 3 - slower: 40}
    seconds = parts(
        engine,
        *fork([delay(lengths[1])], [departure()]),
        timetables=((lengths[2],),),
    )
    assert seconds == {"external" if slower == 1 else "courier": 100}


def test_a_branch_that_has_not_ended_counts_before_those_that_have(engine: Engine) -> None:
    """The dossier waits for it when the period ends."""
    seconds = parts(engine, *fork([delay(40)], [delay(10), departure()]), timetables=((),))
    assert seconds == {"external": 10, "courier": 3 * DAY_S - 10}


def test_only_legal_time_counts(engine: Engine) -> None:
    """Of a delay from 0 to 500, only the 100 legal seconds."""
    seconds = parts(engine, delay(500), calendars=([(200, 300)],))
    assert seconds == {"external": 100}


def test_a_restart_forgets_what_was_before(engine: Engine) -> None:
    """The time before the supplement, and the supplement, are none of the new deadline's."""
    due = (DeadlineKind.HOURS, 100)
    steps = ACCEPTED, delay(50), delay(70, clock=Clock.PAUSES), delay(300)
    place = office(dossier(0, *steps, due=due, restarts=True), teams=[])
    assert seconds_of(split(engine, place), 0) == {"external": 300}


def test_what_is_carried_in_has_a_time_before(engine: Engine) -> None:
    """Accepted a day before the period; what happened then is not known."""
    backlog = dossier(DAY_S, delay(60), due=AT_ONCE, accepted_s=0)
    found = split(engine, office(backlog, teams=[], start_s=DAY_S))
    assert seconds_of(found, 0) == {"before": DAY_S, "external": 60}


def test_time_after_resolution_does_not_count(engine: Engine) -> None:
    """Collecting the result is not the centre's time."""
    seconds = parts(engine, delay(60, clock=Clock.STOPS), delay(500))
    assert seconds == {"external": 60}


def test_only_late_dossiers_are_looked_at(engine: Engine) -> None:
    """Not those in time, and not those that are refused or withdrawn."""
    steps = ACCEPTED, delay(60)
    place = office(
        dossier(0, *steps),
        dossier(0, *steps, due=AT_ONCE),
        dossier(0, ACCEPTED, delay(60, ends=Ends.REFUSED), due=AT_ONCE),
        teams=[],
    )
    assert split(engine, place).dossier.tolist() == [1]


SHARED = office(
    dossier(0, ACCEPTED, work(100, desk=0), work(300, desk=1), due=AT_ONCE),
    dossier(0, ACCEPTED, work(200, desk=0), delay(200), due=AT_ONCE),
    teams=[team(always, always, desks=(0, 1))],
)
"""Desk 0 serves both dossiers at once, desk 1 only the first."""


def test_a_field_has_the_desks_that_serve_no_other(engine: Engine) -> None:
    """Three quarters of field a's time are at its own desk; field b has none, field c no time."""
    found = split(engine, SHARED, fields=("a", "b", "c"), field=[0, 1])
    assert found.at_own_desks("a") == 0.75
    assert found.at_own_desks("b") == 0
    assert found.at_own_desks("c") is None


def test_shares_are_of_all_late_time(engine: Engine) -> None:
    """By part, by desk, and by field; the measures have all of them by path."""
    found = split(engine, SHARED, fields=("a", "b"), field=[0, 1])
    assert found.shares()["work"] == 0.75
    assert found.shares()["external"] == 0.25
    assert found.by_desk()["work.desk-0"] == 300 / 800
    measures = found.as_measures()
    assert measures["late_time_wd"] == 800 / WORKING_DAY_S
    assert measures["late_time.work"] == 0.75
    assert measures["by_field.b.late_time.external"] == 0.5
    assert measures["by_field.a.late_time_at_own_desks"] == 0.75


def test_without_late_dossiers_there_are_no_shares(engine: Engine) -> None:
    """The paths are the same as ever, the numbers are missing."""
    none = split(engine, office(dossier(0, ACCEPTED, delay(60)), teams=[])).as_measures()
    some = split(engine, office(dossier(0, ACCEPTED, delay(60), due=AT_ONCE), teams=[]))
    assert none.keys() == some.as_measures().keys()
    assert {value for path, value in none.items() if path != "late_time_wd"} == {None}


class NaiveAttribution:
    """The same question second by second."""

    def __init__(self, record: Record, ledger: Ledger) -> None:
        service = record.service
        self.record, self.stop_s = record, ledger.as_of_s
        self.legal = Seconds(spans_of(service.calendars[service.legal]))
        attendance = record.attendance
        self.on_shift = [
            Seconds(
                zip(
                    attendance.begin_s[low:high].tolist(),
                    attendance.end_s[low:high].tolist(),
                    strict=True,
                )
            ).open
            for low, high in zip(attendance.person_ptr[:-1], attendance.person_ptr[1:], strict=True)
        ]

    def parts(self, dossier: int, from_s: int, to_s: int) -> Counter[str]:
        """Legal seconds of a dossier by part."""
        path = self.path(dossier)
        entered_s = self.record.demand.submitted_s[dossier]
        seconds = [s for s in self.legal.open if from_s <= s < to_s]
        return Counter("before" if s < entered_s else self.part(dossier, path, s) for s in seconds)

    def path(self, dossier: int) -> list[int]:
        """Places among the joined visits: the trunk, and of each fork its slowest branch."""
        joined, rows = self.record.joined, self.record.service.rows
        path: list[int] = []
        branches: dict[int, list[int]] = {}
        for at in range(len(joined.visit)):
            if joined.dossier[at] != dossier or joined.ready_s[at] >= self.stop_s:
                continue
            branch = int(rows.branch[joined.row[at]])
            if branch:
                branches.setdefault(branch, []).append(at)
            if joined.kind[at] == Kind.JOIN:
                slowest = sorted(branches, key=lambda b: -self.end_of(branches[b]))
                path += branches[slowest[0]] if slowest else []
                branches = {}
            if not branch:
                path.append(at)
        unfinished = [b for _, b in sorted(branches.items()) if not self.finished(b[-1])]
        return path + (unfinished or [[]])[0]

    def end_of(self, branch: list[int]) -> int:
        """When a branch that is done has ended."""
        return int(self.record.joined.ended_s[branch[-1]])

    def finished(self, at: int) -> bool:
        """Whether a visit in a branch is done, and the last of the branch."""
        joined, demand = self.record.joined, self.record.demand
        following = self.record.service.rows.branch[demand.row[joined.visit[at] + 1]]
        mine = self.record.service.rows.branch[joined.row[at]]
        return bool(NEVER < joined.ended_s[at] < self.stop_s and following != mine)

    def part(self, dossier: int, path: list[int], s: int) -> str:
        """Where the dossier is in a second."""
        joined, service = self.record.joined, self.record.service
        begun = [place for place in path if joined.ready_s[place] <= s]
        if not begun or NEVER < joined.ended_s[begun[-1]] <= s:
            return self.between(dossier, begun)
        at = begun[-1]
        kind, desk = joined.kind[at], int(joined.desk[at])
        if kind == Kind.DEPARTURE:
            return "courier"
        if kind == Kind.DELAY:
            if service.rows.clock[joined.row[at]] & Clock.PAUSES:
                return "applicant"
            anchor_s = anchors_s(self.record, np.array([at]))[0]
            return "held" if s < anchor_s else "external"
        served_by = self.server(at, s)
        if served_by is None:
            serve = [p for p, t in enumerate(service.person_team) if desk in service.teams[t].desks]
            manned = any(s in self.on_shift[person] for person in serve)
            return f"{'queue' if manned else 'off_shift'}.desk-{desk}"
        rests = service.rows.interruptible[joined.row[at]] and s not in self.on_shift[served_by]
        return f"{'off_shift' if rests else 'work'}.desk-{desk}"

    def between(self, dossier: int, begun: list[int]) -> str:
        """The applicant is away, or the next visit waits for its hall to open."""
        joined, demand = self.record.joined, self.record.demand
        visit = int(demand.visit_ptr[dossier])
        if begun:
            if joined.outcome[begun[-1]] != Outcome.DONE:
                return "applicant"
            visit = int(joined.visit[begun[-1]]) + 1
        while demand.attempt[visit]:
            visit += 1
        return f"off_shift.desk-{self.record.service.rows.desk[demand.row[visit]]}"

    def server(self, at: int, s: int) -> int | None:
        """Who has a visit in a second."""
        joined, pieces = self.record.joined, self.record.journal.pieces
        stints = [
            (int(pieces.person[k]), int(pieces.started_s[k]), int(pieces.ended_s[k]))
            for k in range(len(pieces.visit))
            if pieces.visit[k] == joined.visit[at]
        ] or [(int(joined.person[at]), int(joined.started_s[at]), int(joined.ended_s[at]))]
        has = [p for p, b, e in stints if NEVER < b <= s and (e == NEVER or s < e)]
        return has[0] if has else None


@settings(max_examples=120)
@given(offices())
def test_every_part_is_that_of_the_naive_attribution(engine: Engine, small: Office) -> None:
    """Second by second, whatever small office is drawn."""
    record = record_of(engine, small)
    ledger = make_ledger(record)
    found, naive = attribute(record, ledger), NaiveAttribution(record, ledger)
    for number, late in enumerate(found.dossier.tolist()):
        from_s, to_s = int(ledger.counted_s[late]), int(ledger.resolved_s[late])
        expected = naive.parts(late, from_s, ledger.as_of_s if to_s == NEVER else to_s)
        assert seconds_of(found, number) == expected

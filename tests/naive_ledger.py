"""The ledger one dossier at a time, from what docs/data-model.md says of its columns."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from simulation.legal import Class
from simulation.semantics import Clock, Ends, Outcome
from simulation.units import FAR, NEVER
from tests.naive import spans_of
from tests.naive_legal import Law, Seconds, date_of

if TYPE_CHECKING:
    from simulation.journal import Record


@dataclass
class Entry:
    """One dossier; the fields are the ledger's columns."""

    submitted_s: int = NEVER
    accepted_s: int = NEVER
    due_s: int = NEVER
    counted_s: int = NEVER
    resolved_s: int = NEVER
    returned_s: int = NEVER
    lost_s: int = NEVER
    outcome: int = Ends.NO
    klass: int = Class.NONE
    paused: bool = False
    paused_s: int = 0
    visits_in_person: int = 0
    carried_in: bool = False


class NaiveLedger:
    """What has become of each dossier by an instant."""

    def __init__(self, record: Record, as_of_s: int) -> None:
        service = record.service
        self.record = record
        self.as_of_s = as_of_s
        self.legal = Seconds(spans_of(service.calendars[service.legal]))
        self.law = Law(self.legal, service.cutoff_s)

    def columns(self) -> dict[str, list[Any]]:
        """All dossiers, column by column."""
        entries = [asdict(self.entry(d)) for d in range(self.record.demand.dossiers)]
        return {name: [entry[name] for entry in entries] for name in asdict(Entry())}

    def entry(self, dossier: int) -> Entry:
        """One dossier."""
        demand, t = self.record.demand, self.as_of_s
        visits = range(demand.visit_ptr[dossier], demand.visit_ptr[dossier + 1])
        entry = Entry()
        if demand.submitted_s[dossier] < t:
            entry.submitted_s = int(demand.submitted_s[dossier])
        done = sorted((self.ended(v), v) for v in visits if self.done(v))
        entry.accepted_s = self.accepted(dossier, done)
        if not visits:
            entry.returned_s = entry.submitted_s
        elif any(self.row(v) == self.row(visits[-1]) for _, v in done):
            entry.returned_s = done[-1][0]
        entry.resolved_s = self.resolved(dossier, entry, visits, done)
        if entry.resolved_s != NEVER:
            ends = self.record.service.rows.ends[self.row(visits[-1])] if visits else Ends.NO
            entry.outcome = int(ends) or Ends.RESOLVED
        entry.visits_in_person = self.trips(visits)
        for visit in visits:
            if self.gone_for_good(visit):
                entry.lost_s = self.ended(visit)
        if entry.accepted_s != NEVER and entry.resolved_s == NEVER:
            entry.resolved_s = entry.lost_s
            entry.outcome = Ends.NO if entry.lost_s == NEVER else Ends.WITHDRAWN
        if entry.accepted_s != NEVER:
            self.judge(dossier, entry, visits, done)
        return entry

    def judge(self, dossier: int, entry: Entry, visits: range, done: list[tuple[int, int]]) -> None:
        """All that only a received dossier has."""
        start_s = self.record.service.horizon.start_s
        kind = self.deadline(dossier)[0]
        before = entry.accepted_s < start_s or self.record.demand.accepted_s[dossier] != NEVER
        over = entry.resolved_s != NEVER
        entry.carried_in = before and not (over and entry.resolved_s < start_s)
        until_s = entry.resolved_s if over else self.as_of_s
        self.turn(dossier, entry, [(at, v) for at, v in done if at <= until_s])
        asked_s = NEVER
        demand = self.record.demand
        if demand.paused_s[dossier]:
            entered_s = min(int(demand.submitted_s[dossier]), self.as_of_s)
            before_s = self.legal.measure(entry.accepted_s, entered_s)
            entry.paused_s = min(int(demand.paused_s[dossier]), before_s)
        for visit in visits:
            begin_s = self.ready(visit)
            if self.flag(visit, Clock.PAUSES) and NEVER < begin_s < self.as_of_s:
                end_s = self.ended(visit) if self.done(visit) else until_s
                begin_s = max(begin_s, entry.accepted_s)
                entry.paused_s += self.legal.measure(begin_s, min(end_s, until_s))
                if not over and not self.done(visit):
                    entry.paused, asked_s = True, self.ready(visit)
        if over and self.law.expired(kind, entry.due_s, entry.resolved_s):
            entry.klass = Class.LATE
        elif over:
            early = entry.due_s != FAR and date_of(entry.resolved_s) < date_of(entry.due_s)
            entry.klass = Class.EARLY if early else Class.ON_TIME
        else:
            at_s = asked_s if entry.paused else self.as_of_s
            late = self.law.expired(kind, entry.due_s, at_s)
            entry.klass = Class.OVERDUE if late else Class.IN_TERM

    def turn(self, dossier: int, entry: Entry, done: list[tuple[int, int]]) -> None:
        """Let each visit do to the clock what it does, in order of time."""
        kind, amount, restarts = self.deadline(dossier)
        accepted_s = int(self.record.demand.accepted_s[dossier])
        due_s, counted_s = FAR, NEVER
        if accepted_s != NEVER:
            due_s, counted_s = self.law.due(kind, amount, accepted_s), accepted_s
            due_s = self.law.extend(kind, due_s, int(self.record.demand.paused_s[dossier]))
        for at_s, visit in done:
            if self.flag(visit, Clock.PAUSES) and counted_s != NEVER:
                from_s = self.ready(visit)
                if restarts and not self.law.expired(kind, due_s, from_s):
                    counted_s = at_s
                due_s = self.law.after_supplement(
                    kind, amount, due_s, (from_s, at_s), restarts=restarts
                )
            if self.flag(visit, Clock.STARTS):
                due_s, counted_s = self.law.due(kind, amount, at_s), at_s
        entry.due_s, entry.counted_s = due_s, counted_s

    def accepted(self, dossier: int, done: list[tuple[int, int]]) -> int:
        """The first time that the clock started."""
        before_s = int(self.record.demand.accepted_s[dossier])
        if NEVER < before_s < self.as_of_s:
            return before_s
        return next((at_s for at_s, v in done if self.flag(v, Clock.STARTS)), NEVER)

    def resolved(
        self, dossier: int, entry: Entry, visits: range, done: list[tuple[int, int]]
    ) -> int:
        """When the clock stopped; a stop that stands before the start stops nothing."""
        starting = [self.row(v) for v in visits if self.flag(v, Clock.STARTS)]
        if self.record.demand.accepted_s[dossier] != NEVER:
            starting = [0]
        stops = [
            v
            for v in visits
            if self.flag(v, Clock.STOPS) and starting and self.row(v) >= min(starting)
        ]
        if not stops or entry.accepted_s == NEVER:
            return entry.returned_s
        stopped = [at_s for at_s, v in done if v in stops]
        return max(stopped[0], entry.accepted_s) if stopped else NEVER

    def trips(self, visits: range) -> int:
        """Trips to the centre; who stays for the next thing makes no other trip."""
        trips, left_s = 0, NEVER
        for visit in visits:
            hall = self.record.service.rows.hall[self.row(visit)]
            if hall >= 0 and NEVER < self.ready(visit) < self.as_of_s:
                trips += self.ready(visit) != left_s or left_s == NEVER
                left_s = self.ended(visit)
        return trips

    def gone_for_good(self, visit: int) -> bool:
        """Whether an applicant has left and cannot or will not come back."""
        journal, demand = self.record.journal, self.record.demand
        if journal.outcome[visit] <= Outcome.DONE or self.ended(visit) >= self.as_of_s:
            return False
        if visit + 1 == demand.visits or demand.attempt[visit + 1] == 0:
            return True
        hall = self.record.service.halls[self.record.service.rows.hall[self.row(visit)]]
        hours = Seconds(spans_of(self.record.service.calendars[hall.calendar]))
        back_s = self.ended(visit) + int(demand.return_s[visit])
        if hall.return_working:
            back_s = hours.add(self.ended(visit), int(demand.return_s[visit]))
        return back_s == NEVER or hours.next_open(back_s) == NEVER

    def deadline(self, dossier: int) -> tuple[int, int, bool]:
        """Kind, amount and policy of a dossier."""
        cells, cell = self.record.service.cells, self.record.demand.cell[dossier]
        return (
            int(cells.deadline_kind[cell]),
            int(cells.deadline_amount[cell]),
            bool(cells.restarts[cell]),
        )

    def row(self, visit: int) -> int:
        """Template row of a visit."""
        return int(self.record.demand.row[visit])

    def ready(self, visit: int) -> int:
        """When a visit joined."""
        return int(self.record.journal.ready_s[visit])

    def ended(self, visit: int) -> int:
        """When a visit ended."""
        return int(self.record.journal.ended_s[visit])

    def done(self, visit: int) -> bool:
        """Whether a visit had been done by the instant."""
        is_done = self.record.journal.outcome[visit] == Outcome.DONE
        return bool(is_done) and self.ended(visit) < self.as_of_s

    def flag(self, visit: int, flag: Clock) -> bool:
        """What a visit does to the clock."""
        return bool(self.record.service.rows.clock[self.row(visit)] & flag)

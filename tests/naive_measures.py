"""The measures one dossier, visit and person at a time, from what docs/data-model.md says of them.

Nothing is clever here: every number is counted in a loop of its own over the journal and the
ledger, for every part of the centre anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.legal import Class
from simulation.measures.people import DAYS_PER_MONTH
from simulation.semantics import DeadlineKind, Ends, Outcome
from simulation.units import DAY_S, HOUR_S, MINUTE_S, NEVER, WORKING_DAY_S
from tests.naive import spans_of
from tests.naive_legal import Seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulation.journal import Record
    from simulation.ledger import Ledger

    Number = int | float | None


class Stint(NamedTuple):
    """Somebody's time with a visit; ``end_s`` NEVER: still at it."""

    person: int
    begin_s: int
    end_s: int


class NaiveMeasures:
    """The measures of a period."""

    def __init__(self, record: Record, ledger: Ledger) -> None:
        service = record.service
        self.record = record
        self.service = service
        self.start_s, self.stop_s = service.horizon.start_s, ledger.as_of_s
        self.legal = Seconds(spans_of(service.calendars[service.legal]))
        self.book = {
            name: column.tolist()
            for name, column in vars(ledger).items()
            if name != "as_of_s" and len(column) == record.demand.dossiers
        }

    def values(self) -> dict[str, Number]:
        """All measures by path."""
        found: dict[str, Number] = {}
        for head, belongs in self.parts():
            dossiers = [d for d in range(self.record.demand.dossiers) if belongs(d)]
            named = self.of_dossiers(dossiers) | self.of_visits(dossiers)
            found |= {head + name: value for name, value in named.items()}
        return found | self.of_people(found["resolved"]) | self.of_desks() | self.of_steps()

    def series(self) -> dict[str, list[int]]:
        """Open dossiers at the end of each day by path."""
        ends_s = [*range(self.start_s + DAY_S, self.stop_s, DAY_S), self.stop_s]
        return {
            f"{head}backlog": [
                sum(
                    belongs(d) and self.is_open(d, end_s)
                    for d in range(self.record.demand.dossiers)
                )
                for end_s in ends_s
            ]
            for head, belongs in self.parts()
        }

    def parts(self) -> Iterator[tuple[str, Callable[[int], bool]]]:
        """Head of the paths of each part of the centre, and whether a dossier belongs to it."""
        names, cells = self.service.names, self.service.cells
        yield "", lambda _: True
        for kind, ids, part in (
            ("channel", names.channels, cells.channel),
            ("field", names.fields, cells.field),
            ("group", names.groups, cells.group),
            ("procedure", names.procedures, cells.procedure),
        ):
            of_dossier = part[self.record.demand.cell].tolist()
            for number, name in enumerate(ids):
                members = {d for d, its_part in enumerate(of_dossier) if its_part == number}
                yield f"by_{kind}.{name}.", members.__contains__

    # Dossiers

    def of_dossiers(self, dossiers: list[int]) -> dict[str, Number]:
        """What is counted of dossiers."""
        book = self.book

        def number(counts: Callable[[int], bool]) -> int:
            return sum(1 for d in dossiers if counts(d))

        def ended(d: int, *classes: Class) -> bool:
            return self.resolved(d) and self.official(d) in classes

        def lasts(d: int, *classes: Class) -> bool:
            return self.received(d) and not self.ever_resolved(d) and self.official(d) in classes

        def unreceived(d: int, column: str) -> bool:
            return not self.received(d) and self.within(book[column][d])

        resolved = number(self.resolved)
        on_time = number(lambda d: ended(d, Class.EARLY, Class.ON_TIME))
        due, kept = number(self.strictly_due), number(self.strictly_on_time)
        cycles_s = [
            self.legal.measure(book["accepted_s"][d], book["resolved_s"][d])
            for d in dossiers
            if self.resolved(d)
        ]
        paused_s = [book["paused_s"][d] for d in dossiers if self.resolved(d)]
        kind = self.service.cells.deadline_kind
        cell = self.record.demand.cell
        return {
            "submitted": number(self.submitted),
            "received": number(
                lambda d: self.within(book["accepted_s"][d]) and not book["carried_in"][d]
            ),
            "carried_in": number(lambda d: book["carried_in"][d]),
            "resolved": resolved,
            "early": number(lambda d: ended(d, Class.EARLY)),
            "on_due_date": number(lambda d: ended(d, Class.ON_TIME)),
            "late": number(lambda d: ended(d, Class.LATE)),
            "on_time": on_time,
            "on_time_official": share(on_time, resolved),
            "strict_due": due,
            "strict_on_time": kept,
            "on_time_strict": share(kept, due),
            "refused": number(lambda d: self.resolved(d) and book["outcome"][d] == Ends.REFUSED),
            "withdrawn": number(
                lambda d: self.resolved(d) and book["outcome"][d] == Ends.WITHDRAWN
            ),
            "on_the_spot": number(
                lambda d: self.resolved(d) and kind[cell[d]] == DeadlineKind.ON_THE_SPOT
            ),
            "returned": number(lambda d: self.received(d) and self.within(book["returned_s"][d])),
            "lost": number(lambda d: unreceived(d, "lost_s")),
            "ended_unreceived": number(lambda d: unreceived(d, "resolved_s")),
            "in_reception_at_end": number(self.in_reception),
            "open_at_end": number(lambda d: self.is_open(d, self.stop_s)),
            "in_term_open": number(lambda d: lasts(d, Class.IN_TERM)),
            "overdue_open": number(lambda d: lasts(d, Class.OVERDUE)),
            "paused_at_end": number(lambda d: book["paused"][d]),
            "apologies": number(lambda d: ended(d, Class.LATE) or lasts(d, Class.OVERDUE)),
            "cycle_mean_wd": share(sum(cycles_s), resolved * WORKING_DAY_S),
            "cycle_net_wd": share(sum(cycles_s) - sum(paused_s), resolved * WORKING_DAY_S),
        }

    def within(self, instant_s: int) -> bool:
        """Whether something happened in the period."""
        return instant_s != NEVER and self.start_s <= instant_s < self.stop_s

    def received(self, d: int) -> bool:
        """Whether a dossier has been received."""
        return bool(self.book["accepted_s"][d] != NEVER)

    def ever_resolved(self, d: int) -> bool:
        """Whether it has been resolved, in the period or before."""
        return bool(self.book["resolved_s"][d] != NEVER)

    def resolved(self, d: int) -> bool:
        """Whether it was received, and resolved in the period."""
        return self.received(d) and self.within(self.book["resolved_s"][d])

    def submitted(self, d: int) -> bool:
        """Whether it entered in the period, not carried in by a backlog."""
        demand = self.record.demand
        return bool(demand.accepted_s[d] == NEVER) and self.within(int(demand.submitted_s[d]))

    def is_open(self, d: int, end_s: int) -> bool:
        """Whether it had been received before an instant, and not resolved before it."""
        accepted_s, resolved_s = self.book["accepted_s"][d], self.book["resolved_s"][d]
        return bool(NEVER < accepted_s < end_s and not NEVER < resolved_s < end_s)

    def in_reception(self, d: int) -> bool:
        """Whether it has entered, and is neither received nor gone."""
        gone = self.book["lost_s"][d] != NEVER or self.ever_resolved(d)
        return self.book["submitted_s"][d] != NEVER and not self.received(d) and not gone

    def dropped(self, d: int) -> bool:
        """Whether it was refused or withdrawn."""
        return self.book["outcome"][d] in {Ends.REFUSED, Ends.WITHDRAWN}

    def official(self, d: int) -> int:
        """Its class on the form."""
        return Class.ON_TIME if self.dropped(d) else int(self.book["klass"][d])

    def strictly_due(self, d: int) -> bool:
        """Whether it is in the cohort of the strict rate."""
        moves = self.book["paused"][d] and self.book["klass"][d] == Class.IN_TERM
        return self.within(self.book["due_s"][d]) and not self.dropped(d) and not moves

    def strictly_on_time(self, d: int) -> bool:
        """Whether it is in the cohort, and was resolved by its due date."""
        return self.strictly_due(d) and self.book["klass"][d] in {Class.EARLY, Class.ON_TIME}

    # Visits

    def of_visits(self, dossiers: list[int]) -> dict[str, Number]:
        """What is counted of attempts in person."""
        trips, waits_s = 0, list[int]()
        left = dict.fromkeys(Outcome, 0)
        for d in dossiers:
            gone_s = NEVER
            for v in self.visits(d):
                if self.row(v, "hall") < 0 or self.cell(v, "ready_s") == NEVER:
                    continue
                ready_s, ended_s = self.cell(v, "ready_s"), self.cell(v, "ended_s")
                trips += self.within(ready_s) and (gone_s == NEVER or ready_s != gone_s)
                gone_s = ended_s
                left[Outcome(self.cell(v, "outcome"))] += self.within(ended_s)
                if self.within(ready_s) and self.within(self.cell(v, "started_s")):
                    waits_s.append(self.cell(v, "started_s") - ready_s)
        waits_s.sort()
        at_most = {
            minutes: sum(wait_s <= minutes * MINUTE_S for wait_s in waits_s) for minutes in (15, 30)
        }
        return {
            "visits": trips,
            "abandonments": left[Outcome.ABANDONED],
            "turned_away": sum(left[o] for o in (Outcome.CLOSED, Outcome.FULL, Outcome.NO_TICKET)),
            "counter_waits": len(waits_s),
            "counter_wait_mean_min": share(sum(waits_s), len(waits_s) * MINUTE_S),
            "counter_wait_p50_min": quantile_min(waits_s, 0.5),
            "counter_wait_p90_min": quantile_min(waits_s, 0.9),
            "counter_waits_within_15_min": at_most[15],
            "counter_waits_within_30_min": at_most[30],
            "counter_wait_within_15_min": share(at_most[15], len(waits_s)),
            "counter_wait_within_30_min": share(at_most[30], len(waits_s)),
        }

    def visits(self, d: int) -> range:
        """The visits of a dossier."""
        visit_ptr = self.record.demand.visit_ptr
        return range(int(visit_ptr[d]), int(visit_ptr[d + 1]))

    def cell(self, visit: int, column: str) -> int:
        """What the journal says of a visit."""
        return int(getattr(self.record.journal, column)[visit])

    def row(self, visit: int, column: str) -> Any:
        """What the plan says of a visit."""
        return getattr(self.service.rows, column)[self.record.demand.row[visit]]

    # People

    def of_people(self, resolved: Number) -> dict[str, Number]:
        """How busy the teams were."""
        found: dict[str, Number] = {}
        worked_s = over_s = present_s = 0
        employed = paid = 0.0
        days = range(self.start_s // DAY_S, -(-self.stop_s // DAY_S))
        for number, team in enumerate(self.service.teams):
            members = [p for p, t in enumerate(self.service.person_team) if t == number]
            spans = {p: self.spans(p) for p in members}
            there_s = sum(self.common_s(*span) for p in members for span in spans[p])
            on_shift_s = overtime_s = 0
            for visit in range(self.record.demand.visits):
                for stint in self.stints(visit):
                    if stint.person in spans:
                        end_s = self.stop_s if stint.end_s == NEVER else stint.end_s
                        on_s = sum(
                            self.common_s(max(begin, stint.begin_s), min(end, end_s))
                            for begin, end in spans[stint.person]
                        )
                        on_shift_s += on_s
                        if not self.row(visit, "interruptible"):
                            overtime_s += self.common_s(stint.begin_s, end_s) - on_s
            done = sum(
                self.cell(v, "outcome") == Outcome.DONE
                and self.within(self.cell(v, "ended_s"))
                and self.cell(v, "person") in members
                for v in range(self.record.demand.visits)
            )
            people = sum(int(team.staff[day]) for day in days) / len(days)
            cost = people * len(days) / DAYS_PER_MONTH * team.pay
            found |= {
                f"teams.{team.id}.utilisation": share(on_shift_s, there_s),
                f"teams.{team.id}.busy_h": (on_shift_s + overtime_s) / HOUR_S,
                f"teams.{team.id}.present_h": there_s / HOUR_S,
                f"teams.{team.id}.overtime_h": overtime_s / HOUR_S,
                f"teams.{team.id}.people": people,
                f"teams.{team.id}.done": done,
                f"teams.{team.id}.done_per_person": share(done, people),
                f"teams.{team.id}.cost": cost,
            }
            worked_s, over_s = worked_s + on_shift_s, over_s + overtime_s
            present_s, employed, paid = present_s + there_s, employed + people, paid + cost
        return found | {
            "utilisation": share(worked_s, present_s),
            "overtime_h": over_s / HOUR_S,
            "people": employed,
            "dossiers_per_person": share(resolved or 0, employed),
            "cost": paid,
        }

    def spans(self, person: int) -> list[tuple[int, int]]:
        """When somebody was there."""
        attendance = self.record.attendance
        low, high = attendance.person_ptr[person : person + 2].tolist()
        begin_s, end_s = attendance.begin_s[low:high], attendance.end_s[low:high]
        return list(zip(begin_s.tolist(), end_s.tolist(), strict=True))

    def common_s(self, begin_s: int, end_s: int) -> int:
        """Seconds of a time that lie in the period."""
        return max(0, min(end_s, self.stop_s) - max(begin_s, self.start_s))

    def stints(self, visit: int) -> list[Stint]:
        """Who had a visit, in order of time."""
        pieces = self.record.journal.pieces
        found = [
            Stint(int(pieces.person[k]), int(pieces.started_s[k]), int(pieces.ended_s[k]))
            for k in range(len(pieces.visit))
            if pieces.visit[k] == visit
        ]
        if not found and self.cell(visit, "person") >= 0:
            columns = ("person", "started_s", "ended_s")
            found = [Stint(*(self.cell(visit, column) for column in columns))]
        return sorted(found, key=lambda stint: stint.begin_s)

    # Desks and steps

    def of_desks(self) -> dict[str, Number]:
        """Queues and waits."""
        found: dict[str, Number] = {}
        for number, name in enumerate(self.service.names.desks):
            waits_s, waited_s = list[int](), 0
            for visit in range(self.record.demand.visits):
                if self.row(visit, "desk") == number and self.cell(visit, "ready_s") != NEVER:
                    ready_s, started_s = self.cell(visit, "ready_s"), self.cell(visit, "started_s")
                    if self.within(ready_s) and self.within(started_s):
                        waits_s.append(started_s - ready_s)
                    waited_s += sum(self.common_s(*wait) for wait in self.waits(visit))
            found[f"desks.{name}.waits"] = len(waits_s)
            found[f"desks.{name}.wait_mean_min"] = share(sum(waits_s), len(waits_s) * MINUTE_S)
            found[f"desks.{name}.queue_mean"] = share(waited_s, self.stop_s - self.start_s)
        return found

    def waits(self, visit: int) -> Iterator[tuple[int, int]]:
        """From when to when a visit waited at its desk."""
        since_s, ended_s = self.cell(visit, "ready_s"), self.cell(visit, "ended_s")
        for stint in self.stints(visit):
            yield since_s, stint.begin_s
            if stint.end_s in {NEVER, ended_s}:
                return
            since_s = stint.end_s
        yield since_s, self.stop_s if ended_s == NEVER else ended_s

    def of_steps(self) -> dict[str, Number]:
        """How often each step was done."""
        steps = self.service.rows.steps
        found = dict.fromkeys(steps, 0)
        for visit in range(self.record.demand.visits):
            done = self.cell(visit, "outcome") == Outcome.DONE
            if done and self.within(self.cell(visit, "ended_s")):
                found[steps[self.row(visit, "step")]] += 1
        return {f"by_step.{step}.done": count for step, count in found.items()}


def share(part: float, whole: float) -> float | None:
    """A quotient, or None where there is nothing to divide by."""
    return part / whole if whole else None


def quantile_min(sorted_s: list[int], level: float) -> float | None:
    """The value that a share of all lies below, on a line between the two values around it."""
    if not sorted_s:
        return None
    place = level * (len(sorted_s) - 1)
    below = int(place)
    above = min(below + 1, len(sorted_s) - 1)
    value_s = sorted_s[below] + (place - below) * (sorted_s[above] - sorted_s[below])
    return value_s / MINUTE_S

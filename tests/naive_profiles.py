"""The shape of a period one dossier, visit and hour at a time, as docs/summary.md has it.

Nothing is clever here: every number is counted in a loop of its own over journal and ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.legal import Class
from simulation.units import DAY_S, HOUR_S, MINUTE_S, NEVER, WORKING_DAY_S
from tests.naive_measures import NaiveMeasures, quantile_min

if TYPE_CHECKING:
    from collections.abc import Callable

UP_TO_MIN = [0, 5, 10, 15, 20, 30, 45, 60, 90, 120]


class NaiveProfile(NaiveMeasures):
    """The shape of a period."""

    def profile(self) -> dict[str, Any]:
        """All of it."""
        return {
            "weeks": self.weeks(),
            "counter": self.counter(),
            "teams": self.hours(),
            "terms": self.terms(),
        }

    def hour_of_week(self, instant_s: int) -> int:
        """How many hours after Monday's midnight."""
        instant = self.service.horizon.instant(instant_s)
        return 24 * instant.weekday() + instant.hour

    def weeks(self) -> dict[str, list[int]]:
        """Dossiers by week: a new one begins with every Monday."""
        book = self.book
        week_of = [0]
        for midnight_s in range(self.start_s + DAY_S, self.stop_s, DAY_S):
            week_of.append(week_of[-1] + (self.hour_of_week(midnight_s) == 0))

        def number(column: str, counts: Callable[[int], bool]) -> list[int]:
            found = [0] * (week_of[-1] + 1)
            for d in filter(counts, range(self.record.demand.dossiers)):
                found[week_of[(book[column][d] - self.start_s) // DAY_S]] += 1
            return found

        return {
            "received": number(
                "accepted_s",
                lambda d: self.within(book["accepted_s"][d]) and not book["carried_in"][d],
            ),
            "resolved": number("resolved_s", self.resolved),
            "late": number(
                "resolved_s", lambda d: self.resolved(d) and self.official(d) == Class.LATE
            ),
        }

    def counter(self) -> dict[str, Any]:
        """Waits of those served in the period."""
        classes = [0] * (len(UP_TO_MIN) + 1)
        by_hour: list[list[int]] = [[] for _ in range(24)]
        for v in range(self.record.demand.visits):
            if self.row(v, "hall") < 0:
                continue
            ready_s, started_s = self.cell(v, "ready_s"), self.cell(v, "started_s")
            if self.within(ready_s) and self.within(started_s):
                wait_s = started_s - ready_s
                classes[sum(wait_s > minutes * MINUTE_S for minutes in UP_TO_MIN)] += 1
                by_hour[self.hour_of_week(ready_s) % 24].append(wait_s)
        return {
            "classes": classes,
            "served": [len(waits_s) for waits_s in by_hour],
            "mean_min": [
                sum(waits_s) / len(waits_s) / MINUTE_S if waits_s else None for waits_s in by_hour
            ],
            "p90_min": [quantile_min(sorted(waits_s), 0.9) for waits_s in by_hour],
        }

    def hours(self) -> dict[str, dict[str, list[int]]]:
        """Presence and work on shift, hour by hour of every day."""
        members: dict[int, list[int]] = {}
        for person, of_team in enumerate(self.service.person_team):
            members.setdefault(of_team, []).append(person)
        busy: dict[int, list[tuple[int, int]]] = {}
        for visit in range(self.record.demand.visits):
            for stint in self.stints(visit):
                end_s = self.stop_s if stint.end_s == NEVER else stint.end_s
                busy.setdefault(stint.person, []).append((stint.begin_s, end_s))
        found = {}
        for number, team in enumerate(self.service.teams):
            present_s, on_shift_s = [0] * 168, [0] * 168
            for from_s in range(self.start_s, self.stop_s, HOUR_S):
                place, to_s = self.hour_of_week(from_s), from_s + HOUR_S
                for person in members.get(number, []):
                    for begin_s, end_s in self.spans(person):
                        low_s, high_s = max(begin_s, from_s), min(end_s, to_s)
                        present_s[place] += self.common_s(low_s, high_s)
                        on_shift_s[place] += sum(
                            self.common_s(max(low_s, b), min(high_s, e))
                            for b, e in busy.get(person, [])
                        )
            found[team.id] = {"present_s": present_s, "on_shift_s": on_shift_s}
        return found

    def terms(self) -> dict[str, Any]:
        """What dossiers used of their deadlines, by procedure and deadline."""
        cells, cell = self.service.cells, self.record.demand.cell
        columns = cells.procedure, cells.deadline_kind, cells.deadline_amount
        promises = list(zip(*(column.tolist() for column in columns), strict=True))
        used_s: dict[tuple[int, ...], list[int]] = {promise: [] for promise in sorted(promises)}
        for d in range(self.record.demand.dossiers):
            if self.resolved(d) and not self.dropped(d):
                used = self.legal.measure(self.book["counted_s"][d], self.book["resolved_s"][d])
                if not cells.restarts[cell[d]]:
                    used -= self.book["paused_s"][d]
                used_s[promises[cell[d]]].append(used)
        return {
            "number": [len(used) for used in used_s.values()],
            "used_wd": [
                [self.quantile_wd(sorted(used), share) for share in (0.5, 0.9, 0.95, 0.99)]
                for used in used_s.values()
            ],
        }

    @staticmethod
    def quantile_wd(sorted_s: list[int], share: float) -> float | None:
        """A quantile in working days."""
        minutes = quantile_min(sorted_s, share)
        return None if minutes is None else minutes * MINUTE_S / WORKING_DAY_S

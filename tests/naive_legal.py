"""The legal clock day by day and second by second: slow, and so plain that it can be the truth.

`Seconds` is a calendar as the list of its open seconds. It answers like `tests.naive_time`, but
need not walk through the night to do so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.semantics import DeadlineKind
from simulation.units import DAY_S, FAR, NEVER, WORKING_DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterable


class Seconds:
    """The open seconds of a calendar, in order.

    Args of the constructor:
        spans: (begin, end) pairs in seconds, in any order; they may touch, overlap or be empty.
    """

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.open = sorted({second for begin, end in spans for second in range(begin, end)})

    def measure(self, t0: int, t1: int) -> int:
        """Open seconds from t0 up to t1."""
        return len([second for second in self.open if t0 <= second < t1])

    def add(self, t: int, work: int) -> int:
        """The instant after the work-th open second from t on; NEVER if there are fewer."""
        later = [second for second in self.open if second >= t]
        if work == 0:
            return t
        return later[work - 1] + 1 if work <= len(later) else NEVER

    def subtract(self, t: int, work: int) -> int:
        """The work-th open second before t, counted backwards; NEVER if there are fewer."""
        earlier = [second for second in self.open if second < t]
        if work == 0:
            return t
        return earlier[-work] if work <= len(earlier) else NEVER

    def next_open(self, t: int) -> int:
        """The first open second at or after t; NEVER if there is none."""
        return min((second for second in self.open if second >= t), default=NEVER)

    def on_date(self, date: int) -> list[int]:
        """The open seconds of a date."""
        return [second for second in self.open if date_of(second) == date]


class Law:
    """Due instants by the legal calendar.

    Args of the constructor:
        legal: The legal calendar.
        cutoff_s: Second of the day up to which an acceptance counts at once; 86,400: up to the end
            of the date's last legal span.
    """

    def __init__(self, legal: Seconds, cutoff_s: int) -> None:
        self.legal = legal
        self.cutoff_s = cutoff_s

    def clock_start(self, accepted_s: int) -> int:
        """When the clock of a dossier accepted at an instant starts; NEVER beyond the calendar."""
        date = date_of(accepted_s)
        today = self.legal.on_date(date)
        if today:
            closing_s = today[-1] + 1
            last_s = closing_s if self.cutoff_s == DAY_S else date * DAY_S + self.cutoff_s
            if accepted_s <= last_s:
                return accepted_s
        tomorrow_s = (date + 1) * DAY_S
        return self.legal.next_open(tomorrow_s)

    def due(self, kind: int, amount: int, accepted_s: int) -> int:
        """When a dossier accepted at an instant is due; FAR if never."""
        if kind == DeadlineKind.NONE:
            return FAR
        if kind == DeadlineKind.ON_THE_SPOT:
            return last_second(date_of(accepted_s))
        start_s = self.clock_start(accepted_s)
        if start_s == NEVER:
            return FAR
        if kind == DeadlineKind.CALENDAR_DAYS:
            return self.off_rest_days(start_s + amount * DAY_S)
        if kind == DeadlineKind.WORKING_DAYS and amount == 0:
            return last_second(date_of(start_s))
        return never_is_far(self.legal.add(start_s, amount))

    def expired(self, kind: int, due_s: int, t: int) -> bool:
        """Whether t is after expiry: by instant for hours, by date for all else."""
        if kind == DeadlineKind.HOURS:
            return t > due_s
        return date_of(t) > date_of(due_s)

    def after_supplement(
        self, kind: int, amount: int, due_s: int, span_s: tuple[int, int], *, restarts: bool
    ) -> int:
        """When a dossier is due that was due at ``due_s`` before a supplement from … to …."""
        from_s, to_s = span_s
        if due_s == FAR or self.expired(kind, due_s, from_s):
            return due_s
        if restarts:
            return self.due(kind, amount, to_s)
        if kind == DeadlineKind.ON_THE_SPOT:
            return last_second(date_of(to_s))
        if kind == DeadlineKind.CALENDAR_DAYS:
            return self.off_rest_days(due_s + (date_of(to_s) - date_of(from_s)) * DAY_S)
        return never_is_far(self.legal.add(due_s, self.legal.measure(from_s, to_s)))

    def extend(self, kind: int, due_s: int, paused_s: int) -> int:
        """When a dossier is due that had been paused for so long before anything happened."""
        if due_s == FAR or paused_s == 0:
            return due_s
        if kind == DeadlineKind.CALENDAR_DAYS:
            days = (paused_s + WORKING_DAY_S - 1) // WORKING_DAY_S
            return self.off_rest_days(due_s + days * DAY_S)
        moved_s = self.legal.add(due_s, paused_s)
        if kind == DeadlineKind.ON_THE_SPOT and moved_s != NEVER:
            return last_second(date_of(moved_s))
        return never_is_far(moved_s)

    def off_rest_days(self, t: int) -> int:
        """The same time of day on the first date from t's on that has legal hours; else FAR."""
        if not self.legal.open:
            return FAR
        while not self.legal.on_date(date_of(t)):
            if t > self.legal.open[-1]:
                return FAR
            t += DAY_S
        return t


def date_of(t: int) -> int:
    """Number of the date of an instant, from the horizon's first day."""
    return t // DAY_S


def last_second(date: int) -> int:
    """23:59:59 of a date."""
    return date * DAY_S + DAY_S - 1


def never_is_far(t: int) -> int:
    """What cannot be reached is never due."""
    return FAR if t == NEVER else t

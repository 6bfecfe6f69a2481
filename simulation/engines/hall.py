"""The reference engine's halls: where applicants take a ticket, wait, lose patience and leave."""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.engines.parts import Moment, Phase, Visit
from simulation.semantics import Closing, Outcome
from simulation.units import DAY_S, FAR, NEVER
from simulation.worktime import add_one, next_open_one

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import simpy

    from simulation.plan.arrays import HallPlan
    from simulation.worktime import Calendar


class Hall:
    """The applicants of a channel who wait and have not been started, in the order they came.

    Args of the constructor:
        env: The environment.
        plan: The rules of the hall.
        calendar: Its sessions.
        join_queue: What those who are admitted do.
    """

    def __init__(
        self,
        env: simpy.Environment,
        plan: HallPlan,
        calendar: Calendar,
        join_queue: Callable[[Visit], None],
    ) -> None:
        self.env, self.plan, self.calendar, self.join_queue = env, plan, calendar, join_queue
        self.came: list[tuple[Visit, int]] = []
        self.waiting: dict[int, Visit] = {}
        self.counted, self.drawn = NEVER, 0
        env.process(self.close())

    def come(self, visit: Visit, patience_s: int) -> None:
        """An applicant comes; tickets are drawn when all who come at this instant are there."""
        if not self.came:
            Moment(self.env, Phase.ARRIVE, 0, self.admit)
        self.came.append((visit, patience_s))

    def admit(self) -> None:
        """Those who have come draw tickets, in order, and wait."""
        for visit, patience_s in sorted(self.came, key=lambda pair: pair[0].v):
            if self.draw_ticket():
                self.waiting[visit.v] = visit
                self.join_queue(visit)
                if patience_s < FAR:
                    tired = partial(self.leave, visit, Outcome.ABANDONED)
                    Moment(self.env, Phase.PATIENCE_ENDS, patience_s, tired)
            else:
                visit.ends(Outcome.NO_TICKET)
        self.came.clear()
        if 0 <= self.plan.waiting_room < len(self.waiting):
            Moment(self.env, Phase.ROOM_IS_FULL, 0, self.make_room)

    def draw_ticket(self) -> bool:
        """Whether there was a ticket left, of this day's or of the latest session's."""
        now_s = int(self.env.now)
        sessions, day = bisect_right(self.calendar.lists[0], now_s), now_s // DAY_S
        counted = day if self.plan.tickets_per_day else sessions
        if counted != self.counted:
            self.counted, self.drawn = counted, 0
        self.drawn += 1
        return self.plan.tickets < 0 or self.drawn <= self.plan.tickets

    def started(self, visit: Visit) -> None:
        """Somebody has begun to serve an applicant, who from now on stays until served."""
        del self.waiting[visit.v]

    def leave(self, visit: Visit, outcome: Outcome) -> None:
        """An applicant leaves, if still waiting."""
        if self.waiting.pop(visit.v, None) is not None:
            visit.ends(outcome)

    def make_room(self) -> None:
        """The latest leave until the others fit."""
        for visit in list(self.waiting.values())[self.plan.waiting_room :]:
            self.leave(visit, Outcome.FULL)

    def close(self) -> Generator[simpy.Event, Any, None]:
        """At closing everybody leaves who waits."""
        for closing_s in self.closings_s():
            yield Moment(self.env, Phase.SESSION_ENDS, closing_s - int(self.env.now))
            for visit in list(self.waiting.values()):
                self.leave(visit, Outcome.CLOSED)

    def closings_s(self) -> list[int]:
        """The ends of all sessions, or of each day's last, or none."""
        ends = self.calendar.end_s
        last_of_day = np.diff(self.calendar.begin_s // DAY_S, append=NEVER) != 0
        closings = {Closing.NONE: ends[:0], Closing.SESSION: ends, Closing.DAY: ends[last_of_day]}
        closings_s: list[int] = closings[Closing(self.plan.closing)].tolist()
        return closings_s

    def opens_s(self, from_s: int) -> int:
        """The first instant from one on at which the hall is open, or NEVER."""
        return next_open_one(*self.calendar.lists, from_s)

    def back_s(self, return_s: int) -> int:
        """When an applicant comes who leaves now to come back, or NEVER."""
        now_s = int(self.env.now)
        if not self.plan.return_working:
            return self.opens_s(now_s + return_s)
        earliest_s = add_one(*self.calendar.lists, now_s, return_s)
        return NEVER if earliest_s == NEVER else self.opens_s(earliest_s)

"""The certificate: on fresh replications the staffing passes, and with one person less it fails.

Every staffing is measured in replications that had no part in choosing it, until the half-width of
the interval is small enough. That rule looks at the width alone, never at the mean, so the test
at its end is an ordinary one. Who fails beyond doubt needs no more replications, unless it is
asked by how much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simulation.decisions.staffing.targets import read
from simulation.decisions.staffing.trials import OutOfBudget

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulation.decisions.staffing.space import Staffing
    from simulation.decisions.staffing.targets import Reading
    from simulation.decisions.staffing.trials import Trials

FIRST: Final = 10
"""Replications after which is looked for the first time; then after twice as many each time."""
BLOCK: Final = 1000
"""Each round has replications of its own, numbered from a multiple of this."""
MOST: Final = 100_000
"""Replications of a staffing at most where it is asked by how much it fails."""


@dataclass(frozen=True)
class Examined:
    """What fresh replications say of a staffing.

    Attributes:
        staffing: The staffing.
        numbers: Numbers of the replications.
        readings: What they say of each target; empty where the budget allowed none.
        capped: It was given up before every half-width was small enough.
    """

    staffing: Staffing
    numbers: tuple[int, ...]
    readings: tuple[Reading, ...]
    capped: bool

    @property
    def passes(self) -> bool:
        """Whether every target holds."""
        return bool(self.readings) and all(reading.holds for reading in self.readings)

    @property
    def clear(self) -> bool:
        """Whether a target is missed beyond doubt."""
        return any(reading.clear for reading in self.readings)

    @property
    def verdict(self) -> str:
        """In a word: ``passes``, ``fails``, ``fails clearly``, or ``not examined``."""
        if not self.readings:
            return "not examined"
        if self.passes:
            return "passes"
        return "fails clearly" if self.clear else "fails"

    @property
    def settled(self) -> bool:
        """Whether it fails, and not for want of replications."""
        return bool(self.readings) and not self.passes and not self.capped


@dataclass
class Certificate:
    """A staffing that passes, and those with one person less.

    Attributes:
        chosen: The staffing; it passes unless nothing that was found does.
        less: Those with one person less, by number of the post.
    """

    chosen: Examined
    less: dict[int, Examined] = field(default_factory=dict)

    @property
    def one_minimal(self) -> bool:
        """Whether it passes, and nobody can be spared."""
        return self.chosen.passes and all(one.settled for one in self.less.values())

    @property
    def passing(self) -> list[int]:
        """Posts that could spare somebody."""
        return [number for number, one in self.less.items() if one.passes]


class Examiner:
    """Examines staffings in rounds of fresh replications.

    While a search goes on it keeps as many of the budget as the first look at a staffing takes, so
    what the search ends with is always looked at.

    Args:
        trials: What simulates.
        cap: Replications of a staffing in a round at most.
    """

    def __init__(self, trials: Trials, cap: int) -> None:
        self.trials = trials
        self.cap = cap
        self.round = 0
        self.exhausted = False
        self.first = min(FIRST, cap)
        self.keep_a_look()

    def keep_a_look(self) -> None:
        """Keep of the budget what the next round begins with."""
        self.trials.kept = self.first

    def fresh(self) -> None:
        """Begin a round: nothing has seen its replications."""
        self.round += 1
        self.trials.kept = 0

    def numbers(self, count: int) -> range:
        """So many replications of this round."""
        return range(BLOCK * self.round, BLOCK * self.round + count)

    def examine(self, staffings: Iterable[Staffing]) -> dict[Staffing, Examined]:
        """Measure staffings until each is known well enough, or the cap or the budget is met."""
        waiting = list(staffings)
        done: dict[Staffing, Examined] = {}
        count = self.first
        while waiting:
            rows = self._run(waiting, count)
            for staffing in waiting:
                found = self._look(staffing, count)
                if count == self.cap or not rows or _known(found.readings):
                    done[staffing] = found
            waiting = [staffing for staffing in waiting if staffing not in done]
            count = min(2 * count, self.cap)
        return done

    def examine_exactly(self, certificate: Certificate) -> None:
        """Measure who fails clearly until it is known by how much, whatever the cap and the budget.

        It comes last: its round takes as many numbers as it needs.
        """
        self.fresh()
        for number, one in certificate.less.items():
            if one.clear and not _known_exactly(one.readings):
                certificate.less[number] = self._exactly(one.staffing)

    def _exactly(self, staffing: Staffing) -> Examined:
        count = self.first
        while True:
            rows = self.trials.run_beyond(staffing, self.numbers(count))
            readings = read(self.trials.targets, rows, self._looks)
            known = _known_exactly(readings)
            if known or count == MOST:
                return Examined(staffing, tuple(self.numbers(count)), readings, capped=not known)
            count = min(2 * count, MOST)

    def _run(self, staffings: Sequence[Staffing], count: int) -> bool:
        try:
            self.trials.run(staffings, self.numbers(count))
        except OutOfBudget:
            self.exhausted = True
            return False
        return True

    @property
    def _looks(self) -> int:
        """Looks there are in a round at most: at a staffing, and at each with one person less."""
        looks = 2 + math.ceil(math.log2(max(self.cap / FIRST, 1)))
        return (1 + len(self.trials.space.posts)) * looks

    def _look(self, staffing: Staffing, count: int) -> Examined:
        there = set(self.trials.numbers(staffing))
        numbers = tuple(number for number in self.numbers(count) if number in there)
        rows = self.trials.known(staffing, numbers)
        readings = read(self.trials.targets, rows, self._looks) if rows else ()
        return Examined(staffing, numbers, readings, capped=not _known(readings))


def _known(readings: Sequence[Reading]) -> bool:
    """Whether it fails beyond doubt, or is known well enough."""
    return any(reading.clear for reading in readings) or _known_exactly(readings)


def _known_exactly(readings: Sequence[Reading]) -> bool:
    """Whether it fails a target that is known well enough, or all are."""
    return bool(readings) and (
        any(reading.precise and not reading.holds for reading in readings)
        or all(reading.precise for reading in readings)
    )

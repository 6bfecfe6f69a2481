"""Unrolling a route into a template: a flat list of rows, each behind a guard.

Branches become guards on one uniform mark, bounded repeats become copies guarded one behind the
other. The same list feeds both plans: what is sampled of a row, and how it is served.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.distributions import FAMILIES, Constant, Distribution
from simulation.plan.arrays import Guard
from simulation.scenario.steps import (
    Branch,
    Delay,
    Departure,
    Fork,
    Pause,
    Repeat,
    Until,
    Work,
)
from simulation.semantics import Clock, Ends, Kind
from simulation.units import DAY_S, WORKING_DAY_S, Duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from simulation.scenario.steps import Step
    from simulation.scenario.values import Dated, Random

    ByDay = Callable[[Dated], NDArray[np.float64]]

_ENDS = {None: Ends.NO, "resolved": Ends.RESOLVED, "refused": Ends.REFUSED,
         "withdrawn": Ends.WITHDRAWN}  # fmt: skip
_CLOCK = {None: Clock.NOTHING, "starts": Clock.STARTS, "stops": Clock.STOPS}
_CLOCK_PER_WORKING_TIME = DAY_S / WORKING_DAY_S * 7 / 5


@dataclass(frozen=True)
class TemplateRow:
    """One row: the step, what an engine does with it, and the guard it stands behind."""

    step: Step
    kind: Kind
    guard: int
    path: tuple[int, ...]
    occurrence: int
    branch: int = 0

    @property
    def clock(self) -> Clock:
        """What it does to the legal clock."""
        if isinstance(self.step, Pause):
            return Clock.PAUSES | _CLOCK[self.step.clock]
        return _CLOCK[getattr(self.step, "clock", None)]

    @property
    def ends(self) -> Ends:
        """How the dossier ends with it."""
        return _ENDS[getattr(self.step, "ends", None)]

    @property
    def stream(self) -> tuple[str, ...]:
        """Head of the names of its random streams, below the cell's."""
        return (self.step.step, _join(self.path))

    @property
    def length(self) -> Random | None:
        """What is random of its length."""
        step = self.step
        if isinstance(step, Work):
            return step.work
        if isinstance(step, Delay):
            return step.delay
        return step.pause if isinstance(step, Pause) else None

    @cached_property
    def content(self) -> Distribution | None:
        """Distribution of the work content, or of the length of the delay, in seconds."""
        if isinstance(self.step, Until):
            return Constant(0.0)
        return None if self.length is None else distribution(self.length)

    def expected_s(self, deadline_s: float) -> float:
        """Rough clock time it takes, queues left out; ``deadline_s`` is the procedure's."""
        content = self.content
        expected = 0.0 if content is None else content.mean
        if isinstance(self.step, Departure):
            return DAY_S / 2
        anchor = self.step.until if isinstance(self.step, Until) else None
        anchor = self.step.from_ if isinstance(self.step, Delay) else anchor
        if self.kind is Kind.WORK or (self.length is not None and self.length.working):
            expected *= _CLOCK_PER_WORKING_TIME
        if anchor is not None and anchor.of == "due":
            expected += max(0.0, deadline_s + anchor.offset_s * _CLOCK_PER_WORKING_TIME)
        return expected


def clock_rows(rows: Sequence[TemplateRow]) -> tuple[int, int]:
    """The last row that starts the legal clock, and the first that stops it.

    Without any that is -1, and the number of rows.
    """
    starts = [k for k, row in enumerate(rows) if Clock.STARTS in row.clock]
    stops = [k for k, row in enumerate(rows) if Clock.STOPS in row.clock]
    return max(starts, default=-1), min(stops, default=len(rows))


@dataclass
class Template:
    """The rows and guards of one cell.

    Args of the constructor:
        channel: Id of the cell's channel.
        results: Shares by which results are delivered, by channel id.
        by_day: Turns a dated value into an array by day.
    """

    channel: str
    results: dict[str, float]
    by_day: ByDay
    rows: list[TemplateRow] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def unroll(
        self, steps: Sequence[Step], guard: int = -1, path: tuple[int, ...] = (0,), branch: int = 0
    ) -> None:
        """Append the rows of some steps behind a guard."""
        for step in steps:
            if step.channels is not None and self.channel not in step.channels:
                continue
            for inner in self._delivered(step, guard):
                self._append(step, inner, path, branch)

    def _append(self, step: Step, guard: int, path: tuple[int, ...], branch: int) -> None:
        if isinstance(step, Branch):
            self._branch(step, guard, path, branch)
        elif isinstance(step, Repeat):
            self._repeat(step, guard, path, branch)
        elif isinstance(step, Fork):
            self._row(step, Kind.FORK, guard, path)
            for number, name in enumerate(sorted(step.fork), start=1):
                self.unroll(step.fork[name], guard, path, number)
            self._row(step, Kind.JOIN, guard, path)
        elif isinstance(step, Work):
            self._row(step, Kind.WORK, guard, path, branch)
        elif isinstance(step, Departure):
            self._row(step, Kind.DEPARTURE, guard, path, branch)
        else:
            self._row(step, Kind.DELAY, guard, path, branch)

    def _row(
        self, step: Step, kind: Kind, guard: int, path: tuple[int, ...], branch: int = 0
    ) -> None:
        key = f"{step.step}/{kind}"
        occurrence = self._seen.get(key, 0)
        self._seen[key] = occurrence + 1
        self.rows.append(TemplateRow(step, kind, guard, path, occurrence, branch))

    def _guard(
        self,
        parent: int,
        stream: tuple[str, ...],
        low: NDArray[np.float64],
        high: NDArray[np.float64],
    ) -> int:
        self.guards.append(Guard(parent, stream, low, high))
        return len(self.guards) - 1

    def _delivered(self, step: Step, guard: int) -> list[int]:
        """One guard for each way of delivery that the step is for; they exclude each other."""
        if step.returned_by is None:
            return [guard]
        guards, low = [], 0.0
        for name in sorted(self.results):
            high = low + self.results[name]
            if name in step.returned_by and high > low:
                bounds = np.array([low]), np.array([high])
                guards.append(self._guard(guard, ("results",), *bounds))
            low = high
        return guards

    def _branch(self, step: Branch, guard: int, path: tuple[int, ...], branch: int) -> None:
        low = np.zeros(1)
        for alternative in step.branch:
            high = np.minimum(low + self._probability(alternative.probability), 1.0)
            chosen = self._guard(guard, (step.step, _join(path), "branch"), low, high)
            self.unroll(alternative.steps, chosen, path, branch)
            low = high

    def _repeat(self, step: Repeat, guard: int, path: tuple[int, ...], branch: int) -> None:
        probability = self._probability(step.probability)
        for time in range(step.at_most):
            again = (*path, time)
            guard = self._guard(
                guard, (step.step, _join(again), "repeat"), np.zeros(1), probability
            )
            self.unroll(step.repeat, guard, again, branch)

    def _probability(self, value: Dated) -> NDArray[np.float64]:
        if not value.during:
            return np.array([value.value])
        return np.minimum(self.by_day(value), 1.0)


def _join(path: tuple[int, ...]) -> str:
    return ".".join(map(str, path))


def distribution(spec: Random) -> Distribution:
    """The distribution of a random length of a scenario, in seconds."""
    return FAMILIES[spec.family](*_parameters(getattr(spec, spec.family)))


def _parameters(value: Any) -> list[Any]:
    """Parameters of a family in the order of its fields, with lengths in seconds."""
    if isinstance(value, Duration):
        return [value.seconds]
    if isinstance(value, list):
        return [tuple((part.weight, distribution(part.of)) for part in value)]
    return [_plain(parameter) for _, parameter in value]


def _plain(parameter: Any) -> Any:
    if isinstance(parameter, Duration):
        return parameter.seconds
    return tuple(map(_plain, parameter)) if isinstance(parameter, list) else parameter

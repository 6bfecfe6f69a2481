"""A plain SimPy model of a centre, written as SimPy's own *Bank Renege* example teaches.

A source makes one process a dossier; a dossier asks for a desk with ``with desk.request() as
request``, gives up where the applicant's patience ends first, and holds the desk for
``env.timeout`` of a length that is drawn there and then. A desk is a `simpy.Resource`. Times are
floats, and nothing is recorded but waits and cycle times. The example:
https://simpy.readthedocs.io/en/latest/examples/bank_renege.html

As one would in such a model, working time is not modelled: the clock runs only while the office is
open. `routes` makes the steps of a scenario, and says what is left out of it.
"""

# ruff: noqa: S311 - these are no secrets

from __future__ import annotations

import random
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    import simpy

    Draw: TypeAlias = Callable[[], float]
    Process: TypeAlias = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Choice:
    """Some steps are done with a probability: when this dossier's number lies between bounds."""

    within: Choice | None
    number: tuple[str, ...]
    low: float
    high: float


@dataclass(frozen=True)
class Step:
    """One step of a route; lengths in seconds of the office clock.

    Attributes:
        choice: What decides whether it is done.
        desk: Where somebody works on it; None for a delay.
        draw: Draws how long that takes, or the delay.
        patience: Draws how long the applicant waits; None: for ever.
        come_back: Draws when the applicant tries again; ``returns``: how often.
        headway: Time between two departures; 0: it is none.
        from_due: The delay begins at the due date plus ``offset``, or now if that is over.
        deadline: The legal clock starts when it ends, and runs for so long; 0: it does not.
        branches: Steps that are done side by side.
        last: The dossier ends here.
    """

    choice: Choice | None
    desk: simpy.Resource | None
    draw: Draw
    patience: Draw | None
    come_back: Draw | None
    returns: int
    headway: float
    from_due: bool
    offset: float
    deadline: float
    branches: tuple[tuple[Step, ...], ...]
    last: bool


class Arrivals(NamedTuple):
    """Dossiers of one kind: how many come, at what mean interval, and what each has to do."""

    number: int
    interval: float
    route: Sequence[Step]


@dataclass
class Statistics:
    """What the model collects.

    Attributes:
        wait: Time before each service. cycle: Time from entry to end of each dossier.
        lost: Dossiers whose applicants gave up.
        steps: Steps that were begun.
    """

    wait: list[float] = field(default_factory=list)
    cycle: list[float] = field(default_factory=list)
    lost: int = 0
    steps: int = 0


def simulate(
    env: simpy.Environment, arrivals: Iterable[Arrivals], horizon: float, seed: int
) -> Statistics:
    """Let dossiers come and go until the horizon."""
    random.seed(seed)
    seen = Statistics()
    for each in arrivals:
        env.process(source(env, each, seen))
    env.run(until=horizon)
    return seen


def source(env: simpy.Environment, arrivals: Arrivals, seen: Statistics) -> Process:
    """Dossiers come at random."""
    for _ in range(arrivals.number):
        yield env.timeout(random.expovariate(1 / arrivals.interval))
        env.process(dossier(env, arrivals.route, seen))


def dossier(env: simpy.Environment, route: Sequence[Step], seen: Statistics) -> Process:
    """A dossier comes, goes its way and ends."""
    arrived = env.now
    served = yield from steps(env, route, seen, {}, inf)
    if served:
        seen.cycle.append(env.now - arrived)
    else:
        seen.lost += 1


def steps(
    env: simpy.Environment,
    route: Sequence[Step],
    seen: Statistics,
    luck: dict[tuple[str, ...], float],
    due: float,
) -> Generator[simpy.Event, Any, bool]:
    """A dossier does what it has to, one after the other; says whether it got to the end."""
    for step in route:
        if step.choice is not None and not chosen(step.choice, luck):
            continue
        seen.steps += 1
        if step.desk is not None and step.patience is not None:
            served = yield from in_person(env, step, step.desk, step.patience, seen)
            if not served:
                return False
        elif step.desk is not None:
            joined = env.now
            with step.desk.request() as request:
                yield request
                seen.wait.append(env.now - joined)
                yield env.timeout(step.draw())
        elif step.branches:
            yield env.all_of(
                [env.process(steps(env, branch, seen, luck, due)) for branch in step.branches]
            )
        else:
            yield env.timeout(delay(step, env.now, due))
        if step.deadline:
            due = env.now + step.deadline
        if step.last:
            break
    return True


def in_person(
    env: simpy.Environment, step: Step, desk: simpy.Resource, patience: Draw, seen: Statistics
) -> Generator[simpy.Event, Any, bool]:
    """An applicant waits, gives up, comes back; says whether somebody served them in the end."""
    for attempt in range(1 + step.returns):
        if attempt and step.come_back is not None:
            yield env.timeout(step.come_back())
        joined = env.now
        with desk.request() as request:
            outcome = yield request | env.timeout(patience())
            if request in outcome:
                seen.wait.append(env.now - joined)
                yield env.timeout(step.draw())
                return True
    return False


def delay(step: Step, now: float, due: float) -> float:
    """How long a step takes that needs nobody."""
    if step.headway:
        return step.headway - now % step.headway
    length = step.draw()
    if step.from_due and due < inf:
        length += max(0.0, due + step.offset - now)
    return length


def chosen(choice: Choice, luck: dict[tuple[str, ...], float]) -> bool:
    """Whether a dossier is among those that do what stands behind a choice."""
    if choice.within is not None and not chosen(choice.within, luck):
        return False
    if choice.number not in luck:
        luck[choice.number] = random.random()
    return choice.low <= luck[choice.number] < choice.high

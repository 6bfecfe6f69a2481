"""What may be chosen: which teams, within which bounds, and what people cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from simulation.experiments import Model
from simulation.scenario import vary
from simulation.scenario.canonical import to_plain

if TYPE_CHECKING:
    from simulation.scenario import Scenario
    from simulation.scenario.base import Texts

Staffing: TypeAlias = tuple[int, ...]
"""People of each post, in the order of the space."""


@dataclass(frozen=True)
class Post:
    """A number that may be chosen: the people of a team, or its part-time people.

    Attributes:
        team: Id of the team; part-time people are a team of their own.
        low, high: Bounds.
        given: Whether the upper bound was asked for.
        present: People there are now.
        paid: People of these who are paid in any case.
        cost: Of one person over the period.
        hours: Of attendance of one person in the period, absence and leave deducted.
        desks: Ids of the desks.
        whole: Of part-time people the team that they belong to.
        shift: Calendar of part-time people.
        pay: Pay of a part-time person and month.
    """

    team: str
    low: int
    high: int
    given: bool
    present: int
    paid: int
    cost: float
    hours: float
    desks: tuple[str, ...]
    whole: str | None = None
    shift: str = ""
    pay: float = 0.0


@dataclass(frozen=True, eq=False)
class Space:
    """All staffings that may be chosen.

    Attributes:
        scenario: The scenario as it is.
        posts: What may be chosen.
        reserve: People added to each team that has any.
        unit: The currency that costs are in; None: they are counted in people.
        notes: What was decided without being asked.
    """

    scenario: Scenario
    posts: tuple[Post, ...]
    reserve: int
    unit: Texts | None
    notes: tuple[str, ...]

    @property
    def present(self) -> Staffing:
        """The people there are now."""
        return tuple(post.present for post in self.posts)

    @property
    def top(self) -> Staffing:
        """Everybody that there may be."""
        return tuple(post.high for post in self.posts)

    @cached_property
    def pools(self) -> tuple[tuple[int, ...], ...]:
        """Posts that share a desk, directly or by others: one may stand in for another."""
        pools: list[tuple[set[int], set[str]]] = []
        for number, post in enumerate(self.posts):
            joined = [pool for pool in pools if pool[1] & set(post.desks)]
            members = {number}.union(*(pool[0] for pool in joined))
            desks = set(post.desks).union(*(pool[1] for pool in joined))
            pools = [pool for pool in pools if pool not in joined] + [(members, desks)]
        return tuple(sorted(tuple(sorted(members)) for members, _ in pools))

    def cost(self, staffing: Staffing) -> float:
        """What a staffing costs over the period, people in any case and reserves included."""
        return sum(
            (count + self.reserves(post, count)) * post.cost
            for post, count in zip(self.posts, staffing, strict=True)
        )

    def to_pay(self, staffing: Staffing) -> float:
        """The cost without that of people who are paid in any case."""
        return self.cost(staffing) - sum(post.paid * post.cost for post in self.posts)

    def reserves(self, post: Post, count: int) -> int:
        """People added to a post: reserves are full-time, and none stand behind an empty post."""
        return self.reserve if count and post.whole is None else 0

    def admits(self, staffing: Staffing) -> bool:
        """Whether a staffing is within bounds; the present one need not be."""
        return all(p.low <= n <= p.high for p, n in zip(self.posts, staffing, strict=True))

    def one_less(self, staffing: Staffing) -> dict[int, Staffing]:
        """Each staffing with one person less within bounds, by number of the post."""
        return {
            number: changed(staffing, number, -1)
            for number, post in enumerate(self.posts)
            if staffing[number] > post.low
        }

    @cached_property
    def _models(self) -> dict[Staffing, Model]:
        return {}

    def model(self, staffing: Staffing) -> Model:
        """The model with a staffing."""
        if staffing not in self._models:
            changes: dict[str, Any] = {}
            for post, count in zip(self.posts, staffing, strict=True):
                if post.whole is None and count != post.present:
                    changes[f"teams.{post.team}.staff"] = count
                elif post.whole is not None and count:
                    changes[f"teams.{post.team}"] = self._part_time(post, count)
            varied = vary(self.scenario, changes, origin="motcua staff")
            self._models[staffing] = Model.of(varied)
        return self._models[staffing]

    def _part_time(self, post: Post, count: int) -> dict[str, Any]:
        """Part-time people as a team: in all like their team, but for shift, number and pay."""
        team = dict(to_plain(self.scenario)["teams"][post.whole])
        title = self.scenario.teams[post.whole or ""].title
        words = {"en": f"{title.en}, part-time"} | (
            {"vi": f"{title.vi}, bán thời gian"} if title.vi else {}
        )
        return team | {"title": words, "shift": post.shift, "staff": count, "pay": post.pay}


def changed(staffing: Staffing, number: int, by: int) -> Staffing:
    """A staffing with more or fewer people in one post."""
    return (*staffing[:number], staffing[number] + by, *staffing[number + 1 :])

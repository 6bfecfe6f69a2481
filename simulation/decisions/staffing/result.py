"""What was found, and the one object that is printed and kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulation.decisions.staffing.targets import CONFIDENCE, is_known_to_help
from simulation.experiments import computed_by, heading, titles
from simulation.language import _, english

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.decisions.staffing.bound import PoolBound
    from simulation.decisions.staffing.certificate import Certificate, Examined
    from simulation.decisions.staffing.front import Point
    from simulation.decisions.staffing.request import Request
    from simulation.decisions.staffing.space import Post, Space, Staffing
    from simulation.decisions.staffing.targets import Target
    from simulation.decisions.staffing.trials import Trials


@dataclass(frozen=True, eq=False)
class StaffPlan:
    """The cheapest staffing that was found.

    Attributes:
        trials: All that was simulated.
        request: What might be chosen.
        by_field: Whether the on-time rate was asked of every field.
        guard: The target that nobody asked for: that applicants are not driven away.
        cap: Replications of a staffing in the certificate at most.
        exact: Whether it was asked by how much those fail who fail clearly.
        bounds: Analytic bound by pool.
        certificate: The staffing, and those with one person less.
        reachable: Whether the targets are kept.
        searches: How often it was searched again because fresh replications failed.
        moves: How often somebody more could be spared in the certificate.
        exhausted: The budget of replications ended it.
        front: Staffings that no other beats in cost and on time.
    """

    trials: Trials
    request: Request
    by_field: bool
    guard: Target | None
    cap: int
    exact: bool
    bounds: tuple[PoolBound, ...]
    certificate: Certificate
    reachable: bool
    searches: int
    moves: int
    exhausted: bool
    front: tuple[Point, ...]

    @property
    def space(self) -> Space:
        """The staffings there are."""
        return self.trials.space

    @property
    def staffing(self) -> Staffing:
        """The people of each post."""
        return self.certificate.chosen.staffing

    @property
    def people(self) -> dict[str, int]:
        """The people of each team, reserves not among them."""
        return self._by_team(self.staffing)

    @property
    def cost(self) -> float:
        """What they cost over the period, reserves included."""
        return self.space.cost(self.staffing)

    def _by_team(self, staffing: Staffing) -> dict[str, int]:
        return {post.team: n for post, n in zip(self.space.posts, staffing, strict=True)}

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The object that `motcua staff --json` prints; docs/staff.md describes it."""
        trials, space = self.trials, self.space
        model = space.model(self.staffing)
        return {
            "kind": "staffing",
            **heading(
                space.scenario,
                model=space.model(space.present).digest,
                seed=trials.study.seed,
                replications=list(self.certificate.chosen.numbers),
                engine=computed_by(trials.study.outcomes_of(model).values()),
            ),
            "request": {
                **self.request.as_dict(),
                "by_field": self.by_field,
                "replications": trials.few,
                "cap": self.cap,
                "budget": trials.budget,
                "exact": self.exact,
            },
            "confidence": CONFIDENCE,
            "confidence_each": 1 - (1 - CONFIDENCE) / len(trials.targets),
            "targets": [_described(target) for target in trials.targets],
            "guard": None if self.guard is None else str(self.guard),
            "unit": space.unit and space.unit.model_dump(),
            "feasible": self.reachable,
            "guarantee": "1-minimal" if self.certificate.one_minimal else None,
            "present": self._present(),
            "chosen": self._chosen(),
            "teams": {post.team: team for post, team in self._teams()},
            "pools": self._pools(),
            "missing": list(self._missing()),
            "certificate": {
                "one_minimal": self.certificate.one_minimal,
                "less": [self._less(n, one) for n, one in self.certificate.less.items()],
            },
            "front": [self._point(point) for point in self.front],
            "search": {
                "staffings": len(trials.staffings),
                "replications": trials.computed,
                "searched_again": self.searches,
                "moves": self.moves,
                "exhausted": self.exhausted,
            },
            "notes": [*space.notes, *self._notes_in_english()],
            "titles": self._titles(),
        }

    def _present(self) -> dict[str, Any]:
        space, trials = self.space, self.trials
        rows = trials.known(space.present, range(trials.few))
        return {
            "people": sum(space.present),
            "cost": space.cost(space.present),
            "replications": len(rows),
            "measures": {t.path: t.interval(rows, CONFIDENCE).as_dict() for t in trials.targets},
        }

    def _chosen(self) -> dict[str, Any]:
        space, chosen = self.space, self.certificate.chosen
        posts = zip(space.posts, self.staffing, strict=True)
        return {
            "people": sum(self.staffing),
            "reserves": sum(space.reserves(post, count) for post, count in posts),
            "cost": self.cost,
            "to_pay": space.to_pay(self.staffing),
            **_examined(chosen),
        }

    def _teams(self) -> Iterator[tuple[Post, dict[str, Any]]]:
        for post, count in zip(self.space.posts, self.staffing, strict=True):
            reserve = self.space.reserves(post, count)
            yield (
                post,
                {
                    "present": post.present,
                    "low": post.low,
                    "high": post.high,
                    "existing": post.paid,
                    "people": count,
                    "reserve": reserve,
                    "price": post.cost,
                    "cost": (count + reserve) * post.cost,
                    "at_bound": count == post.high,
                    "part_time_of": post.whole,
                },
            )

    def _pools(self) -> list[dict[str, Any]]:
        return [
            {
                "teams": [self.space.posts[number].team for number in pool],
                "load": bound.load,
                "erlang": bound.erlang,
                "people": sum(self.staffing[number] for number in pool),
            }
            for pool, bound in zip(self.space.pools, self.bounds, strict=True)
        ]

    def _missing(self) -> Iterator[dict[str, Any]]:
        """By how much the bound of each target is on the wrong side."""
        for reading in self.certificate.chosen.readings:
            if not reading.holds:
                bound, target = reading.bound, reading.target
                short_by = None if bound is None else -target.slack(bound)
                yield {"target": str(target), "short_by": short_by, **reading.as_dict()}

    def _less(self, number: int, one: Examined) -> dict[str, Any]:
        return {
            "team": self.space.posts[number].team,
            "people": one.staffing[number],
            "cost": self.space.cost(one.staffing),
            "verdict": one.verdict,
            "settled": one.settled,
            **_examined(one),
        }

    def _point(self, point: Point) -> dict[str, Any]:
        return {
            "teams": self._by_team(point.staffing),
            "people": sum(point.staffing),
            "cost": point.cost,
            "on_time_strict": point.interval.as_dict(),
            "replications": point.replications,
            "chosen": point.staffing == self.staffing,
        }

    @english()
    def _notes_in_english(self) -> list[str]:
        return [*self._notes()]

    def _notes(self) -> Iterator[str]:
        if self.guard is not None:
            yield (
                _(
                    "Added: {target}, so that applicants are not driven away from a counter with "
                    "too few people: their dossiers are never late. It is one in a hundred of "
                    "those who come more than now; a target of your own on lost replaces it."
                ).format(target=self.guard)
            )
        bound = [post.team for post, team in self._teams() if team["at_bound"] and not post.given]
        if bound:
            yield (
                _(
                    "At an upper bound that nobody gave: {teams}. Give a higher one with "
                    "--team NAME=LOW:HIGH."
                ).format(teams=", ".join(bound))
            )
        for target in self.trials.targets:
            if not is_known_to_help(target):
                yield _("That more people help {path} is not known, but taken for granted.").format(
                    path=target.path
                )
        if self.exhausted:
            yield (
                _(
                    "The budget of {budget} replications ended the search: a larger --budget "
                    "goes further."
                ).format(budget=self.trials.budget)
            )

    def _titles(self) -> dict[str, dict[str, Any]]:
        found = titles(self.space.scenario)
        for post in self.space.posts:
            if post.whole is not None:
                whole = found["teams"][post.whole]
                found["teams"][post.team] = {
                    "en": f"{whole['en']}, part-time",
                    "vi": whole["vi"] and f"{whole['vi']}, bán thời gian",
                }
        return found


def _described(target: Target) -> dict[str, Any]:
    return {
        "target": str(target),
        "measure": target.path,
        "at_least": target.value if target.at_least else None,
        "at_most": None if target.at_least else target.value,
        "half_width": target.precision,
    }


def _examined(examined: Examined) -> dict[str, Any]:
    return {
        "replications": len(examined.numbers),
        "first_replication": examined.numbers[0] if examined.numbers else None,
        "cap_reached": examined.capped,
        "measures": {r.target.path: r.as_dict() for r in examined.readings},
    }

"""What all checks share: the scenario, where its fields were written, and what was found."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from simulation.language import _
from simulation.scenario.model import Warm
from simulation.scenario.tree import problem_at
from simulation.scenario.words import did_you_mean, listed, show
from simulation.units import DAY_S, WORKING_DAY_S

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from simulation.errors import Problem
    from simulation.scenario.checks.variants import Variant
    from simulation.scenario.model import Scenario
    from simulation.scenario.tree import FieldPath, Node


class Collector:
    """Collects problems, so that all are reported at once."""

    def __init__(self, scenario: Scenario, tree: Node) -> None:
        self.scenario = scenario
        self.tree = tree
        self.problems: list[Problem] = []
        self._shared: set[tuple[FieldPath, str]] = set()
        self.variants: list[Variant] = []
        """The routes as dossiers take them; empty while there are problems in routes."""

    def report(self, path: FieldPath, message: str, allowed: str = "", remedy: str = "") -> None:
        """A problem of the field at a path."""
        self.problems.append(problem_at(self.tree, path, message, allowed, remedy))

    def report_once(
        self, path: FieldPath, message: str, instance: str, allowed: str = "", remedy: str = ""
    ) -> None:
        """A problem that several cells share: reported for the first, which is named."""
        if (path, message) not in self._shared:
            self._shared.add((path, message))
            self.report(path, f"{message} ({instance})", allowed, remedy)

    def exists(self, path: FieldPath, name: str, known: Collection[str], what: str) -> bool:
        """Whether an id names something that is defined; reports it if not."""
        if name in known:
            return True
        self.report(
            path,
            _("there is no {what} {name}{near}").format(
                what=what, name=show(name), near=did_you_mean(name, known)
            ),
            allowed=listed(sorted(known))
            or _("none: the scenario has no {what}").format(what=what),
            remedy=_("name one of these, or define the {what}").format(what=what),
        )
        return False

    def all_exist(
        self, path: FieldPath, names: Iterable[str], known: Collection[str], what: str
    ) -> None:
        """The same for every item of a list; an item that stands there twice is reported, too."""
        seen: set[str] = set()
        for position, name in enumerate(names):
            if name in seen:
                self.report(
                    (*path, position),
                    _("{name} stands here twice").format(name=show(name)),
                    "",
                    _("keep one"),
                )
            seen.add(name)
            self.exists((*path, position), name, known, what)

    def adds_to_one(self, path: FieldPath, shares: Iterable[float], what: str) -> None:
        """Shares that must add to 1."""
        total = sum(shares)
        if abs(total - 1) > 1e-6:  # noqa: PLR2004 - six decimals are what people write
            self.report(
                path,
                _("the {what} add to {total:.9g}, not to 1").format(what=what, total=total),
                allowed=_("shares that add to 1"),
                remedy=(_("add {number:.9g}") if total < 1 else _("take away {number:.9g}")).format(
                    number=abs(1 - total)
                ),
            )

    @cached_property
    def simulated(self) -> tuple[date, date]:
        """First and last simulated day: the period with warm-up and run-on."""
        scenario = self.scenario
        warm = scenario.start.warm if isinstance(scenario.start, Warm) else None
        lead = 0.0
        if warm is not None:
            # Two clock days hold a working day even around Tết.
            lead = 2 * warm.seconds / WORKING_DAY_S if warm.working else warm.seconds / DAY_S
        return (
            scenario.period.first_day - timedelta(days=round(lead)),
            scenario.period.last_day + timedelta(days=round(scenario.run_on.seconds / DAY_S)),
        )

    def touches(self, first: date, last: date) -> bool:
        """Whether a range of days meets the simulated time."""
        return first <= self.simulated[1] and last >= self.simulated[0]

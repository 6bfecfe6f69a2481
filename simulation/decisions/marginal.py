"""What one more and one less person in each team would change.

Every staffing meets the dossiers of the scenario itself, and everybody who was there before has
the same absences, so what differs comes of the one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulation.errors import InputError
from simulation.experiments import Model
from simulation.inference import Difference, paired_difference
from simulation.language import _
from simulation.load import load
from simulation.scenario import vary
from simulation.scenario.values import MAX_PEOPLE
from simulation.scenario.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulation.experiments import Outcome, Study
    from simulation.scenario import Scenario
    from simulation.scenario.values import Staff

MEASURES: Final = ("on_time_strict", "apologies", "counter_wait_p90_min", "cost", "lost")
"""What is compared where nothing else is said; ``apologies`` are dossiers resolved late, or open
and overdue, so leaving them open does not improve it."""
LEVEL: Final = 0.95
MORE: Final = "more"
LESS: Final = "less"
_STEPS: Final = {MORE: 1, LESS: -1}


@dataclass(frozen=True)
class MarginalValues:
    """Differences of staffings to the scenario they were made of.

    Attributes:
        people: Mean number of people of each team in the period.
        effects: Difference by measure, by team and ``more`` or ``less``; a staffing that there
            cannot be is left out.
        replications: How many pairs each difference is made of.
        measures: Names of the measures.
    """

    people: dict[str, float]
    effects: dict[str, dict[str, dict[str, Difference]]]
    replications: int
    measures: tuple[str, ...]

    @property
    def comparisons(self) -> int:
        """How many staffings the intervals of a measure hold over together."""
        return sum(map(len, self.effects.values()))

    @property
    def summary(self) -> dict[str, Any]:
        """What stands under ``marginal`` in a summary; docs/summary.md describes it."""
        return {
            "confidence": LEVEL,
            "simultaneous": "Bonferroni",
            "comparisons": self.comparisons,
            "replications": self.replications,
            "measures": list(self.measures),
            "teams": {
                team: {
                    "people": self.people[team],
                    **{side: _as_dict(effects.get(side)) for side in _STEPS},
                }
                for team, effects in self.effects.items()
            },
        }


def _as_dict(effect: dict[str, Difference] | None) -> dict[str, Any] | None:
    return effect and {name: difference.as_dict() for name, difference in effect.items()}


@dataclass(frozen=True)
class Staffings:
    """The staffings that differ from a scenario's by one person.

    Attributes:
        base: The scenario as it is.
        models: By team and ``more`` or ``less``.
    """

    base: Model
    models: dict[str, dict[str, Model]]

    @property
    def number(self) -> int:
        """How many there are, beside the scenario itself."""
        return sum(map(len, self.models.values()))

    @property
    def digests(self) -> list[str]:
        """Digests of the models, without that of the scenario itself."""
        return [model.digest for models in self.models.values() for model in models.values()]


def neighbours(scenario: Scenario, teams: Sequence[str] | None = None) -> Staffings:
    """The staffings with one person more and with one less in one team.

    A number that changes by date is changed on every date. One less there is only where at least
    one person is left on every date.

    Args:
        scenario: What is staffed.
        teams: Which teams; None: all that have work.

    Raises:
        InputError: There is no such team.
    """
    base = Model.of(scenario)
    chosen = [t.team for t in load(base.plan).teams if t.offered_h > 0] if teams is None else teams
    return Staffings(
        base,
        {
            team: {
                side: Model.of(vary(scenario, _changes(team, scenario.teams[team].staff, step)))
                for side, step in _STEPS.items()
                if _possible(scenario.teams[team].staff, step)
            }
            for team in dict.fromkeys(_known(scenario, chosen))
        },
    )


def _known(scenario: Scenario, teams: Sequence[str]) -> Sequence[str]:
    for team in teams:
        if team not in scenario.teams:
            hint = did_you_mean(team, scenario.teams) or _("; there are {teams}").format(
                teams=", ".join(scenario.teams)
            )
            raise InputError(
                _("there is no team {team!r} in {scenario}{hint}").format(
                    team=team, scenario=scenario.scenario, hint=hint
                )
            )
    return teams


def _values(staff: Staff) -> list[int]:
    return [staff.at_start, *staff.changes.values()]


def _possible(staff: Staff, step: int) -> bool:
    values = [value + step for value in _values(staff)]
    return max(values) <= MAX_PEOPLE and (step > 0 or min(values) >= 1)


def _changes(team: str, staff: Staff, step: int) -> dict[str, Any]:
    shifted: Any = staff.at_start + step
    if staff.changes:
        changes = {day.isoformat(): count + step for day, count in staff.changes.items()}
        shifted = {"at_start": shifted, "changes": changes}
    return {f"teams.{team}.staff": shifted}


def marginal_values(
    scenario: Scenario | Staffings,
    study: Study,
    replications: Iterable[int],
    *,
    teams: Sequence[str] | None = None,
    measures: Sequence[str] = MEASURES,
) -> MarginalValues:
    """What one more and one less person in each team would change.

    The 95 % intervals of a measure hold together over all staffings: each has a level of
    1 - 0.05 / their number (Bonferroni).

    Args:
        scenario: What is staffed, or its `neighbours`.
        study: What runs the cases.
        replications: Numbers of the replications.
        teams: Which teams; None: all that have work. Left out where neighbours are given.
        measures: Paths of the measures to compare.

    Raises:
        InputError: There is no such team or measure, or the scenario cannot be sampled.
        AuditError: A replication contradicts itself.
    """
    staffings = scenario if isinstance(scenario, Staffings) else neighbours(scenario, teams)
    sides = [(team, side) for team, models in staffings.models.items() for side in models]
    models = [staffings.models[team][side] for team, side in sides]
    base, *others = study.run([staffings.base, *models], list(replications))
    for name in measures:
        if name not in base[0].measures:
            hint = did_you_mean(name, base[0].measures)
            raise InputError(
                _("no measure is called {name!r}{hint}; docs/data-model.md lists them").format(
                    name=name, hint=hint
                )
            )
    level = 1 - (1 - LEVEL) / max(len(sides), 1)
    effects: dict[str, dict[str, dict[str, Difference]]] = {team: {} for team in staffings.models}
    for (team, side), outcomes in zip(sides, others, strict=True):
        effects[team][side] = {
            name: paired_difference(_column(outcomes, name), _column(base, name), level)
            for name in measures
        }
    people = {team: base[0].measures[f"teams.{team}.people"] or 0.0 for team in effects}
    return MarginalValues(people, effects, len(base), tuple(measures))


def _column(outcomes: Sequence[Outcome], name: str) -> list[float | None]:
    return [outcome.measures[name] for outcome in outcomes]

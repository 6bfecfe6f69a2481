"""A sweep: one or two fields varied over a range, on the same luck, and where it breaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.decisions.aims import aim_of
from simulation.decisions.breaking import BreakingPoint, find_breaking_point
from simulation.decisions.factors import MOST_FACTORS, VARY, plain, read_factors
from simulation.errors import InputError, noted
from simulation.experiments import Model, Study, computed_by, heading, titles
from simulation.experiments.summary import intervals
from simulation.language import _
from simulation.measures import RATES
from simulation.scenario import vary as changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from numpy.typing import NDArray

    from simulation.decisions.aims import Aim
    from simulation.decisions.factors import Factor
    from simulation.experiments import Outcome
    from simulation.scenario import Scenario

    Floats = NDArray[np.float64]
    Place = tuple[Decimal, ...]

REPLICATIONS: Final = 10
REFINE: Final = (3, 0)
"""Halvings around the breaking point where nothing else is asked for: of one factor, of two."""
MOST_HALVINGS: Final = 20
CURVES: Final = (
    "on_time_strict", "on_time_official", "counter_wait_mean_min", "counter_wait_p90_min",
    "cycle_mean_wd", "open_at_end", "submitted", "lost",
)  # fmt: skip
"""Measures that every sweep gives at its points, of the centre and of each field."""


@dataclass(frozen=True)
class SweepRequest:
    """What is asked of a sweep, read and checked.

    Attributes:
        factors: One or two.
        aim: What has to be kept.
        replications: How many at each point.
        refine: How often the gap around the breaking point is halved.
        by_field: Whether those of the breaking points of fields are halved too.
        gaps: How many gaps are halved each time at most: that of the centre, and those of fields.
    """

    factors: tuple[Factor, ...]
    aim: Aim
    replications: int
    refine: int
    by_field: bool = False
    gaps: int = 1

    @property
    def grid(self) -> list[Place]:
        """The points that were asked for."""
        return list(product(*(factor.numbers for factor in self.factors)))

    @property
    def cases(self) -> int:
        """About how many cases it takes."""
        rows = 1 if len(self.factors) == 1 else len(self.factors[1].numbers)
        return (len(self.grid) + rows * self.refine * self.gaps) * self.replications

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a summary."""
        return {
            "factors": [factor.as_dict() for factor in self.factors],
            "measure": self.aim.measure,
            "target": self.aim.target,
            "target_said_by": self.aim.said_by,
            "higher_is_better": self.aim.higher_is_better,
            "refine": self.refine,
            "refine_by_field": self.by_field,
        }


def read_sweep(
    scenario: Scenario,
    vary: Sequence[str],
    *,
    measure: str = "on_time_strict",
    target: float | None = None,
    replications: int = REPLICATIONS,
    refine: int | None = None,
    by_field: bool = False,
) -> SweepRequest:
    """Read and check what is asked of a sweep, before anything is simulated.

    Raises:
        InputError: As for `sweep`.
    """
    aim = aim_of(scenario, measure, target)
    factors = tuple(read_factors(scenario, vary))
    if replications < 1:
        raise InputError(
            _("a sweep needs at least one replication, not {replications}").format(
                replications=replications
            )
        )
    halvings = REFINE[len(factors) - 1] if refine is None else refine
    if not 0 <= halvings <= MOST_HALVINGS:
        raise InputError(
            _("--refine: {halvings} must lie between 0 and {most}").format(
                halvings=halvings, most=MOST_HALVINGS
            )
        )
    if by_field and not halvings:
        raise InputError(
            noted(
                _("--by-field halves gaps, and none are halved"),
                remedy=_("say how often by --refine, or leave it out"),
            )
        )
    gaps = 1 + len(scenario.fields) if by_field else 1
    return SweepRequest(factors, aim, replications, halvings, by_field, gaps)


@dataclass(frozen=True)
class Sweep:
    """A finished sweep.

    Attributes:
        request: What was asked.
        scenario: What was varied.
        outcomes: Of each point, in order of the factors: the outcomes of its replications.
        summary: What ``--json`` prints.
    """

    request: SweepRequest
    scenario: Scenario
    outcomes: dict[Place, list[Outcome]] = field(repr=False)
    summary: dict[str, Any] = field(repr=False)

    def breaking_point(
        self, field: str | None = None, row: int = 0, level: float = 0.95
    ) -> BreakingPoint:
        """The breaking point of the centre, or of one field.

        Args:
            field: Id of a field of work; None: the whole centre.
            row: Of two factors, the number of the second one's value.
            level: Confidence level of the bounds.
        """
        return _breaking_point(self.request, self.outcomes, _rows(self.request)[row], field, level)


def sweep(
    scenario: Scenario,
    vary: Sequence[str],
    *,
    measure: str = "on_time_strict",
    target: float | None = None,
    replications: int = REPLICATIONS,
    refine: int | None = None,
    by_field: bool = False,
    study: Study | None = None,
) -> Sweep:
    """Vary one or two fields of a scenario, every point on the same luck.

    Args:
        scenario: What to vary.
        vary: One or two texts such as ``workload=0.8:1.6:0.1``.
        measure: What must keep the target.
        target: The target; None: that of the scenario, or else 0.95.
        replications: Replications at each point.
        refine: How often the gap around the breaking point of the centre is halved; None: 3 times
            for one factor, not at all for two.
        by_field: Whether the gaps around the breaking points of the fields are halved too.
        study: Where to simulate; None: here, with seed 1.

    Raises:
        InputError: What is asked for cannot be done.
        ScenarioError: A path is unknown, or a value not allowed.
    """
    request = read_sweep(
        scenario,
        vary,
        measure=measure,
        target=target,
        replications=replications,
        refine=refine,
        by_field=by_field,
    )
    return run_sweep(scenario, request, study or Study())


def run_sweep(scenario: Scenario, request: SweepRequest, study: Study) -> Sweep:
    """Do what was asked.

    Args:
        scenario: What to vary.
        request: What was read by `read_sweep` for this scenario.
        study: Where to simulate.
    """
    outcomes: dict[Place, list[Outcome]] = {}
    wanted: list[Place] = request.grid
    for _round in range(request.refine + 1):
        models = [_model(scenario, request.factors, place) for place in wanted]
        found = study.run(models, range(request.replications))
        outcomes |= dict(zip(wanted, found, strict=True))
        wanted = _refined(scenario, request, outcomes)
        if not wanted:
            break
    ordered = dict(sorted(outcomes.items()))
    return Sweep(request, scenario, ordered, _summarise(scenario, request, study, ordered))


def _model(scenario: Scenario, factors: Sequence[Factor], place: Place) -> Model:
    values = zip(factors, place, strict=True)
    return Model.of(changed(scenario, {f.path: f.value(number) for f, number in values}, VARY))


def _rows(request: SweepRequest) -> list[Place]:
    """Values of the second factor; one empty row where there is none."""
    if len(request.factors) < MOST_FACTORS:
        return [()]
    return [(number,) for number in request.factors[1].numbers]


def _refined(
    scenario: Scenario, request: SweepRequest, outcomes: dict[Place, list[Outcome]]
) -> list[Place]:
    """The next points: in the middle of each gap in which it breaks."""
    parts = (None, *scenario.fields) if request.by_field else (None,)
    found = (_between(request, outcomes, row, part) for row in _rows(request) for part in parts)
    return list(dict.fromkeys(place for place in found if place is not None))


def _between(
    request: SweepRequest, outcomes: dict[Place, list[Outcome]], row: Place, field: str | None
) -> Place | None:
    """The middle of the gap in which the centre or a field breaks; None where there is none."""
    found = _breaking_point(request, outcomes, row, field)
    if found.state != "crosses":
        return None
    for first, second in pairwise(_places(outcomes, row)):
        if {float(first[0]), float(second[0])} == {found.last_holding, found.first_failing}:
            middle = request.factors[0].between(first[0], second[0])
            return None if middle is None else (middle, *row)
    return None


def _places(outcomes: dict[Place, list[Outcome]], row: Place) -> list[Place]:
    """Points of a row, rising."""
    return sorted(place for place in outcomes if place[1:] == row)


def _breaking_point(
    request: SweepRequest,
    outcomes: dict[Place, list[Outcome]],
    row: Place,
    field: str | None,
    level: float = 0.95,
) -> BreakingPoint:
    places = _places(outcomes, row)
    path = _path(field, request.aim.measure)
    values = [[outcome.measures[path] for outcome in outcomes[place]] for place in places]
    return find_breaking_point(
        [float(place[0]) for place in places],
        np.array(values, dtype=np.float64).T,
        request.aim.target,
        higher_is_better=request.aim.higher_is_better,
        level=level,
    )


def _path(field: str | None, measure: str) -> str:
    return measure if field is None else f"by_field.{field}.{measure}"


def _summarise(
    scenario: Scenario,
    request: SweepRequest,
    study: Study,
    outcomes: dict[Place, list[Outcome]],
) -> dict[str, Any]:
    """The summary object; docs/sweep.md describes it."""
    everyone = [outcome for found in outcomes.values() for outcome in found]
    return {
        "kind": "sweep",
        **heading(
            scenario,
            model=Model.of(scenario).digest,
            seed=study.seed,
            replications=range(request.replications),
            engine=computed_by(everyone),
        ),
        "confidence": 0.95,
        **request.as_dict(),
        "points": [
            _point(scenario, request, place, found, asked_for=place in set(request.grid))
            for place, found in outcomes.items()
        ],
        "breaking_points": [_of_row(scenario, request, outcomes, row) for row in _rows(request)],
        "titles": titles(scenario),
    }


def _point(
    scenario: Scenario,
    request: SweepRequest,
    place: Place,
    outcomes: Sequence[Outcome],
    *,
    asked_for: bool,
) -> dict[str, Any]:
    """One point of the curves."""
    names = dict.fromkeys((*CURVES, request.aim.measure))
    found = intervals([dict(_needed(scenario, outcome, names)) for outcome in outcomes])

    def curves(field: str | None) -> dict[str, Any]:
        return {name: found[_path(field, name)].as_dict() for name in names}

    return {
        "values": [
            plain(number, whole=factor.whole)
            for factor, number in zip(request.factors, place, strict=True)
        ],
        "asked_for": asked_for,
        "measures": curves(None),
        "by_field": {name: curves(name) for name in sorted(scenario.fields)},
    }


def _needed(
    scenario: Scenario, outcome: Outcome, names: Sequence[str] | dict[str, None]
) -> Iterator[tuple[str, float | None]]:
    """The measures that curves are made of, with the counts that rates are made of."""
    for part in (None, *scenario.fields):
        for name in names:
            for needed in (name, *RATES.get(name, ())):
                path = _path(part, needed)
                yield path, outcome.measures[path]


def _of_row(
    scenario: Scenario, request: SweepRequest, outcomes: dict[Place, list[Outcome]], row: Place
) -> dict[str, Any]:
    """Breaking points of the centre and of each field, at one value of the second factor."""
    at = [plain(n, whole=f.whole) for f, n in zip(request.factors[1:], row, strict=True)]
    return {
        "at": at[0] if at else None,
        "centre": _breaking_point(request, outcomes, row, None).as_dict(),
        "by_field": {
            name: _breaking_point(request, outcomes, row, name).as_dict()
            for name in sorted(scenario.fields)
        },
    }

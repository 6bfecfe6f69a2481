"""Which assumption moves a measure most, so that a planner knows which one to go and measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.decisions.aims import SHORT
from simulation.decisions.assumptions import uncertain, varied
from simulation.decisions.screening import effects, indices, sample, walk
from simulation.errors import InputError, ScenarioError, noted
from simulation.experiments import Model, Study, heading, titles
from simulation.language import _, retold, written
from simulation.scenario.checks.published import measured
from simulation.scenario.words import did_you_mean, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulation.decisions.assumptions import Uncertain
    from simulation.decisions.screening import Effect, Index
    from simulation.scenario import Scenario

    Floats = NDArray[np.float64]

TRAJECTORIES: Final = 6
REPLICATIONS: Final = 4
LEADERS: Final = 3
SAMPLES: Final = 32
_FEWEST_SAMPLES: Final = 8
"""With fewer, resampling says nothing."""


@dataclass(frozen=True)
class SensitivityRequest:
    """What is asked, read and checked.

    Attributes:
        measure: Path of the measure.
        assumptions: Those that are varied.
        not_varied: Why the others are not, by id.
        trajectories: Of the screening.
        replications: At each point.
        leaders: How many assumptions go on to Sobol' indices, at most.
        samples: Of these, a power of two; 0: none.
    """

    measure: str
    assumptions: tuple[Uncertain, ...]
    not_varied: dict[str, str]
    trajectories: int
    replications: int
    leaders: int
    samples: int

    @property
    def cases(self) -> int:
        """About how many cases it takes."""
        inputs = len(self.assumptions)
        leaders = min(self.leaders, inputs)
        points = self.trajectories * (inputs + 1) + self.samples * (leaders + 2)
        return points * self.replications

    @property
    def varied(self) -> dict[str, Any]:
        """By id what each assumption does, which the model does not say."""
        return {each.name: each.as_dict() for each in self.assumptions}

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a summary."""
        return {
            "measure": self.measure,
            "trajectories": self.trajectories,
            "leaders": self.leaders,
            "samples": self.samples,
        }


def read_sensitivity(
    scenario: Scenario,
    *,
    measure: str = "on_time_strict",
    trajectories: int = TRAJECTORIES,
    replications: int = REPLICATIONS,
    leaders: int = LEADERS,
    samples: int = SAMPLES,
) -> SensitivityRequest:
    """Read and check what is asked, before anything is simulated.

    Raises:
        InputError: As for `sensitivity`.
    """
    known = measured(scenario)
    name = SHORT.get(measure, measure)
    if name not in known:
        raise InputError(
            noted(
                _("--measure: there is no measure {measure}{near}").format(
                    measure=show(measure), near=did_you_mean(measure, known)
                ),
                allowed=_(
                    "any measure of motcua run, such as on_time_strict, counter_wait_p90_min or "
                    "by_field.land.on_time_strict"
                ),
            )
        )
    for option, value, least in (
        ("--trajectories", trajectories, 2),
        ("--replications", replications, 1),
        ("--leaders", leaders, 2),
    ):
        if value < least:
            raise InputError(
                _("{option}: {value} is too few; write {least} or more").format(
                    option=option, value=value, least=least
                )
            )
    if samples and (samples < _FEWEST_SAMPLES or samples & (samples - 1)):
        raise InputError(
            noted(
                _("--samples: {samples} is not a power of two from {least}").format(
                    samples=samples, least=_FEWEST_SAMPLES
                ),
                allowed=_("8, 16, 32, 64, …; 0 for no Sobol' indices"),
            )
        )
    assumptions, not_varied = uncertain(scenario)
    if not assumptions:
        reasons = "".join(f"\n    {key}: {retold(reason)}" for key, reason in not_varied.items())
        raise InputError(
            _("the scenario has no assumption that can be varied{reasons}").format(reasons=reasons)
        )
    return SensitivityRequest(
        name, tuple(assumptions), not_varied, trajectories, replications, leaders, samples
    )


@dataclass(frozen=True)
class Sensitivity:
    """A finished sensitivity analysis.

    Attributes:
        request: What was asked.
        effects: By id of the assumption, the largest first.
        indices: Of the leaders, by id; empty where there are none.
        summary: What ``--json`` prints.
    """

    request: SensitivityRequest
    effects: dict[str, Effect]
    indices: dict[str, Index]
    summary: dict[str, Any] = field(repr=False)


def sensitivity(
    scenario: Scenario,
    *,
    measure: str = "on_time_strict",
    trajectories: int = TRAJECTORIES,
    replications: int = REPLICATIONS,
    leaders: int = LEADERS,
    samples: int = SAMPLES,
    study: Study | None = None,
) -> Sensitivity:
    """Find out which labelled assumptions of a scenario move a measure most.

    First all that say what else is plausible are screened (Morris), then the leaders get Sobol'
    indices, with the others as they are in the scenario. Every point is simulated on the same luck.

    Args:
        scenario: The scenario.
        measure: Path of the measure.
        trajectories: Of the screening; each takes one point more than there are assumptions.
        replications: Replications at each point.
        leaders: How many assumptions get indices, at most; those not separated from luck get none.
        samples: For the indices, a power of two; 0: none. Each takes two points more than leaders.
        study: Where to simulate; None: here, with seed 1.

    Raises:
        InputError: What is asked for cannot be done, or the measure is not counted everywhere.
    """
    request = read_sensitivity(
        scenario,
        measure=measure,
        trajectories=trajectories,
        replications=replications,
        leaders=leaders,
        samples=samples,
    )
    return run_sensitivity(scenario, request, study or Study())


def run_sensitivity(scenario: Scenario, request: SensitivityRequest, study: Study) -> Sensitivity:
    """Do what was asked.

    Args:
        scenario: The scenario.
        request: What was read by `read_sensitivity` for this scenario.
        study: Where to simulate.

    Raises:
        InputError: The measure is not counted everywhere.
    """
    screened = _screen(scenario, request, study)
    leaders = [
        assumption
        for name in screened
        for assumption in request.assumptions
        if assumption.name == name and screened[name].separated is not False
    ][: request.leaders]
    found = _divide(scenario, request, leaders, study)
    return Sensitivity(
        request, screened, found, _summarise(scenario, request, study, screened, found)
    )


def _screen(scenario: Scenario, request: SensitivityRequest, study: Study) -> dict[str, Effect]:
    """Effects of all assumptions, the largest first."""
    assumptions = request.assumptions
    design = walk([each.name for each in assumptions], request.trajectories, study.seed)
    flat = design.points.reshape(-1, len(assumptions))
    outputs = _outputs(scenario, request, assumptions, flat, study)
    shape = (*design.points.shape[:2], request.replications)
    found = effects(design, outputs.reshape(shape))
    by_name = {each.name: effect for each, effect in zip(assumptions, found, strict=True)}
    return dict(sorted(by_name.items(), key=lambda item: (-(item[1].mu_star.mean or 0), item[0])))


def _divide(
    scenario: Scenario,
    request: SensitivityRequest,
    leaders: Sequence[Uncertain],
    study: Study,
) -> dict[str, Index]:
    """Sobol' indices of the leaders; none of fewer than two, which share nothing."""
    if not request.samples or len(leaders) < 2:  # noqa: PLR2004 - one would explain everything
        return {}
    design = sample(len(leaders), request.samples, study.seed)
    outputs = _outputs(scenario, request, leaders, design.points, study).mean(axis=1)
    if not np.ptp(outputs[: 2 * design.count]):
        return {}
    found = indices(design, outputs, study.seed)
    return {each.name: index for each, index in zip(leaders, found, strict=True)}


def _outputs(
    scenario: Scenario,
    request: SensitivityRequest,
    assumptions: Sequence[Uncertain],
    points: Floats,
    study: Study,
) -> Floats:
    """The measure at some points. Shape: (points, replications)."""
    models = [_model(scenario, assumptions, point) for point in points]
    rows = study.run(models, range(request.replications))
    values = [[outcome.measures[request.measure] for outcome in row] for row in rows]
    outputs = np.array(values, dtype=np.float64)
    if np.isnan(outputs).any():
        raise InputError(
            noted(
                _("--measure: {measure} is not counted in every replication").format(
                    measure=request.measure
                ),
                remedy=_("choose a measure of something that happens in all of them"),
            )
        )
    return outputs


def _model(scenario: Scenario, assumptions: Sequence[Uncertain], point: Floats) -> Model:
    levels = dict(zip(assumptions, map(float, point), strict=True))
    try:
        return Model.of(varied(scenario, levels))
    except ScenarioError as error:
        at = ", ".join(
            _("{name} at {level}").format(name=each.name, level=written(f"{level:.2f}"))
            for each, level in levels.items()
        )
        raise InputError(
            _("assumptions do not go together ({at}):\n{error}").format(at=at, error=error)
        ) from error


def _summarise(
    scenario: Scenario,
    request: SensitivityRequest,
    study: Study,
    screened: dict[str, Effect],
    found: dict[str, Index],
) -> dict[str, Any]:
    """The summary object; docs/sensitivity.md describes it."""
    by_name = {each.name: each for each in request.assumptions}
    return {
        "kind": "sensitivity",
        **heading(
            scenario,
            model=Model.of(scenario).digest,
            seed=study.seed,
            replications=range(request.replications),
            engine=study.engine,
        ),
        "confidence": 0.95,
        **request.as_dict(),
        "assumptions": {
            name: {
                "text": scenario.assumptions[name].text.model_dump(),
                **by_name[name].as_dict(),
                **effect.as_dict(),
            }
            for name, effect in screened.items()
        },
        "sobol": {name: index.as_dict() for name, index in found.items()},
        "not_varied": dict(request.not_varied),
        "titles": titles(scenario),
    }


__all__ = ["Sensitivity", "read_sensitivity", "run_sensitivity", "sensitivity"]

"""Assumptions as things that can be varied: which fields, between which bounds, or how else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.errors import ScenarioError
from simulation.language import _, english
from simulation.scenario import find_fields, scaled, short_form, size_of, vary
from simulation.scenario.words import show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.errors import Problem
    from simulation.scenario import Scenario, Size
    from simulation.scenario.evidence import Assumption


@dataclass(frozen=True, eq=False)
class Range:
    """An assumption of which more or less is plausible.

    The first of its fields is the reference: it takes values between low and high. All others
    change in the same proportion.

    Attributes:
        name: Id of the assumption.
        low: Smallest plausible value, as it is written.
        high: Largest plausible value, as it is written.
        bounds: Both as sizes of the reference.
        present: Size of the reference in the scenario.
        fields: Plain values by path, the reference first.
    """

    name: str
    low: float | str
    high: float | str
    bounds: tuple[float, float]
    present: float
    fields: dict[str, Any]

    @property
    def present_as_written(self) -> float | str:
        """What the reference is now, in the unit of its low bound."""
        if not isinstance(self.low, str):
            return self.present
        unit = self.low.split()[-1]
        one = size_of(f"1 {unit}")
        return f"{self.present / (1 if one is None else one.value):.6g} {unit}"

    def changes(self, level: float) -> dict[str, Any]:
        """Values by path at a level between 0 (low) and 1 (high)."""
        low, high = self.bounds
        value = low + level * (high - low)
        if self.present == 0:
            return dict.fromkeys(self.fields, value)
        factor = value / self.present
        if math.isclose(factor, 1, rel_tol=1e-12):  # what is as it is stays so to the last digit
            return {}
        return {path: scaled(field, factor) for path, field in self.fields.items()}

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a summary."""
        return {
            "fields": list(self.fields),
            "low": self.low,
            "high": self.high,
            "present": self.present_as_written,
            "otherwise": None,
        }


@dataclass(frozen=True, eq=False)
class Alternative:
    """An assumption that holds or does not.

    Attributes:
        name: Id of the assumption.
        fields: Plain values by path, as they are.
        otherwise: The same paths, as they would be otherwise.
    """

    name: str
    fields: dict[str, Any]
    otherwise: dict[str, Any]

    def changes(self, level: float) -> dict[str, Any]:
        """Values by path at a level between 0 and 1: below a half as it is, or else otherwise."""
        return self.otherwise if level >= 1 / 2 else {}

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a summary; what is not the same in all fields is not said."""
        first, *others = map(short_form, self.fields.values())
        return {
            "fields": list(self.fields),
            "low": None,
            "high": None,
            "present": first if all(other == first for other in others) else None,
            "otherwise": dict(self.otherwise),
        }


Uncertain = Range | Alternative


@english()  # the reasons go into a summary
def uncertain(scenario: Scenario) -> tuple[list[Uncertain], dict[str, str]]:
    """The assumptions of a scenario that can be varied, and why the others cannot.

    Args:
        scenario: A validated scenario.

    Returns:
        Those that can, by id, and the reason of each of the others by id.
    """
    found: list[Uncertain] = []
    reasons: dict[str, str] = {}
    for name, assumption in sorted(scenario.assumptions.items()):
        read = _read(scenario, name, assumption)
        if isinstance(read, str):
            reasons[name] = read
        else:
            found.append(read)
    kept = _valid(scenario, _disjoint(found, reasons), reasons)
    return kept, dict(sorted(reasons.items()))


def _read(scenario: Scenario, name: str, assumption: Assumption) -> Uncertain | str:
    """An assumption that says what else is plausible, or why it cannot be varied."""
    low, high = assumption.low, assumption.high
    if assumption.otherwise:
        return _alternative(scenario, name, assumption.otherwise)
    if low is None or high is None:
        return _("it has neither low and high nor what it would be otherwise")
    paths = assumption.varies or assumption.paths
    if not assumption.varies and (len(paths) != 1 or "*" in paths[0]):
        return _("it does not say by `varies` of which field low and high are values")
    fields = {
        path: value
        for pattern in paths
        for path, value in find_fields(scenario, pattern).items()
        if "*" not in pattern or size_of(value) is not None
    }
    if not fields:
        return _("there is no number or length at {path}").format(path=paths[0])
    sizes = {path: size_of(value) for path, value in fields.items()}
    for path, size in sizes.items():
        if size is None:
            return _("{path} is not one number or length").format(path=path)
    return _bounded(name, low, high, fields, [size for size in sizes.values() if size is not None])


def _alternative(scenario: Scenario, name: str, otherwise: Mapping[str, Any]) -> Alternative | str:
    """What would be otherwise, or why it cannot be tried; a field may have no value now."""
    fields: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for pattern, value in otherwise.items():
        found = find_fields(scenario, pattern)
        if not found and "*" in pattern:
            return _("there is no field at {path}").format(path=pattern)
        found = found or {pattern: None}
        fields |= found
        others |= dict.fromkeys(found, value)
    return Alternative(name, fields, others)


def _bounded(
    name: str,
    low: float | str,
    high: float | str,
    fields: Mapping[str, Any],
    sizes: Sequence[Size],
) -> Uncertain | str:
    reference, present = next(iter(fields)), sizes[0]
    bounds = [size_of(bound) for bound in (low, high)]
    for text, bound in zip((low, high), bounds, strict=True):
        if bound is None or bound.of != present.of:
            return _("{value} cannot be a value of {reference}, which is a {kind}").format(
                value=show(text), reference=reference, kind=_(present.of)
            )
    first, second = (bound.value for bound in bounds if bound is not None)
    if not first < second:
        return _("its low {low} is not below its high {high}").format(
            low=show(low), high=show(high)
        )
    if present.value == 0 and (present.of != "number" or any(size.value for size in sizes)):
        return _("{reference} is 0 now, so nothing can change in proportion to it").format(
            reference=reference
        )
    return Range(name, low, high, (first, second), present.value, dict(fields))


def _disjoint(found: Sequence[Uncertain], reasons: dict[str, str]) -> list[Uncertain]:
    """Those that vary no field that one before them varies; the others get a reason."""
    kept: list[Uncertain] = []
    for each in found:
        shared = [
            _("the assumption {name} varies {path} already").format(name=other.name, path=path)
            for other in kept
            for path in sorted(other.fields)
            if any(_within(path, another) or _within(another, path) for another in each.fields)
        ]
        if shared:
            reasons[each.name] = shared[0]
        else:
            kept.append(each)
    return kept


def _within(path: str, other: str) -> bool:
    """Whether a field is another one, or a part of it."""
    return f"{path}.".startswith(f"{other}.")


def _valid(
    scenario: Scenario, found: Sequence[Uncertain], reasons: dict[str, str]
) -> list[Uncertain]:
    """Those whose ends make valid scenarios; the others get a reason."""
    if _problem(scenario, found) is None:  # the usual case, all at once
        return list(found)
    for each in found:
        problem = _problem(scenario, [each])
        if problem is not None:
            message = _("at its ends the scenario is not valid: {field}: {problem}")
            reasons[each.name] = message.format(field=problem.field, problem=problem.message)
    return [each for each in found if each.name not in reasons]


def _problem(scenario: Scenario, found: Sequence[Uncertain]) -> Problem | None:
    try:
        for level in (0.0, 1.0):
            varied(scenario, dict.fromkeys(found, level))
    except ScenarioError as error:
        return error.problems[0]
    return None


def varied(scenario: Scenario, levels: Mapping[Uncertain, float]) -> Scenario:
    """A scenario with some assumptions at levels between 0 (low) and 1 (high).

    Raises:
        ScenarioError: What comes of it is not valid.
    """
    changes = {
        path: value
        for assumption, level in levels.items()
        for path, value in assumption.changes(level).items()
    }
    return vary(scenario, changes, "assumptions")

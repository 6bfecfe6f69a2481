"""What a sweep varies: ``--vary workload=0.8:1.6:0.1``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NoReturn

from simulation.errors import InputError, noted
from simulation.language import _, later
from simulation.scenario import find_fields, is_short, parts_of_path, scenario_digest, size_of, vary
from simulation.scenario.words import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulation.scenario import Scenario

VARY: Final = "--vary"
MOST_FACTORS: Final = 2
MOST_POINTS: Final = 400
"""Most points of a grid; more are a mistake in a step, or a matter of days."""
_HOW: Final = later(
    "PATH=LOW:HIGH or PATH=LOW:HIGH:STEP, such as workload=0.8:1.6:0.1, "
    "teams.reception.staff=8:14 or procedures.permit.deadline=3:8:1 wd; or PATH=A,B,C"
)
_VALUES: Final = re.compile(r"\s*([-0-9.:,\s]*[0-9])\s*([a-z]*)\s*")
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")
_BY_STEPS: Final = (2, 3)
"""Numbers between colons: low and high, perhaps a step."""


@dataclass(frozen=True)
class Factor:
    """A field and the values that it takes.

    Attributes:
        path: Path of the field, as after ``--set``.
        numbers: Its values, rising, without their unit.
        unit: Unit of lengths; empty for numbers.
        present: What it is in the scenario, in words; None where the field has its default.
        whole: Whether it takes whole numbers only: so do people, and lengths given as whole ones.
    """

    path: str
    numbers: tuple[Decimal, ...]
    unit: str = ""
    present: str | None = None
    whole: bool = True

    def value(self, number: Decimal) -> Any:
        """A number as a scenario would have it: 9, 1.2 or '3 wd'."""
        if self.unit:
            return f"{number.normalize():f} {self.unit}"
        return int(number) if self.whole else float(number)

    def between(self, first: Decimal, second: Decimal) -> Decimal | None:
        """The middle of two numbers; None where a whole number has none."""
        middle = (first + second) / 2
        if self.whole:
            middle = Decimal(math.floor(middle))
        return None if middle in (first, second) else middle

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a summary."""
        return {
            "path": self.path,
            "unit": self.unit,
            "present": self.present,
            "values": [plain(number, whole=self.whole) for number in self.numbers],
        }


def plain(number: Decimal, *, whole: bool) -> float:
    """A number as it stands in a summary."""
    return int(number) if whole else float(number)


def read_factors(scenario: Scenario, texts: Sequence[str]) -> list[Factor]:
    """The factors of a sweep.

    Args:
        scenario: What they are fields of.
        texts: One or two, such as ``workload=0.8:1.6:0.1``.

    Raises:
        InputError: There is none or more than two, one cannot be read, they are of the same field,
            there are too many points, or a field is not one number.
        ScenarioError: A path is unknown, or a value not allowed.
    """
    if not 0 < len(texts) <= MOST_FACTORS:
        raise InputError(
            noted(
                _("{option} is given {texts} times; a sweep varies one or two fields").format(
                    option=VARY, texts=len(texts)
                ),
                allowed=_(_HOW),
            )
        )
    factors = [_read(text) for text in texts]
    _refuse_the_same(factors)
    points = math.prod(len(factor.numbers) for factor in factors)
    if points > MOST_POINTS:
        raise InputError(
            noted(
                _("{option}: that makes {points} points; {most} are the most").format(
                    option=VARY, points=points, most=MOST_POINTS
                ),
                remedy=_("take larger steps; the breaking point is found between them"),
            )
        )
    return [_checked(scenario, factor) for factor in factors]


def _read(text: str) -> Factor:
    path, equals, written = text.partition("=")
    path = path.strip()
    if not equals or not path:
        _refuse(text, _("is not a path and its values"), _(_HOW))
    match = _VALUES.fullmatch(written)
    if match is None:
        _refuse(
            text,
            _("has no values that can be read: {values}").format(values=show(written.strip())),
            _(_HOW),
        )
    numbers = tuple(_numbers(text, match[1]))
    if len(numbers) < 2:  # noqa: PLR2004 - a curve has two ends
        _refuse(text, _("has a single value; a sweep needs two or more"), _(_HOW))
    return Factor(path, numbers, match[2])


def _numbers(text: str, written: str) -> Iterator[Decimal]:
    steps = ":" in written
    parts = [part.strip() for part in written.split(":" if steps else ",")]
    for part in parts:
        if not _NUMBER.fullmatch(part):
            _refuse(text, _("has {part} where a number belongs").format(part=show(part)), _(_HOW))
    numbers = [Decimal(part) for part in parts]
    if steps:
        yield from _by_steps(text, numbers)
        return
    if len(set(numbers)) < len(numbers):
        _refuse(text, _("names a value twice"), _("each value once"))
    yield from sorted(numbers)


def _by_steps(text: str, numbers: Sequence[Decimal]) -> Iterator[Decimal]:
    if len(numbers) not in _BY_STEPS:
        _refuse(
            text, _("has {numbers} numbers between colons").format(numbers=len(numbers)), _(_HOW)
        )
    low, high = numbers[:2]
    if low > high:
        _refuse(
            text,
            _("goes from {low} down to {high}").format(low=low, high=high),
            _("the lower value first"),
        )
    if len(numbers) == len(_BY_STEPS) and not all(map(_is_whole, numbers)):
        _refuse(
            text,
            _("has no step"),
            _("a step behind a colon, such as {low}:{high}:0.1").format(low=low, high=high),
        )
    step = numbers[2] if len(numbers) > len(_BY_STEPS) else Decimal(1)
    if step <= 0:
        _refuse(text, _("has the step {step}").format(step=step), _("a step above 0"))
    count = int((high - low) / step) + 1
    if count > MOST_POINTS:
        _refuse(
            text,
            _("has {count} values").format(count=count),
            _("at most {most}; take larger steps").format(most=MOST_POINTS),
        )
    yield from (low + step * k for k in range(count))


def _refuse(text: str, message: str, allowed: str) -> NoReturn:
    raise InputError(
        noted(
            _("{option}: {text} {message}").format(option=VARY, text=show(text), message=message),
            allowed=allowed,
        )
    )


def _refuse_the_same(factors: Sequence[Factor]) -> None:
    paths = sorted(tuple(parts_of_path(factor.path)) for factor in factors)
    for first, second in pairwise(paths):
        if second[: len(first)] == first:
            raise InputError(
                noted(
                    _("{option} varies {path} twice; the second would undo the first").format(
                        option=VARY, path=".".join(second)
                    ),
                    remedy=_("name another field"),
                )
            )


def _checked(scenario: Scenario, factor: Factor) -> Factor:
    """A factor whose field exists and takes its values, and what it is now."""
    present = next(iter(find_fields(scenario, factor.path).values()), None)
    number = _number(present)
    factor = replace(
        factor,
        present=None if number is None else str(number),
        whole=not isinstance(number, float) and all(map(_is_whole, factor.numbers)),
    )
    digests = {
        scenario_digest(vary(scenario, {factor.path: factor.value(end)}, VARY))
        for end in (factor.numbers[0], factor.numbers[-1])
    }
    if present is not None and not is_short(present):
        within = f"{factor.path}.{_first_number(present)}"
        raise InputError(
            noted(
                _("{option}: {path} is more than one number: {present}").format(
                    option=VARY, path=factor.path, present=show(present)
                ),
                remedy=_("name the number that is meant, such as {example}").format(example=within),
            )
        )
    if len(digests) == 1:
        raise InputError(
            noted(
                _("{option}: nothing that is simulated depends on {path}").format(
                    option=VARY, path=factor.path
                ),
                remedy=_("name another field; docs/scenario-language.md lists them"),
            )
        )
    return factor


def _first_number(value: Any) -> str:
    """Path of the first number or length below a field."""
    if isinstance(value, dict):
        for key, item in value.items():
            if size_of(item) is not None and not isinstance(item, dict):
                return str(key)
            if item and isinstance(item, dict):
                return f"{key}.{_first_number(item)}"
    return "…"


def _number(value: Any) -> Any:
    """The number or text that a short form comes to."""
    while isinstance(value, dict):
        value = next((item for item in value.values() if item not in ({}, [])), None)
    return value


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()

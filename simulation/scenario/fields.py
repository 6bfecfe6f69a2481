"""Reading fields of a validated scenario by their paths, and changing their size.

A *size* is the one number that a field comes to: a number itself, the value of a dated number on
ordinary days, the number of people at the start, a length, the mean of a random length, an offset
before the due date. It can be changed while all that hangs on it keeps its proportions.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulation.language import later
from simulation.scenario.base import is_number
from simulation.scenario.canonical import to_plain
from simulation.scenario.lengths import Random
from simulation.scenario.tree import Node, Origin, paths_of_steps
from simulation.scenario.vocabulary import tree_of
from simulation.units import Duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.scenario.model import Scenario
    from simulation.scenario.tree import FieldPath

_RESOLVED: Final = Node(None, Origin(later("the scenario, resolved")))
_DATES: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PART: Final = re.compile(rf"""{_DATES}|"[^"]*"|'[^']*'|[^.]+""")
_LENGTH: Final = re.compile(r"(due - )?([0-9]+(?:\.[0-9]+)?) (s|min|h|d|wh|wd)")
_SHORT: Final = ("value", "at_start", "default", "constant")
"""Keys of which the short form of a field is the value."""
_FAMILIES: Final = frozenset(Random.model_fields)
_PLACES: Final = 6
"""Decimals that lengths and deadlines may have."""


def parts_of_path(path: str) -> list[str]:
    """The keys of a dotted path; a range of dates is one key, and so is what is quoted."""
    return [part.strip("\"'") for part in _PART.findall(path)]


def find_fields(scenario: Scenario, path: str) -> dict[str, Any]:
    """The plain values that there are at a path, by paths without ``*``, in alphabetical order.

    Args:
        scenario: A validated scenario.
        path: Keys joined by dots; ``*`` is any one key, steps of a route go by name.
    """
    places: list[tuple[tuple[str, ...], Node]] = [((), tree_of(to_plain(scenario), _RESOLVED))]
    for part in parts_of_path(path):
        places = [
            ((*names, name), child) for names, node in places for name, child in _below(node, part)
        ]
    return {_joined(names): node.plain() for names, node in sorted(places, key=lambda it: it[0])}


def _below(node: Node, part: str) -> Iterator[tuple[str, Node]]:
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            if part in ("*", key):
                yield key, child
    elif isinstance(node.value, list):
        for number, child in enumerate(node.value):
            if part in ("*", str(number)):
                yield str(number), child
        steps = [path for path, name in paths_of_steps(node) if name == part]
        if len(steps) == 1:  # of several nobody knows which is meant
            yield part, _at(node, steps[0])


def _at(node: Node, path: FieldPath) -> Node:
    for part in path:
        child = node.child(part)
        assert child is not None  # noqa: S101 - the path was found in this tree
        node = child
    return node


def _joined(names: tuple[str, ...]) -> str:
    dates = re.compile(_DATES)
    return ".".join(
        f'"{name}"' if "." in name and not dates.fullmatch(name) else name for name in names
    )


@dataclass(frozen=True)
class Size:
    """What a field comes to.

    Attributes:
        value: The number; of lengths, in seconds.
        of: ``number``, ``clock time`` or ``working time``: only sizes of one kind compare.
    """

    value: float
    of: str


def size_of(value: Any) -> Size | None:
    """The size of a field's plain value; None where it is not one number or length."""
    if is_number(value):
        return Size(float(value), later("number"))
    if isinstance(value, str):
        return _length(value)
    if not isinstance(value, dict):
        return None
    short = [key for key in _SHORT if key in value]
    if short:
        return size_of(value[short[0]])
    family = [key for key in value if key in _FAMILIES]
    return _mean(family[0], value[family[0]]) if len(value) == len(family) == 1 else None


def _length(text: str) -> Size | None:
    match = _LENGTH.fullmatch(text)
    if match is None:
        return None
    length = parse_duration(f"{match[2]} {match[3]}")
    return Size(length.seconds, later("working time") if length.working else later("clock time"))


def _mean(family: str, spec: Any) -> Size | None:
    """The mean of a random length."""
    if isinstance(spec, str):
        return _length(spec)
    if family == "mixture":
        parts = [(part["weight"], size_of(part["of"])) for part in spec]
    elif family == "empirical":
        weights = spec.get("weights") or [1.0] * len(spec["values"])
        parts = [(w, size_of(value)) for w, value in zip(weights, spec["values"], strict=True)]
    elif "mean" in spec:
        parts = [(1.0, size_of(spec["mean"]))]
    else:  # between a low and a high, perhaps with a mode
        most = {"pert": 4.0}.get(family, 1.0)
        keys = (("low", 1.0), ("mode", most), ("high", 1.0))
        parts = [(weight, size_of(spec[key])) for key, weight in keys if key in spec]
    sizes = [(weight, size) for weight, size in parts if size is not None]
    if len(sizes) != len(parts):
        return None
    total = math.fsum(weight for weight, _ in sizes)
    return Size(math.fsum(weight * size.value for weight, size in sizes) / total, sizes[0][1].of)


def scaled(value: Any, factor: float) -> Any:
    """A field's plain value with every number or length of its size multiplied by a factor.

    Weights, factors by date and coefficients of variation stay. People are whole, and so are
    calendar days of deadlines.
    """
    if isinstance(value, dict):
        return _scaled_mapping(value, factor)
    if isinstance(value, list):
        return [scaled(item, factor) for item in value]
    if isinstance(value, str):
        return _scaled_text(value, factor)
    if isinstance(value, int):
        return round(value * factor)
    return value * factor


def _scaled_mapping(value: dict[str, Any], factor: float) -> dict[str, Any]:
    if "at_start" in value:
        changes = {day: scaled(people, factor) for day, people in value["changes"].items()}
        return {"at_start": scaled(value["at_start"], factor), "changes": changes}
    if "default" in value:  # deadlines, which may differ by channel
        return {key: _scaled_text(text, factor, deadline=True) for key, text in value.items()}
    if "value" in value:
        return {**value, "value": value["value"] * factor}
    kept = {"cv", "k", "weight", "weights"}
    return {key: item if key in kept else scaled(item, factor) for key, item in value.items()}


def _scaled_text(text: str, factor: float, *, deadline: bool = False) -> str:
    match = _LENGTH.fullmatch(text)
    if match is None:
        return text
    if not deadline:
        length = parse_duration(f"{match[2]} {match[3]}")
        seconds = round(length.seconds * factor, _PLACES)
        return f"{match[1] or ''}{Duration(seconds, length.working)}"
    amount = float(match[2]) * factor
    if match[3] == "d":
        amount = max(round(amount), 1)
    return f"{amount:.{_PLACES}f}".rstrip("0").rstrip(".") + f" {match[3]}"


def is_short(value: Any) -> bool:
    """Whether a field's plain value says no more than one number or length."""
    if not isinstance(value, dict):
        return size_of(value) is not None
    filled = {key: item for key, item in value.items() if item not in ({}, [], None)}
    return len(filled) == 1 and next(iter(filled)) in _SHORT and size_of(value) is not None


def short_form(value: Any) -> Any:
    """A field's plain value, as the one number or length that it is if it says no more."""
    if not isinstance(value, dict) or not is_short(value):
        return value
    return next(value[key] for key in _SHORT if key in value)

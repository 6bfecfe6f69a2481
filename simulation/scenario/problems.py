"""From what pydantic says to what a person needs: file, line, field, value, what is allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from simulation.errors import Problem, ScenarioError
from simulation.scenario.model import Scenario
from simulation.scenario.tree import problem_at
from simulation.scenario.vocabulary import holds_models, kind_below, known_keys
from simulation.scenario.words import did_you_mean, listed, number_meant, shortened, show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from simulation.scenario.tree import FieldPath, Node
    from simulation.scenario.vocabulary import Kind

MOST_PROBLEMS: Final = 20
"""So many are reported at once; more would hide the first."""

_LONGEST_MESSAGE: Final = 400
_EXPECTED: Final = {
    "string_type": ("a text", "quote it if it is meant as a text"),
    "int_type": ("a whole number", "write digits only, such as 12"),
    "float_type": ("a number", "write digits only, such as 12 or 0.5"),
    "bool_type": ("true or false", "write true or false"),
    "list_type": ("a list", "write a list such as [a, b]"),
    "dict_type": ("a mapping", "write 'key: value' lines below it"),
    "model_type": ("a mapping", "write 'key: value' lines below it"),
}
_BOUNDS: Final = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_PERCENT: Final = 100
_NOT_WRITTEN: Final = re.compile(r"<[a-z-]+>|\[key\]")
"""What pydantic adds to a location: the names of alternatives, and that a key is meant."""
_ID_HELP: Final = "lower-case letters, digits and single hyphens, letters first, such as land-city"


def raise_sorted(problems: Iterable[Problem]) -> None:
    """Raise all problems in the order of the file, a file at a time; nothing if there are none.

    Raises:
        ScenarioError: There is a problem.
    """
    found = list(dict.fromkeys(problems))
    if not found:
        return
    files = list(dict.fromkeys(problem.file for problem in found))
    found.sort(key=lambda problem: (files.index(problem.file), problem.line or 0))
    if len(found) > MOST_PROBLEMS:
        more = len(found) - MOST_PROBLEMS
        found[MOST_PROBLEMS:] = [
            Problem(f"and {more} more problems", found[0].file, remedy="correct those above first")
        ]
    raise ScenarioError(*found)


def problems_of(
    error: ValidationError,
    root: Node,
    above: FieldPath = (),
    *,
    kind: Kind = Scenario,
    incomplete: bool = False,
) -> list[Problem]:
    """What a validation found, each at the field where it was written.

    Args:
        error: The validation of the whole or of a part.
        root: The whole tree.
        above: Path of the part that was validated.
        kind: What the whole tree is of.
        incomplete: Do not report what is missing: the file is a base.
    """
    return [
        _problem(details, root, (*above, *details["loc"]), kind)
        for details in error.errors(include_url=False)
        if not (incomplete and details["type"] == "missing")
    ]


def kind_at(root: Node, path: FieldPath, kind: Kind = Scenario) -> Kind:
    """The kind of the field at a path; ``kind`` says what the tree is of."""
    node: Node | None = root
    for part in path:
        kind = kind_below(kind, node, part)
        node = node.child(part) if node else None
    return kind


def _problem(details: ErrorDetails, root: Node, location: FieldPath, kind: Kind) -> Problem:
    path, node = _written(root, location)
    name = str(location[-1])
    if details["type"] == "missing":
        return problem_at(
            root,
            (*path, name),
            f"the required key {name!r} is missing",
            remedy=f"add '{name}: …'" + (" here" if path else " at the top level"),
        )
    if details["type"] == "extra_forbidden":
        known = known_keys(kind_at(root, path[:-1], kind), _parent(root, path)) or []
        return problem_at(
            root,
            path,
            f"unknown key {name!r}{did_you_mean(name, known)}",
            allowed=listed(known),
            remedy=_nested(name, known) or "correct it or delete it",
        )
    message, allowed, remedy = _texts(details)
    if details["type"] == "model_type":
        keys = known_keys(kind_at(root, path, kind), node) or []
        allowed, remedy = listed(keys), f"write keys with values, such as {{{keys[0]}: …}}"
    if details["type"] == "dict_type" and holds_models(kind_at(root, path, kind)):
        remedy = "write each under an id of its own, such as 'my-id: {…}', without a dash"
    return problem_at(root, path, shortened(message, _LONGEST_MESSAGE), allowed, remedy)


def _written(root: Node, location: FieldPath) -> tuple[FieldPath, Node]:
    """The part of a location that was written down, without the names of alternatives."""
    path: list[str | int] = []
    node = root
    for part in location:
        child = node.child(part)
        if child is None and _NOT_WRITTEN.fullmatch(str(part)):
            continue
        if child is None:  # the inside of a short form, or a missing key
            break
        path.append(part)
        node = child
    return tuple(path), node


def _parent(root: Node, path: FieldPath) -> Node | None:
    node: Node | None = root
    for part in path[:-1]:
        node = node.child(part) if node else None
    return node


def _nested(name: str, known: Iterable[str]) -> str:
    """What to do about a key that is a path; nothing if it is none."""
    if "." not in name:
        return ""
    if "changes" in known:
        return f"write it below 'changes': changes: {{{name}: …}}"
    keys = name.split(".")
    return f"write one key below the other: {': {'.join(keys)}: …" + "}" * (len(keys) - 1)


def _texts(details: ErrorDetails) -> tuple[str, str, str]:
    """Message, what is allowed, what to do."""
    kind, value = details["type"], show(details["input"])
    context: dict[str, Any] = details.get("ctx", {})
    if kind in _EXPECTED:
        expected, remedy = _EXPECTED[kind]
        if kind in ("int_type", "float_type"):
            remedy = _as_number(details["input"]) or remedy
        if kind == "list_type" and isinstance(details["input"], (str, int, float)):
            remedy = f"write it in brackets: [{details['input']}]"
        return f"{value} stands where {expected} is expected", "", remedy
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        remedy = "correct the number"
        number = details["input"]
        if kind == "less_than_equal" and context[key] == 1 and isinstance(number, (int, float)):
            remedy += f"; {number:g} % is written {number / 100:.12g}" if number <= _PERCENT else ""
        return f"{value} is out of range", f"{words} {context[key]:,.12g}", remedy
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", "")
        near = did_you_mean(str(details["input"]), expected.replace(" or ", ", ").split(", "))
        return f"{value} is not known here{near}", expected, "choose one of these"
    fixed = {
        "finite_number": (f"{value} is not finite", "a finite number", "correct the number"),
        "string_pattern_mismatch": (f"{value} is not an id", _ID_HELP, "rename it"),
        "too_short": (f"{value} is empty", "at least one entry", "add one, or delete the key"),
        "step_kind": (f"{value} is not a step", details["msg"], "write it so"),
        "shape": (f"{value} does not fit here", details["msg"], "write it so"),
    }
    if "max_length" in context:
        return f"{value} is too long", f"at most {context['max_length']:,}", "shorten it"
    message, _, allowed = str(context.get("error", details["msg"])).partition("; write ")
    remedy = _as_number(details["input"]) if "number" in message else ""
    return fixed.get(kind, (message, allowed, remedy or "write it so"))


def _as_number(value: Any) -> str:
    """How a text is written as a number, where it is one in quotes or in another notation."""
    if not isinstance(value, str):
        return ""
    if value.strip().replace(".", "", 1).isdigit():
        return number_meant(value) or "delete the quotes"
    return number_meant(value)

"""From what pydantic says to what a person needs: file, line, field, value, what is allowed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulation.errors import NotationError, Problem, ScenarioError
from simulation.language import _, later, retold, written
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
    "string_type": (later("a text"), later("quote it if it is meant as a text")),
    "int_type": (later("a whole number"), later("write digits only, such as 12")),
    "float_type": (later("a number"), later("write digits only, such as 12 or 0.5")),
    "bool_type": (later("true or false"), later("write true or false")),
    "list_type": (later("a list"), later("write a list such as [a, b]")),
    "dict_type": (later("a mapping"), later("write 'key: value' lines below it")),
    "model_type": (later("a mapping"), later("write 'key: value' lines below it")),
}
_BOUNDS: Final = {
    "greater_than": ("gt", later("more than {number}")),
    "greater_than_equal": ("ge", later("at least {number}")),
    "less_than": ("lt", later("less than {number}")),
    "less_than_equal": ("le", later("at most {number}")),
}
_PERCENT: Final = 100
_NOT_WRITTEN: Final = re.compile(r"<[a-z-]+>|\[key\]")
"""What pydantic adds to a location: the names of alternatives, and that a key is meant."""
_ID_HELP: Final = later(
    "lower-case letters, digits and single hyphens, letters first, such as land-city"
)
_FIXED: Final = {
    "finite_number": (
        later("{value} is not finite"),
        later("a finite number"),
        later("correct the number"),
    ),
    "string_pattern_mismatch": (later("{value} is not an id"), _ID_HELP, later("rename it")),
    "too_short": (
        later("{value} is empty"),
        later("at least one entry"),
        later("add one, or delete the key"),
    ),
    "step_kind": (later("{value} is not a step"), "", later("write it so")),
    "shape": (later("{value} does not fit here"), "", later("write it so")),
}
"""Message, what is allowed (empty: what the model says), what to do."""


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
            Problem(
                _("and {number} more problems").format(number=more),
                found[0].file,
                remedy=_("correct those above first"),
            )
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
        remedy = _("add '{key}: …' here") if path else _("add '{key}: …' at the top level")
        problem = problem_at(
            root,
            (*path, name),
            _("the required key {key!r} is missing").format(key=name),
            remedy=remedy.format(key=name),
        )
        return replace(problem, missing=True)
    if details["type"] == "extra_forbidden":
        known = known_keys(kind_at(root, path[:-1], kind), _parent(root, path)) or []
        return problem_at(
            root,
            path,
            _("unknown key {key!r}{near}").format(key=name, near=did_you_mean(name, known)),
            allowed=listed(known),
            remedy=_nested(name, known) or _("correct it or delete it"),
        )
    message, allowed, remedy = _texts(details)
    if details["type"] == "model_type":
        keys = known_keys(kind_at(root, path, kind), node) or []
        allowed = listed(keys) if keys else allowed
        example = f"{{{keys[0] if keys else '…'}: …}}"
        remedy = _("write keys with values, such as {example}").format(example=example)
    if details["type"] == "dict_type" and holds_models(kind_at(root, path, kind)):
        remedy = _("write each under an id of its own, such as 'my-id: {…}', without a dash")
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
        return _("write it below 'changes': {example}").format(example=f"changes: {{{name}: …}}")
    keys = name.split(".")
    example = f"{': {'.join(keys)}: …" + "}" * (len(keys) - 1)
    return _("write one key below the other: {example}").format(example=example)


def _texts(details: ErrorDetails) -> tuple[str, str, str]:
    """Message, what is allowed, what to do."""
    kind, value = details["type"], show(details["input"])
    context: dict[str, Any] = details.get("ctx", {})
    if kind in _EXPECTED:
        return _of_type(kind, details["input"])
    if kind in _BOUNDS:
        return _of_bound(kind, details["input"], context)
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", "")
        near = did_you_mean(str(details["input"]), expected.replace(" or ", ", ").split(", "))
        message = _("{value} is not known here{near}").format(value=value, near=near)
        return message, expected.replace(" or ", _(" or ")), _("choose one of these")
    if "max_length" in context:
        message, most = _("{value} is too long"), written(f"{context['max_length']:,}")
        return message.format(value=value), _("at most {most}").format(most=most), _("shorten it")
    if kind in _FIXED:
        message, allowed, remedy = map(_, _FIXED[kind])
        return message.format(value=value), allowed or retold(details["msg"]), remedy
    return _of_error(context.get("error"), details)


def _of_error(error: Any, details: ErrorDetails) -> tuple[str, str, str]:
    """The texts of an error that one of our validators raised; else a sentence of pydantic's."""
    if not isinstance(error, NotationError):
        return retold(details["msg"]), "", _("write it so")
    remedy = _as_number(details["input"]) if error.number else ""
    return error.message, error.write, remedy or _("write it so")


def _of_type(kind: str, found: Any) -> tuple[str, str, str]:
    """The texts of a value of another type than that of its field."""
    expected, remedy = map(_, _EXPECTED[kind])
    if kind in ("int_type", "float_type"):
        remedy = _as_number(found) or remedy
    if kind == "list_type" and isinstance(found, (str, int, float)):
        remedy = _("write it in brackets: {list}").format(list=f"[{found}]")
    message = _("{value} stands where {expected} is expected")
    return message.format(value=show(found), expected=expected), "", remedy


def _of_bound(kind: str, number: Any, context: dict[str, Any]) -> tuple[str, str, str]:
    """The texts of a number out of range; a percentage is shown as the fraction that is meant."""
    key, words = _BOUNDS[kind]
    is_share = kind == "less_than_equal" and context[key] == 1
    remedy = _("correct the number")
    if is_share and isinstance(number, (int, float)) and number <= _PERCENT:
        remedy = _("correct the number; {percent:g} % is written {share:.12g}").format(
            percent=number, share=number / 100
        )
    message = _("{value} is out of range").format(value=show(number))
    return message, _(words).format(number=written(f"{context[key]:,.12g}")), remedy


def _as_number(value: Any) -> str:
    """How a text is written as a number, where it is one in quotes or in another notation."""
    if not isinstance(value, str):
        return ""
    if value.strip().replace(".", "", 1).isdigit():
        return number_meant(value) or _("delete the quotes")
    return number_meant(value)

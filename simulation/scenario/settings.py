"""Changing fields of a scenario by their path: ``--set teams.reception.staff=12``, and options.

A path names keys from the top, joined by dots. The items of a list go by number, steps of a route
also by name at any depth (``routes.standard.receive.work``). A value is YAML on one line; ``null``
takes the field back to its default. Keys that hold a dot themselves are quoted, except ranges of
dates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from simulation.errors import Problem, ScenarioError
from simulation.language import _
from simulation.scenario.model import Scenario
from simulation.scenario.tree import Node, Origin, dotted, paths_of_steps, refuse
from simulation.scenario.vocabulary import (
    default_of,
    exclusive_keys,
    holds_models,
    kind_below,
    known_keys,
    long_form,
    tree_of,
)
from simulation.scenario.words import did_you_mean, listed, show
from simulation.scenario.yaml_file import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulation.scenario.tree import FieldPath
    from simulation.scenario.vocabulary import Kind

SETTING: Final = "--set"
_PART: Final = re.compile(
    r"""\s*(?: "([^"]*)" | '([^']*)'                                  # quoted
        | ([0-9]{4}-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})   # a range of dates
        | ([^."']+?) )\s*(?:\.|$)""",
    re.VERBOSE,
)


def apply_settings(root: Node, settings: Iterable[str]) -> Node:
    """A tree changed by texts such as ``teams.reception.staff=12``, in order.

    Raises:
        ScenarioError: A text has no ``=``, no readable value, or no known path.
    """
    for text in settings:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise ScenarioError(
                Problem(
                    _("{text} is not a setting").format(text=show(text)),
                    SETTING,
                    allowed=_("path=value, such as teams.reception.staff=12"),
                )
            )
        node = parse_yaml(value, Origin(SETTING))
        if node is None:
            raise ScenarioError(
                Problem(
                    _("a value is missing"),
                    SETTING,
                    field=path.strip(),
                    remedy=_("write one after '='; null takes the field back to its default"),
                )
            )
        root = set_at(root, path, node)
    return root


def apply_changes(root: Node, changes: Mapping[str, Any], origin: Origin | None = None) -> Node:
    """A tree changed by a mapping of paths to plain values, in order.

    Args:
        root: The tree.
        changes: Value by path, e.g. ``{"teams.reception.staff": 12}``.
        origin: Where the changes were written.

    Raises:
        ScenarioError: A path is unknown.
    """
    like = Node(None, origin or Origin(SETTING))
    for path, value in changes.items():
        root = set_at(root, path, tree_of(value, like))
    return root


def set_at(root: Node, path: str, value: Node, kind: Kind = Scenario) -> Node:
    """A tree with another value at a path; ``kind`` says what the tree is of.

    Raises:
        ScenarioError: Nothing is known at the path; names the nearest known one.
    """
    return _Setter(root, path, value).tree(kind)


class _Setter:
    """One change on its way down the tree; keeps what its error messages need."""

    def __init__(self, root: Node, path: str, value: Node) -> None:
        self.root = root
        self.path = path.strip()
        self.value = value
        self.done: FieldPath = ()

    def tree(self, kind: Kind) -> Node:
        return self._set(self.root, kind, self._parts())

    def _parts(self) -> list[str | int]:
        parts: list[str | int] = []
        rest = self.path
        while rest or not parts:
            match = None if "/" in rest else _PART.match(rest)
            if match is None or (match[0] == rest and rest.endswith(".")):
                self._refuse(
                    _("this is not a path"), _("keys joined by dots, as teams.reception.staff")
                )
            parts.append(next(group for group in match.groups() if group is not None))
            rest = rest[match.end() :]
        return parts

    def _set(self, node: Node, kind: Kind, parts: list[str | int]) -> Node:
        if not parts:
            return self.value
        node = long_form(kind, node)
        if isinstance(node.value, dict):
            return self._set_entry(node, node.value, kind, parts)
        if isinstance(node.value, list):
            return self._set_item(node, node.value, kind, parts)
        return self._refuse(
            _("{place} is the single value {value}; nothing stands below it").format(
                place=self._place(), value=show(node.value)
            )
        )

    def _set_entry(
        self, node: Node, entries: dict[str, Node], kind: Kind, parts: list[str | int]
    ) -> Node:
        key, rest = str(parts[0]), parts[1:]
        below = kind_below(kind, node, key)
        child = entries.get(key)
        if child is None or child.value is None:
            self._require_known(node, kind, key, new_entry=not rest)
            child = default_of(kind, node, key)
        self.done = (*self.done, key)
        excluded = exclusive_keys(kind) - {key} if key in exclusive_keys(kind) else frozenset()
        kept = {name: entry for name, entry in entries.items() if name not in excluded}
        return Node({**kept, key: self._set(child, below, rest)}, node.origin)

    def _set_item(self, node: Node, items: list[Node], kind: Kind, parts: list[str | int]) -> Node:
        part = str(parts[0])
        if not part.isdigit():
            steps = list(paths_of_steps(node))
            found = [path for path, name in steps if name == part]
            if len(found) != 1:
                names = [name for _, name in steps]
                numbers = _("a number from 0 to {last}").format(last=len(items) - 1)
                self._refuse(
                    _("{place} has no item {part}{near}").format(
                        place=self._place(), part=show(part), near=did_you_mean(part, names)
                    ),
                    _("{numbers}, or {names}").format(numbers=numbers, names=listed(names))
                    if names
                    else numbers,
                )
            return self._set(node, kind, [*found[0], *parts[1:]])
        number = int(part) if len(part) < 10 else len(items)  # noqa: PLR2004 - more digits than any list has
        if number >= len(items):
            self._refuse(
                _("{place} has {items} items, so none is number {part}").format(
                    place=self._place(), items=len(items), part=part
                ),
                _("a number from 0 to {last}").format(last=len(items) - 1),
            )
        self.done = (*self.done, number)
        changed = self._set(items[number], kind_below(kind, node, number), parts[1:])
        return Node([*items[:number], changed, *items[number + 1 :]], node.origin)

    def _require_known(self, node: Node, kind: Kind, key: str, *, new_entry: bool) -> None:
        known = known_keys(kind, node)
        if known is None:
            if not holds_models(kind) or (new_entry and isinstance(self.value.value, dict)):
                return
            known = list(node.plain())
        if key not in known:
            self._refuse(
                _("{place} has no {key}{near}").format(
                    place=self._place(), key=show(key), near=did_you_mean(key, known)
                ),
                listed(known),
            )

    def _place(self) -> str:
        return dotted(self.root, self.done) or _("the scenario")

    def _refuse(self, message: str, allowed: str = "") -> NoReturn:
        refuse(self.value, self.path, message, allowed, remedy=_("correct the path"))

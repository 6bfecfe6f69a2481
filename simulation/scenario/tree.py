"""A scenario file as a tree of plain values that know where they were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from simulation.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterator

Scalar: TypeAlias = "str | int | float | bool | None"
FieldPath: TypeAlias = "tuple[str | int, ...]"


@dataclass(frozen=True)
class Origin:
    """Where a value was written.

    Attributes:
        file: The file as the user named it, or ``--set``.
        line: 1-based; None where a line makes no sense.
        directory: The directory that file names in it are relative to.
    """

    file: str
    line: int | None = None
    directory: str = "."


@dataclass(frozen=True)
class Node:
    """A scalar, a mapping or a list, with its origin (for an entry of a mapping, its key's)."""

    value: Scalar | dict[str, Node] | list[Node]
    origin: Origin

    def plain(self) -> Any:
        """The value without origins."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, part: str | int) -> Node | None:
        """The entry of a mapping or the item of a list; None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(str(part))
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            return self.value[part]
        return None


def dotted(root: Node, path: FieldPath) -> str:
    """A path as people write it: steps by name rather than by number."""
    names: list[str] = []
    node: Node | None = root
    for part in path:
        names.append(_name(node, part))
        node = node.child(part) if node else None
    return ".".join(names)


def _name(parent: Node | None, part: str | int) -> str:
    item = parent.child(part) if parent and isinstance(part, int) else None
    if item is None or parent is None or not isinstance(parent.value, list):
        return str(part)
    steps = [step.value for sibling in parent.value if (step := sibling.child("step"))]
    own = item.child("step")
    if own and isinstance(own.value, str) and steps.count(own.value) == 1:
        return own.value
    return str(part)


def problem_at(
    root: Node, path: FieldPath, message: str, allowed: str = "", remedy: str = ""
) -> Problem:
    """A problem of the field at a path, or of the nearest field around it that was written."""
    node = root
    for part in path:
        found = node.child(part)
        if found is None:
            break
        node = found
    return Problem(message, node.origin.file, node.origin.line, dotted(root, path), allowed, remedy)


def placed(root: Node, problem: Problem) -> Problem:
    """A problem that names only its field, with the file and line in which that was written."""
    if problem.file is not None:
        return problem
    path = tuple(problem.field.split("."))
    return problem_at(root, path, problem.message, problem.allowed, problem.remedy)


def refuse(node: Node, field: str, message: str, allowed: str = "", remedy: str = "") -> NoReturn:
    """Give up for one problem of a field, said of the line of a node.

    Raises:
        ScenarioError: Always.
    """
    origin = node.origin
    raise ScenarioError(Problem(message, origin.file, origin.line, field, allowed, remedy))


def paths_of_steps(node: Node, above: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """Path and name of every step in a list of steps, nested ones included."""
    entries = node.value.items() if isinstance(node.value, dict) else ()
    items = enumerate(node.value) if isinstance(node.value, list) else entries
    for part, child in items:
        name = child.child("step")
        if name is not None and isinstance(name.value, str):
            yield (*above, part), name.value
        yield from paths_of_steps(child, (*above, part))

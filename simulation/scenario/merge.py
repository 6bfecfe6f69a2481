"""``extends``: a scenario is a short file over a common base.

Mappings are merged key by key; lists and single values of the base are replaced; ``null`` removes a
key of the base. A short form of the base (``staff: 12``) meets a mapping as what it stands for
(``at_start: 12``); of keys that exclude one another (distribution families) the base's goes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulation.language import _, later
from simulation.scenario.model import Scenario
from simulation.scenario.text_file import is_file
from simulation.scenario.tree import Node, refuse
from simulation.scenario.vocabulary import exclusive_keys, kind_below, long_form
from simulation.scenario.words import did_you_mean, listed, show
from simulation.scenario.yaml_file import read_yaml

if TYPE_CHECKING:
    from simulation.scenario.vocabulary import Kind

SUFFIXES: Final = (".yaml", ".yml")


def load_tree(path: Path, shown: str, bundled: Path) -> Node:
    """A scenario file merged over everything that it extends, ``null`` entries still in it.

    Args:
        path: The file.
        shown: Its name in messages.
        bundled: Directory of the bundled scenarios.

    Raises:
        ScenarioError: A file cannot be read or extends something that it must not.
    """
    return _Loader(_real(path.parent), _real(bundled)).load(path, shown, ())


def merge(base: Node, over: Node, kind: Kind = Scenario) -> Node:
    """A value written over the one that a base has."""
    if not isinstance(over.value, dict):
        return over
    base = long_form(kind, base)
    if not isinstance(base.value, dict):
        return over
    chosen = exclusive_keys(kind) & over.value.keys()
    dropped = exclusive_keys(kind) - chosen if chosen else frozenset()
    merged = {key: node for key, node in base.value.items() if key not in dropped}
    for key, node in over.value.items():
        if key in merged:
            node = merge(merged[key], node, kind_below(kind, over, key))  # noqa: PLW2901 - one name for what will stand there
        merged[key] = node
    return Node(merged, over.origin)


def without_nulls(node: Node) -> Node:
    """The tree without the entries of mappings that are null: these are as if never written."""
    if isinstance(node.value, dict):
        kept = {key: child for key, child in node.value.items() if child.value is not None}
        return Node({key: without_nulls(child) for key, child in kept.items()}, node.origin)
    if isinstance(node.value, list):
        return Node([without_nulls(child) for child in node.value], node.origin)
    return node


class _Loader:
    """Follows ``extends`` from file to file, inside the directories that it may read."""

    def __init__(self, home: Path, bundled: Path) -> None:
        self.home = home
        self.bundled = bundled

    def load(self, path: Path, shown: str, chain: tuple[Path, ...]) -> Node:
        tree = read_yaml(path, shown)
        assert isinstance(tree.value, dict)  # noqa: S101 - read_yaml promises it
        extends = tree.value.get("extends")
        own = Node({key: node for key, node in tree.value.items() if key != "extends"}, tree.origin)
        if extends is None or extends.value is None:
            return own
        chain = (*chain, _real(path))
        base_path, base_shown = self._base(extends, path, shown)
        if _real(base_path) in chain:
            names = [self._short(passed) for passed in (*chain, base_path)]
            refuse(
                extends,
                "extends",
                _("extends goes round in a circle: {names}").format(names=" → ".join(names)),
                remedy=_("let one of these files stand alone"),
            )
        return merge(self.load(base_path, base_shown, chain), own)

    def _base(self, extends: Node, path: Path, shown: str) -> tuple[Path, str]:
        """The file that is extended, and its name in messages."""
        name = extends.value
        if not isinstance(name, str) or not name.strip() or "\0" in name:
            refuse(
                extends,
                "extends",
                _("{name} is not the name of a file").format(name=show(name)),
                remedy=_(_NAMES),
            )
        sibling = path.parent / name
        if sibling.suffix not in SUFFIXES:
            if Path(name).name != name:
                refuse(
                    extends,
                    "extends",
                    _("{name} does not end in .yaml").format(name=show(name)),
                    remedy=_(_NAMES),
                )
            sibling = path.parent / f"{name}.yaml"
            if not is_file(sibling):
                return self._bundled(extends, name)
        if not self._may_read(sibling):
            refuse(
                extends,
                "extends",
                _("{name} lies outside the directory of the scenario").format(name=show(name)),
                allowed=_("files in {home} and below, and bundled names").format(home=self.home),
                remedy=_("copy the base into the scenario's directory"),
            )
        if not is_file(sibling):
            if sibling.name == name and is_file(self.bundled / name):
                return self._bundled(extends, sibling.stem)
            refuse(
                extends,
                "extends",
                _("there is no file {name}").format(name=show(name)),
                remedy=_(_NAMES),
            )
        return sibling, str(Path(shown).parent / sibling.relative_to(path.parent))

    def _bundled(self, extends: Node, name: str) -> tuple[Path, str]:
        path = self.bundled / f"{name}.yaml"
        if not is_file(path) or not self._may_read(path):
            known = bundled_names(self.bundled)
            refuse(
                extends,
                "extends",
                _("there is no bundled scenario {name}{near}").format(
                    name=show(name), near=did_you_mean(name, known)
                ),
                allowed=_("{names}, or a file name that ends in .yaml").format(names=listed(known)),
                remedy=_(_NAMES),
            )
        return path, str(path)

    def _short(self, path: Path) -> str:
        real = _real(path)
        return str(real.relative_to(self.home) if real.is_relative_to(self.home) else real.name)

    def _may_read(self, path: Path) -> bool:
        real = _real(path)
        return any(real.is_relative_to(root) for root in (self.home, self.bundled))


_NAMES: Final = later(
    "name a file beside this one, such as 'base.yaml', or a bundled scenario, as 'base'"
)


def bundled_names(bundled: Path) -> list[str]:
    """Names of all bundled files, bases included."""
    return sorted(path.stem for path in bundled.glob("*.yaml"))


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of symbolic links, a name that cannot be
        return path.absolute()

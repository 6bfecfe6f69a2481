"""From a file name to a validated scenario."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from simulation.errors import Problem, ScenarioError
from simulation.language import _
from simulation.scenario.arrivals import with_arrival_files
from simulation.scenario.checks import findings
from simulation.scenario.merge import SUFFIXES, bundled_names, load_tree, without_nulls
from simulation.scenario.model import Scenario
from simulation.scenario.problems import problems_of, raise_sorted
from simulation.scenario.settings import apply_settings
from simulation.scenario.text_file import is_file
from simulation.scenario.words import did_you_mean, listed, show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from simulation.scenario.tree import Node

_IS_SCENARIO: Final = re.compile(r"^scenario:", re.MULTILINE)


def load_scenario(
    name: str | PathLike[str], settings: Sequence[str] = (), *, bundled: Path | None = None
) -> Scenario:
    """Load, merge, change and validate a scenario.

    Args:
        name: Name of a bundled scenario, or path of a file.
        settings: Changes such as ``teams.reception.staff=12``, applied in order.
        bundled: Directory of the bundled scenarios, where it is not motcua's own.

    Raises:
        ScenarioError: It cannot be used; carries every problem found.
    """
    tree = read_tree(name, settings, bundled=bundled)
    directory = _bundled_dir(bundled)
    if tree.child("scenario") is None and str(name) in bundled_names(directory):
        raise ScenarioError(
            Problem(
                _("{name} is a base, which scenarios extend, and no scenario itself").format(
                    name=show(str(name))
                ),
                allowed=listed(list_bundled(bundled=directory)),
                remedy=_("name one of these, or write 'extends' in a file of your own"),
            )
        )
    return build(tree)


def read_tree(
    name: str | PathLike[str], settings: Sequence[str] = (), *, bundled: Path | None = None
) -> Node:
    """The tree of a scenario, merged and changed but not validated, for further changes.

    Raises:
        ScenarioError: A file cannot be read, or a setting not applied.
    """
    directory = _bundled_dir(bundled)
    path = resolve_name(name, bundled=directory)
    shown = str(name) if path == Path(name) else str(path)
    return apply_settings(load_tree(path, shown, directory), settings)


def build(tree: Node) -> Scenario:
    """The validated scenario of a tree.

    Raises:
        ScenarioError: It cannot be used; carries every problem found.
    """
    if tree.child("options") and tree.child("options_for"):
        raise ScenarioError(
            Problem(
                _("this is an options file, which changes a scenario, and no scenario itself"),
                tree.origin.file,
                remedy=_("name its scenario; 'motcua check' validates options"),
            )
        )
    tree = with_arrival_files(without_nulls(tree))
    try:
        scenario = Scenario.model_validate(tree.plain())
    except ValidationError as error:
        raise_sorted(problems_of(error, tree))
        raise  # unreachable: a validation error has problems
    raise_sorted(findings(scenario, tree))
    return scenario


def check_base(name: str | PathLike[str], *, bundled: Path | None = None) -> None:
    """Validate what stands in an incomplete file that others extend.

    Whether it fits together can only be told of a whole scenario.

    Raises:
        ScenarioError: Something in it can never be right.
    """
    tree = without_nulls(read_tree(name, bundled=bundled))
    try:
        Scenario.model_validate(tree.plain())
    except ValidationError as error:
        raise_sorted(problems_of(error, tree, incomplete=True))


def resolve_name(name: str | PathLike[str], *, bundled: Path | None = None) -> Path:
    """The file of a bundled scenario's name, or of a path.

    Raises:
        ScenarioError: There is no such bundled scenario.
    """
    path, directory = Path(name), _bundled_dir(bundled)
    if not str(name).strip():
        raise ScenarioError(
            Problem(
                _("{name} names no scenario").format(name=show(str(name))),
                allowed=_(
                    "a name that 'motcua scenarios' lists, or a file name that ends in .yaml"
                ),
                remedy=_("name one; in a script, check the variable that should hold the name"),
            )
        )
    if path.suffix in SUFFIXES or len(path.parts) != 1:
        return path
    found = directory / f"{name}.yaml"
    if is_file(found):
        return found
    with suppress(OSError, ValueError):  # a name that cannot be is unknown below
        if path.exists():
            return path
    known = list_bundled(bundled=directory)
    raise ScenarioError(
        Problem(
            _("there is no bundled scenario {name}{near}").format(
                name=show(str(name)), near=did_you_mean(str(name), known)
            ),
            allowed=_("{names}, or a file name that ends in .yaml").format(names=listed(known)),
            remedy=_("list them with 'motcua scenarios'"),
        )
    )


def list_bundled(*, bundled: Path | None = None) -> list[str]:
    """Names of the bundled scenarios that can be run (bases cannot)."""
    return sorted(
        path.stem
        for path in _bundled_dir(bundled).glob("*.yaml")
        if _IS_SCENARIO.search(path.read_text(encoding="utf-8"))
    )


def _bundled_dir(bundled: Path | None) -> Path:
    if bundled is not None:
        return bundled
    from simulation.bundled import bundled_scenarios_dir  # noqa: PLC0415 - not needed by a caller who names a directory

    return bundled_scenarios_dir()

"""Options: named sets of changes to a scenario, to be compared with it.

An options file names the scenario and, by id, what each option changes. Every option is applied
and validated when the file is read, so that what is wrong in the last one is not found out after
hours of simulating the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field, ValidationError

from simulation.errors import Problem, ScenarioError
from simulation.language import _, later
from simulation.scenario.base import Id, Model, Text
from simulation.scenario.load import build, list_bundled, read_tree, resolve_name
from simulation.scenario.merge import SUFFIXES
from simulation.scenario.problems import problems_of, raise_sorted
from simulation.scenario.settings import set_at
from simulation.scenario.text_file import is_file
from simulation.scenario.tree import problem_at, refuse
from simulation.scenario.words import did_you_mean, listed, show
from simulation.scenario.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from simulation.scenario.model import Scenario
    from simulation.scenario.tree import FieldPath, Node

BASE: Final = "base"
"""What the scenario without options is called; no option can have this id."""
_NAMES: Final = later(
    "name a file beside this one, such as 'my-office.yaml', or a bundled scenario"
)


class Option(Model):
    """A named set of changes.

    Attributes:
        changes: Value by path, as after ``--set``; ``null`` takes a field back to its default.
        cost: What it costs over the period, beyond pay, in the scenario's currency; savings are
            negative.
        source: Where the idea comes from: a source's id, or a text.
    """

    title: Text
    changes: Annotated[dict[str, Any], Field(min_length=1)]
    cost: float | None = None
    source: str | None = None


class Options(Model):
    """An options file as it is written.

    Attributes:
        options_for: The scenario that is changed: a file beside this one or below (or above,
            where this one lies in a directory ``options``), or a bundled name.
    """

    options_for: str
    options: Annotated[dict[Id, Option], Field(min_length=1)]


@dataclass(frozen=True)
class OptionsFile:
    """An options file, read and applied.

    Attributes:
        base: The scenario without any option.
        options: What each option says, by id, in the order of the file.
        scenarios: The scenario with each option, by the same ids in the same order.
    """

    base: Scenario
    options: dict[str, Option]
    scenarios: dict[str, Scenario]


def load_options(
    name: str | PathLike[str],
    settings: Sequence[str] = (),
    *,
    scenario: str | PathLike[str] | None = None,
    bundled: Path | None = None,
) -> OptionsFile:
    """Read an options file and apply every option to its scenario.

    Args:
        name: Path of the file, or the name of a bundled one (``options/`` beside the scenarios).
        settings: Changes such as ``workload=1.34``, applied before those of any option.
        scenario: Name or path of the scenario to change, in place of the one that the file names.
        bundled: Directory of the bundled scenarios, where it is not motcua's own.

    Raises:
        ScenarioError: The file, its scenario or an option cannot be used; carries every problem
            found in the first of these that has one.
    """
    path = _file(name, bundled)
    shown = str(name) if path == Path(name) else str(path)
    tree = read_yaml(path, shown)
    try:
        written = Options.model_validate(tree.plain())
    except ValidationError as error:
        raise_sorted(problems_of(error, tree, kind=Options))
        raise  # unreachable: a validation error has problems
    if BASE in written.options:
        raise ScenarioError(
            problem_at(
                tree,
                ("options", BASE),
                _("{name!r} is what the scenario without options is called").format(name=BASE),
                remedy=_("give the option another id"),
            )
        )
    start = read_tree(
        _scenario_file(tree, path, bundled) if scenario is None else scenario,
        settings,
        bundled=bundled,
    )
    base = build(start)
    scenarios: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for option_id in written.options:
        try:
            scenarios[option_id] = _applied(start, tree, option_id)
        except ScenarioError as error:
            problems += error.problems
    raise_sorted(problems)
    return OptionsFile(base, written.options, scenarios)


def options_of(scenario: str | PathLike[str], *, bundled: Path | None = None) -> str:
    """The options file that belongs to a scenario: ``options/`` beside it has one of its name.

    Args:
        scenario: Name of a bundled scenario, or path of a file.
        bundled: Directory of the bundled scenarios, where it is not motcua's own.

    Raises:
        ScenarioError: There is no such scenario, or it has no options file.
    """
    path = resolve_name(scenario, bundled=bundled)
    beside = path.parent / "options"
    for file in (beside / f"{path.stem}{suffix}" for suffix in SUFFIXES):
        if is_file(file):
            return str(file)
    known = sorted(file.stem for suffix in SUFFIXES for file in beside.glob(f"*{suffix}"))
    raise ScenarioError(
        Problem(
            _("{scenario} has no options file: there is no {file}").format(
                scenario=show(str(scenario)), file=f"{beside / path.stem}{SUFFIXES[0]}"
            ),
            allowed=_("{names} (those there are), or any options file").format(names=listed(known))
            if known
            else "",
            remedy=_(
                "name an options file behind the scenario; docs/scenario-language.md says "
                "how to write one"
            ),
        )
    )


def _file(name: str | PathLike[str], bundled: Path | None) -> Path:
    path = Path(name)
    if path.suffix in SUFFIXES or len(path.parts) != 1:
        return path
    if bundled is None:
        from simulation.bundled import bundled_scenarios_dir  # noqa: PLC0415 - not needed by a caller who names a directory

        bundled = bundled_scenarios_dir()
    return bundled / "options" / f"{name}.yaml"


def _scenario_file(tree: Node, path: Path, bundled: Path | None) -> str:
    """The scenario that an options file names: a file of its own directory, or a bundled name."""
    node = tree.child("options_for")
    assert node is not None  # noqa: S101 - the file has been validated
    name = str(node.value)
    if not name.strip() or "\0" in name:
        refuse(
            node,
            "options_for",
            _("{name} is not the name of a scenario").format(name=show(name)),
            remedy=_(_NAMES),
        )
    file = name if Path(name).suffix in SUFFIXES else f"{name}.yaml"
    directories = _directories(path)
    if not _real(path.parent / file).is_relative_to(_real(directories[-1])):
        refuse(
            node,
            "options_for",
            _("{name} lies outside the directory of the options file").format(name=show(name)),
            allowed=_("files in {home} and below, and bundled names").format(home=directories[-1]),
            remedy=_("put the options beside their scenario"),
        )
    for directory in directories:
        if is_file(directory / file) and _real(directory / file) != _real(path):
            return str(directory / file)
    known = list_bundled(bundled=bundled)
    if name in known:
        return str(resolve_name(name, bundled=bundled))
    return refuse(
        node,
        "options_for",
        _("there is no scenario {name}{near}").format(
            name=show(name), near=did_you_mean(name, known)
        ),
        allowed=_("{names}, or a file name that ends in .yaml").format(names=listed(known)),
        remedy=_(_NAMES),
    )


def _directories(path: Path) -> list[Path]:
    """Where the scenario of an options file may lie, so that a copied ``options/`` finds it."""
    own = path.parent
    return [own, own.parent] if own.name == "options" else [own]


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of symbolic links
        return path.absolute()


def _applied(start: Node, tree: Node, option_id: str) -> Scenario:
    """The scenario with one option.

    Raises:
        ScenarioError: Changes lead nowhere or do not fit, all said of the options file.
    """
    field: FieldPath = ("options", option_id, "changes")
    changes = _at(tree, field).value
    assert isinstance(changes, dict)  # noqa: S101 - the file has been validated
    problems: list[Problem] = []
    for path, node in changes.items():
        try:
            start = set_at(start, path, node)
        except ScenarioError as error:
            problems += error.problems
    try:
        if not problems:
            return build(start)
    except ScenarioError as error:
        problems += error.problems
    raise ScenarioError(*(_said_of_option(problem, tree, field) for problem in problems))


def _said_of_option(problem: Problem, tree: Node, field: FieldPath) -> Problem:
    """A problem of a changed scenario as one of the changes: these are what is to be corrected."""
    if problem.file == tree.origin.file:
        remedy = problem.remedy
        if problem.missing:  # a mapping stands where a value may do
            remedy += _("; or change single fields by their path, such as teams.reception.staff")
        return replace(
            problem, field=".".join(map(str, field)) + f".{problem.field}", remedy=remedy
        )
    place = ":".join(str(part) for part in (problem.file, problem.line) if part is not None)
    elsewhere = ": ".join(part for part in (place, problem.field, problem.message) if part)
    return problem_at(
        tree,
        field,
        _("with these changes the scenario does not fit together: {elsewhere}").format(
            elsewhere=elsewhere
        ),
        problem.allowed,
        _("change that too, or leave out what it needs"),
    )


def _at(tree: Node, path: FieldPath) -> Node:
    for part in path:
        child = tree.child(part)
        assert child is not None  # noqa: S101 - the file has been validated
        tree = child
    return tree

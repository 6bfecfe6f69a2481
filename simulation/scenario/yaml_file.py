"""Reading a YAML file safely: plain values and lines, and none of YAML's surprises.

Only what a person writes by hand is taken: mappings, lists and scalars. Anchors (with which a few
lines become gigabytes), tags, several documents, duplicate keys, numbers that YAML would read in
another base and numbers such as 1.400, which may be meant as thousands, are refused. The keys of
mappings stay texts, so dates can be keys. Everything that is neither a plain decimal number,
``true``, ``false`` nor ``null`` stays a text: ``7:30``, ``no`` and ``2021-01-01`` are what they
look like.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from simulation.errors import Problem, ScenarioError
from simulation.language import _, retold
from simulation.scenario.text_file import read_text
from simulation.scenario.tree import Node, Origin
from simulation.scenario.words import show
from simulation.scenario.yaml_nodes import NO_BREAK_SPACES, Composer, line_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ruamel.yaml.events import Event


def read_yaml(path: Path, shown: str) -> Node:
    """Read a file whose top level is a mapping.

    Args:
        path: The file.
        shown: Its name in messages.

    Raises:
        ScenarioError: It cannot be read, or is not such a file.
    """
    directory = str(path.parent)
    text = read_text(path, shown)
    root = parse_yaml(text, Origin(shown, 1, directory))
    if root is None:
        raise ScenarioError(
            Problem(
                _("the file is empty"),
                shown,
                remedy=_("write a scenario, or start from 'extends: base'"),
            )
        )
    if not isinstance(root.value, dict):
        kind = (
            _("a list")
            if isinstance(root.value, list)
            else _("the single value {value}").format(value=show(root.value))
        )
        raise ScenarioError(
            Problem(
                _("{kind} stands where a mapping is expected").format(kind=kind),
                shown,
                root.origin.line,
                allowed=_("key: value, one a line, such as 'scenario: my-office'"),
            )
        )
    return Node(root.value, Origin(shown, None, directory))


def parse_yaml(text: str, origin: Origin) -> Node | None:
    """Read one YAML document.

    Args:
        text: YAML.
        origin: Where line 1 of the text stands; a None line stays None throughout.

    Returns:
        The value; None where there is nothing (or only comments).

    Raises:
        ScenarioError: It is not YAML, or not of the plain kind; carries every such problem.
    """
    composed = unicodedata.normalize("NFC", text)  # of Vietnamese letters there are two encodings
    composer = Composer(origin)
    root = composer.compose(_events(composed, origin))
    if composer.problems:
        raise ScenarioError(*composer.problems)
    return root


def _events(text: str, origin: Origin) -> Iterator[Event]:
    """The parser's events; whatever it stumbles over becomes a `ScenarioError`."""
    last = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            last = event.end_mark.line
            yield event
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        character = text[error.position : error.position + 1]
        raise ScenarioError(
            Problem(
                _("the character {character!r} must not stand in YAML").format(character=character),
                origin.file,
                line_at(origin, line - 1),
                remedy=_("delete it"),
            )
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(retold(part) for part in (error.context, error.problem) if part)
        raise ScenarioError(
            Problem(
                _("this is not YAML: {what}").format(what=what),
                origin.file,
                line_at(origin, mark.line) if mark else origin.line,
                allowed=_("keys with values, indented by spaces"),
                remedy=_advice(text.split("\n"), mark.line if mark else 0),
            )
        ) from None
    except (YAMLError, ValueError, OverflowError) as error:
        raise ScenarioError(
            Problem(
                _("this is not YAML: {error}").format(error=retold(str(error))),
                origin.file,
                line_at(origin, last),
                remedy=_("check quotes and escapes here and just below"),
            )
        ) from None


def _advice(lines: list[str], last: int) -> str:
    """What to do about a line that is no YAML, or the one before; often it only looks as if."""
    read = lines[max(last - 1, 0) : last + 1]
    indents = "".join(line[: len(line) - len(line.lstrip())] for line in read)
    if "\t" in indents:
        return _("replace tabs by spaces")
    if indents.strip(" \r"):
        return _(NO_BREAK_SPACES)
    return _("check indentation, colons, brackets and quotes here and just above")

"""From the events of a YAML parser to a tree of plain values, and none of YAML's surprises.

Everything that is neither a plain decimal number, ``true``, ``false`` nor ``null`` stays a text,
and so do keys. What a plain file must not hold is collected, so that all of it is reported at
once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from simulation.errors import Problem, ScenarioError
from simulation.language import _, later
from simulation.scenario.tree import Node, Origin
from simulation.scenario.words import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.events import Event

    from simulation.scenario.tree import Scalar

MAX_DEPTH: Final = 40
"""Deepest nesting; the vocabulary itself needs about ten levels."""
MAX_DIGITS: Final = 18

_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_THOUSANDS: Final = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{2}0")
_OTHER_NUMBER: Final = re.compile(r"0[xob][0-9a-fA-F_]+|[-+]?[0-9]+_[0-9_]*(\.[0-9_]*)?")
NO_BREAK_SPACES: Final = later("replace no-break spaces by plain ones")
_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("null", "Null", "NULL", "~")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def line_at(origin: Origin, offset: int) -> int | None:
    """A line of a text, counted from where the text begins; None where lines make no sense."""
    return None if origin.line is None else origin.line + offset


class Composer:
    """Builds a tree from events, and collects what a plain file must not hold."""

    def __init__(self, origin: Origin) -> None:
        self.start = origin
        self.problems: list[Problem] = []
        self.path: list[str] = []

    def compose(self, events: Iterator[Event]) -> Node | None:
        """The value of a document; None where there is none. Fills `problems`."""
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(event, _("a second document begins"), remedy=_("keep one a file"))
            elif isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent)):
                if not (isinstance(event, ScalarEvent) and _is_blank(event)):
                    root = self._node(event, events, self._origin(event), 1)
            elif isinstance(event, AliasEvent):
                self._refuse_alias(event)
            elif isinstance(event, (StreamStartEvent, StreamEndEvent)):
                continue
        return root

    def _node(self, event: Event, events: Iterator[Event], origin: Origin, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self._stop(
                event,
                _("this is nested too deeply"),
                _("at most {most} levels").format(most=MAX_DEPTH),
            )
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            self._refuse_alias(event)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._stop(
                event,
                _("the tag {tag} stands here").format(tag=tag),
                allowed=_("plain values without tags"),
                remedy=_("delete the tag; quote what must stay a text"),
            )
        if isinstance(event, MappingStartEvent):
            return Node(self._mapping(events, depth), origin)
        if isinstance(event, SequenceStartEvent):
            return Node(self._list(events, depth), origin)
        if isinstance(event, ScalarEvent):
            return Node(self._scalar(event), origin)
        raise AssertionError(event)  # the parser promises a node here

    def _list(self, events: Iterator[Event], depth: int) -> list[Node]:
        items: list[Node] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            self.path.append(str(len(items)))
            items.append(self._node(event, events, self._origin(event), depth + 1))
            self.path.pop()
        return items

    def _mapping(self, events: Iterator[Event], depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key, origin = self._key(event), self._origin(event)
            self.path.append(key)
            if key in entries:
                first = entries[key].origin.line
                self._note(
                    event,
                    _twice(key, first if first != origin.line else None),
                    remedy=_("keep one of the two"),
                )
            entries[key] = self._node(next(events), events, origin, depth + 1)
            self.path.pop()
        return entries

    def _key(self, event: Event) -> str:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            self._refuse_alias(event)
        if not isinstance(event, ScalarEvent) or event.value == "" or event.tag is not None:
            self._stop(
                event,
                _("a list, a mapping, a tag or nothing stands where a key is expected"),
                allowed=_("a plain text as key"),
                remedy=_("quote a text that contains [ ] { } or begins with ? or :"),
            )
        if event.value == "<<" and event.style is None:
            self._stop(
                event,
                _("the merge key << stands here"),
                allowed=_("plain keys"),
                remedy=_("share what is common through 'extends'"),
            )
        text = self._text(event)
        if event.style is None and text != text.strip():  # YAML itself strips plain spaces
            self._note(
                event,
                _("the key {text} begins with a space").format(text=show(text)),
                remedy=_(NO_BREAK_SPACES),
            )
        return text

    def _scalar(self, event: ScalarEvent) -> Scalar:
        text = self._text(event)
        if event.style is not None:  # quoted, or a block of text
            return text
        if text == "":
            self._note(event, _("a value is missing"), remedy=_missing(self.path))
            return None
        return _WORDS[text] if text in _WORDS else self._number_or_text(event, text)

    def _number_or_text(self, event: Event, text: str) -> Scalar:
        if _INTEGER.fullmatch(text):
            digits = text.lstrip("+-")
            if len(digits) > 1 and digits.startswith("0"):
                self._note(
                    event,
                    _("the number {text} begins with a zero").format(text=text),
                    remedy=_("quote it if it is a code ('{text}'), else leave the zero out").format(
                        text=text
                    ),
                )
            if len(digits) > MAX_DIGITS:
                self._note(
                    event,
                    _("a number has {digits} digits").format(digits=len(digits)),
                    _("at most {most}").format(most=MAX_DIGITS),
                )
                return 0
            return int(text)
        if _FLOAT.fullmatch(text):
            if _THOUSANDS.fullmatch(text):
                self._note(
                    event,
                    _("{text} may mean {whole} or {number:g}").format(
                        text=text, whole=text.replace(".", ""), number=float(text)
                    ),
                    allowed=_("thousands without a separator, decimals without a last zero"),
                    remedy=_("write {whole} or {number:g}").format(
                        whole=text.replace(".", ""), number=float(text)
                    ),
                )
            return float(text)
        if _SPECIAL_FLOAT.fullmatch(text):
            return float(text.replace(".", ""))
        if _OTHER_NUMBER.fullmatch(text):
            self._note(
                event,
                _("{text} is not a plain decimal number").format(text=text),
                allowed=_("digits without _ and without 0x, 0o, 0b"),
                remedy=_("write 60000, or quote it if it is a text"),
            )
        return text

    def _text(self, event: ScalarEvent) -> str:
        text: str = event.value
        if any("\ud800" <= character <= "\udfff" for character in text):
            self._stop(
                event, _("an escape stands for half a character"), remedy=_("write it in full")
            )
        return text

    def _refuse_alias(self, event: Event) -> NoReturn:
        name = getattr(event, "anchor", "")
        self._stop(
            event,
            _("the alias *{name} stands here").format(name=name)
            if isinstance(event, AliasEvent)
            else _("the anchor &{name} stands here").format(name=name),
            allowed=_("plain values without anchors and aliases"),
            remedy=_(
                "write the value out; share what is common through 'extends'; quote a text "
                "that begins with & or *"
            ),
        )

    def _origin(self, event: Event) -> Origin:
        line = line_at(self.start, event.start_mark.line)
        return Origin(self.start.file, line, self.start.directory)

    def _note(self, event: Event, message: str, allowed: str = "", remedy: str = "") -> None:
        origin = self._origin(event)
        self.problems.append(
            Problem(message, origin.file, origin.line, ".".join(self.path[:12]), allowed, remedy)
        )

    def _stop(self, event: Event, message: str, allowed: str = "", remedy: str = "") -> NoReturn:
        self._note(event, message, allowed, remedy)
        raise ScenarioError(*self.problems)


def _twice(key: str, first: int | None) -> str:
    """Of a key that stands there before, and on which line, where that is another."""
    if not first:
        return _("the key {key} stands here for the second time").format(key=show(key))
    return _("the key {key} stands here for the second time (first on line {first})").format(
        key=show(key), first=first
    )


def _missing(path: list[str]) -> str:
    """What to do where a key has no value; often it is no key at all."""
    key = path[-1] if path else ""
    name, colon, value = key.partition(":")
    if "”" in key or "“" in key:
        return _("write straight quotes: \" or '")
    if key.isdigit():
        return _(
            "quote a text with a comma; write numbers as 1{key} or 0.{key}, without a comma"
        ).format(key=key)
    if colon and name and value:
        return _("put a space behind the colon: '{name}: {value}'").format(name=name, value=value)
    return _("write a value; null removes what a base brings in, {} and [] are empty")


def _is_blank(event: ScalarEvent) -> bool:
    return event.value == "" and event.style is None

"""Finding the message that a text was made of, such as ``{name} is late`` of "permit is late"."""

from __future__ import annotations

import re
from functools import cached_property
from string import Formatter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?")
_PLACE: Final = re.compile(r"\{[a-z_]+(![a-z])?(:[^{} ]*)?\}")
"""A place of a message; other braces belong to an example of what can be written."""
_CLAUSE: Final = "(?:; .*?)?"
"""What may stand right behind another place: nothing, or ``; did you mean 'x'?``."""
_DEEPEST: Final = 3
"""A text of a message may be of a message, but not for ever."""
_LEAST_WEIGHT: Final = 6
"""Letters that a message has beside its places, at least: else it would be found in any text."""


class Template:
    """A message with its places.

    Args:
        message: As it stands in the catalogue, with places in braces.
    """

    def __init__(self, message: str) -> None:
        self.message = message
        self._parts = list(Formatter().parse(message))
        literal = [part[0] for part in self._parts]
        self._head, self._tail = literal[0], literal[-1] if self._parts[-1][1] is None else ""
        self.weight = sum(map(len, literal))

    def fields(self, text: str) -> dict[str, str] | None:
        """What stands at its places, if the text was made of it; else None."""
        if not (text.startswith(self._head) and text.endswith(self._tail)):
            return None
        found = self._pattern.fullmatch(text)
        return None if found is None else found.groupdict()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        seen: set[str] = set()
        pattern = ""
        for literal, name, *_rest in self._parts:
            is_clause = not literal and bool(seen)  # behind another place: "{name}{near}"
            pattern += re.escape(literal)
            if name is not None:
                text = _CLAUSE if is_clause else ".*?"
                pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{text})"
                seen.add(name)
        return re.compile(pattern, re.DOTALL)


class Templates:
    """The messages of a catalogue.

    Args:
        messages: All of them.
    """

    def __init__(self, messages: Iterable[str]) -> None:
        self._plain = {message for message in messages if not _PLACE.search(message)}
        found = [Template(message) for message in messages if message not in self._plain]
        # The message that says most itself comes first: "{what} is late" is of everything late.
        self._templates = sorted(found, key=lambda each: -each.weight)

    def retold(
        self,
        text: str,
        translate: Callable[[str], str],
        write: Callable[[str], str],
        depth: int = _DEEPEST,
    ) -> str:
        """The text in another language, as far as its message is known.

        Args:
            text: What was said.
            translate: Gives the translation of a message.
            write: Writes a number that stands at a place.
            depth: How far texts at its places are looked at.
        """
        if text in self._plain:
            return translate(text)
        if _NUMBER.fullmatch(text):
            return write(text)
        for template in self._templates:
            fields = template.fields(text) if depth and template.weight >= _LEAST_WEIGHT else None
            if fields is not None:
                again = {
                    name: self.retold(value, translate, write, depth - 1)
                    for name, value in fields.items()
                }
                return filled(translate(template.message), again)
        return text


def filled(message: str, texts: Mapping[str, str]) -> str:
    """A message with texts at its places, whatever form it would give to values there."""
    return "".join(
        literal + ("" if name is None else texts[name])
        for literal, name, *_rest in Formatter().parse(message)
    )

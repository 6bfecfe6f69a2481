"""Which words belong to one language of the interface alone."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from simulation.scenario.schema import scenario_schema
from tests.catalogues import po_file, read, translations

if TYPE_CHECKING:
    from collections.abc import Iterator


def words(text: str) -> set[str]:
    """The words of a text that have no marks, and at least three letters."""
    return set(re.findall(r"(?<![\w'’-])[A-Za-z]{3,}(?![\w-])", text))


@cache
def english_words() -> frozenset[str]:
    """Words that are said in English, but neither in Vietnamese nor in a scenario file."""
    known = translations(read(po_file("vi")))
    said = [text for key in known for text in ([key] if isinstance(key, str) else key)]
    english = {word for text in said for word in words(re.sub(r"\{[^{}]*\}", "", text))}
    vietnamese = {word for text in known.values() for word in words(text)}
    return frozenset(english - vietnamese - vocabulary())


@cache
def vocabulary() -> frozenset[str]:
    """The keys and fixed values of scenario files, which are the same in every language."""
    found = " ".join(_names(scenario_schema()))
    return frozenset(words(found.replace("-", " ").replace("_", " ")))


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from _names(item)
    if isinstance(schema, dict):
        for key in ("properties", "$defs"):
            yield from schema.get(key, {})
        yield from (str(value) for value in schema.get("enum", []))
        yield str(schema.get("const", ""))
        for value in schema.values():
            yield from _names(value)

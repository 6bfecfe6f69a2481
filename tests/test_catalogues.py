"""Every message is in the catalogues, translated, and said in a way that a catalogue can have."""

from __future__ import annotations

import ast
import gettext
import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.catalogues import (
    KEYWORDS,
    PACKAGE,
    TRANSLATED,
    marked,
    messages,
    mo_file,
    places,
    po_file,
    read,
    translations,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

each_language = pytest.mark.parametrize("language", TRANSLATED)


@each_language
def test_every_message_is_translated(language: str) -> None:
    """Each message of the code, and of the help, has a text in the catalogue; nothing is unused."""
    known, said = translations(read(po_file(language))), messages()

    assert [message for message in said if not known.get(message)] == []
    assert [message for message in known if message not in said] == []


@each_language
def test_places_are_those_of_the_message(language: str) -> None:
    """A translation puts in what its message puts in, in the same form."""
    for message, text in translations(read(po_file(language))).items():
        plural = message if isinstance(message, str) else message[1]
        assert places(text) == places(plural), message


@each_language
def test_texts_are_composed(language: str) -> None:
    """A letter with marks is one character, so that it takes one column."""
    text = po_file(language).read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", text)


@each_language
def test_what_programs_read_is_what_people_edit(language: str) -> None:
    """The compiled catalogue was made of the file beside it."""
    with mo_file(language).open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = translations(read(po_file(language)))

    for message, text in known.items():
        one, *many = [message] if isinstance(message, str) else message
        said = compiled.ngettext(one, many[0], 2) if many else compiled.gettext(one)
        assert said == text


def _calls(file: Path) -> Iterator[ast.Call]:
    """The calls by which a file says or marks messages."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in KEYWORDS
        ):
            yield node


def _can_be_found(call: ast.Call) -> bool:
    """Whether a message stands there in one piece; `_` also says what a table has."""
    assert isinstance(call.func, ast.Name)
    texts = call.args[:2] if call.func.id == "n_" else call.args[:1]
    allowed = (ast.Constant, ast.Name, ast.Subscript, ast.Attribute, ast.Call)
    return all(
        isinstance(text, allowed if call.func.id == "_" else ast.Constant)
        and not (isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute))
        for text in texts
    )


def test_messages_stand_in_one_piece() -> None:
    """No message is an f-string, is put together, or is filled in before it is looked up."""
    wrong = [
        f"{file.relative_to(PACKAGE)}:{call.lineno}"
        for file in PACKAGE.rglob("*.py")
        if file.parent.name != "language" or file.name == "others.py"
        for call in _calls(file)
        if not _can_be_found(call)
    ]

    assert wrong == []


def test_templates_are_read_too(tmp_path: Path) -> None:
    """Messages of Jinja2 templates are found by the same functions."""
    template = tmp_path / "page.html"
    template.write_text("<h1>{{ _('Late') }}</h1>{{ n_('one', 'many', 2) }}", encoding="utf-8")

    assert [*marked("jinja2", template)] == ["Late", ("one", "many")]

"""The language in which motcua speaks: messages are written in English, a catalogue has the others.

``from simulation.language import _`` and ``_("an English sentence of {name}").format(name=…)``. The
sentence is looked up when it is said, so a message belongs inside a function, never at the top of
a module; where a table of messages stands there, it is marked by `later` and looked up when shown.

What machines read (JSON, CSV, files of the store) is English whoever asks. A sentence for there is
said within `english`, and said again in the language of whoever reads it by `retold`.
"""

from __future__ import annotations

import gettext
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from simulation.language.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "CATALOGUES", "DOMAIN", "LANGUAGES", "Language", "_", "current", "day", "english", "later",
    "n_", "of_environment", "retold", "title", "use", "written",
]  # fmt: skip

Language = Literal["en", "vi"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DOMAIN: Final = "motcua"
CATALOGUES: Final = Path(__file__).parent / "catalogues"
_VARIABLES: Final = ("MOTCUA_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_SWAPPED: Final = str.maketrans(",.", ".,")


class _State:
    """The language of this process, its catalogue, and the messages that it has."""

    language: Language = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()
    templates: Templates | None = None


def use(language: Language | None) -> None:
    """Speak a language from here on; None: that of the environment."""
    _State.language = of_environment() if language is None else language
    _State.templates = None
    _State.catalogue = (
        gettext.NullTranslations()
        if _State.language == "en"
        else gettext.translation(DOMAIN, CATALOGUES, [_State.language])
    )


def current() -> Language:
    """The language that is spoken."""
    return _State.language


def of_environment() -> Language:
    """The language that the environment asks for: the first variable that is set decides."""
    asked = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    return "vi" if asked.lower().startswith("vi") else "en"


def _(message: str) -> str:
    """A message in the language that is spoken."""
    if not message:  # which is where a catalogue describes itself
        return ""
    return _State.catalogue.gettext(message)


def n_(one: str, many: str, number: float) -> str:
    """A message about a number of things, which has to be put in by its ``format``."""
    return _State.catalogue.ngettext(one, many, 1 if number == 1 else 2)


def later(message: str) -> str:
    """Mark a message for the catalogue that is looked up by `_` only when it is shown."""
    return message


@contextmanager
def english() -> Iterator[None]:
    """Speak English for a while, because what is said goes into data."""
    before = _State.language, _State.catalogue, _State.templates
    use("en")
    try:
        yield
    finally:
        _State.language, _State.catalogue, _State.templates = before


def retold(text: str) -> str:
    """What was said in English, by somebody who knows one language, in the one that is spoken.

    It is for texts that stand in results and for what other packages say: the message of the
    catalogue is looked for that the text was made of. What is in no catalogue stays as it is.
    """
    if _State.language == "en":
        return text
    if _State.templates is None:
        _State.templates = Templates(_messages(_State.catalogue))
    return _State.templates.retold(text, _, written)


def _messages(catalogue: gettext.NullTranslations) -> list[str]:
    """What a catalogue can say, in English."""
    known: Mapping[str | tuple[str, int], str] = getattr(catalogue, "_catalog", {})
    return [message for message in known if isinstance(message, str) and message]


def title(texts: Mapping[str, str] | str, language: Language | None = None) -> str:
    """What something is called, of ``{"en": …, "vi": …}``; what lacks one language has English.

    Args:
        texts: As above; one string stands for both languages, as in a scenario.
        language: In which; None: in the one that is spoken.
    """
    if isinstance(texts, str):
        return texts
    return texts.get(language or _State.language) or texts["en"]


def written(number: str) -> str:
    """A number written the English way, as people write it here: 1,234.5, or 1.234,5."""
    return number if _State.language == "en" else number.translate(_SWAPPED)


def day(date: str) -> str:
    """A date, of 2021-11-15, as people write it here: so, or 15/11/2021. A time may follow it."""
    if _State.language == "en":
        return date
    year, month, rest = date.split("-")
    return f"{rest[:2]}/{month}/{year}{rest[2:]}"

"""The language in which motcua speaks: messages are written in English, a catalogue has the others.

``from simulation.language import _`` and ``_("an English sentence of {name}").format(name=…)``. The
sentence is looked up when it is said, so a message belongs inside a function, never at the top of
a module; where a table of messages stands there, it is marked by `later` and looked up when shown.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["en", "vi"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
CATALOGUES: Final = Path(__file__).parent / "catalogues"
_VARIABLES: Final = ("MOTCUA_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_SWAPPED: Final = str.maketrans(",.", ".,")


class _State:
    """The language of this process, and its catalogue."""

    language: Language = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use(language: Language | None) -> None:
    """Speak a language from here on; None: that of the environment."""
    _State.language = of_environment() if language is None else language
    _State.catalogue = (
        gettext.NullTranslations()
        if _State.language == "en"
        else gettext.translation("motcua", CATALOGUES, [_State.language], fallback=True)
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
    return _State.catalogue.gettext(message)


def n_(one: str, many: str, number: float) -> str:
    """A message about a number of things, which has to be put in by its ``format``."""
    return _State.catalogue.ngettext(one, many, 1 if number == 1 else 2)


def later(message: str) -> str:
    """Mark a message for the catalogue that is looked up by `_` only when it is shown."""
    return message


def title(texts: Mapping[str, str]) -> str:
    """What something is called, of ``{"en": …, "vi": …}``."""
    return texts[_State.language]


def written(number: str) -> str:
    """A number written the English way, as people write it here: 1,234.5, or 1.234,5."""
    return number if _State.language == "en" else number.translate(_SWAPPED)

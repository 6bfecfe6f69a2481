"""The messages of the code, and the catalogues that have them in other languages.

``python -m tests.catalogues`` writes down what is new, leaves out what is said no more, keeps what
is translated, and compiles. Named files of translations are taken in:
``python -m tests.catalogues translations.po``. It is here and not in the package, because only
those who develop motcua need Babel.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer.main
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from simulation.cli import app
from simulation.cli.speech import helps_of
from simulation.language import CATALOGUES, DOMAIN, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    Id = str | tuple[str, ...]

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "simulation"
KEYWORDS: Final[dict[str, tuple[int, ...] | None]] = {"_": None, "n_": (1, 2), "later": None}
"""What marks a message: these functions, and which of their arguments."""
TRANSLATED: Final = [language for language in LANGUAGES if language != "en"]
_HELP: Final = "simulation/cli"
"""Where help stands: docstrings and options are not marked, but are found in the command itself."""
_SHORT: Final = 12
"""Letters of a message that may be part of something else."""
_HEADER: Final = """\
# What motcua says, in another language. CONTRIBUTING.md says how to renew this file.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_ALWAYS: Final = datetime(2021, 1, 1, tzinfo=UTC)
"""The date that a compiled catalogue bears, so that the same one has the same bytes."""


def po_file(language: str) -> Path:
    """The catalogue of a language, as people edit it."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_file(language: str) -> Path:
    """The catalogue of a language, as programs read it."""
    return po_file(language).with_suffix(".mo")


@cache
def messages() -> dict[Id, list[str]]:
    """All messages of the code, and the files in which they stand."""
    found: dict[Id, list[str]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        for message in marked("python", file):
            found[message].append(file.relative_to(ROOT).as_posix())
    for file in sorted(PACKAGE.rglob("*.html")):
        for message in marked("jinja2", file):
            found[message].append(file.relative_to(ROOT).as_posix())
    for message in sorted(helps_of(typer.main.get_command(app))):
        found[message].append(_HELP)
    return dict(found)


def english_in(text: str, *rooms: str) -> list[str]:
    """Messages of some rooms, and of no other, that stand in a text in English.

    Short ones are left out: they may be part of an id or of another word.

    Args:
        text: What a person reads in Vietnamese.
        rooms: How the paths of their files begin.
    """
    found = []
    for message, files in messages().items():
        if all(file.startswith(rooms) for file in files):
            english = message if isinstance(message, str) else message[0]
            words = max(re.split(r"\{[^}]*\}", english), key=len).strip(" .,:;()%")
            if len(words) > _SHORT and words in text:
                found.append(english)
    return found


def marked(method: str, file: Path) -> Iterator[Id]:
    """The messages of a file, read by a method of Babel's."""
    for _line, message, _comments, _context in extract_from_file(method, file, keywords=KEYWORDS):
        yield message


def read(file: Path) -> Catalog:
    """A catalogue, or a file of translations."""
    with file.open("rb") as opened:
        return read_po(opened, locale="vi", charset="utf-8")


def translations(catalogue: Catalog) -> dict[Id, str]:
    """What a catalogue says, by message."""
    found: dict[Id, str] = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else tuple(message.id)
        text = message.string or ""
        if key:
            found[key] = text if isinstance(text, str) else text[0]
    return found


def renewed(language: str, *others: Path) -> Catalog:
    """A catalogue with exactly the messages of the code, and what is known of their translation."""
    known: dict[Id, str] = {}
    for file in (po_file(language), *others):
        if file.exists():
            known |= {key: text for key, text in translations(read(file)).items() if text}
    catalogue = Catalog(locale=language)
    for message, files in messages().items():
        # A plural may have been written down as a message of its own.
        text = known.get(message, known.get(message[0], "") if isinstance(message, tuple) else "")
        string = text if isinstance(message, str) else (text,)
        catalogue.add(message, string, [(file, 0) for file in dict.fromkeys(files)])
    return catalogue


def written(language: str, catalogue: Catalog) -> bytes:
    """The file that people edit."""
    body = BytesIO()
    write_po(body, catalogue, width=100, omit_header=True, sort_by_file=True, include_lineno=False)
    return _HEADER.format(language=language).encode() + body.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The file that programs read."""
    catalogue.creation_date = catalogue.revision_date = _ALWAYS
    content = BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def places(text: str) -> list[str]:
    """The places of a message: what stands in braces, and what printf puts in."""
    return sorted(re.findall(r"\{[^{}]*\}|%[sd]", text))


def main(*others: str) -> None:
    """Renew and compile all catalogues, and say what is still to be translated."""
    for language in TRANSLATED:
        catalogue = renewed(language, *map(Path, others))
        po_file(language).parent.mkdir(parents=True, exist_ok=True)
        po_file(language).write_bytes(written(language, catalogue))
        mo_file(language).write_bytes(compiled(read(po_file(language))))
        missing = [message for message, text in translations(catalogue).items() if not text]
        print(f"{language}: {len(catalogue)} messages, {len(missing)} to be translated")  # noqa: T201 - it is a command


if __name__ == "__main__":
    main(*sys.argv[1:])

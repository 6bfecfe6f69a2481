"""What a page is made of, before anything is drawn or laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Table:
    """A table of texts, the first column of which names its rows.

    Attributes:
        columns: Headings.
        rows: Cells, as many in each row as there are headings.
        texts: Numbers of the columns, beside the first, that hold words and not numbers.
        caption: What it shows; empty where the heading above it says so.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: frozenset[int] = frozenset()
    caption: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing with all that it takes to be understood, or to do without it.

    Attributes:
        key: Its id in the page.
        title: What it shows: the finding, in one sentence.
        about: What is drawn, how to read it, and in which units.
        svg: The drawing.
        table: The numbers behind it.
    """

    key: str
    title: str
    about: str
    svg: str
    table: Table


@dataclass(frozen=True)
class Note:
    """Sentences below a heading, or a list of them.

    Attributes:
        texts: The paragraphs, or the items.
        listed: Whether they are items of a list.
        mild: Whether they explain rather than say.
    """

    texts: Sequence[str]
    listed: bool = False
    mild: bool = False


def note_if(texts: Sequence[str]) -> list[Block]:
    """A note of some texts, if there are any."""
    return [Note(texts)] if texts else []


@dataclass(frozen=True)
class Command:
    """A command line to copy."""

    text: str


@dataclass(frozen=True)
class Entry:
    """A name, what is to be said of it, and where to read more.

    Attributes:
        term: The name.
        texts: What is said of it.
        url: Address of a publication, which is shown as text and linked.
    """

    term: str
    texts: Sequence[str] = ()
    url: str | None = None


@dataclass(frozen=True)
class Entries:
    """A list of entries."""

    entries: Sequence[Entry]


Block = Table | Figure | Note | Command | Entries


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it.

    Attributes:
        key: Its id in the page.
        title: The heading.
        blocks: What stands below; a section without anything is not made.
    """

    key: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Fact:
    """A number that is worth a glance.

    Attributes:
        label: What it is.
        value: The number.
        about: Its interval, or what it is of.
    """

    label: str
    value: str
    about: str = ""


@dataclass(frozen=True)
class Page:
    """A report.

    Attributes:
        language: ``en`` or ``vi``.
        title: What was simulated.
        kind: What kind of report it is.
        subtitle: Period and replications.
        answer: The answer, in one sentence.
        verdict: ``good``, ``bad`` or ``open``: how the answer stands to the target; empty where
            there is none.
        further: What else belongs to the answer.
        facts: Numbers worth a glance.
        first: What the rest of the first sheet shows.
        sections: The rest.
    """

    language: str
    title: str
    kind: str
    subtitle: str
    answer: str
    verdict: str = ""
    further: Sequence[str] = ()
    facts: Sequence[Fact] = ()
    first: Sequence[Section] = ()
    sections: Sequence[Section] = field(default=())

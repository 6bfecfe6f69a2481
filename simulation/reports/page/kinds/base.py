"""What every kind of page says for itself; the rest is the same for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulation.reports.page.contents import Fact, Section


@dataclass(frozen=True)
class Body:
    """The part of a page that belongs to its kind; the attributes are those of `Page`."""

    verdict: str = ""
    facts: Sequence[Fact] = ()
    first: Sequence[Section] = ()
    sections: Sequence[Section] = field(default=())


def present(sections: Iterable[Section | None]) -> list[Section]:
    """The sections that have something to show."""
    return [section for section in sections if section is not None]

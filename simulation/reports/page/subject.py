"""What a page is of: a stored result, or one that a program has at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Subject:
    """A result as a page needs it.

    Attributes:
        kind: ``run``, or what kind of study it is.
        summary: Its summary.
        scenario: The scenario as it was resolved, in plain values.
        command: The arguments with which motcua was called; empty where a program asked.
        versions: Versions of motcua, of Python, and of the packages that can move a number.
    """

    kind: str
    summary: Mapping[str, Any]
    scenario: Mapping[str, Any]
    command: Sequence[str]
    versions: Mapping[str, str]

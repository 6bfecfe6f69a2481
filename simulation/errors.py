"""The error tree. Everything motcua raises on purpose descends from one base.

::

    MotcuaError
    ├── InputError             what the user gave cannot be used (exit code 2)
    │   └── ScenarioError      … in a scenario, base or options file
    ├── AuditError             a run contradicts itself: its numbers must not be used (exit code 3)
    ├── StoreError             a result cannot be written or read (exit code 4)
    └── OutOfMemoryError       a run needs more memory than there is

A message says where (file, line, field), what was found, what is allowed and what to do. It is
complete in itself: the command line prints it without a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from simulation.language import _


def noted(message: str, *, allowed: str = "", remedy: str = "") -> str:
    """A message, and on lines of their own what would be accepted and what to do about it."""
    notes = ((_("allowed: {text}"), allowed), (_("what to do: {text}"), remedy))
    return "\n".join([message, *(f"    {note.format(text=text)}" for note, text in notes if text)])


class MotcuaError(Exception):
    """Base of all errors that motcua raises on purpose."""

    exit_code = 1


class InputError(MotcuaError):
    """What the user gave (an argument, a file, a value) cannot be used."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in an input file.

    Attributes:
        message: What is wrong, in one sentence that includes the offending value.
        file: The file as the user named it, or None for a value from the command line.
        line: 1-based line, or None where a line makes no sense.
        field: Dotted path of the field, e.g. ``teams.reception.staff``; empty for the whole file.
        allowed: What would be accepted.
        remedy: What to do about it.
        missing: Whether a required key is missing.
    """

    message: str
    file: str | None = None
    line: int | None = None
    field: str = ""
    allowed: str = ""
    remedy: str = ""
    missing: bool = False

    def __str__(self) -> str:
        """Render as ``file:line: field: message`` with the remedy on lines of their own."""
        file = None if self.file is None else _(self.file)  # what is no file has a name, too
        place = ":".join(str(part) for part in (file, self.line) if part is not None)
        head = ": ".join(part for part in (place, self.field, self.message) if part)
        return noted(head, allowed=self.allowed, remedy=self.remedy)


class NotationError(ValueError):
    """A value is not written as it must be: pydantic collects it, and a person needs the remedy.

    Attributes:
        message: What is wrong with the value.
        write: What to write in its place.
        number: Whether a number is meant, so that other notations of numbers may be explained.
    """

    def __init__(self, message: str, write: str, *, number: bool = False) -> None:
        super().__init__(message, write)
        self.message = message
        self.write = write
        self.number = number

    def __str__(self) -> str:
        """Both in one sentence."""
        return _("{message}; write {what}").format(message=self.message, what=self.write)


class ScenarioError(InputError):
    """A scenario (or base, or options) file cannot be used; carries every problem found."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems in the order in which they stand in the file."""
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        """One block per problem."""
        return "\n".join(str(problem) for problem in self.problems)


class AuditError(MotcuaError):
    """An identity that must hold on every run does not; the run's numbers must not be used."""

    exit_code = 3

    @classmethod
    def of(cls, identity: str, **found: Any) -> Self:
        """State the violated identity and the numbers that violate it.

        (Not in the constructor: an exception crosses processes by being made again of its message.)
        """
        details = ", ".join(f"{name} = {value}" for name, value in found.items())
        said = _("audit failed: {identity}").format(identity=identity)
        return cls(f"{said} ({details})" if details else said)


class OutOfMemoryError(MotcuaError):
    """A run needs more memory than there is."""


class StoreError(MotcuaError):
    """A result cannot be written or read."""

    exit_code = 4

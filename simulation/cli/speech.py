"""The command line in the language of whoever calls it: help, and what typer says of mistakes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import typer

# typer brings click along under a name of its own, and shows nothing of it from outside.
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter

from simulation.language import LANGUAGES, _, current, retold, use

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typer._click.core import Command
    from typer._click.exceptions import ClickException


def notice(message: str) -> None:
    """Say something beside the result: on stderr."""
    typer.echo(f"motcua: {message}", err=True)


def speak_as_asked(arguments: Sequence[str]) -> None:
    """Speak the language that ``--lang`` names before the command, or else the environment's.

    It is asked for before anything is parsed, because parsing may already have something to say.

    Args:
        arguments: Those of the command line, without the program.
    """
    asked = ""
    words = iter(arguments)
    for word in words:
        if not word.startswith("-"):
            break
        name, equals, value = word.partition("=")
        if name == "--lang":
            asked = value if equals else next(words, "")
    use(next((language for language in LANGUAGES if language == asked), None))
    os.environ["MOTCUA_LANG"] = current()  # for processes that are started from here


def translated(command: Command) -> Command:
    """A command, and those below it, with help in the language that is spoken."""
    for each in _with_subcommands(command):
        each.help = paragraphs(each.help)
        each.context_class = _Context
        for parameter in each.params:
            if getattr(parameter, "help", None):
                parameter.help = _(parameter.help)  # type: ignore[attr-defined] # options and arguments have it
    return command


def helps_of(command: Command) -> set[str]:
    """The messages that the help of a command, and of those below it, is made of."""
    found: set[str] = set()
    for each in _with_subcommands(command):
        found |= set(_paragraphs(each.help))
        found |= {text for one in each.params if (text := getattr(one, "help", None))}
    return found


def paragraphs(text: str | None) -> str:
    """A help text of several paragraphs in the language that is spoken."""
    return "\n\n".join(_(each) for each in _paragraphs(text))


def _paragraphs(text: str | None) -> list[str]:
    return [" ".join(each.split()) for each in (text or "").split("\n\n") if each.strip()]


def _with_subcommands(command: Command) -> Iterator[Command]:
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _with_subcommands(below)


class _Formatter(HelpFormatter):
    """Writes the words that typer has for every program."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that shows how a command is called."""
        super().write_usage(prog, args, _("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """What stands above a list."""
        super().write_heading(retold(heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """A list of options or commands, and what is said of each."""
        super().write_dl([(name, _described(text)) for name, text in rows], *args, **kwargs)


class _Context(typer.Context):
    """What makes the formatter of a command."""

    formatter_class = _Formatter


def _described(text: str) -> str:
    """What is said of an option, and in brackets behind it, of its values."""
    head, begin, notes = text.rpartition("[")
    if not (begin and notes.endswith("]")):
        return retold(text)
    said = "; ".join(retold(note) for note in notes[:-1].split("; "))
    return f"{head}[{said}]"


def show_usage_error(error: ClickException) -> None:
    """Say on stderr what is wrong with a command line, and how it is meant."""
    if isinstance(error, NoArgsIsHelpError):
        typer.echo(error.format_message(), err=True)
        return
    if isinstance(error, UsageError) and error.ctx is not None:
        typer.echo(error.ctx.get_usage(), err=True)
        command = f"{error.ctx.command_path} {error.ctx.help_option_names[0]}"
        typer.echo(_("Try '{command}' for help.").format(command=command) + "\n", err=True)
    typer.echo(_("Error: {message}").format(message=retold(error.format_message())), err=True)

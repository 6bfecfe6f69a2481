"""The reference that is written from the code: docs/commands.md and docs/python.md.

``python -m tests.reference`` writes both; a test compares them with the code.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, Final

import typer
from pydantic import BaseModel

import simulation
from simulation.cli import app
from tests.shown import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS: Final = ROOT / "docs" / "commands.md"
PYTHON: Final = ROOT / "docs" / "python.md"
WRITTEN: Final = "Written from the code by `python -m tests.reference`."


def commands() -> str:
    """Every command, with its arguments and options."""
    parts = [f"# The commands\n\n{WRITTEN} `motcua COMMAND --help` says the same.\n"]
    parts += [_command(name, command) for name, command in leaves()]
    return "\n".join(parts)


def leaves() -> list[tuple[str, Any]]:
    """All commands by their full names, first the one above all; others that hold some left out."""
    return list(_leaves(typer.main.get_command(app), ""))


def _leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None or not name:
        yield name, command
    for one, found in (below or {}).items():
        yield from _leaves(found, f"{name} {one}".strip())


def _command(name: str, command: Any) -> str:
    context = typer.Context(command, info_name=name)
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    rows = [record for record in records if record and record[0] != "--help"]
    lines = [f"## motcua {name}".rstrip(), "", (command.help or "").strip(), ""]
    if name:
        words = " ".join(command.collect_usage_pieces(context))
        lines += ["```", f"motcua {name} {words}".rstrip(), "```", ""]
    if rows:
        table = [f"| `{_cell(first)}` | {_cell(second)} |" for first, second in rows]
        lines += ["| parameter | what it says |", "|---|---|", *table, ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def python() -> str:
    """Every public name, with its signature and its docstring."""
    head = "All names are those of the package: `from simulation import load_scenario, replicate`."
    parts = [f"# From Python\n\n{WRITTEN} {head}\n"]
    for name in sorted(simulation.__all__, key=str.lower):
        found = getattr(simulation, name)
        if callable(found):
            parts.append(
                f"## {name}\n\n```\n{_signature(name, found)}\n```\n\n{_documented(found)}\n"
            )
    return "\n".join(parts)


def _signature(name: str, found: Any) -> str:
    if inspect.isclass(found) and issubclass(found, (BaseModel, Exception)):
        return f"class {name}"  # nobody makes one by hand
    shown = re.sub(r"'([^']*)'", r"\1", str(inspect.signature(found)))
    flat = f"{name}{shown}"
    if len(flat) <= 100:
        return flat
    inside, _, after = shown[1:].rpartition(")")
    public = [one for one in _split(inside) if not one.startswith("_")]
    return f"{name}(\n    " + ",\n    ".join(public) + f",\n){after}"


def _split(parameters: str) -> list[str]:
    """The parameters of a signature, one by one: at commas that stand in no bracket."""
    found, depth = [""], 0
    for sign in parameters:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return [one.strip() for one in found]


def _documented(found: Any) -> str:
    """A docstring as Markdown: its sections become headings in bold, examples blocks of code."""
    text = inspect.getdoc(found) or ""
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    return re.sub(
        r"^(Args|Attributes|Returns|Raises|Yields|Example):\n((?:[ ]{4}.*\n?|\n)+)", _section, text,
        flags=re.MULTILINE,
    ).strip()  # fmt: skip


def _section(match: re.Match[str]) -> str:
    title, body = match[1], inspect.cleandoc("\n" + match[2])
    if title == "Example":
        return f"**{title}**\n\n```\n{body}\n```\n\n"
    entries = re.sub(r"\n[ ]+", " ", body)
    listed = "\n".join(f"- {_entry(line)}" for line in entries.splitlines() if line.strip())
    return f"**{title}**\n\n{listed if title != 'Returns' else entries}\n\n"


def _entry(line: str) -> str:
    name, colon, rest = line.partition(": ")
    names = ", ".join(f"`{one.strip('`')}`" for one in name.split(", "))
    return f"{names}: {rest}" if colon else line


PAGES: Final = {COMMANDS: commands, PYTHON: python}
"""What is written where."""


def write(pages: dict[Path, Any]) -> None:
    """Write the pages."""
    for page, text in pages.items():
        page.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write(PAGES)

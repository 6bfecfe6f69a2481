"""Explicit arrivals from a CSV file, read into the scenario so that nothing else needs the file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulation.language import _, retold, written
from simulation.scenario.tree import Node, Origin, refuse
from simulation.scenario.words import listed, show

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ARRIVALS: Final = 200_000
_COLUMNS: Final = ("at", "procedure")


def with_arrival_files(root: Node) -> Node:
    """A tree in which the arrivals of files are lists.

    Raises:
        ScenarioError: A file cannot be read.
    """
    channels = root.child("channels")
    if channels is None or not isinstance(channels.value, dict) or not isinstance(root.value, dict):
        return root
    entries = {name: _with_list(name, channel) for name, channel in channels.value.items()}
    return Node({**root.value, "channels": Node(entries, channels.origin)}, root.origin)


def _with_list(name: str, channel: Node) -> Node:
    arrivals = channel.child("arrivals")
    file = arrivals.child("file") if arrivals else None
    if (
        arrivals is None
        or file is None
        or not isinstance(file.value, str)
        or not isinstance(channel.value, dict)
        or arrivals.value != {"file": file}
    ):
        return channel
    items = list(_read(file, f"channels.{name}.arrivals.file"))
    return Node({**channel.value, "arrivals": Node(items, arrivals.origin)}, channel.origin)


def _read(file: Node, field: str) -> Iterator[Node]:
    """One node an arrival, with the line of the CSV file."""
    name = str(file.value)
    home = Path(file.origin.directory)
    try:
        path = (home / name).resolve()
        if not path.is_relative_to(home.resolve()):
            message = _("{name} lies outside the directory of the scenario").format(name=show(name))
            refuse(file, field, message, remedy=_("copy the file into the scenario's directory"))
        if path.exists() and not path.is_file():
            message = _("{name} is not an ordinary file").format(name=show(name))
            refuse(file, field, message, remedy=_("name a CSV file"))
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            header = [column.strip() for column in next(rows, [])]
            _check_header(file, field, header)
            for row in filter(None, rows):
                origin = Origin(str(home / name), rows.line_num, str(path.parent))
                _check_row(Node(None, origin), field, len(row), len(header))
                yield _arrival(dict(zip(header, row, strict=True)), origin)
    except UnicodeDecodeError:
        refuse(
            file,
            field,
            _("{name} is not UTF-8 text").format(name=show(name)),
            remedy=_("save it as UTF-8"),
        )
    except (OSError, ValueError, RuntimeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        refuse(
            file,
            field,
            _("{name} cannot be read: {reason}").format(
                name=show(name), reason=retold(str(reason))
            ),
            remedy=_("check the name"),
        )


def _check_header(file: Node, field: str, header: list[str]) -> None:
    for mark in ";", "\t":
        if len(header) == 1 and set(_COLUMNS) <= {part.strip() for part in header[0].split(mark)}:
            refuse(
                file,
                field,
                _("the columns of {value} are separated by {mark!r}").format(
                    value=show(str(file.value)), mark=mark
                ),
                allowed=_("at,procedure with a comma between them"),
                remedy=_("replace it by commas, in all lines"),
            )
    if not set(_COLUMNS) <= set(header) or len(set(header)) != len(header):
        refuse(
            file,
            field,
            _("the first line of {value} names the columns {names}").format(
                value=show(str(file.value)), names=listed(header)
            ),
            allowed=_("at, procedure, and names of work steps, each once"),
            remedy=_("name the columns in the first line"),
        )


def _check_row(row: Node, field: str, values: int, columns: int) -> None:
    if values != columns:
        message = _("there are {values} values for {columns} columns").format(
            values=values, columns=columns
        )
        refuse(row, field, message, remedy=_("leave a value empty, but not its comma out"))
    if (row.origin.line or 0) > MAX_ARRIVALS + 1:
        allowed = _("at most {most} arrivals a channel").format(most=written(f"{MAX_ARRIVALS:,}"))
        refuse(row, field, _("the file goes on here"), allowed, remedy=_("split the period"))


def _arrival(row: dict[str, str], origin: Origin) -> Node:
    cells = {key: Node(value.strip(), origin) for key, value in row.items() if value.strip()}
    work = {key: node for key, node in cells.items() if key not in _COLUMNS}
    entries: dict[str, Node] = {key: cells[key] for key in _COLUMNS if key in cells}
    return Node({**entries, "work": Node(dict(work), origin)}, origin)

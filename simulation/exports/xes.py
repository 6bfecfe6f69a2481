"""A log of events as XES: IEEE Std 1849-2016, *eXtensible Event Stream*.

A trace is a dossier. Its class and its deadline are attributes of the trace; an event has the step
as its activity, the person as resource, the team as group and the desk as role, and as
``concept:instance`` the visit, which a start and its end have in common.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

from simulation.exports.columns import KEPT_TABLES
from simulation.exports.events import parts
from simulation.exports.moments import stamps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulation.exports.columns import Column
    from simulation.exports.events import Kind, Part
    from simulation.exports.result import Result

_EXTENSIONS: Final = {
    "concept": "Concept", "time": "Time", "lifecycle": "Lifecycle", "org": "Organizational",
}  # fmt: skip
_TAGS: Final = {
    "text": "string", "integer": "int", "number": "float", "boolean": "boolean", "instant": "date",
    "day": "date",
}  # fmt: skip
_NEVER_SAID: Final = {"replication", "dossier"}
"""Columns of dossiers that are no attribute: the log says the one, the trace's name the other."""
_BUFFER: Final = 2**20
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold."""


def write(path: Path, result: Result, replication: int) -> Iterator[int]:
    """Write the log of a replication; yields the visits of each part when it is written."""
    with path.open("w", _BUFFER, encoding="utf-8", newline="\n") as file:
        file.write(_head(result, replication))
        for part in parts(result, replication):
            file.writelines(_traces(part))
            yield len(part.visits)
        file.write("</log>\n")


def _head(result: Result, replication: int) -> str:
    """Everything before the first trace."""
    summary = result.summary
    extensions = [
        f'<extension name="{name}" prefix="{prefix}" '
        f'uri="http://www.xes-standard.org/{prefix}.xesext"/>'
        for prefix, name in _EXTENSIONS.items()
    ]
    name = f"{summary['title']['en']} ({result.entry.run}, replication {replication})"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">',
        *extensions,
        '<global scope="trace">',
        _string("concept:name", ""),
        "</global>",
        '<global scope="event">',
        _string("concept:name", ""),
        '<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>',
        _string("lifecycle:transition", "complete"),
        "</global>",
        '<classifier name="Activity" keys="concept:name"/>',
        '<classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>',
        _string("concept:name", name),
        _string("lifecycle:model", "standard"),
        _string("scenario", summary["scenario"]),
        _string("model", summary["model"]),
        f'<int key="seed" value="{summary["seed"]}"/>',
        f'<int key="replication" value="{replication}"/>',
    ]
    return "\n".join(lines) + "\n"


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value={_quoted(value)}/>'


def _quoted(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", value))


def _traces(part: Part) -> Iterator[str]:
    """The traces of some dossiers, event by event."""
    heads, events = _heads(part.dossiers), _events(part)
    pointer = part.pointer.tolist()
    for place, head in enumerate(heads):
        yield head
        yield from events[pointer[place] : pointer[place + 1]]
        yield "</trace>\n"


def _heads(dossiers: pd.DataFrame) -> list[str]:
    """What stands before the events of each dossier: its name and its attributes."""
    names = dossiers["dossier"].to_numpy("int64").tolist()
    attributes = [
        _attributes(column, dossiers[column.name])
        for column in KEPT_TABLES["dossiers"]
        if column.name not in _NEVER_SAID
    ]
    return [
        f'<trace>\n<string key="concept:name" value="{name}"/>{"".join(own)}\n'
        for name, *own in zip(names, *attributes, strict=True)
    ]


def _attributes(column: Column, values: pd.Series[Any]) -> list[str]:
    """An attribute of each dossier; none where it has no value."""
    tag, key = _TAGS[column.type], column.name
    if column.type == "instant":
        texts = stamps(values.to_numpy("datetime64[s]"))
        return [
            f'<{tag} key="{key}" value="{date}{clock}"/>' if date else ""
            for date, clock in zip(*texts, strict=True)
        ]
    codes, known = pd.factorize(values)
    said = [_quoted(value) if tag == "string" else f'"{str(value).lower()}"' for value in known]
    found = np.array([*(f'<{tag} key="{key}" value={text}/>' for text in said), ""], object)
    shown: list[str] = found[codes].tolist()  # -1, missing, is the last
    return shown


def _events(part: Part) -> list[str]:
    """Each event as a line."""
    kinds, place = part.kinds()
    heads = np.array([_head_of(kind) for kind in kinds], object)[place].tolist()
    columns = (heads, part.numbers("visit"), *stamps(part.at), *stamps(part.since()))
    return [
        f'{head}<string key="concept:instance" value="{visit}"/>'
        f'<date key="time:timestamp" value="{date}{clock}"/></event>\n'
        if not since
        else f'{head}<string key="concept:instance" value="{visit}"/>'
        f'<date key="time:timestamp" value="{date}{clock}"/>'
        f'<date key="ready_at" value="{since}{since_clock}"/></event>\n'
        for head, visit, date, clock, since, since_clock in zip(*columns, strict=True)
    ]


def _head_of(kind: Kind) -> str:
    """What events of a kind begin with."""
    said = {
        "concept:name": kind.step,
        "lifecycle:transition": kind.transition,
        "kind": kind.kind,
        "org:resource": kind.resource,
        "org:group": kind.team,
        "org:role": kind.desk,
        "outcome": kind.left_as,
    }
    return "<event>" + "".join(_string(key, text) for key, text in said.items() if text is not None)

"""A log of events as OCEL 2.0 in JSON: dossiers, people and desks, and what happened to them.

An event is of the type of its step; its attribute ``lifecycle`` says whether it is a start or an
end. Values of attributes are texts, as the standard's schema has them.

Source: A. Berti et al., "OCEL (Object-Centric Event Log) 2.0 Specification", arXiv:2403.01975.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulation.exports import kept
from simulation.exports.columns import KEPT_TABLES
from simulation.exports.events import DOSSIERS_AT_A_TIME, parts
from simulation.exports.moments import stamps, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulation.exports.columns import Column, Type
    from simulation.exports.events import Kind, Part
    from simulation.exports.result import Result

_TYPES: Final[dict[Type, str]] = {
    "text": "string", "integer": "integer", "number": "float", "boolean": "boolean",
    "instant": "time", "day": "time",
}  # fmt: skip
_ALWAYS: Final = "1970-01-01T00:00:00Z"
"""The time that the standard gives to a value that does not change."""
_EVENT: Final = {"lifecycle": "string", "kind": "string", "ready_at": "time", "outcome": "string"}
"""Attributes of events, and their types."""
ABOUT, BY, AT, SERVES = "about", "by", "at", "serves"
"""Qualifiers: an event is *about* a dossier, done *by* a person *at* a desk that the person
*serves*."""


@dataclass
class _Seen:
    """Whom and what the events have named so far."""

    steps: set[str] = field(default_factory=set)
    desks: set[str] = field(default_factory=set)
    serves: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def note(self, kinds: list[Kind]) -> None:
        """Note what some events name."""
        for kind in kinds:
            self.steps.add(kind.step)
            if kind.desk is not None:
                self.desks.add(kind.desk)
            if kind.resource is not None and kind.team is not None and kind.desk is not None:
                self.serves.setdefault((kind.resource, kind.team), set()).add(kind.desk)


def write(path: Path, result: Result, replication: int) -> Iterator[int]:
    """Write the log of a replication; yields the visits of each part when it is written.

    Objects are written behind the events that name them: people and desks are known only then.
    """
    seen = _Seen()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"objectTypes": {_object_types()},\n"events": [')
        between = "\n"
        for part in parts(result, replication):
            events = _events(part, seen)
            if events:
                file.write(between + ",\n".join(events))
                between = ",\n"
            yield len(part.visits)
        file.write(f'\n],\n"eventTypes": {_event_types(seen)},\n"objects": [')
        between = "\n"
        for objects in _objects(result, replication, seen):
            file.write(between + ",\n".join(objects))
            between = ",\n"
        file.write("\n]}\n")


def _object_types() -> str:
    dossier = [{"name": column.name, "type": _TYPES[column.type]} for column in _dossier_columns()]
    person = [{"name": "team", "type": "string"}]
    found = {"dossier": dossier, "person": person, "desk": []}
    return _json([{"name": name, "attributes": own} for name, own in found.items()])


def _dossier_columns() -> list[Column]:
    """Columns of dossiers that are attributes: all but those that make the id."""
    return [
        column
        for column in KEPT_TABLES["dossiers"]
        if column.name not in {"replication", "dossier"}
    ]


def _event_types(seen: _Seen) -> str:
    attributes = [{"name": name, "type": kind} for name, kind in _EVENT.items()]
    return _json([{"name": step, "attributes": attributes} for step in sorted(seen.steps)])


def _objects(result: Result, replication: int, seen: _Seen) -> Iterator[list[str]]:
    """The objects, in parts: desks, people, then dossiers."""
    things: list[dict[str, Any]] = [
        {"id": _desk_id(desk), "type": "desk", "attributes": [], "relationships": []}
        for desk in sorted(seen.desks)
    ]
    for (name, team), desks in sorted(seen.serves.items()):
        serves = [{"objectId": _desk_id(desk), "qualifier": SERVES} for desk in sorted(desks)]
        said = [{"name": "team", "time": _ALWAYS, "value": team}]
        person = {"id": _person_id(name), "type": "person", "attributes": said}
        things.append({**person, "relationships": serves})
    if things:
        yield [_json(thing) for thing in things]
    for some in kept.read(result, "dossiers", [replication], DOSSIERS_AT_A_TIME):
        yield _dossiers(some)


def _dossiers(some: pd.DataFrame) -> list[str]:
    names = some["dossier"].to_numpy("int64").tolist()
    attributes = [_attribute(column, some[column.name]) for column in _dossier_columns()]
    return [
        f'{{"id": "{_dossier_id(name)}", "type": "dossier", "attributes": '
        f'[{", ".join(filter(None, own))}], "relationships": []}}'
        for name, *own in zip(names, *attributes, strict=True)
    ]


def _attribute(column: Column, values: pd.Series[Any]) -> list[str]:
    """An attribute of each dossier; none where it has no value."""
    if column.type == "instant":
        texts = written(values.to_numpy("datetime64[s]"), "")
        head = f'{{"name": "{column.name}", "time": "{_ALWAYS}", "value": "'
        return [f'{head}{text}"}}' if text else "" for text in texts]
    codes, known = pd.factorize(values)
    said = [value if column.type == "text" else str(value).lower() for value in known]
    objects = [_json({"name": column.name, "time": _ALWAYS, "value": text}) for text in said]
    shown: list[str] = np.array([*objects, ""], object)[codes].tolist()  # -1, missing, is the last
    return shown


def _events(part: Part, seen: _Seen) -> list[str]:
    """Each event as an object."""
    kinds, place = part.kinds()
    seen.note(kinds)
    texts = [
        np.array(own, object)[place].tolist() for own in zip(*map(_texts_of, kinds), strict=True)
    ]
    numbers = (part.numbers("visit"), part.numbers("dossier"))
    columns = (*texts, *numbers, *stamps(part.at), *stamps(part.since())) if texts else ()
    return [
        f'{{"id": "visit {visit} {transition}", "time": "{date}{clock}", {head}'
        + (f', {{"name": "ready_at", "value": "{since}{since_clock}"}}' if since else "")
        + f'], "relationships": [{{"objectId": "{_dossier_id(dossier)}", '
        f'"qualifier": "{ABOUT}"}}{tail}]}}'
        for (transition, head, tail, visit, dossier, date, clock, since, since_clock) in zip(
            *columns, strict=True
        )
    ]


def _texts_of(kind: Kind) -> tuple[str, str, str]:
    """Of events of a kind the transition, what stands behind the time, and behind the dossier."""
    said = {"lifecycle": kind.transition, "kind": kind.kind, "outcome": kind.left_as}
    attributes = [_json({"name": n, "value": v}) for n, v in said.items() if v is not None]
    to = [] if kind.resource is None else [(_person_id(kind.resource), BY)]
    to += [] if kind.desk is None else [(_desk_id(kind.desk), AT)]
    relations = [_json({"objectId": thing, "qualifier": how}) for thing, how in to]
    head = f'"type": {_json(kind.step)}, "attributes": [{", ".join(attributes)}'
    return kind.transition, head, "".join(f", {relation}" for relation in relations)


def _dossier_id(number: int) -> str:
    return f"dossier {number}"


def _person_id(name: str) -> str:
    return f"person {name}"


def _desk_id(desk: str) -> str:
    return f"desk {desk}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

"""The JSON Schema of a scenario file as it is written, for editors.

It is looser than the models: any file may be a base or extend one, so keys that a scenario needs
may be missing and ``null`` may stand for anything. What editors get from it are completion, the
meaning of keys, and warnings about unknown keys and wrong types.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from simulation.scenario.base import Model
from simulation.scenario.model import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPLETE: Final = frozenset(
    {"Work", "Delay", "Until", "Pause", "Departure", "Fork", "Branch", "Repeat", "Alternative"}
    | {"Arrival", "Published", "Component"}
)
"""Models that stand in lists: lists are replaced as a whole, so nothing of these is inherited."""
_ATTRIBUTE: Final = re.compile(r"^        (\w+): (.*(?:\n            .*)*)", re.MULTILINE)


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of scenario and base files."""
    schema = _any_of(Scenario.model_json_schema(by_alias=True, mode="validation"))
    definitions: dict[str, Any] = schema.pop("$defs")
    models = {model.__name__: model for model in _models(Model)}
    for name, definition in definitions.items():
        if name in models:
            _loosen(definition, models[name])
    _loosen(schema, Scenario)
    schema["properties"]["extends"] = {
        "type": ["string", "null"],
        "description": "The file (or bundled scenario) that this one changes: base.yaml",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "$defs": definitions,
    }


def _models(base: type[Model]) -> Iterator[type[Model]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _loosen(definition: dict[str, Any], model: type[Model]) -> None:
    """Describe the properties of a model, and let them be missing or null."""
    texts = {name: " ".join(text.split()) for name, text in _ATTRIBUTE.findall(model.__doc__ or "")}
    if "anyOf" in definition:  # a model with a short form
        definition = definition["anyOf"][1]
    definition["description"] = (model.__doc__ or "").split("\n\n")[0]
    definition.pop("title", None)
    if model.__name__ not in _COMPLETE:
        definition.pop("required", None)
    for name, info in model.model_fields.items():
        key = info.alias or name
        kind = definition["properties"][key]
        for noise in ("default", "title"):
            kind.pop(noise, None)
        loose = _or_null(_entries_or_null(kind))
        if name in texts:
            loose["description"] = texts[name]
        definition["properties"][key] = loose


def _or_null(kind: dict[str, Any]) -> dict[str, Any]:
    null = {"type": "null"}
    return {"anyOf": [*kind["anyOf"], null] if set(kind) == {"anyOf"} else [kind, null]}


def _entries_or_null(kind: dict[str, Any]) -> dict[str, Any]:
    """The same, with null for any entry of a mapping: it removes the entry of a base."""
    if "anyOf" in kind:
        return {**kind, "anyOf": [_entries_or_null(option) for option in kind["anyOf"]]}
    if isinstance(kind.get("additionalProperties"), dict):
        return {**kind, "additionalProperties": _or_null(kind["additionalProperties"])}
    if "patternProperties" in kind:
        entries = {key: _or_null(entry) for key, entry in kind["patternProperties"].items()}
        return {**kind, "patternProperties": entries, "additionalProperties": False}
    return kind


def _any_of(value: Any) -> Any:
    """The same with anyOf for oneOf: without required keys, several alternatives may fit."""
    if isinstance(value, dict):
        return {
            "anyOf" if key == "oneOf" else key: _any_of(item)
            for key, item in value.items()
            if key != "discriminator"
        }
    return [_any_of(item) for item in value] if isinstance(value, list) else value

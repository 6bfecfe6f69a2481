"""A resolved scenario as text: to save it, and to know it again."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from simulation.scenario.model import Scenario

_WORDS: Final = ("title", "currency", "groups", "sources", "published", "assumptions")
"""Sections that hold texts and comparisons: no number of a run depends on them."""
_TITLED: Final = ("channels", "fields", "procedures", "desks", "teams", "events")
"""Sections whose entries have a title."""
_SETS: Final = frozenset(
    {"arrivals", "closed", "open", "outages", "times", "weekdays", "channels", "returned_by"}
)
"""Keys whose lists are sets: their order means nothing."""


def to_plain(scenario: Scenario) -> dict[str, Any]:
    """The resolved scenario as plain values, as it would be written with every default in it."""
    return scenario.model_dump(mode="json", exclude_none=True)


def to_yaml(scenario: Scenario) -> str:
    """The resolved scenario as YAML; loading it gives the same scenario."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    text = StringIO()
    yaml.dump(to_plain(scenario), text)
    return text.getvalue()


def scenario_digest(scenario: Scenario) -> str:
    """SHA-256 (hexadecimal) of everything in a scenario that can change a number.

    Titles, sources, published numbers, assumptions and what the currency is called are left out;
    the order in which the file lists independent things means nothing.
    """
    plain = to_plain(scenario)
    for section in _WORDS:
        plain.pop(section, None)
    for section in _TITLED:
        for entry in plain[section].values():
            del entry["title"]
    return hashlib.sha256(_text(_sets_sorted(plain)).encode()).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False)


def _sets_sorted(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _sets_sorted(item, name) for name, item in value.items()}
    if isinstance(value, list):
        items = [_sets_sorted(item) for item in value]
        return sorted(items, key=_text) if key in _SETS and not _are_steps(items) else items
    return value


def _are_steps(items: list[Any]) -> bool:
    """A route and a branch of a fork may be called like a set; their steps are an order.

    A dossier of a register has a step, too, and an id.
    """
    return any(isinstance(item, dict) and "step" in item and "id" not in item for item in items)

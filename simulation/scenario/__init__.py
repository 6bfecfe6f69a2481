"""The scenario language: from YAML with human units to one validated, resolved model.

``load_scenario`` is the way in; ``model`` is the vocabulary. Nothing here knows numpy, seeds or
engines.
"""

from __future__ import annotations

from simulation.scenario.canonical import scenario_digest, to_yaml
from simulation.scenario.fields import (
    Size,
    find_fields,
    is_short,
    parts_of_path,
    scaled,
    short_form,
    size_of,
)
from simulation.scenario.load import (
    build,
    check_base,
    list_bundled,
    load_scenario,
    read_tree,
    resolve_name,
)
from simulation.scenario.model import Scenario
from simulation.scenario.options import BASE, Option, OptionsFile, load_options, options_of
from simulation.scenario.overrides import steps_of
from simulation.scenario.settings import apply_changes, apply_settings
from simulation.scenario.tree import placed
from simulation.scenario.vary import vary

__all__ = [
    "BASE",
    "Option",
    "OptionsFile",
    "Scenario",
    "Size",
    "apply_changes",
    "apply_settings",
    "build",
    "check_base",
    "find_fields",
    "is_short",
    "list_bundled",
    "load_options",
    "load_scenario",
    "options_of",
    "parts_of_path",
    "placed",
    "read_tree",
    "resolve_name",
    "scaled",
    "scenario_digest",
    "short_form",
    "size_of",
    "steps_of",
    "to_yaml",
    "vary",
]

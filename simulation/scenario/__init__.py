"""The scenario language: from YAML with human units to one validated, resolved model.

``load_scenario`` is the way in; ``model`` is the vocabulary. Nothing here knows numpy, seeds or
engines.
"""

from __future__ import annotations

from simulation.scenario.canonical import scenario_digest, to_yaml
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
    "apply_changes",
    "apply_settings",
    "build",
    "check_base",
    "list_bundled",
    "load_options",
    "load_scenario",
    "options_of",
    "placed",
    "read_tree",
    "resolve_name",
    "scenario_digest",
    "steps_of",
    "to_yaml",
    "vary",
]

"""Published numbers, sources and assumptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from simulation.language import _
from simulation.scenario.checks.published import check_measure
from simulation.scenario.model import Scenario
from simulation.scenario.tree import Node, paths_of_steps
from simulation.scenario.vocabulary import kind_below, known_keys
from simulation.scenario.words import did_you_mean, listed, show

if TYPE_CHECKING:
    from simulation.scenario.checks.collector import Collector
    from simulation.scenario.evidence import Assumption
    from simulation.scenario.tree import FieldPath
    from simulation.scenario.vocabulary import Kind

_PART: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2}|[^.]+")


def check_evidence(found: Collector) -> None:
    """Report references of published numbers and assumptions that lead nowhere."""
    scenario = found.scenario
    for position, published in enumerate(scenario.published):
        path: FieldPath = ("published", position)
        found.exists((*path, "source"), published.source, scenario.sources, _("source"))
        check_measure(found, (*path, "measure"), published.measure)
    for name, assumption in scenario.assumptions.items():
        for position, text in enumerate(assumption.paths):
            _check_path(found, ("assumptions", name, "paths", position), text)
        for position, text in enumerate(assumption.varies):
            _check_path(found, ("assumptions", name, "varies", position), text, or_none=True)
        for text in assumption.otherwise:
            _check_path(found, ("assumptions", name, "otherwise", text), text, or_none=True)
        _check_bounds(found, name, assumption)


def _check_bounds(found: Collector, name: str, assumption: Assumption) -> None:
    """What is varied has bounds, or is otherwise, and not both."""
    if assumption.varies and (assumption.low is None or assumption.high is None):
        found.report(
            ("assumptions", name, "varies"),
            _("it varies between no bounds"),
            remedy=_("write low and high, the smallest and the largest plausible value"),
        )
    if assumption.otherwise and (assumption.low is not None or assumption.high is not None):
        found.report(
            ("assumptions", name, "otherwise"),
            _("it has bounds as well"),
            remedy=_("write either low and high, or what it would be otherwise"),
        )


def _check_path(found: Collector, path: FieldPath, text: str, *, or_none: bool = False) -> None:
    """An assumption must stand behind fields that there are; ``*`` stands for any one key.

    Of what is to be varied a pattern with ``*`` may find nothing (``or_none``): a base says
    ``fields.*.steps.appraise.work`` for all fields that change it, and there may be none.
    """
    parts = _PART.findall(text)
    places: list[tuple[Kind, Node | None]] = [(Scenario, found.tree)]
    for position, part in enumerate(parts):
        below = [place for kind, node in places for place in _below(kind, node, part)]
        if not below and or_none and "*" in parts[:position] and _any_free(places):
            return
        if not below:
            near = [key for kind, node in places for key in _keys(kind, node)]
            where = ".".join(parts[:position]) or _("the scenario")
            found.report(
                path,
                _("{text} leads nowhere: {where} has no {part}{near}").format(
                    text=show(text), where=where, part=show(part), near=did_you_mean(part, near)
                ),
                allowed=listed(sorted(set(near))),
                remedy=_("correct the path; * stands for any one key"),
            )
            return
        places = below


def _any_free(places: list[tuple[Kind, Node | None]]) -> bool:
    """Whether a key is missing where keys are free, so that it may be written elsewhere."""
    return any(known_keys(kind, node) is None for kind, node in places)


def _keys(kind: Kind, node: Node | None) -> list[str]:
    known = known_keys(kind, node)
    if node and isinstance(node.value, list):
        return [name for _, name in paths_of_steps(node)]
    if known is not None:
        return known
    return list(node.value) if node and isinstance(node.value, dict) else []


def _below(kind: Kind, node: Node | None, part: str) -> list[tuple[Kind, Node | None]]:
    """What stands at a key of a place, at an item of a list, or at a step of a route."""
    value = node.value if node else None
    if isinstance(value, list):
        items = [
            (k, item)
            for k, item in enumerate(value)
            if part in ("*", str(k)) or _has_step(item, part)
        ]
        return [(kind_below(kind, node, k), item) for k, item in items]
    keys = _keys(kind, node) if part == "*" else [part]
    found = []
    for key in keys:
        below = kind_below(kind, node, key)
        free = known_keys(kind, node) is None
        child = node.child(key) if node else None
        if below is not None and (child is not None or not free):
            found.append((below, child))
    return found


def _has_step(item: Node, name: str) -> bool:
    """Whether a step, or one inside it, has a name."""
    return name in (found for _, found in paths_of_steps(Node([item], item.origin)))

"""Asking the models what may stand at a place of a scenario.

A *kind* is a type annotation of a model's field. Walking kinds and a tree of values side by side
tells which keys are known at a place, what a short form stands for, and which keys exclude one
another.
"""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from simulation.scenario.base import Shorthand, ShortKey
from simulation.scenario.lengths import Anchor, Deadline, Random
from simulation.scenario.model import Warm
from simulation.scenario.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Any
_EXCLUSIVE: Final = (
    (Random, frozenset(Random.model_fields)),
    (Warm, frozenset({"warm", "backlog", "open"})),
)


def alternatives(kind: Kind) -> Iterator[Kind]:
    """The types that a kind admits: models, dict[…], list[…] and scalars."""
    origin: Any = get_origin(kind)
    if origin is Annotated:
        yield from alternatives(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for part in get_args(kind):
            yield from alternatives(part)
    else:
        yield kind


def models_of(kind: Kind, node: Node | None) -> list[type[BaseModel]]:
    """The models that a mapping may be meant to be; first the one that knows most of its keys."""
    models = [
        option
        for option in alternatives(kind)
        if isinstance(option, type)
        and issubclass(option, BaseModel)
        and option not in (Deadline, Anchor)  # written as texts only
    ]
    return sorted(models, key=lambda model: -_keys_in_common(model, node))


def _keys_in_common(model: type[BaseModel], node: Node | None) -> int:
    written = set(node.value) if node and isinstance(node.value, dict) else set()
    return len(written & set(fields(model)))


@cache
def fields(model: type[BaseModel]) -> Mapping[str, Kind]:
    """Kind by key, as keys are written."""
    return {
        info.alias or name: Annotated[info.annotation, *info.metadata]
        if info.metadata
        else info.annotation
        for name, info in model.model_fields.items()
    }


def kind_below(kind: Kind, node: Node | None, part: str | int) -> Kind | None:
    """The kind of an entry or item; None where nothing may stand."""
    for option in alternatives(kind):
        if option is Any:
            return Any
        if _is(option, list) and isinstance(part, int):
            return get_args(option)[0]
        if _is(option, dict) and isinstance(part, str):
            return get_args(option)[1]
    known = (fields(model) for model in models_of(kind, node))
    return next((kinds[str(part)] for kinds in known if part in kinds), None)


def _is(option: Kind, container: type) -> bool:
    origin: Any = get_origin(option)
    return origin is container


def known_keys(kind: Kind, node: Node | None) -> list[str] | None:
    """The keys that may stand in a mapping; None where they are free (ids, dates)."""
    if any(_is(option, dict) or option is Any for option in alternatives(kind)):
        return None
    models = models_of(kind, node)
    best = _keys_in_common(models[0], node) if models else 0
    likely = [model for model in models if _keys_in_common(model, node) == best]
    return list(dict.fromkeys(key for model in likely for key in fields(model)))


def holds_models(kind: Kind) -> bool:
    """Whether it is a mapping from ids to models, so that an entry cannot be made up of nothing."""
    return any(
        _is(option, dict) and bool(models_of(get_args(option)[1], None))
        for option in alternatives(kind)
    )


def long_form(kind: Kind, node: Node) -> Node:
    """The mapping that a short form stands for, with the same origin; else the node itself."""
    if isinstance(node.value, (dict, list)) or node.value is None:
        return node
    for mark in getattr(kind, "__metadata__", ()):
        if isinstance(mark, ShortKey):
            return Node({mark.key: node}, node.origin)
    for model in models_of(kind, None):
        if issubclass(model, Shorthand):
            try:
                return tree_of(model.long_form(node.value), node)
            except ValueError:
                return node
    return node


def exclusive_keys(kind: Kind) -> frozenset[str]:
    """Keys of which a mapping may hold only one."""
    options = list(alternatives(kind))
    return next((keys for model, keys in _EXCLUSIVE if model in options), frozenset())


def default_of(kind: Kind, node: Node, key: str) -> Node:
    """What a key that is not written stands for, as a mapping to build upon."""
    infos = {
        info.alias or name: info
        for model in models_of(kind, node)[:1]
        for name, info in model.model_fields.items()
    }
    value = infos[key].get_default(call_default_factory=False) if key in infos else None
    plain = value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else {}
    return tree_of(plain, node)


def tree_of(value: Any, like: Node) -> Node:
    """A tree of plain values, all with the origin of another node."""
    if isinstance(value, dict):
        return Node({key: tree_of(item, like) for key, item in value.items()}, like.origin)
    if isinstance(value, list):
        return Node([tree_of(item, like) for item in value], like.origin)
    return Node(value, like.origin)

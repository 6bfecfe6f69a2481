"""Hypothesis strategies that several tests share."""

from __future__ import annotations

import copy
import json
import math
import re
import string
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from simulation.scenario import read_tree
from simulation.scenario.merge import without_nulls
from simulation.scenario.yaml_nodes import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VALID_CASES = Path(__file__).parent / "cases" / "valid"
_LINES_ABOVE_FLOW = 2
"""Levels that are written as lines; what is below stands in brackets."""


class Twice:
    """A value whose key is written twice, which no dict can hold."""

    def __init__(self, value: Any) -> None:
        self.value: Any = value.value if isinstance(value, Twice) else value


def without_twice(value: Any) -> Any:
    """The values with every key once, as a tree of values holds them."""
    if isinstance(value, Twice):
        return without_twice(value.value)
    if isinstance(value, dict):
        return {key: without_twice(item) for key, item in value.items()}
    return [without_twice(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Mutation:
    """A valid scenario, changed.

    Attributes:
        case: File name of the valid scenario.
        changes: What was done to it, in words.
        data: The plain values of the changed scenario.
    """

    case: str
    changes: tuple[str, ...]
    data: Any

    def text(self) -> str:
        """The changed scenario as YAML; every mapping that is not deep has a line a key."""
        return "\n".join(_lines(self.data, 0)) + "\n"


@cache
def valid_data(case: str) -> Any:
    """Plain values of a valid case, with everything that it extends."""
    return without_nulls(read_tree(VALID_CASES / case, bundled=VALID_CASES)).plain()


def cases() -> list[str]:
    """File names of the valid cases."""
    return sorted(path.name for path in VALID_CASES.glob("*.yaml"))


# What mistakes look like: other types, wrong signs, sizes and units, and plain rubbish.
BAD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.5, -0.1, 2.5, 1e300, 10**18, math.inf, -math.inf, math.nan,
    "", " ", "x", "yes", "none", "due", "due - 500 wd", "always", "closed", "on the spot",
    "3 wd", "-3 wd", "3 days", "15", "15 min", "1 wh", "999999999999 d", "0 s", "36 h",
    "07:30", "7:3", "25:00", "07:00-11:30", "11:30-07:00", "mon", "mon-fri", "sun-mon",
    "2021-03-02", "2021-02-30", "0001-01-01", "9999-12-31", "2021-03-02..2021-03-01",
    "2021-03-02 08:00..2021-03-02 09:00", "standard", "counter", "reception", "Đất đai",
    "a.b.c", "[key]", "<work>", "\u0000", "\u2028", "💥", "a" * 500, "../../etc/passwd",
    [], {}, [[]], [None], ["x"], [1, 2], {"x": 1}, {"": {}}, {"step": "x"},
    {"value": 1, "during": {"2021-03-01..2021-03-05": 1e9}}, {"at_start": 1, "changes": {}},
    {"constant": "1 h"}, {"lognormal": {"mean": "1 h", "cv": 1}}, {"file": "missing.csv"},
    {"step": "x", "work": "1 min", "desk": "reception", "clock": "starts"},
    {"step": "x", "until": "due"}, {"step": "x", "fork": {"a": []}},
)  # fmt: skip


@st.composite
def mutations(draw: st.DrawFn, most: int = 3) -> Mutation:
    """Valid scenarios with one to ``most`` changes to their tree of values."""
    case = draw(st.sampled_from(cases()))
    root = {"": copy.deepcopy(valid_data(case))}
    changes = []
    for _ in range(draw(st.integers(1, most))):
        holder, key = draw(st.sampled_from(list(_places(root))))
        operation = draw(st.sampled_from(_OPERATIONS))
        changes.append(f"{operation.__name__[1:]} {key!r}")
        operation(draw, holder, key)
    return Mutation(case, tuple(changes), root[""])


@st.composite
def variations(draw: st.DrawFn, most: int = 4) -> Mutation:
    """Valid scenarios with one to ``most`` changes that may well leave them valid."""
    case = draw(st.sampled_from(cases()))
    root = {"": copy.deepcopy(valid_data(case))}
    changes = []
    for _ in range(draw(st.integers(1, most))):
        holder, key = draw(st.sampled_from(list(_places(root))))
        operation = draw(st.sampled_from(_MILD_OPERATIONS))
        changes.append(f"{operation.__name__[1:]} {key!r}")
        operation(draw, holder, key)
    return Mutation(case, tuple(changes), root[""])


@st.composite
def mutated_texts(draw: st.DrawFn) -> str:
    """Valid scenarios as YAML with some characters or lines changed."""
    text = Mutation("", (), valid_data(draw(st.sampled_from(cases())))).text()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text) - 1))
        end = min(len(text), at + draw(st.integers(0, 6)))
        new = draw(st.one_of(st.sampled_from(_FRAGMENTS), st.text(st.characters(), max_size=3)))
        text = text[:at] + new + text[end:]
        if draw(st.booleans()):
            lines = text.splitlines(keepends=True)
            line = draw(st.integers(0, len(lines) - 1))
            lines[line : line + 1] = draw(
                st.sampled_from(([], [lines[line]] * 2, ["  " + lines[line]], ["\t" + lines[line]]))
            )
            text = "".join(lines) or "x"
    return text


_FRAGMENTS = (
    "", " ", "\n", "\t", ":", ": ", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "!!str ", "---\n",
    "...\n", "#", "'", '"', "|\n", ">", "%", "@", "`", "? ", "<<: ", "0", "-", ".", "1e9", "~",
    "null", "extends: base.yaml\n", "\ufeff", "\x85", "\r", "\x00", "%YAML 1.1\n",
)  # fmt: skip


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Holder and key of every value in a tree."""
    if isinstance(node, Twice):
        node = node.value
    if not isinstance(node, (dict, list)):
        return
    for key, child in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if key != "":  # the root has no name
            yield node, key
        yield from _places(child)


def _delete(_draw: st.DrawFn, holder: Any, key: Any) -> None:
    del holder[key]


def _rename(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        typo = draw(st.sampled_from(("{}s", "{}_", "x{}", "", "{}-1", "[key]", "0", "during", "Ü")))
        holder[typo.format(key)] = holder.pop(key)


def _replace(draw: st.DrawFn, holder: Any, key: Any) -> None:
    holder[key] = copy.deepcopy(draw(st.sampled_from(BAD_VALUES)))


def _spoil(draw: st.DrawFn, holder: Any, key: Any) -> None:
    """Change a value a little: its sign, size, unit or spelling."""
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, (int, float)):
        factor = draw(st.sampled_from((-1, 0, 0.5, 1.001, 1000, 1e9)))
        holder[key] = value * factor
    elif isinstance(value, str):
        at = draw(st.integers(0, len(value)))
        letter = draw(st.sampled_from(string.ascii_lowercase + string.digits + " -:."))
        holder[key] = value[:at] + letter + value[at + draw(st.integers(0, 1)) :]


def _swap(draw: st.DrawFn, holder: Any, key: Any) -> None:
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    other = draw(st.sampled_from(keys))
    holder[key], holder[other] = holder[other], holder[key]


def _duplicate(_draw: st.DrawFn, holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[key] = Twice(holder[key])


def _add(draw: st.DrawFn, holder: Any, _key: Any) -> None:
    value = copy.deepcopy(draw(st.sampled_from(BAD_VALUES)))
    if isinstance(holder, list):
        holder.append(value)
    else:
        names = ("steps", "channels", "during", "weight", "default", "staff", "x", "clock", "ends")
        holder[draw(st.sampled_from(names))] = value


def _empty(_draw: st.DrawFn, holder: Any, key: Any) -> None:
    holder[key] = type(holder[key])() if isinstance(holder[key], (dict, list, str)) else None


def _nest(draw: st.DrawFn, holder: Any, key: Any) -> None:
    value = holder[key]
    for _ in range(draw(st.sampled_from((1, 2, MAX_DEPTH + 5)))):
        value = [value]
    holder[key] = value


@cache
def _seen() -> dict[Any, list[Any]]:
    """What stands at each key, in all valid cases."""
    found: dict[Any, list[Any]] = {}
    for case in cases():
        for holder, key in _places({"": valid_data(case)}):
            values = found.setdefault(key if isinstance(holder, dict) else "item", [])
            if holder[key] not in values:
                values.append(holder[key])
    return found


def _transplant(draw: st.DrawFn, holder: Any, key: Any) -> None:
    """Write what stands at the same key somewhere in a valid case."""
    values = _seen().get(key) if isinstance(holder, dict) else None
    if values:
        holder[key] = copy.deepcopy(draw(st.sampled_from(values)))


def _vary(draw: st.DrawFn, holder: Any, key: Any) -> None:
    """Change a number, in a text too, or a unit; it stays of its kind."""
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, (int, float)):
        kind = type(value)
        holder[key] = kind(value * draw(st.sampled_from((0, 0.3, 0.5, 0.9, 2, 5))))
    elif isinstance(value, str):
        number, unit = draw(st.sampled_from(("0", "1", "2", "9", "45"))), draw(_UNITS)
        varied = re.sub(r"(?<![\d:-])\d+ (s|min|h|d|wh|wd)\b", f"{number} {unit}", value)
        day_or_hour = f"{draw(_TWO_DIGITS):02}"
        holder[key] = re.sub(r"(?<=-)\d\d\b|\b\d\d(?=:)", day_or_hour, varied, count=1)


_UNITS = st.sampled_from(("s", "min", "h", "d", "wh", "wd"))
_TWO_DIGITS = st.integers(1, 24)


def _reorder(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if isinstance(holder[key], list):
        holder[key] = list(draw(st.permutations(holder[key])))


_MILD_OPERATIONS: tuple[Callable[[st.DrawFn, Any, Any], None], ...] = (
    _transplant, _transplant, _vary, _vary, _vary, _delete, _reorder, _swap,
)  # fmt: skip

_OPERATIONS: tuple[Callable[[st.DrawFn, Any, Any], None], ...] = (
    _delete, _rename, _replace, _replace, _replace, _spoil, _spoil, _swap, _duplicate, _add,
    _empty, _nest,
)  # fmt: skip


def _lines(value: Any, level: int) -> Iterator[str]:
    if isinstance(value, dict) and value and level <= _LINES_ABOVE_FLOW:
        for key, item in value.items():
            for written in [item.value] * 2 if isinstance(item, Twice) else [item]:
                head = "  " * level + json.dumps(key, ensure_ascii=False) + ":"
                if isinstance(written, dict) and written and level < _LINES_ABOVE_FLOW:
                    yield head
                    yield from _lines(written, level + 1)
                else:
                    yield f"{head} {_flow(written)}"
    else:
        yield _flow(value)


def _flow(value: Any) -> str:
    if isinstance(value, Twice):
        value = value.value
    if isinstance(value, dict):
        entries = (
            f"{json.dumps(key, ensure_ascii=False)}: {_flow(written)}"
            for key, item in value.items()
            for written in ([item.value] * 2 if isinstance(item, Twice) else [item])
        )
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: ".inf", -math.inf: "-.inf"}.get(value, ".nan")
    return json.dumps(value, ensure_ascii=False)

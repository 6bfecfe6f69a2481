"""Whether two plans say the same, by a digest of their values."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator


def plan_digest(plan: Any) -> str:
    """SHA-256 (hexadecimal) of the fields of a plan and of all that they hold, by value.

    Neither what an object has computed and kept since, nor which equal objects are one and the
    same, nor whether a whole number is written as a float makes a difference: a pickle would hold
    all three.

    Args:
        plan: A dataclass of arrays, numbers, texts, dates, tuples, mappings and dataclasses.
    """
    sha = hashlib.sha256()
    for part in _parts(plan):
        sha.update(part)
    return sha.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode()
        yield value.tobytes()
    elif is_dataclass(value):
        yield f"{type(value).__name__}(".encode()
        for field in fields(value):
            yield from _parts(getattr(value, field.name))
        yield b")"
    elif isinstance(value, dict):
        yield from _parts(tuple(sorted(value.items())))
    elif isinstance(value, tuple):
        yield b"["
        for item in value:
            yield from _parts(item)
        yield b"]"
    else:
        whole = isinstance(value, float) and value.is_integer()
        yield f"{int(value) if whole else value!r},".encode()

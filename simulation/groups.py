"""Entries that stand group by group, their numbers within the groups, and a fast stable order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_BITS: Final = 63
"""Of an int64 that is not negative."""


def number_within(group: Ints) -> Ints:
    """The number of each entry within its group, from 0.

    Args:
        group: The group of each entry; those of a group stand together.
    """
    first = _firsts(group)
    return np.arange(len(group)) - np.repeat(first, np.diff(first, append=len(group)))


def rounds(group: Ints) -> list[Ints]:
    """The first entries of all groups, the second ones, and so on, each in their order.

    Args:
        group: As for `number_within`.
    """
    first = _firsts(group)
    size = np.diff(first, append=len(group))
    return [first[size > number] + number for number in range(size.max(initial=0))]


def stable_order(key: Ints) -> Ints:
    """What a stable argsort returns.

    Numbers of entries are put behind the keys, so that no two are alike and any sort will do; that
    is several times as fast.

    Args:
        key: What to sort by, not negative.
    """
    bits = len(key).bit_length()
    if int(key.max(initial=0)).bit_length() + bits > _BITS:
        return np.argsort(key, kind="stable")
    packed = (key << bits) | np.arange(len(key))
    packed.sort()
    return packed & ((1 << bits) - 1)


def _firsts(group: Ints) -> Ints:
    opens = np.ones(len(group), np.bool_)
    np.not_equal(group[1:], group[:-1], out=opens[1:])
    return np.flatnonzero(opens)

"""Entries that stand group by group, and their numbers within the groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def number_within(group: Ints) -> Ints:
    """The number of each entry within its group, from 0.

    Args:
        group: The group of each entry; those of a group stand together.
    """
    entry = np.arange(len(group))
    opens = np.ones(len(group), np.bool_)
    opens[1:] = group[1:] != group[:-1]
    return entry - np.maximum.accumulate(np.where(opens, entry, 0))


def rounds(group: Ints) -> list[Ints]:
    """The first entries of all groups, the second ones, and so on, each in their order.

    Args:
        group: As for `number_within`.
    """
    number = number_within(group)
    order = np.argsort(number, kind="stable")
    return np.split(order, np.cumsum(np.bincount(number))[:-1])

"""The queues of the desks: heaps of a key and a stamp, which says when a visit joined, and which.

They are laid out as in `lists`, but in two arrays; the size stands before the first stamp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.engines.compiled.jit import inlined

if TYPE_CHECKING:
    from simulation.engines.compiled.lists import Ints


@inlined
def precedes(keys: Ints, stamps: Ints, place: int, key: int, stamped: int) -> bool:
    """Whether the entry at a place is served before one with this key and stamp."""
    return bool(keys[place] < key or (keys[place] == key and stamps[place] < stamped))


@inlined
def move(keys: Ints, stamps: Ints, origin: int, place: int) -> None:
    """Copy an entry to another place."""
    keys[place] = keys[origin]
    stamps[place] = stamps[origin]


@inlined
def rise(keys: Ints, stamps: Ints, place: int, key: int, stamped: int) -> None:
    """Put an entry at a place, or as far above it as it belongs."""
    while place > 1 and not precedes(keys, stamps, place >> 1, key, stamped):
        move(keys, stamps, place >> 1, place)
        place >>= 1
    keys[place] = key
    stamps[place] = stamped


@inlined
def enqueue(keys: Ints, stamps: Ints, key: int, stamped: int) -> None:
    """Add an entry to a queue."""
    stamps[0] += 1
    rise(keys, stamps, stamps[0], key, stamped)


@inlined
def dequeue(keys: Ints, stamps: Ints) -> None:
    """Remove the first entry of a queue that has one, in the way of `lists.pop`."""
    size, place = stamps[0] - 1, 1
    stamps[0] = size
    while 2 * place < size:
        left = 2 * place
        right_first = precedes(keys, stamps, left + 1, keys[left], stamps[left])
        move(keys, stamps, left + right_first, place)
        place = left + right_first
    if 2 * place == size:
        move(keys, stamps, size, place)
        place = size
    rise(keys, stamps, place, keys[size + 1], stamps[size + 1])

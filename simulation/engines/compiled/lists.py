"""Lists and heaps in plain integer arrays: the number of entries stands before the first of them.

Several may share one array; a slice from where one begins is that list. What is sorted by time is a
*stamp*, a time and a number in one integer. Where each of a few has one stamp at most, a
*tournament* finds the first faster than a heap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.engines.compiled.jit import inlined

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    Ints = NDArray[int64]

BITS: Final = 31
"""A stamp holds numbers below 2**31 and times below 2**32 seconds, which is 136 years."""

LATER_THAN_ALL: Final = 2**62

NO_STAMP: Final = 2**63 - 1
"""What sorts behind all stamps: its time is the end of those 136 years."""


@inlined
def stamp(t: int, number: int) -> int:
    """A time and a number; stamps sort by time and then by number."""
    return (t << BITS) | number


@inlined
def time_of(stamped: int) -> int:
    """The time of a stamp."""
    return stamped >> BITS


@inlined
def number_of(stamped: int) -> int:
    """The number of a stamp."""
    return stamped & ((1 << BITS) - 1)


@inlined
def append(entries: Ints, number: int) -> None:
    """Add an entry at the end of a list."""
    entries[0] += 1
    entries[entries[0]] = number


@inlined
def take_last(entries: Ints) -> int:
    """Remove the last entry of a list that has one."""
    last: int = entries[entries[0]]
    entries[0] -= 1
    return last


@inlined
def insert(entries: Ints, number: int) -> None:
    """Add an entry to a sorted list, which is short or ends not much higher."""
    entries[0] += 1
    place = entries[0]
    while place > 1 and entries[place - 1] > number:
        entries[place] = entries[place - 1]
        place -= 1
    entries[place] = number


@inlined
def first_time(heap: Ints) -> int:
    """The time of the first stamp of a heap."""
    return time_of(heap[1]) if heap[0] > 0 else LATER_THAN_ALL


@inlined
def push(heap: Ints, key: int) -> None:
    """Add a key to a binary heap."""
    heap[0] += 1
    place = heap[0]
    while place > 1 and heap[place >> 1] > key:
        heap[place] = heap[place >> 1]
        place >>= 1
    heap[place] = key


@inlined
def pop(heap: Ints) -> int:
    """Remove the least key of a heap that has one.

    The hole it leaves sinks to the bottom, and the last key rises from there. It nearly always
    belongs there, so this compares less than to look for its place from the top.
    """
    least: int = heap[1]
    last, size, place = heap[heap[0]], heap[0] - 1, 1
    heap[0] = size
    while 2 * place < size:
        child = 2 * place
        child += heap[child + 1] < heap[child]
        heap[place] = heap[child]
        place = child
    if 2 * place == size:
        heap[place] = heap[size]
        place = size
    while place > 1 and heap[place >> 1] > last:
        heap[place] = heap[place >> 1]
        place >>= 1
    heap[place] = last
    return least


def places_for(number: int) -> int:
    """How long the array of a tournament of so many is: twice a power of four."""
    places = 2
    while places < 2 * number:
        places *= 4
    return places


@inlined
def play(tournament: Ints, number: int, stamped: int) -> None:
    """Let one of them have another stamp, or NO_STAMP; the first of all is then at place 1.

    Their stamps begin in the middle of the array, and at each place before it is the first of the
    four stamps from four times that place on. Unlike those of a heap, the places to look at depend
    on no comparison, so the processor need not wait for one, nor guess its outcome.
    """
    place = (len(tournament) >> 1) + number
    tournament[place] = stamped
    while place > 1:
        others = min(tournament[place ^ 2], tournament[place ^ 3])
        nearest = min(stamped, tournament[place ^ 1])
        stamped = min(nearest, others)
        place >>= 2
        tournament[place] = stamped

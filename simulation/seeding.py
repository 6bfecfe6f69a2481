"""The words with which generators begin: those of numpy's ``SeedSequence``, for many at once.

A replication asks for thousands of short streams, and to seed them one by one takes longer than to
draw their numbers. The words are the same to the bit (NEP 19 promises that numpy's never change),
and a test compares them.

Source: O'Neill, "Developing a seed_seq alternative", 2015. All arithmetic is modulo 2**32.
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint32]

COMMON: Final = 5
"""Words that the streams of a replication have in common; those of the name follow."""
_POOL: Final = 4
"""Words of the pool, and of a name."""
_LEFT, _RIGHT, _HALF = np.uint32(0xCA01F9DD), np.uint32(0x4973F715), np.uint32(16)
_NAMES: Final = 2**16
"""Names that are remembered: replications of a study ask for the same ones again."""
_GROUPS: Final = 2**12
"""So are what they bring in, by all names that are asked for together."""


def _constants(first: int, factor: int, skip: int, count: int) -> tuple[Words, Words]:
    """What the words hashed one after the other are combined with: first these, then those."""
    chain = [first * pow(factor, place, 2**32) % 2**32 for place in range(skip, skip + count + 1)]
    return np.array(chain[:-1], np.uint32), np.array(chain[1:], np.uint32)


_HASHED: Final = _POOL + _POOL * (_POOL - 1) + _POOL * (COMMON - _POOL)
"""Words hashed before those of a name: the pool's first, each for the others, the further ones."""
_IN: Final = _constants(0x43B0D7E5, 0x931E8875, _HASHED, _POOL * _POOL)
_OUT: Final = _constants(0x8B51F9DD, 0x58F38DED, 0, 2 * _POOL)


@lru_cache(maxsize=_NAMES)
def stable_hash(name: str) -> tuple[int, ...]:
    """Four 32-bit words of a name: the first 16 bytes of its SHA-256, little-endian.

    Python's own `hash` changes from process to process.
    """
    return struct.unpack_from("<4I", hashlib.sha256(name.encode()).digest())


def seed_words(common: Words, names: tuple[str, ...]) -> NDArray[np.uint64]:
    """The words that a generator asks its ``SeedSequence`` for.

    Args:
        common: The pool of a ``SeedSequence`` of the `COMMON` words. Shape: (4,).
        names: Of the streams.

    Returns:
        Those of the sequence that has the words of a name as well. Shape: (names, 4).
    """
    pool = common[:, np.newaxis]
    for brought_in in _brought_in(names):
        pool = _folded(_LEFT * pool - brought_in)
    words = _hashed(np.concatenate((pool, pool)), _OUT).astype(np.uint64)
    return np.ascontiguousarray((words[0::2] | words[1::2] << np.uint64(32)).T)


@lru_cache(maxsize=_GROUPS)
def _brought_in(names: tuple[str, ...]) -> Words:
    """What the words of names bring into those of the pool. Shape: (words, pool, names)."""
    words = np.array([stable_hash(name) for name in names], np.uint32).reshape(-1, _POOL)
    each = np.repeat(words.T, _POOL, axis=0)
    return (_RIGHT * _hashed(each, _IN)).reshape(_POOL, _POOL, -1)


def _hashed(words: Words, constants: tuple[Words, Words]) -> Words:
    first, then = constants
    return _folded((words ^ first[:, np.newaxis]) * then[:, np.newaxis])


def _folded(words: Words) -> Words:
    return words ^ (words >> _HALF)

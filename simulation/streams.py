"""Named streams of uniform numbers. This is the only module that makes generators.

A stream is found by (seed, replication, name) alone. So adding a procedure, a person or a step
leaves every other stream as it was, the order of asking means nothing, and replication k needs
nothing of the replications before it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED_LIMIT: Final = 2**64
REPLICATION_LIMIT: Final = 2**32
"""Within these limits two different (seed, replication) never share their entropy."""
_NAMES: Final = 2**16
"""Names that are remembered: replications of a study ask for the same ones again."""


@lru_cache(maxsize=_NAMES, typed=True)
def stream_name(*parts: str | int) -> str:
    """Join parts with ``/``, so that different parts never make the same name.

    A ``/`` inside a part is written ``%2F`` and a ``%`` is written ``%25``, as in a web address.
    An integer is its decimal digits: 0 and "0" are the same part.

    Raises:
        InputError: There is no part.
    """
    if not parts:
        raise InputError("a stream needs a name of at least one part")
    return "/".join(str(part).replace("%", "%25").replace("/", "%2F") for part in parts)


@lru_cache(maxsize=_NAMES)
def stable_hash(name: str) -> tuple[int, ...]:
    """Four 32-bit words of a name: the first 16 bytes of its SHA-256, little-endian.

    Python's own `hash` changes from process to process.
    """
    digest = hashlib.sha256(name.encode()).digest()
    return tuple(int(word) for word in np.frombuffer(digest, dtype="<u4", count=4))


def check_luck(seed: int, replication: int) -> None:
    """Refuse what names no luck.

    Raises:
        InputError: ``seed`` or ``replication`` is negative or too large.
    """
    for what, value, limit in (
        ("seed", seed, SEED_LIMIT),
        ("replication", replication, REPLICATION_LIMIT),
    ):
        if not 0 <= value < limit:
            raise InputError(f"{what} = {value!r} must lie between 0 and {limit - 1}")


def generator(seed: int, replication: int, name: str) -> np.random.Generator:
    """The generator of one stream, at its beginning.

    It is that of ``SeedSequence(seed, spawn_key=(replication, *stable_hash(name)))``. The words
    that numpy makes of these are given at once, as taking numbers apart is most of its work.

    Raises:
        InputError: ``seed`` or ``replication`` is negative or too large.
    """
    check_luck(seed, replication)
    words = (seed % 2**32, seed >> 32, 0, 0, replication, *stable_hash(name))
    sequence = np.random.SeedSequence(np.array(words, np.uint32))
    return np.random.Generator(np.random.PCG64(sequence))


def uniforms(seed: int, replication: int, name: str, n: int) -> NDArray[np.float64]:
    """The first ``n`` numbers of one stream, uniform in [0, 1).

    Fewer are a prefix of more: element k does not depend on ``n``.
    """
    return generator(seed, replication, name).random(n)


@dataclass(frozen=True)
class Streams:
    """All streams of one replication.

    Attributes:
        seed: From 0 to 2**64 - 1.
        replication: Number of the replication, from 0 to 2**32 - 1.
    """

    seed: int
    replication: int = 0

    def uniforms(self, *parts: str | int, n: int) -> NDArray[np.float64]:
        """The first ``n`` numbers of the stream whose name is made of the parts.

        Example:
            >>> Streams(seed=1).uniforms("counter", "land", "appraise", 0, "work", n=2).size
            2
        """
        return uniforms(self.seed, self.replication, stream_name(*parts), n)

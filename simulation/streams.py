"""Named streams of uniform numbers. This is the only module that makes generators.

A stream is found by (seed, replication, name) alone. So adding a procedure, a person or a step
leaves every other stream as it was, the order of asking means nothing, and replication k needs
nothing of the replications before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.random.bit_generator import ISeedSequence

from simulation.errors import InputError
from simulation.language import _
from simulation.seeding import seed_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        raise InputError(_("a stream needs a name of at least one part"))
    return "/".join(str(part).replace("%", "%25").replace("/", "%2F") for part in parts)


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
            raise InputError(
                _("{what} = {value!r} must lie between 0 and {limit}").format(
                    what=what, value=value, limit=limit - 1
                )
            )


class _Seeded(ISeedSequence):
    """A seed sequence whose words have been made before; its generator cannot spawn others.

    Args:
        words: For PCG64, which asks for four.
    """

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        """The words."""
        assert (n_words, dtype) == (len(self._words), np.uint64)  # noqa: S101 - PCG64 is who asks
        return self._words


@lru_cache(maxsize=4)
def _common(seed: int, replication: int) -> NDArray[np.uint32]:
    """What all streams of a replication begin with.

    Raises:
        InputError: ``seed`` or ``replication`` is negative or too large.
    """
    check_luck(seed, replication)
    words = np.array((seed % 2**32, seed >> 32, 0, 0, replication), np.uint32)
    return np.random.SeedSequence(words).pool


def generators(
    seed: int, replication: int, names: tuple[str, ...]
) -> Iterator[np.random.Generator]:
    """The generators of some streams, at their beginnings; to make many at once is far faster.

    Each is that of ``SeedSequence(seed, spawn_key=(replication, *stable_hash(name)))``.

    Raises:
        InputError: ``seed`` or ``replication`` is negative or too large.
    """
    for words in seed_words(_common(seed, replication), names):
        seeded: Any = _Seeded(words)  # numpy takes every ISeedSequence; its stubs do not say so
        yield np.random.Generator(np.random.PCG64(seeded))


def uniforms(seed: int, replication: int, name: str, n: int) -> NDArray[np.float64]:
    """The first ``n`` numbers of one stream, uniform in [0, 1).

    Fewer are a prefix of more: element k does not depend on ``n``.

    Raises:
        InputError: ``seed`` or ``replication`` is negative or too large.
    """
    (generator,) = generators(seed, replication, (name,))
    return generator.random(n)


@dataclass(frozen=True)
class Streams:
    """All streams of one replication.

    Attributes:
        seed: From 0 to 2**64 - 1.
        replication: Number of the replication, from 0 to 2**32 - 1.
    """

    seed: int
    replication: int = 0
    _expected: dict[str, np.random.Generator] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def expect(self, names: Iterable[str]) -> None:
        """Prepare for streams that will be asked for; it changes nothing but the time they take."""
        together = tuple(names)
        made = generators(self.seed, self.replication, together)
        self._expected.update(zip(together, made, strict=True))

    def uniforms(self, *parts: str | int, n: int) -> NDArray[np.float64]:
        """The first ``n`` numbers of the stream whose name is made of the parts.

        Example:
            >>> Streams(seed=1).uniforms("counter", "land", "appraise", 0, "work", n=2).size
            2
        """
        name = stream_name(*parts)
        expected = self._expected.pop(name, None)  # a generator is at its beginning only once
        if expected is None:
            return uniforms(self.seed, self.replication, name, n)
        return expected.random(n)

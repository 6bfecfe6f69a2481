"""Named streams: reproducible, independent of each other and of the order of asking."""

from __future__ import annotations

from itertools import combinations
from urllib.parse import unquote

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.seeding import stable_hash
from simulation.streams import (
    REPLICATION_LIMIT,
    SEED_LIMIT,
    Streams,
    generators,
    stream_name,
    uniforms,
)

NAME = "cell/counter/land/appraise/0/work"
modest = settings(max_examples=200, deadline=None, derandomize=True)


def pcg64_by_hand(seed: int, replication: int, name: str, n: int) -> list[float]:
    """PCG XSL-RR 128/64 (O'Neill 2014) in plain integers, 53 bits of each output as a fraction."""
    mask = 2**128 - 1
    words = np.random.SeedSequence(seed, spawn_key=(replication, *stable_hash(name)))
    high, low, inc_high, inc_low = map(int, words.generate_state(4, np.uint64))
    increment = ((inc_high << 64 | inc_low) << 1 | 1) & mask
    multiplier = 0x2360ED051FC65DA44385DF649FCCF645
    state = ((increment + (high << 64 | low)) * multiplier + increment) & mask
    result = []
    for _ in range(n):
        state = (state * multiplier + increment) & mask
        folded, turn = (state >> 64 ^ state) & (2**64 - 1), state >> 122
        word = (folded >> turn | folded << (64 - turn)) & (2**64 - 1)
        result.append((word >> 11) * 2.0**-53)
    return result


@pytest.mark.parametrize(
    ("seed", "replication", "name", "expected"),
    [
        (2021, 7, NAME, [0.512429483912806, 0.40475485166137004, 0.18986605670414092]),
        (0, 0, "", [0.16523890751182746, 0.7149588784190949]),
        (
            SEED_LIMIT - 1,
            REPLICATION_LIMIT - 1,
            "hồ sơ/một cửa",
            [0.24620743650637955, 0.9983386379400047],
        ),
    ],
)
def test_streams_are_pinned(seed: int, replication: int, name: str, expected: list[float]) -> None:
    """A published result stays reproducible: these numbers never change.

    NumPy promises stable bits of `SeedSequence` and `PCG64` (NEP 19); the rest is checked by hand.
    """
    assert uniforms(seed, replication, name, len(expected)).tolist() == expected
    assert uniforms(seed, replication, name, 50).tolist() == pcg64_by_hand(
        seed, replication, name, 50
    )


@modest
@given(
    seed=st.integers(0, SEED_LIMIT - 1) | st.integers(0, 3),
    replication=st.integers(0, REPLICATION_LIMIT - 1) | st.integers(0, 3),
    names=st.lists(st.text(max_size=30), max_size=5),
)
def test_words_are_those_of_numpy(seed: int, replication: int, names: list[str]) -> None:
    """Seeding many at once leads to the words that numpy makes of each."""
    found = [g.bit_generator.state for g in generators(seed, replication, tuple(names))]
    keys = [(replication, *stable_hash(name)) for name in names]
    theirs = [np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)) for key in keys]
    assert found == [one.state for one in theirs]


def test_hash_is_the_beginning_of_sha256() -> None:
    """The name enters as four little-endian words of its SHA-256 (digest by GNU coreutils)."""
    digest = bytes.fromhex("805f5e692e81be6d32d4ec8906fd533b")
    assert b"".join(word.to_bytes(4, "little") for word in stable_hash(NAME)) == digest


@modest
@given(few=st.integers(0, 300), more=st.integers(0, 300), seed=st.integers(0, SEED_LIMIT - 1))
def test_fewer_are_a_prefix_of_more(few: int, more: int, seed: int) -> None:
    """Element k of a stream does not depend on how many are asked for."""
    short, long = uniforms(seed, 3, NAME, few), uniforms(seed, 3, NAME, few + more)
    assert short.tolist() == long[:few].tolist()


def test_order_of_asking_means_nothing() -> None:
    """A stream depends neither on other streams and replications nor on numpy's global state."""
    keys = [(replication, f"cell/{k}") for replication in range(4) for k in range(25)]
    first = {key: uniforms(9, *key, 5).tolist() for key in keys}
    keys.reverse()
    np.random.seed(1)  # noqa: NPY002 - to show that it does not matter
    assert {key: uniforms(9, *key, 5).tolist() for key in keys} == first


def test_all_numbers_lie_in_the_half_open_unit_interval() -> None:
    """Quantiles may rely on 0 ≤ u < 1."""
    u = uniforms(1, 0, "range", 1_000_000)
    assert u.dtype == np.float64
    assert u.min() >= 0
    assert u.max() < 1


def test_streams_are_uncorrelated() -> None:
    """Streams that differ in seed, replication or name share nothing.

    r·√n is standard normal under independence; 780 pairs against ±5.5 raise a false alarm with
    probability 3e-5.
    """
    n = 20_000
    keys = [(1, 0, f"cell/{k}") for k in range(20)]
    keys += [(1, k, "cell/0") for k in range(1, 11)] + [(k, 0, "cell/0") for k in range(2, 12)]
    correlation = np.corrcoef([uniforms(*key, n) for key in keys])
    pairs = np.array([correlation[i, j] for i, j in combinations(range(len(keys)), 2)])
    assert np.abs(pairs).max() * np.sqrt(n) < 5.5


@pytest.mark.parametrize("vary", ["name", "replication", "seed"])
def test_first_numbers_of_many_streams_are_uniform(vary: str) -> None:
    """One number each of neighbouring streams is as good as many numbers of one stream.

    Chi-square over 100 bins: above 167.6 with probability 2e-5; three such tests.
    """
    base = {"seed": 5, "replication": 0, "name": "day/2021-01-04"}
    first = [
        uniforms(**(base | {vary: f"day/{k}" if vary == "name" else k}), n=1)[0]  # type: ignore[arg-type]
        for k in range(10_000)
    ]
    counts = np.histogram(first, bins=100, range=(0, 1))[0]
    assert ((counts - 100) ** 2 / 100).sum() < 167.6


@modest
@given(st.lists(st.text("ab/%2F5", max_size=4) | st.text(max_size=4), min_size=1, max_size=4))
def test_names_can_be_taken_apart_again(parts: list[str]) -> None:
    """No two lists of parts share a name, whatever separators and escapes stand in the parts."""
    assert [unquote(part) for part in stream_name(*parts).split("/")] == parts


def test_names_read_like_paths() -> None:
    """Plain parts are joined as they are; numbers are written in decimals."""
    assert stream_name("counter", "land", "appraise", 0, "work") == "counter/land/appraise/0/work"
    assert stream_name("a/b", "50%") == "a%2Fb/50%25"


def test_a_stream_needs_a_name() -> None:
    """No part at all is refused, because it would equal one empty part."""
    with pytest.raises(InputError, match="at least one part"):
        stream_name()


def test_streams_of_a_replication() -> None:
    """`Streams` finds the stream whose name is made of the parts."""
    streams = Streams(seed=2021, replication=7)
    found = streams.uniforms("cell", "counter", "land", "appraise", 0, "work", n=10)
    assert found.tolist() == uniforms(2021, 7, NAME, 10).tolist()


def test_expecting_streams_changes_no_number() -> None:
    """Whether, with which others and how often a stream was expected, its numbers are the same."""
    plain, expecting = Streams(3, 1), Streams(3, 1)
    expecting.expect(["a/0", "b", "never asked for"])
    assert expecting == plain
    for parts in (("b",), ("a", 0), ("c",), ("b",)):
        assert expecting.uniforms(*parts, n=5).tolist() == plain.uniforms(*parts, n=5).tolist()


@pytest.mark.parametrize(
    ("seed", "replication"), [(-1, 0), (SEED_LIMIT, 0), (0, -1), (0, REPLICATION_LIMIT)]
)
def test_seed_and_replication_out_of_range_are_refused(seed: int, replication: int) -> None:
    """Numbers that numpy would refuse, or fold into each other's streams, are refused by name."""
    with pytest.raises(InputError, match="seed" if replication == 0 else "replication"):
        next(generators(seed, replication, ("x",)))

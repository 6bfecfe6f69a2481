"""Working time second by second: slow, and so plain that it can serve as the truth.

Spans are (begin, end) pairs in seconds, in any order; they may touch, overlap or be empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulation.units import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

Spans: TypeAlias = "Sequence[tuple[int, int]]"


def is_open(spans: Spans, t: int) -> bool:
    """Whether the second that starts at t lies in some span."""
    return any(begin <= t < end for begin, end in spans)


def measure(spans: Spans, t0: int, t1: int) -> int:
    """Count the open seconds from t0 up to t1."""
    return sum(is_open(spans, second) for second in range(t0, t1))


def add(spans: Spans, t: int, work: int) -> int:
    """Walk forward from t until ``work`` open seconds have passed."""
    while work > 0:
        if t >= latest(spans):
            return NEVER
        if is_open(spans, t):
            work -= 1
        t += 1
    return t


def subtract(spans: Spans, t: int, work: int) -> int:
    """Walk back from t until ``work`` open seconds have passed."""
    while work > 0:
        if t <= earliest(spans):
            return NEVER
        t -= 1
        if is_open(spans, t):
            work -= 1
    return t


def next_open(spans: Spans, t: int) -> int:
    """Walk forward from t to the first open second."""
    while not is_open(spans, t):
        if t >= latest(spans):
            return NEVER
        t += 1
    return t


def earliest(spans: Spans) -> int:
    """No second before this one is open."""
    return min((begin for begin, _ in spans), default=0)


def latest(spans: Spans) -> int:
    """No second from this one on is open."""
    return max((end for _, end in spans), default=0)

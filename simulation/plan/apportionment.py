"""Dividing a whole number among shares so that a larger number takes nothing from anybody."""

from __future__ import annotations

import math
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def apportion(weights: Mapping[str, float], total: int) -> dict[str, int]:
    """Whole numbers that add to ``total``, nearly in proportion to the weights.

    This is the method of Webster and Sainte-Laguë: one after the other, each unit goes to the
    largest ``weight / (2 n + 1)``, n being what the party has by then; ties go by name. What a
    total gives is so the beginning of what a larger one gives. Largest remainder does not have
    this property (the Alabama paradox), and a fixed workload that grows would lose dossiers.
    Whole weights that add to the total are met exactly.

    Args:
        weights: By name, finite and not negative. All of them zero: nothing is given to anybody.
        total: Units to divide, not negative.

    Source: Balinski and Young, Fair Representation, 2nd ed. 2001.
    """
    given = dict.fromkeys(weights, 0)
    sharing = {name: weight for name, weight in weights.items() if weight > 0}
    if not sharing:
        return given
    given |= _surely(sharing, total)
    claims = [(-weight / (2 * given[name] + 1), name) for name, weight in sharing.items()]
    heapify(claims)
    for _ in range(total - sum(given.values())):
        _, name = claims[0]
        given[name] += 1
        heapreplace(claims, (-sharing[name] / (2 * given[name] + 1), name))
    return given


def _surely(weights: Mapping[str, float], total: int) -> dict[str, int]:
    """What everybody has before the last units are divided, so that few are left to give singly.

    Rounding ``weight / divisor`` gives the units whose claim exceeds half the divisor; this divisor
    is large enough for all of them to be well among the ``total`` largest.
    """
    units = total - len(weights)
    if units <= 0:
        return dict.fromkeys(weights, 0)
    divisor = math.fsum(weights.values()) / units
    return {name: max(math.ceil(weight / divisor - 0.5), 0) for name, weight in weights.items()}

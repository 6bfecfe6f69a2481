"""Where a curve falls under its target, and between what bounds that lies.

Every replication gives a whole curve, and all points of it meet the same dossiers. The breaking
point is where the curve of the means crosses the target. Its interval holds every place at which
Student's test over the replications does not tell the measure from the target: the idea of Fieller,
who inverted the test of a ratio. A test at level 5 % keeps the true crossing in with 95 %, however
many other places are tested, since only the test at the true place can lose it.

Sources: Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B
16 (1954), 175-185. The curve of the means is made monotone by least squares: Ayer, Brunk, Ewing,
Reid and Silverman, "An empirical distribution function for sampling with incomplete information",
Annals of Mathematical Statistics 26 (1955), 641-647.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import scipy  # scipy.optimize loads on first use

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

State = Literal["crosses", "holds", "fails", "uncounted"]
_ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class BreakingPoint:
    """Where a measure falls under its target.

    Attributes:
        state: ``crosses`` within the range; ``holds`` or ``fails`` in all of it; ``uncounted``
            where no replication has the measure at all points.
        value: Where it crosses; None where it does not.
        low: Lower bound, ``high`` the upper one; None where the range gives none on that side.
        holds: On which side of the breaking point the target is kept.
        last_holding: The last point on the way at which the mean keeps the target; None if none.
        first_failing: The first at which it does not; None if none.
        crossed: Replications whose own curve crosses within the range.
        several: Whether the mean crosses the target more than once.
    """

    state: State
    value: float | None = None
    low: float | None = None
    high: float | None = None
    holds: Literal["below", "above"] | None = None
    last_holding: float | None = None
    first_failing: float | None = None
    crossed: int = 0
    several: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a summary."""
        return {
            "state": self.state,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "holds": self.holds,
            "last_holding": self.last_holding,
            "first_failing": self.first_failing,
            "crossed": self.crossed,
            "several": self.several,
        }


def find_breaking_point(
    at: Sequence[float] | Floats,
    curves: Floats,
    target: float,
    *,
    higher_is_better: bool = True,
    level: float = 0.95,
) -> BreakingPoint:
    """The breaking point of some paired curves.

    Between two points every curve is a straight line. Replications that lack the measure somewhere
    are left out.

    Args:
        at: Where the points lie, rising. Shape (points,), at least two.
        curves: The measure by replication. Shape (replications, points); NaN: not counted.
        target: What has to be kept.
        higher_is_better: Whether at least the target is wanted, or else at most.
        level: Confidence level of the bounds.
    """
    margin = (curves if higher_is_better else -curves) - (target if higher_is_better else -target)
    margin = margin[~np.isnan(margin).any(axis=1)]
    if not len(margin):
        return BreakingPoint("uncounted")
    places = np.asarray(at, dtype=np.float64)
    falls = bool(margin[:, 0].mean() >= margin[:, -1].mean())
    if not falls:  # walk from where the target is kept to where it is not
        places, margin = places[::-1], margin[:, ::-1]
    mean = margin.mean(axis=0)
    fitted = scipy.optimize.isotonic_regression(mean, increasing=False).x
    keeps = np.flatnonzero(fitted >= 0)
    last = int(keeps[-1]) if len(keeps) else -1
    undecided = list(_undecided(places, margin, level))
    near, far = _bounds(places, undecided, last, bounded=len(margin) > 1)
    signs = np.sign(mean[mean != 0])
    return BreakingPoint(
        state="fails" if last < 0 else "holds" if last == len(places) - 1 else "crosses",
        value=_crossing(places, fitted, last, undecided),
        low=near if falls else far,
        high=far if falls else near,
        holds="below" if falls else "above",
        last_holding=float(places[last]) if last >= 0 else None,
        first_failing=float(places[last + 1]) if last + 1 < len(places) else None,
        crossed=int(((margin < 0).any(axis=1) & (margin >= 0).any(axis=1)).sum()),
        several=int((np.diff(signs) != 0).sum()) > 1,
    )


def _crossing(
    places: Floats, fitted: Floats, last: int, undecided: Sequence[float]
) -> float | None:
    """Where the fitted curve crosses, never outside of what the test leaves undecided."""
    if last < 0 or last == len(places) - 1:
        return None
    share = fitted[last] / (fitted[last] - fitted[last + 1])
    value = float(places[last] + share * (places[last + 1] - places[last]))
    return float(np.clip(value, min(undecided), max(undecided))) if undecided else value


def _bounds(
    places: Floats, undecided: Sequence[float], last: int, *, bounded: bool
) -> tuple[float | None, float | None]:
    """Bounds on the side of the beginning and of the end of the way; None where it is open."""
    begin, end = float(places[0]), float(places[-1])
    if not bounded:
        return None, None
    if not undecided:  # all replications agree: it lies beyond one end, or at a jump
        if last < 0:
            return None, begin
        if last == len(places) - 1:
            return end, None
        return float(places[last]), float(places[last + 1])
    first, final = sorted((min(undecided), max(undecided)), reverse=begin > end)
    open_before = first == begin or last < 0
    open_behind = final == end or last == len(places) - 1
    return None if open_before else first, None if open_behind else final


def _undecided(places: Floats, margin: Floats, level: float) -> Iterator[float]:
    """Places whose hull holds every place at which the test does not tell the margin from 0.

    At share t of the way between two points the margin of a replication is (1-t)·a + t·b, so the
    test statistic is a quotient of quadratics in t, and where it stays below its critical value is
    found by a quadratic equation.
    """
    count = len(margin)
    if count == 1:
        return
    critical = float(scipy.special.stdtrit(count - 1, (1 + level) / 2)) ** 2 / count
    mean = margin.mean(axis=0)
    spread = margin - mean
    square = (spread**2).sum(axis=0) / (count - 1)
    product = (spread[:, :-1] * spread[:, 1:]).sum(axis=0) / (count - 1)
    yield from places[mean**2 <= critical * square].tolist()
    for k in range(len(places) - 1):
        a, b = mean[k], mean[k + 1]
        # c(t) = (mean at t)² - critical · (variance at t), of degree two
        constant = a * a - critical * square[k]
        linear = 2 * (a * (b - a) - critical * (product[k] - square[k]))
        quadratic = (b - a) ** 2 - critical * (square[k] + square[k + 1] - 2 * product[k])
        for share in _roots(quadratic, linear, constant):
            if 0 < share < 1:
                yield float(places[k] + share * (places[k + 1] - places[k]))


def _roots(quadratic: float, linear: float, constant: float) -> list[float]:
    """Real roots of a quadratic; of one that is linear or constant too."""
    if quadratic == 0:
        return [-constant / linear] if linear else []
    inner = linear * linear - 4 * quadratic * constant
    if inner < -_ROUNDING * linear * linear:
        return []
    root = np.sqrt(max(inner, 0.0))  # where all replications agree there is one root
    half = -(linear + np.copysign(root, linear)) / 2  # without cancellation
    return [half / quadratic, *([constant / half] if half else [])]

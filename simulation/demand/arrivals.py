"""How many dossiers a cell receives, and when."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from simulation.dated import dated_uniforms
from simulation.distributions import Gamma, poisson_quantile
from simulation.errors import InputError
from simulation.language import _
from simulation.tables import Segment
from simulation.units import DAY_S
from simulation.worktime import from_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.demand.marks import Marks
    from simulation.plan.arrays import CellPlan, Horizon
    from simulation.streams import Streams

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


def sample_arrivals(marks: Marks, horizon: Horizon) -> Ints:
    """Instants of submission in a segment of time, by draw (so not in order of time).

    Raises:
        InputError: The cell has a volume, but no time within the period at which it may come.
    """
    cell = marks.cell
    pieces = _pieces(cell, horizon, marks.segment)
    expected = _expected(cell, horizon, pieces)
    number = _sample_number(marks, expected) if expected else 0
    if not number:
        return np.empty(0, np.int64)
    batches = marks.first(-(-number // cell.batch), "arrival")
    of_day = _day_factors(marks.streams, cell.name[0], cell.overdispersion, horizon)
    factor = of_day[cell.rate.edges_s[:-1] // DAY_S]
    at_s = invert_intensity(
        cell.rate.edges_s[pieces.start : pieces.stop + 1],
        (cell.rate.weight * factor)[pieces],
        np.repeat(batches, cell.batch)[:number],
    )
    return postpone(at_s, cell.outages_s)


def _pieces(cell: CellPlan, horizon: Horizon, segment: Segment) -> slice:
    """The pieces of a segment; as none spans midnight, segments do not cut them."""
    start_s, stop_s = horizon.volume_s
    bounds_s = {
        Segment.WARM: (0, start_s),
        Segment.PERIOD: (start_s, stop_s),
        Segment.RUN_ON: (stop_s, horizon.rates_s),
    }[segment]
    first, stop = np.searchsorted(cell.rate.edges_s, bounds_s)
    return slice(int(first), int(stop))


def _expected(cell: CellPlan, horizon: Horizon, pieces: slice) -> float:
    """Expected number in some pieces.

    The volume is that of the period; other segments have it in proportion to their intensity,
    without the day factors, which are luck: they move arrivals within a segment, not its total.
    """
    if cell.volume == 0:
        return 0.0
    mass = cell.rate.weight * np.diff(cell.rate.edges_s)
    period = mass[_pieces(cell, horizon, Segment.PERIOD)].sum()
    if not period > 0:
        raise InputError(
            _(
                "{name}: a volume of {volume:g} has no time in the period at which it may "
                "come; open the channel, give the profile a weight, or set the volume to 0"
            ).format(name="/".join(cell.name), volume=cell.volume)
        )
    return float(cell.volume * (mass[pieces].sum() / period))


def _sample_number(marks: Marks, expected: float) -> int:
    if marks.cell.fixed:
        return round(expected)
    u = float(marks.first(1, "number")[0])
    return marks.cell.batch * poisson_quantile(u, expected / marks.cell.batch)


@lru_cache(maxsize=16)
def _day_factors(streams: Streams, channel: str, cv: float, horizon: Horizon) -> Floats:
    """A gamma factor with mean 1 per day of the horizon, common to all cells of a channel.

    Inversion is relative to the sum over a segment, so they need not be normalised here.
    """
    days = horizon.rates_s // DAY_S
    u = dated_uniforms(streams, "day", channel, first_day=horizon.first_day, days=days)[0]
    factors = Gamma(1.0, cv).quantile(u)
    factors.setflags(write=False)  # shared by the cells of the channel
    return factors


def invert_intensity(edges_s: Ints, intensity: Floats, u: Floats) -> Ints:
    """Instants t at which Λ(t) = u Λ(end), in whole seconds, rounded down.

    Args:
        edges_s: Rising edges of the pieces. Shape: (pieces + 1,).
        intensity: Derivative of Λ in each piece, somewhere above 0. Shape: (pieces,).
        u: Uniform numbers in [0, 1).

    Returns:
        An instant for each u, inside a piece of positive intensity.
    """
    cumulative = np.concatenate(([0.0], np.cumsum(intensity * np.diff(edges_s))))
    target = u * cumulative[-1]
    piece = np.searchsorted(cumulative, target, side="right") - 1
    into_s = np.floor((target - cumulative[piece]) / intensity[piece]).astype(np.int64)
    # Rounding errors must not carry anything over a closing.
    return np.asarray(np.minimum(edges_s[piece] + into_s, edges_s[piece + 1] - 1))


def postpone(at_s: Ints, outages_s: Ints) -> Ints:
    """Move instants inside an outage [begin, end) to its end; outages may touch and overlap."""
    if not (outages_s[:, 0] < outages_s[:, 1]).any():
        return at_s
    merged = from_spans(outages_s[:, 0], outages_s[:, 1])
    outage = np.minimum(np.searchsorted(merged.end_s, at_s, side="right"), len(merged.end_s) - 1)
    inside = (merged.begin_s[outage] <= at_s) & (at_s < merged.end_s[outage])
    return np.where(inside, merged.end_s[outage], at_s)

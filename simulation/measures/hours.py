"""How much of each hour of the week people were there, and at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.journal.shifts import overlaps
from simulation.units import DAY_S, HOUR_S
from simulation.worktime import Calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record

    Ints = NDArray[np.int64]

HOURS_OF_WEEK: Final = 7 * 24
"""From Monday's first to Sunday's last."""


def presence_by_hour(record: Record) -> tuple[Ints, Ints]:
    """Seconds of presence, and of work on shift, of each team in each hour of the week.

    Their quotient is utilisation, as of a whole period: work after the end of a shift, which is
    overtime, is in neither.

    Returns:
        Two arrays of shape (teams, 168), sums over the weeks of the period.
    """
    shifts, stints, horizon = record.shifts, record.stints, record.service.horizon
    present = _by_hour(record, shifts.team[shifts.person], shifts.begin_s, shifts.end_s)
    # Work that rests off shift lies in several spans, so each part of it is looked up.
    until_s = stints.until_s(horizon.stop_s)
    taken = Calendar(
        shifts.place(stints.person, stints.started_s),
        shifts.place(stints.person, np.maximum(until_s, stints.started_s)),
    )
    stint, span = overlaps(taken, shifts.calendar)
    begin_s = np.maximum(stints.started_s[stint], shifts.begin_s[span])
    end_s = np.minimum(until_s[stint], shifts.end_s[span])
    return present, _by_hour(record, shifts.team[stints.person[stint]], begin_s, end_s)


def _by_hour(record: Record, team: Ints, begin_s: Ints, end_s: Ints) -> Ints:
    """Seconds of some spans within the period, by team and hour of the week."""
    horizon, teams = record.service.horizon, len(record.service.teams)
    length_s = horizon.stop_s - horizon.start_s
    hours = -(-length_s // HOUR_S)
    before = _ran(team, np.clip(begin_s - horizon.start_s, 0, length_s), teams, hours)
    after = _ran(team, np.clip(end_s - horizon.start_s, 0, length_s), teams, hours)
    by_hour = np.diff(before - after, axis=1)
    first = horizon.instant(horizon.start_s).weekday() * DAY_S // HOUR_S
    found = np.zeros((HOURS_OF_WEEK, teams), np.int64)
    np.add.at(found, (first + np.arange(hours)) % HOURS_OF_WEEK, by_hour.T)
    return found.T


def _ran(team: Ints, from_s: Ints, teams: int, hours: int) -> Ints:
    """Seconds that have run since some instants by the beginning of each hour, summed by team.

    By an hour t that is t times the number of earlier instants, less their sum; so no span has to
    be cut into hours. All sums stay below 2**53, so they are exact.

    Returns:
        Shape (teams, hours + 1).
    """
    place = team * (hours + 1) + -(-from_s // HOUR_S)
    size = teams * (hours + 1)
    number = np.bincount(place, minlength=size).astype(np.int64).reshape(teams, hours + 1)
    total_s = np.bincount(place, from_s, minlength=size).astype(np.int64).reshape(number.shape)
    begins_s = np.arange(hours + 1) * HOUR_S
    return begins_s * np.cumsum(number, axis=1) - np.cumsum(total_s, axis=1)

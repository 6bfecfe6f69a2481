"""Volumes and arrival intensities of the cells of a scenario."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from simulation.plan.apportionment import apportion
from simulation.plan.arrays import ArrivalRate
from simulation.scenario.dates import WEEKDAYS, parse_span
from simulation.scenario.demand import MONTHS
from simulation.units import DAY_S
from simulation.worktime import is_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simulation.plan.horizon import Timeline
    from simulation.scenario.demand import Channel, Procedure, Profile
    from simulation.scenario.model import Scenario
    from simulation.worktime import Calendar

_REST: Final = ""
"""Stands for all that the mix divides; no procedure is called so."""


def volumes(scenario: Scenario, channel_id: str) -> dict[str, float]:
    """Dossiers by procedure of a channel; whole numbers where the channel's spread is fixed.

    Procedures with a volume of their own come first; what is left is divided by the mix. Fixed
    numbers add up to the channel's volume, and none of them falls when the workload rises: the
    channel's is divided among those volumes and what is left, and that among the mix.
    """
    workload, channel = scenario.workload, scenario.channels[channel_id]
    own, shared = _parts(scenario, channel_id)
    if channel.spread != "fixed":
        return {name: volume * workload for name, volume in _added(own, shared).items()}
    volume = math.fsum(own.values()) if channel.volume is None else channel.volume
    rest = math.fsum(shared.values())
    whole = apportion({**own, _REST: rest}, round(volume * workload))
    left = whole.pop(_REST)
    return _added(whole, apportion(shared, left))


def unrounded_volumes(scenario: Scenario, channel_id: str) -> dict[str, float]:
    """Dossiers by procedure of a channel as the scenario shares them out, at workload 1."""
    return _added(*_parts(scenario, channel_id))


def _parts(scenario: Scenario, channel_id: str) -> tuple[dict[str, float], dict[str, float]]:
    """Volumes of procedures' own and by the mix, at workload 1."""
    channel = scenario.channels[channel_id]
    own = dict(channel.volumes)
    rest = 0.0 if channel.volume is None else channel.volume - math.fsum(own.values())
    mix = scenario.mix if channel.mix is None else channel.mix
    return own, {name: share * rest for name, share in mix.items()} if rest > 0 else {}


def _added(own: Mapping[str, float], shared: Mapping[str, float]) -> dict[str, float]:
    return {name: own.get(name, 0.0) + shared.get(name, 0.0) for name in {**own, **shared}}


class Pattern(NamedTuple):
    """What weighs alike for all procedures of a channel.

    Attributes:
        edges_s: Begins of the spans of equal weight, and the end of the last.
        by_day: Relative intensity of days: month, weekday, and the channel's dated weight.
        by_span: That of spans within their day: hour, and whether the channel is open.
    """

    edges_s: NDArray[np.int64]
    by_day: NDArray[np.float64]
    by_span: NDArray[np.float64]


def pattern(timeline: Timeline, channel: Channel, calendar: Calendar | None) -> Pattern:
    """The pattern of a channel; without a calendar of its own a holiday weighs as a Sunday."""
    end_s = timeline.horizon.rates_s
    edges_s = np.unique(
        np.concatenate(
            [
                np.arange(0, end_s + 1, DAY_S),
                _hour_edges_s(channel.profile, end_s),
                *([] if calendar is None else [calendar.begin_s, calendar.end_s]),
            ]
        )
    )
    edges_s = edges_s[edges_s <= end_s]
    by_span = _hour_weight(channel.profile, edges_s[:-1] % DAY_S)
    if calendar is not None:
        by_span *= is_open(calendar, edges_s[:-1])
    by_day = _day_weight(timeline, channel, holidays_rest=calendar is None)
    return Pattern(edges_s, by_day, by_span)


def arrival_rate(timeline: Timeline, shared: Pattern, procedure: Procedure) -> ArrivalRate:
    """The pattern of a channel with a procedure's weight, and nothing while there is no such."""
    days = len(shared.by_day)
    offered = np.zeros(days, np.bool_)
    offered[timeline.span(procedure.begins, procedure.ends)] = True
    weight = shared.by_day * timeline.by_day(procedure.weight, days * DAY_S)
    by_day = np.where(offered, weight, 0.0)
    return ArrivalRate(shared.edges_s, by_day[shared.edges_s[:-1] // DAY_S] * shared.by_span)


def _day_weight(
    timeline: Timeline, channel: Channel, *, holidays_rest: bool
) -> NDArray[np.float64]:
    end_s = timeline.horizon.rates_s
    profile, sunday = channel.profile, WEEKDAYS.index("sun")
    months = np.array([profile.month.get(month, 1.0) for month in MONTHS])
    weekdays = np.array([profile.weekday.get(weekday, 1.0) for weekday in WEEKDAYS])
    weekday = timeline.weekdays[: end_s // DAY_S].copy()
    for holiday in timeline.holidays if holidays_rest else ():
        weekday[timeline.span(holiday, holiday)] = sunday
    month = timeline.months[: end_s // DAY_S]
    profiled: NDArray[np.float64] = months[month] * weekdays[weekday]
    return profiled * timeline.by_day(channel.weight, end_s)


def _hour_edges_s(profile: Profile, end_s: int) -> NDArray[np.int64]:
    clocks = np.array([parse_span(key) for key in profile.hour], dtype=np.int64).reshape(-1)
    return (np.arange(0, end_s, DAY_S)[:, None] + clocks[None, :]).ravel()


def _hour_weight(profile: Profile, second_of_day: NDArray[np.int64]) -> NDArray[np.float64]:
    if not profile.hour:
        return np.ones(len(second_of_day))
    weight = np.zeros(len(second_of_day))
    for key, value in profile.hour.items():
        begin, end = parse_span(key)
        weight[(begin <= second_of_day) & (second_of_day < end)] = value
    return weight

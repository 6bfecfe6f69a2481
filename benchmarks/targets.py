"""What the bundled scenarios have to reach: bands around the published numbers.

A band is as wide as the source is exact, and as what one set of assumptions can reach at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final


@dataclass(frozen=True)
class Target:
    """The mean of a measure over the replications lies within a band.

    Attributes:
        measure: Path of the measure.
        low: Lower end of the band.
        high: Upper end.
    """

    measure: str
    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        """Whether a value lies in the band."""
        return self.low <= value <= self.high


def near(measure: str, value: float, share: float = 0.01) -> Target:
    """A band of a relative width."""
    return Target(measure, value * (1 - share), value * (1 + share))


def around(measure: str, value: float, by: float) -> Target:
    """A band of an absolute width."""
    return Target(measure, value - by, value + by)


NEARLY: Final = 0.03
"""What a source may mean that says "nearly"."""

TARGETS: Final[dict[str, tuple[Target, ...]]] = {
    "thanh-hoa-2021": (
        near("received", 111_333),
        near("by_channel.online.received", 50_000, NEARLY),
        near("by_channel.post.received", 18_000, NEARLY),
        Target("late", 4, 30),
        near("by_step.mail.done", 20_000, 0.05),
    ),
    "quang-ngai-2021": (
        near("received", 98_281),
        near("by_channel.online.received", 20_466),
        near("by_channel.post.received", 18_498),
        near("on_the_spot", 17_279),
        near("by_procedure.interlinked.received", 1_086),
        around("by_procedure.interlinked.open_at_end", 15, 10),
        near("resolved", 94_266),
        around("on_time_official", 0.995, 0.002),
        near("open_at_end", 4_015, 0.15),
    ),
    "quang-ngai-2022": (
        around("by_group.departments.on_time_official", 0.998, 0.001),
        around("by_field.land-city.on_time_official", 0.85, 0.02),
        Target("by_field.land-city.late_time_at_own_desks", 0.5, 1),
    ),
    "lai-chau-2020": (
        near("received", 18_140),
        around("carried_in", 342, 0),
        near("resolved", 17_372),
        around("on_time_official", 0.997, 0.001),
        near("open_at_end", 1_110, 0.15),
        near("visits", 35_000, 0.1),
    ),
    "bac-kan-2023-h1": (
        near("received", 29_449),
        near("resolved", 29_449, 0.02),
        Target("on_time_official", 0.99, 1),  # not published: no worse than elsewhere
    ),
    "thanh-hoa-2021-office": (
        near("by_group.correspondence.received", 73_716),
        near("by_field.tasks.received", 19_710),
        near("by_field.answered.resolved", 32_157),
        around("by_field.answered.on_time_official", 0.9998, 0.0002),
    ),
    "quang-ngai-2021-office": (
        near("by_group.correspondence.received", 58_882),
        near("by_field.answered.resolved", 14_127),
        near("by_field.petitions.received", 995),
        near("by_field.tasks.received", 686),
        near("by_field.reception.received", 238, 0.02),
        Target("by_field.feedback.received", 100, inf),
    ),
    "bac-kan-2023-h1-office": (
        near("by_group.correspondence.received", 20_870),
        near("by_field.answered.resolved", 8_223, 0.02),
    ),
}

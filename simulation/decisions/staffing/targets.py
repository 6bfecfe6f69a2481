"""What is promised: how a target is written, and what replications say of it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Final

from simulation.decisions.aims import MORE_LOST, SHORT
from simulation.errors import InputError, noted
from simulation.experiments import is_fraction
from simulation.inference import Interval, rate, student
from simulation.language import _
from simulation.measures import RATES
from simulation.scenario.checks.published import measured
from simulation.scenario.words import did_you_mean, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulation.scenario import Scenario

    Measures = Mapping[str, float | None]

CONFIDENCE: Final = 0.95
"""All targets together hold with this confidence."""
POINT: Final = 0.001
"""A tenth of a percentage point: the half-width at which a rate is known well enough."""
SHARE: Final = 0.02
"""Of what is no rate the half-width may be this share of the target."""

_WRITTEN: Final = re.compile(
    r"\s*(?P<path>[A-Za-z0-9_.\-]+)\s*(?P<sign>>=|<=|≥|≤)\s*"
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[^\s0-9.][^\s]*)?\s*"
)
_UNITS: Final[dict[str, dict[str, float]]] = {
    "_min": {"min": 1, "s": 1 / 60, "h": 60},
    "_h": {"h": 1, "min": 1 / 60},
    "_wd": {"wd": 1},
}
"""Units in which a number may be given, by the end of the measure's name."""
_GROWS: Final = re.compile(
    r"(.*\.)?(on_time_official|on_time_strict|counter_waits?_within_\d+_min|resolved|returned"
    r"|strict_on_time)"
)
"""Measures that more people raise, if they move them at all."""
_FALLS: Final = re.compile(
    r"(.*\.)?(late|overdue_open|apologies|abandonments|turned_away|lost|open_at_end|utilisation"
    r"|overtime_h|late_time_wd|cycle_(mean|net)_wd|wait_mean_min|queue_mean"
    r"|counter_wait_(mean|p50|p90)_min)"
)
"""Measures that more people lower, if they move them at all."""


@dataclass(frozen=True)
class Target:
    """A promise about one measure.

    Attributes:
        path: The measure.
        value: What it has to reach, or must not exceed.
        at_least: Whether it has to reach it.
    """

    path: str
    value: float
    at_least: bool

    def __str__(self) -> str:
        """As it is written, with the measure's whole name."""
        return f"{self.path}{'>=' if self.at_least else '<='}{self.value:.12g}"

    @property
    def precision(self) -> float:
        """Half-width at which the measure is known well enough."""
        return POINT if is_fraction(self.path) else max(SHARE * self.value, SHARE)

    def slack(self, value: float) -> float:
        """How far a value is on the right side; negative on the wrong one."""
        return value - self.value if self.at_least else self.value - value

    def kept(self, rows: Sequence[Measures]) -> bool:
        """Whether the mean over replications is on the right side."""
        mean = self.interval(rows, CONFIDENCE).mean
        return mean is not None and self.slack(mean) >= 0

    def loosened(self, reached: float) -> Target:
        """The same promise about what can be reached."""
        off = -self.precision if self.at_least else self.precision
        return replace(self, value=reached + off)

    def interval(self, rows: Sequence[Measures], level: float) -> Interval:
        """The interval of the measure's mean across replications.

        All None where a replication counted nothing; of a rate such a one is left out.
        """
        if self._counts:
            hits, tries = ([round(row[path] or 0) for row in rows] for path in self._counts)
            return rate(hits, tries, level)
        values = [row[self.path] for row in rows]
        return student([] if None in values else values, level)

    @property
    def paths(self) -> tuple[str, ...]:
        """The measure, and those that `interval` reads."""
        return (self.path, *self._counts)

    @property
    def _counts(self) -> tuple[str, ...]:
        """Of a rate, the numbers of hits and of tries."""
        place, _, name = self.path.rpartition(".")
        head = f"{place}." if place else ""
        return tuple(head + part for part in RATES.get(name, ()))


@dataclass(frozen=True)
class Reading:
    """What some replications say of a target.

    Attributes:
        target: The target.
        interval: Mean and 95 % interval.
        bound: One-sided confidence bound on the side that matters; None where there is none.
        clear: The measure is on the wrong side beyond doubt.
    """

    target: Target
    interval: Interval
    bound: float | None
    clear: bool

    @property
    def holds(self) -> bool:
        """Whether the bound is on the right side."""
        return self.bound is not None and self.target.slack(self.bound) >= 0

    @property
    def precise(self) -> bool:
        """Whether the half-width is small enough."""
        half_width = self.interval.half_width
        return half_width is not None and half_width <= self.target.precision

    def as_dict(self) -> dict[str, float | bool | None]:
        """The form in which results are written."""
        return {
            **self.interval.as_dict(),
            "half_width": self.interval.half_width,
            "bound": self.bound,
            "holds": self.holds,
        }


def read(
    targets: Sequence[Target], rows: Sequence[Measures], looks: int = 1
) -> tuple[Reading, ...]:
    """What replications say of targets.

    The one-sided bounds hold together with 95 % confidence (Bonferroni over the targets).

    Args:
        targets: The targets.
        rows: Measures of each replication.
        looks: How many such looks there may be in all. That a target is missed is called clear
            only if the chance to say so wrongly in any of them is 5 % at most (Bonferroni again).
    """
    return tuple(_read(target, rows, len(targets), looks) for target in targets)


def _read(target: Target, rows: Sequence[Measures], together: int, looks: int) -> Reading:
    risk = (1 - CONFIDENCE) / together
    bound = _end(target, target.interval(rows, 1 - 2 * risk), lower=target.at_least)
    far = _end(target, target.interval(rows, 1 - 2 * risk / looks), lower=not target.at_least)
    clear = far is not None and target.slack(far) < 0
    return Reading(target, target.interval(rows, CONFIDENCE), bound, clear)


def _end(target: Target, interval: Interval, *, lower: bool) -> float | None:
    """One end of an interval; what lies within 0 and 1 has its bounds there."""
    end = interval.low if lower else interval.high
    if end is None:
        return None
    return min(max(end, 0.0), 1.0) if is_fraction(target.path) else end


def parse_targets(texts: Iterable[str], scenario: Scenario) -> tuple[Target, ...]:
    """Targets as they are written after ``--target``.

    Raises:
        InputError: A text is no target, names no measure, or promises what people cannot bring.
    """
    known = measured(scenario)
    targets = tuple(dict.fromkeys(_parse(text, known) for text in texts))
    if not targets:
        raise InputError(_('a target is missing; write one as --target "on_time>=0.99"'))
    return targets


def _parse(text: str, known: set[str]) -> Target:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise InputError(
            noted(
                _("{text} is not a target").format(text=show(text)),
                allowed=_(
                    "MEASURE>=VALUE or MEASURE<=VALUE UNIT, such as on_time>=0.99, on_time>=99 % "
                    "or wait_p90<=15 min"
                ),
            )
        )
    path = _full_name(match["path"])
    if path not in known:
        near = did_you_mean(path, [*SHORT, *sorted(known)])
        raise InputError(
            noted(
                _("target {text}: there is no measure {path!r}{near}").format(
                    text=show(text), path=match["path"], near=near
                ),
                remedy=_(
                    "take a name that motcua run --json prints; on_time and wait_p90 are short "
                    "for on_time_strict and counter_wait_p90_min"
                ),
            )
        )
    at_least = match["sign"] in {">=", "≥"}
    _refuse_wrong_way(text, path, at_least=at_least)
    value = _value(text, path, float(match["number"]), match["unit"])
    return Target(path, value, at_least)


def _full_name(path: str) -> str:
    """The name of a measure of which only the abbreviation was given."""
    place, _, name = path.rpartition(".")
    if place.startswith(("by_step", "desks", "teams")) or name not in SHORT:
        return path
    return f"{place}.{SHORT[name]}" if place else SHORT[name]


def _refuse_wrong_way(text: str, path: str, *, at_least: bool) -> None:
    wrong = _FALLS if at_least else _GROWS
    if wrong.fullmatch(path):
        sign = "<=" if at_least else ">="
        raise InputError(
            noted(
                _(
                    "target {text}: fewer people would do for that, so no smallest staff keeps it"
                ).format(text=show(text)),
                remedy=_("write {path}{sign}…").format(path=path, sign=sign),
            )
        )


def _value(text: str, path: str, number: float, unit: str | None) -> float:
    if is_fraction(path):
        if unit not in {None, "%"}:
            raise InputError(
                noted(
                    _("target {text}: {path} is a share").format(text=show(text), path=path),
                    allowed=_("0.99 or 99 %"),
                )
            )
        value = number / 100 if unit else number
        if value > 1:
            raise InputError(
                noted(
                    _("target {text}: {path} lies between 0 and 1").format(
                        text=show(text), path=path
                    ),
                    remedy=_("write {share:.12g} or {percent:.12g} %, if that is meant").format(
                        share=number / 100, percent=number
                    ),
                )
            )
        return round(value, 12)
    units = next((units for end, units in _UNITS.items() if path.endswith(end)), {})
    if unit is not None and unit not in units:
        allowed = (
            _("a number in {units}").format(units=", ".join(units))
            if units
            else _("a number without a unit")
        )
        problem = _("target {text}: {unit!r} is no unit of {path}").format(
            text=show(text), unit=unit, path=path
        )
        raise InputError(noted(problem, allowed=allowed))
    return round(number * units.get(unit or "", 1), 12)


def hold_applicants(rows: Sequence[Measures]) -> Target:
    """The promise that hardly more applicants leave for good than do today.

    A dossier that is never handed in is never late. So an on-time rate is also kept by a counter
    with too few people, and nobody means that.

    Args:
        rows: Measures of the present staffing.
    """
    lost, submitted = (fmean(row[name] or 0 for row in rows) for name in ("lost", "submitted"))
    return Target("lost", float(math.ceil(lost + MORE_LOST * submitted)), at_least=False)


def is_known_to_help(target: Target) -> bool:
    """Whether more people are known to move the measure to the right side, if at all."""
    return bool((_GROWS if target.at_least else _FALLS).fullmatch(target.path))


def by_field(targets: Sequence[Target], rows: Sequence[Measures]) -> tuple[Target, ...]:
    """Targets with those of the on-time rate also for each field that has dossiers.

    Args:
        targets: The targets; those of the whole centre are asked of the fields too.
        rows: Measures of the present staffing; fields in which nothing is due are left out.
    """
    found = dict.fromkeys(targets)
    for target in targets:
        if target.path in {"on_time_official", "on_time_strict"}:
            end = f".{target.path}"
            paths = [p for p in rows[0] if p.startswith("by_field.") and p.endswith(end)]
            counted = [path for path in paths if any(row[path] is not None for row in rows)]
            found |= dict.fromkeys(replace(target, path=path) for path in counted)
    return tuple(found)

"""The shape of the period as it stands in a summary: means and intervals over replications."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.inference import student
from simulation.measures import SHARES, WAIT_CLASSES_MIN, promises

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulation.experiments.cases import Outcome
    from simulation.plan.arrays import ServicePlan

    Profile = Mapping[str, Any]


def describe_profiles(service: ServicePlan, outcomes: Sequence[Outcome]) -> dict[str, Any] | None:
    """The ``profiles`` of a summary; docs/summary.md describes them.

    Args:
        service: The service plan of the model.
        outcomes: Its outcomes.

    Returns:
        None where an outcome was computed without.
    """
    profiles = [outcome.profiles for outcome in outcomes]
    if not all(profiles):
        return None
    return {
        "backlog_by_day": _band([outcome.series["backlog"] for outcome in outcomes]),
        "weeks": _weeks(service, [profile["weeks"] for profile in profiles]),
        "counter": _counter([profile["counter"] for profile in profiles]),
        "teams": _teams([profile["teams"] for profile in profiles]),
        "terms": _terms(service, [profile["terms"] for profile in profiles]),
    }


def _interval(values: Iterable[float | None]) -> dict[str, Any]:
    """Mean and 95 % interval of what cannot be negative."""
    found = student(list(values)).as_dict()
    return {**found, "low": None if found["low"] is None else max(found["low"], 0.0)}


def _band(rows: Sequence[Sequence[float]]) -> dict[str, list[float | None]]:
    """Bounds of the 95 % interval of the mean, place by place."""
    found = [_interval(column) for column in zip(*rows, strict=True)]
    return {bound: [interval[bound] for interval in found] for bound in ("low", "high")}


def _weeks(service: ServicePlan, found: Sequence[Profile]) -> list[dict[str, Any]]:
    """Dossiers by week from Monday; the first and the last may be cut off by the period."""
    horizon = service.horizon
    begins = horizon.instant(horizon.start_s).date()
    ends = horizon.instant(horizon.stop_s).date()
    monday = begins - timedelta(days=begins.weekday())
    weeks = []
    for number in range(len(found[0]["received"])):
        first = max(monday + timedelta(weeks=number), begins)
        last = min(monday + timedelta(weeks=number + 1), ends)
        counts = {
            name: _interval(weeks_of[name][number] for weeks_of in found)
            for name in ("received", "resolved", "late")
        }
        weeks.append({"first_day": first.isoformat(), "days": (last - first).days, **counts})
    return weeks


def _counter(found: Sequence[Profile]) -> dict[str, Any]:
    """How long was waited: how many in each class, and by the hour at which people came."""
    bounds = [*WAIT_CLASSES_MIN, None]
    classes = [
        {"up_to_min": up_to, "served": _interval(waits["classes"][k] for waits in found)}
        for k, up_to in enumerate(bounds)
    ]
    hours = [
        {
            "hour": hour,
            **{
                name: _interval(waits[name][hour] for waits in found)
                for name in ("served", "mean_min", "p90_min")
            },
        }
        for hour in range(24)
        if any(waits["served"][hour] for waits in found)
    ]
    return {"classes": classes, "hours": hours}


def _teams(found: Sequence[Profile]) -> dict[str, dict[str, list[float | None]]]:
    """How busy each team was in each hour of the week, from Monday's first to Sunday's last."""
    described = {}
    for team in found[0]:
        present_s, busy_s = (
            np.sum([teams[team][name] for teams in found], axis=0).tolist()
            for name in ("present_s", "on_shift_s")
        )
        described[team] = {
            "utilisation": [
                busy / present if present else None
                for busy, present in zip(busy_s, present_s, strict=True)
            ],
            "present_h": [present / len(found) / 3600 for present in present_s],
        }
    return described


def _terms(service: ServicePlan, found: Sequence[Profile]) -> list[dict[str, Any]]:
    """What dossiers used of their deadlines, promise by promise."""
    described = []
    for number, promise in enumerate(promises(service)):
        used = {
            f"p{100 * share:g}_wd": _interval(terms["used_wd"][number][k] for terms in found)
            for k, share in enumerate(SHARES)
        }
        described.append(
            {
                "procedure": promise.procedure,
                "channels": None if promise.channels is None else list(promise.channels),
                "deadline": promise.deadline,
                "deadline_wd": promise.deadline_wd,
                "resolved": _interval(terms["number"][number] for terms in found),
                **used,
            }
        )
    return described

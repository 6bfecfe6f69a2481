"""From the measures of some replications to the one object that reports are made of.

docs/summary.md describes the object, docs/summary.schema.json is its schema. Equal results make
equal bytes: nothing in it depends on when, where or in what order the replications were run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from simulation import __about__
from simulation.inference import NOTHING_COUNTED, Interval, rate, student
from simulation.measures import FRACTIONS, RATES
from simulation.scenario.model import Period, Register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

    from simulation.load import Load
    from simulation.scenario import Scenario
    from simulation.scenario.evidence import Published

    Measures = Mapping[str, float | None]

FORM_COLUMNS: Final = (
    "c3_received", "c4_online", "c5_direct_and_post", "c6_carried_in",
    "c7_resolved", "c8_early", "c9_on_time", "c10_late",
    "c11_open", "c12_in_term", "c13_overdue",
)  # fmt: skip
"""Names of columns 3 to 13 of the official form II.06a."""
_SECTIONS: Final = (
    "measures", "by_channel", "by_field", "by_group", "by_procedure", "by_step",
    "teams", "desks", "events", "late_time",
)  # fmt: skip
"""Objects that are always there, empty where a scenario has no such thing."""


def intervals(rows: Sequence[Measures]) -> dict[str, Interval]:
    """The 95 % interval of every measure across replications, by path.

    No measure is negative, so no bound is, and what lies within 0 and 1 has its bounds there.

    Args:
        rows: The measures of each replication; all have the same paths.
    """
    return {path: _interval(path, rows) for path in rows[0]}


def _interval(path: str, rows: Sequence[Measures]) -> Interval:
    head, _, name = path.rpartition(".")
    if name in RATES:
        counts = [f"{head}.{part}" if head else part for part in RATES[name]]
        successes, trials = ([round(row[count] or 0) for row in rows] for count in counts)
        return rate(successes, trials)
    interval = student([row[path] for row in rows])
    if interval.low is None or interval.high is None:
        return interval
    high = min(interval.high, 1.0) if is_fraction(path) else interval.high
    return Interval(interval.mean, max(interval.low, 0.0), high)


def verdict(rate: Mapping[str, Any], target: float | None) -> str:
    """``good``, ``bad`` or ``open``: a rate beside a target, by its interval if there is one."""
    if target is None or rate["mean"] is None:
        return ""
    low = rate["mean"] if rate["low"] is None else rate["low"]
    high = rate["mean"] if rate["high"] is None else rate["high"]
    if low >= target:
        return "good"
    return "bad" if high < target else "open"


def is_fraction(path: str) -> bool:
    """Whether a measure lies within 0 and 1."""
    *places, name = path.split(".")
    share_of_late_time = "late_time" in places or name.startswith("late_time_")
    return name in FRACTIONS or (share_of_late_time and name != "late_time_wd")


def summarise(
    scenario: Scenario,
    *,
    model: str,
    seed: int,
    replications: Sequence[int],
    engine: str,
    measured: Mapping[str, Interval],
    backlog: Sequence[float],
    form: Mapping[str, Sequence[float]],
    load: Load,
    bottlenecks: Mapping[str, Any],
    profiles: Mapping[str, Any] | None = None,
    marginal: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The summary object.

    Args:
        scenario: What was simulated.
        model: Its digest.
        seed: Seed of the study.
        replications: Numbers of the replications, rising.
        engine: Name of the engine that computed them.
        measured: Interval by path.
        backlog: Mean number of open dossiers at the end of each day of the period.
        form: Mean columns 3 to 13 of the official form by field, and their total.
        load: The load table.
        bottlenecks: The teams that late dossiers waited for.
        profiles: The shape of the period, where all replications have it.
        marginal: What one more and one less person would change, where that was asked for.
    """
    return {
        **heading(scenario, model=model, seed=seed, replications=replications, engine=engine),
        "confidence": 0.95,
        "target": scenario.target,
        **_nested(measured),
        "backlog_by_day": list(backlog),
        "form_06a": {"columns": list(FORM_COLUMNS), "rows": {k: list(v) for k, v in form.items()}},
        "published": [_compared(entry, measured) for entry in scenario.published],
        "load": describe_load(load),
        "bottlenecks": dict(bottlenecks),
        **({} if profiles is None else {"profiles": dict(profiles)}),
        **({} if marginal is None else {"marginal": dict(marginal)}),
        "titles": titles(scenario),
        "sources": _plain(scenario.sources),
        "assumptions": _plain(scenario.assumptions),
    }


def heading(
    scenario: Scenario, *, model: str, seed: int, replications: Sequence[int], engine: str
) -> dict[str, Any]:
    """What every summary begins with, of a run and of a study: what was simulated, and how.

    Args:
        scenario: What was simulated; of a study, the scenario that it began with.
        model: Its digest.
        seed: Seed of the study.
        replications: Numbers of the replications, rising.
        engine: Name of the engine that computed them.
    """
    return {
        "scenario": scenario.scenario,
        "title": scenario.title.model_dump(),
        "period": _simulated(scenario).model_dump(mode="json"),
        "model": model,
        "model_version": __about__.MODEL_VERSION,
        "seed": seed,
        "replications": len(replications),
        "replication_numbers": list(replications),
        "engine": engine,
    }


def _simulated(scenario: Scenario) -> Period:
    """The period that is measured: a part of the scenario's, where a register begins within it."""
    start, period = scenario.start, scenario.period
    if not isinstance(start, Register):
        return period
    return Period(first_day=start.as_of, last_day=start.until or period.last_day)


def describe_evidence(scenario: Scenario) -> dict[str, Any]:
    """Published numbers, sources and assumptions as they stand in a summary, nothing simulated."""
    return {
        "published": [_compared(entry, {}) for entry in scenario.published],
        "sources": _plain(scenario.sources),
        "assumptions": _plain(scenario.assumptions),
    }


def to_json(summary: Mapping[str, Any]) -> str:
    """The summary as text, always in the same bytes."""
    return json.dumps(summary, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _nested(measured: Mapping[str, Interval]) -> dict[str, Any]:
    """Paths become objects within objects; measures of the whole centre stand in ``measures``."""
    nested: dict[str, Any] = {section: {} for section in _SECTIONS}
    for path, interval in measured.items():
        *places, name = path.split(".")
        below = nested
        for place in places or ["measures"]:
            below = below.setdefault(place, {})
        below[name] = interval.as_dict()
    return nested


def _compared(entry: Published, measured: Mapping[str, Interval]) -> dict[str, Any]:
    """A published number beside the simulated one."""
    simulated = measured.get(entry.measure, NOTHING_COUNTED)
    mean, low = simulated.mean, simulated.low
    return {
        "name": entry.measure,
        "title": None if entry.title is None else entry.title.model_dump(),
        "published": entry.value,
        "simulated": mean,
        "low": low,
        "high": simulated.high,
        "difference": None if mean is None else mean - entry.value,
        "inside": None if low is None else entry.value in simulated,
        "role": entry.role,
        "says": entry.says,
        "source": entry.source,
    }


def describe_load(load: Load) -> dict[str, Any]:
    """The load table as it stands in a summary."""
    return {
        "teams": {
            team.team: {
                "people": team.people,
                "offered_h": team.offered_h,
                "available_h": team.available_h,
                "utilisation": team.utilisation,
                "short": team.short,
            }
            for team in load.teams
        },
        "last_choice": list(load.last_choice),
    }


def _plain(entries: Mapping[str, BaseModel]) -> dict[str, Any]:
    return {name: entry.model_dump(mode="json") for name, entry in entries.items()}


def titles(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """What things are called, in both languages."""
    titled = ("channels", "fields", "procedures", "desks", "teams", "events")
    sections = {
        section: {name: entry.title for name, entry in getattr(scenario, section).items()}
        for section in titled
    }
    return {
        section: {name: title.model_dump() for name, title in sorted(entries.items())}
        for section, entries in {**sections, "groups": scenario.groups}.items()
    }

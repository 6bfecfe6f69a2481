"""What one option changes, as it stands in the summary of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulation.decisions.differences import difference, variance_ratio
from simulation.experiments.bottlenecks import find_bottlenecks
from simulation.experiments.summary import intervals
from simulation.inference import student
from simulation.load import load
from simulation.measures import RATES
from simulation.verdicts import count_changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.experiments import Model, Outcome
    from simulation.scenario import Scenario

    Row = Mapping[str, float | None]

STRICT: Final = "on_time_strict"
SHARES: Final = (STRICT, "on_time_official")
NUMBERS: Final = (
    "late", "open_at_end", "overdue_open", "counter_wait_mean_min", "counter_wait_p90_min",
    "cycle_mean_wd", "overtime_h", "cost", "submitted", "lost",
)  # fmt: skip
MEASURES: Final = (*SHARES, *NUMBERS)
"""What is compared of the whole centre; of each field it is the strict on-time rate."""
_LATE_TIME: Final = "late_time."


@dataclass(frozen=True)
class System:
    """The scenario, or an option of it.

    Attributes:
        name: Its id.
        model: What is simulated.
        own_cost: What it costs over the period beyond pay.
    """

    name: str
    model: Model
    own_cost: float = 0.0

    @property
    def scenario(self) -> Scenario:
        """Its scenario."""
        return self.model.scenario

    def rows(self, outcomes: Sequence[Outcome]) -> list[Row]:
        """The measures of some replications, with its own cost."""
        return [
            {**outcome.measures, "cost": (outcome.measures["cost"] or 0) + self.own_cost}
            for outcome in outcomes
        ]


def describe(rows: Sequence[Row]) -> dict[str, Any]:
    """What is compared, of one system alone: each number with its own 95 % interval."""
    fields = _fields(rows[0])
    paths = [*MEASURES, *fields.values()]
    trials = [
        path.removesuffix(name) + count
        for path in paths
        for name, counts in RATES.items()
        if path.split(".")[-1] == name
        for count in counts
    ]
    wanted = [path for path in dict.fromkeys([*paths, *trials]) if path in rows[0]]
    found = intervals([{path: row[path] for path in wanted} for row in rows])
    return {
        "measures": {name: found[name].as_dict() for name in MEASURES},
        "by_field": {field: {STRICT: found[path].as_dict()} for field, path in fields.items()},
    }


def where_it_hurts(model: Model, rows: Sequence[Row]) -> dict[str, Any]:
    """Where the legal time of late dossiers went, and the teams that they waited for.

    Args:
        model: What was simulated.
        rows: Its measures by replication.
    """
    parts = [path for path in rows[0] if path.startswith(_LATE_TIME)]
    found = intervals([{path: row[path] for path in parts} for row in rows])
    return {
        "late_time": {path.removeprefix(_LATE_TIME): found[path].as_dict() for path in parts},
        "bottlenecks": find_bottlenecks(rows, load(model.plan)),
    }


def contrast(
    option: Sequence[Row], base: Sequence[Row], verdicts: Sequence[tuple[Any, Any]], level: float
) -> dict[str, Any]:
    """What an option changes.

    Args:
        option: Its measures by replication.
        base: Those of the base, in the same replications.
        verdicts: Who was late and who on time, in the base and in the option.
        level: Level of each interval.
    """
    fields = _fields(base[0]) | _fields(option[0])
    changes = [count_changes(*both) for both in verdicts]
    return {
        "differences": {name: _difference(name, option, base, level) for name in MEASURES},
        "differences_by_field": {
            field: {STRICT: _difference(path, option, base, level)}
            for field, path in fields.items()
        },
        "late_to_on_time": student([c.late_to_on_time for c in changes], level).as_dict(),
        "on_time_to_late": student([c.on_time_to_late for c in changes], level).as_dict(),
        "variance_ratio": {
            name: variance_ratio(*(_values(name, rows) for rows in (option, base)))
            for name in MEASURES
        },
    }


def _difference(path: str, option: Sequence[Row], base: Sequence[Row], level: float) -> Any:
    return difference(_values(path, option), _values(path, base), level).as_dict()


def _values(path: str, rows: Sequence[Row]) -> list[float | None]:
    return [row.get(path) for row in rows]


def _fields(row: Row) -> dict[str, str]:
    """Path of the strict rate by field."""
    parts = (path.split(".") for path in row)
    return {
        part[1]: ".".join(part)
        for part in parts
        if len(part) == 3 and part[0] == "by_field" and part[2] == STRICT  # noqa: PLR2004
    }


def moves_between_channels(option: Scenario, base: Scenario) -> bool:
    """Whether an option takes dossiers out of one channel and puts them into another.

    In the model they are other dossiers: a dossier is known by its channel, procedure and draw.
    """
    changes = [
        (channel.volume or 0) - (base.channels[name].volume or 0 if name in base.channels else 0)
        for name, channel in option.channels.items()
    ]
    changes += [
        -(base.channels[name].volume or 0) for name in base.channels.keys() - option.channels
    ]
    return min(changes, default=0) < 0 < max(changes, default=0)

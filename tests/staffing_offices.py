"""Centres whose smallest staff is known: by theory, or because all staffings can be tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy  # scipy.stats loads on first use

from simulation.experiments import Model, Study
from simulation.scenario import vary
from simulation.theory import MMc
from tests.queueing import FILES
from tests.running import office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulation.scenario import Scenario

    Ints = NDArray[np.int64]

DAYS: Final = 10
MORE_DAYS: Final = 30
WAVE: Final = "{00:00-06:00: 0.5, 06:00-12:00: 1.5, 12:00-18:00: 1.3, 18:00-24:00: 0.7}"


@dataclass(frozen=True)
class Counters:
    """A queue that is open day and night.

    Attributes:
        an_hour: Visitors, Poisson.
        service_min: Mean service time, exponential.
        target: What is promised of the waits.
        wave: Whether arrivals follow the time of day.
    """

    an_hour: float
    service_min: float
    target: str
    wave: bool = False

    def scenario(self, days: int = DAYS) -> Scenario:
        """It as a scenario, with one clerk."""
        profile = [f"channels.visitors.profile.hour={WAVE}"] if self.wave else []
        return office(
            f"channels.visitors.volumes={{visit: {round(24 * days * self.an_hour)}}}",
            f"period.last_day={date(2001, 1, 1) + timedelta(days=days - 1)}",
            "start={warm: 2 d}",
            "run_on=1 d",
            f"routes.visit.serve.work={{exponential: {round(60 * self.service_min)} s}}",
            *profile,
            case=FILES / "queueing" / "Q02.yaml",
        )

    def by_theory(self) -> int:
        """The fewest clerks that keep the target in steady state (Erlang)."""
        load = self.an_hour * self.service_min / 60
        people = int(load) + 1
        while not self._keeps(MMc(self.an_hour / 60, self.service_min, people)):
            people += 1
        return people

    def _keeps(self, station: MMc) -> bool:
        measure, number = self.target.replace(">=", "<=").split("<=")
        value = float(number)
        if measure == "wait_p90":
            return station.wait_quantile(0.9) <= value
        if measure == "counter_wait_mean_min":
            return station.mean_wait <= value
        return station.service_level(float(measure.split("_")[3])) >= value


FIELDS: Final = ("a", "b", "c", "d", "e")
PAY: Final = {"a": 9, "b": 7, "c": 8, "d": 5, "e": 6}
VOLUME: Final = {"a": 330, "b": 250, "c": 420, "d": 160, "e": 300}
WORK_MIN: Final = {"a": 60, "b": 90, "c": 40, "d": 120, "e": 50}


def fields(names: str = "abcde", *settings: str, joint: bool = False) -> Scenario:
    """Fields with a desk and a team each; where they are joint, all dossiers pass an intake first.

    Args:
        names: The fields.
        settings: Changes.
        joint: Whether there is an intake.
    """
    before = "{step: accept, delay: 1 min, clock: starts}, "
    if joint:
        before += "{step: intake, work: {exponential: 6 min}, desk: intake}, "
    deadline = "deadline: 2 wd"
    made: dict[str, dict[str, str]] = {
        "fields": {f: f"{{title: Field {f}}}" for f in names},
        "procedures": {
            f: f"{{title: Procedure {f}, field: {f}, {deadline}, route: {f}}}" for f in names
        },
        "routes": {
            f: f"[{before}{{step: decide, work: {{lognormal: {{mean: {WORK_MIN[f]} min, cv: 1}}}}, "
            f"desk: {f}}}]"
            for f in names
        },
        "desks": {f: f"{{title: Desk {f}}}" for f in names},
        "teams": {
            f: f"{{title: Team {f}, staff: 3, shift: office, desks: [{f}], pay: {PAY[f]}}}"
            for f in names
        },
    }
    if joint:
        made["desks"]["intake"] = "{title: Intake}"
        made["teams"]["intake"] = (
            "{title: Intake, staff: 2, shift: office, desks: [intake], pay: 6}"
        )
    volumes = ", ".join(f"{f}: {VOLUME[f]}" for f in names)
    changes = [
        "period.last_day=2021-03-12",
        "mix=null",
        f"channels={{online: {{title: Online, calendar: office, volumes: {{{volumes}}}}}}}",
        *(
            f"{section}={{{', '.join(f'{name}: {text}' for name, text in entries.items())}}}"
            for section, entries in made.items()
        ),
    ]
    return office(*changes, *settings)


def on_time_by_team(
    scenario: Scenario, most: int, replications: Sequence[int]
) -> tuple[Ints, Ints]:
    """Dossiers on time and due, by field, people of its team and replication.

    Only where fields share nobody is that all there is to know.

    Returns:
        Shape (fields, people, replications) each; the first number of people is 1.
    """
    study = Study()
    names = sorted(scenario.fields)
    models = [
        Model.of(vary(scenario, {f"teams.{name}.staff": people for name in names}))
        for people in range(1, most + 1)
    ]
    found = study.run(models, replications)

    def column(what: str) -> Ints:
        rows = [
            [[outcome.measures[f"by_field.{name}.{what}"] for outcome in one] for one in found]
            for name in names
        ]
        return np.array(rows, np.int64)

    return column("strict_on_time"), column("strict_due")


def cheapest(
    on_time: Ints, due: Ints, prices: list[float], target: float, confidence: float | None = None
) -> float:
    """The price of the cheapest of all staffings whose mean on-time rate reaches a target.

    Args:
        on_time: Dossiers on time, as `on_time_by_team` gives them.
        due: Dossiers due.
        prices: Of one person, by field.
        target: The on-time rate.
        confidence: Of the one-sided bound (Student) that has to reach it; None: the mean has to.
    """
    people = np.array(list(product(range(on_time.shape[1]), repeat=on_time.shape[0])))
    hits = sum(on_time[field][people[:, field]] for field in range(len(on_time)))
    tries = sum(due[field][people[:, field]] for field in range(len(due)))
    rates = np.asarray(hits / tries)
    reached = rates.mean(axis=1)
    if confidence is not None:
        count = rates.shape[1]
        error = rates.std(axis=1, ddof=1) / np.sqrt(count)
        reached -= scipy.stats.t.ppf(confidence, count - 1) * error
    costs = (people + 1) @ np.array(prices)
    return float(costs[reached >= target].min())

"""The bundled scenarios against what is published, and how they respond.

``python -m benchmarks.calibration`` runs them all and writes docs/calibration.md. Outcomes are kept
like those of ``motcua run``, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.rounds import ROOT
from benchmarks.targets import TARGETS
from simulation.engines import ENGINES, get_engine
from simulation.execution import available_cores, open_executor
from simulation.experiments import Model, replicate
from simulation.inference import Interval, paired_difference
from simulation.plan.deadlines import deadline_of, rough_wd
from simulation.scenario import load_scenario
from simulation.store import Store
from simulation.units import DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Executor

    from benchmarks.targets import Target
    from simulation.experiments import RunResult
    from simulation.load import Load, TeamLoad

SEED: Final = 1
WORKLOAD: Final = 1.34
"""What 2021 was to 2020 in Thanh Hoá: 111,333 dossiers after 83,110."""
STRICT: Final = "on_time_strict"
TEMPLATE: Final = Path(__file__).with_name("calibration.md")
PAGE: Final = ROOT / "docs" / "calibration.md"
ENGINE: Final = "compiled" if "compiled" in ENGINES else "simpy"

HELD: Final = ("building-permit", "criminal-record", "land-first-issue", "land-variation",
               "pharmacy-certificate")  # fmt: skip
"""What Lai Châu takes up only when the due date comes near."""
AT_ONCE: Final = (
    *(f"procedures.{name}.steps.hold.probability=0" for name in HELD),
    "fields.land.steps.certificate-turn.until=due - 13 wd",
)
"""No working to the deadline: everything is taken up as soon as people can."""


@dataclass(frozen=True)
class Study:
    """How scenarios are run here.

    Attributes:
        numbers: Numbers of the replications.
        engine: Name of the engine.
        store: Where outcomes are kept.
        executor: Where replications run.
    """

    numbers: Sequence[int]
    engine: str
    store: Store
    executor: Executor | None = field(default=None, compare=False)

    def run(self, name: str, *settings: str) -> RunResult:
        """Replications of a scenario with changes to it."""
        scenario = load_scenario(name, settings)
        folder = self.store.folder(Model.of(scenario), SEED, self.numbers)
        return replicate(
            scenario,
            self.numbers,
            SEED,
            engine=self.engine,
            executor=self.executor,
            results=self.store.results(folder),
        )


def most_loaded(load: Load) -> TeamLoad:
    """The team with the most work for its hours."""
    return max(load.teams, key=lambda team: (team.utilisation or 0, team.team))


def a_tenth_fewer(people: int) -> int:
    """People that are left without at least a tenth of them."""
    return people - math.ceil(people / 10)


def fewer_people(result: RunResult) -> tuple[str, int, int]:
    """The most loaded team, its people, and how many stay."""
    team = most_loaded(result.load).team
    people = result.scenario.teams[team].staff.at_start
    return team, people, a_tenth_fewer(people)


def compare(option: RunResult, base: RunResult) -> Interval:
    """How the strict on-time rate differs, replication by replication."""
    new, old = (
        [outcome.measures[STRICT] for outcome in run.outcomes.values()] for run in (option, base)
    )
    return paired_difference(new, old)


def published_rows(name: str, result: RunResult) -> Iterable[list[str]]:
    """Published beside simulated, and the band that the mean has to lie in."""
    targets = {target.measure: target for target in TARGETS[name]}
    entries = {entry.measure: entry for entry in result.scenario.published}
    for measure in dict.fromkeys((*entries, *targets)):
        entry, simulated = entries.get(measure), result[measure]
        yield [
            name,
            f"`{measure}`",
            "—" if entry is None else number(entry.value, measure),
            "—" if entry is None else entry.role,
            interval(simulated, measure),
            *verdict(targets.get(measure), simulated, measure),
        ]


def verdict(target: Target | None, simulated: Interval, measure: str) -> tuple[str, str]:
    """The band, and whether the mean lies in it."""
    if target is None or simulated.mean is None:
        return "—", "—"
    ends = [number(end, measure) for end in (target.low, target.high) if end != math.inf]
    return " … ".join(ends) if len(ends) > 1 else f"≥ {ends[0]}", _yes(simulated.mean in target)


def response_row(study: Study, name: str, base: RunResult) -> list[str]:
    """What more work and fewer people do to the strict on-time rate."""
    team, people, left = fewer_people(base)
    busier = compare(study.run(name, f"workload={WORKLOAD}"), base)
    thinner = compare(study.run(name, f"teams.{team}.staff={left}"), base)
    return [
        name,
        interval(base[STRICT], STRICT),
        points(busier),
        f"{team} {people} → {left}",
        points(thinner),
        _yes(0 not in busier and 0 not in thinner),
    ]


def stay_rows(name: str, result: RunResult) -> Iterable[list[str]]:
    """Open dossiers over those resolved in a working day: how long a dossier stays (Little)."""
    days = working_days(result)
    entries = {entry.measure: entry.value for entry in result.scenario.published}
    for title, less in (("all", None), ("not on the spot", "on_the_spot")):
        if less is not None and less not in entries:
            continue
        opened, done, spot = (entries.get(name) for name in ("open_at_end", "resolved", less or ""))
        found = [result[measure].mean or 0 for measure in ("open_at_end", "resolved")]
        off = result[less].mean or 0 if less else 0
        pauses = (result["cycle_mean_wd"].mean or 0) - (result["cycle_net_wd"].mean or 0)
        share = 1 - off / found[1]
        yield [
            name,
            title,
            "—"
            if opened is None or done is None
            else f"{opened / ((done - (spot or 0)) / days):.1f}",
            f"{found[0] / ((found[1] - off) / days):.1f}",
            f"{(result['cycle_mean_wd'].mean or 0) / share:.1f}",
            f"{(mean_deadline_wd(result) + pauses) / share:.1f}",
        ]


def working_days(result: RunResult) -> int:
    """Working days of the period."""
    service = result.model.plan.service
    days = np.unique(service.calendars[service.legal].begin_s // DAY_S)
    begin, end = (at // DAY_S for at in (service.horizon.start_s, service.horizon.stop_s))
    return int(np.count_nonzero((begin <= days) & (days < end)))


def mean_deadline_wd(result: RunResult) -> float:
    """Mean statutory deadline of what comes, in working days."""
    cells = result.model.plan.demand.cells
    volumes = [cell.volume for cell in cells]
    procedures = result.scenario.procedures
    deadlines = [
        rough_wd(deadline_of(procedures[procedure], channel))
        for channel, procedure in (cell.name for cell in cells)
    ]
    return float(np.average(deadlines, weights=volumes))


def together_rows(study: Study) -> Iterable[list[str]]:
    """Scenarios that reach one published number and miss another."""
    yield _together(study, "quang-ngai-2021", "as bundled: begins empty")
    yield _together(study, "quang-ngai-2021", "begins warm", "start={warm: 40 wd}")
    yield _together(study, "lai-chau-2020", "as bundled: works to the deadline")
    people = load_scenario("lai-chau-2020").teams["officers-land"].staff.at_start
    for staff in range(people, people - 4, -1):
        what = f"takes everything up at once, {staff} land officers"
        yield _together(
            study, "lai-chau-2020", what, *AT_ONCE, f"teams.officers-land.staff={staff}"
        )


def _together(study: Study, name: str, what: str, *settings: str) -> list[str]:
    result = study.run(name, *settings)
    bands = {target.measure: target for target in TARGETS[name]}
    cells = []
    for measure in ("resolved", "open_at_end", "on_time_official"):
        found = interval(result[measure], measure)
        met = (result[measure].mean or 0) in bands[measure]
        cells.append(found if met else f"**{found}**")
    return [name, what, *cells]


def number(value: float, measure: str) -> str:
    """A number as tables show it: rates with two digits behind the per cent."""
    if _is_rate(measure):
        return f"{100 * value:.2f} %"
    return f"{value:,.0f}" if value == round(value) or value >= 1000 else f"{value:,.1f}"  # noqa: PLR2004 - more digits would not be read


def interval(found: Interval, measure: str) -> str:
    """A mean and its interval."""
    if found.mean is None:
        return "—"
    mean = number(found.mean, measure)
    if found.low is None or found.high is None:
        return mean
    return f"{mean} [{number(found.low, measure)}, {number(found.high, measure)}]"


def points(found: Interval) -> str:
    """A difference of rates, in points."""
    if found.mean is None or found.low is None or found.high is None:
        return "—"
    return f"{100 * found.mean:+.3f} [{100 * found.low:+.3f}, {100 * found.high:+.3f}]"


def _is_rate(measure: str) -> bool:
    return measure.rpartition(".")[2] in {"on_time_official", STRICT, "late_time_at_own_desks"}


def _yes(met: object) -> str:
    return "yes" if met else "**no**"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(study: Study, names: Sequence[str]) -> str:
    """The page, all scenarios run."""
    base = {name: study.run(name) for name in names}
    tables = {
        "published": table(
            ["scenario", "measure", "published", "role", "simulated", "band", "in it"],
            [row for name, run in base.items() for row in published_rows(name, run)],
        ),
        "response": table(
            ["scenario", "strictly on time", f"workload × {WORKLOAD}, points", "most loaded team",
             "with a tenth fewer, points", "both differ"],
            [response_row(study, name, run) for name, run in base.items()],
        ),
        "stay": table(
            ["scenario", "dossiers", "published", "simulated", "mean cycle",
             "longest with nobody late"],
            [row for name, run in base.items() if "open_at_end" in _measures(run)
             for row in stay_rows(name, run)],
        ),
        "together": table(
            ["scenario", "how", "resolved", "open at the end", "on time"], together_rows(study)
        ),
    }  # fmt: skip
    replications = f"{len(study.numbers)} replications"
    text = Template(TEMPLATE.read_text(encoding="utf-8"))
    late = [outcome.measures["late"] or 0 for outcome in base["thanh-hoa-2021"].outcomes.values()]
    return text.substitute(
        tables,
        replications=replications,
        seed=SEED,
        engine=study.engine,
        workload=WORKLOAD,
        late=f"{min(late):.0f} to {max(late):.0f}",
    )


def _measures(run: RunResult) -> set[str]:
    return {entry.measure for entry in run.scenario.published}


def parser() -> argparse.ArgumentParser:
    """The arguments."""
    found = argparse.ArgumentParser(
        prog="python -m benchmarks.calibration",
        description="Run the bundled scenarios, and write docs/calibration.md.",
    )
    found.add_argument("--replications", type=int, default=20 if ENGINE == "compiled" else 4)
    found.add_argument("--engine", choices=sorted(ENGINES), default=ENGINE)
    found.add_argument("--workers", type=int, default=available_cores())
    found.add_argument("--out", type=Path, default=ROOT / "results", help="where outcomes are kept")
    found.add_argument(
        "--docs", type=Path, default=PAGE, metavar="FILE", help="write the page there"
    )
    return found


def main(arguments: Sequence[str]) -> None:
    """Run everything and write the page."""
    asked = parser().parse_args(arguments)
    preload = ["simulation.experiments", get_engine(asked.engine).__module__]
    with Store(asked.out) as store, open_executor(asked.workers, preload) as executor:
        study = Study(range(asked.replications), asked.engine, store, executor)
        text = page(study, list(TARGETS))
    asked.docs.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(sys.argv[1:])

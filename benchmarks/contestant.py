"""One measured run, in a process of its own: ``python -m benchmarks.contestant JOB``.

The process is fresh, so that no run finds a memory that another one has left behind, and its peak
memory is its own. Times are the processor's, which other programs on the machine disturb less; on
an idle machine they are the elapsed ones. Reading the scenario and compiling are not timed.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
import zlib
from dataclasses import replace
from functools import partial
from importlib import import_module
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy

from benchmarks import idiomatic, network_c
from benchmarks.rounds import Job
from benchmarks.routes import OfficeClock, arrivals_of
from benchmarks.stopwatch import TIMED, Stopwatch, by_turns, repeated
from simulation.attendance import sample_attendance
from simulation.demand import sample_demand
from simulation.engines import get_engine
from simulation.experiments.cases import Case, Model, run_case
from simulation.scenario import apply_changes, build, read_tree
from simulation.semantics import Kind, Outcome
from simulation.units import MINUTE_S, NEVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.rounds import Run
    from simulation.plan.resolve import Plan
    from simulation.scenario import Scenario
    from simulation.tables import Demand, Journal

MIB: Final = 2**20


def measured(job: Job) -> Run:
    """What a job takes, by name; the times end with ``_s``."""
    run = {"motcua": motcua, "plain": plain, "c": by_hand}.get(job.model, peer)
    return run(job)


def motcua(job: Job) -> Run:
    """A whole run of ours: sampling, engine, checking and measuring."""
    tables_s = warm_up(job)
    model, watch = Model.of(scenario_of(job)), Stopwatch(job.engine)
    run = repeated(lambda number: timed(Case(model, job.seed, number), watch))
    return {"tables_s": tables_s, **run}


def timed(case: Case, watch: Stopwatch) -> Run:
    """One run of a case, part by part."""
    gc.collect()
    began_s = time.process_time()
    run_case(case, TIMED)
    ended_s = time.process_time()
    peak = peak_mib()
    assert watch.demand is not None  # noqa: S101 - it has been run
    assert watch.journal is not None  # noqa: S101 - as above
    return {
        "sampling_s": watch.called_s - began_s,
        "engine_s": watch.ended_s - watch.began_s,
        "checking_s": watch.checked_s - watch.ended_s + watch.audit_s,
        "measuring_s": ended_s - watch.checked_s - watch.audit_s,
        "peak_mib": peak,
        **counted(case.model.plan, watch.demand, watch.journal),
    }


def plain(job: Job) -> Run:
    """The plain model; it serves as many dossiers of each kind as ours."""
    plan = Model.of(scenario_of(job)).plan
    demand = sample_demand(plan.demand, job.seed, 0)
    numbers = np.bincount(demand.cell, minlength=len(plan.demand.cells)).tolist()
    env = simpy.Environment()
    arrivals = list(arrivals_of(env, plan, numbers))
    horizon = OfficeClock(plan.service).horizon
    gc.collect()
    began_s = time.process_time()
    seen = idiomatic.simulate(env, arrivals, horizon, job.seed)
    return {
        "engine_s": time.process_time() - began_s,
        "peak_mib": peak_mib(),
        "dossiers": sum(numbers),
        "visits": seen.steps,
        "services": len(seen.wait),
    }


def peer(job: Job) -> Run:
    """Another model of the network; what it samples, it samples as it goes."""
    model = import_module(f"{__package__}.{job.model}")
    gc.collect()
    began_s = time.process_time()
    cycle_min = model.simulate(job.dossiers, job.seed)
    return {
        "engine_s": time.process_time() - began_s,
        "peak_mib": peak_mib(),
        "dossiers": job.dossiers,
        "cycle_min": fmean(cycle_min),
    }


def by_hand(job: Job) -> Run:
    """The loop in C serves the dossiers that we serve; by turns with it an engine, if one is named.

    What the engine takes beside it is ``beside_s``.
    """
    plan = Model.of(scenario_of(job)).plan
    demand = sample_demand(plan.demand, job.seed, 0)
    serve = network_c.prepare(plan.service, demand)
    contestants: dict[str, Callable[[], Any]] = {"engine_s": serve}
    if job.engine:
        warm_up(job)
        attendance = sample_attendance(plan.service, job.seed, 0)
        engine = partial(get_engine(job.engine), plan.service, demand, attendance)
        contestants["beside_s"] = engine
    times_s = by_turns(contestants)
    ready_s, started_s, ended_s = serve()
    return {
        **times_s,
        "peak_mib": peak_mib(),
        "dossiers": demand.dossiers,
        "cycle_min": cycle_min(demand, ended_s),
        "times_crc32": digest(ready_s, started_s, ended_s),
    }


def scenario_of(job: Job) -> Scenario:
    """The scenario of a job; its staff grows with the number of dossiers, so its load does not."""
    tree = read_tree(job.scenario, job.settings)
    scenario = build(tree)
    if not job.dossiers:
        return scenario
    plan = Model.of(scenario).plan
    factor = job.dossiers / sum(cell.volume for cell in plan.demand.cells)
    changes = {"workload": scenario.workload * factor}
    for name, team in scenario.teams.items():
        path = f"teams.{name}.staff"
        changes[f"{path}.at_start"] = scaled(team.staff.at_start, factor)
        for day, people in team.staff.changes.items():
            changes[f"{path}.changes.{day}"] = scaled(people, factor)
    return build(apply_changes(tree, changes))


def scaled(people: int, factor: float) -> int:
    """So many times the people; where there is somebody, somebody stays."""
    return max(min(people, 1), round(people * factor))


def warm_up(job: Job) -> float:
    """Let an engine serve a few dossiers, so that it is compiled and all is imported.

    Returns:
        Seconds that sampling took, nearly all of them for tables of quantiles, which are made once
        in a process.
    """
    plan = Model.of(scenario_of(replace(job, dossiers=100))).plan
    began_s = time.process_time()
    demand, attendance = sample_demand(plan.demand, 0, 0), sample_attendance(plan.service, 0, 0)
    ended_s = time.process_time()
    get_engine(job.engine)(plan.service, demand, attendance)
    return ended_s - began_s


def counted(plan: Plan, demand: Demand, journal: Journal) -> Run:
    """What was done in a run.

    ``slots`` are the rows of the table, ``visits`` those of them that joined, ``services`` those
    that were worked on to the end.
    """
    done = journal.outcome == Outcome.DONE
    return {
        "dossiers": demand.dossiers,
        "slots": demand.visits,
        "visits": int((journal.ready_s != NEVER).sum()),
        "services": int((done & (plan.service.rows.kind[demand.row] == Kind.WORK)).sum()),
        "cycle_min": cycle_min(demand, journal.ended_s),
        "times_crc32": digest(journal.ready_s, journal.started_s, journal.ended_s),
    }


def cycle_min(demand: Demand, ended_s: NDArray[np.int64]) -> float:
    """Mean time from entry to the last thing done; of use where all dossiers get to their end."""
    last_s = np.maximum.reduceat(ended_s, demand.visit_ptr[:-1])
    return float((last_s - demand.submitted_s).mean()) / MINUTE_S


def digest(*columns: NDArray[np.int64]) -> float:
    """A number that other columns hardly have."""
    found = 0
    for column in columns:
        found = zlib.crc32(column.data, found)
    return float(found)


def peak_mib() -> float:
    """The most memory this process has had at any time."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB


def main() -> None:
    """Run the job of the command line and print what it took."""
    job = json.loads(sys.argv[1])
    json.dump(measured(Job(**job)), sys.stdout)


if __name__ == "__main__":
    main()

"""How busy people were, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.measures.values import ratio
from simulation.semantics import Outcome
from simulation.units import DAY_S, HOUR_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.measures.values import Number

    Ints = NDArray[np.int64]

DAYS_PER_MONTH: Final = 365.25 / 12
"""Pay is per month: mean length of a month of the Julian calendar year."""


def measure_teams(record: Record, resolved: int) -> dict[str, Number]:
    """Hours, headcount, work done and cost in the period, by team and of all.

    Utilisation is work on shift over presence; work after the end of a shift is overtime.

    Args:
        record: What happened.
        resolved: Dossiers resolved in the period.
    """
    service, horizon = record.service, record.service.horizon
    teams = len(service.teams)
    on_shift_s, overtime_s = _by_team(record, *_served(record))
    present_s = _present_s(record, teams)
    done = _done(record, teams)
    days = slice(horizon.start_s // DAY_S, -(-horizon.stop_s // DAY_S))
    people = [float(team.staff[days].mean()) for team in service.teams]
    months = (days.stop - days.start) / DAYS_PER_MONTH
    cost = [count * months * team.pay for count, team in zip(people, service.teams, strict=True)]
    values: dict[str, Number] = {
        "utilisation": ratio(sum(on_shift_s), sum(present_s)),
        "overtime_h": sum(overtime_s) / HOUR_S,
        "people": sum(people, 0.0),
        "dossiers_per_person": ratio(resolved, sum(people)),
        "cost": sum(cost, 0.0),
    }
    for number, team in enumerate(service.teams):
        values |= {
            f"teams.{team.id}.utilisation": ratio(on_shift_s[number], present_s[number]),
            f"teams.{team.id}.busy_h": (on_shift_s[number] + overtime_s[number]) / HOUR_S,
            f"teams.{team.id}.present_h": present_s[number] / HOUR_S,
            f"teams.{team.id}.overtime_h": overtime_s[number] / HOUR_S,
            f"teams.{team.id}.people": people[number],
            f"teams.{team.id}.done": done[number],
            f"teams.{team.id}.done_per_person": ratio(done[number], people[number]),
            f"teams.{team.id}.cost": cost[number],
        }
    return values


def _served(record: Record) -> tuple[Ints, Ints]:
    horizon = record.service.horizon
    return record.stints.served(record.shifts, horizon.start_s, horizon.stop_s)


def _by_team(record: Record, *columns: Ints) -> list[list[int]]:
    """Sums of columns of the stints, which stand by person; people are numbered team by team."""
    first_person = np.searchsorted(record.shifts.team, np.arange(len(record.service.teams) + 1))
    bounds = np.searchsorted(record.stints.person, first_person)
    return [np.diff(np.append(0, np.cumsum(column))[bounds]).tolist() for column in columns]


def _present_s(record: Record, teams: int) -> list[int]:
    shifts, horizon = record.shifts, record.service.horizon
    begin_s = np.clip(shifts.begin_s, horizon.start_s, horizon.stop_s)
    end_s = np.clip(shifts.end_s, horizon.start_s, horizon.stop_s)
    team = shifts.team[shifts.person]
    return _sums(team, end_s - begin_s, teams)


def _done(record: Record, teams: int) -> list[int]:
    """Visits that people of each team completed in the period."""
    stints, horizon = record.stints, record.service.horizon
    ended = (stints.ended_s >= horizon.start_s) & (stints.ended_s < horizon.stop_s)
    of_team, pieces = record.shifts.team, record.journal.pieces
    # A stint ends with its visit, unless that is handed over: then it is in the pieces.
    unfinished = pieces.ended_s != record.journal.ended_s[pieces.visit]
    unfinished &= (pieces.ended_s >= horizon.start_s) & (pieces.ended_s < horizon.stop_s)
    ends = np.bincount(of_team[stints.person[ended]], minlength=teams)
    ends -= np.bincount(of_team[pieces.person[unfinished]], minlength=teams)
    return [int(count) for count in ends]


def _sums(team: Ints, value: Ints, teams: int) -> list[int]:
    """Sums by team; those of whole seconds stay below 2**53, so they are exact."""
    return [int(total) for total in np.bincount(team, value, minlength=teams)]


def count_steps(record: Record) -> dict[str, Number]:
    """How often each step was done in the period, by its name."""
    joined, horizon, rows = record.joined, record.service.horizon, record.service.rows
    done = (joined.ended_s >= horizon.start_s) & (joined.ended_s < horizon.stop_s)
    done &= joined.outcome == Outcome.DONE
    by_row = np.bincount(joined.row[done], minlength=len(rows.step))
    count = _sums(rows.step, by_row, len(rows.steps))
    return {f"by_step.{step}.done": count[k] for k, step in enumerate(rows.steps)}

"""The shape of a period: by week, by hour, by length of wait, and what is left of deadlines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings

from simulation.experiments import Case, Model, replicate, run_case
from simulation.ledger import make_ledger
from simulation.measures import measure, profile, promises
from simulation.measures.grouped import quantiles
from simulation.plan.resolve import resolve
from tests.naive_profiles import NaiveProfile
from tests.records import record_of
from tests.running import EVERY_STEP, VALID, office
from tests.small_offices import offices
from tests.test_measures import windows

if TYPE_CHECKING:
    from simulation.engines import Engine
    from tests.small_offices import Office


def assert_alike(found: Any, expected: Any) -> None:
    """Equal, but for the last digits of quotients."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key in expected:
            assert_alike(found[key], expected[key])
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_alike(one, other)
    elif expected is None:
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=1e-12)


@settings(max_examples=12)
@given(offices())
def test_the_profile_is_the_naive_one(engine: Engine, small: Office) -> None:
    """Whatever small office is drawn, with a warm-up or without, and wherever its period ends."""
    for place in windows(engine, small):
        record = record_of(engine, place)
        ledger = make_ledger(record)
        found = profile(record, ledger)
        assert_alike(found, NaiveProfile(record, ledger).profile())
        assert json.loads(json.dumps(found, allow_nan=False)) == found


@settings(max_examples=12)
@given(offices())
def test_the_profile_adds_up_to_the_measures(engine: Engine, small: Office) -> None:
    """Weeks, classes of waits and hours are parts of what the whole period counts."""
    record = record_of(engine, small)
    ledger = make_ledger(record)
    found, values = profile(record, ledger), measure(record, ledger).values
    for name in ("received", "resolved", "late"):
        assert sum(found["weeks"][name]) == values[name]
    classes = found["counter"]["classes"]
    assert sum(classes) == sum(found["counter"]["served"]) == values["counter_waits"]
    assert sum(classes[:4]) == values["counter_waits_within_15_min"]
    for team, hours in found["teams"].items():
        assert sum(hours["present_s"]) / 3600 == values[f"teams.{team}.present_h"]
        work_h = sum(hours["on_shift_s"]) / 3600 + (values[f"teams.{team}.overtime_h"] or 0)
        assert work_h == pytest.approx(values[f"teams.{team}.busy_h"])


def test_quantiles_of_groups_are_those_of_numpy() -> None:
    """Type 7 in every group, one that has a single value and one that has none among them."""
    values = np.array([5, 1, 4, 9, 9, 2, 7, 3])
    group = np.array([0, 0, 0, 0, 3, 2, 2, 2])
    found = quantiles(group, values, 4, [0.0, 0.25, 0.9, 1.0])
    for number in (0, 2, 3):
        expected = np.quantile(values[group == number], [0.0, 0.25, 0.9, 1.0])
        assert found[number] == pytest.approx(expected)
    assert np.isnan(found[1]).all()


def test_promises_are_parted_where_channels_have_deadlines_of_their_own() -> None:
    """One entry for a procedure with one deadline, and one for each of several."""
    found = promises(resolve(office(case=VALID / "deadlines.yaml")).service)
    by_procedure: dict[str, list[Any]] = {}
    for promise in found:
        by_procedure.setdefault(promise.procedure, []).append(promise)
    for parts in by_procedure.values():
        assert (parts[0].channels is None) == (len(parts) == 1)
        assert len({part.deadline for part in parts}) == len(parts)
    assert {"wd", "d", "h"} <= {p.deadline.split()[1] for p in found if p.deadline}


def test_profiles_are_made_only_where_they_are_asked_for() -> None:
    """A replication knows the shape of its period, a case of a study does not."""
    scenario = office()
    assert replicate(scenario, 1).outcomes[0].profiles
    assert not replicate(scenario, 1, profiles=False).outcomes[0].profiles
    assert not run_case(Case(Model.of(scenario), 1, 0), "compiled").profiles


def test_a_summary_has_profiles_only_if_all_replications_have() -> None:
    """Their weeks and classes have means and intervals that fit those of the measures."""
    result = replicate(office(case=EVERY_STEP), 3)
    profiles, measures = result.summary["profiles"], result.summary["measures"]
    classes = profiles["counter"]["classes"]
    assert sum(week["received"]["mean"] for week in profiles["weeks"]) == pytest.approx(
        measures["received"]["mean"]
    )
    assert sum(week["days"] for week in profiles["weeks"]) == len(result.summary["backlog_by_day"])
    assert sum(one["served"]["mean"] for one in classes) == pytest.approx(
        measures["counter_waits"]["mean"]
    )
    assert [one["up_to_min"] for one in classes][-2:] == [120, None]
    for low, mean, high in zip(
        profiles["backlog_by_day"]["low"],
        result.summary["backlog_by_day"],
        profiles["backlog_by_day"]["high"],
        strict=True,
    ):
        assert low <= mean <= high
    assert "profiles" not in replicate(office(case=EVERY_STEP), 3, profiles=False).summary

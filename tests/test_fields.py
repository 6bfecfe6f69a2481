"""Fields of a scenario by path, and their sizes."""

from __future__ import annotations

from typing import Any

import pytest

from simulation.scenario import find_fields, is_short, load_scenario, scaled, size_of, vary
from tests.running import office


def test_steps_are_found_by_name_and_wildcards_find_all() -> None:
    """A path finds nested steps by name; ``*`` finds one field under every key."""
    scenario = load_scenario("lai-chau-2020")
    rates = find_fields(scenario, "teams.*.absence.rate")

    assert find_fields(scenario, "routes.standard.turn.until") == {
        "routes.standard.turn.until": "due - 2 wd"
    }
    assert list(rates) == sorted(rates, key=lambda path: path.split("."))
    assert {path.split(".")[1] for path in rates} == {
        name for name, team in scenario.teams.items() if team.absence is not None
    }
    assert find_fields(scenario, "teams.nobody.staff") == {}


@pytest.mark.parametrize("pattern", ["teams.*.absence.rate", "routes.standard.appraise.work"])
def test_what_is_found_can_be_set(pattern: str) -> None:
    """The paths and values that are found are those that a change takes: nothing is changed."""
    scenario = load_scenario("lai-chau-2020")

    assert vary(scenario, find_fields(scenario, pattern)) == scenario


@pytest.mark.parametrize(
    ("value", "size", "of"),
    [
        (3, 3, "number"),
        (0.2, 0.2, "number"),
        ({"value": 0.2, "during": {"2021-01-01..2021-01-02": 2.0}}, 0.2, "number"),
        ({"at_start": 4, "changes": {"2021-07-01": 6}}, 4, "number"),
        ("15 min", 900, "clock time"),
        ("2 wd", 57_600, "working time"),
        ("due - 2 wd", 57_600, "working time"),
        ({"default": "10 d", "online": "8 d"}, 864_000, "clock time"),
        ({"constant": "5 min"}, 300, "clock time"),
        ({"exponential": "2 wh"}, 7_200, "working time"),
        ({"lognormal": {"mean": "10 min", "cv": 0.5}}, 600, "clock time"),
        ({"uniform": {"low": "10 s", "high": "30 s"}}, 20, "clock time"),
        ({"triangular": {"low": "10 s", "mode": "20 s", "high": "60 s"}}, 30, "clock time"),
        ({"pert": {"low": "10 s", "mode": "20 s", "high": "60 s"}}, 25, "clock time"),
        ({"erlang": {"mean": "1 h", "k": 3}}, 3_600, "clock time"),
        ({"empirical": {"values": ["10 s", "40 s"], "weights": [2, 1]}}, 20, "clock time"),
        ({"mixture": [{"weight": 1, "of": {"constant": "10 s"}},
                      {"weight": 3, "of": {"exponential": "30 s"}}]}, 25, "clock time"),
    ],
)  # fmt: skip
def test_a_size_is_one_number_and_scales(value: Any, size: float, of: str) -> None:
    """Every kind of field has a size, and scaled by two it has twice that size."""
    found, doubled = size_of(value), size_of(scaled(value, 2))

    assert found is not None
    assert doubled is not None
    assert [found.value, doubled.value] == pytest.approx([size, 2 * size])
    assert found.of == doubled.of == of


@pytest.mark.parametrize("value", ["on the spot", "none", "office", None, True, [1], {"a": 1}, {}])
def test_what_is_no_number_has_no_size(value: Any) -> None:
    """Words, lists and mappings of several things have no size."""
    assert size_of(value) is None


def test_scaling_keeps_what_is_no_length() -> None:
    """Weights, dates and coefficients stay; people and calendar days of deadlines stay whole."""
    mixture = {"mixture": [{"weight": 3, "of": {"gamma": {"mean": "10 s", "cv": 0.7}}}]}
    dated = {"value": 0.2, "during": {"2021-01-01..2021-01-02": 2.0}}

    assert scaled(mixture, 3) == {
        "mixture": [{"weight": 3, "of": {"gamma": {"mean": "30 s", "cv": 0.7}}}]
    }
    assert scaled(dated, 2) == {**dated, "value": 0.4}
    assert scaled({"at_start": 5, "changes": {"2021-07-01": 9}}, 0.5) == {
        "at_start": 2, "changes": {"2021-07-01": 4},
    }  # fmt: skip
    assert scaled({"default": "10 d"}, 1.26) == {"default": "13 d"}
    assert scaled("due - 2 wd", 0.75) == "due - 12 wh"


def test_only_a_plain_number_is_short() -> None:
    """What a single number would wipe out is not short."""
    team = find_fields(office(), "teams.officers.staff")["teams.officers.staff"]

    assert is_short(team)
    assert is_short({"constant": "5 min"})
    assert not is_short({"at_start": 4, "changes": {"2021-07-01": 6}})
    assert not is_short({"lognormal": {"mean": "10 min", "cv": 0.5}})

"""The bundled options: what they are called, what they change, and what they leave alone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from simulation.bundled import bundled_scenarios_dir
from simulation.demand import sample_demand
from simulation.experiments import replicate
from simulation.plan.resolve import resolve
from simulation.scenario import list_bundled, load_options, scenario_digest
from simulation.scenario.overrides import walk
from simulation.scenario.steps import Delay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.scenario import OptionsFile, Scenario

DIRECTORY = bundled_scenarios_dir() / "options"
NAMES = sorted(path.stem for path in DIRECTORY.glob("*.yaml"))
OFFICES = [name for name in NAMES if name.endswith("-office")]
CENTRES = [name for name in NAMES if name not in OFFICES]

EVERYWHERE: Final = {
    "growth", "workload-60", "tet-rush", "portal-outage", "sick-wave", "closure", "rework",
    "edd", "floaters", "deadlines-shortened", "parallel",
}  # fmt: skip
IN_CENTRES: Final = EVERYWHERE | {
    "supplement-run", "moved-in", "moved-out", "first-come", "online-80", "post-reception",
    "on-the-spot", "e-payment", "saturday", "longer-hours", "home-delivery",
}  # fmt: skip
IN_OFFICES: Final = EVERYWHERE | {"posts-filled", "posts-cut", "units-merged"}
BY_THE_SEA: Final = {"thanh-hoa-2021", "quang-ngai-2021", "quang-ngai-2022"}
IDS: Final = {
    **dict.fromkeys(CENTRES, IN_CENTRES),
    **dict.fromkeys(OFFICES, IN_OFFICES),
    **dict.fromkeys(BY_THE_SEA, IN_CENTRES | {"fishermen-phone"}),
}

OF_SERVICE: Final = (
    "edd", "first-come", "floaters", "posts-cut", "posts-filled", "post-reception", "sick-wave",
    "units-merged", "deadlines-shortened",
)  # fmt: skip
"""Staff, desks, disciplines, absence and deadlines: no input of sampling dossiers."""
OF_HOURS: Final = ("longer-hours", "saturday")
"""When the counter is open, and so when people come there; others come as before."""
QUICK: Final = {"bac-kan-2023-h1", "quang-ngai-2021-office"}
"""A centre and an office whose dossiers are soon sampled."""


@cache
def options_of(name: str) -> OptionsFile:
    """A bundled options file, loaded once."""
    return load_options(name)


def dossiers(scenario: Scenario) -> dict[str, NDArray[np.generic]]:
    """What comes in replication 0: a channel and an instant a dossier, and marks a visit."""
    plan = resolve(scenario).demand
    demand = sample_demand(plan, 1, 0)
    channels = np.array([cell.name[0] for cell in plan.cells])
    return {
        "channel": channels[demand.cell],
        "submitted_s": demand.submitted_s,
        "channel_of_visit": np.repeat(channels[demand.cell], np.diff(demand.visit_ptr)),
        "row": demand.row,
        "work_s": demand.work_s,
        "patience_s": demand.patience_s,
        "return_s": demand.return_s,
    }


@cache
def dossiers_of_base(name: str) -> dict[str, NDArray[np.generic]]:
    """What comes without options, sampled once."""
    return dossiers(options_of(name).base)


def equal(one: dict[str, NDArray[np.generic]], other: dict[str, NDArray[np.generic]]) -> bool:
    """Whether all columns are equal."""
    return all(np.array_equal(column, other[name]) for name, column in one.items())


def pairs(*ids: str) -> list[object]:
    """Each of these options in each file that should have it; the large ones take long."""
    return [
        pytest.param(name, option, marks=[] if name in QUICK else pytest.mark.long)
        for name in NAMES
        for option in ids
        if option in IDS[name]
    ]


def delays(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Mean in seconds and coefficient of variation of the delays that have a gamma, by step."""
    steps = [step for steps in scenario.routes.values() for step in walk(steps)]
    return {
        step.step: (step.delay.gamma.mean.seconds, step.delay.gamma.cv)
        for step in steps
        if isinstance(step, Delay) and step.delay.gamma
    }


# ── the files ──


def test_every_bundled_centre_and_office_has_options() -> None:
    """There is a file for every bundled scenario, but for the one to fill in."""
    assert sorted(set(list_bundled()) - {"my-office"}) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_about_the_scenario_of_its_name(name: str) -> None:
    """The options of a scenario are found under its name."""
    assert options_of(name).base.scenario == name


@pytest.mark.parametrize("name", NAMES)
def test_lines_fit_on_a_screen(name: str) -> None:
    """No line of an options file is longer than 110 characters."""
    lines = (DIRECTORY / f"{name}.yaml").read_text(encoding="utf-8").splitlines()

    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize("name", NAMES)
def test_every_option_says_why(name: str) -> None:
    """Above every option stands a comment: where its numbers are from, or what is assumed."""
    lines = (DIRECTORY / f"{name}.yaml").read_text(encoding="utf-8").splitlines()

    for option in options_of(name).options:
        assert lines[lines.index(f"  {option}:") - 1].startswith("  # "), option


# ── what options are called, and where they are from ──


@pytest.mark.parametrize("name", NAMES)
def test_the_same_idea_has_the_same_name_everywhere(name: str) -> None:
    """Centres have the same options, and so have offices; fishermen live by the sea."""
    assert set(options_of(name).options) == IDS[name]


@pytest.mark.parametrize("names", [CENTRES, OFFICES], ids=["centres", "offices"])
def test_the_same_name_is_the_same_idea_everywhere(names: list[str]) -> None:
    """What an option changes lies in the same section of every scenario."""
    for option in set().union(*(IDS[name] for name in names)):
        sections = [
            {path.partition(".")[0] for path in options_of(name).options[option].changes}
            for name in names
            if option in IDS[name]
        ]
        assert set.intersection(*sections), option


@pytest.mark.parametrize("name", NAMES)
def test_titles_are_in_both_languages(name: str) -> None:
    """An option and whatever it adds is called something in English and in Vietnamese."""
    found = options_of(name)
    titles = [option.title for option in found.options.values()]
    for one in found.scenarios.values():
        titles += [team.title for team in one.teams.values()]
        titles += [procedure.title for procedure in one.procedures.values()]

    assert all(title.en and title.vi and title.en != title.vi for title in titles)


@pytest.mark.parametrize("name", NAMES)
def test_an_idea_has_a_source_or_is_an_assumption(name: str) -> None:
    """A source is one of the scenario's, or a publication on another centre with its year."""
    found = options_of(name)

    for option_id, option in found.options.items():
        source = option.source or ""
        known = source == "assumption" or source in found.base.sources
        assert known or source.rstrip()[-4:].isdigit(), option_id


# ── what options change ──


@pytest.mark.parametrize("name", NAMES)
def test_every_option_changes_the_model(name: str) -> None:
    """No option is the scenario as it was, and no two options are the same."""
    found = options_of(name)
    digests = [scenario_digest(one) for one in (found.base, *found.scenarios.values())]

    assert len(set(digests)) == 1 + len(found.options)


@pytest.mark.parametrize(("name", "option"), pairs(*OF_SERVICE))
def test_who_serves_does_not_change_what_comes(name: str, option: str) -> None:
    """Options of staff, discipline, absence and deadline meet the very same dossiers."""
    if option == "deadlines-shortened" and "backlog" in repr(options_of(name).base.start):
        pytest.skip("which dossiers were open at the start depends on how long they may take")

    assert equal(dossiers(options_of(name).scenarios[option]), dossiers_of_base(name))


@pytest.mark.parametrize(("name", "option"), pairs(*OF_HOURS))
def test_hours_of_the_counter_move_only_who_comes_there(name: str, option: str) -> None:
    """Whoever files online or by post comes when he would have come, with the same work."""
    changed, base = dossiers(options_of(name).scenarios[option]), dossiers_of_base(name)

    for channel in ("online", "post"):
        for where, column in (("channel", "submitted_s"), ("channel_of_visit", "work_s")):
            here, there = changed[where] == channel, base[where] == channel
            assert np.array_equal(changed[column][here], base[column][there]), (channel, column)
    assert not np.array_equal(changed["submitted_s"], base["submitted_s"])


@pytest.mark.parametrize(("name", "option"), pairs("tet-rush", "portal-outage", "rework"))
def test_what_comes_does_change_what_comes(name: str, option: str) -> None:
    """Rushes, outages and steps that are added are seen in the dossiers."""
    assert not equal(dossiers(options_of(name).scenarios[option]), dossiers_of_base(name))


@pytest.mark.parametrize("name", NAMES)
def test_agencies_asked_in_parallel_are_those_asked_one_after_the_other(name: str) -> None:
    """Their answers add up to the mean and the variance that the scenario has for all of them."""
    base = delays(options_of(name).base)
    changed = delays(options_of(name).scenarios["parallel"])
    both = [(one, base[one], changed[one]) for one in base if changed[one] != base[one]]
    added = [changed[other] for other in changed.keys() - base.keys()]

    assert both
    for step, (mean, cv), half in both:
        assert half in added, step
        assert 2 * half[0] == mean
        assert 2 * (half[0] * half[1]) ** 2 == pytest.approx((mean * cv) ** 2, rel=0.01)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_option_runs(name: str) -> None:
    """A replication of every option passes the audit."""
    for option, scenario in options_of(name).scenarios.items():
        assert replicate(scenario, 1, engine="compiled")["received"].mean, option

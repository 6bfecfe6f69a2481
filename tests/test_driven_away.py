"""Applicants who are driven away: who is never received is never late, so a warning says so."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from simulation import Study, compare, load_options, marginal_values, sweep
from simulation.reports.applicants import warn_of_points, warn_of_staffings
from simulation.reports.comparison import print_comparison
from simulation.reports.sweep import print_sweep
from simulation.reports.terminal import console
from tests.running import VALID, office

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

FILE = VALID.parent / "valid-options" / "comparison.yaml"
IMPATIENT = ("workload=4", "channels.counter.hall={patience: 10 min}", "teams.officers.pay=8")
"""Two people have time for those who come, of whom nobody waits for more than ten minutes."""


def printed(show: Callable[[dict[str, Any], Console], None], summary: dict[str, Any]) -> str:
    """What stands on the terminal, in one line."""
    out = StringIO()
    show(summary, console(out))
    return " ".join(out.getvalue().split())


def test_a_comparison_names_the_options_that_drive_applicants_away() -> None:
    """The rush does: a larger part of those who come leaves for good than does now."""
    options = load_options(FILE, IMPATIENT)
    summary = compare(options, option=["rush", "one-more"], replications=3).summary
    rush, now = summary["options"]["rush"]["measures"], summary["base"]["measures"]
    part, part_now = (one["lost"]["mean"] / one["submitted"]["mean"] for one in (rush, now))

    assert part > part_now + 0.02
    said = printed(print_comparison, summary)
    assert f"! Drives applicants away: rush {100 * (part - part_now):.0f} %. So many more" in said


def test_a_comparison_without_them_says_nothing() -> None:
    """More people drive nobody away."""
    options = load_options(FILE, IMPATIENT)
    summary = compare(options, option=["one-more"], replications=3).summary

    assert summary["options"]["one-more"]["differences"]["lost"]["mean"] < 0
    assert "Drives applicants away" not in printed(print_comparison, summary)


def test_a_person_less_may_drive_applicants_away() -> None:
    """It is said of the staffing that does, by its team."""
    scenario = office(*IMPATIENT)
    found = marginal_values(scenario, Study(), range(3)).summary
    titles = {"teams": {"officers": "Officers"}}
    [said] = warn_of_staffings(found, titles, 240)

    assert "! Drives applicants away: Officers -1 " in said
    assert "Officers +1" not in said
    assert warn_of_staffings(found, titles, 1e9) == []


def test_a_sweep_says_where_it_drives_most_applicants_away() -> None:
    """The point with the largest part is named, with that part."""
    summary = sweep(office(*IMPATIENT), ["workload=1,4,9"], replications=3, refine=0).summary
    parts = [
        point["measures"]["lost"]["mean"] / point["measures"]["submitted"]["mean"]
        for point in summary["points"]
    ]
    said = printed(print_sweep, summary)

    assert parts[0] < 0.01 < parts[1] < parts[2]
    assert "! At 2 of 3 points more than 1 % of those who come leave for good, most at" in said
    assert f"workload = 9: {100 * parts[2]:.0f} %." in said


def test_a_sweep_without_them_says_nothing() -> None:
    """Who has time for all drives nobody away."""
    summary = sweep(office(), ["workload=1,2"], replications=2, refine=0).summary

    assert warn_of_points(summary["points"], summary["factors"]) == []

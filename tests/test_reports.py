"""What is printed: numbers as people read them, in tables that fit."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulation.experiments import describe_evidence, describe_load, replicate, titles
from simulation.load import load
from simulation.plan.resolve import resolve
from simulation.reports.terminal import WIDTH, console, print_evidence, print_load, print_run
from simulation.wording.amounts import bounds, count, decimal, percent, share
from tests.running import EVERY_STEP, VALID, office

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.scenario import Scenario


def printed(show: Callable[..., None], *arguments: Any) -> str:
    """What a function prints where there is no terminal."""
    file = StringIO()
    show(*arguments, console(file))
    return file.getvalue()


def report(scenario: Scenario, replications: int = 3, known: int = 0) -> str:
    """The report of a run, spaces squeezed so that columns do not matter."""
    summary = replicate(scenario, replications).summary
    return squeezed(printed(print_run, summary, Path("results/minimal/run"), known))


def squeezed(text: str) -> str:
    """Lines with single spaces."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


@pytest.mark.parametrize(
    ("style", "value", "text"),
    [
        (count, 111_333, "111,333"),
        (count, 469.25, "469"),
        (count, 3.5, "3.5"),
        (count, 4.0, "4"),
        (count, None, "–"),
        (percent, 0.99987, "99.99 %"),
        (percent, None, "–"),
        (share, 0.614, "61 %"),
        (share, None, "–"),
        (decimal, 12.34, "12.3"),
        (decimal, None, "–"),
    ],
)
def test_numbers(style: Callable[[float | None], str], value: float | None, text: str) -> None:
    """Numbers are rounded to what a reader can use."""
    assert style(value) == text


def test_bounds() -> None:
    """An interval shows both bounds, and nothing where there are none."""
    assert bounds({"low": 0.995, "high": 0.999}, percent) == "99.50 – 99.90"
    assert bounds({"low": None, "high": None}, percent) == ""


def test_run_report() -> None:
    """The report has the headline, the parts, the counters, the teams and where results are."""
    text = report(office(case=EVERY_STEP), known=1)

    for line in (
        "One counter",
        "2021-03-01 to 2021-03-05 · 3 replications · seed 1 · engine compiled",
        "On time by field: official and strict",
        "By channel",
        "Waits at the counter, in minutes",
        "Teams: load that the inputs suggest, and share of attendance at work",
        "Known from before: 1 of 3 replications.",
        "Results: results/minimal/run",
    ):
        assert line in text.splitlines()
    assert "On time, official form" in text
    assert "On time, strict" in text
    assert "Open at the end" in text


def test_headline_shows_the_summary() -> None:
    """The numbers of the headline are those of the summary."""
    summary = replicate(office(), 3).summary
    text = squeezed(printed(print_run, summary, Path("x"), 0))
    received = summary["measures"]["received"]

    assert f"Received {count(received['mean'])} {bounds(received, count)} accepted" in text


def test_published_comparison() -> None:
    """Published numbers stand beside simulated ones, in points for rates."""
    text = report(office(case=VALID / "evidence.yaml"))

    assert "Published beside simulated" in text
    assert "On time nearly 99.80 % 100.00 %" in text
    assert "+0.20 pt yes output" in text
    assert "Sources (2) and assumptions (" in text
    assert "motcua sources SCENARIO" in text


def test_one_replication_says_why_there_is_no_interval() -> None:
    """With one replication the report says how to get intervals."""
    assert "ask for more with --replications" in report(office(), 1)


def test_short_team_is_reported() -> None:
    """A scenario over capacity runs, and its report says who is short by how many."""
    text = report(office("workload=8"), 1)

    assert "! Officers: 240 hours of work, 80 hours available; short by 4 people" in text
    assert "Where the legal time of late dossiers went" in text


def test_desks_served_last_are_reported() -> None:
    """A desk that no team has first is named."""
    assert "! No team's first desk, so served last: Appraisal" in report(office(), 1)


def test_assumed_shares_are_no_agreement() -> None:
    """What happens on an assumed share of dossiers stands apart from what is compared."""
    text = report(office("events={sms: {title: Text messages, share: 0.4, per: received}}"), 2)

    assert "Assumed shares, so neither right nor wrong" in text
    assert "Text messages" in text


def test_empty_parts_are_left_out() -> None:
    """A field without dossiers and a section without rows do not appear."""
    text = report(office("fields.empty={title: Nothing here}"), 1)

    assert "Nothing here" not in text
    assert "Published" not in text
    assert "By group" not in text


def test_width_and_colour() -> None:
    """Without a terminal lines have at most 100 columns and no colour."""
    for path in sorted(VALID.glob("*.yaml")):
        summary = replicate(office(case=path), 2).summary
        text = printed(print_run, summary, Path("results"), 0)

        assert max(map(len, text.splitlines())) <= WIDTH, path.name
        assert "\x1b" not in text


def test_load_table() -> None:
    """The load table shows hours, load and people that are missing, the most loaded team first."""

    def shown(*settings: str) -> str:
        scenario = office(*settings)
        table = describe_load(load(resolve(scenario)))
        return squeezed(printed(print_load, table, titles(scenario)))

    assert "Officers 2.0 30 80 38 %" in shown()
    assert "Every team has time for the work that is put to it." in shown()
    short = shown("workload=8")
    assert "Officers 2.0 240 80 300 % 4" in short
    assert "short by 4 people" in short
    two = "{title: Clerks, staff: 1, shift: office, desks: [appraisal]}"
    lines = shown("workload=3", f"teams.clerks={two}").splitlines()
    assert lines.index("Clerks 1.0 40 40 100 %") < lines.index("Officers 2.0 50 80 62 %")


def test_evidence() -> None:
    """Sources are printed with what they say, and assumptions with what they stand behind."""
    scenario = office(case=VALID / "evidence.yaml")
    text = squeezed(printed(print_evidence, describe_evidence(scenario)))

    for source in scenario.sources.values():
        assert source.title in text
    for assumption in scenario.assumptions.values():
        assert assumption.text.en in text
    assert "received: 60 (input)" in text
    assert "On time: nearly 99.80 % (output)" in text

"""Comparing options: what a comparison says, when it stops, and what it refuses."""

from __future__ import annotations

import json
import math
from copy import deepcopy
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from simulation import Study, compare, load_options, marginal_values, replicate, vary
from simulation.decisions.compare import Question
from simulation.decisions.contrast import MEASURES
from simulation.errors import InputError
from simulation.experiments import Case, Model, run_case, to_json
from simulation.reports.comparison import print_comparison
from simulation.reports.terminal import console
from simulation.verdicts import count_changes
from tests.running import VALID, Caller

if TYPE_CHECKING:
    from pathlib import Path

    from simulation.scenario import OptionsFile

FILE = VALID.parent / "valid-options" / "comparison.yaml"
RUSH = ["workload=6"]
"""Enough work that some of it is late."""


@pytest.fixture(scope="module")
def options() -> OptionsFile:
    """An office with more work than it likes, and its options."""
    return load_options(FILE, RUSH)


@pytest.fixture(scope="module")
def study() -> Study:
    """What has been simulated in this module, each case once."""
    return Study()


@pytest.fixture(scope="module")
def summary(options: OptionsFile, study: Study) -> dict[str, Any]:
    """A comparison of all options over ten replications."""
    return compare(options, replications=10, study=study).summary


def test_a_difference_is_taken_replication_by_replication(
    options: OptionsFile, summary: dict[str, Any]
) -> None:
    """The mean is that of the differences of single runs; the interval is Student's, by hand."""
    models = [Model.of(options.base), Model.of(options.scenarios["one-more"])]
    runs = [[run_case(Case(model, 1, k), "compiled") for k in range(10)] for model in models]
    pairs = zip(*runs, strict=True)
    values = [(o.measures["late"] or 0) - (b.measures["late"] or 0) for b, o in pairs]
    mean = sum(values) / 10
    spread = math.sqrt(sum((one - mean) ** 2 for one in values) / 9)
    found = summary["options"]["one-more"]["differences"]["late"]

    assert summary["simultaneous"] == {
        "method": "Bonferroni",
        "options": 3,  # one changes nothing, and one is another once more
        "level_of_each": pytest.approx(1 - 0.05 / 3),
    }
    quantile = 2.9333  # t(1 - 0.05/6, 9) of the tables
    assert found["mean"] == pytest.approx(mean)
    assert found["high"] - mean == pytest.approx(quantile * spread / math.sqrt(10), rel=1e-3)
    assert found["separated"] == (abs(mean) > found["high"] - mean)
    changes = [count_changes(b.verdicts, o.verdicts) for b, o in zip(*runs, strict=True)]
    for way in ("late_to_on_time", "on_time_to_late"):
        number = sum(getattr(change, way) for change in changes) / 10
        assert summary["options"]["one-more"][way]["mean"] == pytest.approx(number)
    assert summary["options"]["one-more"]["late_to_on_time"]["mean"] > 1


def test_options_do_what_they_do(summary: dict[str, Any]) -> None:
    """More people help and more work hurts, and both are told from luck; so says each field."""
    options = summary["options"]
    strict = {name: one["differences"]["on_time_strict"] for name, one in options.items()}
    assert strict["one-more"]["low"] > 0 > strict["rush"]["high"]
    assert strict["one-more"]["separated"] is strict["rush"]["separated"] is True
    for one in options.values():
        field = one["differences_by_field"]["building"]["on_time_strict"]
        assert field == one["differences"]["on_time_strict"]  # the only field
        assert set(one["differences"]) == set(one["variance_ratio"]) == set(MEASURES)


def test_an_option_that_is_the_base_differs_in_nothing(summary: dict[str, Any]) -> None:
    """It is said that this is so by construction, and it does not widen the others' intervals."""
    nothing = summary["options"]["nothing"]
    assert nothing["same_as"] == "base"
    assert nothing["differences"]["late"] == {"mean": 0, "low": 0, "high": 0, "separated": False}
    assert nothing["late_to_on_time"]["mean"] == nothing["on_time_to_late"]["mean"] == 0
    assert nothing["variance_ratio"]["late"] is None
    assert summary["options"]["again"]["same_as"] == "one-more"
    assert summary["options"]["rush"]["same_as"] is None


def test_the_same_dossiers_narrow_a_difference(summary: dict[str, Any]) -> None:
    """Paired differences vary less than independent ones would."""
    assert summary["options"]["one-more"]["variance_ratio"]["cycle_mean_wd"] > 1


def test_cost_is_pay_and_what_the_option_costs_itself(study: Study) -> None:
    """An option's own cost is added to its pay, and stands beside it."""
    paid = load_options(FILE, [*RUSH, "teams.officers.pay=8"])
    found = compare(paid, option=["one-more", "again"], replications=2, study=study)
    month = found.summary["base"]["measures"]["cost"]["mean"] / 2
    one_more, again = found["one-more"], found["again"]
    assert (one_more["own_cost"], again["own_cost"]) == (30, 10)
    assert one_more["differences"]["cost"]["mean"] == pytest.approx(month + 30)
    assert one_more["measures"]["cost"]["mean"] == pytest.approx(3 * month + 30)
    assert again["differences"]["cost"]["mean"] == pytest.approx(month + 10)
    assert again["differences"]["cost"]["separated"]


def test_whoever_moves_dossiers_to_another_channel_is_named(summary: dict[str, Any]) -> None:
    """Less at the counter and more by post: these are other dossiers in the model."""
    moving = {name: one["moves_between_channels"] for name, one in summary["options"].items()}
    assert moving == {
        "nothing": False, "one-more": False, "again": False, "rush": False, "by-post": True,
    }  # fmt: skip


def test_a_chosen_option_has_the_numbers_that_it_has_among_all(
    options: OptionsFile, summary: dict[str, Any], study: Study
) -> None:
    """Only intervals become narrower when fewer are compared."""
    alone = compare(options, option=["one-more"], replications=10, study=study)
    both = alone["one-more"], summary["options"]["one-more"]
    for name in MEASURES:
        mean, among_all = (one["differences"][name]["mean"] for one in both)
        assert mean == among_all
    widths = [one["differences"]["cycle_mean_wd"] for one in both]
    assert widths[0]["high"] < widths[1]["high"]


def test_a_precision_is_reached(options: OptionsFile, study: Study) -> None:
    """Replications go on until the widest difference is as narrow as was asked for."""
    asked = {"cycle_mean_wd": 0.07}
    found = compare(options, option=["one-more"], precision=asked, study=study).summary
    interval = found["options"]["one-more"]["differences"]["cycle_mean_wd"]
    assert found["precision"]["met"]
    assert (interval["high"] - interval["low"]) / 2 <= 0.07
    assert found["precision"]["reached"]["cycle_mean_wd"] <= 0.07
    assert found["replications"] > 10
    fixed = compare(
        options, option=["one-more"], replications=found["replications"], study=study
    ).summary
    assert fixed["options"] == found["options"]


def test_a_precision_out_of_reach_ends_at_the_cap(options: OptionsFile, study: Study) -> None:
    """The most there may be is kept, and that it was hit is said."""
    found = compare(
        options, option=["one-more"], precision={"late": 1e-6}, max_replications=12, study=study
    ).summary
    assert found["replications"] == 12
    assert found["precision"]["met"] is False


def test_a_precision_of_what_is_not_there_is_refused() -> None:
    """Without applicants in person there is no wait at the counter to be precise about."""
    found = load_options(FILE, ["routes.standard.receive.applicant=false"])
    with pytest.raises(InputError, match="counter_wait_mean_min cannot be known precisely"):
        compare(found, option=["one-more"], precision={"counter_wait_mean_min": 1})


def test_the_best_on_time(options: OptionsFile, study: Study) -> None:
    """The option with most people wins; what is the same as another takes no part."""
    found = compare(
        options, option=["nothing", "one-more", "again"], replications=10, best="on-time",
        indifference=0.01, study=study,
    ).summary["best"]  # fmt: skip
    assert (found["chosen"], found["decided"]) == ("one-more", True)
    assert [drop["option"] for drop in found["dropped"]] == ["base"]
    assert "probability of at least 95 % one-more has the highest" in found["guarantee"]


def test_the_cheapest_that_keeps_the_target(study: Study) -> None:
    """Two people are cheaper than three, but too few; once more the same is cheaper still."""
    paid = load_options(FILE, [*RUSH, "teams.officers.pay=8", "target=0.9"])
    asked = Question(paid, best="cost", replications=10, indifference=0.01)
    found = compare(
        paid, option=["nothing", "one-more", "again"], replications=10, best="cost",
        indifference=0.01, study=study,
    ).summary["best"]  # fmt: skip
    assert asked.wanted_rate == found["target"] == 0.9
    assert (found["chosen"], found["decided"]) == ("again", True)
    assert set(found["misses"]) == {"base", "nothing"}
    assert found["costs"]["one-more"] - found["costs"]["again"] == pytest.approx(20)


def test_nothing_keeps_a_target_that_is_too_high(options: OptionsFile, study: Study) -> None:
    """Then none is chosen, and the one nearest to it is named."""
    found = compare(
        options,
        option=["nothing"],
        replications=10,
        best="cost",
        target=0.99,
        max_replications=10,
        study=study,
    ).summary["best"]
    assert found["chosen"] is None
    assert found["nearest"] == "base"
    assert "none of them" in found["guarantee"]


def test_options_need_no_file(study: Study) -> None:
    """From Python, any scenarios can stand where those of a file do."""
    read = load_options(FILE, RUSH)
    scenarios = read.scenarios | {"one-more": vary(read.base, {"teams.officers.staff": 4})}
    found = compare(
        replace(read, scenarios=scenarios), option=["one-more"], replications=2, study=study
    )
    assert found["one-more"]["measures"]["on_time_strict"]["mean"] > 0.9


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"option": ["one-mroe"]},
            r"did you mean 'one-more'\?\n.*allowed: nothing, one-more, again",
        ),
        ({"option": ["rush", "rush"]}, "rush stands there twice"),
        ({"replications": 1}, "an interval needs at least 2"),
        ({"replications": 9, "best": "on-time"}, "a selection needs at least 10"),
        ({"best": "on-time", "max_replications": 19}, "the first stage takes 20"),
        ({"precision": {"late": 1.0}, "max_replications": 9}, "the first stage takes 10"),
        ({"precision": {"lat": 1.0}}, "did you mean 'late'"),
        ({"precision": {"on_time_strict": 5.0}}, "out of range"),
        ({"indifference": 0.0}, "indifference zone of 0.0 is out of range"),
        ({"best": "cost"}, "the scenario has none.*--target 0.99"),
        ({"best": "cost", "target": 0.9999}, "cannot be told from one that is missed"),
        ({"best": "cost", "target": 0.0}, "cannot be told"),
    ],
)
def test_a_wrong_question_is_refused(
    options: OptionsFile, wrong: dict[str, Any], message: str
) -> None:
    """Before anything is simulated, with what is allowed or what to do."""
    with pytest.raises(InputError, match=f"(?s){message}"):
        Question(options, **wrong)


def test_large_numbers_fit_into_100_columns(summary: dict[str, Any]) -> None:
    """The longest bundled name with the largest changes of a province is not cut off."""
    large: dict[str, Any] = deepcopy(summary)
    option = large["options"].pop("one-more")
    for name, mean in (
        ("on_time_strict", -0.8222), ("on_time_official", -0.7697), ("late", 48_345.0),
        ("counter_wait_p90_min", 165.3), ("cycle_mean_wd", 15.7), ("overtime_h", 1234.0),
        ("cost", 12_345.0),
    ):  # fmt: skip
        low, high = mean - 0.2173, mean + 0.2173
        option["differences"][name] = {"mean": mean, "low": low, "high": high, "separated": True}
    option["on_time_to_late"]["mean"] = 48_399.2
    option["late_to_on_time"]["mean"] = 0.51
    large["options"] = {"deadlines-shortened": option}
    text = StringIO()
    print_comparison(large, console(text))
    row = next(line for line in text.getvalue().splitlines() if line.startswith("deadlines-"))
    assert row.split()[2:] == [
        "-82.22", "±21.7", "-76.97", "+48,345", "+165.3", "+15.70", "+1,234", "+12,345",
        "0.5/48,399",
    ]  # fmt: skip
    assert max(map(len, text.getvalue().splitlines())) <= 100
    assert "…" not in text.getvalue()


# ── the command ──


def test_command(motcua: Caller, tmp_path: Path) -> None:
    """A table of 100 columns says what changed, and what is not separated; it is shown again."""
    office = FILE.parent / "offices" / "minimal.yaml"
    ended = motcua("compare", office, FILE, "--set", "workload=6", "--replications", 10,
                   "--best", "on-time", "--indifference", "5pp")  # fmt: skip
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert max(map(len, lines)) <= 100 or lines[-1] == max(lines, key=len)
    parted = lines.index("Where late dossiers lost their legal time")
    table = {line.split()[0]: line for line in lines[:parted] if line[:1].isalpha()}
    lost = {line.split()[0]: line for line in lines[parted:] if line[:1].isalpha()}
    assert "waiting for a team" in lost["nothing"]
    assert lost["nothing"].removeprefix("nothing").split() == lost["as"].split()[3:]
    assert "≈" not in table["one-more"].split("wd")[0].split()[2]
    assert table["nothing"].split()[2:] == ["0.00", "±0.00", "0.00", "0", "0.0", "0.00", "0", "0",
                                            "0/0"]  # fmt: skip
    for words in ("No difference by construction to the scenario as it is: nothing.",
                  "New luck: dossiers that by-post moved", "again +10", "for all 3 options at once",
                  "Most on time: one-more", "Gained by the same dossiers"):  # fmt: skip
        assert words in " ".join(lines), words
    folder = lines[-1].removeprefix("Results: ")
    assert motcua("results", "show", folder).out == ended.out
    listed = json.loads(motcua("results", "list", "--json").out)["results"]
    assert [entry["kind"] for entry in listed] == ["comparison"]
    assert str(tmp_path) not in ended.out


def test_command_prints_the_summary(motcua: Caller, options: OptionsFile, study: Study) -> None:
    """With --json it prints what Python returns, with any number of workers, and keeps it."""
    arguments = ("compare", FILE.parent / "offices" / "minimal.yaml", FILE, "--set", RUSH[0],
                 "--option", "one-more", "--replications", 4, "--json")  # fmt: skip
    first = motcua(*arguments)
    second = motcua(*arguments, "--workers", 2, "--force")
    found = compare(options, option=["one-more"], replications=4, study=study)
    assert first.out == second.out == to_json(found.summary)
    assert json.loads(first.out)["kind"] == "comparison"


def test_where_it_hurts_is_that_of_a_run(summary: dict[str, Any], options: OptionsFile) -> None:
    """The base and every option have the late time and the bottlenecks that a run of them has."""
    for name, scenario in {"base": options.base, **options.scenarios}.items():
        found = summary["base"] if name == "base" else summary["options"][name]
        alone = replicate(scenario, 10).summary
        assert found["late_time"] == alone["late_time"]
        assert found["bottlenecks"] == alone["bottlenecks"]
        for entry in found["bottlenecks"]["teams"]:
            assert entry["team"] in summary["titles"]["teams"]


def test_marginal_values_of_options(motcua: Caller, options: OptionsFile, study: Study) -> None:
    """With --marginal every option has what one more and one less person would change in it."""
    office = FILE.parent / "offices" / "minimal.yaml"
    asked = ("compare", office, FILE, "--set", RUSH[0], "--option", "one-more",
             "--replications", 3, "--marginal")  # fmt: skip
    found = json.loads(motcua(*asked, "--json").out)
    for name, scenario in (("base", options.base), ("one-more", options.scenarios["one-more"])):
        one = found["base"] if name == "base" else found["options"][name]
        assert one["marginal"] == marginal_values(scenario, study, range(3)).summary
    for name in ("as it is", "one-more"):
        heading = f"One more and one less person: differences to {name}"
        assert heading in motcua(*asked).out.splitlines()


def test_command_finds_the_options_beside_the_scenario(motcua: Caller, tmp_path: Path) -> None:
    """A directory `options` beside the scenario has a file of the same name."""
    office = (FILE.parent / "offices" / "minimal.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(office, encoding="utf-8")
    refused = motcua("compare", "mine.yaml")
    assert refused.code == 2
    assert "'mine.yaml' has no options file: there is no options/mine.yaml" in refused.err
    assert "what to do: name an options file" in refused.err

    (tmp_path / "options").mkdir()
    (tmp_path / "options" / "mine.yaml").write_bytes(FILE.read_bytes())
    ended = motcua("compare", "mine.yaml", "--replications", 2, "--option", "again")
    assert (ended.code, ended.err) == (0, "")
    assert "again" in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["my-office"], "'my-office' has no options file"),
        (["lai-chau-2019"], "there is no bundled scenario 'lai-chau-2019'; did you mean"),
        (["lai-chau-2020", "nowhere.yaml"], "nowhere.yaml"),
        (["lai-chau-2020", "--option", "saturdya"], "did you mean 'saturday'?"),
        (["lai-chau-2020", "--precision", "0.05"], "in percentage points"),
        (["lai-chau-2020", "--precision", "1pp", "--replications", "5"], "leave one out"),
        (["lai-chau-2020", "--target", "0.9"], "--target is for --best cost"),
        (["lai-chau-2020", "--indifference", "0.05"], "--indifference 0.05: percentage points"),
        (["lai-chau-2020", "--best", "cost"], "give one, such as --target 0.99"),
    ],
)
def test_wrong_arguments_are_refused(motcua: Caller, arguments: list[str], message: str) -> None:
    """Exit code 2, a sentence on stderr, and nothing left behind."""
    ended = motcua("compare", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("motcua: ")
    assert message in ended.err
    assert "Traceback" not in ended.err

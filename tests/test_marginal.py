"""What one more and one less person in each team would change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from simulation.decisions.marginal import marginal_values, neighbours
from simulation.errors import InputError
from simulation.experiments import Model, Study, replicate
from simulation.inference import paired_difference
from simulation.scenario import vary
from simulation.store import choose, entries, open_existing, remove
from tests.running import MINIMAL, ROOT, Caller, office

if TYPE_CHECKING:
    from pathlib import Path

CLERKS = "teams.clerks={title: Clerks, staff: 1, shift: office, desks: [appraisal]}"
DUE_NEXT_DAY = "procedures.permit.deadline=1 wd"
TWO_TEAMS = ("workload=3", DUE_NEXT_DAY, CLERKS, "teams.officers.desks=[reception]")
"""Two officers at reception; one clerk for 60 hours of appraisal in 40 hours."""
BUSY = office("workload=5", DUE_NEXT_DAY, "teams.officers.pay=100")
"""Two officers for 150 hours of work in 80."""
UNUSED = (
    "desks.archive={title: Archive}",
    "routes.filing=[{step: file, work: 5 min, desk: archive}]",
    "procedures.filing={title: Filing, field: building, deadline: 3 wd, route: filing}",
    "mix={permit: 1, filing: 0}",
)
"""A desk of a procedure that nobody asks for."""


def test_it_is_the_paired_difference_to_the_run() -> None:
    """Each number is what two runs of the two staffings say, pair by pair, at the joint level."""
    values = marginal_values(BUSY, Study(seed=3), range(5))
    base, more = (
        replicate(scenario, 5, 3) for scenario in (BUSY, vary(BUSY, {"teams.officers.staff": 3}))
    )
    for name in ("on_time_strict", "apologies", "counter_wait_p90_min", "cost"):
        ours, theirs = (
            [outcome.measures[name] for outcome in run.outcomes.values()] for run in (more, base)
        )
        expected = paired_difference(ours, theirs, 0.975)  # two staffings
        assert values.effects["officers"]["more"][name] == expected


def test_one_more_helps_and_one_less_hurts() -> None:
    """In an overloaded office a person is worth dossiers on time, and costs a salary."""
    effects = marginal_values(BUSY, Study(), range(4)).effects["officers"]

    assert effects["more"]["on_time_strict"].separated
    assert (effects["more"]["on_time_strict"].mean or 0) > 0
    assert (effects["less"]["on_time_strict"].mean or 0) < 0
    assert (effects["more"]["apologies"].mean or 0) < 0
    assert (effects["more"]["cost"].mean or 0) == -(effects["less"]["cost"].mean or 0) > 0


def test_intervals_hold_over_all_staffings() -> None:
    """More staffings make each interval wider, as Bonferroni asks."""
    alone = marginal_values(office(*TWO_TEAMS), Study(), range(5), teams=["clerks"])
    together = marginal_values(office(*TWO_TEAMS), Study(), range(5))
    one, several = (
        values.effects["clerks"]["more"]["on_time_strict"] for values in (alone, together)
    )

    assert (alone.comparisons, together.comparisons) == (1, 3)
    assert together.summary["simultaneous"] == "Bonferroni"
    assert one.mean == several.mean
    assert (several.half_width or 0) > (one.half_width or 0) > 0


def test_a_team_of_one_has_no_less() -> None:
    """Nobody is taken away where nobody would be left, on any date."""
    dated = "teams.officers.staff={at_start: 3, changes: {2021-03-03: 1}}"

    assert set(neighbours(office(*TWO_TEAMS)).models["clerks"]) == {"more"}
    assert set(neighbours(office(*TWO_TEAMS)).models["officers"]) == {"more", "less"}
    assert set(neighbours(office(dated)).models["officers"]) == {"more"}


def test_dated_staff_changes_on_every_date() -> None:
    """One more is one more on every date, and one less too."""
    scenario = office("teams.officers.staff={at_start: 3, changes: {2021-03-03: 2}}")
    models = neighbours(scenario).models["officers"]
    staff = {side: model.scenario.teams["officers"].staff for side, model in models.items()}

    assert (staff["more"].at_start, *staff["more"].changes.values()) == (4, 3)
    assert (staff["less"].at_start, *staff["less"].changes.values()) == (2, 1)


def test_teams_without_work_are_left_out_unless_named() -> None:
    """Nobody asks what a team is worth that has nothing to do; who does gets an answer."""
    idle = office(
        *UNUSED,
        "teams.idle={title: Idle, staff: 2, shift: office, desks: [archive], pay: 10}",
    )
    named = marginal_values(idle, Study(), range(2), teams=["idle"])

    assert set(neighbours(idle).models) == {"officers"}
    assert named.effects["idle"]["less"]["on_time_strict"].mean == 0
    assert (named.effects["idle"]["less"]["cost"].mean or 0) < 0


def test_what_is_asked_for_must_exist() -> None:
    """An unknown team or measure is refused with the nearest known one."""
    with pytest.raises(InputError, match="no team 'oficers' in minimal; did you mean 'officers'"):
        neighbours(office(), ["oficers"])
    with pytest.raises(InputError, match="'on_time_stric'; did you mean 'on_time_strict'"):
        marginal_values(office(), Study(), range(1), measures=["on_time_stric"])


def test_one_replication_gives_no_intervals() -> None:
    """With one pair there is a difference and no bounds."""
    found = marginal_values(BUSY, Study(), [2]).summary["teams"]["officers"]["more"]["cost"]

    assert found["mean"] > 0
    assert (found["low"], found["high"], found["separated"]) == (None, None, None)


def test_the_command_shows_it(motcua: Caller) -> None:
    """--marginal says its cost first, and shows a line for each staffing."""
    plain = motcua("run", MINIMAL, "--replications", 3)
    ended = motcua("run", MINIMAL, "--replications", 3, "--marginal")

    assert "one less person in each team would change: --marginal" in plain.out
    assert ended.code == 0
    assert "in 1 team are 2 staffings: 6 replications beside the 3 of the run" in ended.err
    assert "One more and one less person: differences to the run" in ended.out
    assert "Known from before: 3 of 3 replications." in ended.out
    assert max(map(len, ended.out.splitlines())) <= 100


def test_the_summary_has_it_where_it_was_asked_for(motcua: Caller) -> None:
    """The summary is that of the plain run and ``marginal``, and fits the schema."""
    schema = json.loads((ROOT / "docs" / "summary.schema.json").read_text(encoding="utf-8"))
    plain = json.loads(motcua("run", MINIMAL, "--replications", 3, "--json").out)
    asked = json.loads(motcua("run", MINIMAL, "--replications", 3, "--json", "--marginal").out)
    jsonschema.validate(plain, schema)
    jsonschema.validate(asked, schema)

    assert "marginal" not in plain
    assert asked.pop("marginal")["teams"]["officers"]["people"] == 2
    assert asked == plain


def test_it_is_kept_beside_the_plain_run(motcua: Caller, tmp_path: Path) -> None:
    """The two have folders of their own; removing one leaves the other's replications."""
    motcua("run", MINIMAL, "--replications", 2)
    motcua("run", MINIMAL, "--replications", 2, "--marginal")
    again = motcua("run", MINIMAL, "--replications", 2, "--marginal", "--json")
    with open_existing(tmp_path / "results") as store:
        plain, asked = sorted(entries(store), key=lambda entry: len(entry.run))
        shown = motcua("results", "show", asked.run, "--json")
        less = Model.of(office("teams.officers.staff=1"))
        before = store.database.replications(less.digest, "1", asked.model_version)
        remove(store, choose(store, asked.run))
        after = store.database.replications(less.digest, "1", asked.model_version)
        kept = store.database.replications(Model.of(office()).digest, "1", plain.model_version)

    assert asked.run.startswith(f"{plain.run}-marginal-")
    assert shown.out == again.out
    assert (set(before), set(after), set(kept)) == ({0, 1}, set(), {0, 1})


def test_workers_do_not_change_it(motcua: Caller) -> None:
    """Two processes give the bytes of one, and --force those that were known."""
    command = ("run", MINIMAL, "--replications", 3, "--marginal", "--json")
    one = motcua(*command, "--workers", 1, "--out", "a")
    two = motcua(*command, "--workers", 2, "--out", "b")
    forced = motcua(*command, "--workers", 1, "--out", "a", "--force")

    assert one.out == two.out == forced.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--team", "officers"], "add --marginal"),
        (["--marginal", "--team", "oficers"], "did you mean 'officers'"),
        (["--marginal", "--set", "channels.counter.volume=0"], "no team of minimal has work"),
    ],
)
def test_bad_requests(motcua: Caller, arguments: list[str], message: str) -> None:
    """What cannot be meant is refused before anything is written."""
    ended = motcua("run", MINIMAL, *arguments)

    assert ended.code == 2
    assert message in ended.err

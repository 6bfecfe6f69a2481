"""A study runs each case once, on the same luck for all models, and is kept like a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulation.demand import sample_demand
from simulation.experiments import Case, Model, Study, heading, run_case
from simulation.experiments import cases as cases_module
from simulation.store import Store, choose, entries, read_summary, remove
from tests.running import office

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from simulation.plan.arrays import DemandPlan
    from simulation.tables import Demand

BASE, OPTION = Model.of(office()), Model.of(office("teams.officers.staff=3"))
BUSIER = Model.of(office("workload=2"))


def test_outcomes_stand_as_they_were_asked_for() -> None:
    """The outcomes are those of the cases, by model and replication, without series."""
    (base, option), again = Study().run([BASE, OPTION], [1, 0]), Study().run([BASE, BASE], [0])
    alone = run_case(Case(OPTION, 1, 0), "compiled")

    assert option[1].measures == alone.measures
    assert option[1].verdicts == alone.verdicts
    assert base[1].measures == again[0][0].measures == again[1][0].measures
    assert not option[1].series


def test_each_case_is_computed_once() -> None:
    """Asking for more replications or models computes only what is missing."""
    asked: list[int] = []
    done: list[str] = []
    study = Study(on_ask=asked.append, on_done=lambda model: done.append(model.digest))
    study.run([BASE], range(2))
    study.run([BASE, OPTION], range(3))
    study.run([OPTION, BASE], range(3))

    assert asked == [2, 4, 0]
    assert sorted(done) == sorted([BASE.digest, OPTION.digest] * 3)
    assert study.computed == 6
    assert study.models == 2
    assert study.numbers() == {BASE.digest: [0, 1, 2], OPTION.digest: [0, 1, 2]}


def test_only_some_measures_are_kept_where_that_is_wanted() -> None:
    """Such outcomes count as known; those at hand before stay whole."""
    asked: list[int] = []
    study = Study(on_ask=asked.append)
    whole, paths = Study().run([BASE], range(2))[0], ["received", "late"]
    ((first,),) = study.run([BASE], [0])
    ((same, reduced),) = study.run([BASE], range(2), only=paths)

    assert study.run([BASE], range(2)) == [[same, reduced]]
    assert asked == [1, 1, 0]
    assert same is first
    assert same.measures == whole[0].measures
    assert reduced.measures == {path: whole[1].measures[path] for path in paths}
    assert not reduced.form
    assert not reduced.verdicts
    assert not reduced.followed


def test_options_that_only_serve_share_their_dossiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dossiers of a replication are sampled once for all options that do not change them."""
    sampled: list[int] = []

    def counted(plan: DemandPlan, seed: int, replication: int) -> Demand:
        sampled.append(replication)
        return sample_demand(plan, seed, replication)

    monkeypatch.setattr(cases_module, "sample_demand", counted)
    cases_module._sampled.clear()  # noqa: SLF001 - other tests have left some there
    Study(seed=7).run([BASE, OPTION], range(3))
    assert sampled == [0, 1, 2]

    sampled.clear()
    Study(seed=8).run([BASE, BUSIER, OPTION], [0])
    assert len(sampled) == 3  # BASE's are gone when OPTION comes


def _kept(directory: Path, study: Study) -> str:
    """Keep a study; returns its name."""
    with Store(directory) as store:
        folder = store.study_folder("comparison", BASE, study.seed, {"options": ["more"]})
        store.begin_study("comparison", BASE, study, folder)
        study.run([BASE, OPTION], range(2))
        summary = heading(
            BASE.scenario, model=BASE.digest, seed=1, replications=[0, 1], engine="compiled"
        )
        store.write_study({"kind": "comparison", **summary}, BASE, study, folder)
        return folder.name


def test_a_study_is_kept_and_found(tmp_path: Path) -> None:
    """It is listed with its kind, shown as it was written, and its cases are known later."""
    with Store(tmp_path) as store:
        results = store.results(tmp_path)
        name = _kept(tmp_path, Study(results=results))
        entry = choose(store, name)
        summary = read_summary(store, entry)
        found = results.find(Case(OPTION, 1, 1))

    assert (entry.kind, entry.replications, entry.done) == ("comparison", [0, 1], 2)
    assert summary["kind"] == json.loads((entry.folder / "summary.json").read_text())["kind"]
    assert found is not None
    assert name.startswith("comparison-seed1-")


def test_removing_a_study_leaves_what_others_have(tmp_path: Path) -> None:
    """Replications of a study go with it, but for those of a run that is still there."""
    with Store(tmp_path) as store:
        results = store.results(tmp_path)
        store.begin(BASE, 1, [0], "compiled")
        name = _kept(tmp_path, Study(results=results))
        left = remove(store, choose(store, name))
        kept = [
            (model is BASE, number)
            for model in (BASE, OPTION)
            for number in range(2)
            if results.find(Case(model, 1, number))
        ]
        remaining = [entry.kind for entry in entries(store)]

    assert left == []
    assert kept == [(True, 0)]
    assert remaining == ["run"]


def test_another_request_is_another_study(tmp_path: Path) -> None:
    """The folder of a study depends on all that was asked for."""
    with Store(tmp_path) as store:
        folders = {
            store.study_folder(kind, model, seed, request)
            for kind in ("comparison", "sweep")
            for model in (BASE, OPTION)
            for seed in (1, 2)
            for request in ({"a": 1}, {"a": 2})
        }

    assert len(folders) == 16

"""Logs of events: XES and OCEL say what the visits say, in the form that the standards ask for."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import jsonschema
import pandas as pd
import pytest

from simulation import export
from simulation.exports import events
from simulation.scenario import load_scenario
from tests.exported import stored_run
from tests.running import EVERY_STEP, office

if TYPE_CHECKING:
    from simulation.experiments import RunResult

PM4PY: Final = "MOTCUA_PM4PY"
"""The environment variable that names a Python in which pm4py is installed."""
XES: Final = "{http://www.xes-standard.org/}"
WITH_QUEUES: Final = ("workload=2", 'title=<Quầy> & "nhà"')


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Path]:
    """An office with every kind of step, queues and a title full of angle brackets."""
    directory = tmp_path_factory.mktemp("results")
    return stored_run(directory, office(*WITH_QUEUES, case=EVERY_STEP), "journal")


@pytest.fixture(scope="module")
def logs(run: tuple[RunResult, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both logs of replication 1, and the tables they are made of."""
    _result, folder = run
    directory = tmp_path_factory.mktemp("logs")
    export(folder, "xes", directory / "log.xes", replication=1)
    export(folder, "ocel", directory / "log.ocel.json", replication=1)
    export(folder, "csv", directory, replication=1)
    return directory


def activities(logs: Path) -> pd.DataFrame:
    """The visits that are activities, with their instants as such."""
    instants = ["ready_at", "started_at", "ended_at"]
    visits = pd.read_csv(logs / "visits.csv", parse_dates=instants)
    return visits[~visits["kind"].isin(["fork", "join"])]


def naive_events(visits: pd.DataFrame) -> dict[int, list[tuple[Any, ...]]]:
    """The events of each dossier one by one: (when, visit, transition, step)."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    visit: Any
    for visit in visits.itertuples():
        own = found.setdefault(int(visit.dossier), [])
        if not pd.isna(visit.started_at):
            own.append((visit.started_at, visit.visit, 0, "start", visit.step))
        if not pd.isna(visit.ended_at):
            how = "complete" if visit.outcome == "done" else "withdraw"
            own.append((visit.ended_at, visit.visit, 1, how, visit.step))
    return {dossier: sorted(own) for dossier, own in found.items()}


def attributes(element: ET.Element) -> dict[str, str]:
    """The attributes of a trace or an event of XES."""
    return {
        child.attrib["key"]: child.attrib["value"] for child in element if "key" in child.attrib
    }


def test_xes_has_every_event(logs: Path) -> None:
    """Traces are the dossiers, and events those of the visits, in order of time."""
    traces = ET.parse(logs / "log.xes").getroot().findall(f"{XES}trace")  # noqa: S314 - our own file
    expected = naive_events(activities(logs))
    dossiers = pd.read_csv(logs / "dossiers.csv")

    assert [int(attributes(t)["concept:name"]) for t in traces] == dossiers["dossier"].tolist()
    for trace in traces:
        own = [attributes(event) for event in trace.findall(f"{XES}event")]
        known = expected.get(int(attributes(trace)["concept:name"]), [])
        assert [
            (datetime.fromisoformat(e["time:timestamp"]), int(e["concept:instance"]),
             e["lifecycle:transition"], e["concept:name"])
            for e in own
        ] == [(at, visit, how, step) for at, visit, _order, how, step in known]  # fmt: skip


def test_xes_is_well_formed(logs: Path) -> None:
    """The log declares its extensions, globals and classifiers, and keeps what it declares."""
    root = ET.parse(logs / "log.xes").getroot()  # noqa: S314 - our own file
    order = [child.tag.removeprefix(XES) for child in root]
    ranks = {"extension": 0, "global": 1, "classifier": 2, "trace": 4}
    prefixes = {e.attrib["prefix"] for e in root.findall(f"{XES}extension")}
    scopes = {
        g.attrib["scope"]: {child.attrib["key"] for child in g}
        for g in root.findall(f"{XES}global")
    }

    assert root.tag == f"{XES}log"
    assert root.attrib["xes.version"] == "1849-2016"
    assert [ranks.get(tag, 3) for tag in order] == sorted(ranks.get(tag, 3) for tag in order)
    assert prefixes == {"concept", "time", "lifecycle", "org"}
    for classifier in root.findall(f"{XES}classifier"):
        assert set(classifier.attrib["keys"].split()) <= scopes["event"]
    for element in root.iter():
        keys = [child.attrib["key"] for child in element if "key" in child.attrib]
        assert len(keys) == len(set(keys))
        for key in keys:
            prefix, colon, _name = key.partition(":")
            assert not colon or prefix in prefixes
        if element.tag == f"{XES}trace":
            assert scopes["trace"] <= set(keys)
        if element.tag == f"{XES}event":
            assert scopes["event"] <= set(keys)
        check_value(element)


def check_value(element: ET.Element) -> None:
    """A value of XES is of the type that its tag says."""
    value, tag = element.attrib.get("value"), element.tag.removeprefix(XES)
    if tag == "int":
        assert value is not None
        int(value)
    elif tag == "boolean":
        assert value in {"true", "false"}
    elif tag == "date" and value != "1970-01-01T00:00:00+00:00":
        assert datetime.fromisoformat(value or "").utcoffset() == timedelta(hours=7)


def test_xes_attributes(run: tuple[RunResult, Path], logs: Path) -> None:
    """A trace has deadline and class, an event person, team and desk; titles are escaped."""
    root = ET.parse(logs / "log.xes").getroot()  # noqa: S314 - our own file
    dossiers = pd.read_csv(logs / "dossiers.csv").set_index("dossier")
    visits = activities(logs).set_index("visit")

    assert '<Quầy> & "nhà"' in attributes(root)["concept:name"]
    for trace in root.findall(f"{XES}trace"):
        said = attributes(trace)
        row: Any = dossiers.loc[int(said["concept:name"])]
        for name in ("due_at", "class", "official_class", "channel"):
            assert said.get(name, "") == ("" if pd.isna(row[name]) else row[name])
        assert said["resolved_in_period"] == str(row["resolved_in_period"]).lower()
        for event in map(attributes, trace.findall(f"{XES}event")):
            visit: Any = visits.loc[int(event["concept:instance"])]
            assert event.get("org:group", "") == ("" if pd.isna(visit["team"]) else visit["team"])
            assert event.get("org:role", "") == ("" if pd.isna(visit["desk"]) else visit["desk"])
            person = "" if pd.isna(visit["person"]) else f"{visit['team']} {visit['person']:.0f}"
            assert event.get("org:resource", "") == person
    _result, folder = run
    assert folder.name in attributes(root)["concept:name"]


OCEL_SCHEMA: Final = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "additionalProperties": False,
    "properties": {
        "eventTypes": {"$ref": "#/$defs/types"},
        "objectTypes": {"$ref": "#/$defs/types"},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "time"],
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "time": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT[\d:]{8}\+07:00$"},
                    "attributes": {"type": "array", "items": {"$ref": "#/$defs/value"}},
                    "relationships": {"$ref": "#/$defs/relations"},
                },
            },
        },
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type"],
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "attributes": {
                        "type": "array",
                        "items": {"$ref": "#/$defs/value", "required": ["name", "value", "time"]},
                    },
                    "relationships": {"$ref": "#/$defs/relations"},
                },
            },
        },
    },
    "$defs": {
        "types": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "attributes"],
                "properties": {
                    "name": {"type": "string"},
                    "attributes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["name", "type"],
                            "properties": {
                                "name": {"type": "string"},
                                "type": {"enum": ["string", "time", "integer", "float", "boolean"]},
                            },
                        },
                    },
                },
            },
        },
        "value": {
            "type": "object",
            "required": ["name", "value"],
            "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
        },
        "relations": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["objectId", "qualifier"],
                "properties": {
                    "objectId": {"type": "string"}, "qualifier": {"type": "string"},
                },
            },
        },
    },
}  # fmt: skip
"""What OCEL 2.0 asks of a log in JSON, in our own words."""


def test_ocel_keeps_to_the_standard(logs: Path) -> None:
    """The log has the form of OCEL 2.0; ids are unique, and all that is named is declared."""
    log = json.loads((logs / "log.ocel.json").read_text(encoding="utf-8"))
    jsonschema.validate(log, OCEL_SCHEMA)
    for things, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        declared = {
            kind["name"]: {each["name"] for each in kind["attributes"]} for kind in log[types]
        }
        assert len({thing["id"] for thing in log[things]}) == len(log[things])
        for thing in log[things]:
            said = [each["name"] for each in thing["attributes"]]
            assert set(said) <= declared[thing["type"]]
            assert len(said) == len(set(said))
    objects = {thing["id"] for thing in log["objects"]}
    for thing in log["events"] + log["objects"]:
        assert {each["objectId"] for each in thing["relationships"]} <= objects


def test_ocel_has_every_event(logs: Path) -> None:
    """Events are those of the visits, and name the dossier, the person and the desk."""
    log = json.loads((logs / "log.ocel.json").read_text(encoding="utf-8"))
    visits = activities(logs).set_index("visit")
    expected = {
        (visit, how): (at, step, dossier)
        for dossier, own in naive_events(activities(logs)).items()
        for at, visit, _order, how, step in own
    }
    assert len(log["events"]) == len(expected)
    for event in log["events"]:
        _visit, number, how = event["id"].split()
        at, step, dossier = expected[int(number), how]
        visit: Any = visits.loc[int(number)]
        relations = [(r["qualifier"], r["objectId"]) for r in event["relationships"]]
        named = [("about", f"dossier {dossier}")]
        if not pd.isna(visit["person"]):
            named.append(("by", f"person {visit['team']} {visit['person']:.0f}"))
        if not pd.isna(visit["desk"]):
            named.append(("at", f"desk {visit['desk']}"))
        assert (datetime.fromisoformat(event["time"]), event["type"]) == (at, step)
        assert relations == named


def test_ocel_objects_have_deadline_and_class(logs: Path) -> None:
    """A dossier has its deadline and its class, and a person serves the desks of its work."""
    log = json.loads((logs / "log.ocel.json").read_text(encoding="utf-8"))
    dossiers = pd.read_csv(logs / "dossiers.csv").set_index("dossier")
    visits = activities(logs).dropna(subset="person")
    served = {
        (f"person {team} {person:.0f}", f"desk {desk}")
        for team, person, desk in zip(visits["team"], visits["person"], visits["desk"], strict=True)
    }
    serves = set()
    for thing in log["objects"]:
        said = {each["name"]: each["value"] for each in thing["attributes"]}
        if thing["type"] == "dossier":
            row: Any = dossiers.loc[int(thing["id"].removeprefix("dossier "))]
            for name in ("due_at", "class", "official_class"):
                assert said.get(name, "") == ("" if pd.isna(row[name]) else row[name])
        serves |= {(thing["id"], each["objectId"]) for each in thing["relationships"]}
    assert serves == served


def test_applicants_who_leave(tmp_path: Path) -> None:
    """An attempt that was left unserved is a withdrawal, with how it ended, and never a start."""
    crowd = load_scenario(EVERY_STEP, ["workload=6"])
    _result, folder = stored_run(tmp_path, crowd, "journal", replications=1)
    export(folder, "xes", tmp_path / "log.xes")
    visits = pd.read_csv(folder / "visits-0.csv")
    left = visits[visits["outcome"].notna() & (visits["outcome"] != "done")]
    text = (tmp_path / "log.xes").read_text(encoding="utf-8")
    found = re.findall(r'value="withdraw"/>.*<string key="outcome" value="([^"]*)"', text)

    assert len(left) > 10
    assert Counter(found) == Counter(left["outcome"])


@pytest.mark.parametrize("dossiers", [9, 1000])
def test_the_size_of_parts_leaves_no_trace(
    run: tuple[RunResult, Path], logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    dossiers: int,
) -> None:  # fmt: skip
    """However many dossiers and visits are read at a time, the bytes are the same."""
    _result, folder = run
    monkeypatch.setattr(events.parts, "__defaults__", (dossiers,))
    monkeypatch.setattr(events, "_VISITS_AT_A_TIME", 5 * dossiers)
    for to in ("xes", "ocel.json"):
        export(folder, to.partition(".")[0], tmp_path / f"log.{to}", replication=1)
        assert (tmp_path / f"log.{to}").read_bytes() == (logs / f"log.{to}").read_bytes()


@pytest.fixture(scope="module")
def mined(logs: Path) -> dict[str, Any]:
    """What pm4py finds in the logs."""
    python = os.environ.get(PM4PY)
    if not python:
        pytest.skip(f"{PM4PY} names no Python with pm4py")
    script = Path(__file__).with_name("process_mining.py")
    answer = subprocess.run(
        [python, str(script), str(logs / "log.xes"), str(logs / "log.ocel.json")],
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.mark.parametrize("log", ["xes", "ocel"])
def test_pm4py_finds_our_numbers(
    mined: dict[str, Any], run: tuple[RunResult, Path], logs: Path, log: str
) -> None:
    """On-time rate, throughput, waits, deadlines and directly-follows counts, all exactly."""
    result, _folder = run
    measures, found = result.outcomes[1].measures, mined[log]
    visits = activities(logs)
    by_dossier = naive_events(visits)

    assert found["on_time"] == measures["on_time_official"]
    assert found["resolved"] == measures["resolved"]
    durations = [(own[-1][0] - own[0][0]).total_seconds() for own in by_dossier.values()]
    assert found["durations_s"] == sorted(durations)
    work = visits[visits["kind"] == "work"]
    waits = work.dropna(subset="started_at").groupby("step")["waited_s"].sum()
    assert found["waits_s"] == waits.to_dict()
    assert sum(waits) > 0
    first = min(own[0][0] for own in by_dossier.values())
    due = pd.read_csv(logs / "dossiers.csv", parse_dates=["due_at"]).dropna(subset="due_at")
    seen = due[due["dossier"].isin(by_dossier)]["due_at"]
    assert found["due_s"] == sorted((at - first).total_seconds() for at in seen)
    follows, starts, ends = naive_follows(by_dossier)
    assert found["follows"] == sorted([a, b, count] for (a, b), count in follows.items())
    assert (found["first"], found["last"]) == (starts, ends)


def naive_follows(
    by_dossier: dict[int, list[tuple[Any, ...]]],
) -> tuple[Counter[tuple[str, str]], Counter[str], Counter[str]]:
    """How often a step was done right after another, and which were done first and last."""
    follows: Counter[tuple[str, str]] = Counter()
    starts: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for own in by_dossier.values():
        done = [step for _at, _visit, _order, how, step in own if how == "complete"]
        follows.update(pairwise(done))
        starts.update(done[:1])
        ends.update(done[-1:])
    return follows, starts, ends


def test_pm4py_finds_our_objects(mined: dict[str, Any], logs: Path) -> None:
    """Dossiers, people and desks, what events have to do with them, and who serves what."""
    dossiers = pd.read_csv(logs / "dossiers.csv")
    visits = activities(logs).dropna(subset="person")

    assert mined["objects"]["dossier"] == len(dossiers)
    assert mined["objects"]["person"] == visits["person"].nunique()
    assert mined["qualifiers"] == ["about", "at", "by"]
    assert len(mined["serves"]) == len(visits[["person", "desk"]].drop_duplicates())

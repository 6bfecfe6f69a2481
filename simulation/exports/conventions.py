"""A log of events as CSV, in the columns that a tool for process mining expects.

pm4py and bupaR have a row for each event, Prosimos one for each visit that was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import pandas as pd

from simulation.exports import comma
from simulation.exports.columns import Column, Columns
from simulation.exports.events import TRANSITIONS, parts, person_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from simulation.exports.events import Part
    from simulation.exports.result import Result

Convention = Literal["pm4py", "bupar", "prosimos"]
CONVENTIONS: Final[tuple[Convention, ...]] = get_args(Convention)
_CASE: Final = "number of the dossier"
_STEP: Final = "id of the step"
_BY: Final = "who did it: team and number of the person"
_NOBODY: Final = "it is no work, or nobody began it"
_TIME: Final = "Vietnamese time, UTC+7"

COLUMNS: Final[dict[Convention, Columns]] = {
    "pm4py": (
        Column("case:concept:name", "text", "", _CASE),
        Column("concept:name", "text", "", _STEP),
        Column("time:timestamp", "instant", _TIME, "when it happened"),
        Column("lifecycle:transition", "text", "", "`start`, `complete` or `withdraw`"),
        Column("concept:instance", "text", "", "number of the visit"),
        Column("org:resource", "text", "", _BY, _NOBODY),
        Column("org:group", "text", "", "id of the team", _NOBODY),
        Column("org:role", "text", "", "id of the desk", "it is no work"),
        Column("case:procedure", "text", "", "id of the procedure"),
        Column("case:channel", "text", "", "id of the channel"),
        Column("case:class", "text", "", "as in `dossiers`", "it was not received"),
        Column("case:due_at", "instant", _TIME, "as in `dossiers`",
               "it was not received, or has no deadline"),
    ),
    "bupar": (
        Column("case_id", "text", "", _CASE),
        Column("activity_id", "text", "", _STEP),
        Column("activity_instance_id", "text", "", "number of the visit"),
        Column("lifecycle_id", "text", "", "`start`, `complete` or `withdraw`"),
        Column("timestamp", "instant", _TIME, "when it happened"),
        Column("resource_id", "text", "", _BY, _NOBODY),
        Column("procedure", "text", "", "id of the procedure"),
        Column("channel", "text", "", "id of the channel"),
        Column("class", "text", "", "as in `dossiers`", "it was not received"),
        Column("due_at", "instant", _TIME, "as in `dossiers`",
               "it was not received, or has no deadline"),
    ),
    "prosimos": (
        Column("case_id", "text", "", _CASE),
        Column("activity", "text", "", _STEP),
        Column("enable_time", "instant", _TIME, "when it joined the queue"),
        Column("start_time", "instant", _TIME, "when it was started"),
        Column("end_time", "instant", _TIME, "when it was done"),
        Column("resource", "text", "", _BY, "it is no work"),
    ),
}  # fmt: skip
"""The columns of each convention."""


def write(path: Path, result: Result, replication: int, convention: Convention) -> Iterator[int]:
    """Write the log of a replication; yields the visits of each part when it is written."""
    read = parts(result, replication)
    sizes: list[int] = []

    def frames() -> Iterator[pd.DataFrame]:
        for part in read:
            sizes.append(len(part.visits))
            yield _FRAMES[convention](part)

    for _rows in comma.write_frames(path, COLUMNS[convention], frames()):
        yield sizes[-1]


def _events(part: Part) -> pd.DataFrame:
    """A row for each event, in the order of the log, with the columns of its visit and dossier."""
    visits = _named(part.visits).iloc[part.visit].reset_index(drop=True)
    visits["transition"] = np.array(TRANSITIONS, object)[part.transition]
    at = np.where(part.transition == 0, visits["started_at"], visits["ended_at"])
    visits["at"] = at.astype("datetime64[s]")
    of = np.repeat(np.arange(len(part.dossiers)), np.diff(part.pointer))
    for name in ("procedure", "channel", "class", "due_at"):
        visits[name] = part.dossiers[name].iloc[of].array
    return visits


def _named(visits: pd.DataFrame) -> pd.DataFrame:
    """Visits with the names of people, and numbers as the texts that name something."""
    pairs = zip(visits["team"].astype(object), visits["person"].astype(object), strict=True)
    people = [None if pd.isna(person) else person_name(team, person) for team, person in pairs]
    return visits.assign(
        person=pd.array(people, dtype="str"),
        dossier=visits["dossier"].astype("int64").astype("str"),
        visit=visits["visit"].astype("int64").astype("str"),
    )


def _renamed(frame: pd.DataFrame, convention: Convention, names: dict[str, str]) -> pd.DataFrame:
    wanted = [column.name for column in COLUMNS[convention]]
    return frame.rename(columns=names)[wanted]


def _pm4py(part: Part) -> pd.DataFrame:
    names = {
        "dossier": "case:concept:name", "step": "concept:name", "at": "time:timestamp",
        "transition": "lifecycle:transition", "visit": "concept:instance",
        "person": "org:resource", "team": "org:group", "desk": "org:role",
        "procedure": "case:procedure", "channel": "case:channel", "class": "case:class",
        "due_at": "case:due_at",
    }  # fmt: skip
    return _renamed(_events(part), "pm4py", names)


def _bupar(part: Part) -> pd.DataFrame:
    names = {
        "dossier": "case_id", "step": "activity_id", "visit": "activity_instance_id",
        "transition": "lifecycle_id", "at": "timestamp", "person": "resource_id",
    }  # fmt: skip
    return _renamed(_events(part), "bupar", names)


def _prosimos(part: Part) -> pd.DataFrame:
    visits = part.visits
    done = visits["started_at"].notna() & (visits["outcome"] == "done").to_numpy(bool)
    names = {
        "dossier": "case_id", "step": "activity", "ready_at": "enable_time",
        "started_at": "start_time", "ended_at": "end_time", "person": "resource",
    }  # fmt: skip
    return _renamed(_named(visits[done]), "prosimos", names)


_FRAMES: Final[dict[Convention, Callable[[Part], pd.DataFrame]]] = {
    "pm4py": _pm4py, "bupar": _bupar, "prosimos": _prosimos,
}  # fmt: skip

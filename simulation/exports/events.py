"""The events of one replication, dossier by dossier: what every log of events is made of.

A visit that is work, a delay or a departure has an event *start* and an event *complete*; one whose
applicant left unserved has an event *withdraw*. Forks and joins are no activities. Events of a
dossier stand in order of time; at the same instant by the number of their visit, which rises along
the way, and the start of a visit before its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from simulation.errors import InputError
from simulation.exports import kept
from simulation.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from simulation.exports.moments import Instants
    from simulation.exports.result import Result

    Ints = NDArray[np.int64]

TRANSITIONS: Final = ("start", "complete", "withdraw")
_START, _COMPLETE, _WITHDRAW = range(3)
ACTIVITIES: Final = ("work", "delay", "departure")
"""The kinds of visits that are activities."""
DOSSIERS_AT_A_TIME: Final = 4_000
_VISITS_AT_A_TIME: Final = 50_000


@dataclass(frozen=True)
class Part:
    """Some dossiers one after the other, their visits, and what happened in them.

    Attributes:
        dossiers: Their rows of the table ``dossiers``.
        visits: Their rows of the table ``visits``, but for forks and joins.
        pointer: Events of the i-th dossier are ``pointer[i]`` to ``pointer[i + 1] - 1``.
        visit: Of each event the place of its visit in ``visits``.
        transition: Of each event the place of its transition in `TRANSITIONS`.
        at: Of each event when it was.
    """

    dossiers: pd.DataFrame
    visits: pd.DataFrame
    pointer: Ints
    visit: Ints
    transition: Ints
    at: Instants

    def since(self) -> Instants:
        """Of each event since when its visit was ready; NaT for an end, which has its start."""
        ready = self.visits["ready_at"].to_numpy("datetime64[s]")[self.visit]
        return np.where(self.transition == _COMPLETE, np.datetime64("NaT"), ready)

    def numbers(self, column: str) -> list[int]:
        """Of each event a number of its visit."""
        found: list[int] = self.visits[column].to_numpy("int64")[self.visit].tolist()
        return found

    def kinds(self) -> tuple[list[Kind], Ints]:
        """What events have in common: the different kinds, and of each event the place of its own.

        There are few, so what is written of them is put together once for each.
        """
        codes = self.transition.astype(np.int64)
        words, places = [_words(TRANSITIONS)], [codes]
        for column in Kind._fields[1:]:
            code, known = pd.factorize(self.visits[column])
            words.append(_words(known))
            places.append(code[self.visit] % len(words[-1]))  # -1, missing, is the last
            codes = codes * len(words[-1]) + places[-1]
        _values, first, place = np.unique(codes, return_index=True, return_inverse=True)
        columns = [own[at[first]].tolist() for own, at in zip(words, places, strict=True)]
        return [Kind(*values) for values in zip(*columns, strict=True)], place


class Kind(NamedTuple):
    """What an event says beside its time and its dossier; None where something does not apply."""

    transition: str
    step: str
    kind: str
    desk: str | None
    team: str | None
    person: int | None
    outcome: str | None

    @property
    def resource(self) -> str | None:
        """The name of the person, such as ``reception 3``."""
        return person_name(self.team, self.person)

    @property
    def left_as(self) -> str | None:
        """How an applicant left who was not served."""
        return self.outcome if self.transition == "withdraw" else None


def person_name(team: str | None, person: int | None) -> str | None:
    """What a person is called: the simulation knows a team and a number; None: nobody."""
    return None if person is None or team is None else f"{team} {person}"


def _words(known: Iterable[Any]) -> NDArray[np.object_]:
    """Values of a column, and at the end None for what is missing."""
    return np.array([*known, None], object)


def choose_replication(result: Result, replication: int | None) -> int:
    """The one replication of which a log is made: that one, or the first that was kept.

    Raises:
        InputError: It was not kept, or the result has no dossiers at all.
    """
    if result.kind != "run":
        raise InputError(
            _(
                "{run} is a study ({kind}), which keeps no dossiers, so there is no log of events; "
                "export it as csv, xlsx, json or parquet, or export a run"
            ).format(run=result.entry.run, kind=result.kind)
        )
    numbers = result.chosen(replication)
    if not numbers:
        raise InputError(
            _(
                "a log of events needs the dossiers and visits of {run}, and they were not kept. "
                "To keep them:\n    {command}"
            ).format(run=result.entry.run, command=result.command_that_keeps)
        )
    return numbers[0]


def parts(result: Result, replication: int, dossiers: int = DOSSIERS_AT_A_TIME) -> Iterator[Part]:
    """The events of a replication, in parts of at most so many dossiers."""
    visits = kept.read(result, "visits", [replication], _VISITS_AT_A_TIME)
    waiting: list[pd.DataFrame] = []
    for some in kept.read(result, "dossiers", [replication], dossiers):
        last = some["dossier"].iloc[-1]
        while not waiting or waiting[-1]["dossier"].iloc[-1] <= last:
            more = next(visits, None)
            if more is None:
                break
            waiting.append(more)
        own, waiting = _divide(waiting, last)
        yield _part(some, own)


def _divide(frames: list[pd.DataFrame], last: int) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """The visits of dossiers up to one, and the rest."""
    own, rest = [], []
    for frame in frames:
        cut = int(np.searchsorted(frame["dossier"].to_numpy("int64"), last, side="right"))
        own.append(frame.iloc[:cut])
        if cut < len(frame):
            rest.append(frame.iloc[cut:])
    return own, rest


def _part(dossiers: pd.DataFrame, frames: list[pd.DataFrame]) -> Part:
    visits = _together(frames)
    visits = visits[visits["kind"].isin(ACTIVITIES)].reset_index(drop=True)
    started, ended = (visits[name].to_numpy("datetime64[s]") for name in ("started_at", "ended_at"))
    starts = np.flatnonzero(~np.isnat(started))
    ends = np.flatnonzero(~np.isnat(ended))
    is_done = (visits["outcome"] == "done").to_numpy(bool)[ends]
    visit = np.concatenate((starts, ends))
    ways = np.where(is_done, _COMPLETE, _WITHDRAW)
    transition = np.concatenate((np.full(len(starts), _START), ways))
    at = np.concatenate((started[starts], ended[ends]))
    of = visits["dossier"].to_numpy("int64")[visit]
    order = np.lexsort((transition, visit, at, of))
    numbers = dossiers["dossier"].to_numpy("int64")
    pointer = np.searchsorted(of[order], np.append(numbers, numbers[-1] + 1))
    return Part(dossiers.reset_index(drop=True), visits, pointer, visit[order],
                transition[order], at[order])  # fmt: skip


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames under one another; where categories differ they become texts."""
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)

"""Every column of the tables that are exported: the one place that says what it is.

docs/exports.md is made of this, and the tests hold both against the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from simulation.experiments.summary import FORM_COLUMNS
from simulation.form import COLUMNS as FORM

Type = Literal["text", "integer", "number", "boolean", "day", "instant"]
"""What a column holds; a *day* is a date, an *instant* has a time too."""
Columns = tuple["Column", ...]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: Its name.
        type: What it holds.
        unit: What it is counted in; empty where that is no question.
        meaning: What it says.
        missing: When a cell is empty; empty itself: never.
    """

    name: str
    type: Type
    unit: str
    meaning: str
    missing: str = ""


_SECOND: Final = "Vietnamese time, UTC+7"
_NOTHING_COUNTED: Final = "nothing was counted"
_NO_INTERVAL: Final = "there is no interval, as with one replication"


def _text(name: str, meaning: str, missing: str = "") -> Column:
    return Column(name, "text", "", meaning, missing)


def _integer(name: str, unit: str, meaning: str, missing: str = "") -> Column:
    return Column(name, "integer", unit, meaning, missing)


def _number(name: str, unit: str, meaning: str, missing: str = "") -> Column:
    return Column(name, "number", unit, meaning, missing)


def _flag(name: str, meaning: str, missing: str = "") -> Column:
    return Column(name, "boolean", "", meaning, missing)


def _instant(name: str, meaning: str, missing: str = "") -> Column:
    return Column(name, "instant", _SECOND, meaning, missing)


_REPLICATION: Final = _integer("replication", "", "number of the replication, from 0")


def _interval(of: str, unit: str = "that of the measure") -> Columns:
    return (
        _number("mean", unit, f"mean of {of}", _NOTHING_COUNTED),
        _number("low", unit, "lower end of its 95 % interval", _NO_INTERVAL),
        _number("high", unit, "upper end of its 95 % interval", _NO_INTERVAL),
    )


_PATH: Final = _text("path", "path of the measure, as data-model.md has it")
_ABOUT: Final = (
    _text("key", "what is said"),
    _text("value", "what it is", "it does not apply"),
)
_NAMES: Final = (
    _text("section", "`channels`, `fields`, `procedures`, `groups`, `desks`, `teams` or `events`"),
    _text("id", "id, as it stands in other tables"),
    _text("title_en", "what it is called in English"),
    _text("title_vi", "what it is called in Vietnamese"),
)
_FORM_COUNTS: Final = tuple(
    _integer(name, "dossiers", f"column {column.number} of the form")
    for name, column in zip(FORM_COLUMNS, FORM[2:], strict=True)
)

RUN_TABLES: Final[dict[str, Columns]] = {
    "about": _ABOUT,
    "measures": (
        _PATH,
        _text("section", "what it is a measure of, such as `by_field`; `measures`: of the centre"),
        _text("id", "id of the channel, field, team and so on", "it is of the whole centre"),
        _text("measure", "name of the measure"),
        *_interval("the replications"),
    ),
    "replications": (
        _REPLICATION,
        _PATH,
        _number("value", "that of the measure", "the measure in this replication",
                _NOTHING_COUNTED),
    ),
    "by_day": (
        _REPLICATION,
        Column("day", "day", "", "day of the period"),
        _text("path", "`backlog` of the centre, or behind `by_channel.<id>.` and so on"),
        _integer("value", "dossiers", "open dossiers at the end of the day"),
    ),
    "form": (
        _REPLICATION,
        _text("field", "id of the field; `TOTAL`: all of them"),
        *_FORM_COUNTS,
    ),
    "published": (
        _text("path", "path of the measure"),
        _text("title_en", "what the publication calls it, in English", "it has no title"),
        _text("title_vi", "the same in Vietnamese", "it has no title"),
        _number("published", "that of the measure", "the published number; rates are fractions"),
        _number("simulated", "that of the measure", "the simulated mean", _NOTHING_COUNTED),
        _number("low", "that of the measure", "lower end of its 95 % interval", _NO_INTERVAL),
        _number("high", "that of the measure", "upper end of its 95 % interval", _NO_INTERVAL),
        _number("difference", "that of the measure", "simulated less published", _NOTHING_COUNTED),
        _flag("inside", "whether the published number lies in the interval", _NO_INTERVAL),
        _text("role", "`input`: given to the scenario; `output`: the model has to reach it"),
        _text("says", "how exact the source is: `exactly`, `nearly`, `over` or `derived`"),
        _text("source", "key in the table `sources`"),
    ),
    "load": (
        _text("team", "id of the team"),
        _number("people", "people", "mean number employed in the period"),
        _number("offered_h", "hours", "work that the inputs ask of it"),
        _number("available_h", "hours", "presence, absence and leave deducted"),
        _number("utilisation", "fraction", "offered over available", "nobody is ever there"),
        _integer("short", "people", "to add so that no work is left", "no number is enough"),
    ),
    "sources": (
        _text("source", "key of the source"),
        _text("title", "title of the publication"),
        _text("published", "day of publication", "it is not known"),
        _text("url", "address", "it has none"),
    ),
    "assumptions": (
        _text("assumption", "key of the assumption"),
        _text("text", "what is assumed, and why"),
        _text("paths", "fields of the scenario behind which it stands, with `, ` between them",
              "it stands behind no field"),
        _text("low", "smallest plausible value", "none is named"),
        _text("high", "largest plausible value", "none is named"),
    ),
    "names": _NAMES,
}  # fmt: skip
"""Tables that every run has."""

KEPT_TABLES: Final[dict[str, Columns]] = {
    "dossiers": (
        _REPLICATION,
        _integer("dossier", "", "number of the dossier in its replication, from 0"),
        _text("channel", "id of the channel"),
        _text("procedure", "id of the procedure"),
        _text("field", "id of the field"),
        _text("segment", "`warm`, `period`, `run-on`, `explicit`, `backlog` or `register`"),
        _integer("draw", "", "number within channel, procedure and segment: by these the same "
                 "dossier is found in another option"),
        _flag("carried_in", "it was open when the period began"),
        _instant("submitted_at", "when it entered; carried in: the start of the period",
                 "it would enter after the period"),
        _instant("accepted_at", "when it was received: the legal clock started",
                 "it was not received"),
        _instant("due_at", "when it was due in the end, supplements considered",
                 "it was not received, or has no deadline"),
        _instant("resolved_at", "when the clock stopped", "it was not resolved in the period"),
        _instant("returned_at", "when the result was handed over", "that has not happened"),
        _instant("lost_at", "when its applicant gave up for good", "that has not happened"),
        _text("outcome", "`resolved`, `refused` or `withdrawn`", "it was not resolved"),
        _text("class", "`early`, `on-time`, `late`; of open ones `in-term`, `overdue`",
              "it was not received"),
        _text("official_class", "the same by the official form, which counts what is refused or "
              "withdrawn as `on-time`", "it was not received"),
        _flag("resolved_in_period", "it was received, and resolved in the period: the official "
              "on-time rate is about these"),
        _integer("paused_s", "seconds of legal time", "supplement pauses between acceptance and "
                 "resolution"),
        _integer("visits_in_person", "trips", "of the applicant to the centre"),
    ),
    "visits": (
        _REPLICATION,
        _integer("visit", "", "number of the visit in its replication; rises along the way"),
        _integer("dossier", "", "number of the dossier"),
        _text("step", "id of the step"),
        _integer("occurrence", "", "which repetition of the step, from 0"),
        _integer("attempt", "", "which attempt of an applicant in person, from 0"),
        _text("kind", "`work`, `delay`, `departure`, `fork` or `join`"),
        _text("desk", "id of the desk", "it is no work"),
        _text("team", "id of the team of the person", "nobody has begun it"),
        _integer("person", "", "number of the person, from 0, team by team",
                 "nobody has begun it"),
        _integer("work_s", "seconds", "work content, or length of a delay"),
        _instant("ready_at", "when it joined the queue, or began to wait"),
        _instant("started_at", "when a person took it; what is no work starts when it is ready",
                 "it has not been started"),
        _instant("ended_at", "when it was done, or the applicant left", "it has not ended"),
        _text("outcome", "`done`; of who left unserved `abandoned`, `closed`, `full` or "
              "`no-ticket`", "it has not ended"),
        _integer("waited_s", "seconds", "from ready to started, by the clock",
                 "it is no work, or has not been started"),
    ),
}  # fmt: skip
"""Tables of the replications that were kept."""

TABLES: Final[dict[str, Columns]] = RUN_TABLES | KEPT_TABLES
"""The columns of every table, by its name."""

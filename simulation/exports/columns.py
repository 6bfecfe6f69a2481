"""Every column of the tables that are exported: the one place that says what it is.

docs/exports.md is made of this, and the tests hold both against the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from simulation.experiments.summary import FORM_COLUMNS
from simulation.form import COLUMNS as FORM
from simulation.language import later

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
        heading: What stands above it in a workbook, for the catalogue; empty: its name.
    """

    name: str
    type: Type
    unit: str
    meaning: str
    missing: str = ""
    heading: str = ""


_SECOND: Final = "Vietnamese time, UTC+7"
OF_MEASURE: Final = "that of the measure"
OF_FIELD: Final = ("that of the first field that is varied", "that of the second field")
"""Of what is varied, the first field and the second one."""
NOTHING_COUNTED: Final = "nothing was counted"
NO_INTERVAL: Final = "there is no interval, as with one replication"


def text(name: str, meaning: str, missing: str = "", heading: str = "") -> Column:
    """A column of texts."""
    return Column(name, "text", "", meaning, missing, heading)


def integer(name: str, unit: str, meaning: str, missing: str = "", heading: str = "") -> Column:
    """A column of whole numbers."""
    return Column(name, "integer", unit, meaning, missing, heading)


def number(name: str, unit: str, meaning: str, missing: str = "", heading: str = "") -> Column:
    """A column of numbers."""
    return Column(name, "number", unit, meaning, missing, heading)


def flag(name: str, meaning: str, missing: str = "", heading: str = "") -> Column:
    """A column of truths."""
    return Column(name, "boolean", "", meaning, missing, heading)


def day(name: str, meaning: str, missing: str = "", heading: str = "") -> Column:
    """A column of days."""
    return Column(name, "day", "", meaning, missing, heading)


def instant(name: str, meaning: str, missing: str = "", heading: str = "") -> Column:
    """A column of days with times."""
    return Column(name, "instant", _SECOND, meaning, missing, heading)


REPLICATION: Final = integer(
    "replication", "", "number of the replication, from 0", heading=later("Replication")
)


def interval(of: str, unit: str = OF_MEASURE) -> Columns:
    """The columns of a mean and its interval."""
    return (
        number("mean", unit, f"mean of {of}", NOTHING_COUNTED, later("Mean")),
        number("low", unit, "lower end of its 95 % interval", NO_INTERVAL, later("Low")),
        number("high", unit, "upper end of its 95 % interval", NO_INTERVAL, later("High")),
    )


_PATH: Final = text("path", "path of the measure, as data-model.md has it")
ABOUT: Final = (
    text("key", "what is said", heading=later("What")),
    text("value", "what it is", "it does not apply", later("Value")),
)
NAMES: Final = (
    text("section", "`channels`, `fields`, `procedures`, `groups`, `desks`, `teams` or `events`"),
    text("id", "id, as it stands in other tables"),
    text("title_en", "what it is called in English"),
    text("title_vi", "what it is called in Vietnamese"),
)
_FORM_COUNTS: Final = tuple(
    integer(name, "dossiers", f"column {column.number} of the form")
    for name, column in zip(FORM_COLUMNS, FORM[2:], strict=True)
)

RUN_TABLES: Final[dict[str, Columns]] = {
    "about": ABOUT,
    "measures": (
        _PATH,
        text("section", "what it is a measure of, such as `by_field`; `measures`: of the centre"),
        text("id", "id of the channel, field, team and so on", "it is of the whole centre"),
        text("measure", "name of the measure"),
        *interval("the replications"),
    ),
    "replications": (
        REPLICATION,
        _PATH,
        number("value", OF_MEASURE, "the measure in this replication",
                NOTHING_COUNTED),
    ),
    "by_day": (
        REPLICATION,
        day("day", "day of the period"),
        text("path", "`backlog` of the centre, or behind `by_channel.<id>.` and so on"),
        integer("value", "dossiers", "open dossiers at the end of the day"),
    ),
    "form": (
        REPLICATION,
        text("field", "id of the field; `TOTAL`: all of them"),
        *_FORM_COUNTS,
    ),
    "published": (
        text("path", "path of the measure"),
        text("title_en", "what the publication calls it, in English", "it has no title"),
        text("title_vi", "the same in Vietnamese", "it has no title"),
        number("published", OF_MEASURE, "the published number; rates are fractions"),
        number("simulated", OF_MEASURE, "the simulated mean", NOTHING_COUNTED),
        number("low", OF_MEASURE, "lower end of its 95 % interval", NO_INTERVAL),
        number("high", OF_MEASURE, "upper end of its 95 % interval", NO_INTERVAL),
        number("difference", OF_MEASURE, "simulated less published", NOTHING_COUNTED),
        flag("inside", "whether the published number lies in the interval", NO_INTERVAL),
        text("role", "`input`: given to the scenario; `output`: the model has to reach it"),
        text("says", "how exact the source is: `exactly`, `nearly`, `over` or `derived`"),
        text("source", "key in the table `sources`"),
    ),
    "load": (
        text("team", "id of the team"),
        number("people", "people", "mean number employed in the period"),
        number("offered_h", "hours", "work that the inputs ask of it"),
        number("available_h", "hours", "presence, absence and leave deducted"),
        number("utilisation", "fraction", "offered over available", "nobody is ever there"),
        integer("short", "people", "to add so that no work is left", "no number is enough"),
    ),
    "sources": (
        text("source", "key of the source"),
        text("title", "title of the publication"),
        text("published", "day of publication", "it is not known"),
        text("url", "address", "it has none"),
    ),
    "assumptions": (
        text("assumption", "key of the assumption"),
        text("text_en", "what is assumed, and why, in English"),
        text("text_vi", "the same in Vietnamese"),
        text("paths", "fields of the scenario behind which it stands, with `, ` between them",
              "it stands behind no field"),
        text("low", "smallest plausible value", "none is named"),
        text("high", "largest plausible value", "none is named"),
        text("otherwise", "what fields would be otherwise, with `; ` between them",
             "it is not said"),
    ),
    "names": NAMES,
}  # fmt: skip
"""Tables that every run has."""

KEPT_TABLES: Final[dict[str, Columns]] = {
    "dossiers": (
        REPLICATION,
        integer(
            "dossier", "", "number of the dossier in its replication, from 0",
            heading=later("Dossier"),
        ),
        text("channel", "id of the channel", heading=later("Channel")),
        text("procedure", "id of the procedure", heading=later("Procedure")),
        text("field", "id of the field", heading=later("Field")),
        text(
            "segment", "`warm`, `period`, `run-on`, `explicit`, `backlog` or `register`",
            heading=later("Part of the demand"),
        ),
        integer(
            "draw", "", "number within channel, procedure and segment: by these the same dossier "
            "is found in another option", heading=later("Draw"),
        ),
        flag("carried_in", "it was open when the period began", heading=later("Carried in")),
        instant(
            "submitted_at", "when it entered; carried in: the start of the period",
            "it would enter after the period", later("Submitted"),
        ),
        instant(
            "accepted_at", "when it was received: the legal clock started",
            "it was not received", later("Received"),
        ),
        instant(
            "due_at", "when it was due in the end, supplements considered",
            "it was not received, or has no deadline", later("Due"),
        ),
        instant(
            "resolved_at", "when the clock stopped", "it was not resolved in the period",
            later("Resolved"),
        ),
        instant(
            "returned_at", "when the result was handed over", "that has not happened",
            later("Returned"),
        ),
        instant(
            "lost_at", "when its applicant gave up for good", "that has not happened",
            later("Given up"),
        ),
        text(
            "outcome", "`resolved`, `refused` or `withdrawn`", "it was not resolved",
            later("Outcome"),
        ),
        text(
            "class", "`early`, `on-time`, `late`; of open ones `in-term`, `overdue`",
            "it was not received", later("Class"),
        ),
        text(
            "official_class", "the same by the official form, which counts what is refused or "
            "withdrawn as `on-time`", "it was not received", later("Class by the official form"),
        ),
        flag(
            "resolved_in_period", "it was received, and resolved in the period: the official "
            "on-time rate is about these", heading=later("Resolved in the period"),
        ),
        integer(
            "paused_s", "seconds of legal time", "supplement pauses between acceptance and "
            "resolution", heading=later("Paused, seconds"),
        ),
        integer(
            "visits_in_person", "trips", "of the applicant to the centre", heading=later("Trips")
        ),
    ),
    "visits": (
        REPLICATION,
        integer("visit", "", "number of the visit in its replication; rises along the way"),
        integer("dossier", "", "number of the dossier"),
        text("step", "id of the step"),
        integer("occurrence", "", "which repetition of the step, from 0"),
        integer("attempt", "", "which attempt of an applicant in person, from 0"),
        text("kind", "`work`, `delay`, `departure`, `fork` or `join`"),
        text("desk", "id of the desk", "it is no work"),
        text("team", "id of the team of the person", "nobody has begun it"),
        integer("person", "", "number of the person, from 0, team by team",
                 "nobody has begun it"),
        integer("work_s", "seconds", "work content, or length of a delay"),
        instant("ready_at", "when it joined the queue, or began to wait"),
        instant("started_at", "when a person took it; what is no work starts when it is ready",
                 "it has not been started"),
        instant("ended_at", "when it was done, or the applicant left", "it has not ended"),
        text("outcome", "`done`; of who left unserved `abandoned`, `closed`, `full` or "
              "`no-ticket`", "it has not ended"),
        integer("waited_s", "seconds", "from ready to started, by the clock",
                 "it is no work, or has not been started"),
    ),
}  # fmt: skip
"""Tables of the replications that were kept."""

_OF_RUN: Final = (
    text("run", "id of the run; of a study, of the scenario as it is"),
    text("scenario", "id of the scenario"),
    integer("replication", "", "number of the replication, from 0"),
)
VIEWS: Final[dict[str, Columns]] = {
    "run_list": (
        text("run", "id of the run or study"),
        text("scenario", "id of the scenario"),
        text("kind", "`run`, or what kind of study it is"),
        text("title_en", "what the scenario is called in English"),
        text("title_vi", "the same in Vietnamese"),
        text("seed", "seed: it may be larger than SQLite's integers"),
        integer("replications", "replications", "how many were asked for"),
        text("engine", "what computed it"),
        integer("model_version", "", "version of the model"),
        text("written_at", "when it was finished (ISO 8601, UTC)", "it was not"),
        number("on_time", "fraction", "mean official on-time rate",
               "it is a study, or nothing was resolved"),
    ),
    "measure_values": (
        *_OF_RUN,
        text("path", "path of the measure"),
        number("value", OF_MEASURE, "the measure", NOTHING_COUNTED),
    ),
    "day_values": (
        *_OF_RUN,
        text("path", "path of the series, such as `backlog`"),
        integer("day", "days", "number of the day in the period, from 0"),
        number("value", "dossiers", "open dossiers at the end of the day"),
    ),
    "form_values": (
        *_OF_RUN,
        text("field", "id of the field; `TOTAL`: all of them"),
        *(
            number(name, "dossiers", f"column {place} of the form")
            for place, name in enumerate(FORM_COLUMNS, start=3)
        ),
    ),
}  # fmt: skip
"""Views of the store, by name; a missing value is null."""

"""Views of the database, for who asks it with SQL: its tables hold JSON, the views hold numbers.

docs/exports.md describes them, column by column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulation.experiments.summary import FORM_COLUMNS


@dataclass(frozen=True)
class Says:
    """A column of a view.

    Attributes:
        type: ``text``, ``integer`` or ``number``.
        unit: What it is counted in; empty where that is no question.
        meaning: What it says.
        missing: When it is null; empty itself: never.
    """

    type: str
    unit: str
    meaning: str
    missing: str = ""


@dataclass(frozen=True)
class View:
    """A view.

    Attributes:
        name: Its name.
        query: What it selects.
        columns: What each column says, by its name, in order.
    """

    name: str
    query: str
    columns: dict[str, Says]

    @property
    def statement(self) -> str:
        """What makes it."""
        return f"CREATE VIEW IF NOT EXISTS {self.name} AS {self.query}"


_OF_RUN: Final = (
    "FROM runs JOIN json_each(runs.replications) AS number JOIN replications AS r "
    "ON r.model = runs.model AND r.seed = runs.seed AND r.replication = number.value "
    "AND r.model_version = runs.model_version"
)
_WHICH: Final = {
    "run": Says("text", "", "id of the run; of a study, of the scenario as it is"),
    "scenario": Says("text", "", "id of the scenario"),
    "replication": Says("integer", "", "number of the replication, from 0"),
}
_SELECTED: Final = "runs.run, runs.scenario, r.replication"

VIEWS: Final = (
    View(
        "run_list",
        "SELECT run, scenario, kind, json_extract(title, '$.en') AS title_en, "
        "json_extract(title, '$.vi') AS title_vi, seed, "
        "json_array_length(replications) AS replications, engine, model_version, "
        "nullif(written_at, '') AS written_at, on_time FROM runs",
        {
            "run": Says("text", "", "id of the run or study"),
            "scenario": Says("text", "", "id of the scenario"),
            "kind": Says("text", "", "`run`, or what kind of study it is"),
            "title_en": Says("text", "", "what the scenario is called in English"),
            "title_vi": Says("text", "", "the same in Vietnamese"),
            "seed": Says("text", "", "seed: it may be larger than SQLite's integers"),
            "replications": Says("integer", "replications", "how many were asked for"),
            "engine": Says("text", "", "what computed it"),
            "model_version": Says("integer", "", "version of the model"),
            "written_at": Says("text", "UTC", "when it was finished (ISO 8601)", "it was not"),
            "on_time": Says(
                "number",
                "fraction",
                "mean official on-time rate",
                "it is a study, or nothing was resolved",
            ),
        },
    ),
    View(
        "measure_values",
        f"SELECT {_SELECTED}, m.key AS path, m.value AS value {_OF_RUN} "
        "JOIN json_each(r.measures) AS m",
        {
            **_WHICH,
            "path": Says("text", "", "path of the measure"),
            "value": Says("number", "that of the measure", "the measure", "nothing was counted"),
        },
    ),
    View(
        "day_values",
        f"SELECT {_SELECTED}, s.key AS path, d.key AS day, d.value AS value {_OF_RUN} "
        "JOIN json_each(r.series) AS s JOIN json_each(s.value) AS d",
        {
            **_WHICH,
            "path": Says("text", "", "path of the series, such as `backlog`"),
            "day": Says("integer", "days", "number of the day in the period, from 0"),
            "value": Says("number", "dossiers", "open dossiers at the end of the day"),
        },
    ),
    View(
        "form_values",
        f"SELECT {_SELECTED}, f.key AS field, "
        + ", ".join(
            f"json_extract(f.value, '$[{place}]') AS {name}"
            for place, name in enumerate(FORM_COLUMNS)
        )
        + f" {_OF_RUN} JOIN json_each(r.form) AS f",
        {
            **_WHICH,
            "field": Says("text", "", "id of the field; `TOTAL`: all of them"),
            **{
                name: Says("number", "dossiers", f"column {number} of the form")
                for number, name in enumerate(FORM_COLUMNS, start=3)
            },
        },
    ),
)
"""All views."""

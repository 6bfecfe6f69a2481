"""Views of the database, for who asks it with SQL: its tables hold JSON, the views hold numbers.

docs/exports.md describes them, column by column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulation.experiments.summary import FORM_COLUMNS


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
    columns: dict[str, str]

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
    "run": "id of the run; of a study, of the scenario as it is",
    "scenario": "id of the scenario",
    "replication": "number of the replication, from 0",
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
            "run": "id of the run or study",
            "scenario": "id of the scenario",
            "kind": "`run`, or what kind of study it is",
            "title_en": "what the scenario is called in English",
            "title_vi": "the same in Vietnamese",
            "seed": "seed, as text: it may be larger than SQLite's integers",
            "replications": "how many were asked for",
            "engine": "what computed it",
            "model_version": "version of the model",
            "written_at": "when it was finished (ISO 8601, UTC); null: it was not",
            "on_time": "mean official on-time rate; null of a study",
        },
    ),
    View(
        "measure_values",
        f"SELECT {_SELECTED}, m.key AS path, m.value AS value {_OF_RUN} "
        "JOIN json_each(r.measures) AS m",
        {
            **_WHICH,
            "path": "path of the measure",
            "value": "the measure; null: nothing was counted",
        },
    ),
    View(
        "day_values",
        f"SELECT {_SELECTED}, s.key AS path, d.key AS day, d.value AS value {_OF_RUN} "
        "JOIN json_each(r.series) AS s JOIN json_each(s.value) AS d",
        {
            **_WHICH,
            "path": "path of the series, such as `backlog`",
            "day": "number of the day in the period, from 0",
            "value": "open dossiers at the end of the day",
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
            "field": "id of the field; `TOTAL`: all of them",
            **{
                name: f"column {number} of the form"
                for number, name in enumerate(FORM_COLUMNS, start=3)
            },
        },
    ),
)
"""All views."""

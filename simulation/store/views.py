"""Views of the database, for who asks it with SQL: its tables hold JSON, the views hold numbers.

`simulation.exports.columns` describes them, column by column.
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
    """

    name: str
    query: str

    @property
    def statement(self) -> str:
        """What makes it."""
        return f"CREATE VIEW IF NOT EXISTS {self.name} AS {self.query}"


_OF_RUN: Final = (
    "FROM runs JOIN json_each(runs.replications) AS number JOIN replications AS r "
    "ON r.model = runs.model AND r.seed = runs.seed AND r.replication = number.value "
    "AND r.model_version = runs.model_version"
)
_SELECTED: Final = "runs.run, runs.scenario, r.replication"

VIEWS: Final = (
    View(
        "run_list",
        "SELECT run, scenario, kind, json_extract(title, '$.en') AS title_en, "
        "json_extract(title, '$.vi') AS title_vi, seed, "
        "json_array_length(replications) AS replications, engine, model_version, "
        "nullif(written_at, '') AS written_at, on_time FROM runs",
    ),
    View(
        "measure_values",
        f"SELECT {_SELECTED}, m.key AS path, m.value AS value {_OF_RUN} "
        "JOIN json_each(r.measures) AS m",
    ),
    View(
        "day_values",
        f"SELECT {_SELECTED}, s.key AS path, d.key AS day, d.value AS value {_OF_RUN} "
        "JOIN json_each(r.series) AS s JOIN json_each(s.value) AS d",
    ),
    View(
        "form_values",
        f"SELECT {_SELECTED}, f.key AS field, "
        + ", ".join(
            f"json_extract(f.value, '$[{place}]') AS {name}"
            for place, name in enumerate(FORM_COLUMNS)
        )
        + f" {_OF_RUN} JOIN json_each(r.form) AS f",
    ),
)
"""All views."""

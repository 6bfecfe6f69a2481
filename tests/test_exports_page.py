"""docs/exports.md says what the files hold, and its questions are answered as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.exports.columns import KEPT_TABLES, RUN_TABLES
from simulation.exports.conventions import COLUMNS as CONVENTIONS
from simulation.exports.studies import STUDIES
from tests.exports_page import PAGE, refreshed

if TYPE_CHECKING:
    from pathlib import Path


def test_the_page_is_what_the_code_says(tmp_path: Path) -> None:
    """Tables of columns, and the answers of DuckDB, pandas and SQLite, are as they are now."""
    text = PAGE.read_text(encoding="utf-8")
    assert refreshed(text, tmp_path) == text
    for language in ("sql", "py", "sqlite"):
        assert f"```{language}\n" in text
    assert "```text\n```" not in text


def test_every_column_is_described() -> None:
    """Each has a meaning, measures of length and number have a unit, and no name stands twice."""
    studies = [table.columns for tables in STUDIES.values() for table in tables.values()]
    for columns in [*RUN_TABLES.values(), *KEPT_TABLES.values(), *CONVENTIONS.values(), *studies]:
        assert len({column.name for column in columns}) == len(columns)
        for column in columns:
            assert column.meaning
            assert column.unit or column.type != "number", column.name

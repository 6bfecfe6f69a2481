"""The parts of docs/exports.md that are made of the code: columns, and what queries print.

``python -m tests.exports_page`` writes them into the page; a test holds the page against them.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import chdir, closing, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import duckdb

from simulation import export
from simulation.exports.columns import KEPT_TABLES, RUN_TABLES, VIEWS
from simulation.exports.conventions import COLUMNS as CONVENTIONS
from simulation.exports.studies import STUDIES
from tests.exported import stored_run
from tests.running import EVERY_STEP, ROOT, office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.exports.columns import Columns

PAGE: Final = ROOT / "docs" / "exports.md"
_COLUMNS: Final = re.compile(r"(<!-- columns -->\n).*?(<!-- /columns -->)", re.DOTALL)
_QUESTION: Final = re.compile(
    r"```(sql|py|sqlite)\n((?:(?!```).)*)```\n\n```text\n(.*?)```", re.DOTALL
)
_HEAD: Final = "| column | type | unit | meaning | missing |\n|---|---|---|---|---|\n"


def columns_text() -> str:
    """All tables, each with its columns."""
    parts: list[str] = []
    for title, tables in _tables():
        parts.append(f"\n### {title}\n")
        parts += [f"\n`{name}`\n\n{_HEAD}{_rows(columns)}" for name, columns in tables.items()]
    parts.append("\n### Views of `motcua.sqlite`\n")
    parts += [f"\n`{name}`\n\n{_HEAD}{_rows(columns)}" for name, columns in VIEWS.items()]
    return "".join(parts) + "\n"


def _tables() -> Iterator[tuple[str, dict[str, Columns]]]:
    """Headings, and the tables below each; what all kinds have stands with the first."""
    yield "A run", RUN_TABLES
    yield "A run that kept dossiers and visits", KEPT_TABLES
    yield (
        "Logs of events as CSV (`--convention`)",
        {str(name): columns for name, columns in CONVENTIONS.items()},
    )
    for kind, tables in STUDIES.items():
        own = {name: table.columns for name, table in tables.items() if name not in RUN_TABLES}
        yield f"A {kind}", own


def _rows(columns: Columns) -> str:
    return "".join(
        f"| `{c.name}` | {c.type} | {c.unit or '–'} | {c.meaning} | {c.missing or 'never'} |\n"
        for c in columns
    )


def answer(language: str, question: str) -> str:
    """What a question of the page prints, asked where its files are."""
    if language == "py":
        out = StringIO()
        with redirect_stdout(out):
            exec(question, {})  # noqa: S102 - our own page
        return out.getvalue()
    if language == "sqlite":
        with closing(sqlite3.connect("results/motcua.sqlite")) as connection:
            rows = connection.execute(question).fetchall()
    else:
        found = duckdb.sql(question)
        rows = [] if found is None else found.fetchall()
    return "".join(" | ".join(map(_shown, row)) + "\n" for row in rows)


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def refreshed(text: str, directory: Path) -> str:
    """The page with tables and answers as they are now.

    Args:
        text: The page.
        directory: An empty one, for the files that the questions are about.
    """
    stored_run(directory / "results", office("workload=2", case=EVERY_STEP), "parquet")
    for to in ("csv", "parquet"):
        export("every-step", to, directory / "out", results=directory / "results")
    text = _COLUMNS.sub(lambda found: found[1] + columns_text() + found[2], text)
    with chdir(directory):
        return _QUESTION.sub(
            lambda found: (
                f"```{found[1]}\n{found[2]}```\n\n```text\n{answer(found[1], found[2])}```"
            ),
            text,
        )


def main() -> None:
    """Write the page."""
    with TemporaryDirectory() as directory:
        text = refreshed(PAGE.read_text(encoding="utf-8"), Path(directory))
    PAGE.write_bytes(text.encode())


if __name__ == "__main__":
    os.environ.pop("MOTCUA_LANG", None)
    main()

"""What a summary says beside its measures: what it is of, published numbers, loads, sources."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from simulation.language import LANGUAGES, title
from simulation.wording.amounts import otherwise_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulation.exports.result import Result

    Rows = Iterator[Sequence[Any]]


def about(result: Result) -> Iterator[tuple[str, Any]]:
    """What was simulated, and how: everything at the head of a summary."""
    summary = result.summary
    first_day, last_day = result.period
    yield "run", result.entry.run
    yield "kind", result.kind
    yield "scenario", summary["scenario"]
    yield "title_en", summary["title"]["en"]
    yield "title_vi", summary["title"]["vi"]
    yield "first_day", first_day.isoformat()
    yield "last_day", last_day.isoformat()
    for key in ("model", "model_version", "seed", "replications", "engine", "confidence"):
        if key in summary:
            yield key, str(summary[key])
    if "target" in summary:
        target = summary["target"]
        yield "target", None if target is None else str(target)
    yield "motcua", result.manifest["motcua"]
    yield "command", shlex.join(["motcua", *result.manifest["command"]])


def published(result: Result) -> Rows:
    """Published numbers beside simulated ones."""
    for entry in result.summary["published"]:
        titles = entry["title"] or {"en": None, "vi": None}
        yield (entry["name"], titles["en"], titles["vi"], entry["published"], entry["simulated"],
               entry["low"], entry["high"], entry["difference"], entry["inside"], entry["role"],
               entry["says"], entry["source"])  # fmt: skip


def load(result: Result) -> Rows:
    """The load table."""
    for team, entry in result.summary["load"]["teams"].items():
        yield (team, entry["people"], entry["offered_h"], entry["available_h"],
               entry["utilisation"], entry["short"])  # fmt: skip


def sources(result: Result) -> Rows:
    """Publications."""
    for key, entry in result.summary["sources"].items():
        yield key, entry["title"], entry["published"], entry["url"]


def assumptions(result: Result) -> Rows:
    """What no source says."""
    for key, entry in result.summary["assumptions"].items():
        said = (title(entry["text"], language) for language in LANGUAGES)
        bounds = (None if entry[end] is None else str(entry[end]) for end in ("low", "high"))
        yield key, *said, ", ".join(entry["paths"]) or None, *bounds, otherwise_of(entry)


def names(result: Result) -> Rows:
    """What ids are called."""
    for section, entries in result.summary["titles"].items():
        for key, titles in entries.items():
            yield section, key, titles["en"], titles["vi"]

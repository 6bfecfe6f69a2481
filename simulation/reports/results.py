"""The results that are there, as a planner looks for them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from simulation.errors import StoreError
from simulation.language import _, day, title
from simulation.reports.studies import print_study
from simulation.reports.terminal import empty_table, print_run
from simulation.wording.amounts import count, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from simulation.store import Entry


def print_entries(entries: Sequence[Entry], out: Console) -> None:
    """Print the runs of a store, those of other versions of the model last.

    Args:
        entries: The runs.
        out: Where to print.
    """
    if not entries:
        out.print(_("There are no results yet."))
        return
    found = empty_table(
        _("Scenario"),
        _("Run"),
        _("Replications"),
        _("Seed"),
        _("Engine"),
        _("Finished"),
        _("On time"),
        texts=[_("Run"), _("Finished")],
    )
    found.columns[1].no_wrap = True  # people copy it
    for entry in sorted(entries, key=lambda entry: not entry.is_current):
        found.add_row(
            _title(entry),
            entry.run,
            _replications(entry),
            str(entry.seed),
            entry.engine,
            _when(entry) if entry.is_current else _of_version(entry),
            percent(entry.on_time),
            style="" if entry.is_current else "dim",
        )
    out.print(found)
    out.print()
    out.print(_("On time: official form, mean. Show a run: motcua results show RESULT"))
    if any(entry.written_at is None for entry in entries):
        out.print(_("Not finished: motcua run with the same arguments goes on from there."))
    if not all(entry.is_current for entry in entries):
        out.print(
            _(
                "(model …): of another version of the model, so it is never used or mixed "
                "with new results."
            )
        )


def print_entry(entry: Entry, summary: Mapping[str, Any], out: Console) -> None:
    """Print a run as at its end, and first what is special about it.

    Args:
        entry: The run.
        summary: Its summary.
        out: Where to print.

    Raises:
        StoreError: Another version of motcua wrote the summary in another form.
    """
    if not entry.is_current:
        out.print(
            Text(
                _(
                    "! Computed with version {model_version} of the model, which is not this "
                    "one: do not compare it with new results."
                ).format(model_version=entry.model_version),
                style="bold red",
            )
        )
    try:
        if entry.kind == "run":
            print_run(summary, entry.folder, 0, out)
        else:
            print_study(summary, entry.folder, out)
    except (KeyError, TypeError) as error:
        raise StoreError(
            _(
                "{folder} was written by another version of motcua, in a form that this one "
                "does not print; --json prints it as it is"
            ).format(folder=entry.folder)
        ) from error


def described(entry: Entry) -> str:
    """A run in one line."""
    return _("{title}, {run} ({replications} replications, {finished})").format(
        title=_title(entry),
        run=entry.run,
        replications=_replications(entry),
        finished=_when(entry),
    )


def _title(entry: Entry) -> str:
    return title(entry.title) if entry.title else entry.scenario


def _replications(entry: Entry) -> str:
    wanted = count(len(entry.replications))
    done = entry.written_at or entry.kind != "run"  # a study finds out how many it needs
    return wanted if done else _("{done} of {wanted}").format(done=count(entry.done), wanted=wanted)


def _of_version(entry: Entry) -> str:
    """When it was finished, and by which version of the model."""
    return _("{finished} (model {version})").format(
        finished=_when(entry), version=entry.model_version
    )


def _when(entry: Entry) -> str:
    """When it was finished, by the clock of this machine."""
    if entry.written_at is None:
        return _("not finished")
    return day(f"{datetime.fromisoformat(entry.written_at).astimezone():%Y-%m-%d %H:%M}")

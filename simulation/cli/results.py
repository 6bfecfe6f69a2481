"""The commands about results that are there already."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from simulation.cli.parameters import RESULTS, AsJson, Out
from simulation.errors import InputError
from simulation.language import _

results = typer.Typer(
    name="results",
    help="List, show and remove results.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


def _run_name(text: str) -> str:
    """A part of a run's name; nothing is a part of every name, and so means none."""
    if not text.strip():
        raise typer.BadParameter(_("it names no run; motcua results list has the names"))
    return text


RunName = Annotated[
    str,
    typer.Argument(
        parser=_run_name, metavar="RESULT", help="Its name, or any part of it that no other has."
    ),
]


@results.command("list")
def list_results(out: Out = RESULTS, as_json: AsJson = False) -> None:
    """List the runs that are there, and how far those got that were stopped."""
    from simulation.experiments import to_json
    from simulation.reports.results import print_entries
    from simulation.reports.terminal import console
    from simulation.store import entries, open_existing

    with open_existing(out) as store:
        found = entries(store)
    if as_json:
        typer.echo(to_json({"results": [entry.as_dict() for entry in found]}), nl=False)
    else:
        print_entries(found, console())


@results.command("show")
def show_result(run: RunName, out: Out = RESULTS, as_json: AsJson = False) -> None:
    """Show a finished run again, as it was printed at its end."""
    from simulation.experiments import to_json
    from simulation.reports.results import print_entry
    from simulation.reports.terminal import console
    from simulation.store import choose, open_existing, read_summary

    with open_existing(out) as store:
        entry = choose(store, run)
        summary = read_summary(store, entry)
    if as_json:
        typer.echo(to_json(summary), nl=False)
    else:
        print_entry(entry, summary, console())


@results.command("remove")
def remove_result(
    run: RunName,
    out: Out = RESULTS,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove a run: its files, and the replications that no other run has."""
    from simulation.reports.results import described
    from simulation.store import choose, open_existing, remove

    with open_existing(out) as store:
        entry = choose(store, run)
        if not yes:
            _confirm(_("Remove {described}?").format(described=described(entry)))
        left = remove(store, entry)
    typer.echo(_("Removed: {run}").format(run=entry.run))
    if left:
        names = ", ".join(path.name for path in left)
        typer.echo(
            _("Left in {folder}, because motcua did not write it: {names}").format(
                folder=entry.folder, names=names
            )
        )


def _confirm(question: str) -> None:
    """Ask, and go on only after a yes."""
    if not sys.stdin.isatty():
        raise InputError(_("nothing is removed: there is no terminal to ask; say --yes"))
    if not typer.confirm(question, err=True):
        raise typer.Exit(1)

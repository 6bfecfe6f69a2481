"""The command that writes a result for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from simulation.cli.parameters import RESULTS, Out
from simulation.cli.progress import progress
from simulation.cli.results import RunName


def export(
    result: RunName,
    to: Annotated[
        str, typer.Option(metavar="FORMAT", help="csv, xlsx, json, parquet, xes or ocel.")
    ],
    output: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="File to write; for csv and parquet, a folder."),
    ] = None,
    replication: Annotated[
        int | None,
        typer.Option(min=0, help="Only the dossiers and visits of this one, numbered from 0."),
    ] = None,
    convention: Annotated[
        str | None,
        typer.Option(metavar="TOOL", help="For csv: a log for pm4py, bupar or prosimos."),
    ] = None,
    out: Out = RESULTS,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there already.")] = False,
) -> None:
    """Write a finished result for other programs; nothing is simulated again."""
    from simulation.exports import export as write
    from simulation.language import _

    with progress(what=_("rows")) as bar:
        written = write(
            result,
            to,
            output,
            force=force,
            replication=replication,
            convention=convention,
            results=out,
            on_begin=bar.ask,
            on_rows=bar.advance,
        )
    for note in written.notes:
        typer.echo(note, err=True)
    for path in written.paths:
        typer.echo(_("Written: {path}").format(path=path))

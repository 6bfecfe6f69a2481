"""The command that makes a report of a result."""

from __future__ import annotations

from typing import Annotated

import typer

from simulation.cli.parameters import RESULTS, Out
from simulation.cli.results import RunName


def report(
    result: RunName,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="The file to write, HTML or .pdf; named after the result."
        ),
    ] = None,
    out: Out = RESULTS,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a finished result as one HTML page; nothing is simulated again."""
    from simulation.language import _
    from simulation.reports.page import report as write

    path = write(result, output, force=force, results=out)
    typer.echo(_("Written: {path}").format(path=path))

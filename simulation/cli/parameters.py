"""Parameters that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A bundled scenario, or a file.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change any field, e.g. teams.reception.staff=12."
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where results are kept.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same result.")]
EngineName = Annotated[
    str | None, typer.Option(help="compiled or simpy; the fastest there is by default.")
]
WorkerCount = Annotated[int | None, typer.Option(min=1, help="Processes; all cores by default.")]
ClusterAddress = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on a Dask cluster, e.g. tcp://10.0.0.1:8786."),
]
Force = Annotated[bool, typer.Option("--force", help="Compute again what is known.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
RESULTS = Path("results")
"""Where results are kept when nothing else is said."""

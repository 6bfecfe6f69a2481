"""Published numbers beside simulated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.language import _
from simulation.reports.cells import called, of_published
from simulation.reports.page.contents import Table
from simulation.wording.amounts import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.wording.names import Summary

    Entry = Mapping[str, Any]


def published_table(summary: Summary) -> Table | None:
    """What is published beside what was simulated; None where nothing is."""
    rows = [_row(entry) for entry in summary["published"]]
    if not rows:
        return None
    columns = (
        _("Measure"), _("Published"), _("Simulated"), _("95 %"), _("Difference"), _("Inside"),
        _("Given or reached"),
    )  # fmt: skip
    caption = _("Published beside simulated")
    return Table(columns, rows, frozenset({5, 6}), caption)


def about_published() -> str:
    """How the table is to be read."""
    return _(
        "Given: the scenario was told this number, so agreement proves nothing. Reached: the model "
        "had to reach it. Inside: whether the published number lies in the 95 % interval of the "
        "simulated mean."
    )


def _row(entry: Entry) -> list[str]:
    inside = {True: _("yes"), False: _("no"), None: NOTHING}[entry["inside"]]
    role = _("given") if entry["role"] == "input" else _("reached")
    return [called(entry), *of_published(entry), inside, role]

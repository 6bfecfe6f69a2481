"""Published numbers beside simulated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.experiments import is_fraction
from simulation.language import _, title, written
from simulation.reports.page.contents import Table
from simulation.reports.page.words import NOTHING, band, count, percent, points

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulation.reports.page.words import Summary

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
    style = percent if is_fraction(entry["name"]) else count
    inside = {True: _("yes"), False: _("no"), None: NOTHING}[entry["inside"]]
    return [
        entry["name"] if entry["title"] is None else title(entry["title"]),
        as_published(entry),
        style(entry["simulated"]),
        band(entry, style),
        _difference(entry, style),
        inside,
        _("given") if entry["role"] == "input" else _("reached"),
    ]


def as_published(entry: Entry) -> str:
    """A published number, and how exact its source is."""
    style = percent if is_fraction(entry["name"]) else count
    value = style(entry["published"])
    return {
        "exactly": value,
        "nearly": _("nearly {value}").format(value=value),
        "over": _("over {value}").format(value=value),
        "derived": _("derived {value}").format(value=value),
    }[entry["says"]]


def _difference(entry: Entry, style: Callable[[float | None], str]) -> str:
    """Simulated less published: in percentage points for rates, relative for counts."""
    difference, value = entry["difference"], entry["published"]
    if difference is None:
        return NOTHING
    if style is percent:
        return _("{points} pt").format(points=points(difference))
    if not value:
        return written(f"{difference:+,.1f}")
    return written(f"{100 * difference / value + 0.0:+.1f} %")

"""The page of a back-test: how often forecasts held what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.language import _, written
from simulation.reports.page.contents import Figure, Section, Table
from simulation.reports.page.figures.axes import percent_scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.rows import Line, Row, dots
from simulation.reports.page.kinds.base import Body, present
from simulation.wording.amounts import bounds, count, decimal, percent, share
from simulation.wording.codes import COUNTS
from simulation.wording.names import FORM_COLUMNS

if TYPE_CHECKING:
    from simulation.reports.page.subject import Subject
    from simulation.wording.names import Summary

_PROMISED = 0.9


def body(subject: Subject) -> Body:
    """The page of a back-test."""
    summary = subject.summary
    return Body(
        first=[Section("coverage", _("How often what came was held"), [_coverage(summary)])],
        sections=present((_dates(summary), _probabilities(summary))),
    )


def _coverage(summary: Summary) -> Figure:
    """Coverage of the counts beside what was promised."""
    names = {key: _(words) for key, words in {**COUNTS, **FORM_COLUMNS}.items()}
    entries = {names.get(key, key): entry for key, entry in summary["counts"].items()}
    entries[_("Naive: late, of the open")] = summary["naive_late_of_open"]
    rows = [
        Row(
            name,
            entry["coverage_randomised"],
            share(entry["coverage_randomised"]["mean"]),
            (entry["coverage_randomised"]["high"] or 1.0) < _PROMISED,
        )
        for name, entry in entries.items()
    ]
    missing = sum(row.stands_out for row in rows)
    heading = _("{held} of {all} counts are held as often as promised, or more").format(
        held=count(len(rows) - missing), all=count(len(rows))
    )
    about = _(
        "How often a 90 % range held what came, ties broken at random; lines are 95 % intervals. "
        "A diamond holds less than promised."
    )
    svg = dots(Name("coverage", heading), rows, percent_scale(_("Held, %")),
               Line(_PROMISED, _("promised")))  # fmt: skip
    columns = (_("Count"), _("Held"), _("95 %"), _("Closed"), _("Mean width"))
    table = Table(
        columns,
        [
            [
                name,
                percent(entry["coverage_randomised"]["mean"]),
                bounds(entry["coverage_randomised"], percent),
                percent(entry["coverage"]),
                decimal(entry["mean_width"]),
            ]
            for name, entry in entries.items()
        ],
    )
    return Figure("coverage", heading, about, svg, table)


def _dates(summary: Summary) -> Section:
    """Dates of single dossiers."""
    rows = []
    for name, key in ((_("From the register"), "resolved"), (_("Naive"), "naive_resolved")):
        entry = summary[key]
        rows.append(
            [
                name,
                count(entry["dossiers"]),
                percent(entry["coverage"]),
                bounds(entry["coverage_by_cut"], percent),
                decimal(entry["mean_width_days"]),
            ]
        )
    columns = (
        _("Forecast"), _("Dossiers"), _("Held"), _("By cut, 95 %"), _("Mean width in days"),
    )  # fmt: skip
    title = _("Dates of resolution of single dossiers: 90 % ranges")
    return Section("dates", title, [Table(columns, rows)])


def _probabilities(summary: Summary) -> Section | None:
    """Forecast probabilities beside what came."""
    scores = summary["probabilities"]
    rows = [
        [
            f"{share(entry['from'])} – {share(entry['to'])}",
            count(entry["dossiers"]),
            percent(entry["predicted"]),
            percent(entry["came"]),
        ]
        for entry in scores["bins"]
    ]
    if not rows:
        return None
    caption = _("Brier score {score}; of one probability for all, {other}").format(
        score=written(f"{scores['brier']:.4f}"), other=written(f"{scores['brier_of_the_mean']:.4f}")
    )
    columns = (_("Forecast between"), _("Dossiers"), _("Forecast"), _("Came late"))
    table = Table(columns, rows, caption=caption)
    return Section("probabilities", _("Probabilities of being late"), [table])

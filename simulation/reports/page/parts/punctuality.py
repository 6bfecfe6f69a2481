"""How many dossiers are on time: of the centre, and of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.experiments import verdict
from simulation.language import _, n_
from simulation.reports.cells import of_part
from simulation.reports.page.contents import Figure, Section, Table
from simulation.reports.page.figures.axes import percent_scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.rows import Line, Row, dots
from simulation.wording.amounts import bounds, count, percent
from simulation.wording.names import OFFICIAL, STRICT, measure_name, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.wording.names import Summary

    Part = Mapping[str, Any]

_FEW: Final = 2


def target_line(target: float | None) -> Line | None:
    """The target as a line of a figure."""
    if target is None:
        return None
    return Line(target, _("Target {target}").format(target=percent(target)))


def rate_figure(summary: Summary) -> Figure:
    """Both on-time rates of the centre beside its target."""
    rates = {path: summary["measures"][path] for path in (OFFICIAL, STRICT)}
    rows = [
        Row(measure_name(path), rate, percent(rate["mean"]), path == STRICT)
        for path, rate in rates.items()
    ]
    title = _rate_title(rates, summary["target"])
    about = _(
        "Dots are means over the replications, lines their 95 % intervals. Official form: of the "
        "dossiers resolved. Strict: of those due in the period; one still open counts as late."
    )
    table = Table(
        (_("Rate"), _("Mean"), _("95 %"), _("Counted"), _("Of")),
        [
            [
                measure_name(path),
                percent(rates[path]["mean"]),
                bounds(rates[path], percent),
                count(summary["measures"][successes]["mean"]),
                count(summary["measures"][trials]["mean"]),
            ]
            for path, successes, trials in (
                (OFFICIAL, "on_time", "resolved"),
                (STRICT, "strict_on_time", "strict_due"),
            )
        ],
    )
    scale = percent_scale(_("On time, %"))
    svg = dots(Name("on-time", title), rows, scale, target_line(summary["target"]))
    return Figure("on-time", title, about, svg, table)


def _rate_title(rates: Mapping[str, Part], target: float | None) -> str:
    """What both rates beside the target show."""
    rate = rates[OFFICIAL]
    if target is None or rate["mean"] is None:
        return _("The official form counts {official} on time, the strict rate {strict}").format(
            official=percent(rate["mean"]), strict=percent(rates[STRICT]["mean"])
        )
    texts = {
        "good": _("The on-time rate keeps the target of {target}"),
        "bad": _("The on-time rate misses the target of {target}"),
        "open": _("Whether the on-time rate keeps the target of {target} is not sure"),
    }
    return texts[verdict(rate, target)].format(target=percent(target))


def punctuality(summary: Summary) -> Section | None:
    """On-time rates by field, by channel, and by group where there are several."""
    found = (
        _by(summary, "by_field", "fields", _("Field")),
        _by(summary, "by_channel", "channels", _("Channel")),
        _by(summary, "by_group", "groups", _("Group")),
    )
    figures = [figure for figure in found if figure is not None]
    if not figures:
        return None
    return Section("punctuality", _("Who is on time"), figures)


def _by(summary: Summary, key: str, section: str, heading: str) -> Figure | None:
    """The strict on-time rates of the parts of a centre, the worst first."""
    parts = {name: part for name, part in summary[key].items() if part[STRICT]["mean"] is not None}
    if len(parts) < _FEW:
        return None
    names = sorted(parts, key=lambda name: parts[name][STRICT]["mean"])
    target = summary["target"]
    rows = [
        Row(
            named(summary, section, name),
            parts[name][STRICT],
            percent(parts[name][STRICT]["mean"]),
            verdict(parts[name][STRICT], target) == "bad",
        )
        for name in names
    ]
    title = _title(key, rows, target)
    about = _(
        "Strict on-time rate: of the dossiers due in the period, those resolved by their due date; "
        "one still open counts as late. Dots are means, lines 95 % intervals; a diamond misses "
        "the target."
    ) if target is not None else _(
        "Strict on-time rate: of the dossiers due in the period, those resolved by their due date; "
        "one still open counts as late. Dots are means, lines 95 % intervals."
    )  # fmt: skip
    scale = percent_scale(_("On time, strict, %"))
    anchor = key.replace("_", "-")
    svg = dots(Name(anchor, title), rows, scale, target_line(target))
    table = _table(summary, parts, names, section, heading)
    return Figure(anchor, title, about, svg, table)


def _title(key: str, rows: Sequence[Row], target: float | None) -> str:
    """What the rates of the parts show."""
    worst = rows[0]
    missing = sum(row.stands_out for row in rows)
    if target is not None and missing:
        texts = {
            "by_field": n_(
                "{missing} of {parts} fields misses the target; {worst} is last with {rate}",
                "{missing} of {parts} fields miss the target; {worst} is last with {rate}",
                missing,
            ),
            "by_channel": n_(
                "{missing} of {parts} channels misses the target; {worst} is last with {rate}",
                "{missing} of {parts} channels miss the target; {worst} is last with {rate}",
                missing,
            ),
            "by_group": n_(
                "{missing} of {parts} groups misses the target; {worst} is last with {rate}",
                "{missing} of {parts} groups miss the target; {worst} is last with {rate}",
                missing,
            ),
        }
    else:
        texts = {
            "by_field": _("Of {parts} fields, {worst} is the least punctual with {rate}"),
            "by_channel": _("Of {parts} channels, {worst} is the least punctual with {rate}"),
            "by_group": _("Of {parts} groups, {worst} is the least punctual with {rate}"),
        }
    return texts[key].format(
        missing=count(missing), parts=count(len(rows)), worst=worst.name, rate=worst.value
    )


def _table(
    summary: Summary, parts: Mapping[str, Part], names: Sequence[str], section: str, heading: str
) -> Table:
    columns = (
        heading, _("Received"), _("Resolved"), _("Late"), _("Open"), _("Official"), _("Strict"),
        _("95 %"),
    )  # fmt: skip
    rows = [[named(summary, section, name), *of_part(parts[name])] for name in names]
    return Table(columns, rows)

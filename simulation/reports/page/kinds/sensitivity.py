"""The page of a sensitivity analysis: which assumption matters most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.experiments import is_fraction
from simulation.language import _, n_, retold, title
from simulation.reports.page.contents import Figure, Note, Section, Table
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.rows import Row, bars, dots
from simulation.reports.page.kinds.base import Body, present
from simulation.wording.amounts import NOTHING, bounds, count, now, otherwise_of, plausible, share
from simulation.wording.names import effect_style, size_style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.reports.page.subject import Subject
    from simulation.wording.names import Summary

    Found = Mapping[str, Any]


def body(subject: Subject) -> Body:
    """The page of a sensitivity analysis."""
    summary = subject.summary
    effects = _effects(summary)
    first = [] if effects is None else [Section("effects", _("What moves it"), [effects])]
    return Body(
        first=first,
        sections=present((_shares(summary), _texts(summary), _not_varied(summary))),
    )


def _effects(summary: Summary) -> Figure | None:
    """Sizes of the effects, with what luck alone makes of them."""
    found = summary["assumptions"]
    names = [name for name, each in found.items() if each["mu_star"]["mean"] is not None]
    if not names:
        return None
    size = size_style(summary["measure"])
    rows = [
        Row(
            f"{name}: {plausible(found[name])}",
            found[name]["mu_star"],
            size(found[name]["mu_star"]["mean"]),
            not found[name]["separated"],
        )
        for name in names
    ]
    sure = sum(bool(found[name]["separated"]) for name in names)
    heading = n_(
        "{sure} of {all} assumptions has an effect beyond luck",
        "{sure} of {all} assumptions have an effect beyond luck",
        sure,
    ).format(sure=count(sure), all=count(len(names)))
    rate = is_fraction(summary["measure"])
    about = _(
        "Mean size of the effect (μ*) of moving an assumption up by two thirds of its range, or to "
        "what else it may be, over {walks} walks through the others, with 95 % intervals. A "
        "diamond is not separated from what luck alone makes of it."
    ).format(walks=count(summary["trajectories"]))
    label = _("Effect, percentage points") if rate else _("Effect")
    svg = dots(Name("effects", heading), rows, Scale(label, 100.0 if rate else 1.0, from_zero=True))
    return Figure("effects", heading, about, svg, _table(summary))


def _table(summary: Summary) -> Table:
    style, size = effect_style(summary["measure"]), size_style(summary["measure"])
    columns = (
        _("Assumption"), _("Now"), _("From – to"), _("μ*"), _("μ"), _("σ"), _("Noise"),
        _("Separated"),
    )  # fmt: skip
    rows = [
        [
            name,
            now(each),
            plausible(each),
            size(each["mu_star"]["mean"]),
            style(each["mu"]["mean"]),
            size(each["sigma"]),
            size(each["noise"]),
            {True: _("yes"), False: _("no"), None: NOTHING}[each["separated"]],
        ]
        for name, each in summary["assumptions"].items()
    ]
    return Table(columns, rows)


def _shares(summary: Summary) -> Section | None:
    """Shares of the variance."""
    if not summary["sobol"]:
        return None
    rows = [
        Row(name, found["total"], share(found["total"]["mean"]))
        for name, found in summary["sobol"].items()
    ]
    first = max(rows, key=lambda row: row.interval["mean"] or 0.0)
    heading = _("{name} has a part in {share} of the variance").format(
        name=first.name, share=first.value
    )
    about = _(
        "Total Sobol' indices of the leaders: the share of the variance that each has a part in, "
        "alone or with others; from {samples} samples, with 95 % intervals."
    ).format(samples=count(summary["samples"]))
    svg = bars(
        Name("sobol", heading), rows, Scale(_("Share of the variance, %"), 100.0, from_zero=True)
    )
    columns = (_("Assumption"), _("Alone"), _("95 %"), _("With others"), _("95 %"))
    table = Table(
        columns,
        [
            [
                name,
                *(text for kind in ("first", "total")
                  for text in (share(found[kind]["mean"]), bounds(found[kind], share))),
            ]
            for name, found in summary["sobol"].items()
        ],
    )  # fmt: skip
    return Section("variance", _("Shares of the variance"),
                   [Figure("sobol", heading, about, svg, table)])  # fmt: skip


def _texts(summary: Summary) -> Section | None:
    """What the assumptions say, in the words of the scenario."""
    rows = [
        [name, title(each["text"]), otherwise_of(each) or plausible(each)]
        for name, each in summary["assumptions"].items()
    ]
    if not rows:
        return None
    columns = (_("Assumption"), _("What is assumed"), _("What else is plausible"))
    table = Table(columns, rows, frozenset({1, 2}))
    return Section("texts", _("What was varied"), [table])


def _not_varied(summary: Summary) -> Section | None:
    """What was left as it is, and why."""
    if not summary["not_varied"]:
        return None
    rows = [[name, retold(reason)] for name, reason in summary["not_varied"].items()]
    note = Note([_("These stay as the scenario has them, so nothing here says how much they matter."
                   )], mild=True)  # fmt: skip
    table = Table((_("Assumption"), _("Why")), rows, frozenset({1}))
    return Section("not-varied", _("What was not varied"), [table, note])

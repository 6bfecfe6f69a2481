"""How much of their deadlines dossiers use: who has room to promise less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, n_
from simulation.reports.page.contents import Figure, Note, Section, Table
from simulation.reports.page.figures import terms as drawn
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.drawing import Name
from simulation.wording.amounts import amount, bounds, count, decimal, short
from simulation.wording.names import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulation.wording.names import Summary

    Term = Mapping[str, Any]

_QUANTILES: Final = ("p50_wd", "p90_wd", "p95_wd", "p99_wd")
_ROOM: Final = 0.5
"""Who uses no more of a deadline has room to promise less."""
_MOST: Final = 25
_LEAST: Final = 20
"""Of fewer dossiers, a quantile of 99 % says nothing."""


def terms(summary: Summary) -> Section | None:
    """Quantiles of the working time that dossiers use beside their deadlines, by procedure."""
    profiles = summary.get("profiles")
    found = [term for term in profiles["terms"] if _tells(term)] if profiles else []
    if not found:
        return None
    found.sort(key=lambda term: term["p99_wd"]["mean"] / term["deadline_wd"])
    shown = sorted(found, key=lambda term: -term["resolved"]["mean"])[:_MOST]
    shown.sort(key=found.index)
    rows = [_drawn(summary, term) for term in shown]
    roomy = sum(term["p99_wd"]["mean"] <= _ROOM * term["deadline_wd"] for term in found)
    title = n_(
        "{roomy} of {all} procedures does 99 % of its dossiers within half of its deadline",
        "{roomy} of {all} procedures do 99 % of their dossiers within half of their deadlines",
        roomy,
    ).format(roomy=count(roomy), all=count(len(found)))
    about = _(
        "Legal working time used, without supplement pauses, as a share of the deadline (the "
        "upright bar at 100 %). Dot: half of the dossiers take no longer; thick line: 90 %; thin "
        "line, and the number beside it: 99 %, its 95 % interval bracketed. Squares need more than "
        "the deadline for 99 %. Those with most room first."
    )
    if len(found) > len(shown):
        about += " " + _("The {number} with the most dossiers.").format(number=count(len(shown)))
    scale = Scale(_("Share of the deadline used, %"), 100.0, 0.0, from_zero=True)
    svg = drawn.terms(Name("terms", title), rows, scale)
    figure = Figure("terms", title, about, svg, _table(summary, found))
    note = Note(
        [
            _(
                "What each procedure could promise, with confidence and with the office reacting "
                "to it, is a question of its own: motcua deadlines SCENARIO."
            )
        ],
        mild=True,
    )
    return Section("terms", _("Who has room to promise less"), [figure, note])


def _tells(term: Term) -> bool:
    """Whether there is a deadline, and enough dossiers to say how much of it they use."""
    enough = (term["resolved"]["mean"] or 0.0) >= _LEAST
    return bool(term["deadline_wd"]) and enough and term["p99_wd"]["mean"] is not None


def _drawn(summary: Summary, term: Term) -> drawn.Term:
    deadline, last = term["deadline_wd"], term["p99_wd"]
    half, most, more, nearly_all = (term[name]["mean"] / deadline for name in _QUANTILES)
    known = last["low"] is not None
    return drawn.Term(
        term_name(summary, term),
        _("{used} of {deadline} wd").format(
            used=decimal(last["mean"]), deadline=short(round(deadline, 1))
        ),
        (half, most, more, nearly_all),
        (max(last["low"], 0.0) / deadline, last["high"] / deadline) if known else None,
        1.0,
        nearly_all > 1.0,
    )


def _deadline(term: Term) -> str:
    """The deadline as written, and in working days where it counts otherwise."""
    text = amount(term["deadline"])
    if term["deadline"].endswith("wd"):
        return text
    return _("{working_days} wd ({deadline})").format(
        working_days=decimal(term["deadline_wd"]), deadline=text
    )


def term_name(summary: Summary, term: Term) -> str:
    """A procedure, and its channels where others have another deadline."""
    name = named(summary, "procedures", term["procedure"])
    if term["channels"] is None:
        return name
    return f"{name} ({', '.join(named(summary, 'channels', one) for one in term['channels'])})"


def _table(summary: Summary, found: list[Term]) -> Table:
    columns = (
        _("Procedure"), _("Deadline"), _("Resolved"), _("50 %, wd"), _("90 %, wd"), _("95 %, wd"),
        _("99 %, wd"), _("Interval of 99 %"),
    )  # fmt: skip
    rows = [
        [
            term_name(summary, term),
            _deadline(term),
            count(term["resolved"]["mean"]),
            *(decimal(term[name]["mean"]) for name in _QUANTILES),
            bounds(term["p99_wd"], decimal),
        ]
        for term in found
    ]
    return Table(columns, rows)

"""The page of a forecast: who will be late, and whose applicants need a notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, day
from simulation.reports.page.contents import Fact, Figure, Note, Section, Table
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.columns import columns
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.kinds.base import Body, present
from simulation.wording.amounts import NOTHING, bounds, count, share
from simulation.wording.names import FORM_COLUMNS, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.reports.page.subject import Subject
    from simulation.wording.names import Summary

    Entry = Mapping[str, Any]

_TOTAL: Final = "TOTAL"
_TENTHS: Final = 10
_MOST: Final = 200
"""So many dossiers are listed; the rest are in forecast.csv."""


def body(subject: Subject) -> Body:
    """The page of a forecast."""
    summary = subject.summary
    noticed = [entry for entry in summary["open"] if entry["notice"] is not None]
    others = [e for e in summary["open"] if e["notice"] is None and e["late"]["mean"] > 0]
    others.sort(key=lambda entry: -entry["late"]["mean"])
    late, resolved = summary["late_of_open"], summary["resolved_of_open"]
    futures = _("90 % of futures: {range}")
    facts = [
        Fact(_("open dossiers"), count(summary["register"]["dossiers"])),
        Fact(_("notices due"), count(len(noticed))),
        Fact(_("will be late"), count(late["mean"]), futures.format(range=_range(late))),
        Fact(_("will be resolved by {day}").format(day=day(summary["until"])),
             count(resolved["mean"]), futures.format(range=_range(resolved))),
    ]  # fmt: skip
    lists = (
        _dossiers(summary, "notices", _("Apology notices"), noticed),
        _dossiers(summary, "others", _("Others that may be late"), others),
    )
    return Body(
        facts=facts,
        first=present((_probabilities(summary), lists[0])),
        sections=present((lists[1], _form(summary), _cautions(summary))),
    )


def _range(predicted: Mapping[str, Any]) -> str:
    low, high = predicted["low"], predicted["high"]
    return count(low) if low == high else f"{count(low)} – {count(high)}"


def _probabilities(summary: Summary) -> Section | None:
    """How many dossiers are how likely to be late."""
    known = [entry["late"]["mean"] for entry in summary["open"]]
    if not known:
        return None
    numbers = [0] * (_TENTHS + 1)
    for probability in known:
        numbers[0 if probability == 0 else min(int(_TENTHS * probability), _TENTHS - 1) + 1] += 1
    names = ["0", *(f"{10 * k}–{10 * k + 10}" for k in range(_TENTHS))]
    intervals = [{"mean": float(number), "low": None, "high": None} for number in numbers]
    heading = _("{none} of {all} open dossiers were late in no future").format(
        none=count(numbers[0]), all=count(len(known))
    )
    about = _(
        "Open dossiers by their probability of being late, as the share of simulated futures in "
        "which they are. Those that need a notice are hatched."
    )
    above = int(_TENTHS * summary["apologise_above"]) + 1
    svg = columns(
        Name("probabilities", heading),
        names,
        intervals,
        Scale(_("Open dossiers"), from_zero=True),
        _("Probability of being late, %"),
        second_from=above,
    )
    rows = [[name, count(number)] for name, number in zip(names, numbers, strict=True)]
    table = Table((_("Probability of being late, %"), _("Dossiers")), rows)
    figure = Figure("probabilities", heading, about, svg, table)
    return Section("probabilities", _("How likely they are to be late"), [figure])


def _dossiers(summary: Summary, key: str, heading: str, entries: Sequence[Entry]) -> Section | None:
    """A list of dossiers."""
    if not entries:
        return None
    has_notice = entries[0]["notice"] is not None
    columns_of = [
        _("Dossier"), _("Procedure"), _("Step"), _("Due"), _("Late"), _("95 %"), _("Resolved"),
        _("80 % of futures"), *([_("Notice by")] if has_notice else []),
    ]  # fmt: skip
    rows = [_row(summary, entry) for entry in entries[:_MOST]]
    texts = frozenset({1, 2, 3, 6, 7, 8})
    blocks: list[Table | Note] = [Table(columns_of, rows, texts)]
    if len(entries) > _MOST:
        blocks.append(
            Note(
                [
                    _("And {number} more, all in forecast.csv.").format(
                        number=count(len(entries) - _MOST)
                    )
                ],
                mild=True,
            )
        )
    return Section(key, heading, blocks)


def _row(summary: Summary, entry: Entry) -> list[str]:
    resolved, later = entry["resolved"], _("later")
    median, low, high = (
        later if resolved[key] is None else day(resolved[key]) for key in ("median", "p10", "p90")
    )
    cells = [
        str(entry["id"]),
        named(summary, "procedures", entry["procedure"]),
        entry["step"] or NOTHING,
        NOTHING if entry["due"] is None else day(entry["due"]),
        share(entry["late"]["mean"]),
        bounds(entry["late"], share),
        median,
        f"{low} – {high}",
    ]
    notice = entry["notice"]
    if notice is None:
        return cells
    passed = f" ({_('passed')})" if notice["passed"] else ""
    return [*cells, f"{day(notice['by'])}{passed}"]


def _form(summary: Summary) -> Section:
    """The official form, as it will be."""
    form = summary["form_06a"]
    headings = [_("Field"), *(_(FORM_COLUMNS[column]) for column in form["columns"])]
    rows = [
        [
            named(summary, "fields", name) if name != _TOTAL else _("Total"),
            *(count(each["mean"]) for each in row),
        ]
        for name, row in form["rows"].items()
    ]
    total = Table(
        (_("All fields together"), _("Mean"), _("90 % of futures")),
        [
            [_(FORM_COLUMNS[column]), count(each["mean"]), _range(each)]
            for column, each in zip(form["columns"], form["rows"][_TOTAL], strict=True)
        ],
    )
    title = _("Official form II.06a from {first} to {last}").format(
        first=day(summary["as_of"]), last=day(summary["until"])
    )
    return Section("form", title, [total, Table(headings, rows)])


def _cautions(summary: Summary) -> Section | None:
    """What was assumed of the register, and what was left out of it."""
    register, texts = summary["register"], []
    if register["step_assumed"]:
        texts.append(
            _(
                "The step of {number} dossiers is not given; where they stand is drawn by expected "
                "duration."
            ).format(number=count(register["step_assumed"]))
        )
    if register["not_received"]:
        texts.append(
            _("{number} stand before acceptance: they have no due date yet.").format(
                number=count(register["not_received"])
            )
        )
    if register["left_out"]:
        rows = {entry["row"] for entry in register["left_out"]}
        texts.append(_("{number} rows of the register were left out.").format(
            number=count(len(rows))))  # fmt: skip
    if not texts:
        return None
    return Section("register", _("What is known of the register"), [Note(texts, listed=True)])

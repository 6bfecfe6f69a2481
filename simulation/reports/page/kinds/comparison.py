"""The page of a comparison: what each option would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, n_, retold
from simulation.reports.applicants import warn_of_options
from simulation.reports.cells import PLACES
from simulation.reports.page.contents import Fact, Figure, Note, Section, Table, note_if
from simulation.reports.page.figures.axes import Scale
from simulation.reports.page.figures.drawing import Name
from simulation.reports.page.figures.rows import Line, Row, dots
from simulation.reports.page.kinds.base import Body, present
from simulation.wording.amounts import NOTHING, bounds, count, decimal, percent, share
from simulation.wording.answers.comparison import BASE, option_name
from simulation.wording.names import OFFICIAL, STRICT, change, measure_name, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.reports.page.subject import Subject
    from simulation.wording.names import Summary

    Option = Mapping[str, Any]

_DIGITS: Final = {
    STRICT: 2, OFFICIAL: 2, "late": 1, "counter_wait_p90_min": 1, "cycle_mean_wd": 2, "cost": 0,
    "lost": 1,
}  # fmt: skip
"""Decimals of differences; those of rates are in percentage points."""
_MOST: Final = 12
"""So many options fit into a figure."""
_FAR: Final = 8.0
"""A change is outside the axis if it is so many times as large as half of the others."""
_FIGURES: Final = ("late", "counter_wait_p90_min", "cycle_mean_wd", "cost")
_ALSO: Final = (OFFICIAL, *_FIGURES, "lost")
_FEW: Final = 2


def body(subject: Subject) -> Body:
    """The page of a comparison."""
    summary = subject.summary
    measures = summary["base"]["measures"]
    facts = [
        Fact(_("on time, strict, as it is"), percent(measures[STRICT]["mean"]),
             bounds(measures[STRICT], percent)),
        Fact(_("on time, official form, as it is"), percent(measures[OFFICIAL]["mean"]),
             bounds(measures[OFFICIAL], percent)),
        Fact(_("options compared"), count(len(summary["options"]))),
    ]  # fmt: skip
    if summary["target"] is not None:
        facts.insert(1, Fact(_("the target"), percent(summary["target"])))
    first = [
        _changes(summary),
        _best(summary),
    ]
    return Body(
        facts=facts,
        first=present(first),
        sections=present(
            (_table(summary), _by_field(summary), _others(summary), _lateness(summary))
        ),
    )


def _changes(summary: Summary) -> Section | None:
    """What the options change about the on-time rate, if any dossier is due."""
    found = (one["differences"][STRICT]["mean"] for one in summary["options"].values())
    if all(mean is None for mean in found):
        return None
    blocks = [_differences(summary, STRICT), *note_if(warn_of_options(summary))]
    return Section("change", _("What the options change"), blocks)


def _differences(summary: Summary, path: str) -> Figure:
    """Paired differences of one measure, from the largest gain to the largest loss."""
    rate, digits = path in {STRICT, OFFICIAL}, _DIGITS[path]
    options = {
        name: one for name, one in summary["options"].items()
        if one["differences"][path]["mean"] is not None
    }  # fmt: skip
    rows = [
        Row(
            option_name(summary, name),
            one["differences"][path],
            _mean(one["differences"][path], path),
            not one["differences"][path]["separated"],
        )
        for name, one in options.items()
    ]
    shown, within = _worth_drawing(rows)
    name = measure_name(path)
    heading = _heading(path, rows, name)
    label = _("Change, percentage points") if rate else _("Change: {measure}").format(measure=name)
    key = f"change-{path.replace('_', '-')}"
    scale = Scale(label, 100.0 if rate else 1.0)
    svg = dots(Name(key, heading), shown, scale, Line(0.0, _("no change")), within)
    columns = (_("Option"), name, _("95 %"), _("Change"))
    table = Table(
        columns,
        [
            [
                option_name(summary, option),
                _written(one["measures"][path]["mean"], path),
                _bounds(one["measures"][path], path),
                change(one["differences"][path], rate=rate, digits=digits),
            ]
            for option, one in options.items()
        ],
    )
    return Figure(key, heading, _about(rows, shown, within), svg, table)


def _heading(path: str, rows: Sequence[Row], name: str) -> str:
    """How many of the options change a measure."""
    sure = sum(not row.stands_out for row in rows)
    text = (
        n_(
            "{sure} of {options} options changes the strict on-time rate for sure",
            "{sure} of {options} options change the strict on-time rate for sure",
            sure,
        )
        if path == STRICT
        else n_(
            "{sure} of {options} options changes this for sure: {measure}",
            "{sure} of {options} options change this for sure: {measure}",
            sure,
        )
    )
    return text.format(sure=count(sure), options=count(len(rows)), measure=name)


def _about(rows: Sequence[Row], shown: Sequence[Row], within: tuple[float, float] | None) -> str:
    """How the figure is to be read."""
    texts = [
        _(
            "Option less how it is, on the very same dossiers: means of the paired differences, "
            "and intervals that hold for all options at once with 95 % confidence. A diamond is "
            "not separated from no change."
        )
    ]
    if within is not None:
        texts.append(_("Arrows point to changes that lie outside the axis."))
    if len(shown) < len(rows):
        texts.append(
            n_(
                "The largest change; all are in the table.",
                "The {number} largest changes; all are in the table.",
                len(shown),
            ).format(number=count(len(shown)))
        )
    return " ".join(texts)


def _worth_drawing(rows: Sequence[Row]) -> tuple[list[Row], tuple[float, float] | None]:
    """The largest changes, from gain to loss; and what the axis shows if not all of them.

    What changes nothing at all is left out; and a change many times as large as most others would
    make them all look like nothing.
    """
    changing = [row for row in rows if any(_ends(row))] or list(rows)
    largest = sorted(changing, key=lambda row: -abs(row.interval["mean"] or 0.0))[:_MOST]
    shown = sorted(largest, key=lambda row: -(row.interval["mean"] or 0.0))
    sizes = sorted(max(map(abs, _ends(row))) for row in shown)
    most = _FAR * sizes[len(sizes) // 2]
    if sizes[-1] <= most:
        return shown, None
    held = [0.0, *(end for row in shown if max(map(abs, _ends(row))) <= most for end in _ends(row))]
    return shown, (min(held), max(held))


def _ends(row: Row) -> list[float]:
    """The numbers of an interval that are known."""
    found = (row.interval[end] for end in ("mean", "low", "high"))
    return [0.0 if end is None else end for end in found]


def _written(value: float | None, path: str) -> str:
    return (percent if path in {STRICT, OFFICIAL} else decimal)(value)


def _bounds(interval: Mapping[str, Any], path: str) -> str:
    return bounds(interval, percent if path in {STRICT, OFFICIAL} else decimal)


def _table(summary: Summary) -> Section:
    """The options side by side."""
    columns = [
        _("Option"), _("On time, strict"), _("Change, pt"), _("Official, pt"), _("Late"),
        _("Wait p90, min"), _("Cycle, wd"), _("Cost"), _("Late → on time"), _("On time → late"),
    ]  # fmt: skip
    base = summary["base"]["measures"]
    rows = [
        [
            _("as it is"), percent(base[STRICT]["mean"]), "", percent(base[OFFICIAL]["mean"]),
            *(decimal(base[path]["mean"]) for path in _FIGURES), "", "",
        ]
    ]  # fmt: skip
    for name, one in summary["options"].items():
        found = one["differences"]
        rows.append(
            [
                option_name(summary, name),
                percent(one["measures"][STRICT]["mean"]),
                _marked(found[STRICT], change(found[STRICT], rate=True, digits=2)),
                *(_marked(found[path], _mean(found[path], path)) for path in (OFFICIAL, *_FIGURES)),
                *(decimal(one[way]["mean"]) for way in ("late_to_on_time", "on_time_to_late")),
            ]
        )
    note = Note(
        [
            _(
                "Below the first row stand differences to it; ≈ marks "
                "what is not separated from no change. Late → on time: dossiers that change sides, "
                "a replication."
            )
        ],
        mild=True,
    )
    return Section("options", _("Side by side"), [Table(columns, rows), note])


def _by_field(summary: Summary) -> Section | None:
    """What the options change in each field, where there are several."""
    base = summary["base"]["by_field"]
    fields = [name for name, rates in base.items() if rates[STRICT]["mean"] is not None]
    if len(fields) < _FEW:
        return None
    rows = [[_("as it is"), *(percent(base[field][STRICT]["mean"]) for field in fields)]]
    for name, one in summary["options"].items():
        found = [one["differences_by_field"].get(field, {}).get(STRICT) for field in fields]
        rows.append([option_name(summary, name), *map(_in_field, found)])
    note = Note(
        [
            _(
                "Strict on-time rates of the fields, and below the first row what each option "
                "changes in percentage points, with its interval; ≈ marks what is not separated "
                "from no change."
            )
        ],
        mild=True,
    )
    columns = [_("Option"), *(named(summary, "fields", field) for field in fields)]
    return Section("fields", _("By field"), [Table(columns, rows), note])


def _in_field(found: Mapping[str, Any] | None) -> str:
    """What an option changes in a field, which may have no dossiers in it."""
    if found is None or found["mean"] is None:
        return NOTHING
    return _marked(found, change(found, rate=True, digits=2))


def _mean(found: Mapping[str, Any], path: str) -> str:
    """A mean difference, whose interval stands elsewhere."""
    alone = {"mean": found["mean"], "low": None, "high": None}
    return change(alone, rate=path in {STRICT, OFFICIAL}, digits=_DIGITS[path])


def _marked(found: Mapping[str, Any], text: str) -> str:
    """A difference, marked where it is not separated from no change."""
    if found["mean"] is None:
        return NOTHING
    same = found["mean"] == found["low"] == found["high"]
    return text if found["separated"] or same else f"≈ {text}"


def _others(summary: Summary) -> Section | None:
    """What else changes."""
    figures = [
        _differences(summary, path) for path in _ALSO
        if any(one["differences"][path]["mean"] for one in summary["options"].values())
    ]  # fmt: skip
    return Section("others", _("What else changes"), figures) if figures else None


def _lateness(summary: Summary) -> Section | None:
    """Where the time of late dossiers goes, option by option."""
    rows = []
    for name, one in {BASE: summary["base"], **summary["options"]}.items():
        part, most = max(one["late_time"].items(), key=lambda item: item[1]["mean"] or 0.0)
        teams = one["bottlenecks"]["teams"]
        if most["mean"] is None or not teams:
            continue
        rows.append(
            [
                option_name(summary, name),
                _(PLACES[part]),
                share(most["mean"]),
                named(summary, "teams", teams[0]["team"]),
                share(teams[0]["late_time_queue"]["mean"]),
                share(teams[0]["utilisation"]["mean"]),
            ]
        )
    if not rows:
        return None
    columns = (
        _("Option"), _("Late dossiers mostly"), _("Share"), _("First team"), _("Waited for"),
        _("At work"),
    )  # fmt: skip
    table = Table(columns, rows, frozenset({1, 3}))
    return Section("lateness", _("Where late dossiers lose their time"), [table])


def _best(summary: Summary) -> Section | None:
    """What a search for the best option found."""
    best = summary["best"]
    if best is None:
        return None
    chosen = _("none") if best["chosen"] is None else option_name(summary, best["chosen"])
    texts = {
        ("on-time", True): _("Most on time: {option}."),
        ("on-time", False): _("Most on time, not decided yet: so far {option}."),
        ("cost", True): _("Cheapest that keeps the target: {option}."),
        ("cost", False): _("Cheapest that keeps the target, not decided yet: so far {option}."),
    }
    said = texts[best["by"], bool(best["decided"])].format(option=chosen)
    note = Note([said, retold(best["guarantee"])])
    return Section("best", _("Which option is best"), [note])

"""The tables of studies: for each its columns, and what makes its rows of the summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from simulation.exports.columns import (
    ABOUT,
    NAMES,
    NO_INTERVAL,
    NOTHING_COUNTED,
    OF_FIELD,
    OF_MEASURE,
    day,
    flag,
    integer,
    interval,
    number,
    text,
)
from simulation.exports.evidence import about, names
from simulation.language import LANGUAGES, later, title
from simulation.wording.amounts import otherwise_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from simulation.exports.columns import Columns
    from simulation.exports.result import Result

    Rows = Iterator[Sequence[Any]]


@dataclass(frozen=True)
class StudyTable:
    """A table of a study.

    Attributes:
        columns: Its columns.
        rows: Makes its rows.
        title: What its sheet in a workbook is called, for the catalogue.
    """

    columns: Columns
    rows: Callable[[Result], Iterable[Sequence[Any]]]
    title: str


_ENDS: Final = ("mean", "low", "high")
_HOLDS: Final = flag("holds", "whether the target is kept with 95 % confidence",
                     "it was not examined", later("Holds"))  # fmt: skip
_TEAM: Final = text("team", "id of the team", heading=later("Team"))
_MEASURE: Final = text("measure", "name or path of the measure", heading=later("Measure"))
_FIELD: Final = text("field", "id of the field", "it is of the whole centre", later("Field"))
_OPTION: Final = text("option", "id of the option; `base`: the scenario as it is",
                      heading=later("Option"))  # fmt: skip


def _three(found: Mapping[str, Any] | None) -> list[Any]:
    """Mean and bounds; None where there is no interval at all."""
    return [None, None, None] if found is None else [found[end] for end in _ENDS]


def _options(result: Result) -> Rows:
    """The base and each option, with what a planner looks at first."""
    summary = result.summary
    yield ("base", None, None, None, None, *_main(summary["base"]), *[None] * 9)
    for key, option in summary["options"].items():
        change = option["differences"]
        strict = change["on_time_strict"]
        yield (
            key, option["title"]["en"], option["title"]["vi"], option["same_as"],
            option["own_cost"], *_main(option), *_three(strict),
            None if strict is None else strict["separated"],
            *((change[name] or {}).get("mean") for name in ("late", "overdue_open", "cost")),
            option["late_to_on_time"]["mean"], option["on_time_to_late"]["mean"],
        )  # fmt: skip


def _main(system: Mapping[str, Any]) -> list[Any]:
    measures = system["measures"]
    others = ("on_time_official", "late", "overdue_open", "counter_wait_p90_min", "cost")
    return [*_three(measures["on_time_strict"]), *(measures[name]["mean"] for name in others)]


_OPTIONS: Final = StudyTable(
    (
        _OPTION,
        text("title_en", "what the option is called in English", "it is the base"),
        text("title_vi", "the same in Vietnamese", "it is the base"),
        text("same_as", "`base` or the option that is the very same model",
             "it is like no other", later("Same as")),
        number("own_cost", "that of pay", "what it costs over the period beyond pay",
               "it is the base", later("Own cost")),
        number("on_time_strict", "fraction", "strict on-time rate", NOTHING_COUNTED,
               later("On time, strict")),
        number("low", "fraction", "lower end of its 95 % interval", NO_INTERVAL, later("Low")),
        number("high", "fraction", "upper end of its 95 % interval", NO_INTERVAL, later("High")),
        number("on_time_official", "fraction", "official on-time rate", NOTHING_COUNTED,
               later("On time, official")),
        number("late", "dossiers", "resolved late", NOTHING_COUNTED, later("Late")),
        number("overdue_open", "dossiers", "open and overdue at the end", NOTHING_COUNTED,
               later("Open and overdue")),
        number("counter_wait_p90_min", "minutes", "90 % wait no longer at the counter",
               NOTHING_COUNTED, later("Counter wait, 90 %")),
        number("cost", "that of pay", "pay and own cost over the period", NOTHING_COUNTED,
               later("Cost")),
        number("difference", "fraction", "strict on-time rate less that of the base, on the same "
               "dossiers", "it is the base", later("Difference, strict")),
        number("difference_low", "fraction", "lower end of its interval, which holds for all "
               "options at once", "it is the base, or there is no interval", later("Low")),
        number("difference_high", "fraction", "upper end of it",
               "it is the base, or there is no interval", later("High")),
        flag("separated", "whether the interval leaves zero out",
             "it is the base, or there is no interval", later("Separated")),
        number("late_difference", "dossiers", "late less that of the base", "it is the base",
               later("Late, difference")),
        number("overdue_difference", "dossiers", "overdue less that of the base",
               "it is the base", later("Overdue, difference")),
        number("cost_difference", "that of pay", "cost less that of the base", "it is the base",
               later("Cost, difference")),
        number("late_to_on_time", "dossiers", "late in the base and on time in the option",
               "it is the base", later("Late to on time")),
        number("on_time_to_late", "dossiers", "on time in the base and late in the option",
               "it is the base", later("On time to late")),
    ),
    _options,
    later("Options"),
)  # fmt: skip


def _option_measures(result: Result) -> Rows:
    summary = result.summary
    for key, system in {"base": summary["base"], **summary["options"]}.items():
        for name, found in system["measures"].items():
            yield key, None, name, *_three(found)
        for field, entry in system["by_field"].items():
            for name, found in entry.items():
                yield key, field, name, *_three(found)


def _differences(result: Result) -> Rows:
    for key, option in result.summary["options"].items():
        parts = [(None, option["differences"]), *option["differences_by_field"].items()]
        for field, entry in parts:
            for name, found in entry.items():
                separated = None if found is None else found["separated"]
                yield key, field, name, *_three(found), separated


_COMPARISON: Final = {
    "options": _OPTIONS,
    "option_measures": StudyTable(
        (_OPTION, _FIELD, _MEASURE, *interval("the replications")), _option_measures,
        later("Measures by option"),
    ),
    "differences": StudyTable(
        (
            _OPTION, _FIELD, _MEASURE, *interval("option less base, on the same dossiers"),
            flag("separated", "whether the interval leaves zero out", NO_INTERVAL,
                 later("Separated")),
        ),
        _differences, later("Differences"),
    ),
}  # fmt: skip


def _points(result: Result) -> Rows:
    for point in result.summary["points"]:
        values = [*point["values"], None][:2]
        for field, entry in [(None, point["measures"]), *point["by_field"].items()]:
            for name, found in entry.items():
                yield *values, point["asked_for"], field, name, *_three(found)


def _breaking(result: Result) -> Rows:
    for row in result.summary["breaking_points"]:
        for field, found in [(None, row["centre"]), *row["by_field"].items()]:
            yield (
                row["at"], field, found["state"], found["value"], found["low"], found["high"],
                found["last_holding"], found["first_failing"],
            )  # fmt: skip


_FIRST, _SECOND = OF_FIELD
_SWEEP: Final = {
    "points": StudyTable(
        (
            number("value", _FIRST, "value of the first field that is varied",
                   heading=later("Value")),
            number("second_value", _SECOND, "value of the second one",
                   "only one is varied", later("Second value")),
            flag("asked_for", "whether the point was asked for, or is a refinement",
                 heading=later("Asked for")),
            _FIELD, _MEASURE, *interval("the replications at the point"),
        ),
        _points, later("Points"),
    ),
    "breaking_points": StudyTable(
        (
            number("second_value", _SECOND, "value of the second field",
                   "only one is varied", later("Second value")),
            _FIELD,
            text("state", "whether the target is crossed, always kept or never, as sweep.md has "
                 "it", heading=later("State")),
            number("value", _FIRST, "where the target is crossed", "it is not crossed",
                   later("Breaking point")),
            number("low", _FIRST, "lower end of its 95 % interval", NO_INTERVAL, later("Low")),
            number("high", _FIRST, "upper end of its 95 % interval", NO_INTERVAL, later("High")),
            number("last_holding", _FIRST, "last point at which the target is kept",
                   "there is none", later("Last that holds")),
            number("first_failing", _FIRST, "first point at which it is not", "there is none",
                   later("First that fails")),
        ),
        _breaking, later("Breaking points"),
    ),
}  # fmt: skip


_ASSUMED: Final = later("What is assumed, and why")


def _effects(result: Result) -> Rows:
    for key, entry in result.summary["assumptions"].items():
        sobol = result.summary["sobol"].get(key)
        shares = [None, None] if sobol is None else [sobol["first"]["mean"], sobol["total"]["mean"]]
        yield (
            key, *(title(entry["text"], language) for language in LANGUAGES),
            ", ".join(entry["fields"]),
            *(None if entry[end] is None else str(entry[end]) for end in ("low", "high")),
            otherwise_of(entry),
            *_three(entry["mu_star"]), entry["mu"]["mean"], entry["sigma"], entry["noise"],
            entry["separated"], *shares,
        )  # fmt: skip


_SENSITIVITY: Final = {
    "effects": StudyTable(
        (
            text("assumption", "key of the assumption", heading=later("Assumption")),
            text("text_en", "what is assumed, and why, in English", heading=_ASSUMED),
            text("text_vi", "the same in Vietnamese", heading=_ASSUMED),
            text("fields", "fields that are varied, with `, ` between them",
                 heading=later("Fields")),
            text("lowest", "smallest plausible value", "none is named", later("Least")),
            text("highest", "largest plausible value", "none is named", later("Most")),
            text("otherwise", "what fields would be otherwise, with `; ` between them",
                 "it is a matter of more or less", later("Or otherwise")),
            *interval("the absolute effects (Morris' mu*) of two thirds of the range, or of what "
                      "would be otherwise"),
            number("mu", OF_MEASURE, "mean effect with its sign", NOTHING_COUNTED,
                   later("Mean with its sign")),
            number("sigma", OF_MEASURE, "standard deviation of the effects", NOTHING_COUNTED,
                   later("Spread")),
            number("noise", OF_MEASURE, "what luck alone would make of it",
                   "there is one replication", later("Noise")),
            flag("separated", "whether it is more than luck", "there is one replication",
                 later("Separated")),
            number("sobol_first", "fraction", "share of the variance that it explains alone",
                   "it has no index", later("Alone")),
            number("sobol_total", "fraction", "share of it that is left if all others are known",
                   "it has no index", later("With others")),
        ),
        _effects, later("Effects"),
    ),
}  # fmt: skip


def _staff(result: Result) -> Rows:
    for team, entry in result.summary["teams"].items():
        yield (
            team, entry["present"], entry["people"], entry["reserve"], entry["low"],
            entry["high"], entry["price"], entry["cost"], entry["at_bound"],
        )  # fmt: skip


def _targets(result: Result) -> Rows:
    chosen = result.summary["chosen"]["measures"]
    present = result.summary["present"]["measures"]
    for target in result.summary["targets"]:
        path = target["measure"]
        reading = chosen.get(path)
        yield (
            target["target"], path, target["at_least"], target["at_most"],
            None if path not in present else present[path]["mean"], *_three(reading),
            None if reading is None else reading["holds"],
        )  # fmt: skip


def _less(result: Result) -> Rows:
    for one in result.summary["certificate"]["less"]:
        about = one["team"], one["people"], one["cost"], one["verdict"], one["replications"]
        for path, reading in one["measures"].items():
            yield *about, path, *_three(reading), reading["half_width"], reading["holds"]
        if not one["measures"]:
            yield *about, *[None] * 6


def _front(result: Result) -> Rows:
    for place, point in enumerate(result.summary["front"]):
        for team, people in point["teams"].items():
            yield (
                place, team, people, point["people"], point["cost"],
                *_three(point["on_time_strict"]), point["chosen"],
            )  # fmt: skip


_STAFFING: Final = {
    "staff": StudyTable(
        (
            _TEAM,
            integer("present", "people", "as the scenario has it", heading=later("Now")),
            integer("people", "people", "that were chosen", heading=later("Chosen")),
            integer("reserve", "people", "in reserve beside them", heading=later("Reserve")),
            integer("lowest", "people", "fewest that might be chosen", heading=later("Least")),
            integer("highest", "people", "most that might be chosen", heading=later("Most")),
            number("price", "that of pay", "of one more over the period", heading=later("Price")),
            number("cost", "that of pay", "of all of them over the period",
                   heading=later("Cost")),
            flag("at_bound", "whether no more might be chosen", heading=later("At the bound")),
        ),
        _staff, later("Staff"),
    ),
    "targets": StudyTable(
        (
            text("target", "the target as it was written", heading=later("Target")),
            _MEASURE,
            number("at_least", OF_MEASURE, "what it has to be at least", "it has no lower limit",
                   later("At least")),
            number("at_most", OF_MEASURE, "what it may be at most", "it has no upper limit",
                   later("At most")),
            number("present", OF_MEASURE, "mean with the present staff", NOTHING_COUNTED,
                   later("Now")),
            *interval("the replications with the chosen staff"),
            _HOLDS,
        ),
        _targets, later("Targets"),
    ),
    "less": StudyTable(
        (
            _TEAM,
            integer("people", "people", "of the team, one less than were chosen",
                    heading=later("People")),
            number("cost", "that of pay", "of all teams together", heading=later("Cost")),
            text("verdict", "what the test says: `fails`, `fails clearly`, `passes` or "
                 "`not examined`", heading=later("Verdict")),
            integer("replications", "", "in which it was tested", heading=later("Replications")),
            text("measure", "name or path of the measure", "it was not examined",
                 later("Measure")),
            *interval("the replications"),
            number("half_width", OF_MEASURE, "half the width of the interval", NO_INTERVAL,
                   later("Half-width")),
            _HOLDS,
        ),
        _less, later("With one person less"),
    ),
    "front": StudyTable(
        (
            integer("point", "", "number of the staffing, from 0", heading=later("Staffing")),
            _TEAM,
            integer("people", "people", "of the team", heading=later("People")),
            integer("people_in_all", "people", "of all teams", heading=later("In all")),
            number("cost", "that of pay", "over the period", heading=later("Cost")),
            *interval("the strict on-time rate", "fraction"),
            flag("chosen", "whether it is the one that was chosen", heading=later("Chosen")),
        ),
        _front, later("What money buys"),
    ),
}  # fmt: skip


def _deadlines(result: Result) -> Rows:
    for entry in result.summary["deadlines"]:
        together = entry["together"]
        yield (
            entry["procedure"], None if entry["channels"] is None else ", ".join(entry["channels"]),
            entry["statutory"], entry["status"], entry["shortest"], entry["saving"],
            entry["unit"], entry["due"], *_three(entry["on_time_statutory"]),
            *_three(entry["on_time"]), *_three(entry["on_time_one_less"]),
            None if together is None else together["holds"],
        )  # fmt: skip


def _rate(prefix: str, of: str, heading: str, missing: str = NOTHING_COUNTED) -> Columns:
    return (
        number(prefix, "fraction", of, missing, heading),
        number(f"{prefix}_low", "fraction", "lower end of its interval", NO_INTERVAL, later("Low")),
        number(f"{prefix}_high", "fraction", "upper end of it", NO_INTERVAL, later("High")),
    )


_NOT_FOUND: Final = "no deadline was found"
_DEADLINES: Final = {
    "deadlines": StudyTable(
        (
            text("procedure", "id of the procedure", heading=later("Procedure")),
            text("channels", "ids of the channels with this deadline", "it is that of all",
                 later("Channels")),
            text("statutory", "the deadline of today", heading=later("Deadline")),
            text("status", "what was found, as deadlines.md has it", heading=later("Status")),
            text("shortest", "shortest deadline that keeps the promise", _NOT_FOUND,
                 later("Shortest")),
            number("saving", "that of `unit`", "statutory less shortest", _NOT_FOUND,
                   later("Saved")),
            text("unit", "unit of the deadline", "it has none", later("Unit")),
            integer("due", "dossiers", "due in the period, in all replications",
                    NOTHING_COUNTED, later("Due")),
            *_rate("on_time_statutory", "strict on-time rate with the deadline of today",
                   later("On time now")),
            *_rate("on_time", "the same with the shortest", later("On time, shortest"),
                   _NOT_FOUND),
            *_rate("on_time_one_less", "the same with one less", later("On time, one less"),
                   "it was not judged"),
            flag("holds_together", "whether it still holds when all are shortened together",
                 _NOT_FOUND, later("Holds together")),
        ),
        _deadlines, later("Deadlines"),
    ),
}  # fmt: skip


def _open(result: Result) -> Rows:
    for entry in result.summary["open"]:
        resolved, notice = entry["resolved"], entry["notice"]
        days = [entry["due"], *(resolved[name] for name in ("median", "p10", "p90"))]
        yield (
            entry["id"], entry["channel"], entry["procedure"], entry["received"], entry["step"],
            *map(_day, days[:1]), *_three(entry["late"]), *map(_day, days[1:]),
            entry["undecided"], None if notice is None else _day(notice["by"]),
            None if notice is None else notice["passed"],
        )  # fmt: skip


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _forecast_form(result: Result) -> Rows:
    form = result.summary["form_06a"]
    for field, row in form["rows"].items():
        for column, found in zip(form["columns"], row, strict=True):
            yield field, column, *_three(found)


_UNKNOWN_END: Final = "it lies beyond what was simulated"
_FORECAST: Final = {
    "open": StudyTable(
        (
            text("id", "id of the dossier in the register", heading=later("Dossier")),
            text("channel", "id of the channel", heading=later("Channel")),
            text("procedure", "id of the procedure", heading=later("Procedure")),
            text("received", "when it was received, as the register has it",
                 "it has not been received", later("Received")),
            text("step", "id of the step in which it is", "the register does not say",
                 later("Step")),
            day("due", "when it is due as things stand", "it has no deadline, or was not received",
                later("Due")),
            number("late", "fraction", "probability that it will be late",
                   heading=later("Probability late")),
            number("late_low", "fraction", "lower end of its 95 % interval", NO_INTERVAL,
                   later("Low")),
            number("late_high", "fraction", "upper end of its 95 % interval", NO_INTERVAL,
                   later("High")),
            day("resolved_median", "when it will be resolved, median", _UNKNOWN_END,
                later("Resolved, median")),
            day("resolved_p10", "the same, 10 % quantile", _UNKNOWN_END, later("10 %")),
            day("resolved_p90", "the same, 90 % quantile", _UNKNOWN_END, later("90 %")),
            number("undecided", "fraction", "futures at whose end it is open and in term",
                   heading=later("Undecided")),
            day("notice_by", "by when an apology must go out", "none is due",
                later("Notice by")),
            flag("notice_passed", "whether that day has passed", "none is due",
                 later("Passed")),
        ),
        _open, later("Open dossiers"),
    ),
    "forecast_form": StudyTable(
        (
            text("field", "id of the field; `TOTAL`: all of them", heading=later("Field")),
            text("column", "column of the official form", heading=later("Column")),
            number("mean", "dossiers", "mean over the futures", heading=later("Mean")),
            number("low", "dossiers", "lower end of the interval in which one more future falls "
                   "with probability 0.9", heading=later("Low")),
            number("high", "dossiers", "upper end of it", heading=later("High")),
        ),
        _forecast_form, later("Form II.06a"),
    ),
}  # fmt: skip


def _cuts(result: Result) -> Rows:
    for number_, cut in enumerate(result.summary["cuts"]):
        yield number_, _day(cut["as_of"]), cut["open"]


def _coverage(result: Result) -> Rows:
    for name, found in result.summary["counts"].items():
        yield name, found["coverage"], *_three(found["coverage_randomised"]), found["mean_width"]


def _bins(result: Result) -> Rows:
    for found in result.summary["probabilities"]["bins"]:
        yield found["from"], found["to"], found["dossiers"], found["predicted"], found["came"]


_BACKTEST: Final = {
    "cuts": StudyTable(
        (
            integer("truth", "", "number of the replication that is the truth",
                    heading=later("Truth")),
            day("as_of", "day of the cut", heading=later("Day")),
            integer("open", "dossiers", "open when the day begins", heading=later("Open")),
        ),
        _cuts, later("Cuts"),
    ),
    "coverage": StudyTable(
        (
            text("count", "what was forecast", heading=later("Count")),
            number("coverage", "fraction", "truths within the closed interval",
                   heading=later("Within the interval")),
            number("coverage_randomised", "fraction", "the same with ties broken at random",
                   heading=later("Ties at random")),
            number("low", "fraction", "lower end of its 95 % interval", NO_INTERVAL, later("Low")),
            number("high", "fraction", "upper end of its 95 % interval", NO_INTERVAL,
                   later("High")),
            number("mean_width", "dossiers", "mean width of the interval",
                   heading=later("Width")),
        ),
        _coverage, later("Coverage"),
    ),
    "probabilities": StudyTable(
        (
            number("lowest", "fraction", "lower end of a bin of forecast probabilities",
                   heading=later("Least")),
            number("highest", "fraction", "upper end of it", heading=later("Most")),
            integer("dossiers", "dossiers", "of which the probability lay in it",
                    heading=later("Dossiers")),
            number("predicted", "fraction", "mean probability", heading=later("Predicted")),
            number("came", "fraction", "share that came to be late", heading=later("Came")),
        ),
        _bins, later("Probabilities"),
    ),
}  # fmt: skip

_ALWAYS_FIRST: Final = {"about": StudyTable(ABOUT, about, later("About"))}
_ALWAYS_LAST: Final = {"names": StudyTable(NAMES, names, later("Names"))}
_OWN: Final[dict[str, dict[str, StudyTable]]] = {
    "comparison": _COMPARISON,
    "sweep": _SWEEP,
    "sensitivity": _SENSITIVITY,
    "staffing": _STAFFING,
    "deadlines": _DEADLINES,
    "forecast": _FORECAST,
    "backtest": _BACKTEST,
}
STUDIES: Final[dict[str, dict[str, StudyTable]]] = {
    kind: {**_ALWAYS_FIRST, **own, **({} if kind == "backtest" else _ALWAYS_LAST)}
    for kind, own in _OWN.items()
}
"""The tables of each kind of study."""

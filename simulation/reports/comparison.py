"""A comparison of options as a table on the terminal, from its summary alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.language import _, later, retold, title, written
from simulation.reports.applicants import warn_of_options
from simulation.reports.hurts import print_marginal, print_options
from simulation.reports.layout import empty_table
from simulation.wording.amounts import NOTHING, count, decimal, enumerated, how, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from rich.table import Table

    Summary = Mapping[str, Any]
    Intervals = Mapping[str, Mapping[str, Any]]

_MANY: Final = 10
UNSEPARATED: Final = "≈"
"""Stands before a difference whose interval holds zero."""
_STRICT: Final = "on_time_strict"
_COLUMNS: Final = {
    "on_time_official": (later("Form\npt"), 100, 2),
    "late": (later("Late\n"), 1, 0),
    "counter_wait_p90_min": (later("Wait\np90 min"), 1, 1),
    "cycle_mean_wd": (later("Cycle\nwd"), 1, 2),
    "overtime_h": (later("Over-\ntime h"), 1, 0),
    "cost": (later("Cost\n"), 1, 0),
}
"""Measure: heading, factor and decimals."""


def print_comparison(summary: Summary, out: Console) -> None:
    """Print what the options change, what the intervals mean, and which option is best.

    Args:
        summary: The summary of a comparison.
        out: Where to print.
    """
    out.print(Text(title(summary["title"]), style="bold"))
    line = _(
        "{first} to {last} · {options} options · {runs} replications of each · seed {seed} · "
        "engine {engine}"
    )
    runs = count(summary["replications"])
    out.print(line.format(**how(summary), options=len(summary["options"]), runs=runs))
    out.print()
    out.print(_table(summary))
    out.print()
    for line in notes(summary):
        out.print(line)
    systems = {_("as it is"): summary["base"], **summary["options"]}
    print_options(systems, summary["titles"], out)
    for name, one in systems.items():
        if "marginal" in one:
            submitted = one["measures"]["submitted"]["mean"]
            print_marginal(one["marginal"], summary["titles"], submitted, out, base=name)
    if summary["best"] is not None:
        _print_best(summary["best"], out)


def _table(summary: Summary) -> Table:
    """The base in numbers, and below it what each option changes."""
    headings = [_("Option"), _("On time\nstrict"), _("change\npt")]
    headings += [_(heading) for heading, *_how in _COLUMNS.values()]
    table = empty_table(*headings, _("Late → on\ntime/back"))
    table.padding = (0, 0, 0, 0)  # one space between columns, so that all fit
    table.columns[0].no_wrap = True
    base = summary["base"]["measures"]
    table.add_row(
        _("as it is"),
        _percent(base[_STRICT]["mean"]),
        "",
        *(_number(base[name]["mean"], *form) for name, (_heading, *form) in _COLUMNS.items()),
        "",
    )
    for name, option in summary["options"].items():
        differences = option["differences"]
        table.add_row(
            name,
            _percent(option["measures"][_STRICT]["mean"]),
            change(differences[_STRICT], 100, 2, width=True),
            *(
                change(differences[measure], *form)
                for measure, (_heading, *form) in _COLUMNS.items()
            ),
            changed(option),
            style="dim" if option["same_as"] == "base" else "",
        )
    return table


def change(difference: Mapping[str, Any], factor: int, digits: int, *, width: bool = False) -> str:
    """A difference, marked where it is not separated from zero.

    Args:
        difference: As it stands in a summary.
        factor: 100 for rates in points.
        digits: Decimals.
        width: Whether to say how sure it is.
    """
    mean, low = difference["mean"], difference["low"]
    if mean is None:
        return NOTHING
    exactly_nothing = mean == low == difference["high"] == 0
    value, half = factor * mean, factor * ((difference["high"] or 0) - (low or 0)) / 2
    if difference["separated"] and not exactly_nothing:
        digits = _enough(value, digits)
    text = written(f"{value:+,.{digits}f}" if round(value, digits) else f"{0:.{digits}f}")
    if width and low is not None:
        text += written(f" ±{half:.{digits if half < _MANY else digits - 1}f}")
    return text if difference["separated"] or exactly_nothing else UNSEPARATED + text


def _enough(value: float, digits: int) -> int:
    """As many decimals as it takes not to write zero, but at most two more."""
    return next((more for more in range(digits, digits + 2) if round(value, more)), digits + 2)


def times(ratio: float | None) -> str:
    """A variance ratio: 1.4, or 23."""
    return NOTHING if ratio is None else written(f"{ratio:,.{1 if ratio < _MANY else 0}f}")


def changed(option: Summary) -> str:
    """Dossiers that changed from late to on time, and back."""
    both = (option[way]["mean"] for way in ("late_to_on_time", "on_time_to_late"))
    return "/".join(NOTHING if mean is None else _roughly(mean) for mean in both)


def _roughly(number: float) -> str:
    return count(round(number, 1 if number < _MANY else 0))


def _percent(value: float | None) -> str:
    return percent(value).removesuffix(" %")


def _number(value: float | None, factor: int, digits: int) -> str:
    return NOTHING if value is None else written(f"{factor * value:,.{digits}f}")


def notes(summary: Summary) -> list[str]:
    """How the table is to be read, a line or a few each."""
    options = summary["options"]
    found = [_about_table(summary), _about_intervals(summary["simultaneous"]["options"])]
    for same in dict.fromkeys(one["same_as"] for one in options.values()):
        alike = [name for name, one in options.items() if one["same_as"] == same]
        if same is not None:
            other = _("the scenario as it is") if same == "base" else same
            line = _("No difference by construction to {other}: {names}.")
            found.append(line.format(other=other, names=", ".join(alike)))
    moving = [name for name, one in options.items() if one["moves_between_channels"]]
    if moving:
        found.append(
            _(
                "New luck: dossiers that {names} moved to another channel are other dossiers "
                "there, so the differences are less exact, and not counted as late → on time or "
                "back."
            ).format(names=_names(moving))
        )
    own = {name: one["own_cost"] for name, one in options.items() if one["own_cost"]}
    if own:
        costs = enumerated(f"{name} {written(f'{cost:+,g}')}" for name, cost in own.items())
        found.append(_("Cost is pay, and what the options file adds: {costs}.").format(costs=costs))
    found += warn_of_options(summary)
    found += _gained(options)
    if summary["precision"] is not None:
        found.append(_precision(summary["precision"], summary))
    return found


def _about_table(summary: Summary) -> str:
    return _(
        "Means over {replications} replications; every option meets the same dossiers, and below "
        "the first row stand differences to it (pt: percentage points). On time is the strict "
        "rate, of those due, in %; Form is the official one, of those resolved."
    ).format(replications=summary["replications"])


def _about_intervals(options: int) -> str:
    said = (
        _(
            "± and {sign}: intervals of each measure that hold for all {options} options at once "
            "with 95 % confidence (Bonferroni). {sign}: not separated, the interval holds zero."
        )
        if options > 1
        else _(
            "± and {sign}: intervals of each measure that hold with 95 % confidence. {sign}: not "
            "separated, the interval holds zero."
        )
    )
    return said.format(sign=UNSEPARATED, options=options)


def _names(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def _gained(options: Mapping[str, Any]) -> list[str]:
    ratios = {name: one["variance_ratio"][_STRICT] for name, one in options.items()}
    known = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    if not known:
        return []
    ratios_named = (f"{name} {times(ratio)}" for name, ratio in known.items())
    line = _(
        "Gained by the same dossiers (variance ratio of the strict on-time rate, so many times the "
        "replications without): {ratios}."
    )
    return [line.format(ratios=enumerated(ratios_named))]


def _precision(precision: Summary, summary: Summary) -> str:
    texts = []
    for name, wanted in precision["wanted"].items():
        factor, unit = (100, "pp") if name.startswith("on_time") else (1, "")
        reached = precision["reached"][name]
        line = _("{measure} ±{reached}{unit} (wanted ±{wanted}{unit})").format(
            measure=name,
            reached=written(f"{factor * reached:.3g}"),
            wanted=written(f"{factor * wanted:g}"),
            unit=_("pp") if unit else "",
        )
        texts.append(line)
    said = (
        _("Precision reached: {precisions}.")
        if precision["met"]
        else _(
            "! Precision NOT reached within --max-replications {most}, allow more: {precisions}."
        )
    )
    return said.format(precisions="; ".join(texts), most=summary["request"]["max_replications"])


def _called(name: str) -> str:
    return _("as it is") if name == "base" else name


def _print_best(best: Summary, out: Console) -> None:
    out.print()
    heading = {"on-time": _("Most on time"), "cost": _("Cheapest that keeps the target")}
    chosen = {None: _("none"), "base": _("the scenario as it is")}.get(
        best["chosen"], best["chosen"]
    )
    if not best["decided"]:
        chosen = _("! not decided, so far {chosen}").format(chosen=chosen)
    out.print(Text(f"{heading[best['by']]}: {chosen}", style="bold"))
    out.print(retold(best["guarantee"]))
    line = _("Procedure: {procedure}; {first} first replications, at most {most}.").format(
        procedure=retold(best["procedure"]),
        first=best["first_stage"],
        most=best["max_replications"],
    )
    out.print(line)
    if best["by"] == "on-time":
        for drop in best["dropped"]:
            loser, winner = _called(drop["option"]), _called(drop["by"])
            line = _("{loser}: beaten by {winner} after {after}")
            out.print("  " + line.format(loser=loser, winner=winner, after=drop["after"]))
        left = [_called(name) for name in best["left"]]
        if len(left) > 1:
            line = _("left after {number}: {names}")
            out.print("  " + line.format(number=best["replications"], names=_names(left)))
        return
    for key, line in (
        ("keeps", _("keeps it (cost): {names}")),
        ("misses", _("misses it (cost): {names}")),
        ("dearer", _("not cheaper (cost): {names}")),
        ("undecided", _("undecided (cost): {names}")),
    ):
        own = [f"{_called(name)} ({decimal(best['costs'][name])})" for name in best[key]]
        if own:
            out.print("  " + line.format(names=", ".join(own)))
    if best["chosen"] is None:
        line = _("nearest to it: {name}")
        out.print("  " + line.format(name=_called(best["nearest"])))

"""A comparison of options as a table on the terminal, from its summary alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from simulation.reports.formats import NOTHING, count, decimal, percent
from simulation.reports.hurts import print_marginal, print_options
from simulation.reports.layout import empty_table

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
    "on_time_official": ("Form\npt", 100, 2),
    "late": ("Late\n", 1, 0),
    "counter_wait_p90_min": ("Wait\np90 min", 1, 1),
    "cycle_mean_wd": ("Cycle\nwd", 1, 2),
    "overtime_h": ("Over-\ntime h", 1, 0),
    "cost": ("Cost\n", 1, 0),
}
"""Measure: heading, factor and decimals."""


def print_comparison(summary: Summary, out: Console) -> None:
    """Print what the options change, what the intervals mean, and which option is best.

    Args:
        summary: The summary of a comparison.
        out: Where to print.
    """
    period, runs = summary["period"], summary["replications"]
    out.print(Text(summary["title"]["en"], style="bold"))
    out.print(
        f"{period['first_day']} to {period['last_day']} · {len(summary['options'])} options · "
        f"{runs} replications of each · seed {summary['seed']} · engine {summary['engine']}"
    )
    out.print()
    out.print(_table(summary))
    out.print()
    for line in notes(summary):
        out.print(line)
    systems = {"as it is": summary["base"], **summary["options"]}
    print_options(systems, summary["titles"], out)
    for name, one in systems.items():
        if "marginal" in one:
            print_marginal(one["marginal"], summary["titles"], out, base=name)
    if summary["best"] is not None:
        _print_best(summary["best"], out)


def _table(summary: Summary) -> Table:
    """The base in numbers, and below it what each option changes."""
    headings = ["Option", "On time\nstrict", "change\npt"]
    headings += [heading for heading, *_ in _COLUMNS.values()]
    table = empty_table(*headings, "Late → on\ntime/back")
    table.padding = (0, 0, 0, 0)  # one space between columns, so that all fit
    table.columns[0].no_wrap = True
    base = summary["base"]["measures"]
    table.add_row(
        "as it is",
        _percent(base[_STRICT]["mean"]),
        "",
        *(_number(base[name]["mean"], *how) for name, (_, *how) in _COLUMNS.items()),
        "",
    )
    for name, option in summary["options"].items():
        differences = option["differences"]
        table.add_row(
            name,
            _percent(option["measures"][_STRICT]["mean"]),
            change(differences[_STRICT], 100, 2, width=True),
            *(change(differences[measure], *how) for measure, (_, *how) in _COLUMNS.items()),
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
    text = f"{value:+,.{digits}f}" if round(value, digits) else f"{0:.{digits}f}"
    if width and low is not None:
        text += f" ±{half:.{digits if half < _MANY else digits - 1}f}"
    return text if difference["separated"] or exactly_nothing else UNSEPARATED + text


def _enough(value: float, digits: int) -> int:
    """As many decimals as it takes not to write zero, but at most two more."""
    return next((more for more in range(digits, digits + 2) if round(value, more)), digits + 2)


def times(ratio: float | None) -> str:
    """A variance ratio: 1.4, or 23."""
    return NOTHING if ratio is None else f"{ratio:,.{1 if ratio < _MANY else 0}f}"


def changed(option: Summary) -> str:
    """Dossiers that changed from late to on time, and back."""
    both = (option[way]["mean"] for way in ("late_to_on_time", "on_time_to_late"))
    return "/".join(NOTHING if mean is None else _roughly(mean) for mean in both)


def _roughly(number: float) -> str:
    return count(round(number, 1 if number < _MANY else 0))


def _percent(value: float | None) -> str:
    return percent(value).removesuffix(" %")


def _number(value: float | None, factor: int, digits: int) -> str:
    return NOTHING if value is None else f"{factor * value:,.{digits}f}"


def notes(summary: Summary) -> list[str]:
    """How the table is to be read, a line or a few each."""
    options = summary["options"]
    found = [_about_table(summary), _about_intervals(summary["simultaneous"]["options"])]
    for same in dict.fromkeys(one["same_as"] for one in options.values()):
        alike = [name for name, one in options.items() if one["same_as"] == same]
        if same is not None:
            other = "the scenario as it is" if same == "base" else same
            found.append(f"No difference by construction to {other}: {', '.join(alike)}.")
    moving = [name for name, one in options.items() if one["moves_between_channels"]]
    if moving:
        found.append(
            f"New luck: dossiers that {_names(moving)} moved to another channel are other dossiers "
            "there, so the differences are less exact, and not counted as late → on time or back."
        )
    own = {name: one["own_cost"] for name, one in options.items() if one["own_cost"]}
    if own:
        costs = ", ".join(f"{name} {cost:+,g}" for name, cost in own.items())
        found.append(f"Cost is pay, and what the options file adds: {costs}.")
    found += _gained(options)
    if summary["precision"] is not None:
        found.append(_precision(summary["precision"], summary))
    return found


def _about_table(summary: Summary) -> str:
    return (
        f"Means over {summary['replications']} replications; every option meets the same dossiers, "
        "and below the first row stand differences to it (pt: percentage points). On time is the "
        "strict rate, of those due, in %; Form is the official one, of those resolved."
    )


def _about_intervals(options: int) -> str:
    several = f" for all {options} options at once" if options > 1 else ""
    method = " (Bonferroni)" if several else ""
    return (
        f"± and {UNSEPARATED}: intervals of each measure that hold{several} with 95 % confidence"
        f"{method}. {UNSEPARATED}: not separated, the interval holds zero."
    )


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _gained(options: Mapping[str, Any]) -> list[str]:
    ratios = {name: one["variance_ratio"][_STRICT] for name, one in options.items()}
    known = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    if not known:
        return []
    text = ", ".join(f"{name} {times(ratio)}" for name, ratio in known.items())
    what = "variance ratio of the strict on-time rate, so many times the replications without"
    return [f"Gained by the same dossiers ({what}): {text}."]


def _precision(precision: Summary, summary: Summary) -> str:
    texts = []
    for name, wanted in precision["wanted"].items():
        factor, unit = (100, "pp") if name.startswith("on_time") else (1, "")
        reached = precision["reached"][name]
        texts.append(f"{name} ±{factor * reached:.3g}{unit} (wanted ±{factor * wanted:g}{unit})")
    most = summary["request"]["max_replications"]
    missed = f"! Precision NOT reached within --max-replications {most}, allow more"
    return f"{'Precision reached' if precision['met'] else missed}: {'; '.join(texts)}."


def _called(name: str) -> str:
    return "as it is" if name == "base" else name


def _print_best(best: Summary, out: Console) -> None:
    out.print()
    title = {"on-time": "Most on time", "cost": "Cheapest that keeps the target"}[best["by"]]
    chosen = {None: "none", "base": "the scenario as it is"}.get(best["chosen"], best["chosen"])
    mark = "" if best["decided"] else "! not decided, so far "
    out.print(Text(f"{title}: {mark}{chosen}", style="bold"))
    out.print(best["guarantee"])
    out.print(
        f"Procedure: {best['procedure']}; {best['first_stage']} first replications, "
        f"at most {best['max_replications']}."
    )
    if best["by"] == "on-time":
        for drop in best["dropped"]:
            loser, winner = _called(drop["option"]), _called(drop["by"])
            out.print(f"  {loser}: beaten by {winner} after {drop['after']}")
        left = [_called(name) for name in best["left"]]
        if len(left) > 1:
            out.print(f"  left after {best['replications']}: {_names(left)}")
        return
    for key, words in (
        ("keeps", "keeps it"), ("misses", "misses it"), ("dearer", "not cheaper"),
        ("undecided", "undecided"),
    ):  # fmt: skip
        own = [f"{_called(name)} ({decimal(best['costs'][name])})" for name in best[key]]
        if own:
            out.print(f"  {words} (cost): {', '.join(own)}")
    if best["chosen"] is None:
        out.print(f"  nearest to it: {_called(best['nearest'])}")

"""Numbers, days and names of a summary as people write and call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulation.experiments import is_fraction
from simulation.language import _, day, later, n_, title, written
from simulation.wording.amounts import (
    NOTHING,
    bounds,
    count,
    decimal,
    percent,
    points,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Summary = Mapping[str, Any]
    Entry = Mapping[str, Any]
    Interval = Mapping[str, Any]
    Style = Callable[[float | None], str]

OFFICIAL: Final = "on_time_official"
STRICT: Final = "on_time_strict"
FORM_COLUMNS: Final = {
    "c3_received": later("Received"),
    "c4_online": later("Online"),
    "c5_direct_and_post": later("Direct, post"),
    "c6_carried_in": later("Carried in"),
    "c7_resolved": later("Resolved"),
    "c8_early": later("Early"),
    "c9_on_time": later("On time"),
    "c10_late": later("Late"),
    "c11_open": later("Open"),
    "c12_in_term": later("In term"),
    "c13_overdue": later("Overdue"),
}
"""What the columns of the official form are called."""


def named(summary: Summary, section: str, key: str) -> str:
    """What something is called: its title, or its id where it has none."""
    titles = summary.get("titles", {}).get(section, {})  # a back-test has none
    return title(titles[key]) if key in titles else key


def style_of(path: str) -> Style:
    """How the numbers of a measure are written."""
    if is_fraction(path):
        return percent
    return decimal if path.endswith(("_min", "_wd")) else count


def with_band(interval: Interval, style: Style) -> str:
    """A mean, and in brackets the bounds of its interval."""
    text, found = style(interval["mean"]), bounds(interval, style)
    return f"{text} ({found})" if found else text


def signed(value: float | None, digits: int = 1) -> str:
    """A difference with its sign."""
    return NOTHING if value is None else written(f"{_plus(round(value, digits)):+,.{digits}f}")


def change(found: Interval, *, rate: bool, digits: int = 1) -> str:
    """A difference and its interval; rates are told in percentage points."""

    def style(value: float | None) -> str:
        return signed(100 * value if rate and value is not None else value, digits)

    text = style(found["mean"])
    if found["low"] is None or found["low"] == found["high"]:
        return text
    return f"{text} ({style(found['low'])} … {style(found['high'])})"


def _plus(value: float) -> float:
    """The same without a minus before zero."""
    return value + 0.0


def period_of(summary: Summary) -> str:
    """From when to when."""
    period = summary["period"]
    return _("{first} to {last}").format(
        first=day(period["first_day"]), last=day(period["last_day"])
    )


def replications_of(summary: Summary) -> str:
    """How often it was simulated."""
    number = summary["replications"]
    return n_("{number} replication", "{number} replications", number).format(number=count(number))


def measure_name(path: str) -> str:
    """What a measure is called; its path where it has no name of its own."""
    return {
        "on_time_strict": _("On time, strict"),
        "on_time_official": _("On time, official form"),
        "late": _("Resolved late"),
        "apologies": _("Late or overdue"),
        "counter_wait_mean_min": _("Wait at the counter, mean, minutes"),
        "counter_wait_p90_min": _("Wait at the counter that 90 % stay below, minutes"),
        "cycle_mean_wd": _("Time to resolve, mean, working days"),
        "open_at_end": _("Open at the end"),
        "overdue_open": _("Open and overdue"),
        "submitted": _("Submitted"),
        "received": _("Received"),
        "resolved": _("Resolved"),
        "utilisation": _("Utilisation"),
        "overtime_h": _("Overtime, hours"),
        "cost": _("Cost"),
        "lost": _("Left for good without being received"),
    }.get(path, path)


def name_of_path(summary: Summary, path: str) -> str:
    """What a measure of the centre, or of a part of it, is called."""
    scope, _dot, measure = path.rpartition(".")
    section, _dot, key = scope.partition(".")
    if section.startswith("by_"):
        section = f"{section.removeprefix('by_')}s"
    return f"{named(summary, section, key)}: {measure_name(measure)}" if key else measure_name(path)


def written_target(summary: Summary, text: str) -> str:
    """A target such as ``by_field.land.on_time_strict>=0.99``, in words; nothing is rounded."""
    asked, _sign, value = text.partition("=")
    path = asked.rstrip("<>")
    name = name_of_path(summary, path)
    number = f"{100 * float(value):.10g} %" if is_fraction(path) else f"{float(value):.12g}"
    return f"{name} {'≥' if asked.endswith('>') else '≤'} {written(number)}"


def effect_style(measure: str) -> Style:
    """How a change of a measure is written: with its sign, of rates in percentage points."""
    if is_fraction(measure):
        return points
    return lambda value: NOTHING if value is None else written(f"{value:+,.4g}")


def size_style(measure: str) -> Style:
    """How the size of a change is written."""
    style = effect_style(measure)
    return lambda value: style(value).removeprefix("+")

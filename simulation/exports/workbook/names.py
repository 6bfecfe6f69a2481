"""What things are called in the language that is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.language import _, title, written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from simulation.exports.result import Result


def named(result: Result, section: str, key: str) -> str:
    """What a channel, field, team and so on is called; its id where it has no title."""
    found: Mapping[str, Any] = result.summary.get("titles", {}).get(section, {})
    return (title(found[key]) if key in found else None) or key


def percent(value: float | None) -> str:
    """A fraction as a percentage, in a sentence."""
    return "–" if value is None else written(f"{100 * value:.2f} %")


def count(value: float) -> str:
    """A number of things, in a sentence."""
    return written(f"{value:,.0f}")


def day(value: date) -> str:
    """A day, as it is written in Vietnam."""
    return f"{value:%d/%m/%Y}"


def period(result: Result) -> str:
    """The days that are counted."""
    first, last = result.period
    return _("From {first} to {last}").format(first=day(first), last=day(last))

"""How messages speak: values shown briefly, and the nearest known name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, n_

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 60
_MOST_LISTED: Final = 30


def show(value: Any) -> str:
    """A value as it looks in a scenario, on one line and not too long."""
    if isinstance(value, dict):
        return "{" + shortened(", ".join(f"{key}: …" for key in value)) + "}"
    if isinstance(value, (list, tuple)):
        return n_("a list of {number} item", "a list of {number} items", len(value)).format(
            number=len(value)
        )
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return shortened(repr(value))


def number_meant(text: str) -> str:
    """What to write in place of a number in another notation; nothing where it is none."""
    written = text.strip()
    if re.fullmatch(r"[1-9][0-9]{0,2}([., \u00a0\u202f][0-9]{3})+", written):
        whole = re.sub(r"[^0-9]", "", written)
        if len(written) > len("999.999"):
            return _("write {number}: thousands are not separated").format(number=whole)
        decimal = re.sub(r"[^0-9]", ".", written).rstrip("0").rstrip(".")
        return _(
            "write {number}, or {decimal} if that is meant: thousands are not separated"
        ).format(number=whole, decimal=decimal)
    if re.fullmatch(r"[0-9]+,[0-9]+", written):
        return _("write {number}: decimals stand behind a point").format(
            number=written.replace(",", ".")
        )
    if re.fullmatch(r"[0-9]+([.,][0-9]+)? ?%", written):
        share = float(written.rstrip("% ").replace(",", ".")) / 100
        return _("write {number:.12g}: percentages are written as fractions of 1").format(
            number=share
        )
    return ""


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The text, cut where it is too long for a message."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'staff'?`` with the nearest known name, or nothing if none is near."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return _("; did you mean {name!r}?").format(name=near[0]) if near else ""


def listed(names: Iterable[str]) -> str:
    """The names with commas, cut where there are too many."""
    found = list(names)
    names, more = ", ".join(found[:_MOST_LISTED]), len(found) - _MOST_LISTED
    return names if more <= 0 else _("{names} and {number} more").format(names=names, number=more)

"""How many replications: until every difference is known as precisely as was asked for.

The rule is sequential: after a first stage, and then after batches, the half-width of every
interval is compared with the wanted one, with Student's quantile and the variance so far. Because
the number of replications depends on the data, an interval holds a little less often than it says.
What guards against that: at least 10 first replications, Student's quantile in place of the normal
one, few looks (a batch is as large as the variance so far suggests), and that all options go on
until the last of them is known well enough.

Source: Y. S. Chow and H. Robbins, "On the asymptotic theory of fixed-width sequential confidence
intervals for the mean", Annals of Mathematical Statistics 36 (1965); A. M. Law, "Simulation
modeling and analysis", on the first stage and on what coverage is lost.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from simulation.errors import InputError, noted
from simulation.language import _
from simulation.scenario.words import did_you_mean, listed, show

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

FIRST: Final = 10
"""Replications of the first stage."""
_LEAST_BATCH: Final = 5
_PERCENT: Final = 100
_WRITTEN: Final = re.compile(
    r"(?:(?P<name>[A-Za-z0-9_.-]+)\s*=)?\s*(?P<number>[^=\s]+?)\s*(?P<pp>pp)?"
)
"""``0.05pp`` or ``counter_wait_p90_min=0.5``."""


def next_total(taken: int, widths: Mapping[str, Iterable[float | None]],
               wanted: Mapping[str, float], most: int) -> int:  # fmt: skip
    """How many replications there should be in all; as many as there are when it is enough.

    Args:
        taken: Replications so far.
        widths: Half-widths so far, by measure, one for each option; None where there is none.
        wanted: The half-width that is wanted, by measure.
        most: Not more than this.
    """
    ratio = worst_ratio(widths, wanted)
    if ratio <= 1 or taken >= most:
        return taken
    suggested = math.ceil(taken * min(ratio, 2.0) ** 2)
    batch = max(suggested - taken, _LEAST_BATCH, taken // 4)
    return min(taken + min(batch, max(taken, _LEAST_BATCH)), most)


def worst_ratio(widths: Mapping[str, Iterable[float | None]], wanted: Mapping[str, float]) -> float:
    """The widest half-width as a multiple of the wanted one."""
    return max(
        (width / wanted[name] for name in wanted for width in widths[name] if width is not None),
        default=0.0,
    )


def read_precision(
    texts: Iterable[str], fractions: Collection[str], others: Collection[str]
) -> dict[str, float]:
    """What was asked for, such as ``0.05pp`` or ``counter_wait_p90_min=0.5``, by measure.

    Args:
        texts: What was written. Without a measure it is the first of ``fractions``.
        fractions: Measures that are rates, whose precision is given in percentage points.
        others: All other measures.

    Raises:
        InputError: A text cannot be understood, or two are about the same measure.
    """
    wanted: dict[str, float] = {}
    for text in texts:
        name, value = _read(text, fractions, others)
        if name in wanted:
            raise InputError(
                _("--precision says twice how precise {name} has to be; leave one out").format(
                    name=name
                )
            )
        wanted[name] = value
    return wanted


def _read(text: str, fractions: Collection[str], others: Collection[str]) -> tuple[str, float]:
    found = _WRITTEN.fullmatch(text.strip())
    name = (found and found["name"]) or next(iter(fractions))
    known = [*fractions, *others]
    if found and name not in known:
        raise InputError(
            noted(
                _("--precision {text}: no measure of a comparison is called {name}{near}").format(
                    text=text, name=show(name), near=did_you_mean(name, known)
                ),
                allowed=listed(known),
            )
        )
    if found is None or bool(found["pp"]) != (name in fractions):
        example = "0.05pp" if name in fractions else f"{name}=0.5"
        what = _("in percentage points") if name in fractions else _("in the unit of the measure")
        raise InputError(
            noted(
                _("--precision {text}: the half-width of {name} is given {what}").format(
                    text=text, name=name, what=what
                ),
                remedy=_("write it such as {example}").format(example=example),
            )
        )
    return name, _positive(
        found["number"], _("--precision {text}").format(text=text), pp=bool(found["pp"])
    )


def read_points(text: str, option: str) -> float:
    """A difference of rates, such as ``0.05pp``, as a fraction.

    Args:
        text: What was written.
        option: Where, for messages.

    Raises:
        InputError: It cannot be understood.
    """
    number = text.strip()
    if not number.endswith("pp"):
        raise InputError(
            _("{option} {text}: percentage points are written such as 0.05pp").format(
                option=option, text=text
            )
        )
    return _positive(number.removesuffix("pp").strip(), f"{option} {text}", pp=True)


def _positive(text: str, place: str, *, pp: bool) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    most = _PERCENT if pp else math.inf
    if not 0 < value < most:
        bound = "" if most == math.inf else _(" and less than {most}").format(most=most)
        raise InputError(
            _("{place}: {text} is no number of more than 0{bound}").format(
                place=place, text=show(text), bound=bound
            )
        )
    return value / _PERCENT if pp else value

"""The register of open dossiers that a scenario may begin with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from simulation.language import _
from simulation.scenario.model import Register
from simulation.scenario.words import show

if TYPE_CHECKING:
    from simulation.scenario.checks.collector import Collector
    from simulation.scenario.tree import FieldPath


def check_register(found: Collector) -> None:
    """Report what cannot be about it; where its dossiers can stand is told when it is sampled."""
    scenario, register = found.scenario, found.scenario.start
    if not isinstance(register, Register):
        return
    period = scenario.period
    if not period.first_day <= register.as_of <= period.last_day:
        found.report(
            ("start", "as_of"),
            _("{as_of} is not within the period").format(as_of=register.as_of),
            allowed=_("days from {first} to {last}").format(
                first=period.first_day, last=period.last_day
            ),
            remedy=_("correct the day, or the period"),
        )
    if register.until is not None and not register.as_of <= register.until <= period.last_day:
        found.report(
            ("start", "until"),
            _("it ends on {until}, before it begins or after the period").format(
                until=register.until
            ),
            allowed=_("days from {first} to {last}").format(
                first=register.as_of, last=period.last_day
            ),
            remedy=_("correct the day, or leave it out"),
        )
    seen: set[str] = set()
    for position, each in enumerate(register.open):
        path: FieldPath = ("start", "open", position)
        found.exists((*path, "channel"), each.channel, scenario.channels, _("channel"))
        found.exists((*path, "procedure"), each.procedure, scenario.procedures, _("procedure"))
        if each.id in seen:
            found.report(
                (*path, "id"),
                _("{id} stands there twice").format(id=show(each.id)),
                "",
                _("keep one"),
            )
        seen.add(each.id)
        if date.fromisoformat(each.received[:10]) >= register.as_of:
            found.report(
                (*path, "received"),
                _("{received} is not before {as_of}, when the simulation begins").format(
                    received=each.received, as_of=register.as_of
                ),
                remedy=_("correct the day, or leave the dossier out"),
            )

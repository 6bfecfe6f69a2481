"""The register of open dossiers that a scenario may begin with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

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
            f"{register.as_of} is not within the period",
            allowed=f"days from {period.first_day} to {period.last_day}",
            remedy="correct the day, or the period",
        )
    if register.until is not None and not register.as_of <= register.until <= period.last_day:
        found.report(
            ("start", "until"),
            f"it ends on {register.until}, before it begins or after the period",
            allowed=f"days from {register.as_of} to {period.last_day}",
            remedy="correct the day, or leave it out",
        )
    seen: set[str] = set()
    for position, each in enumerate(register.open):
        path: FieldPath = ("start", "open", position)
        found.exists((*path, "channel"), each.channel, scenario.channels, "channel")
        found.exists((*path, "procedure"), each.procedure, scenario.procedures, "procedure")
        if each.id in seen:
            found.report((*path, "id"), f"{show(each.id)} stands there twice", "", "keep one")
        seen.add(each.id)
        if date.fromisoformat(each.received[:10]) >= register.as_of:
            found.report(
                (*path, "received"),
                f"{each.received} is not before {register.as_of}, when the simulation begins",
                remedy="correct the day, or leave the dossier out",
            )

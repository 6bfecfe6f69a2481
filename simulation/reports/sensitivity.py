"""A sensitivity analysis as tables on the terminal, from its summary alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from simulation.experiments import is_fraction
from simulation.language import _, retold
from simulation.reports.terminal import empty_table, print_heading
from simulation.wording.amounts import NOTHING, bounds, decimal, now, plausible
from simulation.wording.names import effect_style, size_style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from rich.table import Table

    Summary = Mapping[str, Any]


def print_sensitivity(summary: Summary, out: Console) -> None:
    """Print which assumptions matter, by how much, and which were not varied.

    Args:
        summary: The summary of a sensitivity analysis.
        out: Where to print.
    """
    print_heading(summary, out)
    heading = (
        _("What moves {measure}, in points: up by two thirds of the range, or otherwise")
        if is_fraction(summary["measure"])
        else _("What moves {measure}: up by two thirds of the range, or otherwise")
    )
    _section(
        heading.format(measure=summary["measure"]),
        _effects(summary),
        out,
    )
    if summary["sobol"]:
        _section(_("Shares of the variance, of the leaders"), _indices(summary), out)
    _print_verdict(summary, out)
    if summary["not_varied"]:
        table = empty_table(_("Not varied"), _("Why"), texts=[_("Why")])
        for name, reason in summary["not_varied"].items():
            table.add_row(name, retold(reason))
        out.print()
        out.print(table)


def _section(heading: str, table: Table, out: Console) -> None:
    out.print()
    out.print(Text(heading, style="bold"))
    out.print(table)


def _effects(summary: Summary) -> Table:
    style, size = effect_style(summary["measure"]), size_style(summary["measure"])
    columns = (_("Now"), _("From – to"), "μ*", "μ", "σ", _("Noise"), "")
    table = empty_table(_("Assumption"), *columns)
    for name, found in summary["assumptions"].items():
        verdict = {True: "", False: _("not separated"), None: ""}[found["separated"]]
        table.add_row(
            name,
            now(found),
            plausible(found),
            size(found["mu_star"]["mean"]),
            style(found["mu"]["mean"]),
            size(found["sigma"]),
            size(found["noise"]),
            verdict,
            style="dim" if verdict else "",
        )
    return table


def _indices(summary: Summary) -> Table:
    def share(value: float | None) -> str:
        return NOTHING if value is None else decimal(100 * value)

    table = empty_table(_("Assumption"), _("Alone, %"), "95 %", _("With others, %"), "95 %")
    for name, found in summary["sobol"].items():
        cells = []
        for kind in ("first", "total"):
            cells += [share(found[kind]["mean"]), bounds(found[kind], share)]
        table.add_row(name, *cells)
    return table


def _print_verdict(summary: Summary, out: Console) -> None:
    out.print()
    walks, samples = summary["trajectories"], summary["samples"]
    out.print(
        _(
            "μ*: mean size of the effect of such a move, over {walks} walks through the others."
        ).format(walks=walks)
    )
    out.print(_("μ: the same with its sign. σ: how much it depends on the others."))
    out.print(_("Noise: what luck alone makes of an effect."))
    if summary["sobol"]:
        out.print(
            _("Shares: first and total Sobol' indices, from {samples} samples.").format(
                samples=samples
            )
        )
    elif samples:
        out.print(_("Fewer than two are separated, so there is no variance to divide up."))
    out.print(_advice(summary))


def _advice(summary: Summary) -> str:
    """What a planner should go and measure."""
    if summary["replications"] == 1:
        return _(
            "One replication does not tell effects from luck: ask for more with --replications."
        )
    found = [name for name, each in summary["assumptions"].items() if each["separated"]]
    if not found:
        return _("No effect is separated from luck: ask for more with --replications.")
    return _("To be measured first: {found}.").format(found=found[0])

"""What a command does about ``--marginal``: say what it costs, and compute it beside a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulation.cli.speech import notice
from simulation.errors import InputError
from simulation.language import _, n_, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from simulation.cli.progress import Bar
    from simulation.decisions.marginal import Staffings
    from simulation.experiments import Case, Foresight, Model, Outcome, Results, RunResult
    from simulation.scenario import Scenario

_MINUTES_FROM_S: Final = 120


def asked_teams(marginal: bool, teams: Sequence[str] | None) -> Sequence[str] | None:
    """The teams that ``--marginal`` is about, none for all of them; None where it is not asked.

    Raises:
        InputError: There are teams, and nothing to do with them.
    """
    if teams and not marginal:
        raise InputError(_("--team says which teams --marginal is about; add --marginal"))
    return (teams or ()) if marginal else None


def staffings_of(scenario: Scenario, teams: Sequence[str] | None) -> Staffings | None:
    """The staffings that are asked for; None where none are.

    Raises:
        InputError: There is no such team, or nobody to add or take away.
    """
    if teams is None:
        return None
    from simulation.decisions.marginal import neighbours

    staffings = neighbours(scenario, teams or None)
    if not staffings.number:
        raise InputError(
            _("--marginal: no team of {scenario} has work; name some: --team").format(
                scenario=scenario.scenario
            )
        )
    return staffings


def announce(staffings: Staffings, replications: int, one: Foresight) -> None:
    """Say before the start what the marginal values take."""
    number, teams = staffings.number, len(staffings.models)
    seconds = one.seconds * number * replications
    length = (
        _("{number} min").format(number=written(f"{seconds / 60:,.0f}"))
        if seconds > _MINUTES_FROM_S
        else _("{number} s").format(number=written(f"{seconds:,.0f}"))
    )
    notice(
        n_(
            "one more and one less person in {teams} team are {number} staffings: {others} "
            "replications beside the {replications} of the run, about {length} on one core",
            "one more and one less person in {teams} teams are {number} staffings: {others} "
            "replications beside the {replications} of the run, about {length} on one core",
            teams,
        ).format(
            teams=teams,
            number=number,
            others=number * replications,
            replications=replications,
            length=length,
        )
    )


@dataclass(frozen=True)
class _Beside:
    """What is known beside a run: its own outcomes first."""

    result: RunResult
    others: Results

    def find(self, case: Case) -> Outcome | None:
        """The outcome of a case, or None."""
        if case.model == self.result.model:
            return self.result.outcomes.get(case.replication)
        return self.others.find(case)

    def add(self, case: Case, outcome: Outcome) -> None:
        """Keep an outcome."""
        self.others.add(case, outcome)


def with_marginal(
    result: RunResult,
    staffings: Staffings,
    *,
    executor: Executor | None,
    results: Results,
    bar: Bar,
    on_done: Callable[[Model], None],
) -> RunResult:
    """A run with its marginal values, on the same replications.

    Args:
        result: The run.
        staffings: What it is compared with.
        executor: Where to work.
        results: What is known of the staffings; new outcomes are added there.
        bar: What is told of the work.
        on_done: Called with the model of each outcome that is there.
    """
    from dataclasses import replace

    from simulation.decisions.marginal import marginal_values
    from simulation.experiments import Study

    def on_other(model: Model) -> None:
        if model != result.model:  # the run's own have been counted
            on_done(model)

    study = Study(
        result.seed,
        engine=result.engine,
        executor=executor,
        results=_Beside(result, results),
        on_ask=lambda more: bar.ask(more - len(result.outcomes)),
        on_done=on_other,
    )
    values = marginal_values(staffings, study, list(result.outcomes))
    return replace(result, marginal=values.summary)

"""Which options are better than the scenario as it is, by how much, and which is best.

All options of a replication meet the very same dossiers, so what they share cancels in the
differences, which are taken replication by replication.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from simulation.decisions.best import find_best
from simulation.decisions.contrast import (
    MEASURES,
    SHARES,
    System,
    contrast,
    describe,
    moves_between_channels,
    where_it_hurts,
)
from simulation.decisions.differences import CONFIDENCE, level_of_each
from simulation.decisions.marginal import marginal_values, neighbours
from simulation.decisions.precision import FIRST, next_total, worst_ratio
from simulation.decisions.selection import LEAST_FIRST
from simulation.errors import InputError, noted
from simulation.experiments import Model, Study, computed_by, heading, titles
from simulation.language import _
from simulation.scenario import BASE
from simulation.scenario.words import did_you_mean, listed, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.decisions.contrast import Row
    from simulation.experiments import Outcome
    from simulation.scenario import OptionsFile

    Best = Literal["cost", "on-time"]

REPLICATIONS: Final = 20
MOST: Final = 200
INDIFFERENCE: Final = 0.0005
"""A twentieth of a percentage point: of 100,000 dossiers, 50."""


@dataclass(frozen=True)
class Question:
    """What is to be compared, and how well.

    Attributes:
        options: The scenario and its options, applied.
        option: Ids of those that are compared; empty: all.
        replications: How many of each, where no precision is asked for.
        precision: Half-width that is wanted of every difference, by measure, as a fraction for
            rates; empty: as many replications as ``replications`` says.
        max_replications: At most so many of each, with a precision or a selection.
        best: What the best option is looked for by, if at all.
        indifference: A difference of the strict on-time rate that is worth finding, as a fraction.
        target: Strict on-time rate that the cheapest option has to keep; None: the scenario's.
        marginal: Whether to find what one more and one less person in each team would change, in
            the base and in each option.

    Raises:
        InputError: An option is unknown, or numbers do not go together.
    """

    options: OptionsFile
    option: Sequence[str] = ()
    replications: int = REPLICATIONS
    precision: Mapping[str, float] = field(default_factory=dict)
    max_replications: int = MOST
    best: Best | None = None
    indifference: float = INDIFFERENCE
    target: float | None = None
    marginal: bool = False

    def __post_init__(self) -> None:
        """Refuse what makes no sense before anything is simulated."""
        _check_names(self.option, list(self.options.options))
        _check_numbers(self)
        if self.best == "cost":
            _check_target(self.wanted_rate, self.indifference)

    @property
    def names(self) -> list[str]:
        """Ids of the options that are compared, in the order of the file."""
        return [
            name for name in self.options.options if name in (self.option or self.options.options)
        ]

    @property
    def wanted_rate(self) -> float | None:
        """The strict on-time rate that the cheapest option has to keep."""
        return self.options.base.target if self.target is None else self.target

    @cached_property
    def systems(self) -> list[System]:
        """The base and the options."""
        found = [System(BASE, Model.of(self.options.base))]
        for name in self.names:
            cost = self.options.options[name].cost or 0.0
            found.append(System(name, Model.of(self.options.scenarios[name]), cost))
        return found

    def cases(self) -> int:
        """About how many cases there will be: those of the first stage."""
        first = FIRST if self.precision else self.replications
        staffings = sum(neighbours(one.scenario).number for one in self.systems if self.marginal)
        return (len(self.systems) + staffings) * first

    def asked(self) -> dict[str, Any]:
        """The numbers that were asked for, as they stand in the summary."""
        return {
            "options": self.names,
            "replications": None if self.precision else self.replications,
            "precision": dict(self.precision) or None,
            "max_replications": self.max_replications if self.precision or self.best else None,
            "best": self.best,
            "indifference": self.indifference if self.best else None,
            "target": self.wanted_rate if self.best == "cost" else None,
            "marginal": self.marginal,
        }

    def request(self) -> dict[str, Any]:
        """All that can change what comes out, beside the scenario and the seed."""
        models = [(one.name, one.model.digest, one.own_cost) for one in self.systems]
        return {**self.asked(), "models": models}


@dataclass(frozen=True)
class Comparison:
    """What came of a comparison.

    Attributes:
        summary: The object that ``motcua compare --json`` prints; docs/compare.md describes it.
    """

    summary: dict[str, Any]

    def __getitem__(self, option: str) -> dict[str, Any]:
        """What the summary says of an option.

        Raises:
            KeyError: It was not compared.
        """
        found: dict[str, Any] = self.summary["options"][option]
        return found


def compare(
    options: OptionsFile,
    *,
    option: Sequence[str] = (),
    replications: int = REPLICATIONS,
    precision: Mapping[str, float] | None = None,
    max_replications: int = MOST,
    best: Best | None = None,
    indifference: float = INDIFFERENCE,
    target: float | None = None,
    marginal: bool = False,
    study: Study | None = None,
) -> Comparison:
    """Compare options with the scenario as it is, on the very same dossiers.

    Args:
        options: An options file, as `load_options` reads it.
        option: Ids of the options to compare; empty: all.
        replications: How many of each.
        precision: Half-width that is wanted of every difference, by measure, such as
            ``{"on_time_strict": 0.0005}``; then ``replications`` does not count.
        max_replications: At most so many of each, with a precision or a selection.
        best: Look also for the ``"cost"``-cheapest option that keeps the target, or for the one
            with the highest strict ``"on-time"`` rate.
        indifference: A difference of the strict on-time rate that is worth finding.
        target: Strict on-time rate for ``best="cost"``; None: the scenario's.
        marginal: Find also what one more and one less person in each team would change.
        study: Where to run; None: here, with seed 1.

    Raises:
        InputError: Options are unknown, or numbers do not go together.
        AuditError: A result contradicts itself.
    """
    question = Question(
        options, tuple(option), replications, precision or {}, max_replications, best,
        indifference, target, marginal,
    )  # fmt: skip
    return answer(question, study or Study())


def answer(question: Question, study: Study) -> Comparison:
    """Run what a question takes.

    Args:
        question: What is asked.
        study: Where to run.

    Raises:
        InputError: A scenario asks for something that cannot be sampled, or a precision is wanted
            of a measure that it does not have.
        AuditError: A result contradicts itself.
    """
    systems = question.systems
    same = _same_as(systems)
    level = level_of_each(sum(name is None for name in same.values()))
    outcomes = _enough(question, systems, level, study)
    base, *others = (one.rows(own) for one, own in zip(systems, outcomes, strict=True))
    found = {}
    for one, rows, own in zip(systems[1:], others, outcomes[1:], strict=True):
        verdicts = [(b.verdicts, o.verdicts) for b, o in zip(outcomes[0], own, strict=True)]
        found[one.name] = {
            **_about(question, one, same[one.name]),
            **describe(rows),
            **contrast(rows, base, verdicts, level),
            **_hurts(question, one, rows, study),
        }
    best = find_best(question.best, systems, question, study) if question.best else None
    taken = len(outcomes[0])
    return Comparison(
        {
            "kind": "comparison",
            **heading(
                question.options.base,
                model=systems[0].model.digest,
                seed=study.seed,
                replications=range(taken),
                engine=computed_by(outcome for own in outcomes for outcome in own),
            ),
            "request": question.asked(),
            "confidence": CONFIDENCE,
            "simultaneous": {
                "method": "Bonferroni",
                "options": sum(name is None for name in same.values()),
                "level_of_each": level,
            },
            "target": question.options.base.target,
            "base": {**describe(base), **_hurts(question, systems[0], base, study)},
            "options": found,
            "precision": _reached(question, found) if question.precision else None,
            "best": best,
            "titles": _titles(systems),
        }
    )


def _about(question: Question, one: System, same: str | None) -> dict[str, Any]:
    option = question.options.options[one.name]
    return {
        "title": option.title.model_dump(),
        "source": option.source,
        "own_cost": option.cost,
        "model": one.model.digest,
        "same_as": same,
        "moves_between_channels": moves_between_channels(one.scenario, question.options.base),
    }


def _hurts(question: Question, one: System, rows: Sequence[Row], study: Study) -> dict[str, Any]:
    """Where the time of late dossiers went, and what one more and one less person would change."""
    found = where_it_hurts(one.model, rows)
    if question.marginal:
        found["marginal"] = marginal_values(one.scenario, study, range(len(rows))).summary
    return found


def _titles(systems: Sequence[System]) -> dict[str, dict[str, Any]]:
    """What things are called in the base, and what only options have."""
    own = [titles(one.scenario) for one in reversed(systems)]
    return {
        section: dict(sorted(entry for found in own for entry in found[section].items()))
        for section in own[-1]
    }


def _same_as(systems: Sequence[System]) -> dict[str, str | None]:
    """For each option the base or the option before it that is the very same model, if any."""
    first: dict[str, str] = {}
    same: dict[str, str | None] = {}
    for one in systems:
        name = first.setdefault(one.model.digest, one.name)
        same[one.name] = None if name == one.name else name
    del same[BASE]
    return same


def _enough(
    question: Question, systems: Sequence[System], level: float, study: Study
) -> list[list[Outcome]]:
    """Outcomes of all systems in as many replications as are wanted."""
    models = [one.model for one in systems]
    if not question.precision:
        return study.run(models, range(question.replications))
    taken = min(FIRST, question.max_replications)
    while True:
        outcomes = study.run(models, range(taken))
        base, *others = (one.rows(own) for one, own in zip(systems, outcomes, strict=True))
        widths = _widths([contrast(rows, base, [], level) for rows in others], question.precision)
        more = next_total(taken, widths, question.precision, question.max_replications)
        if more == taken:
            return outcomes
        taken = more


def _widths(
    contrasts: Sequence[Mapping[str, Any]], wanted: Mapping[str, float]
) -> dict[str, list[float | None]]:
    """Half-widths of the differences, by measure."""
    found = {name: [_width(one["differences"][name]) for one in contrasts] for name in wanted}
    for name, widths in found.items():
        if all(width is None for width in widths):
            raise InputError(
                noted(
                    _(
                        "--precision: {name} cannot be known precisely: nothing is counted for "
                        "it here"
                    ).format(name=name),
                    remedy=_("ask for the precision of another measure"),
                )
            )
    return found


def _width(interval: Mapping[str, Any]) -> float | None:
    return None if interval["low"] is None else (interval["high"] - interval["low"]) / 2


def _reached(question: Question, found: Mapping[str, Any]) -> dict[str, Any]:
    """How precise the differences are beside what was asked for."""
    widths = _widths(list(found.values()), question.precision)
    reached = {
        name: max(width for width in own if width is not None) for name, own in widths.items()
    }
    return {
        "wanted": dict(question.precision),
        "reached": reached,
        "met": worst_ratio(widths, question.precision) <= 1,
        "first_stage": FIRST,
    }


def _check_names(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise InputError(
                noted(
                    _("--option {name}: there is no option {shown}{near}").format(
                        name=name, shown=show(name), near=did_you_mean(name, known)
                    ),
                    allowed=listed(known),
                )
            )
        if names.count(name) > 1:
            raise InputError(
                _("--option {name} stands there twice; leave one out").format(name=name)
            )


def _check_numbers(question: Question) -> None:
    least = LEAST_FIRST if question.best and not question.precision else 2
    if question.replications < least:
        message = (
            _("--replications {number}: a selection needs at least {least} replications")
            if least == LEAST_FIRST
            else _("--replications {number}: an interval needs at least {least} replications")
        )
        raise InputError(message.format(number=question.replications, least=least))
    first = FIRST if question.precision else question.replications
    if (question.best or question.precision) and question.max_replications < first:
        raise InputError(
            _("--max-replications {max_replications}: the first stage takes {first}").format(
                max_replications=question.max_replications, first=first
            )
        )
    for name, width in question.precision.items():
        if name not in MEASURES:
            raise InputError(
                noted(
                    _("no measure of a comparison is called {name}{near}").format(
                        name=show(name), near=did_you_mean(name, MEASURES)
                    ),
                    allowed=listed(MEASURES),
                )
            )
        if not 0 < width < (1 if name in SHARES else float("inf")):
            raise InputError(
                _("a precision of {width} of {name} is out of range; it is positive").format(
                    width=width, name=name
                )
            )
    if not 0 < question.indifference < 1:
        raise InputError(
            noted(
                _("an indifference zone of {indifference} is out of range").format(
                    indifference=question.indifference
                ),
                allowed=_("a fraction of more than 0 and less than 1; 0.0005 is 0.05pp"),
            )
        )


def _check_target(target: float | None, indifference: float) -> None:
    if target is None:
        raise InputError(
            noted(
                _(
                    "the cheapest option is looked for among those that keep the target, and the "
                    "scenario has none"
                ),
                remedy=_(
                    "give one, such as --target 0.99, or write 'target: 0.99' into the scenario"
                ),
            )
        )
    if not 0 < target <= 1 - indifference:
        raise InputError(
            noted(
                _(
                    "a target of {target:g} cannot be told from one that is missed by "
                    "{indifference:g} percentage points"
                ).format(target=target, indifference=100 * indifference),
                allowed=_(
                    "more than 0 and at most {most:g}, which is 1 less the indifference zone"
                ).format(most=1 - indifference),
                remedy=_("ask for less, or make --indifference smaller"),
            )
        )

"""The shortest deadline that each procedure could promise.

An office that works to the deadline reacts to another one: files held until two days before it are
taken up sooner, and desks that serve the earliest due date serve in another order. So how long
dossiers take today says little. Every deadline that is proposed here has been simulated.

Judge is the strict on-time rate of the procedure with that deadline: pauses, restarts and deadlines
by date are in it as the legal clock has them. First all deadlines are searched together, in few
replications, because one simulation then says something of all of them. Then each is confirmed
alone, in fresh replications; at last all of them are simulated together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from simulation.errors import InputError
from simulation.experiments import Model, heading, titles
from simulation.inference import Interval, rate
from simulation.language import _
from simulation.scenario import vary
from simulation.scenario.model import Backlog
from simulation.scenario.words import did_you_mean
from simulation.semantics import Discipline
from simulation.verdicts import LATE, ON_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulation.experiments import Outcome, Study
    from simulation.scenario import Scenario
    from simulation.scenario.values import Deadline

KIND: Final = "deadlines"
CONFIDENCE: Final = 0.95
"""One-sided: how sure it is that a deadline which is reported is not too short."""
_TWO_SIDED: Final = 2 * CONFIDENCE - 1
"""Level of the interval whose lower bound has that confidence."""
SEARCH: Final = 5
"""Replications of the search; it only guesses, so few are enough."""
_LONGEST: Final = 3
"""Deadlines up to so many times the statutory one are tried."""
_UNITS: Final = {"working days": "wd", "calendar days": "d", "hours": "h"}
_LOWEST: Final = {"wd": 0, "d": 1, "h": 1}


@dataclass(frozen=True)
class Line:
    """What has one deadline: a procedure, or those of its channels that share one.

    Attributes:
        procedure: Its id.
        keys: Where the deadline stands in the scenario: channels, and ``default``.
        channels: The channels that it holds for.
        parted: Whether the procedure has other deadlines too.
        statutory: The deadline.
    """

    procedure: str
    keys: tuple[str, ...]
    channels: tuple[str, ...]
    parted: bool
    statutory: Deadline

    @property
    def unit(self) -> str | None:
        """``wd``, ``d`` or ``h``; None where there is nothing to shorten."""
        return _UNITS.get(self.statutory.kind)

    @property
    def lowest(self) -> int:
        """The shortest conceivable one."""
        return _LOWEST[self.unit or "wd"]

    @property
    def today(self) -> int:
        """The statutory one in whole units, rounded up."""
        return math.ceil(self.statutory.amount)

    @property
    def highest(self) -> int:
        """The longest one that is tried."""
        return max(_LONGEST * self.today, self.today + _LONGEST)

    def text(self, amount: int) -> str:
        """A deadline as it is written in a scenario."""
        return f"{amount} {self.unit}"

    def judge(self, outcomes: Sequence[Outcome]) -> Judged:
        """How its dossiers did, replication by replication."""
        on_time, late = (
            [self._count(outcome.verdicts[verdict]) for outcome in outcomes]
            for verdict in (ON_TIME, LATE)
        )
        due = [sum(both) for both in zip(on_time, late, strict=True)]
        return Judged(sum(due), rate(on_time, due, _TWO_SIDED))

    def _count(self, listed: Mapping[str, Any]) -> int:
        return sum(
            size
            for channel, procedure, _, size in listed["cells"]
            if procedure == self.procedure and channel in self.channels
        )


@dataclass(frozen=True)
class Judged:
    """How the dossiers of a line did with some deadline.

    Attributes:
        due: Dossiers in the strict rate, all replications together.
        on_time: The rate, with an interval of which each bound holds with 95 % confidence.
    """

    due: int
    on_time: Interval

    def seems(self, promise: float) -> bool:
        """Whether the rate is high enough; where nothing was due nothing speaks against it."""
        return self.on_time.mean is None or self.on_time.mean >= promise

    def proves(self, promise: float) -> bool:
        """Whether it is high enough with confidence."""
        return self.on_time.low is not None and self.on_time.low >= promise


class Bracket:
    """Search for the smallest number that passes, where whatever is larger passes too.

    From a guess it strides, ever farther, until one number fails and another passes; then it
    halves what lies between.

    Args:
        lowest: The smallest number there is.
        guess: Where to begin.
        highest: The largest number to try.
        stride: How far the first step goes.

    Attributes:
        next: What to try now; None when nothing is left to try.
        passes: The smallest number that passed; None where none did.
    """

    def __init__(self, lowest: int, guess: int, highest: int, stride: int = 1) -> None:
        self._lowest, self._highest, self._stride = lowest, highest, stride
        self._fails = lowest - 1
        self.passes: int | None = None
        self.next: int | None = min(max(guess, lowest), highest)

    def note(self, *, passed: bool) -> None:
        """Note what came of `next`, and go on."""
        if self.next is None:
            raise ValueError("nothing was tried")
        if passed:
            self.passes = self.next
        else:
            self._fails = self.next
        self.next = self._following()

    def give_up(self) -> None:
        """Try nothing more."""
        self.next = None

    def _following(self) -> int | None:
        if self.passes is None:
            ahead = self._fails + self._stride
            self._stride *= 2
            return None if self._fails >= self._highest else min(ahead, self._highest)
        if self.passes - self._fails == 1:
            return None
        if self._fails < self._lowest:
            ahead = self.passes - self._stride
            self._stride *= 2
            return max(ahead, self._lowest)
        return (self.passes + self._fails) // 2


@dataclass(frozen=True)
class Found:
    """What was found for a line.

    Attributes:
        line: The line.
        status: ``found``; ``on-the-spot`` and ``no-deadline``: nothing to shorten;
            ``no-dossiers``; ``too-few``: even without a late one they would prove nothing;
            ``not-sure``: it may be high enough, but not with confidence; ``out-of-reach``: not even
            with the longest deadline that is tried.
        statutory: How it did with the statutory deadline.
        shortest: The deadline that was found.
        at_shortest: How it did with this.
        one_less: How it did with a unit less; None where there is no shorter one.
        needed: Replications that would be enough, where there are too few dossiers.
    """

    line: Line
    status: str
    statutory: Judged
    shortest: int | None = None
    at_shortest: Judged | None = None
    one_less: Judged | None = None
    needed: int | None = None


@dataclass(frozen=True)
class Together:
    """What becomes of a line when all the deadlines that were found hold at once.

    Attributes:
        amount: The deadline; longer than that found alone where this did not hold.
        judged: How it did.
    """

    amount: int
    judged: Judged


@dataclass(frozen=True)
class Deadlines:
    """The shortest deadlines of a scenario.

    Attributes:
        model: What was simulated.
        study: What ran the cases.
        promise: The rate that is promised.
        numbers: Numbers of the replications that confirm.
        reacts: Whether the office works to the deadline, or its start depends on it.
        found: One entry a line.
        together: Of the lines for which a deadline was found.
    """

    model: Model
    study: Study
    promise: float
    numbers: list[int]
    reacts: bool
    found: list[Found]
    together: dict[Line, Together]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The object that `motcua deadlines --json` prints; docs/deadlines.md describes it."""
        scenario, outcomes = self.model.scenario, self.study.outcomes_of(self.model)
        return {
            "kind": KIND,
            **heading(
                scenario,
                model=self.model.digest,
                seed=self.study.seed,
                replications=self.numbers,
                engine=", ".join(sorted({outcome.engine for outcome in outcomes.values()})),
            ),
            "promise": self.promise,
            "confidence": CONFIDENCE,
            "works_to_deadlines": self.reacts,
            "deadlines": [self._entry(found) for found in self.found],
            "titles": titles(scenario),
        }

    def _entry(self, found: Found) -> dict[str, Any]:
        line, together = found.line, self.together.get(found.line)
        saving = None if found.shortest is None else line.statutory.amount - found.shortest
        return {
            "procedure": line.procedure,
            "channels": list(line.channels) if line.parted else None,
            "statutory": str(line.statutory),
            "status": found.status,
            "shortest": None if found.shortest is None else line.text(found.shortest),
            "unit": line.unit,
            "saving": saving,
            "due": found.statutory.due,
            "on_time_statutory": found.statutory.on_time.as_dict(),
            "on_time": _interval(found.at_shortest),
            "on_time_one_less": _interval(found.one_less),
            "replications_needed": found.needed,
            "together": together
            and {
                "deadline": line.text(together.amount),
                "on_time": together.judged.on_time.as_dict(),
                "holds": together.judged.proves(self.promise),
            },
        }


def _interval(judged: Judged | None) -> dict[str, Any] | None:
    return None if judged is None else {**judged.on_time.as_dict()}


def lines_of(scenario: Scenario, procedures: Sequence[str] | None = None) -> list[Line]:
    """The lines of some procedures (None: of all), in order.

    Raises:
        InputError: There is no such procedure.
    """
    for name in procedures or ():
        if name not in scenario.procedures:
            hint = did_you_mean(name, scenario.procedures)
            hint = hint or _("; there are {names}").format(
                names=", ".join(sorted(scenario.procedures))
            )
            raise InputError(
                _("there is no procedure {name!r} in {scenario}{hint}").format(
                    name=name, scenario=scenario.scenario, hint=hint
                )
            )
    chosen = sorted(scenario.procedures) if procedures is None else dict.fromkeys(procedures)
    return [line for name in chosen for line in _lines(scenario, name)]


def _lines(scenario: Scenario, name: str) -> list[Line]:
    by_text: dict[str, list[str]] = {}
    deadlines = scenario.procedures[name].deadline
    for key, deadline in deadlines.items():
        by_text.setdefault(str(deadline), []).append(key)
    lines = []
    for keys in by_text.values():
        channels = [
            channel
            for channel in sorted(scenario.channels)
            if (channel if channel in deadlines else "default") in keys
        ]
        if channels:
            parted = len(by_text) > 1
            lines.append(
                Line(name, tuple(sorted(keys)), tuple(channels), parted, deadlines[keys[0]])
            )
    return sorted(lines, key=lambda line: line.channels)


def works_to_deadlines(model: Model) -> bool:
    """Whether another deadline changes more than verdicts.

    It does where a desk serves the earliest due date, a step is anchored on it, or the assumed
    backlog, which is drawn by deadlines, is not empty. Else what happens is the same whatever the
    deadline, and one simulation judges all lines at once.
    """
    service, start = model.plan.service, model.scenario.start
    by_due = any(desk.discipline == Discipline.EARLIEST_DUE for desk in service.desks)
    carried_in = isinstance(start, Backlog) and start.backlog > 0
    return bool(by_due or service.rows.from_due.any() or carried_in)


def check_promise(promise: float) -> None:
    """Refuse what is no promise.

    Raises:
        InputError: It does not lie between 0 and 1.
    """
    if not 0 < promise < 1:
        hint = (
            _("; {share:g} is {percent:g} %").format(share=promise / 100, percent=promise)
            if 1 < promise < 100  # noqa: PLR2004 - a percentage
            else ""
        )
        raise InputError(
            _(
                "promise = {promise:g}: write a fraction above 0 and below 1, such as 0.99{hint}"
            ).format(promise=promise, hint=hint)
        )


def deadlines(
    scenario: Scenario,
    study: Study,
    *,
    promise: float = 0.99,
    procedures: Sequence[str] | None = None,
    replications: int = 20,
) -> Deadlines:
    """The shortest deadline that each procedure could promise.

    Args:
        scenario: What is asked about.
        study: What runs the cases; all deadlines meet the same dossiers.
        promise: The share of dossiers that must be resolved in time.
        procedures: Which ones; None: all.
        replications: How many confirm each deadline.

    Raises:
        InputError: An argument makes no sense, or the scenario cannot be sampled.
        AuditError: A replication contradicts itself.
    """
    check_promise(promise)
    if replications < 1:
        raise InputError(
            _("replications = {replications}: there must be at least one").format(
                replications=replications
            )
        )
    lines = lines_of(scenario, procedures)
    return _Search(Model.of(scenario), study, promise, lines, replications).result()


class _Search:
    """The search for the deadlines of some lines."""

    def __init__(
        self, model: Model, study: Study, promise: float, lines: list[Line], replications: int
    ) -> None:
        self.model, self.study, self.promise, self.lines = model, study, promise, lines
        self.reacts = works_to_deadlines(model)
        self.few = list(range(min(SEARCH, replications)))
        self.fresh = list(range(len(self.few), len(self.few) + replications))
        self.tried: dict[tuple[Line, int], Judged] = {}
        """What was judged in fresh replications, a line's deadline changed alone."""
        self._models: dict[frozenset[tuple[Line, int]], Model] = {}

    def result(self) -> Deadlines:
        """Search, confirm, and simulate together."""
        open_lines = [line for line in self.lines if line.unit]
        guesses = self._guess(open_lines)
        (base,) = self.study.run([self.model], self.fresh)
        today = {line: line.judge(base) for line in self.lines}
        brackets = self._confirm(guesses)
        found = [self._found(line, brackets.get(line), today[line]) for line in self.lines]
        together = self._together({f.line: f.shortest for f in found if f.shortest is not None})
        return Deadlines(
            self.model, self.study, self.promise, self.fresh, self.reacts, found, together
        )

    def _guess(self, lines: list[Line]) -> dict[Line, int]:
        """The smallest deadlines that seem long enough when all are changed at once."""
        brackets = {
            line: Bracket(line.lowest, line.today, line.highest, max(line.today // 4, 1))
            for line in lines
        }
        while trying := _next(brackets):
            (outcomes,) = self.study.run([self._varied(trying)], self.few)
            for line in trying:
                brackets[line].note(passed=line.judge(outcomes).seems(self.promise))
        return {
            line: line.highest if bracket.passes is None else bracket.passes
            for line, bracket in brackets.items()
        }

    def _confirm(self, guesses: dict[Line, int]) -> dict[Line, Bracket]:
        """The smallest deadlines that are long enough with confidence, one line at a time."""
        brackets = {
            line: Bracket(line.lowest, guess, line.highest) for line, guess in guesses.items()
        }
        while trying := _next(brackets):
            for line, judged in self._judge_alone(trying).items():
                self.tried[line, trying[line]] = judged
                brackets[line].note(passed=judged.proves(self.promise))
                if judged.due < self._enough:
                    brackets[line].give_up()
        return brackets

    def _judge_alone(self, trying: dict[Line, int]) -> dict[Line, Judged]:
        """How each line does if its own deadline is another."""
        if not self.reacts:  # then one simulation is that of each line
            (outcomes,) = self.study.run([self._varied(trying)], self.fresh)
            return {line: line.judge(outcomes) for line in trying}
        models = [self._varied({line: amount}) for line, amount in trying.items()]
        results = self.study.run(models, self.fresh)
        return {line: line.judge(outcomes) for line, outcomes in zip(trying, results, strict=True)}

    @property
    def _enough(self) -> int:
        """Dossiers that prove the promise if none of them is late (Clopper and Pearson)."""
        return math.ceil(math.log(1 - CONFIDENCE) / math.log(self.promise))

    def _found(self, line: Line, bracket: Bracket | None, today: Judged) -> Found:
        if bracket is None:
            nothing = {"on the spot": "on-the-spot", "none": "no-deadline"}
            return Found(line, nothing[line.statutory.kind], today)
        amount = bracket.passes
        judged = [self.tried[key] for key in self.tried if key[0] == line]
        if amount is not None and self.tried[line, amount].due >= self._enough:
            at, less = self.tried[line, amount], self.tried.get((line, amount - 1))
            return Found(line, "found", today, amount, at, less)
        due = max(today.due, *(found.due for found in judged))
        if not due:
            return Found(line, "no-dossiers", today)
        if min(found.due for found in judged) < self._enough:
            needed = math.ceil(self._enough * len(self.fresh) / due)
            return Found(line, "too-few", today, needed=max(needed, len(self.fresh) + 1))
        seems = any(found.seems(self.promise) for found in judged)
        return Found(line, "not-sure" if seems else "out-of-reach", today)

    def _together(self, amounts: dict[Line, int]) -> dict[Line, Together]:
        """All deadlines at once; those that then do not hold grow, at most to what they are today.

        So nobody is promised a longer one because others are promised shorter ones.
        """
        longest = {line: max(amount, line.today) for line, amount in amounts.items()}
        while True:
            (outcomes,) = self.study.run([self._varied(amounts)], self.fresh)
            judged = {line: line.judge(outcomes) for line in amounts}
            longer = {
                line: amount + 1
                for line, amount in amounts.items()
                if amount < longest[line] and not judged[line].proves(self.promise)
            }
            if not longer:
                return {line: Together(amount, judged[line]) for line, amount in amounts.items()}
            amounts |= longer

    def _varied(self, amounts: Mapping[Line, int]) -> Model:
        """The model with other deadlines."""
        key = frozenset(amounts.items())
        if key not in self._models:
            changes = {
                f"procedures.{line.procedure}.deadline.{name}": line.text(amount)
                for line, amount in amounts.items()
                for name in line.keys
            }
            self._models[key] = Model.of(vary(self.model.scenario, changes, "motcua deadlines"))
        return self._models[key]


def _next(brackets: Mapping[Line, Bracket]) -> dict[Line, int]:
    return {line: b.next for line, b in brackets.items() if b.next is not None}


def foresee_cases(model: Model, lines: Iterable[Line], replications: int) -> int:
    """About how many replications the search takes."""
    open_lines = sum(line.unit is not None for line in lines)
    models = 3 * open_lines if works_to_deadlines(model) else 4
    return (models + 2) * replications + 10 * min(SEARCH, replications)

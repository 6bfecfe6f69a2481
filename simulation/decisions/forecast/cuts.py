"""A forecast put to the test: cut a simulated truth, forecast from there, compare with what came.

The truth is a replication of the scenario; its open dossiers at the beginning of a day are written
as a register, and a forecast is made of them with other luck. If it is right, what came is one more
of the futures: its rank among them is uniform, and a 90 % interval holds it nine times in ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import scipy

from simulation.decisions.forecast.outlook import Forecast, at_day, run_on_days
from simulation.decisions.forecast.quantiles import LEVEL, quantile, randomised_rank, within
from simulation.errors import InputError
from simulation.experiments import Case, Model, Study, heading, witness
from simulation.experiments.summary import FORM_COLUMNS
from simulation.inference import clopper_pearson, student
from simulation.language import _
from simulation.register import OpenRegister
from simulation.scenario import vary
from simulation.scenario.model import OpenDossier
from simulation.snapshot import Aftermath, History, Snapshot, aftermath, history, snapshot
from simulation.streams import Streams
from simulation.units import DAY_S, FAR, NEVER
from simulation.worktime import add

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from simulation.scenario import Scenario
    from simulation.worktime import Calendar

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

CUTS: Final = 200
FUTURES: Final = 19
"""So many that 5 % of them and the truth are one."""
_FIRST_CUT: Final = 0.25
_LAST_CUT: Final = 0.9
"""Cuts lie between these parts of the period: there is something open, and something to come."""
_APART: Final = 10_000
"""Numbers of the futures of different cuts lie so far apart; truths are numbered from 0."""
_LEAST_HISTORY: Final = 5
"""Fewer resolved dossiers of a procedure say less than those of all procedures."""


class _Tested(NamedTuple):
    """What is compared of one cut: ranks of counts, and columns by dossier."""

    counts: dict[str, _Count]
    ranks: Floats
    inside: Bools
    width_days: Floats
    naive_inside: Bools
    naive_width_days: Floats
    probability: Floats
    late: Bools
    naive_late: _Count


class _Count(NamedTuple):
    """One count of one cut: its rank, whether the closed interval holds it, and its width."""

    rank: float
    inside: bool
    width: float


@dataclass(frozen=True)
class Backtest:
    """What some cuts say of the forecasts made at them.

    Attributes:
        scenario: Whose replications were the truths.
        digest: Of its model.
        seed, engine, futures: Of the study.
        cuts: The days, one a truth.
        open: How many dossiers were open at each.
    """

    scenario: Scenario
    digest: str
    seed: int
    engine: str
    futures: int
    cuts: tuple[date, ...]
    open: tuple[int, ...]
    _tested: tuple[_Tested, ...]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The object that `motcua forecast --backtest --json` prints; docs/forecast.md has it."""
        tested = self._tested
        names = tested[0].counts
        return {
            "kind": "backtest",
            **heading(
                self.scenario,
                model=self.digest,
                seed=self.seed,
                replications=list(range(len(self.cuts))),
                engine=self.engine,
            ),
            "level": LEVEL,
            "futures": self.futures,
            "cuts": [
                {"as_of": day.isoformat(), "open": number}
                for day, number in zip(self.cuts, self.open, strict=True)
            ],
            "counts": {name: _covered([each.counts[name] for each in tested]) for name in names},
            "naive_late_of_open": _covered([each.naive_late for each in tested]),
            "resolved": self._dates("inside", "width_days"),
            "naive_resolved": self._dates("naive_inside", "naive_width_days"),
            "probabilities": self._probabilities(),
        }

    def _dates(self, inside: str, width: str) -> dict[str, Any]:
        """Coverage of the dates of single dossiers; those of one cut depend on each other."""
        some = [each for each in self._tested if len(each.ranks)]
        parts = [float(getattr(each, inside).mean()) for each in some]
        pooled = np.concatenate([getattr(each, inside) for each in some])
        widths = np.concatenate([getattr(each, width) for each in some])
        found: dict[str, Any] = {
            "dossiers": len(pooled),
            "coverage": float(pooled.mean()),
            "coverage_by_cut": student(parts).as_dict(),
            "mean_width_days": float(widths.mean()),
        }
        if inside == "inside":
            ranks = np.concatenate([each.ranks for each in some])
            found["coverage_randomised"] = float(within(ranks).mean())
        return found

    def _probabilities(self) -> dict[str, Any]:
        """Whether of the dossiers to which p was given a share p came to be late."""
        probability = np.concatenate([each.probability for each in self._tested])
        late = np.concatenate([each.late for each in self._tested])
        bins = np.minimum((probability * 5).astype(int), 4)
        return {
            "brier": float(np.mean((probability - late) ** 2)),
            "brier_of_the_mean": float(np.mean((late.mean() - late) ** 2)),
            "bins": [
                {
                    "from": number / 5,
                    "to": (number + 1) / 5,
                    "dossiers": int((bins == number).sum()),
                    "predicted": float(probability[bins == number].mean()),
                    "came": float(late[bins == number].mean()),
                }
                for number in range(5)
                if (bins == number).any()
            ],
        }


def _covered(counts: Sequence[_Count]) -> dict[str, Any]:
    ranks = np.array([each.rank for each in counts])
    covered = within(ranks)
    return {
        "coverage": float(np.mean([each.inside for each in counts])),
        "coverage_randomised": clopper_pearson(int(covered.sum()), len(counts)).as_dict(),
        "mean_width": float(np.mean([each.width for each in counts])),
    }


def backtest(
    scenario: Scenario,
    *,
    cuts: int = CUTS,
    futures: int = FUTURES,
    study: Study | None = None,
) -> Backtest:
    """Forecast from the cuts of simulated truths, and compare with what came.

    Args:
        scenario: Its replications 0, 1, … are the truths, cut once each on days of its period.
        cuts: How many.
        futures: Replications of each forecast.
        study: Where futures run; None: here.

    Raises:
        InputError: An argument makes no sense, or at a cut no dossier is open.
    """
    if cuts < 1 or not 1 <= futures < _APART:
        raise InputError(
            _(
                "--cuts {cuts} and --replications {futures}: write at least one cut, and "
                "from one to {most} replications"
            ).format(cuts=cuts, futures=futures, most=_APART - 1)
        )
    study = Study() if study is None else study
    truth = truth_of(scenario)
    days, numbers, tested = _days(scenario, cuts, study.seed), [], []
    for number, day in enumerate(days):
        found, open_now = _test(truth, scenario, day, number, futures, study)
        tested.append(found)
        numbers.append(open_now)
    return Backtest(
        scenario=scenario,
        digest=Model.of(scenario).digest,
        seed=study.seed,
        engine=study.engine,
        futures=futures,
        cuts=tuple(days),
        open=tuple(numbers),
        _tested=tuple(tested),
    )


def truth_of(scenario: Scenario) -> Model:
    """The model whose replications are cut: it runs on until all is known of what was open."""
    run_on = max(round(scenario.run_on.seconds / DAY_S), run_on_days(scenario))
    return Model.of(vary(scenario, {"run_on": f"{run_on} d"}))


def cut_at(truth: Model, day: date, *, seed: int, replication: int, engine: str) -> OpenRegister:
    """The register that an office would have at the beginning of a day.

    Raises:
        InputError: The day is not within the period, or nothing is open then.
    """
    record = witness(Case(truth, seed, replication), engine)
    at_s = (day - truth.plan.demand.horizon.first_day).days * DAY_S
    return _register(truth, snapshot(record, at_s), day)


def _days(scenario: Scenario, cuts: int, seed: int) -> list[date]:
    """Days on which truths are cut, spread over the middle of the period in no order."""
    period = scenario.period
    length = (period.last_day - period.first_day).days + 1
    first, last = round(_FIRST_CUT * length), max(round(_LAST_CUT * length), 1)
    u = Streams(seed).uniforms("backtest", "days", n=cuts)
    return [period.first_day + timedelta(days=int(first + x * max(last - first, 1))) for x in u]


def _test(  # noqa: PLR0917  a cut is a truth, a day and a number
    truth: Model, scenario: Scenario, day: date, number: int, futures: int, study: Study
) -> tuple[_Tested, int]:
    record = witness(Case(truth, study.seed, number), study.engine)
    horizon = truth.plan.demand.horizon
    cut = snapshot(record, (day - horizon.first_day).days * DAY_S)
    register = _register(truth, cut, day)
    model = Model.of(at_day(scenario, register))
    apart = range((number + 1) * _APART, (number + 1) * _APART + futures)
    (outcomes,) = study.run([model], apart)
    made = Forecast(model, register, 0.5, tuple(outcomes), study.seed, study.engine)
    came = aftermath(record, cut, horizon.stop_s, horizon.end_s)
    known = history(record, cut.at_s)
    compared = _Comparison(made, truth, cut, came, known, Streams(study.seed, number))
    return compared.tested(), len(register.dossiers)


def _register(truth: Model, cut: Snapshot, day: date) -> OpenRegister:
    horizon, names = truth.plan.demand.horizon, truth.plan.service.names
    cells = truth.plan.service.cells
    if not len(cut.dossier):
        raise InputError(
            _("no dossier is open on {day}; choose another day, or a busier scenario").format(
                day=day
            )
        )
    entries = zip(
        cut.dossier.tolist(), cut.cell.tolist(), cut.received_s.tolist(), cut.paused_days.tolist(),
        cut.step, strict=True,
    )  # fmt: skip
    return OpenRegister(
        as_of=day,
        dossiers=tuple(
            OpenDossier(
                id=_name(dossier),
                channel=names.channels[cells.channel[cell]],
                procedure=names.procedures[cells.procedure[cell]],
                received=horizon.instant(received_s).strftime("%Y-%m-%d %H:%M:%S"),
                step=step,
                paused=round(paused, 6),
            )
            for dossier, cell, received_s, paused, step in entries
        ),
    )


def _name(dossier: int) -> str:
    return f"D{dossier + 1:06}"


@dataclass(frozen=True)
class _Comparison:
    """A forecast beside what came."""

    made: Forecast
    truth: Model
    cut: Snapshot
    came: Aftermath
    known: History
    streams: Streams

    def tested(self) -> _Tested:
        """All that is compared."""
        values, truth_s = self.made.resolved_s[:, self._in_order], self._resolved_s
        width, inside = self._width_days(values, truth_s)
        naive_width, naive_inside = self._naive(truth_s)
        u = self.streams.uniforms("backtest", "dossiers", n=len(truth_s))
        return _Tested(
            counts=dict(self._counts()),
            ranks=randomised_rank(values, truth_s, u),
            inside=inside,
            width_days=width,
            naive_inside=naive_inside,
            naive_width_days=naive_width,
            probability=self.made.late[:, self._in_order].mean(axis=0),
            late=self.came.late,
            naive_late=self._naive_late(),
        )

    @cached_property
    def _in_order(self) -> Ints:
        """Where each dossier of the cut stands in the columns of the forecast."""
        place = {name: k for k, name in enumerate(self.made.ids)}
        return np.array([place[_name(d)] for d in self.cut.dossier.tolist()], np.int64)

    @cached_property
    def _shift_s(self) -> int:
        """From seconds of the truth's horizon to those of the forecast's."""
        ours, theirs = (m.plan.demand.horizon for m in (self.made.model, self.truth))
        return (theirs.first_day - ours.first_day).days * DAY_S

    @cached_property
    def _resolved_s(self) -> Ints:
        resolved_s = self.came.resolved_s
        return np.where(resolved_s == NEVER, FAR, resolved_s + self._shift_s)

    def _counts(self) -> Iterator[tuple[str, _Count]]:
        late = np.count_nonzero(self.made.late, axis=1)
        stop_s = self.made.model.plan.demand.horizon.stop_s
        by_end = int(np.count_nonzero(self._resolved_s < stop_s))
        yield "late_of_open", self._count("late", late, int(self.came.late.sum()))
        yield "resolved_of_open", self._count("resolved", self.made.resolved_by_end, by_end)
        total = list(self.made.forms)[-1]
        columns = self.made.forms[total].T
        for name, column, came in zip(FORM_COLUMNS, columns, self.came.form, strict=True):
            if name != "c6_carried_in":  # what is known already
                yield name, self._count(name, column, came)

    def _count(self, name: str, values: Ints, came: int) -> _Count:
        tail = (1 - LEVEL) / 2
        low, high = quantile(values, tail), quantile(values, 1 - tail)
        u = self.streams.uniforms("backtest", name, n=1)[0]
        rank = float(randomised_rank(values, came, u))
        return _Count(rank, low <= came <= high, float(high - low))

    def _width_days(self, values: Ints, truth_s: Ints) -> tuple[Floats, Bools]:
        tail = (1 - LEVEL) / 2
        bounds = np.array(
            [[quantile(column, p) for column in values.T] for p in (tail, 1 - tail)], np.int64
        ).reshape(2, -1)
        return self._days(bounds), (bounds[0] <= truth_s) & (truth_s <= bounds[1])

    def _days(self, bounds: Ints) -> Floats:
        """Widths; what lies beyond the simulated time counts as its end."""
        end_s = self.made.model.plan.demand.horizon.end_s
        low, high = np.minimum(bounds, end_s)
        return np.asarray((high - low) / DAY_S)

    def _naive(self, truth_s: Ints) -> tuple[Floats, Bools]:
        """Receipt and the middle 90 % of the cycle times of its procedure so far."""
        legal = self.truth.plan.service.calendars[self.truth.plan.service.legal]
        bounds = np.stack([self._after(legal, p) for p in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)])
        bounds = np.maximum(bounds, self.cut.at_s) + self._shift_s
        return self._days(bounds), (bounds[0] <= truth_s) & (truth_s <= bounds[1])

    def _after(self, legal: Calendar, p: float) -> Ints:
        known = self.known
        cycle_s = np.zeros(len(self.cut.cell), np.int64)
        for cell in np.unique(self.cut.cell).tolist():
            own = known.cycle_s[known.cell == cell]
            from_s = own if len(own) >= _LEAST_HISTORY else known.cycle_s
            if len(from_s):
                cycle_s[self.cut.cell == cell] = round(float(np.quantile(from_s, p)))
        return add(legal, self.cut.received_s, cycle_s)

    def _naive_late(self) -> _Count:
        """So many of the open are late as of those resolved so far, one independent of another."""
        number, late = len(self.cut.cell), self.known.late
        share = float(late.mean()) if len(late) else 0.0
        tail = (1 - LEVEL) / 2
        low, high = (float(scipy.stats.binom.ppf(p, number, share)) for p in (tail, 1 - tail))
        came = int(self.came.late.sum())
        below, equal = (
            scipy.stats.binom.cdf(came - 1, number, share),
            scipy.stats.binom.pmf(came, number, share),
        )
        u = self.streams.uniforms("backtest", "naive", n=1)[0]
        return _Count(float(below + u * equal), low <= came <= high, high - low)

"""From the dossiers that are open today to the end of the period: who will be late?

A register becomes the start of a scenario, which is then a model like any other: its dossiers go on
from where they stand, new ones come as the scenario has them for the rest of the period, and each
replication is one possible future. What is said of a dossier or a count is the distribution over
these futures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.decisions.forecast.quantiles import date_of, predicted, quantile
from simulation.errors import InputError
from simulation.experiments import Model, Study, heading, titles
from simulation.experiments.summary import FORM_COLUMNS
from simulation.followed import is_late, unpacked
from simulation.inference import clopper_pearson
from simulation.language import _, later
from simulation.legal import Class, LegalClock, due, extend
from simulation.plan.deadlines import rough_wd
from simulation.plan.horizon import clock_days
from simulation.scenario import vary
from simulation.units import DAY_S, FAR, NEVER
from simulation.worktime import subtract_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from simulation.experiments import Outcome
    from simulation.followed import Followed
    from simulation.plan.arrays import Registered
    from simulation.register import OpenRegister
    from simulation.scenario import Scenario
    from simulation.scenario.model import OpenDossier

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

REPLICATIONS: Final = 200
"""Futures by default: a probability of one half is known to within 7 points."""
_MOST_RUN_ON_DAYS: Final = 366
FORECAST_HEADER: Final = (
    "id", "channel", "procedure", "received", "step", "due", "late", "late_low", "late_high",
    "resolved_median", "resolved_p10", "resolved_p90", "undecided", "notice_by", "notice",
)  # fmt: skip
"""Columns of forecast.csv."""
FORM_HEADER: Final = ("field", "column", "mean", "low", "high")
"""Columns of form-06a.csv; 90 % of the futures lie from low to high."""


def at_day(scenario: Scenario, register: OpenRegister, until: date | None = None) -> Scenario:
    """The scenario that begins on the day of a register, with its open dossiers.

    It runs on behind the end of the period as long as the longest deadline takes, so that it is
    known of nearly every open dossier when it is resolved.

    Args:
        scenario: Whose period the day lies in.
        register: The dossiers and the day.
        until: The last day of the period to be measured; None: the scenario's.

    Raises:
        InputError: The days do not lie in the period in this order.
        ScenarioError: The dossiers do not fit the scenario.
    """
    period, as_of = scenario.period, register.as_of
    if not period.first_day <= as_of <= period.last_day:
        raise InputError(
            _(
                "--as-of {as_of} is not within the period of {scenario}, {first_day} to "
                "{last_day}; name a day of it, or move the period with --set "
                "period.first_day=… and --set period.last_day=…"
            ).format(
                as_of=as_of,
                scenario=scenario.scenario,
                first_day=period.first_day,
                last_day=period.last_day,
            )
        )
    if until is not None and not as_of <= until <= period.last_day:
        raise InputError(
            _(
                "--until {until} is not between {as_of} and the end of the period, {last_day}"
            ).format(until=until, as_of=as_of, last_day=period.last_day)
        )
    run_on = max(round(scenario.run_on.seconds / DAY_S), run_on_days(scenario))
    start = {
        "as_of": as_of.isoformat(),
        **({} if until is None else {"until": until.isoformat()}),
        "open": [each.model_dump(mode="json", exclude_none=True) for each in register.dossiers],
    }
    return vary(scenario, {"start": start, "run_on": f"{run_on} d"}, origin=later("the register"))


def run_on_days(scenario: Scenario) -> int:
    """Clock days that hold the longest deadline of all procedures."""
    deadlines = (d for one in scenario.procedures.values() for d in one.deadline.values())
    return min(clock_days(max(map(rough_wd, deadlines))), _MOST_RUN_ON_DAYS)


@dataclass(frozen=True)
class Forecast:
    """What is expected of a register.

    Attributes:
        model: The scenario that begins with it.
        register: The register.
        apologise_above: From which probability of being late on a notice is due.
        outcomes: The futures.
        seed, engine: Of the study.
    """

    model: Model
    register: OpenRegister
    apologise_above: float
    outcomes: tuple[Outcome, ...]
    seed: int
    engine: str

    @cached_property
    def _followed(self) -> list[Followed]:
        return [unpacked(outcome.followed) for outcome in self.outcomes]

    @cached_property
    def _known(self) -> list[tuple[int, Registered]]:
        """Cells with dossiers of the register, in the order in which these are followed."""
        cells = self.model.plan.demand.cells
        return [(cell.cell, cell.registered) for cell in cells if cell.registered is not None]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of the dossiers, in the order of all columns below."""
        return tuple(name for _, known in self._known for name in known.id)

    @cached_property
    def resolved_s(self) -> Ints:
        """When each is resolved; FAR: not within the simulated time. (replications, dossiers)."""
        found = np.stack([followed.resolved_s for followed in self._followed])
        return np.where(found == NEVER, FAR, found)

    @cached_property
    def late(self) -> NDArray[np.bool_]:
        """Whether each is late or overdue in the end. Shape: (replications, dossiers)."""
        return np.stack([is_late(followed) for followed in self._followed])

    @cached_property
    def _undecided(self) -> Floats:
        """Share of the futures at whose end each is open and in term."""
        open_classes = (Class.IN_TERM, Class.NONE)
        found = np.stack([np.isin(f.klass, open_classes) for f in self._followed])
        return np.asarray(found.mean(axis=0))

    @cached_property
    def due_s(self) -> Ints:
        """When each is due as things stand; FAR: no deadline; NEVER: not received."""
        service = self.model.plan.service
        law = LegalClock(service.calendars[service.legal], service.cutoff_s)
        accepted = self._followed[0].accepted_s
        found = []
        for cell, known in self._known:
            kind = np.full(len(known.id), service.cells.deadline_kind[cell])
            amount = np.full(len(known.id), service.cells.deadline_amount[cell])
            due_s = due(law, kind, amount, known.received_s)
            found.append(extend(law, kind, due_s, known.paused_s))
        received = accepted == self._received_s
        return np.where(received, np.concatenate(found), NEVER)

    @cached_property
    def _received_s(self) -> Ints:
        return np.concatenate([known.received_s for _, known in self._known])

    @cached_property
    def forms(self) -> dict[str, Ints]:
        """Columns 3 to 13 of the form by field. Shape of each: (replications, 11)."""
        rows = self.outcomes[0].form
        return {field: np.array([o.form[field] for o in self.outcomes]) for field in rows}

    @cached_property
    def resolved_by_end(self) -> Ints:
        """How many of the open dossiers are resolved by the end of the period."""
        stop_s = self.model.plan.demand.horizon.stop_s
        return np.asarray(np.count_nonzero(self.resolved_s < stop_s, axis=1))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The object that `motcua forecast --json` prints; docs/forecast.md describes it."""
        scenario = self.model.scenario
        numbers = list(range(len(self.outcomes)))
        dossiers = self._dossiers()
        return {
            "kind": "forecast",
            **heading(
                scenario,
                model=self.model.digest,
                seed=self.seed,
                replications=numbers,
                engine=self.engine,
            ),
            "as_of": self.register.as_of.isoformat(),
            "until": self._last_day.isoformat(),
            "simulated_to": self._day(self.model.plan.demand.horizon.end_s - 1).isoformat(),
            "confidence": 0.95,
            "prediction": 0.9,
            "apologise_above": self.apologise_above,
            "register": self._about_register(),
            "late_of_open": predicted(np.count_nonzero(self.late, axis=1)),
            "resolved_of_open": predicted(self.resolved_by_end),
            "open": dossiers,
            "form_06a": {
                "columns": list(FORM_COLUMNS),
                "rows": {
                    field: [predicted(column) for column in counts.T]
                    for field, counts in self.forms.items()
                },
            },
            "titles": titles(scenario),
        }

    @property
    def _last_day(self) -> date:
        return self._day(self.model.plan.demand.horizon.stop_s - 1)

    def _day(self, at_s: int) -> date:
        first_day: date = self.model.plan.demand.horizon.first_day
        return first_day + timedelta(days=at_s // DAY_S)

    def _about_register(self) -> dict[str, Any]:
        register = self.register
        drawn = sum(each.step is None for each in register.dossiers)
        return {
            "dossiers": len(register.dossiers),
            "not_received": int(np.count_nonzero(self.due_s == NEVER)),
            "step_assumed": drawn,
            "paused": sum(each.paused > 0 for each in register.dossiers),
            "left_out": [wrong._asdict() for wrong in register.wrong],
            "ignored_columns": list(register.ignored),
        }

    def _dossiers(self) -> list[dict[str, Any]]:
        """The open dossiers, those whose notice is due first at the head."""
        by_id = {each.id: each for each in self.register.dossiers}
        entries = [self._entry(k, by_id[name]) for k, name in enumerate(self.ids)]
        never = date.max.isoformat()
        entries.sort(
            key=lambda e: (
                e["notice"] is None,
                (e["notice"] or {}).get("by", never),
                -e["late"]["mean"],
                e["due"] or never,
                e["id"],
            )
        )
        return entries

    def _entry(self, k: int, dossier: OpenDossier) -> dict[str, Any]:
        horizon = self.model.plan.demand.horizon
        late = clopper_pearson(int(self.late[:, k].sum()), len(self.outcomes))
        resolved = {
            name: date_of(horizon.first_day, quantile(self.resolved_s[:, k], p))
            for name, p in (("median", 0.5), ("p10", 0.1), ("p90", 0.9))
        }
        due_s = int(self.due_s[k])
        return {
            "id": dossier.id,
            "channel": dossier.channel,
            "procedure": dossier.procedure,
            "received": dossier.received,
            "step": dossier.step,
            "due": None if due_s in {FAR, NEVER} else self._day(due_s).isoformat(),
            "late": late.as_dict(),
            "resolved": resolved,
            "undecided": float(self._undecided[k]),
            "notice": self._notice(due_s, late.mean or 0.0),
        }

    def _notice(self, due_s: int, probability: float) -> dict[str, Any] | None:
        """By when an apology must have gone out, and whether that day has passed."""
        if due_s in {FAR, NEVER} or probability <= self.apologise_above:
            return None
        service = self.model.plan.service
        midnight_s = due_s - due_s % DAY_S
        # The last working date before that of the expiry.
        by_s = subtract_one(*service.calendars[service.legal].lists, midnight_s, 1)
        by = self.register.as_of - timedelta(days=1) if by_s == NEVER else self._day(by_s)
        return {"by": by.isoformat(), "passed": by < self.register.as_of}

    def rows(self) -> Iterator[Sequence[Any]]:
        """The rows of forecast.csv, in the order of the summary."""
        for entry in self.summary["open"]:
            late, resolved, notice = entry["late"], entry["resolved"], entry["notice"]
            state = "" if notice is None else ("overdue" if notice["passed"] else "due")
            yield (
                entry["id"], entry["channel"], entry["procedure"], entry["received"],
                entry["step"], entry["due"], late["mean"], late["low"], late["high"],
                resolved["median"], resolved["p10"], resolved["p90"], entry["undecided"],
                None if notice is None else notice["by"], state,
            )  # fmt: skip

    def form_rows(self) -> Iterator[Sequence[Any]]:
        """The rows of form-06a.csv: one for each field and column."""
        form = self.summary["form_06a"]
        for field, row in form["rows"].items():
            for column, each in zip(form["columns"], row, strict=True):
                yield field, column, each["mean"], each["low"], each["high"]


def forecast(
    scenario: Scenario,
    register: OpenRegister,
    *,
    until: date | None = None,
    replications: int = REPLICATIONS,
    apologise_above: float = 0.5,
    study: Study | None = None,
) -> Forecast:
    """Simulate forward from the dossiers that are open at the beginning of a day.

    Args:
        scenario: How the office works, and what will come.
        register: The open dossiers, by `read_register`.
        until: The last day of the period to be measured; None: the scenario's.
        replications: How many futures.
        apologise_above: From which probability of being late on a notice is due.
        study: Where replications run; None: here.

    Raises:
        InputError: An argument makes no sense, or a dossier stands where none can.
    """
    check_request(replications, apologise_above)
    model = Model.of(at_day(scenario, register, until))
    study = Study() if study is None else study
    (outcomes,) = study.run([model], range(replications))
    return Forecast(model, register, apologise_above, tuple(outcomes), study.seed, study.engine)


def check_request(replications: int, apologise_above: float) -> None:
    """Refuse what makes no sense before anything is begun.

    Raises:
        InputError: A number is out of range.
    """
    if replications < 1:
        raise InputError(
            _("replications = {replications}: there must be at least one").format(
                replications=replications
            )
        )
    if not 0 <= apologise_above < 1:
        raise InputError(
            _(
                "--apologise-above {value:g} is no probability; write 0 or more "
                "and less than 1, such as 0.5"
            ).format(value=apologise_above)
        )

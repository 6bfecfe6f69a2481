"""The vocabulary of a scenario. docs/scenario-language.md explains it with examples."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
)

from simulation.scenario.base import ShortKey
from simulation.scenario.steps import Step
from simulation.scenario.values import (
    WEEKDAYS,
    Clock,
    ClockRandom,
    Date,
    Dated,
    Days,
    FreeDate,
    Hours,
    Id,
    Instants,
    InstantText,
    Length,
    Model,
    NonNegative,
    NumberOrText,
    Positive,
    Probability,
    Random,
    RandomLength,
    Share,
    Span,
    SpanKey,
    StaffNumber,
    StatutoryDeadline,
    Text,
    WarmLength,
    Weekday,
    WeekdayKey,
    Weight,
    WholeDays,
    WorkingLength,
    disjoint,
    parse_span,
    parse_weekdays,
)
from simulation.units import DAY_S, WORKING_DAY_S, Duration

MAX_DOSSIERS: Final = 50_000_000
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun",
                 "jul", "aug", "sep", "oct", "nov", "dec")  # fmt: skip
Month = Literal["jan", "feb", "mar", "apr", "may", "jun",
                "jul", "aug", "sep", "oct", "nov", "dec"]  # fmt: skip
Overrides = dict[Id, dict[str, Any]]
"""Changes to named steps of a route: step name → field → value."""


class Period(Model):
    """The simulated period, both days included."""

    first_day: Date
    last_day: Date


def _shape(**kinds: type | tuple[type, ...]) -> Any:
    """Tells apart alternatives that have different types: ``_shape(hours=dict)`` → ``<hours>``."""

    def tag(value: Any) -> str | None:
        return next((f"<{name}>" for name, kind in kinds.items() if isinstance(value, kind)), None)

    return tag


def _week_shape(value: Any) -> str | None:
    if value == "always":
        return "<always>"
    return "<weekdays>" if isinstance(value, dict) else None


def _each_weekday_once(hours: dict[str, Any]) -> dict[str, Any]:
    seen: dict[Weekday, str] = {}
    for key in hours:
        for weekday in parse_weekdays(key):
            if weekday in seen:
                raise ValueError(
                    f"{weekday} is in {seen[weekday]!r} and in {key!r}; write each weekday once "
                    "(null removes a key that a base brings in)"
                )
            seen[weekday] = key
    return hours


WeekHours = Annotated[
    Annotated[Literal["always"], Tag("<always>")]
    | Annotated[dict[WeekdayKey, Hours], AfterValidator(_each_weekday_once), Tag("<weekdays>")],
    Discriminator(
        _week_shape,
        custom_error_type="shape",
        custom_error_message="'always', or hours by weekday such as {mon-fri: 07:00-11:30}",
    ),
]


class Calendar(Model):
    """Opening hours.

    Attributes:
        hours: ``always``, or weekday (or range such as ``mon-fri``) → hours of the day.
        holidays: Public holidays on which it is closed.
        closed: Extra closed days.
        open: Days with hours of their own, whatever else is said of them.
    """

    hours: WeekHours
    holidays: Literal["vietnam", "none"] = "vietnam"
    closed: list[Days] = Field(default_factory=list)
    open: dict[Date, Hours] = Field(default_factory=dict)

    def on_weekday(self, weekday: Weekday) -> tuple[Span, ...]:
        """Hours on an ordinary weekday."""
        if self.hours == "always":
            return ((0, DAY_S),)
        keys = (key for key in self.hours if weekday in parse_weekdays(key))
        return next((self.hours[key] for key in keys), ())

    @property
    def ever_opens(self) -> bool:
        """Whether it is open at all, on some weekday or date."""
        return any(map(self.on_weekday, WEEKDAYS)) or any(self.open.values())


class Timetable(Model):
    """Departures of a courier, or sessions: these times on the days on which a calendar opens."""

    calendar: Id
    times: Annotated[list[Clock], Field(min_length=1)]
    weekdays: Annotated[list[Weekday], Field(min_length=1)] | None = None


Cutoff = Annotated[
    Annotated[Literal["closing"], Tag("<closing>")] | Annotated[Clock, Tag("<clock>")],
    Discriminator(lambda value: "<closing>" if value == "closing" else "<clock>"),
]


class LegalClock(Model):
    """How deadlines count.

    Attributes:
        calendar: The legal calendar, eight hours a working day; apart from opening hours.
        cutoff: A dossier accepted after this time of day (or after ``closing``) counts from the
            next working day's opening.
        supplement: What a pause for the applicant does: ``pause`` adds the paused working time,
            ``restart`` starts the deadline from zero.
    """

    calendar: Id
    cutoff: Cutoff = "closing"
    supplement: Literal["pause", "restart"] = "pause"


class Tickets(Model):
    """Queue tickets that run out."""

    number: Annotated[int, Field(ge=0, le=1_000_000)]
    per: Literal["session", "day"] = "session"


class ComeBack(Model):
    """An applicant who left unserved comes back."""

    after: RandomLength = Random(constant=Duration(DAY_S))
    at_most: Annotated[int, Field(ge=0, le=20)] = 3


class Hall(Model):
    """Where applicants wait in person.

    Attributes:
        patience: How long somebody waits before leaving (for ever where left out).
        waiting_room: Most people waiting (no limit where left out); the latest leave.
        tickets: Limit on arrivals per session or day.
        closing: Who waits at the end of a ``session`` (any opening span) or of the ``day`` leaves;
            ``none``: they stay.
        come_back: When and how often somebody who left tries again; the time counts in clock time,
            or in opening time of the hall where it is written in ``wh`` or ``wd``.
    """

    patience: ClockRandom | None = None
    waiting_room: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    tickets: Tickets | None = None
    closing: Literal["session", "day", "none"] = "session"
    come_back: ComeBack = Field(default_factory=ComeBack)


def _apart(weights: dict[str, float]) -> dict[str, float]:
    disjoint(map(parse_span, weights))
    return weights


class Profile(Model):
    """Relative weights of arrivals; what is left out weighs 1.

    Hours are spans such as ``07:00-08:00``; outside every span given, the weight is zero.
    """

    month: dict[Month, NonNegative] = Field(default_factory=dict)
    weekday: dict[Weekday, NonNegative] = Field(default_factory=dict)
    hour: Annotated[dict[SpanKey, NonNegative], AfterValidator(_apart)] = Field(
        default_factory=dict
    )


class Arrival(Model):
    """One explicit arrival.

    Attributes:
        at: Local instant, e.g. ``2021-03-01 08:15``.
        procedure: Which procedure.
        work: Work content by step name, replacing the sampled one.
    """

    at: InstantText
    procedure: Id
    work: dict[Id, Length] = Field(default_factory=dict)


class ArrivalFile(Model):
    """Arrivals from a CSV file with columns ``at``, ``procedure`` and one per step name.

    Loading a scenario reads the file, so that a resolved scenario has the list.
    """

    file: str


Arrivals = Annotated[
    Annotated[list[Arrival], Tag("<list>")] | Annotated[ArrivalFile, Tag("<file>")],
    Discriminator(
        _shape(list=list, file=(dict, ArrivalFile)),
        custom_error_type="shape",
        custom_error_message="a list of arrivals, or {file: arrivals.csv}",
    ),
]


class Channel(Model):
    """A way in which dossiers come.

    Attributes:
        calendar: Opening hours; left out: always open, and a holiday weighs as a Sunday.
        volume: Expected (or fixed) number of dossiers in the period.
        volumes: Procedures with a number of their own, taken out of ``volume``.
        mix: Shares by procedure of what is left; adds to 1. Left out: the scenario's mix.
        spread: Whether numbers are ``poisson`` or ``fixed``.
        overdispersion: Coefficient of variation of the day-to-day factor.
        weight: Dated weight of arrivals.
        outages: Closed by failure: arrivals come at its end.
        arrivals: Explicit arrivals, in addition.
        batch: Dossiers that arrive together.
        delivery: Timetable by which dossiers reach the centre (post).
        form_column: Column of the official form: ``online``, or ``direct`` (in person and post).
        results: Shares by which results are delivered, by channel id; add to 1.
        hall: Rules for applicants who wait in person.
        priority: Class at desks that serve by priority, where step and procedure say none.
        steps: Changes to the routes' steps for this channel.
    """

    title: Text
    calendar: Id | None = None
    volume: Annotated[float, Field(ge=0, le=MAX_DOSSIERS)] | None = None
    volumes: dict[Id, Annotated[float, Field(ge=0, le=MAX_DOSSIERS)]] = Field(default_factory=dict)
    mix: dict[Id, Share] | None = None
    spread: Literal["poisson", "fixed"] = "poisson"
    overdispersion: Annotated[float, Field(ge=0, le=3)] = 0
    profile: Profile = Field(default_factory=Profile)
    weight: Weight = Dated(value=1)
    outages: list[Instants] = Field(default_factory=list)
    arrivals: Arrivals | None = None
    batch: Annotated[int, Field(ge=1, le=10_000)] = 1
    delivery: Id | None = None
    form_column: Literal["online", "direct"] = "direct"
    results: dict[Id, Share] = Field(default_factory=dict)
    hall: Hall = Field(default_factory=Hall)
    priority: Annotated[int, Field(ge=0, le=1000)] = 0
    steps: Overrides = Field(default_factory=dict)


class FieldOfWork(Model):
    """A field (lĩnh vực): a row of the official form.

    Attributes:
        group: Larger unit it belongs to, for reporting.
        steps: Changes to the routes' steps for its procedures.
    """

    title: Text
    group: Id | None = None
    steps: Overrides = Field(default_factory=dict)


_DEFAULT: Final = "default"


def _by_channel(value: Any) -> Any:
    return value if isinstance(value, dict) else {_DEFAULT: value}


class Procedure(Model):
    """An administrative procedure.

    Attributes:
        field: The field it belongs to.
        deadline: Statutory deadline; or by channel with ``default``.
        route: The route its dossiers take.
        supplement: Clock policy, where it differs from the scenario's.
        begins: First day on which it can be submitted at the centre; ``ends``: the last.
        weight: Dated weight of its arrivals.
        priority: Class at desks that serve by priority.
        steps: Changes to the route's steps.
    """

    title: Text
    field: Id
    deadline: Annotated[
        dict[str, StatutoryDeadline],
        BeforeValidator(
            _by_channel, json_schema_input_type=StatutoryDeadline | dict[str, StatutoryDeadline]
        ),
        ShortKey(_DEFAULT),
    ]
    route: Id
    supplement: Literal["pause", "restart"] | None = None
    begins: Date | None = None
    ends: Date | None = None
    weight: Weight = Dated(value=1)
    priority: Annotated[int, Field(ge=0, le=1000)] | None = None
    steps: Overrides = Field(default_factory=dict)


Discipline = Literal["first-come", "last-come", "earliest-due", "shortest-work", "priority"]


class Desk(Model):
    """A queue.

    Attributes:
        discipline: Whom to serve next.
        shortest_by: For ``shortest-work``: the step's ``mean`` for the procedure, or the
            ``actual`` work content (which no office knows; for theory).
    """

    title: Text
    discipline: Discipline = "first-come"
    shortest_by: Literal["mean", "actual"] = "mean"


class Absence(Model):
    """Unplanned absence, day by day.

    Attributes:
        rate: Share of working days on which a person is absent; dated.
        spell: Mean number of consecutive working days; 1 where days are independent.
    """

    rate: Probability
    spell: Annotated[float, Field(ge=1, le=250)] = 1


class Leave(Model):
    """Planned leave: working days a year, in blocks."""

    days: Annotated[int, Field(ge=0, le=250)]
    block: Annotated[int, Field(ge=1, le=250)] = 5


class Team(Model):
    """People with a shift.

    Attributes:
        staff: Number of people; may change by date.
        shift: Calendar of their working hours.
        desks: Desks they serve, in order of preference.
        efficiency: Speed at a desk relative to 1.
        rank: Teams of lower rank are asked first.
        pay: Pay per person and month, in the scenario's currency.
    """

    title: Text
    staff: StaffNumber
    shift: Id
    desks: Annotated[list[Id], Field(min_length=1)]
    efficiency: dict[Id, Annotated[float, Field(ge=0.001, le=100)]] = Field(default_factory=dict)
    absence: Absence | None = None
    leave: Leave | None = None
    rank: Annotated[int, Field(ge=0, le=1000)] = 0
    pay: NonNegative = 0


class Warm(Model):
    """Start after a warm-up, which is simulated and not counted."""

    warm: WarmLength


class Backlog(Model):
    """Start with so many open dossiers carried in."""

    backlog: Annotated[int, Field(ge=0, le=MAX_DOSSIERS)]


def _start(value: Any) -> str | None:
    if value == "empty":
        return "<empty>"
    if isinstance(value, (Warm, Backlog)):
        return f"<{type(value).__name__.lower()}>"
    found = [key for key in ("warm", "backlog") if isinstance(value, dict) and key in value]
    return f"<{found[0]}>" if len(found) == 1 else None


Start = Annotated[
    Annotated[Literal["empty"], Tag("<empty>")]
    | Annotated[Warm, Tag("<warm>")]
    | Annotated[Backlog, Tag("<backlog>")],
    Discriminator(
        _start,
        custom_error_type="shape",
        custom_error_message="'empty', {warm: 30 wd} or {backlog: 342}",
    ),
]


class EventShare(Model):
    """Something that happens on a share of dossiers (a rating, a text message)."""

    title: Text
    share: NonNegative
    per: Literal["submitted", "received", "resolved"] = "resolved"


class Source(Model):
    """A publication."""

    title: str
    published: FreeDate | None = None
    url: str | None = None


class Published(Model):
    """A published number, to stand beside the simulated one.

    Attributes:
        measure: Path of the measure, e.g. ``by_channel.online.received``.
        value: The published number (rates as fractions).
        source: Id of the source.
        role: ``input`` if the scenario was given it, ``output`` if the model has to reach it.
        says: How exact the source is.
    """

    measure: str
    value: float
    source: Id
    title: Text | None = None
    role: Literal["input", "output"] = "output"
    says: Literal["exactly", "nearly", "over", "derived"] = "exactly"


class Assumption(Model):
    """Something no source says.

    Attributes:
        text: What is assumed and why.
        paths: The fields it stands behind.
        low: Smallest plausible value of the field, ``high`` the largest (for sensitivity).
    """

    text: str
    paths: list[str] = Field(default_factory=list)
    low: NumberOrText | None = None
    high: NumberOrText | None = None


class Scenario(Model):
    """A whole scenario, resolved: nothing left to inherit.

    Attributes:
        workload: Factor on every volume.
        run_on: Clock days simulated beyond the period, arrivals included.
        handover_after: Interrupted work goes to a colleague when its person is off longer.
        target: On-time rate aimed at.
    """

    scenario: Id
    title: Text
    period: Period
    start: Start = "empty"
    run_on: WholeDays = Duration(0)
    workload: Positive = 1
    target: Share | None = None
    currency: str = "VND"
    handover_after: WorkingLength = Duration(2 * WORKING_DAY_S, working=True)
    calendars: dict[Id, Calendar]
    timetables: dict[Id, Timetable] = Field(default_factory=dict)
    legal: LegalClock
    channels: dict[Id, Channel]
    mix: dict[Id, Share] = Field(default_factory=dict)
    fields: dict[Id, FieldOfWork]
    groups: dict[Id, Text] = Field(default_factory=dict)
    procedures: dict[Id, Procedure]
    routes: dict[Id, Annotated[list[Step], Field(min_length=1)]]
    desks: dict[Id, Desk] = Field(default_factory=dict)
    teams: dict[Id, Team] = Field(default_factory=dict)
    events: dict[Id, EventShare] = Field(default_factory=dict)
    sources: dict[Id, Source] = Field(default_factory=dict)
    published: list[Published] = Field(default_factory=list)
    assumptions: dict[Id, Assumption] = Field(default_factory=dict)

"""What comes: channels and the people who use them, fields and procedures."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from simulation.language import later
from simulation.scenario.base import ShortKey
from simulation.scenario.values import (
    ClockRandom,
    Date,
    Dated,
    Id,
    Instants,
    InstantText,
    Length,
    Model,
    NonNegative,
    Random,
    Share,
    SpanKey,
    StatutoryDeadline,
    Text,
    Weekday,
    Weight,
    disjoint,
    parse_span,
)
from simulation.units import DAY_S, Duration

MAX_DOSSIERS: Final = 50_000_000
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun",
                 "jul", "aug", "sep", "oct", "nov", "dec")  # fmt: skip
Month = Literal["jan", "feb", "mar", "apr", "may", "jun",
                "jul", "aug", "sep", "oct", "nov", "dec"]  # fmt: skip
Overrides = dict[Id, dict[str, Any]]
"""Changes to named steps of a route: step name → field → value."""


class Tickets(Model):
    """Queue tickets that run out."""

    number: Annotated[int, Field(ge=0, le=1_000_000)]
    per: Literal["session", "day"] = "session"


class ComeBack(Model):
    """An applicant who left unserved comes back."""

    after: Random = Random(constant=Duration(DAY_S))
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


def _shape(**kinds: type | tuple[type, ...]) -> Any:
    """Tells apart alternatives that have different types: ``_shape(hours=dict)`` → ``<hours>``."""

    def tag(value: Any) -> str | None:
        return next((f"<{name}>" for name, kind in kinds.items() if isinstance(value, kind)), None)

    return tag


Arrivals = Annotated[
    Annotated[list[Arrival], Tag("<list>")] | Annotated[ArrivalFile, Tag("<file>")],
    Discriminator(
        _shape(list=list, file=(dict, ArrivalFile)),
        custom_error_type="shape",
        custom_error_message=later("a list of arrivals, or {file: arrivals.csv}"),
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

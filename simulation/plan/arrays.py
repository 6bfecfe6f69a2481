"""The two frozen plans that a scenario resolves to, and the horizon they share.

Ids are numbered in alphabetical order, so that the order of a scenario file means nothing. A *cell*
is a pair (channel, procedure) with demand. A *row* is one line of a cell's unrolled route (its
*template*): rows of all cells are numbered together, cell by cell, in the order of the route.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from simulation.distributions import Distribution
    from simulation.worktime import Calendar

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

Elapses = Literal["clock", "working", "not"]


@dataclass(frozen=True)
class Horizon:
    """The simulated time, in seconds since midnight of ``first_day``.

    Attributes:
        first_day: Day of second 0: the first of the warm-up, or early enough before the period for
            every carried-in dossier to have been accepted since.
        start_s: Midnight at which the period begins; earlier is warm-up and not counted.
        stop_s: Midnight after the last day of the period: measures are taken here.
        end_s: Midnight after the run-on: the engine stops here.
        reach_s: Midnight to which calendars reach (two years beyond ``end_s``).
        whole_s: From when to when volumes are, where only a part of that is simulated.
    """

    first_day: date
    start_s: int
    stop_s: int
    end_s: int
    reach_s: int
    whole_s: tuple[int, int] | None = None

    def instant(self, at_s: int) -> datetime:
        """A second as a local instant."""
        return datetime.combine(self.first_day, time()) + timedelta(seconds=at_s)

    @property
    def volume_s(self) -> tuple[int, int]:
        """From when to when the volumes of the cells are."""
        return (self.start_s, self.stop_s) if self.whole_s is None else self.whole_s

    @property
    def rates_s(self) -> int:
        """Midnight to which intensities of arrivals are known."""
        return max(self.end_s, self.volume_s[1])


@dataclass(frozen=True)
class Names:
    """Ids by number, all sorted."""

    channels: tuple[str, ...]
    procedures: tuple[str, ...]
    fields: tuple[str, ...]
    groups: tuple[str, ...]
    desks: tuple[str, ...]
    teams: tuple[str, ...]


@dataclass(frozen=True)
class Cells:
    """One entry a cell, ordered by (channel, procedure). Length: cells.

    Attributes:
        channel, procedure, field, group: Numbers in `Names` (group -1: none).
        deadline_kind: A `DeadlineKind`.
        deadline_amount: Seconds of legal time for working days and hours; days for calendar days.
        restarts: A supplement restarts the clock (else it pauses it).
        online: Belongs to the form's online column.
    """

    channel: Ints
    procedure: Ints
    field: Ints
    group: Ints
    deadline_kind: Ints
    deadline_amount: Ints
    restarts: NDArray[np.bool_]
    online: NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """One entry a template row. Length: rows.

    Attributes:
        cell: The cell it belongs to.
        step: Number of its step name in ``steps``; ``occurrence`` counts repetitions from 0.
        kind: A `Kind`.
        desk: Desk of work, else -1.
        hall: Channel whose hall the applicant waits in; -1 where no applicant is present.
        interruptible: Work stops at the end of a shift.
        priority: Class at desks that serve by priority.
        mean_s: What shortest-work sorts by: the step's mean content, rounded to seconds.
        clock: `Clock` flags.
        ends: An `Ends`.
        from_due: A delay anchored on the due date.
        offset_s: Signed legal working seconds added to the due date for the anchor.
        calendar: Calendar in which a delay's length counts; -1: clock time.
        timetable: Timetable of a departure, else -1.
        branch: 0 on the trunk; 1, 2, … in the branches of a fork.
        steps: Step names, sorted.
    """

    cell: Ints
    step: Ints
    occurrence: Ints
    kind: Ints
    desk: Ints
    hall: Ints
    interruptible: NDArray[np.bool_]
    priority: Ints
    mean_s: Ints
    clock: Ints
    ends: Ints
    from_due: NDArray[np.bool_]
    offset_s: Ints
    calendar: Ints
    timetable: Ints
    branch: Ints
    steps: tuple[str, ...]


@dataclass(frozen=True)
class HallPlan:
    """Rules for the applicants who wait in a channel's hall.

    Attributes:
        calendar: Calendar of the sessions (index into `ServicePlan.calendars`).
        closing: A `Closing`.
        waiting_room: Most people waiting; -1: no limit.
        tickets: Most arrivals per session or day; -1: no limit.
        tickets_per_day: Tickets are counted per day (else per session).
        return_working: The time until somebody comes back counts in the hall's opening time.
    """

    calendar: int
    closing: int
    waiting_room: int
    tickets: int
    tickets_per_day: bool
    return_working: bool


@dataclass(frozen=True)
class DeskPlan:
    """A queue: its `Discipline`; ``by_actual``: shortest-work sorts by the actual content."""

    discipline: int
    by_actual: bool


@dataclass(frozen=True)
class TeamPlan:
    """People with a shift.

    Attributes:
        id: The team's id (stream names are made of it).
        rank: Lower is asked first.
        desks: Desks in order of preference.
        efficiency_permille: Speed at each of ``desks``.
        shift: Their working hours.
        staff: People by day, from the horizon's first day. Shape: (days,).
        absence: Probability of unplanned absence by day. Shape: (days,).
        spell_days: Mean length of an absence in working days.
        leave_days, leave_block_days: Planned leave a year, and the length of its blocks.
        pay: Per person and month.
    """

    id: str
    rank: int
    desks: tuple[int, ...]
    efficiency_permille: tuple[int, ...]
    shift: Calendar
    staff: Ints
    absence: Floats
    spell_days: float
    leave_days: int
    leave_block_days: int
    pay: float

    @property
    def people(self) -> int:
        """People the team has at most; person k is there on days with staff > k."""
        return int(self.staff.max(initial=0))


@dataclass(frozen=True)
class ServicePlan:
    """How the centre serves. Nothing here is an input of sampling dossiers.

    Attributes:
        calendars: All calendars, by number; ``legal`` is the number of the legal one.
        cutoff_s: Second of the day after which an acceptance counts from the next working day;
            86,400: after closing.
        timetables: Departure instants, sorted, by number.
        halls: By channel number.
        handover_after_s: Legal working seconds off after which interrupted work is handed over.
    """

    horizon: Horizon
    names: Names
    cells: Cells
    rows: Rows
    calendars: tuple[Calendar, ...]
    legal: int
    cutoff_s: int
    timetables: tuple[Ints, ...]
    halls: tuple[HallPlan, ...]
    desks: tuple[DeskPlan, ...]
    teams: tuple[TeamPlan, ...]
    handover_after_s: int

    @property
    def person_team(self) -> tuple[int, ...]:
        """Team of each person; people are numbered team by team."""
        return tuple(t for t, team in enumerate(self.teams) for _ in range(team.people))


@dataclass(frozen=True)
class Guard:
    """A condition on a dossier: its parent holds and ``low <= u < high``.

    Attributes:
        parent: Number of the parent guard in the cell; -1: none.
        stream: Name parts of the uniform mark u, below the cell's.
        low, high: Bounds by day of submission from the horizon's first day, or of length 1.
    """

    parent: int
    stream: tuple[str, ...]
    low: Floats
    high: Floats


@dataclass(frozen=True)
class SampledRow:
    """What is sampled of a template row.

    Attributes:
        row: Number in `Rows`.
        kind: A `Kind`.
        guard: Guard in the cell that must hold; -1: always.
        ends: A dossier that does it has no later rows.
        stream: Name parts of its marks, below the cell's: (step, occurrence).
        content: Work content or length of the delay in seconds; None where there is none.
        minimum_s: Least content: 1 where something must last, else 0.
        attempts: Times an applicant may come back; 0 where nobody is present.
        patience: Patience in seconds; None: for ever.
        come_back: Time until a return in seconds.
        expected_s: Rough expected clock time from ready to ended, for placing a backlog.
        before_acceptance: True up to and including the row that starts the legal clock: a
            carried-in dossier stands behind it.
        after_resolution: True behind the row that stops the clock.
        branch: 0 on the trunk; 1, 2, … in the branches of a fork.
        elapses: How the length of a delay that nobody works at runs down: in clock time, in working
            time, or not from its beginning. Who is found in it has a part behind.
    """

    row: int
    kind: int
    guard: int
    ends: bool
    stream: tuple[str, ...]
    content: Distribution | None
    minimum_s: int
    attempts: int
    patience: Distribution | None
    come_back: Distribution | None
    expected_s: float
    before_acceptance: bool
    after_resolution: bool
    branch: int = 0
    elapses: Elapses = "not"

    @property
    def open_s(self) -> float:
        """Expected time in it of an open dossier: accepted, and not resolved."""
        return 0.0 if self.before_acceptance or self.after_resolution else self.expected_s


@dataclass(frozen=True)
class ArrivalRate:
    """Relative intensity of arrivals, piecewise constant.

    Attributes:
        edges_s: Rising instants from 0 to ``rates_s``; none spans midnight. Shape: (pieces + 1,).
        weight: Relative intensity of each piece, before day factors. Shape: (pieces,).
    """

    edges_s: Ints
    weight: Floats


@dataclass(frozen=True)
class Explicit:
    """Arrivals given one by one.

    Attributes:
        at_s: Instants, sorted. Shape: (arrivals,).
        draw: Keys, rising: seconds from the year 2000 to the instant, times a million, plus a
            number from 0 among those of the same instant. Shape: (arrivals,).
        work_s: Content by step name, replacing the sampled one; -1: sampled. Shape: (arrivals,).
    """

    at_s: Ints
    draw: Ints
    work_s: dict[str, Ints]


@dataclass(frozen=True)
class Registered:
    """Dossiers of a register that are open when the period begins, one entry a dossier.

    Attributes:
        id: What the register calls each.
        draw: Keys, rising: hashes of the ids.
        received_s: When each was received.
        paused_s: Legal seconds by which supplements have moved its due instant.
        step: Step in which it stands; empty: not known.
        age_s, worked_s: Clock time and legal working time since it was received.
    """

    id: tuple[str, ...]
    draw: Ints
    received_s: Ints
    paused_s: Ints
    step: tuple[str, ...]
    age_s: Ints
    worked_s: Ints


@dataclass(frozen=True)
class CellPlan:
    """Demand of one cell.

    Attributes:
        cell: Its number. ``name``: (channel id, procedure id): the head of its stream names.
        volume: Expected number in `Horizon.volume_s`; a whole number where ``fixed``.
        fixed: The number is ``volume`` (else Poisson).
        rate: Intensity over the horizon.
        overdispersion: Coefficient of variation of the channel's day factors.
        batch: Dossiers that come at the same instant.
        outages_s: Instants [begin, end) during which arrivals are moved to the end. Shape: (n, 2).
        explicit: Arrivals given one by one, in addition.
        guards, rows: The template, in the order of the route.
        registered: Dossiers that a register says are open when the period begins.
    """

    cell: int
    name: tuple[str, str]
    volume: float
    fixed: bool
    rate: ArrivalRate
    overdispersion: float
    batch: int
    outages_s: Ints
    explicit: Explicit | None
    guards: tuple[Guard, ...]
    rows: tuple[SampledRow, ...]
    registered: Registered | None = None


@dataclass(frozen=True)
class BacklogPlan:
    """The open dossiers that the period begins with.

    Attributes:
        number: How many.
        weight: Volume at workload 1 times deadline of each cell; 0 where none can be in term, or
            where nothing takes time between acceptance and resolution.
        oldest_s: Longest legal working time for which a dossier of each cell can have been accepted
            and not be overdue when the period begins.
        legal: Calendar of the legal working time.
    """

    number: int
    weight: tuple[float, ...]
    oldest_s: tuple[int, ...]
    legal: Calendar


@dataclass(frozen=True)
class DemandPlan:
    """What comes. Staffing, timetables and disciplines are not in it, deadlines only for a backlog.

    Attributes:
        cells: By number.
        backlog: The dossiers carried in; None where the period does not begin with any.
    """

    horizon: Horizon
    cells: tuple[CellPlan, ...]
    backlog: BacklogPlan | None

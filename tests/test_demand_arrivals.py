"""How many dossiers come, when, and under which names.

Statistical tests fix their seeds; each says how often it would fail on a right program if it were
given fresh ones.
"""

from __future__ import annotations

import tracemalloc
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import chdtrc

from simulation.demand import sample_demand
from simulation.demand.arrivals import invert_intensity, postpone
from simulation.demand.marks import keyed
from simulation.distributions import Constant
from simulation.errors import InputError
from simulation.plan.arrays import ArrivalRate, DemandPlan, Explicit, Horizon
from simulation.streams import Streams
from simulation.tables import Demand, Segment
from simulation.units import DAY_S, FAR, HOUR_S, NEVER
from tests.demand_plans import (
    FIRST_DAY,
    OFFICE_HOURS,
    cell_plan,
    chance,
    correlation,
    demand_plan,
    horizon,
    hourly,
    in_person,
    row,
    tell_plan,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 20210101
Z_1E4 = 3.891
"""A standard normal lies outside ±3.891 once in 10,000 times."""


def month_plan(volume: float = 300.0, *, fixed: bool = True, batch: int = 1) -> DemandPlan:
    """A cell over 30 days, with a warm-up and a run-on."""
    cell = cell_plan(45, volume, fixed=fixed, batch=batch, overdispersion=0.3)
    return demand_plan(horizon(30, warm=10, run_on=5), cell)


# Names and numbering


@pytest.mark.parametrize("fixed", [True, False])
@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    volume=st.integers(0, 200),
    growth=st.floats(1.0, 2.0),
    batch=st.integers(1, 4),
    seed=st.integers(0, 2**32),
)
def test_more_volume_only_adds_dossiers(
    *, fixed: bool, volume: int, growth: float, batch: int, seed: int
) -> None:
    """Every dossier of the smaller volume is in the larger, with its instant and all its marks."""
    small = month_plan(volume, fixed=fixed, batch=batch)
    large = month_plan(round(volume * growth), fixed=fixed, batch=batch)
    less = tell_plan(sample_demand(small, seed, 0), small)
    more = tell_plan(sample_demand(large, seed, 0), large)
    assert less.items() <= more.items()


def test_an_added_cell_step_and_branch_leave_all_else_unchanged() -> None:
    """What is new brings its own streams; the visits of the others stay to the second."""
    plain = month_plan()
    cell = plain.cells[0]
    refused = row("refuse", 1, guard=0, content=Constant(60.0))
    longer = replace(
        cell,
        guards=(chance("appraise", "0", "refused", high=0.3),),
        rows=(cell.rows[0], refused, replace(cell.rows[1], row=2)),
    )
    other = cell_plan(45, 500, name=("counter", "civil"), rows=(row("sign", 3),))
    changed = demand_plan(plain.horizon, longer, other)
    before = tell_plan(sample_demand(plain, SEED, 0), plain)
    after = tell_plan(sample_demand(changed, SEED, 0), changed)
    refused_visits = 0
    for key, dossier in before.items():
        now = after[key]
        kept = tuple((v[0] // 2, *v[1:]) for v in now.visits if v[0] != 1)
        refused_visits += len(now.visits) - len(kept)
        assert kept == dossier.visits
        assert now.submitted_s == dossier.submitted_s
    assert 0 < refused_visits < len(before)


def test_the_order_of_cells_is_only_a_numbering() -> None:
    """Cells listed the other way round have the same dossiers under their names."""
    hor = horizon(30)
    land = cell_plan(30, 200, rows=(row("appraise", 0),))
    civil = cell_plan(30, 300, name=("online", "civil"), rows=(row("sign", 1),))
    there, back = demand_plan(hor, land, civil), demand_plan(hor, civil, land)
    assert tell_plan(sample_demand(there, SEED, 0), there) == tell_plan(
        sample_demand(back, SEED, 0), back
    )


def test_a_warm_up_and_a_run_on_leave_the_period_unchanged() -> None:
    """Counted from its own beginning the period is the same with or without, also in its days."""
    bare_cell = cell_plan(60, 400, overdispersion=0.5)
    bare = demand_plan(horizon(60), bare_cell)
    wide_horizon = horizon(60, warm=20, run_on=9, first_day=FIRST_DAY - timedelta(days=20))
    wide = demand_plan(wide_horizon, replace(bare_cell, rate=hourly(89)))
    expected = tell_plan(sample_demand(bare, SEED, 0), bare)
    found = tell_plan(sample_demand(wide, SEED, 0), wide)
    period = {
        key: replace(dossier, submitted_s=dossier.submitted_s - 20 * DAY_S)
        for key, dossier in found.items()
        if key[1] == Segment.PERIOD
    }
    assert period == expected


def test_segments_have_their_own_luck() -> None:
    """Draw 0 of the warm-up, the period and the run-on differ in all their marks."""
    plan = month_plan()
    told = tell_plan(sample_demand(plan, SEED, 0), plan)
    segments = (Segment.WARM, Segment.PERIOD, Segment.RUN_ON)
    first = [told[plan.cells[0].name, segment, 0].visits for segment in segments]
    work = {visits[-1][2] for visits in first}
    patience = {visits[0][3] for visits in first}
    assert len(work) == len(patience) == 3


def test_replications_differ_and_repeat() -> None:
    """A replication is what seed and number make it, and no other is like it."""
    plan = month_plan()
    demands = [sample_demand(plan, SEED, replication) for replication in (0, 1, 0)]
    assert not np.array_equal(demands[0].submitted_s, demands[1].submitted_s)
    for column in fields(Demand):
        np.testing.assert_array_equal(
            getattr(demands[0], column.name), getattr(demands[2], column.name)
        )


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    volumes=st.lists(st.integers(0, 60), max_size=4),
    warm=st.integers(0, 5),
    batch=st.integers(1, 7),
    seed=st.integers(0, 2**32),
)
def test_the_table_is_well_formed(volumes: list[int], warm: int, batch: int, seed: int) -> None:
    """Dossiers stand in the order of the contract, and visits in compressed rows without gaps."""
    hor = horizon(7, warm=warm)
    cells = [
        cell_plan(
            7 + warm,
            volume,
            name=("counter", f"procedure {number}"),
            batch=batch,
            rows=(in_person("reception", 2 * number), row("appraise", 2 * number + 1)),
        )
        for number, volume in enumerate(volumes)
    ]
    demand = sample_demand(demand_plan(hor, *cells), seed, 0)
    keys = list(zip(demand.submitted_s, demand.cell, demand.segment, demand.draw, strict=True))
    assert keys == sorted(keys)
    assert (
        np.bincount(demand.cell, demand.segment == Segment.PERIOD, len(volumes)).tolist() == volumes
    )
    assert demand.visit_ptr[0] == 0
    assert demand.visit_ptr[-1] == demand.visits
    assert np.all(np.diff(demand.visit_ptr) == 4)
    in_dossier_order = np.repeat(demand.cell, 4) * 2 + np.tile([0, 0, 0, 1], demand.dossiers)
    np.testing.assert_array_equal(demand.row, in_dossier_order)
    np.testing.assert_array_equal(demand.attempt, np.tile([0, 1, 2, 0], demand.dossiers))
    assert np.all(demand.accepted_s == NEVER)
    assert (demand.submitted_s >= 0).all()
    assert (demand.submitted_s < hor.end_s).all()


def test_columns_have_the_types_of_the_data_model() -> None:
    """Also the table of a plan without cells has its columns, all of them empty."""
    full, empty = (
        sample_demand(plan, SEED, 0) for plan in (month_plan(), demand_plan(horizon(30)))
    )
    assert empty.dossiers == empty.visits == 0
    assert empty.visit_ptr.tolist() == [0]
    small = {"cell": np.int32, "segment": np.int8, "row": np.int32, "attempt": np.int16}
    for column in fields(Demand):
        expected = np.dtype(small.get(column.name, np.int64))
        assert getattr(full, column.name).dtype == expected
        assert getattr(empty, column.name).dtype == expected


# Numbers


def test_a_fixed_volume_is_met_and_other_segments_have_their_share() -> None:
    """365 dossiers in 30 days are 122 in 10 days of warm-up and 61 in 5 days of run-on, rounded."""
    demand = sample_demand(month_plan(365.0), SEED, 0)
    assert np.bincount(demand.segment).tolist() == [122, 365, 61]


def test_poisson_numbers_have_the_mean_and_variance_of_their_name() -> None:
    """Groups of b dossiers number as a Poisson count; false-alarm rate 4 in 10,000."""
    replications, volume, batch = 1500, 60.0, 3
    counts = np.zeros((replications, 2))
    cell = cell_plan(45, volume, fixed=False, batch=batch, rows=())
    plan = demand_plan(horizon(30, warm=15), cell)
    for replication in range(replications):
        segment = sample_demand(plan, SEED, replication).segment
        counts[replication] = np.bincount(segment, minlength=2)
    batches = counts / batch
    assert np.array_equal(batches, np.rint(batches))
    mean = np.array([volume / 2, volume]) / batch
    z_mean = (batches.mean(axis=0) - mean) / np.sqrt(mean / replications)
    # The fourth central moment of a Poisson count is mean + 3 mean².
    z_variance = (batches.var(axis=0) - mean) / np.sqrt((mean + 2 * mean**2) / replications)
    assert np.abs([z_mean, z_variance]).max() < Z_1E4
    assert abs(correlation(*counts.T)) < Z_1E4 / np.sqrt(replications)


def test_a_cell_without_volume_is_empty_also_where_its_channel_never_opens() -> None:
    """No volume needs no time to come at."""
    closed = hourly(30, {})
    plan = demand_plan(horizon(30), cell_plan(30, 0, rate=closed), cell_plan(30, 0, fixed=False))
    assert sample_demand(plan, SEED, 0).dossiers == 0


def test_a_volume_without_time_to_come_is_refused() -> None:
    """The message names the cell, its volume and what to do."""
    plan = demand_plan(horizon(30), cell_plan(30, 12, rate=hourly(30, {})))
    with pytest.raises(InputError, match=r"counter/land: a volume of 12 .*open the channel"):
        sample_demand(plan, SEED, 0)


def test_a_procedure_that_begins_with_the_period_has_no_warm_up() -> None:
    """Where the intensity of a segment is 0, nothing comes in it."""
    rate = hourly(60)
    rate = replace(rate, weight=np.where(rate.edges_s[:-1] < 30 * DAY_S, 0.0, rate.weight))
    for fixed in (True, False):
        plan = demand_plan(horizon(30, warm=30), cell_plan(60, 50, fixed=fixed, rate=rate))
        demand = sample_demand(plan, SEED, 0)
        assert set(demand.segment.tolist()) == {Segment.PERIOD}


# Instants


def test_arrivals_follow_the_profile_and_nothing_comes_when_closed() -> None:
    """Counts by hour of the day are multinomial with the weights; false-alarm rate 1 in 10,000."""
    number = 40_000
    plan = demand_plan(horizon(30), cell_plan(30, number, rows=()))
    hour = sample_demand(plan, SEED, 0).submitted_s % DAY_S // HOUR_S
    counts = np.bincount(hour, minlength=24)
    weights = np.array([OFFICE_HOURS.get(h, 0.0) for h in range(24)])
    expected = number * weights / weights.sum()
    assert not counts[expected == 0].any()
    opened = expected > 0
    chi2 = ((counts - expected)[opened] ** 2 / expected[opened]).sum()
    assert chdtrc(opened.sum() - 1, chi2) > 1e-4


def test_arrivals_are_uniform_within_a_piece() -> None:
    """Kolmogorov-Smirnov on the second of the hour; false-alarm rate 1 in 10,000."""
    number = 40_000
    plan = demand_plan(horizon(30), cell_plan(30, number, rows=()))
    second = np.sort(sample_demand(plan, SEED, 0).submitted_s % HOUR_S)
    distance = np.abs((second + 0.5) / HOUR_S - (np.arange(number) + 0.5) / number).max()
    assert distance < np.sqrt(-np.log(1e-4 / 2) / (2 * number)) + 1 / HOUR_S


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    lengths=st.lists(st.integers(1, 4), min_size=1, max_size=8),
    data=st.data(),
)
def test_inversion_stays_inside_pieces_with_intensity(
    lengths: list[int], data: st.DataObject
) -> None:
    """Every u in [0, 1) falls into a piece of positive intensity, also next to 0 and to 1."""
    size = len(lengths)
    weights = st.lists(
        st.sampled_from([0.0, 1e-200, 1e-9, 0.1, 1.0, 1e9]), min_size=size, max_size=size
    ).filter(any)
    intensity = np.array(data.draw(weights))
    edges = np.concatenate(([5], 5 + np.cumsum(lengths)))
    u = np.array([0.0, 1e-300, 0.1, 1 / 3, 0.5, 0.9, 1 - 2.0**-53])
    at = invert_intensity(edges, intensity, u)
    piece = np.searchsorted(edges, at, side="right") - 1
    assert (at >= 5).all()
    assert (at < edges[-1]).all()
    assert (intensity[piece] > 0).all()
    assert (np.diff(at) >= 0).all()


def test_day_factors_move_arrivals_as_theory_says() -> None:
    """Daily counts vary as a Dirichlet-multinomial; false-alarm rate about 1 in 10,000.

    With n arrivals on d like days whose gamma factors have shape a = 1/cv², a day's count has mean
    n/d and variance n (1/d)(1 - 1/d)(n + a d)/(1 + a d) (Johnson, Kotz and Balakrishnan, Discrete
    Multivariate Distributions, 1997, ch. 35). The total does not vary at all.
    """
    replications, number, days, cv = 400, 600, 20, 0.4
    plan = demand_plan(horizon(days), cell_plan(days, number, overdispersion=cv, rows=()))
    deviations = np.empty(replications)
    for replication in range(replications):
        at = sample_demand(plan, SEED, replication).submitted_s
        counts = np.bincount(at // DAY_S, minlength=days)
        assert counts.sum() == number
        deviations[replication] = ((counts - number / days) ** 2).mean()
    a = days / cv**2
    variance = number / days * (1 - 1 / days) * (number + a) / (1 + a)
    standard_error = deviations.std() / np.sqrt(replications)
    assert abs(deviations.mean() - variance) < Z_1E4 * standard_error
    assert variance > 5 * number / days  # what Poisson days would have is far away


def test_a_channel_shares_its_days_and_other_channels_do_not() -> None:
    """Counts by day go together within a channel; false-alarm rate below 1 in 10,000."""
    days, number = 200, 40_000
    cells = [
        cell_plan(days, number, name=name, overdispersion=0.5, rows=())
        for name in (("counter", "civil"), ("counter", "land"), ("online", "land"))
    ]
    demand = sample_demand(demand_plan(horizon(days), *cells), SEED, 0)
    counts = [np.bincount(demand.submitted_s[demand.cell == c] // DAY_S) for c in range(3)]
    assert correlation(counts[0], counts[1]) > 0.95
    assert abs(correlation(counts[0], counts[2])) < Z_1E4 / np.sqrt(days)


def test_wild_days_leave_no_segment_without_intensity() -> None:
    """A warm-up of one day whose factor is next to nothing still receives its dossiers."""
    for replication in range(20):
        cell = cell_plan(31, 300, overdispersion=10.0, rows=())
        demand = sample_demand(demand_plan(horizon(30, warm=1), cell), SEED, replication)
        assert np.bincount(demand.segment).tolist() == [10, 300]


def test_an_outage_moves_its_arrivals_to_its_end() -> None:
    """All others stay; outages that overlap, touch or come unsorted are one."""
    outages = np.array([[50, 60], [10, 20], [15, 30], [30, 40]])
    at = np.array([9, 10, 29, 30, 39, 40, 49, 50, 59, 60, 99])
    assert postpone(at, outages).tolist() == [9, 40, 40, 40, 40, 40, 49, 60, 60, 60, 99]


def test_outages_change_nothing_but_instants() -> None:
    """A dossier that comes during an outage is the same dossier, later."""
    plain = month_plan()
    outages = np.array([[12 * DAY_S + 8 * HOUR_S, 13 * DAY_S + 9 * HOUR_S]])
    hit = demand_plan(plain.horizon, replace(plain.cells[0], outages_s=outages))
    before = tell_plan(sample_demand(plain, SEED, 0), plain)
    after = tell_plan(sample_demand(hit, SEED, 0), hit)
    begin, end = outages[0]
    moved = {
        key: replace(d, submitted_s=int(end)) if begin <= d.submitted_s < end else d
        for key, d in before.items()
    }
    assert after == moved
    assert moved != before


def test_a_batch_comes_at_one_instant() -> None:
    """Draws 0-4, 5-9, … arrive together, the last batch of a fixed total being what is left."""
    plan = month_plan(303.0, batch=5)
    demand = sample_demand(plan, SEED, 0)
    period = demand.segment == Segment.PERIOD
    by_draw = demand.submitted_s[period][np.argsort(demand.draw[period])]
    assert len(by_draw) == 303
    whole = by_draw[:300].reshape(60, 5)
    assert (whole == whole[:, :1]).all()
    assert len(np.unique(whole)) > 50


# Arrivals given one by one


def listed(at_s: NDArray[np.int64], **work_s: NDArray[np.int64]) -> Explicit:
    """Arrivals at some instants, whose keys are these with a number for those that are alike."""
    return Explicit(at_s, 10 * at_s + np.arange(len(at_s)) - np.searchsorted(at_s, at_s), work_s)


def explicit_plan(hor: Horizon, explicit: Explicit) -> DemandPlan:
    """A cell of nothing but explicit arrivals, whose appraisal is done twice."""
    rows = (
        in_person("reception", 0),
        row("appraise", 1),
        row("appraise", 2, stream=("appraise", "1")),
    )
    return demand_plan(hor, cell_plan(30, 0, explicit=explicit, rows=rows))


def test_explicit_arrivals_come_when_they_say_with_the_work_they_bring() -> None:
    """Given work replaces the sampled one in all occurrences and attempts, -1 keeps it."""
    at = np.array([100, 100, 5000, 29 * DAY_S])
    work = np.array([40, -1, 0, 7000])
    bare = sample_demand(explicit_plan(horizon(30), listed(at)), SEED, 0)
    demand = sample_demand(explicit_plan(horizon(30), listed(at, appraise=work)), SEED, 0)
    assert demand.submitted_s.tolist() == at.tolist()
    assert demand.draw.tolist() == listed(at).draw.tolist()
    assert (demand.segment == Segment.EXPLICIT).all()
    sampled, given = bare.work_s.reshape(4, 5), demand.work_s.reshape(4, 5)
    assert (given[:, :3] == sampled[:, :3]).all()
    assert (given[1] == sampled[1]).all()
    # Work lasts at least a second.
    assert given[[0, 2, 3], 3:].tolist() == [[40, 40], [1, 1], [7000, 7000]]
    at_reception = sample_demand(explicit_plan(horizon(30), listed(at, reception=work)), SEED, 0)
    assert at_reception.work_s.reshape(4, 5)[3].tolist() == [7000] * 3 + sampled[3, 3:].tolist()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    at=st.lists(st.integers(0, 30 * DAY_S - 1), min_size=1, max_size=8, unique=True),
    added=st.integers(0, 30 * DAY_S - 1),
    seed=st.integers(0, 2**32),
)
def test_an_explicit_arrival_more_leaves_the_luck_of_all_others(
    at: list[int], added: int, seed: int
) -> None:
    """Wherever it stands among them, they keep their work and their patience."""
    few = explicit_plan(horizon(30), listed(np.array(sorted(at))))
    many = explicit_plan(horizon(30), listed(np.array(sorted([*at, added]))))
    before = tell_plan(sample_demand(few, seed, 0), few)
    after = tell_plan(sample_demand(many, seed, 0), many)
    assert before.items() < after.items()


def test_numbers_by_key_are_uniform_and_independent() -> None:
    """Also for keys in rows and columns, each mark by itself; false-alarm rate below 1 in 1,000.

    Kolmogorov-Smirnov on all, then products of the centred numbers of the four corners of
    rectangles of keys, which have mean 0 and variance 1/12 to the fourth power.
    """
    key = (np.arange(200)[:, np.newaxis] * 3_600_000_000 + np.arange(200)).ravel() - 10**12
    one, other = (Streams(SEED).uniforms(name, n=2048) for name in ("one", "other"))
    u, v = keyed(one, key), keyed(other, key)
    assert ((u >= 0) & (u < 1)).all()
    distance = np.abs(np.sort(u) - (np.arange(len(u)) + 0.5) / len(u)).max() + 0.5 / len(u)
    assert distance < np.sqrt(-np.log(1e-4 / 2) / (2 * len(u)))
    assert abs(correlation(u, v)) < Z_1E4 / np.sqrt(len(u))
    grid = u.reshape(100, 2, 100, 2) - 0.5
    corners = grid.prod(axis=(1, 3)).ravel()
    assert abs(corners.mean()) < Z_1E4 * (1 / 12) ** 2 / np.sqrt(len(corners))
    around = (grid[:, 0, :, 0] - grid[:, 1, :, 0] - grid[:, 0, :, 1] + grid[:, 1, :, 1]) % 1.0
    assert len(np.unique(np.round(around, 9))) > 9_000


def test_a_key_has_its_number_whoever_else_is_asked() -> None:
    """Negative keys, too: they are instants before the year 2000."""
    tables = Streams(SEED).uniforms("tables", n=2048)
    key = np.array([-5, 3, 2**62, 0])
    assert keyed(tables, key).tolist() == [keyed(tables, key[k : k + 1])[0] for k in range(4)]


def test_an_outage_moves_explicit_arrivals_too() -> None:
    """A channel that is down takes nobody."""
    plan = explicit_plan(horizon(30), listed(np.array([100, 900])))
    down = replace(plan.cells[0], outages_s=np.array([[0, 500]]))
    demand = sample_demand(replace(plan, cells=(down,)), SEED, 0)
    assert demand.submitted_s.tolist() == [500, 900]
    assert (demand.patience_s[demand.row == 0] < FAR).all()


def test_a_rate_of_a_single_second_holds_all() -> None:
    """Post that is delivered at eight sharp arrives at eight sharp."""
    edges = np.array([0, 8 * HOUR_S, 8 * HOUR_S + 1, DAY_S])
    rate = ArrivalRate(edges, np.array([0.0, 1.0, 0.0]))
    plan = demand_plan(horizon(1), cell_plan(1, 50, rate=rate))
    assert set(sample_demand(plan, SEED, 0).submitted_s.tolist()) == {8 * HOUR_S}


def test_memory_stays_in_proportion_to_the_visits() -> None:
    """Sampling takes at most 100 bytes a visit, of which the table itself has 30."""
    plan = demand_plan(
        horizon(30), cell_plan(30, 20_000, rows=tuple(row(f"step {n}", n) for n in range(12)))
    )
    sample_demand(plan, SEED, 0)  # tables of quantiles and imports are made once
    tracemalloc.start()
    demand = sample_demand(plan, SEED, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert demand.visits == 12 * 20_000
    assert peak < 100 * demand.visits

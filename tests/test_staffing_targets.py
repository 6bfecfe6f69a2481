"""Targets are written as measures and bounds, and tested by one-sided confidence bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.decisions.staffing.targets import Target, by_field, parse_targets, read
from simulation.errors import InputError
from tests.running import office

OFFICE = office()
ON_TIME = Target("on_time_strict", 0.9, at_least=True)
WAIT = Target("counter_wait_p90_min", 15.0, at_least=False)


def rows(*rates: float, due: int = 1000) -> list[dict[str, float | None]]:
    """Measures of replications with these on-time rates."""
    return [
        {"strict_on_time": round(rate * due), "strict_due": due, "on_time_strict": rate}
        for rate in rates
    ]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("on_time>=0.99", Target("on_time_strict", 0.99, at_least=True)),
        (" on_time ≥ 99 % ", Target("on_time_strict", 0.99, at_least=True)),
        ("on_time>=99.5%", Target("on_time_strict", 0.995, at_least=True)),
        ("on_time_official>=1", Target("on_time_official", 1.0, at_least=True)),
        ("wait_p90<=15 min", WAIT),
        ("wait_p90 ≤ 0.25 h", WAIT),
        ("counter_wait_p90_min<=900 s", WAIT),
        ("counter_wait_p90_min<=15", WAIT),
        (
            "by_field.building.on_time>=0.9",
            Target("by_field.building.on_time_strict", 0.9, at_least=True),
        ),
        (
            "by_channel.counter.wait_p90<=15",
            Target("by_channel.counter.counter_wait_p90_min", 15.0, at_least=False),
        ),
        ("teams.officers.overtime_h<=3 h", Target("teams.officers.overtime_h", 3, at_least=False)),
        ("late<=2", Target("late", 2, at_least=False)),
    ],
)
def test_targets_are_read(text: str, target: Target) -> None:
    """Names, abbreviations, percentages and units mean what a planner means by them."""
    assert parse_targets([text], OFFICE) == (target,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("on_time", "is not a target"),
        ("on_time>0.9", "is not a target"),
        ("on_tme>=0.9", "there is no measure 'on_tme'; did you mean 'on_time'?"),
        ("by_field.bulding.on_time>=0.9", "did you mean 'by_field.building.on_time_strict'?"),
        ("on_time>=99", "write 0.99 or 99 %"),
        ("on_time>=0.9 min", "on_time_strict is a share"),
        ("wait_p90<=15 wd", "'wd' is no unit of counter_wait_p90_min"),
        ("late<=2 min", "a number without a unit"),
        ("on_time<=0.9", "write on_time_strict>=…"),
        ("wait_p90>=15", "write counter_wait_p90_min<=…"),
    ],
)
def test_what_is_no_target_is_refused(text: str, message: str) -> None:
    """The message says what was found and what to write."""
    with pytest.raises(InputError, match=r"target") as caught:
        parse_targets([text], OFFICE)
    assert message in str(caught.value)


def test_a_promise_is_needed() -> None:
    """Without a target there is nothing to find."""
    with pytest.raises(InputError, match="a target is missing"):
        parse_targets([], OFFICE)


def test_a_target_stands_once() -> None:
    """The same promise in other words is the same promise."""
    assert len(parse_targets(["on_time>=0.9", "on_time_strict>=90 %"], OFFICE)) == 1


def test_a_target_holds_when_its_bound_is_on_the_right_side() -> None:
    """The one-sided 95 % bound decides, so a mean above the target may not be enough."""
    (near,) = read([ON_TIME], rows(0.89, 0.92, 0.91))
    (far,) = read([ON_TIME], rows(0.94, 0.95, 0.96))

    assert near.interval.mean == pytest.approx(0.9067, abs=1e-4)
    assert not near.holds
    # 0.95 less 2.92 (Student, 2 degrees of freedom, 95 % on one side) times 0.01 / sqrt(3)
    assert far.bound == pytest.approx(0.95 - 2.919986 * 0.01 / np.sqrt(3))
    assert far.holds


def test_targets_share_their_risk() -> None:
    """Two targets have bounds of 97.5 % each (Bonferroni)."""
    other = replace(ON_TIME, value=0.8)
    first, _ = read([ON_TIME, other], rows(0.94, 0.95, 0.96))

    assert first.bound == pytest.approx(0.95 - 4.302653 * 0.01 / np.sqrt(3))


def test_waits_are_bounded_from_above() -> None:
    """What must not exceed a value has an upper bound."""
    found = [{"counter_wait_p90_min": value} for value in (10.0, 11.0, 12.0)]
    (reading,) = read([WAIT], found)

    assert reading.bound == pytest.approx(11 + 2.919986 / np.sqrt(3))
    assert reading.holds


def test_nothing_counted_holds_nothing() -> None:
    """A replication without a value makes the target fail: nobody was served there."""
    values: list[dict[str, float | None]] = [
        {"counter_wait_p90_min": value} for value in (1.0, None, 1.0)
    ]
    (reading,) = read([WAIT], values)

    assert reading.bound is None
    assert not reading.holds


def test_all_on_time_is_counted_in_dossiers() -> None:
    """Without spread the exact bound of all dossiers together is taken (Clopper and Pearson)."""
    (reading,) = read([replace(ON_TIME, value=0.999)], rows(1.0, 1.0, due=1000))

    assert reading.bound == pytest.approx(0.05 ** (1 / 2000))
    assert not reading.holds


def test_clear_is_beyond_doubt_in_all_looks_together() -> None:
    """The more looks there may be, the farther off a mean has to be."""
    found = rows(0.89, 0.88, 0.87, 0.88)
    assert read([ON_TIME], found, looks=1)[0].clear
    assert not read([ON_TIME], found, looks=1000)[0].clear


def test_wrong_verdicts_are_as_rare_as_promised() -> None:
    """Where the true rate is the target, the test passes in 5 % of experiments at most.

    Of 2,000 experiments more than 133 pass with probability 0.001 if each does with 0.05.
    """
    random = np.random.default_rng(7)
    passed = sum(
        read([ON_TIME], rows(*(random.binomial(1000, 0.9, size=10) / 1000)))[0].holds
        for _ in range(2000)
    )
    assert 40 < passed <= 133


def test_fields_without_dossiers_are_not_asked() -> None:
    """`--by-field` asks the on-time rate of each field in which something is due."""
    row: dict[str, float | None] = {
        "on_time_strict": 0.9,
        "by_field.a.on_time_strict": 0.9,
        "by_field.a.on_time_official": 0.9,
        "by_field.b.on_time_strict": None,
    }
    found = by_field([ON_TIME, WAIT], [row])

    assert [target.path for target in found] == [
        "on_time_strict",
        "counter_wait_p90_min",
        "by_field.a.on_time_strict",
    ]

"""Numbers by date."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.dated import dated_uniforms
from simulation.streams import Streams

DATES = st.dates(date(2019, 1, 1), date(2025, 12, 31))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(first=DATES, later=st.integers(0, 900), days=st.integers(0, 900), lines=st.integers(0, 3))
def test_a_date_keeps_its_number(first: date, later: int, days: int, lines: int) -> None:
    """A later first day, fewer days or fewer lines are a window on the same numbers."""
    streams = Streams(7)
    wide = dated_uniforms(
        streams, "absence", first_day=first, days=later + days + 3, lines=lines + 1
    )
    narrow = dated_uniforms(
        streams, "absence", first_day=first + timedelta(days=later), days=days, lines=lines
    )
    assert narrow.shape == (lines, days)
    np.testing.assert_array_equal(narrow, wide[:lines, later : later + days])


def test_dates_and_lines_have_numbers_of_their_own() -> None:
    """No number stands twice, also not across the leap day and the turn of the year."""
    numbers = dated_uniforms(
        Streams(7), "absence", first_day=date(2020, 1, 1), days=366 + 365, lines=3
    )
    assert len(np.unique(numbers)) == 3 * (366 + 365)

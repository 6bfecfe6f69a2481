"""Settings that all tests share."""

from __future__ import annotations

from hypothesis import settings

# A red test must be red again on the next run and on a slow machine. `deadline` measures time, and
# the database would carry examples from one run into the next.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, print_blob=True
)
settings.load_profile("repeatable")

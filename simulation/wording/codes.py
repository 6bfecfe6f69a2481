"""Codes of summaries and tables in words, for the catalogue."""

from __future__ import annotations

from typing import Final

from simulation.language import later

VERDICTS: Final = {
    "fails": later("fails"),
    "fails clearly": later("fails clearly"),
    "passes": later("passes"),
    "not examined": later("not examined"),
}
"""What a test says of a staffing."""
STATES: Final = {
    "crosses": later("crosses the target"),
    "holds": later("kept in the whole range"),
    "fails": later("missed in the whole range"),
    "uncounted": later("nothing was counted"),
}
"""Where a breaking point is."""
STATUS: Final = {
    "found": later("found"),
    "too-few": later("too few dossiers to be sure"),
    "on-the-spot": later("done on the spot: nothing is shorter"),
    "no-deadline": later("no statutory deadline"),
    "no-dossiers": later("no dossiers fell due"),
    "not-sure": later("not sure even at three times as long"),
    "out-of-reach": later("not reached even at three times as long"),
}
"""What came of the search for a shortest deadline."""
UNITS: Final = {
    "wd": later("working days"), "d": later("days"), "wh": later("working hours"),
    "h": later("hours"), "min": later("minutes"), "s": later("seconds"),
}  # fmt: skip
"""Units of lengths."""
COUNTS: Final = {
    "late_of_open": later("Late, of the open"),
    "resolved_of_open": later("Resolved, of the open"),
}
"""Counts of a forecast that are no column of the official form."""

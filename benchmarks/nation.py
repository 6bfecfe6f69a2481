"""A year of a whole country: province by province, so that memory is that of the largest one.

What each single province receives is not published. They are assumed to fall off evenly from the
largest, each having the same share of the one before, to 30 million dossiers together. Each is the
centre of a bundled scenario, with as many more people as it has dossiers, and luck of its own.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from benchmarks.rounds import Job, Run, run_job, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Findings


def sizes(provinces: int, largest: int, total: int) -> tuple[int, ...]:
    """Dossiers of each province, falling by the same factor from one to the next.

    Args:
        provinces: How many there are.
        largest: Dossiers of the first; more than the mean.
        total: Dossiers of all; they are within one of it for each province.
    """
    low, high = 0.0, 1.0
    while high - low > 1e-12:  # noqa: PLR2004 - as near as makes no difference
        middle = (low + high) / 2
        if sum(largest * middle**n for n in range(provinces)) < total:
            low = middle
        else:
            high = middle
    return tuple(round(largest * high**n) for n in range(provinces))


PROVINCES: Final = sizes(63, 1_200_000, 30_000_000)


def year(scenario: str, provinces: Sequence[int], engine: str) -> Findings:
    """Let all provinces work for a year, one after the other, each in a process of its own."""
    runs: dict[str, list[Run]] = {}
    began_s = time.perf_counter()
    for number, dossiers in enumerate(provinces, 1):
        say(f"province {number} of {len(provinces)}: {dossiers:,} dossiers")
        job = Job("motcua", engine, scenario, dossiers=dossiers, seed=number)
        runs[f"province {number}"] = [run_job(job)]
    each = [run for (run,) in runs.values()]
    figures = {
        "provinces": float(len(each)),
        "dossiers_a_year": float(sum(provinces)),
        **{
            name: sum(run[name] for run in each)
            for name in ("dossiers", "slots", "sampling_s", "engine_s", "checking_s", "measuring_s")
        },
        "elapsed_s": time.perf_counter() - began_s,
        "peak_mib": max(run["peak_mib"] for run in each),
    }
    return {"runs": runs, "figures": {engine: figures}}

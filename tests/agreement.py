"""Both engines on very many random offices, and the second-by-second office on some of them.

``python -m tests.agreement --examples 100000 --seed 1`` compares the journals of the offices
numbered from 1,000,000 to 1,099,999, and ends with what happened in them: in how many of the
offices that were also worked second by second.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING, Final

from simulation.engines.compiled import run as compiled
from simulation.engines.reference import run as reference
from simulation.journal import assert_same
from simulation.semantics import Clock, Closing, DeadlineKind, Discipline, Kind, Outcome
from simulation.units import NEVER
from tests.naive import NaiveOffice
from tests.small_offices import office_numbered

if TYPE_CHECKING:
    from simulation.engines import Engine
    from tests.small_offices import Office

OFFICES_PER_SEED: Final = 1_000_000
CHUNK: Final = 1_000

EVERYTHING: Final = [
    *(f"outcome {outcome.name}" for outcome in Outcome),
    *(f"choice {discipline}" for discipline in Discipline),
    *(f"tie {discipline}" for discipline in Discipline),
    *(f"restart {kind}" for kind in list(DeadlineKind)[1:]),
    *(f"pause {kind}" for kind in list(DeadlineKind)[1:]),
    *(f"{kind.name} done" for kind in Kind),
    "SESSION closing",
    "DAY closing",
    "supplement after expiry",
    "accepted after the cutoff",
    f"due never {DeadlineKind.WORKING_DAYS}",
    "anchor due",
    "anchor moved",
    "anchor beyond the calendar",
    "empty fork",
    "handed over",
    "handed over twice",
    "handed over and left",
    "taken again by the same person",
    "kept until the next span",
    "overtime",
    "overtime into the next span",
    "done at the very end",
    "second preference",
    "lost",
    "no way back",
    "served on coming back",
    "ready at the opening",
    "ready at the closing",
    "ready before an opening",
    "ready after the last closing",
    "clock not started by who lost patience",
    "carried in",
    "submitted in the run-on",
    "applicant interrupted",
    "at work at the end",
]
"""What can happen in an office; random ones reach all of it."""


def what_happened(office: Office, naive: NaiveOffice) -> set[str]:
    """What of `EVERYTHING` happened in an office that has worked until the end."""
    visits, stop_s = naive.visits, naive.service.horizon.stop_s
    happened = {thing for thing, times in naive.seen.items() if times}
    happened |= {f"outcome {Outcome(visit.outcome).name}" for visit in visits}
    happened |= {f"{Kind(v.kind).name} done" for v in visits if v.outcome == Outcome.DONE}
    happened |= {
        f"{Closing(naive.service.halls[v.hall].closing).name} closing"
        for v in visits
        if v.outcome == Outcome.CLOSED
    }
    takers = [[p.person.number for p in naive.pieces if p.visit is visit] for visit in visits]
    facts = {
        "handed over twice": any(len(taker) > 2 for taker in takers),
        "taken again by the same person": any(len({*t}) < len(t) for t in takers),
        "handed over and left": any(v.handed_over and v.state.name == "WAITING" for v in visits),
        "served on coming back": any(v.attempt and v.outcome == Outcome.DONE for v in visits),
        "clock not started by who lost patience": any(
            v.clock & Clock.STARTS and v.outcome == Outcome.ABANDONED for v in visits
        ),
        "carried in": any(dossier.accepted_s != NEVER for dossier in office.dossiers),
        "submitted in the run-on": any(
            stop_s <= dossier.submitted_s < office.end_s for dossier in office.dossiers
        ),
        "applicant interrupted": any(v.handed_over and v.hall >= 0 for v in visits),
        "at work at the end": any(person.visit for person in naive.people),
    }
    return happened | {thing for thing, is_so in facts.items() if is_so}


def compare(
    numbers: range, naive_every: int, first: Engine = compiled, second: Engine = reference
) -> Counter[str]:
    """Compare the journals of two engines, and of the naive office where a number divides by it.

    Returns:
        In how many offices each thing happened, of those that the naive office worked in too.

    Raises:
        AssertionError: Two journals differ; a note says how to make the office again.
    """
    happened: Counter[str] = Counter()
    for number in numbers:
        office = office_numbered(number)
        tables = office.tables()
        try:
            journal = second(*tables)
            assert_same(first(*tables), journal, tables[1])
            if number % naive_every == 0:
                naive = NaiveOffice(*tables)
                naive.run()
                assert_same(journal, naive.journal(), tables[1])
                happened.update({"naive offices"} | what_happened(office, naive))
        except Exception as error:
            error.add_note(f"in office_numbered({number})")
            raise
    return happened


def main() -> None:
    """Compare chunk by chunk, and say how far we are."""
    parser = argparse.ArgumentParser(prog="python -m tests.agreement", description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--naive-every", type=int, default=5, help="default: 5")
    asked = parser.parse_args()
    first = asked.seed * OFFICES_PER_SEED
    numbers, happened = range(first, first + asked.examples), Counter[str]()
    for at in range(0, asked.examples, CHUNK):
        chunk = numbers[at : at + CHUNK]
        happened += compare(chunk, asked.naive_every)
        by_second = happened["naive offices"]
        sys.stdout.write(f"{at + len(chunk):,} offices agree, {by_second:,} second by second\n")
        sys.stdout.flush()
    rarest = min(EVERYTHING, key=lambda thing: happened[thing])
    sys.stdout.write(f"seed {asked.seed}; rarest of all: {rarest}, {happened[rarest]:,} times\n")


if __name__ == "__main__":
    main()

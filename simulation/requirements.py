"""The numbered requirements of the tables, and how a violation is reported.

docs/data-model.md has the same sentences beside the tables they are about. ``D`` is demand, ``A``
attendance, ``J`` journal, ``P`` pieces, ``L`` ledger and ``M`` measures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulation.errors import AuditError
from simulation.language import _, later

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

REQUIREMENTS: Final = {
    "D1": later("every column has its dtype and shape, and visit_ptr rises from 0 to the visits"),
    "D2": later("a dossier's cell exists, and a visit's row is one of that cell's"),
    "D3": later(
        "dossiers stand by (submitted_s, channel, procedure, segment, draw), no two alike; "
        "those of a register behind the others of their instant, in any order"
    ),
    "D4": later(
        "a dossier's rows rise, but for the attempts 1, 2, … of an applicant at the same work"
    ),
    "D5": later(
        "work lasts at least a second and a delay at least none; nothing else has a length"
    ),
    "D6": later("patience is not negative, and who comes back does so at least a second later"),
    "D7": later(
        "behind a fork stand its branches in rising order, then its join, and in a branch "
        "neither applicant nor pause"
    ),
    "D8": later("nothing stands behind a visit that ends its dossier"),
    "D9": later(
        "who is carried in was accepted by the start of the period and enters there, and nobody "
        "else has been paused before"
    ),
    "A1": later("every column has its dtype and shape, and person_ptr rises from 0 to the spans"),
    "A2": later("a person's spans last, follow one another and do not touch"),
    "J1": later("every column has its dtype and shape"),
    "J2": later("nothing happens before 0 or from end_s on"),
    "J3": later(
        "nobody starts before joining or ends before starting, and exactly what has ended has "
        "an outcome"
    ),
    "J4": later("a visit joins when what stands before it is done, and only then"),
    "J5": later("a delay ends its length after it joined or after its anchor"),
    "J6": later("a departure ends at the first instant of its timetable"),
    "J7": later("a fork and a join take no time"),
    "J8": later(
        "started work has a person whose team serves the desk, and nothing else has a person"
    ),
    "J9": later("work starts while its person is on shift"),
    "J10": later(
        "work lasts its content over the efficiency; what is interruptible stops off shift"
    ),
    "J11": later("nobody serves two at once"),
    "J12": later("who leaves unserved is an applicant who has not been started"),
    "J13": later(
        "an applicant waits as long as patience lasts and the hall is open, and no longer"
    ),
    "J14": later("no more wait than the waiting room holds, and only who finds it full leaves"),
    "J15": later("the first to come get the tickets"),
    "J16": later("at a first-come desk nobody is started before somebody who waits there longer"),
    "J17": later("nobody is idle while a visit waits at a desk of the team"),
    "P1": later(
        "every column has its dtype and shape; pieces stand by (started_s, visit) and belong to "
        "interruptible work that was started"
    ),
    "P2": later("the first piece starts with its visit, and the last ends with it"),
    "P3": later("a piece starts after the one before it was handed over"),
    "P4": later("exactly the visits that were handed over have pieces"),
    "L1": later("every column has its dtype and one entry a dossier"),
    "L2": later("nothing of it happened at as_of_s or later"),
    "L3": later("a dossier is accepted, then resolved, then returned"),
    "L4": later(
        "exactly what is resolved has an outcome, and exactly what is received has a class"
    ),
    "L5": later("who is lost is not returned, and who is in a supplement pause is open"),
    "L6": later("no more is paused than the legal time since acceptance"),
    "M1": later(
        "the official form adds up: 3 = 4 + 5 + 6, 7 = 8 + 9 + 10, 11 = 12 + 13, 3 = 7 + 11"
    ),
    "M2": later("the form and the measures, which are counted apart, agree"),
    "M3": later("what came in is what went out and what is still there"),
    "M4": later(
        "Little's law for the centre: time in the system summed by dossier is the number in the "
        "system summed over time"
    ),
    "M5": later("Little's law for a desk: waiting summed by visit is the queue summed over time"),
    "M6": later("successes are counts within their trials, and utilisation is within 0 and 1"),
    "M7": later("parts add up to the whole: the channels, the fields and the procedures"),
    "M8": later("the parts of a late dossier's time add up to all of it"),
}


def require(code: str, holds: ArrayLike, **found: Any) -> None:
    """Stop if a requirement is violated.

    Args:
        code: Its number.
        holds: Where it holds, in any shape.
        found: What to show of the first violation: an array or range of ``holds``' size is shown
            at that place, anything else as it is.

    Raises:
        AuditError: It does not hold everywhere.
    """
    everywhere = np.atleast_1d(np.asarray(holds, np.bool_))
    if everywhere.all():
        return
    first = int(np.argmin(everywhere))
    raise AuditError.of(
        f"{code}: {_(REQUIREMENTS[code])}",
        **{name: _at(first, value, everywhere.size) for name, value in found.items()},
    )


def _at(place: int, value: Any, size: int) -> Any:
    """One of so many values; what is not so many is shown as it is."""
    if isinstance(value, np.ndarray) and value.size == size:
        return value.ravel()[place]
    if isinstance(value, range) and len(value) == size:
        return value[place]
    return value


def require_columns(
    code: str, columns: dict[str, NDArray[Any]], dtypes: dict[str, str], size: int
) -> None:
    """Stop if a column is not one-dimensional of its dtype and size.

    Raises:
        AuditError: Naming the first column that is wrong.
    """
    for name, dtype in dtypes.items():
        column = columns[name]
        require(
            code,
            column.shape == (size,) and column.dtype == dtype,
            column=name,
            dtype=column.dtype,
            shape=column.shape,
            wanted=f"{dtype} ({size},)",
        )

"""Whether two journals are the same, and where they first differ."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simulation.tables import Demand, Journal, Pieces

    Column = NDArray[np.int64] | NDArray[np.int32] | NDArray[np.int8]

_NEIGHBOURS: Final = 3


def digest(journal: Journal) -> str:
    """SHA-256 of all columns, by name, dtype and content; the same on every machine."""
    sha = hashlib.sha256()
    for name, column in _columns(journal):
        sha.update(f"{name}:{column.dtype.str[1:]}:{len(column)};".encode())
        sha.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
    return sha.hexdigest()


def assert_same(a: Journal, b: Journal, demand: Demand) -> None:
    """Stop if two journals of the same demand differ.

    Raises:
        AssertionError: With the first row that differs and its neighbours in both journals.
    """
    dossier = np.repeat(np.arange(demand.dossiers), np.diff(demand.visit_ptr))
    _assert_same_table("visit", _visits(a), _visits(b), dossier)
    in_a, in_b = dict(_pieces(a.pieces)), dict(_pieces(b.pieces))
    _assert_same_table("piece", in_a, in_b, dossier[in_a["visit"]])


def _assert_same_table(
    name: str, a: dict[str, Column], b: dict[str, Column], dossier: NDArray[np.int64]
) -> None:
    dtypes_a, dtypes_b = ({key: column.dtype for key, column in t.items()} for t in (a, b))
    if dtypes_a != dtypes_b:
        raise AssertionError(f"{name}s have different dtypes: {dtypes_a} and {dtypes_b}")
    rows = min(len(column) for t in (a, b) for column in t.values())
    differs = np.zeros(rows, np.bool_)
    for key in a:
        differs |= a[key][:rows] != b[key][:rows]
    lengths = [len(next(iter(table.values()))) for table in (a, b)]
    if not differs.any() and lengths[0] == lengths[1]:
        return
    first = int(np.argmax(differs)) if differs.any() else rows
    columns = [key for key in a if differs.any() and a[key][first] != b[key][first]]
    what = f"differ first at {name} {first}" + (f" in {', '.join(columns)}" if columns else "")
    tables = (_excerpt(name, table, first, dossier) for table in (a, b))
    raise AssertionError(
        f"journals of {lengths[0]} and {lengths[1]} {name}s {what}\n"
        + "\n".join(f"{which}:\n{text}" for which, text in zip("ab", tables, strict=True))
    )


def _excerpt(name: str, table: dict[str, Column], row: int, dossier: NDArray[np.int64]) -> str:
    """Some rows around one of them."""
    names = [name, "dossier", *table]
    lines = ["   " + " ".join(f"{key:>10}" for key in names)]
    for at in range(max(0, row - _NEIGHBOURS), row + _NEIGHBOURS + 1):
        if at < min(len(column) for column in table.values()):
            whose = dossier[at] if at < len(dossier) else "?"
            values = [at, whose, *(column[at] for column in table.values())]
            sign = " → " if at == row else "   "
            lines.append(sign + " ".join(f"{value:>10}" for value in values))
    return "\n".join(lines)


def _columns(journal: Journal) -> Iterator[tuple[str, Column]]:
    yield from _visits(journal).items()
    for name, column in _pieces(journal.pieces):
        yield f"pieces.{name}", column


def _visits(journal: Journal) -> dict[str, Column]:
    return {
        "person": journal.person,
        "ready_s": journal.ready_s,
        "started_s": journal.started_s,
        "ended_s": journal.ended_s,
        "outcome": journal.outcome,
    }


def _pieces(pieces: Pieces) -> Iterator[tuple[str, Column]]:
    yield "visit", pieces.visit
    yield "person", pieces.person
    yield "started_s", pieces.started_s
    yield "ended_s", pieces.ended_s

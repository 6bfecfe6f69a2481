"""The official report form II.06a/VPCP/KSTT: received, resolved and open dossiers by field.

Compared by date. Finished before the due date is early; on it, or without one, is on time; after
it is late. As in the deployed systems, what is refused or withdrawn counts as on time whenever it
was, and what waits for a supplement that was asked for in term is in term.

Source: Circular 01/2020/TT-VPCP on periodic reports, form II.06a.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.legal import Class
from simulation.requirements import require

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.journal import Record
    from simulation.ledger import Ledger


@dataclass(frozen=True)
class Title:
    """A title in the form's own words, and in English."""

    vietnamese: str
    english: str


@dataclass(frozen=True)
class Column:
    """A column: its number, its title, and the headings above it from the outermost inwards."""

    number: int
    title: Title
    headings: tuple[Title, ...] = ()


TITLE: Final = Title(
    "Tình hình, kết quả giải quyết thủ tục hành chính tại cơ quan, đơn vị trực tiếp giải quyết "
    "thủ tục hành chính",
    "State and results of handling administrative procedures at the bodies that handle them",
)
UNIT: Final = Title("Đơn vị tính: Số hồ sơ TTHC", "Unit: dossiers")
TOTAL: Final = Title("Tổng số", "Total")
_RECEIVED: Final = Title("Số lượng hồ sơ tiếp nhận", "Dossiers received")
_IN_PERIOD: Final = Title("Trong kỳ", "In the period")
_RESOLVED: Final = Title("Số lượng hồ sơ đã giải quyết", "Dossiers resolved")
_OPEN: Final = Title("Số lượng hồ sơ đang giải quyết", "Dossiers in process")

COLUMNS: Final = (
    Column(1, Title("TT", "No.")),
    Column(2, Title("Lĩnh vực giải quyết", "Field")),
    Column(3, TOTAL, (_RECEIVED,)),
    Column(4, Title("Trực tuyến", "Online"), (_RECEIVED, _IN_PERIOD)),
    Column(
        5,
        Title("Trực tiếp, dịch vụ bưu chính", "In person, by post"),
        (_RECEIVED, _IN_PERIOD),
    ),
    Column(6, Title("Từ kỳ trước", "From the period before"), (_RECEIVED,)),
    Column(7, TOTAL, (_RESOLVED,)),
    Column(8, Title("Trước hạn", "Early"), (_RESOLVED,)),
    Column(9, Title("Đúng hạn", "On time"), (_RESOLVED,)),
    Column(10, Title("Quá hạn", "Late"), (_RESOLVED,)),
    Column(11, TOTAL, (_OPEN,)),
    Column(12, Title("Trong hạn", "In term"), (_OPEN,)),
    Column(13, Title("Quá hạn", "Overdue"), (_OPEN,)),
)
"""The columns of the form in order."""

IDENTITIES: Final = ((3, (4, 5, 6)), (7, (8, 9, 10)), (11, (12, 13)), (3, (7, 11)))
"""A column, and those that it is the sum of."""

_FIRST_COUNT: Final = 3


@dataclass(frozen=True, eq=False)
class Form:
    """The filled-in form.

    Attributes:
        fields: Ids of the fields, one a row.
        counts: Columns 3 to 13. Shape: (fields + 1, 11); the last row is the total.
    """

    fields: tuple[str, ...]
    counts: NDArray[np.int64]

    def column(self, number: int) -> NDArray[np.int64]:
        """A column by its number on the form, 3 to 13; its last entry is the total."""
        return np.asarray(self.counts[:, number - _FIRST_COUNT])

    def check(self) -> None:
        """Check the identities.

        Raises:
            AuditError: One of them does not hold.
        """
        rows = np.array([*self.fields, "total"])
        for whole, parts in IDENTITIES:
            total = np.sum([self.column(part) for part in parts], axis=0)
            require(
                "M1",
                self.column(whole) == total,
                row=rows,
                column=whole,
                counted=self.column(whole),
                of_columns=parts,
                added=total,
            )


def fill_form(record: Record, ledger: Ledger) -> Form:
    """Fill in the form for the period, each column by a count of its own.

    Args:
        record: What happened.
        ledger: The ledger as of the end of the period.

    Raises:
        AuditError: The form does not add up.
    """
    service, cell = record.service, record.demand.cell
    start_s = service.horizon.start_s
    online = service.cells.online[cell]
    arrived = ledger.received_since(start_s)
    resolved = ledger.resolved_since(start_s)
    klass = ledger.official
    columns = (
        ledger.received & (~ledger.resolved | resolved),
        arrived & online,
        arrived & ~online,
        ledger.carried_in,
        resolved,
        resolved & (klass == Class.EARLY),
        resolved & (klass == Class.ON_TIME),
        resolved & (klass == Class.LATE),
        ledger.open,
        klass == Class.IN_TERM,
        klass == Class.OVERDUE,
    )
    fields, field = service.names.fields, service.cells.field[cell]
    counts = np.stack([np.bincount(field[m], minlength=len(fields)) for m in columns], axis=1)
    form = Form(fields, np.concatenate((counts, counts.sum(axis=0, keepdims=True))))
    form.check()
    return form

"""Names as people write them: without regard to case, diacritics, spaces and signs."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS: Final = {
    "id": ("id", "dossier", "dossier id", "file number", "Mã hồ sơ", "Số hồ sơ", "Mã số hồ sơ"),
    "channel": (
        "channel", "Kênh", "Kênh tiếp nhận", "Kênh nộp", "Hình thức nộp", "Hình thức tiếp nhận",
    ),
    "procedure": (
        "procedure", "Thủ tục", "Tên thủ tục", "Mã thủ tục", "Thủ tục hành chính", "TTHC",
        "Tên TTHC",
    ),
    "received": (
        "received", "received on", "received at", "Ngày tiếp nhận", "Ngày nhận",
        "Thời gian tiếp nhận", "Ngày giờ tiếp nhận",
    ),
    "step": ("step", "current step", "Bước", "Bước hiện tại", "Bước xử lý"),
    "paused": ("paused", "paused days", "days paused", "Số ngày tạm dừng", "Ngày tạm dừng",
               "Tạm dừng"),
}  # fmt: skip
"""What the columns may be called; the first name of each is the one that messages use."""
REQUIRED: Final = ("id", "channel", "procedure", "received")


def folded(text: str) -> str:
    """Letters and digits alone, small, without marks: ``Mã hồ sơ`` is ``mahoso``."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(character for character in plain if character.isalnum())


_COLUMN_OF: Final = {folded(name): column for column, names in COLUMNS.items() for name in names}


def column_of(header: str) -> str | None:
    """The column that a header means, or None."""
    return _COLUMN_OF.get(folded(header))


def by_name(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, set[str]]:
    """Ids by each folded name: the ids themselves, and their titles.

    Args:
        named: Each id with its titles.
    """
    found: dict[str, set[str]] = {}
    for name, titles in named:
        for written in (name, *titles):
            found.setdefault(folded(written), set()).add(name)
    return found

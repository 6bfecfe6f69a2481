"""Reading a text file of modest size, whatever the name leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.errors import Problem, ScenarioError
from simulation.language import _, later, retold, written

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES: Final = 1_000_000
"""Largest file read: some 20,000 lines, a few seconds of parsing."""


def is_file(path: Path) -> bool:
    """Whether there is such a file; none has a name that the system refuses to look up."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long, with a zero byte, or where nobody may look
        return False


def read_text(path: Path, shown: str) -> str:
    """The content of a UTF-8 file, without a byte order mark.

    Args:
        path: The file.
        shown: Its name in messages.

    Raises:
        ScenarioError: There is no such file, or it is not one, or too large, or not UTF-8.
    """
    try:
        if path.is_dir():
            raise ScenarioError(
                Problem(_("this is a directory"), shown, remedy=_("name a scenario file in it"))
            )
        if path.exists() and not path.is_file():
            raise ScenarioError(
                Problem(_("this is not an ordinary file"), shown, remedy=_("name a YAML file"))
            )
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise ScenarioError(
                Problem(
                    _("the file has {size} bytes").format(size=written(f"{path.stat().st_size:,}")),
                    shown,
                    allowed=_("at most {most} bytes").format(most=written(f"{MAX_BYTES:,}")),
                    remedy=_("keep long lists of arrivals in a CSV file (arrivals: {file: …})"),
                )
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise ScenarioError(
            Problem(_("there is no such file"), shown, remedy=_("check the name and the directory"))
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(
            Problem(
                _("the file cannot be read: {reason}").format(reason=retold(str(reason))),
                shown,
                remedy=_("check its name and rights"),
            )
        ) from None
    return _decoded(content, shown)


_OTHER_KINDS: Final = {
    b"\xff\xfe": later("UTF-16 text"),
    b"\xfe\xff": later("UTF-16 text"),
    b"PK\x03\x04": later("a workbook or an archive (.xlsx, .docx, .zip)"),
    b"\xd0\xcf\x11\xe0": later("a workbook or a document (.xls, .doc)"),
    b"%PDF": later("a PDF document"),
}
"""What files begin with that are saved from office programs."""


def _decoded(content: bytes, shown: str) -> str:
    for beginning, kind in _OTHER_KINDS.items():
        if content.startswith(beginning):
            raise ScenarioError(
                Problem(
                    _("the file is {kind}, not UTF-8 text").format(kind=_(kind)),
                    shown,
                    allowed=_("UTF-8 text"),
                    remedy=_("write it in a text editor, and save it with the encoding UTF-8"),
                )
            )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ScenarioError(
            Problem(
                _("the file is not UTF-8 text: byte {byte:#04x} fits nowhere").format(
                    byte=content[error.start]
                ),
                shown,
                line,
                allowed="UTF-8",
                remedy=_("save the file with the encoding UTF-8"),
            )
        ) from None

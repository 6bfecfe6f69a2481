"""From what a page says to HTML: one file that needs no network, and runs nothing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulation.__about__ import __version__
from simulation.errors import InputError
from simulation.language import _

if TYPE_CHECKING:
    from simulation.reports.page.contents import Page

_TEMPLATES: Final = Path(__file__).parent / "templates"
_NEEDED: Final = ("jinja2", "matplotlib")
_LONG: Final = 36
"""Tables with more rows are on the screen, and not on paper."""


def require_packages() -> None:
    """Refuse to begin what cannot be finished.

    Raises:
        InputError: A package that reports need is not installed.
    """
    if not all(map(find_spec, _NEEDED)):
        raise InputError(
            _("a report needs packages that are not installed: pip install 'motcua[report]'")
        )


def lay_out(page: Page) -> str:
    """A page as HTML, always in the same bytes.

    What stands in a page is escaped, whoever wrote it; only the drawings are taken as they are, and
    these escape what they are given.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - reports only

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "kind_of": lambda block: type(block).__name__,
        "long": _LONG,
        "version": __version__,
        "words": {
            "contents": _("What else is on this page"),
            "behind": _("The numbers behind it"),
            "numbers": _("Numbers"),
            "made": _("Made by motcua {version} from a stored result; nothing was simulated for "
                      "it.").format(version=__version__),
        },
    }  # fmt: skip
    style = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html").render(page=page, style=_as_it_is(style))


def _as_it_is(style: str) -> str:
    """Our own style sheet, which is not to be escaped."""
    from markupsafe import Markup  # noqa: PLC0415 - reports only

    return Markup(style)  # noqa: S704 - it comes with the package

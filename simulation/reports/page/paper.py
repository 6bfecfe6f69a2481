"""A page as PDF. docs/decisions/0007-pdf.md says by what, and what else there is."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from simulation.errors import InputError
from simulation.language import _


def require_printer() -> None:
    """Refuse to begin what cannot be printed.

    Raises:
        InputError: The package, or the library that it needs of the system, is not there.
    """
    _printer()


def print_page(html: str) -> bytes:
    """A page as PDF, always in the same bytes where the same fonts are.

    Args:
        html: The page; what stands in it may ask for nothing from elsewhere.

    Raises:
        InputError: As for `require_printer`.
    """
    printer = _printer()
    nothing = printer.urls.URLFetcher(allowed_protocols=())
    printed: bytes = printer.HTML(string=html, url_fetcher=nothing).write_pdf()
    return printed


def _printer() -> Any:
    """WeasyPrint, if it can be used."""
    by_browser = _("or print the HTML page from a browser: it is made for A4")
    if find_spec("weasyprint") is None:
        raise InputError(
            _(
                "a PDF needs a package that is not installed: pip install 'motcua[pdf]'; {or_else}"
            ).format(or_else=by_browser)
        )
    try:
        import weasyprint  # noqa: PLC0415 - heavy, and only PDF needs it
    except OSError as error:  # of the loader: the package is there, and Pango is not
        raise InputError(
            _(
                "a PDF needs Pango, a library of the system that pip does not install (on Debian: "
                "apt install libpango-1.0-0 libpangoft2-1.0-0); {or_else}"
            ).format(or_else=by_browser)
        ) from error
    return weasyprint

"""From a figure to SVG that stands inside a page: small, deterministic, legible without colour.

Text stays text, in the page's fonts, so it can be read aloud, searched and copied. Its width is
measured in DejaVu Sans, which comes with matplotlib and is wider than what is shown, so that no
label outgrows its room.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE: Final = "#0b5c9e"
ORANGE: Final = "#c8500a"
GREY: Final = "#6b6b6b"
PALE: Final = "#c9d9ea"
INK: Final = "#1f2328"
GRID: Final = "#d8dadd"
"""Colours that stay apart without red and green; where two lines meet, their dashes differ too."""

WIDTH_IN: Final = 4.9
"""Every figure is as wide: as a phone shows it, its letters are those of small print."""
SMALL: Final = 8.5
_STYLE: Final = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "axes.labelsize": 9.0,
    "axes.titlesize": 9.5,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "lines.linewidth": 1.6,
    "path.simplify": False,
}
_FONTS: Final = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
_HEAD: Final = re.compile(r"^.*?<svg [^>]*?viewBox=\"([^\"]+)\"[^>]*>", re.DOTALL)
_OWN_STYLE: Final = re.compile(r"\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_METADATA: Final = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_COMMENT: Final = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_ID: Final = re.compile(r' id="([^"]+)"')
_REFERENCE: Final = re.compile(r'(?:xlink:href="#|url\(#)([^")]+)')
_FONT: Final = re.compile(r"font-family: [^;\"]+; ?|font-family: [^;\"]+")
_NO_TURN: Final = re.compile(r' transform="rotate\(-?0 [^"]*"')
_EMPTY: Final = re.compile(r"\s*<g/>")


@dataclass(frozen=True)
class Name:
    """What a figure is known by.

    Attributes:
        key: Its id in the page: all that is referred to inside it begins with this.
        label: What somebody hears who does not see it.
    """

    key: str
    label: str


class Canvas:
    """A figure that is being drawn.

    Attributes:
        figure: The figure of matplotlib.
        svg: What became of it; empty until it is finished.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.svg = ""

    def axes(self) -> Axes:
        """The only axes of the figure."""
        return self.figure.add_subplot()


@contextmanager
def canvas(name: Name, height_in: float) -> Iterator[Canvas]:
    """Draw a figure.

    Args:
        name: Its name.
        height_in: Its height in inches.
    """
    from matplotlib import rc_context  # noqa: PLC0415 - heavy, and only reports draw
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    style: Any = {**_STYLE, "svg.hashsalt": name.key}  # matplotlib's types want literal keys
    with rc_context(style):
        drawn = Canvas(Figure(figsize=(WIDTH_IN, height_in), layout="constrained"))
        yield drawn
        text = StringIO()
        nobody = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        drawn.figure.savefig(text, format="svg", transparent=True, metadata=nobody)
    drawn.svg = _inlined(text.getvalue(), name)


def _inlined(svg: str, name: Name) -> str:
    """SVG as it stands in a page: no ids but those that are needed, and no styles for all."""
    body = _HEAD.sub("", svg, count=1)
    for pattern in (_OWN_STYLE, _METADATA, _COMMENT, _FONT, _NO_TURN, _EMPTY):
        body = pattern.sub("", body)
    needed = set(_REFERENCE.findall(body))

    def named(match: re.Match[str]) -> str:
        return f' id="{name.key}-{match[1]}"' if match[1] in needed else ""

    body = _ID.sub(named, body)
    body = body.replace('xlink:href="#', f'href="#{name.key}-').replace(
        "url(#", f"url(#{name.key}-"
    )
    head = _HEAD.search(svg)
    box = head[1] if head else ""
    style = f"stroke-linejoin: round; stroke-linecap: butt; font-family: {_FONTS}"
    said = f'role="img" aria-label="{_escaped(name.label)}"'
    return f'<svg viewBox="{box}" {said} style="{style}">{body}'


def _escaped(text: str) -> str:
    """A text as it stands in an attribute."""
    for sign, name in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, name)
    return text

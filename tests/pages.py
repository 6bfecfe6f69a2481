"""Reading pages: what is in the HTML of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

VOID: Final = {"meta", "link", "br", "hr", "img", "input", "path", "use", "rect", "circle"}
"""Elements of HTML that have no end, and those of drawings that close themselves."""
_HIDDEN: Final = {"style", "script"}


@dataclass
class Element:
    """An element of a page.

    Attributes:
        tag: Its name.
        attributes: What it has.
        text: The text in it, that of what is inside included.
    """

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Reader(HTMLParser):
    """Reads a page, and refuses one of which an element is not closed.

    Attributes:
        elements: All elements, in order.
    """

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close an element: it has to be the one opened last."""
        if tag in VOID:
            return
        assert self._open, f"</{tag}> closes nothing"
        last = self._open.pop()
        assert last.tag == tag, f"</{tag}> closes <{last.tag}>"

    def handle_data(self, data: str) -> None:
        """Note text in all elements around it."""
        for element in self._open:
            element.text += data

    def close(self) -> None:
        """End: nothing may be left open."""
        super().close()
        assert not self._open, f"<{self._open[-1].tag}> is not closed"

    def named(self, tag: str) -> list[Element]:
        """All elements of a name."""
        return [element for element in self.elements if element.tag == tag]

    def classed(self, name: str) -> list[Element]:
        """All elements of a class."""
        return [e for e in self.elements if name in e.attributes.get("class", "").split()]

    def texts(self, *tags: str) -> list[str]:
        """Texts of all elements of some names, white space put right."""
        return [plain(element.text) for element in self.elements if element.tag in tags]

    @property
    def visible(self) -> str:
        """All that can be read."""
        hidden = [element.text for element in self.elements if element.tag in _HIDDEN]
        text = next(element.text for element in self.elements if element.tag == "html")
        for part in hidden:
            text = text.replace(part, " ")
        return plain(text)


def read(html: str) -> Reader:
    """Read a page."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def plain(text: str) -> str:
    """A text in one line."""
    return re.sub(r"\s+", " ", text).strip()

"""The pages of the documentation: what they show is what happens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from benchmarks import pictures
from tests import reference
from tests.shown import PAGES, ROOT, Shown, examples, renewed, shown

if TYPE_CHECKING:
    from pathlib import Path


def marked(case: object, name: str, *, quick: bool) -> object:
    """A case of a test, which belongs to the long suite where it is about a whole centre."""
    return pytest.param(case, id=name, marks=() if quick else pytest.mark.long)


SHOWN = [marked(one, one.name, quick=one.quick) for page in PAGES for one in shown(page)]
SLOW = {"deadlines", "sensitivity", "staff", "sweep", "where-it-hurts"}
"""Pages whose examples in Python take longer than those of all others together."""
EXAMPLES = [
    marked(example, page.stem, quick=page.stem not in SLOW)
    for page in PAGES
    for example in examples(page)
]


@pytest.mark.parametrize("one", SHOWN)
def test_output_is_what_the_command_prints(one: Shown) -> None:
    """What a page shows below a command is what the command prints."""
    assert one.differs(one.printed()) == ""


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_run(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example in Python runs as it stands, in the directory of the project."""
    monkeypatch.chdir(ROOT)
    exec(compile(example, "an example", "exec"), {})  # noqa: S102 - our own text


@pytest.mark.long
@pytest.mark.parametrize("name", pictures.FIGURES)
def test_figures_are_those_of_the_reports(name: str, tmp_path: Path) -> None:
    """The figures of the tutorial are those of its commands' reports, byte by byte."""
    assert pictures.figure(name, tmp_path) == (pictures.IMAGES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", reference.PAGES, ids=lambda page: page.stem)
def test_the_reference_is_that_of_the_code(page: Path) -> None:
    """What is written from the code is what the code says now (`python -m tests.reference`)."""
    assert page.read_text(encoding="utf-8") == reference.PAGES[page]()


def test_links_lead_somewhere() -> None:
    """Every file and every heading that a page links to is there."""
    for page in [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(((?!https?:)[^)\s]+)\)", text):
            file, _, heading = target.partition("#")
            found = page if not file else page.parent / file
            assert found.exists(), f"{page.name}: {target}"
            if heading:
                headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
                assert heading in map(_anchor, headings), f"{page.name}: {target}"


def _anchor(heading: str) -> str:
    """What a heading is called in a link: lower case, without signs, with hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_renewing_keeps_what_is_left_out() -> None:
    """A part is renewed from its first line on, the last to the end; the rest stays left out."""
    printed = "title\n\nTable\na 3\nb 4\n\nOther\nc 5\n"
    assert renewed("…\nTable\na 1\nb 2\n…\n", printed) == "…\nTable\na 3\nb 4\n…\n"
    assert renewed("…\nTable\na 1\n", printed) == "…\nTable\na 3\nb 4\n\nOther\nc 5\n"
    assert renewed("title\n…\nOther\nc 1\n", printed) == "title\n…\nOther\nc 5\n"
    assert renewed("anything\n", printed) == printed

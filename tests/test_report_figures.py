"""Drawings of a report: small, the same every time, and legible without colour."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import pytest

from simulation.language import use
from simulation.reports.page.figures import columns, front, heat, lines, rows, terms
from simulation.reports.page.figures.axes import Scale, percent_scale, tick
from simulation.reports.page.figures.dates import day_ticks
from simulation.reports.page.figures.drawing import BLUE, ORANGE, Name

if TYPE_CHECKING:
    from collections.abc import Callable

SVG: Final = "{http://www.w3.org/2000/svg}"
NAME: Final = Name("key", 'What it shows, "quoted" & more')
DAYS: Final = [date(2021, 1, 1) + timedelta(days=number) for number in range(120)]
LONG: Final = "Đất đai, tài nguyên và môi trường"


def interval(mean: float, width: float = 0.01) -> dict[str, float | None]:
    """An interval around a mean."""
    return {"mean": mean, "low": mean - width, "high": mean + width}


ROWS: Final = [
    rows.Row(LONG, interval(0.95), "95 %"),
    rows.Row("$x_1$", interval(0.8), "80 %", stands_out=True),
]
FIGURES: Final[dict[str, Callable[[], str]]] = {
    "dots": lambda: rows.dots(NAME, ROWS, percent_scale("Rate, %"), rows.Line(0.9, "Target")),
    "bars": lambda: rows.bars(NAME, ROWS, Scale("Share, %", 100.0, from_zero=True)),
    "columns": lambda: columns.columns(
        NAME, ["0", "≤ 5", "> 5"], [interval(number) for number in (3.0, 2.0, 1.0)],
        Scale("Served", from_zero=True), "Minutes", second_from=2,
    ),
    "over time": lambda: lines.over_time(
        NAME, DAYS, [lines.Curve(name, [interval(2.0)] * len(DAYS)) for name in ("In", "Out")],
        Scale("Dossiers", from_zero=True),
    ),
    "over values": lambda: lines.over_values(
        NAME, [1.0, 2.0], [lines.Curve("", [interval(0.9), interval(0.5)])],
        percent_scale("Rate, %"), "workload", target=rows.Line(0.8, "Target"),
        breaks=interval(1.25),
    ),
    "blocks": lambda: heat.blocks(
        NAME, [heat.Block(LONG, [[0.0, 0.5, None]])] * 3, ["Mon"], ["7", "8", "9"], "At work"
    ),
    "grid": lambda: heat.grid(
        NAME, heat.Grid([[0.0, 1.0]], [["1", "9"]], [[False, True]]), ["a"], ["b", "c"], "a ↓ b →"
    ),
    "terms": lambda: terms.terms(
        NAME,
        [
            terms.Term(LONG, "99 % in 3", (0.2, 0.4, 0.5, 0.6), band, 1.0, exceeds=False)
            for band in ((0.57, 0.63), None)
        ],
        Scale("Deadline used, %", 100.0, from_zero=True),
    ),
    "front": lambda: front.front(
        NAME, [front.Point(10.0 * k, interval(0.8), str(k), chosen=k == 2) for k in (1, 2)],
        Scale("Cost"), percent_scale("Rate, %"),
    ),
}  # fmt: skip


@cache
def once(kind: str) -> str:
    """A figure, drawn when it is first asked for."""
    return FIGURES[kind]()


def drawn(kind: str) -> ET.Element:
    """A figure as elements."""
    text = once(kind)
    return ET.fromstring(  # noqa: S314 - our own drawing
        text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


def written(figure: ET.Element) -> list[str]:
    """The texts of a figure."""
    return ["".join(element.itertext()) for element in figure.iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_is_the_same_every_time(kind: str) -> None:
    """Drawn twice it has the same bytes, and nothing in it tells when."""
    first = once(kind)
    assert FIGURES[kind]() == first
    assert not re.search(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T|<metadata|<!--", first)


@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_stands_in_a_page_without_touching_it(kind: str) -> None:
    """It is well-formed, its ids begin with its own, and it has no style for all and no size."""
    figure = drawn(kind)
    assert figure.get("role") == "img"
    assert figure.get("aria-label") == NAME.label
    assert figure.get("width") is None
    assert not list(figure.iter(f"{SVG}style"))
    ids = [element.get("id") for element in figure.iter() if element.get("id")]
    assert all(str(name).startswith("key-") for name in ids)
    assert len(ids) == len(set(ids))


def test_words_of_a_figure_are_text() -> None:
    """Names, numbers, the axis and the target can be read, Vietnamese and dollar signs too."""
    texts = written(drawn("dots"))
    assert {LONG, "$x_1$", "95 %", "80 %", "Rate, %", "Target"} <= set(texts)
    assert {LONG, "Mon", "7", "9", "At work"} <= set(written(drawn("blocks")))
    assert {"Received", "In", "Out", "Dossiers"} - set(written(drawn("over time"))) == {"Received"}


def test_ticks_are_written_as_people_write_numbers() -> None:
    """As many decimals as a tick has, with the signs of the language."""
    assert [tick(value) for value in (0.0, -0.0, 2.5, 1234.0, -0.1)] == [
        "0", "0", "2.5", "1,234", "−0.1"
    ]  # fmt: skip
    use("vi")
    assert [tick(2.5), tick(1234.0)] == ["2,5", "1.234"]


def test_days_are_written_as_people_write_them() -> None:
    """Months over a long time and Mondays over a short one, in either language."""
    assert [name for _, name in day_ticks(DAYS[0], DAYS[-1])] == ["Jan\n2021", "Feb", "Mar", "Apr"]
    assert [name for _, name in day_ticks(DAYS[0], DAYS[10])] == ["4 Jan", "11 Jan"]
    use("vi")
    assert [name for _, name in day_ticks(DAYS[0], DAYS[10])] == ["4/1", "11/1"]


def luminance(colour: str) -> float:
    """How light a colour is, between 0 and 1 (ITU-R BT.709, of linear light)."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_shades_get_darker_all_the_way() -> None:
    """On grey paper a larger number is a darker square, and differs enough from the paper."""
    shades = [luminance(heat.shade(step / 20)) for step in range(21)]
    assert all(after < before for before, after in pairwise(shades))
    assert (1.05 / (shades[-1] + 0.05)) > 7


def test_lines_can_be_told_apart_without_colour() -> None:
    """Each curve has dashes of its own, and both colours stand out from white paper."""
    figure = drawn("over time")
    dashes = {
        style.partition("stroke-dasharray: ")[2].partition(";")[0]
        for element in figure.iter(f"{SVG}path")
        if "stroke-width: 1.6" in (style := element.get("style", ""))
    }
    assert len(dashes) == 2
    for colour in (BLUE, ORANGE):
        assert 1.05 / (luminance(colour) + 0.05) > 4


def test_an_axis_of_rates_has_no_ticks_that_cannot_be() -> None:
    """Although it has some air above 100 %, nothing is written there."""
    scale: Any = percent_scale("Rate, %")
    low, high = scale.limits([0.99, 1.0])
    assert low < 99
    assert high > 100
    assert scale.shows(100.0)
    assert not scale.shows(100.5)

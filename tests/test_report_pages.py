"""The report of a result: one page of HTML that needs nothing else."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from simulation import __about__, report
from simulation.errors import StoreError
from simulation.experiments import verdict
from simulation.exports.result import read_result
from simulation.language import use
from simulation.reports.page import Subject, layout, page_of, subject_of
from simulation.reports.page.kinds import BODIES
from simulation.reports.page.kinds.base import Body
from simulation.store import entries, open_existing
from simulation.wording.amounts import count, decimal, percent
from tests.catalogues import english_in
from tests.exported import COMMANDS, called
from tests.pages import Reader, plain, read
from tests.running import MINIMAL, VALID, Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST: Final = {
    "run": ["rate", "limits"],
    "comparison": ["change"],
    "sweep": ["curve"],
    "sensitivity": ["effects"],
    "staffing": ["teams", "targets"],
    "deadlines": ["deadlines"],
    "forecast": ["probabilities"],
    "backtest": ["coverage"],
}
"""Sections that stand on the first sheet of each kind, whatever came out."""
LATER: Final = {
    "run": ["course", "counter", "people", "lateness", "terms", "one-more"],
    "comparison": ["options", "others", "lateness"],
    "sweep": ["others"],
    "sensitivity": ["texts", "not-varied"],
    "staffing": ["less", "search"],
    "deadlines": [],
    "forecast": ["form"],
    "backtest": ["dates"],
}
"""Sections that follow."""
ENDING: Final = ["intervals", "left-out", "again"]
"""And those with which all pages end."""
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory of results, to which each kind is added when it is first asked for."""
    directory = tmp_path_factory.mktemp("shelf")
    yield directory
    page.cache_clear()
    subject.cache_clear()


@cache
def subject(shelf: Path, kind: str) -> Subject:
    """A result of a kind."""
    called(*COMMANDS[kind], "--out", shelf, "--workers", 1)
    with open_existing(shelf) as store:
        (entry,) = (one for one in entries(store) if one.kind == kind)
        return subject_of(read_result(store, entry.run))


@cache
def page(shelf: Path, kind: str, language: str = "en") -> str:
    """Its page."""
    made = subject(shelf, kind)
    use("vi" if language == "vi" else "en")
    try:
        return page_of(made, kind)
    finally:
        use("en")


def changed(made: Subject, **summary: Any) -> Subject:
    """A result of which the summary says something else."""
    copied = json.loads(json.dumps(made.summary)) | summary
    return Subject(made.kind, copied, made.scenario, made.command, made.versions)


def sections(found: Reader) -> list[str]:
    """Ids of the sections of a page."""
    return [element.attributes["id"] for element in found.named("section")]


@pytest.mark.parametrize("kind", BODIES)
def test_the_page_of_each_kind_is_whole(shelf: Path, kind: str) -> None:
    """It has the sections it needs and none is empty; figures have words, numbers and a drawing."""
    found = read(page(shelf, kind))
    there = sections(found)
    wanted = [*FIRST[kind], *LATER[kind], *ENDING]
    assert [one for one in wanted if one not in there] == []
    assert there[: len(FIRST[kind])] == FIRST[kind]
    assert there[-len(ENDING) :] == ENDING
    for section in found.named("section"):
        title = next(text for text in found.texts("h2") if section.text.strip().startswith(text))
        assert len(plain(section.text)) > len(title), section.attributes["id"]
    assert len(found.named("h1")) == 1
    assert len(found.classed("sentence")) == 1
    ids = [one.attributes["id"] for one in found.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    drawings, tables = found.named("svg"), found.named("tbody")
    assert len(drawings) == len(found.named("figure")) == len(found.named("details"))
    assert all(table.text.strip() for table in tables)
    for drawing in drawings:
        assert drawing.attributes["role"] == "img"
        assert drawing.attributes["aria-label"] in found.texts("h3")
        assert "<text" in page(shelf, kind)
        assert drawing.text.strip()


@pytest.mark.parametrize("kind", BODIES)
def test_a_page_asks_nobody_for_anything(shelf: Path, kind: str) -> None:
    """No script, no file, no font and no picture from elsewhere; only sources are linked."""
    text = page(shelf, kind)
    found = read(text)
    tags = {element.tag for element in found.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "image"}
    (policy,) = (
        element.attributes["content"]
        for element in found.named("meta")
        if element.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == POLICY
    for element in found.elements:
        assert not [name for name in element.attributes if name.startswith("on") or name == "src"]
        href = element.attributes.get("href", "#")
        own = href.startswith("#")
        assert own or (element.tag == "a" and href in found.texts("a")), href
        if own and len(href) > 1:
            assert f'id="{href[1:]}"' in text
    assert "@import" not in text
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text))


def test_the_same_result_has_the_same_bytes(shelf: Path) -> None:
    """Nothing on a page depends on when or where it is made."""
    made = subject(shelf, "run")
    assert page_of(made, "run") == page(shelf, "run")


def test_the_first_sheet_says_what_the_summary_says(shelf: Path) -> None:
    """The answer, its interval, and every number of a glance are those of the summary."""
    made = subject(shelf, "run")
    found, measures = read(page(shelf, "run")), made.summary["measures"]
    rate = measures["on_time_official"]
    (answer,) = found.classed("sentence")
    assert plain(answer.text).startswith(percent(rate["mean"]))
    (around,) = found.classed("answer")
    bounds = f"{percent(rate['low']).removesuffix(' %')} – {percent(rate['high'])}"
    assert bounds.removesuffix(" %") in plain(around.text)
    assert percent(measures["on_time_strict"]["mean"]) in plain(around.text)
    styles = {
        "received": count, "resolved": count, "late": count, "open_at_end": count,
        "overdue_open": count, "cycle_mean_wd": decimal, "counter_wait_p90_min": decimal,
    }  # fmt: skip
    shown = found.texts("b")
    assert shown == [style(measures[name]["mean"]) for name, style in styles.items()]


def test_a_target_is_kept_missed_or_not_sure(shelf: Path) -> None:
    """By the interval of the official rate: above, below, or on both sides of the target."""
    made = subject(shelf, "deadlines")  # it has a short page
    rate = {"mean": 0.9, "low": 0.8, "high": 0.95}
    for target, expected in ((0.79, "good"), (0.9, "open"), (0.96, "bad"), (None, "")):
        assert verdict(rate, target) == expected
    body = Body(verdict="bad")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BODIES, "deadlines", lambda _: body)
        found = read(page_of(made, "deadlines"))
    (answer,) = found.classed("answer")
    assert answer.attributes["class"].split() == ["answer", "bad"]


def test_options_are_compared_by_field_where_there_are_several(shelf: Path) -> None:
    """Rates of the fields as they are, and below what each option changes; one field is no news."""
    made = subject(shelf, "comparison")
    copied = json.loads(json.dumps(made.summary))
    for system in (copied["base"], *copied["options"].values()):
        system["by_field"]["roads"] = system["by_field"]["building"]
    name, option = next(iter(copied["options"].items()))
    option["differences_by_field"]["roads"] = {"on_time_strict": {
        "mean": -0.0125, "low": -0.02, "high": -0.005, "separated": True,
    }}  # fmt: skip
    found = read(page_of(changed(made, **copied), "comparison"))

    assert "fields" not in sections(read(page(shelf, "comparison")))
    assert "fields" in sections(found)
    assert "-1.25 (-2.00 … -0.50)" in plain(found.visible)
    assert copied["options"][name]["title"]["en"] in found.visible


def test_what_was_not_stored_is_left_out(shelf: Path) -> None:
    """A result without profiles has a page without what is drawn of them, and nothing empty."""
    made = subject(shelf, "run")
    summary = {key: value for key, value in made.summary.items() if key != "profiles"}
    without = Subject("run", summary, made.scenario, made.command, made.versions)
    found = read(page_of(without, "run"))
    figures = {element.attributes["id"] for element in found.named("figure")}
    assert "terms" not in sections(found)
    assert {"figure-backlog", "figure-utilisation"} <= figures
    assert not figures & {"figure-weeks", "figure-waits", "figure-hours"}


def test_published_numbers_and_sources_stand_on_the_page(tmp_path: Path) -> None:
    """Each published number beside the simulated one, each source with its address as a link."""
    called("run", VALID / "evidence.yaml", "--replications", 2, "--out", tmp_path)
    path = report("evidence", tmp_path / "page.html", results=tmp_path)
    found = read(path.read_text(encoding="utf-8"))
    assert {"published", "sources", "assumptions", "events"} <= set(sections(found))
    (link,) = (one for one in found.named("a") if "example.org" in one.attributes["href"])
    assert link.attributes["href"] == link.text == "https://example.org/report"
    rows = [cell for cell in found.texts("td") if cell.startswith(("nearly", "derived", "over"))]
    assert rows == ["nearly 99.80 %", "derived 1", "over 50.00 %"]
    assert "No source gives the duration of an appraisal." in found.visible
    path = tmp_path / "trang.html"
    called("--lang", "vi", "report", "evidence", "--output", path, "--out", tmp_path)
    use("en")
    assert "Phỏng đoán." in read(path.read_text(encoding="utf-8")).visible


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_page_in_vietnamese_has_no_english_on_it(shelf: Path, kind: str) -> None:
    """No message of the pages is left in English."""
    found = read(page(shelf, kind, "vi"))
    assert not english_in(found.visible, "simulation/reports/page/", "simulation/wording/")
    assert next(one.attributes["lang"] for one in found.named("html")) == "vi"


def test_numbers_have_commas_in_vietnamese(shelf: Path) -> None:
    """As people write them."""
    rate = subject(shelf, "run").summary["measures"]["on_time_official"]["mean"]
    assert f"{100 * rate:.2f} %".replace(".", ",") in read(page(shelf, "run", "vi")).visible


def test_what_a_scenario_says_is_text(shelf: Path) -> None:
    """A title that looks like HTML is shown, in the drawings too, and does nothing."""
    made = subject(shelf, "run")
    evil = '<script>alert("x")</script> & "more"'
    titles = json.loads(json.dumps(made.summary["titles"]))
    for section in titles.values():
        for title in section.values():
            title["en"] = evil
    text = page_of(changed(made, title={"en": evil, "vi": evil}, titles=titles), "run")
    found = read(text)
    assert not found.named("script")
    assert evil in found.texts("h1")
    assert any(evil in drawing.text for drawing in found.named("svg"))


def test_a_page_says_how_to_compute_it_again(shelf: Path) -> None:
    """The command with all that changes the result, and without where it was kept."""
    found = read(page(shelf, "run"))
    (command,) = found.texts("code")
    assert command == shlex.join(["motcua", *map(str, COMMANDS["run"])])
    assert str(subject(shelf, "run").summary["model"]) in found.visible


def test_a_kind_without_a_page_is_named(shelf: Path) -> None:
    """What a later version may store is refused in words."""
    made = subject(shelf, "run")
    other = Subject("prophecy", made.summary, made.scenario, made.command, made.versions)
    with pytest.raises(StoreError, match=r"here: .* no report of a 'prophecy'"):
        page_of(other, "here")
    broken = Subject("run", {"title": made.summary["title"]}, made.scenario, (), {})
    with pytest.raises(StoreError, match="here was written by another version of motcua"):
        page_of(broken, "here")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that are made at once: for tests of where they are written."""
    monkeypatch.setattr("simulation.reports.page.make.lay_out", lambda _: "<html></html>")
    monkeypatch.setitem(BODIES, "run", BODIES["deadlines"])
    monkeypatch.setattr("simulation.reports.page.make._page", lambda _: None)


@pytest.mark.usefixtures("quick")
def test_a_report_is_a_file_that_is_not_overwritten(motcua: Caller) -> None:
    """It is named after the result, or as asked; what is there is replaced only with --force."""
    motcua("run", MINIMAL, "--replications", 2)
    (folder,) = Path("results/minimal").iterdir()
    ended = motcua("report", "minimal")
    assert (ended.code, ended.out) == (0, f"Written: minimal-{folder.name}.html\n")
    again = motcua("report", "minimal")
    assert again.code == 2
    assert "is there already" in again.err
    assert motcua("report", "minimal", "--force").code == 0
    Path("pages").mkdir()
    assert motcua("report", folder, "--output", "pages").code == 0
    assert motcua("report", folder.name, "--output", "pages/my.html").code == 0
    names = {path.name for path in Path("pages").iterdir()}
    assert names == {f"minimal-{folder.name}.html", "my.html"}


@pytest.mark.usefixtures("quick")
def test_what_cannot_be_reported_is_said(motcua: Caller) -> None:
    """No such result, one of another model, a damaged one, no place: a message, and no file."""
    none = motcua("report", "minimal")
    motcua("run", MINIMAL, "--replications", 2)
    other = motcua("report", "nothing-like-it")
    nowhere = motcua("report", "minimal", "--output", "no/where.html")
    empty = motcua("report", "minimal", "--output", " ")
    letter = motcua("report", "minimal", "--output", "page.docx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulation.store.catalogue.MODEL_VERSION", __about__.MODEL_VERSION + 1)
        old = motcua("report", "minimal")
    (folder,) = Path("results/minimal").iterdir()
    (folder / "summary.json").write_text("{}", encoding="utf-8")
    damaged = motcua("report", "minimal")

    for ended, code, message in (
        (none, 2, "there are no results in results"),
        (other, 2, "no run is called 'nothing-like-it'"),
        (nowhere, 4, "there is no directory no"),
        (empty, 2, "--output names nothing"),
        (letter, 2, "--output page.docx: a report is a page or a PDF"),
        (old, 2, "was computed with version"),
        (damaged, 4, "summary.json is missing, altered or damaged"),
    ):
        assert ended.code == code
        assert message in ended.err
        assert "Traceback" not in ended.err
        assert ended.out == ""
    assert [path.name for path in Path().iterdir()] == ["results"]


def test_the_packages_that_are_needed_are_named(
    motcua: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without them nothing is begun, and what to install is said."""
    monkeypatch.setattr(layout, "find_spec", lambda name: None if name == "matplotlib" else name)
    ended = motcua("report", "anything")
    assert ended.code == 2
    assert "pip install 'motcua[report]'" in ended.err


@pytest.mark.usefixtures("quick")
def test_a_name_that_ends_with_pdf_makes_a_pdf(
    motcua: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is printed from the page; what a page would ask for from elsewhere is not fetched."""
    with contextlib.suppress(OSError):
        pytest.importorskip("weasyprint")
    if "weasyprint" not in sys.modules:
        pytest.skip("Pango is not on this system")
    asks = '<html><body>Words<img src="https://example.org/x.png"></body></html>'
    monkeypatch.setattr("simulation.reports.page.make.lay_out", lambda _: asks)
    monkeypatch.setattr("socket.socket", None)
    motcua("run", MINIMAL, "--replications", 2)
    ended = motcua("report", "minimal", "--output", "page.pdf")
    assert (ended.code, ended.out) == (0, "Written: page.pdf\n")
    assert Path("page.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("module", "message"),
    [("raise OSError('no pango')", "a PDF needs Pango"), (None, "pip install 'motcua[pdf]'")],
)
@pytest.mark.usefixtures("quick")
def test_what_a_pdf_needs_is_named(
    motcua: Caller, monkeypatch: pytest.MonkeyPatch, module: str | None, message: str
) -> None:
    """Without the package or its library nothing is drawn, and the browser is named too."""
    motcua("run", MINIMAL, "--replications", 2)
    with monkeypatch.context() as patch:
        if module is None:
            patch.setattr("simulation.reports.page.paper.find_spec", lambda _: None)
        else:
            Path("weasyprint.py").write_text(module, encoding="utf-8")
            patch.syspath_prepend(".")
            for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
                patch.delitem(sys.modules, name)
        ended = motcua("report", "minimal", "--output", "page.pdf")
    assert ended.code == 2
    assert message in ended.err
    assert "from a browser" in ended.err
    assert not Path("page.pdf").exists()


def test_an_outlier_leaves_the_others_visible(shelf: Path) -> None:
    """A change a thousand times as large is an arrow, and one that is nothing is not drawn."""
    made = subject(shelf, "comparison")
    options = json.loads(json.dumps(made.summary["options"]))
    sizes = dict(zip(options, (-0.9, 0.001, 0.0008, -0.0009, 0.0), strict=True))
    for name, size in sizes.items():
        options[name]["differences"]["on_time_strict"] |= {
            "mean": size,
            "low": size,
            "high": size,
            "separated": True,
        }
    found = read(page_of(changed(made, options=options), "comparison"))
    (figure,) = (
        f for f in found.named("figure") if f.attributes["id"] == "figure-change-on-time-strict"
    )
    assert "Arrows point to changes that lie outside the axis." in plain(figure.text)
    assert "The 4 largest changes; all are in the table." in plain(figure.text)

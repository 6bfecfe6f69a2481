"""From a result to its page, and from there to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulation.errors import InputError, StoreError
from simulation.exports.result import in_known_form, place_of, read_result
from simulation.exports.targets import new_file, refuse_existing
from simulation.language import _, current, title
from simulation.reports.page.contents import Page
from simulation.reports.page.kinds import BODIES
from simulation.reports.page.layout import lay_out, require_packages
from simulation.reports.page.paper import print_page, require_printer
from simulation.reports.page.parts.ending import ending
from simulation.reports.page.subject import Subject
from simulation.store import open_existing
from simulation.wording.answers import answer_of, kind_name
from simulation.wording.names import period_of, replications_of

if TYPE_CHECKING:
    from simulation.exports.result import Result

RESULTS: Final = Path("results")
"""Where results are kept when nothing else is said."""
_PAGES: Final = (".html", ".htm")
_PDF: Final = ".pdf"


def report(
    result: str | Path,
    output: str | Path | None = None,
    *,
    force: bool = False,
    results: str | Path = RESULTS,
) -> Path:
    """Write the report of a finished result, without simulating again.

    It is one HTML file in the language that is spoken (`simulation.language.use`), with all that it
    needs inside; or the same as PDF.

    Args:
        result: The folder of a run or study, or its id, or any part of that which no other has.
        output: The file, or a directory for it; None: in the working directory, named after the
            result. One whose name ends with ``.pdf`` becomes a PDF.
        force: Whether a file that is there already may be replaced.
        results: The directory of results in which an id is looked for.

    Returns:
        The file.

    Raises:
        InputError: An argument cannot be used, there is no such result, another version of the
            model computed it, or a package is not installed.
        StoreError: The result is damaged, or the file cannot be written.
    """
    require_packages()
    directory, name = place_of(result, Path(results))
    with open_existing(directory) as store:
        found = read_result(store, name)
        target = _target(found, output)
        refuse_existing([target], force=force)  # before anything is drawn
        is_pdf = target.suffix.lower() == _PDF
        if is_pdf:
            require_printer()
        text = page_of(subject_of(found), where=str(found.entry.folder))
    with new_file(target, force=force) as temporary:
        temporary.write_bytes(print_page(text) if is_pdf else text.encode())
    return target


def _target(result: Result, output: str | Path | None) -> Path:
    """The file to write."""
    name = f"{result.entry.scenario}-{result.entry.run}.html"
    if output is None:
        return Path(name)
    if not str(output).strip():
        raise InputError(_("--output names nothing; leave it out, or name a file or a folder"))
    path = Path(output)
    target = path / name if path.is_dir() else path
    if target.suffix.lower() not in {*_PAGES, _PDF}:
        raise InputError(
            _(
                "--output {path}: a report is a page or a PDF; let its name end with .html or .pdf "
                "(motcua export writes other formats)"
            ).format(path=output)
        )
    return target


def subject_of(result: Result) -> Subject:
    """A stored result as a page needs it."""
    manifest = result.manifest
    versions = {"motcua": manifest["motcua"]} | {
        name: text for name, text in manifest["versions"].items() if name != "machine"
    }
    return Subject(result.kind, result.summary, manifest["scenario"], manifest["command"], versions)


def page_of(subject: Subject, where: str) -> str:
    """The HTML of a result.

    Args:
        subject: The result.
        where: What it is called in an error.

    Raises:
        StoreError: It is of a kind, or in a form, that this version of motcua does not know.
    """
    if subject.kind not in BODIES:
        raise StoreError(
            _("{where}: this version of motcua has no report of a {kind}").format(
                where=where, kind=repr(subject.kind)
            )
        )
    with in_known_form(where):
        return lay_out(_page(subject))


def _page(subject: Subject) -> Page:
    summary = subject.summary
    body, said = BODIES[subject.kind](subject), answer_of(subject.kind, summary)
    subtitle = [
        period_of(summary),
        replications_of(summary),
        _("seed {seed}").format(seed=summary["seed"]),
    ]
    return Page(
        language=current(),
        title=title(summary["title"]),
        kind=kind_name(subject.kind),
        subtitle=" · ".join(subtitle),
        answer=said.text,
        verdict=body.verdict,
        further=said.further,
        facts=body.facts,
        first=body.first,
        sections=[*body.sections, *ending(subject)],
    )

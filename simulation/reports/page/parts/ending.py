"""What stands at the end of every page: where its numbers come from, and what they do not say."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from simulation.language import _, day, title
from simulation.reports.cells import as_published
from simulation.reports.page.contents import Command, Entries, Entry, Note, Section, Table
from simulation.wording.amounts import count, otherwise_of, said
from simulation.wording.names import replications_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulation.reports.page.subject import Subject

    Plain = Mapping[str, Any]

_SWITCHES: Final = frozenset({"--json", "--force"})
_PLACES: Final = frozenset({"--out", "--workers", "--cluster"})
"""What a command may say that changes nothing about what comes out; these with a value."""
_DATE: Final = len("2021-11-15")


def ending(subject: Subject) -> list[Section]:
    """Sources, assumptions, how to read intervals, what is left out, and how to do it again."""
    found = (
        _sources(subject.scenario),
        _assumptions(subject.scenario),
        _intervals(subject),
        _left_out(),
        _again(subject),
    )
    return [section for section in found if section is not None]


def _sources(scenario: Plain) -> Section | None:
    """Publications, and the numbers taken from them."""
    sources = scenario.get("sources") or {}
    if not sources:
        return None
    entries = []
    for key, source in sources.items():
        texts = [_(  # when it was published
            "Published {day}").format(day=_day(source["published"]))] if source.get(
            "published") else []  # fmt: skip
        for entry in scenario.get("published") or []:
            if entry["source"] == key:
                name = entry.get("title")
                texts.append(
                    f"{title(name) if name else entry['measure']}: "
                    f"{as_published({'says': 'exactly', **_measured(entry)})}"
                )
        entries.append(Entry(str(source["title"]), texts, source.get("url")))
    return Section("sources", _("Sources"), [Entries(entries)])


def _measured(entry: Plain) -> dict[str, Any]:
    """A published number of a scenario in the words of a summary."""
    return {"name": entry["measure"], "published": entry["value"], "says": entry.get("says")
            or "exactly"}  # fmt: skip


def _day(published: Any) -> str:
    """When something was published: a day, a month or a year."""
    text = str(published)
    return day(text) if len(text) == _DATE else text


def _assumptions(scenario: Plain) -> Section | None:
    """What no source says."""
    assumptions = scenario.get("assumptions") or {}
    if not assumptions:
        return None
    entries = [Entry(name, [title(one["text"]), *_range(one)]) for name, one in assumptions.items()]
    note = Note([_("No source says the following. motcua sensitivity tells which matters most.")])
    return Section("assumptions", _("Assumptions"), [note, Entries(entries)])


def _range(assumption: Plain) -> list[str]:
    """The plausible range of what is assumed."""
    otherwise = otherwise_of(assumption)
    if otherwise is not None:
        return [_("Or otherwise: {otherwise}").format(otherwise=otherwise)]
    low, high = assumption.get("low"), assumption.get("high")
    if low is None or high is None:
        return []
    return [_("Plausible from {low} to {high}").format(low=said(low), high=said(high))]


def _intervals(subject: Subject) -> Section:
    """What the intervals on this page mean."""
    meanings = {
        "comparison": _(
            "Differences come from paired replications: every option meets the very same dossiers, "
            "so what they share cancels. Their intervals hold for all options at once."
        ),
        "staffing": _(
            "The staff found was tested on replications that had no part in finding it; the bound "
            "of each target holds with 95 % confidence, of all targets together."
        ),
        "deadlines": _(
            "Each bound is one-sided: the deadline keeps its promise with 95 % confidence."
        ),
        "forecast": _(
            "A range of futures holds what comes in as many of 100 cases as it says, if the "
            "scenario is right. The 95 % interval of a probability tells how exactly so many "
            "futures measure it."
        ),
        "backtest": _(
            "Coverage says in how many cases the forecast range held what came; its own interval "
            "says how exactly so many cases tell."
        ),
    }
    texts = [
        _(
            "An interval of 95 % says how well {replications} know the mean of the model: luck "
            "alone leaves it out in five of a hundred cases. It does not say how well the model "
            "knows the office: for that, look at what is published beside what is simulated, and "
            "at the assumptions."
        ).format(replications=replications_of(subject.summary))
    ]
    if subject.kind in meanings:
        texts.append(meanings[subject.kind])
    if subject.summary["replications"] == 1:
        texts.append(_("One replication gives no intervals; ask for more with --replications."))
    return Section("intervals", _("What the intervals mean"), [Note(texts)])


def _left_out() -> Section:
    """What the model does not know of."""
    texts = [
        _("What stands in a dossier, and whether it is decided well: only the time it takes."),
        _("Money, but for pay: no fees, rooms or equipment."),
        _(
            "The world outside the centre, but for how long couriers, other agencies and "
            "applicants take, which is drawn at random and does not react to what the centre does."
        ),
        _(
            "People who work faster under pressure, tire, learn or leave: speed and absence are as "
            "the scenario says, all year long."
        ),
        _("Applicants who come less, or more, because service has changed."),
        _("Days on which computers fail, but for outages that the scenario names."),
    ]
    return Section("left-out", _("What the model leaves out"), [Note(texts, listed=True)])


def _again(subject: Subject) -> Section:
    """How to come by the very same numbers."""
    summary = subject.summary
    words = _asked(subject.command)
    blocks: list[Note | Command | Table] = []
    if words:
        blocks += [
            Note(
                [
                    _(
                        "This command computes the same numbers again, to the last digit, as long "
                        "as the scenario is the same:"
                    )
                ]
            ),
            Command(shlex.join(["motcua", *words])),
        ]
    else:
        blocks.append(
            Note([_("It was computed from Python, with the scenario, seed and versions below.")])
        )
    rows = [
        [_("Scenario"), str(summary["scenario"])],
        [_("Digest of the model"), str(summary["model"])],
        [_("Version of the model"), str(summary["model_version"])],
        [_("Seed"), str(summary["seed"])],
        [_("Replications"), count(summary["replications"])],
        [_("Engine"), str(summary["engine"])],
        [_("Versions"), ", ".join(f"{name} {text}" for name, text in subject.versions.items())],
    ]
    table = Table((_("What"), _("Which")), rows, frozenset({1}))
    return Section("again", _("How to compute this again"), [*blocks, table])


def _asked(command: Sequence[str]) -> list[str]:
    """The words of a command that say what is computed, and not where or how fast."""
    words, skips = [], False
    for word in command:
        name = word.partition("=")[0]
        if not skips and name not in _PLACES and word not in _SWITCHES:
            words.append(word)
        skips = word in _PLACES
    return words

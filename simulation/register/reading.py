"""From the rows of a table to open dossiers of a scenario, and what is wrong with the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simulation.errors import InputError, noted
from simulation.language import _, english, retold, written
from simulation.plan.context import Context
from simulation.plan.deadlines import deadline_of
from simulation.plan.template import clock_rows
from simulation.register.table import read_table
from simulation.register.words import COLUMNS, REQUIRED, by_name, column_of, folded
from simulation.scenario.model import OpenDossier
from simulation.scenario.words import did_you_mean, listed, show
from simulation.semantics import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from os import PathLike

    from simulation.register.table import Row
    from simulation.scenario import Scenario

    _Value = Callable[[], str]

OLDEST_YEARS: Final = 10
"""Received longer ago, a date is more likely a typing error."""
REGISTER_HEADER: Final = tuple(COLUMNS)
_LONGEST_ID: Final = 100
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_VIETNAMESE: Final = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)


class Wrong(NamedTuple):
    """A value that cannot be used: its row as a spreadsheet numbers it, its column, and why."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        """One line."""
        return _("row {row}, column {column!r}: {reason}").format(
            row=self.row, column=self.column, reason=retold(self.reason)
        )


@dataclass(frozen=True)
class OpenRegister:
    """The open dossiers of an office at the beginning of a day.

    Attributes:
        as_of: The day.
        dossiers: The dossiers that can be used.
        wrong: What was wrong in the rows that were left out, by row.
        ignored: Headers of columns that mean nothing here.
    """

    as_of: date
    dossiers: tuple[OpenDossier, ...]
    wrong: tuple[Wrong, ...] = ()
    ignored: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The dossiers as rows of a file that `read_register` reads, below `REGISTER_HEADER`."""
        for each in self.dossiers:
            yield (each.id, each.channel, each.procedure, each.received, each.step, each.paused)


def read_register(
    path: str | PathLike[str], scenario: Scenario, as_of: date, *, skip_bad: bool = False
) -> OpenRegister:
    """Read a register from a CSV file or a workbook, which stays as it is.

    Args:
        path: The file; docs/forecast.md describes it.
        scenario: Whose channels, procedures and steps it names, by id or title.
        as_of: The day at whose beginning the dossiers are open.
        skip_bad: Go on with the good rows where others are wrong.

    Raises:
        InputError: The file is no register, or rows are wrong; all that is wrong is listed.
    """
    file = Path(path)
    header, rows = read_table(file)
    columns = _columns(file, header)
    reader = _Reader(scenario, as_of)
    with english():  # what is wrong in a row may go into a summary
        dossiers = [d for row in rows if (d := reader.read(row, columns, len(header.cells)))]
    wrong = tuple(reader.wrong)
    if wrong and not skip_bad:
        bad = len({each.row for each in wrong})
        message = _("{file}: {bad} of {rows} rows cannot be used:").format(
            file=file, bad=written(f"{bad:,}"), rows=written(f"{len(rows):,}")
        )
        raise InputError(
            noted(
                "\n    ".join([message, *map(str, wrong)]),
                remedy=_("correct them, or go on with the others by --skip-bad"),
            )
        )
    if not dossiers:
        message = (
            _("{file}: no row can be used, so there is nothing to forecast")
            if rows
            else _("{file}: there are no rows below the header, so there is nothing to forecast")
        )
        raise InputError(message.format(file=file))
    ignored = tuple(c for c in header.cells if c and column_of(c) is None)
    return OpenRegister(as_of, tuple(dossiers), wrong, ignored)


def _columns(file: Path, header: Row) -> dict[str, int]:
    """Where each column stands.

    Raises:
        InputError: One is missing, or stands there twice.
    """
    found: dict[str, int] = {}
    for place, cell in enumerate(header.cells):
        column = column_of(cell)
        if column is None:
            continue
        if column in found:
            twice = header.cells[found[column]], cell
            raise InputError(
                _(
                    "{file}: the columns {one!r} and {other!r} both mean {column!r}; "
                    "delete or rename one"
                ).format(file=file, one=twice[0], other=twice[1], column=column)
            )
        found[column] = place
    for column in REQUIRED:
        if column not in found:
            others = [cell for cell in header.cells if cell and column_of(cell) is None]
            near = next((c for c in others if did_you_mean(c, COLUMNS[column])), None)
            meant = _("; is it {near!r}?").format(near=near) if near else ""
            raise InputError(
                _(
                    "{file}: there is no column {column!r}{meant} The columns are {names}. "
                    "It may be called {known}"
                ).format(
                    file=file,
                    column=column,
                    meant=meant,
                    names=listed(c for c in header.cells if c),
                    known=listed(COLUMNS[column]),
                )
            )
    return found


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """A value cannot be used."""


class _Reader:
    """Reads one row after the other, and collects what is wrong."""

    def __init__(self, scenario: Scenario, as_of: date) -> None:
        self.as_of = as_of
        self.wrong: list[Wrong] = []
        self._scenario = scenario
        self._context = Context(scenario)
        self._rows_of_id: dict[str, int] = {}
        self._steps: dict[tuple[str, str], dict[str, bool]] = {}
        self._names = {
            "channel": by_name((k, (v.title.en, v.title.vi)) for k, v in scenario.channels.items()),
            "procedure": by_name(
                (k, (v.title.en, v.title.vi)) for k, v in scenario.procedures.items()
            ),
        }

    def read(self, row: Row, columns: Mapping[str, int], width: int) -> OpenDossier | None:
        """The dossier of a row, or None where something in it is wrong."""
        before = len(self.wrong)
        if len(row.cells) > width and any(row.cells[width:]):
            reason = _(
                "there are {cells} values for {width} columns; put quotes around a value with a "
                "separator"
            ).format(cells=len(row.cells), width=width)
            self.wrong.append(Wrong(row.number, "(all)", reason))
            return None
        cells = {
            name: row.cells[place] if place < len(row.cells) else ""
            for name, place in columns.items()
        }
        name = self._try(row, "id", lambda: self._id(row, cells["id"]))
        channel = self._try(row, "channel", lambda: self._named("channel", cells["channel"]))
        procedure = self._try(
            row, "procedure", lambda: self._named("procedure", cells["procedure"])
        )
        received = self._try(row, "received", lambda: self._received(cells["received"]))
        step: str | None = None
        if channel and procedure:
            step = self._try(
                row, "step", lambda: self._step(channel, procedure, cells.get("step", ""))
            )
        paused = self._try(
            row,
            "paused",
            lambda: self._paused(cells.get("paused", ""), received, channel, procedure),
        )
        if len(self.wrong) > before:
            return None
        return OpenDossier(
            id=name or "", channel=channel or "", procedure=procedure or "",
            received=received or "", step=step or None, paused=float(paused or "0"),
        )  # fmt: skip

    def _try(self, row: Row, column: str, value: _Value) -> str | None:
        try:
            return value()
        except _Refused as refused:
            self.wrong.append(Wrong(row.number, column, str(refused)))
            return None

    def _id(self, row: Row, text: str) -> str:
        if not text:
            raise _Refused(_("it is missing; every dossier needs an id of its own"))
        if len(text) > _LONGEST_ID:
            raise _Refused(
                _("{text} is longer than {most} characters").format(
                    text=show(text), most=_LONGEST_ID
                )
            )
        first = self._rows_of_id.setdefault(text, row.number)
        if first != row.number:
            raise _Refused(
                _("{text} stands in row {first} already; keep one of them").format(
                    text=show(text), first=first
                )
            )
        return text

    def _named(self, what: str, text: str) -> str:
        known = self._scenario.channels if what == "channel" else self._scenario.procedures
        if not text:
            raise _Refused(
                _("it is missing; write a {what}: {names}").format(
                    what=what, names=listed(sorted(known))
                )
            )
        found = {text} if text in known else self._names[what].get(folded(text), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise _Refused(
                _("{text} may be {names}; write the id").format(
                    text=show(text), names=" or ".join(sorted(found))
                )
            )
        titles = [name for k, v in known.items() for name in (k, v.title.en, v.title.vi)]
        near = did_you_mean(text, titles)
        raise _Refused(
            _(
                "the scenario has no {what} {text}{near}; write an id or a title, such as {names}"
            ).format(what=what, text=show(text), near=near, names=listed(sorted(known)[:5]))
        )

    def _received(self, text: str) -> str:
        if not text:
            raise _Refused(_("it is missing; write a date such as 2021-11-03 or 03/11/2021"))
        at, has_time = _instant(text)
        if at.date() >= self.as_of:
            raise _Refused(
                _(
                    "{text} is not before {as_of}, at whose beginning the register is taken: "
                    "what comes on that day or later is simulated"
                ).format(text=show(text), as_of=self.as_of)
            )
        if at.year < self.as_of.year - OLDEST_YEARS:
            raise _Refused(
                _("{text} is more than {most} years ago; correct the year").format(
                    text=show(text), most=OLDEST_YEARS
                )
            )
        return at.strftime("%Y-%m-%d %H:%M:%S") if has_time else at.date().isoformat()

    def _step(self, channel: str, procedure: str, text: str) -> str:
        steps = self._steps_of(channel, procedure)
        if not text:
            if not any(steps.values()):
                raise _Refused(_("it is missing, and no step takes time while a dossier is open"))
            return ""
        if text in steps:
            return text
        meant = [name for name in steps if folded(name) == folded(text)]
        if len(meant) == 1:
            return meant[0]
        raise _Refused(
            _(
                "an open dossier of {channel}/{procedure} stands in no step {text}{near}; "
                "write one of {names}, or nothing"
            ).format(
                channel=channel,
                procedure=procedure,
                text=show(text),
                near=did_you_mean(text, steps),
                names=listed(steps) or _("none"),
            )
        )

    def _steps_of(self, channel: str, procedure: str) -> dict[str, bool]:
        """The steps in which a dossier may stand, and whether one may be drawn to stand there."""
        if (channel, procedure) not in self._steps:
            template = self._context.template(channel, procedure)
            accepted, resolved = clock_rows(template.rows)
            places: dict[str, bool] = {}
            for number, row in enumerate(template.rows[: resolved + 1]):
                if row.kind is not Kind.JOIN:
                    takes = number > accepted and row.expected_s(1.0) > 0
                    places[row.step.step] = places.get(row.step.step, False) or takes
            self._steps[channel, procedure] = places
        return self._steps[channel, procedure]

    def _paused(
        self, text: str, received: str | None, channel: str | None, procedure: str | None
    ) -> str:
        if not text:
            return "0"
        number = text.replace(",", ".")
        if not re.fullmatch(r"\d{1,4}(\.\d{1,6})?", number):
            raise _Refused(
                _("{text} is not a number of days; write 0, 3 or 2.5").format(text=show(text))
            )
        if received and float(number) > (self.as_of - date.fromisoformat(received[:10])).days:
            raise _Refused(
                _("{text} days are more than have passed since it was received").format(
                    text=show(text)
                )
            )
        if channel and procedure and not float(number).is_integer():
            deadline = deadline_of(self._scenario.procedures[procedure], channel)
            if deadline.kind == _("calendar days"):
                raise _Refused(
                    _("{text}: the deadline is in calendar days; write whole days").format(
                        text=show(text)
                    )
                )
        return number


def _instant(text: str) -> tuple[datetime, bool]:
    """A date, perhaps with a time of day, in the order of ISO 8601 or of Vietnam."""
    if match := _ISO.fullmatch(text):
        year, month, day, *clock = match.groups()
    elif match := _VIETNAMESE.fullmatch(text):
        day, month, year, *clock = match.groups()
    else:
        raise _Refused(
            _("{text} is not a date; write 2021-11-03, 03/11/2021 or either + 08:15").format(
                text=show(text)
            )
        )
    try:
        hour, minute, second = (int(part or 0) for part in clock)
        at = datetime(int(year), int(month), int(day), hour, minute, second)
    except ValueError:
        raise _Refused(
            _("{text} is a day or hour that does not exist").format(text=show(text))
        ) from None
    return at, clock[0] is not None

"""A finished result as it lies in a store, checked before anything is made of it."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import InputError, StoreError
from simulation.language import _
from simulation.store import (
    Entry,
    Store,
    choose,
    find_kept,
    read_manifest,
    read_replications,
    read_summary,
)
from simulation.store.runs import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.store import Row


@contextmanager
def in_known_form(where: str) -> Iterator[None]:
    """While something is made of a result: it is whole, so what is missing was never written.

    Args:
        where: What it is called in an error.

    Raises:
        StoreError: Something is missing.
    """
    try:
        yield
    except (KeyError, TypeError) as error:
        raise StoreError(
            _(
                "{where} was written by another version of motcua, in a form that this one does "
                "not know; simulate it again"
            ).format(where=where)
        ) from error


@dataclass(frozen=True)
class Result:
    """A run or a study, and where its parts are.

    Attributes:
        store: The store, open.
        entry: How it is noted there.
        summary: Its summary.
        manifest: Its manifest.
    """

    store: Store
    entry: Entry
    summary: dict[str, Any]
    manifest: dict[str, Any]

    @property
    def kind(self) -> str:
        """``run``, or what kind of study it is."""
        return self.entry.kind

    @property
    def first_day(self) -> date:
        """The day from whose midnight seconds are counted."""
        return date.fromisoformat(self.manifest["second_0"])

    @property
    def period(self) -> tuple[date, date]:
        """First and last day that are counted."""
        period = self.summary["period"]
        return date.fromisoformat(period["first_day"]), date.fromisoformat(period["last_day"])

    @cached_property
    def kept(self) -> dict[int, dict[str, Path]]:
        """Files of the replications whose dossiers and visits were kept, by table."""
        found = find_kept(self.entry.folder)
        return {number: found[number] for number in self.entry.replications if number in found}

    def rows(self) -> Iterator[tuple[int, Row]]:
        """What each replication came to; raises a `StoreError` where one is missing."""
        return read_replications(self.store, self.entry)

    @property
    def command_that_keeps(self) -> str:
        """The command line that keeps dossiers and visits of this run, too."""
        asked = [word for word in self.manifest["command"] if word not in {"--json", "--force"}]
        return shlex.join(["motcua", *(asked or ["run", self.entry.scenario]), "--keep", "parquet"])

    def chosen(self, replication: int | None) -> list[int]:
        """The kept replications that are meant.

        Args:
            replication: Number of the only one; None: all that were kept.

        Raises:
            InputError: It was not kept.
        """
        if replication is None:
            return list(self.kept)
        if replication not in self.kept:
            kept = ", ".join(map(str, self.kept)) or _("none")
            raise InputError(
                _(
                    "dossiers and visits of replication {number} of {run} were not kept; kept: "
                    "{kept}. To keep them:\n    {command}"
                ).format(
                    number=replication,
                    run=self.entry.run,
                    kept=kept,
                    command=self.command_that_keeps,
                )
            )
        return [replication]


def place_of(result: str | Path, directory: Path) -> tuple[Path, str]:
    """The store that a result is in, and its name there.

    Args:
        result: The folder of a result, or its id, or any part of that which no other has.
        directory: The store in which ids are looked for.
    """
    folder = Path(result)
    if folder.is_dir() and (folder.parent.parent / DATABASE).is_file():
        return folder.parent.parent, folder.resolve().name
    return directory, str(result)


def read_result(store: Store, name: str) -> Result:
    """Read a result.

    Raises:
        InputError: There is none of that name, it was not finished, or another version of the model
            computed it.
        StoreError: It is damaged.
    """
    entry = choose(store, name)
    if not entry.is_current:
        raise InputError(
            _(
                "{run} was computed with version {version} of the model, which is not this one, so "
                "it is not exported; simulate it again, or use the version of motcua that wrote it"
            ).format(run=entry.run, version=entry.model_version)
        )
    return Result(store, entry, read_summary(store, entry), read_manifest(store, entry))

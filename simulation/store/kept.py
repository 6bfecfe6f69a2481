"""Dossiers and visits of single replications, kept on request as CSV or Parquet."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Literal

from simulation.errors import InputError
from simulation.language import _
from simulation.store.files import (
    CSV_ENCODING,
    checksum,
    make_directory,
    replacing,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from simulation.store.database import Database

Keep = Literal["journal", "parquet"]
"""What can be kept: dossiers and visits as CSV, or as Parquet."""
_SUFFIX: Final[dict[Keep, str]] = {"journal": "csv", "parquet": "parquet"}
TABLES: Final = ("dossiers", "visits")
_KEPT: Final = re.compile(r"dossiers-([0-9]+)\.(csv|parquet)")

_log = logging.getLogger(__name__)


def find_kept(folder: Path) -> dict[int, dict[str, Path]]:
    """Files of the replications whose tables a run has kept, by number and by table.

    Where both formats were kept, Parquet: it is read faster.
    """
    found: dict[int, dict[str, Path]] = {}
    for path in sorted(folder.glob("dossiers-*")):  # CSV comes first
        name = _KEPT.fullmatch(path.name)
        if name is not None:
            files = {table: folder / f"{table}-{name[1]}.{name[2]}" for table in TABLES}
            found[int(name[1])] = files
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class KeptTables:
    """The kept tables of one run.

    Attributes:
        database: Where their checksums are noted.
        root: The directory of the database.
        folder: The folder of the run.
        keep: What they are written as.

    Raises:
        InputError: The package for the format is not installed.
    """

    database: Database
    root: Path
    folder: Path
    keep: Keep

    def __post_init__(self) -> None:
        if self.keep == "parquet" and find_spec("pyarrow") is None:
            raise InputError(
                _(
                    "Parquet needs a package that is not installed; install "
                    "'motcua[parquet]', or keep CSV with --keep journal"
                )
            )

    def paths(self, replication: int) -> dict[str, Path]:
        """The files of a replication, by table."""
        suffix = _SUFFIX[self.keep]
        return {name: self.folder / f"{name}-{replication}.{suffix}" for name in TABLES}

    def whole(self, replication: int) -> bool:
        """Whether the files of a replication are there, as they were written."""
        return all(self._as_written(path) for path in self.paths(replication).values())

    def _as_written(self, path: Path) -> bool:
        if not path.is_file():
            return False
        well = checksum(path) == self.database.file_checksum(self._noted(path))
        if not well:
            _log.warning(_("%s has been altered or damaged; it is computed again"), path)
        return well

    def write(self, replication: int, tables: dict[str, pd.DataFrame]) -> None:
        """Write the files of a replication.

        Raises:
            StoreError: A file cannot be written.
        """
        make_directory(self.folder)
        for name, path in self.paths(replication).items():
            with replacing(path) as temporary:
                if self.keep == "journal":
                    tables[name].to_csv(
                        temporary, index=False, encoding=CSV_ENCODING, lineterminator="\r\n"
                    )
                else:
                    tables[name].to_parquet(temporary, index=False)
            self.database.add_file(self._noted(path), checksum(path))

    def _noted(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

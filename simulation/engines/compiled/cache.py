"""Keeping the compiled kernel on disk, so that it is compiled once.

numba's own cache notices a change of the file a function stands in, but not of what it calls from
other files; it fails where it cannot write, and crashes on a damaged file. So the kernel is kept in
one file of ours. Its name is a digest of all that the machine code depends on: another version
looks for another file. It is written whole or not at all, whoever else does so at the same time.
Its content begins with its own digest: what is damaged is compiled again, never run. And where
there is no place for it, every process compiles for itself.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import platform
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import llvmlite
import numba
import platformdirs
from numba.core import serialize
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult

from simulation import legal, semantics, units, worktime
from simulation.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable

VARIABLE: Final = "MOTCUA_CACHE_DIR"
"""Environment variable that names another directory than the user's usual one for caches."""

DIGEST_SIZE: Final = hashlib.sha256().digest_size

_log = logging.getLogger("simulation.engines")


def cache_directory() -> Path:
    """Where compiled code is kept."""
    return Path(os.environ.get(VARIABLE) or platformdirs.user_cache_path("motcua"))


def kernel_sources() -> list[Path]:
    """All files from which code enters the kernel."""
    shared = [Path(str(module.__file__)) for module in (legal, semantics, units, worktime)]
    return [*shared, *Path(__file__).parent.glob("*.py")]


def digest_of(sources: Iterable[Path]) -> str | None:
    """Hex digest of sources and of the versions and settings that compile them.

    It is None where a source cannot be read, as inside an archive.
    """
    versions = (numba.__version__, llvmlite.__version__, platform.python_implementation())
    settings = sorted(item for item in os.environ.items() if item[0].startswith("NUMBA_"))
    digest = hashlib.sha256(repr((versions, platform.python_version(), settings)).encode())
    try:
        for source in sorted(sources):
            digest.update(hashlib.sha256(source.read_bytes()).digest())
    except OSError:
        return None
    return digest.hexdigest()


_DIGEST: Final = digest_of(kernel_sources())
"""Taken when the sources are imported: what they become later is not what would be compiled."""


class KernelCache(_Cache):
    """One compiled function on disk, in the form that numba's dispatchers ask for.

    Args of the constructor:
        name: Of the function.
        announced: Whether people are told when it is compiled, because it takes long.
    """

    def __init__(self, name: str, *, announced: bool = True) -> None:
        self._name, self._announced = name, announced

    @property
    def cache_path(self) -> str:
        """The directory."""
        return str(cache_directory())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled function, or None: then it is about to be compiled."""
        target_context.refresh()
        path = self._path(sig, target_context.codegen())
        found = None if path is None else _load(path, target_context)
        if found is None and self._announced:
            _log.warning(
                _("compiling the engine; this takes a quarter of a minute, once per version")
            )
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a function that has just been compiled."""
        path = self._path(sig, data.codegen)
        if path is None:
            return
        try:
            _save(path, _dumps(data))
        except OSError as error:
            _log.warning(_("the compiled engine cannot be kept in %s: %s"), path.parent, error)

    def enable(self) -> None:
        """It always is."""

    def disable(self) -> None:
        """It never is."""

    def flush(self) -> None:
        """Nothing is held back."""

    def _path(self, sig: Any, codegen: Any) -> Path | None:
        if _DIGEST is None:
            return None
        key = repr((_DIGEST, str(sig), codegen.magic_tuple())).encode()
        return cache_directory() / f"{self._name}-{hashlib.sha256(key).hexdigest()[:32]}.bin"


# numba has no public way to keep a compiled function but its own cache, which does as follows.


def _dumps(compiled: Any) -> bytes:
    content: bytes = cast("Any", serialize).dumps(compiled._reduce())  # noqa: SLF001
    return content


def _loads(content: bytes, target_context: Any) -> Any:
    # What is unpickled was written by `_save`, into a directory of the user's own.
    parts = pickle.loads(content)  # noqa: S301
    return cast("Any", CompileResult)._rebuild(target_context, *parts)  # noqa: SLF001


def _load(path: Path, target_context: Any) -> Any:
    """A function from a file; None if there is none or it is damaged, and then no longer there."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, payload = content[:DIGEST_SIZE], content[DIGEST_SIZE:]
    if hashlib.sha256(payload).digest() == digest:
        return _loads(payload, target_context)
    _log.warning(_("%s is damaged and is made anew"), path)
    with suppress(OSError):
        path.unlink()
    return None


def _save(path: Path, payload: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(hashlib.sha256(payload).digest() + payload)
            file.close()
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise

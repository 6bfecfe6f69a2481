"""How numba compiles the engine, and what it is told of the functions that all engines share.

With ``NUMBA_DISABLE_JIT=1`` the same engine is plain Python, slow and open to a debugger.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numba
from numba.extending import overload, register_jitable

from simulation import legal, semantics, worktime
from simulation.engines.compiled.cache import KernelCache

if TYPE_CHECKING:
    from collections.abc import Sequence

Function = TypeVar("Function", bound=Callable[..., Any])

_njit: Final[Any] = numba.njit  # its types do not know all of its options
_OPTIONS: Final[dict[str, Any]] = {
    "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True
}  # fmt: skip
# Nothing is divided by zero, so nobody need look. Nothing is allocated, so no references need be
# counted: with `_nrt`, handing the office's arrays around takes thirty times as long as the work.
with suppress(ImportError, AttributeError, TypeError):  # or numba's usual one, which is slower
    from simulation.engines.compiled.indices import KernelCompiler

    _OPTIONS["pipeline_class"] = KernelCompiler


def inlined(function: Function) -> Function:
    """A part of the kernel, for decoration.

    It becomes a part of whoever calls it. An office is some hundred pointers, and only a call that
    is not made hands them on for nothing.
    """
    part: Function = _njit(forceinline=True, no_cpython_wrapper=True, **_OPTIONS)(function)
    return part


def compiled(function: Function, *, announced: bool = True) -> Function:
    """The kernel itself, for decoration: kept on disk, and run without the interpreter's lock.

    Args:
        function: What is compiled.
        announced: Whether people are told when it is, because it takes long.
    """
    kernel: Any = _njit(nogil=True, **_OPTIONS)(function)
    if kernel is not function:  # pragma: no cover  coverage is taken without the compiler
        kernel._cache = KernelCache(function.__name__, announced=announced)  # noqa: SLF001  numba would make its own
    whole: Function = kernel
    return whole


def first_not_below(column: Sequence[int], key: int) -> int:
    """What `bisect.bisect_left` finds."""
    low, high = 0, len(column)
    while low < high:
        middle = (low + high) >> 1
        if column[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


def first_above(column: Sequence[int], key: int) -> int:
    """What `bisect.bisect_right` finds."""
    low, high = 0, len(column)
    while low < high:
        middle = (low + high) >> 1
        if column[middle] <= key:
            low = middle + 1
        else:
            high = middle
    return low


overload(bisect.bisect_left, strict=False)(lambda _column, _key: first_not_below)
overload(bisect.bisect_right, strict=False)(lambda _column, _key: first_above)

_SHARED: Final[set[Any]] = {semantics.queue_key, semantics.duration_s, semantics.done_work_s} | {
    function
    for module in (worktime, legal)
    for name, function in vars(module).items()
    if name.endswith("_one")
}
for _function in _SHARED:  # each is compiled as it stands, and only where the kernel calls it
    register_jitable(forceinline=False)(_function)

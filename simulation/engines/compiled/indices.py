"""The kernel's compiler: numba's own, but that indices count from the beginning only.

To numba, as to Python, an index below 0 counts from the end, and at each access it asks whether one
is. In the kernel none is, and to ask takes a seventh of its time. Of an unsigned index numba need
not ask, so a pass behind type inference says that the indices of a function are unsigned. It is run
for the kernel's functions alone: it is an option of theirs, and nothing that others share changes.

Where numba has come to be made differently, the pass does nothing, and the kernel is only slower.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, cast

from numba.core import compiler_machinery, ir, types
from numba.core.compiler import Compiler
from numba.core.typed_passes import NopythonTypeInference

_MADE_DIFFERENTLY: Final = (AttributeError, TypeError, ValueError)
_register_pass: Final[Any] = compiler_machinery.register_pass  # numba's types do not know it


class KernelCompiler(Compiler):  # pragma: no cover  coverage is taken without the compiler
    """A compiler for the option ``pipeline_class`` of `numba.njit`."""

    def define_pipelines(self) -> Any:
        """Numba's passes and ours."""
        pipelines = cast("Any", super()).define_pipelines()
        with suppress(*_MADE_DIFFERENTLY):
            for passes in pipelines:
                passes.add_pass_after(UnsignedIndices, NopythonTypeInference)
                passes.finalize()
        return pipelines


@_register_pass(mutates_CFG=False, analysis_only=False)
class UnsignedIndices(compiler_machinery.FunctionPass):  # pragma: no cover  as above
    """Types the indices of all accesses to arrays as unsigned, but for constants."""

    _name = "unsigned_indices"

    def __init__(self) -> None:
        cast("Any", super()).__init__()

    def run_pass(self, state: Any) -> bool:
        """Alter the types of a function's operations; whether anything was altered."""
        with suppress(*_MADE_DIFFERENTLY):
            accesses = {
                operation: unsigned(signature)
                for operation, signature in state.calltypes.items()
                if isinstance(operation, ir.SetItem) or getattr(operation, "op", "") == "getitem"
            }
            state.calltypes.update(accesses)
            return True
        return False


def unsigned(signature: Any) -> Any:  # pragma: no cover  as above
    """The signature of an access by an unsigned index, if it is one to an array by a signed one."""
    array, index, *value = signature.args
    if isinstance(array, types.Array) and index == types.intp:
        return signature.replace(args=(array, types.uintp, *value))
    return signature

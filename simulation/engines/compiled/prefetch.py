"""Memory fetched ahead: what comes next is known, so nobody need wait for its numbers.

A dossier is looked at for a moment, and then again hours or days later. Meanwhile a large centre
has looked at so many others that its numbers are in no cache any more, and to wait for them takes
longer than the work. Whoever knows what comes next says so, and works on while they are fetched.

Where numba has come to be made differently, nothing is fetched, and the kernel is only slower.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload
from numba.np import arrayobj

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TO_WRITE: Final = 1
_IN_ALL_CACHES: Final = 3
_DATA: Final = 1


def prefetch(column: NDArray[Any], place: int) -> None:
    """Begin to fetch an entry of a column, for reading or writing; in plain Python do nothing.

    It is a hint, which changes no number: there need not be an entry at that place.
    """


def _hint(_context: Any, column: Any, place: Any) -> Any:  # pragma: no cover  for the compiler
    """LLVM's ``llvm.prefetch``, in the form that numba asks for."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        with suppress(AttributeError, KeyError, NotImplementedError, TypeError, ValueError):
            form = signature.args[0]
            array = _array_of(form)(context, builder, arguments[0])
            entry = _pointer_to(context, builder, form, array, [arguments[1]])
            address, number = ir.IntType(8).as_pointer(), ir.IntType(32)
            hint = builder.module.declare_intrinsic(
                "llvm.prefetch",
                [address],
                ir.FunctionType(ir.VoidType(), [address, number, number, number]),
            )
            how = [number(_TO_WRITE), number(_IN_ALL_CACHES), number(_DATA)]
            builder.call(hint, [builder.bitcast(entry, address), *how])
        return context.get_dummy_value()

    return types.void(column, place), generate


_array_of: Final[Any] = arrayobj.make_array  # these three have no types
_pointer_to: Final[Any] = cgutils.get_item_pointer
_prefetch: Final[Any] = intrinsic(_hint)
overload(prefetch, strict=False)(
    # Numba takes a function of Python here, and refuses an intrinsic that is not inside of one.
    lambda _column, _place: lambda _column, _place: _prefetch(_column, _place)  # noqa: PLW0108
)

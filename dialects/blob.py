"""Constant data, held once and named by its content.

A `Blob` is a read-only ndarray with a digest of its dtype, shape and bytes. In text it is one short line, so that dumps of a
network with 25 million weights stay readable; the data travel beside the text in a `.npz` (`lpt.serialize`). Up to 32 elements
are printed in full, so that small modules are self-contained.
"""

from __future__ import annotations

import hashlib
import threading
import weakref
from contextvars import ContextVar
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import (
    BytesAttr,
    DenseIntOrFPElementsAttr,
    Float16Type,
    Float32Type,
    Float64Type,
    IntegerType,
    Signedness,
    TensorType,
    i1,
)
from xdsl.ir import Attribute, Data
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer

from lpt.errors import LptError

__all__ = [
    "INLINE_LIMIT",
    "Array",
    "Blob",
    "BlobAttr",
    "element_type",
    "find_blob",
    "inline_constants",
    "inline_scales",
    "numpy_dtype",
    "print_full",
]

Array = NDArray[Any]
"""An ndarray of any element type."""

INLINE_LIMIT = 32
"""Blobs up to this many elements are printed in full."""

_LONGEST_LIST = 100
"""Elements up to which xDSL prints a list, and from which on hexadecimal digits."""

print_full: ContextVar[bool] = ContextVar("print_full", default=False)
"""Print every blob and every scale in full, as upstream MLIR would."""

inline_constants: ContextVar[int] = ContextVar("inline_constants", default=INLINE_LIMIT)
"""Blobs of more elements are printed as digest and range."""

inline_scales: ContextVar[int] = ContextVar("inline_scales", default=INLINE_LIMIT)
"""Types with more scales print their digest and range."""

_table: weakref.WeakValueDictionary[str, Blob] = weakref.WeakValueDictionary()
_lock = threading.Lock()


class Blob:
    """A read-only C-contiguous ndarray; equal if dtype, shape and bytes are.

    A blob parsed from a digest that nothing in the process knows has no data: `array` raises LptError.
    """

    __slots__ = ("__weakref__", "_array", "_digest", "_first")

    def __init__(self, array: Array | None, digest: str | None = None):
        if array is not None:
            array = np.ascontiguousarray(array).reshape(np.shape(array))
            if array.flags.writeable:
                array = array.view()
                array.flags.writeable = False
        self._array, self._digest = array, digest
        # The blob that the table has for this digest: it stays there as long as one of its equals lives.
        self._first: Blob | None = None

    @property
    def array(self) -> Array:
        """The data. Raises LptError if only the digest is known."""
        if self._array is None and (known := find_blob(self.digest)) is not None:
            self._array, self._first = known._array, known
        if self._array is None:
            raise LptError(
                f"the data of constant {self.digest} are not loaded",
                way_out="load the .mlir beside the .npz it was saved with",
            )
        return self._array

    @property
    def known(self) -> Array | None:
        """The data, or None if this blob has only its digest."""
        return self._array

    @property
    def digest(self) -> str:
        """Hexadecimal digest of dtype, shape and bytes (blake2b, 80 bits), computed when first asked for."""
        if self._digest is None:
            assert self._array is not None
            head = f"{self._array.dtype.str}{self._array.shape}".encode()
            hasher = hashlib.blake2b(head, digest_size=10)
            hasher.update(self._array.reshape(-1).view(np.uint8).data if self._array.size else b"")
            self._digest = hasher.hexdigest()
            with _lock:
                first = _table.setdefault(self._digest, self)
            if first is not self:
                self._array, self._first = first._array, first
        return self._digest

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Blob) and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)


def find_blob(digest: str) -> Blob | None:
    """The blob with this digest that something in the process holds, if any."""
    with _lock:
        return _table.get(digest)


def summary(array: Array) -> str:
    """dtype, shape and range in one phrase: `i8 64x3x7x7 [-127, 127]`."""
    kind = {"f": "f", "i": "i", "u": "u", "b": "i"}[array.dtype.kind]
    bits = 1 if array.dtype == np.bool_ else array.dtype.itemsize * 8
    shape = "x".join(map(str, array.shape))
    span = f" [{array.min():.6g}, {array.max():.6g}]" if array.size else ""
    return f"{kind}{bits} {shape}{span}"


_ELEMENT_TYPES: dict[str, Attribute] = {
    "f2": Float16Type(),
    "f4": Float32Type(),
    "f8": Float64Type(),
    "b1": i1,
    **{f"i{n}": IntegerType(8 * n) for n in (1, 2, 4, 8)},
    **{f"u{n}": IntegerType(8 * n, Signedness.UNSIGNED) for n in (1, 2, 4, 8)},
}


def element_type(dtype: np.dtype[Any]) -> Attribute:
    """The builtin element type of a numpy dtype; unsigned integers are `ui8` …"""
    return _ELEMENT_TYPES[f"{dtype.kind}{dtype.itemsize}"]


def numpy_dtype(element: Attribute) -> np.dtype[Any]:
    """The numpy dtype of a builtin element type. Raises LptError for one that numpy lacks."""
    for code, candidate in _ELEMENT_TYPES.items():
        if candidate == element:
            return np.dtype(code)
    raise LptError(f"no numpy type for element type {element}")


def _print_dense(printer: Printer, array: Array) -> None:
    """`dense<…> : type`, as xDSL prints it: it makes a tuple of all elements first, twice, and of resnet50 that took seconds."""
    attribute = _to_dense(array)
    if not _is_hexadecimal(array):
        printer.print_attribute(attribute)
        return
    printer.print_string(f'dense<"0x{attribute.data.data.hex().upper()}"> : ')
    printer.print_attribute(attribute.type)


def _is_hexadecimal(array: Array) -> bool:
    return array.size > _LONGEST_LIST and not (array == array.reshape(-1)[0]).all()


def _to_dense(array: Array) -> DenseIntOrFPElementsAttr[Any]:
    tensor: Any = TensorType(element_type(array.dtype), array.shape)
    return DenseIntOrFPElementsAttr(tensor, BytesAttr(array.tobytes()))


def _prints_exactly(array: Array) -> bool:
    """xDSL writes floats without a point, and those that are not finite, in a form that it does not read back."""
    if array.dtype.kind != "f":
        return array.dtype.kind != "b"
    if not np.isfinite(array).all():
        return False
    if _is_hexadecimal(array):
        return True
    digits = 17 if array.dtype.itemsize == 8 else 9
    return all("." in f"{x:.{digits}g}" or float(f"{x:.5e}") == x for x in array.ravel().tolist())


def _from_dense(parser: AttrParser, dense: Attribute) -> Array:
    if not isinstance(dense, DenseIntOrFPElementsAttr):
        parser.raise_error("expected dense<…> or a digest")
    dtype = numpy_dtype(dense.type.element_type)
    return np.frombuffer(dense.data.data, dtype=dtype).reshape(dense.get_shape())


@irdl_attr_definition
class BlobAttr(Data[Blob]):
    """`#lpt.blob<dense<…> : tensor<…>>` for small data, `#lpt.blob<"digest", "summary">` for the rest."""

    name = "lpt.blob"

    @staticmethod
    def of(array: Array) -> BlobAttr:
        """An attribute that holds `array`, which must not be written to any more."""
        return BlobAttr(Blob(array))

    @property
    def array(self) -> Array:
        """The data. Raises LptError if only the digest is known."""
        return self.data.array

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> Blob:
        with parser.in_angle_brackets():
            digest = parser.parse_optional_str_literal()
            if digest is None:
                return Blob(_from_dense(parser, parser.parse_attribute()))
            if parser.parse_optional_punctuation(",") is not None:
                parser.parse_str_literal()
            return find_blob(digest) or Blob(None, digest)

    def print_parameter(self, printer: Printer) -> None:
        blob = self.data
        with printer.in_angle_brackets():
            array = blob.known
            if array is not None and (array.size <= inline_constants.get() or print_full.get()) and _prints_exactly(array):
                _print_dense(printer, array)
                return
            printer.print_string_literal(blob.digest)
            if array is not None:
                printer.print_string(", ")
                printer.print_string_literal(summary(array))

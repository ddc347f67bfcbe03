"""What a name of a model stands for while its graph is imported."""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerType, TensorType
from xdsl.ir import Attribute, SSAValue

from lpt.dialects.blob import Array, BlobAttr, element_type
from lpt.dialects.quant import params_of
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import Shape, tensor_shape

_BY_CODE = {f"{'i' if signed else 'u'}{width}": Storage.of(signed, width) for signed in (True, False) for width in (8, 16, 32)}

MARK = -(1 << 30)
"""An unknown dimension i in a symbolic shape is MARK − i."""

LIMIT = 2**31
"""Elements of a tensor that a model may ask for without giving its data (ConstantOfShape, Expand …)."""

TABLE = 1 << 26
"""Elements of a constant that an importer makes, of places or weights: a few bytes of model must not ask for gigabytes."""


class Value:
    """Known data (`array`), or the result of an operation (`ssa`).

    An integer tensor whose scale is known is a quantized SSA value: its bits are the integers. `storage` is the integer
    type, also of 2- and 4-bit data, None for other types. `symbolic` data hold negative marks for dimensions that are not known.
    """

    __slots__ = ("_array", "_blob", "ssa", "storage", "symbolic")

    def __init__(
        self, array: Array | None = None, ssa: SSAValue | None = None, *, storage: Storage | None = None, symbolic: bool = False
    ):
        self._array, self.ssa, self.symbolic = array, ssa, symbolic
        self._blob: BlobAttr | None = None
        self.storage = storage if storage is not None else self._find_storage()

    @property
    def array(self) -> Array | None:
        """Known data; None for the result of an operation."""
        return self._array

    def _find_storage(self) -> Storage | None:
        if self.array is not None:
            return _BY_CODE.get(f"{self.array.dtype.kind}{self.array.dtype.itemsize * 8}")
        if self.params is not None:
            return self.params.storage
        element = self.element
        if isinstance(element, IntegerType) and element.width.data in (8, 16, 32):
            return Storage.of(element.signedness.data.name != "UNSIGNED", element.width.data)
        return None

    @property
    def params(self) -> QuantParams | None:
        """Quantization parameters of a quantized SSA value."""
        return None if self.ssa is None else params_of(self.ssa)

    @property
    def shape(self) -> Shape:
        """-1: not known."""
        return self.array.shape if self.array is not None else tensor_shape(self._value)

    @property
    def element(self) -> Attribute | None:
        """The element type; None for data that no builtin type stands for."""
        if self.array is not None:
            try:
                return element_type(self.array.dtype)
            except KeyError:
                return None
        type_ = self._value.type
        return type_.element_type if isinstance(type_, TensorType) else None

    @property
    def _value(self) -> SSAValue:
        assert self.ssa is not None
        return self.ssa

    @property
    def blob(self) -> BlobAttr:
        """The data as an attribute, the same one each time, so that they are held and digested once."""
        assert self.array is not None
        if self._blob is None:
            self._blob = BlobAttr.of(self.array)
        return self._blob

    @property
    def type_name(self) -> str:
        """For messages: `f32`, `u8`, `float16` …"""
        if self.storage is not None:
            return str(self.storage)
        return str(self.array.dtype) if self.array is not None else str(self.element)

"""The `lpt` dialect: what upstream's `quant` lacks.

`constant`, `fake_quantize` (OpenVINO's FakeQuantize-1), `requantize`, `reinterpret`, `lookup`, `byte`, and those of
`lpt.dialects.dynamic`.
Import the classes, never this module under the name `lpt`.
"""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import AnyFloat, IntegerAttr, TensorType, i64
from xdsl.ir import Attribute, Dialect, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import ConstantLike, Pure
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import algebra
from lpt.dialects.blob import Array, BlobAttr, element_type
from lpt.dialects.dynamic import OPERATIONS as DYNAMIC
from lpt.dialects.quant import params_of, quantized_tensor, storage_dtype, verify_tensor
from lpt.dialects.quant_params import U8, QuantParams, Storage
from lpt.dialects.shapes import broadcast, tensor_shape


@irdl_op_definition
class ConstantOp(IRDLOperation):
    """A constant tensor: floats, integers, or the storage values of a quantized type.

    `%w = lpt.constant {value = #lpt.blob<…>} : tensor<64x3x7x7x!quant.uniform<i8:f32:0, {…}>>`
    """

    name = "lpt.constant"
    value = prop_def(BlobAttr)
    result = result_def(TensorType)
    traits = traits_def(Pure(), ConstantLike())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "attr-dict `:` type($result)"

    def __init__(self, value: BlobAttr | Array, result_type: Attribute | None = None):
        blob = value if isinstance(value, BlobAttr) else BlobAttr.of(value)
        if result_type is None:
            result_type = plain_tensor(blob.array)
        super().__init__(properties={"value": blob}, result_types=[result_type])

    @staticmethod
    def quantized(array: Array, params: QuantParams) -> ConstantOp:
        """A constant of quantized type from its storage values."""
        return ConstantOp(array, quantized_tensor(params, array.shape))

    @property
    def array(self) -> Array:
        """The data. Raises LptError if only their digest is known."""
        return self.value.array

    def verify_(self) -> None:
        verify_tensor(self.result.type)
        array = self.value.data.known
        if array is None:
            return
        params, dtype = params_of(self.result), storage_dtype(self.result)
        if array.shape != tensor_shape(self.result) or array.dtype != dtype:
            raise VerifyException(f"constant of {array.dtype}{array.shape} does not fit {self.result.type}")
        if params and not params.storage.is_full and array.size:
            low, high = int(array.min()), int(array.max())
            if low < params.storage.min or high > params.storage.max:
                raise VerifyException(f"constant values [{low}, {high}] leave the storage range {params.storage}")


def plain_tensor(array: Array) -> TensorType[Attribute]:
    """The type of a constant of floats or integers: f32, i64, ui8 … tensor."""
    return TensorType(element_type(array.dtype), array.shape)


@irdl_op_definition
class FakeQuantizeOp(IRDLOperation):
    """OpenVINO's FakeQuantize-1.

    x ≤ min(il, ih) → ol; x > max(il, ih) → oh; else rint((x − il) / (ih − il) · (levels − 1)) / (levels − 1) · (oh − ol) + ol,
    rint half to even. The four ranges are broadcast to x. Formula: OpenVINO operation specification, FakeQuantize-1.
    """

    name = "lpt.fake_quantize"
    input = operand_def(TensorType)
    input_low = operand_def(TensorType)
    input_high = operand_def(TensorType)
    output_low = operand_def(TensorType)
    output_high = operand_def(TensorType)
    levels = prop_def(IntegerAttr)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(
        self,
        input: SSAValue,
        ranges: tuple[SSAValue, SSAValue, SSAValue, SSAValue],
        levels: int,
        result_type: Attribute | None = None,
    ):
        super().__init__(
            operands=[input, *ranges],
            properties={"levels": IntegerAttr(levels, i64)},
            result_types=[result_type or input.type],
        )

    def verify_(self) -> None:
        if self.levels.value.data < 2:
            raise VerifyException("fake_quantize needs at least 2 levels")
        shape = tensor_shape(self.input)
        for operand in self.operands:
            if not isinstance(operand.type, TensorType) or not isinstance(operand.type.element_type, AnyFloat):
                raise VerifyException(f"fake_quantize works on floats, got {operand.type}")
            if broadcast(shape, tensor_shape(operand)) != shape:
                raise VerifyException(f"fake_quantize range of shape {tensor_shape(operand)} does not broadcast to {shape}")
        if tensor_shape(self.result) != shape:
            raise VerifyException("fake_quantize keeps the shape")


@irdl_op_definition
class RequantizeOp(IRDLOperation):
    """qcast(dcast(q) + bias) with one multiplier: `v = f32(q − zp_in) · m + b`, m = f32(s_in / s_out), b = f32(bias / s_out).

    Then clamp in f32 to [qmin − zp, qmax − zp] (NaN → qmin − zp), rint half to even, + zp. `bias` is a float tensor in real units
    that broadcasts to q. Multiply then add, both in f32, no contraction.
    """

    name = "lpt.requantize"
    input = operand_def(TensorType)
    bias = opt_operand_def(TensorType)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(self, input: SSAValue, bias: SSAValue | None, result_type: Attribute):
        super().__init__(operands=[input, [bias] if bias is not None else []], result_types=[result_type])

    def verify_(self) -> None:
        source, target = params_of(self.input), params_of(self.result)
        if source is None or target is None:
            raise VerifyException("requantize goes from a quantized tensor to a quantized tensor")
        verify_tensor(self.input.type)
        verify_tensor(self.result.type)
        shape = tensor_shape(self.input)
        if tensor_shape(self.result) != shape:
            raise VerifyException("requantize keeps the shape")
        if self.bias is not None and broadcast(shape, tensor_shape(self.bias)) != shape:
            raise VerifyException(f"requantize bias of shape {tensor_shape(self.bias)} does not broadcast to {shape}")
        try:
            algebra.multiplier(source, target)
        except algebra.AlgebraError as error:
            raise VerifyException(str(error)) from error


@irdl_op_definition
class ReinterpretOp(IRDLOperation):
    """The same storage bits under another scale and zero point; storage types are equal."""

    name = "lpt.reinterpret"
    input = operand_def(TensorType)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(self, input: SSAValue, result_type: Attribute):
        super().__init__(operands=[input], result_types=[result_type])

    def verify_(self) -> None:
        source, target = params_of(self.input), params_of(self.result)
        if source is None or target is None or source.storage != target.storage:
            raise VerifyException("reinterpret keeps the storage type of a quantized tensor")
        verify_tensor(self.result.type)
        if tensor_shape(self.result) != tensor_shape(self.input):
            raise VerifyException("reinterpret keeps the shape")


@irdl_op_definition
class LookupOp(IRDLOperation):
    """A unary function of an 8-bit value as a table: `table[q − qmin]` of the result's storage, qmin the full type's minimum."""

    name = "lpt.lookup"
    input = operand_def(TensorType)
    table = prop_def(BlobAttr)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(self, input: SSAValue, table: Array, result_type: Attribute):
        super().__init__(operands=[input], properties={"table": BlobAttr.of(table)}, result_types=[result_type])

    def verify_(self) -> None:
        source, target = params_of(self.input), params_of(self.result)
        if source is None or target is None or source.storage.width != 8:
            raise VerifyException("lookup goes from an 8-bit quantized tensor to a quantized tensor")
        array = self.table.data.known
        if array is not None and (list(array.shape) != [256] or array.dtype != target.storage.dtype):
            raise VerifyException(f"lookup needs 256 entries of {target.storage.dtype}, got {array.dtype}{array.shape}")
        if tensor_shape(self.result) != tensor_shape(self.input):
            raise VerifyException("lookup keeps the shape")


@irdl_op_definition
class ByteOp(IRDLOperation):
    """Byte `index` of codes of 9 to 16 bits, counted from the full type's minimum m: u = q − m is 256 · byte 1 + byte 0.

    Byte 0 is u8 at scale s, byte 1 at scale 256 · s, and u's zero point z − m is divided likewise: so the two stand for what
    q stands for, dcast(q) = dcast(byte 1) + dcast(byte 0) over the reals.
    """

    name = "lpt.byte"
    input = operand_def(TensorType)
    index = prop_def(IntegerAttr)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(self, input: SSAValue, index: int):
        params = params_of(input)
        if params is None:
            raise VerifyException("byte is of a quantized tensor")
        result = quantized_tensor(byte_params(params, index), tensor_shape(input))
        super().__init__(operands=[input], properties={"index": IntegerAttr(index, i64)}, result_types=[result])

    def verify_(self) -> None:
        source, index = params_of(self.input), self.index.value.data
        if source is None or not 8 < source.storage.width <= 16 or index not in (0, 1):
            raise VerifyException(f"byte 0 or 1 of 9 to 16 bits, not byte {index} of {self.input.type}")
        expected = quantized_tensor(byte_params(source, index), tensor_shape(self.input))
        if self.result.type != expected:
            raise VerifyException(f"byte {index} of {source} is {expected}, declared {self.result.type}")


def byte_params(params: QuantParams, index: int) -> QuantParams:
    """The parameters of byte `index` of codes with these parameters."""
    zero_points = params.zero_points - Storage.of(params.storage.signed, params.storage.width).min
    scales = params.scales * 256 if index else params.scales
    return params.replace(storage=U8, scales=scales, zero_points=zero_points >> 8 if index else zero_points & 255)


Lpt = Dialect("lpt", [ByteOp, ConstantOp, FakeQuantizeOp, RequantizeOp, ReinterpretOp, LookupOp, *DYNAMIC], [BlobAttr])
"""The dialect."""

__all__ = [
    "BlobAttr",
    "ByteOp",
    "ConstantOp",
    "FakeQuantizeOp",
    "LookupOp",
    "Lpt",
    "ReinterpretOp",
    "RequantizeOp",
    "plain_tensor",
]

"""Operations of the `lpt` dialect for quantization whose parameters are found at run time, as ONNX's DynamicQuantizeLinear does.

    %p = lpt.dynamic_parameters %x : (tensor<4x8xf32>) -> tensor<2xf32>                      scale, zero point
    %s, %z = the two of them, by nn.slice and nn.reshape : tensor<f32>
    %q = lpt.dynamic_quantize %x, %s, %z : (…) -> tensor<4x8x!quant.uniform<u8:f32, 1.0>>    codes are integers: scale 1
    %a = nn.matmul %q, %w : (…) -> tensor<4x3x!quant.uniform<i32:f32, 1.0>>
    %i = lpt.subtract_zero_point %a, %z, %sums : (…) -> tensor<4x3x!quant.uniform<i32:f32, 1.0>>

A type cannot hold a scale that is not known, so codes are integers at scale 1, and scales are multiplied in floats behind.
"""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import Float32Type, IntegerAttr, TensorType, f32, i32, i64
from xdsl.ir import SSAValue
from xdsl.irdl import IRDLOperation, ParsePropInAttrDict, irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from lpt.dialects.quant import params_of, quantized_tensor
from lpt.dialects.quant_params import I32, U8, QuantParams
from lpt.dialects.shapes import broadcast, tensor_shape

CODES = QuantParams(U8, 1.0)
"""Codes whose scale and zero point are values: integers."""


def are_integers(params: QuantParams | None) -> bool:
    """Whether codes are the numbers that they stand for: scale 1 (of each channel) and zero point 0."""
    return params is not None and bool((params.scales == 1.0).all()) and not params.has_zero_point


@irdl_op_definition
class DynamicParametersOp(IRDLOperation):
    """[scale, zero point] of a float tensor, its range widened to hold 0, over the 256 codes of u8.

    scale = (high − low) / 255, or 1 where high == low; zero point = rint(clamp(0 − low / scale, 0, 255)), half to even, as an f32.
    A NaN in x is passed over. Formula: ONNX DynamicQuantizeLinear-11, with ONNX Runtime's scale for a tensor of zeros.
    """

    name = "lpt.dynamic_parameters"
    x = operand_def(TensorType)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(self, x: SSAValue):
        super().__init__(operands=[x], result_types=[TensorType(f32, [2])])

    def verify_(self) -> None:
        _require_float(self.x, "dynamic_parameters")
        if self.result.type != TensorType(f32, [2]):
            raise VerifyException(f"dynamic_parameters are two floats, declared {self.result.type}")


@irdl_op_definition
class ExtremaOp(IRDLOperation):
    """The least and the greatest number of each part of a float tensor, 0 among them: [parts, 2]. A NaN is passed over.

    Part p are the indices along `axis` from min(p · size, extent − size) on, `size` of them: the last two parts may overlap.
    So dynamic_parameters of the parts are those of the tensor.
    """

    name = "lpt.extrema"
    x = operand_def(TensorType)
    axis = prop_def(IntegerAttr)
    size = prop_def(IntegerAttr)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(self, x: SSAValue, axis: int, size: int):
        properties = {"axis": IntegerAttr(axis, i64), "size": IntegerAttr(size, i64)}
        parts = -(-tensor_shape(x)[axis] // size)
        super().__init__(operands=[x], properties=properties, result_types=[TensorType(f32, [parts, 2])])

    @property
    def starts(self) -> list[int]:
        """Where each part begins along the axis."""
        extent, size = tensor_shape(self.x)[self.axis.value.data], self.size.value.data
        return [min(start, extent - size) for start in range(0, extent, size)]

    def verify_(self) -> None:
        _require_float(self.x, "extrema")
        shape, axis, size = tensor_shape(self.x), self.axis.value.data, self.size.value.data
        if not 0 <= axis < len(shape) or not 1 <= size <= shape[axis]:
            raise VerifyException(f"extrema of {size} indices along axis {axis} of {shape}")
        if self.result.type != TensorType(f32, [len(self.starts), 2]):
            raise VerifyException(f"extrema are two floats for each of {len(self.starts)} parts, declared {self.result.type}")


@irdl_op_definition
class DynamicQuantizeOp(IRDLOperation):
    """rint(clamp(x / scale, −zero_point, 255 − zero_point)) + zero_point as u8 at scale 1; a NaN becomes 0.

    scale and zero_point (a whole number) are f32 tensors of rank 0. Formula: ONNX DynamicQuantizeLinear-11.
    """

    name = "lpt.dynamic_quantize"
    x = operand_def(TensorType)
    scale = operand_def(TensorType)
    zero_point = operand_def(TensorType)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(self, x: SSAValue, scale: SSAValue, zero_point: SSAValue):
        super().__init__(operands=[x, scale, zero_point], result_types=[quantized_tensor(CODES, tensor_shape(x))])

    def verify_(self) -> None:
        for operand in self.operands:
            _require_float(operand, "dynamic_quantize")
        _require_scalar(self.scale, "scale")
        _require_scalar(self.zero_point, "zero point")
        expected = quantized_tensor(CODES, tensor_shape(self.x))
        if self.result.type != expected:
            raise VerifyException(f"dynamic_quantize gives {expected}, declared {self.result.type}")


@irdl_op_definition
class SubtractZeroPointOp(IRDLOperation):
    """q − zero_point · sums: a sum of products Σ c·w of codes as the Σ (c − zero_point)·w that it stands for.

    q and the result are i32 at scale 1; zero_point is an f32 tensor of rank 0 that holds a whole number; `sums` (i32, plain or at
    scale 1, broadcast to q) are those of the weights w that meet a code: fewer where a convolution's window leaves its data.
    """

    name = "lpt.subtract_zero_point"
    q = operand_def(TensorType)
    zero_point = operand_def(TensorType)
    sums = operand_def(TensorType)
    result = result_def(TensorType)
    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format: ClassVar[str] = "operands attr-dict `:` functional-type(operands, results)"

    def __init__(self, q: SSAValue, zero_point: SSAValue, sums: SSAValue):
        super().__init__(operands=[q, zero_point, sums], result_types=[q.type])

    def verify_(self) -> None:
        shape = tensor_shape(self.q)
        if params_of(self.q) is None or not _is_i32(self.q):
            raise VerifyException(f"subtract_zero_point works on i32 at scale 1, got {self.q.type}")
        _require_float(self.zero_point, "subtract_zero_point")
        _require_scalar(self.zero_point, "zero point")
        if not _is_i32(self.sums):
            raise VerifyException(f"the sums of weights are i32, got {self.sums.type}")
        if broadcast(shape, tensor_shape(self.sums)) != shape:
            raise VerifyException(f"sums of shape {tensor_shape(self.sums)} do not broadcast to {shape}")
        if self.result.type != self.q.type:
            raise VerifyException(f"subtract_zero_point keeps the type {self.q.type}, declared {self.result.type}")


def _require_float(value: SSAValue, name: str) -> None:
    element = value.type.element_type if isinstance(value.type, TensorType) else None
    if not isinstance(element, Float32Type):
        raise VerifyException(f"{name} works on f32, got {value.type}")


def _is_i32(value: SSAValue) -> bool:
    """Whether a tensor holds i32 numbers, plain or at scale 1."""
    params = params_of(value)
    if params is not None:
        return params.storage == I32 and are_integers(params)
    return isinstance(value.type, TensorType) and value.type.element_type == i32


def _require_scalar(value: SSAValue, what: str) -> None:
    if tensor_shape(value) != ():
        raise VerifyException(f"the {what} is one number, got shape {tensor_shape(value)}")


OPERATIONS = (DynamicParametersOp, DynamicQuantizeOp, ExtremaOp, SubtractZeroPointOp)
"""The operations of this module, which the dialect `lpt` has."""

__all__ = ["CODES", "OPERATIONS", "DynamicParametersOp", "DynamicQuantizeOp", "ExtremaOp", "SubtractZeroPointOp", "are_integers"]

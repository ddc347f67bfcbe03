"""MLIR's `quant` dialect, syntax unchanged: quantized types and the casts between them and floats.

https://mlir.llvm.org/docs/Dialects/QuantDialect/. Rounding, which upstream leaves open, is
`rint(x / f32(s)) + zp` by IEEE division, half to even, saturating to the storage range.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from xdsl.dialects.builtin import AnyFloat, IntegerType, Signedness, TensorType
from xdsl.interfaces import HasFolderInterface
from xdsl.ir import Attribute, Data, Dialect, SSAValue, TypeAttribute
from xdsl.irdl import (
    IRDLOperation,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    result_def,
    traits_def,
)
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from lpt.dialects import quant_text
from lpt.dialects.blob import numpy_dtype
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape, tensor_type


@irdl_attr_definition
class UniformQuantizedType(Data[QuantParams], TypeAttribute):
    """`!quant.uniform<u8:f32, 2.0e-2:128>`, per axis `<i8:f32:0, {s0, s1:z1}>`, by blocks `<i8:f32:{0:1, 1:2}, {{…}, {…}}>`."""

    name = "quant.uniform"

    @property
    def params(self) -> QuantParams:
        """Storage, scales and zero points."""
        return self.data

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> QuantParams:
        return quant_text.parse_uniform(parser)

    def print_parameter(self, printer: Printer) -> None:
        quant_text.print_uniform(printer, self.data)


@irdl_attr_definition
class AnyQuantizedType(Data[tuple[Storage, Attribute | None]], TypeAttribute):
    """`!quant.any<i8<-8:7>:f32>`: a storage type whose scale is not known."""

    name = "quant.any"

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> tuple[Storage, Attribute | None]:
        with parser.in_angle_brackets():
            storage = quant_text.parse_storage(parser)
            expressed = parser.parse_type() if parser.parse_optional_punctuation(":") else None
            return storage, expressed

    def print_parameter(self, printer: Printer) -> None:
        storage, expressed = self.data
        with printer.in_angle_brackets():
            printer.print_string(str(storage))
            if expressed is not None:
                printer.print_string(":")
                printer.print_attribute(expressed)


@irdl_attr_definition
class CalibratedQuantizedType(Data[tuple[Attribute, float, float]], TypeAttribute):
    """`!quant.calibrated<f32<-0.99:0.99>>`: a float type with its observed range."""

    name = "quant.calibrated"

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> tuple[Attribute, float, float]:
        with parser.in_angle_brackets():
            expressed = parser.parse_type()
            with parser.in_angle_brackets():
                low = float(parser.parse_number())
                parser.parse_punctuation(":")
                high = float(parser.parse_number())
            if not low < high:
                parser.raise_error("calibrated range must satisfy min < max")
            return expressed, low, high

    def print_parameter(self, printer: Printer) -> None:
        expressed, low, high = self.data
        with printer.in_angle_brackets():
            printer.print_attribute(expressed)
            printer.print_string(f"<{quant_text.number(low)}:{quant_text.number(high)}>")


def params_of(value: SSAValue | Attribute) -> QuantParams | None:
    """The quantization parameters of a value or type, or None if it is not of uniform quantized type."""
    type_ = value.type if isinstance(value, SSAValue) else value
    if isinstance(type_, TensorType):
        type_ = type_.element_type
    return type_.data if isinstance(type_, UniformQuantizedType) else None


def storage_dtype(value: SSAValue | Attribute) -> np.dtype[Any]:
    """The numpy type of a tensor's elements: of a quantized one, its storage's. Raises LptError for a type that numpy lacks."""
    type_ = value.type if isinstance(value, SSAValue) else value
    params = params_of(type_)
    if params is not None:
        return params.storage.dtype
    return numpy_dtype(type_.element_type if isinstance(type_, TensorType) else type_)


def short_name(of: SSAValue | Attribute | Storage) -> str:
    """`u8`, `s8`, `s32`, `f32`: a storage, or that of a tensor's elements, as markup and reports name it.

    Raises LptError for an element type that numpy lacks.
    """
    if isinstance(of, Storage):
        return f"{'s' if of.signed else 'u'}{of.width}"
    params = params_of(of)
    if params is not None:
        return short_name(params.storage)
    dtype = storage_dtype(of)
    return f"{ {'i': 's'}.get(dtype.kind, dtype.kind) }{dtype.itemsize * 8}"


def quantized_tensor(params: QuantParams, shape: Sequence[int]) -> TensorType[Attribute]:
    """The tensor type of this shape whose elements carry `params`."""
    return tensor_type(UniformQuantizedType(params), shape)


def verify_tensor(type_: Attribute) -> None:
    """Check that a quantized tensor type's parameters fit its shape. Raises VerifyException."""
    params = params_of(type_)
    if params is not None and isinstance(type_, TensorType):
        try:
            params.check_shape(type_.get_shape())
        except ValueError as error:
            raise VerifyException(str(error)) from error


def _float(type_: Attribute, op: str) -> Attribute:
    element = type_.element_type if isinstance(type_, TensorType) else type_
    if not isinstance(element, AnyFloat):
        raise VerifyException(f"{op} expects a float on one side, got {type_}")
    return element


def _verify_cast(wide: Attribute, quantized: Attribute, name: str) -> None:
    if params_of(quantized) is None:
        raise VerifyException(f"{name} expects a !quant.uniform on one side, got {quantized}")
    shapes = [tensor_shape(t) if isinstance(t, TensorType) else None for t in (wide, quantized)]
    if shapes[0] != shapes[1]:
        raise VerifyException(f"{name} keeps the shape, got {wide} and {quantized}")
    verify_tensor(quantized)


class _CastOp(IRDLOperation, ABC):
    """One value under another type: `quant.qcast %x : tensor<…> to tensor<…>`."""

    input = operand_def()
    result = result_def()
    traits = traits_def(Pure())
    assembly_format: ClassVar[str] = "$input attr-dict `:` type($input) `to` type($result)"

    def __init__(self, input: SSAValue, result_type: Attribute):
        super().__init__(operands=[input], result_types=[result_type])


@irdl_op_definition
class QuantizeCastOp(_CastOp, HasFolderInterface):
    """Float to quantized: `clamp(rint(x / f32(scale)), qmin − zp, qmax − zp) + zp`; NaN gives qmin."""

    name = "quant.qcast"

    def verify_(self) -> None:
        element = _float(self.input.type, self.name)
        _verify_cast(self.input.type, self.result.type, self.name)
        params = params_of(self.result)
        assert params is not None
        if params.expressed != element:
            raise VerifyException(f"{self.name} of {element} to a type that expresses {params.expressed}")

    def fold(self) -> Sequence[SSAValue | Attribute] | None:
        """qcast(dcast(q)) is q at equal types of up to 16 bits: every code survives the trip through f32."""
        source = self.input.owner
        if not isinstance(source, DequantizeCastOp) or source.input.type != self.result.type:
            return None
        params = params_of(self.result)
        return (source.input,) if params is not None and params.storage.width <= 16 else None


@irdl_op_definition
class DequantizeCastOp(_CastOp):
    """Quantized to float: `f32(q − zp) · f32(scale)`."""

    name = "quant.dcast"

    def __init__(self, input: SSAValue, result_type: Attribute | None = None):
        if result_type is None:
            params = params_of(input)
            assert params is not None and isinstance(input.type, TensorType)
            result_type = tensor_type(params.expressed, tensor_shape(input))
        super().__init__(input, result_type)

    def verify_(self) -> None:
        element = _float(self.result.type, self.name)
        _verify_cast(self.result.type, self.input.type, self.name)
        params = params_of(self.input)
        assert params is not None
        if params.expressed != element:
            raise VerifyException(f"{self.name} to {element} of a type that expresses {params.expressed}")


@irdl_op_definition
class StorageCastOp(_CastOp, HasFolderInterface):
    """Between an integer tensor and a quantized one with that storage: same bits, other type."""

    name = "quant.scast"

    def verify_(self) -> None:
        sides = [params_of(self.input), params_of(self.result)]
        if (sides[0] is None) == (sides[1] is None):
            raise VerifyException(f"{self.name} goes between an integer and a quantized tensor")
        quantized, integer = (self.input.type, self.result.type) if sides[0] else (self.result.type, self.input.type)
        _verify_cast(integer, quantized, self.name)
        element = integer.element_type if isinstance(integer, TensorType) else integer
        params = sides[0] or sides[1]
        assert params is not None
        if not isinstance(element, IntegerType) or element.width.data != params.storage.width:
            raise VerifyException(f"{self.name}: storage {params.storage} is not held by {element}")
        if element.signedness.data != Signedness.SIGNLESS and (
            (element.signedness.data == Signedness.SIGNED) != params.storage.signed
        ):
            raise VerifyException(f"{self.name}: storage {params.storage} and {element} differ in sign")

    def fold(self) -> Sequence[SSAValue | Attribute] | None:
        """scast(scast(x)) back to x's own type is x."""
        source = self.input.owner
        if isinstance(source, StorageCastOp) and source.input.type == self.result.type:
            return (source.input,)
        return None


Quant = Dialect(
    "quant",
    [QuantizeCastOp, DequantizeCastOp, StorageCastOp],
    [UniformQuantizedType, AnyQuantizedType, CalibratedQuantizedType],
)
"""The dialect."""

__all__ = [
    "AnyQuantizedType",
    "CalibratedQuantizedType",
    "DequantizeCastOp",
    "Quant",
    "QuantParams",
    "QuantizeCastOp",
    "Storage",
    "StorageCastOp",
    "UniformQuantizedType",
    "params_of",
    "quantized_tensor",
    "short_name",
    "storage_dtype",
    "verify_tensor",
]

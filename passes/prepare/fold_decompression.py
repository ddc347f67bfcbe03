"""Integers that are converted to floats: quantized tensors of scale 1, whose zero point and scale the next operations give.

    nn.cast(x) from i8, u8, i16, u16 to f32   →  dcast(x) at scale 1
    nn.sub(dcast(constant), z)                →  dcast(constant) with zero point + z / s, plus an offset where z / s is no integer
    nn.mul(dcast(constant), c)                →  dcast(constant) at scale s · c           c > 0, of one number or one axis

so that weights stored as Constant → Convert → Subtract → Multiply are integers with a scale. Exactness: real (the cast and the
zero point are exact; a product of scales rounds once instead of twice). OpenVINO: ConvertSubtractConstant, which rounds z,
FuseConvertTransformation; ONNX Runtime has no such form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp, f32
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.blob import Array
from lpt.dialects.interpreter import evaluate
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, BinaryOp, CastOp, DivOp, MulOp, SubOp
from lpt.dialects.quant import DequantizeCastOp, StorageCastOp, params_of, quantized_tensor, storage_dtype
from lpt.dialects.quant_params import QuantParams, Storage
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import (
    constant_of,
    dequantized_constant,
    float_array_of,
    keeps_shape,
    quantized_constant_of,
    shifted_constant_of,
    sides,
)
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.prepare.linear import finite
from lpt.passes.transform.values import along_one_axis

_TOLERANCE = 2.0**-20
"""Steps, relative to the range of codes, by which a zero point may miss an integer."""


def float_behind(value: SSAValue) -> Array | None:
    """The data of an f32 constant, or of a constant that is converted to f32."""
    if (array := float_array_of(value)) is not None or not isinstance(value.owner, CastOp):
        return array
    source = constant_of(value.owner.x)
    return None if source is None or value.owner.to != f32 else evaluate(value.owner, [source.array])[0]


class CastToDequantize(Pattern):
    """cast(x) of narrow integers → dcast(x)."""

    name = "cast-to-dequantize"
    matches = CastOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, CastOp)
        if op.to != f32 or op.is_quantized:
            return
        dtype = storage_dtype(op.x)
        if dtype.kind not in "iu" or dtype.itemsize > 2:
            return
        type_ = quantized_tensor(QuantParams(Storage.of(dtype.kind == "i", 8 * dtype.itemsize), 1.0), tensor_shape(op.x))
        constant = constant_of(op.x)
        codes = ConstantOp(constant.array, type_) if constant is not None else StorageCastOp(op.x, type_)
        rewriter.replace(op, [codes, DequantizeCastOp(codes.results[0])])


def _beside(op: BinaryOp) -> tuple[SSAValue, Array] | None:
    """The other operand of an operation with a constant that does not widen it."""
    for data, other in sides(op):
        array = float_behind(other)
        if array is not None and float_array_of(data) is None and keeps_shape(data, array):
            return data, array
    return None


class SubIntoZeroPoint(Pattern):
    """dcast(constant) − z → dcast(constant with another zero point) + δ."""

    name = "sub-into-zero-point"
    matches = SubOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, SubOp)
        if op.is_quantized or (found := _beside(op)) is None or (source := quantized_constant_of(found[0])) is None:
            return None
        constant, own = source
        values, axis = along_one_axis(found[1].astype(np.float64), tensor_shape(found[0]))
        if axis is not None and own.axis not in (None, axis):
            return self.fail(op, "the zero points vary along another axis than the scales")
        zeros = own.zero_points + values / own.scales
        whole = np.clip(np.rint(zeros), own.storage.min, own.storage.max)
        offset = (whole - zeros) * own.scales
        offset = np.where(np.abs(whole - zeros) <= _TOLERANCE * np.maximum(np.abs(zeros), 1), 0.0, offset)
        axis = axis if axis is not None else own.axis
        new = algebra.make(own.storage, np.broadcast_to(own.scales, whole.shape), whole.astype(np.int64), axis=axis)
        weights = dequantized_constant(constant.array, new)
        if not offset.any():
            rewriter.replace(op, [*weights])
            return None
        shape = [-1 if i == axis else 1 for i in range(len(tensor_shape(found[0])))] if offset.ndim else []
        delta = ConstantOp(finite(offset.reshape(shape)))
        rewriter.replace(op, [*weights, delta, AddOp.make([weights[1].result, delta.result])])
        return None


class MulIntoScale(Pattern):
    """dcast(constant) · c → dcast(constant at another scale), (dcast(constant) + δ) · c likewise."""

    name = "mul-into-scale"
    matches = (MulOp, DivOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MulOp | DivOp)
        if op.is_quantized or (found := _beside(op)) is None:
            return None
        data, array = found
        shifted = shifted_constant_of(data)
        constant = shifted[0] if shifted is not None else source[0] if (source := quantized_constant_of(data)) else None
        own = params_of(constant.result) if constant is not None else None
        if constant is None or own is None:
            return None
        wide = array.astype(np.float64)
        if isinstance(op, DivOp):
            if (wide == 0).any():
                return self.fail(op, "a divisor is 0")
            wide = 1.0 / wide
        factor, axis = along_one_axis(wide, tensor_shape(data))
        weights = dequantized_constant(constant.array, algebra.rescale(own, factor, axis))
        if shifted is None:
            rewriter.replace(op, [*weights])
            return None
        delta = ConstantOp(finite(shifted[1].astype(np.float64) * wide))
        rewriter.replace(op, [*weights, delta, AddOp.make([weights[1].result, delta.result])])
        return None


@dataclass(frozen=True)
class FoldDecompression(LptPass):
    """Converted integers as quantized tensors, with their zero point and scale."""

    name = "lpt-fold-decompression"
    exactness: ClassVar[Exactness] = Exactness.REAL
    remove_dead: ClassVar[bool] = True

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [CastToDequantize(), SubIntoZeroPoint(), MulIntoScale()]

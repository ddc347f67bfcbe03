"""An integer bias joins the accumulator.

    %f = quant.dcast %acc : i32, s_acc           %b2 = lpt.constant … : i32, s_acc
    %b = quant.dcast %const : i32, s_b      →    %sum = nn.add %acc, %b2 : i32, s_acc
    %y = nn.add %f, %b                           %y = quant.dcast %sum

where f32(s_b) == f32(s_acc) in every channel (exporters round the product of scales to f32) and the sum still fits i32.
Otherwise the bias stays a float constant, which lpt.requantize adds. Exactness: real; it moves the scale of the bias by less
than 2⁻²⁴ of itself. OpenVINO keeps the bias a float addition; ONNX Runtime does this for QLinearConv.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.algebra import ACCUMULATOR_LIMIT, AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, ConvOp, ConvTransposeOp, MatMulOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.quant_params import I32, QuantParams
from lpt.dialects.shapes import broadcast, tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of
from lpt.passes.pipeline import Exactness, LptPass
from lpt.passes.transform.values import params, replace_by_codes


def accumulator_bound(value: SSAValue) -> Array:
    """The greatest magnitude an accumulator can reach: one number, or one per output channel, shaped to broadcast against it.

    Raises AlgebraError for accumulators that no contraction with constant weights, or biases added to one, has made.
    """
    match value.owner:
        case ConvOp() as conv:
            bound = _weight_sums(conv.w, tuple(range(1, len(tensor_shape(conv.w)))), params(conv.x))
            return bound.reshape(-1, *[1] * (len(tensor_shape(conv.w)) - 2))
        case ConvTransposeOp() as conv:
            sums = _weight_magnitudes(conv.w).reshape(conv.groups, -1, tensor_shape(conv.w)[1], prod(tensor_shape(conv.w)[2:]))
            bound = np.asarray(sums.sum(axis=(1, 3), dtype=np.int64) * algebra.magnitude(params(conv.x)))
            return bound.reshape(-1, *[1] * (len(tensor_shape(conv.w)) - 2))
        case MatMulOp() as matmul:
            return _weight_sums(matmul.b, (max(len(tensor_shape(matmul.b)) - 2, 0),), params(matmul.a))
        case AddOp() as add if isinstance(add.b.owner, ConstantOp):
            return accumulator_bound(add.a) + np.abs(add.b.owner.array.astype(np.int64))
        case _:
            raise AlgebraError("the range of the accumulator is not known")


def _weight_sums(weights: SSAValue, axes: tuple[int, ...], x: QuantParams) -> Array:
    """Σ|w − z| · max|x − z| over `axes`."""
    sums: Array = _weight_magnitudes(weights).sum(axis=axes, dtype=np.int64)
    return sums * algebra.magnitude(x)


def _weight_magnitudes(weights: SSAValue) -> Array:
    """|w − z| of constant weights."""
    if not isinstance(weights.owner, ConstantOp):
        raise AlgebraError("the range of the accumulator is not known")
    return algebra.distances(weights.owner.array, params(weights))


def retyped_bias(accumulator: SSAValue, bias: SSAValue) -> QuantParams:
    """The accumulator's parameters as the bias can carry them. Raises AlgebraError if the two scales differ as f32."""
    acc, own = algebra.collapse(params(accumulator)), algebra.collapse(params(bias))
    if own.has_zero_point or acc.has_zero_point or acc.storage != I32:
        raise AlgebraError("a bias joins only an i32 accumulator, and both without zero point")
    offset = len(tensor_shape(accumulator)) - len(tensor_shape(bias))
    axis = None if acc.axis is None else acc.axis - offset
    if own.axis not in (None, axis):
        raise AlgebraError("the bias is quantized along another axis than the accumulator")
    if axis is not None and (axis < 0 or tensor_shape(bias)[axis] != acc.scales.size):
        raise AlgebraError("the bias has fewer elements than the accumulator has scales")
    if (acc.scales.astype(np.float32) != own.scales.astype(np.float32)).any():
        raise AlgebraError("the scale of the bias is not the accumulator's")
    return algebra.accumulator(acc.scales, axis=axis)


class JoinBias(Pattern):
    """add(dcast(acc), dcast(bias)) → dcast(add(acc, bias))."""

    name = "join-bias"
    benefit = 3
    matches = AddOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, AddOp)
        sides = [dequantized_of(op.a), dequantized_of(op.b)]
        if op.is_quantized or sides[0] is None or sides[1] is None:
            return None
        accumulator, bias = sides if isinstance(sides[1].owner, ConstantOp) else reversed(sides)
        assert accumulator is not None and bias is not None
        if not isinstance(bias.owner, ConstantOp) or params(accumulator).storage != I32:
            return None
        shape = tensor_shape(accumulator)
        if broadcast(shape, tensor_shape(bias)) != shape:
            return self.fail(op, "the bias broadcasts the accumulator")
        codes = bias.owner.array.astype(np.int32)
        target = retyped_bias(accumulator, bias)
        if (accumulator_bound(accumulator) + np.abs(codes.astype(np.int64)) >= ACCUMULATOR_LIMIT).any():
            raise AlgebraError("the sum of accumulator and bias may leave i32")
        constant = ConstantOp(codes, quantized_tensor(target, codes.shape))
        total = AddOp.make([accumulator, constant.result])
        return replace_by_codes(op, [constant, total], rewriter)


@dataclass(frozen=True)
class IntegerBias(LptPass):
    """Biases of the accumulator's scale are added in integers."""

    name = "lpt-integer-bias"
    exactness: ClassVar[Exactness] = Exactness.REAL

    def patterns(self, module: ModuleOp) -> Sequence[Pattern]:
        return [JoinBias()]

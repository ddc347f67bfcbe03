"""Weights with an offset: what a fractional zero point of a weights' fake_quantize leaves behind.

    %w = nn.add (quant.dcast %qw), %δ            %c = nn.conv %x, (quant.dcast %qw)
    %y = nn.conv %x, %w                     →    %s = nn.conv %x, (quant.dcast ones)          Σ of each window
                                                 %y = nn.add %c, (nn.mul %s, %δ)

where δ is one number or one per output channel, and x stands for codes. Both convolutions are then pushed into integers. The sum
of a window needs one output channel for an ungrouped convolution, as many as the weights have for a grouped one; of a matrix
product it is reduce_sum. Exactness: real. OpenVINO has no counterpart: weights with a zero point run in f32.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, ConvOp, MatMulOp, MulOp, ReduceSumOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.quant_params import I8, QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import along, dequantized_constant, dequantized_of, not_quantized, scalar_or_channels, shifted_constant_of
from lpt.passes.transform.push_offsets import with_offset
from lpt.passes.transform.values import rebuild


class WeightOffset(Pattern):
    """conv(x, dcast(w) + δ) → conv(x, dcast(w)) + δ · Σ x."""

    name = "weight-offset"
    benefit = 2
    matches = (ConvOp, MatMulOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp | MatMulOp)
        if op.is_quantized or (found := shifted_constant_of(op.operands[1])) is None:
            return None
        x, weights = op.operands[:2]
        if dequantized_of(x) is None and with_offset(x) is None:
            return self.fail(op, not_quantized(op, 0))
        if len(op.operands) > 2:
            return self.fail(op, "the convolution has a bias: split it first")
        shape, channels = tensor_shape(weights), 0 if isinstance(op, ConvOp) else 1
        if len(shape) < 2 or (isinstance(op, MatMulOp) and len(shape) != 2):
            return self.fail(op, f"weights of shape {shape} have an offset")
        offset = scalar_or_channels(found[1], shape, channels)
        if offset is None:
            return self.fail(op, "the offset of the weights varies along another axis than their output channels")
        plain = rebuild(op, [x, _without_offset(weights)])
        sums = _window_sums(op, x) if isinstance(op, ConvOp) else _row_sums(x)
        factor = ConstantOp(_behind(op, offset))
        scaled = MulOp.make([sums[-1].results[0], factor.result])
        total = AddOp.make([plain.result, scaled.result])
        rewriter.replace(op, [plain, *sums, factor, scaled, total], [total.result])
        return None


def _without_offset(weights: SSAValue) -> SSAValue:
    assert isinstance(weights.owner, AddOp)
    return next(operand for operand in weights.owner.operands if isinstance(operand.owner, DequantizeCastOp))


def _behind(op: ConvOp | MatMulOp, offset: Array) -> Array:
    """The offset, shaped to broadcast against the result."""
    rank = len(tensor_shape(op.result))
    return np.ascontiguousarray(along(offset, rank, 1 if isinstance(op, ConvOp) else rank - 1))


def _window_sums(op: ConvOp, x: SSAValue) -> list[Operation]:
    """Σ x over each window: [N, 1, …], or [N, M, …] where each group has its own."""
    m, *rest = tensor_shape(op.w)
    grouped = op.group.value.data > 1
    ones = np.ones((m if grouped else 1, *rest), np.int8)
    constant, cast = dequantized_constant(ones, QuantParams(I8, 1.0))
    sums = ConvOp.make([x, cast.result, []], strides=op.strides, pads=op.pads, dilations=op.dilations, group=op.group.value.data)
    return [constant, cast, sums]


def _row_sums(x: SSAValue) -> list[Operation]:
    """Σ x over the last axis, which stays with extent 1."""
    return [ReduceSumOp.make([x], axes=[len(tensor_shape(x)) - 1], keepdims=1)]

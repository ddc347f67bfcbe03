"""Zero points per input channel in front of a product become one, and an offset per channel.

    %x = quant.dcast %q : {s0:z0, s1:z1 …}       %r = lpt.reinterpret %q : … -> {s0:z, s1:z …}
    %y = nn.conv %x, %w                     →    %x = nn.add (quant.dcast %r), %δ            δ_c = (z − z_c) · s_c
                                                 %y = nn.conv %x, %w

z is the median. The offset is pushed on like a bias (`push_offsets`), border classes included; a padded tensor then has one value
around it, and equal scales become per tensor. Unlike scales in front of an ungrouped product are `split_channels`'. Exactness:
real. OpenVINO keeps zero points per channel as a Subtract, and refuses scales per channel unless they are equal in each group.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.lpt import ConstantOp, ReinterpretOp
from lpt.dialects.nn import AddOp, ConvOp, MatMulOp
from lpt.dialects.quant import DequantizeCastOp, quantized_tensor
from lpt.dialects.shapes import is_static, tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import along, dequantized_of
from lpt.passes.transform.values import params, rebuild


class JoinZeroPoints(Pattern):
    """conv(dcast(q) of several zero points, w) → conv(dcast(reinterpret(q)) + δ, w)."""

    name = "join-zero-points"
    benefit = 4
    matches = (ConvOp, MatMulOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, ConvOp | MatMulOp)
        if op.is_quantized or (codes := dequantized_of(op.operands[0])) is None or isinstance(codes.owner, ConstantOp):
            return None
        own = params(codes)
        if own.axis is None or own.storage.width > 16 or (own.zero_points == own.zero_points[0]).all():
            return None
        if dequantized_of(op.operands[1]) is None or not (_is_grouped(op) or (own.scales == own.scales[0]).all()):
            return None
        shape = tensor_shape(codes)
        if not is_static(shape[1:]):
            return self.fail(op, "its operand has several zero points, and an extent that is not known")
        zero_point = int(np.median(own.zero_points))
        joined = algebra.collapse(own.replace(zero_points=np.full(own.zero_points.shape, zero_point)))
        same = ReinterpretOp(codes, quantized_tensor(joined, shape))
        cast = DequantizeCastOp(same.result)
        delta = ConstantOp(along(((zero_point - own.zero_points) * own.scales).astype(np.float32), len(shape), own.axis))
        shifted = AddOp.make([cast.result, delta.result])
        rewriter.replace(op, [same, cast, delta, shifted, rebuild(op, [shifted.result, *op.operands[1:]])])
        return None


def _is_grouped(op: ConvOp | MatMulOp) -> bool:
    return isinstance(op, ConvOp) and op.group.value.data > 1

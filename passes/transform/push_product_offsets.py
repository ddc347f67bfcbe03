"""Computed factors with an offset: what a fractional zero point of an activation leaves behind.

    %a = nn.add (quant.dcast %p), %δ             %c = nn.matmul (quant.dcast %p), %b
    %y = nn.matmul %a, %b                   →    %s = nn.reduce_sum %b                       Σ of each column
                                                 %y = nn.add %c, (nn.mul %s, %δ)

where δ is one number and both factors stand for codes; an offset of %b takes the sums of the rows of %a. Product and sums are then
pushed into integers. With constant weights the offset becomes a constant instead (`push_offsets`). Exactness: real. OpenVINO has
no counterpart: products of activations with a zero point run in f32.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, MatMulOp, MulOp, ReduceSumOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of, is_known, not_quantized, shifted_constant_of
from lpt.passes.transform.push_offsets import with_offset
from lpt.passes.transform.values import rebuild


def _is_constant(value: SSAValue) -> bool:
    return is_known(value) or shifted_constant_of(value) is not None


class ProductOffset(Pattern):
    """matmul(dcast(a) + δ, b) → matmul(dcast(a), b) + δ · Σ b, and the same on the right."""

    name = "product-offset"
    benefit = 2
    matches = MatMulOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MatMulOp)
        if op.is_quantized or any(_is_constant(operand) for operand in op.operands):
            return None
        found = [with_offset(operand) for operand in op.operands]
        index, pair = next(((i, pair) for i, pair in enumerate(found) if pair is not None), (0, None))
        if pair is None:
            return None
        other = op.operands[1 - index]
        if dequantized_of(other) is None and found[1 - index] is None:
            return self.fail(op, not_quantized(op, 1 - index))
        rank = len(tensor_shape(other))
        if pair[1].size != 1 or min(rank, len(tensor_shape(pair[0]))) < 2:
            return self.fail(op, "an operand has an offset that is not one number, and the other is no constant")
        plain = rebuild(op, [pair[0], other] if index == 0 else [other, pair[0]])
        sums = ReduceSumOp.make([other], axes=[rank - 2 if index == 0 else rank - 1], keepdims=1)
        offset = ConstantOp(np.asarray(pair[1], np.float32).reshape(()))
        scaled = MulOp.make([sums.result, offset.result])
        total = AddOp.make([plain.result, scaled.result])
        rewriter.replace(op, [plain, sums, offset, scaled, total], [total.result])
        return None

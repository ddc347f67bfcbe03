"""The part of lpt-normalize that concerns nn.gemm.

    nn.gemm(a, b, c) {alpha, beta, trans_a, trans_b}  →  nn.add(nn.mul(nn.matmul(a', b'), alpha), nn.mul(c, beta))

Factors of 1 are left out; a constant b is transposed in place, its quantized axis with it; a constant c is multiplied by beta.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, GemmOp, MatMulOp, MulOp, TransposeOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.passes.driver import Pattern
from lpt.passes.matching import as_float32, constant_of, float_array_of, move_constant, quantized_constant_of


class GemmToMatMul(Pattern):
    """gemm → matmul, mul and add."""

    name = "gemm-to-matmul"
    matches = GemmOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, GemmOp)
        (alpha, beta), (trans_a, trans_b) = op.factors, op.transposed
        a = _transposed(op.a, rewriter) if trans_a else op.a
        b = _transposed(op.b, rewriter) if trans_b else op.b
        result: SSAValue = rewriter.insert(MatMulOp.make([a, b])).result
        result = _scaled(result, alpha, rewriter)
        if op.c is not None:
            result = rewriter.insert(AddOp.make([result, _scaled(op.c, beta, rewriter)])).result
        rewriter.replace(op, [], [result])


def _transposed(value: SSAValue, rewriter: PatternRewriter) -> SSAValue:
    """The transposed matrix: of a constant, dequantized or not, as another constant."""
    transpose = TransposeOp.make([value], perm=[1, 0])
    found = quantized_constant_of(value)
    constant = found[0] if found is not None else constant_of(value)
    if constant is None:
        return rewriter.insert(transpose).result
    new = rewriter.insert(move_constant(transpose, constant))
    transpose.drop_all_references()
    return new.result if found is None else rewriter.insert(DequantizeCastOp(new.result)).result


def _scaled(value: SSAValue, factor: float, rewriter: PatternRewriter) -> SSAValue:
    if factor == 1.0:
        return value
    array = float_array_of(value)
    if array is not None:
        return rewriter.insert(ConstantOp(as_float32(array.astype(np.float64) * factor))).result
    constant = rewriter.insert(ConstantOp(np.array(factor, np.float32)))
    return rewriter.insert(MulOp.make([value, constant.result])).result

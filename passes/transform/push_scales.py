"""A constant factor behind a dcast becomes part of the scale.

    %f = quant.dcast %q                          %r = lpt.reinterpret %q : (u8, s:z) -> u8, s·c:z
    %y = nn.mul %f, %c                      →    %y = quant.dcast %r

c is a scalar or has one value per index of one axis; a divisor counts as 1/c. If all factors are negative, the codes are
mirrored first (nn.neg: q' = qmin + qmax − q). Factors of both signs, or 0, are `push_signs`'. Exactness: real, one rounding less.
OpenVINO: MultiplyTransformation, DivideTransformation (scales in f32).
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp, ReinterpretOp
from lpt.dialects.nn import DivOp, MulOp, NegOp
from lpt.dialects.quant import quantized_tensor
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import dequantized_of, known_array_of, sides
from lpt.passes.transform.values import along_one_axis, params, replace_by_codes


def constant_factor(op: MulOp | DivOp) -> tuple[SSAValue, Array] | None:
    """The codes and the constant they are multiplied with, in f64; None where there is no such pair, or `op` is on codes itself."""
    if op.is_quantized:
        return None
    for data, other in sides(op):
        source, constant = dequantized_of(data), known_array_of(other)
        if source is None or constant is None or isinstance(source.owner, ConstantOp):
            continue
        wide = constant.astype(np.float64)
        with np.errstate(divide="ignore"):
            return source, (1.0 / wide if isinstance(op, DivOp) else wide)
    return None


class PushThroughScale(Pattern):
    """mul(dcast(q), c) → dcast(reinterpret(q) : s·c)."""

    name = "push-through-scale"
    benefit = 2
    matches = (MulOp, DivOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MulOp | DivOp)
        if (found := constant_factor(op)) is None:
            return None
        source, constant = found
        shape = tensor_shape(source)
        if shape != tensor_shape(op.result):
            return self.fail(op, "the constant factor broadcasts the quantized operand")
        factor, axis = along_one_axis(constant, shape)
        if not (np.isfinite(factor) & (factor != 0)).all():
            raise AlgebraError("a factor is 0 or not finite")
        mirrored = NegOp.make([source]) if (factor < 0).all() else None
        if mirrored is not None:
            source, factor = mirrored.result, -factor
        if not (factor > 0).all():
            raise AlgebraError("the factors have different signs")
        scaled = algebra.rescale(params(source), factor, axis)
        codes = ReinterpretOp(source, quantized_tensor(scaled, shape))
        return replace_by_codes(op, [*([mirrored] if mirrored else []), codes], rewriter)

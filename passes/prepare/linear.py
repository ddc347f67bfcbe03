"""Chains of multiplications and additions by constants, brought to one multiplication and one addition: x · c + d.

Products and sums of constants are computed in f64 and kept in f32. Shared by lpt-fold-batch-norm and lpt-cleanup.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects.algebra import AlgebraError, rescale
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import AddOp, BinaryOp, DivOp, MulOp, SubOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import (
    as_float32,
    float_array_of,
    keeps_shape,
    known_array_of,
    quantized_constant_of,
    scalar_or_channels,
    sides,
)


def split(op: Operation, known: bool = False) -> tuple[SSAValue, SSAValue, Array] | None:
    """(x, constant value, its data) of an elementwise operation with a constant on one side that does not widen x.

    With `known`, dequantized constants count too. Of sub and div only the right side may be the constant.
    """
    if not isinstance(op, BinaryOp) or op.is_quantized:
        return None
    read = known_array_of if known else float_array_of
    for x, constant in sides(op):
        array = read(constant)
        if array is not None and read(x) is None and keeps_shape(x, array):
            return x, constant, array
    return None


def finite(array: Array) -> Array:
    """A folded constant in f32. Raises AlgebraError if it is not finite there."""
    narrow = as_float32(array)
    if not np.isfinite(narrow).all():
        raise AlgebraError("the folded constant is not finite in f32")
    return narrow


def _wide(array: Array) -> Array:
    return array.astype(np.float64)


class SubToAdd(Pattern):
    """sub(x, c) → add(x, −c)."""

    name = "sub-to-add"
    matches = SubOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if (found := split(op)) is not None:
            constant = ConstantOp(-found[2])
            rewriter.replace(op, [constant, AddOp.make([found[0], constant.result])])


class DivToMul(Pattern):
    """div(x, c) → mul(x, 1 / c)."""

    name = "div-to-mul"
    matches = DivOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        if (found := split(op)) is None:
            return None
        if (found[2] == 0).any():
            return self.fail(op, "a divisor is 0")
        constant = ConstantOp(finite(1.0 / _wide(found[2])))
        rewriter.replace(op, [constant, MulOp.make([found[0], constant.result])])
        return None


class DropNeutral(Pattern):
    """mul(x, 1) → x; add(x, 0) → x."""

    name = "drop-neutral"
    benefit = 2
    matches = (MulOp, AddOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        found = split(op)
        if found is not None and (found[2] == (1 if isinstance(op, MulOp) else 0)).all():
            rewriter.replace(op, [], [found[0]])


class MergeConstants(Pattern):
    """mul(mul(x, c), d) → mul(x, c · d); add(add(x, c), d) → add(x, c + d)."""

    name = "merge-constants"
    matches = (MulOp, AddOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        outer = split(op)
        if outer is None or not isinstance(op, MulOp | AddOp) or type(outer[0].owner) is not type(op):
            return None
        inner = split(outer[0].owner)
        if inner is None:
            return None
        both = np.broadcast_shapes(inner[2].shape, outer[2].shape)
        if np.prod(both) > max(inner[2].size, outer[2].size):
            return self.fail(op, "the merged constant would be greater than both")
        c, d = _wide(inner[2]), _wide(outer[2])
        constant = ConstantOp(finite(c * d if isinstance(op, MulOp) else c + d))
        rewriter.replace(op, [constant, type(op).make([inner[0], constant.result])])
        return None


class MulBeforeAdd(Pattern):
    """mul(add(x, d), c) → add(mul(x, c), d · c); an integer d keeps its codes, and its scales are multiplied, where c > 0."""

    name = "mul-before-add"
    matches = MulOp

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        outer = split(op)
        if outer is None or not isinstance(inner_op := outer[0].owner, AddOp):
            return None
        inner = split(inner_op, known=True)
        if inner is None:
            return None
        if not outer[0].has_one_use():
            return self.fail(op, "the sum in front has other uses")
        x, bias, d = inner
        c = outer[2]
        if np.prod(np.broadcast_shapes(c.shape, d.shape)) > max(c.size, d.size):
            return self.fail(op, "the merged constant would be greater than both")
        factor = rewriter.insert(ConstantOp(c)).result
        product = rewriter.insert(MulOp.make([x, factor])).result
        scaled = _rescaled(bias, c, rewriter) or rewriter.insert(ConstantOp(finite(_wide(d) * _wide(c)))).result
        rewriter.replace(op, AddOp.make([product, scaled]))
        return None


def _rescaled(bias: SSAValue, factor: Array, rewriter: PatternRewriter) -> SSAValue | None:
    """dcast(q) · factor as dcast(q) at other scales, or None where the type cannot carry that."""
    if (found := quantized_constant_of(bias)) is None:
        return None
    constant, params = found
    shape = tensor_shape(bias)
    axis = params.axis if params.axis is not None else max(range(len(shape)), key=lambda i: shape[i], default=0)
    vector = scalar_or_channels(factor, shape, axis)
    if vector is None:
        return None
    try:
        scaled = rescale(params, vector, axis=axis if vector.ndim else None)
    except AlgebraError:
        return None
    new = rewriter.insert(ConstantOp.quantized(constant.array, scaled))
    return rewriter.insert(DequantizeCastOp(new.result)).result


def channel_factor(op: Operation, axis: int) -> tuple[SSAValue, Array] | None:
    """(x, c) of mul(x, c) with c a scalar [] or one factor per index of `axis`."""
    found = split(op) if isinstance(op, MulOp) else None
    if found is None:
        return None
    vector = scalar_or_channels(found[2], tensor_shape(found[0]), axis)
    return None if vector is None else (found[0], vector)


LINEAR_PATTERNS: tuple[type[Pattern], ...] = (SubToAdd, DivToMul, DropNeutral, MergeConstants, MulBeforeAdd)

"""Constant factors of both signs, or 0, as batch normalization has them: the signs go into integers, the magnitudes into scales.

    mul(dcast(conv(q, w)), c)               →    mul(dcast(conv(q, w')), |c|)       w' = ±w, or 0, per output channel
    mul(dcast(q), c)                        →    dcast(mul(q, sign(c)) : i32, s·|c|)   for codes of up to 16 bits

A factor of 0 keeps its channel at 0 with factor 1. Negated weights keep their zero point where the storage holds 2z − w (all
but −128 of i8), else they are mirrored, with a zero point per channel. Exactness: real. OpenVINO folds such factors into f32
weights; ONNX Runtime leaves the multiplication.
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation, SSAValue
from xdsl.pattern_rewriter import PatternRewriter

from lpt.dialects import algebra
from lpt.dialects.algebra import AlgebraError
from lpt.dialects.blob import Array
from lpt.dialects.lpt import ConstantOp
from lpt.dialects.nn import ConvOp, ConvTransposeOp, DivOp, MatMulOp, MulOp
from lpt.dialects.quant import DequantizeCastOp
from lpt.dialects.quant_params import I8, QuantParams
from lpt.dialects.shapes import tensor_shape
from lpt.passes.driver import Pattern
from lpt.passes.matching import along
from lpt.passes.transform.push_scales import constant_factor
from lpt.passes.transform.values import along_one_axis, params, rebuild, replace_by_codes


def _mixed_factor(constant: Array, shape: tuple[int, ...]) -> tuple[Array, int] | None:
    """The factors and their axis, if some but not all are positive and not all are negative; None for one sign."""
    factor, axis = along_one_axis(constant, shape)
    if axis is None or (factor > 0).all() or (factor < 0).all():
        return None
    if not np.isfinite(factor).all():
        raise AlgebraError("a factor is not finite")
    return factor, axis


def _is_used_once(codes: SSAValue) -> bool:
    """Whether one dcast reads the codes, and one operation that dcast."""
    users = {use.operation for use in codes.uses}
    return len(users) == 1 and all(result.has_one_use() for user in users for result in user.results)


def _magnitudes(factor: Array) -> Array:
    return np.where(factor == 0, 1.0, np.abs(factor))


def signed_weights(weights: ConstantOp, axis: int, signs: Array) -> ConstantOp:
    """Quantized weights times 1, −1 or 0 per index of `axis`. Raises AlgebraError if they are quantized along another axis."""
    own = params(weights.result)
    if own.axis not in (None, axis) or (own.axis is None and not own.is_per_tensor):
        raise AlgebraError(f"the weights are quantized along another axis than {axis}")
    codes, signs = weights.array.astype(np.int64), signs.astype(np.int64)
    zero_points = np.broadcast_to(own.zero_points, signs.shape)
    z, sign = (along(per_index, codes.ndim, axis) for per_index in (zero_points, signs))
    signed = sign * (codes - z) + z
    low, high = own.storage.min, own.storage.max
    if ((signed >= low) & (signed <= high)).all():
        return ConstantOp(signed.astype(own.storage.dtype), weights.result.type)
    mirrored = np.where(sign < 0, low + high - codes, signed)
    new = QuantParams(
        own.storage,
        np.broadcast_to(own.scales, signs.shape),
        np.where(signs < 0, low + high - zero_points, zero_points),
        axis=axis,
    )
    return ConstantOp.quantized(mirrored.astype(own.storage.dtype), new)


class SignsIntoWeights(Pattern):
    """mul(dcast(conv(q, w)), c) → mul(dcast(conv(q, ±w)), |c|)."""

    name = "signs-into-weights"
    benefit = 3
    matches = (MulOp, DivOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MulOp | DivOp)
        if (found := constant_factor(op)) is None:
            return None
        source, constant = found
        contraction, shape = source.owner, tensor_shape(source)
        if not isinstance(contraction, ConvOp | ConvTransposeOp | MatMulOp) or shape != tensor_shape(op.result):
            return None
        weights = contraction.operands[1].owner
        if not isinstance(weights, ConstantOp) or (mixed := _mixed_factor(constant, shape)) is None:
            return None
        factor, axis = mixed
        match contraction:
            case ConvOp():
                channels = (1, 0)
            case ConvTransposeOp():
                channels = (1, 1 if contraction.groups == 1 else -1)
            case MatMulOp():
                channels = (len(shape) - 1, weights.array.ndim - 1)
        if axis != channels[0] or channels[1] < 0 or not _is_used_once(source):
            return self.fail(op, "the factors of both signs are not per output channel, or the sum of products has other users")
        signed = signed_weights(weights, channels[1], np.sign(factor))
        product = rebuild(contraction, [contraction.operands[0], signed.result])
        product.check_bound()
        magnitude = ConstantOp(along(_magnitudes(factor).astype(np.float32), len(shape), axis))
        cast = DequantizeCastOp(product.result)
        scaled = MulOp.make([cast.result, magnitude.result])
        rewriter.replace(op, [signed, product, cast, magnitude, scaled], [scaled.result])
        return None


class SignsAsProduct(Pattern):
    """mul(dcast(q), c) → dcast(mul(q, sign(c)))."""

    name = "signs-as-product"
    benefit = 3
    matches = (MulOp, DivOp)

    def rewrite(self, op: Operation, rewriter: PatternRewriter) -> None:
        assert isinstance(op, MulOp | DivOp)
        if (found := constant_factor(op)) is None:
            return
        source, constant = found
        shape = tensor_shape(source)
        if params(source).storage.width > 16 or shape != tensor_shape(op.result):
            return
        if (mixed := _mixed_factor(constant, shape)) is None:
            return
        factor, axis = mixed
        signs = along(np.sign(factor).astype(np.int8), len(shape), axis)
        sign = ConstantOp.quantized(signs, algebra.make(I8, _magnitudes(factor), axis=axis))
        product = MulOp.make([source, sign.result])
        product.check_bound()
        replace_by_codes(op, [sign, product], rewriter)

"""Meanings of elementwise operations.

Float results follow the fixed sequences of `semantics/math.py`; integer tensors follow numpy, with ONNX's division towards zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lpt.dialects.blob import Array, numpy_dtype
from lpt.dialects.interpreter import meaning
from lpt.dialects.nn.base import Kind
from lpt.dialects.nn.elementwise import (
    AddOp,
    BinaryOp,
    CastOp,
    ClipOp,
    DivOp,
    IdentityOp,
    MaximumOp,
    MinimumOp,
    MulOp,
    NegOp,
    PowOp,
    PReluOp,
    ReluOp,
    SubOp,
)
from lpt.dialects.quant_params import QuantParams
from lpt.dialects.semantics import math, wide
from lpt.dialects.semantics.values import centered, quantize, quantized, rounded, saturate


def _f32(function: Callable[..., Any], x: Array, *parameters: float) -> Array:
    """A fixed sequence on f32; other float types pass through f32."""
    result = math.apply(function, x.astype(np.float32), *(np.float32(p) for p in parameters))
    return result.astype(x.dtype if x.dtype.kind == "f" else np.float32)


def _multiplier(source: QuantParams, target: QuantParams, q: Array, shape: tuple[int, ...]) -> Array:
    """m = f32(s_in / s_out), divided in f64, shaped to broadcast to the result."""
    return np.asarray(source.expand(q.shape)[0] / target.expand(shape)[0]).astype(np.float32)


def _additive(op: BinaryOp, operands: Sequence[Array], combine: Callable[[Any, Any], Any]) -> Sequence[Array]:
    """Accumulates exactly into i32; else v = f32(q_a − z_a)·m_a ± f32(q_b − z_b)·m_b in f32, saturated."""
    if not op.is_quantized:
        with np.errstate(all="ignore"):
            return [np.asarray(combine(operands[0], operands[1]))]
    params = [quantized(value) for value in op.operands]
    a, b = (centered(q, p) for q, p in zip(operands, params, strict=True))
    if op.kind_of() is Kind.ACCUMULATES:
        return [np.asarray(combine(a.astype(np.int64), b.astype(np.int64))).astype(np.int32)]
    target = quantized(op.results[0])
    shape = np.broadcast_shapes(a.shape, b.shape)
    with np.errstate(all="ignore"):
        left, right = (x.astype(np.float32) * _multiplier(p, target, x, shape) for x, p in zip((a, b), params, strict=True))
        return [saturate(np.broadcast_to(combine(left, right), shape), target)]


@meaning(AddOp)
def add(op: AddOp, operands: Sequence[Array]) -> Sequence[Array]:
    """a + b."""
    return _additive(op, operands, np.add)


@meaning(SubOp)
def sub(op: SubOp, operands: Sequence[Array]) -> Sequence[Array]:
    """a − b."""
    return _additive(op, operands, np.subtract)


@rounded
def _product(op: MulOp, operands: Sequence[Array]) -> Sequence[Array]:
    with np.errstate(all="ignore"):
        return [np.asarray(operands[0] * operands[1])]


@meaning(MulOp)
def mul(op: MulOp, operands: Sequence[Array]) -> Sequence[Array]:
    """a · b; into i32 the exact (q_a − z_a)(q_b − z_b)."""
    if not op.is_quantized or op.kind_of() is not Kind.ACCUMULATES:
        return _product(op, operands)
    a, b = (centered(q, quantized(value)).astype(np.int64) for q, value in zip(operands, op.operands, strict=True))
    return [np.asarray(a * b).astype(np.int32)]


@meaning(DivOp)
@rounded
def div(op: DivOp, operands: Sequence[Array]) -> Sequence[Array]:
    """a / b by IEEE division; integers are divided towards zero."""
    a, b = operands
    with np.errstate(all="ignore"):
        if a.dtype.kind == "f":
            return [np.asarray(a / b)]
        quotient = a // b
        return [np.asarray(quotient + ((a % b != 0) & ((a < 0) != (b < 0)))).astype(a.dtype)]


@meaning(PowOp)
@rounded
def pow_(op: PowOp, operands: Sequence[Array]) -> Sequence[Array]:
    """`wide.power`; integer tensors as numpy."""
    a, b = operands
    if a.dtype.kind != "f":
        return [np.asarray(np.power(a, b)).astype(a.dtype)]
    return [math.apply(wide.power, a.astype(np.float32), b.astype(np.float32)).astype(a.dtype)]


@meaning(MaximumOp)
@rounded
def maximum(op: MaximumOp, operands: Sequence[Array]) -> Sequence[Array]:
    """`math.greatest`."""
    a, b = operands
    return [math.apply(math.greatest, a, b) if a.dtype.kind == "f" else np.maximum(a, b)]


@meaning(MinimumOp)
@rounded
def minimum(op: MinimumOp, operands: Sequence[Array]) -> Sequence[Array]:
    """`math.least`."""
    a, b = operands
    return [math.apply(math.least, a, b) if a.dtype.kind == "f" else np.minimum(a, b)]


@meaning(PReluOp)
@rounded
def prelu(op: PReluOp, operands: Sequence[Array]) -> Sequence[Array]:
    """slope · x where x < 0, else x, in f32."""
    return [math.apply(math.leaky_relu, *operands)]


@meaning(IdentityOp)
def identity(op: IdentityOp, operands: Sequence[Array]) -> Sequence[Array]:
    """x."""
    return [operands[0]]


@meaning(ReluOp)
def relu(op: ReluOp, operands: Sequence[Array]) -> Sequence[Array]:
    """max(q, zp); on floats 0 where 0 > x, else x: NaN and −0 stay."""
    (x,) = operands
    if op.is_quantized:
        zero_points = quantized(op.x).expand(x.shape)[1]
        return [np.maximum(x, zero_points.astype(x.dtype))]
    return [_f32(math.relu, x) if x.dtype.kind == "f" else np.maximum(x, x.dtype.type(0))]


@meaning(ClipOp)
def clip(op: ClipOp, operands: Sequence[Array]) -> Sequence[Array]:
    """min(max(x, min), max), an infinite bound being none; on floats NaN stays. Quantized: the bounds' codes, qcast(bound)."""
    (x,) = operands
    bounds = [np.float32(bound) for bound in op.bounds]
    if x.dtype.kind == "f" and not op.is_quantized:
        return [_f32(math.clip, x, *map(float, bounds))]
    for bound, choose in zip(bounds, (np.maximum, np.minimum), strict=True):
        if np.isinf(bound):
            continue
        if op.is_quantized:
            params = quantized(op.x)
            zeros = params.expand(x.shape)[1]
            limit = quantize(np.full([1] * x.ndim, bound) if not zeros.ndim else np.full(zeros.shape, bound), params)
        else:
            limit = np.asarray(int(bound))
        x = choose(x, limit.astype(x.dtype))
    return [x]


@meaning(NegOp)
def neg(op: NegOp, operands: Sequence[Array]) -> Sequence[Array]:
    """qmin + qmax − q; on floats x · −1."""
    (x,) = operands
    if op.is_quantized:
        storage = quantized(op.x).storage
        return [np.asarray(storage.min + storage.max - x.astype(np.int64)).astype(x.dtype)]
    return [_f32(math.negate, x) if x.dtype.kind == "f" else np.negative(x)]


@meaning(CastOp)
def cast(op: CastOp, operands: Sequence[Array]) -> Sequence[Array]:
    """To integers towards zero, to booleans x ≠ 0. ONNX leaves open what a float outside the integer type gives."""
    with np.errstate(all="ignore"):
        return [operands[0].astype(numpy_dtype(op.to))]

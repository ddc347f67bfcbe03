"""Meanings of quantization by parameters found at run time; the two formulas are emitted by codegen from here too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from lpt.dialects.blob import Array
from lpt.dialects.dynamic import DynamicParametersOp, DynamicQuantizeOp, SubtractZeroPointOp
from lpt.dialects.interpreter import meaning
from lpt.dialects.semantics import math

V = TypeVar("V")


def parameters(o: math.Operations[V], low: V, high: V) -> tuple[V, V]:
    """Scale and zero point (an f32) of the range [low, high], which holds 0."""
    is_range = o.less(low, high)
    scale = o.select(is_range, o.div(o.sub(high, low), o.f32(255.0)), o.f32(1.0))
    zero_point = math.saturate(o, o.sub(o.f32(0.0), o.div(low, scale)), o.f32(0.0), o.f32(255.0))
    return scale, o.to_f32(zero_point)


def codes(o: math.Operations[V], x: V, scale: V, zero_point: V) -> V:
    """The u8 codes of x, as i32."""
    low, high = o.sub(o.f32(0.0), zero_point), o.sub(o.f32(255.0), zero_point)
    return math.quantize(o, x, scale, low, high, o.rint_i32(zero_point))


@meaning(DynamicParametersOp)
def dynamic_parameters(op: DynamicParametersOp, operands: Sequence[Array]) -> Sequence[Array]:
    """Of the least and the greatest number, 0 among them; a NaN is none. Zeros are +0, so the order does not matter."""
    (x,) = operands
    numbers = x[~np.isnan(x)]
    low, high = (np.float32(extreme(initial=0)) + np.float32(0) for extreme in (numbers.min, numbers.max))
    with np.errstate(all="ignore"):
        return [np.array(parameters(math.NUMPY, low, high), np.float32)]


@meaning(DynamicQuantizeOp)
def dynamic_quantize(op: DynamicQuantizeOp, operands: Sequence[Array]) -> Sequence[Array]:
    """rint(clamp(x / scale, −zp, 255 − zp)) + zp."""
    return [math.apply(codes, *operands).astype(np.uint8)]


@meaning(SubtractZeroPointOp)
def subtract_zero_point(op: SubtractZeroPointOp, operands: Sequence[Array]) -> Sequence[Array]:
    """q − zp · sums; the result fits i32 where Σ |c − zp|·|w| does, the product may wrap around."""
    q, zero_point, sums = operands
    return [np.asarray(q.astype(np.int64) - int(zero_point) * sums.astype(np.int64)).astype(np.int32)]
